/** golden/metrics.json: every metric through `evaluate` on a network of one identity layer, and the tables and curves through their functions. */

import { describe, expect, it } from "vitest";
import { calibrationBins, classReport, compile, confusionMatrix, evaluate, identity, prCurve, rocCurve, sgd } from "../../src-engine/index.ts";
import type { Component, Scaling } from "../../src-engine/index.ts";
import { misses } from "../support/close.ts";
import { golden, numbers } from "../support/golden.ts";
import type { Tensor } from "../support/golden.ts";

type Prf = Readonly<Record<"precision" | "recall" | "f1", number>>;
interface Classification { readonly name: string; readonly n_classes: number; readonly y_true: readonly number[]; readonly y_pred: readonly number[]; readonly accuracy: number; readonly balanced_accuracy: number; readonly confusion_matrix: readonly (readonly number[])[]; readonly prf: Readonly<Record<"macro" | "micro" | "weighted", Prf>> & { readonly per_class: Readonly<Record<"precision" | "recall" | "f1" | "support", readonly number[]>> }; readonly cohen_kappa: number | string; readonly mcc: number }
interface Curve { readonly thresholds: readonly (number | string)[] }
interface Binary { readonly name: string; readonly y_true: readonly number[]; readonly scores: readonly number[]; readonly roc_auc: number | string; readonly average_precision: number; readonly pr_auc_trapezoid: number | null; readonly pr_curve?: Curve & Readonly<Record<"precision" | "recall", readonly number[]>>; readonly roc_curve?: Curve & Readonly<Record<"fpr" | "tpr", readonly number[]>> }
interface Bin { readonly bin: number; readonly count: number; readonly accuracy: number; readonly confidence: number }
interface Probabilistic { readonly name: string; readonly n_classes?: number; readonly y_true: readonly number[]; readonly probabilities: Tensor; readonly log_loss: number; readonly brier_multiclass_sum?: number; readonly top_k_accuracy?: Readonly<Record<string, number>>; readonly roc_auc_ovr_macro?: number; readonly roc_auc_ovo_macro?: number; readonly calibration?: Readonly<Record<string, { readonly ece: number; readonly mce: number; readonly non_empty_bins: readonly Bin[] }>> }
interface Regression { readonly name: string; readonly y_true: readonly number[]; readonly y_pred: readonly number[]; readonly r2: number; readonly mse: number; readonly mae: number; readonly rmse: number; readonly median_absolute_error: number; readonly explained_variance: number }
interface File {
  readonly classification: readonly Classification[];
  readonly binary_scores: readonly Binary[];
  readonly probabilistic: readonly Probabilistic[];
  readonly top_k_ties: { readonly scores: Tensor; readonly y_true: readonly number[]; readonly lower_bound: Readonly<Record<string, number>>; readonly upper_bound: Readonly<Record<string, number>> };
  readonly regression: readonly Regression[];
  readonly multioutput_regression: { readonly y_true: Tensor; readonly y_pred: Tensor; readonly r2_uniform_average: number; readonly mse: number; readonly mae: number; readonly rmse_mean_over_outputs: number };
  readonly tolerance: { readonly float64: { readonly abs: number }; readonly float32_inputs: { readonly abs: number } };
}
const file = golden<File>("metrics");
const exact = file.tolerance.float64;

interface Question { readonly z: ArrayLike<number>; readonly y: ArrayLike<number>; readonly outputs: number; readonly loss: string; readonly metrics: readonly Component[]; readonly precision?: 32 | 64; readonly scaling?: Scaling; readonly batchSize?: number }

/** What a network whose outputs are z measures against y; in batches of 4, so that tallies are carried from one to the next. */
function measured({ z, y, outputs, loss, metrics, precision = 64, scaling, batchSize = 4 }: Question): Readonly<Record<string, number>> {
  const plan = compile({ input: [outputs], layers: [identity()], loss: { kind: loss }, optimizer: sgd(), metrics }, { batchSize, seed: 1, precision });
  const { loss: _, ...rest } = evaluate(plan, { rows: z.length / outputs, x: Float64Array.from(z), y: Float64Array.from(y) }, scaling);
  return rest;
}

