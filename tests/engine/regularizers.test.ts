/** Penalties and bounds: hand-computed values, their gradients against differences, and where they act. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalog, compile, dense, elastic, fit, l1, l2, maxNorm, mse, reference, sgd, tanh } from "../../src-engine/index.ts";
import type { Component, Model, Part, Precision, Regularizer } from "../../src-engine/index.ts";
import { misses } from "../support/close.ts";
import { vector } from "../support/stage.ts";

const declared = (kind: string): Regularizer => (catalog.regularizer as readonly Regularizer[]).find((one) => one.kind === kind)!;
const weights = [0.5, -2, 0, 3, -0.25, 1];

function penalized({ kind, ...values }: Component, w: readonly number[], m: number, precision: Precision = 64) {
  const p = vector(precision, w.length), g = vector(precision, w.length);
  p.set(w);
  let penalty = 0;
  declared(kind).penalize(values as never, reference(precision), p, g, m, (term) => { penalty += term; });
  return { penalty, g: [...g] };
}

describe("the penalty of six weights with λ = 0.3 and m = 4 rows, by hand", () => {
  const squares = 0.25 + 4 + 9 + 0.0625 + 1, sum = 0.5 + 2 + 3 + 0.25 + 1;
  it.each([
    ["l2: (λ/2m) Σw², gradient (λ/m) w", l2({ lambda: 0.3 }), (0.3 / 8) * squares, weights.map((w) => (0.3 / 4) * w)],
    ["l1: (λ/m) Σ|w|, gradient (λ/m) sign w, 0 at 0", l1({ lambda: 0.3 }), (0.3 / 4) * sum, weights.map((w) => (0.3 / 4) * Math.sign(w))],
    ["elastic: the sum of both", elastic({ l1: 0.3, l2: 0.6 }), (0.3 / 4) * sum + (0.6 / 8) * squares, weights.map((w) => (0.3 / 4) * Math.sign(w) + (0.6 / 4) * w)],
    ["maxNorm: none", maxNorm(), 0, weights.map(() => 0)],
  ] as const)("%s", (_, component, penalty, gradient) => {
    const found = penalized(component, weights, 4);
    expect(misses([found.penalty], [penalty], { rel: 1e-15 })).toEqual([]);
    expect(misses(found.g, gradient, { abs: 1e-16 })).toEqual([]);
  });

  it("PyTorch's weight_decay λ/m gives L2's gradient, Keras' l2(λ/2m) its penalty", () => {
    const { penalty, g } = penalized(l2({ lambda: 0.3 }), weights, 4);
    expect(misses(g, weights.map((w) => (0.3 / 4) * w), { rel: 1e-15 })).toEqual([]);
    expect(misses([penalty], [(0.3 / (2 * 4)) * squares], { rel: 1e-15 })).toEqual([]);
  });
});

it.each((catalog.regularizer as readonly Regularizer[]).map(({ kind }) => kind))("%s: its gradient is the slope of its penalty, for random strengths and weights away from 0, within 1e-6", (kind) => {
  fc.assert(fc.property(fc.array(fc.double({ min: 0.1, max: 3, noNaN: true }).chain((size) => fc.constantFrom(size, -size)), { minLength: 1, maxLength: 8 }), fc.double({ min: 0, max: 5, noNaN: true }), fc.integer({ min: 1, max: 64 }), (w, strength, m) => {
    const component: Component = { kind, ...Object.fromEntries(Object.keys(declared(kind).params).map((name) => [name, name === "limit" ? 3 : strength])) };
    const { g } = penalized(component, w, m);
    const epsilon = 1e-6;
    const slopes = w.map((_, i) => {
      const moved = (by: number) => penalized(component, w.map((x, j) => (i === j ? x + by : x)), m).penalty;
      return (moved(epsilon) - moved(-epsilon)) / (2 * epsilon);
    });
    // Penalties are at most quadratic, so a central difference has rounding errors only: 1e-16 · 200 / 1e-6.
    expect(misses(g, slopes, { abs: 1e-6, rel: 1e-6 })).toEqual([]);
  }), { seed: 11, numRuns: 50 });
});

describe("maxNorm", () => {
  it.each([32, 64] as const)("scales the columns that are too long down to the limit and leaves the others, in %i bit", (precision) => {
    const w = vector(precision, 6);
    // Columns (3, 4, 0): norm 5, and (1, 0.5, −1): norm 1.5.
    w.set([3, 1, 4, 0.5, 0, -1]);
    declared("maxNorm").constrain!({ limit: 2 } as never, reference(precision), w, 2);
    expect(misses(w, [1.2, 1, 1.6, 0.5, 0, -1], { rel: precision === 32 ? 2e-7 : 1e-15 })).toEqual([]);
  });

  const part: Part = { rows: 8, x: Float64Array.from({ length: 24 }, (_, i) => 3 * Math.sin(i)), y: Float64Array.from({ length: 8 }, (_, i) => 10 * Math.cos(i)) };
  it("holds for every unit's incoming weights after every step of training, and for no bias", () => {
    const model: Model = { input: [3], layers: [dense({ units: 4 }), tanh(), dense({ units: 1 })], loss: mse(), optimizer: sgd({ learningRate: 0.5 }), regularizer: maxNorm({ limit: 0.5 }) };
    const plan = compile(model, { batchSize: 4, seed: 1, precision: 64 });
    let largestBias = 0;
    for (const event of fit(plan, part, { epochs: 5 })) {
      if (event.kind !== "step") continue;
      for (const { name, role, shape, view } of plan.slices) {
        if (role !== "param") continue;
        if (name.endsWith("bias")) { largestBias = Math.max(largestBias, ...view); continue; }
        const [n, c] = shape as [number, number];
        for (let j = 0; j < c; j++) expect(Math.hypot(...Array.from({ length: n }, (_, i) => view[i * c + j]!))).toBeLessThanOrEqual(0.5 + 1e-15);
      }
    }
    expect(largestBias).toBeGreaterThan(0.5);
  });
});

it("a layer's own regularizer takes the place of the model's, for that kernel alone", () => {
  const model: Model = { input: [3], layers: [dense({ units: 4, regularizer: { kind: "l1", lambda: 2 } }), dense({ units: 1 })], loss: mse(), optimizer: sgd(), regularizer: l2({ lambda: 4 }) };
  const plan = compile(model, { batchSize: 2, seed: 1, precision: 64 });
  plan.gather({ rows: 2, x: new Float64Array(6), y: new Float64Array(2) }, null, 0, 2);
  plan.gradient(2, "replay");
  const view = (name: string) => [...plan.slices.find((slice) => slice.role === "param" && slice.name === name)!.view];
  const expected = view("0/kernel").reduce((sum, w) => sum + Math.abs(w), 0) + view("1/kernel").reduce((sum, w) => sum + w * w, 0);
  expect(misses([plan.penalty], [expected], { rel: 1e-14 })).toEqual([]);
});
