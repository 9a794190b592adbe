/** Muon: momentum whose step in each matrix is made orthogonal; AdamW for what is no matrix. */

import type { Kernels, Vector } from "../kernels/kernels.ts";
import { choice, flag, integer, real } from "../spec/param.ts";
import { adamStep } from "./adam.ts";
import { averages, decayEnd, decoupledDecay, defineOptimizer, epsilon, learningRate, pull, retention } from "./optimizer.ts";
import type { Piece } from "./optimizer.ts";

/**
 * A kernel is taken as a matrix (inputs of one unit, units): dense kernels as they are, convolutions with height, width and channels as the inputs.
 * Slot m is Muon's buffer for matrices and Adam's average for the others, v is used by the others alone. Jordan leaves the first and the last layer to AdamW
 * too; here every matrix is Muon's, as the update knows pieces and no layers.
 */
export const muon = defineOptimizer({
  kind: "muon",
  title: "Muon",
  summary: "Momentum whose step in each kernel is made nearly orthogonal, so that no direction dominates; biases, scales and shifts go by AdamW.",
  math: "m ← μm + (1 − μ)g;  u = μm + (1 − μ)g;  u = USVᵀ, O ≈ UVᵀ;  θ ← (1 − αλ)θ − α√max(1, nₒᵤₜ/nᵢₙ) · O",
  source: "Jordan et al., Muon: An optimizer for hidden layers in neural networks, 2024 (kellerjordan.github.io/posts/muon); matchAdamw: Liu et al. 2025 (arXiv:2502.16982)",
  params: {
    learningRate: learningRate(0.02),
    beta: retention("μ", 0.95, "share of the gradient's average that is kept, for matrices"),
    lookahead: flag({ label: "look ahead", default: true, help: "mix the newest gradient into the average once more, as Nesterov momentum does" }),
    iterations: integer({ default: 5, min: 1, max: 20, help: "Newton–Schulz iterations; 5 bring the singular values to between about 0.7 and 1.2" }),
    scaling: choice({ default: "original", options: ["original", "matchAdamw"], help: "original: √max(1, out/in); matchAdamw: 0.2 √max(in, out), steps as long as AdamW's, so that its rates can be kept" }),
    ratio: real({ label: "AdamW's rate / α", symbol: "ρ", default: 0.015, min: 0, open: "min", max: 1000, scale: "log", search: [1e-3, 1], help: "learning rate of what is no matrix, as a multiple of α: 0.015 × 0.02 = 3e-4; take 1 with matchAdamw" }),
    ...averages(),
    epsilon: epsilon(1e-8, "of AdamW, for what is no matrix"),
    ...decoupledDecay(0, "pull towards 0, times the learning rate; PyTorch has 0.1"),
  },
  slots: ["m", "v"],
  momentum: "beta",
  scratch(shapes) {
    const matrices = shapes.filter(isMatrix).map(sidesOf);
    const largest = Math.max(0, ...matrices.map(({ n, c }) => n * c));
    const small = Math.max(0, ...matrices.map(({ n, c }) => Math.min(n, c) * Math.min(n, c)));
    return { step: largest, product: largest, gram: small, square: small };
  },
  update(at) {
    const { p, g, slots: { m }, scratch, pieces, lr, hyper, kernels } = at;
    const until = decayEnd(at, hyper.decayed);
    for (const { from, to, shape } of pieces) {
      const decay = from < until ? hyper.weightDecay : 0;
      if (!isMatrix(shape)) {
        pull(kernels, p, from, to, lr * hyper.ratio, decay);
        adamStep(at, from, to, lr * hyper.ratio, hyper);
        continue;
      }
      const c = shape.at(-1)!, n = (to - from) / c;
      const step = scratch["step"]!;
      kernels.muonDirection(g, m, step, from, to, hyper.beta, 1 - hyper.beta, hyper.lookahead);
      orthogonalize(kernels, step, scratch["product"]!, scratch["gram"]!, scratch["square"]!, n, c, hyper.iterations);
      pull(kernels, p, from, to, lr, decay);
      const longer = hyper.scaling === "original" ? Math.sqrt(Math.max(1, c / n)) : 0.2 * Math.sqrt(Math.max(n, c));
      kernels.sgdUpdate(p.subarray(from, to), step, 0, to - from, lr * longer);
    }
  },
});

/**
 * Newton–Schulz: X ← X/max(‖X‖, 1e-7), then X ← aX + bXXᵀX + c(XXᵀ)²X with (a, b, c) = (3.4445, −4.7750, 2.0315). It drives every singular value towards 1
 * without reaching it: after 5 iterations they lie between about 0.7 and 1.2, which is enough here and faster than a polynomial that converges.
 *
 * x (n, c) is overwritten with the result; product (n, c), gram and square (min(n, c), min(n, c)) are room to work in.
 */
export function orthogonalize(kernels: Kernels, x: Vector, product: Vector, gram: Vector, square: Vector, n: number, c: number, iterations: number): void {
  const size = n * c, side = Math.min(n, c);
  kernels.shorten(x, size, 1e-7);
  for (let k = 0; k < iterations; k++) {
    // The smaller of XXᵀ and XᵀX.
    if (n <= c) kernels.denseInput(x, x, gram, n, n, c);
    else kernels.denseKernel(x, x, gram, n, c, c);
    kernels.dense(gram, gram, null, square, side, side, side);
    kernels.combine(gram, square, side * side, -4.775, 2.0315);
    if (n <= c) kernels.dense(square, x, null, product, n, n, c);
    else kernels.dense(x, square, null, product, n, c, c);
    kernels.combine(product, x, size, 1, 3.4445);
  }
}

const isMatrix = (shape: Piece["shape"]): boolean => shape.length > 1;

/** Inputs of one unit, and units. */
function sidesOf(shape: Piece["shape"]): { readonly n: number; readonly c: number } {
  const c = shape.at(-1)!;
  return { n: shape.reduce((product, side) => product * side, 1) / c, c };
}
