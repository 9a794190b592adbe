/** A limit on what a project takes: what would go is told first, only that goes, and nothing of a pinned run or a baseline ever does. */

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commands } from "../../src-main/cli/commands.ts";
import type { World } from "../../src-main/cli/world.ts";
import type { Quota } from "../../src-main/contract/nouns.ts";
import { openStore } from "../../src-main/store/open.ts";
import type { Store } from "../../src-main/store/open.ts";
import { countingClock, newRun, temporaryFolder } from "../support/project.ts";
import { ended, openBench, smallSpec, start } from "../support/workbench.ts";

const standing = { epoch: 0, step: 0, trainingMs: 0, metrics: {}, series: [], hashes: [], notes: [] };
const stateBytes = 200_000;
const state = (step: number, fill: number) => ({ step, epoch: step, measuredStep: step, trainingMs: 1, metrics: {}, value: null, isPeriodic: true, canGoOn: true, bytes: new Uint8Array(stateBytes).fill(fill) });

/** A run that is over, with checkpoints at steps 1 to 4, of which the last one is its weights. */
async function trained(store: Store, fill: number): Promise<string> {
  const id = store.runs.addGroup([newRun(store)])[0]!.run.id;
  store.runs.begin(id, 5);
  for (let step = 1; step <= 3; step++) await store.checkpoints.keep(id, state(step, 10 * fill + step), { best: 9, better: "lower" }, 6);
  store.runs.end(id, { ...standing, step: 4, state: "finished", reason: null, endedMs: 1_800_000_000_000 + fill, weightHash: "00", checkpoint: await store.checkpoints.write(id, state(4, 10 * fill + 4)) });
  return id;
}

const quota = (order: Quota["order"]): Quota => ({ limitBytes: 1_000_000, order, isAutomatic: false });
const all = 1e12;

describe("a plan", () => {
  it("names spare checkpoints of the oldest run first, then the trash, as far as the limit needs, and what it announces is what is freed within a tenth", async () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    const ids = [await trained(store, 1), await trained(store, 2), await trained(store, 3), await trained(store, 4)];
    store.runs.mark(ids[1]!, { isPinned: true });
    store.runs.mark(ids[2]!, { isBaseline: true });
    const thrown = await trained(store, 5);
    const kept = await trained(store, 6);
    store.trash.put([thrown], 7);
    store.runs.mark(kept, { isPinned: true });
    store.trash.put([kept], 8);
    expect(store.trash.plan(quota(["checkpoints", "trash"]), 1_000_000)).toMatchObject({ checkpoints: [], runs: [], freesBytes: 0 });
    expect(store.trash.plan(quota(["checkpoints", "trash"]), 1_000_001)).toMatchObject({ checkpoints: [{ runId: "r-1", step: 1, sizeBytes: stateBytes }], runs: [], freesBytes: stateBytes });
    const plan = store.trash.plan(quota(["checkpoints", "trash"]), all);
    expect(plan.checkpoints.map(({ runId, step }) => [runId, step])).toEqual([["r-1", 1], ["r-1", 2], ["r-1", 3], ["r-4", 1], ["r-4", 2], ["r-4", 3]]);
    expect(plan.runs.map(({ runId }) => runId)).toEqual([thrown]);
    expect(store.trash.plan(quota(["trash"]), all)).toMatchObject({ checkpoints: [] });
    const freed = await store.trash.letGo(plan.checkpoints, plan.runs.map(({ runId }) => runId));
    expect(Math.abs(freed - plan.freesBytes) / plan.freesBytes).toBeLessThan(0.1);
    expect(readdirSync(join(folder.path, "test.files", "runs", "r-1"))).toHaveLength(1);
    expect(existsSync(join(folder.path, "test.files", "runs", thrown))).toBe(false);
    expect(store.checkpoints.list(ids[1]!)).toHaveLength(4);
    expect(store.checkpoints.list(ids[2]!)).toHaveLength(4);
    expect((await store.checkpoints.final("r-1"))[0]).toBe(14);
    expect(store.trash.list().map(({ id }) => id)).toEqual([kept]);
    store.close();
  });

  it("that has grown old takes nothing that has been pinned, restored or resumed since", async () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    const [a, b] = [await trained(store, 1), await trained(store, 2)];
    store.trash.put([b], 7);
    const plan = store.trash.plan(quota(["checkpoints", "trash"]), all);
    expect([plan.checkpoints.length, plan.runs.length]).toEqual([3, 1]);
    store.runs.mark(a, { isPinned: true });
    store.trash.takeOut([b]);
    expect(await store.trash.letGo(plan.checkpoints, [b])).toBe(0);
    expect(store.checkpoints.list(a)).toHaveLength(4);
    expect(store.runs.get(b).run.trashedMs).toBeNull();
    expect(await store.trash.letGo([{ runId: b, step: 4 }], [])).toBe(0);
    store.close();
  });

  it("leaves a checkpoint that a branch began with, in the parent and in the child", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const spec = { ...smallSpec, train: { ...smallSpec.train, checkpoints: { every: 1, best: 0 } } };
    const parent = await ended(workbench, await start(workbench, spec));
    const child = await ended(workbench, (await workbench.branchRun({ runId: parent.id, step: 28, changes: [] })).id);
    await workbench.changeSettings({ quota: { ...quota(["checkpoints"]), limitBytes: 1_000_000 } });
    const { largest } = await workbench.storage({});
    expect(largest.map(({ id }) => id).sort()).toEqual([parent.id, child.id]);
    expect(largest[0]!.sizeBytes).toBeGreaterThan(largest[0]!.checkpointBytes);
    await workbench.freeSpace({ checkpoints: (await workbench.listCheckpoints({ runId: parent.id })).map(({ step }) => ({ runId: parent.id, step })), runIds: [] });
    expect((await workbench.listCheckpoints({ runId: parent.id })).map(({ step }) => step)).toEqual([28, 70]);
    for await (const event of workbench.replayRun({ runId: child.id })) if (event.kind === "verdict") expect(event.replay.verdict).toBe("identical");
  });
});

