/** Metrics of predicted classes. All but accuracy and top-k are read from one table: how often which class was taken for which. */

import { choice, integer, optional, problem } from "../../spec/param.ts";
import type { Values } from "../../spec/param.ts";
import { defineMetric, predictedClass, questions, scoreOf, trueClass } from "../metric.ts";
import type { MetricAt } from "../metric.ts";

/**
 * How often class t (row) was predicted as class p (column), as counts (classes, classes), row-major.
 * `labels` and `predicted` are equally long and hold whole numbers in 0…classes−1; RangeError otherwise.
 */
export function confusionMatrix(labels: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): Float64Array {
  if (labels.length !== predicted.length) throw new RangeError(`a confusion matrix needs as many predictions as labels; got ${predicted.length} and ${labels.length}`);
  const matrix = new Float64Array(classes * classes);
  const isClass = (label: number): boolean => Number.isInteger(label) && label >= 0 && label < classes;
  for (let i = 0; i < labels.length; i++) {
    const [t, p] = [labels[i]!, predicted[i]!];
    if (!isClass(t) || !isClass(p)) throw new RangeError(`classes are whole numbers in [0, ${classes}); got ${isClass(t) ? p : t} at place ${i}`);
    matrix[t * classes + p]!++;
  }
  return matrix;
}

/** Precision, recall, F1 and support of every class. */
export interface ClassReport { readonly precision: Float64Array; readonly recall: Float64Array; readonly f1: Float64Array; readonly support: Float64Array }

/**
 * For each class k of a confusion matrix, with hits the entry (k, k):
 * precision = hits / predicted as k, recall = hits / truly k, f1 = 2 hits / (predicted as k + truly k), support = truly k. A quotient 0/0 counts as 0.
 */
export function classReport(matrix: ArrayLike<number>, classes: number): ClassReport {
  const report = { precision: new Float64Array(classes), recall: new Float64Array(classes), f1: new Float64Array(classes), support: new Float64Array(classes) };
  for (let k = 0; k < classes; k++) {
    const hits = matrix[k * classes + k]!, { truly, predicted } = margins(matrix, classes, k);
    report.precision[k] = share(hits, predicted);
    report.recall[k] = share(hits, truly);
    report.f1[k] = share(2 * hits, predicted + truly);
    report.support[k] = truly;
  }
  return report;
}

export const accuracy = defineMetric({
  kind: "accuracy",
  title: "Accuracy",
  summary: "Share of rows whose most probable class is the right one.",
  math: "(1/n) Σ [ŷ = y]",
  source: "",
  params: {},
  targets: ["classes"],
  better: "higher",
  tallies: () => 2,
  count(tally, at, m) {
    const n = questions(at, m);
    for (let i = 0; i < n; i++) if (predictedClass(at, i) === trueClass(at, i)) tally[0]!++;
    tally[1]! += n;
  },
  read: (tally) => tally[0]! / tally[1]!,
});

/** Among equal outputs the first counts as the larger, as in accuracy, which this is for k = 1. */
export const topKAccuracy = defineMetric({
  kind: "topKAccuracy",
  title: "Top-k accuracy",
  summary: "Share of rows whose right class is among the k most probable ones.",
  math: "(1/n) Σ [rank of y < k]",
  source: "",
  params: { k: integer({ default: 3, min: 1, max: 65_536, help: "how many guesses count; must be below the number of classes, or every row is right" }) },
  targets: ["classes"],
  better: "higher",
  misfits: ({ k }, classes) => (k < classes ? [] : [problem("k", "badShape", `must be below the number of classes, ${classes}, or every row is right; got ${k}`, { why: "topK", got: String(k), classes: String(classes) }, classes - 1)]),
  tallies: () => 2,
  count(tally, at, m) {
    const n = questions(at, m);
    for (let i = 0; i < n; i++) if (rankOf(at, i, trueClass(at, i)) < at.values.k) tally[0]!++;
    tally[1]! += n;
  },
  read: (tally) => tally[0]! / tally[1]!,
});

/** How many classes are ahead of class k; all, where its own score is NaN. */
function rankOf(at: MetricAt<unknown>, i: number, k: number): number {
  const own = scoreOf(at, i, k);
  if (Number.isNaN(own)) return at.classes;
  let rank = 0;
  for (let j = 0; j < at.classes; j++) {
    const score = scoreOf(at, i, j);
    if (score > own || (score === own && j < k)) rank++;
  }
  return rank;
}

/** What the metrics of a confusion matrix have in common: the table is their tally. */
const fromTable = {
  targets: ["classes"],
  better: "higher",
  tallies: ({ classes }: MetricAt<unknown>) => classes * classes,
  count(tally: Float64Array, at: MetricAt<unknown>, m: number): void {
    const n = questions(at, m);
    for (let i = 0; i < n; i++) tally[trueClass(at, i) * at.classes + predictedClass(at, i)]!++;
  },
} as const;

export const balancedAccuracy = defineMetric({
  kind: "balancedAccuracy",
  title: "Balanced accuracy",
  summary: "Mean of the classes' recalls: a rare class counts as much as a common one.",
  math: "mean over the classes present of (rows of class k that are right) / (rows of class k)",
  source: "",
  params: {},
  ...fromTable,
  read(matrix, { classes }) {
    const { recall, support } = classReport(matrix, classes);
    const present = [...recall].filter((_, k) => support[k]! > 0);
    return present.reduce((sum, r) => sum + r, 0) / present.length;
  },
});

