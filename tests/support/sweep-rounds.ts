/**
 * A sweep with everything against it: its workers die at every so manieth training, its program is killed with SIGKILL at random moments and goes on from its rows.
 * At the end each trial is there once, with the very result it has in a sweep that nobody disturbed.
 */

import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import { rng } from "../../src-engine/rng.ts";
import { openStore } from "../../src-main/store/open.ts";
import { temporaryFolder } from "./project.ts";
import { factsOf, wholeSweep } from "./sweeps.ts";
import { openBench, openWorkbench } from "./workbench.ts";

/** Three epochs on 60 rows: a trial is little more than what a sweep costs besides. */
const base = { data: { kind: "xor", samples: 60 }, layers: [{ kind: "dense", units: 4 }, { kind: "tanh" }, { kind: "dense", units: 2 }], train: { epochs: 3, batchSize: 8, checkpoints: { best: 0 } } };
const specs = {
  search: (trials: number): object => ({
    base, axes: { "optimizer.learningRate": {}, "layers.0.units": { from: 2, to: 12 }, "optimizer.beta1": {} }, objective: { metric: "validation/loss" },
    sampler: { kind: "tpe" }, pruner: { kind: "asha" }, trials, batch: 10, parallel: 2, confirm: { top: 2, seeds: 2 },
  }),
  /** Four members, two of which give up after each of four generations: every death falls among weights that are handed on and changes on the way. */
  population: (trials: number): object => ({
    base: { ...base, train: { ...base.train, epochs: 4 } }, axes: { "optimizer.learningRate": {}, "optimizer.beta1": {} }, objective: { metric: "validation/loss" },
    sampler: { kind: "random" }, pruner: { kind: "population", members: 4, every: 1, share: 0.5 }, trials, parallel: 2, confirm: { top: 2, seeds: 2 },
  }),
} as const;
const child = resolve(import.meta.dirname, "sweep-until-killed.ts");

export interface Trouble {
  readonly kills: number;
  readonly deathsEvery: number;
  readonly seed: number;
  /** What is disturbed; a search where absent. */
  readonly kind?: keyof typeof specs;
}

export interface Disturbed {
  readonly kills: number;
  readonly trials: number;
}

/** Held heap and buffers of a program while it worked, with how many trials were over then. */
export type Memory = readonly { readonly over: number; readonly heldBytes: number; readonly rss: number }[];

/** Throws where a trial is missing, is there twice, or came to something else than it would have. */
export async function disturbedSweep(trials: number, { kills, deathsEvery, seed, kind = "search" }: Trouble, told: (line: string) => void = () => {}): Promise<Disturbed> {
  using folder = temporaryFolder();
  const file = folder.file();
  const spec = specs[kind](trials);
  const chance = rng(seed).stream("kill");
  for (let life = 0; life <= kills; life++) {
    // Each life but the last ends after its share of the trials, give or take.
    const until = life === kills ? Infinity : Math.floor((trials * (life + 0.5 + chance.uniform() / 2)) / (kills + 1));
    const seen = await lived(file, spec, deathsEvery, until, chance.uniform() * 300);
    told(`life ${life + 1} of ${kills + 1}: ${seen.at(-1)?.over ?? 0} trials over`);
  }
  const workbench = openWorkbench(file);
  await using calm = openBench({ parallel: 2 });
  try {
    const [{ id, state } = { id: "s-1", state: "missing" }] = await workbench.listSweeps({});
    if (state !== "finished") throw new Error(`the sweep is ${state}`);
    const view = await workbench.sweep({ sweepId: id });
    const whole = await wholeSweep(calm.workbench, spec);
    if (view.trials.length !== trials || new Set(view.trials.map(({ number }) => number)).size !== trials) throw new Error(`${view.trials.length} trials instead of ${trials}`);
    const [ours, theirs] = [factsOf(view), factsOf(whole)];
    const other = ours.findIndex((one, i) => JSON.stringify(one) !== JSON.stringify(theirs[i]));
    if (other >= 0) throw new Error(`trial ${other + 1} is ${JSON.stringify(ours[other])}, and undisturbed it is ${JSON.stringify(theirs[other])}`);
    if (JSON.stringify([view.sweep.best, view.sweep.confirmed]) !== JSON.stringify([whole.sweep.best, whole.sweep.confirmed])) throw new Error("another trial is best");
  } finally {
    await workbench.close();
  }
  checkRuns(file);
  return { kills, trials };
}

/** What a program holds that is let live through a whole sweep, only its workers dying. */
export async function memoryOfOneLife(trials: number, deathsEvery: number): Promise<Memory> {
  using folder = temporaryFolder();
  return await lived(folder.file(), specs.search(trials), deathsEvery, Infinity, 0);
}

/** One life of the program, ended by a kill once so many trials are over, or by itself. */
async function lived(file: string, spec: object, deathsEvery: number, until: number, afterMs: number): Promise<Memory> {
  const program = spawn(process.execPath, ["--expose-gc", child, file, JSON.stringify(spec), String(deathsEvery)], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = once(program, "exit") as Promise<[number | null, string | null]>;
  const seen: { over: number; heldBytes: number; rss: number }[] = [];
  let timer: NodeJS.Timeout | null = null;
  let complaints = "";
  program.stderr.on("data", (text: Buffer) => { complaints += text.toString(); });
  createInterface({ input: program.stdout }).on("line", (line) => {
    seen.push(JSON.parse(line) as (typeof seen)[number]);
    if (seen.at(-1)!.over >= until) timer ??= setTimeout(() => { program.kill("SIGKILL"); }, afterMs);
  });
  const [code] = await ended;
  if (timer !== null) clearTimeout(timer);
  if (code !== null && code !== 0) throw new Error(`the program ended with code ${code}: ${complaints}`);
  return seen;
}

/** No run is there twice, and none that is over claims to be alive. */
function checkRuns(file: string): void {
  const store = openStore(file, () => Date.now());
  try {
    const runs = store.runs.list();
    const keys = runs.map(({ sweep }) => JSON.stringify(sweep));
    if (new Set(keys).size !== keys.length) throw new Error("a run of a trial is there twice");
    const alive = runs.filter(({ state }) => state === "running" || state === "queued" || state === "paused");
    if (alive.length > 0) throw new Error(`${alive[0]!.id} claims to be ${alive[0]!.state}`);
  } finally {
    store.close();
  }
}

/** Bytes by which memory grows for each hundred trials: the slope of a line through the samples after the first fifth. */
export function slopePer100(memory: Memory): number {
  const settled = memory.filter(({ over }) => over >= memory.at(-1)!.over / 5);
  const mean = (of: (one: (typeof settled)[number]) => number): number => settled.reduce((sum, one) => sum + of(one), 0) / settled.length;
  const [x, y] = [mean(({ over }) => over), mean(({ heldBytes }) => heldBytes)];
  const [xx, xy] = [mean(({ over }) => (over - x) ** 2), mean(({ over, heldBytes }) => (over - x) * (heldBytes - y))];
  return (100 * xy) / xx;
}
