/** What training makes small. A loss reads the network's last outputs (logits, margins, or predicted numbers) and writes their gradient. */

import type { Kernels, Vector } from "../kernels/kernels.ts";
import { declare } from "../spec/component.ts";
import type { Declaration } from "../spec/component.ts";
import type { Problem } from "../spec/errors.ts";
import { flag, list, optional, problem, real } from "../spec/param.ts";
import type { Params, Values } from "../spec/param.ts";
import type { Reading } from "./reading.ts";

/** What a loss is told at compile: z (rows, c) outputs, y (rows, width) targets, dz (rows, c) their gradient, w what `weights` asked for. */
export interface LossAt<V> {
  readonly values: V;
  readonly kernels: Kernels;
  readonly z: Vector;
  readonly y: Vector;
  readonly dz: Vector;
  readonly w: Vector | null;
  readonly c: number;
  readonly width: number;
}

export interface LossBehaviour<P extends Params = Params> {
  readonly targets: readonly ("classes" | "number")[];
  /** What its outputs mean. */
  reading(values: Values<P>): Reading;
  /** Fewest outputs it can take. */
  readonly outputs: { readonly least: number };
  /** How many outputs data of so many classes (null for a number) ask for. */
  outputsFor(classes: number | null): number;
  /** The only count of classes it is for, where there is one. */
  readonly onlyClasses?: number;
  /** Whether a label may also stand as shares, one for each class (then `width` is c): what mixup and soft targets need of a loss with labels. */
  readonly takesSoft?: true;
  /** Numbers in the target of one row. */
  targetWidth(c: number, isSoft?: boolean): number;
  /** Labels run from 0 to this number − 1; null where targets are any numbers, or shares. */
  labels(c: number, isSoft?: boolean): number | null;
  /** What of its values does not suit c outputs, with paths from the loss on. */
  misfits?(values: Values<P>, c: number): readonly Problem[];
  /** A number for each class that its kernel reads from memory. */
  weights?(values: Values<P>): readonly number[] | null;
  /** What the mean over m rows is divided by, where that is not m: means of several batches are put together with it. */
  divisor?(at: LossAt<Values<P>>, m: number): number;
  /** The mean loss of the first m rows; overwrites m rows of dz with its gradient. */
  measure(at: LossAt<Values<P>>, m: number): number;
  /** For each of its corners, where the slope or its own slope jumps, on which side of it the first m rows are. Absent: it has none. */
  sides?(at: LossAt<Values<P>>, m: number): number[];
}
/** A declared loss, with its behaviour. */
export type Loss = Declaration<string, Params> & LossBehaviour;

const defineLoss = <const K extends string, const P extends Params>(declaration: Declaration<K, P> & LossBehaviour<P>) => declare("loss", declaration);

/**
 * L = (1/D) Σᵣ Σⱼ wⱼ q′ⱼ (−log aⱼ) with a = softmax(z/T) and q′ = (1 − ε) q + ε/c, where q is the label's one-hot, or the row's own distribution.
 *
 * The divisor D has two forms, as in PyTorch: with labels it is Σᵣ w[yᵣ], the weights of the batch's own labels (so that a batch of heavy classes does not count
 * for more); with distributions it is m, the rows. Without class weights both are m.
 * In PyTorch's and Keras' `label_smoothing` ε is shared out over all c classes, the right one included, and so it is here.
 */
