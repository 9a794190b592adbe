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
  const metrics = plan.metrics.map(({ name, metric, at }) => ({ name, metric, at, tally: new Float64Array(metric.tallies(at, questions(at, part.rows))) }));
  let sum = 0, divisor = 0;
  for (let from = 0; from < part.rows; from += plan.batchSize) {
    const m = plan.gather(part, null, from, Math.min(from + plan.batchSize, part.rows));
    const loss = plan.loss(m, "evaluate"), share = plan.divisor(m);
    sum += share * loss;
    divisor += share;
    for (const { metric, at, tally } of metrics) metric.count(tally, at, m);
  }
  const deviation = scaling?.target.deviation ?? 1;
  return { loss: sum / divisor, ...Object.fromEntries(metrics.map(({ name, metric, at, tally }) => [name, metric.read(tally, at, deviation)])) };
}
