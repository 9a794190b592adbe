/** Losses beyond their golden numbers: laws over random logits and parameters, soft targets, the two divisors, and what is refused. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { SpecError, binaryCrossEntropy, checkGradient, compile, dense, evaluate, hinge, huber, identity, mae, reference, rng, sgd, softmaxCrossEntropy, tanh } from "../../src-engine/index.ts";
import type { Component, Plan } from "../../src-engine/index.ts";
import { misses } from "../support/close.ts";
import { vector } from "../support/stage.ts";

/** A plan whose input is the loss's z. */
function bare(loss: Component, c: number, rows: number, options: { softTargets?: boolean; precision?: 32 | 64 } = {}): Plan {
  return compile({ input: [c], layers: [identity()], loss, optimizer: sgd() }, { batchSize: rows, seed: 1, precision: 64, inputGradient: true, ...options });
}
function measured(plan: Plan, x: readonly number[], y: readonly number[]): number {
  const rows = y.length / plan.targetWidth;
  plan.gather({ rows, x: Float64Array.from(x), y: Float64Array.from(y) }, null, 0, rows);
  return plan.gradient(rows, "replay");
}
const slopes = (plan: Plan): number[] => [...plan.slices.find(({ role, name }) => role === "delta" && name === "input")!.view];

const positive = fc.double({ min: 0.05, max: 20, noNaN: true });

describe("every loss passes the gradient check below 1e-7 with random parameters", () => {
  const cases: [string, (wide: number) => number, fc.Arbitrary<(c: number) => Component>][] = [
    ["softmaxCrossEntropy", (wide) => wide + 1, fc.record({ labelSmoothing: fc.double({ min: 0, max: 0.9, noNaN: true }), temperature: positive, weights: fc.array(positive, { minLength: 8, maxLength: 8 }) })
      .map(({ labelSmoothing, temperature, weights }) => (c) => softmaxCrossEntropy({ labelSmoothing, temperature, classWeights: weights.slice(0, c) }))],
    ["binaryCrossEntropy", (wide) => wide, positive.map((posWeight) => () => binaryCrossEntropy({ posWeight }))],
    ["huber", (wide) => wide, positive.map((delta) => () => huber({ delta }))],
    ["hinge", (wide) => wide, fc.boolean().map((squared) => () => hinge({ squared }))],
  ];

  it.each(cases)("%s", (_, outputs, arbitrary) => {
    fc.assert(fc.property(arbitrary, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 6 }), fc.boolean(), fc.integer({ min: 1, max: 1e6 }), (of, wide, m, isSoft, seed) => {
      const c = outputs(wide);
      const loss = of(c);
      const softTargets = isSoft && loss.kind === "softmaxCrossEntropy";
      const plan = compile({ input: [3], layers: [dense({ units: 4 }), tanh(), dense({ units: c })], loss, optimizer: sgd() }, { batchSize: m, seed, precision: 64, inputGradient: true, softTargets });
      const stream = rng(seed).stream("case");
      const x = Float64Array.from({ length: 3 * m }, () => stream.normal());
      const y = Float64Array.from({ length: m * plan.targetWidth }, () => (softTargets ? stream.uniform() : plan.labels === null ? stream.normal() : stream.below(plan.labels)));
      expect(checkGradient(plan, x, y).smoothError).toBeLessThan(1e-7);
    }), { seed: 20_261_122, numRuns: 25 });
  });
});