/** The entries that differ from the file's; NaN is right where the file says NaN. */
function differences(got: Readonly<Record<string, number>>, expected: Readonly<Record<string, number | string>>, tolerance = exact): string[] {
  expect(Object.keys(got).sort()).toEqual(Object.keys(expected).sort());
  return Object.entries(expected).flatMap(([name, value]) => (Number.isNaN(Number(value)) ? (Number.isNaN(got[name]) ? [] : [`${name} is ${got[name]}, expected NaN`]) : misses([got[name]!], [Number(value)], tolerance).map((text) => name + text)));
}

const oneHot = (labels: readonly number[], classes: number): number[] => labels.flatMap((label) => Array.from({ length: classes }, (_, k) => (k === label ? 1 : 0)));
/** For two classes and one output: a logit above 0 says class 1. */
const signs = (labels: readonly number[]): number[] => labels.map((label) => (label === 1 ? 1 : -1));

it("has 7 + 7 + 3 + 6 cases, ties and several outputs, and all are read", () => {
  expect([file.classification.length, file.binary_scores.length, file.probabilistic.length, file.regression.length]).toEqual([7, 7, 3, 6]);
});

describe("predicted classes, within 1e-10", () => {
  const averages = ["precision", "recall", "f1"].flatMap((kind) => [{ kind }, { kind, average: "micro" }, { kind, average: "weighted" }]);
  const table: readonly Component[] = [{ kind: "accuracy" }, { kind: "balancedAccuracy" }, { kind: "cohenKappa" }, { kind: "mcc" }, ...averages];
  const expectedOf = ({ accuracy, balanced_accuracy, cohen_kappa, mcc, prf: { macro, micro, weighted } }: Classification) => ({
    accuracy, balancedAccuracy: balanced_accuracy, cohenKappa: cohen_kappa, mcc,
    ...Object.fromEntries((["precision", "recall", "f1"] as const).flatMap((kind) => [[kind, macro[kind]], [`${kind}Micro`, micro[kind]], [`${kind}Weighted`, weighted[kind]]])),
  });

  it.each(file.classification)("$name: averages, and each class by itself", (c) => {
    const z = oneHot(c.y_pred, c.n_classes), of = { z, y: c.y_true, outputs: c.n_classes };
    for (const loss of ["softmaxCrossEntropy", "hinge"]) expect(differences(measured({ ...of, loss, metrics: table }), expectedOf(c))).toEqual([]);
    if (c.n_classes === 2) for (const loss of ["binaryCrossEntropy", "hinge"]) expect(differences(measured({ z: signs(c.y_pred), y: c.y_true, outputs: 1, loss, metrics: table }), expectedOf(c))).toEqual([]);
    for (let k = 0; k < c.n_classes; k++) {
      const metrics = ["precision", "recall", "f1"].map((kind) => ({ kind, class: k }));
      const expected = Object.fromEntries((["precision", "recall", "f1"] as const).map((kind) => [`${kind}Class${k}`, c.prf.per_class[kind][k]!]));
      expect(differences(measured({ ...of, loss: "softmaxCrossEntropy", metrics }), expected)).toEqual([]);
    }
  });

  it.each(file.classification)("$name: the confusion matrix with true classes as rows, and the report of every class", ({ y_true, y_pred, n_classes, confusion_matrix, prf }) => {
    const matrix = confusionMatrix(y_true, y_pred, n_classes);
    expect([...matrix]).toEqual(confusion_matrix.flat());
    const report = classReport(matrix, n_classes);
    for (const kind of ["precision", "recall", "f1", "support"] as const) expect(misses(report[kind], prf.per_class[kind], exact), kind).toEqual([]);
  });
});

