/** Which axes matter: two measures that answer different questions, and how sure each is. Knows the cube, no names. */

import { square } from "../stats/linear.ts";
import { erfc, pow } from "../kernels/math.ts";
import type { Stream } from "../rng.ts";
import { filled } from "./cube.ts";
import type { Cube, Side } from "./cube.ts";

/** A trial with a result: its place and its loss. */
export interface Judged { readonly at: readonly number[]; readonly loss: number }

/** Shares that sum to 1, one for each side; all 0 where nothing varies. */
export type Shares = readonly number[];

interface Leaf { readonly low: Float64Array; readonly high: Float64Array; readonly value: number }

/**
 * fANOVA: how much of the objective's variance over the whole space each axis explains by itself. A forest of regression trees is fitted (each to a bootstrap sample, each
 * split the best of all axes), and for every tree the variance of the mean over all other axes is computed exactly from its leaves. Shares are the
 * trees' mean of these variances over their sum. Includes the bad trials: an axis that only separates the terrible from the fair counts as important.
 * Hutter, Hoos & Leyton-Brown, ICML 2014.
 */
export function fanova(trials: readonly Judged[], cube: Cube, stream: Stream, { trees = 32, leastLeaf = 2 }: { readonly trees?: number; readonly leastLeaf?: number } = {}): Shares {
  const known = trials.filter(({ loss }) => Number.isFinite(loss)).map(({ at, loss }) => ({ at: filled(at), loss }));
  const d = cube.sides.length;
  const sums = new Array<number>(d).fill(0);
  if (known.length < 4) return sums;
  for (let t = 0; t < trees; t++) {
    const sample = Array.from({ length: known.length }, () => known[stream.below(known.length)]);
    const leaves: Leaf[] = [];
    grow(sample, new Float64Array(d), new Float64Array(d).fill(1), cube.sides, leastLeaf, leaves, 0);
    const variances = cube.sides.map((_, i) => marginalVariance(leaves, i));
    const total = variances.reduce((a, b) => a + b, 0);
    if (total > 0) variances.forEach((v, i) => { sums[i] += v / total; });
  }
  return normalised(sums);
}

const normalised = (values: readonly number[]): number[] => { const total = values.reduce((a, b) => a + b, 0); return values.map((v) => total > 0 ? v / total : 0); };

interface Row { readonly at: readonly number[]; readonly loss: number }
/** Splits where the squared error falls most, until leaves would get too small. On an unordered side cells are split in the order of their numbers: several splits set one apart. */
function grow(rows: Row[], low: Float64Array, high: Float64Array, sides: readonly Side[], leastLeaf: number, leaves: Leaf[], depth: number): void {
  const n = rows.length;
  const mean = rows.reduce((sum, { loss }) => sum + loss, 0) / n;
  let best = { gain: 1e-12 * rows.reduce((sum, { loss }) => sum + square(loss - mean), 0), side: -1, cut: 0 };
  if (n >= 2 * leastLeaf && depth < 40) for (let side = 0; side < sides.length; side++) {
    const sorted = rows.map(({ at, loss }) => ({ u: at[side], loss: loss - mean })).sort((a, b) => a.u - b.u);
    let left = 0;
    for (let i = 0; i + 1 < n; i++) {
      left += sorted[i].loss;
      if (i + 1 < leastLeaf || n - i - 1 < leastLeaf || sorted[i].u === sorted[i + 1].u) continue;
      const gain = left * left / (i + 1) + left * left / (n - i - 1);
      if (gain > best.gain) best = { gain, side, cut: (sorted[i].u + sorted[i + 1].u) / 2 };
    }
  }
  if (best.side < 0) { leaves.push({ low: low.slice(), high: high.slice(), value: mean }); return; }
  const { side, cut } = best;
  const [oldLow, oldHigh] = [low[side], high[side]];
  high[side] = cut;
  grow(rows.filter(({ at }) => at[side] < cut), low, high, sides, leastLeaf, leaves, depth + 1);
  high[side] = oldHigh; low[side] = cut;
  grow(rows.filter(({ at }) => at[side] >= cut), low, high, sides, leastLeaf, leaves, depth + 1);
  low[side] = oldLow;
}

/** Var over side i of the tree's mean over all other sides. */
function marginalVariance(leaves: readonly Leaf[], i: number): number {
  const cuts = [...new Set(leaves.flatMap(({ low, high }) => [low[i], high[i]]))].sort((a, b) => a - b);
  const volumes = leaves.map(({ low, high }) => { let v = 1; for (let k = 0; k < low.length; k++) if (k !== i) v *= high[k] - low[k]; return v; });
  let mean = 0, square = 0;
  for (let c = 0; c + 1 < cuts.length; c++) {
    const middle = (cuts[c] + cuts[c + 1]) / 2, width = cuts[c + 1] - cuts[c];
    let value = 0;
    leaves.forEach(({ low, high, value: leaf }, k) => { if (low[i] <= middle && middle < high[i]) value += volumes[k] * leaf; });
    mean += width * value;
    square += width * value * value;
  }
  return Math.max(0, square - mean * mean);
}

/**
 * PED-ANOVA: how much the best trials' distribution on an axis differs from all trials', by the Pearson divergence of two kernel densities. Asks what makes the good ones good, and
 * does not look at how bad the bad ones are: the answer for a later, finer search. `quantile` is the share that counts as the best.
 * Watanabe, Bansal & Hutter, IJCAI 2023; densities, 50 steps and Scott's rule as in Optuna.
 */
