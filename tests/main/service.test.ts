/** The life of runs through the workbench, with real threads and a real project. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Run, RunEvent, WorkbenchEvent } from "../../src-main/contract/nouns.ts";
import { ended, endlessSpec, eventsOf, openBench, smallSpec, start, until } from "../support/workbench.ts";

/** The steps of one metric, in the order in which events brought them. */
const stepsOf = (events: readonly RunEvent[], metric: string): number[] => events.flatMap((event) => ("series" in event ? event.series : [])).filter((one) => one.metric === metric).flatMap(({ steps }) => [...steps]);
const upTo = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);

describe("a run", () => {
  it("goes from queued to finished, and keeps its complete spec, its result and its weights", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const { runIds } = await workbench.startRun({ experimentId: null, spec: smallSpec });
    expect(runIds).toEqual(["r-1"]);
    const run = await ended(workbench, "r-1");
    expect(run).toMatchObject({
      state: "finished", name: "xor · 8 · adam", epoch: 5, step: 70, steps: 70, reason: null, testOpenings: 0, colour: 1, experimentId: "e-1",
      spec: { split: { kind: "stratified", validation: 0.15, test: 0.15, seed: 1 }, optimizer: { kind: "adam", epsilon: 1e-8 } },
    });
    expect(Object.keys(run.metrics).sort()).toEqual(["train/accuracy", "train/loss", "validation/accuracy", "validation/loss"]);
    expect(run.startedMs!).toBeGreaterThan(run.createdMs);
    expect(run.endedMs!).toBeGreaterThan(run.startedMs!);
    expect(run.trainingMs).toBeGreaterThan(0);
    expect(await workbench.listExperiments({})).toMatchObject([{ id: "e-1", name: "xor", runs: 1, active: 0, failed: 0 }]);
    const [epochs] = await workbench.readSeries({ runIds: ["r-1"], metrics: ["validation/loss"], points: 0 });
    expect([...epochs!.steps]).toEqual([0, 14, 28, 42, 56, 70]);
    expect(epochs!.values.at(-1)).toBe(run.metrics["validation/loss"]);
  });

  it("of several seeds is a group: one colour, a run for each seed, the same rows", async () => {
    await using bench = openBench({ parallel: 2 });
    const { workbench } = bench;
    const { runIds } = await workbench.startRun({ experimentId: null, spec: { ...smallSpec, name: "three", seed: 5, seeds: 3 } });
    const runs = await Promise.all(runIds.map((id) => ended(workbench, id)));
    expect(runs.map(({ name, spec, colour, groupId }) => [name, spec!.seed, spec!.seeds, colour, groupId])).toEqual([5, 6, 7].map((seed) => [`three · seed ${seed}`, seed, 1, 1, "g-1"]));
    expect(new Set(runs.map(({ weightHash }) => weightHash)).size).toBe(3);
    expect(new Set(runs.map(({ data }) => data.hash)).size).toBe(1);
  });

  it("is paused after the step under way, stands still, is resumed, and is stopped with what it learned", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const runId = await start(workbench, endlessSpec);
    await until(workbench, runId, (_, { step }) => step > 0);
    expect((await workbench.pauseRun({ runId })).state).toBe("paused");
    // The worker tells all it has before it sleeps; from then on nothing comes.
    const still = await until(workbench, runId, (() => { let seen = 0; return (state: string) => state === "paused" && ++seen === 2; })());
    for (let i = 0; i < 50; i++) await workbench.inspectSpec({ spec: smallSpec });
    expect((await workbench.run({ runId })).step).toBe(still.step);
    expect((await workbench.pauseRun({ runId })).state).toBe("paused");

    expect((await workbench.resumeRun({ runId })).state).toBe("running");
    await until(workbench, runId, (_, { step }) => step > still.step);
    const stopped = await workbench.stopRun({ runId });
    expect(stopped).toMatchObject({ state: "stopped", reason: null, weightHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    const series = await workbench.readSeries({ runIds: [runId], metrics: ["batch/loss", "validation/loss"], points: 0 });
    expect([...series[0]!.steps]).toEqual(upTo(1, stopped.step));
    // Measured again where it stopped: the metrics belong to the weights that were kept.
    expect(series[1]!.steps.at(-1)).toBe(stopped.step);
    expect(await workbench.stopRun({ runId })).toEqual(stopped);
    await expect(workbench.pauseRun({ runId })).rejects.toMatchObject({ code: "wrongState", message: "run r-1 is stopped and cannot be paused" });
    expect((await workbench.resumeRun({ runId })).state).toBe("queued");
    await until(workbench, runId, (_, { step }) => step > stopped.step);
    expect((await workbench.stopRun({ runId })).history).toMatchObject([{ kind: "resumed", step: stopped.step }]);
  });

  it("that diverges fails at its step, with its points up to there, not-a-numbers included", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const runId = await start(workbench, {
      data: { kind: "sample", name: "diabetes" }, split: { kind: "random" }, scaling: { kind: "none" }, loss: { kind: "mse" },
      layers: [{ kind: "dense", units: 1 }], optimizer: { kind: "sgd", learningRate: 10 }, train: { epochs: 100 },
    });
    const run = await ended(workbench, runId);
    expect(run).toMatchObject({ state: "failed", reason: { code: "diverged", step: run.step } });
    expect(run.reason!.message).toMatch(/^(loss|the gradient's norm) became (NaN|Infinity) at step \d+ \(epoch \d+\)/);
    expect(run.reason!.hint).not.toBe("");
    const [loss, norm] = await workbench.readSeries({ runIds: [runId], metrics: ["batch/gradientNorm", "batch/loss"], points: 0 });
    expect([...loss!.steps]).toEqual(upTo(1, run.step));
    expect(Number.isFinite(loss!.values.at(-1)) && Number.isFinite(norm!.values.at(-1))).toBe(false);
    expect(await workbench.listExperiments({})).toMatchObject([{ failed: 1, active: 0 }]);
    // The weights from before that step are its last good checkpoint: they can be measured.
    const weights = (await workbench.weightHashes({ runId })).at(-1)!;
    expect(run.weightHash).toMatch(/^[0-9a-f]{64}$/);
    expect(run.weightHash).not.toBe(weights.hash);
    expect((await workbench.openTest({ runId })).metrics["test/loss"]).toBeGreaterThan(0);
  });

  it("tells what the engine did by itself: a bias left out, an early stop, the best weights brought back; and hashes the weights of every epoch", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const spec = { ...smallSpec, layers: [{ kind: "dense", units: 8 }, { kind: "batchNorm" }, { kind: "relu" }, { kind: "dense", units: 2 }] };
    const runId = await start(workbench, { ...spec, train: { epochs: 1000, batchSize: 32, earlyStopping: { metric: "validation/accuracy", patience: 2 } } });
    const run = await ended(workbench, runId);
    expect(run.state).toBe("finished");
    expect(run.epoch).toBeLessThan(1000);
    expect(run.notes.map(({ code, path }) => `${code} ${path}`)).toEqual(["biasDropped layers.0.bias", "stoppedEarly train.earlyStopping", "restored train.earlyStopping.restoreBest"]);
    const { best } = run.notes[1]!.details as { best: number };
    expect(run.notes[1]!.details).toMatchObject({ epoch: run.epoch, best: run.epoch - 2 });
    const hashes = await workbench.weightHashes({ runId });
    expect(hashes.map(({ epoch }) => epoch)).toEqual(upTo(0, run.epoch));
    expect(new Set(hashes.map(({ hash }) => hash)).size).toBe(run.epoch + 1);
    // The restored weights are those of the best epoch, and so are the final metrics; the curves keep what was measured.
    expect(run.weightHash).toBe(hashes[best]!.hash);
    const [accuracy] = await workbench.readSeries({ runIds: [runId], metrics: ["validation/accuracy"], points: 0 });
    expect(run.metrics["validation/accuracy"]).toBe(accuracy!.values[best]);
    expect(accuracy!.values).toHaveLength(run.epoch + 1);
    // The same spec without a stop walks the same way until there.
    const plain = await ended(workbench, await start(workbench, { ...spec, train: { epochs: run.epoch, batchSize: 32 } }));
    expect(await workbench.weightHashes({ runId: plain.id })).toEqual(hashes);
  });

  it("with records has curves of every layer, and the bits of a run without them", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const [plain, recorded] = await Promise.all([0, 7].map(async (recordEvery) => ended(workbench, await start(workbench, { ...smallSpec, train: { ...smallSpec.train, recordEvery } }))));
    expect(recorded!.weightHash).toBe(plain!.weightHash);
    expect(recorded!.metrics).toEqual(plain!.metrics);
    const series = await workbench.readSeries({ runIds: [recorded!.id], metrics: [], points: 0 });
    const names = series.map(({ metric }) => metric).filter((metric) => metric.startsWith("layer/"));
    expect(names).toEqual(expect.arrayContaining(["layer/0/activation", "layer/0/delta", "layer/0/kernel/gradient", "layer/0/kernel/update", "layer/0/kernel/weight", "layer/1/dead", "layer/2/bias/weight"]));
    const steps = (metric: string) => [...series.find((one) => one.metric === metric)!.steps];
    expect(steps("layer/0/activation")).toEqual([0, 1, 8, 15, 22, 29, 36, 43, 50, 57, 64]);
    expect(steps("layer/0/kernel/gradient")).toEqual([1, 8, 15, 22, 29, 36, 43, 50, 57, 64]);
  });

  it("plans its steps as they will come: batches put together, short ones dropped", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    // 420 training rows: 13 whole batches of 32 and one of 4; two a step are 7 steps, without the short one still 7, three a step 5.
    for (const [train, steps] of [[{ accumulate: 2 }, 7], [{ accumulate: 2, dropLast: true }, 7], [{ accumulate: 3 }, 5], [{ dropLast: true }, 13]] as const) {
      const run = await ended(workbench, await start(workbench, { ...smallSpec, train: { epochs: 2, batchSize: 32, ...train } }));
      expect([run.state, run.step, run.steps]).toEqual(["finished", 2 * steps, 2 * steps]);
    }
  });

  it("has its test split opened later: counted each time, and equal to what a run that opens it itself measures", async () => {
    await using bench = openBench({ parallel: 2 });
    const { workbench } = bench;
    const [later, itself] = await Promise.all([start(workbench, smallSpec), start(workbench, { ...smallSpec, train: { ...smallSpec.train, openTest: true } })]);
    const [closed, open] = [await ended(workbench, later), await ended(workbench, itself)];
    expect(Object.keys(closed.metrics)).not.toContain("test/loss");
    expect(open.testOpenings).toBe(1);
    const opened = await workbench.openTest({ runId: later });
    expect(opened.testOpenings).toBe(1);
    expect(opened.metrics).toEqual(open.metrics);
    expect((await workbench.openTest({ runId: later })).testOpenings).toBe(2);
    const curves = async (runId: string) => (await workbench.readSeries({ runIds: [runId], metrics: ["test/accuracy", "test/loss"], points: 0 })).map(({ metric, steps, values }) => ({ metric, steps, values }));
    expect(await curves(later)).toEqual(await curves(itself));
  });

  it("whose saved weights were changed on disk does not open its test split", async () => {
    await using bench = openBench();
    const runId = await start(bench.workbench, smallSpec);
    await ended(bench.workbench, runId);
    const { step, hash } = (await bench.workbench.listCheckpoints({ runId })).find(({ isFinal }) => isFinal)!;
    const path = join(bench.folder, "test.files", "runs", runId, `${step}-${hash.slice(0, 12)}.safetensors`);
    const bytes = readFileSync(path);
    bytes[bytes.length - 1]! ^= 1;
    writeFileSync(path, bytes);
    await expect(bench.workbench.openTest({ runId })).rejects.toMatchObject({ name: "StoreError", code: "damagedCheckpoint", at: { file: path } });
    expect((await bench.workbench.run({ runId })).testOpenings).toBe(0);
  });
});

