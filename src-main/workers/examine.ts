/** A saved network before the rows of a split: what it confuses, how sure it is, which rows are hard; and how many rows of each split it has wrong. Knows the engine only. */

import { averagePrecisionOf, calibrationBins, carryCheckpoint, classReport, confusionMatrix, evaluate, fitTemperature, predict, prCurve, prepare, rocArea, rocCurve, softmaxOf, splitRows, wilson } from "../../src-engine/index.ts";
import type { Dataset, Part, Plan, Predictions, Prepared } from "../../src-engine/index.ts";
import { StoreError } from "../../src-engine/spec/errors.ts";
import type { Wrong } from "../contract/diagnosis.ts";
import { mostRowsTold } from "../contract/examination.ts";
import type { CalibrationAt, ClassCurves, ClassExamination, Examination, JudgedRows, NumberExamination, SplitName } from "../contract/examination.ts";
import type { RunSpec } from "../contract/nouns.ts";
import { compilePlan } from "./course.ts";

export type Examined = Omit<Examination, "runId" | "step" | "epoch">;

/** Points of one curve that are told, about: more than a chart has pixels across. */
const curvePoints = 500;
const mostCurves = 30;
/** Bins of the calibration error, as the metric `ece` has them. */
const bins = 15;

function open(spec: RunSpec, dataset: Dataset, checkpoint: Uint8Array): { readonly plan: Plan; readonly parts: Prepared } {
  const parts = prepare(dataset, spec, 32);
  const plan = compilePlan(spec, dataset, parts.train.rows);
  // Another optimizer or schedule than the state was saved under changes nothing of what the network says.
  carryCheckpoint(plan, checkpoint, { keepsWatch: false });
  return { plan, parts };
}

/** For each split that is asked for how many of its rows are wrong; null where it has none. Throws StoreError where a row is not simply right or wrong. */
export function countErrors(spec: RunSpec, dataset: Dataset, checkpoint: Uint8Array, splits: readonly SplitName[]): Readonly<Record<SplitName, Wrong | null>> {
  const { plan, parts } = open(spec, dataset, checkpoint);
  mustChoose(plan, dataset);
  const wrongIn = (split: SplitName): Wrong | null => {
    const part = parts[split];
    if (!splits.includes(split) || part.rows === 0) return null;
    const chosen = choices(predict(plan, part));
    return { wrong: chosen.reduce((wrong, label, i) => wrong + Number(label !== part.y[i]), 0), rows: part.rows };
  };
  return { train: wrongIn("train"), validation: wrongIn("validation"), test: wrongIn("test") };
}

/** Throws StoreError (`noRows`) where the split is empty, and where a row is neither of one class nor one number. */
export function examine(spec: RunSpec, dataset: Dataset, checkpoint: Uint8Array, split: SplitName): Examined {
  const { plan, parts } = open(spec, dataset, checkpoint);
  const part = parts[split];
  if (part.rows === 0) throw new StoreError("noRows", `the split of this run has no ${split} rows`, {}, "Look at another split, or start a run whose split leaves it rows.");
  const numbers = splitRows(dataset, spec.split)[split];
  const metrics = evaluate(plan, part, parts.scaling);
  const common = { split, rows: part.rows, targetName: dataset.targetName, classes: dataset.classes, metrics };
  if (dataset.task === "number") return { ...common, ...ofNumbers(plan, part, parts, numbers) };
  mustChoose(plan, dataset);
  return { ...common, ...ofClasses(plan, part, parts, numbers, dataset.classes!.length) };
}

function mustChoose({ reading, outputs }: Plan, { classes }: Dataset): void {
  if (classes === null || (reading.kind === "sigmoid" && outputs > 1)) throw new StoreError("noClasses", "this network does not choose one class for a row, so no row is simply right or wrong", {}, "Read its metrics instead.");
}

/** The largest output, the first among equals; of a single one whether it is above 0. */
function choices({ outputs, width, rows }: Predictions): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => {
    if (width === 1) return Number(outputs[row]! > 0);
    let best = 0;
    for (let k = 1; k < width; k++) if (outputs[row * width + k]! > outputs[row * width + best]!) best = k;
    return best;
  });
}

