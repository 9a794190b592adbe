/** Successive halving and Hyperband: a cohort meets at each rung, and the best go on together. */

import { byLoss, length, lossAt } from "../curve.ts";
import type { Pruner } from "../curve.ts";
import { cohortOf } from "./brackets.ts";

interface Options { readonly eta: number; readonly least: number }

/** Decides at a rung when every trial of the cohort has reached it or ended before; says "wait" until then. Failed trials, and NaN, rank last. */
const halving = (kind: "successiveHalving" | "hyperband"): Pruner<Options> => ({ mine, others, most, trials, options }) => {
  const { first, size, rungs } = cohortOf(mine.number, kind, options, most, trials);
  const rung = rungs.find(({ epochs }) => epochs === length(mine));
  if (rung === undefined) return "go";
  const mates = others.filter(({ number }) => number >= first && number < first + size && number !== mine.number);
  const isThere = mates.filter((mate) => length(mate) >= rung.epochs);
  const isOver = mates.filter((mate) => length(mate) < rung.epochs && mate.state !== "running");
  // With fewer mates present the rung might still be decided: as soon as enough are better, or too few can be.
  const loss = lossAt(mine, rung.epochs)!;
  const better = isThere.filter((mate) => byLoss({ loss: lossAt(mate, rung.epochs) ?? Number.POSITIVE_INFINITY, number: mate.number }, { loss, number: mine.number }) < 0).length;
  if (better >= rung.keep) return "stop";
  const missing = size - 1 - isThere.length - isOver.length;
  return better + missing < rung.keep ? "go" : "wait";
};

export const successiveHalving = halving("successiveHalving");
export const hyperband = halving("hyperband");
