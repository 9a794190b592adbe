/** Numbers beside the loss, measured over any count of rows in double precision: a tally is kept batch by batch and read at the end. */

import type { Vector } from "../kernels/kernels.ts";
import { declare } from "../spec/component.ts";
import type { Declaration } from "../spec/component.ts";
import type { Params } from "../spec/param.ts";

export interface MetricBehaviour {
  readonly targets: readonly ("classes" | "number")[];
  /** Which direction is the better one. */
  readonly better: "higher" | "lower";
  /** How many numbers its tally holds; each starts at 0. */
  readonly tallies: number;
  /** Counts m rows in: z (m, c) the network's outputs, y the targets, as the loss saw them. */
  count(tally: Float64Array, z: Vector, y: Vector, m: number, c: number): void;
  /** The metric of all rows counted, at least one. `deviation` turns a scaled target back into its own unit. */
  read(tally: Float64Array, deviation: number): number;
}
export type Metric = Declaration<string, Params> & MetricBehaviour;

const defineMetric = <const K extends string, const P extends Params>(declaration: Declaration<K, P> & MetricBehaviour) => declare("metric", declaration);

/** With several outputs the class is the largest one's (the first among equals; NaN is never the largest); with one output it is 1 where the logit is above 0. */
export const accuracy = defineMetric({
  kind: "accuracy",
  title: "Accuracy",
  summary: "Share of rows whose most probable class is the right one.",
  math: "(1/n) Σ [ŷ = y]",
  source: "",
  params: {},
  targets: ["classes"],
  better: "higher",
  tallies: 2,
  count(tally, z, y, m, c) {
    for (let i = 0; i < m; i++) {
      let best = 0;
      for (let j = 1; j < c; j++) if (z[i * c + j]! > z[i * c + best]!) best = j;
      const predicted = c === 1 ? (z[i]! > 0 ? 1 : 0) : best;
      if (predicted === y[i]) tally[0]!++;
    }
    tally[1]! += m;
  },
  read: (tally) => tally[0]! / tally[1]!,
});

export const rmse = defineMetric({
  kind: "rmse",
  title: "Root mean squared error",
  summary: "Size of a typical error, in the target's own unit.",
  math: "√( (1/n) Σ (ŷ − y)² )",
  source: "",
  params: {},
  targets: ["number"],
  better: "lower",
  tallies: 2,
  count(tally, z, y, m, c) {
    for (let i = 0; i < m * c; i++) tally[0]! += (z[i]! - y[i]!) ** 2;
    tally[1]! += m * c;
  },
  read: (tally, deviation) => deviation * Math.sqrt(tally[0]! / tally[1]!),
});

/** Where all targets are equal the quotient is undefined: 1 if every prediction is exact, else 0 (scikit-learn's rule). */
export const r2 = defineMetric({
  kind: "r2",
  title: "R²",
  summary: "Share of the target's variance that the predictions explain: 1 is perfect, 0 is as good as the mean.",
  math: "1 − Σ (ŷ − y)² / Σ (y − ȳ)²",
  source: "",
  params: {},
  targets: ["number"],
  better: "higher",
  tallies: 4,
  count(tally, z, y, m, c) {
    // Welford's update of the mean and the sum of squares around it: no cancellation when the target is far from 0.
    for (let i = 0; i < m * c; i++) {
      tally[0]! += (z[i]! - y[i]!) ** 2;
      const difference = y[i]! - tally[2]!;
      tally[2]! += difference / ++tally[1]!;
      tally[3]! += difference * (y[i]! - tally[2]!);
    }
  },
  read([residual, , , total]) {
    if (total === 0) return residual === 0 ? 1 : 0;
    return 1 - residual! / total!;
  },
});
