/** The engine's only source of chance: counter-based streams, derived by name from a seed. Knows nothing of what they are used for. */

import { cos, log } from "./kernels/math.ts";

/** All the streams of one seed. The same seed and name give the same numbers, whoever else draws. */
export interface Rng {
  /** A new reader of the stream called `name`, at its beginning. */
  stream(name: string): Stream;
}

/**
 * Philox4x32-10: the key is the seed, the upper half of the counter is a hash of the stream's name, the lower half counts blocks.
 * Nothing is remembered between blocks, so no stream can shift another and any place of a stream is reached at once.
 *
 * seed: a whole number in 0…2⁵³−1. Two names share a stream only if their 64-bit FNV-1a hashes collide.
 * Salmon, Moraes, Dror, Shaw, Parallel Random Numbers: As Easy as 1, 2, 3, SC 2011.
 */
export function rng(seed: number): Rng {
  if (!Number.isSafeInteger(seed) || seed < 0) throw new RangeError(`a seed must be a whole number in [0, 2^53); got ${seed}`);
  return { stream: (name) => new Stream(seed, name) };
}

/** A sequence of random numbers with a place in it. Its whole state is `counter`. */
export class Stream {
  /** The block whose words are being drawn, and how many of its four are; the place in the stream is 4 block + used. */
  #block = -1;
  #used = 4;
  readonly #words = new Uint32Array(4);
  readonly #input: readonly [number, number];
  readonly #key: readonly [number, number];

  constructor(seed: number, name: string) {
    this.#key = [seed >>> 0, Math.floor(seed / 2 ** 32)];
    this.#input = hash(name);
  }

  /** How many 32-bit words have been drawn; set it to go on from there. A whole number in 0…2⁵³−1. */
  get counter(): number { return 4 * this.#block + this.#used; }
  set counter(place: number) {
    if (!Number.isSafeInteger(place) || place < 0) throw new RangeError(`a stream's counter must be a whole number in [0, 2^53); got ${place}`);
    this.#block = Math.floor(place / 4) - 1;
    this.#used = 4;
    if (place % 4 === 0) return;
    this.#turn();
    this.#used = place % 4;
  }

  /** What tells it from every other stream: the two words of its name's hash, then the two of its seed. */
  get identity(): readonly [number, number, number, number] { return [...this.#input, ...this.#key]; }

  /** A whole number in 0…2³²−1. Takes one word. */
  uint32(): number {
    if (this.#used === 4) this.#turn();
    return this.#words[this.#used++] as number;
  }

  /** Makes the next block. */
  #turn(): void {
    const block = ++this.#block;
    this.#used = 0;
    philox(this.#words, block >>> 0, Math.floor(block / 2 ** 32), this.#input[0], this.#input[1], this.#key[0], this.#key[1]);
  }

  /** A multiple of 2⁻⁵³ in [0, 1). Takes two words. */
  uniform(): number {
    const high = this.uint32() >>> 5;
    const low = this.uint32() >>> 6;
    return (high * 2 ** 26 + low) / 2 ** 53;
  }

  /** A whole number in 0…n−1, each equally likely; n in 1…2³². Takes one word, more where a word is rejected. */
  below(n: number): number {
    if (!Number.isInteger(n) || n < 1 || n > 2 ** 32) throw new RangeError(`below(n) needs a whole n in [1, 2^32]; got ${n}`);
    // The last 2³² mod n words would make small results likelier; they are thrown away.
    const limit = 2 ** 32 - (2 ** 32 % n);
    let word = this.uint32();
    while (word >= limit) word = this.uint32();
    return word % n;
  }

  /** A draw from the normal distribution with mean 0 and variance 1 (Box & Muller 1958). Takes four words; the second of the pair is not kept, so that `counter` stays the whole state. */
  normal(): number {
    const radius = Math.sqrt(-2 * log(1 - this.uniform()));
    return radius * cos(2 * Math.PI * this.uniform());
  }
}

/**
 * One block: ten rounds over the counter (c0…c3) with the key (k0, k1), all unsigned 32-bit words; `out` (4) is overwritten.
 *
 *   (c0, c1, c2, c3) ← (hi(M₁c2) ⊕ c1 ⊕ k0, lo(M₁c2), hi(M₀c0) ⊕ c3 ⊕ k1, lo(M₀c0));   k ← k + w
 */
export function philox(out: Uint32Array, c0: number, c1: number, c2: number, c3: number, k0: number, k1: number): void {
  for (let round = 0; round < 10; round++) {
    const high0 = multiplyHigh(0xd2511f53, c0);
    const low0 = Math.imul(0xd2511f53, c0);
    const high1 = multiplyHigh(0xcd9e8d57, c2);
    const low1 = Math.imul(0xcd9e8d57, c2);
    c0 = high1 ^ c1 ^ k0;
    c1 = low1;
    c2 = high0 ^ c3 ^ k1;
    c3 = low0;
    k0 = (k0 + 0x9e3779b9) | 0;
    k1 = (k1 + 0xbb67ae85) | 0;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/** The upper 32 bits of the 64-bit product of two words, as a signed word: put together from halves, none of whose sums is above 2³² − 1. */
function multiplyHigh(a: number, b: number): number {
  const a1 = a >>> 16, a0 = a & 0xffff, b1 = b >>> 16, b0 = b & 0xffff;
  const middle = (Math.imul(a1, b0) + (Math.imul(a0, b0) >>> 16)) | 0;
  const carried = (Math.imul(a0, b1) + (middle & 0xffff)) | 0;
  return (Math.imul(a1, b1) + (middle >>> 16) + (carried >>> 16)) | 0;
}

/** 64-bit FNV-1a over the name's UTF-16 code units, as two words (low, high). */
function hash(name: string): readonly [number, number] {
  let h = 0xcbf29ce484222325n;
  for (let i = 0; i < name.length; i++) h = BigInt.asUintN(64, (h ^ BigInt(name.charCodeAt(i))) * 0x100000001b3n);
  return [Number(h & 0xffffffffn), Number(h >> 32n)];
}
