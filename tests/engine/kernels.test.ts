/** The reference kernels: exact single precision, and one ascending sum. */

import { describe, expect, it } from "vitest";
import { reference } from "../../src-engine/kernels/reference.ts";
import type { Precision, Vector } from "../../src-engine/kernels/kernels.ts";
import { rng } from "../../src-engine/rng.ts";
import { vector } from "../support/stage.ts";

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

  // Channels and filters around four, which the convolutions take side by side; strides, paddings, groups and rectangles.
  it.each([
    { channels: 1, filters: 1, groups: 1, kernel: [2, 2], stride: [1, 1], padding: [0, 0] },
    { channels: 3, filters: 5, groups: 1, kernel: [3, 2], stride: [2, 1], padding: [1, 0] },
    { channels: 4, filters: 4, groups: 1, kernel: [1, 1], stride: [1, 2], padding: [0, 0] },
    { channels: 5, filters: 3, groups: 1, kernel: [3, 3], stride: [1, 1], padding: [2, 1] },
    { channels: 6, filters: 4, groups: 2, kernel: [2, 3], stride: [2, 2], padding: [1, 2] },
    { channels: 5, filters: 10, groups: 5, kernel: [2, 2], stride: [3, 1], padding: [1, 1] },
    { channels: 8, filters: 9, groups: 1, kernel: [3, 3], stride: [1, 1], padding: [1, 1] },
  ])("conv2d, conv2dInput and conv2dKernel at $channels channels, $filters filters, $groups groups, kernel $kernel, stride $stride, padding $padding equal sums stored after every operation, bit for bit", ({ channels, filters, groups, kernel, stride, padding }) => {
    const [m, height, width] = [2, 5, 4];
    const [kernelHeight, kernelWidth] = kernel as [number, number], [strideHeight, strideWidth] = stride as [number, number], [paddingHeight, paddingWidth] = padding as [number, number];
    const outHeight = Math.floor((height + 2 * paddingHeight - kernelHeight) / strideHeight) + 1, outWidth = Math.floor((width + 2 * paddingWidth - kernelWidth) / strideWidth) + 1;
    const window = { height, width, channels, outHeight, outWidth, kernelHeight, kernelWidth, strideHeight, strideWidth, paddingHeight, paddingWidth };
    const [inGroup, outGroup] = [channels / groups, filters / groups];
    const x = drawn(precision, m * height * width * channels, "x"), w = drawn(precision, kernelHeight * kernelWidth * inGroup * filters, "w"), b = drawn(precision, filters, "b");
    const dy = drawn(precision, m * outHeight * outWidth * filters, "dy");
    const y = vector(precision, dy.length), bare = vector(precision, dy.length), dx = vector(precision, x.length), dw = vector(precision, w.length);
    k.conv2d(x, w, b, y, m, window, filters, groups);
    k.conv2d(x, w, null, bare, m, window, filters, groups);
    k.conv2dInput(dy, w, dx, m, window, filters, groups);
    k.conv2dKernel(x, dy, dw, m, window, filters, groups);
    // Every pair of a number of x and one of w that meet, in the order of the kernel's places, under the number of y they go to.
    const forward = new Map<number, [number[], number[]]>(), toInput = new Map<number, [number[], number[]]>(), toKernel = new Map<number, [number[], number[]]>();
    const noted = (of: typeof forward, at: number, a: number, c: number) => {
      const lists = of.get(at) ?? [[], []];
      lists[0].push(a);
      lists[1].push(c);
      of.set(at, lists);
    };
    const each = (n: number) => Array.from({ length: n }, (_, i) => i);
    for (const ky of each(kernelHeight)) for (const kx of each(kernelWidth)) for (const i of each(m)) for (const oy of each(outHeight)) for (const ox of each(outWidth)) for (const c of each(inGroup)) for (const f of each(filters)) {
      const [iy, ix] = [oy * strideHeight - paddingHeight + ky, ox * strideWidth - paddingWidth + kx];
      if (iy < 0 || iy >= height || ix < 0 || ix >= width) continue;
      const atX = ((i * height + iy) * width + ix) * channels + Math.floor(f / outGroup) * inGroup + c, atW = ((ky * kernelWidth + kx) * inGroup + c) * filters + f, atY = ((i * outHeight + oy) * outWidth + ox) * filters + f;
      noted(forward, atY, x[atX]!, w[atW]!);
      noted(toInput, atX, dy[atY]!, w[atW]!);
      noted(toKernel, atW, x[atX]!, dy[atY]!);
    }
    const sums = (of: typeof forward, length: number) => each(length).map((at) => storedDot(precision, ...(of.get(at) ?? [[], []])));
    expect([...bare]).toEqual(sums(forward, y.length));
    expect([...y]).toEqual(sums(forward, y.length).map((sum, i) => k.round(sum + b[i % filters]!)));
    expect([...dx]).toEqual(sums(toInput, x.length));
    expect([...dw]).toEqual(sums(toKernel, w.length));
  });

  it("pooling passes a NaN on, and a window of −∞ has its first place as winner", () => {
    const window = { height: 2, width: 2, channels: 1, outHeight: 1, outWidth: 1, kernelHeight: 2, kernelWidth: 2, strideHeight: 2, strideWidth: 2, paddingHeight: 0, paddingWidth: 0 };
    const y = vector(precision, 1), winner = vector(precision, 1);
    for (const at of [0, 1, 3]) {
      const x = vector(precision, 4).map((_, i) => (i === at ? Number.NaN : i));
      k.maxPool(x, y, winner, 1, window);
      expect([y[0], winner[0]]).toEqual([Number.NaN, at]);
      k.averagePool(x, y, 1, window, true);
      expect(y[0]).toBeNaN();
    }
    k.maxPool(vector(precision, 4).fill(-Infinity), y, winner, 1, window);
    expect([y[0], winner[0]]).toEqual([-Infinity, 0]);
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
    expect(k.binaryCrossEntropy(nan, vector(precision, 2), vector(precision, 2), 2, 1)).toBeNaN();
    expect(k.weightedCrossEntropy(nan, vector(precision, 1), null, vector(precision, 2), 1, 2, 1, 0.1, 2)).toBeNaN();
    expect(k.meanSquaredError(nan, vector(precision, 2), vector(precision, 2), 2)).toBeNaN();
    expect(k.meanAbsoluteError(nan, vector(precision, 2), vector(precision, 2), 2)).toBeNaN();
    expect(k.huber(nan, vector(precision, 2), vector(precision, 2), 2, 1)).toBeNaN();
    expect(k.hinge(nan, vector(precision, 2), vector(precision, 2), 2, false)).toBeNaN();
    expect(k.multiMargin(nan, vector(precision, 1), vector(precision, 2), 1, 2, true)).toBeNaN();
  });
});
