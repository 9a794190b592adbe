/** Samplers and pruners as declarations: what they are called, what they take, where they come from. Knows nothing of how they work (search/ does). */

import { choice, flag, integer, real } from "./param.ts";
import type { Params } from "./param.ts";

/** What is declared of a sampler or pruner. */
export interface SearchKind { readonly title: string; readonly summary: string; readonly source: string; readonly params: Params }

const startup = integer({ label: "startup trials", default: 10, min: 1, max: 10_000, help: "how many trials are drawn at random (a scrambled Sobol sequence) before the model is asked" });
const resolution = integer({ default: 5, min: 2, max: 1000, help: "into how many values an axis is cut, ends included, unless its values are listed or fewer" });

/** Every sampler: history → next points. */
export const samplerKinds = {
  grid: { title: "Grid", summary: "Every combination once, the last axis changing fastest.", source: "", params: { resolution } },
  random: { title: "Random", summary: "Each point drawn by itself, evenly on each axis's scale.", source: "Bergstra & Bengio, JMLR 13 (2012)", params: {} },
  sobol: {
    title: "Sobol", summary: "A scrambled low-discrepancy sequence: fills the space evenly however many points are taken.",
    source: "Joe & Kuo, SIAM J. Sci. Comput. 30 (2008); Matoušek, J. Complexity 14 (1998) for the scrambling", params: { scramble: flag({ default: true, help: "shuffle the sequence by the sweep's seed; without it every sweep has the same points" }) },
  },
  latinHypercube: {
    title: "Latin hypercube", summary: "As many even slices of each axis as there are trials, one point in each.",
    source: "McKay, Beckman & Conover, Technometrics 21 (1979)", params: { points: integer({ default: 0, min: 0, max: 100_000, help: "points of one design; 0 takes the sweep's number of trials" }) },
  },
  gaussianProcess: {
    title: "Gaussian process", summary: "Models the objective (Matérn 5/2, a length for each axis) and goes where the expected improvement is largest.",
    source: "Jones, Schonlau & Welch, J. Global Optim. 13 (1998); Ament et al., arXiv:2310.20708 for its logarithm; Garrido-Merchán & Hernández-Lobato, arXiv:1805.03463 for whole numbers", params: { startupTrials: startup },
  },
  tpe: {
    title: "Tree of Parzen estimators", summary: "Compares the density of good points with that of the others, over all axes together; points under way count as bad ones.",
    source: "Bergstra et al., NeurIPS 2011; Falkner et al., ICML 2018 for the joint density; Watanabe, arXiv:2304.11127",
    params: { startupTrials: startup, candidates: integer({ default: 24, min: 1, max: 10_000, help: "points drawn from the good density, of which the best is taken" }) },
  },
  bohb: {
    title: "BOHB's model", summary: "The Parzen estimators, fitted to the largest budget that has enough results; the partner of Hyperband.",
    source: "Falkner, Klein & Hutter, ICML 2018",
    params: {
      startupTrials: startup, candidates: integer({ default: 24, min: 1, max: 10_000, help: "points drawn from the good density, of which the best is taken" }),
      randomShare: real({ label: "random share", default: 1 / 3, min: 0, max: 1, help: "share of the points drawn at random all the same, so that no region is given up for ever" }),
    },
  },
  cmaEs: {
    title: "CMA-ES", summary: "A normal distribution that moves to the better half of each generation and learns its shape.",
    source: "Hansen, The CMA Evolution Strategy: A Tutorial, arXiv:1604.00772",
    params: {
      sigma: real({ symbol: "σ", default: 0.25, min: 0, max: 1, open: "min", help: "first spread, as a share of each axis" }),
      population: integer({ symbol: "λ", default: 0, min: 0, max: 10_000, help: "points of a generation; 0 takes 4 + ⌊3 ln d⌋" }),
    },
  },
  nsga2: {
    title: "NSGA-II", summary: "Breeds from the trials that no other beats in every objective, keeping them apart.",
    source: "Deb et al., IEEE Trans. Evol. Comput. 6 (2002)",
    params: {
      population: integer({ default: 20, min: 4, max: 10_000, help: "how many trials the parents are chosen from" }),
      crossover: real({ default: 0.9, min: 0, max: 1, help: "share of the children that have two parents" }),
      mutation: real({ default: 0, min: 0, max: 1, help: "chance of each axis to be changed; 0 takes one over the number of axes" }),
    },
  },
  fill: {
    title: "Fill gaps", summary: "The points of the grid that no trial has finished: those never begun, then those that failed.",
    source: "", params: { resolution, attempts: integer({ default: 2, min: 1, max: 100, help: "how often a point that fails is tried in all" }) },
  },
} as const satisfies Readonly<Record<string, SearchKind>>;