describe("softmax cross-entropy", () => {
  it.each([32, 64] as const)("of equal weights, no smoothing and temperature 1 has the bits of the plain kernel, in %i bit", (precision) => {
    const k = reference(precision);
    fc.assert(fc.property(fc.integer({ min: 2, max: 9 }), fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 1e6 }), (c, m, seed) => {
      const stream = rng(seed).stream("z");
      const z = vector(precision, m * c).map(() => 5 * stream.normal());
      const y = vector(precision, m).map(() => stream.below(c));
      const [plain, weighted] = [vector(precision, m * c), vector(precision, m * c)];
      expect(k.weightedCrossEntropy(z, y, vector(precision, c).fill(1), weighted, m, c, 1, 0, 1)).toBe(k.softmaxCrossEntropy(z, y, plain, m, c));
      expect(weighted).toEqual(plain);
    }));
  });

  it("of a one-hot distribution is that of its label, and of the label's own smoothing likewise", () => {
    const x = [2, -1, 0.5, 0.1, 3, -2], smoothed = softmaxCrossEntropy({ labelSmoothing: 0.3 });
    for (const loss of [softmaxCrossEntropy(), smoothed]) {
      const [hard, soft] = [bare(loss, 3, 2), bare(loss, 3, 2, { softTargets: true })];
      expect(misses([measured(soft, x, [0, 0, 1, 0, 1, 0])], [measured(hard, x, [2, 1])], { rel: 1e-15 })).toEqual([]);
      expect(misses(slopes(soft), slopes(hard), { abs: 1e-16 })).toEqual([]);
    }
    expect(misses([measured(bare(softmaxCrossEntropy(), 3, 2, { softTargets: true }), x, [0.1, 0.1, 0.8, 0.1, 0.8, 0.1])], [measured(bare(smoothed, 3, 2), x, [2, 1])], { rel: 1e-14 })).toEqual([]);
  });

  it("divides by the weights of the labels where they are hard, by the rows where they are soft", () => {
    const loss = softmaxCrossEntropy({ classWeights: [1, 4] });
    // Equal logits cost ln 2 a row whatever the label.
    expect(misses([measured(bare(loss, 2, 3), [0, 0, 0, 0, 0, 0], [0, 1, 1])], [Math.LN2], { rel: 1e-15 })).toEqual([]);
    expect(misses([measured(bare(loss, 2, 3, { softTargets: true }), [0, 0, 0, 0, 0, 0], [1, 0, 0, 1, 0, 1])], [3 * Math.LN2], { rel: 1e-15 })).toEqual([]);
  });

  it("of weighted classes is evaluated to the same number whatever the batches", () => {
    const loss = softmaxCrossEntropy({ classWeights: [1, 10, 0.1] });
    const stream = rng(3).stream("rows");
    const part = { rows: 11, x: Float64Array.from({ length: 33 }, () => stream.normal()), y: Float64Array.from({ length: 11 }, () => stream.below(3)) };
    const whole = evaluate(bare(loss, 3, 11), part)["loss"]!;
    for (const rows of [1, 2, 5]) expect(misses([evaluate(bare(loss, 3, rows), part)["loss"]!], [whole], { rel: 1e-14 })).toEqual([]);
  });

  it("with temperature T is that of the logits divided by T, with slopes divided by T too", () => {
    const x = [2, -1, 0.5, 0.1, 3, -2], [warm, plain] = [bare(softmaxCrossEntropy({ temperature: 2.5 }), 3, 2), bare(softmaxCrossEntropy(), 3, 2)];
    expect(misses([measured(warm, x, [0, 1])], [measured(plain, x.map((z) => z / 2.5), [0, 1])], { rel: 1e-15 })).toEqual([]);
    expect(misses(slopes(warm), slopes(plain).map((g) => g / 2.5), { rel: 1e-13 })).toEqual([]);
  });

  it.each([32, 64] as const)("stays finite at logits of ±1000 in every form, in %i bit", (precision) => {
    for (const loss of [softmaxCrossEntropy(), softmaxCrossEntropy({ labelSmoothing: 0.1 }), softmaxCrossEntropy({ classWeights: [1, 2, 3] }), softmaxCrossEntropy({ temperature: 0.5 })]) {
      const plan = bare(loss, 3, 2, { precision });
      expect(measured(plan, [1000, -1000, 0, -1000, 1000, 1000], [1, 0])).toBeGreaterThan(999);
      expect(slopes(plan).every(Number.isFinite)).toBe(true);
    }
  });

  it("a class that is ruled out, with a logit of −∞, costs nothing where the target gives it no share", () => {
    const loss = softmaxCrossEntropy({ classWeights: [1, 1, 1] });
    expect(misses([measured(bare(loss, 3, 1), [0, 0, -Infinity], [1])], [Math.LN2], { rel: 1e-15 })).toEqual([]);
    expect(measured(bare(loss, 3, 1), [0, 0, -Infinity], [2])).toBe(Infinity);
  });

  it("of ten classes and logits of 0 is ln 10: 2.303, where a fresh network starts", () => {
    expect(misses([measured(bare(softmaxCrossEntropy(), 10, 1), new Array<number>(10).fill(0), [3])], [2.302585092994046], { rel: 1e-15 })).toEqual([]);
  });

  it("of two classes is logistic regression on the difference of their logits", () => {
    const pairs = [0.3, -1.2, 2, 2.5, -4, 1], labels = [0, 1, 0];
    const differences = [0, 1, 2].map((i) => pairs[2 * i + 1]! - pairs[2 * i]!);
    expect(misses([measured(bare(softmaxCrossEntropy(), 2, 3), pairs, labels)], [measured(bare(binaryCrossEntropy(), 1, 3), differences, labels)], { rel: 1e-15 })).toEqual([]);
  });
});

