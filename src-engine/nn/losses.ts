/** What training makes small. A loss reads the network's last outputs (logits, or a predicted number) and writes their gradient. */

import type { Kernels, Vector } from "../kernels/kernels.ts";
import { declare } from "../spec/component.ts";
import type { Declaration } from "../spec/component.ts";
import type { Params } from "../spec/param.ts";

/** What a loss is told at compile: z (rows, c) outputs, y (rows, `targetWidth(c)`) targets, dz (rows, c) their gradient. */
export interface LossAt { readonly kernels: Kernels; readonly z: Vector; readonly y: Vector; readonly dz: Vector; readonly c: number }

export interface LossBehaviour {
  readonly targets: readonly ("classes" | "number")[];
  /** Fewest and most outputs it can take. */
  readonly outputs: { readonly least: number; readonly most?: number };
  /** How many outputs data of so many classes (null for a number) ask for. */
  outputsFor(classes: number | null): number;
  /** The only count of classes it is for, where there is one. */
  readonly onlyClasses?: number;
  /** Numbers in the target of one row. */
  targetWidth(c: number): number;
  /** Labels run from 0 to this number − 1; null where targets are any numbers. */
  labels(c: number): number | null;
  /** The mean loss of the first m rows; overwrites m rows of dz with its gradient. */
  measure(at: LossAt, m: number): number;
}
export type Loss = Declaration<string, Params> & LossBehaviour;

const defineLoss = <const K extends string, const P extends Params>(declaration: Declaration<K, P> & LossBehaviour) => declare("loss", declaration);

export const softmaxCrossEntropy = defineLoss({
  kind: "softmaxCrossEntropy",
  title: "Softmax cross-entropy",
  summary: "For two or more classes, one output each: minus the log of the probability given to the right class. Starts near ln(classes).",
  math: "a = softmax(z);  L = −(1/m) Σ log a[y];  dz = (a − onehot(y)) / m",
  source: "Bishop, Pattern Recognition and Machine Learning, 2006, §4.3.4",
  params: {},
  targets: ["classes"],
  outputs: { least: 2 },
  outputsFor: (classes) => classes ?? 2,
  targetWidth: () => 1,
  labels: (c) => c,
  measure: ({ kernels, z, y, dz, c }, m) => kernels.softmaxCrossEntropy(z, y, dz, m, c),
});

export const binaryCrossEntropy = defineLoss({
  kind: "binaryCrossEntropy",
  title: "Binary cross-entropy",
  summary: "For two classes and one output, the logit of class 1; the sigmoid is part of the loss. Starts near ln 2.",
  math: "a = sigmoid(z);  L = −(1/m) Σ (y log a + (1 − y) log(1 − a));  dz = (a − y) / m",
  source: "Bishop, Pattern Recognition and Machine Learning, 2006, §4.3.2",
  params: {},
  targets: ["classes"],
  outputs: { least: 1, most: 1 },
  outputsFor: () => 1,
  onlyClasses: 2,
  targetWidth: (c) => c,
  labels: () => 2,
  measure: ({ kernels, z, y, dz, c }, m) => kernels.binaryCrossEntropy(z, y, dz, m * c),
});

/** Averaged over all elements, without the factor ½ that some books have. */
export const mse = defineLoss({
  kind: "mse",
  title: "Mean squared error",
  summary: "For a number to predict: the mean square of the difference.",
  math: "L = (1/m) Σ (z − y)²;  dz = 2 (z − y) / m",
  source: "",
  params: {},
  targets: ["number"],
  outputs: { least: 1 },
  outputsFor: () => 1,
  targetWidth: (c) => c,
  labels: () => null,
  measure: ({ kernels, z, y, dz, c }, m) => kernels.meanSquaredError(z, y, dz, m * c),
});
