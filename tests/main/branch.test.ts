/** What-if: a run that begins with another one's state, a run that is changed while it trains, and runs trained again from their records. */

import { describe, expect, it } from "vitest";
import { ownRun } from "../../src-main/contract/foreign-runs.ts";
import type { ReplayEvent, Run } from "../../src-main/contract/nouns.ts";
import { changesBetween, settingsOf, specAt, withChanges } from "../../src-main/contract/settings-of-run.ts";
import { bandOf } from "../../src-main/service/replays.ts";
import type { WorkbenchService } from "../../src-main/service/workbench.ts";
import { ended, openBench, openWorkbench, smallSpec, start, until } from "../support/workbench.ts";

const spec = {
  ...smallSpec, data: { kind: "spirals", samples: 600 },
  layers: [{ kind: "dense", units: 32 }, { kind: "relu" }, { kind: "dropout", keepProb: 0.9 }, { kind: "dense", units: 3 }],
  train: { epochs: 20, batchSize: 16, checkpoints: { save: 0, every: 5, best: 0 } },
};
/** One that takes long enough to be met on its way. */
const wide = { ...spec, layers: [{ kind: "dense", units: 128 }, { kind: "relu" }, { kind: "dense", units: 128 }, { kind: "relu" }, { kind: "dense", units: 3 }], train: { epochs: 800, batchSize: 16, checkpoints: { save: 86_400, best: 0 } } };
const rate = (to: number) => [{ path: "optimizer.learningRate", to }];
const pointsOf = async (workbench: WorkbenchService, runId: string, to = Infinity) => (await workbench.readSeries({ runIds: [runId], metrics: [], points: 0 })).map(({ metric, steps, values }) => [metric, [...steps].filter((step) => step <= to), [...values].filter((_, i) => steps[i]! <= to)]);

async function verdictOf(workbench: WorkbenchService, runId: string): Promise<NonNullable<Run["replay"]>> {
  const events: ReplayEvent[] = [];
  for await (const event of workbench.replayRun({ runId })) events.push(event);
  const last = events.at(-1)!;
  if (last.kind !== "verdict") throw new Error("no verdict came");
  expect((await workbench.run({ runId })).replay).toEqual(last.replay);
  return last.replay;
}

