/** Adam. */

import type { Kernels, Vector } from "../kernels/kernels.ts";
import { flag } from "../spec/param.ts";
import { correction } from "../stats/ewma.ts";
import { averages, defineOptimizer, epsilon, learningRate } from "./optimizer.ts";

/** ε stands outside the root and beside the corrected √v̂, as in the paper's Algorithm 1 and in PyTorch. The update count t survives a checkpoint. */
export const adam = defineOptimizer({
  kind: "adam",
  title: "Adam",
  summary: "Averages of gradient and squared gradient, both corrected for their slow start, give every weight a step of its own size.",
  math: "m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)g²;  θ ← θ − α m̂ / (√v̂ + ε);  m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)",
  source: "Kingma & Ba, Adam, ICLR 2015 (arXiv:1412.6980), Algorithm 1",
  params: {
    learningRate: learningRate(1e-3),
    ...averages(),
    epsilon: epsilon(1e-8, "keeps the quotient finite; Keras has 1e-7"),
    biasCorrection: flag({ label: "bias correction", default: true, help: "divide both averages by 1 − βᵗ; without it the first step is (1 − β₁)/√(1 − β₂) times as long, 3.16 times at the defaults" }),
  },
  slots: ["m", "v"],
  momentum: "beta1",
  update(at) { adamStep(at, at.from, at.to, at.lr, at.hyper, at.hyper.biasCorrection); },
});

/** Adam's step over [from, to), without any decay: for AdamW too, and for what Muon leaves to it. */
export function adamStep(
  { p, g, slots: { m, v }, t, kernels }: { readonly p: Vector; readonly g: Vector; readonly slots: { readonly m: Vector; readonly v: Vector }; readonly t: number; readonly kernels: Kernels },
  from: number, to: number, lr: number, { beta1, beta2, epsilon }: { readonly beta1: number; readonly beta2: number; readonly epsilon: number }, isCorrected = true,
): void {
  const rate = isCorrected ? lr / correction(beta1, t) : lr;
  const root = isCorrected ? Math.sqrt(correction(beta2, t)) : 1;
  kernels.adamUpdate(p, g, m, v, from, to, rate, beta1, 1 - beta1, beta2, 1 - beta2, root, epsilon);
}
