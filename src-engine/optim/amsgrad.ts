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
  update({ p, g, slots: { m, v, w }, from, to, decayTo, t, lr, hyper: { beta1, beta2, epsilon, weightDecay, decayed }, round }) {
    pull(p, from, decayEnd({ to, decayTo }, decayed), lr * weightDecay, round);
    const b1 = round(beta1), c1 = round(1 - beta1);
    const b2 = round(beta2), c2 = round(1 - beta2);
    const a = round(lr / correction(beta1, t));
    const root = round(Math.sqrt(correction(beta2, t)));
    const e = round(epsilon);
    for (let i = from; i < to; i++) {
      const d = g[i]!;
      const mean = round(round(b1 * m[i]!) + round(c1 * d));
      const square = round(round(b2 * v[i]!) + round(c2 * round(d * d)));
      const most = Math.max(w[i]!, square);
      m[i] = mean;
      v[i] = square;
      w[i] = most;
      p[i] = p[i]! - round(round(a * mean) / round(round(round(Math.sqrt(most)) / root) + e));
    }
  },
});
