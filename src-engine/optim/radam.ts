/** RAdam: rectified Adam. */

import { pow } from "../kernels/math.ts";
import { correction } from "../stats/ewma.ts";
import { averages, defineOptimizer, epsilon, learningRate } from "./optimizer.ts";

/** ε is added to the uncorrected √v, as in PyTorch. While ρ ≤ 5 (the first 5 steps at β₂ = 0.999) the step is that of corrected momentum. */
export const radam = defineOptimizer({
  kind: "radam",
  title: "RAdam",
  summary: "Adam that starts as momentum and trusts its squared gradients only as far as their average can be known: a warm-up by itself.",
  math: "ρ∞ = 2/(1 − β₂) − 1;  ρ = ρ∞ − 2tβ₂ᵗ/(1 − β₂ᵗ);  r = √( (ρ − 4)(ρ − 2)ρ∞ / ((ρ∞ − 4)(ρ∞ − 2)ρ) );  ρ > 5: θ ← θ − αr m̂√(1 − β₂ᵗ)/(√v + ε);  ρ ≤ 5: θ ← θ − αm̂",
  source: "Liu, Jiang, He, Chen, Liu, Gao, Han, On the Variance of the Adaptive Learning Rate and Beyond, ICLR 2020 (arXiv:1908.03265), Algorithm 2",
  params: {
    learningRate: learningRate(1e-3),
    ...averages(),
    epsilon: epsilon(1e-8, "keeps the quotient finite"),
  },
  slots: ["m", "v"],
  momentum: "beta1",
  update({ p, g, slots: { m, v }, from, to, t, lr, hyper: { beta1, beta2, epsilon }, kernels }) {
    const kept = pow(beta2, t);
    const longest = 2 / (1 - beta2) - 1;
    const length = longest - (2 * t * kept) / (1 - kept);
    const isKnown = length > 5;
    const rectified = isKnown ? Math.sqrt(((length - 4) * (length - 2) * longest * (1 - kept)) / ((longest - 4) * (longest - 2) * length)) : 1;
    // √v/∞ + 1 is 1: one kernel for both kinds of step.
    kernels.adamUpdate(p, g, m, v, from, to, (lr * rectified) / correction(beta1, t), beta1, 1 - beta1, beta2, 1 - beta2, isKnown ? 1 : Infinity, isKnown ? epsilon : 1);
  },
});
