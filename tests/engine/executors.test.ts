/** Every kernel of every executor against the reference in 32 bit: in exact mode the same bits, in fast mode nearly the same numbers. Then whole trainings. */

import { createHash } from "node:crypto";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { catalog, checkRunSpec, compile, dense, describeCatalog, evaluate, executorFor, fit, mse, prepare, reference, rng, saveCheckpoint, sgd, softmaxCrossEntropy, weightBytes } from "../../src-engine/index.ts";
import type { ArithmeticMode, Component, Executor, FitEvent, Kernels, Model, Part, Plan, Vector, Window } from "../../src-engine/index.ts";
import { hire } from "../../src-engine/kernels/executors.ts";
import { tanh as hyperbolic } from "../../src-engine/kernels/math.ts";
import { nativeKernels, only, useNarrowTo, variantFor } from "../../src-engine/kernels/native.ts";
import type { Variant } from "../../src-engine/kernels/native.ts";
import { ops } from "../../src-engine/kernels/ops.ts";
import { narrowestChoice } from "../../src-engine/plan/tune.ts";
import type { Op } from "../../src-engine/kernels/ops.ts";
import { loadNative, useNative } from "../../src-engine/node.ts";
import type { Native } from "../../src-engine/node.ts";
import { dataOf, exampleNames, readExample } from "../support/examples.ts";

const loaded = loadNative();
const before: Native = nativeKernels();
beforeAll(() => { useNative(loaded); });
afterAll(() => { useNative(before); });

// Who is tested ---------------------------------------------------------------------------------------------------------------------------------------------

interface Contestant { readonly executor: Executor; readonly variant: Variant | null }
const variants: readonly Variant[] = "addon" in loaded ? loaded.addon.features().variants : [];
const contestants: readonly Contestant[] = [{ executor: "wasm", variant: null }, ...variants.map((variant) => ({ executor: "native" as const, variant }))];
const named = contestants.map((one) => [one.variant ?? one.executor, one] as const);

function hireAs({ executor, variant }: Contestant, mode: ArithmeticMode, bytes: number) {
  if (variant !== null && "addon" in loaded) useNative({ addon: only(loaded.addon, variant) });
  try { return hire(executor, mode, 32, bytes); } finally { useNative(loaded); }
}

it.runIf(process.platform === "linux" && process.arch === "x64")("on this kind of machine native kernels load, unless the processor has no AVX2", () => {
  expect(loaded).toSatisfy((native: Native) => "addon" in native || native.reason === "This processor has neither AVX2 nor AVX-512.");
});

// What each kernel is given ---------------------------------------------------------------------------------------------------------------------------------

type Draw = "normal" | "special" | "subnormal";
const specials = [0, -0, Infinity, -Infinity, Number.NaN, 1.401298464324817e-45, -5.877471754111438e-39, 1.1754943508222875e-38, 3.4028234663852886e38, -3.4028234663852886e38, 1, -1];
const sizes = [1, 3, 4, 5, 15, 16, 17, 31, 33] as const;

/** The next vector of a memory, filled with numbers of this call. What lies between two vectors must stay as it is. */
type Next = (length: number, fill?: "positive" | "labels" | "share" | "zero", most?: number) => Vector;
type Case = (k: Kernels, next: Next, a: number, b: number, c: number) => unknown;

const along = (run: (k: Kernels, x: Vector, y: Vector, n: number) => void): Case => (k, next, a, b) => { run(k, next(a * b), next(a * b), a * b); };
const back = (run: (k: Kernels, x: Vector, dy: Vector, dx: Vector, n: number) => void): Case => (k, next, a, b) => { run(k, next(a * b), next(a * b), next(a * b), a * b); };
const loss = (run: (k: Kernels, z: Vector, y: Vector, dz: Vector, m: number, c: number) => number, fill: "labels" | "share" | undefined): Case => (k, next, m, c) => run(k, next(m * c), next(fill === "labels" ? m : m * c, fill, c), next(m * c), m, c);
/** Updates of [2, 2 + n) of longer vectors. */
const update = (run: (k: Kernels, p: Vector, g: Vector, u: Vector, v: Vector, from: number, to: number) => void): Case => (k, next, a, b) => {
  const n = a * b;
  run(k, next(n + 5), next(n + 5), next(n + 5), next(n + 5, "positive"), 2, 2 + n);
};

