/** For trials of several runs: stop one whose folds or seeds are worse than the best trial's, pair by pair. */

import { signedRankAbove } from "../../stats/wilcoxon.ts";
import { bad } from "../curve.ts";
import type { Pruner } from "../curve.ts";

/**
 * Compares run i with run i of the finished trial that has the smallest mean (all of its runs): stops where the signed-rank test's one-sided p is below the level and the
 * mean over the pairs is worse too. Silent before `startupRepeats` pairs. A run that diverged is worse than any, in mine as in the other.
 */
export const wilcoxon: Pruner<{ readonly level: number; readonly startupRepeats: number }> = ({ mine, others, options: { level, startupRepeats } }) => {
  const mean = (list: readonly number[]): number => list.reduce((sum, loss) => sum + bad(loss), 0) / list.length;
  const best = others.filter(({ state, repeats }) => state === "finished" && repeats.length > 0).sort((a, b) => mean(a.repeats) === mean(b.repeats) ? a.number - b.number : mean(a.repeats) - mean(b.repeats))[0];
  const pairs = Math.min(mine.repeats.length, best?.repeats.length ?? 0);
  if (best === undefined || pairs < startupRepeats) return "go";
  const differences = Array.from({ length: pairs }, (_, i) => { const a = bad(mine.repeats[i]), b = bad(best.repeats[i]); return a === b ? 0 : a - b; });
  const isWorse = mean(mine.repeats.slice(0, pairs)) > mean(best.repeats.slice(0, pairs));
  return isWorse && signedRankAbove(differences) < level ? "stop" : "go";
};
