/**
 * Where the expected improvement of a Gaussian process is largest. Failed trials count as the worst seen; trials under way as already believed. A fit takes time with the
 * cube of the trials, so of more than 200 it sees the best 100 and the latest 100 of the others.
 */

import { square } from "../../stats/linear.ts";
import { erfc, exp, log } from "../../kernels/math.ts";
import { descend } from "../../stats/descend.ts";
import { filled, lossOf } from "../cube.ts";
import type { Cube, Observation, Sampler } from "../cube.ts";
import { fitProcess } from "./process.ts";
import type { Process } from "./process.ts";
import { nthAllowed, sobolSequence, startup } from "./sobol.ts";

const halfLog2Pi = log(2 * Math.PI) / 2;
const candidates = 1024, walkers = 10;
/** Every fourth trial goes where the mean is lowest: expected improvement alone leaves the valley it has found before it knows its floor. */
const settleEvery = 4;

export const gaussianProcess: Sampler<{ readonly startupTrials: number }> = (question) => {
  const { cube, options, stream } = question;
  // Sums of the same numbers in another order differ in the last bits; so the order is always the numbers'.
  const observations = [...question.observations].sort((a, b) => a.number - b.number);
  const done = atMost(observations.filter(({ state }) => state !== "running"));
  const learned = done.filter((one) => lossOf(one) !== null);
  if (learned.length < Math.max(2, options.startupTrials) && observations.length < Math.max(2, options.startupTrials) || learned.length < 2) return startup(question);
  const { xs, ys, best } = table(done);
  let fitted = fitProcess(xs, ys, cube.sides);
  for (const { at } of observations.filter(({ state }) => state === "running")) fitted = fitted.believing(filled(at));
  const improvement = observations.length % settleEvery === settleEvery - 1 ? lownessOf(fitted) : improvementOf(fitted, best);

  const sequence = sobolSequence({ cube, shared: () => stream }, true);
  const places = Array.from({ length: candidates }, (_, i) => sequence(i));
  // Near the best ones too, where a uniform net is too coarse late in the search.
  const leaders = learned.toSorted((a, b) => lossOf(a)! - lossOf(b)! || a.number - b.number).slice(0, 3);
  for (const { at } of leaders) for (let i = 0; i < 40; i++) places.push(filled(at).map((u) => Math.min(1, Math.max(0, u + 0.1 / (1 << (i % 8)) * stream.normal()))));
  const scored = places.map((at) => filled(cube.snap(at))).filter((at) => cube.allows(at)).map((at) => ({ at, value: improvement.at(at) })).sort((a, b) => b.value - a.value);
  if (scored.length === 0) return nthAllowed(cube, question.number, sobolSequence(question, true));
  const walked = distinct(scored, walkers).map(({ at, value }) => climb(at, value, cube, improvement));
  const seen = new Set(observations.map(({ at }) => at.join()));
  // In a space of cells alone the best place may be known already; the next best is news.
  const order = [...walked, ...scored].sort((a, b) => b.value - a.value).map(({ at }) => cube.snap(at));
  return order.find((at) => !seen.has(at.join())) ?? order[0];
};

const most = 200;
/** The best half of what a fit can hold and the latest of the rest, in the order of their numbers. */
function atMost(done: readonly Observation[]): readonly Observation[] {
  if (done.length <= most) return done;
  const rank = (one: Observation): number => lossOf(one) ?? Number.POSITIVE_INFINITY;
  const best = new Set([...done].sort((a, b) => rank(a) === rank(b) ? a.number - b.number : rank(a) - rank(b)).slice(0, most / 2));
  const latest = new Set(done.filter((one) => !best.has(one)).slice(-most / 2));
  return done.filter((one) => best.has(one) || latest.has(one));
}

/**
 * Observations as filled places and standardised losses; a failed one has the worst loss seen. The worst quarter is drawn in: with q the upper quartile and r its distance from the best, a loss y
 * above q becomes q + r log(1 + (y − q)/r). Order and slope stay, but what is terrible no longer flattens the valley in which the search has to tell good from better.
 */
function table(done: readonly Observation[]): { xs: number[][]; ys: number[]; best: number } {
  const known = done.map(lossOf).filter((loss) => loss !== null);
  const sorted = [...known].sort((a, b) => a - b);
  const quartile = sorted[Math.floor(0.75 * (sorted.length - 1))], reach = quartile - sorted[0] || Number.POSITIVE_INFINITY;
  const tame = (loss: number): number => loss <= quartile || reach === Number.POSITIVE_INFINITY ? loss : quartile + reach * log(1 + (loss - quartile) / reach);
  const worst = tame(sorted[sorted.length - 1]);
  const raw = done.map((one) => { const loss = lossOf(one); return loss === null ? worst : tame(loss); });
  const mean = raw.reduce((sum, y) => sum + y, 0) / raw.length;
  const deviation = Math.sqrt(raw.reduce((sum, y) => sum + square(y - mean), 0) / raw.length) || 1;
  const ys = raw.map((y) => (y - mean) / deviation);
  return { xs: done.map(({ at }) => filled(at)), ys, best: Math.min(...ys) };
}

