/** A network as a Python program that needs NumPy alone. Inference only: NumPy has no gradients. */

import { wordOf } from "./network.ts";
import type { LayerKind, Network, NetworkLayer, Tensor } from "./network.ts";
import { python, pythonProgram, tuple } from "./python.ts";

/** What a program may need, in the order in which it is written; only what it uses is. */
const functions = {
  windows: `def windows(x, size, stride, padding, filling=0.0):
    """x (rows, h, w, c) to its windows (rows, oh, ow, c, kh, kw)."""
    x = np.pad(x, ((0, 0), (padding[0],) * 2, (padding[1],) * 2, (0, 0)), constant_values=filling)
    return np.lib.stride_tricks.sliding_window_view(x, size, axis=(1, 2))[:, :: stride[0], :: stride[1]]`,
  dense: `def dense(x, w, b=None):
    y = x.reshape(len(x), -1) @ w
    return y if b is None else y + b`,
  conv2d: `def conv2d(x, w, b=None, stride=(1, 1), padding=(0, 0), groups=1):
    """A cross-correlation; w [kh, kw, in / groups, out]."""
    parts = windows(x, w.shape[:2], stride, padding)
    into, out = w.shape[2], w.shape[3] // groups
    y = [np.tensordot(parts[:, :, :, g * into : (g + 1) * into], w[..., g * out : (g + 1) * out], axes=([4, 5, 3], [0, 1, 2])) for g in range(groups)]
    y = np.concatenate(y, axis=-1)
    return y if b is None else y + b`,
  max_pool: `def max_pool(x, size, stride, padding):
    return windows(x, size, stride, padding, -np.inf).max(axis=(4, 5))`,
  average_pool: `def average_pool(x, size, stride, padding, count_padding):
    total = windows(x, size, stride, padding).sum(axis=(4, 5))
    return total / (size[0] * size[1] if count_padding else windows(np.ones_like(x), size, stride, padding).sum(axis=(4, 5)))`,
  sigmoid: `def sigmoid(x):
    e = np.exp(-np.abs(x))
    return np.where(x > 0, np.float32(1), e) / (1 + e)`,
  softplus: `def softplus(x, beta=np.float32(1)):
    return np.logaddexp(np.float32(0), beta * x) / beta`,
  erf: `erf = np.vectorize(math.erf, otypes=[np.float32])`,
  elu: `def elu(x, alpha):
    return np.maximum(x, 0) + alpha * np.expm1(np.minimum(x, 0))`,
  log_softmax: `def log_softmax(x, temperature):
    z = (x - x.max(axis=-1, keepdims=True)) / temperature
    return z - np.log(np.exp(z).sum(axis=-1, keepdims=True))`,
  batch_norm: `def batch_norm(x, scale, shift, mean, variance, epsilon):
    return scale * (x - mean) / np.sqrt(variance + epsilon) + shift`,
  layer_norm: `def layer_norm(x, scale, shift, epsilon):
    return scale * (x - x.mean(axis=-1, keepdims=True)) / np.sqrt(x.var(axis=-1, keepdims=True) + epsilon) + shift`,
} as const;

const single = (value: unknown): string => `np.float32(${python(value)})`;
const get = (tensor: Tensor): string => `tensor(${python(tensor.name)})`;
const kernelAndBias = ({ tensors: { kernel, bias } }: NetworkLayer): string => `${get(kernel!)}${bias === undefined ? "" : `, ${get(bias)}`}`;

function slide({ window }: NetworkLayer): string {
  const { kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth } = window!;
  return `${tuple([kernelHeight, kernelWidth])}, stride=${tuple([strideHeight, strideWidth])}, padding=${tuple([paddingHeight, paddingWidth])}`;
}

type Write = (layer: NetworkLayer) => readonly string[];
const one = (expression: (layer: NetworkLayer) => string): Write => (layer) => [`x = ${expression(layer)}`];

