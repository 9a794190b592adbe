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
  update({ p, g, slots: { m, v }, from, to, t, lr, hyper: { beta1, beta2, epsilon }, round }) {
    const b1 = round(beta1), c1 = round(1 - beta1);
    const b2 = round(beta2), c2 = round(1 - beta2);
    const kept = pow(beta2, t);
    const longest = 2 / (1 - beta2) - 1;
    const length = longest - (2 * t * kept) / (1 - kept);
    const isKnown = length > 5;
    const rectified = isKnown ? Math.sqrt(((length - 4) * (length - 2) * longest * (1 - kept)) / ((longest - 4) * (longest - 2) * length)) : 1;
    const a = round((lr * rectified) / correction(beta1, t));
    const e = round(epsilon);
    for (let i = from; i < to; i++) {
      const d = g[i]!;
      const mean = round(round(b1 * m[i]!) + round(c1 * d));
      const square = round(round(b2 * v[i]!) + round(c2 * round(d * d)));
      m[i] = mean;
      v[i] = square;
      const step = round(a * mean);
      p[i] = p[i]! - (isKnown ? round(step / round(round(Math.sqrt(square)) + e)) : step);
    }
  },
});
