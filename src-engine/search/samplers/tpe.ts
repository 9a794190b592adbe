/** Tree-structured Parzen estimators over all sides together, and BOHB's way of feeding them. Trials under way and failed ones count as bad. */

import { erfc, exp, log } from "../../kernels/math.ts";
import { square } from "../../stats/linear.ts";
import type { Stream } from "../../rng.ts";
import { lossOf } from "../cube.ts";
import type { Cube, Observation, Sampler, Side } from "../cube.ts";
import { random } from "./random.ts";
import { startup } from "./sobol.ts";

interface Options { readonly startupTrials: number; readonly candidates: number }

/**
 * The place among `candidates` draws from l(x), the density of the better trials, with the largest l(x)/g(x), g being that of all others. The better ones are the
 * first ⌈0.2 n⌉, at most 25; that of rank i of k has the weight ln²((k + 1)/i), so that the very best say most and the limit itself matters little. Pruned trials come after finished
 * ones, the longer ones first. Failed trials and those under way are among the others (constant liar).
 */
export const tpe: Sampler<Options> = (question) => {
  const { cube, observations, options, stream } = question;
  const ranked = byRank(observations);
  if (ranked.length < options.startupTrials && observations.length < options.startupTrials || ranked.length === 0) return startup(question);
  const better = ranked.slice(0, Math.min(Math.ceil(0.2 * ranked.length), 25));
  const rest = observations.filter((one) => !better.includes(one)).sort((a, b) => a.number - b.number);
  const weights = better.map((_, i) => square(log((better.length + 1) / (i + 1))));
  const mean = weights.reduce((sum, weight) => sum + weight, 0) / weights.length;
  const narrower = Math.min(1, (cube.sides.length + 4) / 10);
  const good = densityOf(cube, better, { weights: weights.map((weight) => weight / mean), prior: 0.5, floor: narrower / Math.min(100, better.length + 2) });
  const bad = densityOf(cube, rest, { weights: rest.map(() => 1), prior: 1, floor: 1 / Math.min(100, rest.length + 2) });
  return choose(cube, good, bad, options.candidates, stream);
};

/**
 * TPE on the largest budget (epochs) at which there are results enough for both densities, more than there are sides; a share of the trials is random.
 */
export const bohb: Sampler<Options & { readonly randomShare: number }> = (question) => {
  const { cube, observations, options, stream } = question;
  if (stream.uniform() < options.randomShare) return random(question);
  const budgets = [...new Set(observations.flatMap(({ curve }) => curve.map(({ epoch }) => epoch)))].sort((a, b) => b - a);
  const enough = Math.max(options.startupTrials, cube.sides.length + 2);
  const at = (budget: number): Observation[] => observations.flatMap((one) => {
    const point = one.curve.find(({ epoch }) => epoch === budget);
    return point === undefined ? [] : [{ ...one, state: "finished" as const, losses: [point.loss] }];
  });
  const budget = budgets.find((one) => at(one).length >= enough);
  if (budget === undefined) return tpe(question);
  const without = observations.filter(({ curve, state }) => state === "failed" || (state === "running" && !curve.some(({ epoch }) => epoch === budget)));
  return tpe({ ...question, observations: [...at(budget), ...without] });
};

/** Trials with something to learn from, best first. */
function byRank(observations: readonly Observation[]): Observation[] {
  const length = ({ curve }: Observation): number => curve.at(-1)?.epoch ?? 0;
  const known = observations.filter((one) => one.state !== "running" && lossOf(one) !== null);
  return known.sort((a, b) => Number(a.state === "pruned") - Number(b.state === "pruned") || (a.state === "pruned" ? length(b) - length(a) : 0) || lossOf(a)! - lossOf(b)! || a.number - b.number);
}

function choose(cube: Cube, good: Density, bad: Density, candidates: number, stream: Stream): number[] {
  let best: number[] | null = null, height = Number.NEGATIVE_INFINITY;
  for (let i = 0, tries = 0; i < candidates; i++) {
    const at = good.draw(stream);
    if (!cube.allows(at)) { if (++tries > 1000) break; i--; continue; }
    const snapped = cube.snap(at);
    const value = good.log(snapped) - bad.log(snapped);
    if (value > height) [best, height] = [snapped, value];
  }
  return best ?? random({ cube, observations: [], number: 0, stream, shared: () => stream, options: {} })!;
}

interface Density { draw(stream: Stream): number[]; log(at: readonly number[]): number }

/** Φ((b − μ)/σ) − Φ((a − μ)/σ), with digits in the tails too. */
function mass(a: number, b: number, mean: number, deviation: number): number {
  const x = (a - mean) / deviation / Math.SQRT2, y = (b - mean) / deviation / Math.SQRT2;
  return x > 0 ? (erfc(x) - erfc(y)) / 2 : (erfc(-y) - erfc(-x)) / 2;
}