const writers: Readonly<Record<LayerKind, Write>> = {
  dense: one((layer) => `dense(x, ${kernelAndBias(layer)})`),
  conv2d: one((layer) => {
    const { window, values } = layer;
    return `conv2d(x, ${kernelAndBias(layer)}, stride=${tuple([window!.strideHeight, window!.strideWidth])}, padding=${tuple([window!.paddingHeight, window!.paddingWidth])}, groups=${python(values["groups"])})`;
  }),
  maxPool: one((layer) => `max_pool(x, ${slide(layer)})`),
  averagePool: one((layer) => `average_pool(x, ${slide(layer)}, count_padding=${python(layer.values["countPadding"])})`),
  globalAveragePool: one(() => "x.mean(axis=(1, 2))"),
  flatten: one(() => "x.reshape(len(x), -1)"),
  residual({ name, inside, tensors: { projection }, window }) {
    const skip = `skip_${wordOf(name)}`;
    const around = projection === undefined ? skip
      : window === null ? `dense(${skip}, ${get(projection)})`
      : `conv2d(${skip}, ${get(projection)}, stride=${tuple([window.strideHeight, window.strideWidth])})`;
    return [`${skip} = x`, ...inside.flatMap(linesOf), `x = ${around} + x`];
  },
  relu: one(() => "np.maximum(x, 0)"),
  leakyRelu: one(({ values }) => `np.maximum(x, 0) + ${single(values["slope"])} * np.minimum(x, 0)`),
  tanh: one(() => "np.tanh(x)"),
  sigmoid: one(() => "sigmoid(x)"),
  elu: one(({ values }) => `elu(x, ${single(values["alpha"])})`),
  selu: one(() => "np.float32(1.0507009873554805) * elu(x, np.float32(1.6732632423543772))"),
  geluExact: one(() => "np.float32(0.5) * x * (1 + erf(x * np.float32(0.7071067811865476)))"),
  geluTanh: one(() => "np.float32(0.5) * x * (1 + np.tanh(np.float32(0.7978845608028654) * (x + np.float32(0.044715) * x * x * x)))"),
  silu: one(() => "x * sigmoid(x)"),
  swish: one(({ values }) => `x * sigmoid(${single(values["beta"])} * x)`),
  mish: one(() => "x * np.tanh(softplus(x))"),
  softplus: one(({ values }) => `softplus(x, ${single(values["beta"])})`),
  hardTanh: one(({ values }) => `np.clip(x, ${single(values["min"])}, ${single(values["max"])})`),
  softmax: one(({ values }) => `np.exp(log_softmax(x, ${single(values["temperature"])}))`),
  logSoftmax: one(({ values }) => `log_softmax(x, ${single(values["temperature"])})`),
  identity: () => [],
  batchNorm: one(({ tensors: { scale, shift, mean, variance }, values }) => `batch_norm(x, ${[scale, shift, mean, variance].map((each) => get(each!)).join(", ")}, ${single(values["epsilon"])})`),
  layerNorm: one(({ tensors: { scale, shift }, values }) => `layer_norm(x, ${get(scale!)}, ${get(shift!)}, ${single(values["epsilon"])})`),
  dropout: ({ values }) => [`# dropout (kept with probability ${python(values["keepProb"])}) changes nothing outside training`],
  gaussianNoise: ({ values }) => [`# noise (deviation ${python(values["deviation"])}) changes nothing outside training`],
};

function linesOf(layer: NetworkLayer): readonly string[] { return writers[layer.kind](layer); }

export function numpyOf(network: Network): string {
  const lines = network.layers.flatMap(linesOf);
  const used = new Set<string>();
  const need = (text: string): void => {
    for (const [name, code] of Object.entries(functions)) {
      if (used.has(name) || !new RegExp(`\\b${name}\\(`).test(text)) continue;
      used.add(name);
      need(code);
    }
  };
  need(lines.join("\n"));
  const helpers = Object.entries(functions).filter(([name]) => used.has(name)).map(([, code]) => `\n${code}\n`);
  return pythonProgram(network, {
    title: "A trained network in NumPy alone",
    about: ["Inference only. Images are [height, width, channels]."],
    imports: [...(used.has("erf") ? ["import math\n"] : []), "import numpy as np"],
    body: `${helpers.join("\n")}

def answers(x):
${[...lines, "return x.reshape(len(x), -1)"].map((line) => `    ${line}`).join("\n")}
`,
  });
}
