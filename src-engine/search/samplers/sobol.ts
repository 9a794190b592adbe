/** The Sobol sequence, scrambled by the sweep's seed: fills the cube evenly however many points are taken. */

import type { Stream } from "../../rng.ts";
import type { Question, Sampler } from "../cube.ts";
import { tooTight } from "../space.ts";

const bits = 30, whole = 1073741824; // 2³⁰

/**
 * Primitive polynomials (as bits, the leading and the last included) and first direction numbers of the sides from the second on; the first side is
 * van der Corput's. Joe & Kuo, Constructing Sobol Sequences with Better Two-Dimensional Projections, SIAM J. Sci. Comput. 30 (2008), file new-joe-kuo-6.21201.
 */
const directions: readonly (readonly number[])[] = [
  [3, 1], [7, 1, 3], [11, 1, 3, 1], [13, 1, 1, 1],
  [19, 1, 1, 3, 3], [25, 1, 3, 5, 13], [37, 1, 1, 5, 5, 17], [41, 1, 1, 5, 5, 5],
  [47, 1, 1, 7, 11, 19], [55, 1, 1, 5, 1, 1], [59, 1, 1, 1, 3, 11], [61, 1, 3, 5, 5, 31],
  [67, 1, 3, 3, 9, 7, 49], [91, 1, 1, 1, 15, 21, 21], [97, 1, 3, 1, 13, 27, 49], [103, 1, 1, 1, 15, 7, 5],
  [109, 1, 3, 1, 15, 13, 25], [115, 1, 1, 5, 5, 19, 61], [131, 1, 3, 7, 11, 23, 15, 103], [137, 1, 3, 7, 13, 13, 15, 69],
  [143, 1, 1, 3, 13, 7, 35, 63], [145, 1, 3, 5, 9, 1, 25, 53], [157, 1, 3, 1, 13, 9, 35, 107], [167, 1, 3, 1, 5, 27, 61, 31],
  [171, 1, 1, 5, 11, 19, 41, 61], [185, 1, 3, 5, 3, 3, 13, 69], [191, 1, 1, 7, 13, 1, 19, 1], [193, 1, 3, 7, 5, 13, 19, 59],
  [203, 1, 1, 3, 9, 25, 29, 41], [211, 1, 3, 5, 13, 23, 1, 55], [213, 1, 3, 7, 3, 13, 59, 17], [229, 1, 3, 1, 3, 5, 53, 69],
  [239, 1, 1, 5, 5, 23, 33, 13], [241, 1, 1, 7, 7, 1, 61, 123], [247, 1, 1, 7, 9, 13, 61, 49], [253, 1, 3, 3, 5, 3, 55, 33],
  [285, 1, 3, 1, 15, 31, 13, 49, 245], [299, 1, 3, 5, 15, 31, 59, 63, 97], [301, 1, 3, 1, 11, 11, 11, 77, 249], [333, 1, 3, 1, 11, 27, 43, 71, 9],
  [351, 1, 1, 7, 15, 21, 11, 81, 45], [355, 1, 3, 7, 3, 25, 31, 65, 79], [357, 1, 3, 1, 1, 19, 11, 3, 205], [361, 1, 1, 5, 9, 19, 21, 29, 157],
  [369, 1, 3, 7, 11, 1, 33, 89, 185], [391, 1, 3, 3, 3, 15, 9, 79, 71], [397, 1, 3, 7, 11, 15, 39, 119, 27], [425, 1, 1, 3, 1, 11, 31, 97, 225],
  [451, 1, 1, 1, 3, 23, 43, 57, 177], [463, 1, 3, 7, 7, 17, 17, 37, 71], [487, 1, 3, 1, 5, 27, 63, 123, 213], [501, 1, 1, 3, 5, 11, 43, 53, 133],
  [529, 1, 3, 5, 5, 29, 17, 47, 173, 479], [539, 1, 3, 3, 11, 3, 1, 109, 9, 69], [545, 1, 1, 1, 5, 17, 39, 23, 5, 343], [557, 1, 3, 1, 5, 25, 15, 31, 103, 499],
  [563, 1, 1, 1, 11, 11, 17, 63, 105, 183], [601, 1, 1, 5, 11, 9, 29, 97, 231, 363], [607, 1, 1, 5, 15, 19, 45, 41, 7, 383], [617, 1, 3, 7, 7, 31, 19, 83, 137, 221],
  [623, 1, 1, 1, 3, 23, 15, 111, 223, 83], [631, 1, 1, 5, 13, 31, 15, 55, 25, 161], [637, 1, 1, 3, 13, 25, 47, 39, 87, 257],
];

