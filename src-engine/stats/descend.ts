/** The smallest value of a smooth function of a few numbers, inside a box. Knows nothing of what it means. */

/** A function's value at x; its gradient is written into `slope`. */
export type Smooth = (x: Float64Array, slope: Float64Array) => number;

/**
 * Walks from `start` downhill inside [lower, upper]: limited-memory BFGS with the last 8 steps, coordinates that lean against the box held still, and a
 * backtracking search along the projected direction (Armijo, 1e-4). Ends where the projected gradient is below `tolerance`, no step gets lower, or after
 * `iterations`. The result is never above f(start). Nocedal & Wright, Numerical Optimization, ch. 7 and 16.7.
 */
export function descend(f: Smooth, start: readonly number[], { lower, upper, iterations = 60, tolerance = 1e-6 }: { readonly lower: readonly number[]; readonly upper: readonly number[]; readonly iterations?: number; readonly tolerance?: number }): { readonly x: number[]; readonly value: number } {
  const n = start.length;
  const clamp = (u: number, i: number): number => Math.min(upper[i], Math.max(lower[i], u));
  let x = Float64Array.from(start, clamp), slope = new Float64Array(n);
  let value = f(x, slope);
  const steps: { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[] = [];
  for (let iteration = 0; iteration < iterations; iteration++) {
    const isHeld = Array.from(x, (u, i) => (u <= lower[i] && slope[i] > 0) || (u >= upper[i] && slope[i] < 0));
    const free = slope.map((g, i) => isHeld[i] ? 0 : g);
    if (!(Math.max(0, ...Array.from(free, Math.abs)) > tolerance)) break;
    let direction = twoLoops(free, steps).map((d, i) => isHeld[i] ? 0 : -d);
    let lean = dot(direction, slope);
    if (!(lean < 0)) { steps.length = 0; direction = free.map((g) => -g); lean = dot(direction, slope); }
    const longest = Math.max(...Array.from(direction, Math.abs));
    let size = steps.length === 0 ? Math.min(1, 0.1 / longest) : 1;
    let next: Float64Array<ArrayBuffer> | null = null, nextValue = value;
    const nextSlope = new Float64Array(n);
    for (let attempt = 0; attempt < 25; attempt++, size /= 2) {
      const candidate = x.map((u, i) => clamp(u + size * direction[i], i));
      nextValue = f(candidate, nextSlope);
      const moved = candidate.reduce((sum, u, i) => sum + slope[i] * (u - x[i]), 0);
      if (nextValue <= value + 1e-4 * moved && nextValue < value) { next = candidate; break; }
    }
    if (next === null) { if (steps.length === 0) break; steps.length = 0; continue; }
    const s = next.map((u, i) => u - x[i]), y = nextSlope.map((g, i) => g - slope[i]);
    const sy = dot(s, y);
    if (sy > 1e-12 * dot(y, y)) { steps.push({ s, y, rho: 1 / sy }); if (steps.length > 8) steps.shift(); }
    [x, slope, value] = [next, nextSlope, nextValue];
  }
  return { x: Array.from(x), value };
}

const dot = (a: Float64Array, b: Float64Array): number => a.reduce((sum, u, i) => sum + u * b[i], 0);

function twoLoops(gradient: Float64Array, steps: readonly { readonly s: Float64Array; readonly y: Float64Array; readonly rho: number }[]): Float64Array {
  const q = gradient.slice();
  const alphas = steps.map(() => 0);
  for (let k = steps.length - 1; k >= 0; k--) {
    const { s, y, rho } = steps[k];
    alphas[k] = rho * dot(s, q);
    for (let i = 0; i < q.length; i++) q[i] -= alphas[k] * y[i];
  }
  const last = steps.at(-1);
  if (last !== undefined) { const scale = 1 / (last.rho * dot(last.y, last.y)); for (let i = 0; i < q.length; i++) q[i] *= scale; }
  steps.forEach(({ s, y, rho }, k) => {
    const beta = rho * dot(y, q);
    for (let i = 0; i < q.length; i++) q[i] += (alphas[k] - beta) * s[i];
  });
  return q;
}
