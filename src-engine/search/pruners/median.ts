/** The median rule: stop what is worse than half of the others were at this epoch. */

import { median as middleOf } from "../history.ts";
import { bad, length, lossAt } from "../curve.ts";
import type { Pruner } from "../curve.ts";

interface Options { readonly startupTrials: number; readonly warmupEpochs: number; readonly interval: number; readonly reference: string }

/**
 * Stops where the best loss so far is strictly worse than the median of the finished trials' losses at this epoch (`averages`: of their means up to it). Trials
 * that were stopped do not count, or the bar would only rise. Looks at the epochs warmup + 1, warmup + 1 + interval …; silent before `startupTrials` have finished.
 */
export const medianPruner: Pruner<Options> = ({ mine, others, options: { startupTrials, warmupEpochs, interval, reference } }) => {
  const epoch = length(mine);
  if (epoch <= warmupEpochs || (epoch - warmupEpochs - 1) % interval !== 0) return "go";
  const finished = others.filter(({ state }) => state === "finished");
  if (finished.length < startupTrials) return "go";
  const bars = finished.flatMap((other) => {
    if (reference === "values") return lossAt(other, epoch) ?? [];
    const until = other.points.filter((point) => point.epoch <= epoch);
    return until.length === 0 ? [] : [until.reduce((sum, { loss }) => sum + bad(loss), 0) / until.length];
  });
  // The mean of two infinities is one; a bar of ∞ stops nobody, and without bars NaN compares false.
  return mine.points.reduce((best, { loss }) => Math.min(best, bad(loss)), Number.POSITIVE_INFINITY) > middleOf(bars) ? "stop" : "go";
};