describe("the queue", () => {
  it("trains at most as many as there are places, and takes the next in order", async () => {
    await using bench = openBench({ parallel: 2 });
    const { workbench } = bench;
    const { runIds } = await workbench.startRun({ experimentId: null, spec: { ...smallSpec, seeds: 5, train: { epochs: 40, batchSize: 32 } } });
    const events = await Promise.all(runIds.map((id) => eventsOf(workbench, id)));
    const runs = await workbench.listRuns({});
    // From the clock's readings: how many had begun and not ended at each beginning. As many again as train may have left their place and be kept.
    const beside = runs.map(({ startedMs }) => runs.filter((other) => other.startedMs! <= startedMs! && other.endedMs! > startedMs!).length);
    expect(Math.max(...beside)).toBeGreaterThanOrEqual(2);
    expect(Math.max(...beside)).toBeLessThanOrEqual(4);
    expect(runs.toReversed().map(({ startedMs }) => startedMs)).toEqual(runs.map(({ startedMs }) => startedMs).sort());
    for (const own of events) expect(own.at(-1)).toMatchObject({ kind: "state", run: { state: "finished" } });
  });

  it("begins a waiting run when a place is added, and stops one before its turn", async () => {
    await using bench = openBench({ parallel: 1 });
    const { workbench } = bench;
    const { runIds: [first, second, third] } = await workbench.startRun({ experimentId: null, spec: { ...endlessSpec, seeds: 3 } });
    await until(workbench, first!, (state) => state === "running");
    expect((await workbench.run({ runId: second! })).state).toBe("queued");
    await expect(workbench.pauseRun({ runId: second! })).rejects.toMatchObject({ code: "wrongState" });
    expect(await workbench.stopRun({ runId: third! })).toMatchObject({ state: "stopped", step: 0, startedMs: null, weightHash: null });
    expect(await workbench.changeSettings({ parallel: 2 })).toMatchObject({ parallel: 2 });
    await until(workbench, second!, (state) => state === "running");
    expect((await workbench.run({ runId: first! })).state).toBe("running");
  });

  it("leaves the service free to answer while every place is taken", async () => {
    await using bench = openBench({ parallel: 2 });
    const { workbench } = bench;
    const { runIds } = await workbench.startRun({ experimentId: null, spec: { ...endlessSpec, seeds: 2 } });
    const before = await Promise.all(runIds.map((id) => until(workbench, id, (_, { step }) => step > 0)));
    for (let i = 0; i < 30; i++) {
      expect(await workbench.listRuns({})).toHaveLength(2);
      expect((await workbench.inspectSpec({ spec: { ...smallSpec, data: { kind: "moons", seed: i } } })).problems).toEqual([]);
    }
    // They trained on meanwhile: sixty answers did not wait for them, nor they for the answers.
    const after = await Promise.all(runIds.map((runId, i) => until(workbench, runId, (_, { step }) => step > before[i]!.step)));
    expect(after.map(({ state }) => state)).toEqual(["running", "running"]);
  });
});

