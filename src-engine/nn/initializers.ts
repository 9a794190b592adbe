/** How kernels start. Knows shapes only through the fan: the inputs and outputs of one unit. */

import type { Vector } from "../kernels/kernels.ts";
import type { Stream } from "../rng.ts";
import { declare } from "../spec/component.ts";
import type { Declaration } from "../spec/component.ts";
import { real } from "../spec/param.ts";
import type { Params, Values } from "../spec/param.ts";

export interface Fan { readonly in: number; readonly out: number }

export interface InitializerBehaviour<P extends Params = Params> {
  /** Overwrites every number of `kernel`; draws from `stream` in the kernel's order. */
  fill(values: Values<P>, kernel: Vector, fan: Fan, stream: Stream): void;
}
export type Initializer = Declaration<string, Params> & InitializerBehaviour;

const defineInitializer = <const K extends string, const P extends Params>(declaration: Declaration<K, P> & InitializerBehaviour<P>) => declare("initializer", declaration);

export const zeros = defineInitializer({
  kind: "zeros",
  title: "Zeros",
  summary: "Every weight 0. All units of a hidden layer then stay equal for ever: symmetry is never broken.",
  math: "W = 0",
  source: "",
  params: {},
  fill: (_, kernel) => { kernel.fill(0); },
});

export const normal = defineInitializer({
  kind: "normal",
  title: "Normal",
  summary: "Independent draws of one standard deviation, whatever the layer's size.",
  math: "W ~ N(0, σ²)",
  source: "",
  params: { deviation: real({ symbol: "σ", default: 0.01, min: 0, max: 1000, scale: "log", search: [1e-3, 1], help: "standard deviation" }) },
  fill: ({ deviation }, kernel, _, stream) => gaussian(kernel, deviation, stream),
});

export const glorotNormal = defineInitializer({
  kind: "glorotNormal",
  title: "Glorot normal",
  summary: "Keeps the variance about equal in both passes; called Xavier in most libraries, though the course's Xavier is LeCun normal.",
  math: "W ~ N(0, 2 / (nᵢₙ + nₒᵤₜ))",
  source: "Glorot & Bengio, Understanding the difficulty of training deep feedforward neural networks, AISTATS 2010",
  params: {},
  fill: (_, kernel, fan, stream) => gaussian(kernel, Math.sqrt(2 / (fan.in + fan.out)), stream),
});

export const heNormal = defineInitializer({
  kind: "heNormal",
  title: "He normal",
  summary: "Keeps the variance of activations in front of ReLU, which halves it.",
  math: "W ~ N(0, 2 / nᵢₙ)",
  source: "He, Zhang, Ren, Sun, Delving Deep into Rectifiers, ICCV 2015 (arXiv:1502.01852); normal without truncation, as in PyTorch",
  params: {},
  fill: (_, kernel, fan, stream) => gaussian(kernel, Math.sqrt(2 / fan.in), stream),
});

export const lecunNormal = defineInitializer({
  kind: "lecunNormal",
  title: "LeCun normal (the course's Xavier)",
  summary: "Keeps the variance of activations in front of tanh; the course calls this form Xavier.",
  math: "W ~ N(0, 1 / nᵢₙ)",
  source: "LeCun, Bottou, Orr, Müller, Efficient BackProp, 1998; normal without truncation (Keras truncates)",
  params: {},
  fill: (_, kernel, fan, stream) => gaussian(kernel, Math.sqrt(1 / fan.in), stream),
});

function gaussian(kernel: Vector, deviation: number, stream: Stream): void {
  for (let i = 0; i < kernel.length; i++) kernel[i] = deviation * stream.normal();
}
