/** Augmentation: random changes of a training batch. How it is declared, and what serves rows of any shape; images have their own file. */

import { exp, log } from "../kernels/math.ts";
import type { Vector } from "../kernels/kernels.ts";
import type { Stream } from "../rng.ts";
import { declare } from "../spec/component.ts";
import type { Declaration } from "../spec/component.ts";
import { real } from "../spec/param.ts";
import type { Params, Values } from "../spec/param.ts";
import { shuffle } from "./batches.ts";
import { widthOf } from "./dataset.ts";

/** A batch to be changed in place, and room to work in. Rows are changed in double precision, as the data they come from, and rounded once when they are written. */
export interface AugmentAt<V> {
  readonly values: V;
  /** Shape of one row. */
  readonly shape: readonly number[];
  /** (rows, width of the shape), scaled as training sees it. */
  readonly x: Vector;
  /** (rows, targetWidth); where rows are mixed a label stands as a column of probability for each class. */
  readonly y: Vector;
  readonly targetWidth: number;
  /** As many numbers as `room` asked for; they hold what an earlier call left. */
  readonly room: Vector;
  readonly order: Int32Array;
  /** The stream "augment", from which all components of a model draw in their order. */
  readonly stream: Stream;
}

export interface AugmentBehaviour<P extends Params = Params> {
  /** The rows it is for; absent means any. */
  readonly inputs?: "images";
  /** Whether it mixes the targets of several rows, so that labels become shares. */
  readonly mixes?: true;
  /** Numbers of room for batches of so many rows; none where absent. */
  room?(shape: readonly number[], rows: number, targetWidth: number): number;
  /** Changes the first m rows. */
  apply(at: AugmentAt<Values<P>>, m: number): void;
}
/** A declared change of training rows, with its behaviour. */
export type Augment = Declaration<string, Params> & AugmentBehaviour;

export const defineAugment = <const K extends string, const P extends Params>(declaration: Declaration<K, P> & AugmentBehaviour<P>) => declare("augment", declaration);

/** x ← x + σ n, each number with a draw of its own. */
export const noise = defineAugment({
  kind: "noise",
  title: "Noise",
  summary: "Adds a small random number to every feature.",
  math: "x ← x + σ n;  n standard normal",
  source: "Bishop, Training with Noise is Equivalent to Tikhonov Regularization, 1995",
  params: { deviation: real({ symbol: "σ", default: 0.1, min: 0, max: 100, search: [0.01, 1], help: "standard deviation of what is added to the scaled feature: under standard scaling 0.1 is a tenth of the feature's own" }) },
  apply({ values: { deviation }, shape, x, stream }, m) {
    const n = m * widthOf(shape);
    for (let i = 0; i < n; i++) x[i] = x[i]! + deviation * stream.normal();
  },
});

/**
 * x ← λ x + (1 − λ) x′ and y ← λ y + (1 − λ) y′, where (x′, y′) is another row of the batch, in a random order, and λ ~ Beta(α, α) is drawn once for the batch
 * (as in the authors' code). Labels are mixed as probabilities of the classes.
 */
export const mixup = defineAugment({
  kind: "mixup",
  title: "Mixup",
  summary: "Trains on blends of two rows and of their targets.",
  math: "x ← λx + (1 − λ)x′;  y ← λy + (1 − λ)y′;  λ ~ Beta(α, α)",
  source: "Zhang, Cissé, Dauphin & Lopez-Paz, mixup: Beyond Empirical Risk Minimization, ICLR 2018 (arXiv:1710.09412)",
  params: { alpha: real({ symbol: "α", default: 0.2, min: 0.01, max: 100, scale: "log", search: [0.1, 1], help: "0.2 mixes little as a rule, 1 makes every share equally likely; not the learning rate" }) },
  mixes: true,
  room: (shape, rows, targetWidth) => rows * (widthOf(shape) + targetWidth),
  apply({ values: { alpha }, shape, x, y, targetWidth, room, order, stream }, m) {
    const f = widthOf(shape);
    const share = beta(alpha, stream);
    const partners = order.subarray(0, m);
    for (let i = 0; i < m; i++) partners[i] = i;
    shuffle(partners, stream);
    mix(x, room, 0, partners, f, share);
    mix(y, room, m * f, partners, targetWidth, share);
  },
});

/** v ← λ v + (1 − λ) v′, row by row, with the rows as they were before. */
function mix(v: Vector, room: Vector, from: number, partners: Int32Array, width: number, share: number): void {
  const n = partners.length * width;
  for (let i = 0; i < n; i++) room[from + i] = v[i]!;
  for (let i = 0; i < partners.length; i++) {
    const partner = from + partners[i]! * width;
    for (let j = 0; j < width; j++) v[i * width + j] = share * room[from + i * width + j]! + (1 - share) * room[partner + j]!;
  }
}

/** A draw from Beta(α, α) as a quotient of two gamma variates, by their logarithms: for small α both underflow. */
function beta(alpha: number, stream: Stream): number {
  const first = logGamma(alpha, stream);
  return 1 / (1 + exp(logGamma(alpha, stream) - first));
}

/** The logarithm of a draw from Gamma(a, 1). Marsaglia & Tsang, A Simple Method for Generating Gamma Variables, 2000; below 1 with their boost of §6. */
function logGamma(a: number, stream: Stream): number {
  if (a < 1) return logGamma(a + 1, stream) + log(1 - stream.uniform()) / a;
  const d = a - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const n = stream.normal();
    const root = 1 + c * n;
    const u = 1 - stream.uniform();
    if (root <= 0) continue;
    const v = root * root * root;
    if (log(u) < 0.5 * n * n + d - d * v + d * log(v)) return log(d * v);
  }
}
