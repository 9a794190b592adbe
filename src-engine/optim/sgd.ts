/** Gradient descent. */

import { defineOptimizer, learningRate } from "./optimizer.ts";

export const sgd = defineOptimizer({
  kind: "sgd",
  title: "Gradient descent (SGD)",
  summary: "Walks against the gradient of the batch; with one batch per epoch it is batch gradient descent.",
  math: "θ ← θ − αg",
  source: "",
  params: { learningRate: learningRate(0.1) },
  slots: [],
  isSteady: () => true,
  update: ({ p, g, from, to, lr, kernels }) => { kernels.sgdUpdate(p, g, from, to, lr); },
});
