/** The statistics against SciPy's numbers (golden/stats.json), against small cases counted by hand, and against what an interval promises. */

import { describe, expect, it } from "vitest";
import fc from "fast-check";
import { rng } from "../../src-engine/rng.ts";
import { choose, normalBelow, normalQuantile, studentQuantile, studentTail } from "../../src-engine/stats/distributions.ts";
import { halfWidth, paired, summarize, welch, wilson } from "../../src-engine/stats/intervals.ts";
import { effectSize, holm, mcnemar, moreNeeded, pairedEffectSize, permutationTest, shareAbove, signFlipTest, smallestPairedP, smallestUnpairedP } from "../../src-engine/stats/tests.ts";
import { golden } from "../support/golden.ts";

interface Stats {
  readonly two_samples: readonly { readonly name: string; readonly a: number[]; readonly b: number[]; readonly welch: { readonly t: number; readonly df: number; readonly p_two_sided: number; readonly ci95_difference: [number, number] }; readonly cohen_d: number; readonly hedges_g: number; readonly cliffs_delta: number }[];
  readonly paired: readonly { readonly name: string; readonly a: number[]; readonly b: number[]; readonly t: number; readonly df: number; readonly p_two_sided: number; readonly cohen_d_z: number }[];
  readonly proportions: readonly { readonly successes: number; readonly n: number; readonly confidence: number; readonly wilson: [number, number] }[];
  readonly mcnemar: readonly { readonly only_a_correct: number; readonly only_b_correct: number; readonly exact_p: number; readonly mid_p: number }[];
  readonly multiple_comparisons: readonly { readonly p: number[]; readonly holm_adjusted: number[] }[];
  readonly distribution_functions: readonly { readonly dist: string; readonly df: number; readonly x: number; readonly p: number; readonly two_sided_p: number; readonly sf: number }[];
}
const stats = golden<Stats>("stats");
/** golden/README.md: statistics within 1e-9, p-values within 1e-6, relative. */
const near = (value: number, wanted: number, relative: number, absolute = 1e-12): void => { expect(Math.abs(value - wanted), `${value} against ${wanted}`).toBeLessThanOrEqual(relative * Math.abs(wanted) + absolute); };
const statistic = (value: number, wanted: number): void => { near(value, wanted, 1e-9); };
const chance = (value: number, wanted: number): void => { near(value, wanted, 1e-6); };
/** Exact tests of few values never ask. */
const never = (): number => { throw new Error("an exact test asked for chance"); };

describe("golden/stats.json", () => {
  it("has the cases it should", () => {
    expect([stats.two_samples.length, stats.paired.length, stats.proportions.length, stats.mcnemar.length, stats.multiple_comparisons.length, stats.distribution_functions.length]).toEqual([5, 2, 10, 6, 5, 60]);
  });
  it.each(stats.two_samples)("Welch, effect sizes and the share of pairings: $name", ({ a, b, welch: wanted, cohen_d, hedges_g, cliffs_delta }) => {
    // golden's differences are a − b, ours are of b over a.
    const { difference, interval, t, df, p } = welch(b, a);
    statistic(t, wanted.t);
    statistic(df, wanted.df);
    chance(p, wanted.p_two_sided);
    statistic(interval.from, wanted.ci95_difference[0]);
    statistic(interval.to, wanted.ci95_difference[1]);
    near(difference, (wanted.ci95_difference[0] + wanted.ci95_difference[1]) / 2, 1e-8);
    statistic(effectSize(b, a).d, cohen_d);
    statistic(effectSize(b, a).g, hedges_g);
    statistic(2 * shareAbove(b, a) - 1, cliffs_delta);
  });
  it.each(stats.paired)("paired t and d_z: $name", ({ a, b, t, df, p_two_sided, cohen_d_z }) => {
    const found = paired(b, a);
    statistic(found.t, t);
    expect(found.df).toBe(df);
    chance(found.p, p_two_sided);
    statistic(pairedEffectSize(b, a), cohen_d_z);
  });
  it.each(stats.proportions)("Wilson: $successes of $n at $confidence", ({ successes, n, confidence, wilson: [from, to] }) => {
    const found = wilson(successes, n, confidence);
    statistic(found.from, from);
    statistic(found.to, to);
  });
  it.each(stats.mcnemar)("McNemar: $only_a_correct against $only_b_correct", ({ only_a_correct, only_b_correct, exact_p, mid_p }) => {
    const found = mcnemar(only_a_correct, only_b_correct);
    chance(found.p, exact_p);
    chance(found.midP, mid_p);
  });
  it.each(stats.multiple_comparisons)("Holm: $p", ({ p, holm_adjusted }) => { holm(p).forEach((adjusted, i) => { statistic(adjusted, holm_adjusted[i]!); }); });
  it("tails and quantiles of Student's t and the normal distribution", () => {
    const asked = { t: 0, normal: 0, t_quantile: 0, normal_quantile: 0 };
    for (const { dist, df, x, p, two_sided_p, sf } of stats.distribution_functions) {
      if (dist === "t") chance(studentTail(x, df), two_sided_p);
      else if (dist === "normal") chance(1 - normalBelow(x) > 1e-3 ? 1 - normalBelow(x) : normalBelow(-x), sf);
      else if (dist === "t_quantile") statistic(studentQuantile(p, df), x);
      else if (dist === "normal_quantile") statistic(normalQuantile(p), x);
      else continue;
      asked[dist]++;
    }
    expect(Object.values(asked).every((n) => n > 0)).toBe(true);
  });
});

