/** Nadam: Adam with Nesterov momentum. */

import { pow } from "../kernels/math.ts";
import { real } from "../spec/param.ts";
import { correction } from "../stats/ewma.ts";
import { averages, decayEnd, decoupledDecay, defineOptimizer, epsilon, learningRate, pull } from "./optimizer.ts";

/** The product of all μ is kept in double precision, also in 32 bit, where PyTorch rounds it to a single. */
export const nadam = defineOptimizer({
  kind: "nadam",
  title: "Nadam",
  summary: "Adam whose step already counts the newest gradient as Nesterov momentum does, with a momentum that grows from about half to β₁.",
  math: "m ← β₁m + (1 − β₁)g;  v ← β₂v + (1 − β₂)g²;  v̂ = v/(1 − β₂ᵗ);  μₜ = β₁(1 − ½ · 0.96^(tψ));  Pₜ = μ₁ ⋯ μₜ;  θ ← (1 − αλ)θ − α( μₜ₊₁m/(1 − Pₜμₜ₊₁) + (1 − μₜ)g/(1 − Pₜ) ) / (√v̂ + ε)",
  source: "Dozat, Incorporating Nesterov Momentum into Adam, ICLR workshop 2016, Algorithm 2; momentum decay as in PyTorch",
  params: {
    learningRate: learningRate(2e-3),
    ...averages(),
    epsilon: epsilon(1e-8, "keeps the quotient finite; Keras has 1e-7"),
    momentumDecay: real({ label: "momentum decay", symbol: "ψ", default: 4e-3, min: 0, max: 1000, scale: "log", help: "how fast the momentum grows from about β₁/2 to β₁; 0.004 takes some hundreds of steps, 0 leaves it at β₁/2" }),
    ...decoupledDecay(0, "pull towards 0, times the learning rate, as in AdamW; 0 for none"),
  },
  slots: ["m", "v"],
  state: { product: 1 },
  momentum: "beta1",
  update({ p, g, slots: { m, v }, state, from, to, decayTo, t, lr, hyper: { beta1, beta2, epsilon, momentumDecay, weightDecay, decayed }, kernels }) {
    pull(kernels, p, from, decayEnd({ to, decayTo }, decayed), lr, weightDecay);
    const now = beta1 * (1 - 0.5 * pow(0.96, t * momentumDecay));
    const next = beta1 * (1 - 0.5 * pow(0.96, (t + 1) * momentumDecay));
    state.product *= now;
    const ofGradient = (lr * (1 - now)) / (1 - state.product);
    const ofMean = (lr * next) / (1 - state.product * next);
    kernels.nadamUpdate(p, g, m, v, from, to, ofGradient, ofMean, beta1, 1 - beta1, beta2, 1 - beta2, Math.sqrt(correction(beta2, t)), epsilon);
  },
});
