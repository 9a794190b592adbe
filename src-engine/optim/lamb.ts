/** LAMB: Adam with a step as long as the weights allow, piece by piece. */

import { correction } from "../stats/ewma.ts";
import { norm } from "./norm.ts";
import { averages, decayEnd, decoupledDecay, defineOptimizer, epsilon, learningRate } from "./optimizer.ts";

/** The paper's φ is the identity. Where ‖θ‖ or ‖u‖ is 0, as for a bias at its start, the ratio is 1. */
export const lamb = defineOptimizer({
  kind: "lamb",
  title: "LAMB",
  summary: "Adam whose step in each kernel or bias is scaled to the length of that kernel or bias: made for very large batches.",
  math: "u = m̂ / (√v̂ + ε) + λθ;  θ ← θ − α (‖θ‖/‖u‖) u;  m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ)",
  source: "You et al., Large Batch Optimization for Deep Learning, ICLR 2020 (arXiv:1904.00962), Algorithm 2",
  params: {
    learningRate: learningRate(1e-2),
    ...averages(),
    epsilon: epsilon(1e-6, "keeps the quotient finite"),
    ...decoupledDecay(0.01, "pull towards 0 inside the scaled step; 0 for none"),
  },
  slots: ["m", "v"],
  momentum: "beta1",
  update({ p, g, slots: { m, v }, from, to, decayTo, pieces, t, lr, hyper: { beta1, beta2, epsilon, weightDecay, decayed }, round }) {
    const b1 = round(beta1), c1 = round(1 - beta1);
    const b2 = round(beta2), c2 = round(1 - beta2);
    for (let i = from; i < to; i++) {
      const d = g[i]!;
      m[i] = round(b1 * m[i]!) + round(c1 * d);
      v[i] = round(b2 * v[i]!) + round(c2 * round(d * d));
    }
    const started = round(correction(beta1, t)), root = round(Math.sqrt(correction(beta2, t)));
    const e = round(epsilon);
    const until = decayEnd({ to, decayTo }, decayed);
    const direction = (i: number, lambda: number): number => round(round(round(m[i]! / started) / round(round(round(Math.sqrt(v[i]!)) / root) + e)) + round(lambda * p[i]!));
    for (const piece of pieces) {
      const lambda = piece.from < until ? round(weightDecay) : 0;
      let squares = 0;
      for (let i = piece.from; i < piece.to; i++) {
        const u = direction(i, lambda);
        squares += u * u;
      }
      const length = Math.sqrt(squares), size = norm(p, piece.from, piece.to);
      const a = round(size > 0 && length > 0 ? (lr * size) / length : lr);
      for (let i = piece.from; i < piece.to; i++) p[i] = p[i]! - round(a * direction(i, lambda));
    }
  },
});
