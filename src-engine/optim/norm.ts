/** The length of a vector's piece. */

import type { Vector } from "../kernels/kernels.ts";

/** √Σ xᵢ² over [from, to), ascending in double precision: squares of singles do not overflow there. */
export function norm(x: Vector, from: number, to: number): number {
  let sum = 0;
  for (let i = from; i < to; i++) sum += x[i]! * x[i]!;
  return Math.sqrt(sum);
}
