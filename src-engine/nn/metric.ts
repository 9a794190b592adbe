/** How a metric is declared, and how it sees a batch. Measured over any count of rows in double precision: a tally is kept batch by batch and read at the end. */

import type { Vector } from "../kernels/kernels.ts";
import { declare } from "../spec/component.ts";
import type { Declaration } from "../spec/component.ts";
import type { Problem } from "../spec/errors.ts";
import type { Params, Values } from "../spec/param.ts";
import { argmax, logistic, softmaxRow } from "./reading.ts";
import type { Reading } from "./reading.ts";

/** The batch as it stands in memory: z (rows, outputs), y (rows, width) the targets as the loss saw them, and what the outputs mean. */
export interface MetricAt<V> {
  readonly values: V;
  readonly z: Vector;
  readonly y: Vector;
  readonly outputs: number;
  readonly width: number;
  readonly reading: Reading;
  /** How many classes are told apart; for numbers, how many outputs there are. */
  readonly classes: number;
}

export interface MetricBehaviour<P extends Params = Params> {
  readonly targets: readonly ("classes" | "number")[];
  /** Which direction is the better one. */
  readonly better: "higher" | "lower";
  /** Whether it asks for probabilities, which a loss of margins does not give. */
  readonly needsProbabilities?: true;
  /** What of its values does not suit so many classes, with paths from the metric on. */
  misfits?(values: Values<P>, classes: number): readonly Problem[];
  /** How many numbers its tally holds for so many questions (see `questions`); each starts at 0. */
  tallies(at: MetricAt<Values<P>>, questions: number): number;
  /** Counts the first m rows of the batch in. */
  count(tally: Float64Array, at: MetricAt<Values<P>>, m: number): void;
  /** The metric of all rows counted, at least one; NaN where it is not defined for them. `deviation` turns a scaled target back into its own unit. */
  read(tally: Float64Array, at: MetricAt<Values<P>>, deviation: number): number;
}
/** A declared metric, with its behaviour. */
export type Metric = Declaration<string, Params> & MetricBehaviour;

export const defineMetric = <const K extends string, const P extends Params>(declaration: Declaration<K, P> & MetricBehaviour<P>) => declare("metric", declaration);

type Seen = Omit<MetricAt<unknown>, "values">;

/** How many classifications m rows hold: one each, or one for every output where the outputs are independent yes-or-no questions. */
export const questions = ({ reading, outputs }: Seen, m: number): number => (reading.kind === "sigmoid" ? m * outputs : m);

/** The class of question i: the largest output's (the first among equals; NaN is never larger); with one logit 1 where it is above 0. */
export const predictedClass = ({ z, outputs, reading }: Seen, i: number): number =>
  outputs === 1 || reading.kind === "sigmoid" ? (z[i]! > 0 ? 1 : 0) : argmax(z, i * outputs, outputs);

/** The true class of question i; of shares the largest. */
export const trueClass = ({ y, width, reading }: Seen, i: number): number =>
  width === 1 || reading.kind === "sigmoid" ? Math.round(y[i]!) : argmax(y, i * width, width);

/** What speaks for class k in question i, larger being likelier: a logit or margin; for one logit that of class 1 against 0. */
export const scoreOf = ({ z, outputs, reading }: Seen, i: number, k: number): number =>
  outputs === 1 || reading.kind === "sigmoid" ? (k === 1 ? z[i]! : 0) : z[i * outputs + k]!;

/** Writes the probability of every class in question i to `a` from `to` on. Only where the reading has probabilities. */
export function probabilities({ z, outputs, reading }: Seen, i: number, a: Float64Array, to: number): void {
  if (reading.kind === "softmax") softmaxRow(z, i * outputs, outputs, reading.temperature, a, to);
  else {
    a[to] = logistic(-z[i]!);
    a[to + 1] = logistic(z[i]!);
  }
}