/** Wide enough that some seconds of training have a few thousand steps: an event then carries every point. */
const wideSpec = { ...smallSpec, layers: [{ kind: "dense", units: 400 }, { kind: "relu" }, { kind: "dense", units: 64 }, { kind: "relu" }, ...smallSpec.layers.slice(-1)] };

describe("watching a run", () => {
  it("gives a snapshot and a tail without gap or repetition, from the beginning or from any event on", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const runId = await start(workbench, { ...wideSpec, train: { epochs: 400, batchSize: 32 } });
    const all = await eventsOf(workbench, runId);
    expect(all[0]!.kind).toBe("snapshot");
    expect(all.filter(({ kind }) => kind === "progress").length).toBeGreaterThan(2);
    expect(stepsOf(all, "batch/loss")).toEqual(upTo(1, 5600));
    expect(stepsOf(all, "train/loss")).toEqual(upTo(0, 400).map((epoch) => epoch * 14));
    const numbers = all.map(({ seq }) => seq);
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
    expect(all.at(-1)).toMatchObject({ kind: "state", run: { state: "finished" } });

    // Whoever left after event k and asks again gets exactly the rest.
    for (const [i, { seq }] of all.entries()) {
      const rest = await eventsOf(workbench, runId, seq);
      expect(rest).toHaveLength(1);
      expect([...stepsOf(all.slice(0, i + 1), "batch/loss"), ...stepsOf(rest, "batch/loss")]).toEqual(upTo(1, 5600));
    }
  });

  it("left in the middle and taken up again, while it trains, misses nothing", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const runId = await start(workbench, { ...wideSpec, train: { epochs: 400, batchSize: 32 } });
    const seen: RunEvent[] = [];
    let since = 0;
    for (let isOver = false; !isOver;) {
      isOver = true;
      let taken = 0;
      for await (const event of workbench.watchRun({ runId, since })) {
        seen.push(event);
        since = event.seq;
        if (++taken === 3) { isOver = false; break; }
      }
    }
    expect(stepsOf(seen, "batch/loss")).toEqual(upTo(1, 5600));
    expect(stepsOf(seen, "validation/loss")).toEqual(upTo(0, 400).map((epoch) => epoch * 14));
  });

  it("a listener that lags gets the same points in fewer events", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const runId = await start(workbench, { ...wideSpec, train: { epochs: 300, batchSize: 32 } });
    const slow = workbench.watchRun({ runId, since: 0 })[Symbol.asyncIterator]();
    const seen: RunEvent[] = [(await slow.next()).value as RunEvent];
    const quick = await eventsOf(workbench, runId);
    for (let next = await slow.next(); next.done !== true; next = await slow.next()) seen.push(next.value);
    expect(seen.length).toBeLessThan(quick.length);
    expect(stepsOf(seen, "batch/loss")).toEqual(upTo(1, 4200));
    expect(seen.at(-1)!.run.state).toBe("finished");
  });

  it("that does not exist fails; leaving ends at once also when nothing comes", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    await expect(eventsOf(workbench, "r-9")).rejects.toMatchObject({ code: "noSuchRun" });
    const changes = workbench.watchWorkbench({})[Symbol.asyncIterator]();
    await changes.next();
    const waiting = changes.next();
    await changes.return!();
    expect((await waiting).done).toBe(true);
  });

  it("tells pace and time left while it trains", async () => {
    await using bench = openBench();
    const runId = await start(bench.workbench, { ...smallSpec, train: { epochs: 4000, batchSize: 32 } });
    const paces = (await eventsOf(bench.workbench, runId)).flatMap((event) => (event.kind === "progress" && event.run.state === "running" ? [event] : []));
    expect(paces.some(({ pace, run }) => pace.stepsPerSecond !== null && Math.abs(pace.remainingMs! - ((run.steps - run.step) * 1000) / pace.stepsPerSecond) < 1e-6)).toBe(true);
  });
});

