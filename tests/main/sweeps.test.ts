/** Sweeps through the workbench, with real threads and a real project: what they train, stop, confirm and say. */

import { describe, expect, it } from "vitest";
import type { SweepView } from "../../src-main/contract/sweeps.ts";
import { factsOf, smallSweep, startSweep, sweepUntil, wholeSweep } from "../support/sweeps.ts";
import { ended, openBench, start } from "../support/workbench.ts";

const of = ({ trials }: SweepView, state: string): number[] => trials.filter((trial) => trial.state === state).map(({ number }) => number);

describe("a sweep", () => {
  it("trains every trial once, tells the best, and its runs are runs like others", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const view = await wholeSweep(workbench, { ...smallSweep, name: "coarse", trials: 6 });
    expect(view.sweep).toMatchObject({ id: "s-1", state: "finished", phase: "searching", version: 1, counts: { planned: 6, waiting: 0, running: 0, finished: 6, pruned: 0, failed: 0 }, epochs: { trained: 54, full: 54 } });
    expect(view.trials.map(({ number, batch }) => [number, batch])).toEqual([[1, 1], [2, 1], [3, 1], [4, 1], [5, 2], [6, 2]]);
    const losses = view.trials.map(({ values }) => values![0]!);
    expect(view.sweep.best).toEqual({ trial: losses.indexOf(Math.min(...losses)) + 1, value: Math.min(...losses) });
    expect(view.front).toEqual([view.sweep.best!.trial]);
    const [run] = await workbench.listRuns({ where: "sweep = s-1 and trial = 3" });
    expect(run).toMatchObject({ name: "coarse · trial 3", sweep: { id: "s-1", trial: 3, repeat: 1, isConfirmation: false }, spec: { optimizer: { learningRate: view.trials[2]!.point["optimizer.learningRate"] } } });
    expect(run!.metrics["validation/loss"]).toBe(losses[2]);
    expect(view.trials[2]!.curve.epochs).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(view.trials[2]!.curve.values[0]!.at(-1)).toBe(losses[2]);
    const alone = await ended(workbench, await start(workbench, run!.spec));
    expect(alone.weightHash).toBe(run!.weightHash);
  });

  it.each([["none", "tpe"], ["asha", "random"], ["median", "random"], ["successiveHalving", "random"], ["hyperband", "bohb"]])("in synchronous mode makes the same trials with 1, 2 and 3 workers: %s, %s", { timeout: 300_000 }, async (pruner, sampler) => {
    const found = [];
    for (const parallel of [1, 2, 3]) {
      await using bench = openBench({ parallel });
      found.push(factsOf(await wholeSweep(bench.workbench, { ...smallSweep, sampler: { kind: sampler }, pruner: { kind: pruner }, parallel, trials: 14, confirm: { top: 1, seeds: 2 } })));
    }
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
    expect(found[0]!.length).toBe(14);
  });

  it("stops a pruned run exactly at the epoch it was judged at, and a promoted one ends as if it had never waited", async () => {
    await using bench = openBench({ parallel: 2 });
    const { workbench } = bench;
    const view = await wholeSweep(workbench, { ...smallSweep, pruner: { kind: "successiveHalving" }, parallel: 2, trials: 9 });
    expect([of(view, "finished").length, of(view, "pruned").length]).toEqual([1, 8]);
    for (const { state, prunedAt, values, runs, curve } of view.trials) {
      const run = await workbench.run({ runId: runs[0]!.runId });
      if (state === "finished") expect(run.history.map(({ kind }) => kind)).toContain("resumed");
      expect(run.epoch).toBe(prunedAt ?? 9);
      expect(curve.values[0]!.at(-1)).toBe(values![0]);
      const alone = await ended(workbench, await start(workbench, { ...run.spec, train: { ...run.spec!.train, epochs: 9 } }));
      const [told, true_] = await workbench.readSeries({ runIds: [run.id, alone.id], metrics: ["validation/loss"], points: 0 });
      expect([...told!.values]).toEqual([...true_!.values].slice(0, told!.values.length));
      if (state === "finished") expect(run.weightHash).toBe(alone.weightHash);
    }
  });

  it("is watched from a number on: what changed since, then the tail", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const sweepId = await startSweep(workbench, smallSweep);
    const view = await sweepUntil(workbench, sweepId);
    for await (const event of workbench.watchSweep({ sweepId, since: view.seq - 2 })) {
      expect(event).toMatchObject({ kind: "snapshot", seq: view.seq, sweep: { state: "finished" } });
      // The one whose result came last: of two that follow one another it may be the first, whose states take longer to keep.
      expect(event.trials).toEqual([view.trials.find(({ number }) => number === event.trials[0]?.number)]);
      break;
    }
  });
});
