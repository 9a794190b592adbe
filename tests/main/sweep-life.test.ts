/** What a person does with a sweep on its way: pause, stop, change, add to, confirm; and what befalls it. */

import { describe, expect, it } from "vitest";
import type { SpecError, StoreError } from "../../src-engine/spec/errors.ts";
import { factsOf, smallSweep, startSweep, sweepUntil, wholeSweep } from "../support/sweeps.ts";
import { ended, endlessSpec, openBench, openWorkbench, smallSpec, start, until } from "../support/workbench.ts";

const refusal = async (work: Promise<unknown>): Promise<SpecError | StoreError> => {
  try { await work; } catch (error) { return error as SpecError; }
  throw new Error("it was not refused");
};
const pathsOf = (error: SpecError | StoreError): string[] => (error as SpecError).problems.map(({ path }) => path);

describe("a sweep under way", () => {
  it("pauses with its runs, goes on, stops, goes on again, and ends as if nothing had been", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    // Long enough that trials are still to come when an event reaches a busy test: a sweep that is over would never be seen running again.
    const spec = { ...smallSweep, base: { ...smallSweep.base, train: { ...smallSweep.base.train, epochs: 960 } }, trials: 5, batch: 2, pruner: { kind: "asha", eta: 2, least: 240 } };
    const undisturbed = await wholeSweep(workbench, spec);
    const sweepId = await startSweep(workbench, spec);
    await sweepUntil(workbench, sweepId, (_, trials) => trials.some(({ epoch }) => epoch > 0));
    expect((await workbench.pauseSweep({ sweepId })).state).toBe("paused");
    const still = await workbench.sweep({ sweepId });
    expect((await workbench.listRuns({ where: `sweep = ${sweepId} and state in (running, queued)` })).length).toBe(0);
    expect((await workbench.resumeSweep({ sweepId })).state).toBe("running");
    await sweepUntil(workbench, sweepId, (_, trials) => trials.length > still.trials.length || trials.some(({ number, state }) => number > 1 && state === "running"));
    expect((await workbench.stopSweep({ sweepId })).state).toBe("stopped");
    expect((await workbench.listRuns({ where: `sweep = ${sweepId} and state in (running, queued, paused)` })).length).toBe(0);
    await workbench.resumeSweep({ sweepId });
    const view = await sweepUntil(workbench, sweepId);
    expect(view.sweep.state).toBe("finished");
    expect(factsOf(view)).toEqual(factsOf(undisturbed));
  });

  it("takes a larger budget and another space as a new version; trials keep the version they were chosen under, and known points are not trained twice", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const axes = { "layers.0.units": { values: [3, 4, 5, 6] } };
    const first = await wholeSweep(workbench, { ...smallSweep, axes, sampler: { kind: "grid" }, trials: 4 });
    const sweepId = first.sweep.id;
    const raised = await workbench.changeSweep({ sweepId, changes: [{ path: ["axes", "layers.0.units", "values"], to: [3, 4, 5, 6, 7] }, { path: ["sampler"], to: { kind: "random" } }, { path: ["trials"], to: 9 }] });
    expect(raised).toMatchObject({ version: 2, state: "running", counts: { planned: 9 } });
    const view = await sweepUntil(workbench, sweepId);
    expect(view.trials.map(({ version }) => version)).toEqual([1, 1, 1, 1, 2, 2, 2, 2, 2]);
    expect(view.versions.map(({ version, changes }) => [version, changes.length])).toEqual([[1, 0], [2, 3]]);
    const taken = view.trials.filter(({ sameAs }) => sameAs !== null);
    expect(taken.length).toBeGreaterThan(0);
    for (const { sameAs, values, runs, point } of taken) {
      const like = view.trials.find(({ number }) => number === sameAs)!;
      expect([values, point, runs]).toEqual([like.values, like.point, []]);
    }
    expect((await workbench.listRuns({ where: `sweep = ${sweepId}` })).length).toBe(9 - taken.length);
    expect(pathsOf(await refusal(workbench.changeSweep({ sweepId, changes: [{ path: ["objective"], to: { metric: "train/loss" } }, { path: ["base", "seed"], to: 7 }] })))).toEqual(["base", "objective"]);
    expect(pathsOf(await refusal(workbench.changeSweep({ sweepId, changes: [{ path: ["axes", "layers.0.units", "values"], to: [0] }] })))).toEqual(['axes["layers.0.units"].values.0']);
    expect((await workbench.sweep({ sweepId })).versions.length).toBe(2);
  });

  it("tries a point by hand besides the budget, and refuses one that is not of the space, naming the axis", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const sweepId = await startSweep(workbench, { ...smallSweep, trials: 4 });
    expect(await workbench.enqueueTrial({ sweepId, point: { "optimizer.learningRate": 0.02, "layers.0.units": 12 } })).toEqual({ trial: -1 });
    const view = await sweepUntil(workbench, sweepId);
    expect(view.trials.map(({ number }) => number)).toEqual([-1, 1, 2, 3, 4]);
    expect(view.trials[0]).toMatchObject({ origin: "hand", batch: 0, state: "finished", point: { "optimizer.learningRate": 0.02, "layers.0.units": 12 } });
    expect(view.sweep.counts).toMatchObject({ planned: 4, finished: 4 });
    expect(pathsOf(await refusal(workbench.enqueueTrial({ sweepId, point: { "optimizer.learningRate": 0.02, "layers.0.units": 99 } })))).toEqual(['point["layers.0.units"]']);
    // A sweep that has finished goes on for it.
    await workbench.enqueueTrial({ sweepId, point: { "optimizer.learningRate": 0.03, "layers.0.units": 12 } });
    expect((await sweepUntil(workbench, sweepId)).trials[0]).toMatchObject({ number: -2, state: "finished" });
  });

  it("takes finished runs as history, those that differ from its base in nothing but axes and seed", async () => {
    await using bench = openBench({ parallel: 2 });
    const { workbench } = bench;
    const base = { ...smallSweep.base, name: "before" };
    const spec = (learningRate: number, units: number, seed: number): unknown => ({ ...base, seed, optimizer: { kind: "adam", learningRate }, layers: [{ kind: "dense", units }, ...base.layers.slice(1)] });
    const [a, b, c, other, data] = [spec(0.01, 8, 1), spec(0.01, 8, 2), spec(0.03, 4, 1), { ...base, train: { ...base.train, batchSize: 16 } }, { ...base, data: { kind: "xor", samples: 500 } }];
    const runIds = [];
    for (const one of [a, b, c, other, data]) runIds.push(await start(workbench, one));
    for (const runId of runIds) await ended(workbench, runId);
    const sweepId = await startSweep(workbench, { ...smallSweep, trials: 2 });
    const found = await workbench.importRuns({ sweepId, runIds });
    expect(found.taken).toEqual([{ runId: "r-1", trial: -1 }, { runId: "r-2", trial: -1 }, { runId: "r-3", trial: -2 }]);
    expect(found.left.map(({ runId, code }) => [runId, code])).toEqual([["r-4", "otherSettings"], ["r-5", "otherData"]]);
    expect((await workbench.importRuns({ sweepId, runIds: ["r-1"] })).left).toMatchObject([{ code: "isThere" }]);
    const view = await sweepUntil(workbench, sweepId);
    const both = await Promise.all(["r-1", "r-2"].map(async (runId) => (await workbench.run({ runId })).metrics["validation/loss"]!));
    expect(view.trials.find(({ number }) => number === -1)).toMatchObject({ origin: "import", state: "finished", point: { "optimizer.learningRate": 0.01, "layers.0.units": 8 }, repeats: both.map((value) => [value]), values: [(both[0]! + both[1]!) / 2], runs: [{ runId: "r-1" }, { runId: "r-2" }] });
    expect(view.trials.find(({ number }) => number === -2)!.curve.epochs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("counts a run that a person stops as pruned there, and a run that diverges as failed, with the reason", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const stopped = await startSweep(workbench, { ...smallSweep, base: endlessSpec, axes: { "optimizer.learningRate": {} }, trials: 1 });
    const { trials } = await sweepUntil(workbench, stopped, (_, all) => all.some(({ epoch }) => epoch > 1));
    const { epoch } = await workbench.stopRun({ runId: trials[0]!.runs[0]!.runId });
    expect((await sweepUntil(workbench, stopped)).trials[0]).toMatchObject({ state: "pruned", prunedAt: epoch });
    const view = await wholeSweep(workbench, { ...smallSweep, base: { ...smallSweep.base, optimizer: { kind: "sgd" }, loss: { kind: "softmaxCrossEntropy" } }, axes: { "optimizer.learningRate": { values: [0.1, 1e30] } }, sampler: { kind: "grid" }, trials: 2 });
    expect(view.trials.map(({ state, reason }) => [state, reason?.code ?? null])).toEqual([["finished", null], ["failed", "diverged"]]);
    expect(view.sweep).toMatchObject({ state: "finished", best: { trial: 1 }, counts: { failed: 1 } });
  });
});