describe("a branch", () => {
  it("shares its parent's points up to the fork, and from there is its own; the difference is exactly what was changed", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const parent = await ended(workbench, await start(workbench, spec));
    const fork = (await workbench.listCheckpoints({ runId: parent.id })).find(({ epoch }) => epoch === 10)!;
    const { id } = await workbench.branchRun({ runId: parent.id, step: fork.step, changes: [...rate(0.05), { path: "layers.2.keepProb", to: 0.7 }] });
    const child = await ended(workbench, id);
    expect(child).toMatchObject({ state: "finished", epoch: 20, step: parent.step, parentId: parent.id, name: `${parent.name} · from step ${fork.step}` });
    expect(child.history).toMatchObject([{ kind: "branched", step: fork.step, epoch: 10, from: parent.id, changes: [{ path: "layers.2.keepProb", from: 0.9, to: 0.7 }, { path: "optimizer.learningRate", from: 0.001, to: 0.05 }] }]);
    expect(await pointsOf(workbench, id, fork.step)).toEqual(await pointsOf(workbench, parent.id, fork.step));
    expect(await pointsOf(workbench, id)).not.toEqual(await pointsOf(workbench, parent.id));
    const hashes = async (runId: string) => (await workbench.weightHashes({ runId })).map(({ hash }) => hash);
    expect((await hashes(id)).slice(0, 11)).toEqual((await hashes(parent.id)).slice(0, 11));
    expect((await hashes(id))[11]).not.toBe((await hashes(parent.id))[11]);
    expect((await workbench.compareRuns({ runIds: [parent.id, id], grouping: { kind: "eachRun" }, baseline: null })).differences.map(({ path }) => path).sort()).toEqual(["layers.2.keepProb", "optimizer.learningRate"]);
    expect(await workbench.run({ runId: parent.id })).toEqual(parent);
  });

  it("with nothing changed comes to its parent's weights, bit for bit, and is no run of its parent's group", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const parent = await ended(workbench, await start(workbench, spec));
    const child = await ended(workbench, (await workbench.branchRun({ runId: parent.id, step: parent.step / 2, changes: [] })).id);
    expect(child.weightHash).toBe(parent.weightHash);
    expect(await pointsOf(workbench, child.id)).toEqual(await pointsOf(workbench, parent.id));
    expect(child.groupId).not.toBe(parent.groupId);
  });

  it("may take another optimizer, which begins anew, and says so", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const parent = await ended(workbench, await start(workbench, spec));
    const child = await ended(workbench, (await workbench.branchRun({ runId: parent.id, step: parent.step / 2, changes: [{ path: "optimizer", to: { kind: "momentum", learningRate: 0.01 } }] })).id);
    expect(child).toMatchObject({ state: "finished", history: [{ anew: ["optimizer"], changes: [{ path: "optimizer", from: { kind: "adam" }, to: { kind: "momentum" } }] }] });
  });

  it.each([
    ["other data", [{ path: "data", to: { kind: "xor", samples: 600 } }], /data stays as it is[^]*layers keep their sizes|must give 2 outputs/],
    ["other rows", [{ path: "split.seed", to: 2 }], /split stays as it is/],
    ["another width", [{ path: "layers.0.units", to: 16 }], /layers keep their sizes/],
    ["a rate that is none", rate(-1), /optimizer.learningRate must be a number/],
    ["a setting there is not", [{ path: "optimizer.momentum", to: 0.9 }], /optimizer.momentum is not a parameter here/],
    ["no epoch left", [{ path: "train.epochs", to: 10 }], /train.epochs must be above 10, the epochs that are completed; got 10/],
  ])("is refused %s, with the path", async (_, changes, message) => {
    await using bench = openBench();
    const { workbench } = bench;
    const parent = await ended(workbench, await start(workbench, spec));
    await expect(workbench.branchRun({ runId: parent.id, step: parent.step / 2, changes })).rejects.toThrow(message);
    await expect(workbench.branchRun({ runId: parent.id, step: 7, changes: [] })).rejects.toMatchObject({ code: "noCheckpoint" });
    expect(await workbench.listRuns({})).toHaveLength(1);
  });
});