function ofClasses(plan: Plan, part: Part, parts: Prepared, numbers: Int32Array, classes: number): Pick<Examined, "judged" | "ofClasses" | "ofNumbers"> {
  const said = predict(plan, part);
  const { probabilities } = said;
  const chosen = choices(said), labels = part.y;
  const given = (row: number, label: number): number => (probabilities === null ? NaN : probabilities[row * classes + label]!);
  /** What speaks for a class: its probability, or its margin over the strongest other. */
  const scores = (label: number): Float64Array => Float64Array.from({ length: part.rows }, (_, row) => (probabilities !== null ? given(row, label) : marginOf(said, row, label)));
  const confusion = confusionMatrix(labels, chosen, classes);
  const right = chosen.reduce((sum, label, row) => sum + Number(label === labels[row]), 0);
  const hardness = probabilities === null ? Float64Array.from(labels, (label, row) => marginOf(said, row, label)) : Float64Array.from(labels, (label, row) => given(row, label));
  const report = classReport(confusion, classes);
  return {
    judged: hardestFirst(hardness, (at) => ({
      row: Int32Array.from(at, (i) => numbers[i]!), actual: Float64Array.from(at, (i) => labels[i]!), predicted: Float64Array.from(at, (i) => chosen[i]!),
      confidence: Float64Array.from(at, (i) => given(i, chosen[i]!)), given: Float64Array.from(at, (i) => given(i, labels[i]!)),
    })),
    ofClasses: {
      confusion, accuracy: { share: right / part.rows, ...wilson(right, part.rows) },
      scores: Array.from({ length: classes }, (_, k) => ({
        precision: report.precision[k]!, recall: report.recall[k]!, f1: report.f1[k]!, support: report.support[k]!,
        predicted: chosen.reduce((sum, label) => sum + Number(label === k), 0),
      })),
      curves: curvesOf(labels, scores, classes), calibration: probabilities === null ? null : calibration(plan, said, part, parts, classes),
    },
    ofNumbers: null,
  };
}

function marginOf({ outputs, width }: Predictions, row: number, label: number): number {
  if (width === 1) return label === 1 ? outputs[row]! : -outputs[row]!;
  let other = -Infinity;
  for (let k = 0; k < width; k++) if (k !== label) other = Math.max(other, outputs[row * width + k]!);
  return outputs[row * width + label]! - other;
}

/** Rows by how little speaks for them, ascending; a NaN is hardest of all. */
function hardestFirst(ease: Float64Array, told: (at: Int32Array) => JudgedRows): JudgedRows {
  const order = Int32Array.from({ length: ease.length }, (_, i) => i);
  const key = (i: number): number => (Number.isNaN(ease[i]!) ? -Infinity : ease[i]!);
  order.sort((a, b) => (key(a) === key(b) ? a - b : key(a) - key(b)));
  return told(order.subarray(0, mostRowsTold));
}

function curvesOf(labels: Float64Array, scores: (label: number) => Float64Array, classes: number): ClassCurves[] {
  const asked = classes === 2 ? [1] : Array.from({ length: classes }, (_, k) => k);
  return asked.slice(0, mostCurves).flatMap((label): ClassCurves[] => {
    const own = Float64Array.from(labels, (one) => Number(one === label)), score = scores(label);
    const positives = own.reduce((sum, one) => sum + one, 0);
    if (positives === 0 || positives === own.length || score.some(Number.isNaN)) return [];
    const roc = rocCurve(own, score), pr = prCurve(own, score);
    const kept = thinned(roc.fpr, roc.tpr);
    const recall = pr.recall.toReversed(), precision = pr.precision.toReversed();
    const keptPr = thinned(recall, precision);
    const at = (column: Float64Array, indices: readonly number[]): Float64Array => Float64Array.from(indices, (i) => column[i]!);
    return [{
      label, roc: { fpr: at(roc.fpr, kept), tpr: at(roc.tpr, kept), thresholds: at(roc.thresholds, kept) }, rocArea: rocArea(own, score),
      pr: { recall: at(recall, keptPr), precision: at(precision, keptPr) }, averagePrecision: averagePrecisionOf(own, score), share: positives / own.length,
    }];
  });
}

