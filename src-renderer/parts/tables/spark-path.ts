/** A curve as the path of a small picture. Pure. */

/** From left to right and between the finite extremes, the top 2 and the bottom 2 pixels left free; what is not finite interrupts the line. The empty text for fewer than two finite points. */
export function sparkPath(x: ArrayLike<number>, y: ArrayLike<number>, width: number, height: number): string {
  let [low, high, finite] = [Infinity, -Infinity, 0];
  for (let i = 0; i < y.length; i++) {
    const value = y[i]!;
    if (!Number.isFinite(value)) continue;
    finite++;
    low = Math.min(low, value);
    high = Math.max(high, value);
  }
  if (finite < 2) return "";
  const [from, to] = [x[0]!, x[x.length - 1]!];
  const across = to > from ? width / (to - from) : 0;
  const up = high > low ? (height - 4) / (high - low) : 0;
  let path = "", isDown = false;
  for (let i = 0; i < y.length; i++) {
    if (!Number.isFinite(y[i]!)) { isDown = false; continue; }
    path += `${isDown ? "L" : "M"}${((x[i]! - from) * across).toFixed(1)} ${(up === 0 ? height / 2 : height - 2 - (y[i]! - low) * up).toFixed(1)}`;
    isDown = true;
  }
  return path;
}
