/** Every sampler: stays in the space, keeps kinds and constraints, draws the same for the same seed, survives what goes wrong, and resumes from its history. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { rng, samplerKinds, samplers } from "../../src-engine/index.ts";
import type { Observation, Sampler, SamplerKind } from "../../src-engine/index.ts";
import { fitProcess, processOf } from "../../src-engine/search/samplers/process.ts";
import { gridOf } from "../../src-engine/search/samplers/grid.ts";
import { sobolPoint } from "../../src-engine/search/samplers/sobol.ts";
import { golden } from "../support/golden.ts";
import { arbitrarySpace } from "../support/arbitrary-space.ts";
import { interval, question, search, spaceOf, values } from "../support/search.ts";

const kinds = Object.keys(samplerKinds) as SamplerKind[];
const defaults = (kind: SamplerKind): object => ({ ...Object.fromEntries(Object.entries(samplerKinds[kind].params).map(([name, param]) => [name, param.default])), ...(kind === "latinHypercube" ? { points: 12 } : {}), ...("startupTrials" in samplerKinds[kind].params ? { startupTrials: 4 } : {}), ...(kind === "nsga2" ? { population: 4 } : {}), ...(kind === "bohb" ? { randomShare: 0.2 } : {}) });
const samplerOf = (kind: SamplerKind): Sampler => samplers[kind];
/** A loss that fails now and then, and once in a while is NaN. */
const shaky = (point: Readonly<Record<string, unknown>>): number => {
  const text = JSON.stringify(point);
  const hash = [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 1009, 7);
  return hash % 5 === 0 ? Number.NaN : hash % 11 === 0 ? Number.POSITIVE_INFINITY : hash / 1009;
};

describe.each(kinds)("%s", (kind) => {
  const options = defaults(kind);
  const sampler = samplerOf(kind);
  // The Gaussian process is slow beside the others.
  const numRuns = kind === "gaussianProcess" ? 12 : 40;
  const trials = 14;

  it("gives places in the cube whose points lie in the space, with trials that fail, give NaN or are pruned in between", () => {
    fc.assert(fc.property(arbitrarySpace(), fc.integer({ min: 0, max: 1e6 }), (space, seed) => {
      for (const { at } of search({ space, f: shaky, sampler, options, trials, seed, batch: 3 })) {
        for (const u of at) expect(Number.isNaN(u) || (u >= 0 && u <= 1)).toBe(true);
        for (const [name, value] of Object.entries(space.fromCube(at))) {
          const axis = space.axes[name]!;
          if ("from" in axis) { expect(value).toBeGreaterThanOrEqual(axis.from); expect(value).toBeLessThanOrEqual(axis.to); } else if ("values" in axis) expect(axis.values).toContainEqual(value);
        }
      }
    }), { numRuns });
  });

  it("goes on where every trial failed, and where all results are equal", () => {
    const space = spaceOf({ x: interval(0, 1), n: interval(1, 9, { step: 1 }), k: values(["a", "b"]) });
    expect(search({ space, f: () => Number.NaN, sampler, options, trials: 12, seed: 3 }).length).toBe(12);
    expect(search({ space, f: () => 1, sampler, options, trials: 12, seed: 3 }).length).toBe(12);
    const pruned: Observation[] = Array.from({ length: 8 }, (_, i) => ({ number: i + 1, at: space.cube.snap([i / 8, 0.5, 0.2]), state: "pruned", losses: null, curve: [{ epoch: 1, loss: i }] }));
    expect(sampler(question(space.cube, pruned, 9, 1, options))).not.toBeNull();
  });

  it("keeps the constraints", () => {
    const space = spaceOf({ a: interval(1, 20, { step: 1 }), b: interval(1, 20, { step: 1 }), c: interval(1, 20, { step: 1 }) }, [{ kind: "decreasing", axes: ["a", "b", "c"], strict: true }]);
    for (const { at } of search({ space, f: shaky, sampler, options, trials, seed: 5, batch: 2 })) {
      const { a, b, c } = space.fromCube(at) as { a: number; b: number; c: number };
      expect(a > b && b > c, `${a} ${b} ${c}`).toBe(true);
    }
  });

  it("draws the same places for the same seed, others for another, and goes on from its history as if it had never stopped", () => {
    const space = spaceOf({ x: interval(1e-4, 1, { scale: "log" }), n: interval(1, 99, { step: 1 }), k: values(["a", "b", "c"]) });
    const asked = { space, f: shaky, sampler, options, trials, seed: 7, batch: 2 };
    const whole = search(asked);
    expect(search(asked)).toEqual(whole);
    if (kind !== "grid" && kind !== "fill") expect(search({ ...asked, seed: 8 })).not.toEqual(whole);
    const history = whole.slice(0, 10);
    const next = sampler(question(space.cube, history, 11, 7, options));
    expect(space.fromCube(next!)).toEqual(space.fromCube(whole[10]!.at));
    // What order the history is told in does not matter.
    expect(space.fromCube(sampler(question(space.cube, [...history].reverse(), 11, 7, options))!)).toEqual(space.fromCube(whole[10]!.at));
  });
});