/** Indices of a curve in the unit square that keep it to the eye: of points nearer than a pixel only the first; the ends stay. */
function thinned(x: Float64Array, y: Float64Array): number[] {
  const kept = [0];
  for (let i = 1; i < x.length; i++) {
    const last = kept.at(-1)!;
    if (i === x.length - 1 || Math.max(Math.abs(x[i]! - x[last]!), Math.abs(y[i]! - y[last]!)) >= 1 / curvePoints) kept.push(i);
  }
  return kept;
}

/** Of the split's rows at the loss's own temperature, and at the one that suits the validation rows best. */
function calibration(plan: Plan, said: Predictions, part: Part, parts: Prepared, classes: number): ClassExamination["calibration"] {
  const own = plan.reading.kind === "softmax" ? plan.reading.temperature : 1;
  const { validation } = parts;
  const fitted = validation.rows === 0 ? null : fitTemperature(logitsOf(predict(plan, validation), own), validation.y, classes, bins).after.temperature;
  const logits = logitsOf(said, own);
  const at = (temperature: number): CalibrationAt => {
    const shares = softmaxOf(logits, classes, temperature);
    const told = calibrationBins(shares, part.y, classes, bins);
    const nll = part.y.reduce((sum, label, row) => sum - Math.log(shares[row * classes + label]!), 0) / part.rows;
    const ece = told.reduce((sum, { count, accuracy, confidence }) => sum + count * Math.abs(accuracy - confidence), 0) / part.rows;
    return { temperature, nll, ece, bins: told.map(({ from, to, count, accuracy, confidence }) => ({ from, to, count, accuracy, confidence })) };
  };
  return { before: at(1), after: fitted === null ? null : at(fitted) };
}

/** (rows, classes): a single logit stands against 0. Divided by the loss's own temperature, so that 1 is as trained. */
function logitsOf({ outputs, width, rows }: Predictions, own: number): Float64Array {
  return width === 1 ? Float64Array.from({ length: 2 * rows }, (_, i) => (i % 2 === 0 ? 0 : outputs[i >> 1]!)) : outputs.map((z) => z / own);
}

const residualBins = 40;

function ofNumbers(plan: Plan, part: Part, { scaling }: Prepared, numbers: Int32Array): Pick<Examined, "judged" | "ofClasses" | "ofNumbers"> {
  const { mean, deviation } = scaling.target;
  const predicted = predict(plan, part).outputs.map((z) => z * deviation + mean);
  const actual = part.y.map((y) => y * deviation + mean);
  const residuals = predicted.map((value, i) => value - actual[i]!);
  return {
    judged: hardestFirst(residuals.map((residual) => -Math.abs(residual)), (at) => ({
      row: Int32Array.from(at, (i) => numbers[i]!), actual: Float64Array.from(at, (i) => actual[i]!), predicted: Float64Array.from(at, (i) => predicted[i]!),
      confidence: new Float64Array(at.length).fill(NaN), given: new Float64Array(at.length).fill(NaN),
    })),
    ofClasses: null, ofNumbers: summed(residuals, actual),
  };
}

function summed(residuals: Float64Array, actual: Float64Array): NumberExamination {
  const n = residuals.length;
  const meanOf = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / n;
  const sorted = residuals.map(Math.abs).sort();
  const middle = n >> 1, mean = meanOf(actual);
  const squares = residuals.reduce((sum, residual) => sum + residual * residual, 0);
  const [from, to] = [residuals.reduce((a, b) => Math.min(a, b), Infinity), residuals.reduce((a, b) => Math.max(a, b), -Infinity)];
  const counts = new Array<number>(from === to ? 1 : residualBins).fill(0);
  for (const residual of residuals) counts[Math.min(counts.length - 1, Math.floor(((residual - from) / (to - from || 1)) * counts.length))]!++;
  return {
    residuals: { from, to, counts }, bias: meanOf(residuals), rmse: Math.sqrt(squares / n), medianError: n % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2,
    r2: 1 - squares / actual.reduce((sum, value) => sum + (value - mean) ** 2, 0),
  };
}