describe("binary cross-entropy", () => {
  it("takes several outputs as questions of their own and averages over all of them", () => {
    const loss = binaryCrossEntropy({ posWeight: 3 });
    const x = [1, -2, 0.5, 3], y = [1, 0, 0, 1];
    expect(misses([measured(bare(loss, 2, 2), x, y)], [measured(bare(loss, 1, 4), x, y)], { rel: 1e-15 })).toEqual([]);
  });

  it("counts a positive as many times as posWeight says", () => {
    const plain = bare(binaryCrossEntropy(), 1, 4);
    // One positive of weight 3 among four is three positives and one negative, divided by two instead of four.
    expect(misses([measured(bare(binaryCrossEntropy({ posWeight: 3 }), 1, 2), [0.7, -0.2], [1, 0])], [2 * measured(plain, [0.7, 0.7, 0.7, -0.2], [1, 1, 1, 0])], { rel: 1e-15 })).toEqual([]);
  });
});

describe("corners", () => {
  it("mae has slope 0 where it is met, hinge where the margin is kept or just met, squared or not", () => {
    const met = bare(mae(), 1, 3);
    expect(measured(met, [2, 1, 5], [2, 4, 4])).toBeCloseTo(4 / 3, 15);
    expect(slopes(met)).toEqual([0, -1 / 3, 1 / 3]);
    const margin = bare(hinge(), 1, 3);
    expect(measured(margin, [1, 3, 0.5], [1, 1, 0])).toBe(0.5);
    expect(slopes(margin).map(Math.abs)).toEqual([0, 0, 1 / 3]);
    const several = bare(hinge({ squared: true }), 3, 1);
    expect(misses([measured(several, [2, 1, 1.5], [0])], [0.25 / 3], { rel: 1e-15 })).toEqual([]);
    expect(misses(slopes(several), [-1 / 3, 0, 1 / 3], { abs: 1e-16 })).toEqual([]);
  });

  it("huber changes from the square to the size at δ, without a step in value or slope", () => {
    const at = (d: number) => { const plan = bare(huber({ delta: 2 }), 1, 1); return [measured(plan, [d], [0]), slopes(plan)[0]!]; };
    expect(at(2)).toEqual([2, 2]);
    expect(misses(at(2 + 1e-9), [2, 2], { abs: 3e-9 })).toEqual([]);
    expect(at(-5)).toEqual([8, -2]);
  });
});

describe("is refused, naming the path", () => {
  const problemsOf = (f: () => unknown): string => {
    try {
      f();
    } catch (error) {
      expect(error).toBeInstanceOf(SpecError);
      return (error as Error).message;
    }
    return "";
  };

  it("class weights that are not one for each output", () => {
    expect(problemsOf(() => bare(softmaxCrossEntropy({ classWeights: [1, 2] }), 3, 1))).toBe("loss.classWeights must have one weight for each of the 3 outputs; got 2");
  });

  it("a class weight of 0, by which an unlucky batch would be divided", () => {
    expect(problemsOf(() => bare(softmaxCrossEntropy({ classWeights: [1, 0] }), 2, 1))).toBe("loss.classWeights.1 must be a number in (0, 1000000]; got 0 (default 1)");
  });

  it("soft targets for a loss that takes labels only", () => {
    expect(problemsOf(() => bare(hinge(), 3, 1, { softTargets: true }))).toBe("loss.kind hinge takes no soft targets; use softmaxCrossEntropy");
  });
});

it("soft targets have a column for each output; labels have one; several yes-or-no outputs have one each", () => {
  expect([bare(softmaxCrossEntropy(), 3, 1).targetWidth, bare(softmaxCrossEntropy(), 3, 1).labels]).toEqual([1, 3]);
  expect([bare(softmaxCrossEntropy(), 3, 1, { softTargets: true }).targetWidth, bare(softmaxCrossEntropy(), 3, 1, { softTargets: true }).labels]).toEqual([3, null]);
  expect([bare(binaryCrossEntropy(), 3, 1).targetWidth, bare(binaryCrossEntropy(), 3, 1).labels]).toEqual([3, 2]);
  expect([bare(hinge(), 1, 1).labels, bare(hinge(), 3, 1).labels]).toEqual([2, 3]);
});
