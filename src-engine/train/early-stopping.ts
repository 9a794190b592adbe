/** Early stopping: watches one metric at epochs' ends, says when to stop, and brings back the best weights. Its memory is the plan's, so that a checkpoint holds it. */

import { describeCatalog } from "../catalog.ts";
import { watchProblems } from "../plan/against-data.ts";
import type { Best, Plan } from "../plan/plan.ts";
import { Snapshot } from "../plan/snapshot.ts";
import { SpecError } from "../spec/errors.ts";
import { directions } from "../spec/metric-name.ts";

/** As in a run-spec's `train.earlyStopping`, complete. */
export interface EarlyStopping {
  /** split/metric, as an epoch's event names it. */
  readonly metric: string;
  /** Epochs in a row without an improvement before training stops. */
  readonly patience: number;
  /** An improvement is more than this better than the best so far. */
  readonly minDelta: number;
  /** Whether training ends with the numbers of the best epoch: weights, statistics and the optimizer's vectors. */
  readonly restoreBest: boolean;
}

export interface Watcher {
  /** Whether patience is at its end. */
  readonly isOver: boolean;
  /** The best epoch so far; null before the first. */
  readonly best: Best | null;
  /** Judges the epoch that has just ended, and keeps its numbers if it is the best. NaN is never an improvement. */
  judge(metrics: Readonly<Record<string, number>>): void;
  /** Puts the best epoch's numbers into the plan where they are wanted and not there already; says whether it did. */
  restore(): boolean;
}

/** Throws SpecError (`train.earlyStopping.metric`) when no epoch will have such a metric. */
export function watcher(plan: Plan, { metric, patience, minDelta, restoreBest }: EarlyStopping, hasValidation: boolean): Watcher {
  const problems = watchProblems(metric, plan.model.metrics, hasValidation);
  if (problems.length > 0) throw new SpecError(problems);
  const sign = directions(plan.model.metrics, describeCatalog())[metric.slice(metric.indexOf("/") + 1)] === "higher" ? -1 : 1;
  return {
    get isOver() { return plan.watch !== null && plan.watch.waited >= patience; },
    get best() { return plan.watch?.best ?? null; },
    judge(metrics) {
      const { best, waited } = plan.watch ?? { best: null, waited: 0 };
      const value = metrics[metric]!;
      if (best !== null && !(sign * value < sign * best.value - minDelta)) {
        plan.watch = { best, waited: waited + 1 };
        return;
      }
      if (Number.isNaN(value)) {
        plan.watch = { best: null, waited: waited + 1 };
        return;
      }
      plan.watch = { best: { epoch: plan.epoch, step: plan.step, value, metrics }, waited: 0 };
      if (!restoreBest) return;
      plan.best ??= new Snapshot(plan);
      plan.best.take();
    },
    restore() {
      const best = plan.watch?.best ?? null;
      if (!restoreBest || best === null || best.epoch === plan.epoch || plan.best === null) return false;
      plan.best.put();
      return true;
    },
  };
}