it("is named and put away by a person: everybody hears of it, a change of its spec leaves the name, and the next opening knows it", async () => {
  await using bench = openBench();
  const { workbench, file } = bench;
  const { sweep } = await wholeSweep(workbench, { ...smallSweep, trials: 2, name: "first" });
  expect(sweep).toMatchObject({ name: "first", isArchived: false });
  const heard = workbench.watchSweep({ sweepId: sweep.id, since: 0 })[Symbol.asyncIterator]();
  await heard.next();
  expect(await workbench.markSweep({ sweepId: sweep.id, name: "mine" })).toMatchObject({ name: "mine", isArchived: false, version: 1, state: "finished" });
  expect((await heard.next()).value).toMatchObject({ kind: "changed", sweep: { name: "mine" } });
  await heard.return!();
  await workbench.markSweep({ sweepId: sweep.id, isArchived: true });
  await workbench.changeSweep({ sweepId: sweep.id, changes: [{ path: ["trials"], to: 3 }] });
  await sweepUntil(workbench, sweep.id);
  expect(await workbench.listSweeps({})).toMatchObject([{ name: "mine", isArchived: true, version: 2, counts: { finished: 3 } }]);
  await workbench.changeSweep({ sweepId: sweep.id, changes: [{ path: ["name"], to: "third" }] });
  expect(await sweepUntil(workbench, sweep.id)).toMatchObject({ sweep: { name: "third" } });
  await expect(workbench.markSweep({ sweepId: "s-9", name: "x" })).rejects.toMatchObject({ code: "noSuchSweep" });
  await workbench.close();
  const again = openWorkbench(file);
  expect(await again.listSweeps({})).toMatchObject([{ name: "third", isArchived: true }]);
  await again.close();
});

