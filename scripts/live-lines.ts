/** A workbench behind the real server door in which many runs train for show: reports come as a worker would send them, ten a second each, and no core is taken by training. For measurements only. */

import { resolve } from "node:path";
import { inputs } from "../src-main/contract/inputs.ts";
import { clockCurves } from "../src-main/contract/clock.ts";
import { startServer } from "../src-main/server/server.ts";
import { readPages } from "../src-main/server/pages.ts";
import { createWorkbench } from "../src-main/service/workbench.ts";
import { openStore } from "../src-main/store/open.ts";
import { createPool } from "../src-main/workers/pool.ts";
import type { Pool } from "../src-main/workers/pool.ts";

const root = resolve(import.meta.dirname, "..");
/** What a run's worker tells at once: the steps of a tenth of a second, ten to an epoch. */
const stepsPerReport = 10;
const reportMs = 100;

export interface LiveLines { readonly url: string; readonly runIds: readonly string[]; close(): Promise<void> }

/** Starts `runs` seeds of one spec, each with `before` reports behind it, and lets all of them report from now on. */
export async function liveLines(file: string, runs: number, before: number): Promise<LiveLines> {
  const real = createPool({ parallel: 1 });
  const ending: (() => void)[] = [];
  let seeds = 0;
  const train: Pool["train"] = (_spec, _dataset, ears) => {
    const seed = ++seeds;
    const over = Promise.withResolvers<never>();
    over.promise.catch(() => undefined);
    ending.push(() => { over.reject(new Error("the show is over")); });
    let told = 0;
    const report = (): void => {
      const from = told * stepsPerReport;
      told++;
      const steps = Float64Array.from({ length: stepsPerReport }, (_, i) => from + i + 1);
      const loss = (step: number): number => 2 * Math.exp(-step / (400 + 13 * seed)) + 0.1 + 0.02 * Math.sin(step * (1 + (seed % 7)));
      const end = steps.at(-1)!;
      const measured = { "train/loss": loss(end), "validation/loss": loss(end) + 0.05, "validation/accuracy": 1 - loss(end) / 3, "train/accuracy": 1 - loss(end) / 4 };
      const at = Float64Array.of(end);
      ears.report({
        epoch: told, step: end, trainingMs: told * reportMs, metrics: measured, hashes: [], notes: [], shots: [],
        series: [{ metric: "batch/loss", steps, values: steps.map(loss) }, ...Object.entries(measured).map(([metric, value]) => ({ metric, steps: at.slice(), values: Float64Array.of(value) })), { metric: clockCurves.time, steps: at.slice(), values: Float64Array.of((told * reportMs) / 1000) }],
      });
    };
    for (let i = 0; i < before; i++) report();
    // Runs that train do not report in step.
    const started = setTimeout(() => { const timer = setInterval(report, reportMs); ending.push(() => { clearInterval(timer); }); }, (seed * 37) % reportMs);
    ending.push(() => { clearTimeout(started); });
    const nothing = (): void => undefined;
    return { pause: nothing, resume: nothing, step: nothing, stop: nothing, pass: nothing, stopAtEpoch: nothing, change: () => Promise.reject(new Error("these runs cannot be changed")), done: over.promise };
  };
  const store = openStore(file, () => Date.now());
  const pool: Pool = Object.create(real, { parallel: { value: runs }, train: { value: train } }) as Pool;
  const service = createWorkbench({ store, pool, now: () => Date.now(), examples: resolve(root, "examples"), door: "server" });
  const { runIds } = await service.startRun({ experimentId: null, spec: { name: "live", seeds: runs, data: { kind: "sample", name: "digits" }, layers: [{ kind: "dense", units: 10 }], optimizer: { kind: "adam" }, metrics: [{ kind: "accuracy" }], train: { epochs: 4000, batchSize: 128 } } });
  const served = await startServer({ service, inputs: inputs(), pages: readPages(resolve(root, "out", "renderer")), port: 0 });
  return {
    url: served.url, runIds,
    async close() {
      for (const end of ending) end();
      await served.close();
      await service.close();
    },
  };
}
