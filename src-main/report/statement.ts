/** What can be said of two groups of results: difference, interval, exact test, and how many more would tell. Pure. */

import { effectSize, halfWidth, moreNeeded, paired, pairedEffectSize, permutationTest, rng, shareAbove, signFlipTest, smallestPairedP, smallestUnpairedP, summarize, welch } from "../../src-engine/index.ts";
import type { Delta, GroupResult, Sample, Statement, Verdict } from "../contract/comparison.ts";

/** From so many runs or pairs on a difference may be claimed. */
const fewest = 3;
/** Beyond so many seeds of each nobody is asked to run more. */
const most = 30;
/** What counts as reached. */
const level = 0.95;

/** A value of one run of a group. */
export type Measured = Omit<Sample, "isCounted"> & { readonly isFinished: boolean };

/** The mean of a group's values and its interval. `failed` runs have none. */
export function resultOf(values: readonly Measured[], failed: number): GroupResult {
  const isProvisional = !values.some(({ isFinished }) => isFinished);
  const samples = values.map(({ runId, seed, value, isFinished }): Sample => ({ runId, seed, value, isCounted: (isFinished || isProvisional) && Number.isFinite(value) }));
  const summary = summarize(samples.filter(({ isCounted }) => isCounted).map(({ value }) => value));
  const unfinished = isProvisional ? 0 : values.filter(({ isFinished }) => !isFinished).length;
  return { ...summary, half: halfWidth(summary), samples, lost: failed + samples.length - unfinished - summary.n, unfinished, isProvisional };
}

/** A difference with its interval, paired by seed where that can be, and nothing tested: quick enough for every row of a table. Null where one side has no value. */
export function deltaOf(baseline: readonly Sample[], group: readonly Sample[], { better, isSameValidation }: { readonly better: "higher" | "lower" | null; readonly isSameValidation: boolean }): Delta | null {
  const pairs = isSameValidation ? pairsOf(baseline, group) : null;
  const [a, b] = pairs ?? [baseline.map(({ value }) => value), group.map(({ value }) => value)];
  if (a.length === 0 || b.length === 0) return null;
  const isPaired = pairs !== null;
  const fewer = Math.min(a.length, b.length);
  const { difference, interval: { from, to } } = fewer < 2 ? { difference: summarize(b).mean - summarize(a).mean, interval: { from: NaN, to: NaN } } : isPaired ? paired(a, b) : welch(a, b);
  const hasLeft = from > 0 || to < 0;
  return { difference, from, to, isPaired, n: [a.length, b.length], verdict: fewer < fewest ? "few" : !hasLeft ? "noise" : directed(difference, better) };
}

/** Of a group over the baseline; the samples given are all that count. */
export function statementOf(baseline: readonly Sample[], group: readonly Sample[], { better, isSameValidation }: { readonly better: "higher" | "lower" | null; readonly isSameValidation: boolean }): Statement {
  const pairs = isSameValidation ? pairsOf(baseline, group) : null;
  const isPaired = pairs !== null;
  const [a, b] = pairs ?? [baseline.map(({ value }) => value), group.map(({ value }) => value)];
  const n: [number, number] = [a.length, b.length];
  const none = { isPaired, n, unpaired: 0, from: NaN, to: NaN, p: NaN, isExact: true, smallestP: NaN, holmP: NaN, ahead: NaN, effect: NaN, isSameValidation };
  if (a.length === 0 || b.length === 0) return { ...none, verdict: "unknown", difference: NaN, wanted: null };
  const { difference, interval } = isPaired ? paired(a, b) : welch(a, b);
  const fewer = Math.min(...n);
  // Arrangements drawn by chance are the same each time the question is asked.
  const stream = rng(1).stream("arrangements");
  const uniform = (): number => stream.uniform();
  const test = fewer < 2 ? null : isPaired ? signFlipTest(a, b, uniform) : permutationTest(a, b, uniform);
  const smallestP = isPaired ? smallestPairedP(a.length) : smallestUnpairedP(...n);
  // The interval rests on Student's t, the test on nothing but the labels: a claim needs both, the test as far as so few can take it.
  const hasLeft = (interval.from > 0 || interval.to < 0) && test !== null && test.p <= Math.max(1 - level, smallestP) + 1e-12;
  const isReached = hasLeft && test.p <= 1 - level + 1e-12 && fewer >= fewest;
  const more = isReached ? null : moreNeeded({ n: fewer, difference: fewer < 2 ? Infinity : difference, deviation: deviationOf(a, b, isPaired), isPaired: isSameValidation, most });
  const above = shareAbove(a, b);
  return {
    verdict: verdictOf({ difference, hasLeft, fewer, more, better }),
    difference, from: interval.from, to: interval.to, isPaired, n, unpaired: isPaired ? baseline.length + group.length - 2 * a.length : 0,
    p: test?.p ?? NaN, isExact: test?.isExact ?? true, smallestP, holmP: NaN,
    ahead: better === "lower" ? 1 - above : above,
    effect: fewer < 2 ? NaN : isPaired ? pairedEffectSize(a, b) : effectSize(a, b).g,
    wanted: more === null ? null : fewer + more, isSameValidation,
  };
}

function verdictOf({ difference, hasLeft, fewer, more, better }: { readonly difference: number; readonly hasLeft: boolean; readonly fewer: number; readonly more: number | null; readonly better: "higher" | "lower" | null }): Verdict {
  if (fewer < fewest) return "tooFew";
  if (!hasLeft) return more === null ? "noise" : "undecided";
  return directed(difference, better);
}

function directed(difference: number, better: "higher" | "lower" | null): "better" | "worse" | "higher" | "lower" {
  if (better === null) return difference > 0 ? "higher" : "lower";
  return difference > 0 === (better === "higher") ? "better" : "worse";
}

/** Results of the same seed side by side, where every run of the smaller group has exactly one partner; else null. */
function pairsOf(a: readonly Sample[], b: readonly Sample[]): readonly [number[], number[]] | null {
  const [ofA, ofB] = [bySeed(a), bySeed(b)];
  if (ofA === null || ofB === null) return null;
  const seeds = [...ofA.keys()].filter((seed) => ofB.has(seed)).sort((x, y) => x - y);
  return seeds.length > 0 && seeds.length === Math.min(ofA.size, ofB.size) ? [seeds.map((seed) => ofA.get(seed)!), seeds.map((seed) => ofB.get(seed)!)] : null;
}

function bySeed(samples: readonly Sample[]): ReadonlyMap<number, number> | null {
  const values = new Map(samples.flatMap(({ seed, value }) => (seed === null ? [] : [[seed, value] as const])));
  return values.size === samples.length ? values : null;
}

/** Of one pair's difference; of two groups √(s²ₐ + s²ᵦ). With one run each nothing is known of it, nor is the difference: then the fewest that the test needs are asked for. */
function deviationOf(a: readonly number[], b: readonly number[], isPaired: boolean): number {
  if (Math.min(a.length, b.length) < 2) return 0;
  return isPaired ? summarize(b.map((value, i) => value - a[i]!)).deviation : Math.hypot(summarize(a).deviation, summarize(b).deviation);
}