describe("grid", () => {
  it.each(golden<{ grid: { space: Record<string, unknown[]>; points: object[] }[] }>("search").grid.map((one) => [JSON.stringify(one.space), one] as const))("walks %s in golden order, the last axis fastest, and then has no more", (_, { space, points }) => {
    const made = spaceOf(Object.fromEntries(Object.entries(space).map(([name, list]) => [name, values(list)])));
    expect([...gridOf(made.cube, 5)].map((at) => made.fromCube(at))).toEqual(points);
    expect(search({ space: made, f: () => 0, sampler: samplers.grid, options: { resolution: 5 }, trials: 99, seed: 1 }).length).toBe(points.length);
  });

  it("cuts a range into as many values as asked, ends included, keeps few whole numbers, and counts what is not in play once", () => {
    const space = spaceOf({ rate: interval(1e-3, 1e-1, { scale: "log" }), n: interval(1, 3, { step: 1 }), k: values(["a", "b"]), only: values([1, 2, 3], { k: ["a"] }) });
    const points = [...gridOf(space.cube, 3)].map((at) => space.fromCube(at));
    expect([...new Set(points.map(({ rate }) => Number(Number(rate).toPrecision(9))))]).toEqual([1e-3, 1e-2, 1e-1]);
    expect(points.length).toBe(3 * 3 * (3 + 1));
    expect(new Set(points.map((point) => JSON.stringify(point))).size).toBe(points.length);
  });
});

describe("fill", () => {
  const space = spaceOf({ a: values([1, 2]), b: values(["x", "y"]) });
  const observation = (number: number, a: number, b: string, state: Observation["state"]): Observation => ({ number, at: space.toCube({ a, b }), state, losses: state === "finished" ? [1] : null, curve: [] });
  const ask = (history: Observation[]) => { const at = samplers.fill(question(space.cube, history, history.length + 1, 1, { resolution: 5, attempts: 2 })); return at === null ? null : space.fromCube(at); };

  it("takes what was never begun first, then what failed, at most as often as allowed, and nothing that is under way", () => {
    const history = [observation(1, 1, "x", "finished"), observation(2, 1, "y", "failed"), observation(3, 2, "y", "running")];
    expect(ask(history)).toEqual({ a: 2, b: "x" });
    const full = [...history, observation(4, 2, "x", "finished")];
    expect(ask(full)).toEqual({ a: 1, b: "y" });
    expect(ask([...full, observation(5, 1, "y", "running")])).toBeNull();
    expect(ask([...full, observation(5, 1, "y", "failed")])).toBeNull();
  });
});

