/** Is the difference chance? Exact tests, effect sizes, and the correction for asking more than once. Knows numbers only; chance comes in from outside. */

import { choose, fairCoins } from "./distributions.ts";
import { criticalT, differences, summarize } from "./intervals.ts";

/** `isExact`: every arrangement was looked at; otherwise so many drawn ones, and the p counts the arrangement found as one of them. */
export interface TestResult { readonly p: number; readonly isExact: boolean; readonly arrangements: number }

/** Up to so many arrangements are all looked at: five seeds against five are 252, ten against ten 184,756. */
const mostExact = 500_000;
const drawn = 100_000;

/** Two sums that differ by less than rounding are the same arrangement's worth. */
const slack = 1e-12;

/**
 * Unpaired: how often would a difference of means at least as large as the one found (either way) come about if the labels a and b were dealt anew?
 * `uniform` is asked only beyond 500,000 arrangements. Fisher, The Design of Experiments, 1935, §21; Phipson & Smyth 2010 for drawn arrangements.
 */
export function permutationTest(a: readonly number[], b: readonly number[], uniform: () => number): TestResult {
  const all = [...a, ...b];
  const n = all.length;
  const total = all.reduce((sum, value) => sum + value, 0);
  const differenceFor = (sumOfA: number): number => Math.abs((total - sumOfA) / b.length - sumOfA / a.length);
  const found = differenceFor(a.reduce((sum, value) => sum + value, 0));
  const bound = found - slack * all.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  const arrangements = choose(n, a.length);
  let hits = 0;
  if (arrangements <= mostExact) {
    const deal = (from: number, left: number, sum: number): void => {
      if (left === 0) { if (differenceFor(sum) >= bound) hits++; return; }
      for (let i = from; i <= n - left; i++) deal(i + 1, left - 1, sum + all[i]!);
    };
    deal(0, a.length, 0);
    return { p: hits / arrangements, isExact: true, arrangements };
  }
  const cards = [...all];
  for (let round = 0; round < drawn; round++) {
    let sum = 0;
    for (let i = 0; i < a.length; i++) {
      const j = i + Math.floor(uniform() * (n - i));
      [cards[i], cards[j]] = [cards[j]!, cards[i]!];
      sum += cards[i]!;
    }
    if (differenceFor(sum) >= bound) hits++;
  }
  return { p: (hits + 1) / (drawn + 1), isExact: false, arrangements: drawn };
}

/**
 * Paired: how often would a mean difference at least as large come about if in each pair chance had decided which is which?
 * `uniform` is asked only beyond 500,000 arrangements, that is from 19 pairs on.
 */
export function signFlipTest(a: readonly number[], b: readonly number[], uniform: () => number): TestResult {
  const deltas = differences(a, b);
  const found = Math.abs(deltas.reduce((sum, delta) => sum + delta, 0));
  const bound = found - slack * deltas.reduce((sum, delta) => sum + Math.abs(delta), 0);
  const arrangements = powerOfTwo(deltas.length);
  let hits = 0;
  if (arrangements <= mostExact) {
    for (let signs = 0; signs < arrangements; signs++) {
      let sum = 0;
      for (let i = 0; i < deltas.length; i++) sum += (signs >> i) & 1 ? -deltas[i]! : deltas[i]!;
      if (Math.abs(sum) >= bound) hits++;
    }
    return { p: hits / arrangements, isExact: true, arrangements };
  }
  for (let round = 0; round < drawn; round++) {
    let sum = 0;
    for (const delta of deltas) sum += uniform() < 0.5 ? -delta : delta;
    if (Math.abs(sum) >= bound) hits++;
  }
  return { p: (hits + 1) / (drawn + 1), isExact: false, arrangements: drawn };
}

/** Exact, for any whole n that a double holds. */
function powerOfTwo(n: number): number {
  let power = 1;
  for (let i = 0; i < n && power < Infinity; i++) power *= 2;
  return power;
}

