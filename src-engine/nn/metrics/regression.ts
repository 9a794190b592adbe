/** Metrics of predicted numbers. With several outputs each is measured by itself, and the metric is the plain mean over them. */

import { defineMetric } from "../metric.ts";
import type { MetricAt } from "../metric.ts";

const lower = { targets: ["number"], better: "lower" } as const;
const higher = { targets: ["number"], better: "higher" } as const;

/** The mean of something over the outputs; `of` is given each output's number. */
function overOutputs({ outputs }: MetricAt<unknown>, of: (output: number) => number): number {
  let sum = 0;
  for (let j = 0; j < outputs; j++) sum += of(j);
  return sum / outputs;
}

/** The tally: how many rows, and for each output the sum of the squared errors. */
const squares = {
  ...lower,
  tallies: ({ outputs }: MetricAt<unknown>) => 1 + outputs,
  count(tally: Float64Array, { z, y, outputs }: MetricAt<unknown>, m: number): void {
    for (let i = 0; i < m * outputs; i++) {
      const d = z[i]! - y[i]!;
      tally[1 + (i % outputs)]! += d * d;
    }
    tally[0]! += m;
  },
};

export const meanSquaredError = defineMetric({
  kind: "mse",
  title: "Mean squared error",
  summary: "Mean square of the error, in the target's own unit squared.",
  math: "(1/n) Σ (ŷ − y)²",
  source: "",
  params: {},
  ...squares,
  read: (tally, at, deviation) => deviation * deviation * overOutputs(at, (j) => tally[1 + j]! / tally[0]!),
});

export const rmse = defineMetric({
  kind: "rmse",
  title: "Root mean squared error",
  summary: "Size of a typical error, in the target's own unit.",
  math: "√( (1/n) Σ (ŷ − y)² )",
  source: "",
  params: {},
  ...squares,
  read: (tally, at, deviation) => deviation * overOutputs(at, (j) => Math.sqrt(tally[1 + j]! / tally[0]!)),
});

export const meanAbsoluteError = defineMetric({
  kind: "mae",
  title: "Mean absolute error",
  summary: "Mean size of the error, in the target's own unit; a few large errors weigh less than in the root mean square.",
  math: "(1/n) Σ |ŷ − y|",
  source: "",
  params: {},
  ...lower,
  tallies: () => 2,
  count(tally, { z, y, outputs }, m) {
    for (let i = 0; i < m * outputs; i++) tally[0]! += Math.abs(z[i]! - y[i]!);
    tally[1]! += m * outputs;
  },
  read: (tally, _, deviation) => (deviation * tally[0]!) / tally[1]!,
});

export const medianAbsoluteError = defineMetric({
  kind: "medianAbsoluteError",
  title: "Median absolute error",
  summary: "Half of the errors are smaller, in the target's own unit: outliers do not count at all.",
  math: "median |ŷ − y|",
  source: "",
  params: {},
  ...lower,
  // All errors must be seen before the middle one is known.
  tallies: ({ outputs }, rows) => 1 + rows * outputs,
  count(tally, { z, y, outputs }, m) {
    for (let i = 0; i < m * outputs; i++) tally[1 + tally[0]! * outputs + i] = Math.abs(z[i]! - y[i]!);
    tally[0]! += m;
  },
  read(tally, at, deviation) {
    const rows = tally[0]!;
    return deviation * overOutputs(at, (j) => median(Float64Array.from({ length: rows }, (_, i) => tally[1 + i * at.outputs + j]!)));
  },
});

/** The middle one, or the mean of the two in the middle; NaN where one is. Sorts in place. */
function median(values: Float64Array): number {
  if (values.some(Number.isNaN)) return Number.NaN;
  values.sort();
  const half = values.length >> 1;
  return values.length % 2 === 1 ? values[half]! : (values[half - 1]! + values[half]!) / 2;
}

/** Where all targets are equal the quotient is undefined: 1 if every prediction is exact, else 0 (scikit-learn's rule). */
export const r2 = defineMetric({
  kind: "r2",
  title: "R²",
  summary: "Share of the target's variance that the predictions explain: 1 is perfect, 0 is as good as the mean.",
  math: "1 − Σ (ŷ − y)² / Σ (y − ȳ)²",
  source: "",
  params: {},
  ...higher,
  tallies: ({ outputs }) => 1 + 3 * outputs,
  count(tally, { z, y, outputs }, m) {
    for (let i = 0; i < m; i++) {
      tally[0]!++;
      for (let j = 0, o = i * outputs; j < outputs; j++, o++) {
        const d = z[o]! - y[o]!;
        tally[1 + 3 * j]! += d * d;
        spread(tally, 2 + 3 * j, y[o]!);
      }
    }
  },
  read: (tally, at) => overOutputs(at, (j) => explained(tally[1 + 3 * j]!, tally[3 + 3 * j]!)),
});

/** As R², but with the variance of the errors instead of their mean square: a constant offset is forgiven. Constant targets as there. */
export const explainedVariance = defineMetric({
  kind: "explainedVariance",
  title: "Explained variance",
  summary: "As R², but a constant error in all predictions is forgiven.",
  math: "1 − Var(y − ŷ) / Var(y)",
  source: "",
  params: {},
  ...higher,
  tallies: ({ outputs }) => 1 + 4 * outputs,
  count(tally, { z, y, outputs }, m) {
    for (let i = 0; i < m; i++) {
      tally[0]!++;
      for (let j = 0, o = i * outputs; j < outputs; j++, o++) {
        spread(tally, 1 + 4 * j, y[o]! - z[o]!);
        spread(tally, 3 + 4 * j, y[o]!);
      }
    }
  },
  read: (tally, at) => overOutputs(at, (j) => explained(tally[2 + 4 * j]!, tally[4 + 4 * j]!)),
});

/** Welford's update of a mean (at `place`) and of the sum of squares around it (next to it); tally[0] counts, this value included. No cancellation when values are far from 0. */
function spread(tally: Float64Array, place: number, value: number): void {
  const difference = value - tally[place]!;
  tally[place]! += difference / tally[0]!;
  tally[place + 1]! += difference * (value - tally[place]!);
}

function explained(left: number, whole: number): number {
  if (whole === 0) return left === 0 ? 1 : 0;
  return 1 - left / whole;
}
