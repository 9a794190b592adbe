/**
 * What a sweep costs besides training: the same trials as a sweep with one worker and with two, as a plain loop that starts one run after the other through the same
 * workbench, as `descent run` does, and as two such loops in two processes that know nothing of each other: no sweep can gain more by its second worker than those by
 * their second core. Where one worker and the thread that stores keep more than one core busy, a second worker cannot double that on two cores. Overhead is a trial's time in the sweep less its own training time.
 */

import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createWorkbench } from "../../../src-main/service/workbench.ts";
import type { WorkbenchService } from "../../../src-main/service/workbench.ts";
import { openStore } from "../../../src-main/store/open.ts";
import { createPool } from "../../../src-main/workers/pool.ts";
import { temporaryFolder } from "../../support/project.ts";
import { wholeSweep } from "../../support/sweeps.ts";
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

/** `cpuMs`: of all threads, whatever else the machine was doing. */
interface Measured { readonly wallMs: number; readonly trainingMs: number; readonly cpuMs: number; readonly count: number }

type Work = (workbench: WorkbenchService) => Promise<unknown>;

async function inProject(root: string, parallel: number, first: Work, work: Work, ready: () => Promise<unknown> = () => Promise.resolve()): Promise<Measured> {
  using folder = temporaryFolder();
  const pool = createPool({ parallel });
  const workbench = createWorkbench({ store: openStore(folder.file(), () => Date.now()), pool, now: () => Date.now(), examples: join(root, "examples"), door: "cli" });
  try {
    // Threads and data are there before the clock runs.
    await first(workbench);
    const before = (await workbench.listRuns({})).length;
    await ready();
    const from = performance.now(), cpu = process.cpuUsage();
    await work(workbench);
    const wallMs = performance.now() - from, { user, system } = process.cpuUsage(cpu);
    const runs = (await workbench.listRuns({})).slice(0, -before);
    return { wallMs, trainingMs: runs.reduce((sum, run) => sum + run.trainingMs, 0), cpuMs: (user + system) / 1000, count: runs.length };
  } finally {
    await workbench.close();
  }
}

/** Every `each`th of the loop's runs, from `first`. */
const loop = (root: string, first: number, each: number, ready?: () => Promise<unknown>): Promise<Measured> => inProject(root, 1, async (workbench) => ended(workbench, await start(workbench, base)), async (workbench) => {
  for (let i = first; i < trials; i += each) await ended(workbench, await start(workbench, { ...base, optimizer: { kind: "adam", learningRate: 0.0003 * 100 ** (i / trials) } }));
}, ready);

/** Two halves of the loop, each in a process of its own, begun at once. */
async function sideBySide(root: string): Promise<Measured> {
  const halves = [0, 1].map((first) => fork(import.meta.filename, [root, String(first)]));
  const heard = async (): Promise<unknown[]> => (await Promise.all(halves.map((half) => once(half, "message")))).map(([message]: unknown[]) => message);
  await heard();
  const from = performance.now();
  const done = heard();
  for (const half of halves) half.send("go");
  const both = await done as readonly Measured[], sum = (of: keyof Measured): number => both[0]![of] + both[1]![of];
  return { wallMs: performance.now() - from, trainingMs: sum("trainingMs"), cpuMs: sum("cpuMs"), count: sum("count") };
}

export async function sweepsAgainstLoops({ log, root, options: { rounds } }: Bench): Promise<PartResult> {
  const sweep = (parallel: number) => (): Promise<Measured> => inProject(root, parallel, async (workbench) => wholeSweep(workbench, { ...spec(parallel), trials: parallel }), async (workbench) => wholeSweep(workbench, spec(parallel)));
  const ways: Readonly<Record<string, () => Promise<Measured>>> = {
    "one run after the other": () => loop(root, 0, 1),
    "two such side by side": () => sideBySide(root),
    "sweep, 1 worker": sweep(1),
    "sweep, 2 workers": sweep(2),
  };
  const isAtOnce = (name: string): boolean => name.includes("two") || name.includes("2");
  const seen = new Map<string, Measured[]>(Object.keys(ways).map((name) => [name, []]));
  const median = (values: readonly number[], digits: number): number => Number(values.toSorted((a, b) => a - b)[values.length >> 1]!.toPrecision(digits));
  for (let round = 0; round < rounds; round++) for (const [name, work] of Object.entries(ways)) seen.get(name)!.push(await work());
  const found = Object.fromEntries([...seen].map(([name, all]) => [name, {
    trialsPerMinute: median(all.map(({ wallMs, count }) => (60_000 * count) / wallMs), 4),
    cpuMsPerTrial: median(all.map(({ cpuMs, count }) => cpuMs / count), 3),
    coresBusy: median(all.map(({ cpuMs, wallMs }) => cpuMs / wallMs), 3),
    overheadMsPerTrial: isAtOnce(name) ? null : median(all.map(({ wallMs, trainingMs, count }) => (wallMs - trainingMs) / count), 3),
  }]));
  for (const [name, { trialsPerMinute, cpuMsPerTrial, coresBusy, overheadMsPerTrial }] of Object.entries(found)) log(`  ${name.padEnd(24)} ${String(trialsPerMinute).padStart(7)} trials a minute   ${cpuMsPerTrial} ms of processors a trial   ${coresBusy} cores busy${overheadMsPerTrial === null ? "" : `   ${overheadMsPerTrial} ms besides training`}`);
  const times = (two: string, one: string): number => found[two]!.trialsPerMinute / found[one]!.trialsPerMinute;
  const speedUp = times("sweep, 2 workers", "sweep, 1 worker"), machine = times("two such side by side", "one run after the other");
  log(`  two workers are ${speedUp.toFixed(2)} times one; two processes that know nothing of each other ${machine.toFixed(2)} times one; load ${load().toFixed(1)}`);
  return { found: { ...found, speedUp, machine }, isAgreed: true };
}

if (process.send !== undefined && import.meta.main) {
  const [root, first] = process.argv.slice(2) as [string, string];
  process.send(await loop(root, Number(first), 2, async () => {
    process.send!("ready");
    await once(process, "message");
  }));
  process.disconnect();
}
