/** Schedules that are drawn over the whole of training, and the warm-up in front of any other. Formulas count what is completed: t = 0 during the first epoch or step. */

import { cos, pow } from "../kernels/math.ts";
import { choice, component, flag, integer, optional, real } from "../spec/param.ts";
import { completed, defineSchedule, per, progress, whole } from "./schedule.ts";
import type { Moment } from "./schedule.ts";

const least = real({ label: "last rate", symbol: "α₁", default: 0, min: 0, max: 1e6, scale: "log", help: "the learning rate at the end" });

/** From a at 0 to b at 1, along half a cosine. */
const cosineBetween = (a: number, b: number, f: number): number => b + ((a - b) / 2) * (1 + cos(Math.PI * f));

/** PyTorch's PolynomialLR with total_iters = T; after T it stays at α₁. */
export const polynomial = defineSchedule({
  kind: "polynomial",
  title: "Polynomial",
  summary: "Falls to the last rate along a power of the time that is left, over the whole of training, per step or per epoch.",
  math: "α = α₁ + (α₀ − α₁)(1 − t/T)ᵖ",
  source: "",
  params: {
    power: real({ symbol: "p", default: 2, min: 0, open: "min", max: 100, search: [0.5, 4], help: "1 is a straight line, 2 a parabola that lands flat" }),
    end: least,
    per: per("step"),
  },
  needsLength: true,
  rate: ({ power, end, per }, at) => (at.base - end) * pow(1 - progress(per, at), power) + end,
});

export const linearDecay = defineSchedule({
  kind: "linearDecay",
  title: "Linear",
  summary: "Falls to the last rate in a straight line over the whole of training, per step or per epoch.",
  math: "α = α₁ + (α₀ − α₁)(1 − t/T)",
  source: "",
  params: { end: least, per: per("step") },
  needsLength: true,
  rate: ({ end, per }, at) => (at.base - end) * (1 - progress(per, at)) + end,
});

/** PyTorch's CosineAnnealingLR with T_max = T; after T it stays at α₁ instead of rising again. */
export const cosine = defineSchedule({
  kind: "cosine",
  title: "Cosine",
  summary: "Falls to the last rate along half a cosine over the whole of training, slowly at both ends, per step or per epoch.",
  math: "α = α₁ + ½(α₀ − α₁)(1 + cos(πt/T))",
  source: "Loshchilov & Hutter, SGDR, ICLR 2017 (arXiv:1608.03983), one cycle",
  params: { end: least, per: per("step") },
  needsLength: true,
  rate: ({ end, per }, at) => cosineBetween(at.base, end, progress(per, at)),
});

/** PyTorch's CosineAnnealingWarmRestarts. At a restart the rate is α₀ at once. */
export const cosineRestarts = defineSchedule({
  kind: "cosineRestarts",
  title: "Cosine with warm restarts",
  summary: "Falls along half a cosine and starts again, each cycle longer by a factor, counted per epoch or per step.",
  math: "α = α₁ + ½(α₀ − α₁)(1 + cos(πc/Tᵢ));  c = t − T₀ − ⋯ − Tᵢ₋₁;  Tᵢ₊₁ = kTᵢ",
  source: "Loshchilov & Hutter, SGDR: Stochastic Gradient Descent with Warm Restarts, ICLR 2017 (arXiv:1608.03983)",
  params: {
    first: integer({ label: "first cycle", symbol: "T₀", default: 10, min: 1, max: 1_000_000_000, scale: "log", search: [2, 100], help: "epochs or steps of the first cycle" }),
    factor: integer({ label: "lengthening", symbol: "k", default: 2, min: 1, max: 100, help: "how many times longer each cycle is than the one before; 1 keeps them equal" }),
    end: real({ label: "lowest rate", symbol: "α₁", default: 0, min: 0, max: 1e6, scale: "log", help: "the learning rate towards which each cycle falls" }),
    per: per("epoch"),
  },
  rate({ first, factor, end, per }, at) {
    let c = completed(per, at), length = first;
    if (factor === 1) c %= length;
    while (c >= length) {
      c -= length;
      length *= factor;
    }
    return cosineBetween(at.base, end, c / length);
  },
});

/**
 * During warm-up α₀ (t + 1)/w, so that the last of its steps has α₀; with a start s, α₀ (s + (1 − s) t/w), as PyTorch's LinearLR. Then the other schedule,
 * as if training had begun at the end of the warm-up: its steps count from there, its epochs are as many whole ones as fit into them, its end is the run's.
 */
