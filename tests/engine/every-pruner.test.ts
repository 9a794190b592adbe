/** Every pruner: silent without history, never stops the best, NaN as stated; the tables and decisions of golden/search.json; Wilcoxon's test against SciPy. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { exchange, halvingRounds, hyperbandBrackets, promote, prunerKinds, pruners, rng, signedRankAbove } from "../../src-engine/index.ts";
import type { Curve, PrunerKind } from "../../src-engine/index.ts";
import { cohortOf } from "../../src-engine/search/pruners/brackets.ts";
import { golden } from "../support/golden.ts";
import { interval, spaceOf, values } from "../support/search.ts";

interface Search {
  successive_halving: { n: number; min_resource: number; eta: number; max_resource: number; rounds: { n: number; r: number; keep: number }[] }[];
  hyperband: { R: number; eta: number; paper_formula: { s: number; n: number; rounds: { n: number; r_floor: number; keep: number | null }[] }[] }[];
  asha: { name: string; eta: number; top_rung: number; events: { event: string; trial: number; rung: number; loss: number; expect: { action: string; trial: number; rung: number } }[] }[];
  median_stopping: { name: string; n_startup_trials: number; n_warmup_steps: number; interval_steps: number; trials: { trial: number; curve_full: number[]; stopped_at_step: number | null }[]; vizier_rule: { completed_reference_trials: number[]; decisions: { trial: number; stop_at_each_step: boolean[] }[] } }[];
}
const gold = golden<Search>("search");
const kinds = Object.keys(prunerKinds) as PrunerKind[];
const defaults = (kind: PrunerKind): object => ({ ...Object.fromEntries(Object.entries(prunerKinds[kind].params).map(([name, param]) => [name, param.default])), ...(kind === "median" ? { startupTrials: 2 } : {}), ...(kind === "wilcoxon" ? { startupRepeats: 3 } : {}) });
const curve = (number: number, losses: readonly number[], state: Curve["state"] = "finished"): Curve => ({ number, state, points: losses.map((loss, i) => ({ epoch: i + 1, loss })), repeats: losses });
const most = 9, trials = 9;
const judge = (kind: PrunerKind, mine: Curve, others: readonly Curve[]) => pruners[kind]({ mine, others, most, trials, options: defaults(kind) });

describe.each(kinds)("%s", (kind) => {
  it("is silent without history (a cohort waits for its own), whatever my losses are", () => {
    for (const losses of [[], [1], [Number.NaN], [1, 2, 3], [Number.POSITIVE_INFINITY, 1, 1, 1, 1, 1, 1, 1, 1]]) expect(judge(kind, curve(1, losses, "running"), [])).not.toBe("stop");
  });

  it("never stops the best of a clean ranking, at any epoch, whoever has got how far", () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 1000 }), fc.integer({ min: 1, max: most }), fc.boolean()), { minLength: 1, maxLength: 8 }), fc.integer({ min: 1, max: most }), fc.integer({ min: 1, max: 9 }), (list, epoch, place) => {
      // Trial k's losses are above mine at every epoch; the numbers leave a gap for mine.
      const others = list.map(([height, length, isDone], i) => curve(i + 1 >= place ? i + 2 : i + 1, Array.from({ length: isDone ? most : length }, (_, e) => height / (e + 1)), isDone ? "finished" : "running"));
      const mine = curve(place, Array.from({ length: epoch }, (_, e) => 0.5 / (e + 1)), "running");
      expect(judge(kind, mine, others)).not.toBe("stop");
    }), { numRuns: 200 });
  });

  it("takes a loss that is not finite as infinitely bad: mine stops where there are others to compare with, theirs never make mine stop", () => {
    const good = Array.from({ length: 8 }, (_, i) => curve(i + 2, Array.from({ length: most }, (__, e) => (i + 1) / (e + 1))));
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const mine = curve(1, [bad, bad, bad, bad], "running");
      // A population lets nobody die: who diverged goes on with another one's weights.
      if (kind !== "none" && kind !== "population") expect([judge(kind, { ...mine, points: mine.points.slice(0, 1) }, good), judge(kind, mine, good)]).toContain("stop");
      const failed = Array.from({ length: 8 }, (_, i) => curve(i + 2, Array.from({ length: most }, () => bad)));
      for (const epoch of [1, 2, 3]) expect(judge(kind, curve(1, [3, 2, 1].slice(0, epoch), "running"), failed)).not.toBe("stop");
    }
  });
});

describe("median", () => {
  it.each(gold.median_stopping.map((one) => [one.name, one] as const))("stops where Optuna's does in golden case %s", (_, { n_startup_trials, n_warmup_steps, interval_steps, trials: table }) => {
    const done: Curve[] = [];
    for (const { trial, curve_full, stopped_at_step } of table) {
      const stops = curve_full.findIndex((_loss, step) => pruners.median({ mine: curve(trial, curve_full.slice(0, step + 1), "running"), others: done, most, trials, options: { startupTrials: n_startup_trials, warmupEpochs: n_warmup_steps, interval: interval_steps, reference: "values" } }) === "stop");
      expect(stops < 0 ? null : stops, `trial ${trial}`).toBe(stopped_at_step);
      done.push(stopped_at_step === null ? curve(trial, curve_full) : curve(trial, curve_full.slice(0, stopped_at_step + 1), "pruned"));
    }
  });

  it.each(gold.median_stopping.map((one) => [one.name, one] as const))("with averages decides as Vizier's rule in golden case %s", (_, { trials: table, vizier_rule }) => {
    const others = table.filter(({ trial }) => vizier_rule.completed_reference_trials.includes(trial)).map(({ trial, curve_full }) => curve(trial, curve_full));
    for (const { trial, stop_at_each_step } of vizier_rule.decisions) {
      const whole = table.find((one) => one.trial === trial)!.curve_full;
      expect(stop_at_each_step.map((__, step) => pruners.median({ mine: curve(trial, whole.slice(0, step + 1), "running"), others, most, trials, options: { startupTrials: 1, warmupEpochs: 0, interval: 1, reference: "averages" } }) === "stop")).toEqual(stop_at_each_step);
    }
  });
});

describe("halving", () => {
  it.each(gold.successive_halving.map((one) => [`${one.n} trials, η ${one.eta}`, one] as const))("has golden's rounds: %s", (_, { n, min_resource, eta, max_resource, rounds }) => { expect(halvingRounds(n, min_resource, eta, max_resource)).toEqual(rounds); });

  it.each(gold.hyperband.map((one) => [`R = ${one.R}, η = ${one.eta}`, one] as const))("has the paper's brackets: %s", (_, { R, eta, paper_formula }) => {
    expect(hyperbandBrackets(R, eta)).toEqual(paper_formula.map(({ s, n, rounds }) => ({ s, n, rounds: rounds.map((round) => ({ n: round.n, r: round.r_floor, keep: round.keep ?? 0 })) })));
  });

  it("lets exactly one in three of a cohort of nine go on at each rung, whatever order they arrive in", () => {
    fc.assert(fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8, 9], { minLength: 9, maxLength: 9 }), (order) => {
      let alive: Curve[] = [];
      const stopped: Curve[] = [];
      for (const rung of [1, 3]) {
        const field = rung === 1 ? order : alive.map(({ number }) => number);
        const before = new Map([...stopped, ...alive].map((one) => [one.number, one]));
        const ruling = new Map<number, string>();
        // One after the other reaches the rung; those that wait are asked again.
        for (const number of field) {
          before.set(number, curve(number, Array.from({ length: rung }, () => number), "running"));
          for (const asked of field) if (before.has(asked) && before.get(asked)!.points.length === rung && (ruling.get(asked) ?? "wait") === "wait") ruling.set(asked, judge("successiveHalving", before.get(asked)!, [...before.values()].filter((one) => one.number !== asked)));
        }
        for (const number of field) if (ruling.get(number) === "stop") stopped.push({ ...before.get(number)!, state: "pruned" });
        alive = field.filter((number) => ruling.get(number) === "go").map((number) => before.get(number)!);
      }
      expect(alive.map(({ number }) => number)).toEqual([1]);
    }), { numRuns: 50 });
  });

  it("Hyperband's cohorts follow one another without a gap, in the order of its brackets, and the last is cut where the sweep ends", () => {
    const sizes: number[] = [];
    for (let first = 1; first <= 40;) { const cohort = cohortOf(first, "hyperband", { eta: 3, least: 1 }, 9, 40); expect(cohort.first).toBe(first); sizes.push(cohort.size); first += cohort.size; }
    expect(sizes).toEqual([9, 5, 3, 9, 5, 3, 6]);
    expect(cohortOf(3, "hyperband", { eta: 3, least: 1 }, 9, 40).rungs).toEqual([{ epochs: 1, keep: 3 }, { epochs: 3, keep: 1 }]);
  });
});

describe("asha", () => {
  it.each(gold.asha.map((one) => [one.name, one] as const))("promotes as algorithm 2 in golden case %s, event by event", (_, { eta, top_rung, events }) => {
    const results: { trial: number; rung: number; loss: number }[] = [], promoted: { trial: number; rung: number }[] = [];
    let begun = 0;
    for (const one of events) {
      if (one.event === "report") { results.push(one); continue; }
      const job = promote(results, promoted, begun, { eta, top: top_rung });
      expect(job).toMatchObject({ action: one.expect.action, trial: one.expect.trial, rung: one.expect.rung });
      if (job.action === "new") begun++;
      else promoted.push({ trial: job.trial, rung: job.rung - 1 });
    }
  });

  it("of many trials in random order keeps close to one in three at each rung, and always the best so far", () => {
    const stream = rng(5).stream("asha");
    const seen: Curve[] = [];
    let passed = 0;
    for (let number = 1; number <= 600; number++) {
      const mine = curve(number, [stream.uniform()], "running");
      const ruling = judge("asha", mine, seen);
      if (seen.every((other) => other.points[0]!.loss > mine.points[0]!.loss)) expect(ruling).toBe("go");
      if (ruling === "go") passed++;
      seen.push({ ...mine, state: ruling === "go" ? "finished" : "pruned" });
    }
    // Deciding at once lets a few too many through early on; Binomial(600, 1/3) has deviation 12.
    expect(passed).toBeGreaterThan(200 - 36);
    expect(passed).toBeLessThan(200 + 48);
  });
});

describe("wilcoxon", () => {
  it("has SciPy's p-values, exact to 1e-12 and approximate to 1e-9", () => {
    for (const { differences, p, method } of golden<{ wilcoxon: { differences: number[]; p: number; method: string }[] }>("search-scipy").wilcoxon) expect(Math.abs(signedRankAbove(differences) - p), `${method}, ${differences.length}`).toBeLessThan(method === "exact" ? 1e-12 : 1e-9);
  });

  it("with ties and zeros counts all signs of the differences, as enumeration does", () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 1, maxLength: 9 }), (differences) => {
      const rank = (size: number): number => { const sizes = differences.map(Math.abs); return sizes.filter((s) => s < size).length + (sizes.filter((s) => s === size).length + 1) / 2; };
      const ranks = differences.filter((d) => d !== 0).map((d) => rank(Math.abs(d)));
      const above = differences.reduce((sum, d) => d > 0 ? sum + rank(d) : sum, 0);
      let count = 0;
      for (let signs = 0; signs < 2 ** ranks.length; signs++) if (ranks.reduce((sum, r, i) => sum + ((signs >> i) & 1 ? r : 0), 0) >= above - 1e-9) count++;
      expect(signedRankAbove(differences)).toBeCloseTo(count / 2 ** ranks.length, 12);
    }));
  });

  it("stops a trial that loses on every fold once there are folds enough, and none that wins on some by more", () => {
    const best = curve(1, [0.1, 0.2, 0.3, 0.4, 0.5]);
    expect(judge("wilcoxon", curve(2, [0.2, 0.31, 0.42, 0.53], "running"), [best])).toBe("stop");
    expect(judge("wilcoxon", curve(2, [0.2, 0.31], "running"), [best])).toBe("go");
    expect(judge("wilcoxon", curve(2, [0.2, 0.1, 0.42, 0.2], "running"), [best])).toBe("go");
  });
});

describe("population-based training", () => {
  const { cube } = spaceOf({ rate: interval(1e-4, 1, { scale: "log" }), n: interval(1, 9, { step: 1 }), k: values(["a", "b"]) });
  const members = Array.from({ length: 10 }, (_, i) => ({ number: i + 1, at: cube.snap([i / 10, i / 10, i / 10]), loss: i === 4 ? Number.NaN : i }));

  it("lets the worst fifth take over from the best fifth, diverged ones first, and moves their values by a step on their scale", () => {
    const moves = exchange(members, cube, rng(1).stream("population"));
    expect(moves.map(({ number }) => number)).toEqual([5, 10]);
    for (const { from, at } of moves) {
      expect([1, 2]).toContain(from);
      for (const u of at) expect(u >= 0 && u <= 1).toBe(true);
      expect(cube.snap(at)).toEqual(at);
    }
    expect(exchange(members, cube, rng(1).stream("population"))).toEqual(moves);
    const [move] = exchange(members, cube, rng(3).stream("population"), { share: 0.1, resample: 0, step: 0.1 });
    const model = members[move!.from - 1]!;
    expect(Math.abs(Math.abs(move!.at[0]! - model.at[0]!) - 0.1) < 1e-9 || move!.at[0] === 0 || move!.at[0] === 1).toBe(true);
    expect(move!.at[2]).toBe(model.at[2]);
  });

  it("moves nobody where there is nobody to learn from", () => {
    expect(exchange(members.map((one) => ({ ...one, loss: Number.NaN })), cube, rng(1).stream("population"))).toEqual([]);
    expect(exchange(members.slice(0, 3), cube, rng(1).stream("population"))).toEqual([]);
  });
});
