/** A network as a Keras 3 program, for any of its backends: layers where Keras has them, its operations where not, and how it was trained. */

import { wordOf } from "./network.ts";
import type { LayerKind, Network, NetworkLayer } from "./network.ts";
import { kerasTraining, regularizerOf } from "./keras-training.ts";
import { python, pythonProgram, tuple } from "./python.ts";

class Lines {
  readonly lines: string[] = [];
  /** Names of layers with numbers, and their tensors in the order of `get_weights()`. */
  readonly numbers: string[] = [];
  readonly network: Network;
  constructor(network: Network) { this.network = network; }

  layer({ kind, name, tensors }: NetworkLayer, code: string, order: readonly string[] = []): void {
    this.lines.push(`x = layers.${code.replace("NAME", `name="${kind}_${wordOf(name)}"`)}(x)`);
    const own = order.flatMap((key) => (tensors[key] === undefined ? [] : [`tensor(${python(tensors[key].name)})`]));
    if (own.length > 0) this.numbers.push(`model.get_layer("${kind}_${wordOf(name)}").set_weights([${own.join(", ")}])`);
  }
}

type Write = (to: Lines, layer: NetworkLayer) => void;
const line = (expression: (layer: NetworkLayer) => string): Write => (to, layer) => { to.lines.push(`x = ${expression(layer)}`); };

const regularizer = (to: Lines, layer: NetworkLayer): string => regularizerOf(to.network, layer);

/** Zeros, or what else must not win, around an image. */
function pad(to: Lines, { window }: NetworkLayer, filling: string, x = "x"): string {
  const { paddingHeight: h, paddingWidth: w } = window!;
  if (h === 0 && w === 0) return x;
  to.lines.push(`${x} = ops.pad(${x}, ((0, 0), (${h}, ${h}), (${w}, ${w}), (0, 0)), constant_values=${filling})`);
  return x;
}

function slide({ window }: NetworkLayer): string {
  const { kernelHeight, kernelWidth, strideHeight, strideWidth } = window!;
  return `${tuple([kernelHeight, kernelWidth])}, strides=${tuple([strideHeight, strideWidth])}`;
}

const flat: Write = (to, { input }) => { if (input.length === 3) to.lines.push("x = layers.Flatten()(x)  # in the order height, width, channels"); };