/**
 * How one number is made of a class's own: macro is the plain mean over all classes (one without rows counts, as 0), weighted the mean by rows of the class,
 * micro pools all rows, which makes precision, recall and F1 all equal to accuracy. A class given by its number stands for itself.
 */
const averaging = {
  average: choice({ default: "macro", options: ["macro", "micro", "weighted"], help: "macro: every class counts the same; weighted: by its rows; micro: rows pooled, which is accuracy" }),
  class: optional(integer({ label: "class", default: 1, min: 0, max: 65_535, help: "look at this class alone, by its place in the label order from 0, instead of an average; 1 is the positive class of two" })),
} as const;

function averaged(matrix: Float64Array, { values, classes }: MetricAt<Values<typeof averaging>>, what: "precision" | "recall" | "f1"): number {
  const report = classReport(matrix, classes);
  if (values.class !== null) return report[what][values.class]!;
  const rows = report.support.reduce((sum, s) => sum + s, 0);
  switch (values.average) {
    case "macro": return report[what].reduce((sum, x) => sum + x, 0) / classes;
    case "weighted": return report[what].reduce((sum, x, k) => sum + x * report.support[k]!, 0) / rows;
    case "micro": return hitsOf(matrix, classes) / rows;
  }
}

const checkClass = ({ class: k }: Values<typeof averaging>, classes: number) =>
  (k === null || k < classes ? [] : [problem("class", "badShape", `must be one of the ${classes} classes, 0 to ${classes - 1}; got ${k}`, { why: "classIndex", got: String(k), classes: String(classes), most: String(classes - 1) }, classes - 1)]);

export const precision = defineMetric({
  kind: "precision",
  title: "Precision",
  summary: "Of the rows predicted as a class, the share that are; 0 for a class that is never predicted.",
  math: "P = TP / (TP + FP)",
  source: "",
  params: averaging,
  ...fromTable,
  misfits: checkClass,
  read: (matrix, at) => averaged(matrix, at, "precision"),
});

export const recall = defineMetric({
  kind: "recall",
  title: "Recall",
  summary: "Of the rows of a class, the share that are found; 0 for a class without rows.",
  math: "R = TP / (TP + FN)",
  source: "",
  params: averaging,
  ...fromTable,
  misfits: checkClass,
  read: (matrix, at) => averaged(matrix, at, "recall"),
});

export const f1 = defineMetric({
  kind: "f1",
  title: "F1",
  summary: "Harmonic mean of precision and recall; 0 for a class that is neither there nor predicted.",
  math: "F₁ = 2PR / (P + R) = 2 TP / (2 TP + FP + FN)",
  source: "",
  params: averaging,
  ...fromTable,
  misfits: checkClass,
  read: (matrix, at) => averaged(matrix, at, "f1"),
});

export const cohenKappa = defineMetric({
  kind: "cohenKappa",
  title: "Cohen's kappa",
  summary: "Agreement beyond what chance would give with the same class shares: 1 is perfect, 0 is chance. Not a number where only one class is there and predicted.",
  math: "κ = (pₒ − pₑ) / (1 − pₑ);  pₑ = Σₖ (true share of k)(predicted share of k)",
  source: "Cohen, A Coefficient of Agreement for Nominal Scales, 1960",
  params: {},
  ...fromTable,
  read(matrix, { classes }) {
    const { rows, chance } = totals(matrix, classes);
    return (rows * hitsOf(matrix, classes) - chance) / (rows * rows - chance);
  },
});

export const mcc = defineMetric({
  kind: "mcc",
  title: "Matthews correlation",
  summary: "Correlation between true and predicted classes: 1 is perfect, 0 is chance, −1 is the opposite; 0 where only one class is there or predicted.",
  math: "(n·hits − Σₖ tₖpₖ) / √((n² − Σ pₖ²)(n² − Σ tₖ²));  tₖ rows of class k, pₖ predictions of it",
  source: "Gorodkin, Comparing two K-category assignments by a K-category correlation coefficient, 2004",
  params: {},
  ...fromTable,
  read(matrix, { classes }) {
    const { rows, chance, trueSquares, predictedSquares } = totals(matrix, classes);
    const scale = Math.sqrt((rows * rows - predictedSquares) * (rows * rows - trueSquares));
    return scale === 0 ? 0 : (rows * hitsOf(matrix, classes) - chance) / scale;
  },
});

const share = (part: number, whole: number): number => (whole === 0 ? 0 : part / whole);

/** Rows of class k, and predictions of it. */
function margins(matrix: ArrayLike<number>, classes: number, k: number): { truly: number; predicted: number } {
  let truly = 0, predicted = 0;
  for (let j = 0; j < classes; j++) {
    truly += matrix[k * classes + j]!;
    predicted += matrix[j * classes + k]!;
  }
  return { truly, predicted };
}

function hitsOf(matrix: ArrayLike<number>, classes: number): number {
  let hits = 0;
  for (let k = 0; k < classes; k++) hits += matrix[k * classes + k]!;
  return hits;
}

/** n, Σ tₖpₖ, Σ tₖ² and Σ pₖ². */
function totals(matrix: ArrayLike<number>, classes: number): { rows: number; chance: number; trueSquares: number; predictedSquares: number } {
  let rows = 0, chance = 0, trueSquares = 0, predictedSquares = 0;
  for (let k = 0; k < classes; k++) {
    const { truly, predicted } = margins(matrix, classes, k);
    rows += truly;
    chance += truly * predicted;
    trueSquares += truly * truly;
    predictedSquares += predicted * predicted;
  }
  return { rows, chance, trueSquares, predictedSquares };
}
