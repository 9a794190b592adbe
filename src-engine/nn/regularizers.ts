/** Penalties on kernels. Knows weights and their gradient, nothing of data. */

import type { Kernels, Vector } from "../kernels/kernels.ts";
import { declare } from "../spec/component.ts";
import type { Declaration } from "../spec/component.ts";
import { real } from "../spec/param.ts";
import type { Params, Values } from "../spec/param.ts";

export interface RegularizerBehaviour<P extends Params = Params> {
  /** Adds the penalty's gradient to g and returns the penalty; w and g are one kernel, m the rows of the step's batch. */
  penalize(values: Values<P>, kernels: Kernels, w: Vector, g: Vector, m: number): number;
}
export type Regularizer = Declaration<string, Params> & RegularizerBehaviour;

const defineRegularizer = <const K extends string, const P extends Params>(declaration: Declaration<K, P> & RegularizerBehaviour<P>) => declare("regularizer", declaration);

export const none = defineRegularizer({
  kind: "none",
  title: "None",
  summary: "No penalty.",
  math: "0",
  source: "",
  params: {},
  penalize: () => 0,
});

/** (λ/2m)‖W‖² with gradient (λ/m)W. PyTorch's equivalent is weight_decay = λ/m (on kernels only), Keras' is l2(λ/(2m)). */
export const l2 = defineRegularizer({
  kind: "l2",
  title: "L2",
  summary: "Pulls every weight towards 0 in proportion to itself; PyTorch's weight_decay is λ/m, with m the batch size.",
  math: "(λ/2m) Σ‖W‖²;  dW += (λ/m) W",
  source: "",
  params: {
    lambda: real({ symbol: "λ", default: 0.01, min: 0, max: 1e6, scale: "log", search: [1e-6, 1], help: "strength, in the course's form λ/2m with m the rows of the step's batch" }),
  },
  penalize: ({ lambda }, kernels, w, g, m) => kernels.l2(w, g, w.length, lambda / m),
});