/** The smallest p that the sign-flip test can ever give: 2/2ⁿ of n pairs. */
export const smallestPairedP = (pairs: number): number => Math.min(1, 2 / powerOfTwo(pairs));
/** The smallest p that the permutation test can ever give: of groups of one size 2 in all deals of the labels, of different sizes 1. */
export const smallestUnpairedP = (a: number, b: number): number => Math.min(1, (a === b ? 2 : 1) / choose(a + b, a));

/** In how many of all pairings of one of b with one of a is b the larger; ties count half. */
export function shareAbove(a: readonly number[], b: readonly number[]): number {
  let above = 0;
  for (const x of a) for (const y of b) above += y > x ? 1 : y === x ? 0.5 : 0;
  return above / (a.length * b.length);
}

/** Cohen's d of b over a: the difference of means in pooled deviations; `g` is corrected for small n (Hedges). NaN where there is no spread to measure in. */
export function effectSize(a: readonly number[], b: readonly number[]): { readonly d: number; readonly g: number } {
  const [one, other] = [summarize(a), summarize(b)];
  const df = one.n + other.n - 2;
  const pooled = Math.sqrt(((one.n - 1) * one.deviation * one.deviation + (other.n - 1) * other.deviation * other.deviation) / df);
  const d = pooled > 0 ? (other.mean - one.mean) / pooled : NaN;
  return { d, g: d * (1 - 3 / (4 * df - 1)) };
}

/** Cohen's d_z of b over a: the mean difference of pairs in deviations of these differences. */
export function pairedEffectSize(a: readonly number[], b: readonly number[]): number {
  const { mean, deviation } = summarize(differences(a, b));
  return deviation > 0 ? mean / deviation : NaN;
}

/** p-values made honest for having asked several questions: pᵢ becomes the largest (m − j + 1) p₍ⱼ₎ up to its own place, at most 1 (Holm 1979). NaN counts as no question. */
export function holm(ps: readonly number[]): number[] {
  const asked = ps.map((p, i) => ({ p, i })).filter(({ p }) => !Number.isNaN(p)).sort((a, b) => a.p - b.p);
  const adjusted = ps.map(() => NaN);
  let largest = 0;
  asked.forEach(({ p, i }, rank) => { adjusted[i] = largest = Math.max(largest, Math.min(1, (asked.length - rank) * p)); });
  return adjusted;
}

/** Two classifiers on the same rows: `onlyA` rows that a alone has right, `onlyB` b alone. Exact two-sided binomial p, and mid-p (Fagerland et al. 2013). Without any such row both are 1. */
export function mcnemar(onlyA: number, onlyB: number): { readonly p: number; readonly midP: number } {
  const n = onlyA + onlyB;
  const less = Math.min(onlyA, onlyB);
  let below = 0;
  for (let k = 0; k <= less; k++) below += fairCoins(k, n);
  return { p: Math.min(1, 2 * below), midP: Math.min(1, 2 * below - fairCoins(less, n)) };
}

/**
 * How many more of each are needed until, with differences spread as they are now, the interval of the mean would leave out zero and the exact test could reach
 * 1 − `level`; null where even `most` in all would not do. `deviation` is that of one pair's difference, or √2 times a run's where unpaired.
 */
export function moreNeeded({ n, difference, deviation, isPaired, most = 30, level = 0.95 }: { readonly n: number; readonly difference: number; readonly deviation: number; readonly isPaired: boolean; readonly most?: number; readonly level?: number }): number | null {
  for (let wanted = n + 1; wanted <= most; wanted++) {
    const df = isPaired ? wanted - 1 : 2 * wanted - 2;
    const smallest = isPaired ? smallestPairedP(wanted) : smallestUnpairedP(wanted, wanted);
    if (wanted >= 3 && smallest <= 1 - level && (criticalT(df, level) * deviation) / Math.sqrt(wanted) < Math.abs(difference)) return wanted - n;
  }
  return null;
}
