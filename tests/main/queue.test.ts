/** The queue: order by hand, all of it held and let go, and a disk that is nearly, or quite, full. */

import { describe, expect, it, vi } from "vitest";
import { diskGuard } from "../../src-main/service/disk-guard.ts";
import { queue } from "../../src-main/service/queue.ts";
import { temporaryFolder } from "../support/project.ts";
import { ended, endlessSpec, openBench, openWorkbench, smallSpec, start, until } from "../support/workbench.ts";

describe("the order", () => {
  it("is first come, first served, until a run is put elsewhere", () => {
    const sent: string[] = [];
    let places = 0;
    const waiting = queue({ mayBegin: () => places > 0, send: (id) => { sent.push(id); places--; } });
    waiting.add(["a", "b", "c", "d"].map((id) => ({ id, priority: 0 })));
    expect([waiting.move("d", 0), waiting.move("a", 99), waiting.move("x", 0)]).toEqual([true, true, false]);
    expect(waiting.ids).toEqual(["d", "b", "c", "a"]);
    places = 2;
    waiting.advance();
    expect([sent, waiting.ids]).toEqual([["d", "b"], ["c", "a"]]);
  });

  it("held sends nobody off; let go it catches up", () => {
    const sent: string[] = [];
    const waiting = queue({ mayBegin: () => true, send: (id) => { sent.push(id); } });
    waiting.isHeld = true;
    waiting.add(["a", "b"].map((id) => ({ id, priority: 0 })));
    expect(sent).toEqual([]);
    waiting.isHeld = false;
    expect(sent).toEqual(["a", "b"]);
  });

  it("is what the workbench tells and follows", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const first = await start(workbench, endlessSpec);
    const { runIds } = await workbench.startRun({ experimentId: null, spec: { ...smallSpec, seeds: 3 } });
    await until(workbench, first, (_, { step }) => step > 0);
    expect((await workbench.queue({})).waiting.map(({ id }) => id)).toEqual(runIds);
    const moved = await workbench.moveRun({ runId: runIds[2]!, to: 0 });
    expect([moved.training.map(({ id }) => id), moved.waiting.map(({ id }) => id), moved.held]).toEqual([[first], [runIds[2], runIds[0], runIds[1]], null]);
    await expect((async () => workbench.moveRun({ runId: first, to: 0 }))()).rejects.toMatchObject({ code: "wrongState" });
    await workbench.stopRun({ runId: first });
    const ends = await Promise.all(runIds.map((id) => ended(workbench, id)));
    expect(ends[2]!.startedMs!).toBeLessThan(ends[0]!.startedMs!);
    expect(ends[0]!.startedMs!).toBeLessThan(ends[1]!.startedMs!);
  });
});

describe("priorities", () => {
  it("go before the order by hand, which holds within one", () => {
    const waiting = queue({ mayBegin: () => false, send: () => undefined });
    waiting.add([{ id: "a", priority: 0 }, { id: "b", priority: 5 }, { id: "c", priority: 0 }, { id: "d", priority: 5 }, { id: "e", priority: -1 }]);
    expect(waiting.ids).toEqual(["b", "d", "a", "c", "e"]);
    for (const [id, to] of [["c", 0], ["b", 4], ["e", 1]] as const) waiting.move(id, to);
    expect(waiting.ids).toEqual(["d", "b", "c", "a", "e"]);
  });

  it("are given at the start or later, and are trained by; a second program sees the same order", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const first = await start(workbench, endlessSpec);
    await until(workbench, first, (_, { step }) => step > 0);
    const [low, high, middle] = [await start(workbench, smallSpec), (await workbench.startRun({ experimentId: null, spec: smallSpec, priority: 7 })).runIds[0]!, await start(workbench, smallSpec)];
    expect((await workbench.queue({})).waiting.map(({ id }) => id)).toEqual([high, low, middle]);
    expect(await workbench.prioritizeRun({ runId: middle, priority: 3 })).toMatchObject({ id: middle, priority: 3, state: "queued" });
    await workbench.prioritizeRun({ runId: low, priority: 3 });
    await workbench.moveRun({ runId: low, to: 0 });
    const view = await workbench.queue({});
    expect([view.waiting.map(({ id }) => id), view.waitsFor]).toEqual([[high, low, middle], "place"]);
    const watching = openWorkbench(bench.file, { views: true });
    const seen = await watching.queue({});
    expect([seen.training.map(({ id }) => id), seen.waiting.map(({ id }) => id), seen.forecasts[high]!.memoryBytes]).toEqual([[first], [high, low, middle], view.forecasts[high]!.memoryBytes]);
    await watching.close();
    await workbench.stopRun({ runId: first });
    const began = (await Promise.all([high, low, middle].map((id) => ended(workbench, id)))).map(({ startedMs }) => startedMs!);
    expect(began).toEqual([...began].sort((a, b) => a - b));
    expect((await workbench.listRuns({ where: "priority >= 3" })).map(({ id }) => id).sort()).toEqual([high, low, middle].sort());
  });

  it("and the order by hand outlive the program: what was interrupted is told, and resumed, in it", async () => {
    await using bench = openBench();
    const first = await start(bench.workbench, endlessSpec);
    await until(bench.workbench, first, (_, { step }) => step > 0);
    const { runIds } = await bench.workbench.startRun({ experimentId: null, spec: { ...smallSpec, seeds: 3 } });
    await bench.workbench.prioritizeRun({ runId: runIds[1]!, priority: 1 });
    await bench.workbench.moveRun({ runId: runIds[2]!, to: 1 });
    await bench.workbench.close();
    const again = openWorkbench(bench.file);
    expect((await again.about({})).interrupted).toEqual([runIds[1], first, runIds[2], runIds[0]]);
    await again.close();
  });
});

