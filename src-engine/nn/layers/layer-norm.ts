/** Layer normalisation. */

import { widthOf } from "../../data/dataset.ts";
import { real } from "../../spec/param.ts";
import { defineLayer } from "../layer.ts";

/**
 * x̂ = (x − μ)/√(σ² + ε), y = γ x̂ + β, with mean and variance along the last axis of each row: over all numbers of a flat row, over the channels at each
 * place of an image (as in Keras; PyTorch is told the axes). γ (scale) starts at 1, β (shift) at 0, one of each for every number along that axis; neither is penalised.
 * σ² is divided by the count. Nothing is remembered: training and evaluation are the same, and batches of one are no special case.
 */
export const layerNorm = defineLayer({
  kind: "layerNorm",
  title: "Layer norm",
  summary: "Gives each row mean 0 and variance 1 over its features, then a learned scale and shift; does not look at the other rows.",
  math: "y = γ (x − μ) / √(σ² + ε) + β;  μ = (1/c) Σⱼ xⱼ;  σ² = (1/c) Σⱼ (xⱼ − μ)²",
  source: "Ba, Kiros, Hinton, Layer Normalization, 2016 (arXiv:1607.06450)",
  params: {
    epsilon: real({ symbol: "ε", default: 1e-5, min: 1e-12, max: 1, scale: "log", help: "added to the variance, so that a constant row does not divide by 0; PyTorch takes 1e-5, Keras 1e-3" }),
  },
  plan(_, input) {
    const c = input.at(-1)!;
    const rows = widthOf(input) / c;
    return {
      output: input,
      flops: 8 * widthOf(input) + 4 * rows,
      params: { scale: { shape: [c], start: 1, decays: false }, shift: { shape: [c], start: 0, decays: false } },
      scratch: { variance: { shape: [rows], perRow: true }, normalized: { shape: input, perRow: true } },
    };
  },
  forward({ kernels, values, params, scratch, x, y, inputWidth, channels }, m) {
    kernels.normalizeRows(x, params.scale!, params.shift!, scratch.variance!, scratch.normalized!, y, (m * inputWidth) / channels, channels, values.epsilon);
  },
  backward({ kernels, values, params, grads, scratch, dy, dx, inputWidth, channels }, m) {
    kernels.normalizeRowsBackward(dy, scratch.normalized!, scratch.variance!, params.scale!, grads.scale!, grads.shift!, dx, (m * inputWidth) / channels, channels, values.epsilon);
  },
});
