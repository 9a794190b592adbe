/** The largest |a − b| / max(1, |b|); Infinity where the lengths differ or a number is none. */
export function farthest(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length || b.length === 0) return Infinity;
  let most = 0;
  for (let i = 0; i < b.length; i++) {
    const error = Math.abs(a[i]! - b[i]!) / Math.max(1, Math.abs(b[i]!));
    most = Number.isNaN(error) ? Infinity : Math.max(most, error);
  }
  return most;
}
