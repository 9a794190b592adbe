/** Softmax with its temperature as the course has it, the fit of a temperature, and the minimiser below it. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { calibrationBins, fitTemperature, hardMaxOf, logSoftmaxOf, minimize, rng, softmaxOf } from "../../src-engine/index.ts";
import { misses } from "../support/close.ts";

const course = [5, 2, -1, 3];
/** The course's numbers are rounded to three places. */
const three = { abs: 5e-4 };

describe("softmax", () => {
  it("of (5, 2, −1, 3) is 0.842, 0.042, 0.002, 0.114, and Σt is 176.3", () => {
    expect(misses(softmaxOf(course, 4), [0.842, 0.042, 0.002, 0.114], three)).toEqual([]);
    expect(misses([Math.exp(5) / softmaxOf(course, 4)[0]!], [176.3], { abs: 0.05 })).toEqual([]);
  });

  it("with temperature 0.5 is 0.980, 0.002, 0.000, 0.018, with 2 it is 0.610, 0.136, 0.030, 0.224", () => {
    expect(misses(softmaxOf(course, 4, 0.5), [0.98, 0.002, 0, 0.018], three)).toEqual([]);
    // The first is 0.60946, which TOPICS rounds up to 0.610.
    expect(misses(softmaxOf(course, 4, 2), [0.61, 0.136, 0.03, 0.224], { abs: 6e-4 })).toEqual([]);
  });

  it("hard max puts 1 where the largest is and 0 elsewhere, row by row", () => {
    expect([...hardMaxOf([...course, 0, 2, 2, 1], 4)]).toEqual([1, 0, 0, 0, 0, 1, 0, 0]);
  });

  it("sums to 1, keeps the order of the logits at every temperature, and its logarithm is the log softmax", () => {
    const logits = fc.array(fc.double({ min: -30, max: 30, noNaN: true }), { minLength: 2, maxLength: 8 });
    fc.assert(fc.property(logits, fc.double({ min: 0.2, max: 50, noNaN: true }), (z, temperature) => {
      const a = softmaxOf(z, z.length, temperature);
      expect(misses([a.reduce((sum, p) => sum + p, 0)], [1], { abs: 1e-14 })).toEqual([]);
      for (let i = 0; i < z.length; i++) for (let j = 0; j < z.length; j++) if (z[i]! > z[j]!) expect(a[i]).toBeGreaterThanOrEqual(a[j]!);
      expect(misses(logSoftmaxOf(z, z.length, temperature), a.map(Math.log), { abs: 1e-12, rel: 1e-13 })).toEqual([]);
    }));
  });

  it("stays finite at ±1000, where log softmax still tells −2000 from −1000", () => {
    expect([...softmaxOf([1000, -1000, 0], 3)]).toEqual([1, 0, 0]);
    expect([...logSoftmaxOf([1000, -1000, 0], 3)]).toEqual([0, -2000, -1000]);
  });

  it("refuses a temperature of 0", () => { expect(() => softmaxOf(course, 4, 0)).toThrow("a temperature must be a number above 0; got 0"); });
});

/** Rows whose labels are drawn from softmax(z), then all logits made `factor` times too large. */
function overconfident(rows: number, c: number, factor: number): { z: Float64Array; labels: Float64Array } {
  const stream = rng(11).stream("rows");
  const honest = Float64Array.from({ length: rows * c }, () => 1.5 * stream.normal());
  const a = softmaxOf(honest, c);
  const labels = Float64Array.from({ length: rows }, (_, i) => {
    let left = stream.uniform(), k = 0;
    while (k < c - 1 && left >= a[i * c + k]!) left -= a[i * c + k++]!;
    return k;
  });
  return { z: honest.map((s) => factor * s), labels };
}

describe("bins of confidence", () => {
  it("hold their upper end and not their lower one, the first one 0 too; empty ones are left out", () => {
    const bins = calibrationBins([0.5, 0.5, 0.6, 0.4, 0.25, 0.75, 1, 0], [0, 1, 1, 1], 2, 4);
    expect(bins).toEqual([
      { bin: 1, from: 0.25, to: 0.5, count: 1, accuracy: 1, confidence: 0.5 },
      { bin: 2, from: 0.5, to: 0.75, count: 2, accuracy: 0.5, confidence: 0.675 },
      { bin: 3, from: 0.75, to: 1, count: 1, accuracy: 0, confidence: 1 },
    ]);
    expect(calibrationBins([0, 0], [0], 2, 4).map(({ bin }) => bin)).toEqual([0]);
  });
});