export function pedAnova(trials: readonly Judged[], cube: Cube, quantile = 0.1): Shares {
  const known = trials.filter(({ loss }) => Number.isFinite(loss));
  if (known.length < 3) return cube.sides.map(() => 0);
  const sorted = known.map(({ loss }) => loss).sort((a, b) => a - b);
  const cutoff = sorted[Math.max(1, Math.ceil(quantile * sorted.length) - 1)];
  const top = known.filter(({ loss }) => loss <= cutoff);
  return normalised(cube.sides.map((side, i) => {
    const [all, best] = [known, top].map((list) => densityOn(list.map(({ at }) => at[i]).filter((u) => !Number.isNaN(u)), side));
    return all.reduce((sum, p, k) => sum + p * square(best[k] / p - 1), 0);
  }));
}

/** A kernel density over the side's cells, or 50 steps of it; 1e-12 keeps quotients finite. */
function densityOn(places: readonly number[], side: Side): number[] {
  const isOption = side.levels > 0 && !side.isOrdered;
  const isCells = isOption || (side.centres.length > 0 && side.levels <= 50);
  const steps = isCells ? side.levels : 50;
  const counts = new Array<number>(steps).fill(0);
  for (const u of places) counts[isCells ? nearest(side.centres, u) : Math.min(steps - 1, Math.max(0, Math.ceil(u * (steps - 1) - 0.5)))]++;
  const n = places.length;
  if (isOption) {
    // Each observed option's kernel holds one whole count and a smoothing of 1/(kinds seen + 1) on every option; the prior is even.
    const seen = counts.filter((count) => count > 0).length, smooth = 1 / (seen + 1);
    const row = 1 + smooth * steps;
    return counts.map((count) => (count * (1 + smooth) / row + (n - count) * smooth / row + 1 / steps) / (n + 1) + 1e-12);
  }
  const mus = counts.flatMap((count, k) => count > 0 ? [k] : []), weights = mus.map((k) => counts[k]);
  const mean = mus.reduce((sum, mu, k) => sum + mu * weights[k], 0) / Math.max(1, n);
  const deviation = Math.sqrt(mus.reduce((sum, mu, k) => sum + weights[k] * square(mu - mean), 0) / Math.max(1, n - 1));
  const cumulative = weights.map((_, k) => weights.slice(0, k + 1).reduce((a, b) => a + b, 0));
  const q25 = cumulative.findIndex((count) => count >= Math.floor(n / 4)), q75 = cumulative.findIndex((count) => count > Math.floor(n * 3 / 4));
  const range = mus.length === 0 ? 0 : mus[q75 < 0 ? mus.length - 1 : q75] - mus[Math.max(0, q25)];
  const sigma = Math.max(1.059 * Math.min(range / 1.34, deviation) * pow(Math.max(1, n), -0.2), 0.5 / 1.64);
  const below = (x: number, mu: number, s: number): number => erfc(-(x - mu) / s / Math.SQRT2) / 2;
  const mass = (from: number, to: number, mu: number, s: number): number => below(to, mu, s) - below(from, mu, s);
  const kernels = [...mus.map((mu, k) => ({ mu, s: sigma, weight: weights[k] })), { mu: (steps - 1) / 2, s: steps, weight: 1 }].map((one) => ({ ...one, whole: mass(-0.5, steps - 0.5, one.mu, one.s) }));
  return Array.from({ length: steps }, (_, k) => kernels.reduce((sum, { mu, s, weight, whole }) => sum + weight * mass(k - 0.5, k + 0.5, mu, s) / whole, 0) / (n + 1) + 1e-12);
}

const nearest = (centres: readonly number[], u: number): number => centres.reduce((best, centre, k) => Math.abs(centre - u) < Math.abs(centres[best] - u) ? k : best, 0);

/** A share with the range in which it lies in nine of ten resamplings of the trials. */
export interface Importance { readonly share: number; readonly from: number; readonly to: number }

/**
 * Either measure with bootstrap intervals (5th and 95th percentile of `resamples` draws of the trials with replacement): with few trials an order of axes is a guess, and this shows it. Draws hold at most 300 trials, so that of many the intervals are
 * rather too wide than slow.
 */
export function importance(trials: readonly Judged[], cube: Cube, stream: Stream, { method, quantile = 0.1, resamples = 60 }: { readonly method: "fanova" | "pedAnova"; readonly quantile?: number; readonly resamples?: number }): Importance[] {
  const measure = (list: readonly Judged[], trees: number): Shares => method === "fanova" ? fanova(list, cube, stream, { trees }) : pedAnova(list, cube, quantile);
  const shares = measure(trials, 32);
  const drawn = Array.from({ length: trials.length === 0 ? 0 : resamples }, () => measure(Array.from({ length: Math.min(300, trials.length) }, () => trials[stream.below(trials.length)]), 8));
  const at = (sorted: readonly number[], q: number): number => sorted.length === 0 ? 0 : sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))];
  return shares.map((share, i) => {
    const sorted = drawn.map((one) => one[i]).sort((a, b) => a - b);
    return { share, from: Math.min(share, at(sorted, 0.05)), to: Math.max(share, at(sorted, 0.95)) };
  });
}
