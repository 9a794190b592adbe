/** Worker threads: how often they report, what they hear, and what happens when one dies. */

import { describe, expect, it } from "vitest";
import { SpecError, TrainingError } from "../../src-engine/spec/errors.ts";
import { createPool, defaultParallel } from "../../src-main/workers/pool.ts";
import { buffersOf, ProgressLog } from "../../src-main/workers/progress-log.ts";
import type { Progress } from "../../src-main/workers/protocol.ts";
import { rehearse } from "../../src-main/workers/rehearsal.ts";
import { checkRunSpec } from "../../src-engine/spec/run-spec.ts";
import { describeCatalog } from "../../src-engine/index.ts";
import { ended, endlessSpec, openBench, smallSpec, start } from "../support/workbench.ts";

const stepsEvent = (from: number, step: number) => {
  const column = (of: (step: number) => number): Float64Array => Float64Array.from({ length: step - from + 1 }, (_, i) => of(from + i));
  return { kind: "steps", from, step, epoch: 1, loss: column((t) => 1 / t), dataLoss: column((t) => 1 / t), penalty: column(() => 0), learningRate: column(() => 0.1), gradientNorm: column((t) => t) } as const;
};

describe("the log of a training", () => {
  it("is due every 100 ms of its clock, not before", () => {
    let ms = 0;
    const log = new ProgressLog(() => ms);
    const due: number[] = [];
    for (ms = 0; ms < 1000; ms += 7) if (log.isDue()) { due.push(ms); log.take(); }
    expect(due).toEqual([105, 210, 315, 420, 525, 630, 735, 840, 945]);
  });

  it("gives each step once, in columns, and each epoch metric at its step", () => {
    const log = new ProgressLog(() => 0);
    log.add({ kind: "epoch", epoch: 0, step: 0, metrics: { "train/loss": 2 } });
    log.add(stepsEvent(1, 1));
    const first = log.take();
    log.add(stepsEvent(2, 3));
    log.add(stepsEvent(4, 4));
    log.add({ kind: "epoch", epoch: 1, step: 4, metrics: { "train/loss": NaN } });
    const second = log.take();
    expect(first).toMatchObject({ epoch: 0, step: 1, metrics: { "train/loss": 2 } });
    expect(second).toMatchObject({ epoch: 1, step: 4, metrics: { "train/loss": NaN } });
    const column = ({ series }: Progress, name: string) => series.filter(({ metric }) => metric === name).map(({ steps, values }) => [[...steps], [...values]]);
    expect(column(first, "batch/gradientNorm")).toEqual([[[1], [1]]]);
    expect(column(second, "batch/loss")).toEqual([[[2, 3, 4], [0.5, 1 / 3, 0.25]]]);
    expect(column(first, "train/loss")).toEqual([[[0], [2]]]);
    expect(column(second, "train/loss")).toEqual([[[4], [NaN]]]);
    expect(log.take().series).toEqual([]);
    // Five step metrics share one column of steps: 1 + 5 buffers, 2 of the epoch metric, and 2 of the marks of time.
    expect(buffersOf(second)).toHaveLength(10);
  });

  it("counts training time without pauses", () => {
    let ms = 1000;
    const log = new ProgressLog(() => ms);
    ms = 1300;
    log.pause(() => { ms = 9300; });
    ms = 9400;
    expect(log.take().trainingMs).toBe(400);
  });
});

it.each([[1, 1], [2, 1], [8, 7], [0, 1]])("on %i cores, %i run trains by default", (cores, parallel) => {
  expect(defaultParallel(cores)).toBe(parallel);
});

it("a worker reports at most ten times a second of its own time", async () => {
  const pool = createPool({ parallel: 1 });
  const { spec } = checkRunSpec(endlessSpec, describeCatalog());
  const { dataset } = await pool.read(spec!.data, null);
  let reports = 0;
  const training = pool.train(spec!, dataset, { report: () => { if (++reports === 8) training.stop(); } });
  const { outcome, progress } = await training.done;
  expect(outcome).toBe("stopped");
  expect(reports).toBeGreaterThanOrEqual(8);
  // The first step is told at once.
  expect(reports).toBeLessThanOrEqual(1 + progress.trainingMs / 100);
  await pool.close();
});

it("a stop is the last word, also for a training that is paused", async () => {
  const pool = createPool({ parallel: 1 });
  const { spec } = checkRunSpec(endlessSpec, describeCatalog());
  const { dataset } = await pool.read(spec!.data, null);
  const training = pool.train(spec!, dataset, { report: () => {} });
  training.pause();
  training.stop();
  training.pause();
  training.resume();
  expect((await training.done).outcome).toBe("stopped");
  await pool.close();
});

