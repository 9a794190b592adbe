/** AdamW: Adam with weight decay beside the gradient instead of in it. */

import { adamStep } from "./adam.ts";
import { averages, decayEnd, decoupledDecay, defineOptimizer, epsilon, learningRate, pull } from "./optimizer.ts";

/** The decay is multiplied by the learning rate, as in PyTorch; the paper's λ is not. */
export const adamw = defineOptimizer({
  kind: "adamw",
  title: "AdamW",
  summary: "Adam that pulls the kernels towards 0 by a share of themselves, whatever their gradients: with Adam this is not the same as L2.",
  math: "m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)g²;  θ ← (1 − αλ)θ − α m̂ / (√v̂ + ε);  m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)",
  source: "Loshchilov & Hutter, Decoupled Weight Decay Regularization, ICLR 2019 (arXiv:1711.05101), Algorithm 2",
  params: {
    learningRate: learningRate(1e-3),
    ...averages(),
    epsilon: epsilon(1e-8, "keeps the quotient finite; Keras has 1e-7"),
    ...decoupledDecay(0.01, "pull towards 0, times the learning rate: PyTorch multiplies by it too, the paper does not"),
  },
  slots: ["m", "v"],
  momentum: "beta1",
  update(at) {
    pull(at.kernels, at.p, at.from, decayEnd(at, at.hyper.decayed), at.lr, at.hyper.weightDecay);
    adamStep(at, at.from, at.to, at.lr, at.hyper);
  },
});
