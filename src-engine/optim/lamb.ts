/** LAMB: Adam with a step as long as the weights allow, piece by piece. */

import { correction } from "../stats/ewma.ts";
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
  update({ p, g, slots: { m, v }, to, decayTo, pieces, t, lr, hyper: { beta1, beta2, epsilon, weightDecay, decayed }, kernels }) {
    const started = correction(beta1, t), root = Math.sqrt(correction(beta2, t));
    const until = decayEnd({ to, decayTo }, decayed);
    for (const piece of pieces) {
      kernels.lambUpdate(p, g, m, v, piece.from, piece.to, lr, beta1, 1 - beta1, beta2, 1 - beta2, started, root, epsilon, piece.from < until ? weightDecay : 0);
    }
  },
});
