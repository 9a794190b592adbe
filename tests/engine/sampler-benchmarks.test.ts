/** Samplers against random search on standard functions: medians over seeds, beside Optuna's figures in golden/search.json or with the margin stated. */

import { describe, expect, it } from "vitest";
import { samplers } from "../../src-engine/index.ts";
import type { Observation } from "../../src-engine/index.ts";
import { hypervolume } from "../../src-engine/search/pareto.ts";
import { signedRankAbove } from "../../src-engine/stats/wilcoxon.ts";
import { golden } from "../support/golden.ts";
import { bestOf, branin, hartmann6, medianOf, mixed, rosenbrock2, search, zdt1 } from "../support/search.ts";

const options = { tpe: { startupTrials: 10, candidates: 24 }, gaussianProcess: { startupTrials: 10 }, cmaEs: { sigma: 0.25, population: 0 }, random: {}, sobol: { scramble: true }, nsga2: { population: 20, crossover: 0.9, mutation: 0 } };
const functions = { branin, hartmann6, rosenbrock2, mixed };
type Name = keyof typeof functions;
/** Seeds 0 … 29 were looked at while constants were chosen; these were not. */
const firstSeed = 1000;
const played = new Map<string, Observation[][]>();
/** The best of each seed's sweep after so many trials; played once, whoever asks: what a sampler chooses hangs on what lies before, not on how many are to come. */
function bests(kind: keyof typeof options, name: Name, trials: number, seeds: number): number[] {
  const length = kind === "gaussianProcess" ? 50 : 100, key = `${kind} ${name} ${seeds}`;
  const found = played.get(key) ?? Array.from({ length: seeds }, (_, seed) => search({ ...functions[name], sampler: samplers[kind], options: options[kind], trials: length, seed: firstSeed + seed }));
  played.set(key, found);
  return found.map((seen) => bestOf(seen, trials));
}
const golds = golden<{ sampler_benchmark: Record<string, { function: { check_points: { x?: number[]; params?: { lr: number; one_minus_beta: number; hidden: number; activation: "relu" }; f: number }[] }; samplers: Record<string, Record<string, { median: number }>> }> }>("search").sampler_benchmark;

it("the functions are those of golden/search.json, to 1e-9", () => {
  for (const { x, f } of golds["branin"]!.function.check_points) expect(branin.f({ x: x![0]!, y: x![1]! })).toBeCloseTo(f, 9);
  for (const { x, f } of golds["hartmann6"]!.function.check_points) expect(hartmann6.f(Object.fromEntries(x!.map((u, i) => [String.fromCharCode(97 + i), u])))).toBeCloseTo(f, 9);
  for (const { x, f } of golds["rosenbrock2"]!.function.check_points) expect(Math.abs(rosenbrock2.f({ x: x![0]!, y: x![1]! }) / f - 1)).toBeLessThan(1e-9);
  for (const { params, f } of golds["hpo_mixed"]!.function.check_points) expect(mixed.f({ lr: params!.lr, oneMinusBeta: params!.one_minus_beta, hidden: params!.hidden, activation: params!.activation })).toBeCloseTo(f, 9);
});

/** Optuna 5's medians for the same sampler after as many trials; where it has none (CMA-ES) only random search is the measure. */
const theirs = (kind: "tpe" | "gp", name: Name, trials: number): number => golds[name === "mixed" ? "hpo_mixed" : name]!.samplers[kind]![`best_at_${trials}`]!.median;
const names = Object.keys(functions) as Name[];

/** One-sided p that a sampler is no better than random search with the same seeds. */
const chance = (mine: readonly number[], others: readonly number[]): number => signedRankAbove(mine.map((loss, i) => others[i]! - loss));

describe.each(names.flatMap((name) => [25, 50, 100].map((trials) => [name, trials] as const)))("tpe on %s, %i trials, 30 seeds", (name, trials) => {
  it("has a median at least as good as Optuna's TPE in golden/search.json, and is better than random search with p < 0.01", () => {
    const mine = bests("tpe", name, trials, 30);
    expect(medianOf(mine)).toBeLessThanOrEqual(theirs("tpe", name, trials));
    expect(chance(mine, bests("random", name, trials, 30))).toBeLessThan(0.01);
  });
});

describe.each(names)("gaussianProcess on %s, 50 trials, 8 seeds", (name) => {
  it("has a median at least as good as Optuna's in golden/search.json, and is better than random search with p < 0.01", () => {
    const mine = bests("gaussianProcess", name, 50, 8);
    expect(medianOf(mine)).toBeLessThanOrEqual(theirs("gp", name, 50));
    expect(chance(mine, bests("random", name, 50, 8))).toBeLessThan(0.01);
  }, 600_000);
});

/** Regret (distance from the minimum) of a sampler's median, as a share of random search's, at most this. */
const margins: readonly (readonly ["cmaEs" | "nsga2", Name, number])[] = [
  ["cmaEs", "branin", 0.25], ["cmaEs", "hartmann6", 0.5], ["cmaEs", "rosenbrock2", 0.25], ["cmaEs", "mixed", 0.2],
  ["nsga2", "branin", 0.6], ["nsga2", "mixed", 0.6],
];
describe.each(margins)("%s on %s, 100 trials, 30 seeds", (kind, name, share) => {
  it(`leaves at most ${share} of random search's median regret, and is better seed by seed with p < 0.01`, () => {
    const [mine, others] = [bests(kind, name, 100, 30), bests("random", name, 100, 30)];
    const { minimum } = functions[name];
    expect((medianOf(mine) - minimum) / (medianOf(others) - minimum)).toBeLessThan(share);
    expect(chance(mine, others)).toBeLessThan(0.01);
  });
});

it("NSGA-II on ZDT1 (8 axes, 200 trials) covers at least 1.3 times the hypervolume random search does, median of 10 seeds", () => {
  const covered = (kind: "nsga2" | "random"): number => medianOf(Array.from({ length: 10 }, (_, seed) => hypervolume(search({ ...zdt1, sampler: samplers[kind], options: options[kind], trials: 200, seed: firstSeed + seed }).map(({ losses }) => losses!), [1.1, 6])));
  expect(covered("nsga2") / covered("random")).toBeGreaterThan(1.3);
});

it("the constant liar keeps parallel TPE's points apart: four at a time lose little against one at a time", () => {
  const regret = (batch: number): number => medianOf(Array.from({ length: 15 }, (_, seed) => bestOf(search({ ...mixed, sampler: samplers.tpe, options: options.tpe, trials: 80, seed: firstSeed + seed, batch })))) - mixed.minimum;
  expect(regret(4)).toBeLessThan(0.3 * (medianOf(bests("random", "mixed", 80, 15)) - mixed.minimum));
});
