/** What a network's outputs say: which class, with what probability. In double precision, for measuring; training has its own kernels. Knows no layer and no loss. */

import { exp, log } from "../kernels/math.ts";

/**
 * How a loss means its outputs.
 * softmax: one logit for each class, a = softmax(z/T).
 * sigmoid: each output is the logit of a yes; several are questions of their own.
 * margins: larger means likelier, but nothing is a probability; one output says class 1 above 0.
 * number: the outputs are predicted numbers.
 */
export type Reading = { readonly kind: "softmax"; readonly temperature: number } | { readonly kind: "sigmoid" } | { readonly kind: "margins" } | { readonly kind: "number" };

/** How many classes so many outputs tell apart; for numbers, how many numbers. */
export const classesOf = (outputs: number, { kind }: Reading): number => (kind === "number" || (kind !== "sigmoid" && outputs > 1) ? outputs : 2);

/**
 * softmax(z/T) of each row: aⱼ = e^(zⱼ/T) / Σₖ e^(zₖ/T).
 *
 * z (rows, c) logits of any size, each row shifted by its maximum · temperature above 0: below 1 it sharpens, above 1 it flattens, the largest stays the
 * largest. Returns (rows, c); a row with a NaN is NaN. Throws RangeError for a temperature that is not above 0.
 * Bishop, Pattern Recognition and Machine Learning, 2006, §4.3.4; temperature: Hinton, Vinyals & Dean, Distilling the Knowledge in a Neural Network, 2015.
 */
export function softmaxOf(z: ArrayLike<number>, c: number, temperature = 1): Float64Array {
  checkTemperature(temperature);
  const a = new Float64Array(z.length);
  for (let o = 0; o < z.length; o += c) softmaxRow(z, o, c, temperature, a, o);
  return a;
}

/** log softmax(z/T) of each row: zⱼ/T − log Σₖ e^(zₖ/T), finite where softmax itself has become 0. As `softmax` otherwise. */
export function logSoftmaxOf(z: ArrayLike<number>, c: number, temperature = 1): Float64Array {
  checkTemperature(temperature);
  const y = new Float64Array(z.length);
  for (let o = 0; o < z.length; o += c) {
    const lift = softmaxRow(z, o, c, temperature, y, o);
    const most = largest(z, o, c);
    for (let j = 0; j < c; j++) y[o + j] = (z[o + j]! - most) / temperature - lift;
  }
  return y;
}

/** For contrast: 1 for each row's largest (the first among equals), 0 for the others. z and result (rows, c). */
export function hardMaxOf(z: ArrayLike<number>, c: number): Float64Array {
  const a = new Float64Array(z.length);
  for (let o = 0; o < z.length; o += c) a[o + argmax(z, o, c)] = 1;
  return a;
}

/** Writes softmax(z/T) of the row at `from` to `a` at `to` and returns log Σ e^((zⱼ − max)/T). */
export function softmaxRow(z: ArrayLike<number>, from: number, c: number, temperature: number, a: Float64Array, to: number): number {
  const most = largest(z, from, c);
  let sum = 0;
  for (let j = 0; j < c; j++) {
    const e = exp((z[from + j]! - most) / temperature);
    a[to + j] = e;
    sum += e;
  }
  for (let j = 0; j < c; j++) a[to + j] = a[to + j]! / sum;
  return log(sum);
}

/** 1 / (1 + e⁻ˢ), without overflow. */
export function logistic(s: number): number {
  const e = exp(-Math.abs(s));
  return (s > 0 ? 1 : e) / (1 + e);
}

/** The column of the largest of c numbers from `from` on: the first among equals; a NaN is never larger. */
export function argmax(z: ArrayLike<number>, from: number, c: number): number {
  let best = 0;
  for (let j = 1; j < c; j++) if (z[from + j]! > z[from + best]!) best = j;
  return best;
}

function largest(z: ArrayLike<number>, from: number, c: number): number {
  return z[from + argmax(z, from, c)]!;
}

function checkTemperature(temperature: number): void {
  if (!(temperature > 0)) throw new RangeError(`a temperature must be a number above 0; got ${temperature}`);
}
