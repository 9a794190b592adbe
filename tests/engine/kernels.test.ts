/** The reference kernels: exact single precision, one ascending sum, and the numbers of golden/activations.json and losses.json. */

import { describe, expect, it } from "vitest";
import { reference } from "../../src-engine/kernels/reference.ts";
import type { Precision, Vector } from "../../src-engine/kernels/kernels.ts";
import { catalog } from "../../src-engine/catalog.ts";
import type { Layer } from "../../src-engine/nn/layer.ts";
import { rng } from "../../src-engine/rng.ts";
import { misses } from "../support/close.ts";
import type { Tolerance } from "../support/close.ts";
import { golden, kindOf, numbers } from "../support/golden.ts";
import type { Tensor } from "../support/golden.ts";
import { stage, vector } from "../support/stage.ts";

const sizes = [1, 3, 4, 5, 16, 17];

function drawn(precision: Precision, length: number, name: string): Vector {
  const stream = rng(7).stream(name);
  return vector(precision, length).map(() => stream.normal());
}

/** Σ aᵢbᵢ, ascending, in the precision of a one-number memory: every product and every sum is stored and read back, so no extra bits survive. */
function storedDot(precision: Precision, a: readonly number[], b: readonly number[]): number {
  const [product, sum] = [vector(precision, 1), vector(precision, 1)];
  a.forEach((x, i) => {
    product[0] = x * b[i]!;
    sum[0]! += product[0]!;
  });
  return sum[0]!;
}

describe.each([32, 64] as const)("in %i bit", (precision) => {
  const k = reference(precision);

  it.each(sizes.flatMap((m) => sizes.flatMap((n) => sizes.map((c) => [m, n, c] as const))))("dense, denseInput and denseKernel at m %i, n %i, c %i equal sums stored after every operation, bit for bit", (m, n, c) => {
    const x = drawn(precision, m * n, "x"), w = drawn(precision, n * c, "w"), b = drawn(precision, c, "b"), dy = drawn(precision, m * c, "dy");
    const y = vector(precision, m * c), dx = vector(precision, m * n), dw = vector(precision, n * c), bare = vector(precision, m * c);
    k.dense(x, w, b, y, m, n, c);
    k.dense(x, w, null, bare, m, n, c);
    k.denseInput(dy, w, dx, m, n, c);
    k.denseKernel(x, dy, dw, m, n, c);
    const each = <T>(length: number, f: (i: number) => T) => Array.from({ length }, (_, i) => f(i));
    const rowOf = (v: Vector, row: number, width: number) => each(width, (j) => v[row * width + j]!);
    const columnOf = (v: Vector, column: number, width: number, height: number) => each(height, (i) => v[i * width + column]!);
    for (let i = 0; i < m; i++) for (let j = 0; j < c; j++) {
      const sum = storedDot(precision, rowOf(x, i, n), columnOf(w, j, c, n));
      expect(bare[i * c + j]).toBe(sum);
      expect(y[i * c + j]).toBe(k.round(sum + b[j]!));
    }
    for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) expect(dx[i * n + j]).toBe(storedDot(precision, rowOf(dy, i, c), rowOf(w, j, c)));
    for (let i = 0; i < n; i++) for (let j = 0; j < c; j++) expect(dw[i * c + j]).toBe(storedDot(precision, columnOf(x, i, n, m), columnOf(dy, j, c, m)));
  });

  it("columnSums adds rows in ascending order", () => {
    // 2^60 swallows the 1 that comes after it in either precision, and not the one that comes after it is taken away.
    const sums = vector(precision, 2);
    k.columnSums(vector(precision, 8).map((_, i) => [2 ** 60, 1, 1, 2, -(2 ** 60), 4, 1, 8][i]!), sums, 4, 2);
    expect([...sums]).toEqual([1, 15]);
  });

  it("a mask keeps its share: of 100 000 draws at 0.8 within 4 standard deviations, and the kept inputs are divided by 0.8", () => {
    const n = 100_000;
    const mask = vector(precision, n), y = vector(precision, n);
    k.drawMask(mask, n, 0.8, rng(3).stream("mask"));
    k.dropout(vector(precision, n).fill(1), mask, y, n, 0.8);
    const kept = [...mask].reduce((sum, d) => sum + d, 0);
    expect(Math.abs(kept - 0.8 * n)).toBeLessThan(4 * Math.sqrt(n * 0.8 * 0.2));
    expect(new Set(y)).toEqual(new Set([0, k.round(1 / k.round(0.8))]));
  });

  it("l2 returns (a/2) Σ w² and adds a w to the gradient", () => {
    const g = vector(precision, 2).fill(1);
    expect(k.l2(vector(precision, 2).map((_, i) => [3, -4][i]!), g, 2, 0.5)).toBe(6.25);
    expect([...g]).toEqual([2.5, -1]);
  });

  it("a NaN is never hidden: relu, tanh, sigmoid and all losses pass it on", () => {
    const nan = vector(precision, 2).fill(Number.NaN), y = vector(precision, 2);
    for (const f of [k.relu, k.tanh, k.sigmoid]) {
      f(nan, y, 2);
      expect([...y]).toEqual([Number.NaN, Number.NaN]);
    }
    expect(k.softmaxCrossEntropy(nan, vector(precision, 1), vector(precision, 2), 1, 2)).toBeNaN();
    expect(k.binaryCrossEntropy(nan, vector(precision, 2), vector(precision, 2), 2)).toBeNaN();
    expect(k.meanSquaredError(nan, vector(precision, 2), vector(precision, 2), 2)).toBeNaN();
  });
});

