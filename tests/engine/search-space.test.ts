/** Points ⇄ cube: round trips, the densities the scales promise, conditions and constraints, and from a point to its runs. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkSweepSpec, describeCatalog, previewPoints, rng, runsOfPoint } from "../../src-engine/index.ts";
import type { SweepSpec } from "../../src-engine/index.ts";
import { golden } from "../support/golden.ts";
import { interval, spaceOf, values } from "../support/search.ts";
import { arbitrarySpace } from "../support/arbitrary-space.ts";

const sweepOf = (raw: object): SweepSpec => {
  const { spec, problems } = checkSweepSpec(raw, describeCatalog());
  if (spec === null) throw new Error(problems.map(({ path, message }) => `${path} ${message}`).join("\n"));
  return spec;
};

it("a point survives the trip through the cube, to 1e-9 relative, and options, whole numbers and steps exactly", () => {
  fc.assert(fc.property(arbitrarySpace(), fc.integer({ min: 0, max: 1e9 }), (space, seed) => {
    const stream = rng(seed).stream("trip");
    const point = space.fromCube(space.cube.sides.map(() => stream.uniform()));
    const back = space.fromCube(space.toCube(point));
    expect(Object.keys(back)).toEqual(Object.keys(point));
    for (const [name, value] of Object.entries(point)) {
      if (typeof value === "number" && space.cube.sides[space.names.indexOf(name)]!.levels === 0) expect(Math.abs((back[name] as number) - value)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(value)));
      else expect(back[name]).toEqual(value);
    }
  }));
});

it("the ends of the cube are the ends of every axis, and nothing lies beyond", () => {
  fc.assert(fc.property(arbitrarySpace(), fc.double({ min: -0.5, max: 1.5, noNaN: true }), (space, u) => {
    for (const [name, value] of Object.entries(space.fromCube(space.names.map(() => u)))) {
      const axis = space.axes[name]!;
      if ("from" in axis) { expect(value).toBeGreaterThanOrEqual(axis.from); expect(value).toBeLessThanOrEqual(axis.to); } else if ("values" in axis) expect(axis.values).toContainEqual(value);
    }
  }));
});

describe("the scales, against golden/search.json", () => {
  interface Distribution { type: string; low: number; high: number; q?: number; step?: number; quantiles?: { q: number; x: number }[]; pmf?: { value: number; p: number }[] }
  const all = golden<{ distributions: Distribution[] }>("search").distributions;
  const axisOf = ({ type, low, high, step }: Distribution) => type === "uniform" ? interval(low, high) : type === "log_uniform" ? interval(low, high, { scale: "log" }) : type === "one_minus_log_uniform" ? interval(low, high, { scale: "reverseLog" })
    : type === "quantized_uniform_step" ? interval(low, high, { step: step! }) : type === "int_log_uniform" ? interval(low, high, { scale: "log", step: 1 }) : interval(low, high, { step: 1 });
  // hyperopt's q_log_uniform rounds to multiples of q that may lie outside the range; steps here start at the range's own end.
  const ours = all.filter(({ type }) => type !== "q_log_uniform");

  it.each(ours.filter(({ quantiles }) => quantiles !== undefined).map((one) => [`${one.type} [${one.low}, ${one.high}]`, one] as const))("%s has the quantiles, to 1e-9", (_, one) => {
    const space = spaceOf({ x: axisOf(one) });
    for (const { q, x } of one.quantiles!) expect(Math.abs(Number(space.fromCube([q])["x"]) - x)).toBeLessThanOrEqual(1e-9 * Math.max(1, Math.abs(x)));
  });

  it.each(ours.filter(({ pmf }) => pmf !== undefined).map((one) => [`${one.type} [${one.low}, ${one.high}]`, one] as const))("%s gives each value its share, to 1e-4", (_, one) => {
    const space = spaceOf({ x: axisOf(one) });
    const counts = new Map<unknown, number>();
    for (let i = 0; i < 100_000; i++) { const { x } = space.fromCube([(i + 0.5) / 100_000]) as { x: number }; counts.set(x, (counts.get(x) ?? 0) + 1e-5); }
    expect([...counts.keys()]).toEqual(one.pmf!.map(({ value }) => value));
    for (const { value, p } of one.pmf!) expect(Math.abs(counts.get(value)! - p)).toBeLessThan(1e-4);
  });

  it("covers eleven of the thirteen", () => { expect(ours.length).toBe(11); });
});

it("a stepped scale counts 0.1, 0.2, 0.3, and not 0.30000000000000004", () => {
  const space = spaceOf({ keep: interval(0.1, 0.9, { step: 0.1 }) });
  expect(Array.from({ length: 9 }, (_, i) => space.fromCube([(i + 0.5) / 9])["keep"])).toEqual([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]);
});

it("an axis is in play only where its condition holds, through chains, and Adam's rate is not SGD's", () => {
  const space = spaceOf({
    "adam.rate": interval(1e-4, 1e-2, { scale: "log", when: { kind: ["adam"] } }), "sgd.rate": interval(1e-2, 1, { scale: "log", when: { kind: ["sgd"] } }),
    kind: values(["adam", "sgd"]), warm: values([false, true], { kind: ["adam"] }), steps: interval(10, 100, { step: 10, when: { warm: [true] } }),
  });
  expect(Object.keys(space.fromCube([0.5, 0.5, 0.1, 0.9, 0.5]))).toEqual(["adam.rate", "kind", "warm", "steps"]);
  expect(Object.keys(space.fromCube([0.5, 0.5, 0.1, 0.1, 0.5]))).toEqual(["adam.rate", "kind", "warm"]);
  expect(Object.keys(space.fromCube([0.5, 0.5, 0.9, 0.9, 0.5]))).toEqual(["sgd.rate", "kind"]);
  expect(space.cube.snap([0.5, 0.5, 0.9, 0.9, 0.5]).map(Number.isNaN)).toEqual([true, false, false, true, true]);
});

it("constraints hold among the axes in play, strictly or not, and a sum keeps its limit", () => {
  const axes = { n: values([1, 2]), a: interval(1, 9, { step: 1 }), b: interval(1, 9, { step: 1, when: { n: [2] } }) };
  const allowed = (constraint: Parameters<typeof spaceOf>[1], at: number[]) => spaceOf(axes, constraint).cube.allows(at);
  const small = 0.1, large = 0.9, one = 0.2, two = 0.8;
  expect(allowed([{ kind: "decreasing", axes: ["a", "b"], strict: false }], [two, large, small])).toBe(true);
  expect(allowed([{ kind: "decreasing", axes: ["a", "b"], strict: false }], [two, small, large])).toBe(false);
  expect(allowed([{ kind: "decreasing", axes: ["a", "b"], strict: false }], [one, small, large])).toBe(true);
  expect(allowed([{ kind: "decreasing", axes: ["a", "b"], strict: false }], [two, small, small])).toBe(true);
  expect(allowed([{ kind: "decreasing", axes: ["a", "b"], strict: true }], [two, small, small])).toBe(false);
  expect(allowed([{ kind: "increasing", axes: ["a", "b"], strict: true }], [two, small, large])).toBe(true);
  expect(allowed([{ kind: "sumAtMost", axes: ["a", "b"], limit: 10 }], [two, large, small])).toBe(true);
  expect(allowed([{ kind: "sumAtMost", axes: ["a", "b"], limit: 10 }], [two, large, large])).toBe(false);
});

describe("from a point to its runs", () => {
  const base = { data: { kind: "blobs" }, layers: [{ kind: "dense", units: 16 }, { kind: "relu" }, { kind: "dense", units: 3 }], optimizer: { kind: "adam", learningRate: 0.5, beta1: 0.7 }, split: { kind: "stratified", test: 0.2, seed: 9 }, seed: 5 };
  const catalog = describeCatalog();

  it("puts values at their paths, and another kind starts from its own defaults, not from the old one's values", () => {
    const sweep = sweepOf({ base, axes: { "optimizer.kind": { values: ["adam", "sgd"] }, adam: { path: "optimizer.learningRate", when: { "optimizer.kind": "adam" } }, "train.batchSize": {} } });
    const [run] = runsOfPoint(sweep, { "optimizer.kind": "adam", adam: 0.01, "train.batchSize": 64 }, catalog);
    expect(run!.spec.optimizer).toMatchObject({ kind: "adam", learningRate: 0.01, beta1: 0.7 });
    expect(run!.spec.train.batchSize).toBe(64);
    expect(runsOfPoint(sweep, { "optimizer.kind": "sgd", "train.batchSize": 8 }, catalog)[0]!.spec.optimizer).toEqual({ kind: "sgd", learningRate: 0.1 });
  });

  it("repeats a block of layers, each copy with units of its own", () => {
    const sweep = sweepOf({ base, axes: {
      "layers.0.repeat": { from: 1, to: 3, block: 2 }, "layers.0@1.units": { from: 8, to: 64 }, "layers.0@2.units": { from: 8, to: 64 }, "layers.0@3.units": { from: 8, to: 64 },
    }, constraints: [{ kind: "decreasing", axes: ["layers.0@1.units", "layers.0@2.units", "layers.0@3.units"] }] });
    expect(sweep.axes["layers.0@3.units"]!.when).toEqual({ "layers.0.repeat": [3] });
    const [run] = runsOfPoint(sweep, { "layers.0.repeat": 2, "layers.0@1.units": 40, "layers.0@2.units": 20 }, catalog);
    expect(run!.spec.layers.map(({ kind, units }) => units ?? kind)).toEqual([40, "relu", 20, "relu", 3]);
    for (const point of previewPoints(sweep)) {
      const units = [1, 2, 3].map((i) => point[`layers.0@${i}.units`]).filter((n) => n !== undefined) as number[];
      expect(units.length).toBe(point["layers.0.repeat"]);
      expect(units).toEqual([...units].sort((a, b) => b - a));
    }
  });

  it("makes a run for each seed, fresh seeds after them, or one for each fold of the same split", () => {
    const seeds = sweepOf({ base, axes: { "train.batchSize": {} }, repeats: { count: 3 } });
    expect(runsOfPoint(seeds, { "train.batchSize": 8 }, catalog).map(({ repeat, spec }) => [repeat, spec.seed])).toEqual([[1, 5], [2, 6], [3, 7]]);
    expect(runsOfPoint(seeds, { "train.batchSize": 8 }, catalog, 2).map(({ spec }) => spec.seed)).toEqual([8, 9]);
    const folds = sweepOf({ base, axes: { "train.batchSize": {} }, repeats: { kind: "folds", count: 4 } });
    expect(runsOfPoint(folds, { "train.batchSize": 8 }, catalog).map(({ spec }) => spec.split)).toEqual([1, 2, 3, 4].map((fold) => ({ kind: "kFold", folds: 4, fold, test: 0.2, seed: 9, stratify: true })));
  });

  it("draws the preview's points from the sweep's seed, 200 of them, and half of a log axis's lie below its geometric middle", () => {
    const sweep = sweepOf({ base, axes: { "optimizer.learningRate": { from: 1e-4, to: 1 } } });
    const points = previewPoints(sweep).map((point) => Number(point["optimizer.learningRate"]));
    expect(points.length).toBe(200);
    // Binomial(200, ½) strays further than 28 from 100 in one of 14,000 draws; the seed is fixed.
    expect(Math.abs(points.filter((rate) => rate < 1e-2).length - 100)).toBeLessThan(28);
    expect(previewPoints(sweep)).toEqual(previewPoints(sweep));
  });
});
