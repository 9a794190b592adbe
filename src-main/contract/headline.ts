/** Which metric a comparison speaks of until a person chooses, and what its groups are called beside their names. */

import { SpecError } from "../../src-engine/spec/errors.ts";
import { problem } from "../../src-engine/spec/param.ts";
import type { ComparedMetric } from "./comparison.ts";

/** Validation accuracy, else the first validation metric with a direction, else the first of all. */
export function headlineMetric(metrics: readonly ComparedMetric[]): ComparedMetric | undefined {
  return metrics.find(({ metric }) => metric === "validation/accuracy")
    ?? metrics.find(({ metric, better }) => metric.startsWith("validation/") && better !== null && metric !== "validation/loss")
    ?? metrics.find(({ better }) => better !== null) ?? metrics[0];
}

/** The metric of that name. Throws SpecError naming those there are. */
export function metricNamed(metrics: readonly ComparedMetric[], name: string): ComparedMetric {
  const found = metrics.find(({ metric }) => metric === name);
  if (found === undefined) throw new SpecError([problem("metric", "unknownKey", `must be one that a run has: ${metrics.map(({ metric }) => metric).join(", ") || "none has any yet"}; got ${name.slice(0, 60)}`)]);
  return found;
}

/** A, B … Z, AA, AB … */
export function letterOf(i: number): string {
  const rest = Math.floor(i / 26);
  return `${rest === 0 ? "" : letterOf(rest - 1)}${String.fromCharCode(65 + (i % 26))}`;
}
