/** How kernels start. Knows shapes only through the fan: the inputs and outputs of one unit. No draw is truncated, as in PyTorch; Keras truncates its normal ones at two deviations. */

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
/** A declared initializer, with its behaviour. */
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

export const constant = defineInitializer({
  kind: "constant",
  title: "Constant",
  summary: "Every weight the same number: as with zeros, all units of a hidden layer stay equal.",
  math: "W = w₀",
  source: "",
  params: { value: real({ symbol: "w₀", default: 0.1, min: -1e6, max: 1e6, help: "what every weight starts as" }) },
  fill: ({ value }, kernel) => { kernel.fill(value); },
});

export const normal = defineInitializer({
  kind: "normal",
  title: "Normal",
  summary: "Independent draws of one standard deviation, whatever the layer's size.",
  math: "W ~ N(0, σ²)",
  source: "",
  params: { deviation: real({ symbol: "σ", default: 0.01, min: 0, max: 1000, scale: "log", search: [1e-3, 1], help: "standard deviation; the course starts with 0.01, and shows with 10 how units saturate" }) },
  fill: ({ deviation }, kernel, _, stream) => gaussian(kernel, deviation, stream),
});

export const uniform = defineInitializer({
  kind: "uniform",
  title: "Uniform",
  summary: "Independent draws between two limits, whatever the layer's size.",
  math: "W ~ U(−r, r);  Var W = r²/3",
  source: "",
  params: { limit: real({ symbol: "r", default: 0.05, min: 0, max: 1000, scale: "log", search: [1e-3, 1], help: "largest size of a weight; the standard deviation is r/√3" }) },
  fill: ({ limit }, kernel, _, stream) => evenly(kernel, limit, stream),
});

const glorot = "Glorot & Bengio, Understanding the difficulty of training deep feedforward neural networks, AISTATS 2010";

export const glorotNormal = defineInitializer({
  kind: "glorotNormal",
  title: "Glorot normal",
  summary: "Keeps the variance about equal in both passes; called Xavier in most libraries, though the course's Xavier is LeCun normal.",
  math: "W ~ N(0, 2 / (nᵢₙ + nₒᵤₜ))",
  source: `${glorot}; normal without truncation, as in PyTorch`,
  params: {},
  fill: (_, kernel, fan, stream) => gaussian(kernel, Math.sqrt(2 / (fan.in + fan.out)), stream),
});

export const glorotUniform = defineInitializer({
  kind: "glorotUniform",
  title: "Glorot uniform",
  summary: "The variance of Glorot normal between two limits: Keras' default, called Xavier uniform in PyTorch.",
  math: "W ~ U(−r, r);  r = √(6 / (nᵢₙ + nₒᵤₜ))",
  source: glorot,
  params: {},
  fill: (_, kernel, fan, stream) => evenly(kernel, Math.sqrt(6 / (fan.in + fan.out)), stream),
});

const he = "He, Zhang, Ren, Sun, Delving Deep into Rectifiers, ICCV 2015 (arXiv:1502.01852)";

/** Of the activation behind the layer: a leaky ReLU with slope s on the left leaves (1 + s²)/2 of the mean square. */
const slope = { slope: real({ symbol: "s", default: 0, min: 0, max: 10, search: [0, 0.3], help: "slope on the negative side of the leaky ReLU that follows; 0 for ReLU. PyTorch's own default for its layers is He uniform with s = √5 ≈ 2.236" }) } as const;

export const heNormal = defineInitializer({
  kind: "heNormal",
  title: "He normal",
  summary: "Keeps the variance of activations in front of ReLU, which halves it; called Kaiming normal in PyTorch.",
  math: "W ~ N(0, 2 / ((1 + s²) nᵢₙ))",
  source: `${he}; normal without truncation, as in PyTorch`,
  params: slope,
  fill: ({ slope: s }, kernel, fan, stream) => gaussian(kernel, Math.sqrt(2 / ((1 + s * s) * fan.in)), stream),
});

