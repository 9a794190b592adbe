/** The activation layers: functions of each number by itself, and softmax over the last axis. Any shape in, the same shape out. */

import { widthOf } from "../../data/dataset.ts";
import type { Kernels, Vector } from "../../kernels/kernels.ts";
import type { Declaration } from "../../spec/component.ts";
import { real } from "../../spec/param.ts";
import type { Params, Values } from "../../spec/param.ts";
import { defineLayer } from "../layer.ts";
import type { At, Setting } from "../layer.ts";

interface Activation<P extends Params> {
  /** Operations for one number. */
  readonly operations: number;
  /** n numbers in all, c of them along the last axis. */
  forward(kernels: Kernels, values: Values<P>, x: Vector, y: Vector, n: number, c: number): void;
  /** Overwrites dx; x and y are those of the forward pass. */
  backward(kernels: Kernels, values: Values<P>, x: Vector, y: Vector, dy: Vector, dx: Vector, n: number, c: number): void;
  /** For a function with corners: on which of its pieces x lies. */
  piece?(values: Values<P>, x: number): number;
  /** Throws what `setting.misfit` makes where values do not go together. */
  check?(values: Values<P>, setting: Setting): void;
}

/** A layer of which nothing but the function has to be said. */
function defineActivation<const K extends string, const P extends Params>({ operations, forward, backward, piece, check, ...declaration }: Declaration<K, P> & Activation<P>) {
  return defineLayer<K, P>({
    ...(declaration as Declaration<K, P>),
    plan(values, input, setting) {
      check?.(values, setting);
      return { output: input, flops: operations * widthOf(input) };
    },
    forward({ kernels, values, x, y, inputWidth, channels }, m) {
      forward(kernels, values, x, y, m * inputWidth, channels);
    },
    backward({ kernels, values, x, y, dy, dx, inputWidth, channels }, m) {
      if (dx !== null) backward(kernels, values, x, y, dy, dx, m * inputWidth, channels);
    },
    ...(piece === undefined ? {} : { sides: ({ values, x, inputWidth }: At<Values<P>>, m: number) => Array.from(x.subarray(0, m * inputWidth), (value) => piece(values, value)) }),
  });
}

export const identity = defineActivation({
  kind: "identity",
  title: "Identity",
  summary: "Changes nothing: a place holder where a comparison asks for no activation.",
  math: "y = x",
  source: "",
  params: {},
  operations: 0,
  forward: (k, _, x, y, n) => k.copy(x, y, n),
  backward: (k, _, __, ___, dy, dx, n) => k.copy(dy, dx, n),
});

/** The slope at 0 is 0, as in PyTorch. */
export const relu = defineActivation({
  kind: "relu",
  title: "ReLU",
  summary: "Lets positive numbers through and makes negative ones 0; pairs with He initialisation.",
  math: "y = max(x, 0)",
  source: "Nair & Hinton, Rectified Linear Units Improve Restricted Boltzmann Machines, ICML 2010",
  params: {},
  operations: 1,
  forward: (k, _, x, y, n) => k.relu(x, y, n),
  backward: (k, _, x, __, dy, dx, n) => k.reluBackward(x, dy, dx, n),
  piece: (_, x) => Number(x > 0),
});

/** The slope at 0 is that of the negative side, as in PyTorch. */
export const leakyRelu = defineActivation({
  kind: "leakyRelu",
  title: "Leaky ReLU",
  summary: "As ReLU, but negative numbers keep a small slope, so that no unit dies.",
  math: "y = max(x, 0) + a min(x, 0)",
  source: "Maas, Hannun, Ng, Rectifier Nonlinearities Improve Neural Network Acoustic Models, ICML 2013",
  params: { slope: real({ symbol: "a", default: 0.01, min: 0, max: 1, scale: "linear", search: [0.001, 0.3], help: "slope for negative numbers; 0.01 in the course and in PyTorch, 0.3 in Keras" }) },
  operations: 2,
  forward: (k, { slope }, x, y, n) => k.leakyRelu(x, y, n, slope),
  backward: (k, { slope }, x, _, dy, dx, n) => k.leakyReluBackward(x, dy, dx, n, slope),
  piece: (_, x) => Number(x > 0),
});

/** The slope at 0 is α, as in PyTorch. */
export const elu = defineActivation({
  kind: "elu",
  title: "ELU",
  summary: "As ReLU, but negative numbers bend smoothly towards −α, which brings the mean nearer to 0.",
  math: "y = max(x, 0) + α min(eˣ − 1, 0)",
  source: "Clevert, Unterthiner, Hochreiter, Fast and Accurate Deep Network Learning by Exponential Linear Units, ICLR 2016 (arXiv:1511.07289)",
  params: { alpha: real({ symbol: "α", default: 1, min: 0, max: 100, open: "min", search: [0.1, 2], help: "minus the value far on the negative side; only 1 has no corner at 0" }) },
  operations: 3,
  forward: (k, { alpha }, x, y, n) => k.elu(x, y, n, alpha),
  backward: (k, { alpha }, x, _, dy, dx, n) => k.eluBackward(x, dy, dx, n, alpha),
  piece: (_, x) => Number(x > 0),
});

