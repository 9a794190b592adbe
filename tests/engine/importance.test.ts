/** Which axes matter, what is on the front, how lucky the winner was: against golden/search.json, exact values, and each other. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { attained, dominates, expectedMaximum, fanova, fronts, hypervolume, importance, paretoFront, pedAnova, rng, seedDeviation, winnersCurse } from "../../src-engine/index.ts";
import { golden } from "../support/golden.ts";
import { interval, spaceOf, values } from "../support/search.ts";

interface Case { name: string; trials: { params: Record<string, number>; value: number }[]; [key: string]: unknown }
const cases = golden<{ importance: Case[] }>("search").importance;
const prepared = (one: Case) => {
  const names = Object.keys(one.trials[0]!.params);
  const space = spaceOf(Object.fromEntries(names.map((name) => [name, interval(one.name === "additive3" ? 0 : -1, 1)])));
  return { names, space, trials: one.trials.map(({ params, value }) => ({ at: space.toCube(params), loss: value })) };
};

describe.each(cases.map((one) => [one.name, one] as const))("golden case %s", (_, one) => {
  const { names, space, trials } = prepared(one);

  it.each([0.1, 0.25])("PED-ANOVA of the best %s has Optuna's shares, to 1e-6", (quantile) => {
    const theirs = one[`ped_anova_optuna_target_quantile_${quantile}`] as Record<string, number>;
    pedAnova(trials, space.cube, quantile).forEach((share, i) => { expect(Math.abs(share - theirs[names[i]!]!), names[i]).toBeLessThan(1e-6); });
  });

  it("fANOVA's shares are within 0.05 of Optuna's mean over five seeds", () => {
    const theirs = one["fanova_optuna_mean_of_5_seeds"] as Record<string, number>;
    fanova(trials, space.cube, rng(1).stream("forest")).forEach((share, i) => { expect(Math.abs(share - theirs[names[i]!]!), names[i]).toBeLessThan(0.05); });
  });

  it("both put the axis first that the exact Sobol indices do, and their intervals hold their shares", () => {
    const exact = one["analytic_first_order_sobol"] as Record<string, number>;
    const first = names.reduce((best, name) => exact[name]! > exact[best]! ? name : best);
    for (const method of ["fanova", "pedAnova"] as const) {
      const found = importance(trials, space.cube, rng(1).stream("forest"), { method, quantile: 0.25, resamples: 20 });
      expect(names[found.findIndex(({ share }) => share === Math.max(...found.map((x) => x.share)))]).toBe(first);
      for (const { share, from, to } of found) { expect(from).toBeLessThanOrEqual(share); expect(to).toBeGreaterThanOrEqual(share); }
    }
  });
});

it("finds a planted order among a rate, a choice and an idle whole number, with failed trials in between", () => {
  const space = spaceOf({ idle: interval(1, 50, { step: 1 }), rate: interval(1e-4, 1, { scale: "log" }), act: values(["relu", "tanh", "selu", "elu"]) });
  const stream = rng(4).stream("plant");
  const trials = Array.from({ length: 150 }, (_, i) => {
    const at = space.cube.snap([stream.uniform(), stream.uniform(), stream.uniform()]);
    const { rate, act } = space.fromCube(at) as { rate: number; act: string };
    return { at, loss: i % 13 === 0 ? Number.NaN : (Math.log10(rate) + 2) ** 2 + (act === "relu" ? 0 : 0.8) };
  });
  for (const shares of [fanova(trials, space.cube, rng(1).stream("forest")), pedAnova(trials, space.cube, 0.15)]) {
    expect(shares.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 12);
    expect(shares[1]!).toBeGreaterThan(shares[2]!);
    expect(shares[2]!).toBeGreaterThan(shares[0]!);
  }
  expect(fanova(trials.map(({ at }) => ({ at, loss: 1 })), space.cube, rng(1).stream("forest"))).toEqual([0, 0, 0]);
});

describe("several objectives", () => {
  const arbitraryLosses = (d: number) => fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: d, maxLength: d }), { minLength: 1, maxLength: 12 });

  it("nobody on a front dominates another there, and each of a later front is dominated by one of the front before", () => {
    fc.assert(fc.property(arbitraryLosses(3), (losses) => {
      const found = fronts(losses);
      expect(found.flat().sort((a, b) => a - b)).toEqual(losses.map((_, i) => i));
      expect(found[0]).toEqual(paretoFront(losses));
      found.forEach((front, k) => {
        for (const i of front) {
          expect(front.some((j) => dominates(losses[j]!, losses[i]!))).toBe(false);
          if (k > 0) expect(found[k - 1]!.some((j) => dominates(losses[j]!, losses[i]!))).toBe(true);
        }
      });
    }));
  });

  it.each([1, 2, 3])("the hypervolume in %i dimensions counts the unit boxes that are dominated", (d) => {
    fc.assert(fc.property(arbitraryLosses(d), (losses) => {
      let count = 0;
      const cells = Array.from({ length: 8 ** d }, (_, code) => Array.from({ length: d }, (__, k) => Math.floor(code / 8 ** k) % 8));
      for (const cell of cells) if (losses.some((one) => one.every((x, k) => x <= cell[k]!))) count++;
      expect(hypervolume(losses, new Array<number>(d).fill(8))).toBe(count);
    }), { numRuns: 50 });
  });
});

describe("the winner's curse", () => {
  it("the best of 10, 50 and 200 equal ones looks 1.5388, 2.2491 and 2.7460 deviations better (Harter, Biometrika 48 (1961))", () => {
    expect([1, 2, 10, 50, 200].map((n) => Number(expectedMaximum(n).toFixed(4)))).toEqual([0, 0.5642, 1.5388, 2.2491, 2.746]);
  });

  it("of 50 equal trials it takes back what the draw gave, on average over 60 sweeps to a quarter of a deviation", () => {
    const stream = rng(2).stream("sweeps");
    const remains = Array.from({ length: 60 }, (_, i) => winnersCurse(Array.from({ length: 50 }, () => 3 + 0.1 * stream.normal()), 0.1, rng(i).stream("curse"), 300).corrected - 3);
    expect(Math.abs(remains.reduce((a, b) => a + b, 0) / 60)).toBeLessThan(0.025);
  });

  it("leaves a winner alone who stands far ahead, or whose spread is not known", () => {
    expect(winnersCurse([1, 5, 6, 7], 0.1, rng(1).stream("curse"))).toEqual({ best: 1, optimism: 0, corrected: 1, contenders: 1 });
    expect(winnersCurse([1, 1.1, Number.NaN], Number.NaN, rng(1).stream("curse")).optimism).toBe(0);
  });

  it("pools the seeds' spread over trials, and knows none where each has one run", () => {
    expect(seedDeviation([[1, 3], [10, 12, 14], [5]])).toBeCloseTo(Math.sqrt((2 + 8) / 3), 12);
    expect(seedDeviation([[1], [2]])).toBeNaN();
  });
});

it("results attained: of 0.9, 0.95, 0.92 and 0.96 a quarter is at least 0.96 and all at least 0.9; downwards the other way round; what is not finite is left out", () => {
  const values = [0.9, Number.NaN, 0.95, 0.92, Number.POSITIVE_INFINITY, 0.96];
  expect(attained(values, "maximize")).toEqual([{ value: 0.96, share: 0.25 }, { value: 0.95, share: 0.5 }, { value: 0.92, share: 0.75 }, { value: 0.9, share: 1 }]);
  expect(attained(values, "minimize").map(({ value }) => value)).toEqual([0.9, 0.92, 0.95, 0.96]);
  expect(attained([], "minimize")).toEqual([]);
});