export const heUniform = defineInitializer({
  kind: "heUniform",
  title: "He uniform",
  summary: "The variance of He normal between two limits; called Kaiming uniform in PyTorch.",
  math: "W ~ U(−r, r);  r = √(6 / ((1 + s²) nᵢₙ))",
  source: he,
  params: slope,
  fill: ({ slope: s }, kernel, fan, stream) => evenly(kernel, Math.sqrt(6 / ((1 + s * s) * fan.in)), stream),
});

const lecun = "LeCun, Bottou, Orr, Müller, Efficient BackProp, 1998";

export const lecunNormal = defineInitializer({
  kind: "lecunNormal",
  title: "LeCun normal (the course's Xavier)",
  summary: "Keeps the variance of activations in front of tanh; the course calls this form Xavier.",
  math: "W ~ N(0, 1 / nᵢₙ)",
  source: `${lecun}; normal without truncation (Keras truncates)`,
  params: {},
  fill: (_, kernel, fan, stream) => gaussian(kernel, Math.sqrt(1 / fan.in), stream),
});

export const lecunUniform = defineInitializer({
  kind: "lecunUniform",
  title: "LeCun uniform",
  summary: "The variance of LeCun normal, the course's Xavier, between two limits.",
  math: "W ~ U(−r, r);  r = √(3 / nᵢₙ)",
  source: lecun,
  params: {},
  fill: (_, kernel, fan, stream) => evenly(kernel, Math.sqrt(3 / fan.in), stream),
});

/**
 * The kernel as a matrix of fan.in rows and a column for each output: WᵀW = g² I where it has at most as many columns as rows, else W Wᵀ = g² I.
 * Normal draws made orthogonal one after another (Gram–Schmidt, each twice, in double precision), which is Q of a QR decomposition whose R has a positive
 * diagonal: every orthogonal matrix is equally likely.
 */
export const orthogonal = defineInitializer({
  kind: "orthogonal",
  title: "Orthogonal",
  summary: "A random rotation, scaled: no direction is stretched more than another, which keeps signals alive through many layers.",
  math: "WᵀW = g² I  or  W Wᵀ = g² I",
  source: "Saxe, McClelland, Ganguli, Exact solutions to the nonlinear dynamics of learning in deep linear neural networks, ICLR 2014 (arXiv:1312.6120)",
  params: { gain: real({ symbol: "g", default: 1, min: 0, open: "min", max: 1000, scale: "log", search: [0.5, 2], help: "what every direction is stretched by: 1 for linear layers, √2 ≈ 1.414 in front of ReLU, 5/3 in front of tanh" }) },
  fill({ gain }, kernel, fan, stream) {
    const rows = fan.in, columns = kernel.length / fan.in;
    const count = Math.min(rows, columns), length = Math.max(rows, columns);
    const vectors = orthonormal(count, length, stream);
    // The vectors are the columns of a tall kernel and the rows of a wide one.
    for (let k = 0; k < count; k++) for (let i = 0; i < length; i++) kernel[rows >= columns ? i * columns + k : k * columns + i] = gain * vectors[k * length + i]!;
  },
});

/** `count` vectors (rows of the result) of norm 1, each at right angles to the others; count ≤ length. */
function orthonormal(count: number, length: number, stream: Stream): Float64Array {
  const q = new Float64Array(count * length);
  for (let k = 0; k < count; k++) {
    const own = q.subarray(k * length, (k + 1) * length);
    gaussian(own, 1, stream);
    // The second round takes away what rounding left of the others in the first.
    for (let round = 0; round < 2; round++) for (let j = 0; j < k; j++) {
      const other = q.subarray(j * length, (j + 1) * length);
      const along = dot(own, other);
      for (let i = 0; i < length; i++) own[i] = own[i]! - along * other[i]!;
    }
    const norm = Math.sqrt(dot(own, own));
    for (let i = 0; i < length; i++) own[i] = own[i]! / norm;
  }
  return q;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function gaussian(kernel: Vector, deviation: number, stream: Stream): void {
  for (let i = 0; i < kernel.length; i++) kernel[i] = deviation * stream.normal();
}

function evenly(kernel: Vector, limit: number, stream: Stream): void {
  for (let i = 0; i < kernel.length; i++) kernel[i] = limit * (2 * stream.uniform() - 1);
}