describe("a change while a run trains", () => {
  it("takes effect between two steps, stands in the history, and is on the curve from the next step on", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const runId = await start(workbench, { ...wide, train: { ...wide.train, epochs: 4000, checkpoints: { save: 1 } } });
    await until(workbench, runId, (_, { step }) => step > 50);
    const told = await workbench.changeRun({ runId, changes: rate(0.0125) });
    const deed = told.history[0]!;
    expect(deed).toMatchObject({ kind: "changed", changes: [{ path: "optimizer.learningRate", from: 0.001, to: 0.0125 }] });
    await until(workbench, runId, (_, { step }) => step > deed.step + 5);
    await workbench.pauseRun({ runId });
    const second = await workbench.changeRun({ runId, changes: rate(0.025) });
    expect(second).toMatchObject({ state: "paused", history: [{}, { kind: "changed", changes: [{ from: 0.0125, to: 0.025 }] }] });
    await workbench.resumeRun({ runId });
    await until(workbench, runId, (_, { step }) => step > second.history[1]!.step + 5);
    const stopped = await workbench.stopRun({ runId });
    const [rates] = await workbench.readSeries({ runIds: [runId], metrics: ["batch/learningRate"], points: 0 });
    expect([...rates!.values]).toEqual([...rates!.steps].map((step) => (step <= deed.step ? 0.001 : step <= second.history[1]!.step ? 0.0125 : 0.025)));
    expect(stopped.spec!.optimizer["learningRate"]).toBe(0.001);
    expect(settingsOf(ownRun(stopped, "asked")).optimizer["learningRate"]).toBe(0.025);
    expect(await verdictOf(workbench, runId)).toMatchObject({ verdict: "identical", weightHash: stopped.weightHash, fromEpoch: null });
  });

  it("is made while it is paused, wherever the pause met it: between steps, at an epoch's last step, at once", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    // Two steps an epoch, run in one call: a pause is seen at the end of an epoch, before it is measured, more often than not.
    const runId = await start(workbench, { ...spec, data: { kind: "spirals", samples: 45 }, train: { epochs: 1_000_000, batchSize: 16, checkpoints: { save: 86_400, best: 0 } } });
    await until(workbench, runId, (_, { state }) => state === "running");
    for (let round = 1; round <= 25; round++) {
      await workbench.pauseRun({ runId });
      const { history } = await workbench.changeRun({ runId, changes: rate(0.001 + round / 10_000) });
      expect(history).toHaveLength(round);
      await workbench.resumeRun({ runId });
    }
    await workbench.stopRun({ runId });
  }, 30_000);

  it("is refused where the sizes would change, and the run goes on", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const runId = await start(workbench, { ...wide, train: { ...wide.train, epochs: 4000 } });
    const { step } = await until(workbench, runId, (_, run) => run.step > 50);
    await expect(workbench.changeRun({ runId, changes: [{ path: "layers.0.units", to: 8 }] })).rejects.toThrow("layers keep their sizes");
    await until(workbench, runId, (_, run) => run.step > step + 50);
    await workbench.stopRun({ runId });
    await expect(workbench.changeRun({ runId, changes: rate(0.1) })).rejects.toMatchObject({ code: "wrongState" });
  });

  it("survives a crash after it: gone on with from before it, the run meets it again at the same step", async () => {
    await using bench = openBench({ fault: { kind: "exit", seed: 1, atStep: 15_000 } });
    const runId = await start(bench.workbench, wide);
    await until(bench.workbench, runId, (_, { step }) => step > 50);
    const { step: at } = (await bench.workbench.changeRun({ runId, changes: rate(0.0125) })).history[0]!;
    expect(await ended(bench.workbench, runId)).toMatchObject({ state: "failed", reason: { code: "workerDied" } });
    const before = await bench.workbench.weightHashes({ runId });
    await bench.workbench.close();
    // No state was saved: it goes on from the beginning.
    const workbench = openWorkbench(bench.file);
    await workbench.resumeRun({ runId });
    const run = await ended(workbench, runId);
    expect(run.state).toBe("finished");
    expect(before.length).toBeGreaterThan(2);
    expect((await workbench.weightHashes({ runId })).slice(0, before.length)).toEqual(before);
    const [rates] = await workbench.readSeries({ runIds: [runId], metrics: ["batch/learningRate"], points: 0 });
    expect([...rates!.values]).toEqual([...rates!.steps].map((step) => (step <= at ? 0.001 : 0.0125)));
    expect(await verdictOf(workbench, runId)).toMatchObject({ verdict: "identical", compared: 802 });
    await workbench.close();
  });
});