function window(a: number, b: number, channels: number): Window {
  const height = 1 + (a % 6), width = 2 + (b % 5);
  const kernelHeight = Math.min(height, 1 + (b % 3)), kernelWidth = Math.min(width, 1 + (a % 3));
  const strideHeight = 1 + (a % 2), strideWidth = 1 + (b % 2);
  const paddingHeight = Math.min((a + b) % 2, kernelHeight - 1), paddingWidth = Math.min(b % 2, kernelWidth - 1);
  const out = (n: number, padding: number, size: number, stride: number): number => Math.floor((n + 2 * padding - size) / stride) + 1;
  return { height, width, channels, kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth, outHeight: out(height, paddingHeight, kernelHeight, strideHeight), outWidth: out(width, paddingWidth, kernelWidth, strideWidth) };
}
const inside = (m: number, { height, width, channels }: Window): number => m * height * width * channels;
const outside = (m: number, { outHeight, outWidth }: Window, channels: number): number => m * outHeight * outWidth * channels;
/** Rows, channels and filters of a convolution; every third is divided into groups. */
function convolution(a: number, b: number, c: number): { readonly m: number; readonly w: Window; readonly filters: number; readonly groups: number; readonly kernel: number } {
  const groups = (a + b + c) % 3 === 0 ? 1 + (b % 3) : 1;
  const w = window(a, b, groups * (1 + (b % 9))), filters = groups * c;
  return { m: 1 + (a % 3), w, filters, groups, kernel: w.kernelHeight * w.kernelWidth * (w.channels / groups) * filters };
}

