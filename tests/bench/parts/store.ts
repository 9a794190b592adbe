/**
 * The store at scale, against a plain table of one row a point in the same run: points written a second, bytes a point on disk, a million-point curve read and thinned,
 * and how soon a project of 10,000 runs and ten million points shows its first rows.
 */

import { statSync } from "node:fs";
import Sqlite from "better-sqlite3";
import { thin } from "../../../src-main/contract/thin.ts";
import { openStore } from "../../../src-main/store/open.ts";
import { fillRuns } from "../../support/fill-runs.ts";
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
  let store = openStore(file, countingClock());
  fillRuns(store, 10_000);
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
    const [curve] = store.series.read(ids[0]!, ["batch/loss"]);
    thin(curve!.steps, curve!.values, 2000);
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
  db.close();

  const figure = (value: number): number => Number(value.toPrecision(3));
  const found = {
    pointsPerSecond: { ours: figure((2 * pointsOfRun * 1000) / ingest), plain: figure((plainPoints * 1000) / plainIngest) },
    bytesPerPoint: { ours: figure(bytes), plain: figure(plainBytes) },
    millionPointsReadMs: { ours: figure(read), plain: figure(plainRead) },
    thousandOfAMillionMs: { ours: figure(zoom) },
    openAndListMs: { ours: figure(open) },
  };
  for (const [name, { ours, plain }] of Object.entries<{ readonly ours: number; readonly plain?: number }>(found)) log(`  ${name.padEnd(22)} ${String(ours).padStart(10)}${plain === undefined ? "" : `   plain table ${plain}`}`);
  return Promise.resolve({ found, isAgreed: true });
}