describe("sobol", () => {
  interface Scipy { sobol: { d: number; points: number[][] }; sobol64: { indices: number[]; points: number[][] }; process: { x: number[][]; y: number[]; weights: number[]; scale: number; noise: number; at: number[][]; mean: number[]; variance: number[] } }
  const scipy = golden<Scipy>("search-scipy");

  it("unscrambled is SciPy's sequence, bit for bit: 64 points in 12 dimensions, and points up to 1023 in 64", () => {
    scipy.sobol.points.forEach((point, i) => { expect(Array.from(sobolPoint(i, 12), (x) => x / 2 ** 30)).toEqual(point); });
    scipy.sobol64.indices.forEach((index, k) => { expect(Array.from(sobolPoint(index, 64), (x) => x / 2 ** 30)).toEqual(scipy.sobol64.points[k]); });
  });

  it("scrambled still puts one of each 16 points in each sixteenth of every axis, and one of 64 into each cell of 8 × 8 of the first two", () => {
    const space = spaceOf(Object.fromEntries(["a", "b", "c", "d", "e"].map((name) => [name, interval(0, 1)])));
    const points = search({ space, f: () => 0, sampler: samplers.sobol, options: { scramble: true }, trials: 64, seed: 12 }).map(({ at }) => at);
    for (let from = 0; from < 64; from += 16) for (let side = 0; side < 5; side++) expect(new Set(points.slice(from, from + 16).map((at) => Math.floor(at[side]! * 16))).size).toBe(16);
    expect(new Set(points.map((at) => 8 * Math.floor(at[0]! * 8) + Math.floor(at[1]! * 8))).size).toBe(64);
  });

  it("the process with given hyper-parameters has the textbook posterior, to 1e-9", () => {
    const { x, y, weights, scale, noise, at, mean, variance } = scipy.process;
    const process = processOf(x, y, x[0]!.map(() => ({ levels: 0, isOrdered: true, isListed: false, centres: [] })), { weights, scale, noise });
    at.forEach((place, i) => {
      const found = process.predict(place);
      expect(Math.abs(found.mean - mean[i]!)).toBeLessThan(1e-9);
      expect(Math.abs(found.variance - variance[i]!)).toBeLessThan(1e-9);
    });
  });

  it("the process's slopes are those of its mean and variance, to 1e-5 of difference quotients", () => {
    const { x, y, weights, scale, noise, at } = scipy.process;
    const process = processOf(x, y, x[0]!.map(() => ({ levels: 0, isOrdered: true, isListed: false, centres: [] })), { weights, scale, noise });
    const [m, v] = [new Float64Array(3), new Float64Array(3)];
    for (const place of at) {
      process.predictWithSlopes(Float64Array.from(place), m, v);
      place.forEach((u, j) => {
        const [up, down] = [process.predict(place.with(j, u + 1e-6)), process.predict(place.with(j, u - 1e-6))];
        expect(Math.abs((up.mean - down.mean) / 2e-6 - m[j]!)).toBeLessThan(1e-5);
        expect(Math.abs((up.variance - down.variance) / 2e-6 - v[j]!)).toBeLessThan(1e-5);
      });
    }
  });

  it("a fit finds the axis that matters: its weight is more than ten times that of one the values do not depend on", () => {
    const x = Array.from({ length: 24 }, (_, i) => [(i * 0.618034) % 1, (i * 0.754878) % 1]);
    const raw = x.map(([a]) => Math.sin(7 * a!));
    const { hyper } = fitProcess(x, raw, x[0]!.map(() => ({ levels: 0, isOrdered: true, isListed: false, centres: [] })));
    expect(hyper.weights[0]! / hyper.weights[1]!).toBeGreaterThan(10);
    expect(hyper.noise).toBeLessThan(1e-3);
  });
});

describe("latinHypercube", () => {
  it("has one point in each slice of every axis, design after design", () => {
    const space = spaceOf({ a: interval(0, 1), b: interval(0, 1), c: interval(0, 1) });
    const points = search({ space, f: () => 0, sampler: samplers.latinHypercube, options: { points: 10 }, trials: 20, seed: 4 }).map(({ at }) => at);
    for (const from of [0, 10]) for (let side = 0; side < 3; side++) expect(new Set(points.slice(from, from + 10).map((at) => Math.floor(at[side]! * 10))).size).toBe(10);
  });
});

describe("bohb", () => {
  it("believes the largest budget that has results enough, where the first epochs mislead", () => {
    const { cube } = spaceOf({ x: interval(0, 1), y: interval(0, 1) });
    const stream = rng(6).stream("bohb");
    // After one epoch small x looks best, after nine large x is.
    const history: Observation[] = Array.from({ length: 60 }, (_, i) => {
      const at = [stream.uniform(), stream.uniform()];
      const curve = [{ epoch: 1, loss: at[0]! }, ...(i % 3 === 0 ? [{ epoch: 9, loss: 1 - at[0]! }] : [])];
      return { number: i + 1, at, state: i % 3 === 0 ? "finished" : "pruned", losses: i % 3 === 0 ? [1 - at[0]!] : null, curve };
    });
    const ask = (of: readonly Observation[]): number[] => Array.from({ length: 20 }, (_, i) => samplers.bohb(question(cube, of, 61 + i, 1, { startupTrials: 10, candidates: 24, randomShare: 0 }))![0]!);
    expect(ask(history).filter((x) => x > 0.6).length).toBeGreaterThan(17);
    // With three long trials only, the short ones are all there is to believe.
    const short = history.map((one) => one.number <= 9 ? one : { ...one, state: "pruned" as const, losses: null, curve: one.curve.slice(0, 1) });
    expect(ask(short).filter((x) => x < 0.4).length).toBeGreaterThan(17);
  });
});
