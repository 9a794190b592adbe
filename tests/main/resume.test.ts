/** A run that was left, however it was left, goes on and comes to the very weights and curves it would have had. */

import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, vi } from "vitest";
import type { Run } from "../../src-main/contract/nouns.ts";
import type { WorkbenchService } from "../../src-main/service/workbench.ts";
import { startChild } from "../support/child.ts";
import { temporaryFolder } from "../support/project.ts";
import { ended, openBench, openWorkbench, smallSpec, start, until } from "../support/workbench.ts";

/** Every part of a training that could lose its place: noise, dropout, batch norm, a schedule with an end, Adam's moments. */
const spec = {
  ...smallSpec, data: { kind: "spirals", samples: 600 }, augment: [{ kind: "noise", deviation: 0.05 }], schedule: { kind: "cosine" },
  layers: [{ kind: "dense", units: 128 }, { kind: "batchNorm" }, { kind: "relu" }, { kind: "dropout", keepProb: 0.9 }, { kind: "dense", units: 128 }, { kind: "relu" }, { kind: "dense", units: 3 }],
  train: { epochs: 120, batchSize: 16, checkpoints: { save: 0, best: 2, every: 40 } },
};

const curvesOf = async (workbench: WorkbenchService, runId: string) => (await workbench.readSeries({ runIds: [runId], metrics: [], points: 0 })).map(({ metric, steps, values }) => [metric, [...steps], [...values]]);
const lasting = ({ metrics, step, epoch, weightHash, state }: Run) => ({ metrics, step, epoch, weightHash, state });

async function uninterrupted(train: object = {}): Promise<{ readonly run: Run; readonly curves: Awaited<ReturnType<typeof curvesOf>>; readonly hashes: unknown }> {
  await using bench = openBench();
  const run = await ended(bench.workbench, await start(bench.workbench, { ...spec, train: { ...spec.train, ...train } }));
  return { run, curves: await curvesOf(bench.workbench, run.id), hashes: await bench.workbench.weightHashes({ runId: run.id }) };
}

async function expectTheSame(workbench: WorkbenchService, run: Run, whole: Awaited<ReturnType<typeof uninterrupted>>): Promise<void> {
  expect(lasting(run)).toEqual(lasting(whole.run));
  expect(await curvesOf(workbench, run.id)).toEqual(whole.curves);
  expect(await workbench.weightHashes({ runId: run.id })).toEqual(whole.hashes);
}

