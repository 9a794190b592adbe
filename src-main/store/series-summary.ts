/** What is kept of each full chunk of a curve besides its points, so that a picture of a long curve need not read them: the gist of every 64 of them. */

import type { Gist } from "../contract/thin.ts";
import { gistOf } from "../contract/thin.ts";

/** Points of a chunk; a row of points never reaches from one chunk into the next. */
export const chunkPoints = 1024;
/** Points of one gist. */
export const blockPoints = 64;
const numbersOfGist = 8;

/** The gists of so many points, the first of which is the beginning of a block. */
export function gistsOf(steps: Float64Array, values: Float64Array): Gist[] {
  return Array.from({ length: Math.ceil(values.length / blockPoints) }, (_, block) => gistOf(steps, values, block * blockPoints, Math.min(values.length, (block + 1) * blockPoints)));
}

/** Eight doubles for each gist: low, its step, high, its step, the first that is not finite, its step, the last, its step. */
export function encoded(gists: readonly Gist[]): Buffer {
  const numbers = Float64Array.from(gists.flatMap(({ low, lowStep, high, highStep, odd, oddStep, last, lastStep }) => [low, lowStep, high, highStep, odd, oddStep, last, lastStep]));
  return Buffer.from(numbers.buffer);
}

export function decoded(bytes: Buffer): Gist[] {
  const numbers = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.byteLength / (8 * numbersOfGist) }, (_, i) => {
    const at = (k: number): number => numbers.getFloat64(8 * (numbersOfGist * i + k), true);
    return { low: at(0), lowStep: at(1), high: at(2), highStep: at(3), odd: at(4), oddStep: at(5), last: at(6), lastStep: at(7) };
  });
}
