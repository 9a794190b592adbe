/** Nesterov momentum, in the form of PyTorch's SGD. */

import { flag, real } from "../spec/param.ts";
import { defineOptimizer, learningRate, retention } from "./optimizer.ts";

/**
 * v₁ = g;  v ← βv + (1 − δ)g;  θ ← θ − α(g + βv), without lookahead θ ← θ − αv.
 * With lookahead and δ = 0 it is Nesterov's method in the variables of Sutskever 2013, seen from the point that is looked ahead to; without lookahead and with
 * δ = 0 it is classic momentum. δ = 1 − β is not the course's average: the first buffer is the whole gradient.
 */
export const nesterov = defineOptimizer({
  kind: "nesterov",
  title: "Nesterov momentum",
  summary: "Momentum that corrects itself with the newest gradient before it steps; without the look ahead it is PyTorch's damped momentum.",
  math: "v ← βv + (1 − δ)g;  θ ← θ − α(g + βv);  v₁ = g",
  source: "Nesterov, A method of solving a convex programming problem with convergence rate O(1/k²), 1983; Sutskever, Martens, Dahl, Hinton, ICML 2013; form: PyTorch's SGD",
  params: {
    learningRate: learningRate(0.01),
    beta: retention("β", 0.9, "share of the sum that is kept; at the same α its steps are 1/(1 − β) times those of the course's momentum"),
    dampening: real({ symbol: "δ", default: 0, min: 0, max: 1, open: "max", help: "share of each gradient, after the first, that the sum leaves out; PyTorch allows it only without the look ahead" }),
    lookahead: flag({ label: "look ahead", default: true, help: "step along g + βv; off: along v" }),
  },
  slots: ["v"],
  momentum: "beta",
  isSteady: () => true,
  update({ p, g, slots: { v }, from, to, t, lr, hyper: { beta, dampening, lookahead }, kernels }) {
    const taken = t === 1 ? 1 : 1 - dampening;
    if (lookahead) kernels.nesterovUpdate(p, g, v, from, to, lr, beta, taken);
    else kernels.momentumUpdate(p, g, v, from, to, lr, beta, taken);
  },
});
