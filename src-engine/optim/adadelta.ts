/** Adadelta. */

import { defineOptimizer, epsilon, learningRate, retention } from "./optimizer.ts";

/** The paper has no learning rate: α = 1 is its form. */
export const adadelta = defineOptimizer({
  kind: "adadelta",
  title: "Adadelta",
  summary: "RMSprop whose step length is the average length of past steps: it finds its own unit, and 1 is the learning rate of the paper.",
  math: "s ← ρs + (1 − ρ)g²;  δ = √(u + ε)/√(s + ε) · g;  u ← ρu + (1 − ρ)δ²;  θ ← θ − αδ",
  source: "Zeiler, ADADELTA: An Adaptive Learning Rate Method, 2012 (arXiv:1212.5701), Algorithm 1",
  params: {
    learningRate: learningRate(1),
    rho: retention("ρ", 0.9, "share of both averages that is kept; the paper and Keras have 0.95"),
    epsilon: epsilon(1e-6, "starts the steps and keeps the quotient finite; larger, and the first steps are longer"),
  },
  slots: ["s", "u"],
  isSteady: () => true,
  update: ({ p, g, slots: { s, u }, from, to, lr, hyper: { rho, epsilon }, kernels }) => { kernels.adadeltaUpdate(p, g, s, u, from, to, lr, rho, 1 - rho, epsilon); },
});
