/** Adamax. */

import { correction } from "../stats/ewma.ts";
import { averages, defineOptimizer, epsilon, learningRate } from "./optimizer.ts";

/** ε is added to |g| before the maximum is taken, as in PyTorch; the paper has none, Keras adds it to u. */
export const adamax = defineOptimizer({
  kind: "adamax",
  title: "Adamax",
  summary: "Adam with the fading maximum of past gradients in place of the root of their mean square.",
  math: "m ← β₁m + (1 − β₁)g;  u ← max(β₂u, |g| + ε);  θ ← θ − α/(1 − β₁ᵗ) · m/u",
  source: "Kingma & Ba, Adam, ICLR 2015 (arXiv:1412.6980), Algorithm 2; ε as in PyTorch",
  params: {
    learningRate: learningRate(2e-3),
    ...averages(),
    epsilon: epsilon(1e-8, "keeps the quotient finite; Keras has 1e-7"),
  },
  slots: ["m", "u"],
  momentum: "beta1",
  update({ p, g, slots: { m, u }, pieces, t, lr, hyper: { beta1, beta2, epsilon }, kernels }) {
    // Piece by piece: in the gaps u would become ε.
    for (const { from, to } of pieces) kernels.adamaxUpdate(p, g, m, u, from, to, lr / correction(beta1, t), beta1, 1 - beta1, beta2, epsilon);
  },
});