describe("memory", () => {
  it("keeps a run waiting that does not fit beside those that train, whatever the places; it begins when they are done, and alone whatever it needs", async () => {
    using folder = temporaryFolder();
    const workbench = openWorkbench(folder.file(), { parallel: 3, memory: () => 1 });
    const first = await start(workbench, endlessSpec);
    await until(workbench, first, (_, { step }) => step > 0);
    const second = await start(workbench, smallSpec);
    expect(await workbench.queue({})).toMatchObject({ places: 3, memoryBytes: 1, waitsFor: "memory", training: [{ id: first }], waiting: [{ id: second }] });
    await workbench.stopRun({ runId: first });
    expect((await ended(workbench, second)).state).toBe("finished");
    await workbench.close();
  });
});

describe("everything held", () => {
  it("stands still and goes on, and what a person had paused stays paused", async () => {
    await using bench = openBench({ parallel: 2 });
    const { workbench } = bench;
    const [one, two] = [await start(workbench, endlessSpec), await start(workbench, endlessSpec)];
    for (const id of [one, two]) await until(workbench, id, (_, { step }) => step > 0);
    await workbench.pauseRun({ runId: two });
    const third = await start(workbench, smallSpec);
    expect(await workbench.holdQueue({ isHeld: true })).toMatchObject({ held: "person", waiting: [{ id: third }] });
    expect((await workbench.run({ runId: one })).state).toBe("paused");
    await workbench.stopRun({ runId: two });
    for (let i = 0; i < 20; i++) await workbench.queue({});
    expect((await workbench.run({ runId: third })).state).toBe("queued");
    expect((await workbench.holdQueue({ isHeld: false })).held).toBeNull();
    expect((await workbench.run({ runId: one })).state).toBe("running");
    expect((await ended(workbench, third)).state).toBe("finished");
    await workbench.stopRun({ runId: one });
  });
});

describe("the disk guard", () => {
  it("holds below the bound, goes on above one and a half times it, and obeys a person until half is gone", () => {
    let left = 1000;
    const said: string[] = [];
    let look = (): void => {};
    const guard = diskGuard({ free: () => left, least: 100, hold: () => { said.push(`hold at ${left}`); }, release: () => { said.push(`release at ${left}`); }, every: (again) => { look = again; return () => {}; } });
    for (left of [1000, 101, 99, 98, 120, 149, 150, 90]) look();
    expect(said).toEqual(["hold at 99", "release at 150", "hold at 90"]);
    guard.overrule();
    for (left of [90, 60, 45, 44]) look();
    expect(said.slice(3)).toEqual(["hold at 44"]);
    guard.full();
    expect(said).toHaveLength(4);
  });

  it("says nothing where the system does not say how much is left", () => {
    const hold = vi.fn();
    diskGuard({ free: () => null, least: 100, hold, release: hold, every: (look) => { look(); return () => {}; } });
    expect(hold).not.toHaveBeenCalled();
  });
});

it("on a full disk a run is paused, not failed; when there is space again it goes on, and comes to the uninterrupted end with every point", async () => {
  const spec = { ...smallSpec, layers: [{ kind: "dense", units: 64 }, { kind: "relu" }, { kind: "dense", units: 64 }, { kind: "relu" }, { kind: "dense", units: 2 }], train: { epochs: 60, batchSize: 16, checkpoints: { save: 0 } } };
  await using whole = openBench();
  const wanted = await ended(whole.workbench, await start(whole.workbench, spec));
  using folder = temporaryFolder();
  let isFull = false;
  const workbench = openWorkbench(folder.file(), { storeFault: () => { if (isFull) throw Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" }); } });
  const runId = await start(workbench, spec);
  await until(workbench, runId, (_, { step }) => step > 30);
  isFull = true;
  await vi.waitUntil(async () => (await workbench.queue({})).held === "disk", { timeout: 20_000 });
  expect((await workbench.run({ runId })).state).toBe("running");
  isFull = false;
  await workbench.holdQueue({ isHeld: false });
  const run = await ended(workbench, runId);
  expect([run.state, run.weightHash, run.metrics]).toEqual([wanted.state, wanted.weightHash, wanted.metrics]);
  const [losses] = await workbench.readSeries({ runIds: [runId], metrics: ["batch/loss"], points: 0 });
  expect([...losses!.steps]).toEqual(Array.from({ length: run.step }, (_, i) => i + 1));
  await workbench.close();
});
