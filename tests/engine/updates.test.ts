/** Updates as kernels: averages that are too small to go on decaying, and the order in which sums over all parameters are taken. Trajectories: golden-optimizers.test.ts. */

import { describe, expect, it } from "vitest";
import { reference, rng } from "../../src-engine/index.ts";
import { vector } from "../support/stage.ts";

describe("an average that has decayed", () => {
  /** The next average after `start` without any gradient, half of it being kept. */
  const next = (precision: 32 | 64, of: "mean" | "square", start: number): number => {
    const [p, g, m, v] = [0, 0, of === "mean" ? start : 0, of === "square" ? start : 0].map((x) => vector(precision, 1).fill(x)) as [Float32Array, Float32Array, Float32Array, Float32Array];
    reference(precision).adamUpdate(p, g, m, v, 0, 1, 0.1, 0.5, 0.5, 0.5, 0.5, 1, 1e-8);
    return (of === "mean" ? m : v)[0]!;
  };

  it("becomes 0 in 32 bit below 1e-30, of squares below 1e-36, and not before", () => {
    expect([2.1e-30, -2.1e-30].map((start) => next(32, "mean", start))).toEqual([Math.fround(2.1e-30) / 2, -Math.fround(2.1e-30) / 2]);
    expect([1.9e-30, -1.9e-30, 1e-44].map((start) => next(32, "mean", start))).toEqual([0, 0, 0]);
    expect(next(32, "square", 2.1e-36)).toBe(Math.fround(2.1e-36) / 2);
    expect([1.9e-36, 1e-44].map((start) => next(32, "square", start))).toEqual([0, 0]);
  });

  it("goes on decaying in 64 bit", () => {
    expect([next(64, "mean", 1.9e-30), next(64, "square", 1.9e-36)]).toEqual([0.95e-30, 0.95e-36]);
  });
});

describe("sixteen sums side by side", () => {
  const stream = rng(7).stream("numbers");
  const numbers = Float32Array.from({ length: 1000 }, () => stream.normal());
  /** By definition: element i to sum i mod 16, then halves onto halves. */
  const folded = (terms: readonly number[], round: (x: number) => number): number => {
    let sums = Array.from({ length: 16 }, (_, j) => terms.filter((__, i) => i % 16 === j).reduce((sum, term) => round(sum + term), 0));
    while (sums.length > 1) sums = sums.slice(0, sums.length / 2).map((sum, j) => round(sum + sums[j + sums.length / 2]!));
    return sums[0]!;
  };

  it.each([1, 3, 15, 16, 17, 33, 1000])("make the sum of squares of %i numbers, in double precision, and the penalties' sums in that of the memory", (n) => {
    const x = numbers.slice(0, n), k = reference(32), squares = [...x].map((w) => w * w);
    expect(k.sumOfSquares(x, n)).toBe(folded(squares, (s) => s));
    expect(k.l2(x, new Float32Array(n), n, 2)).toBe(folded(squares.map(Math.fround), Math.fround));
    expect(k.l1(x, new Float32Array(n), n, 1)).toBe(folded([...x].map(Math.abs), Math.fround));
  });
});