const writers: Readonly<Record<LayerKind, Write>> = {
  dense(to, layer) {
    flat(to, layer);
    to.layer(layer, `Dense(${layer.tensors["kernel"]!.shape[1]}, use_bias=${python(layer.tensors["bias"] !== undefined)}${regularizer(to, layer)}, NAME)`, ["kernel", "bias"]);
  },
  conv2d(to, layer) {
    const { paddingHeight, paddingWidth } = layer.window!;
    if (paddingHeight + paddingWidth > 0) to.lines.push(`x = layers.ZeroPadding2D(${tuple([paddingHeight, paddingWidth])})(x)`);
    to.layer(layer, `Conv2D(${python(layer.values["filters"])}, ${slide(layer)}, groups=${python(layer.values["groups"])}, use_bias=${python(layer.tensors["bias"] !== undefined)}${regularizer(to, layer)}, NAME)`, ["kernel", "bias"]);
  },
  maxPool(to, layer) {
    pad(to, layer, "-np.inf");
    to.lines.push(`x = ops.max_pool(x, ${slide(layer)})`);
  },
  averagePool(to, layer) {
    const { paddingHeight, paddingWidth } = layer.window!;
    if (layer.values["countPadding"] === true || paddingHeight + paddingWidth === 0) {
      pad(to, layer, "0.0");
      to.lines.push(`x = ops.average_pool(x, ${slide(layer)})`);
      return;
    }
    // Keras has no such padding: the mean over the padded window, divided by the share of it that lies on the image.
    to.lines.push("share = ops.ones_like(x)");
    pad(to, layer, "0.0", "share");
    pad(to, layer, "0.0");
    to.lines.push(`x = ops.average_pool(x, ${slide(layer)}) / ops.average_pool(share, ${slide(layer)})`);
  },
  globalAveragePool: line(() => "ops.mean(x, axis=(1, 2))"),
  flatten: flat,
  residual(to, layer) {
    const { name, inside, tensors: { projection }, window, input } = layer;
    const skip = `skip_${wordOf(name)}`;
    to.lines.push(`${skip} = x`);
    for (const each of inside) write(to, each);
    if (projection === undefined) {
      to.lines.push(`x = ${skip} + x`);
      return;
    }
    to.lines.push(`inner_${wordOf(name)}, x = x, ${skip}`);
    if (window === null) {
      if (input.length === 3) flat(to, layer);
      to.layer(layer, `Dense(${projection.shape[1]}, use_bias=False${regularizer(to, layer)}, NAME)`, ["projection"]);
    } else {
      to.layer(layer, `Conv2D(${projection.shape[3]}, 1, strides=${tuple([window.strideHeight, window.strideWidth])}, use_bias=False${regularizer(to, layer)}, NAME)`, ["projection"]);
    }
    to.lines.push(`x = x + inner_${wordOf(name)}`);
  },
  relu: line(() => "ops.relu(x)"),
  leakyRelu: line(({ values }) => `ops.leaky_relu(x, ${python(values["slope"])})`),
  tanh: line(() => "ops.tanh(x)"),
  sigmoid: line(() => "ops.sigmoid(x)"),
  elu: line(({ values }) => `ops.elu(x, ${python(values["alpha"])})`),
  selu: line(() => "ops.selu(x)"),
  geluExact: line(() => "ops.gelu(x, approximate=False)"),
  geluTanh: line(() => "ops.gelu(x, approximate=True)"),
  silu: line(() => "ops.silu(x)"),
  swish: line(({ values }) => `x * ops.sigmoid(${python(values["beta"])} * x)`),
  mish: line(() => "x * ops.tanh(ops.softplus(x))"),
  softplus: line(({ values }) => (values["beta"] === 1 ? "ops.softplus(x)" : `ops.softplus(${python(values["beta"])} * x) / ${python(values["beta"])}`)),
  hardTanh: line(({ values }) => `ops.clip(x, ${python(values["min"])}, ${python(values["max"])})`),
  softmax: line(({ values }) => `ops.softmax(x${cooled(values)}, axis=-1)`),
  logSoftmax: line(({ values }) => `ops.log_softmax(x${cooled(values)}, axis=-1)`),
  identity: () => { /* it changes nothing */ },
  batchNorm(to, layer) {
    to.layer(layer, `BatchNormalization(momentum=${python(layer.values["momentum"])}, epsilon=${python(layer.values["epsilon"])}, NAME)`, ["scale", "shift", "mean", "variance"]);
  },
  layerNorm(to, layer) { to.layer(layer, `LayerNormalization(epsilon=${python(layer.values["epsilon"])}, NAME)`, ["scale", "shift"]); },
  dropout: line(({ values }) => `layers.Dropout(1 - ${python(values["keepProb"])})(x)  # the share that is dropped`),
  gaussianNoise: line(({ values }) => `layers.GaussianNoise(${python(values["deviation"])})(x)`),
};

const cooled = (values: NetworkLayer["values"]): string => (values["temperature"] === 1 ? "" : ` / ${python(values["temperature"])}`);

function write(to: Lines, layer: NetworkLayer): void { writers[layer.kind](to, layer); }

export function kerasOf(network: Network): string {
  const to = new Lines(network);
  for (const layer of network.layers) write(to, layer);
  if (network.layers.at(-1)!.output.length === 3) to.lines.push("x = layers.Flatten()(x)");
  return pythonProgram(network, {
    title: "A trained network in Keras 3",
    about: ["For each of its backends (KERAS_BACKEND). Images are [height, width, channels] and kernels [in, out], as Keras has them."],
    imports: ["import keras", "import numpy as np", "from keras import layers, ops"],
    body: `

def network():
    """Scaled rows (rows, *SHAPE) to logits, margins or the scaled number; with its trained numbers."""
    x = inputs = keras.Input(SHAPE)
${to.lines.map((each) => `    ${each}`).join("\n")}
    model = keras.Model(inputs, x)
${to.numbers.map((each) => `    ${each}\n`).join("")}    return model


def answers(x):
    return np.asarray(network().predict(x, verbose=0))

${kerasTraining(network)}`,
  });
}