/** The slope at 0 is s α = 1.7581, as in PyTorch. */
export const selu = defineActivation({
  kind: "selu",
  title: "SELU",
  summary: "An ELU scaled so that mean 0 and variance 1 reproduce themselves from layer to layer; pairs with LeCun normal initialisation.",
  math: "y = s (max(x, 0) + α min(eˣ − 1, 0));  s = 1.0507, α = 1.6733",
  source: "Klambauer, Unterthiner, Mayr, Hochreiter, Self-Normalizing Neural Networks, NeurIPS 2017 (arXiv:1706.02515)",
  params: {},
  operations: 3,
  forward: (k, _, x, y, n) => k.selu(x, y, n),
  backward: (k, _, x, __, dy, dx, n) => k.seluBackward(x, dy, dx, n),
  piece: (_, x) => Number(x > 0),
});

export const geluExact = defineActivation({
  kind: "geluExact",
  title: "GELU",
  summary: "Weighs each number with the share of a normal distribution below it: a smooth ReLU with a dip below 0.",
  math: "y = x Φ(x) = ½ x (1 + erf(x / √2))",
  source: "Hendrycks & Gimpel, Gaussian Error Linear Units, 2016 (arXiv:1606.08415)",
  params: {},
  operations: 4,
  forward: (k, _, x, y, n) => k.geluExact(x, y, n),
  backward: (k, _, x, __, dy, dx, n) => k.geluExactBackward(x, dy, dx, n),
});

export const geluTanh = defineActivation({
  kind: "geluTanh",
  title: "GELU (tanh form)",
  summary: "GELU with tanh in place of the normal distribution, as GPT-2 and BERT have it; within 0.0005 of the exact one.",
  math: "y = ½ x (1 + tanh(√(2/π) (x + 0.044715 x³)))",
  source: "Hendrycks & Gimpel, Gaussian Error Linear Units, 2016 (arXiv:1606.08415)",
  params: {},
  operations: 9,
  forward: (k, _, x, y, n) => k.geluTanh(x, y, n),
  backward: (k, _, x, __, dy, dx, n) => k.geluTanhBackward(x, dy, dx, n),
});

export const silu = defineActivation({
  kind: "silu",
  title: "SiLU",
  summary: "The number times its own sigmoid: a smooth ReLU with a dip below 0; swish with β = 1.",
  math: "y = x / (1 + e⁻ˣ)",
  source: "Elfwing, Uchibe, Doya, Sigmoid-weighted linear units, Neural Networks 107, 2018 (arXiv:1702.03118)",
  params: {},
  operations: 4,
  forward: (k, _, x, y, n) => k.swish(x, y, n, 1),
  backward: (k, _, x, __, dy, dx, n) => k.swishBackward(x, dy, dx, n, 1),
});

export const swish = defineActivation({
  kind: "swish",
  title: "Swish",
  summary: "SiLU with a slope to choose: 0 gives x/2, 1 gives SiLU, a large one comes near ReLU.",
  math: "y = x / (1 + e^(−βx))",
  source: "Ramachandran, Zoph, Le, Searching for Activation Functions, 2017 (arXiv:1710.05941); β is fixed here, not learned",
  params: { beta: real({ symbol: "β", default: 1, min: 0, max: 1000, search: [0.1, 10], help: "slope of the sigmoid" }) },
  operations: 5,
  forward: (k, { beta }, x, y, n) => k.swish(x, y, n, beta),
  backward: (k, { beta }, x, _, dy, dx, n) => k.swishBackward(x, dy, dx, n, beta),
});

export const mish = defineActivation({
  kind: "mish",
  title: "Mish",
  summary: "The number times tanh of its softplus: close to SiLU, with a slightly deeper dip below 0.",
  math: "y = x tanh(ln(1 + eˣ))",
  source: "Misra, Mish: A Self Regularized Non-Monotonic Activation Function, BMVC 2020 (arXiv:1908.08681)",
  params: {},
  operations: 5,
  forward: (k, _, x, y, n) => k.mish(x, y, n),
  backward: (k, _, x, __, dy, dx, n) => k.mishBackward(x, dy, dx, n),
});

