/** A network as an ONNX model: raw features in, scaled inside, outputs and probabilities out. */

import { engineVersion } from "../../src-engine/index.ts";
import { littleEndian } from "./arrays.ts";
import { probabilityColumns, transposed, wordOf } from "./network.ts";
import type { LayerKind, Network, NetworkLayer, Tensor } from "./network.ts";
import { onnxBytes } from "./onnx-file.ts";
import type { Attribute, OnnxNode, OnnxTensor } from "./onnx-file.ts";

/** 17 has every operator that is needed and is read by every runtime since 2022; IR 8 belongs to it. */
const opset = 17, ir = 8;

/** Images are [height, width, channels] outside, as ONNX wants them [channels, height, width] between layers that slide windows. */
type Layout = "flat" | "last" | "first";

/** Writes nodes one behind the other: `x` is the newest value's name. */
class Graph {
  readonly nodes: OnnxNode[] = [];
  readonly constants = new Map<string, OnnxTensor>();
  x = "x";
  layout: Layout = "flat";

  /** Appends a node on the newest value and takes its output as the newest. */
  then(op: string, more: readonly string[] = [], attributes: Readonly<Record<string, Attribute>> = {}): void {
    this.x = this.node(op, [this.x, ...more], attributes);
  }

  node(op: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}): string {
    const name = `${op.toLowerCase()}_${this.nodes.length}`;
    this.nodes.push({ name, op, inputs, outputs: [name], attributes });
    return name;
  }

  floats(name: string, dims: readonly number[], values: Float32Array): string {
    this.constants.set(name, { name, type: "float", dims, raw: littleEndian(values) });
    return name;
  }

  doubles(name: string, dims: readonly number[], values: Float64Array): string {
    this.constants.set(name, { name, type: "double", dims, raw: littleEndian(values) });
    return name;
  }

  tensor({ name, shape, values }: Tensor): string { return this.floats(name, shape, Float32Array.from(values)); }

  number(value: number): string { return this.floats(`number ${value}`, [], Float32Array.of(value)); }

  /** Brings the newest value into a layout. A flat row of an image keeps the order height, width, channels. */
  lay(wanted: Layout): void {
    if (this.layout === wanted) return;
    if (wanted === "flat") {
      this.lay("last");
      this.then("Flatten", [], { axis: 1 });
    } else {
      if (this.layout === "flat") throw new Error("a flat row is no image");
      this.then("Transpose", [], { perm: wanted === "first" ? [0, 3, 1, 2] : [0, 2, 3, 1] });
    }
    this.layout = wanted;
  }
}

type Write = (graph: Graph, layer: NetworkLayer) => void;

const plain = (op: string): Write => (graph) => { graph.then(op); };
/** Along the channels, which are the last axis of rows as they come. */
const alongChannels = (write: Write): Write => (graph, layer) => {
  if (graph.layout === "first") graph.lay("last");
  write(graph, layer);
};
const nothing: Write = () => { /* in evaluation it changes nothing */ };

const windowAttributes = ({ window }: NetworkLayer): Record<string, Attribute> => {
  const { kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth } = window!;
  return { kernel_shape: [kernelHeight, kernelWidth], strides: [strideHeight, strideWidth], pads: [paddingHeight, paddingWidth, paddingHeight, paddingWidth] };
};

const softmaxOver = (op: string): Write => alongChannels((graph, { values }) => {
  if (values["temperature"] !== 1) graph.then("Div", [graph.number(values["temperature"] as number)]);
  graph.then(op, [], { axis: -1 });
});

function swish(graph: Graph, beta: number): void {
  const scaled = beta === 1 ? graph.x : graph.node("Mul", [graph.x, graph.number(beta)]);
  graph.then("Mul", [graph.node("Sigmoid", [scaled])]);
}

function dense(graph: Graph, kernel: Tensor, bias: Tensor | undefined): void {
  graph.lay("flat");
  graph.then("Gemm", [graph.tensor(kernel), ...(bias === undefined ? [] : [graph.tensor(bias)])]);
}

