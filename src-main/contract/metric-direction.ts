/** Which way of a metric is better, for every place that judges: tables, comparisons, sort orders. */

/** By the metric's own name; one that is not here is shown without a judgement. */
const directions: Readonly<Record<string, "higher" | "lower">> = {
  loss: "lower", rmse: "lower", accuracy: "higher", r2: "higher",
};

/** Of a stored metric, `split/name`. Of the training split none is better: fitting well is no merit of its own. */
export function betterOf(metric: string): "higher" | "lower" | null {
  const name = metric.slice(metric.indexOf("/") + 1);
  return metric.startsWith("train/") || !Object.hasOwn(directions, name) ? null : directions[name]!;
}
