/** Means and shares with their intervals. Knows numbers only. */

import { normalQuantile, studentQuantile, studentTail } from "./distributions.ts";

/** Both ends belong to it. */
export interface Interval { readonly from: number; readonly to: number }

/** `deviation` is the sample's, with n − 1; NaN where n is 1. */
export interface Summary { readonly n: number; readonly mean: number; readonly deviation: number; readonly min: number; readonly max: number }

/** Of finite numbers. Equal values have exactly their mean and no deviation. An empty list has n 0 and NaN everywhere. */
export function summarize(values: readonly number[]): Summary {
  const n = values.length;
  if (n === 0) return { n, mean: NaN, deviation: NaN, min: NaN, max: NaN };
  const first = values[0]!;
  const mean = first + values.reduce((sum, value) => sum + (value - first), 0) / n;
  const squares = values.reduce((sum, value) => sum + square(value - mean), 0);
  return { n, mean, deviation: n < 2 ? NaN : Math.sqrt(squares / (n - 1)), min: Math.min(...values), max: Math.max(...values) };
}

const square = (x: number): number => x * x;

// Asked for thousands of times with the same few n.
const known = new Map<string, number>();
/** How far from its middle an interval of `level` reaches, in standard errors: remembered. */
export function criticalT(df: number, level: number): number {
  const key = `${df} ${level}`;
  let t = known.get(key);
  if (t === undefined) known.set(key, (t = studentQuantile(0.5 + level / 2, df)));
  return t;
}

/**
 * Half the width of Student's interval of a mean: t · s/√n with n − 1 degrees of freedom. NaN where n < 2.
 * It covers the mean as often as `level` says for any n of normal results, which the percentile bootstrap does not: of five results that covers 84 % instead of 95 %.
 */
export function halfWidth({ n, deviation }: Pick<Summary, "n" | "deviation">, level = 0.95): number {
  return n < 2 ? NaN : (criticalT(n - 1, level) * deviation) / Math.sqrt(n);
}

/** A difference of two means with its interval, `p` of the t test and what they rest on. */
export interface Difference { readonly difference: number; readonly interval: Interval; readonly t: number; readonly df: number; readonly p: number }

/** mean(b) − mean(a) of unpaired results, without taking their deviations for equal (Welch). Both need at least two values; NaN otherwise. */
export function welch(a: readonly number[], b: readonly number[], level = 0.95): Difference {
  const [one, other] = [summarize(a), summarize(b)];
  const [va, vb] = [square(one.deviation) / one.n, square(other.deviation) / other.n];
  const error = Math.sqrt(va + vb);
  // Two groups without any spread leave no degrees of freedom to estimate: any number serves, for the width is 0.
  const df = error === 0 ? one.n + other.n - 2 : square(va + vb) / (square(va) / (one.n - 1) + square(vb) / (other.n - 1));
  return differenceOf(other.mean - one.mean, error, df, level);
}

/** The mean of b − a over pairs. Needs at least two pairs; NaN otherwise. */
export function paired(a: readonly number[], b: readonly number[], level = 0.95): Difference {
  const { n, mean, deviation } = summarize(differences(a, b));
  return differenceOf(mean, deviation / Math.sqrt(n), n - 1, level);
}

export function differences(a: readonly number[], b: readonly number[]): number[] {
  if (a.length !== b.length) throw new RangeError(`pairs need two lists of one length; got ${a.length} and ${b.length}`);
  return b.map((value, i) => value - a[i]!);
}

function differenceOf(difference: number, error: number, df: number, level: number): Difference {
  if (Number.isNaN(error) || !(df > 0)) return { difference, interval: { from: NaN, to: NaN }, t: NaN, df: NaN, p: NaN };
  const half = criticalT(df, level) * error;
  const t = error === 0 ? (difference === 0 ? 0 : Math.sign(difference) * Infinity) : difference / error;
  return { difference, interval: { from: difference - half, to: difference + half }, t, df, p: studentTail(t, df) };
}

/** Wilson's interval of a share, without continuity correction. n must be at least 1. */
export function wilson(successes: number, n: number, level = 0.95): Interval {
  if (!(n >= 1 && successes >= 0 && successes <= n)) throw new RangeError(`a share needs 0 ≤ successes ≤ n and n ≥ 1; got ${successes} of ${n}`);
  const z = normalQuantile(0.5 + level / 2);
  const share = successes / n;
  const middle = (share + (z * z) / (2 * n)) / (1 + (z * z) / n);
  const half = (z * Math.sqrt((share * (1 - share)) / n + (z * z) / (4 * n * n))) / (1 + (z * z) / n);
  return { from: successes === 0 ? 0 : middle - half, to: successes === n ? 1 : middle + half };
}
