/** Adagrad. */

import { real } from "../spec/param.ts";
import { defineOptimizer, epsilon, learningRate } from "./optimizer.ts";

/** PyTorch's lr_decay is the schedule inverseTime, counted per step. The start s₀ is added when s is read, so that s itself begins at 0. */
export const adagrad = defineOptimizer({
  kind: "adagrad",
  title: "Adagrad",
  summary: "Divides each weight's step by the root of all its squared gradients so far: rare features keep long steps, and every step gets shorter for ever.",
  math: "s ← s + g²;  θ ← θ − αg / (√(s + s₀) + ε)",
  source: "Duchi, Hazan, Singer, Adaptive Subgradient Methods, JMLR 12, 2011",
  params: {
    learningRate: learningRate(0.01),
    initial: real({ label: "initial sum", symbol: "s₀", default: 0, min: 0, max: 1e6, scale: "log", search: [1e-3, 1], help: "what the sum of squares starts from: shortens the first steps; Keras has 0.1, PyTorch 0" }),
    epsilon: epsilon(1e-10, "keeps the quotient finite; PyTorch has 1e-10, Keras 1e-7"),
  },
  slots: ["s"],
  isSteady: () => true,
  update: ({ p, g, slots: { s }, from, to, lr, hyper: { initial, epsilon }, kernels }) => { kernels.adagradUpdate(p, g, s, from, to, lr, initial, epsilon); },
});
