/** Makes a long curve short without hiding its peaks. Knows two columns of numbers and nothing of charts. */

/**
 * Keeps, of each of about points/2 stretches of equal length, the smallest and the largest value (and the first value that is not finite),
 * and always the first and the last point; order is kept. At most `points` finite points remain; `points` ≤ 0, or a short curve, returns the curve as it is.
 */
export function thin(steps: Float64Array, values: Float64Array, points: number): { steps: Float64Array; values: Float64Array } {
  const order = kept(values, points);
  return order === null ? { steps, values } : { steps: picked(steps, order), values: picked(values, order) };
}

/** The places of a column, as a shorter one. */
export const picked = (column: Float64Array, order: Int32Array): Float64Array => Float64Array.from(order, (i) => column[i]!);

/** Which places `thin` keeps, in order; null where it keeps all. */
export function kept(values: Float64Array, points: number): Int32Array | null {
  const n = values.length;
  if (points <= 0 || n <= Math.max(points, 4)) return null;
  const buckets = Math.max(1, Math.floor(points / 2) - 1);
  const places = new Set<number>([0]);
  for (let b = 0; b < buckets; b++) {
    const from = Math.floor((b * n) / buckets);
    const to = Math.floor(((b + 1) * n) / buckets);
    let low = -1;
    let high = -1;
    let odd = -1;
    for (let i = from; i < to; i++) {
      const value = values[i]!;
      if (!Number.isFinite(value)) { if (odd < 0) odd = i; continue; }
      if (low < 0 || value < values[low]!) low = i;
      if (high < 0 || value > values[high]!) high = i;
    }
    for (const i of [low, high, odd]) if (i >= 0) places.add(i);
  }
  places.add(n - 1);
  return Int32Array.from(places).sort();
}
