/** What a sweep-spec must be like for population-based training: weights go on from trial to trial, so the network and its data stay what they are. */

import type { Problem } from "./errors.ts";
import { problem } from "./param.ts";
import type { Catalog, Param } from "./param.ts";
import { declaredAt } from "./sweep-path.ts";
import type { SweepSpec } from "./sweep-spec.ts";

/** The values of the rule `population`. */
export interface PopulationRule { readonly members: number; readonly every: number; readonly share: number; readonly resample: number; readonly step: number }

/** How many generations a full training has. */
export const generationsOf = (every: number, epochs: number): number => Math.ceil(epochs / every);

/** Where a trial stands in its population: which generation (from 1) it belongs to, which trial is the first of it, and the epochs between which it trains. */
export interface Generation { readonly index: number; readonly first: number; readonly from: number; readonly until: number }

/** The generation of trial `number`, counted from 1. A population that has done all its epochs is followed by another one, drawn anew. */
export function generationOf(number: number, { pruner, base }: Pick<SweepSpec, "pruner" | "base">): Generation {
  const { members, every } = pruner as unknown as PopulationRule;
  const block = Math.floor((number - 1) / members);
  const index = (block % generationsOf(every, base.train.epochs)) + 1;
  return { index, first: block * members + 1, from: (index - 1) * every, until: Math.min(index * every, base.train.epochs) };
}

/** All that does not go together with `pruner: { kind: "population" }`; nothing where the sweep has another rule. */
export function checkPopulation({ pruner, sampler, axes, base, trials, repeats, mode }: Pick<SweepSpec, "pruner" | "sampler" | "axes" | "base" | "trials" | "repeats" | "mode">, catalog: Catalog): Problem[] {
  if (pruner.kind !== "population") return [];
  const { members, every } = pruner as unknown as PopulationRule;
  const { epochs, earlyStopping } = base.train;
  const problems: Problem[] = [];
  if (mode === "asynchronous") problems.push(problem("mode", "populationMode", "must be synchronous for a population: a generation is compared when all of it is there", { got: mode }, "synchronous"));
  if (every > epochs) problems.push(problem("pruner.every", "outOfInterval", `must be at most base.train.epochs, which is ${epochs}; got ${every}`, { got: String(every), interval: `[1, ${epochs}]`, default: "1" }, Math.max(1, Math.floor(epochs / 5))));
  const whole = members * generationsOf(every, epochs);
  if (trials % whole !== 0) problems.push(problem("trials", "populationTrials", `must be a multiple of ${whole}: ${members} members in ${generationsOf(every, epochs)} generations; got ${trials}`, { got: String(trials), step: String(whole), members: String(members), generations: String(generationsOf(every, epochs)) }, Math.ceil(trials / whole) * whole));
  if (repeats.count !== 1) problems.push(problem("repeats.count", "populationRepeats", `must be 1 for a population, whose members are compared as they train; got ${repeats.count}`, { got: String(repeats.count) }, 1));
  if (earlyStopping !== null) problems.push(problem("base.train.earlyStopping", "populationStopping", "must be absent for a population: its generations have the same length", { got: "early stopping" }));
  if (sampler.kind === "grid" || sampler.kind === "fill") problems.push(problem("sampler.kind", "populationSampler", `draws the first generation, which has ${members} members whatever the grid has; take random, sobol or tpe`, { got: sampler.kind }, "sobol"));
  for (const [name, axis] of Object.entries(axes)) {
    if ("value" in axis || goesOn(axis.path, base, catalog)) continue;
    problems.push(problem(`axes["${name}"]`, "populationAxis", "cannot vary in a population: members go on with the weights of others, so layers, data and batches stay as they are. Vary the optimizer, the schedule, or a number such as a dropout rate or a penalty", { got: axis.path }));
  }
  return problems;
}

/** Whether a training can go on under another value of this path with the weights, and the steps in an epoch, that it has. */
function goesOn(path: string, base: SweepSpec["base"], catalog: Catalog): boolean {
  if (/^(optimizer|schedule)(\.|$)/.test(path)) return true;
  if (/^(data|split|scaling)(\.|$)/.test(path)) return false;
  const declared = declaredAt(path, base, {}, catalog);
  if ("message" in declared) return false;
  const { param } = declared;
  return (param.kind === "optional" ? param.of as Param : param).kind === "real";
}