const cases: Readonly<Record<Op, Case>> = {
  dense: (k, next, m, n, c) => { k.dense(next(m * n), next(n * c), (m + c) % 2 === 0 ? next(c) : null, next(m * c), m, n, c); },
  denseInput: (k, next, m, n, c) => { k.denseInput(next(m * c), next(n * c), next(m * n), m, n, c); },
  denseKernel: (k, next, m, n, c) => { k.denseKernel(next(m * n), next(m * c), next(n * c), m, n, c); },
  columnSums: (k, next, m, c) => { k.columnSums(next(m * c), next(c), m, c); },
  relu: along((k, x, y, n) => { k.relu(x, y, n); }),
  reluBackward: back((k, x, dy, dx, n) => { k.reluBackward(x, dy, dx, n); }),
  leakyRelu: along((k, x, y, n) => { k.leakyRelu(x, y, n, 0.01); }),
  leakyReluBackward: back((k, x, dy, dx, n) => { k.leakyReluBackward(x, dy, dx, n, 0.01); }),
  elu: along((k, x, y, n) => { k.elu(x, y, n, 1.3); }),
  eluBackward: back((k, x, dy, dx, n) => { k.eluBackward(x, dy, dx, n, 1.3); }),
  selu: along((k, x, y, n) => { k.selu(x, y, n); }),
  seluBackward: back((k, x, dy, dx, n) => { k.seluBackward(x, dy, dx, n); }),
  geluExact: along((k, x, y, n) => { k.geluExact(x, y, n); }),
  geluExactBackward: back((k, x, dy, dx, n) => { k.geluExactBackward(x, dy, dx, n); }),
  geluTanh: along((k, x, y, n) => { k.geluTanh(x, y, n); }),
  geluTanhBackward: back((k, x, dy, dx, n) => { k.geluTanhBackward(x, dy, dx, n); }),
  swish: along((k, x, y, n) => { k.swish(x, y, n, 1.7); }),
  swishBackward: back((k, x, dy, dx, n) => { k.swishBackward(x, dy, dx, n, 1.7); }),
  mish: along((k, x, y, n) => { k.mish(x, y, n); }),
  mishBackward: back((k, x, dy, dx, n) => { k.mishBackward(x, dy, dx, n); }),
  sigmoid: along((k, x, y, n) => { k.sigmoid(x, y, n); }),
  sigmoidBackward: back((k, y, dy, dx, n) => { k.sigmoidBackward(y, dy, dx, n); }),
  tanh: along((k, x, y, n) => { k.tanh(x, y, n); }),
  tanhBackward: back((k, y, dy, dx, n) => { k.tanhBackward(y, dy, dx, n); }),
  softplus: along((k, x, y, n) => { k.softplus(x, y, n, 0.7); }),
  softplusBackward: back((k, x, dy, dx, n) => { k.softplusBackward(x, dy, dx, n, 0.7); }),
  hardTanh: along((k, x, y, n) => { k.hardTanh(x, y, n, -0.5, 0.8); }),
  hardTanhBackward: back((k, x, dy, dx, n) => { k.hardTanhBackward(x, dy, dx, n, -0.5, 0.8); }),
  softmax: (k, next, m, c) => { k.softmax(next(m * c), next(m * c), m, c, 1.5); },
  softmaxBackward: (k, next, m, c) => { k.softmaxBackward(next(m * c), next(m * c), next(m * c), m, c, 1.5); },
  logSoftmax: (k, next, m, c) => { k.logSoftmax(next(m * c), next(m * c), m, c, 0.8); },
  logSoftmaxBackward: (k, next, m, c) => { k.logSoftmaxBackward(next(m * c), next(m * c), next(m * c), m, c, 0.8); },
  copy: along((k, x, y, n) => { k.copy(x, y, n); }),
  add: back((k, a, b, y, n) => { k.add(a, b, y, n); }),
  drawNoise: (k, next, a, b) => {
    const stream = rng(a).stream(`noise/${b}`);
    stream.counter = a + 3;
    k.drawNoise(next(a * b), a * b, 0.3, stream);
    return stream.counter;
  },
  drawMask: (k, next, a, b, c) => {
    const stream = rng(a).stream(`mask/${b}`);
    // Across the boundary of the counter's low word too.
    stream.counter = c === 17 ? 2 ** 34 - 5 : c;
    k.drawMask(next(a * b), a * b, c === 33 ? 1 : 0.7, stream);
    return stream.counter;
  },
  dropout: back((k, x, mask, y, n) => { k.dropout(x, mask, y, n, 0.7); }),
  moments: (k, next, r, c) => { k.moments(next(r * c), next(c), next(c), r, c); },
  normalize: (k, next, r, c) => { k.normalize(next(r * c), next(c), next(c, "positive"), next(c), next(c), next(r * c), next(r * c), r, c, 1e-5); },
  normalizeBackward: (k, next, r, c, d) => { k.normalizeBackward(next(r * c), next(r * c), next(c, "positive"), next(c), next(c), next(c), d % 2 === 0 ? null : next(r * c), r, c, 1e-5); },
  normalizeRows: (k, next, r, c) => { k.normalizeRows(next(r * c), next(c), next(c), next(r), next(r * c), next(r * c), r, c, 1e-5); },
  normalizeRowsBackward: (k, next, r, c, d) => { k.normalizeRowsBackward(next(r * c), next(r * c), next(r, "positive"), next(c), next(c), next(c), d % 2 === 0 ? null : next(r * c), r, c, 1e-5); },
  average: along((k, kept, fresh, n) => { k.average(kept, fresh, n, 0.9); }),
  conv2d: (k, next, a, b, c) => {
    const { m, w, filters, groups, kernel } = convolution(a, b, c);
    k.conv2d(next(inside(m, w)), next(kernel), a % 2 === 0 ? next(filters) : null, next(outside(m, w, filters)), m, w, filters, groups);
  },
  conv2dInput: (k, next, a, b, c) => {
    const { m, w, filters, groups, kernel } = convolution(a, b, c);
    k.conv2dInput(next(outside(m, w, filters)), next(kernel), next(inside(m, w)), m, w, filters, groups);
  },
  conv2dKernel: (k, next, a, b, c) => {
    const { m, w, filters, groups, kernel } = convolution(a, b, c);
    k.conv2dKernel(next(inside(m, w)), next(outside(m, w, filters)), next(kernel), m, w, filters, groups);
  },
  maxPool: (k, next, a, b, c) => {
    const w = window(a, b, c);
    k.maxPool(next(inside(2, w)), next(outside(2, w, c)), next(outside(2, w, c)), 2, w);
  },
  maxPoolBackward: (k, next, a, b, c) => {
    const w = window(a, b, c);
    const winner = next(outside(2, w, c));
    k.maxPool(next(inside(2, w)), next(outside(2, w, c)), winner, 2, w);
    k.maxPoolBackward(next(outside(2, w, c)), winner, next(inside(2, w)), 2, w);
  },
  averagePool: (k, next, a, b, c) => {
    const w = window(a, b, c);
    k.averagePool(next(inside(2, w)), next(outside(2, w, c)), 2, w, a % 2 === 0);
  },
  averagePoolBackward: (k, next, a, b, c) => {
    const w = window(a, b, c);
    k.averagePoolBackward(next(outside(2, w, c)), next(inside(2, w)), 2, w, a % 2 === 0);
  },
  softmaxCrossEntropy: loss((k, z, y, dz, m, c) => k.softmaxCrossEntropy(z, y, dz, m, c), "labels"),
  weightedCrossEntropy: (k, next, m, c, d) => {
    // Of one class there is no distribution: a width of 1 means labels.
    const isSoft = d % 2 === 0 && c > 1;
    return k.weightedCrossEntropy(next(m * c), isSoft ? next(m * c, "share") : next(m, "labels", c), d % 3 === 0 ? next(c, "share") : null, next(m * c), m, c, isSoft ? c : 1, d % 4 === 0 ? 0 : 0.1, 1.3);
  },
  binaryCrossEntropy: loss((k, z, y, dz, m, c) => k.binaryCrossEntropy(z, y, dz, m * c, 1.5), "share"),
  meanSquaredError: loss((k, z, y, dz, m, c) => k.meanSquaredError(z, y, dz, m * c), undefined),
  meanAbsoluteError: loss((k, z, y, dz, m, c) => k.meanAbsoluteError(z, y, dz, m * c), undefined),
  huber: loss((k, z, y, dz, m, c) => k.huber(z, y, dz, m * c, 0.7), undefined),
  hinge: (k, next, m, c) => k.hinge(next(m * c), next(m * c, "labels", 2), next(m * c), m * c, c % 2 === 0),
  multiMargin: (k, next, m, c, d) => k.multiMargin(next(m * c), next(m, "labels", c), next(m * c), m, c, d % 2 === 0),
  l2: (k, next, a, b) => k.l2(next(a * b), next(a * b), a * b, 0.03),
  l1: (k, next, a, b) => k.l1(next(a * b), next(a * b), a * b, 0.03),
  capColumns: (k, next, r, c) => { k.capColumns(next(r * c), r, c, 1.1); },
  accumulate: (k, next, a, b, c) => { k.accumulate(next(a * b), next(a * b), a * b, 16, c % 2 === 0); },
  divide: along((k, x, y, n) => { k.divide(x, y, n, 3); }),
  sumOfSquares: (k, next, a, b) => k.sumOfSquares(next(a * b), a * b),
  allFinite: (k, next, a, b) => k.allFinite(next(a * b), a * b),
  swap: along((k, x, y, n) => { k.swap(x, y, n); }),
  scale: update((k, p, _, __, ___, from, to) => { k.scale(p, from, to, 0.99); }),
  combine: along((k, x, y, n) => { k.combine(x, y, n, 0.3, -0.7); }),
  shorten: (k, next, a, b) => { k.shorten(next(a * b), a * b, 1e-7); },
  clipValue: update((k, p, _, __, ___, from, to) => { k.clipValue(p, from, to, 0.5); }),
  clipNorm: (k, next, a, b) => k.clipNorm(next(a * b + 5), 2, 2 + a * b, 0.9),
  sgdUpdate: update((k, p, g, _, __, from, to) => { k.sgdUpdate(p, g, from, to, 0.03); }),
  momentumUpdate: update((k, p, g, u, _, from, to) => { k.momentumUpdate(p, g, u, from, to, 0.03, 0.9, 0.1); }),
  nesterovUpdate: update((k, p, g, u, _, from, to) => { k.nesterovUpdate(p, g, u, from, to, 0.03, 0.9, 1); }),
  adagradUpdate: update((k, p, g, _, v, from, to) => { k.adagradUpdate(p, g, v, from, to, 0.03, 0.1, 1e-10); }),
  adadeltaUpdate: (k, next, a, b) => { k.adadeltaUpdate(next(a * b), next(a * b), next(a * b, "positive"), next(a * b, "positive"), 0, a * b, 1, 0.9, 0.1, 1e-6); },
  rmspropUpdate: (k, next, a, b, c) => {
    const n = a * b;
    k.rmspropUpdate(next(n), next(n), next(n, "positive"), c % 2 === 0 ? next(n) : null, c % 3 === 0 ? next(n) : null, 0, n, 0.01, 0.9, 0.1, 0.19, 1e-8, c % 4 === 1, 0.8);
  },
  adamUpdate: update((k, p, g, u, v, from, to) => { k.adamUpdate(p, g, u, v, from, to, 0.01, 0.9, 0.1, 0.999, 0.001, 0.2, 1e-8); }),
  amsgradUpdate: (k, next, a, b) => {
    const n = a * b;
    k.amsgradUpdate(next(n), next(n), next(n), next(n, "positive"), next(n, "positive"), 0, n, 0.01, 0.9, 0.1, 0.999, 0.001, 0.2, 1e-8);
  },
  nadamUpdate: update((k, p, g, u, v, from, to) => { k.nadamUpdate(p, g, u, v, from, to, 0.02, 0.01, 0.9, 0.1, 0.999, 0.001, 0.2, 1e-8); }),
  adamaxUpdate: update((k, p, g, u, v, from, to) => { k.adamaxUpdate(p, g, u, v, from, to, 0.01, 0.9, 0.1, 0.999, 1e-8); }),
  lambUpdate: update((k, p, g, u, v, from, to) => { k.lambUpdate(p, g, u, v, from, to, 0.01, 0.9, 0.1, 0.999, 0.001, 0.19, 0.2, 1e-6, 0.01); }),
  lionUpdate: update((k, p, g, u, _, from, to) => { k.lionUpdate(p, g, u, from, to, 0.01, 0.9, 0.1, 0.99, 0.01); }),
  muonDirection: (k, next, a, b, c) => { k.muonDirection(next(a * b + 5), next(a * b + 5), next(a * b), 2, 2 + a * b, 0.95, 0.05, c % 2 === 0); },
  scheduleFreeUpdate: (k, next, a, b, c) => {
    const n = a * b;
    k.scheduleFreeUpdate(next(n), next(n), next(n), next(n), c % 2 === 0 ? next(n, "positive") : null, 0, n, c % 3 === 0, 0.02, 0.1, 0.9, 0.01, 0.999, 0.001, 0.3, 1e-8);
  },
};