describe("a fitted temperature", () => {
  it.each([3, 0.5])("of logits %f times too large is that factor, within 5 %", (factor) => {
    const { z, labels } = overconfident(4000, 4, factor);
    const { before, after } = fitTemperature(z, labels, 4);
    // The fit's standard error with 4000 rows is about 2 %.
    expect(misses([after.temperature], [factor], { rel: 0.05 })).toEqual([]);
    expect(before.temperature).toBe(1);
    expect(after.nll).toBeLessThan(before.nll);
  });

  it("brings the calibration error of too sure a network below 0.03, from above 0.15", () => {
    const { z, labels } = overconfident(4000, 4, 3);
    const { before, after } = fitTemperature(z, labels, 4);
    expect(before.ece).toBeGreaterThan(0.15);
    expect(after.ece).toBeLessThan(0.03);
  });

  it("stands at the bottom: the slope of the mean −log a[y] in log T is 0 within 1e-6", () => {
    const { z, labels } = overconfident(200, 3, 2);
    const { temperature } = fitTemperature(z, labels, 3).after;
    const nll = (t: number) => -logSoftmaxOf(z, 3, t).reduce((sum, a, i) => sum + (i % 3 === labels[Math.floor(i / 3)] ? a : 0), 0) / 200;
    expect(Math.abs(nll(temperature * Math.exp(1e-4)) - nll(temperature * Math.exp(-1e-4))) / 2e-4).toBeLessThan(1e-6);
  });

  it("of one logit is that of the logits 0 and z", () => {
    const { z, labels } = overconfident(300, 2, 2);
    const single = Float64Array.from(labels, (_, i) => z[2 * i + 1]! - z[2 * i]!);
    const [one, two] = [fitTemperature(single, labels, 1), fitTemperature(z, labels, 2)];
    expect(misses([one.after.temperature, one.after.nll, one.before.ece], [two.after.temperature, two.after.nll, two.before.ece], { rel: 1e-6 })).toEqual([]);
  });

  it("is so small that nothing is lost where every row is right, and the most there is where every row is wrong", () => {
    const { after } = fitTemperature([3, 0, 0, 3], [0, 1], 2);
    expect(after.temperature).toBeLessThan(0.1);
    expect(after.nll).toBeLessThan(1e-15);
    expect(misses([fitTemperature([3, 0, 0, 3], [1, 0], 2).after.temperature], [100], { rel: 1e-3 })).toEqual([]);
  });

  it("needs a row", () => { expect(() => fitTemperature([], [], 3)).toThrow("at least one row"); });
});

describe("minimize", () => {
  it("finds the bottom of a parabola wherever it lies, within 1e-5, in at most 12 questions", () => {
    fc.assert(fc.property(fc.double({ min: -9, max: 9, noNaN: true }), fc.double({ min: 0.1, max: 100, noNaN: true }), (bottom, steep) => {
      const { x, evaluations } = minimize((at) => steep * (at - bottom) ** 2 + 3, -10, 10, 1e-5);
      expect(Math.abs(x - bottom)).toBeLessThan(1e-5);
      expect(evaluations).toBeLessThanOrEqual(12);
    }));
  });

  it.each<[string, (x: number) => number, number, number, number]>([
    ["|x − 1|, which has a corner", (x) => Math.abs(x - 1), -5, 7, 1],
    ["x⁴ − 3x, which is flat", (x) => x ** 4 - 3 * x, 0, 4, Math.cbrt(0.75)],
    ["cos x between 0 and 6", Math.cos, 0, 6, Math.PI],
    ["e^x, at its lower end", Math.exp, -2, 1, -2],
    ["−x, at its upper end", (x) => -x, 0, 8, 8],
  ])("finds that of %s, within 1e-6", (_, f, from, to, bottom) => {
    const { x, value, evaluations } = minimize(f, from, to, 1e-7);
    expect(Math.abs(x - bottom)).toBeLessThan(1e-6);
    expect(value).toBe(f(x));
    expect(evaluations).toBeLessThan(80);
  });

  it("refuses an interval that is none, and a tolerance of 0", () => {
    expect(() => minimize(Math.cos, 1, 1, 1e-6)).toThrow("finite from < to");
    expect(() => minimize(Math.cos, 0, Infinity, 1e-6)).toThrow("finite from < to");
    expect(() => minimize(Math.cos, 0, 1, 0)).toThrow("tolerance above 0");
  });
});