interface Activation { readonly name: string; readonly params: object; readonly x: Tensor; readonly dy: Tensor; readonly y: Tensor; readonly dx: Tensor }
interface Extreme { readonly name: string; readonly x: Tensor; readonly y: Tensor; readonly dydx: Tensor }
interface Kink { readonly name: string; readonly x: readonly number[]; readonly y: readonly number[]; readonly dydx_convention_torch: readonly number[] }
const activations = golden<{ cases: readonly Activation[]; extreme: readonly Extreme[]; kinks: readonly Kink[]; tolerance: { float64: Tolerance; float32: Tolerance } }>("activations");
const layerOf = (name: string): Layer | undefined => catalog.layer.find(({ kind }) => kind === kindOf(name)) as Layer | undefined;

/** y and dx of an activation for given x and dy. */
function passed(name: string, x: Float64Array, dy: Float64Array, precision: Precision) {
  const layer = layerOf(name)!;
  const at = stage(layer, { kind: layer.kind }, [x.length], 1, precision);
  at.x.set(x);
  at.dy.set(dy);
  layer.forward(at, 1, "train");
  layer.backward(at, 1);
  return { y: at.y, dx: at.dx! };
}

describe("golden/activations.json", () => {
  it("leaves 15 of its 18 activations for later", () => {
    expect(activations.cases.map(({ name }) => name).filter((name) => layerOf(name) === undefined)).toEqual([
      "identity", "leaky_relu", "leaky_relu", "elu", "selu", "gelu_exact", "gelu_tanh", "silu", "swish", "mish", "softplus", "hard_tanh", "elu", "swish", "softplus",
    ]);
  });

  describe.each([64, 32] as const)("in %i bit, at the tolerance of the file", (precision) => {
    const tolerance = activations.tolerance[`float${precision}`];

    it.each(activations.cases.filter(({ name }) => layerOf(name) !== undefined))("$name: value and gradient", ({ name, x, dy, y, dx }) => {
      const got = passed(name, numbers(x), numbers(dy), precision);
      expect(misses(got.y, numbers(y), tolerance)).toEqual([]);
      expect(misses(got.dx, numbers(dx), tolerance)).toEqual([]);
    });

    it.each(activations.extreme.filter(({ name }) => layerOf(name) !== undefined))("$name: at 24 extreme inputs too, with no NaN", ({ name, x, y, dydx }) => {
      const got = passed(name, numbers(x), new Float64Array(x.data.length).fill(1), precision);
      expect(misses(got.y, numbers(y), tolerance)).toEqual([]);
      // In 32 bit the two subnormal doubles become 0, where the slope is the corner's: the file says so.
      const counted = numbers(x).map((value, i) => (precision === 32 && value !== 0 && Math.fround(value) === 0 ? Number.NaN : i)).filter((i) => !Number.isNaN(i));
      expect(misses(Array.from(counted, (i) => got.dx[i]!), Array.from(counted, (i) => numbers(dydx)[i]!), tolerance)).toEqual([]);
    });

    it.each(activations.kinks.filter(({ name }) => layerOf(name) !== undefined))("$name: at its corner the slope is PyTorch's", ({ name, x, y, dydx_convention_torch }) => {
      const got = passed(name, Float64Array.from(x), new Float64Array(x.length).fill(1), precision);
      expect([...got.y]).toEqual(y);
      expect([...got.dx]).toEqual(dydx_convention_torch);
    });
  });
});

interface LossCase { readonly name: string; readonly kind: string; readonly params: object; readonly input: Tensor; readonly target: Tensor; readonly loss: number; readonly grad: Tensor }
const losses = golden<{ cases: readonly LossCase[]; tolerance: { float64: Tolerance; float32: Tolerance } }>("losses");
const kernelOf: Readonly<Record<string, "softmaxCrossEntropy" | "binaryCrossEntropy" | "meanSquaredError">> = { softmax_cross_entropy: "softmaxCrossEntropy", bce_with_logits: "binaryCrossEntropy", mse: "meanSquaredError" };
const readyLosses = losses.cases.filter(({ kind, params }) => kind in kernelOf && Object.keys(params).length === 0);

describe("golden/losses.json", () => {
  it("leaves 17 of its 26 cases for later: weights, smoothing, soft targets and five more losses", () => {
    expect(losses.cases.filter((c) => !readyLosses.includes(c)).map(({ name }) => name)).toEqual([
      "ce_hard_weighted", "ce_hard_smoothing", "ce_hard_smoothing_weighted", "ce_soft", "ce_soft_weighted", "ce_soft_smoothing", "ce_soft_extreme",
      "bce_logits_pos_weight", "bce_logits_extreme_pos_weight", "mae", "huber_1.0", "huber_0.5", "huber_2.5", "huber_large", "hinge_binary", "hinge_squared", "hinge_multiclass",
    ]);
  });

  describe.each([64, 32] as const)("in %i bit, at the tolerance of the file", (precision) => {
    it.each(readyLosses)("$name: loss and gradient", ({ kind, input, target, loss, grad }) => {
      const k = reference(precision);
      const [m, c] = input.shape as [number, number];
      const z = vector(precision, m * c), y = vector(precision, target.data.length), dz = vector(precision, m * c);
      z.set(numbers(input));
      y.set(numbers(target));
      const name = kernelOf[kind]!;
      const got = name === "softmaxCrossEntropy" ? k.softmaxCrossEntropy(z, y, dz, m, c) : k[name](z, y, dz, m * c);
      const tolerance = losses.tolerance[`float${precision}`];
      expect(misses([got], [loss], tolerance)).toEqual([]);
      expect(misses(dz, numbers(grad), tolerance)).toEqual([]);
    });
  });
});