// How they are compared -------------------------------------------------------------------------------------------------------------------------------------

interface Stage { readonly memory: ArrayBufferLike; readonly at: number; readonly kernels: Kernels }
const bytes = 2 ** 20;
/** The numbers of every draw, made once. */
const pools = new Map<Draw, Float32Array>();
function pool(draw: Draw): Float32Array {
  let numbers = pools.get(draw);
  if (numbers === undefined) {
    const stream = rng(11).stream(draw);
    numbers = Float32Array.from({ length: bytes / 4 }, () => {
      if (draw === "special" && stream.below(8) === 0) return specials[stream.below(specials.length)]!;
      return stream.normal() * (draw === "subnormal" ? 2 ** -(60 + stream.below(80)) : 1);
    });
    pools.set(draw, numbers);
  }
  return numbers;
}

/** Runs a case on the same numbers, and returns what it left of all of them. */
function outcome({ memory, at, kernels }: Stage, run: Case, draw: Draw, [a, b, c]: readonly [number, number, number]): { readonly result: unknown; readonly numbers: Float32Array } {
  const numbers = pool(draw);
  let used = 0;
  const next: Next = (length, fill, most = 1) => {
    const padded = 16 * Math.ceil((length + 3) / 16);
    const whole = new Float32Array(memory, at + 4 * used, padded);
    whole.set(numbers.subarray(used, used + padded));
    whole.fill(7, length);
    const view = whole.subarray(0, length);
    if (fill !== undefined) view.forEach((x, i) => { view[i] = fill === "positive" ? Math.abs(x) : fill === "labels" ? (used + 7 * i) % most : fill === "share" ? (i % 5) / 4 : 0; });
    used += padded;
    return view;
  };
  const result = run(kernels, next, a, b, c);
  return { result, numbers: new Float32Array(memory, at, used).slice() };
}

