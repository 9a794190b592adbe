/**
 * What a sweep costs besides training: the same trials as a sweep with one worker and with two, and as a plain loop that starts one run after the other through the same
 * workbench, as `descent run` does. Overhead is a trial's time in the sweep less its own training time.
 */

import { join } from "node:path";
import { createWorkbench } from "../../../src-main/service/workbench.ts";
import type { WorkbenchService } from "../../../src-main/service/workbench.ts";
import { openStore } from "../../../src-main/store/open.ts";
import { createPool } from "../../../src-main/workers/pool.ts";
import { temporaryFolder } from "../../support/project.ts";
import { startSweep, sweepUntil } from "../../support/sweeps.ts";
import { ended, start } from "../../support/workbench.ts";
import { load } from "../machine.ts";
import type { Bench, PartResult } from "./parts.ts";

const trials = 40;
/** About a quarter of a second of training on one core: long against what a sweep adds, short enough to take turns. */
const base = {
  data: { kind: "sample", name: "digits" }, layers: [{ kind: "dense", units: 64 }, { kind: "relu" }, { kind: "dense", units: 10 }],
  metrics: [{ kind: "accuracy" }], train: { epochs: 360, batchSize: 32, checkpoints: { best: 0 } },
};
const spec = (parallel: number): object => ({ base, axes: { "optimizer.learningRate": { from: 0.0003, to: 0.03 } }, objective: { metric: "validation/loss" }, sampler: { kind: "sobol" }, trials, batch: 8, parallel, confirm: { top: 0, seeds: 1 } });

interface Measured { readonly wallMs: number; readonly trainingMs: number; readonly count: number }

async function inProject(root: string, parallel: number, work: (workbench: WorkbenchService) => Promise<void>): Promise<Measured> {
  using folder = temporaryFolder();
  const pool = createPool({ parallel });
  const workbench = createWorkbench({ store: openStore(folder.file(), () => Date.now()), pool, now: () => Date.now(), examples: join(root, "examples"), door: "cli" });
  try {
    // Threads and data are there before the clock runs.
    await Promise.all(Array.from({ length: parallel }, async () => ended(workbench, await start(workbench, base))));
    const from = performance.now();
    await work(workbench);
    const wallMs = performance.now() - from;
    const runs = (await workbench.listRuns({})).slice(0, -parallel);
    return { wallMs, trainingMs: runs.reduce((sum, run) => sum + run.trainingMs, 0), count: runs.length };
  } finally {
    await workbench.close();
  }
}

export async function sweepsAgainstLoops({ log, root, options: { rounds } }: Bench): Promise<PartResult> {
  const ways: Readonly<Record<string, () => Promise<Measured>>> = {
    "one run after the other": () => inProject(root, 1, async (workbench) => {
      for (let i = 0; i < trials; i++) await ended(workbench, await start(workbench, { ...base, optimizer: { kind: "adam", learningRate: 0.0003 * 100 ** (i / trials) } }));
    }),
    "sweep, 1 worker": () => inProject(root, 1, async (workbench) => { await sweepUntil(workbench, await startSweep(workbench, spec(1))); }),
    "sweep, 2 workers": () => inProject(root, 2, async (workbench) => { await sweepUntil(workbench, await startSweep(workbench, spec(2))); }),
  };
  const seen = new Map<string, Measured[]>(Object.keys(ways).map((name) => [name, []]));
  const median = (values: readonly number[]): number => values.toSorted((a, b) => a - b)[values.length >> 1]!;
  for (let round = 0; round < rounds; round++) for (const [name, work] of Object.entries(ways)) seen.get(name)!.push(await work());
  const found = Object.fromEntries([...seen].map(([name, all]) => [name, {
    trialsPerMinute: Number(median(all.map(({ wallMs, count }) => (60_000 * count) / wallMs)).toPrecision(4)),
    overheadMsPerTrial: name.endsWith("2 workers") ? null : Number(median(all.map(({ wallMs, trainingMs, count }) => (wallMs - trainingMs) / count)).toPrecision(3)),
  }]));
  for (const [name, { trialsPerMinute, overheadMsPerTrial }] of Object.entries(found)) log(`  ${name.padEnd(24)} ${String(trialsPerMinute).padStart(7)} trials a minute${overheadMsPerTrial === null ? "" : `   ${overheadMsPerTrial} ms a trial besides training`}`);
  const speedUp = found["sweep, 2 workers"]!.trialsPerMinute / found["sweep, 1 worker"]!.trialsPerMinute;
  log(`  two workers are ${speedUp.toFixed(2)} times one; load ${load().toFixed(1)}`);
  return { found: { ...found, speedUp }, isAgreed: true };
}