export const softmaxCrossEntropy = defineLoss({
  kind: "softmaxCrossEntropy",
  title: "Softmax cross-entropy",
  summary: "For two or more classes, one output each: minus the log of the probability given to the right class. Starts near ln(classes).",
  math: "a = softmax(z/T);  q′ = (1 − ε)q + ε/c;  L = −(1/D) Σᵣ Σⱼ wⱼ q′ⱼ log aⱼ;  D = Σᵣ w[yᵣ];  w = 1, ε = 0, T = 1:  L = −(1/m) Σ log a[y],  dz = (a − onehot(y)) / m",
  source: "Bishop, Pattern Recognition and Machine Learning, 2006, §4.3.4; smoothing: Szegedy et al., Rethinking the Inception Architecture, CVPR 2016 (arXiv:1512.00567), §7",
  params: {
    labelSmoothing: real({ label: "label smoothing", symbol: "ε", default: 0, min: 0, max: 1, open: "max", search: [0, 0.2], help: "share of the target that is spread evenly over all classes; 0.1 is usual" }),
    classWeights: optional(list({ label: "class weights", symbol: "w", of: real({ default: 1, min: 0, open: "min", max: 1e6, help: "weight of one class" }), default: [1, 2], min: 2, max: 65_536, help: "how much each class counts, one number a class in label order; the mean is divided by the weights of the batch's labels, or by its rows where targets are soft" })),
    temperature: real({ symbol: "T", default: 1, min: 0, open: "min", max: 1000, scale: "log", search: [0.5, 5], help: "divides the logits: below 1 probabilities sharpen, above 1 they flatten, the largest stays the largest; to mend the calibration of a trained network, fit it afterwards" }),
  },
  targets: ["classes"],
  reading: ({ temperature }) => ({ kind: "softmax", temperature }),
  outputs: { least: 2 },
  outputsFor: (classes) => classes ?? 2,
  takesSoft: true,
  targetWidth: (c, isSoft) => (isSoft === true ? c : 1),
  labels: (c, isSoft) => (isSoft === true ? null : c),
  misfits({ classWeights }, c) {
    if (classWeights === null || classWeights.length === c) return [];
    return [problem("classWeights", "badShape", `must have one weight for each of the ${c} outputs; got ${classWeights.length}`, { why: "classWeights", got: String(classWeights.length), wanted: String(c) })];
  },
  weights: ({ classWeights }) => classWeights,
  divisor({ kernels: { round }, y, w, width }, m) {
    if (w === null || width > 1) return m;
    let sum = 0;
    for (let i = 0; i < m; i++) sum = round(sum + w[y[i]!]!);
    return sum;
  },
  measure({ kernels, values: { labelSmoothing, temperature }, z, y, w, dz, c, width }, m) {
    // The plain case has a kernel of its own, with the same bits: it is the one that fast executors implement first.
    if (w === null && width === 1 && labelSmoothing === 0 && temperature === 1) return kernels.softmaxCrossEntropy(z, y, dz, m, c);
    return kernels.weightedCrossEntropy(z, y, w, dz, m, c, width, labelSmoothing, temperature);
  },
});

/** Averaged over all elements. With several outputs each is a question of its own, whose targets (rows, c) are 0, 1, or a probability between. */
export const binaryCrossEntropy = defineLoss({
  kind: "binaryCrossEntropy",
  title: "Binary cross-entropy",
  summary: "For two classes and one output, the logit of class 1, or for several independent yes-or-no outputs; the sigmoid is part of the loss. Starts near ln 2.",
  math: "a = sigmoid(z);  L = −(1/n) Σ (p y log a + (1 − y) log(1 − a));  p = 1:  dz = (a − y) / n",
  source: "Bishop, Pattern Recognition and Machine Learning, 2006, §4.3.2",
  params: {
    posWeight: real({ label: "weight of class 1", symbol: "p", default: 1, min: 0, open: "min", max: 1e6, scale: "log", search: [0.1, 10], help: "how much a target of 1 counts: negatives divided by positives balances the two; the mean is divided by the count of all, not by weights" }),
  },
  targets: ["classes"],
  reading: () => ({ kind: "sigmoid" }),
  outputs: { least: 1 },
  outputsFor: () => 1,
  onlyClasses: 2,
  takesSoft: true,
  targetWidth: (c) => c,
  labels: (_, isSoft) => (isSoft === true ? null : 2),
  measure: ({ kernels, values: { posWeight }, z, y, dz, c }, m) => kernels.binaryCrossEntropy(z, y, dz, m * c, posWeight),
});

