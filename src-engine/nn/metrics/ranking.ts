/** Metrics of scores by which rows can be ranked, whatever their threshold: the curves over all thresholds, and the areas below them. */

import { choice } from "../../spec/param.ts";
import { defineMetric, probabilities, questions, scoreOf, trueClass } from "../metric.ts";
import type { MetricAt } from "../metric.ts";

/** Shares of negatives (fpr) and of positives (tpr) whose score is at least each threshold; thresholds fall, the first is Infinity. */
export interface RocCurve { readonly fpr: Float64Array; readonly tpr: Float64Array; readonly thresholds: Float64Array }
/** Precision and recall of calling positive what scores at least each threshold. */
export interface PrCurve { readonly precision: Float64Array; readonly recall: Float64Array; readonly thresholds: Float64Array }

/**
 * The ROC curve: for every threshold s, from above the largest score (written Infinity) down to the smallest, the share of negatives and of positives
 * whose score is at least s. Rows with the same score move together; no point is left out, even where three lie on a line.
 *
 * labels 1 (positive) or 0 · scores equally many, larger meaning likelier. Without negatives `fpr` is NaN, without positives `tpr`. Throws RangeError for a
 * score that is NaN.
 */
export function rocCurve(labels: ArrayLike<number>, scores: ArrayLike<number>): RocCurve {
  const { steps, positives, negatives } = ranked(labels, scores);
  const points = [{ score: Infinity, hits: 0, alarms: 0 }, ...steps];
  return {
    fpr: Float64Array.from(points, ({ alarms }) => alarms / negatives),
    tpr: Float64Array.from(points, ({ hits }) => hits / positives),
    thresholds: Float64Array.from(points, ({ score }) => score),
  };
}

/**
 * The precision-recall curve: for every distinct score s, ascending, the precision and recall of calling positive what scores at least s; then the end
 * point of precision 1 and recall 0, which has no threshold. Arguments and errors as in `rocCurve`; without positives `recall` is NaN.
 */
export function prCurve(labels: ArrayLike<number>, scores: ArrayLike<number>): PrCurve {
  const { steps, positives } = ranked(labels, scores);
  const ascending = steps.toReversed();
  return {
    precision: Float64Array.from([...ascending.map(({ hits, alarms }) => hits / (hits + alarms)), 1]),
    recall: Float64Array.from([...ascending.map(({ hits }) => hits / positives), 0]),
    thresholds: Float64Array.from(ascending, ({ score }) => score),
  };
}

/** Area under the ROC curve: the chance that a positive scores above a negative, ties counting one half. NaN where there are none of either. */
export function rocArea(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const { steps, positives, negatives } = ranked(labels, scores);
  let twice = 0, before = { hits: 0, alarms: 0 };
  for (const step of steps) {
    twice += (step.alarms - before.alarms) * (step.hits + before.hits);
    before = step;
  }
  return twice / (2 * positives * negatives);
}

/** Σ (Rₙ − Rₙ₋₁) Pₙ over the thresholds downwards, without interpolation; 0 where there are no positives. */
export function averagePrecisionOf(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const { steps, positives } = ranked(labels, scores);
  if (positives === 0) return 0;
  let sum = 0, before = 0;
  for (const { hits, alarms } of steps) {
    sum += ((hits - before) / positives) * (hits / (hits + alarms));
    before = hits;
  }
  return sum;
}

/** Area under the precision-recall curve by trapezoids, its end point (0, 1) included: more hopeful than average precision. NaN where there are no positives. */
export function prArea(labels: ArrayLike<number>, scores: ArrayLike<number>): number {
  const { precision, recall } = prCurve(labels, scores);
  let area = 0;
  for (let i = 1; i < recall.length; i++) area += ((recall[i - 1]! - recall[i]!) * (precision[i - 1]! + precision[i]!)) / 2;
  return area;
}

interface Step { readonly score: number; readonly hits: number; readonly alarms: number }

/** At each distinct score, downwards: how many positives and negatives score at least that. */
function ranked(labels: ArrayLike<number>, scores: ArrayLike<number>): { steps: Step[]; positives: number; negatives: number } {
  const order = Int32Array.from({ length: scores.length }, (_, i) => i);
  const odd = order.find((i) => Number.isNaN(scores[i]));
  if (odd !== undefined) throw new RangeError(`scores must be numbers; got NaN at place ${odd}`);
  // Two equal infinities differ by NaN, which means "equal" here too.
  order.sort((a, b) => scores[b]! - scores[a]! || 0);
  const steps: Step[] = [];
  let hits = 0, alarms = 0;
  order.forEach((row, i) => {
    if (labels[row] === 1) hits++;
    else alarms++;
    const next = order[i + 1];
    if (next === undefined || scores[next] !== scores[row]) steps.push({ score: scores[row]!, hits, alarms });
  });
  return { steps, positives: hits, negatives: alarms };
}

