/** Gradients cut down to size before the update. Each works on [from, to) in place; in 32 bit a number is rounded once, and norms are summed in double precision. */

import type { Kernels, Vector } from "../kernels/kernels.ts";
import type { Piece } from "./optimizer.ts";

/** Every gᵢ is brought into [−limit, limit]; the direction may change. NaN stays NaN. */
export function clipByValue(g: Vector, from: number, to: number, limit: number, kernels: Kernels): void {
  kernels.clipValue(g, from, to, limit);
}

/**
 * g ← g · limit/‖g‖ where ‖g‖ is above the limit; the direction stays. PyTorch divides by ‖g‖ + 1e-6 instead. Returns ‖g‖ from before; a norm that is NaN changes nothing.
 * Over all parameters it is clipping by global norm.
 * Pascanu, Mikolov, Bengio, On the difficulty of training recurrent neural networks, ICML 2013, Algorithm 1.
 */
export function clipByNorm(g: Vector, from: number, to: number, limit: number, kernels: Kernels): number {
  return kernels.clipNorm(g, from, to, limit);
}

/** `clipByNorm` for each piece by itself: kernel by kernel, bias by bias. */
export function clipByPieceNorm(g: Vector, pieces: readonly Piece[], limit: number, kernels: Kernels): void {
  for (const { from, to } of pieces) clipByNorm(g, from, to, limit, kernels);
}
