/** Lion. */

import { decayEnd, decoupledDecay, defineOptimizer, learningRate, pull, retention } from "./optimizer.ts";

/** sign(0) = 0. */
export const lion = defineOptimizer({
  kind: "lion",
  title: "Lion",
  summary: "Every weight steps by exactly α, in the direction of a mixture of momentum and newest gradient: half of Adam's memory, and a smaller rate.",
  math: "θ ← (1 − αλ)θ − α sign(β₁m + (1 − β₁)g);  m ← β₂m + (1 − β₂)g",
  source: "Chen et al., Symbolic Discovery of Optimization Algorithms, NeurIPS 2023 (arXiv:2302.06675), Algorithm 2",
  params: {
    learningRate: learningRate(1e-4),
    beta1: retention("β₁", 0.9, "share of the momentum in the direction of a step; the rest is the newest gradient"),
    beta2: retention("β₂", 0.99, "share of the momentum that is kept"),
    ...decoupledDecay(0, "pull towards 0, times the learning rate; the paper takes 3 to 10 times AdamW's, as its rate is as much smaller"),
  },
  slots: ["m"],
  momentum: "beta1",
  update({ p, g, slots: { m }, from, to, decayTo, lr, hyper: { beta1, beta2, weightDecay, decayed }, round }) {
    pull(p, from, decayEnd({ to, decayTo }, decayed), lr * weightDecay, round);
    const a = round(lr);
    const b1 = round(beta1), c1 = round(1 - beta1);
    const b2 = round(beta2), c2 = round(1 - beta2);
    for (let i = from; i < to; i++) {
      const d = g[i]!;
      const mixed = round(round(b1 * m[i]!) + round(c1 * d));
      if (mixed > 0) p[i] = p[i]! - a;
      else if (mixed < 0) p[i] = p[i]! + a;
      // NaN has no sign; it must not vanish here.
      else p[i] = p[i]! - mixed;
      m[i] = round(b2 * m[i]!) + round(c2 * d);
    }
  },
});
