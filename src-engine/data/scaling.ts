/** Bringing features, and a target that is a number, to one scale. What is fitted comes from the rows handed in and from no other. */

import { declare } from "../spec/component.ts";
import { SpecError } from "../spec/errors.ts";
import { problem } from "../spec/param.ts";
import type { Component } from "../spec/param.ts";
import { widthOf } from "./dataset.ts";
import type { Dataset } from "./dataset.ts";

/** x ↦ (x − mean) / deviation, for each feature and for the target. No scaling is mean 0, deviation 1. */
export interface Scaling {
  readonly features: { readonly mean: Float64Array; readonly deviation: Float64Array };
  readonly target: { readonly mean: number; readonly deviation: number };
}

export const standard = declare("scaling", {
  kind: "standard",
  title: "Standard",
  summary: "Gives every feature mean 0 and standard deviation 1 on the training rows; a target that is a number likewise.",
  math: "x ← (x − μ) / σ;  σ² = (1/n) Σ (xᵢ − μ)²;  σ = 0 → σ = 1",
  source: "",
  params: {},
});

export const none = declare("scaling", {
  kind: "none",
  title: "None",
  summary: "Leaves every number as it is.",
  math: "x ← x",
  source: "",
  params: {},
});

/**
 * Fits a scaling to the given rows (at least one). Standard deviations are those of the population (divided by n);
 * where all rows agree the deviation counts as 1, so that the feature becomes 0.
 * Throws SpecError when numbers are so large that their spread is not finite.
 */
export function fitScaling(dataset: Dataset, rows: Int32Array, scaling: Component): Scaling {
  const f = widthOf(dataset.shape);
  const mean = new Float64Array(f);
  const deviation = new Float64Array(f).fill(1);
  if (scaling.kind === none.kind) return { features: { mean, deviation }, target: { mean: 0, deviation: 1 } };

  for (let j = 0; j < f; j++) {
    const fitted = moments(rows, (row) => dataset.x[row * f + j]!);
    finite(fitted, "feature", dataset.featureNames[j]!);
    mean[j] = fitted.mean;
    deviation[j] = fitted.deviation;
  }
  if (dataset.task === "classes") return { features: { mean, deviation }, target: { mean: 0, deviation: 1 } };
  const target = moments(rows, (row) => dataset.y[row]!);
  finite(target, "target", dataset.targetName);
  return { features: { mean, deviation }, target };
}

function moments(rows: Int32Array, at: (row: number) => number): { mean: number; deviation: number } {
  let sum = 0, least = Infinity, most = -Infinity;
  for (const row of rows) {
    const value = at(row);
    sum += value;
    least = Math.min(least, value);
    most = Math.max(most, value);
  }
  // Asked of the extremes and not of the sum of squares: the mean of equal numbers need not equal them to the last bit.
  if (least === most) return { mean: least, deviation: 1 };
  const mean = sum / rows.length;
  let squares = 0;
  for (const row of rows) squares += (at(row) - mean) * (at(row) - mean);
  return { mean, deviation: Math.sqrt(squares / rows.length) };
}

function finite({ mean, deviation }: { mean: number; deviation: number }, role: "feature" | "target", column: string): void {
  // A spread that underflows to 0, or one that overflows, would turn the column into infinities or zeros without a word.
  if (Number.isFinite(mean) && Number.isFinite(deviation) && deviation > 0) return;
  throw new SpecError([problem("scaling.kind", "badData", `cannot bring the ${role} "${column}" to one scale: its standard deviation is ${deviation} in double precision; change the unit of that column, or remove it`, { why: "noSpread", role, column, got: String(deviation) })]);
}