/** [kh, kw, in, out] → [out, in, kh, kw]. */
function kernelFirst(graph: Graph, { name, shape, values }: Tensor): string {
  const [kh, kw, into, out] = shape as [number, number, number, number];
  return graph.floats(name, [out, into, kh, kw], transposed({ shape, values }, [3, 2, 0, 1]));
}

/** What each layer becomes. */
const writers: Readonly<Record<LayerKind, Write>> = {
  dense: (graph, { tensors }) => { dense(graph, tensors["kernel"]!, tensors["bias"]); },
  conv2d(graph, layer) {
    graph.lay("first");
    const { kernel, bias } = layer.tensors;
    graph.then("Conv", [kernelFirst(graph, kernel!), ...(bias === undefined ? [] : [graph.tensor(bias)])], { ...windowAttributes(layer), group: layer.values["groups"] as number });
  },
  maxPool(graph, layer) {
    graph.lay("first");
    graph.then("MaxPool", [], windowAttributes(layer));
  },
  averagePool(graph, layer) {
    graph.lay("first");
    graph.then("AveragePool", [], { ...windowAttributes(layer), count_include_pad: Number(layer.values["countPadding"]) });
  },
  globalAveragePool(graph) {
    graph.lay("first");
    graph.then("GlobalAveragePool");
    graph.then("Flatten", [], { axis: 1 });
    graph.layout = "flat";
  },
  flatten: (graph) => { graph.lay("flat"); },
  residual(graph, { inside, tensors: { projection }, window, output }) {
    const [x, layout] = [graph.x, graph.layout];
    for (const layer of inside) write(graph, layer);
    if (graph.layout === "first") graph.lay("last");
    const f = graph.x;
    [graph.x, graph.layout] = [x, layout];
    if (projection === undefined) {
      if (graph.layout === "first") graph.lay("last");
    } else if (window === null) {
      dense(graph, projection, undefined);
    } else {
      graph.lay("first");
      graph.then("Conv", [kernelFirst(graph, projection)], { kernel_shape: [1, 1], strides: [window.strideHeight, window.strideWidth] });
      graph.lay("last");
    }
    graph.then("Add", [f]);
    graph.layout = output.length === 3 ? "last" : "flat";
  },
  relu: plain("Relu"),
  leakyRelu: (graph, { values }) => { graph.then("LeakyRelu", [], { alpha: { float: values["slope"] as number } }); },
  tanh: plain("Tanh"),
  sigmoid: plain("Sigmoid"),
  elu: (graph, { values }) => { graph.then("Elu", [], { alpha: { float: values["alpha"] as number } }); },
  selu: plain("Selu"),
  geluExact(graph) {
    const inner = graph.node("Add", [graph.node("Erf", [graph.node("Mul", [graph.x, graph.number(Math.SQRT1_2)])]), graph.number(1)]);
    graph.then("Mul", [graph.node("Mul", [inner, graph.number(0.5)])]);
  },
  geluTanh(graph) {
    const cube = graph.node("Mul", [graph.node("Mul", [graph.node("Mul", [graph.x, graph.x]), graph.x]), graph.number(0.044715)]);
    const inner = graph.node("Mul", [graph.node("Add", [graph.x, cube]), graph.number(Math.sqrt(2 / Math.PI))]);
    graph.then("Mul", [graph.node("Mul", [graph.node("Add", [graph.node("Tanh", [inner]), graph.number(1)]), graph.number(0.5)])]);
  },
  silu: (graph) => { swish(graph, 1); },
  swish: (graph, { values }) => { swish(graph, values["beta"] as number); },
  mish: (graph) => { graph.then("Mul", [graph.node("Tanh", [graph.node("Softplus", [graph.x])])]); },
  softplus(graph, { values }) {
    const beta = values["beta"] as number;
    if (beta !== 1) graph.then("Mul", [graph.number(beta)]);
    graph.then("Softplus");
    if (beta !== 1) graph.then("Div", [graph.number(beta)]);
  },
  hardTanh: (graph, { values }) => { graph.then("Clip", [graph.number(values["min"] as number), graph.number(values["max"] as number)]); },
  softmax: softmaxOver("Softmax"),
  logSoftmax: softmaxOver("LogSoftmax"),
  identity: nothing,
  batchNorm(graph, { tensors, values }) {
    if (graph.layout === "last") graph.lay("first");
    const { scale, shift, mean, variance } = tensors;
    graph.then("BatchNormalization", [scale, shift, mean, variance].map((one) => graph.tensor(one!)), { epsilon: { float: values["epsilon"] as number }, momentum: { float: values["momentum"] as number } });
  },
  layerNorm: alongChannels((graph, { tensors, values }) => {
    graph.then("LayerNormalization", [graph.tensor(tensors["scale"]!), graph.tensor(tensors["shift"]!)], { axis: -1, epsilon: { float: values["epsilon"] as number } });
  }),
  dropout: nothing,
  gaussianNoise: nothing,
};

