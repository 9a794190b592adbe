/** RMSprop. */

import { choice, flag, real } from "../spec/param.ts";
import { correction } from "../stats/ewma.ts";
import { defineOptimizer, epsilon, learningRate, retention } from "./optimizer.ts";

/**
 * s ← βs + (1 − β)g²; θ ← θ − αg/(√s + ε), the course's form. Inside: √(s + ε). Centered: √(s − m²), m the same average of g. Corrected: s/(1 − βᵗ), m/(1 − βᵗ).
 * Momentum: v ← μv + g/(√s + ε), θ ← θ − αv. Where rounding leaves s − m² below 0 it counts as 0.
 */
export const rmsprop = defineOptimizer({
  kind: "rmsprop",
  title: "RMSprop",
  summary: "Divides each weight's step by the root of an average of its squared gradients: steep directions take shorter steps, flat ones longer.",
  math: "s ← βs + (1 − β)g²;  θ ← θ − αg / (√s + ε)",
  source: "Hinton, Srivastava, Swersky, Neural Networks for Machine Learning, lecture 6e, 2012; centered: Graves 2013 (arXiv:1308.0850)",
  params: {
    learningRate: learningRate(1e-3),
    beta: retention("β", 0.9, "share of the squared gradient's average that is kept; PyTorch has 0.99"),
    epsilon: epsilon(1e-8, "keeps the quotient finite; Keras has 1e-7"),
    epsilonAt: choice({ label: "ε stands", default: "outside", options: ["outside", "inside"], help: "outside the root, as in the course and PyTorch, or inside, as in TensorFlow" }),
    centered: flag({ default: false, help: "divide by the deviation of the gradient around its average instead of its root mean square" }),
    biasCorrection: flag({ label: "bias correction", default: false, help: "correct the averages for their slow start, as Adam does; without it the first steps are longer" }),
    momentum: real({ symbol: "μ", default: 0, min: 0, max: 1, open: "max", scale: "reverseLog", help: "share of the summed steps that is kept; 0 for none" }),
  },
  slots: ["s", "m", "v"],
  needs: ({ centered, momentum }) => ["s", ...(centered ? ["m"] as const : []), ...(momentum > 0 ? ["v"] as const : [])],
  isSteady: ({ biasCorrection }) => !biasCorrection,
  update({ p, g, slots: { s, m, v }, from, to, t, lr, hyper: { beta, epsilon, epsilonAt, centered, biasCorrection, momentum }, kernels }) {
    const started = biasCorrection ? correction(beta, t) : 1;
    kernels.rmspropUpdate(p, g, s, centered ? m : null, momentum > 0 ? v : null, from, to, lr, beta, 1 - beta, started, epsilon, epsilonAt === "inside", momentum);
  },
});