describe("scores of two classes, within 1e-10", () => {
  const metrics: readonly Component[] = [{ kind: "rocAuc" }, { kind: "averagePrecision" }, { kind: "prAuc" }];

  it.each(file.binary_scores)("$name: the areas, from one logit, one margin, or two logits", (c) => {
    // The file has null where there is no positive, and the area no value.
    const expected = { rocAuc: c.roc_auc, averagePrecision: c.average_precision, prAuc: c.pr_auc_trapezoid ?? "NaN" };
    for (const loss of ["binaryCrossEntropy", "hinge"]) expect(differences(measured({ z: c.scores, y: c.y_true, outputs: 1, loss, metrics }), expected)).toEqual([]);
    expect(differences(measured({ z: c.scores.flatMap((s) => [0, s]), y: c.y_true, outputs: 2, loss: "softmaxCrossEntropy", metrics: [...metrics, { kind: "rocAuc", multiclass: "ovo" }] }), { ...expected, rocAucOvo: c.roc_auc })).toEqual([]);
  });

  it.each(file.binary_scores.filter((c) => c.roc_curve !== undefined))("$name: the ROC curve point by point", ({ y_true, scores, roc_curve }) => {
    const { fpr, tpr, thresholds } = rocCurve(y_true, scores);
    expect([...thresholds]).toEqual(roc_curve!.thresholds.map(Number));
    expect(misses([...fpr, ...tpr], [...roc_curve!.fpr, ...roc_curve!.tpr], exact)).toEqual([]);
  });

  it.each(file.binary_scores.filter((c) => c.pr_curve !== undefined))("$name: the precision-recall curve point by point", ({ y_true, scores, pr_curve }) => {
    const { precision, recall, thresholds } = prCurve(y_true, scores);
    expect([...thresholds]).toEqual(pr_curve!.thresholds.map(Number));
    expect(misses([...precision, ...recall], [...pr_curve!.precision, ...pr_curve!.recall], exact)).toEqual([]);
  });

  it("has 5 ROC and 6 precision-recall curves", () => {
    expect([file.binary_scores.filter((c) => c.roc_curve !== undefined).length, file.binary_scores.filter((c) => c.pr_curve !== undefined).length]).toEqual([5, 6]);
  });
});

