/** AMSGrad: Adam that never forgets a large gradient. */

import { correction } from "../stats/ewma.ts";
import { averages, decayEnd, decoupledDecay, defineOptimizer, epsilon, learningRate, pull } from "./optimizer.ts";

/** As in PyTorch the maximum is that of the uncorrected v, and the averages are corrected afterwards; the paper corrects nothing. */
export const amsgrad = defineOptimizer({
  kind: "amsgrad",
  title: "AMSGrad",
  summary: "Adam that divides by the largest average of squared gradients so far, so that no step grows again only because gradients became small.",
  math: "m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)g²;  w ← max(w, v);  θ ← (1 − αλ)θ − α m̂ / (√ŵ + ε);  m̂ = m/(1 − β₁ᵗ), ŵ = w/(1 − β₂ᵗ)",
  source: "Reddi, Kale, Kumar, On the Convergence of Adam and Beyond, ICLR 2018 (arXiv:1904.09237), Algorithm 2; corrected as in PyTorch",
  params: {
    learningRate: learningRate(1e-3),
    ...averages(),
    epsilon: epsilon(1e-8, "keeps the quotient finite; Keras has 1e-7"),
    ...decoupledDecay(0, "pull towards 0, times the learning rate, as in AdamW; 0 for none"),
  },
  slots: ["m", "v", "w"],
  momentum: "beta1",
  update({ p, g, slots: { m, v, w }, from, to, decayTo, t, lr, hyper: { beta1, beta2, epsilon, weightDecay, decayed }, kernels }) {
    pull(kernels, p, from, decayEnd({ to, decayTo }, decayed), lr, weightDecay);
    kernels.amsgradUpdate(p, g, m, v, w, from, to, lr / correction(beta1, t), beta1, 1 - beta1, beta2, 1 - beta2, Math.sqrt(correction(beta2, t)), epsilon);
  },
});
