/** Adam. */

import { real } from "../spec/param.ts";
import { defineOptimizer, learningRate, retention } from "./optimizer.ts";

/** ε stands outside the root and beside the corrected √v̂, as in the paper's Algorithm 1 and in PyTorch. The update count t survives a checkpoint. */
export const adam = defineOptimizer({
  kind: "adam",
  title: "Adam",
  summary: "Averages of gradient and squared gradient, both corrected for their slow start, give every weight a step of its own size.",
  math: "m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)g²;  θ ← θ − α m̂ / (√v̂ + ε);  m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)",
  source: "Kingma & Ba, Adam, ICLR 2015 (arXiv:1412.6980), Algorithm 1",
  params: {
    learningRate: learningRate(1e-3),
    beta1: retention("β₁", 0.9, "share of the gradient's average that is kept"),
    beta2: retention("β₂", 0.999, "share of the squared gradient's average that is kept"),
    epsilon: real({ symbol: "ε", default: 1e-8, min: 1e-30, max: 1, scale: "log", help: "keeps the quotient finite; Keras has 1e-7" }),
  },
  slots: ["m", "v"],
  update({ p, g, slots: { m, v }, from, to, t, lr, hyper: { beta1, beta2, epsilon }, round, kernels }) {
    const b1 = round(beta1), c1 = round(1 - beta1);
    const b2 = round(beta2), c2 = round(1 - beta2);
    const a = round(lr / (1 - beta1 ** t));
    const correction = round(Math.sqrt(1 - beta2 ** t));
    const e = round(epsilon);
    if (kernels?.adamUpdate !== undefined) return kernels.adamUpdate(p, g, m, v, from, to, a, b1, c1, b2, c2, correction, e);
    for (let i = from; i < to; i++) {
      const d = g[i]!;
      const mean = round(round(b1 * m[i]!) + round(c1 * d));
      const square = round(round(b2 * v[i]!) + round(c2 * round(d * d)));
      m[i] = mean;
      v[i] = square;
      p[i] = p[i]! - round(round(a * mean) / round(round(round(Math.sqrt(square)) / correction) + e));
    }
  },
});
