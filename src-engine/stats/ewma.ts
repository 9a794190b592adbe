/** Exponentially weighted averages, defined once: of a series to be drawn, and by its formula of an optimizer's gradients and batch norm's statistics. Knows numbers, no units. */

import { exp, pow } from "../kernels/math.ts";

/**
 * The formula that all of them share, with β the share that is kept, in [0, 1):
 *
 *   v₀ = 0;  vₜ = β vₜ₋₁ + (1 − β) θₜ          corrected: vₜ / (1 − βᵗ)
 *
 * vₜ weighs θₜ₋ₖ with (1 − β) βᵏ; these weights add up to 1 − βᵗ, by which the corrected form divides, so that it is a mean from the first value on. The
 * correction is for reading only: the recursion keeps vₜ itself. the updates among the kernels write the recursion with each step rounded, batch norm runs it as
 * the kernel `average`; what they share with `ewma` below is this definition and `correction`.
 */
export function correction(beta: number, t: number): number {
  return 1 - pow(beta, t);
}

/** About how many values the average looks back over, 1/(1 − β): the weights have then fallen to about 1/e of the newest. β 0.9 → 10, 0.98 → 50. */
export const effectiveWindow = (beta: number): number => 1 / (1 - beta);

/** How an exponentially weighted average is taken. */
export interface EwmaOptions {
  /** β, the share that is kept from one value to the next; in [0, 1). */
  readonly beta: number;
  /** Divide by 1 − βᵗ; true where absent. */
  readonly corrected?: boolean;
  /** Where each value stands (time, step), not falling. Then β is the share kept over one `unit`, and over a distance d it is β^(d/unit). Not with corrected: false. */
  readonly at?: ArrayLike<number>;
  /** The distance over which β is kept; 1 where absent. Weights & Biases takes a thousandth of the visible range, and min(√smoothing, 0.999) as β. */
  readonly unit?: number;
  /** Where an earlier stretch of the same series left off; moved on to where this one ends, so that a series may come in pieces. Not with `at`, nor with corrected: false. */
  readonly state?: EwmaState;
}

/** A corrected average between two stretches: its mean, and the weight Σ βᵏ of the values in it. Begins as `{ mean: 0, weight: 0 }`. */
export interface EwmaState { mean: number; weight: number }

/**
 * The average of a series up to each of its values, as long as the series.
 *
 * A value that is not finite is passed through, and neither counted nor remembered. Adding values at the end changes none before them, bit for bit. With
 * correction a constant series comes back unchanged, bit for bit: the mean is moved by (1 − β)/(1 − βᵗ) of its distance to the new value.
 * Throws RangeError for β outside [0, 1), a unit not above 0, and places that fall.
 * TensorBoard's smoothing is this; Weights & Biases' time-weighted one is this with `at`.
 */
export function ewma(values: ArrayLike<number>, { beta, corrected = true, at, unit = 1, state }: EwmaOptions): Float64Array {
  if (!(beta >= 0 && beta < 1)) throw new RangeError(`beta must be a number in [0, 1); got ${beta}`);
  if (!(unit > 0)) throw new RangeError(`unit must be a number above 0; got ${unit}`);
  if (at !== undefined && !corrected) throw new RangeError("an average over places has no uncorrected form; leave corrected away");
  if (state !== undefined && (at !== undefined || !corrected)) throw new RangeError("only a corrected average of equal steps can go on from a state; leave `at` and `corrected` away");
  const out = new Float64Array(values.length);
  let mean = state?.mean ?? 0, weight = state?.weight ?? 0, v = 0, last = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) {
      out[i] = value;
      continue;
    }
    v = beta * v + (1 - beta) * value;
    const kept = at === undefined ? beta : keptOver(beta, weight === 0 ? 0 : at[i]! - last, unit, i);
    // Σ βᵏ over the values so far: (1 − βᵗ)/(1 − β) where they are equally far apart.
    weight = kept * weight + 1;
    // Asked first, so that −0 stays −0.
    if (weight === 1) mean = value;
    else if (value !== mean) mean += (value - mean) / weight;
    last = at?.[i] ?? 0;
    out[i] = corrected ? mean : v;
  }
  if (state !== undefined) { state.mean = mean; state.weight = weight; }
  return out;
}

function keptOver(beta: number, distance: number, unit: number, i: number): number {
  if (!(distance >= 0)) throw new RangeError(`places must not fall; the one at ${i} does, by ${-distance}`);
  return pow(beta, distance / unit);
}

/** What stands beside a curve smoothed by `gaussian`: unlike an average of the past it changes when points are added. */
export const looksAhead = { en: "looks into the future", zh: "用到了后面的点" } as const;

/**
 * The mean of a series around each of its values, weighted by e^(−d²/2σ²) with the distance d in places of the series, up to 4σ. For final figures only: it
 * looks into the future (`looksAhead`), so that the last 4σ values still change when the series grows. At both ends the weights inside are scaled up.
 *
 * A value that is not finite is passed through and not counted in others. A constant series comes back unchanged, bit for bit. σ 0 changes nothing.
 * Throws RangeError for a σ that is negative or not finite.
 */
export function gaussian(values: ArrayLike<number>, deviation: number): Float64Array {
  if (!(deviation >= 0 && deviation < Infinity)) throw new RangeError(`deviation must be a number from 0; got ${deviation}`);
  const reach = Math.ceil(4 * deviation);
  const weights = Float64Array.from({ length: reach + 1 }, (_, d) => (d === 0 ? 1 : exp(-0.5 * (d / deviation) * (d / deviation))));
  return Float64Array.from(values, (value, i) => {
    if (!Number.isFinite(value)) return value;
    let sum = 0, weight = 0;
    for (let j = Math.max(0, i - reach); j <= Math.min(values.length - 1, i + reach); j++) {
      if (!Number.isFinite(values[j]!)) continue;
      sum += weights[Math.abs(j - i)]! * (values[j]! - value);
      weight += weights[Math.abs(j - i)]!;
    }
    return sum === 0 ? value : value + sum / weight;
  });
}