it("what a closed pool was doing fails; it does not hang", async () => {
  const pool = createPool({ parallel: 1 });
  const { spec } = checkRunSpec(endlessSpec, describeCatalog());
  const { dataset } = await pool.read(spec!.data, null);
  const { done } = pool.train(spec!, dataset, { report: () => {} });
  const failure = expect(done).rejects.toMatchObject({ cause: expect.any(TrainingError) as unknown });
  await pool.close();
  await failure;
  await expect(pool.read(spec!.data, null)).rejects.toMatchObject({ code: "workerDied" });
});

describe("a pool that reads small tables itself", () => {
  const table = new TextEncoder().encode(`a,b,sort\n${Array.from({ length: 40 }, (_, i) => `${i / 4},${i % 5},${i % 2 === 0 ? "even" : "odd"}`).join("\n")}\n`);
  const csv = (hash: string) => ({ kind: "csv", file: "mine.csv", hash, target: "", task: "auto", image: null });
  const split = { kind: "random", validation: 0.25, test: 0.1 };

  it("finds in them what its reader finds, the larger ones among them", async () => {
    const found = [];
    for (const readsHere of [0, table.byteLength - 1, table.byteLength]) {
      const pool = createPool({ parallel: 1, readsHere });
      const surveyed = await pool.survey("mine.csv", table);
      const read = await pool.read(csv(surveyed.hash), table.slice());
      found.push({ surveyed, summary: read.summary, x: [...read.dataset.x], shared: read.dataset.x.buffer instanceof SharedArrayBuffer, rows: await pool.split(split, read.dataset) });
      await pool.close();
      await expect(pool.read({ kind: "moons", samples: 20, noise: 0, seed: 1 }, null)).rejects.toMatchObject({ code: "workerDied" });
    }
    expect(found[0]).toMatchObject({ rows: { train: 26, validation: 10, test: 4 }, shared: true });
    expect(found[1]).toEqual(found[0]);
    expect(found[2]).toEqual(found[0]);
  });

  it("refuses what its reader refuses, in the same words", async () => {
    const ragged = new TextEncoder().encode("a,b\n1,2\n3\n");
    const refused = [];
    for (const readsHere of [0, 1000]) {
      const pool = createPool({ parallel: 1, readsHere });
      const { hash } = await pool.survey("mine.csv", ragged);
      refused.push(await pool.read(csv(hash), ragged.slice()).catch((error: unknown) => error));
      await pool.close();
    }
    expect(refused[0]).toBeInstanceOf(SpecError);
    expect((refused[1] as SpecError).problems).toEqual((refused[0] as SpecError).problems);
  });
});

it("a thread's rehearsal is a whole training", () => {
  let looks = 0;
  rehearse(() => looks++);
  expect(looks).toBeGreaterThan(6);
});

describe("a worker that dies fails its run with the reason, and is replaced; the others go on", () => {
  it.each([
    ["exit", "workerDied", "the worker thread ended by itself with code 7"],
    ["throw", "internal", "a planted trouble"],
    ["outOfMemory", "outOfMemory", "the worker thread ran out of memory"],
  ] as const)("%s: %s", async (kind, code, message) => {
    await using bench = openBench({ parallel: 2, fault: { kind, seed: 1, atStep: 20 }, memoryMb: 64 });
    const { workbench } = bench;
    const [bad, good] = await Promise.all([start(workbench, smallSpec), start(workbench, { ...smallSpec, seed: 2 })]);
    expect(await ended(workbench, bad)).toMatchObject({ state: "failed", weightHash: null, reason: { code, message } });
    expect(await ended(workbench, good)).toMatchObject({ state: "finished", step: 70 });
    // Both places are there again.
    const more = await Promise.all([3, 4].map((seed) => start(workbench, { ...smallSpec, seed })));
    for (const id of more) expect(await ended(workbench, id)).toMatchObject({ state: "finished" });
  });

  it("keeps the points of a run whose thread could still hand them over", async () => {
    await using bench = openBench({ fault: { kind: "throw", seed: 1, atStep: 20 } });
    const run = await ended(bench.workbench, await start(bench.workbench, smallSpec));
    // The thread ends after the call in which step 20 was run, perhaps together with some more.
    expect(run.step).toBeGreaterThanOrEqual(20);
    expect(run).toMatchObject({ reason: { step: run.step } });
    const [loss] = await bench.workbench.readSeries({ runIds: [run.id], metrics: ["batch/loss"], points: 0 });
    expect(loss!.steps).toEqual(Float64Array.from({ length: run.step }, (_, i) => i + 1));
  });
});
