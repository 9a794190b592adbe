/**
 * B on labels without a mistake, trained until its loss is all but 0: gradients, moments and outputs become tiny there, and numbers too small to be normal cost up
 * to three times as much. A second process of the same contestant keeps starting afresh, on labels that are never learned; the two take turns.
 */

import { start } from "../contestant.ts";
import type { Contestant, Entry } from "../contestant.ts";
import type { Chunk } from "../lines.ts";
import { raceCore } from "../machine.ts";
import { median, rate, table } from "../report.ts";
import { taskOf } from "./alone.ts";
import type { Bench, PartResult } from "./parts.ts";

/** Below it, in nats, the network is done. */
const done = 1e-7;
/** By then the second moments of weights without a gradient, which shrink by a thousandth a step, have become subnormal too. */
const leastSteps = 60_000;
/** Most training until then. */
const patienceSeconds = 90;

export async function convergence(bench: Bench): Promise<PartResult> {
  const { entries, log, options: { rounds, seconds } } = bench;
  const folders = { clean: taskOf(bench, "B", { clean: true }), wrong: taskOf(bench, "B") };
  const found = [];
  for (const entry of entries.filter(({ name, kind, takes }) => takes("B") && (kind === "own" || name.startsWith("torch")))) {
    try { found.push({ name: entry.name, ...(await measure(entry, folders, rounds, seconds)) }); } catch (error) { log(`  ${entry.name}: not here (${(error as Error).message})`); }
  }
  for (const line of table(["B, steps/s", "fresh", "converged", "converged / fresh", "its loss", "after steps"], found.map(({ name, fresh, converged, ratio, loss, steps }) => (
    [name, rate(fresh), rate(converged), ratio.toFixed(2), loss.toExponential(1), String(steps)])))) log(line);
  return { found, isAgreed: true };
}

async function measure(entry: Entry, folders: { readonly clean: string; readonly wrong: string }, rounds: number, seconds: number) {
  const old = await start(entry, folders.clean, raceCore());
  try {
    const young = await start(entry, folders.wrong, raceCore());
    try { return await compared(old, young, rounds, seconds); } finally { await young.end(); }
  } finally { await old.end(); }
}

async function compared(old: Contestant, young: Contestant, rounds: number, seconds: number) {
  const turn = (contestant: Contestant, fresh: boolean): Promise<Chunk> => contestant.ask<Chunk>({ do: "chunk", seconds, fresh });
  let last = await turn(old, true), { steps } = last;
  for (let spent = seconds; spent < patienceSeconds && (steps < leastSteps || !(last.loss < done)); spent += seconds) {
    last = await turn(old, false);
    steps += last.steps;
  }
  await turn(young, true);
  const fresh: number[] = [], converged: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const one = await turn(young, true);
    last = await turn(old, false);
    steps += last.steps;
    fresh.push((1000 * one.steps) / one.ms);
    converged.push((1000 * last.steps) / last.ms);
  }
  return { fresh: median(fresh), converged: median(converged), ratio: median(converged.map((one, i) => one / fresh[i]!)), loss: last.loss, steps };
}