/** How many sides the table serves; those beyond it are drawn at random. */
export const sobolSides = directions.length + 1;

const vectors: Int32Array[] = [];
/** Direction vectors of a side, the first in the highest of the 30 bits. */
function vectorsOf(side: number): Int32Array {
  const known = vectors[side];
  if (known !== undefined) return known;
  const v = new Int32Array(bits);
  if (side === 0) v.forEach((_, i) => { v[i] = 1 << (bits - 1 - i); });
  else {
    const [polynomial, ...first] = directions[side - 1];
    const degree = first.length;
    for (let i = 0; i < bits; i++) {
      if (i < degree) { v[i] = first[i] << (bits - 1 - i); continue; }
      v[i] = v[i - degree] ^ (v[i - degree] >> degree);
      for (let k = 1; k < degree; k++) if ((polynomial >> (degree - k)) & 1) v[i] ^= v[i - k];
    }
  }
  vectors[side] = v;
  return v;
}

/** Point `index` (from 0) of the plain sequence in Gray code's order, as 30-bit whole numbers. */
export function sobolPoint(index: number, sides: number): Int32Array {
  const gray = index ^ (index >>> 1);
  const x = new Int32Array(sides);
  for (let side = 0; side < sides; side++) {
    const v = vectorsOf(side);
    for (let i = 0; i < bits; i++) if ((gray >>> i) & 1) x[side] ^= v[i];
  }
  return x;
}

/** Matoušek's scrambling of one side: a random lower-triangular matrix over the bits, then a random shift. Keeps the evenness, and no two seeds share points. */
interface Scrambling { readonly rows: Int32Array; readonly shift: number }

function scramblingOf(stream: Stream): Scrambling {
  const rows = Int32Array.from({ length: bits }, (_, i) => {
    const own = 1 << (bits - 1 - i);
    // Bits above the diagonal of row i are chance, the diagonal is 1, below is 0; bit 29 is the first digit.
    return own | (stream.uint32() & (whole - 1) & ~(2 * own - 1));
  });
  return { rows, shift: stream.uint32() >>> 2 };
}

function scrambled(x: number, { rows, shift }: Scrambling): number {
  let y = 0;
  for (let i = 0; i < bits; i++) {
    let parity = rows[i] & x;
    parity ^= parity >> 16; parity ^= parity >> 8; parity ^= parity >> 4; parity ^= parity >> 2; parity ^= parity >> 1;
    y |= (parity & 1) << (bits - 1 - i);
  }
  return y ^ shift;
}

/** The places of a scrambled sequence one after the other, as numbers in [0, 1). Sides beyond the table are drawn from a stream of their own. */
export function sobolSequence({ cube, shared }: Pick<Question, "cube" | "shared">, isScrambled: boolean): (index: number) => number[] {
  const sides = Math.min(cube.sides.length, sobolSides);
  const stream = shared("sobol");
  const scramblings = isScrambled ? Array.from({ length: sides }, () => scramblingOf(stream)) : null;
  return (index) => {
    const x = sobolPoint(index, sides);
    const beyond = cube.sides.length > sides ? shared(`sobol/${index}`) : null;
    return cube.sides.map((_, side) => side < sides ? (scramblings === null ? x[side] : scrambled(x[side], scramblings[side])) / whole : beyond!.uniform());
  };
}

/** The place of the number-th point (from 1) of a sequence that the constraints allow. */
export function nthAllowed(cube: Question["cube"], number: number, sequence: (index: number) => number[]): number[] {
  for (let index = 0, left = number, missed = 0; ; index++) {
    const at = sequence(index);
    if (!cube.allows(at)) { if (++missed > 1000 * number + 100_000) throw tooTight(); continue; }
    if (--left === 0) return at;
  }
}

export const sobol: Sampler<{ readonly scramble: boolean }> = (question) => nthAllowed(question.cube, question.number, sobolSequence(question, question.options.scramble));

/** What samplers with a model do before they have one: the scrambled sequence. */
export const startup = (question: Question): number[] => nthAllowed(question.cube, question.number, sobolSequence(question, true));