/** The losses take logits: no sigmoid belongs in front of them. */
export const sigmoid = defineActivation({
  kind: "sigmoid",
  title: "Sigmoid",
  summary: "Squeezes every number into (0, 1); its slope is at most ¼, so deep stacks of it learn slowly.",
  math: "y = 1 / (1 + e⁻ˣ)",
  source: "",
  params: {},
  operations: 3,
  forward: (k, _, x, y, n) => k.sigmoid(x, y, n),
  backward: (k, _, __, y, dy, dx, n) => k.sigmoidBackward(y, dy, dx, n),
});

export const tanh = defineActivation({
  kind: "tanh",
  title: "tanh",
  summary: "Squeezes every number into (−1, 1), with mean near 0; pairs with Xavier (LeCun) initialisation.",
  math: "y = (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)",
  source: "",
  params: {},
  operations: 1,
  forward: (k, _, x, y, n) => k.tanh(x, y, n),
  backward: (k, _, __, y, dy, dx, n) => k.tanhBackward(y, dy, dx, n),
});

/** Exact everywhere; PyTorch switches to y = x above βx = 20, an error of up to 2.1e-9/β. */
export const softplus = defineActivation({
  kind: "softplus",
  title: "Softplus",
  summary: "A ReLU without the corner: always positive, near 0 far on the left, near x far on the right.",
  math: "y = ln(1 + e^(βx)) / β",
  source: "Dugas, Bengio, Bélisle, Nadeau, Garcia, Incorporating Second-Order Functional Knowledge for Better Option Pricing, NeurIPS 2000",
  params: { beta: real({ symbol: "β", default: 1, min: 0, max: 1000, open: "min", scale: "log", search: [0.1, 10], help: "sharpness of the bend; a large one comes near ReLU" }) },
  operations: 5,
  forward: (k, { beta }, x, y, n) => k.softplus(x, y, n, beta),
  backward: (k, { beta }, x, _, dy, dx, n) => k.softplusBackward(x, dy, dx, n, beta),
});

/** The slope at both corners is 0, as in PyTorch. */
export const hardTanh = defineActivation({
  kind: "hardTanh",
  title: "Hard tanh",
  summary: "Cuts every number to an interval; between its ends nothing changes.",
  math: "y = min(max(x, a), b)",
  source: "Collobert, Large Scale Machine Learning, thesis, Paris 6, 2004",
  params: {
    min: real({ symbol: "a", default: -1, min: -1e6, max: 1e6, help: "the least value; must be below the largest" }),
    max: real({ symbol: "b", default: 1, min: -1e6, max: 1e6, help: "the largest value" }),
  },
  operations: 2,
  forward: (k, { min, max }, x, y, n) => k.hardTanh(x, y, n, min, max),
  backward: (k, { min, max }, x, _, dy, dx, n) => k.hardTanhBackward(x, dy, dx, n, min, max),
  piece: ({ min, max }, x) => Number(x > min) + Number(x >= max),
  check({ min, max }, { misfit }) {
    if (min >= max) throw misfit("min", `must be below max, which is ${max}; got ${min}`, { why: "bounds", got: String(min), max: String(max) });
  },
});

const temperature = real({ symbol: "T", default: 1, min: 0, max: 1e6, open: "min", scale: "log", search: [0.1, 10], help: "divides the inputs: above 1 the answers become more alike, below 1 more decided; their order never changes" });

/** dx = y (dy − Σ dy y)/T. The cross-entropy losses take logits and hold their own softmax: none belongs in front of them. */
export const softmax = defineActivation({
  kind: "softmax",
  title: "Softmax",
  summary: "Makes positive numbers of sum 1 along the last axis; cross-entropy holds its own and needs none in front.",
  math: "yᵢ = e^(xᵢ/T) / Σⱼ e^(xⱼ/T)",
  source: "Bishop, Pattern Recognition and Machine Learning, 2006, §4.3.4",
  params: { temperature },
  operations: 6,
  forward: (k, values, x, y, n, c) => k.softmax(x, y, n / c, c, values.temperature),
  backward: (k, values, _, y, dy, dx, n, c) => k.softmaxBackward(y, dy, dx, n / c, c, values.temperature),
});

/** dx = (dy − eʸ Σ dy)/T. */
export const logSoftmax = defineActivation({
  kind: "logSoftmax",
  title: "Log-softmax",
  summary: "The logarithm of softmax along the last axis, without taking the logarithm of a number near 0.",
  math: "yᵢ = xᵢ/T − ln Σⱼ e^(xⱼ/T)",
  source: "Bishop, Pattern Recognition and Machine Learning, 2006, §4.3.4",
  params: { temperature },
  operations: 6,
  forward: (k, values, x, y, n, c) => k.logSoftmax(x, y, n / c, c, values.temperature),
  backward: (k, values, _, y, dy, dx, n, c) => k.logSoftmaxBackward(y, dy, dx, n / c, c, values.temperature),
});
