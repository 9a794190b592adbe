/** Small matrices and the descent in a box: what they promise, on random input. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rng } from "../../src-engine/rng.ts";
import { descend } from "../../src-engine/stats/descend.ts";
import { cholesky, eigen, invertFrom, solveLower, solveUpper } from "../../src-engine/stats/linear.ts";

/** B Bᵀ + I, positive definite. */
function definite(n: number, seed: number): Float64Array {
  const stream = rng(seed).stream("matrix");
  const b = Float64Array.from({ length: n * n }, () => stream.normal());
  return Float64Array.from({ length: n * n }, (_, k) => { const [i, j] = [Math.floor(k / n), k % n]; let sum = i === j ? 1 : 0; for (let m = 0; m < n; m++) sum += b[i * n + m]! * b[j * n + m]!; return sum; });
}
const sized = (): fc.Arbitrary<[number, number]> => fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 0, max: 1e6 }));

describe("matrices up to 9 × 9", () => {
  it("A x = b is solved by Cholesky's factor, to 1e-9", () => {
    fc.assert(fc.property(sized(), ([n, seed]) => {
      const a = definite(n, seed), l = a.slice(), x = Float64Array.from({ length: n }, (_, i) => i - 2);
      const b = Float64Array.from({ length: n }, (_, i) => x.reduce((sum, u, j) => sum + a[i * n + j]! * u, 0));
      expect(cholesky(l, n)).toBe(true);
      solveLower(l, b, n);
      solveUpper(l, b, n);
      b.forEach((u, i) => { expect(Math.abs(u - x[i]!)).toBeLessThan(1e-9); });
    }));
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBe(false);
  });

  it("A⁻¹ A = 1 with the inverse made of Cholesky's factor, to 1e-9", () => {
    fc.assert(fc.property(sized(), ([n, seed]) => {
      const a = definite(n, seed), l = a.slice(), inverse = new Float64Array(n * n).fill(NaN);
      cholesky(l, n);
      invertFrom(l, inverse, n);
      const at = (i: number, j: number): number => inverse[Math.max(i, j) * n + Math.min(i, j)]!;
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) {
        let sum = 0;
        for (let k = 0; k < n; k++) sum += at(i, k) * a[k * n + j]!;
        expect(Math.abs(sum - (i === j ? 1 : 0))).toBeLessThan(1e-9);
      }
    }));
  });

  it("A = V diag(λ) Vᵀ with orthonormal V, to 1e-10 of its size", () => {
    fc.assert(fc.property(sized(), ([n, seed]) => {
      const a = definite(n, seed), { values, vectors } = eigen(a, n);
      const size = Math.max(...a.map(Math.abs));
      for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) {
        let [again, dot] = [0, 0];
        for (let k = 0; k < n; k++) { again += vectors[i * n + k]! * values[k]! * vectors[j * n + k]!; dot += vectors[k * n + i]! * vectors[k * n + j]!; }
        expect(Math.abs(again - a[i * n + j]!)).toBeLessThan(1e-10 * size);
        expect(Math.abs(dot - (i === j ? 1 : 0))).toBeLessThan(1e-10);
      }
    }));
  });
});

describe("descend", () => {
  const rosenbrock = (x: Float64Array, slope: Float64Array): number => {
    const [a, b] = [x[0]!, x[1]!];
    slope[0] = -400 * a * (b - a * a) - 2 * (1 - a);
    slope[1] = 200 * (b - a * a);
    return 100 * (b - a * a) ** 2 + (1 - a) ** 2;
  };

  it("finds Rosenbrock's valley's end, to 1e-5, and its lowest point in a box that leaves the minimum out", () => {
    const free = descend(rosenbrock, [-1.2, 1], { lower: [-5, -5], upper: [5, 5], iterations: 200 });
    expect(Math.abs(free.x[0]! - 1)).toBeLessThan(1e-5);
    expect(Math.abs(free.x[1]! - 1)).toBeLessThan(1e-5);
    const boxed = descend(rosenbrock, [-1.2, 1], { lower: [-5, -5], upper: [0.5, 5], iterations: 200 });
    // On the wall a = ½ the valley is at b = ¼, with height (1 − ½)².
    expect(boxed.x[0]).toBe(0.5);
    expect(boxed.x[1]).toBeCloseTo(0.25, 5);
    expect(boxed.value).toBeCloseTo(0.25, 8);
  });

  it("never ends above its start or outside the box", () => {
    fc.assert(fc.property(fc.double({ min: -2, max: 2, noNaN: true }), fc.double({ min: -2, max: 2, noNaN: true }), (a, b) => {
      const { x, value } = descend(rosenbrock, [a, b], { lower: [-1, -1], upper: [1.5, 0.5], iterations: 20 });
      const start = Float64Array.of(Math.min(1.5, Math.max(-1, a)), Math.min(0.5, Math.max(-1, b)));
      expect(value).toBeLessThanOrEqual(rosenbrock(start, new Float64Array(2)));
      expect(x[0]! >= -1 && x[0]! <= 1.5 && x[1]! >= -1 && x[1]! <= 0.5).toBe(true);
    }));
  });
});