describe("exact tests, counted by hand", () => {
  it("unpaired 1 2 3 against 4 5 6: two of the 20 deals are as far apart", () => {
    expect(permutationTest([1, 2, 3], [4, 5, 6], never)).toEqual({ p: 2 / 20, isExact: true, arrangements: 20 });
  });
  it("unpaired 1 4 against 2 3: every deal is as far apart as no distance", () => { expect(permutationTest([1, 4], [2, 3], never).p).toBe(1); });
  it("unpaired 1 2 against 3 5 9: of ten deals only {1, 2} is as far apart, for {5, 9} ends at 5 and 2", () => {
    // Differences of means, found 4.17: {1,2} 4.17 · {1,3} 3.33 · {1,5} 1.67 · {1,9} −1.67 · {2,3} 2.5 · {2,5} 0.83 · {2,9} −2.5 · {3,5} 0 · {3,9} −3.33 · {5,9} −5.
    expect(permutationTest([1, 2], [3, 5, 9], never).p).toBe(2 / 10);
  });
  it("equal values are no evidence", () => { expect(permutationTest([0.3, 0.3, 0.3], [0.3, 0.3, 0.3], never).p).toBe(1); });
  it("paired differences 1 2 3: only all plus and all minus reach 6", () => { expect(signFlipTest([0, 0, 0], [1, 2, 3], never)).toEqual({ p: 2 / 8, isExact: true, arrangements: 8 }); });
  it("paired differences 1 −1 2: |sum| 2 is reached by six of eight", () => {
    // ±1 ±1 ±2: 4 2 2 0 and their opposites; found 1 − 1 + 2 = 2: all but the two zeros.
    expect(signFlipTest([0, 0, 0], [1, -1, 2], never).p).toBe(6 / 8);
  });
  it("does not mistake rounding for a smaller difference", () => {
    // 0.1 + 0.2 + 0.3 in another order differs in the last bit.
    expect(permutationTest([0.1, 0.2, 0.3], [0.7, 0.8, 0.9], never).p).toBe(2 / 20);
    expect(signFlipTest([0.1, 0.2, 0.3], [0.2, 0.4, 0.6], never).p).toBe(2 / 8);
  });
  it("gives as its smallest p 0.10, 0.029, 0.008 for 3, 4, 5 unpaired, and 0.0625, 0.031 for 5, 6 pairs", () => {
    expect([3, 4, 5].map((n) => Number(smallestUnpairedP(n, n).toFixed(3)))).toEqual([0.1, 0.029, 0.008]);
    expect([5, 6].map((n) => Number(smallestPairedP(n).toFixed(4)))).toEqual([0.0625, 0.0313]);
    for (const n of [2, 3, 4, 5]) {
      const [low, high] = [Array.from({ length: n }, (_, i) => i), Array.from({ length: n }, (_, i) => 100 + i)];
      expect(permutationTest(low, high, never).p).toBe(smallestUnpairedP(n, n));
      expect(signFlipTest(low, high, never).p).toBe(smallestPairedP(n));
    }
    expect(permutationTest([1, 2], [10, 11, 12], never).p).toBe(smallestUnpairedP(2, 3));
  });
  it("draws arrangements where there are too many, and says so; near the t test's p", () => {
    const stream = rng(3).stream("test");
    const normal = (shift: number) => Array.from({ length: 15 }, () => stream.normal() + shift);
    const [a, b] = [normal(0), normal(0.8)];
    const found = permutationTest(a, b, () => stream.uniform());
    expect(found).toMatchObject({ isExact: false, arrangements: 100_000 });
    // Permutation and t test agree for normal values; 100,000 draws leave about 0.002.
    near(found.p, welch(a, b).p, 0.15, 0.01);
    const flipped = signFlipTest([...a, ...a], [...b, ...b], () => stream.uniform());
    expect(flipped.isExact).toBe(false);
  });
  it("is the same the other way round", () => {
    const few = fc.array(fc.double({ min: -5, max: 5, noNaN: true }), { minLength: 2, maxLength: 4 });
    fc.assert(fc.property(few, few, (a, b) => {
      expect(permutationTest(a, b, never).p).toBeCloseTo(permutationTest(b, a, never).p, 12);
      expect(shareAbove(a, b) + shareAbove(b, a)).toBeCloseTo(1, 12);
    }));
  });
});