describe("a replay", () => {
  it("of a finished run, of its branch, and of one that diverged is identical", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const parent = await ended(workbench, await start(workbench, spec));
    expect(await verdictOf(workbench, parent.id)).toMatchObject({ verdict: "identical", compared: 22, weightHash: parent.weightHash, fromEpoch: null });
    const child = await ended(workbench, (await workbench.branchRun({ runId: parent.id, step: parent.step / 2, changes: rate(0.01) })).id);
    expect(await verdictOf(workbench, child.id)).toMatchObject({ verdict: "identical", weightHash: child.weightHash });
    const lost = await ended(workbench, await start(workbench, { ...spec, optimizer: { kind: "sgd", learningRate: 1e30 } }));
    expect(lost.reason).toMatchObject({ code: "diverged" });
    if (lost.step > 0 && lost.weightHash !== null) expect((await verdictOf(workbench, lost.id)).verdict).toBe("identical");
  });

  it("tells a difference, and from which epoch on; without three runs of its group it is no more than that", async () => {
    await using bench = openBench();
    const run = await ended(bench.workbench, await start(bench.workbench, spec));
    await bench.workbench.close();
    const { default: Sqlite } = await import("better-sqlite3");
    const db = new Sqlite(bench.file);
    db.exec("update weight_hash set hash = 'other' where epoch >= 7");
    db.close();
    const workbench = openWorkbench(bench.file);
    expect(await verdictOf(workbench, run.id)).toMatchObject({ verdict: "different", fromEpoch: 7, band: null });
    await workbench.close();
  });

  it("with other bits, but where another seed would have come, is consistent", async () => {
    await using bench = openBench();
    const { runIds } = await bench.workbench.startRun({ experimentId: null, spec: { ...spec, seeds: 4 } });
    for (const id of runIds) await ended(bench.workbench, id);
    await bench.workbench.close();
    const { default: Sqlite } = await import("better-sqlite3");
    const db = new Sqlite(bench.file);
    db.exec("update weight_hash set hash = 'other' where epoch >= 7");
    db.close();
    const workbench = openWorkbench(bench.file);
    const replay = await verdictOf(workbench, runIds[0]!);
    expect(replay).toMatchObject({ verdict: "consistent", fromEpoch: 7, band: { metric: "validation/loss", runs: 4 } });
    expect(replay.metric!.replayed).toBe(replay.metric!.recorded);
    await workbench.close();
  });

  it("that is left is ended and keeps no verdict", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const runId = await start(workbench, wide);
    await ended(workbench, runId);
    for await (const event of workbench.replayRun({ runId })) if (event.kind === "progress") break;
    expect((await workbench.run({ runId })).replay).toBeNull();
    await expect((async () => { for await (const _ of workbench.replayRun({ runId: "r-9" })); })()).rejects.toMatchObject({ code: "noSuchRun" });
  });
});

it("the band of three values is their mean ± 4.3027 · s · √(4/3)", () => {
  const band = bandOf("a", [1, 2, 3].map((a) => ({ metrics: { a } })))!;
  expect(band.high - 2).toBeCloseTo(4.302652729911275 * Math.sqrt(4 / 3), 9);
  expect(band.low).toBeCloseTo(2 - (band.high - 2), 9);
  expect(bandOf("a", [1, NaN, 3].map((a) => ({ metrics: { a } })))).toBeNull();
});

describe("settings over a run's way", () => {
  const at = (tree: unknown): never => tree as never;
  it("are found where two specs differ, in the smallest parts, and whole where the kind is another", () => {
    const [a, b] = [{ name: "x", optimizer: { kind: "adam", beta1: 0.9 }, layers: [{ kind: "dense" }, { kind: "dropout", keepProb: 0.9 }], loss: { kind: "mse" } }, { name: "y", optimizer: { kind: "adam", beta1: 0.8 }, layers: [{ kind: "dense" }, { kind: "dropout", keepProb: 0.5 }], loss: { kind: "mae", a: 1 } }];
    const changes = changesBetween(at(a), at(b));
    expect(changes).toEqual([{ path: "optimizer.beta1", from: 0.9, to: 0.8 }, { path: "layers.1.keepProb", from: 0.9, to: 0.5 }, { path: "loss", from: { kind: "mse" }, to: { kind: "mae", a: 1 } }]);
    expect(withChanges(a, changes)).toEqual({ ...b, name: "x" });
  });

  it("hold from their moment on", () => {
    const run = { spec: { train: { epochs: 5 } }, history: [{ kind: "changed", step: 40, epoch: 2, atMs: 0, anew: [], changes: [{ path: "train.epochs", from: 5, to: 9 }] }] };
    expect([[39, 1], [40, 1], [40, 2], [41, 2]].map(([step, epoch]) => specAt(at(run), { step: step!, epoch: epoch! }).train.epochs)).toEqual([5, 5, 9, 9]);
  });
});