const eta = integer({ symbol: "η", default: 3, min: 2, max: 100, help: "one in η goes on at each rung, with η times the epochs" });
const least = integer({ label: "first rung", default: 1, min: 1, max: 1_000_000, unit: "epochs", help: "epochs before the first decision" });

/** Every pruner and budget rule: curves → go on, stop, or wait for the others; `population` ends nobody early, but says with whose weights and values the next generation goes on. */
export const prunerKinds = {
  none: { title: "None", summary: "Every trial runs to its end.", source: "", params: {} },
  median: {
    title: "Median stopping", summary: "Stops a trial whose best value so far is worse than the median of the others at the same epoch.",
    source: "Golovin et al., Google Vizier, KDD 2017",
    params: {
      startupTrials: integer({ label: "startup trials", default: 5, min: 1, max: 10_000, help: "finished trials before anything is stopped" }),
      warmupEpochs: integer({ label: "warmup", default: 0, min: 0, max: 1_000_000, unit: "epochs", help: "epochs in which nothing is stopped" }),
      interval: integer({ default: 1, min: 1, max: 1_000_000, unit: "epochs", help: "epochs from one decision to the next" }),
      reference: choice({ default: "values", options: ["values", "averages"], help: "values: the others' values at this epoch; averages: their means up to it, as in Vizier" }),
    },
  },
  successiveHalving: { title: "Successive halving", summary: "All start; at each rung the best one in η goes on. A rung decides when all of its trials have reached it.", source: "Jamieson & Talwalkar, AISTATS 2016", params: { eta, least } },
  asha: { title: "ASHA", summary: "Successive halving without waiting: a trial stops at a rung unless it is among the best one in η of those that have been there.", source: "Li et al., MLSys 2020, arXiv:1810.05934", params: { eta, least } },
  hyperband: { title: "Hyperband", summary: "Several successive halvings side by side, from many short trials to few long ones.", source: "Li et al., JMLR 18 (2018)", params: { eta, least } },
  population: {
    title: "Population", summary: "Population-based training: all members train side by side; after each generation the worst go on with the weights of the best, at values moved a little from theirs.",
    source: "Jaderberg et al., arXiv:1711.09846",
    params: {
      members: integer({ default: 8, min: 2, max: 1000, help: "trials of a generation" }),
      every: integer({ label: "generation", default: 5, min: 1, max: 1_000_000, unit: "epochs", help: "epochs from one exchange to the next" }),
      share: real({ default: 0.2, min: 0, max: 0.5, help: "share of the members that give up after a generation, and of those they learn from" }),
      resample: real({ default: 0.25, min: 0, max: 1, help: "chance of each axis to be drawn anew instead of moved" }),
      step: real({ default: 0.1, min: 0, max: 1, open: "min", help: "how far a value moves up or down, as a share of its axis on that axis's scale" }),
    },
  },
  wilcoxon: {
    title: "Wilcoxon", summary: "For repeats: stops a trial whose folds or seeds are worse than the best trial's, pair by pair, beyond chance.",
    source: "Wilcoxon, Biometrics Bulletin 1 (1945)",
    params: {
      level: real({ symbol: "p", default: 0.1, min: 0, max: 1, open: "both", scale: "log", search: [0.01, 0.2], help: "one-sided p below which a trial stops; looked at after each repeat, so not the error rate of the whole" }),
      startupRepeats: integer({ label: "startup repeats", default: 4, min: 1, max: 100, help: "pairs before anything is stopped" }),
    },
  },
} as const satisfies Readonly<Record<string, SearchKind>>;

/** Samplers that take more than one objective; the others model a single number. */
export const forSeveralObjectives: readonly string[] = ["grid", "random", "sobol", "latinHypercube", "nsga2", "fill"];

/** The kinds a sweep-spec may name as its sampler. */
export type SamplerKind = keyof typeof samplerKinds;
/** The kinds a sweep-spec may name as its pruner. */
export type PrunerKind = keyof typeof prunerKinds;
