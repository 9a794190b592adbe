/** Tree-structured Parzen estimators over all sides together, and BOHB's way of feeding them. Trials under way and failed ones count as bad. */

import { erfc, exp, log } from "../../kernels/math.ts";
import type { Stream } from "../../rng.ts";
import { lossOf } from "../cube.ts";
import type { Cube, Observation, Sampler } from "../cube.ts";
import { random } from "./random.ts";
import { startup } from "./sobol.ts";

interface Options { readonly startupTrials: number; readonly candidates: number }

/**
 * The place among `candidates` draws from l(x), the density of the better trials, with the largest l(x)/g(x), g being that of all others.
 * The better ones are the first ⌈0.15 n⌉, at most 25. Pruned trials come after finished ones, the longer ones first.
 */
export const tpe: Sampler<Options> = (question) => {
  const { cube, observations, options, stream } = question;
  const ranked = byRank(observations);
  if (ranked.length < options.startupTrials && observations.length < options.startupTrials || ranked.length === 0) return startup(question);
  const better = Math.min(Math.ceil(0.15 * ranked.length), 25);
  const rest = observations.filter((one) => !ranked.slice(0, better).includes(one));
  return choose(cube, ranked.slice(0, better), rest, options.candidates, stream);
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

function choose(cube: Cube, better: readonly Observation[], rest: readonly Observation[], candidates: number, stream: Stream): number[] {
  const good = densityOf(cube, better), bad = densityOf(cube, rest);
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

/**
 * One kernel for each observation and one for the prior over the whole cube; each is a product over the sides.
 * A side with order: a normal cut to [0, 1], of deviation 0.1 n^(−1/(d+4)) but no narrower than 1/min(100, n + 2); on cells, its mass there. Without order:
 * the observed cell, smoothed over all. A side that was not in play: even. The older of more than 25 observations weigh less, down to 1/n.
 */
function densityOf(cube: Cube, observations: readonly Observation[]): Density {
  const { sides } = cube;
  const ordered = [...observations].sort((a, b) => a.number - b.number);
  const n = ordered.length, kernels = n + 1;
  const raw = [...ordered.map((_, i) => n <= 25 || i >= n - 25 ? 1 : 1 / n + (1 - 1 / n) * i / Math.max(1, n - 26)), 1];
  const total = raw.reduce((sum, weight) => sum + weight, 0);
  const logWeights = raw.map((weight) => log(weight / total));
  const deviation = Math.max(0.1 * exp(-log(Math.max(n, 1)) / (sides.length + 4)), 1 / Math.min(100, 1 + kernels));
  const edges = sides.map(({ centres, isOrdered }) => isOrdered ? centres.map((_, i) => [i === 0 ? 0 : (centres[i - 1] + centres[i]) / 2, i === centres.length - 1 ? 1 : (centres[i] + centres[i + 1]) / 2] as const) : []);
  const centre = (kernel: number, side: number): number => kernel < n ? ordered[kernel].at[side] : 0.5;
  const spread = (kernel: number): number => kernel < n ? deviation : 1;
  const cellOf = (side: number, u: number): number => { const { centres } = sides[side]; let best = 0; for (let i = 1; i < centres.length; i++) if (Math.abs(centres[i] - u) < Math.abs(centres[best] - u)) best = i; return best; };
  // The prior's share of a cell without order, and the observed one's.
  const smooth = 1 / kernels;

  function logKernel(kernel: number, at: readonly number[], cells: readonly number[]): number {
    let sum = 0;
    for (let side = 0; side < sides.length; side++) {
      const u = at[side], { levels, isOrdered } = sides[side];
      if (Number.isNaN(u)) continue;
      const mean = centre(kernel, side), isPrior = kernel === n;
      if (levels > 0 && !isOrdered) {
        sum += isPrior || Number.isNaN(mean) ? -log(levels) : log((smooth + (cellOf(side, mean) === cells[side] ? 1 : 0)) / (1 + smooth * levels));
        continue;
      }
      if (Number.isNaN(mean)) { if (edges[side].length > 0) sum += log(edges[side][cells[side]][1] - edges[side][cells[side]][0]); continue; }
      const whole = mass(0, 1, mean, spread(kernel));
      if (edges[side].length > 0) sum += log(Math.max(1e-300, mass(edges[side][cells[side]][0], edges[side][cells[side]][1], mean, spread(kernel)) / whole));
      else { const z = (u - mean) / spread(kernel); sum += -z * z / 2 - log(spread(kernel) * whole * Math.sqrt(2 * Math.PI)); }
    }
    return sum;
  }

  return {
    draw: (stream) => {
      let mark = stream.uniform() * total, kernel = 0;
      while (kernel < n && (mark -= raw[kernel]) >= 0) kernel++;
      return sides.map(({ levels, isOrdered, centres }, side) => {
        const mean = centre(kernel, side);
        if (Number.isNaN(mean)) return stream.uniform();
        if (levels > 0 && !isOrdered) return kernel === n || stream.uniform() < smooth * levels / (1 + smooth * levels) ? centres[stream.below(levels)] : mean;
        for (;;) { const u = mean + spread(kernel) * stream.normal(); if (u >= 0 && u <= 1) return u; }
      });
    },
    log: (at) => {
      const cells = at.map((u, side) => Number.isNaN(u) ? 0 : cellOf(side, u));
      const logs = logWeights.map((weight, kernel) => weight + logKernel(kernel, at, cells));
      const most = Math.max(...logs);
      return most + log(logs.reduce((sum, one) => sum + exp(one - most), 0));
    },
  };
}