describe("a resumed run equals the uninterrupted one: weights, curves, metrics, hashes", () => {
  it("after it was stopped twice within an epoch", async () => {
    const whole = await uninterrupted();
    await using bench = openBench();
    const { workbench } = bench;
    const runId = await start(workbench, spec);
    for (const at of [100, 900]) {
      await until(workbench, runId, (_, { step }) => step >= at);
      const stopped = await workbench.stopRun({ runId });
      expect(stopped).toMatchObject({ state: "stopped" });
      expect((await workbench.listCheckpoints({ runId })).at(-1)).toMatchObject({ step: stopped.step, isFinal: true, canGoOn: true });
      expect((await workbench.resumeRun({ runId })).state).toMatch(/queued|running/);
    }
    const run = await ended(workbench, runId);
    await expectTheSame(workbench, run, whole);
    expect(run.history.map(({ kind }) => kind)).toEqual(["resumed", "resumed"]);
  });

  it("after the program was killed", async () => {
    const long = { ...spec.train, epochs: 300 };
    const whole = await uninterrupted(long);
    using folder = temporaryFolder();
    {
      await using child = startChild("train-spec-until-killed.ts", [folder.file(), JSON.stringify({ ...spec, train: long })]);
      for (let [step, kept] = [0, 0]; step < 400 || kept === 0;) [step, kept] = (await child.line()).split(" ").map(Number) as [number, number];
      await child.kill("SIGKILL");
    }
    const workbench = openWorkbench(folder.file());
    expect((await workbench.about({})).interrupted).toEqual(["r-1"]);
    const saved = await workbench.listCheckpoints({ runId: "r-1" });
    expect(saved.length).toBeGreaterThan(0);
    await workbench.resumeRun({ runId: "r-1" });
    const run = await ended(workbench, "r-1");
    await expectTheSame(workbench, run, whole);
    expect(run.history).toMatchObject([{ kind: "resumed", step: saved.at(-1)!.step }]);
    await workbench.close();
  });

  it("after the program was closed, which the next opening tells, once", async () => {
    const whole = await uninterrupted();
    using folder = temporaryFolder();
    const first = openWorkbench(folder.file());
    const runId = await start(first, spec);
    await until(first, runId, (_, { step }) => step >= 300);
    await first.close();
    const second = openWorkbench(folder.file());
    expect((await second.about({})).interrupted).toEqual([runId]);
    const left = await second.run({ runId });
    expect(left).toMatchObject({ state: "interrupted", reason: { code: "closed", step: left.step } });
    await second.resumeRun({ runId });
    await expectTheSame(second, await ended(second, runId), whole);
    await second.close();
    const third = openWorkbench(folder.file());
    expect((await third.about({})).interrupted).toEqual([]);
    await third.close();
  });

  it("after its worker died, and its file of a state from before was lost", async () => {
    const whole = await uninterrupted({ checkpoints: { save: 86_400 } });
    await using bench = openBench({ fault: { kind: "exit", seed: 1, atStep: 555 } });
    const runId = await start(bench.workbench, { ...spec, train: { ...spec.train, checkpoints: { save: 86_400 } } });
    expect(await ended(bench.workbench, runId)).toMatchObject({ state: "failed", reason: { code: "workerDied" } });
    // No state was saved: it begins anew, over the planted trouble again unless the pool is another.
    await bench.workbench.close();
    const again = openWorkbench(bench.file);
    await again.resumeRun({ runId });
    await expectTheSame(again, await ended(again, runId), whole);
    await again.close();
  });

  it("extended from 60 epochs to 120, under a schedule that does not look at the end", async () => {
    const constant = { ...spec, schedule: { kind: "constant" } };
    await using bench = openBench({ parallel: 2 });
    const { workbench } = bench;
    const [whole, half] = [await start(workbench, constant), await start(workbench, { ...constant, train: { ...constant.train, epochs: 60 } })];
    expect((await ended(workbench, half)).epoch).toBe(60);
    const waiting = await workbench.extendRun({ runId: half, epochs: 60 });
    expect([waiting.epochs, waiting.steps]).toEqual([120, (await workbench.run({ runId: whole })).steps]);
    const [one, other] = [await ended(workbench, whole), await ended(workbench, half)];
    expect(lasting(other)).toEqual(lasting(one));
    expect(await curvesOf(workbench, half)).toEqual(await curvesOf(workbench, whole));
    expect(other.history).toMatchObject([{ kind: "changed", epoch: 60, changes: [{ path: "train.epochs", from: 60, to: 120 }] }, { kind: "resumed", epoch: 60 }]);
    expect(other.spec!.train.epochs).toBe(60);
    expect((await workbench.listCheckpoints({ runId: half })).map(({ epoch }) => epoch)).toEqual((await workbench.listCheckpoints({ runId: whole })).map(({ epoch }) => epoch));
  });

  it("extended after its best weights took the last ones' place", async () => {
    const early = { ...spec, schedule: { kind: "constant" }, train: { ...spec.train, epochs: 12, earlyStopping: { metric: "train/loss", patience: 500, minDelta: 100 } } };
    await using bench = openBench({ parallel: 2 });
    const { workbench } = bench;
    const [whole, half] = [await start(workbench, { ...early, train: { ...early.train, epochs: 20 } }), await start(workbench, early)];
    expect((await ended(workbench, half)).notes.at(-1)).toMatchObject({ code: "restored", details: { best: 1 } });
    await workbench.extendRun({ runId: half, epochs: 8 });
    const [one, other] = [await ended(workbench, whole), await ended(workbench, half)];
    expect(lasting(other)).toEqual(lasting(one));
  });
});

it("what the test split said of the weights before an extension does not pass for the weights after it, nor count as another look", async () => {
  await using bench = openBench();
  const { workbench } = bench;
  const runId = await start(workbench, { ...spec, schedule: { kind: "constant" }, train: { ...spec.train, epochs: 2, openTest: true } });
  expect((await ended(workbench, runId)).testOpenings).toBe(1);
  await workbench.extendRun({ runId, epochs: 5000 });
  await until(workbench, runId, (_, { step }) => step > 200);
  const stopped = await workbench.stopRun({ runId });
  expect([stopped.testOpenings, Object.keys(stopped.metrics).filter((name) => name.startsWith("test/"))]).toEqual([1, []]);
});

