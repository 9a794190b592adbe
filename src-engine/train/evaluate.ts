/** Loss and metrics of any number of rows, in evaluation mode. Changes no parameter, statistic or stream. */

import type { Part } from "../data/prepare.ts";
import type { Scaling } from "../data/scaling.ts";
import type { Plan } from "../plan/plan.ts";

/**
 * The data loss (`loss`, without penalties) and every metric of the model, by kind. Rows go through in batches of the plan's size; their mean losses are
 * weighted by rows in double precision. `scaling` brings errors back to the target's own unit; without it they stay in the unit of `part.y`.
 * A part without rows has nothing to measure: the result is empty.
 */
export function evaluate(plan: Plan, part: Part, scaling?: Scaling): Record<string, number> {
  if (part.rows === 0) return {};
  const metrics = plan.metrics.map((metric) => ({ metric, tally: new Float64Array(metric.tallies) }));
  let sum = 0;
  for (let from = 0; from < part.rows; from += plan.batchSize) {
    const m = plan.gather(part, null, from, Math.min(from + plan.batchSize, part.rows));
    sum += m * plan.loss(m, "evaluate");
    for (const { metric, tally } of metrics) metric.count(tally, plan.z, plan.y, m, plan.outputs);
  }
  const deviation = scaling?.target.deviation ?? 1;
  return { loss: sum / part.rows, ...Object.fromEntries(metrics.map(({ metric, tally }) => [metric.kind, metric.read(tally, deviation)])) };
}