function write(graph: Graph, layer: NetworkLayer): void { writers[layer.kind](graph, layer); }

/**
 * Input "x" (rows, …shape) in the data's own units, 32 bit; it is scaled in 64 bit inside. Outputs: "outputs" (rows, outputs), logits, margins or the predicted
 * number in its own unit, and where the loss knows them "probabilities" (rows, classes). What training alone does (dropout, noise) is left out.
 */
export function onnxOf(network: Network): Uint8Array {
  const { shape, scaling: { features, target }, reading, outputs, spec, featureNames, targetName, classes } = network;
  const graph = new Graph();
  graph.layout = shape.length === 3 ? "last" : "flat";
  graph.then("Cast", [], { to: 11 });
  graph.then("Sub", [graph.doubles("scaling/mean", shape, features.mean)]);
  graph.then("Div", [graph.doubles("scaling/deviation", shape, features.deviation)]);
  graph.then("Cast", [], { to: 1 });
  for (const layer of network.layers) write(graph, layer);
  graph.lay("flat");
  const z = graph.x;
  if (reading.kind === "number") {
    graph.then("Cast", [], { to: 11 });
    graph.then("Mul", [graph.doubles("scaling/target deviation", [], Float64Array.of(target.deviation))]);
    graph.then("Add", [graph.doubles("scaling/target mean", [], Float64Array.of(target.mean))]);
    graph.then("Cast", [], { to: 1 });
  }
  graph.nodes.push({ name: "outputs", op: "Identity", inputs: [graph.x], outputs: ["outputs"], attributes: {} });
  const columns = probabilityColumns(network);
  if (reading.kind === "softmax") {
    const cooled = reading.temperature === 1 ? z : graph.node("Div", [z, graph.number(reading.temperature)]);
    graph.nodes.push({ name: "probabilities", op: "Softmax", inputs: [cooled], outputs: ["probabilities"], attributes: { axis: -1 } });
  } else if (reading.kind === "sigmoid") {
    // One output answers for two classes; several are questions of their own.
    const both = outputs === 1 ? graph.node("Concat", [graph.node("Neg", [z]), z], { axis: 1 }) : z;
    graph.nodes.push({ name: "probabilities", op: "Sigmoid", inputs: [both], outputs: ["probabilities"], attributes: {} });
  }
  const meaning = { softmax: "logits", sigmoid: "logits", margins: "margins", number: "the predicted number" }[reading.kind];
  return onnxBytes({
    producer: "Descent", version: engineVersion, opset, ir, name: wordOf("network"),
    about: "Features in their own units, scaled inside; images are [height, width, channels].",
    nodes: graph.nodes, constants: [...graph.constants.values()],
    inputs: [{ name: "x", shape, about: "features in their own units" }],
    outputs: [{ name: "outputs", shape: [outputs], about: meaning }, ...(columns === null ? [] : [{ name: "probabilities", shape: [columns], about: "of each class, in label order" }])],
    metadata: { spec: JSON.stringify(spec), features: JSON.stringify(featureNames), target: targetName, classes: JSON.stringify(classes) },
  });
}