describe("repeats", () => {
  it("are seeds, each a run, in one group; the trial's value is their mean, and those that lose pair by pair get no more of them", async () => {
    await using bench = openBench({ parallel: 2 });
    const { workbench } = bench;
    const view = await wholeSweep(workbench, { ...smallSweep, parallel: 2, axes: { "optimizer.learningRate": { values: [0.03, 0.00001] } }, sampler: { kind: "grid" }, trials: 2, batch: 1, repeats: { kind: "seeds", count: 5 }, pruner: { kind: "wilcoxon", level: 0.2, startupRepeats: 3 } });
    expect(view.trials.map(({ state, repeats }) => [state, repeats.length])).toEqual([["finished", 5], ["pruned", 3]]);
    const runs = await workbench.listRuns({ where: "sweep = s-1 and trial = 1" });
    expect(runs.map(({ spec, groupId }) => [spec!.seed, groupId]).toReversed()).toEqual([1, 2, 3, 4, 5].map((seed) => [seed, "g-1"]));
    const values = runs.toReversed().map(({ metrics }) => metrics["validation/loss"]!);
    expect(view.trials[0]!.repeats).toEqual(values.map((value) => [value]));
    expect(view.trials[0]!.values).toEqual([values.reduce((sum, value) => sum + value, 0) / 5]);
  });

  it("are folds, that share the validation rows out among them", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const view = await wholeSweep(workbench, { ...smallSweep, trials: 1, repeats: { kind: "folds", count: 3 } });
    const runs = (await workbench.listRuns({ where: "sweep = s-1" })).toReversed();
    expect(runs.map(({ spec }) => spec!.split)).toMatchObject([1, 2, 3].map((fold) => ({ kind: "kFold", folds: 3, fold })));
    expect(runs.reduce((sum, { data }) => sum + data.rows.validation, 0)).toBe(runs[0]!.data.rows.train + runs[0]!.data.rows.validation);
    expect(view.trials[0]!.repeats.length).toBe(3);
  });

  it("of ASHA are for those that survive: a pruned trial has one run", async () => {
    await using bench = openBench();
    const view = await wholeSweep(bench.workbench, { ...smallSweep, pruner: { kind: "asha" }, repeats: { kind: "seeds", count: 2 }, trials: 8 });
    for (const { state, runs } of view.trials) expect(runs.length).toBe(state === "pruned" ? 1 : 2);
    expect(view.sweep.counts.pruned).toBeGreaterThan(0);
  });
});

