/** The schedule that listens: it lowers the rate when a metric no longer gets better. */

import { choice, integer, real, text } from "../spec/param.ts";
import { defineSchedule } from "./schedule.ts";

/** A cut that would change the rate by no more than this is left out, as in PyTorch. */
const leastChange = 1e-8;

/**
 * PyTorch's ReduceLROnPlateau. After each epoch: a metric that is better than the best by the threshold becomes the best, any other (one that is not finite too) is one bad
 * epoch more; while it cools down no epoch is bad; with more bad epochs than the patience the rate is cut, the cooling begins and the count starts anew.
 * relative: better means below best · (1 − threshold), or above best · (1 + threshold); absolute: below best − threshold, or above best + threshold.
 */
export const reduceOnPlateau = defineSchedule({
  kind: "reduceOnPlateau",
  title: "Reduce on plateau",
  summary: "Cuts the learning rate when a metric, looked at after each epoch, has not become better for some epochs.",
  math: "α ← max(γα, α₁)",
  source: "",
  params: {
    metric: text({ default: "validation/loss", maxLength: 100, help: "what is watched, as split/metric: validation/loss, validation/accuracy, train/loss …" }),
    factor: real({ symbol: "γ", default: 0.1, min: 0, max: 1, open: "both", scale: "log", search: [0.1, 0.7], help: "what a cut leaves of the learning rate" }),
    patience: integer({ symbol: "n", default: 10, min: 0, max: 1_000_000, unit: "epochs", search: [2, 20], help: "epochs without a new best that are let pass; the next one cuts" }),
    threshold: real({ default: 1e-4, min: 0, max: 1e9, scale: "log", help: "by how much a new best must be better" }),
    thresholdIs: choice({ label: "threshold is", default: "relative", options: ["relative", "absolute"], help: "a share of the best so far, or an amount" }),
    cooldown: integer({ default: 0, min: 0, max: 1_000_000, unit: "epochs", help: "epochs after a cut in which none counts as bad" }),
    least: real({ label: "lowest rate", symbol: "α₁", default: 0, min: 0, max: 1e6, scale: "log", help: "below this the rate is not cut" }),
  },
  // A share of the base and not a rate: a branch of the run may start from another base.
  state: { share: 1, seen: 0, best: 0, bad: 0, cooling: 0 },
  rate: (_, { base, state }) => base * state.share,
  watches: ({ metric }) => metric,
  report({ factor, patience, threshold, thresholdIs, cooldown, least }, { base, state }, metric, better) {
    const sign = better === "lower" ? 1 : -1;
    const margin = thresholdIs === "relative" ? threshold * state.best : threshold;
    const isBetter = Number.isFinite(metric) && (state.seen === 0 || sign * metric < sign * state.best - margin);
    if (isBetter) {
      state.best = metric;
      state.seen = 1;
      state.bad = 0;
    } else state.bad++;
    if (state.cooling > 0) {
      state.cooling--;
      state.bad = 0;
    }
    if (state.bad <= patience) return;
    const rate = base * state.share, cut = Math.max(rate * factor, least);
    if (rate - cut > leastChange) state.share = cut / base;
    state.cooling = cooldown;
    state.bad = 0;
  },
});
