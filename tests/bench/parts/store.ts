/**
 * The store at scale, against a plain table of one row a point in the same run: points written a second, bytes a point on disk, a million-point curve thinned from its summaries,
 * a thousand steps out of it, and how soon a project of 10,000 runs and ten million points shows its first rows.
 */

import { statSync } from "node:fs";
import Sqlite from "better-sqlite3";
import { thin } from "../../../src-main/contract/thin.ts";
import { openStore } from "../../../src-main/store/open.ts";
import { manyRuns } from "../../support/large-project.ts";
import { countingClock, newRun, temporaryFolder } from "../../support/project.ts";
import type { Bench, PartResult } from "./parts.ts";

const [reports, stepsInReport, metrics] = [1000, 1000, ["loss", "dataLoss", "penalty", "learningRate", "gradientNorm"]];
const pointsOfRun = reports * stepsInReport * metrics.length;
const nothing = { epoch: 0, step: 0, trainingMs: 0, metrics: {}, notes: [], hashes: [] };

/** Milliseconds the fastest of so many tries takes. */
function ms(work: () => unknown, tries = 1): number {
  return Math.min(...Array.from({ length: tries }, () => {
    const from = performance.now();
    work();
    return performance.now() - from;
  }));
}

export function storeAtScale({ log }: Bench): Promise<PartResult> {
  using folder = temporaryFolder();
  const file = folder.file();
  manyRuns(file);
  let store = openStore(file, countingClock());
  const before = statSync(file).size;
  const ids = store.runs.addGroup([newRun(store), newRun(store)]).map(({ run }) => run.id);
  const column = (from: number) => Float64Array.from({ length: stepsInReport }, (_, i) => from + i + 1);
  const ingest = ms(() => {
    for (let k = 0; k < reports; k++) for (const id of ids) {
      const steps = column(k * stepsInReport);
      store.runs.record(id, { ...nothing, step: (k + 1) * stepsInReport, series: metrics.map((metric) => ({ metric: `batch/${metric}`, steps, values: steps.map(Math.sin) })) });
    }
  });
  store.close();
  const bytes = (statSync(file).size - before) / (2 * pointsOfRun);
  const open = ms(() => {
    store = openStore(file, countingClock());
    store.rows.list({}, ["state", "validation/loss"]);
  });
  const read = ms(() => {
    store.series.thinned(ids[0]!, ["batch/loss"], 2000);
  }, 5);

  const zoom = ms(() => store.series.read(ids[0]!, ["batch/loss"], { from: 500_000, to: 501_000 }), 5);
  store.close();

  const plainFile = folder.file("plain.sqlite");
  const db = new Sqlite(plainFile);
  db.pragma("journal_mode = wal");
  db.pragma("synchronous = normal");
  db.exec("create table point (run integer, metric integer, step integer, value real, primary key (run, metric, step)) strict, without rowid");
  const insert = db.prepare("insert into point values (?, ?, ?, ?)");
  const plainPoints = 200 * stepsInReport * metrics.length;
  const plainIngest = ms(() => {
    for (let k = 0; k < 200; k++) db.transaction(() => { for (let m = 0; m < metrics.length; m++) for (let i = 0; i < stepsInReport; i++) insert.run(1, m, k * stepsInReport + i + 1, Math.sin(i)); })();
  });
  db.pragma("wal_checkpoint(truncate)");
  const plainBytes = statSync(plainFile).size / plainPoints;
  const plainRead = 5 * ms(() => {
    const rows = db.prepare("select step, value from point where run = 1 and metric = 0 order by step").raw().all() as [number, number][];
    thin(Float64Array.from(rows, ([step]) => step), Float64Array.from(rows, ([, value]) => value), 2000);
  }, 3);
  const plainZoom = ms(() => db.prepare("select step, value from point where run = 1 and metric = 0 and step >= 100000 and step < 101000 order by step").raw().all(), 5);
  // As many runs as ours, with one point each of the metric that the list shows.
  db.exec("create table run (id integer primary key, name text, state text) strict");
  db.exec("insert into run with recursive n(i) as (select 10 union all select i + 1 from n where i < 10009) select i, 'digits ' || i, 'finished' from n");
  db.exec("insert into point select id, 9, 1, id / 10000.0 from run");
  db.close();
  const plainOpen = ms(() => {
    const opened = new Sqlite(plainFile);
    opened.prepare("select id, state, (select value from point where run = id and metric = 9 order by step desc limit 1) from run order by id desc").raw().all();
    opened.close();
  });

  const figure = (value: number): number => Number(value.toPrecision(3));
  const found = {
    pointsPerSecond: { ours: figure((2 * pointsOfRun * 1000) / ingest), plain: figure((plainPoints * 1000) / plainIngest) },
    bytesPerPoint: { ours: figure(bytes), plain: figure(plainBytes) },
    millionPointsReadMs: { ours: figure(read), plain: figure(plainRead) },
    thousandOfAMillionMs: { ours: figure(zoom), plain: figure(plainZoom) },
    openAndListMs: { ours: figure(open), plain: figure(plainOpen) },
  };
  for (const [name, { ours, plain }] of Object.entries<{ readonly ours: number; readonly plain: number }>(found)) log(`  ${name.padEnd(22)} ${String(ours).padStart(10)}   plain table ${plain}`);
  return Promise.resolve({ found, isAgreed: true });
}