interface Improvement { at(x: readonly number[]): number; withSlope(x: Float64Array, slope: Float64Array): number }

/**
 * log EI = log σ + log h(z),  h(z) = φ(z) + z Φ(z),  z = (best − μ)/σ; below z = −5 by the asymptotic series of h, so that it has a slope where EI itself is 0.
 */
function improvementOf(process: Process, best: number): Improvement {
  const parts = (mean: number, variance: number): { value: number; density: number; below: number } => {
    const deviation = Math.sqrt(variance), z = (best - mean) / deviation;
    const logDensity = -z * z / 2 - halfLog2Pi;
    if (z > -5) {
      const density = exp(logDensity), below = erfc(-z / Math.SQRT2) / 2, h = density + z * below;
      return { value: log(deviation) + log(h), density: density / h, below: below / h };
    }
    const tail = 1 / (z * z), series = 1 - 3 * tail + 15 * tail * tail;
    return { value: log(deviation) + logDensity - 2 * log(-z) + log(series), density: z * z / series, below: -z * (1 - tail + 3 * tail * tail) / series };
  };
  return {
    at: (x) => { const { mean, variance } = process.predict(x); return parts(mean, variance).value; },
    withSlope: (x, slope) => {
      const varianceSlope = new Float64Array(x.length);
      const { mean, variance } = process.predictWithSlopes(x, slope, varianceSlope);
      const { value, density, below } = parts(mean, variance);
      const deviation = Math.sqrt(variance);
      // dEI = φ dσ − Φ dμ; both relative to EI = σ h.
      for (let i = 0; i < x.length; i++) slope[i] = (density * varianceSlope[i] / (2 * deviation) - below * slope[i]) / deviation;
      return value;
    },
  };
}

/** How low the mean is: what improves nothing on average but tells the floor of a valley. */
function lownessOf(process: Process): Improvement {
  return {
    at: (x) => -process.predict(x).mean,
    withSlope: (x, slope) => {
      const { mean } = process.predictWithSlopes(x, slope, new Float64Array(x.length));
      for (let i = 0; i < slope.length; i++) slope[i] = -slope[i];
      return -mean;
    },
  };
}

/** The best of the list that lie at least 0.05 apart, at most n. */
function distinct(scored: readonly { at: number[]; value: number }[], n: number): { at: number[]; value: number }[] {
  const kept: { at: number[]; value: number }[] = [];
  for (const one of scored) {
    if (kept.length === n) break;
    if (kept.every(({ at }) => at.reduce((sum, u, i) => sum + square(u - one.at[i]), 0) > 0.0025)) kept.push(one);
  }
  return kept;
}

/** From a place uphill: the sides without cells together by their slope, then each side with cells by its neighbours or options, until nothing gets better; at most four rounds. */
function climb(from: number[], height: number, cube: Cube, improvement: Improvement): { at: number[]; value: number } {
  let [at, value] = [from, height];
  for (let round = 0; round < 4; round++) {
    const before = value;
    const inPlay = cube.snap(at).map((u) => !Number.isNaN(u));
    const free = cube.sides.flatMap(({ levels }, i) => levels === 0 && inPlay[i] ? [i] : []);
    if (free.length > 0) {
      const whole = Float64Array.from(at), slopeOfAll = new Float64Array(at.length);
      const found = descend((x, slope) => {
        free.forEach((i, k) => { whole[i] = x[k]; });
        const negative = -improvement.withSlope(whole, slopeOfAll);
        free.forEach((i, k) => { slope[k] = -slopeOfAll[i]; });
        return negative;
      }, free.map((i) => at[i]), { lower: free.map(() => 0), upper: free.map(() => 1), iterations: 40, tolerance: 1e-7 });
      const moved = [...at];
      free.forEach((i, k) => { moved[i] = found.x[k]; });
      if (-found.value > value && cube.allows(moved)) [at, value] = [moved, -found.value];
    }
    cube.sides.forEach((side, i) => {
      if (side.levels === 0 || !inPlay[i]) return;
      for (const u of neighbours(side.centres, at[i], side.isOrdered && side.levels > 16)) {
        const moved = filled(cube.snap(at.with(i, u)));
        const next = cube.allows(moved) ? improvement.at(moved) : Number.NEGATIVE_INFINITY;
        if (next > value) [at, value] = [moved, next];
      }
    });
    if (!(value > before + 1e-9)) break;
  }
  return { at, value };
}

/** All cells, or those at 1, 2, 4, 8 … cells' distance to both sides. */
function neighbours(centres: readonly number[], u: number, isLong: boolean): number[] {
  if (!isLong) return [...centres];
  const own = centres.findIndex((centre) => Math.abs(centre - u) < 1e-9);
  return [1, 2, 4, 8, 16, 32].flatMap((distance) => [own - distance, own + distance]).filter((i) => i >= 0 && i < centres.length).map((i) => centres[i]);
}
