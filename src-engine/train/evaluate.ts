/** Loss and metrics of any number of rows, in evaluation mode. Changes no parameter, statistic or stream. */

import type { Part } from "../data/prepare.ts";
import type { Scaling } from "../data/scaling.ts";
import { questions } from "../nn/metric.ts";
import type { Plan } from "../plan/plan.ts";

/**
 * The data loss (`loss`, without penalties) and every metric of the model, by its name. Rows go through in batches of the plan's size; their mean losses are put
 * together in double precision with what each was divided by: its rows, or the weights of its labels. A metric that the rows do not define is NaN. `scaling` brings errors back to the target's own unit; without it they stay in the unit of `part.y`.
 * A part without rows has nothing to measure: the result is empty.
 */
export function evaluate(plan: Plan, part: Part, scaling?: Scaling): Record<string, number> {
  if (part.rows === 0) return {};
  const { z, y, losses, divisors } = plan.collect(part);
  let sum = 0, divisor = 0;
  losses.forEach((loss, i) => {
    sum += divisors[i]! * loss;
    divisor += divisors[i]!;
  });
  const deviation = scaling?.target.deviation ?? 1;
  return {
    loss: sum / divisor,
    ...Object.fromEntries(plan.metrics.map(({ name, metric, at: bound }) => {
      const at = { ...bound, z, y };
      const tally = new Float64Array(metric.tallies(at, questions(at, part.rows)));
      metric.count(tally, at, part.rows);
      return [name, metric.read(tally, at, deviation)];
    })),
  };
}
