/** The reference's loops over parameters: penalties, bounds, and the mean of several gradients. */

import type { Kernels, Precision, Vector } from "./kernels.ts";
import { folded } from "./reference-updates.ts";

/** The kernels of this file for memory of one precision. */
export function penalties(precision: Precision): Pick<Kernels, "l2" | "l1" | "capColumns" | "accumulate" | "divide"> {
  const single = precision === 32;
  // A branch and not a function handed in, as in reference.ts.
  const round = (x: number): number => (single ? Math.fround(x) : x);
  const sums = single ? new Float32Array(16) : new Float64Array(16);
  return {
    l2(w: Vector, g: Vector, n: number, a: number): number {
      const lambda = round(a);
      sums.fill(0);
      for (let i = 0; i < n; i++) {
        sums[i & 15] = sums[i & 15]! + round(w[i]! * w[i]!);
        g[i] = g[i]! + round(lambda * w[i]!);
      }
      return round(round(lambda / 2) * folded(sums));
    },
    l1(w: Vector, g: Vector, n: number, a: number): number {
      const lambda = round(a);
      sums.fill(0);
      for (let i = 0; i < n; i++) {
        sums[i & 15] = sums[i & 15]! + Math.abs(w[i]!);
        if (w[i]! !== 0) g[i] = g[i]! + (w[i]! > 0 ? lambda : -lambda);
      }
      return round(lambda * folded(sums));
    },
    capColumns(w: Vector, r: number, c: number, limit: number): void {
      const most = round(limit);
      for (let j = 0; j < c; j++) {
        let squares = 0;
        for (let i = 0, o = j; i < r; i++, o += c) squares = round(squares + round(w[o]! * w[o]!));
        const norm = round(Math.sqrt(squares));
        if (!(norm > most)) continue;
        const factor = round(most / norm);
        for (let i = 0, o = j; i < r; i++, o += c) w[o] = w[o]! * factor;
      }
    },
    accumulate(x: Vector, sum: Vector, n: number, a: number, isFirst: boolean): void {
      const factor = round(a);
      if (isFirst) for (let i = 0; i < n; i++) sum[i] = factor * x[i]!;
      else for (let i = 0; i < n; i++) sum[i] = sum[i]! + round(factor * x[i]!);
    },
    divide(x: Vector, y: Vector, n: number, d: number): void {
      const divisor = round(d);
      for (let i = 0; i < n; i++) y[i] = x[i]! / divisor;
    },
  };
}
