/** Momentum, in the course's form and the classic one. */

import { choice } from "../spec/param.ts";
import { correction } from "../stats/ewma.ts";
import { defineOptimizer, learningRate, retention } from "./optimizer.ts";

/**
 * ewma (the course):       v ← βv + (1 − β)g;  θ ← θ − αv
 * ewmaCorrected:           the same v;         θ ← θ − αv/(1 − βᵗ)
 * classic (Polyak, PyTorch, its first buffer is the gradient):  v ← βv + g;  θ ← θ − αv
 * ewma and classic walk the same path when α of the classic form is (1 − β) times the other; changing the form alone changes the step by 1/(1 − β).
 */
export const momentum = defineOptimizer({
  kind: "momentum",
  title: "Momentum",
  summary: "Walks along an average of past gradients: oscillations cancel, a steady direction adds up.",
  math: "ewma: v ← βv + (1 − β)g, θ ← θ − αv;  ewmaCorrected: θ ← θ − αv / (1 − βᵗ);  classic: v ← βv + g, θ ← θ − αv",
  source: "Polyak, Some methods of speeding up the convergence of iteration methods, 1964; form ewma: the course, week 2",
  params: {
    learningRate: learningRate(0.1),
    beta: retention("β", 0.9, "share of the average that is kept; it looks back over about 1/(1 − β) steps"),
    form: choice({ default: "ewma", options: ["ewma", "ewmaCorrected", "classic"], help: "ewma: the course's average; ewmaCorrected: without its slow start; classic: a sum, whose steps are 1/(1 − β) times longer at the same α" }),
  },
  slots: ["v"],
  momentum: "beta",
  isSteady: ({ form }) => form !== "ewmaCorrected",
  update({ p, g, slots: { v }, from, to, t, lr, hyper: { beta, form }, kernels }) {
    const rate = form === "ewmaCorrected" ? lr / correction(beta, t) : lr;
    kernels.momentumUpdate(p, g, v, from, to, rate, beta, form === "classic" ? 1 : 1 - beta);
  },
});

/**
 * The learning rate with which another form of momentum takes the same steps: α_classic = (1 − β) α_ewma. A constant β is meant; the corrected form's early
 * steps are longer than both, so no rate makes it equal.
 */
export function convertMomentumRate(rate: number, beta: number, from: "ewma" | "classic", to: "ewma" | "classic"): number {
  if (from === to) return rate;
  return to === "classic" ? rate * (1 - beta) : rate / (1 - beta);
}
