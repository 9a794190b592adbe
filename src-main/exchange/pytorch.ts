/** A network as a PyTorch program: the module with its numbers, and the loss, penalties and optimizer with which it was trained, where PyTorch has the same. */

import { transposedInPyTorch } from "./pytorch-numbers.ts";
import { wordOf } from "./network.ts";
import type { LayerKind, Network, NetworkLayer } from "./network.ts";
import { python, pythonProgram, tuple } from "./python.ts";
import { pytorchTraining } from "./pytorch-training.ts";

/** Where the images' channels lie at this place of `forward`: last, as in the data, or first, as PyTorch's windows want them. */
type Layout = "flat" | "last" | "first";

class Module {
  readonly init: string[] = [];
  readonly load: string[] = [];
  readonly forward: string[] = [];
  layout: Layout;
  constructor(layout: Layout) { this.layout = layout; }

  /** A submodule of its own, called on x. */
  own(layer: NetworkLayer, code: string): void {
    const name = `self.${moduleName(layer)}`;
    this.init.push(`${name} = ${code}`);
    this.forward.push(`x = ${name}(x)`);
    for (const line of transposedInPyTorch(layer, name)) this.load.push(line);
  }

  lay(wanted: Layout): void {
    if (this.layout === wanted) return;
    if (wanted === "flat") {
      this.lay("last");
      this.forward.push("x = x.flatten(1)  # in the order height, width, channels");
    } else {
      this.forward.push(wanted === "first" ? "x = x.permute(0, 3, 1, 2)  # channels first" : "x = x.permute(0, 2, 3, 1)  # channels last");
    }
    this.layout = wanted;
  }
}

export const moduleName = ({ kind, name }: Pick<NetworkLayer, "kind" | "name">): string => `${kind}_${wordOf(name)}`;

type Write = (module: Module, layer: NetworkLayer) => void;
const nothing: Write = () => { /* it changes nothing */ };
const line = (expression: (layer: NetworkLayer) => string): Write => (module, layer) => { module.forward.push(`x = ${expression(layer)}`); };
const last = (write: Write): Write => (module, layer) => {
  if (module.layout === "first") module.lay("last");
  write(module, layer);
};

function slide({ window }: NetworkLayer): string {
  const { kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth } = window!;
  return `${tuple([kernelHeight, kernelWidth])}, stride=${tuple([strideHeight, strideWidth])}, padding=${tuple([paddingHeight, paddingWidth])}`;
}

