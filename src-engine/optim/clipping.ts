/** Gradients cut down to size before the update. Each works on [from, to) in place; in 32 bit a number is rounded once, and norms are summed in double precision. */

import type { Vector } from "../kernels/kernels.ts";
import { norm } from "./norm.ts";
import type { Piece } from "./optimizer.ts";

/** Every gᵢ is brought into [−limit, limit]; the direction may change. NaN stays NaN. */
export function clipByValue(g: Vector, from: number, to: number, limit: number, round: (x: number) => number): void {
  const most = round(limit);
  for (let i = from; i < to; i++) {
    if (g[i]! > most) g[i] = most;
    else if (g[i]! < -most) g[i] = -most;
  }
}

/**
 * g ← g · limit/‖g‖ where ‖g‖ is above the limit; the direction stays. PyTorch divides by ‖g‖ + 1e-6 instead. Returns ‖g‖ from before; a norm that is NaN changes nothing.
 * Over all parameters it is clipping by global norm.
 * Pascanu, Mikolov, Bengio, On the difficulty of training recurrent neural networks, ICML 2013, Algorithm 1.
 */
export function clipByNorm(g: Vector, from: number, to: number, limit: number, round: (x: number) => number): number {
  const length = norm(g, from, to);
  if (!(length > limit)) return length;
  const a = round(limit / length);
  for (let i = from; i < to; i++) g[i] = a * g[i]!;
  return length;
}

/** `clipByNorm` for each piece by itself: kernel by kernel, bias by bias. */
export function clipByPieceNorm(g: Vector, pieces: readonly Piece[], limit: number, round: (x: number) => number): void {
  for (const { from, to } of pieces) clipByNorm(g, from, to, limit, round);
}