/** A NaN is a NaN: which of its bit patterns comes out is left to the machine. */
const bitsOf = (numbers: Float32Array): Uint32Array => new Uint32Array(numbers.map((x) => (Number.isNaN(x) ? Number.NaN : x)).buffer);
const slow: Stage = { memory: new ArrayBuffer(bytes), at: 0, kernels: reference(32) };
/** a and b up to 33, c smaller for a third of the triples: all awkward sizes meet. */
const triples = sizes.flatMap((a) => sizes.flatMap((b) => sizes.map((c) => [a, b, c] as const)));

describe.each(named)("in exact mode %s gives the reference's bits and touches nothing else", (_, contestant) => {
  const { memory, at, kernels } = hireAs(contestant, "exact", bytes);
  const stage: Stage = { memory, at, kernels };

  it.each(Object.keys(ops) as Op[])(`%s, at ${triples.length} triples of sizes, of plain, special and subnormal numbers`, (op) => {
    for (const draw of ["normal", "special", "subnormal"] as const) {
      for (const size of triples) {
        const expected = outcome(slow, cases[op], draw, size), got = outcome(stage, cases[op], draw, size);
        const wanted = bitsOf(expected.numbers), found = bitsOf(got.numbers);
        const odd = found.findIndex((word, i) => word !== wanted[i]);
        if (odd >= 0) throw new Error(`${op} at ${size.join(", ")}, ${draw}: number ${odd} is ${got.numbers[odd]}, the reference has ${expected.numbers[odd]}`);
        if (!Object.is(got.result, expected.result)) throw new Error(`${op} at ${size.join(", ")}, ${draw}: returns ${String(got.result)}, the reference ${String(expected.result)}`);
      }
    }
  }, 60_000);

  // Longer than any block of k, and more rows and columns than one block of A or panel of B holds.
  it.each([[6, 449, 20], [9, 1000, 9], [130, 900, 70], [450, 3, 21], [5, 21, 1000], [64, 784, 128], [70, 650, 33]])("products whose sums go on across blocks: m %i, n %i, c %i", (m, n, c) => {
    for (const op of ["dense", "denseInput", "denseKernel"] as const) {
      const expected = outcome(slow, cases[op], "normal", [m, n, c]), got = outcome(stage, cases[op], "normal", [m, n, c]);
      expect(bitsOf(got.numbers), op).toEqual(bitsOf(expected.numbers));
    }
  });

  it("tanh, at four million singles from 2⁻¹⁵ to 10: a few hundred lie so near a bound between two results that only the long way tells", () => {
    const count = 2 ** 16, x = new Float32Array(memory, at, count), y = new Float32Array(memory, at + 4 * count, count);
    const words = new Uint32Array(count), singles = new Float32Array(words.buffer);
    for (let from = 0x38000000; from < 0x41200000; from += 37 * count) {
      for (let i = 0; i < count; i++) words[i] = (from + 37 * i) | ((i & 1) << 31);
      x.set(singles);
      kernels.tanh(x, y, count);
      const odd = singles.findIndex((value, i) => y[i] !== Math.fround(hyperbolic(value)));
      if (odd >= 0) throw new Error(`tanh(${singles[odd]}) is ${y[odd]}, the reference has ${Math.fround(hyperbolic(singles[odd]!))}`);
    }
  });
});

/** Ops whose results are drawn otherwise in fast mode: with fewer words of the stream. */
const drawnOtherwise: readonly Op[] = ["drawMask", "drawNoise"];
/**
 * Single precision has 6e-8 of relative error an operation; sums of up to 33 terms that nearly cancel, and functions of the size 1e-6, make up to some hundreds of
 * these, against the largest number around.
 */
const fastTolerance = 3e-5;

