/** Runs as points: which value a run has of a name, where it stands, what a brush keeps, what a box holds. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { boxOf, isInside, marksOf, numberAt, rulerOf, shareOf, valueOf } from "../../src-renderer/parts/explore/points.ts";
import { aRun, aSpec } from "./support/runs.ts";

const runs = [0.0001, 0.01, 1].map((learningRate, i) => aRun({ id: `r-${i}`, spec: { ...aSpec, optimizer: { kind: i === 0 ? "sgd" : "adam", learningRate } }, metrics: i === 2 ? { "validation/loss": NaN } : { "validation/loss": i }, trainingMs: 1500 }));

describe("the value of a name", () => {
  it("is a metric, a fact, or what stands in the spec; null where there is none", () => {
    expect(["validation/loss", "test/loss", "time", "optimizer.kind", "optimizer.learningRate", "layers.0.units", "train.openTest", "layers.9.units", "optimizer.__proto__", "constructor.name"].map((name) => valueOf(runs[1]!, name))).toEqual([1, null, 1.5, "adam", 0.01, 10, "false", null, null, null]);
  });
});

describe("a ruler", () => {
  it("is logarithmic over two decades of positive numbers, unless a person says otherwise", () => {
    const ruler = rulerOf(runs, "optimizer.learningRate", null);
    expect(ruler).toMatchObject({ kind: "number", canBeLog: true, axis: { scale: "log" } });
    expect(shareOf(ruler, 0.01)).toBeCloseTo(0.5, 9);
    expect(rulerOf(runs, "optimizer.learningRate", false)).toMatchObject({ axis: { scale: "linear" } });
    expect(rulerOf(runs, "validation/loss", true)).toMatchObject({ canBeLog: false, axis: { scale: "linear" } });
  });
  it("of texts has a place for each, and none for what is missing or not finite", () => {
    const ruler = rulerOf(runs, "optimizer.kind", null);
    expect(marksOf(ruler)).toEqual([{ share: 0.25, value: "adam" }, { share: 0.75, value: "sgd" }]);
    expect([shareOf(ruler, "sgd"), shareOf(ruler, "new"), shareOf(ruler, null), shareOf(rulerOf(runs, "validation/loss", null), NaN)]).toEqual([0.75, null, null, null]);
    expect(rulerOf([], "validation/loss", null)).toMatchObject({ kind: "text", texts: [] });
  });
  it("gives back the number at a share: the way there and back is one", () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 1e-4, max: 1e4, noNaN: true }), { minLength: 2, maxLength: 6 }), fc.double({ min: 0, max: 1, noNaN: true }), (rates, share) => {
      const ruler = rulerOf(rates.map((learningRate) => aRun({ spec: { ...aSpec, optimizer: { kind: "adam", learningRate } } })), "optimizer.learningRate", null);
      expect(shareOf(ruler, numberAt(ruler, share))).toBeCloseTo(share, 6);
      for (const rate of rates) expect(shareOf(ruler, rate)!).toBeGreaterThan(0);
    }));
  });
});

it("brushes keep the runs that lie in all of them; what is not finite lies in none", () => {
  const kept = (brushes: Parameters<typeof isInside>[1]) => runs.filter((run) => isInside(run, brushes)).map(({ id }) => id);
  expect(kept({})).toEqual(["r-0", "r-1", "r-2"]);
  expect(kept({ "optimizer.learningRate": { kind: "number", from: 0.001, to: 2 } })).toEqual(["r-1", "r-2"]);
  expect(kept({ "optimizer.learningRate": { kind: "number", from: 0.001, to: 2 }, "validation/loss": { kind: "number", from: -9, to: 9 } })).toEqual(["r-1"]);
  expect(kept({ "optimizer.kind": { kind: "text", texts: ["sgd"] } })).toEqual(["r-0"]);
});

it("a box has R's quartiles (type 7), and whiskers that end at values within one and a half of its height", () => {
  // R: quantile(c(1, 2, 3, 4, 100)) gives 1 2 3 4 100.
  expect(boxOf([100, 3, 1, 4, 2])).toEqual({ n: 5, q1: 2, median: 3, q3: 4, low: 1, high: 4 });
  // R: quantile(c(1, 2, 3, 4)) gives 1.75 2.5 3.25.
  expect(boxOf([4, 1, 3, 2])).toMatchObject({ q1: 1.75, median: 2.5, q3: 3.25 });
  expect([boxOf([]), boxOf([7])]).toEqual([null, { n: 1, low: 7, q1: 7, median: 7, q3: 7, high: 7 }]);
});