describe("intervals keep their promise", () => {
  it.each([3, 5, 10])("95 %% ± 1 of Student's intervals of %i normal results cover the mean", (n) => {
    const stream = rng(11).stream(`coverage/${n}`);
    const rounds = 20_000;
    let covered = 0;
    for (let i = 0; i < rounds; i++) {
      const summary = summarize(Array.from({ length: n }, () => 0.9 + 0.01 * stream.normal()));
      if (Math.abs(summary.mean - 0.9) <= halfWidth(summary)) covered++;
    }
    // Three standard errors of 20,000 draws are 0.5 points.
    expect(Math.abs(covered / rounds - 0.95)).toBeLessThan(0.01);
  });
  it("holds no interval of one value, and one of no width of equal values", () => {
    expect(halfWidth(summarize([0.5]))).toBeNaN();
    expect(halfWidth(summarize([0.1, 0.1, 0.1]))).toBe(0);
    expect(welch([0.1], [0.2, 0.3]).interval.from).toBeNaN();
    expect(paired([1, 1], [2, 2])).toMatchObject({ difference: 1, interval: { from: 1, to: 1 }, p: 0 });
  });
  it("Wilson's interval of 110 of 1,000 is 9.2 to 13.1 %, of 11 of 100 6.3 to 18.6 %", () => {
    const round = ({ from, to }: { from: number; to: number }) => [Number((from * 100).toFixed(1)), Number((to * 100).toFixed(1))];
    expect(round(wilson(110, 1000))).toEqual([9.2, 13.1]);
    expect(round(wilson(11, 100))).toEqual([6.3, 18.6]);
  });
});

describe("how many more", () => {
  it("five pairs can never reach 5 %: one more", () => { expect(moreNeeded({ n: 5, difference: 0.6, deviation: 0.3, isPaired: true })).toBe(1); });
  it("from one run to the smallest number that can tell", () => {
    expect(moreNeeded({ n: 1, difference: 1, deviation: 0.1, isPaired: false })).toBe(3);
    expect(moreNeeded({ n: 1, difference: 1, deviation: 0.1, isPaired: true })).toBe(5);
  });
  it("asks for more where the spread is large, and gives up where it is hopeless", () => {
    const need = moreNeeded({ n: 6, difference: 0.5, deviation: 1, isPaired: true })!;
    const total = 6 + need;
    expect(halfWidth({ n: total, deviation: 1 })).toBeLessThan(0.5);
    expect(halfWidth({ n: total - 1, deviation: 1 })).toBeGreaterThanOrEqual(0.5);
    expect(moreNeeded({ n: 6, difference: 0.01, deviation: 1, isPaired: true })).toBeNull();
  });
  it("choose counts: 52 over 5 is 2,598,960", () => { expect(choose(52, 5)).toBe(2_598_960); });
});