describe.each(named)("in fast mode %s gives nearly the reference's numbers", (_, contestant) => {
  const { memory, at, kernels } = hireAs(contestant, "fast", bytes);
  const stage: Stage = { memory, at, kernels };

  it.each((Object.keys(ops) as Op[]).filter((op) => !drawnOtherwise.includes(op)))("%s, of plain numbers", (op) => {
    for (const size of triples) {
      const expected = outcome(slow, cases[op], "normal", size), got = outcome(stage, cases[op], "normal", size);
      const scale = expected.numbers.reduce((most, x) => (Number.isFinite(x) ? Math.max(most, Math.abs(x)) : most), 1);
      const odd = got.numbers.findIndex((x, i) => !(Math.abs(x - expected.numbers[i]!) <= fastTolerance * scale) && !Object.is(x, expected.numbers[i]));
      if (odd >= 0) throw new Error(`${op} at ${size.join(", ")}: number ${odd} is ${got.numbers[odd]}, the reference has ${expected.numbers[odd]}`);
      if (typeof expected.result === "number" && !Object.is(got.result, expected.result)) expect(Math.abs((got.result as number) - expected.result)).toBeLessThanOrEqual(fastTolerance * Math.max(1, Math.abs(expected.result)));
    }
  }, 60_000);

  it("masks keep their share and noise its deviation, of 200,000 draws", () => {
    const numbers = new Float32Array(memory, at, 200_000);
    kernels.drawMask(numbers, numbers.length, 0.7, rng(1).stream("mask"));
    // Five standard errors of a share: 5 √(0.7 · 0.3 / 200,000).
    expect(Math.abs(numbers.reduce((sum, x) => sum + x, 0) / numbers.length - 0.7)).toBeLessThan(0.0052);
    expect(new Set(numbers)).toEqual(new Set([0, 1]));
    kernels.drawNoise(numbers, numbers.length, 2, rng(1).stream("noise"));
    // Five standard errors of a variance: 5 · 4 √(2 / 200,000).
    expect(Math.abs(numbers.reduce((sum, x) => sum + x * x, 0) / numbers.length - 4)).toBeLessThan(0.064);
  });
});

// Whole trainings -------------------------------------------------------------------------------------------------------------------------------------------

interface Trained { readonly hash: string; readonly checkpoint: Uint8Array; readonly events: readonly FitEvent[] }

function train(model: Model, { executor, variant }: Contestant, part: Part, { epochs, batchSize, seed = 1, together }: { readonly epochs: number; readonly batchSize: number; readonly seed?: number; readonly together?: number }): Trained {
  if (variant !== null && "addon" in loaded) useNative({ addon: only(loaded.addon, variant) });
  try {
    const plan = compile(model, { batchSize, seed, executor });
    const events: FitEvent[] = [];
    for (const event of fit(plan, part, { epochs, validation: part, clipNorm: 5, ...(together === undefined ? {} : { together }) })) {
      // Steps that were run together are taken apart: what is told of each must be the same.
      if (event.kind !== "steps") events.push(event);
      else for (let i = 0; i <= event.step - event.from; i++) events.push({ kind: "step", step: event.from + i, epoch: event.epoch, loss: event.loss[i]!, dataLoss: event.dataLoss[i]!, penalty: event.penalty[i]!, learningRate: event.learningRate[i]!, gradientNorm: event.gradientNorm[i]! });
    }
    return { hash: createHash("sha256").update(weightBytes(plan)).digest("hex"), checkpoint: saveCheckpoint(plan), events };
  } finally { useNative(loaded); }
}
const plain: Contestant = { executor: "reference", variant: null };

const stream = rng(3).stream("rows");
const rows = 70;
const x = Float64Array.from({ length: rows * 12 }, () => stream.normal());
const labels: Part = { rows, x, y: Float64Array.from({ length: rows }, () => stream.below(3)) };
const numbers: Part = { rows, x, y: Float64Array.from({ length: rows * 3 }, () => stream.normal()) };
const layerKinds = (catalog.layer as readonly { readonly kind: string }[]).map(({ kind }) => kind);

/** A random network over 12 numbers: any layers, optimizer and regularizer of the catalogue, by their defaults. */
const arbitraryModel = fc.record({
  hidden: fc.array(fc.record({ units: fc.integer({ min: 1, max: 40 }), then: fc.constantFrom(...layerKinds.filter((kind) => !["conv2d", "maxPool", "averagePool", "globalAveragePool", "residual", "dense"].includes(kind))) }), { minLength: 1, maxLength: 3 }),
  optimizer: fc.constantFrom(...(catalog.optimizer as readonly { readonly kind: string }[]).map(({ kind }): Component => ({ kind }))),
  regularizer: fc.constantFrom<Component>({ kind: "none" }, { kind: "l2" }, { kind: "l1" }, { kind: "elastic" }, { kind: "maxNorm" }),
  isOfClasses: fc.boolean(),
  batchSize: fc.integer({ min: 2, max: 33 }),
  seed: fc.integer({ min: 0, max: 1000 }),
});