describe("probabilities", () => {
  /** Logits whose softmax these probabilities are. */
  const logits = (probabilities: Tensor): Float64Array => numbers(probabilities).map(Math.log);

  it.each(file.probabilistic.flatMap((c) => ([64, 32] as const).map((precision) => ({ ...c, precision }))))("$name in $precision bit: within 1e-10, or 1e-5 where the logits are single", (c) => {
    const classes = c.probabilities.shape[1]!;
    const ks = Object.keys(c.top_k_accuracy ?? {}).map(Number);
    const bins = Object.keys(c.calibration ?? {}).map(Number);
    const ranked: readonly Component[] = c.roc_auc_ovr_macro === undefined ? [] : [{ kind: "brier" }, { kind: "rocAuc" }, { kind: "rocAuc", multiclass: "ovo" }];
    const metrics = [{ kind: "logLoss" }, ...ranked, ...ks.map((k) => ({ kind: "topKAccuracy", k })), ...bins.flatMap((of) => [{ kind: "ece", bins: of }, { kind: "mce", bins: of }])];
    // Names leave out what is the default: k 3, 15 bins.
    const named = (kind: string, usual: number, param: string, value: number) => (value === usual ? kind : `${kind}${param}${value}`);
    const expected = {
      logLoss: c.log_loss,
      ...(c.roc_auc_ovr_macro === undefined ? {} : { brier: c.brier_multiclass_sum!, rocAuc: c.roc_auc_ovr_macro, rocAucOvo: c.roc_auc_ovo_macro! }),
      ...Object.fromEntries(ks.map((k) => [named("topKAccuracy", 3, "K", k), c.top_k_accuracy![k]!])),
      ...Object.fromEntries(bins.flatMap((of) => [[named("ece", 15, "Bins", of), c.calibration![of]!.ece], [named("mce", 15, "Bins", of), c.calibration![of]!.mce]])),
    };
    const got = measured({ z: logits(c.probabilities), y: c.y_true, outputs: classes, loss: "softmaxCrossEntropy", metrics, precision: c.precision });
    expect(differences(got, expected, c.precision === 64 ? exact : file.tolerance.float32_inputs)).toEqual([]);
  });

  it.each(file.probabilistic.filter((c) => c.calibration !== undefined))("$name: the reliability diagram's bins", ({ probabilities, y_true, calibration }) => {
    expect(Object.keys(calibration!).length).toBeGreaterThanOrEqual(3);
    for (const [bins, { non_empty_bins }] of Object.entries(calibration!)) {
      const got = calibrationBins(numbers(probabilities), y_true, probabilities.shape[1]!, Number(bins));
      expect(got.map(({ bin, count }) => [bin, count])).toEqual(non_empty_bins.map(({ bin, count }) => [bin, count]));
      expect(misses(got.flatMap(({ accuracy, confidence }) => [accuracy, confidence]), non_empty_bins.flatMap(({ accuracy, confidence }) => [accuracy, confidence]), exact)).toEqual([]);
      for (const { bin, from, to, confidence } of got) expect(confidence > from && confidence <= to && to === (bin + 1) / Number(bins)).toBe(true);
    }
  });

  it("top-k with ties lies between the file's bounds, and the first among equals counts", () => {
    const { scores, y_true, lower_bound, upper_bound } = file.top_k_ties;
    const got = measured({ z: numbers(scores), y: y_true, outputs: 4, loss: "hinge", metrics: [1, 2, 3].map((k) => ({ kind: "topKAccuracy", k })) });
    [got["topKAccuracyK1"]!, got["topKAccuracyK2"]!, got["topKAccuracy"]!].forEach((value, i) => {
      expect(value).toBeGreaterThanOrEqual(lower_bound[i + 1]!);
      expect(value).toBeLessThanOrEqual(upper_bound[i + 1]!);
    });
    expect([got["topKAccuracyK1"], got["topKAccuracyK2"], got["topKAccuracy"]]).toEqual([1 / 3, 1, 1]);
  });
});

describe("predicted numbers, within 1e-10", () => {
  const metrics = ["r2", "mse", "mae", "rmse", "medianAbsoluteError", "explainedVariance"].map((kind) => ({ kind }));
  const expectedOf = ({ r2, mse, mae, rmse, median_absolute_error, explained_variance }: Regression) => ({ r2, mse, mae, rmse, medianAbsoluteError: median_absolute_error, explainedVariance: explained_variance });

  it.each(file.regression)("$name", (c) => {
    expect(differences(measured({ z: c.y_pred, y: c.y_true, outputs: 1, loss: "mse", metrics }), expectedOf(c))).toEqual([]);
  });

  it.each(file.regression.filter(({ name }) => name === "generic"))("$name, scaled: errors come back in the target's own unit", (c) => {
    const scaling = { features: { mean: new Float64Array(1), deviation: Float64Array.of(1) }, target: { mean: 3, deviation: 2.5 } };
    const scaled = (values: readonly number[]) => values.map((y) => (y - 3) / 2.5);
    expect(differences(measured({ z: scaled(c.y_pred), y: scaled(c.y_true), outputs: 1, loss: "mse", metrics, scaling }), expectedOf(c))).toEqual([]);
  });

  it("three outputs: means over outputs", () => {
    const { y_true, y_pred, r2_uniform_average, mse, mae, rmse_mean_over_outputs } = file.multioutput_regression;
    const got = measured({ z: numbers(y_pred), y: numbers(y_true), outputs: 3, loss: "mae", metrics: metrics.slice(0, 4) });
    expect(differences(got, { r2: r2_uniform_average, mse, mae, rmse: rmse_mean_over_outputs })).toEqual([]);
  });
});
