/** Population-based training through the workbench: weights that are handed on, the same whatever the workers and whatever befalls it, each run replayable. */

import { describe, expect, it } from "vitest";
import { factsOf, startSweep, sweepUntil, wholeSweep } from "../support/sweeps.ts";
import { openBench, openWorkbench, smallSpec, until } from "../support/workbench.ts";

const spec = {
  base: { ...smallSpec, train: { epochs: 9, batchSize: 32, checkpoints: { best: 0 } } },
  axes: { "optimizer.learningRate": {}, "optimizer.beta1": {} }, objective: { metric: "validation/loss" },
  sampler: { kind: "random" }, pruner: { kind: "population", members: 4, every: 3, share: 0.25 }, trials: 12, parallel: 1, confirm: { top: 1, seeds: 2 },
};
const lineages = (view: { readonly trials: readonly { readonly number: number; readonly goesOnFrom: number | null }[] }): (number | null)[] => view.trials.map(({ goesOnFrom }) => goesOnFrom);

describe("a population", () => {
  it("trains generations: each run goes on from the weights its trial names, its change is in its history, and it is trained no epoch twice", { timeout: 120_000 }, async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const view = await wholeSweep(workbench, spec);
    expect(view.sweep).toMatchObject({ state: "finished", counts: { planned: 12, finished: 12, pruned: 0, failed: 0 }, epochs: { trained: 36, full: 36 } });
    expect(view.trials.map(({ batch, epoch }) => [batch, epoch])).toEqual([3, 6, 9].flatMap((epoch, i) => [1, 2, 3, 4].map(() => [i + 1, epoch])));
    expect(lineages(view).slice(0, 4)).toEqual([null, null, null, null]);
    const copied = view.trials.filter(({ number, goesOnFrom }) => goesOnFrom !== null && goesOnFrom !== number - 4);
    // One of four gives up after each of two generations.
    expect(copied.length).toBe(2);
    for (const { goesOnFrom, batch, runs, point, values, curve } of view.trials.filter((trial) => trial.batch > 1)) {
      const before = view.trials.find(({ number }) => number === goesOnFrom)!;
      const run = await workbench.run({ runId: runs[0]!.runId });
      expect(run.parentId).toBe(before.runs[0]!.runId);
      expect(run.spec!.optimizer).toMatchObject({ learningRate: point["optimizer.learningRate"], beta1: point["optimizer.beta1"] });
      const [deed] = run.history;
      expect(deed).toMatchObject({ kind: "branched", from: before.runs[0]!.runId, epoch: (batch - 1) * 3 });
      if (deed?.kind !== "branched") throw new Error("it did not branch");
      expect(deed.changes.map(({ path }) => path).sort()).toEqual(Object.keys(point).filter((axis) => point[axis] !== before.point[axis]).sort());
      // Its curve begins as the other's ended.
      expect(curve.values[0]!.slice(0, before.curve.epochs.length)).toEqual(before.curve.values[0]);
      expect(curve.values[0]!.at(-1)).toBe(values![0]);
    }
    const copy = copied.at(-1)!.runs[0]!.runId;
    for await (const told of workbench.replayRun({ runId: copy })) void told;
    expect((await workbench.run({ runId: copy })).replay).toMatchObject({ verdict: "identical" });
  });

  it("confirms its winner by training the same course of values from the beginning, with fresh seeds", { timeout: 120_000 }, async () => {
    await using bench = openBench({ parallel: 2 });
    const { workbench } = bench;
    const view = await wholeSweep(workbench, { ...spec, pruner: { ...spec.pruner, share: 0.5 }, parallel: 2 });
    const winner = await workbench.sweepWinner({ sweepId: view.sweep.id });
    expect(winner.confirmed).toMatchObject([{ trial: view.sweep.best!.trial, seeds: 2 }]);
    const own = view.trials.find(({ number }) => number === winner.confirmed[0]!.trial)!;
    const chain = [own];
    while (chain[0]!.goesOnFrom !== null) chain.unshift(view.trials.find(({ number }) => number === chain[0]!.goesOnFrom)!);
    for (const runId of winner.confirmed[0]!.runIds) {
      const run = await workbench.run({ runId });
      expect([run.epoch, run.parentId]).toEqual([own.epoch, null]);
      expect(run.spec!.optimizer).toMatchObject({ learningRate: chain[0]!.point["optimizer.learningRate"] });
      const turns = chain.slice(1).filter(({ point }, i) => JSON.stringify(point) !== JSON.stringify(chain[i]!.point));
      expect(run.history.filter(({ kind }) => kind === "changed").map(({ epoch }) => epoch)).toEqual(turns.map(({ batch }) => (batch - 1) * 3));
    }
  });

  it("makes the same trials with 1, 2 and 4 workers, and closed in the middle and opened again", { timeout: 240_000 }, async () => {
    const found = [];
    for (const parallel of [1, 2, 4]) {
      await using bench = openBench({ parallel });
      const view = await wholeSweep(bench.workbench, { ...spec, parallel });
      found.push([factsOf(view), lineages(view)]);
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
    await using bench = openBench({ parallel: 2 });
    const sweepId = await startSweep(bench.workbench, { ...spec, parallel: 2 });
    await sweepUntil(bench.workbench, sweepId, ({ counts }) => counts.finished > 4);
    await bench.workbench.close();
    const again = openWorkbench(bench.file, { parallel: 2 });
    try {
      await again.resumeSweep({ sweepId });
      const view = await sweepUntil(again, sweepId);
      expect([factsOf(view), lineages(view)]).toEqual(found[0]);
      expect(new Set((await again.listRuns({})).map(({ sweep }) => JSON.stringify(sweep))).size).toBe(12 + 2);
    } finally {
      await again.close();
    }
  });

  it("keeps its members and generations when it is changed, and may grow by whole populations", { timeout: 120_000 }, async () => {
    await using bench = openBench({ parallel: 2 });
    const { workbench } = bench;
    const view = await wholeSweep(workbench, { ...spec, confirm: { top: 0, seeds: 1 } });
    const sweepId = view.sweep.id;
    await expect(workbench.changeSweep({ sweepId, changes: [{ path: ["pruner", "members"], to: 6 }, { path: ["trials"], to: 18 }] })).rejects.toMatchObject({ problems: [{ path: "pruner" }] });
    await expect(workbench.changeSweep({ sweepId, changes: [{ path: ["trials"], to: 20 }] })).rejects.toMatchObject({ problems: [{ path: "trials" }] });
    await workbench.changeSweep({ sweepId, changes: [{ path: ["trials"], to: 24 }] });
    const grown = await sweepUntil(workbench, sweepId);
    expect(grown.trials.length).toBe(24);
    expect(lineages(grown).slice(12, 16)).toEqual([null, null, null, null]);
    await until(workbench, grown.trials.at(-1)!.runs[0]!.runId, (state) => state === "finished");
  });
});