const writers: Readonly<Record<LayerKind, Write>> = {
  dense(module, layer) {
    module.lay("flat");
    const [into, out] = layer.tensors["kernel"]!.shape as [number, number];
    module.own(layer, `nn.Linear(${into}, ${out}, bias=${python(layer.tensors["bias"] !== undefined)})`);
  },
  conv2d(module, layer) {
    module.lay("first");
    module.own(layer, `nn.Conv2d(${layer.window!.channels}, ${python(layer.values["filters"])}, ${slide(layer)}, groups=${python(layer.values["groups"])}, bias=${python(layer.tensors["bias"] !== undefined)})`);
  },
  maxPool(module, layer) {
    const { window } = layer;
    module.lay("first");
    // PyTorch allows a padding of at most half the window.
    const isWide = 2 * window!.paddingHeight > window!.kernelHeight || 2 * window!.paddingWidth > window!.kernelWidth;
    if (isWide) module.forward.push(`x = F.pad(x, (${window!.paddingWidth}, ${window!.paddingWidth}, ${window!.paddingHeight}, ${window!.paddingHeight}), value=-torch.inf)`);
    module.forward.push(`x = F.max_pool2d(x, ${isWide ? unpadded(layer) : slide(layer)})`);
  },
  averagePool(module, layer) {
    const { window, values } = layer;
    const { paddingHeight, paddingWidth, kernelHeight, kernelWidth } = window!;
    module.lay("first");
    const counts = values["countPadding"] as boolean;
    if (2 * paddingHeight <= kernelHeight && 2 * paddingWidth <= kernelWidth) {
      module.forward.push(`x = F.avg_pool2d(x, ${slide(layer)}, count_include_pad=${python(counts)})`);
      return;
    }
    const padding = `(${paddingWidth}, ${paddingWidth}, ${paddingHeight}, ${paddingHeight})`;
    module.forward.push(...(counts ? [`x = F.avg_pool2d(F.pad(x, ${padding}), ${unpadded(layer)})`] : [`x = F.avg_pool2d(F.pad(x, ${padding}), ${unpadded(layer)}) / F.avg_pool2d(F.pad(torch.ones_like(x), ${padding}), ${unpadded(layer)})`]));
  },
  globalAveragePool(module) {
    module.lay("first");
    module.forward.push("x = x.mean(dim=(2, 3))");
    module.layout = "flat";
  },
  flatten: (module) => { module.lay("flat"); },
  residual(module, layer) {
    const { name, inside, tensors: { projection }, window, input, output } = layer;
    if (module.layout === "first") module.lay("last");
    const skip = `skip_${wordOf(name)}`;
    module.forward.push(`${skip} = x`);
    for (const each of inside) write(module, each);
    if (module.layout === "first") module.lay("last");
    let around = skip;
    if (projection !== undefined) {
      const own = `self.${moduleName(layer)}`;
      if (window === null) {
        module.init.push(`${own} = nn.Linear(${projection.shape[0]}, ${projection.shape[1]}, bias=False)`);
        around = `${own}(${input.length === 3 ? `${skip}.flatten(1)` : skip})`;
      } else {
        module.init.push(`${own} = nn.Conv2d(${window.channels}, ${projection.shape[3]}, 1, stride=${tuple([window.strideHeight, window.strideWidth])}, bias=False)`);
        around = `${own}(${skip}.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)`;
      }
      module.load.push(...transposedInPyTorch(layer, own));
    }
    module.forward.push(`x = ${around} + x`);
    module.layout = output.length === 3 ? "last" : "flat";
  },
  relu: line(() => "F.relu(x)"),
  leakyRelu: line(({ values }) => `F.leaky_relu(x, ${python(values["slope"])})`),
  tanh: line(() => "torch.tanh(x)"),
  sigmoid: line(() => "torch.sigmoid(x)"),
  elu: line(({ values }) => `F.elu(x, ${python(values["alpha"])})`),
  selu: line(() => "F.selu(x)"),
  geluExact: line(() => "F.gelu(x)"),
  geluTanh: line(() => 'F.gelu(x, approximate="tanh")'),
  silu: line(() => "F.silu(x)"),
  swish: line(({ values }) => `x * torch.sigmoid(${python(values["beta"])} * x)`),
  mish: line(() => "F.mish(x)"),
  softplus: line(({ values }) => `F.softplus(x, beta=${python(values["beta"])})`),
  hardTanh: line(({ values }) => `F.hardtanh(x, ${python(values["min"])}, ${python(values["max"])})`),
  softmax: last(line(({ values }) => `F.softmax(x / ${python(values["temperature"])}, dim=-1)`)),
  logSoftmax: last(line(({ values }) => `F.log_softmax(x / ${python(values["temperature"])}, dim=-1)`)),
  identity: nothing,
  batchNorm(module, layer) {
    if (module.layout === "last") module.lay("first");
    const { epsilon, momentum } = layer.values as { epsilon: number; momentum: number };
    module.own(layer, `nn.BatchNorm${module.layout === "flat" ? 1 : 2}d(${layer.tensors["scale"]!.shape[0]}, eps=${epsilon}, momentum=1 - ${momentum})  # momentum is the share of the new, not of the kept`);
  },
  layerNorm: last((module, layer) => { module.own(layer, `nn.LayerNorm(${layer.tensors["scale"]!.shape[0]}, eps=${python(layer.values["epsilon"])})`); }),
  dropout: (module, layer) => { module.own(layer, `nn.Dropout(1 - ${python(layer.values["keepProb"])})  # the share that is dropped`); },
  gaussianNoise: line(({ values }) => `x + ${python(values["deviation"])} * torch.randn_like(x) if self.training else x`),
};

function unpadded({ window }: NetworkLayer): string {
  const { kernelHeight, kernelWidth, strideHeight, strideWidth } = window!;
  return `${tuple([kernelHeight, kernelWidth])}, stride=${tuple([strideHeight, strideWidth])}`;
}

function write(module: Module, layer: NetworkLayer): void { writers[layer.kind](module, layer); }

const indent = (lines: readonly string[], by: number): string => lines.map((each) => (each === "" ? "" : " ".repeat(by) + each)).join("\n");

export function pytorchOf(network: Network): string {
  const module = new Module(network.shape.length === 3 ? "last" : "flat");
  for (const layer of network.layers) write(module, layer);
  module.lay("flat");
  return pythonProgram(network, {
    title: "A trained network in PyTorch",
    about: [
      "Images go in as [height, width, channels] and are turned inside. Kernels are turned from [in, out] to PyTorch's [out, in], from",
      "[height, width, in / groups, out] to [out, in / groups, height, width]. Batch norm's running variance is divided by n, as it was trained;",
      "PyTorch, training on, will average variances divided by n - 1.",
    ],
    imports: ["import numpy as np", "import torch", "import torch.nn.functional as F", "from torch import nn"],
    body: `

class Network(nn.Module):
    def __init__(self):
        super().__init__()
${module.init.length === 0 ? "        pass" : indent(module.init, 8)}

    def forward(self, x):
        """Scaled rows (rows, *SHAPE) to logits, margins or the scaled number."""
${indent(module.forward, 8)}
        return x

    @torch.no_grad()
    def load(self):
        """Takes the trained numbers."""
        number = lambda name: torch.from_numpy(tensor(name))
${indent(module.load, 8)}
        return self


def answers(x):
    with torch.no_grad():
        return Network().load().eval()(torch.from_numpy(x)).numpy()

${pytorchTraining(network)}`,
  });
}
