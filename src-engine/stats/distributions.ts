/** Student's t, the normal and the binomial distribution: tails and quantiles. Knows numbers only. */

import { erfc, exp, log } from "../kernels/math.ts";

/**
 * The chance that |T| is at least |t|, where T follows Student's t with `df` degrees of freedom, which need not be whole.
 *
 *   P(|T| ≥ |t|) = I_x(df/2, 1/2)   with x = df/(df + t²)
 *
 * Throws RangeError unless df is above 0. NaN gives NaN.
 */
export function studentTail(t: number, df: number): number {
  if (!(df > 0)) throw new RangeError(`degrees of freedom must be above 0; got ${df}`);
  if (Number.isNaN(t)) return NaN;
  return Number.isFinite(t) ? incompleteBeta(df / (df + t * t), df / 2, 0.5) : 0;
}

/** The chance that a standard normal variable stays below z. */
export const normalBelow = (z: number): number => erfc(-z / Math.SQRT2) / 2;

/** The t that a Student variable stays below with chance p in (0, 1). */
export const studentQuantile = (p: number, df: number): number => quantile(p, (t) => studentTail(t, df));

/** The z that a standard normal variable stays below with chance p in (0, 1). */
export const normalQuantile = (p: number): number => quantile(p, (z) => erfc(z / Math.SQRT2));

/** Where a symmetric distribution's two tails together weigh what lies beyond p on both sides: by halving, to the last bits. */
function quantile(p: number, tails: (x: number) => number): number {
  if (!(p > 0 && p < 1)) throw new RangeError(`p must be a number in (0, 1); got ${p}`);
  const wanted = 2 * Math.min(p, 1 - p);
  let low = 0, high = 1;
  while (tails(high) > wanted) { low = high; high *= 2; }
  while (high - low > 1e-15 * high) {
    const middle = (low + high) / 2;
    if (middle === low || middle === high) break;
    if (tails(middle) > wanted) low = middle;
    else high = middle;
  }
  return p < 0.5 ? -high : high;
}

/** P(X = k) for the number X of heads among n fair coins. */
export const fairCoins = (k: number, n: number): number => exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) - n * Math.LN2);

/** The number of ways to choose k of n; exact below 2⁵³. */
export function choose(n: number, k: number): number {
  let ways = 1;
  for (let i = 1; i <= Math.min(k, n - k); i++) ways = Math.round((ways * (n - i + 1)) / i);
  return ways;
}

/** Lanczos' sum with g = 7 and nine terms. */
const lanczos = [0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905, -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7] as const;

/** log Γ(x) for x ≥ 1/2, to about 1e-14. */
function logGamma(x: number): number {
  let sum: number = lanczos[0];
  for (let i = 1; i < lanczos.length; i++) sum += lanczos[i]! / (x - 1 + i);
  const t = x + 6.5;
  return 0.5 * log(2 * Math.PI) + (x - 0.5) * log(t) - t + log(sum);
}

/** The regularized incomplete beta function I_x(a, b): the continued fraction of DLMF 8.17.22 by Lentz' method, on the side where it converges fast. */
function incompleteBeta(x: number, a: number, b: number): number {
  if (x <= 0) return 0;
  if (x >= 1) return 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - incompleteBeta(1 - x, b, a);
  const front = exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * log(x) + b * log(1 - x)) / a;
  // The fraction 1/(1 + d₁/(1 + d₂/…)); c and d are ratios of its neighbouring numerators and denominators.
  let c = 1, d = 1 / (1 - ((a + b) * x) / (a + 1)), value = d;
  for (let m = 1; m < 10_000; m++) {
    for (const term of [(m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)), (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1))]) {
      d = 1 / (1 + term * d);
      c = 1 + term / c;
      value *= c * d;
    }
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return front * value;
}