describe.each(named)("whole trainings by %s end with the reference's weights, checkpoint and events", (_, contestant) => {
  it("random networks of every layer and optimizer, 40 epochs, step by step and together", () => {
    fc.assert(fc.property(arbitraryModel, ({ hidden, optimizer, regularizer, isOfClasses, batchSize, seed }) => {
      const model: Model = { input: [12], layers: [...hidden.flatMap(({ units, then }): Component[] => [{ kind: "dense", units }, { kind: then }]), dense({ units: 3 })], loss: isOfClasses ? softmaxCrossEntropy() : mse(), optimizer, regularizer };
      const part = isOfClasses ? labels : numbers;
      // A last batch of one row would be no batch for batch norm: 70 rows leave 70 mod size.
      const size = part.rows % batchSize === 1 ? batchSize + 1 : batchSize;
      const options = { epochs: 6, batchSize: size, seed };
      let wanted: Trained | string;
      try { wanted = train(model, plain, part, options); } catch (error) { wanted = (error as Error).message; }
      for (const together of [undefined, 7, 1000]) {
        let got: Trained | string;
        try { got = train(model, contestant, part, { ...options, ...(together === undefined ? {} : { together }) }); } catch (error) { got = (error as Error).message; }
        expect(got).toEqual(wanted);
      }
    }), { seed: 5, numRuns: 40 });
  }, 120_000);

  it.each(exampleNames)("examples/%s.json, two epochs", (name) => {
    const spec = checkRunSpec(readExample(name), describeCatalog()).spec!;
    const dataset = dataOf(spec.data);
    const { train: part } = prepare(dataset, spec);
    const options = { epochs: 2, batchSize: Math.min(spec.train.batchSize, part.rows), seed: spec.seed };
    const model = { ...spec, input: dataset.shape };
    expect(train(model, contestant, part, { ...options, together: 50 })).toEqual(train(model, plain, part, options));
  }, 60_000);

  it("images: convolution, pools, batch norm, residual block with projection, global average", () => {
    const pictures = { rows: 20, x: Float64Array.from({ length: 20 * 6 * 6 * 2 }, () => stream.normal()), y: Float64Array.from({ length: 20 }, () => stream.below(3)) };
    const model: Model = {
      input: [6, 6, 2], loss: softmaxCrossEntropy(), optimizer: { kind: "adamw" },
      layers: [{ kind: "conv2d", filters: 5, padding: 1 }, { kind: "batchNorm" }, { kind: "relu" }, { kind: "maxPool" }, { kind: "residual", projection: true, layers: [{ kind: "conv2d", filters: 7, padding: 1 }, { kind: "geluExact" }] }, { kind: "averagePool", size: 3 }, { kind: "dense", units: 3 }],
    };
    expect(train(model, contestant, pictures, { epochs: 4, batchSize: 8, together: 3 })).toEqual(train(model, plain, pictures, { epochs: 4, batchSize: 8 }));
  });

  it("batch norm, relu and dropout in one pass, at widths that fill no vector, with a replayed and an evaluated pass between", () => {
    const block = (units: number, keepProb: number): Component[] => [dense({ units }), { kind: "batchNorm" }, { kind: "relu" }, { kind: "dropout", keepProb }];
    const model: Model = { input: [12], loss: softmaxCrossEntropy(), optimizer: { kind: "adam" }, layers: [...block(33, 0.5), ...block(300, 0.7), dense({ units: 7 }), { kind: "batchNorm" }, { kind: "relu" }, dense({ units: 3 })], metrics: [{ kind: "accuracy" }] };
    const options = { epochs: 12, batchSize: 19 };
    const wanted = train(model, plain, labels, options);
    for (const together of [undefined, 5, 1000]) expect(train(model, contestant, labels, { ...options, ...(together === undefined ? {} : { together }) })).toEqual(wanted);
  });

  it("convolution, relu and pool in one pass, some images at a time: pools that overlap, filters that fill no vector, with and without a bias", () => {
    // 11 images of 24 × 24 × (1 + 19) numbers at a time: three blocks, the last one short.
    const pictures = { rows: 36, x: Float64Array.from({ length: 36 * 24 * 24 }, () => stream.normal()), y: Float64Array.from({ length: 36 }, () => stream.below(3)) };
    const model: Model = {
      input: [24, 24, 1], loss: softmaxCrossEntropy(), optimizer: { kind: "adam" },
      layers: [{ kind: "conv2d", filters: 19, padding: 1 }, { kind: "relu" }, { kind: "maxPool", size: 3, stride: 2 }, { kind: "conv2d", filters: 6, size: 3, bias: false }, { kind: "relu" }, { kind: "maxPool" }, { kind: "flatten" }, { kind: "dense", units: 3 }],
    };
    const options = { epochs: 2, batchSize: 29 };
    expect(train(model, contestant, pictures, { ...options, together: 5 })).toEqual(train(model, plain, pictures, options));
  }, 60_000);

  it("relu in front of layers with more terms than fit in a block, on the way back in one pass with their product", () => {
    const model: Model = { input: [12], loss: softmaxCrossEntropy(), optimizer: { kind: "momentum" }, layers: [dense({ units: 37 }), { kind: "relu" }, dense({ units: 650 }), { kind: "relu" }, dense({ units: 3 })] };
    const options = { epochs: 3, batchSize: 23 };
    expect(train(model, contestant, labels, { ...options, together: 5 })).toEqual(train(model, plain, labels, options));
  });

  const diverging: readonly (readonly [string, Model])[] = [
    ["dense", { input: [12], layers: [dense({ units: 9 }), { kind: "relu" }, dense({ units: 3 })], loss: mse(), optimizer: sgd({ learningRate: 40 }) }],
    ["convolutional", { input: [4, 3, 1], layers: [{ kind: "conv2d", filters: 3, padding: 1 }, { kind: "relu" }, { kind: "maxPool" }, { kind: "flatten" }, dense({ units: 3 })], loss: mse(), optimizer: sgd({ learningRate: 40 }) }],
  ];
  it.each(diverging)("a training that diverges ends at the same step, with the same words, events and weights: %s", (_name, model) => {
    const end = (who: Contestant, together?: number) => {
      const events: FitEvent[] = [];
      if (who.variant !== null && "addon" in loaded) useNative({ addon: only(loaded.addon, who.variant) });
      const plan = compile(model, { batchSize: 8, seed: 1, executor: who.executor });
      useNative(loaded);
      let words = "";
      try { for (const event of fit(plan, numbers, { epochs: 50, ...(together === undefined ? {} : { together }) })) events.push(event); } catch (error) { words = (error as Error).message; }
      const losses = events.flatMap((event) => (event.kind === "step" ? [event.loss] : event.kind === "steps" ? [...event.loss] : []));
      return { words, losses, step: plan.step, weights: weightBytes(plan) };
    };
    const wanted = end(plain);
    expect(wanted.words).toMatch(/^loss became (Infinity|NaN) at step \d+/);
    for (const together of [undefined, 1, 4, 100]) expect(end(contestant, together)).toEqual(wanted);
  });
});

