/** Schedules that fall by a rule of their own, whatever the length of training. Formulas count what is completed: t = 0 during the first epoch or step. */

import { pow } from "../kernels/math.ts";
import { flag, integer, list, real, record } from "../spec/param.ts";
import { completed, defineSchedule, per } from "./schedule.ts";

const interval = (help: string) => integer({ symbol: "n", default: 1, min: 1, max: 1_000_000_000, scale: "log", help });
const staircase = flag({ default: false, help: "fall only at every n-th epoch or step: t/n rounded down" });

export const constant = defineSchedule({
  kind: "constant",
  title: "Constant",
  summary: "The optimizer's learning rate throughout.",
  math: "α = α₀",
  source: "",
  params: {},
  rate: (_, { base }) => base,
});

/** Keras' InverseTimeDecay with decay_steps = n, per step. Several copies of the course's function round where it rounds down, or write 10 for the 1. */
export const inverseTime = defineSchedule({
  kind: "inverseTime",
  title: "Inverse time",
  summary: "Falls like 1 over the time, per epoch (the course) or per step; as a staircase only at every n-th.",
  math: "α = α₀ / (1 + d · t/n);  staircase: α₀ / (1 + d · ⌊t/n⌋)",
  source: "The course, week 2, whose table counts from 1",
  params: {
    decayRate: real({ label: "decay rate", symbol: "d", default: 0.1, min: 0, max: 1000, scale: "log", search: [1e-3, 1], help: "how fast it falls: 1 halves the rate after the first n epochs or steps" }),
    interval: interval("epochs or steps in which the divisor grows by the decay rate"),
    staircase,
    per: per("epoch"),
  },
  rate({ decayRate, interval, staircase, per }, at) {
    const t = completed(per, at) / interval;
    return at.base / (1 + decayRate * (staircase ? Math.floor(t) : t));
  },
});

/** Keras' ExponentialDecay with decay_steps = n, per step; PyTorch's ExponentialLR with n = 1, per epoch. */
export const exponential = defineSchedule({
  kind: "exponential",
  title: "Exponential",
  summary: "Multiplies the learning rate by the same factor in every n epochs (the course: in each) or steps; as a staircase only at every n-th.",
  math: "α = α₀ γ^(t/n);  staircase: α₀ γ^⌊t/n⌋",
  source: "The course, week 2, with γ = 0.95",
  params: {
    factor: real({ symbol: "γ", default: 0.95, min: 0, max: 1, open: "min", search: [0.8, 1], help: "what n epochs or steps leave of the learning rate; 1 leaves it as it is" }),
    interval: interval("epochs or steps in which the factor is applied once"),
    staircase,
    per: per("epoch"),
  },
  rate({ factor, interval, staircase, per }, at) {
    const t = completed(per, at) / interval;
    return at.base * pow(factor, staircase ? Math.floor(t) : t);
  },
});

/** The formula is undefined at 0: its t counts from 1, that is, epochs or steps begun. */
export const inverseRoot = defineSchedule({
  kind: "inverseRoot",
  title: "Inverse root",
  summary: "Falls like 1 over the root of the time, per epoch or per step, counted from 1.",
  math: "α = α₀ k/√t;  t = 1, 2, …",
  source: "The course, week 2",
  params: {
    k: real({ symbol: "k", default: 1, min: 0, open: "min", max: 1000, scale: "log", search: [0.1, 10], help: "multiplies the learning rate; 1 starts at α₀" }),
    per: per("epoch"),
  },
  rate: ({ k, per }, at) => (at.base * k) / Math.sqrt(completed(per, at) + 1),
});

/** PyTorch's StepLR. */
export const stepDecay = defineSchedule({
  kind: "step",
  title: "Step",
  summary: "Cuts the learning rate by a factor at every n-th epoch (usual) or step.",
  math: "α = α₀ γ^⌊t/n⌋",
  source: "He, Zhang, Ren, Sun, Deep Residual Learning, 2015 (arXiv:1512.03385), divides by 10 in this way",
  params: {
    factor: real({ symbol: "γ", default: 0.1, min: 0, max: 1, open: "min", scale: "log", search: [0.05, 0.5], help: "what a cut leaves of the learning rate" }),
    interval: integer({ symbol: "n", default: 10, min: 1, max: 1_000_000_000, scale: "log", search: [2, 50], help: "epochs or steps from one cut to the next" }),
    per: per("epoch"),
  },
  rate: ({ factor, interval, per }, at) => at.base * pow(factor, Math.floor(completed(per, at) / interval)),
});

/** PyTorch's MultiStepLR: a milestone that stands twice cuts twice. */
export const multistep = defineSchedule({
  kind: "multistep",
  title: "Milestones",
  summary: "Cuts the learning rate by a factor at each milestone, per epoch or per step.",
  math: "α = α₀ γᵏ;  k = #{i : tᵢ ≤ t}",
  source: "",
  params: {
    factor: real({ symbol: "γ", default: 0.1, min: 0, max: 1, open: "min", scale: "log", search: [0.05, 0.5], help: "what a milestone leaves of the learning rate" }),
    milestones: list({ of: integer({ default: 10, min: 0, max: 1_000_000_000, help: "completed epochs or steps" }), default: [10, 20], min: 1, max: 1000, help: "after how many completed epochs or steps the rate is cut" }),
    per: per("epoch"),
  },
  rate({ factor, milestones, per }, at) {
    const t = completed(per, at);
    let passed = 0;
    for (let i = 0; i < milestones.length; i++) if (milestones[i]! <= t) passed++;
    return at.base * pow(factor, passed);
  },
});

/** A rate set by hand. It holds from `at` completed epochs or steps on (Keras' PiecewiseConstantDecay changes one later); of two at the same place the later in the list holds. */
export const piecewise = defineSchedule({
  kind: "piecewise",
  title: "By hand",
  summary: "A list of learning rates, each from a given epoch or step on; before the first it is the optimizer's.",
  math: "α = αᵢ,  tᵢ ≤ t < tᵢ₊₁;  t₀ = 0",
  source: "The course, week 2 (manual decay)",
  params: {
    rates: list({
      of: record({
        help: "from when, which rate",
        fields: {
          at: integer({ label: "from", default: 10, min: 0, max: 1_000_000_000, help: "completed epochs or steps" }),
          rate: real({ label: "learning rate", symbol: "α", default: 0.01, min: 0, max: 1e6, scale: "log", help: "the learning rate from then on; α₀ has no part in it" }),
        },
      }),
      default: [{ at: 10, rate: 0.01 }], min: 1, max: 1000, help: "from when on which rate holds; the order of the list does not matter",
    }),
    per: per("epoch"),
  },
  rate({ rates, per }, at) {
    const t = completed(per, at);
    let rate = at.base, from = -1;
    for (let i = 0; i < rates.length; i++) {
      const piece = rates[i]!;
      if (piece.at <= t && piece.at >= from) {
        from = piece.at;
        rate = piece.rate;
      }
    }
    return rate;
  },
});