describe("the winners", () => {
  it("are confirmed with seeds no trial has had; the test split stays closed until then, and is opened for the confirmed one alone", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const base = { ...smallSweep.base, train: { ...smallSweep.base.train, openTest: true } };
    const sweepId = await startSweep(workbench, { ...smallSweep, base, trials: 5 });
    const before = await sweepUntil(workbench, sweepId);
    expect(before.sweep.confirmed).toBeNull();
    expect((await workbench.listRuns({ where: "openings > 0" })).length).toBe(0);
    expect(((await refusal(workbench.openSweepTest({ sweepId }))) as StoreError).code).toBe("notConfirmed");
    expect(((await refusal(workbench.openTest({ runId: before.trials[0]!.runs[0]!.runId }))) as StoreError).code).toBe("notConfirmed");
    await workbench.confirmSweep({ sweepId, top: 2, seeds: 3 });
    const view = await sweepUntil(workbench, sweepId);
    expect(view.sweep.phase).toBe("confirming");
    const runs = await workbench.listRuns({ where: `sweep = ${sweepId} and confirms = true` });
    expect(runs.map(({ spec }) => spec!.seed).sort()).toEqual([2, 2, 3, 3, 4, 4]);
    const ranked = view.trials.toSorted((a, b) => a.values![0]! - b.values![0]!);
    const winner = await workbench.sweepWinner({ sweepId });
    expect(winner.raw).toEqual({ trial: ranked[0]!.number, value: ranked[0]!.values![0] });
    expect(winner.confirmed.map(({ trial }) => trial).sort()).toEqual(ranked.slice(0, 2).map(({ number }) => number).sort());
    for (const { trial, mean } of winner.confirmed) {
      const values = view.trials.find(({ number }) => number === trial)!.confirmed.map(([value]) => value!);
      expect(mean).toBeCloseTo(values.reduce((a, b) => a + b, 0) / 3, 12);
    }
    expect(winner.curse!.deviation).toBeGreaterThan(0);
    expect(winner.test).toBeNull();
    const opened = await workbench.openSweepTest({ sweepId });
    expect(Object.keys(opened.test!)).toEqual(["test/loss", "test/accuracy"]);
    const looked = await workbench.listRuns({ where: "openings > 0" });
    expect(looked.map(({ sweep, testOpenings }) => [sweep!.trial, sweep!.isConfirmation, testOpenings])).toEqual([1, 2, 3].map(() => [winner.confirmed[0]!.trial, true, 1]));
  });

  it("of two objectives are a front", async () => {
    await using bench = openBench();
    const view = await wholeSweep(bench.workbench, { ...smallSweep, objective: [{ metric: "validation/loss" }, { metric: "model/parameters", goal: "minimize" }], sampler: { kind: "nsga2", population: 4 }, pruner: { kind: "median", startupTrials: 2 }, trials: 12 });
    const done = view.trials.filter(({ state }) => state === "finished");
    const beaten = (a: readonly number[]): boolean => done.some(({ values }) => values!.every((x, i) => x <= a[i]!) && values!.some((x, i) => x < a[i]!));
    expect(view.front).toEqual(done.filter(({ values }) => !beaten(values!)).map(({ number }) => number));
    expect(view.front.length).toBeGreaterThan(0);
  });
});

