/** How much of the winner's lead is luck. Knows numbers only. */

import { square } from "../stats/linear.ts";
import { erfc, exp, pow } from "../kernels/math.ts";
import type { Stream } from "../rng.ts";

/**
 * The mean of the largest of n draws from the standard normal distribution: how many deviations the best of n equal configurations looks better than it is
 * (n = 10: 1.54, 50: 2.25, 200: 2.75). ∫ x n φ(x) Φ(x)ⁿ⁻¹ dx by Simpson's rule on [−9, 9], to 1e-9 for n up to 10⁶.
 */
export function expectedMaximum(n: number): number {
  if (!Number.isInteger(n) || n < 1) throw new RangeError(`expectedMaximum needs a whole n of at least 1; got ${n}`);
  const steps = 6000, h = 18 / steps;
  let sum = 0;
  for (let i = 0; i <= steps; i++) {
    const x = -9 + i * h, below = erfc(-x / Math.SQRT2) / 2;
    const value = x * n * exp(-x * x / 2) / Math.sqrt(2 * Math.PI) * pow(below, n - 1);
    sum += value * (i === 0 || i === steps ? 1 : i % 2 === 1 ? 4 : 2);
  }
  return sum * h / 3;
}

/** The spread of one trial's results over its seeds, pooled over all trials that have several: √( Σ (x − mean)² / Σ (k − 1) ). NaN where none has. */
export function seedDeviation(repeats: readonly (readonly number[])[]): number {
  let squares = 0, freedom = 0;
  for (const list of repeats.map((one) => one.filter(Number.isFinite))) {
    if (list.length < 2) continue;
    const mean = list.reduce((a, b) => a + b, 0) / list.length;
    squares += list.reduce((sum, x) => sum + square(x - mean), 0);
    freedom += list.length - 1;
  }
  return freedom === 0 ? Number.NaN : Math.sqrt(squares / freedom);
}

/** The winner as it looks, what of it is expected to be luck, and what is left; all as losses. */
export interface Winner { readonly best: number; readonly optimism: number; readonly corrected: number; readonly contenders: number }

/**
 * The winner's curse, estimated. `losses` are the trials' results, `deviation` the seed's spread of one such result (of a mean of k runs: that of one run by √k). The
 * contenders are those within four deviations of the best; their spread beyond the seeds' is taken for true (shrunk by √(1 − σ²/s²)), then the race is run
 * again `races` times with fresh luck: how much better the winner looks than it is, on average, is the optimism. Of n equal trials it is expectedMaximum(n) · σ;
 * of a winner that stands alone, 0.
 */
export function winnersCurse(losses: readonly number[], deviation: number, stream: Stream, races = 1000): Winner {
  const known = losses.filter(Number.isFinite);
  const best = Math.min(...known);
  const near = known.filter((loss) => loss <= best + 4 * deviation);
  if (!(deviation > 0) || near.length < 2) return { best, optimism: 0, corrected: best, contenders: near.length };
  const mean = near.reduce((a, b) => a + b, 0) / near.length;
  const variance = near.reduce((sum, loss) => sum + square(loss - mean), 0) / (near.length - 1);
  const kept = Math.sqrt(Math.max(0, 1 - square(deviation) / variance));
  const truths = near.map((loss) => mean + kept * (loss - mean));
  let optimism = 0;
  for (let race = 0; race < races; race++) {
    let seen = Number.POSITIVE_INFINITY, luck = 0;
    for (const truth of truths) { const noise = deviation * stream.normal(); if (truth + noise < seen) [seen, luck] = [truth + noise, noise]; }
    optimism -= luck / races;
  }
  return { best, optimism: Math.max(0, optimism), corrected: best + Math.max(0, optimism), contenders: near.length };
}