it("parts that are measured once take turns in one place: small after large, again and again, each comes out as by the reference", () => {
  const model: Model = { input: [12], layers: [dense({ units: 9 }), { kind: "relu" }, dense({ units: 3 })], loss: softmaxCrossEntropy(), optimizer: sgd(), metrics: [{ kind: "accuracy" }] };
  const [fast, slowPlan] = (["wasm", "reference"] as const).map((executor) => compile(model, { batchSize: 16, seed: 1, executor })) as [Plan, Plan];
  for (let round = 0; round < 300; round++) {
    const count = 1 + ((37 * round) % 70), from = round % (71 - count);
    const piece: Part = { rows: count, x: labels.x.slice(12 * from, 12 * (from + count)), y: labels.y.slice(from, from + count) };
    expect(evaluate(fast, piece)).toEqual(evaluate(slowPlan, piece));
  }
});

it.runIf(variants.length > 1)("the choice of vectors is measured by the clock that is handed in, and leaves in use what was in use", () => {
  let ms = 0;
  const before = nativeKernels();
  // A clock on which everything takes the same time: the narrower vectors are never slower.
  expect(narrowestChoice(() => ms++)).toBe(64);
  // One on which every other measurement takes longer; of each width the widest vectors come first.
  let asked = 0;
  expect(narrowestChoice(() => (ms += Math.floor(asked++ / 14) % 2 === 0 ? 1 : 2))).toBe(0);
  expect(nativeKernels()).toBe(before);
});

describe("the executor", () => {
  const model: Model = { input: [4], layers: [dense({ units: 3 })], loss: softmaxCrossEntropy(), optimizer: sgd() };

  it("is native where it is loaded, else wasm, in 64 bit the reference, and the reference for kernels that are handed in", () => {
    expect(executorFor(32)).toBe("addon" in loaded ? "native" : "wasm");
    expect(executorFor(64)).toBe("reference");
    useNative({ reason: "None today." });
    expect(executorFor(32)).toBe("wasm");
    expect(() => compile(model, { batchSize: 4, seed: 1, executor: "native" })).toThrow("the executor native is not to be had: None today. Take the executor wasm");
    useNative(loaded);
    expect(compile(model, { batchSize: 4, seed: 1, precision: 64 }).executor).toBe("reference");
    expect(compile(model, { batchSize: 4, seed: 1, kernels: reference(32) }).executor).toBe("reference");
  });

  it.each(["wasm", "native"] as const)("%s is refused in 64 bit, with a way out", (executor) => {
    expect(() => compile(model, { batchSize: 4, seed: 1, precision: 64, executor })).toThrow(`the executor ${executor} computes in 32 bit; got 64. Take the executor reference`);
  });

  it("narrow networks get the narrower vectors, where there is a choice", () => {
    expect(variantFor(["avx512", "avx512vl", "avx2"], 16)).toBe("avx512vl");
    expect(variantFor(["avx512", "avx512vl", "avx2"], 17)).toBe("avx512");
    expect(variantFor(["avx2"], 4)).toBe("avx2");
    expect(variantFor(["neon"], 1)).toBe("neon");
    useNarrowTo(0);
    expect(variantFor(["avx512", "avx512vl", "avx2"], 1)).toBe("avx512");
    useNarrowTo(16);
  });
});
