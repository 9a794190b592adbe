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
  isSteady: () => true,
  update({ p, g, slots: { m }, from, to, decayTo, lr, hyper: { beta1, beta2, weightDecay, decayed }, kernels }) {
    pull(kernels, p, from, decayEnd({ to, decayTo }, decayed), lr, weightDecay);
    kernels.lionUpdate(p, g, m, from, to, lr, beta1, 1 - beta1, beta2, 1 - beta2);
  },
});
