/** A population's trials as stretches of epochs, and the course that led to one of them. Pure. */

import { generationOf, type SweepSpec } from "../../../src-main/contract/sweep-checks.ts";
import type { SweepTrial } from "../../../src-main/contract/sweeps.ts";

/** A trial trains from one epoch to another, with the weights that `parent` had at the first; null where it began anew. */
export interface Stretch { readonly trial: SweepTrial; readonly from: number; readonly until: number; readonly parent: SweepTrial | null }

/** The sampler's own trials in their order; those put in by hand belong to no generation. */
export function stretchesOf(spec: Pick<SweepSpec, "pruner" | "base">, trials: readonly SweepTrial[]): readonly Stretch[] {
  const byNumber = new Map(trials.map((trial) => [trial.number, trial]));
  return trials.filter(({ number }) => number > 0).map((trial) => {
    const parent = trial.goesOnFrom === null ? null : byNumber.get(trial.goesOnFrom) ?? null, { from, until } = generationOf(trial.number, spec);
    return { trial, from: parent === null ? 0 : from, until, parent };
  });
}

/** The numbers of the trials whose weights became this one's, its own among them; none of null. */
export function lineageOf(trials: readonly SweepTrial[], number: number | null): ReadonlySet<number> {
  const byNumber = new Map(trials.map((trial) => [trial.number, trial]));
  const found = new Set<number>();
  for (let at = number; at !== null && !found.has(at); at = byNumber.get(at)?.goesOnFrom ?? null) found.add(at);
  return found;
}