/** What the two densities differ in: a weight for each observation and for the prior, and the least width of a kernel. */
interface Shape { readonly weights: readonly number[]; readonly prior: number; readonly floor: number }

/**
 * One kernel for each observation and one for the prior over the whole cube; each is a product over the sides, so that what goes together stays together.
 * A side with order: a normal cut to [0, 1]; on cells, its mass there. Without order: the observed cell, smoothed over all. A side that was not in play: even.
 */
function densityOf(cube: Cube, observations: readonly Observation[], { weights, prior, floor }: Shape): Density {
  const { sides } = cube;
  const n = observations.length;
  const raw = [...weights, prior], total = raw.reduce((sum, weight) => sum + weight, 0);
  const logWeights = raw.map((weight) => log(weight / total));
  // The prior's share of a cell without order, and the observed one's.
  const smooth = 1 / (n + 1);
  const columns = sides.map((side, i) => columnOf(side, observations.map(({ at }) => at[i]), floor, smooth));
  return {
    draw: (stream) => {
      let mark = stream.uniform() * total, kernel = 0;
      while (kernel < n && (mark -= raw[kernel]) >= 0) kernel++;
      return columns.map((column) => column.draw(kernel, stream));
    },
    log: (at) => {
      const logs = Float64Array.from(logWeights);
      columns.forEach((column, i) => { if (!Number.isNaN(at[i])) column.addLogs(at[i], logs); });
      const most = logs.reduce((a, b) => Math.max(a, b));
      return most + log(logs.reduce((sum, one) => sum + exp(one - most), 0));
    },
  };
}

/** One side of all kernels; the last one is the prior's. */
interface Column {
  draw(kernel: number, stream: Stream): number;
  /** Adds each kernel's log density at u (on cells: of the cell there) to the list. */
  addLogs(u: number, logs: Float64Array): void;
}

function columnOf({ levels, isOrdered, centres }: Side, us: readonly number[], floor: number, smooth: number): Column {
  const cellOf = (u: number): number => { let best = 0; for (let i = 1; i < centres.length; i++) if (Math.abs(centres[i] - u) < Math.abs(centres[best] - u)) best = i; return best; };
  if (levels > 0 && !isOrdered) {
    const row = 1 + smooth * levels, cells = us.map((u) => Number.isNaN(u) ? -1 : cellOf(u));
    const even = -log(levels), own = log((smooth + 1) / row), other = log(smooth / row);
    return {
      draw: (kernel, stream) => kernel === us.length || cells[kernel] < 0 || stream.uniform() < smooth * levels / row ? centres[stream.below(levels)] : us[kernel],
      addLogs: (u, logs) => { const cell = cellOf(u); for (let k = 0; k < logs.length; k++) logs[k] += k === us.length || cells[k] < 0 ? even : cells[k] === cell ? own : other; },
    };
  }
  const means = [...us, 0.5], widths = [...widthsOf(us, floor), 1];
  const wholes = means.map((mean, k) => mass(0, 1, mean, widths[k]));
  const heights = means.map((_, k) => -log(widths[k] * wholes[k] * Math.sqrt(2 * Math.PI)));
  return {
    draw: (kernel, stream) => {
      if (Number.isNaN(means[kernel])) return stream.uniform();
      for (;;) { const u = means[kernel] + widths[kernel] * stream.normal(); if (u >= 0 && u <= 1) return u; }
    },
    addLogs: (u, logs) => {
      if (centres.length === 0) { for (let k = 0; k < logs.length; k++) if (!Number.isNaN(means[k])) logs[k] += heights[k] - square((u - means[k]) / widths[k]) / 2; return; }
      const cell = cellOf(u);
      const from = cell === 0 ? 0 : (centres[cell - 1] + centres[cell]) / 2, to = cell === centres.length - 1 ? 1 : (centres[cell] + centres[cell + 1]) / 2;
      for (let k = 0; k < logs.length; k++) logs[k] += log(Number.isNaN(means[k]) ? to - from : Math.max(1e-300, mass(from, to, means[k], widths[k]) / wholes[k]));
    },
  };
}

/**
 * The widths of the kernels on a side: the larger gap to the two neighbours there, at the ends the gap to the only one, within [floor, 1]. So kernels are narrow where
 * trials crowd, on each side by itself. NaN (not in play) has no neighbours. Bergstra et al. 2011; with kernels over all sides Watanabe, arXiv:2304.11127, §3.
 */
function widthsOf(us: readonly number[], floor: number): number[] {
  const order = us.map((_, k) => k).filter((k) => !Number.isNaN(us[k])).sort((a, b) => us[a] - us[b]);
  const widths = us.map(() => 1);
  order.forEach((k, i) => {
    const gaps = order.length === 1 ? [us[k], 1 - us[k]] : [i === 0 ? 0 : us[k] - us[order[i - 1]], i === order.length - 1 ? 0 : us[order[i + 1]] - us[k]];
    widths[k] = Math.min(1, Math.max(floor, ...gaps));
  });
  return widths;
}
