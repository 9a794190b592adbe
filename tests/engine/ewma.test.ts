/** Averages of a series: golden/ewma.json, the course's numbers, and the laws a chart relies on. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { adam, batchNorm, correction, effectiveWindow, ewma, gaussian, looksAhead, momentum, reference } from "../../src-engine/index.ts";
import { misses } from "../support/close.ts";
import { golden } from "../support/golden.ts";
import { vector } from "../support/stage.ts";

interface File {
  readonly series: readonly number[];
  readonly cases: readonly { readonly beta: number; readonly ewma: readonly number[]; readonly bias_corrected: readonly number[]; readonly effective_window: number }[];
  readonly tensorboard_debiased: readonly { readonly series: string; readonly weight: number; readonly y: readonly (number | string)[]; readonly smoothed: readonly (number | string)[] }[];
  readonly time_weighted: { readonly x: readonly number[]; readonly y: readonly number[]; readonly cases: readonly { readonly smoothing: number; readonly viewport_scale: number; readonly smoothed: readonly number[] }[] };
  readonly tolerance: { readonly float64: { readonly rel: number } };
}
const file = golden<File>("ewma");
const exact = file.tolerance.float64;

describe("golden/ewma.json, within 1e-10 relative", () => {
  it("has 5 shares, 16 debiased series and 4 time-weighted ones, and all are read", () => {
    expect([file.cases.length, file.tensorboard_debiased.length, file.time_weighted.cases.length]).toEqual([5, 16, 4]);
  });

  it.each(file.cases)("β $beta: plain, corrected, and how far it looks back", ({ beta, ewma: plain, bias_corrected, effective_window }) => {
    expect(misses(ewma(file.series, { beta, corrected: false }), plain, exact)).toEqual([]);
    expect(misses(ewma(file.series, { beta }), bias_corrected, exact)).toEqual([]);
    expect(misses([effectiveWindow(beta)], [effective_window], exact)).toEqual([]);
  });

  it.each(file.tensorboard_debiased)("TensorBoard, series $series, weight $weight: gaps are passed through and not counted", ({ weight, y, smoothed }) => {
    const got = ewma(y.map(Number), { beta: weight });
    const [expected, gaps] = [smoothed.map(Number), y.map((value) => !Number.isFinite(Number(value)))];
    expect([...got].filter((_, i) => gaps[i])).toEqual(expected.filter((_, i) => gaps[i]));
    expect(misses([...got].filter((_, i) => !gaps[i]), expected.filter((_, i) => !gaps[i]), exact)).toEqual([]);
  });

  it.each(file.time_weighted.cases)("Weights & Biases, smoothing $smoothing: weighted by distance", ({ smoothing, viewport_scale, smoothed }) => {
    const { x, y } = file.time_weighted;
    const unit = (x.at(-1)! - x[0]!) / viewport_scale;
    expect(misses(ewma(y, { beta: Math.min(Math.sqrt(smoothing), 0.999), at: x, unit }), smoothed, exact)).toEqual([]);
  });
});

describe("the course", () => {
  it("θ = 40, 49, 45 with β 0.9: 4, 8.5, 12.15; corrected 40, 44.737, 44.834", () => {
    expect(misses(ewma([40, 49, 45], { beta: 0.9, corrected: false }), [4, 8.5, 12.15], { rel: 1e-15 })).toEqual([]);
    expect(misses(ewma([40, 49, 45], { beta: 0.9 }), [40, 44.737, 44.834], { abs: 5e-4 })).toEqual([]);
  });

  it("looks back over 10 values with β 0.9, 50 with 0.98, 2 with 0.5, after which a value counts for about 1/e", () => {
    expect(misses([0.9, 0.98, 0.5].map(effectiveWindow), [10, 50, 2], { rel: 1e-13 })).toEqual([]);
    // 0.9^10 = 0.349 and 0.98^50 = 0.364.
    expect(misses([1 - correction(0.9, 10), 1 - correction(0.98, 50)], [0.349, 0.364], { abs: 5e-4 })).toEqual([]);
  });
});

const share = fc.double({ min: 0, max: 0.9999, noNaN: true });
const value = fc.oneof(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.constantFrom(Number.NaN, Infinity, -Infinity));
const series = fc.array(value, { maxLength: 60 });

describe("laws", () => {
  it("adding values changes none before them, bit for bit, whatever the gaps and distances", () => {
    fc.assert(fc.property(series, series, share, fc.boolean(), fc.boolean(), (head, tail, beta, corrected, isPlaced) => {
      const at = [...head, ...tail].map((_, i) => i * i);
      const options = { beta, ...(isPlaced ? { at, unit: 3 } : { corrected }) };
      expect([...ewma([...head, ...tail], options)].slice(0, head.length)).toEqual([...ewma(head, options)]);
    }));
  });

  it("a constant series comes back unchanged, bit for bit, with gaps too", () => {
    fc.assert(fc.property(fc.oneof(fc.constant(-0), fc.double({ min: -1e9, max: 1e9, noNaN: true })), fc.array(fc.boolean(), { maxLength: 60 }), share, fc.double({ min: 0, max: 9, noNaN: true }), (c, present, beta, deviation) => {
      const constant = present.map((is) => (is ? c : Number.NaN));
      expect([...ewma(constant, { beta })]).toEqual(constant);
      expect([...ewma(constant, { beta, at: constant.map((_, i) => i ** 1.5) })]).toEqual(constant);
      expect([...gaussian(constant, deviation)]).toEqual(constant);
    }));
  });

  it("a value that is not finite is as if it were not there", () => {
    fc.assert(fc.property(series, share, (values, beta) => {
      const isThere = values.map(Number.isFinite);
      expect([...ewma(values, { beta })].filter((_, i) => isThere[i])).toEqual([...ewma(values.filter(Number.isFinite), { beta })]);
    }));
  });

  it("the corrected average is the plain one divided by 1 − βᵗ, within 1e-9", () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 1, max: 2, noNaN: true }), { minLength: 1, maxLength: 60 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (values, beta) => {
      const plain = ewma(values, { beta, corrected: false });
      expect(misses(ewma(values, { beta }), plain.map((v, i) => v / correction(beta, i + 1)), { rel: 1e-9 })).toEqual([]);
    }));
  });

  it("over places one unit apart the time-weighted average is the corrected one, to rounding", () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 1, max: 2, noNaN: true }), { maxLength: 60 }), share, (values, beta) => {
      expect(misses(ewma(values, { beta, at: values.map((_, i) => 5 * i), unit: 5 }), ewma(values, { beta }), { rel: 1e-13 })).toEqual([]);
    }));
  });

  it("over places it does not matter where they begin", () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 1, max: 2, noNaN: true }), { maxLength: 60 }), share, fc.integer({ min: -1000, max: 1000 }), (values, beta, start) => {
      expect(ewma(values, { beta, at: values.map((_, i) => start + 2 * i) })).toEqual(ewma(values, { beta, at: values.map((_, i) => 2 * i) }));
    }));
  });

  it("refuses β outside [0, 1), places that fall, a unit of 0, and an uncorrected average over places", () => {
    for (const beta of [1, -0.1, Number.NaN]) expect(() => ewma([1], { beta })).toThrow("[0, 1)");
    expect(() => ewma([1, 2, 3], { beta: 0.5, at: [0, 2, 1] })).toThrow("the one at 2 does, by 1");
    expect(() => ewma([1], { beta: 0.5, at: [0], unit: 0 })).toThrow("unit must be a number above 0");
    expect(() => ewma([1], { beta: 0.5, at: [0], corrected: false })).toThrow("no uncorrected form");
  });
});

describe("one definition", () => {
  const gradients = [3, -1, 4, 1, -5];

  it("momentum's v is the plain average of the gradients, bit for bit in 64 bit", () => {
    const [v, p] = [new Float64Array(1), new Float64Array(1)];
    const seen = gradients.map((g, i) => {
      momentum.update({ p, g: Float64Array.of(g), slots: { v }, from: 0, to: 1, t: i + 1, lr: 0.1, hyper: momentum({ beta: 0.8 }), round: (x: number) => x, kernels: reference(64) } as never);
      return v[0]!;
    });
    expect(seen).toEqual([...ewma(gradients, { beta: 0.8, corrected: false })]);
  });

  it("batch norm's running mean is the plain average of the batch means once it starts at 0, bit for bit in 64 bit", () => {
    const k = reference(64), kept = vector(64, 1);
    const seen = gradients.map((g) => {
      k.average(kept, Float64Array.of(g), 1, batchNorm().momentum);
      return kept[0]!;
    });
    expect(seen).toEqual([...ewma(gradients, { beta: batchNorm().momentum, corrected: false })]);
  });

  it("Adam corrects its averages by what `correction` says", () => {
    expect(misses([correction(adam().beta1, 1), correction(adam().beta2, 1)], [0.1, 0.001], { rel: 1e-13 })).toEqual([]);
  });
});

describe("gaussian smoothing", () => {
  it("weighs neighbours by e^(−d²/2σ²) and scales the weights up at the ends", () => {
    const weights = [Math.exp(-2), Math.exp(-0.5), 1];
    const [far, near, own] = weights as [number, number, number];
    const smooth = gaussian([0, 0, 1, 0, 0], 1);
    expect(misses(smooth, [far / (own + near + far + Math.exp(-4.5) + Math.exp(-8)), near / (own + 2 * near + far + Math.exp(-4.5)), 1 / (own + 2 * near + 2 * far), near / (own + 2 * near + far + Math.exp(-4.5)), far / (own + near + far + Math.exp(-4.5) + Math.exp(-8))], { rel: 1e-14 })).toEqual([]);
  });

  it("looks into the future, and says so: an added value moves the one before it", () => {
    expect(gaussian([1, 1, 9], 1)[1]).toBeGreaterThan(gaussian([1, 1], 1)[1]!);
    expect(looksAhead.en).toBe("looks into the future");
    expect(looksAhead.zh).toMatch(/\p{Script=Han}/u);
  });

  it("of deviation 0 changes nothing, and a negative one is refused", () => {
    expect([...gaussian([3, 1, 2], 0)]).toEqual([3, 1, 2]);
    expect(() => gaussian([1], -1)).toThrow("deviation must be a number from 0");
  });
});