describe("a limit", () => {
  it("acts by itself when a run ends, where the setting says so, and is off until then", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    // Wide enough that its checkpoints alone are more than the limit.
    const spec = { ...smallSpec, layers: [{ kind: "dense", units: 256 }, { kind: "relu" }, { kind: "dense", units: 256 }, { kind: "relu" }, { kind: "dense", units: 2 }], train: { epochs: 4, batchSize: 200, checkpoints: { every: 1, best: 0 } } };
    const first = await ended(workbench, await start(workbench, spec));
    expect((await workbench.storage({})).quota).toBeNull();
    expect((await workbench.listCheckpoints({ runId: first.id })).length).toBeGreaterThan(3);
    await workbench.changeSettings({ quota: { ...quota(["checkpoints", "trash"]), isAutomatic: true } });
    await ended(workbench, await start(workbench, spec));
    await expect.poll(async () => (await workbench.listCheckpoints({ runId: first.id })).length).toBe(1);
    expect((await workbench.storage({})).quota!.checkpoints).toEqual([]);
    await workbench.changeSettings({ quota: null });
  });
});

describe("descent quota", () => {
  it("sets a limit, lists what would go, lets it go, and takes the limit away", async () => {
    const out: string[] = [];
    await using bench = openBench();
    const run = await ended(bench.workbench, await start(bench.workbench, { ...smallSpec, train: { ...smallSpec.train, checkpoints: { every: 1, best: 0 } } }));
    await bench.workbench.trashRuns({ runIds: [run.id] });
    const world = { out(line: string) { out.push(line); }, err: () => undefined, open: () => ({ ...bench.workbench, close: async () => undefined }) } as unknown as World;
    const said = async (...args: string[]) => { out.length = 0; return [await commands(["quota", ...args], world), out.join("\n")]; };
    expect(await said()).toEqual([0, "This project has no limit; set one with --limit, such as --limit 5GB."]);
    expect((await said("--auto"))[0]).toBe(2);
    expect((await said("--limit", "5"))[0]).toBe(2);
    expect(await said("--limit", "1MB", "--order", "trash,checkpoints")).toMatchObject([0, expect.stringMatching(/^[\d.]+ kB of 1.0 MB; what goes first: trash, then checkpoints, when told to$/) as string]);
    expect(JSON.parse((await said("--json"))[1] as string)).toMatchObject({ kind: "quota", quota: { limitBytes: 1_000_000, order: ["trash", "checkpoints"], isAutomatic: false }, plan: { runs: [], checkpoints: [] }, freedBytes: null });
    expect(await said("--free")).toMatchObject([0, expect.stringMatching(/0 B freed$/) as string]);
    expect((await said("--limit", "none"))[0]).toBe(0);
    expect((await bench.workbench.settings({})).quota).toBeNull();
  });
});
