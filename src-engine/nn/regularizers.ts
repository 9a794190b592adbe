/** Penalties on kernels, and a bound on them. Knows weights and their gradient, nothing of data. */

import type { Kernels, Vector } from "../kernels/kernels.ts";
import { declare } from "../spec/component.ts";
import type { Declaration } from "../spec/component.ts";
import { real } from "../spec/param.ts";
import type { Params, Values } from "../spec/param.ts";

export interface RegularizerBehaviour<P extends Params = Params> {
  /** Adds the penalty's gradient to g and pays each of its terms, as a kernel returned it; w and g are one kernel, m the rows of the step's batch. */
  penalize(values: Values<P>, kernels: Kernels, w: Vector, g: Vector, m: number, pay: (term: number) => void): void;
  /** For each weight whose penalty has a corner, on which side of it the weight is. Absent: it has none. */
  sides?(values: Values<P>, w: Vector): number[];
  /** Brings a kernel back inside its bound after every update; its last axis, of length c, counts the units. Absent: no bound. */
  constrain?(values: Values<P>, kernels: Kernels, w: Vector, c: number): void;
}
/** A declared regularizer, with its behaviour. */
export type Regularizer = Declaration<string, Params> & RegularizerBehaviour;

const defineRegularizer = <const K extends string, const P extends Params>(declaration: Declaration<K, P> & RegularizerBehaviour<P>) => declare("regularizer", declaration);

export const none = defineRegularizer({
  kind: "none",
  title: "None",
  summary: "No penalty.",
  math: "0",
  source: "",
  params: {},
  penalize() { /* costs nothing */ },
});

const strength = (symbol: string, help: string) => real({ symbol, default: 0.01, min: 0, max: 1e6, scale: "log", search: [1e-6, 1], help });

/** (λ/2m)‖W‖² with gradient (λ/m)W. PyTorch's equivalent is weight_decay = λ/m (on kernels only), Keras' is l2(λ/(2m)). */
export const l2 = defineRegularizer({
  kind: "l2",
  title: "L2",
  summary: "Pulls every weight towards 0 in proportion to itself; the same as weight_decay = λ/m in PyTorch and l2(λ/(2m)) in Keras, with m the rows of a step.",
  math: "(λ/2m) Σ‖W‖²;  dW += (λ/m) W",
  source: "",
  params: { lambda: strength("λ", "strength, in the course's form λ/2m with m the rows of the step: all rows of its batches where gradients are accumulated") },
  penalize: ({ lambda }, kernels, w, g, m, pay) => { pay(kernels.l2(w, g, w.length, lambda / m)); },
});

/** (λ/m) Σ|W| with gradient (λ/m) sign(W), 0 at 0. Keras' equivalent is l1(λ/m); PyTorch has none. */
export const l1 = defineRegularizer({
  kind: "l1",
  title: "L1",
  summary: "Pulls every weight towards 0 by the same amount, so that many end near 0; the same as l1(λ/m) in Keras.",
  math: "(λ/m) Σ|W|;  dW += (λ/m) sign(W)",
  source: "Tibshirani, Regression Shrinkage and Selection via the Lasso, 1996",
  params: { lambda: strength("λ", "strength; divided by the rows m of the step like L2's, without the factor ½") },
  penalize: ({ lambda }, kernels, w, g, m, pay) => { pay(kernels.l1(w, g, w.length, lambda / m)); },
  sides: ({ lambda }, w) => (lambda > 0 ? Array.from(w, Math.sign) : []),
});

/** The sum of both penalties: (λ₁/m) Σ|W| + (λ₂/2m) Σ‖W‖². */
export const elastic = defineRegularizer({
  kind: "elastic",
  title: "Elastic net",
  summary: "L1 and L2 together, each with its own strength.",
  math: "(λ₁/m) Σ|W| + (λ₂/2m) Σ‖W‖²",
  source: "Zou & Hastie, Regularization and Variable Selection via the Elastic Net, 2005",
  params: { l1: strength("λ₁", "strength of L1"), l2: strength("λ₂", "strength of L2; PyTorch's weight_decay is λ₂/m") },
  penalize(values, kernels, w, g, m, pay) {
    pay(kernels.l1(w, g, w.length, values.l1 / m));
    pay(kernels.l2(w, g, w.length, values.l2 / m));
  },
  sides: (values, w) => (values.l1 > 0 ? Array.from(w, Math.sign) : []),
});

/** No penalty: after each update the weights into a unit are scaled down to the norm `limit` where theirs is larger. Keras: MaxNorm(limit, axis=0). */
export const maxNorm = defineRegularizer({
  kind: "maxNorm",
  title: "Max-norm",
  summary: "Bounds the length of the weights into each unit after every update; often beside dropout.",
  math: "w ← w · min(1, r/‖w‖) for the weights w into one unit",
  source: "Srivastava, Hinton, Krizhevsky, Sutskever, Salakhutdinov, Dropout, JMLR 15, 2014, §5.1",
  params: { limit: real({ symbol: "r", default: 3, min: 0, open: "min", scale: "log", search: [1, 5], help: "largest norm a unit's incoming weights may have; 3 to 4 are usual" }) },
  penalize() { /* costs nothing */ },
  constrain: ({ limit }, kernels, w, c) => { kernels.capColumns(w, w.length / c, c, limit); },
});
