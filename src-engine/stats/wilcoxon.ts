/** Wilcoxon's signed-rank test, one-sided: are the differences above 0 beyond chance? Knows numbers only. */

import { erfc } from "../kernels/math.ts";

/**
 * The chance of rank sums as large as this if each difference were as often below 0 as above. Equal sizes share their middle rank; zeros take
 * ranks, but no side (Pratt). Exact up to 50 differences, with ties too, by counting the sums of signed ranks; a normal approximation with the ties' correction
 * beyond. +∞ and −∞ are sizes beyond all others; NaN is refused. 1 for no differences. Wilcoxon 1945; Pratt, JASA 54 (1959).
 */
export function signedRankAbove(differences: readonly number[]): number {
  if (differences.some(Number.isNaN)) throw new RangeError("a difference must be a number; got NaN");
  const n = differences.length;
  const order = differences.map((difference, i) => ({ size: Math.abs(difference), i })).sort((a, b) => a.size - b.size);
  // Twice the middle ranks, so that they are whole.
  const ranks = new Array<number>(n).fill(0);
  let ties = 0;
  for (let from = 0; from < n;) {
    let to = from;
    while (to < n && order[to].size === order[from].size) to++;
    for (let k = from; k < to; k++) ranks[order[k].i] = from + 1 + to;
    if (order[from].size > 0) ties += (to - from) * ((to - from) * (to - from) - 1);
    from = to;
  }
  const signed = differences.flatMap((difference, i) => difference === 0 ? [] : [ranks[i]]);
  const above = differences.reduce((sum, difference, i) => difference > 0 ? sum + ranks[i] : sum, 0);
  if (signed.length === 0) return 1;
  if (n <= 50) {
    const total = signed.reduce((sum, rank) => sum + rank, 0);
    let counts = new Float64Array(total + 1);
    counts[0] = 1;
    for (const rank of signed) {
      const next = counts.slice();
      for (let sum = 0; sum + rank <= total; sum++) next[sum + rank] += counts[sum];
      counts = next;
    }
    return counts.subarray(above).reduce((sum, count) => sum + count, 0) / signed.reduce((all) => 2 * all, 1);
  }
  const mean = signed.reduce((sum, rank) => sum + rank, 0) / 4;
  // Zeros have no sign to vary; a tie of t sizes takes away (t³ − t)/48.
  const zeros = n - signed.length;
  const variance = (n * (n + 1) * (2 * n + 1) - zeros * (zeros + 1) * (2 * zeros + 1)) / 24 - ties / 48;
  return erfc((above / 2 - mean) / Math.sqrt(variance) / Math.SQRT2) / 2;
}