describe("troubles", () => {
  it("a worker that dies in the middle of every third run: each trial ends once, with the result it would have had", { timeout: 300_000 }, async () => {
    await using calm = openBench();
    await using wild = openBench({ parallel: 2, fault: { kind: "exit", everyTrainings: 3, atStep: 60 } });
    const spec = { ...smallSweep, pruner: { kind: "asha" }, confirm: { top: 1, seeds: 2 } };
    const [quiet, disturbed] = [await wholeSweep(calm.workbench, spec), await wholeSweep(wild.workbench, { ...spec, parallel: 2 })];
    expect(factsOf(disturbed)).toEqual(factsOf(quiet));
    expect((await wild.workbench.listRuns({})).length).toBe((await calm.workbench.listRuns({})).length);
  });

  it("a program that closes leaves the sweep interrupted, and it goes on where it was", async () => {
    await using bench = openBench();
    // Long enough that it is closed before it is over.
    const spec = { ...smallSweep, base: { ...smallSweep.base, train: { ...smallSweep.base.train, epochs: 960 } }, trials: 6, batch: 3 };
    const whole = await wholeSweep(bench.workbench, spec);
    const sweepId = await startSweep(bench.workbench, spec);
    await sweepUntil(bench.workbench, sweepId, ({ counts }) => counts.finished > 1);
    await bench.workbench.close();
    const again = openWorkbench(bench.file);
    try {
      expect(await again.listSweeps({})).toMatchObject([{ id: sweepId, state: "interrupted" }, { state: "finished" }]);
      await again.resumeSweep({ sweepId });
      expect(factsOf(await sweepUntil(again, sweepId))).toEqual(factsOf(whole));
    } finally {
      await again.close();
    }
  });

  it("in asynchronous mode nobody waits for a batch, and every number comes once", async () => {
    await using bench = openBench({ parallel: 2 });
    const view = await wholeSweep(bench.workbench, { ...smallSweep, mode: "asynchronous", parallel: 2, pruner: { kind: "asha" }, trials: 9 });
    expect(view.trials.map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(view.sweep.counts).toMatchObject({ waiting: 0, running: 0 });
  });
});

describe("a draft", () => {
  it("tells all its problems with their paths, and what is right of it", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const wrong = await workbench.inspectSweep({ spec: { ...smallSweep, base: { ...smallSpec, optimizer: { kind: "adm" } }, trials: 0, axes: { "optimizer.learningRate": { from: -1 } }, sampler: { kind: "tpee" } } });
    expect(wrong.spec).toBeNull();
    expect(wrong.problems.map(({ path }) => path)).toEqual(["base.optimizer.kind", "trials", "sampler.kind"]);
    const unmeasured = await workbench.inspectSweep({ spec: { ...smallSweep, base: { ...smallSpec, split: { kind: "random", validation: 0 } } } });
    expect(unmeasured.problems.map(({ path }) => path)).toEqual(["objective.0.metric"]);
    const tooTight = await workbench.inspectSweep({ spec: { ...smallSweep, axes: { "layers.0.units": {}, "optimizer.learningRate": {} }, constraints: [{ kind: "sumAtMost", axes: ["layers.0.units", "optimizer.learningRate"], limit: 0 }] } });
    expect(tooTight.problems.map(({ path }) => path)).toEqual(["constraints"]);
    const right = await workbench.inspectSweep({ spec: { ...smallSweep, confirm: { top: 2, seeds: 3 }, pruner: { kind: "successiveHalving" } }, probe: true });
    expect(right.problems).toEqual([]);
    expect(right.points.length).toBe(200);
    expect(right.cost).toMatchObject({ runs: 18, epochs: 162, parallel: 1 });
    expect(right.cost!.prunedEpochs).toBeLessThan(162);
    expect(right.cost!.aboutMs).toBeGreaterThan(0);
  });

  it("refuses to begin, and stores nothing", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    expect(pathsOf(await refusal(workbench.startSweep({ experimentId: null, spec: { ...smallSweep, objective: { metric: "test/loss" } } })))).toEqual(["objective.metric"]);
    expect(await workbench.listSweeps({})).toEqual([]);
    expect(((await refusal(workbench.sweep({ sweepId: "s-9" }))) as StoreError).code).toBe("noSuchSweep");
  });
});

