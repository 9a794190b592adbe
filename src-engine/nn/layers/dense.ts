/** The dense (fully connected) layer. */

import { widthOf } from "../../data/dataset.ts";
import { component, flag, integer, optional } from "../../spec/param.ts";
import { defineLayer } from "../layer.ts";

/**
 * y = xW + b with x (m, n), W (n, units), b (units); gradients dW = xᵀdy, db = Σᵣ dy, dx = dy Wᵀ.
 * Shaped input ([height, width, channels]) is read as one flat row. The course's and PyTorch's W is the transpose of this one.
 */
export const dense = defineLayer({
  kind: "dense",
  title: "Dense",
  summary: "Every output is a weighted sum of all inputs plus a bias.",
  math: "y = xW + b",
  source: "",
  params: {
    units: integer({ default: 32, min: 1, max: 65_536, scale: "log", search: [8, 512], help: "how many outputs; the last layer needs as many as there are classes, or 1" }),
    bias: flag({ symbol: "b", default: true, help: "add a learned number to each output; directly in front of batch norm, which would take it away again, it is left out" }),
    init: component({ label: "weight initialisation", family: "initializer", default: { kind: "heNormal" }, help: "how the kernel W starts; biases start at 0" }),
    regularizer: optional(component({ family: "regularizer", default: { kind: "l2" }, help: "a penalty for this kernel instead of the model's" })),
  },
  plan({ units, bias, init, regularizer }, input) {
    const n = widthOf(input);
    return {
      output: [units],
      flops: 2 * n * units + (bias ? units : 0),
      params: {
        kernel: { shape: [n, units], start: init, fan: { in: n, out: units }, decays: true, regularizer },
        ...(bias ? { bias: { shape: [units], start: 0, decays: false } } : {}),
      },
    };
  },
  forward({ kernels, params, x, y, inputWidth, outputWidth }, m) {
    kernels.dense(x, params.kernel!, params.bias ?? null, y, m, inputWidth, outputWidth);
  },
  backward({ kernels, params, grads, x, dy, dx, inputWidth, outputWidth }, m) {
    kernels.denseKernel(x, dy, grads.kernel!, m, inputWidth, outputWidth);
    if (grads.bias !== undefined) kernels.columnSums(dy, grads.bias, m, outputWidth);
    if (dx !== null) kernels.denseInput(dy, params.kernel!, dx, m, inputWidth, outputWidth);
  },
});
