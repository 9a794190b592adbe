/** Batch normalisation. */

import { widthOf } from "../../data/dataset.ts";
import { real } from "../../spec/param.ts";
import { defineLayer } from "../layer.ts";

/**
 * x̂ = (x − μ)/√(σ² + ε), y = γ x̂ + β, with mean and variance of each channel (the last axis) over the batch and all other axes.
 * γ (scale) starts at 1, β (shift) at 0; neither is penalised. σ² is divided by the number of values, as in every framework.
 *
 * Evaluation uses running statistics, which start at mean 0 and variance 1: running ← momentum · running + (1 − momentum) · batch,
 * the average that stats/ewma.ts defines, without correction.
 * `momentum` is the share that is *kept* (the course's β, Keras' momentum); PyTorch's `momentum` is 1 minus it.
 * What is stored for the variance is the very σ² that normalised the batch (the course's form, also Keras'), so that both modes agree on a batch that
 * repeats; PyTorch stores n/(n−1) times it, the unbiased estimate. To load PyTorch's numbers for batches of n, multiply its running_var by (n−1)/n.
 *
 * One value per channel has no variance: a full batch needs two, which `compile` checks. A last batch that is left with one value gives
 * y = β and dx = 0, as the formula says, and is not remembered in the running statistics (PyTorch raises an error there).
 */
export const batchNorm = defineLayer({
  kind: "batchNorm",
  title: "Batch norm",
  summary: "Gives each feature mean 0 and variance 1 over the batch (when evaluating, by running averages), then a learned scale and shift; a bias in front of it is left out.",
  math: "y = γ (x − μ) / √(σ² + ε) + β;  μ = (1/m) Σᵣ xᵣ;  σ² = (1/m) Σᵣ (xᵣ − μ)²",
  source: "Ioffe & Szegedy, Batch Normalization, ICML 2015 (arXiv:1502.03167)",
  params: {
    epsilon: real({ symbol: "ε", default: 1e-5, min: 1e-12, max: 1, scale: "log", help: "added to the variance, so that a constant feature does not divide by 0" }),
    momentum: real({ default: 0.9, min: 0, max: 1, open: "max", scale: "reverseLog", help: "share of the running statistics that is kept at each step; PyTorch's momentum is 1 minus this" }),
  },
  absorbsBias: true,
  plan(_, input) {
    const c = channelsOf(input);
    return {
      output: input,
      flops: 4 * widthOf(input) + 2 * c,
      params: { scale: { shape: [c], start: 1, decays: false }, shift: { shape: [c], start: 0, decays: false } },
      statistics: { mean: { shape: [c], start: 0 }, variance: { shape: [c], start: 1 } },
      scratch: { batchMean: { shape: [c] }, batchVariance: { shape: [c] }, normalized: { shape: input, perRow: true } },
      leastRows: widthOf(input) === c ? 2 : 1,
    };
  },
  forward({ kernels, values, params, statistics, scratch, x, y, inputWidth }, m, mode) {
    const c = params.scale!.length;
    const r = (m * inputWidth) / c;
    const { batchMean, batchVariance, normalized } = scratch;
    if (mode === "evaluate") {
      kernels.normalize(x, statistics.mean!, statistics.variance!, params.scale!, params.shift!, normalized!, y, r, c, values.epsilon);
      return;
    }
    kernels.moments(x, batchMean!, batchVariance!, r, c);
    kernels.normalize(x, batchMean!, batchVariance!, params.scale!, params.shift!, normalized!, y, r, c, values.epsilon);
    if (mode === "replay" || r < 2) return;
    kernels.average(statistics.mean!, batchMean!, c, values.momentum);
    kernels.average(statistics.variance!, batchVariance!, c, values.momentum);
  },
  backward({ kernels, values, params, grads, scratch, dy, dx, inputWidth }, m) {
    const c = params.scale!.length;
    kernels.normalizeBackward(dy, scratch.normalized!, scratch.batchVariance!, params.scale!, grads.scale!, grads.shift!, dx, (m * inputWidth) / c, c, values.epsilon);
  },
});

/** A flat row has a channel for each number, an image row one for each of its channels. */
const channelsOf = (shape: readonly number[]): number => shape[shape.length - 1]!;