export const warmup = defineSchedule({
  kind: "warmup",
  title: "Warm-up",
  summary: "Rises in a straight line to the optimizer's learning rate, step by step, then hands over to any other schedule, which counts from there.",
  math: "α = α₀ (t + 1)/w,  t < w;  start: α = α₀ (s + (1 − s) t/w)",
  source: "Goyal et al., Accurate, Large Minibatch SGD, 2017 (arXiv:1706.02677), §2.2",
  params: {
    steps: integer({ symbol: "w", default: 100, min: 1, max: 1_000_000_000, scale: "log", search: [10, 10_000], help: "steps until the full learning rate is reached; Adam is often given a few hundred" }),
    start: optional(real({ symbol: "s", default: 0.1, min: 0, max: 1, help: "share of the learning rate in the first step; left out, it is 1/w" })),
    then: component({ family: "schedule", default: { kind: "cosine" }, help: "what follows the warm-up" }),
  },
  needsLength: true,
  rate({ steps, start }, at) {
    if (at.step >= steps) return at.then.rate(steps);
    return at.base * (start === null ? (at.step + 1) / steps : start + ((1 - start) * at.step) / steps);
  },
  momentum: ({ steps }, at) => (at.step >= steps ? at.then.momentum(steps) : null),
});

/**
 * PyTorch's OneCycleLR, whose max_lr is the optimizer's learning rate. Phases end after s T − 1 and T − 1 steps; with three, after s T − 1, 2 s T − 2 and T − 1:
 * the way down is then as long as the way up, and the last phase falls from the first rate to the last.
 * Momentum cycles only where `cycleMomentum` says so, and then against the rate: the optimizer's β, β₁ or μ, whatever stands in its spec, is replaced at each step.
 */
export const oneCycle = defineSchedule({
  kind: "oneCycle",
  title: "One cycle",
  summary: "Rises from a small rate to the optimizer's and falls to almost nothing, once over the whole of training, step by step.",
  math: "α: α₀/d → α₀ → α₀/(de);  t: 0 → sT − 1 → T − 1",
  source: "Smith & Topin, Super-Convergence, 2018 (arXiv:1708.07120); form: PyTorch's OneCycleLR",
  params: {
    rise: real({ label: "share of the rise", symbol: "s", default: 0.3, min: 0, max: 1, open: "both", search: [0.1, 0.5], help: "part of training in which the rate rises; with three phases less than one half" }),
    divisor: real({ label: "first divisor", symbol: "d", default: 25, min: 1, max: 1e9, scale: "log", help: "the first rate is α₀ divided by this" }),
    endDivisor: real({ label: "last divisor", symbol: "e", default: 1e4, min: 1, max: 1e15, scale: "log", help: "the last rate is the first divided by this" }),
    shape: choice({ default: "cosine", options: ["cosine", "linear"], help: "half cosines, or straight lines as in the paper" }),
    threePhases: flag({ label: "three phases", default: false, help: "fall to the first rate as long as it rose, then to the last: the paper's form" }),
    cycleMomentum: flag({ label: "cycle momentum", default: false, help: "lower the momentum while the rate is high, as the paper does; needs an optimizer that has one" }),
    lowMomentum: real({ label: "lowest momentum", default: 0.85, min: 0, max: 1, open: "max", scale: "reverseLog", help: "momentum at the highest rate, where it cycles" }),
    highMomentum: real({ label: "highest momentum", default: 0.95, min: 0, max: 1, open: "max", scale: "reverseLog", help: "momentum at the first and the last rate, where it cycles" }),
  },
  needsLength: true,
  rate({ rise, divisor, endDivisor, shape, threePhases }, at) {
    const first = at.base / divisor;
    return along(rise, threePhases, shape, at, first, at.base, threePhases ? first : first / endDivisor, first / endDivisor);
  },
  momentum: ({ rise, shape, threePhases, cycleMomentum, lowMomentum: low, highMomentum: high }, at) => (cycleMomentum ? along(rise, threePhases, shape, at, high, low, high, high) : null),
});

/** The way through the phases: first → top → middle, with three phases → last. */
function along(rise: number, threePhases: boolean, shape: "cosine" | "linear", at: Moment, first: number, top: number, middle: number, last: number): number {
  const end = whole("step", at) - 1;
  const t = Math.min(at.step, end);
  const turn = rise * (end + 1) - 1, level = threePhases ? 2 * turn : end;
  if (t <= turn) return between(shape, first, top, share(t, 0, turn));
  if (t <= level) return between(shape, top, middle, share(t, turn, level));
  return between(shape, middle, last, share(t, level, end));
}

const share = (t: number, from: number, to: number): number => (to > from ? (t - from) / (to - from) : 1);
const between = (shape: "cosine" | "linear", a: number, b: number, f: number): number => (shape === "cosine" ? cosineBetween(a, b, f) : a + (b - a) * f);