describe("checkpoints", () => {
  it("are kept every 40 epochs, of the 2 best, and of the newest; each file has its hash, and no other file is left", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const runId = await start(workbench, spec);
    await ended(workbench, runId);
    const kept = await workbench.listCheckpoints({ runId });
    const [losses] = await workbench.readSeries({ runIds: [runId], metrics: ["validation/loss"], points: 0 });
    const best = [...losses!.values].map((value, epoch) => ({ value, epoch })).slice(1).sort((a, b) => a.value - b.value).slice(0, 2).map(({ epoch }) => epoch);
    expect(kept.map(({ epoch }) => epoch)).toEqual([...new Set([40, 80, 120, ...best])].sort((a, b) => a - b));
    expect(kept.filter(({ isPeriodic }) => isPeriodic).map(({ epoch }) => epoch)).toEqual([40, 80, 120]);
    expect(kept.at(-1)).toMatchObject({ epoch: 120, isFinal: true });
    const files = readdirSync(join(bench.folder, "test.files", "runs", runId));
    expect(files.length).toBe(kept.length);
    for (const { step, hash, sizeBytes } of kept) expect(readFileSync(join(bench.folder, "test.files", "runs", runId, `${step}-${hash.slice(0, 12)}.safetensors`)).byteLength).toBe(sizeBytes);
  });

  it("that were changed on disk are refused by name, and the run keeps what it has", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const runId = await start(workbench, spec);
    await until(workbench, runId, (_, { step }) => step >= 100);
    const stopped = await workbench.stopRun({ runId });
    const { step, hash } = (await workbench.listCheckpoints({ runId })).at(-1)!;
    writeFileSync(join(bench.folder, "test.files", "runs", runId, `${step}-${hash.slice(0, 12)}.safetensors`), "not what it was");
    await workbench.resumeRun({ runId });
    const failed = await ended(workbench, runId);
    expect(failed).toMatchObject({ state: "failed", step: stopped.step, reason: { code: "damagedCheckpoint" } });
    expect((await workbench.readSeries({ runIds: [runId], metrics: ["batch/loss"], points: 0 }))[0]!.steps.at(-1)).toBe(stopped.step);
  });
});

describe("stopping and stepping", () => {
  it("stops at the end of the epoch under way", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const runId = await start(workbench, spec);
    await until(workbench, runId, (_, { step }) => step >= 50);
    expect((await workbench.stopRun({ runId, at: "epoch" })).state).toBe("running");
    const run = await ended(workbench, runId);
    expect(run.state).toBe("stopped");
    expect(run.step).toBe((run.epoch * run.steps) / run.epochs);
    expect(run.epoch).toBeLessThan(120);
  });

  it("takes one step of a paused run at a time", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    // Nothing is saved but by a pause: the state it stands at, after it has told everything.
    const runId = await start(workbench, { ...spec, train: { ...spec.train, epochs: 3000, checkpoints: { save: 86_400, best: 0 } } });
    await until(workbench, runId, (_, { step }) => step >= 50);
    await workbench.pauseRun({ runId });
    let step = await vi.waitUntil(async () => { const { step: now } = await workbench.run({ runId }); return (await workbench.listCheckpoints({ runId })).at(-1)?.step === now ? now : false; }, { timeout: 20_000 });
    for (let i = 0; i < 3; i++) {
      const stepped = until(workbench, runId, (_, run) => run.step > step);
      expect((await workbench.stepRun({ runId })).state).toBe("paused");
      const run = await stepped;
      expect([run.step, run.state]).toEqual([step + 1, "paused"]);
      step++;
    }
    await expect((async () => workbench.extendRun({ runId, epochs: 1 }))()).rejects.toMatchObject({ code: "wrongState" });
    await workbench.stopRun({ runId });
    await expect((async () => workbench.stepRun({ runId }))()).rejects.toMatchObject({ code: "wrongState", message: "run r-1 is stopped and cannot be stepped" });
  });
});