it("a narrower stage learns from its parent's trials", async () => {
  await using bench = openBench();
  const { workbench } = bench;
  const parent = await wholeSweep(workbench, { ...smallSweep, trials: 6 });
  const ranked = parent.trials.toSorted((a, b) => a.values![0]! - b.values![0]!).slice(0, 2);
  const { spec } = await workbench.narrowSweep({ sweepId: "s-1", trials: ranked.map(({ number }) => number) });
  const axis = spec.axes["optimizer.learningRate"] as { from: number; to: number };
  for (const { point } of ranked) {
    expect(point["optimizer.learningRate"]).toBeGreaterThanOrEqual(axis.from);
    expect(point["optimizer.learningRate"]).toBeLessThanOrEqual(axis.to);
  }
  const { sweepId } = await workbench.startSweep({ experimentId: null, spec: { ...spec, trials: 2 }, parentId: "s-1" });
  const stage = await sweepUntil(workbench, sweepId);
  expect(stage.sweep).toMatchObject({ parentId: "s-1", counts: { finished: 2, planned: 2 } });
  expect(stage.trials.filter(({ origin }) => origin === "import").map(({ values }) => values![0]!).sort()).toEqual(parent.trials.map(({ values }) => values![0]!).sort());
  await until(workbench, stage.trials.at(-1)!.runs[0]!.runId, () => true);
});

it("importance and the isolation of an axis name what matters: a rate over six powers of ten, not a seed-like knob", async () => {
  await using bench = openBench();
  const { workbench } = bench;
  const view = await wholeSweep(workbench, { ...smallSweep, axes: { "optimizer.learningRate": { from: 1e-6, to: 0.3 }, "optimizer.epsilon": { from: 1e-9, to: 1e-7, scale: "log" } }, sampler: { kind: "sobol" }, trials: 20, batch: 20 });
  for (const method of ["fanova", "pedAnova"] as const) {
    const { axes, trials } = await workbench.sweepImportance({ sweepId: view.sweep.id, method, quantile: 0.25 });
    expect(trials).toBe(20);
    expect(axes.map(({ axis }) => axis)).toEqual(["optimizer.learningRate", "optimizer.epsilon"]);
    expect(axes[0]!.share).toBeGreaterThan(axes[1]!.share);
    for (const { share, from, to } of axes) expect([from <= share, share <= to]).toEqual([true, true]);
  }
  const { stretches } = await workbench.isolateAxis({ sweepId: view.sweep.id, axis: "optimizer.learningRate", bins: 4 });
  expect(stretches.length).toBe(4);
  expect(stretches.reduce((sum, { trials }) => sum + trials, 0)).toBe(20);
  expect(Math.min(...stretches.map(({ value }) => value!))).toBe(view.sweep.best!.value);
});

it("no more runs are under way at once than there are places, though the next one trains while the last one's weights are being kept", async () => {
  await using bench = openBench({ parallel: 2 });
  const { trials } = await wholeSweep(bench.workbench, { ...smallSweep, parallel: 2 });
  const runs = trials.flatMap((trial) => trial.runs);
  const moments = runs.flatMap(({ startedMs, endedMs }) => [{ at: startedMs!, by: 1 }, { at: endedMs!, by: -1 }]).sort((a, b) => a.at - b.at || a.by - b.by);
  let underWay = 0;
  const most = Math.max(...moments.map(({ by }) => (underWay += by)));
  expect([runs.length, most]).toEqual([12, 2]);
});

it("sweeps stand beside each other as distributions where they have one objective, and are refused by name where not", async () => {
  await using bench = openBench();
  const { workbench } = bench;
  const accuracy = { ...smallSweep, objective: { metric: "validation/accuracy" }, trials: 2, batch: 2 };
  const ids = [];
  for (const spec of [{ ...smallSweep, trials: 3, batch: 3 }, { ...smallSweep, trials: 2, batch: 2, seed: 2 }, accuracy]) ids.push((await wholeSweep(workbench, spec)).sweep.id);
  const [first, second, third] = ids as [string, string, string];
  const found = await workbench.compareSweeps({ sweepIds: [second, first] });
  expect(found.map(({ sweepId, attained }) => [sweepId, attained.map(({ share }) => share)])).toEqual([[second, [0.5, 1]], [first, [1 / 3, 2 / 3, 1]]]);
  for (const { sweepId, attained } of found) expect(attained[0]!.value).toBe((await workbench.sweep({ sweepId })).sweep.best!.value);
  await expect(workbench.compareSweeps({ sweepIds: [first, third] })).rejects.toMatchObject({ problems: [{ details: { got: "validation/accuracy", wanted: "validation/loss" } }] });
  await expect(workbench.compareSweeps({ sweepIds: [first, "s-9"] })).rejects.toMatchObject({ code: "noSuchSweep" });
});
