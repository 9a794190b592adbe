/** Metrics of predicted probabilities: how good they are, and whether they mean what they say. */

import { log } from "../../kernels/math.ts";
import { integer } from "../../spec/param.ts";
import { binOf, calibrationErrors } from "../calibration.ts";
import { defineMetric, probabilities, questions, trueClass } from "../metric.ts";
import type { MetricAt } from "../metric.ts";
import { argmax } from "../reading.ts";

const ofProbabilities = { targets: ["classes"], better: "lower", needsProbabilities: true } as const;

/** The least probability that counts: below it the right class costs 36.04 nats and no more, as in scikit-learn. */
const leastProbability = Number.EPSILON;

/** Where labels are smoothed, classes weighted or penalties added, the loss is something else; this is always the plain one. */
export const logLoss = defineMetric({
  kind: "logLoss",
  title: "Log loss",
  summary: "Mean of minus the log of the probability given to the right class, without weights or smoothing: what softmax cross-entropy is in its plain form.",
  math: "−(1/n) Σ log max(a[y], 2⁻⁵²)",
  source: "",
  params: {},
  ...ofProbabilities,
  tallies: ({ classes }) => 2 + classes,
  count(tally, at, m) {
    const n = questions(at, m);
    for (let i = 0; i < n; i++) {
      probabilities(at, i, tally, 2);
      const right = tally[2 + trueClass(at, i)]!;
      tally[0]! -= log(right < leastProbability ? leastProbability : right);
    }
    tally[1]! += n;
  },
  read: (tally) => tally[0]! / tally[1]!,
});

/** Summed over all classes, as Brier wrote it: 0…2. For two classes many (scikit-learn too) give half of this, the square for class 1 alone. */
export const brier = defineMetric({
  kind: "brier",
  title: "Brier score",
  summary: "Mean squared distance between the probabilities and the truth, summed over the classes: 0 is perfect, 2 is sure and wrong. For two classes many give half of this.",
  math: "(1/n) Σᵢ Σₖ (aᵢₖ − [yᵢ = k])²",
  source: "Brier, Verification of Forecasts Expressed in Terms of Probability, 1950",
  params: {},
  ...ofProbabilities,
  tallies: ({ classes }) => 2 + classes,
  count(tally, at, m) {
    const n = questions(at, m);
    for (let i = 0; i < n; i++) {
      probabilities(at, i, tally, 2);
      const right = trueClass(at, i);
      for (let k = 0; k < at.classes; k++) {
        const d = tally[2 + k]! - (k === right ? 1 : 0);
        tally[0]! += d * d;
      }
    }
    tally[1]! += n;
  },
  read: (tally) => tally[0]! / tally[1]!,
});

const bins = integer({ default: 15, min: 1, max: 1000, search: [5, 30], help: "equal intervals of confidence from 0 to 1; the number changes with their count, so compare like with like" });

/** The tally: for each bin how many rows, how many of them right, and the sum of their confidence; then room for one row's probabilities. */
const inBins = {
  ...ofProbabilities,
  source: "Guo, Pleiss, Sun, Weinberger, On Calibration of Modern Neural Networks, ICML 2017 (arXiv:1706.04599)",
  params: { bins },
  tallies: ({ values, classes }: MetricAt<{ readonly bins: number }>) => 3 * values.bins + classes,
  count(tally: Float64Array, at: MetricAt<{ readonly bins: number }>, m: number): void {
    const n = questions(at, m), room = 3 * at.values.bins;
    for (let i = 0; i < n; i++) {
      probabilities(at, i, tally, room);
      const guess = argmax(tally, room, at.classes);
      const confidence = tally[room + guess]!;
      const bin = 3 * binOf(confidence, at.values.bins);
      tally[bin]!++;
      if (guess === trueClass(at, i)) tally[bin + 1]!++;
      tally[bin + 2]! += confidence;
    }
  },
} as const;

export const ece = defineMetric({
  kind: "ece",
  title: "Expected calibration error",
  summary: "How far confidence and accuracy lie apart on average: 0 where of the rows predicted with 80 % confidence 80 % are right.",
  math: "Σ_b (n_b/n) |accuracy_b − confidence_b|;  bin b of the largest probability",
  ...inBins,
  read: (tally, { values }) => calibrationErrors(tally, values.bins).ece,
});

export const mce = defineMetric({
  kind: "mce",
  title: "Largest calibration error",
  summary: "How far confidence and accuracy lie apart in the worst bin, however few rows it holds.",
  math: "max_b |accuracy_b − confidence_b|",
  ...inBins,
  read: (tally, { values }) => calibrationErrors(tally, values.bins).mce,
});