/** max(0, 1 − t z) with t = ±1 for one output; for several the multi-class margin, divided by c as in PyTorch's MultiMarginLoss. At the margin itself the slope is 0. */
export const hinge = defineLoss({
  kind: "hinge",
  title: "Hinge",
  summary: "For classes, without probabilities: costs nothing once the right class leads by a margin of 1. One output for two classes, otherwise one each.",
  math: "c = 1:  L = (1/m) Σ max(0, 1 − t z),  t = 2y − 1;  c > 1:  L = (1/mc) Σᵣ Σ_{j≠y} max(0, 1 − z[y] + zⱼ);  squared:  max(0, ·)²",
  source: "Cortes & Vapnik, Support-Vector Networks, 1995; several classes: Weston & Watkins, 1999",
  params: { squared: flag({ default: false, help: "square each shortfall: smooth where the margin is met, harder on large mistakes" }) },
  targets: ["classes"],
  reading: () => ({ kind: "margins" }),
  outputs: { least: 1 },
  outputsFor: (classes) => (classes === null || classes === 2 ? 1 : classes),
  targetWidth: () => 1,
  labels: (c) => Math.max(c, 2),
  measure: ({ kernels, values: { squared }, z, y, dz, c }, m) => (c === 1 ? kernels.hinge(z, y, dz, m, squared) : kernels.multiMargin(z, y, dz, m, c, squared)),
  sides: ({ z, y, c }, m) => Array.from({ length: m * c }, (_, i) => Math.sign(c === 1 ? 1 - (2 * y[i]! - 1) * z[i]! : 1 - z[i - (i % c) + y[Math.floor(i / c)]!]! + z[i]!)),
});

/** What the losses of a predicted number have in common: as many targets as outputs, and a mean over all elements. */
const ofNumbers = {
  targets: ["number"],
  reading: (): Reading => ({ kind: "number" }),
  outputs: { least: 1 },
  outputsFor: () => 1,
  targetWidth: (c: number) => c,
  labels: () => null,
} as const;

/** Averaged over all elements, without the factor ½ that some books have. */
export const mse = defineLoss({
  kind: "mse",
  title: "Mean squared error",
  summary: "For a number to predict: the mean square of the difference.",
  math: "L = (1/m) Σ (z − y)²;  dz = 2 (z − y) / m",
  source: "",
  params: {},
  ...ofNumbers,
  measure: ({ kernels, z, y, dz, c }, m) => kernels.meanSquaredError(z, y, dz, m * c),
});

/** Where prediction and target are equal the slope is 0, one of the subgradients. */
export const mae = defineLoss({
  kind: "mae",
  title: "Mean absolute error",
  summary: "For a number to predict: the mean size of the difference, which outliers pull at less than at the square.",
  math: "L = (1/m) Σ |z − y|;  dz = sign(z − y) / m",
  source: "",
  params: {},
  ...ofNumbers,
  measure: ({ kernels, z, y, dz, c }, m) => kernels.meanAbsoluteError(z, y, dz, m * c),
  sides: ({ z, y, c }, m) => Array.from({ length: m * c }, (_, i) => Math.sign(z[i]! - y[i]!)),
});

/** ½ d² up to δ and δ(|d| − ½ δ) beyond, as in PyTorch's HuberLoss; its SmoothL1Loss is this divided by δ. */
export const huber = defineLoss({
  kind: "huber",
  title: "Huber",
  summary: "For a number to predict: half the square of small differences, the size of large ones, so that an outlier's pull is bounded.",
  math: "d = z − y;  L = (1/m) Σ h(d);  h = d²/2 for |d| ≤ δ, δ(|d| − δ/2) beyond;  dz = clamp(d, −δ, δ) / m",
  source: "Huber, Robust Estimation of a Location Parameter, 1964",
  params: { delta: real({ symbol: "δ", default: 1, min: 0, open: "min", max: 1e6, scale: "log", search: [0.1, 10], help: "difference from which on an error counts by its size; in units of the scaled target" }) },
  ...ofNumbers,
  measure: ({ kernels, values: { delta }, z, y, dz, c }, m) => kernels.huber(z, y, dz, m * c, delta),
  sides: ({ values: { delta }, z, y, c }, m) => Array.from({ length: m * c }, (_, i) => Math.sign(z[i]! - y[i]! - delta) + Math.sign(z[i]! - y[i]! + delta)),
});
