/** Makes a long curve short without hiding its peaks, from its points or from summaries of stretches of them: both come to the same. Knows two columns of numbers and nothing of charts. */

/**
 * What a picture needs of a stretch of neighbouring points: its smallest and its largest value, its first one that is not finite, and its last, each with its step.
 * A step is −1 where the stretch has no such point. Of equal values the first one counts.
 */
export interface Gist {
  readonly low: number; readonly lowStep: number;
  readonly high: number; readonly highStep: number;
  readonly odd: number; readonly oddStep: number;
  readonly last: number; readonly lastStep: number;
}

/**
 * Keeps, of each of the curve's buckets, the smallest, the largest and the last value (and the first that is not finite), and the first point of all; order is kept.
 * At most `points` finite points remain; `points` ≤ 0, or a short curve, returns the curve as it is. Buckets are of equal length and begin at multiples of it,
 * counted from the beginning of the complete curve, of which this is the part from its point number `offset` on: what is added behind moves nothing before it
 * until the length changes.
 */
export function thin(steps: Float64Array, values: Float64Array, points: number, offset = 0): { steps: Float64Array; values: Float64Array } {
  const size = bucketSize(offset, offset + values.length, points);
  if (size === 1) return { steps, values };
  const gists: Gist[] = [];
  for (let from = 0; from < values.length;) {
    const to = Math.min(values.length, (Math.floor((offset + from) / size) + 1) * size - offset);
    gists.push(gistOf(steps, values, from, to));
    from = to;
  }
  return drawn(steps[0]!, values[0]!, gists);
}

/** The places of a column, as a shorter one. */
export const picked = (column: Float64Array, order: Int32Array): Float64Array => Float64Array.from(order, (i) => column[i]!);

/** Which places `thin` keeps, in order; null where it keeps all. */
export function kept(values: Float64Array, points: number): Int32Array | null {
  if (bucketSize(0, values.length, points) === 1) return null;
  return Int32Array.from(thin(Float64Array.from(values, (_, i) => i), values, points).steps);
}

/**
 * How many points of the complete curve go into a bucket, where those numbered `from` to `to` (excluded) are to be shown as at most `points`: the smallest length
 * of a ladder whose rungs lie at most a quarter apart (from 4 on: 4, 5, 6, 7, 8, 10, 12, 14, 16, 20 …). 1 where nothing is left out. From 2ᵏ on all are multiples of 2ᵏ⁻².
 */
export function bucketSize(from: number, to: number, points: number): number {
  if (points <= 0 || to - from <= Math.max(points, 4)) return 1;
  const most = Math.max(1, Math.floor((points - 1) / 3));
  const buckets = (size: number): number => Math.floor((to - 1) / size) - Math.floor(from / size) + 1;
  let size = 2;
  while (buckets(size) > most) size += Math.max(1, 2 ** (Math.floor(Math.log2(size)) - 2));
  return size;
}

/** Of the points from number `from` to `to` (excluded) of two columns, at least one. */
export function gistOf(steps: Float64Array, values: Float64Array, from: number, to: number): Gist {
  let [low, high, odd] = [-1, -1, -1];
  for (let i = from; i < to; i++) {
    const value = values[i]!;
    if (!Number.isFinite(value)) { if (odd < 0) odd = i; continue; }
    if (low < 0 || value < values[low]!) low = i;
    if (high < 0 || value > values[high]!) high = i;
  }
  const at = (i: number): readonly [number, number] => (i < 0 ? [NaN, -1] : [values[i]!, steps[i]!]);
  const [[lowest, lowStep], [highest, highStep], [oddest, oddStep], [last, lastStep]] = [at(low), at(high), at(odd), at(to - 1)];
  return { low: lowest, lowStep, high: highest, highStep, odd: oddest, oddStep, last, lastStep };
}

/** Two stretches, one behind the other, as one. */
export function joinedGist(a: Gist, b: Gist): Gist {
  const low = a.lowStep < 0 || (b.lowStep >= 0 && b.low < a.low) ? b : a;
  const high = a.highStep < 0 || (b.highStep >= 0 && b.high > a.high) ? b : a;
  const odd = a.oddStep < 0 ? b : a;
  return { low: low.low, lowStep: low.lowStep, high: high.high, highStep: high.highStep, odd: odd.odd, oddStep: odd.oddStep, last: b.last, lastStep: b.lastStep };
}

/** The points of buckets in their order, behind the first point of all. */
export function drawn(firstStep: number, first: number, gists: readonly Gist[]): { steps: Float64Array; values: Float64Array } {
  const steps = new Float64Array(4 * gists.length + 1);
  const values = new Float64Array(4 * gists.length + 1);
  [steps[0], values[0]] = [firstStep, first];
  let length = 1;
  for (const { low, lowStep, high, highStep, odd, oddStep, last, lastStep } of gists) {
    const four: readonly (readonly [number, number])[] = [[lowStep, low], [highStep, high], [oddStep, odd], [lastStep, last]];
    for (const [step, value] of four.toSorted(([a], [b]) => a - b)) {
      if (step < 0 || step <= steps[length - 1]!) continue;
      steps[length] = step;
      values[length++] = value;
    }
  }
  return { steps: steps.slice(0, length), values: values.slice(0, length) };
}
