/** Several threads that each report a quarter of a million points a second, as trainings do, to one store and whoever watches: does it keep up, and for how long at most is nobody else answered? */

import { monitorEventLoopDelay } from "node:perf_hooks";
import { Worker } from "node:worker_threads";
import type { RunId } from "../../../src-main/contract/nouns.ts";
import { runFeed, snapshotOf } from "../../../src-main/service/feed.ts";
import type { Store } from "../../../src-main/store/open.ts";
import { newRun } from "../../support/project.ts";

const [threads, reports, reportMs, metrics] = [4, 100, 100, ["loss", "dataLoss", "penalty", "learningRate", "gradientNorm"]];
const stepsInReport = 1_000_000 / threads / (1000 / reportMs) / metrics.length;

/** Columns every tenth of a second, handed over as a training's are. */
const source = /* js */ `
  const { parentPort, workerData: { reports, reportMs, steps, metrics } } = require("node:worker_threads");
  const began = performance.now();
  let k = 0;
  const report = () => {
    const series = metrics.map((metric) => {
      const at = Float64Array.from({ length: steps }, (_, i) => k * steps + i + 1);
      return { metric: "batch/" + metric, steps: at, values: at.map(Math.sin) };
    });
    parentPort.postMessage({ step: ++k * steps, series }, series.flatMap(({ steps, values }) => [steps.buffer, values.buffer]));
    if (k < reports) setTimeout(report, Math.max(0, began + k * reportMs - performance.now()));
  };
  report();
`;

export interface Written { readonly pointsPerSecond: number; readonly pauseMs: number; readonly shareOfTime: number }

/** Every point is stored when it resolves, or it throws. */
export async function writersAtOnce(store: Store): Promise<Written> {
  const ids = store.runs.addGroup(Array.from({ length: threads }, () => newRun(store))).map(({ run }) => run.id);
  for (const id of ids) store.runs.begin(id, Date.now());
  const feed = runFeed(store, (id, since) => Promise.resolve(snapshotOf(store, id, since)));
  const watched = Promise.all(ids.map(async (id) => { for await (const event of feed.watch(id, 0)) if (event.run.step === reports * stepsInReport) return; }));
  const loop = monitorEventLoopDelay({ resolution: 2 });
  loop.enable();
  const from = performance.now();
  let writingMs = 0;
  await Promise.all(ids.map((id) => new Promise<void>((resolve, reject) => {
    const worker = new Worker(source, { eval: true, workerData: { reports, reportMs, steps: stepsInReport, metrics } });
    worker.on("error", reject);
    worker.on("exit", () => { resolve(); });
    worker.on("message", (report: { readonly step: number; readonly series: Parameters<typeof feed.progress>[1] }) => {
      const began = performance.now();
      feed.progress(store.runs.record(id, { epoch: 0, trainingMs: 0, metrics: {}, notes: [], hashes: [], ...report }), report.series, { stepsPerSecond: null, remainingMs: null });
      writingMs += performance.now() - began;
    });
  })));
  const tookMs = performance.now() - from;
  loop.disable();
  await watched;
  feed.close();
  const expected = threads * reports * stepsInReport * metrics.length, stored = store.series.points(ids as readonly RunId[]);
  if (stored !== expected) throw new Error(`${stored} of ${expected} points were stored`);
  return { pointsPerSecond: Math.round((1000 * stored) / tookMs), pauseMs: Number((loop.max / 1e6).toPrecision(3)), shareOfTime: Number((writingMs / tookMs).toPrecision(2)) };
}
