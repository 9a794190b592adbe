/** Comparing numbers within a stated tolerance: |a − b| ≤ abs + rel·|b|, where b is the number one believes. */

export interface Tolerance { readonly abs?: number; readonly rel?: number }

/** The entries of `actual` that miss `expected`, as sentences; expect it to equal []. NaN matches nothing, an infinity only itself. */
export function misses(actual: ArrayLike<number>, expected: ArrayLike<number>, { abs = 0, rel = 0 }: Tolerance): string[] {
  if (actual.length !== expected.length) return [`${actual.length} numbers, but ${expected.length} are expected`];
  return Array.from(actual, (a, i) => ({ a, b: expected[i]!, i }))
    .filter(({ a, b }) => !(a === b || Math.abs(a - b) <= abs + rel * Math.abs(b)))
    .map(({ a, b, i }) => `[${i}] is ${a}, expected ${b}: off by ${Math.abs(a - b)}, allowed ${abs + rel * Math.abs(b)}`);
}