describe("watching the workbench", () => {
  it("tells of experiments, runs, activity and the menu's wishes, and ends when the workbench closes", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const events: WorkbenchEvent[] = [];
    const watching = (async () => { for await (const event of workbench.watchWorkbench({})) events.push(event); })();
    workbench.act("settings");
    await workbench.createExperiment({ name: "Widths", question: "How wide?" });
    const { runIds } = await workbench.startRun({ experimentId: "e-1", spec: smallSpec });
    await ended(workbench, runIds[0]!);
    await workbench.changeExperiment({ experimentId: "e-1", question: "How narrow?" });
    await workbench.close();
    await watching;
    expect(events[0]).toMatchObject({ kind: "snapshot", experiments: [], activity: { training: 0, queued: 0, paused: 0, workers: 1 } });
    expect(events).toContainEqual({ kind: "act", action: "settings" });
    const last = <K extends WorkbenchEvent["kind"]>(kind: K) => events.findLast((event) => event.kind === kind);
    expect(last("run")).toMatchObject({ run: { id: "r-1", state: "finished", experimentId: "e-1" } });
    expect(last("experiments")).toMatchObject({ experiments: [{ id: "e-1", name: "Widths", question: "How narrow?", runs: 1, active: 0 }] });
  });
});

describe("the rest of the contract", () => {
  it("says who answers, offers the catalogue, and holds examples that are right", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    expect(await workbench.about({})).toMatchObject({ door: "test", project: { name: "test", file: bench.file }, hasDialogs: false, interrupted: [] });
    expect((await workbench.catalog({})).optimizer.map(({ kind }) => kind)).toContain("adam");
    const examples = await workbench.examples({});
    expect(examples.map(({ id }) => id)).toContain("digits");
    for (const { spec } of examples) expect((await workbench.inspectSpec({ spec })).problems).toEqual([]);
    await expect(workbench.chooseFile({})).rejects.toMatchObject({ code: "noDialogs" });
  });

  it("compares runs and reads their curves, thinned where asked", async () => {
    await using bench = openBench({ parallel: 2 });
    const { workbench } = bench;
    const ids = await Promise.all([start(workbench, smallSpec), start(workbench, { ...smallSpec, optimizer: { kind: "sgd", learningRate: 0.5 } })]);
    for (const id of ids) await ended(workbench, id);
    const { differences, metrics } = await workbench.compareRuns({ runIds: ids, grouping: { kind: "allButSeed" }, baseline: null });
    expect(differences.find(({ path }) => path === "optimizer.learningRate")!.values).toEqual([[0.001], [0.5]]);
    expect(metrics.find(({ metric }) => metric === "validation/accuracy")).toMatchObject({ better: "higher" });
    const thinned = await workbench.readSeries({ runIds: ids, metrics: ["batch/loss"], points: 10 });
    expect(thinned.map(({ runId }) => runId)).toEqual(ids);
    for (const { steps } of thinned) {
      expect(steps.length).toBeLessThanOrEqual(10);
      expect([steps[0], steps.at(-1)]).toEqual([1, 70]);
    }
    await expect(workbench.compareRuns({ runIds: ["r-1", "r-8"], grouping: { kind: "eachRun" }, baseline: null })).rejects.toMatchObject({ code: "noSuchRun" });
  });

  it("groups runs by all but seed, and brings the groups to the same seeds", async () => {
    await using bench = openBench({ parallel: 2 });
    const { workbench } = bench;
    const grouping = { kind: "allButSeed" } as const;
    const { runIds: a } = await workbench.startRun({ experimentId: null, spec: { ...smallSpec, name: "a", seed: 2, seeds: 2 } });
    const { runIds: b } = await workbench.startRun({ experimentId: null, spec: { ...smallSpec, name: "b", layers: [{ kind: "dense", units: 2 }] } });
    for (const id of [...a, ...b]) await ended(workbench, id);
    const before = await workbench.compareRuns({ runIds: [...b, ...a], grouping, baseline: a[1]! });
    expect(before.groups.map(({ name, runIds }) => [name, runIds])).toEqual([["b", b], ["a", a]]);
    expect(before.baseline).toBe(1);
    // Seeds 2 and 3 of a, 1 of b: the four are these and the next from 1 on.
    const { runIds: more } = await workbench.matchSeeds({ groups: [a, b], seeds: 4 });
    const runs = await Promise.all(more.map((id) => ended(workbench, id)));
    expect(runs.map(({ name, spec, colour }) => [name, spec!.seed, colour])).toEqual([["a · seed 1", 1, 1], ["a · seed 4", 4, 1], ["b · seed 2", 2, 2], ["b · seed 3", 3, 2], ["b · seed 4", 4, 2]]);
    const after = await workbench.compareRuns({ runIds: [...a, ...b, ...more], grouping, baseline: null });
    expect(after.groups.map(({ runIds }) => runIds.length)).toEqual([4, 4]);
    expect(after.groups.map(({ id }) => id)).toEqual([before.groups[1]!.id, before.groups[0]!.id]);
    expect(after.metrics.find(({ metric }) => metric === "validation/accuracy")!.statements[1]).toMatchObject({ isPaired: true, n: [4, 4] });
    expect((await workbench.matchSeeds({ groups: [after.groups[0]!.runIds, after.groups[1]!.runIds], seeds: 4 })).runIds).toEqual([]);
    await expect(workbench.matchSeeds({ groups: [[a[0]!, b[0]!]], seeds: 9 })).rejects.toMatchObject({ code: "mixedGroup" });
  });

  it("reads the mean of a group from complete series: neither thinning, nor a window, nor another group moves it", async () => {
    await using bench = openBench({ parallel: 2 });
    const { workbench } = bench;
    const { runIds } = await workbench.startRun({ experimentId: null, spec: { ...smallSpec, seeds: 3 } });
    const other = await start(workbench, { ...smallSpec, layers: [{ kind: "dense", units: 2 }] });
    for (const id of [...runIds, other]) await ended(workbench, id);
    const wish = { metrics: ["batch/loss"], x: "step", points: 0 } as const;
    const [whole] = await workbench.readGroups({ groups: [runIds], ...wish });
    const raw = await workbench.readSeries({ runIds, metrics: ["batch/loss"], points: 0 });
    expect(whole!.mean.length).toBe(70);
    expect([...whole!.n]).toEqual(Array.from({ length: 70 }, () => 3));
    for (const i of [0, 33, 69]) expect(whole!.mean[i]).toBeCloseTo(raw.reduce((sum, { values }) => sum + values[i]!, 0) / 3, 12);
    const [beside] = await workbench.readGroups({ groups: [runIds, [other]], ...wish });
    expect(beside).toEqual(whole);
    const [window] = await workbench.readGroups({ groups: [runIds], ...wish, from: 20, to: 30 });
    // One point beyond either end.
    expect([window!.x[0], window!.x.at(-1)]).toEqual([19, 31]);
    expect(window!.mean[1]).toBe(whole!.mean[19]);
    const [thinned] = await workbench.readGroups({ groups: [runIds], ...wish, points: 20 });
    expect(thinned!.x.length).toBeLessThanOrEqual(20);
    thinned!.x.forEach((x, i) => { expect(thinned!.mean[i]).toBe(whole!.mean[x - 1]); });
    const smoothing = { kind: "ewma", beta: 0.9 } as const;
    const [[smooth], [part]] = [await workbench.readGroups({ groups: [runIds], ...wish, smoothing }), await workbench.readGroups({ groups: [runIds], ...wish, smoothing, from: 40 })];
    expect(part!.mean[1]).toBe(smooth!.mean[39]);
  });

  it("holds two runs' weights against each other on their validation rows", async () => {
    await using bench = openBench({ parallel: 2 });
    const { workbench } = bench;
    const ids = await Promise.all([start(workbench, smallSpec), start(workbench, { ...smallSpec, layers: [{ kind: "dense", units: 2 }] }), start(workbench, { ...smallSpec, split: { kind: "stratified", seed: 2 } })]);
    const runs = [];
    for (const id of ids) runs.push(await ended(workbench, id));
    const rows = await workbench.compareRows({ first: ids[0]!, second: ids[1]! });
    expect(rows.rows).toBe(runs[0]!.data.rows.validation);
    expect(rows.bothRight + rows.onlyFirst + rows.onlySecond + rows.bothWrong).toBe(rows.rows);
    // The rows counted right are the accuracy that training itself measured.
    expect((rows.bothRight + rows.onlyFirst) / rows.rows).toBeCloseTo(runs[0]!.metrics["validation/accuracy"]!, 12);
    expect((rows.bothRight + rows.onlySecond) / rows.rows).toBeCloseTo(runs[1]!.metrics["validation/accuracy"]!, 12);
    expect(rows.p).toBeGreaterThan(0);
    await expect(workbench.compareRows({ first: ids[0]!, second: ids[2]! })).rejects.toMatchObject({ code: "otherRows" });
  });

  it("lists the runs of one experiment or of all, newest first", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const own = await workbench.createExperiment({ name: "own", question: "" });
    await workbench.startRun({ experimentId: own.id, spec: smallSpec });
    await workbench.startRun({ experimentId: null, spec: smallSpec });
    const ids = (runs: readonly Run[]) => runs.map(({ id }) => id);
    expect(ids(await workbench.listRuns({}))).toEqual(["r-2", "r-1"]);
    expect(ids(await workbench.listRuns({ experimentId: own.id }))).toEqual(["r-1"]);
    await expect(workbench.listRuns({ experimentId: "e-9" })).rejects.toMatchObject({ code: "noSuchExperiment" });
  });
});