/** All rows must be seen before they can be ranked: the tally keeps how many there are, then for each its true class and its score of every class (of two classes: of class 1). */
const kept = {
  targets: ["classes"],
  better: "higher",
  tallies: ({ classes }: MetricAt<unknown>, rows: number) => 1 + rows * (1 + columnsOf(classes)),
  count(tally: Float64Array, at: MetricAt<unknown>, m: number): void {
    const columns = columnsOf(at.classes);
    const n = questions(at, m);
    for (let i = 0; i < n; i++) {
      const place = 1 + tally[0]!++ * (1 + columns);
      tally[place] = trueClass(at, i);
      if (columns === 1) tally[place + 1] = scoreOf(at, i, 1) - scoreOf(at, i, 0);
      else if (at.reading.kind === "softmax") probabilities(at, i, tally, place + 1);
      else for (let k = 0; k < columns; k++) tally[place + 1 + k] = scoreOf(at, i, k);
    }
  },
} as const;

const columnsOf = (classes: number): number => (classes === 2 ? 1 : classes);

interface Kept { readonly rows: number; readonly isWhole: boolean; label(row: number): number; score(row: number, k: number): number }

function read(tally: Float64Array, classes: number): Kept {
  const columns = columnsOf(classes), rows = tally[0]!;
  const isWhole = !tally.subarray(0, 1 + rows * (1 + columns)).some(Number.isNaN);
  return { rows, isWhole, label: (row) => tally[1 + row * (1 + columns)]!, score: (row, k) => tally[2 + row * (1 + columns) + k]! };
}

/** The area of class `positive` against `rest` (against all others where it is null), over the rows of these classes. */
function against({ rows, label, score }: Kept, area: Area, positive: number, rest: number | null, column: number): number {
  const chosen = Array.from({ length: rows }, (_, row) => row).filter((row) => rest === null || label(row) === positive || label(row) === rest);
  return area(chosen.map((row) => (label(row) === positive ? 1 : 0)), chosen.map((row) => score(row, column)));
}
type Area = (labels: ArrayLike<number>, scores: ArrayLike<number>) => number;

/** For two classes the area of class 1; for more the mean over the classes that have rows of each against the rest. NaN scores make it NaN. */
function oneAgainstRest(tally: Float64Array, classes: number, area: Area): number {
  const all = read(tally, classes);
  if (!all.isWhole) return Number.NaN;
  if (classes === 2) return against(all, area, 1, null, 0);
  return meanOfNumbers(classesIn(all, classes).map((k) => against(all, area, k, null, k)));
}

function classesIn({ rows, label }: Kept, classes: number): number[] {
  const present = new Set(Array.from({ length: rows }, (_, row) => label(row)));
  return Array.from({ length: classes }, (_, k) => k).filter((k) => present.has(k));
}

/** The mean of those that are defined; NaN where none is. */
function meanOfNumbers(areas: readonly number[]): number {
  const defined = areas.filter((area) => !Number.isNaN(area));
  return defined.reduce((sum, area) => sum + area, 0) / defined.length;
}

/**
 * For two classes the area under the ROC curve of class 1. For more, ovr is the mean over the classes of each against all others; ovo (Hand & Till) the mean over
 * pairs of classes of both their areas, on the rows of the two alone, which does not depend on the classes' shares.
 * A class or pair for which the area is not defined is left out of the mean; NaN where none is left, as with rows of one class only.
 */
export const rocAuc = defineMetric({
  kind: "rocAuc",
  title: "ROC AUC",
  summary: "Chance that a row of the class scores above one that is not of it: 0.5 is chance, 1 is perfect. Not a number where all rows are of one class.",
  math: "P(s⁺ > s⁻) + ½ P(s⁺ = s⁻)",
  source: "Fawcett, An introduction to ROC analysis, 2006; ovo: Hand & Till, 2001",
  params: { multiclass: choice({ label: "several classes", default: "ovr", options: ["ovr", "ovo"], help: "ovr: each class against all others; ovo: every pair of classes by itself; the same for two classes" }) },
  ...kept,
  read(tally, { values, classes }) {
    if (values.multiclass === "ovr" || classes === 2) return oneAgainstRest(tally, classes, rocArea);
    const all = read(tally, classes);
    if (!all.isWhole) return Number.NaN;
    const present = classesIn(all, classes);
    const pairs = present.flatMap((a, i) => present.slice(i + 1).map((b) => [a, b] as const));
    return meanOfNumbers(pairs.map(([a, b]) => (against(all, rocArea, a, b, a) + against(all, rocArea, b, a, b)) / 2));
  },
});

export const averagePrecision = defineMetric({
  kind: "averagePrecision",
  title: "Average precision",
  summary: "Precision averaged over the recalls reached, for class 1 or as a mean over the classes; chance is the class's share, which rare classes feel more than ROC AUC. 0 where there is no row of class 1.",
  math: "AP = Σₙ (Rₙ − Rₙ₋₁) Pₙ",
  source: "",
  params: {},
  ...kept,
  read: (tally, { classes }) => oneAgainstRest(tally, classes, averagePrecisionOf),
});

export const prAuc = defineMetric({
  kind: "prAuc",
  title: "PR AUC (trapezoids)",
  summary: "Area under the precision-recall curve, its points joined by straight lines; somewhat more hopeful than average precision. Not a number where there is no row of class 1.",
  math: "Σₙ (Rₙ − Rₙ₋₁)(Pₙ + Pₙ₋₁)/2;  P₀ = 1, R₀ = 0",
  source: "Davis & Goadrich, The Relationship Between Precision-Recall and ROC Curves, ICML 2006, on why not to interpolate",
  params: {},
  ...kept,
  read: (tally, { classes }) => oneAgainstRest(tally, classes, prArea),
});
