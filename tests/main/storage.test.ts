/** Trash, disk space and backups: what is thrown away comes back, what is purged gives its bytes back, and a damaged project has a way back. */

import { existsSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it, vi } from "vitest";
import { dailyBackups } from "../../src-main/service/daily-backups.ts";
import { backupsIn, restoreBackup } from "../../src-main/store/backups.ts";
import { newestVersion } from "../../src-main/store/migrate.ts";
import { openStore } from "../../src-main/store/open.ts";
import type { Store } from "../../src-main/store/open.ts";
import { countingClock, newRun, temporaryFolder } from "../support/project.ts";
import { ended, openBench, smallSpec, start } from "../support/workbench.ts";

const nothing = { epoch: 0, step: 0, trainingMs: 0, metrics: {}, series: [], hashes: [], notes: [], weightHash: null, checkpoint: null, reason: null, endedMs: 5 } as const;
const sizeOf = (file: string): number => [file, `${file}-wal`].reduce((sum, path) => sum + (existsSync(path) ? statSync(path).size : 0), 0);

it("what a sweep's trials come to follows each of its events, and runs of it that are purged", async () => {
  using folder = temporaryFolder();
  const store = openStore(folder.file(), countingClock());
  try {
    const like = newRun(store);
    const { id } = store.sweeps.add({ experimentId: like.experimentId, name: "s", spec: {} as never, parentId: null, createdMs: 1 });
    store.sweeps.addTrials(id, [1, 2].map((number) => ({ number, batch: 1, origin: "sampler" as const, version: 1, point: {}, sameAs: null })), 2);
    const summary = (): unknown => { const { counts: { open, active, finished }, best, trainedEpochs } = store.sweeps.summary(id, "minimize"); return [open, active, finished, best?.trial ?? null, trainedEpochs]; };
    expect(summary()).toEqual([2, 0, 0, null, 0]);
    const runs = [1, 2].map((trial) => store.runs.addGroup([{ ...like, sweep: { id, trial, repeat: 1, isConfirmation: false } }])[0]!.run.id);
    for (const run of runs) store.runs.begin(run, 3);
    expect(summary()).toEqual([2, 2, 0, null, 0]);
    for (const [i, run] of runs.entries()) {
      store.runs.end(run, { ...nothing, epoch: 4, state: "finished" });
      expect(summary()).toEqual([2 - i, 1 - i, i, i === 0 ? null : 1, 4 * i]);
      store.sweeps.endTrial(id, i + 1, { state: "finished", values: [1 - i / 2], repeats: [], curve: [], prunedAt: null, reason: null }, 6);
    }
    expect(summary()).toEqual([0, 0, 2, 2, 8]);
    store.trash.put([runs[0]!], 7);
    await store.trash.purge([runs[0]!]);
    expect(summary()).toEqual([0, 0, 2, 2, 4]);
  } finally {
    store.close();
  }
});

describe("the trash", () => {
  it("hides runs everywhere and gives them back whole", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const run = await ended(workbench, await start(workbench, smallSpec));
    await workbench.trashRuns({ runIds: [run.id] });
    expect([await workbench.listRuns({}), (await workbench.listRows({ columns: [], runIds: [run.id] })).rows, (await workbench.listRows({ columns: [] })).total, (await workbench.listExperiments({}))[0]!.runs]).toEqual([[], [], 0, 0]);
    expect((await workbench.storage({})).trash).toMatchObject([{ id: run.id, name: run.name, state: "finished" }]);
    expect((await workbench.run({ runId: run.id })).trashedMs).not.toBeNull();
    await workbench.restoreRuns({ runIds: [run.id] });
    expect(await workbench.listRuns({})).toEqual([run]);
    expect((await workbench.storage({})).trash).toEqual([]);
  });

  it("takes only runs that are over, and purges only what is in it", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const run = await ended(workbench, await start(workbench, smallSpec));
    await expect(workbench.purgeRuns({ runIds: [run.id] })).rejects.toMatchObject({ code: "wrongState", message: "run r-1 is not in the trash and cannot be purged" });
    await expect(workbench.trashRuns({ runIds: [run.id, "r-9"] })).rejects.toMatchObject({ code: "noSuchRun" });
    expect((await workbench.run({ runId: run.id })).trashedMs).toBeNull();
  });

  it("purged, a run gives its bytes back: what is told is what the files became smaller, and what was announced is within a tenth of it", async () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    const [kept, gone] = store.runs.addGroup([newRun(store), newRun(store)]).map(({ run }) => run.id) as [string, string];
    const points = 50_000;
    const series = Array.from({ length: 5 }, (_, m) => ({ metric: `batch/m${m}`, steps: Float64Array.from({ length: points }, (__, i) => i + 1), values: Float64Array.from({ length: points }, (__, i) => Math.sin(i * m)) }));
    for (const id of [kept, gone]) {
      const bytes = new Uint8Array(100_000).fill(id === gone ? 1 : 2);
      const checkpoint = await store.checkpoints.write(id, { step: 9, epoch: 3, measuredStep: 9, trainingMs: 1, metrics: {}, value: null, isPeriodic: false, canGoOn: true, bytes });
      store.runs.end(id, { ...nothing, series, state: "finished", weightHash: "00", checkpoint });
    }
    store.trash.put([gone], 7);
    const announced = store.trash.list()[0]!.sizeBytes;
    const files = () => readdirSync(join(folder.path, "test.files", "runs"), { recursive: true }).filter((name) => String(name).endsWith(".safetensors")).map(String);
    expect(files()).toHaveLength(2);
    const freed = await store.trash.purge([gone]);
    expect(freed).toBeGreaterThan(2_000_000);
    expect(Math.abs(freed - announced) / freed).toBeLessThan(0.1);
    expect(files()).toHaveLength(1);
    const before = sizeOf(folder.file());
    expect(() => store.runs.get(gone)).toThrow("there is no run");
    expect(store.series.read(kept, [])).toHaveLength(5);
    store.trash.put([kept], 8);
    const rest = await store.trash.purge([kept]);
    expect(before - sizeOf(folder.file()) + 100_000).toBe(rest);
    store.close();
  });

  it("keeps a file that a branch still names when its parent is purged", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const parent = await ended(workbench, await start(workbench, { ...smallSpec, train: { ...smallSpec.train, checkpoints: { every: 2, best: 0 } } }));
    const child = await ended(workbench, (await workbench.branchRun({ runId: parent.id, step: 28, changes: [] })).id);
    await workbench.trashRuns({ runIds: [parent.id] });
    await workbench.purgeRuns({ runIds: [parent.id] });
    for await (const event of workbench.replayRun({ runId: child.id })) if (event.kind === "verdict") expect(event.replay.verdict).toBe("identical");
    expect((await workbench.run({ runId: child.id })).parentId).toBe(parent.id);
  });
});

describe("a purge", () => {
  const points = 300_000;
  const steps = Float64Array.from({ length: points }, (_, i) => i + 1);
  /** A project with one run of many points in the trash, and one that stays; the n-th commit of measurements fails. */
  function project(folder: ReturnType<typeof temporaryFolder>, failing: number): Store {
    let count = 0;
    let isArmed = false;
    const store = openStore(folder.file(), countingClock(), (kind) => { if (isArmed && kind === "metrics" && ++count === failing) throw Object.assign(new Error("planted"), { code: "SQLITE_IOERR_WRITE" }); });
    for (const { run } of store.runs.addGroup([newRun(store), newRun(store)])) {
      store.runs.begin(run.id, 5);
      store.runs.end(run.id, { epoch: 1, step: points, trainingMs: 9, metrics: {}, notes: [], hashes: [{ epoch: 1, hash: "a" }], series: [{ metric: "batch/loss", steps, values: steps.map(Math.sin) }], state: "finished", reason: null, endedMs: 9, weightHash: "a", checkpoint: null });
    }
    store.journal.write("r-1", { notes: "x" }, 8);
    store.trash.put(["r-1"], 5);
    isArmed = true;
    return store;
  }

  it("that was cut off is carried out at the next opening, and until then nobody sees or restores what has half gone", async () => {
    using folder = temporaryFolder();
    const store = project(folder, 1);
    await expect(store.trash.purge(["r-1"])).rejects.toMatchObject({ code: "io" });
    expect(store.trash.list()).toEqual([]);
    expect(() => { store.trash.takeOut(["r-1"]); }).toThrow(expect.objectContaining({ code: "noSuchRun" }) as Error);
    store.close();
    const again = openStore(folder.file(), countingClock());
    expect([again.runs.list().map(({ id }) => id), again.runs.found("r-1"), again.series.points(["r-1"]), again.series.points(["r-2"]), again.journal.list("")]).toEqual([["r-2"], null, 0, points, []]);
    again.close();
  });

  it("of many points comes in portions between which others have their turn, and gives back what its rows took", async () => {
    using folder = temporaryFolder();
    const store = project(folder, -1);
    const before = statSync(folder.file()).size;
    let [turns, isOver] = [0, false];
    const turn = (): void => {
      turns++;
      if (!isOver) setImmediate(turn);
    };
    turn();
    const freed = await store.trash.purge(["r-1"]);
    isOver = true;
    // Of the 600 pages that it gives back, at most 200 at a time.
    expect(turns).toBeGreaterThanOrEqual(3);
    expect(freed).toBeGreaterThan(points * 8);
    expect(before - statSync(folder.file()).size).toBeGreaterThan(points * 8);
    store.close();
  });
});

describe("backups", () => {
  it("are made while the project is open, open whole, and only the newest five are kept", async () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    store.runs.addGroup([newRun(store)]);
    for (let i = 0; i < 7; i++) await store.backups.make(1_700_000_000_000 + i * 1000);
    const all = store.backups.list();
    expect(all.map(({ atMs }) => atMs - 1_700_000_000_000)).toEqual([6000, 5000, 4000, 3000, 2000]);
    expect(readdirSync(join(folder.path, "test.files", "backups"))).toHaveLength(5);
    const copy = new Sqlite(join(folder.path, "test.files", "backups", all[0]!.name), { readonly: true });
    expect([copy.pragma("integrity_check", { simple: true }), copy.prepare("select count(*) from run").pluck().get()]).toEqual(["ok", 1]);
    copy.close();
    store.close();
  });

  it("one is made before a migration, and kept; what it holds is as it was", () => {
    using folder = temporaryFolder();
    writeFileSync(folder.file(), readFileSync(join(import.meta.dirname, "databases", "v1.descent")));
    openStore(folder.file(), countingClock()).close();
    const [backup] = backupsIn(join(folder.path, "test.files"));
    expect(backup).toMatchObject({ beforeVersion: newestVersion });
    const copy = new Sqlite(join(folder.path, "test.files", "backups", backup!.name), { readonly: true });
    expect(copy.pragma("user_version", { simple: true })).toBe(1);
    copy.close();
    const now = new Sqlite(folder.file(), { readonly: true });
    expect([now.pragma("user_version", { simple: true }), now.pragma("auto_vacuum", { simple: true }), now.pragma("integrity_check", { simple: true })]).toEqual([newestVersion, 2, "ok"]);
    now.close();
  });

  it("a damaged project is left as it is, names its newest backup, and comes back from it", async () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    store.runs.addGroup([newRun(store)]);
    const { name } = await store.backups.make(1_700_000_000_000);
    store.close();
    truncateSync(folder.file(), 6000);
    const torn = readFileSync(folder.file());
    expect(() => openStore(folder.file(), countingClock())).toThrow(expect.objectContaining({ code: "damaged", hint: "The file was left untouched. Its newest backup is of 2023-11-14 22:13 UTC; to go back to it: descent backup --restore. What can be read of the file itself: descent rescue" }) as Error);
    expect(readFileSync(folder.file())).toEqual(torn);
    const { backup, keptAs } = restoreBackup(folder.file(), null, 1_700_000_001_000);
    expect(backup.name).toBe(name);
    expect(readFileSync(keptAs!)).toEqual(torn);
    const again = openStore(folder.file(), countingClock());
    expect(again.runs.list()).toHaveLength(1);
    again.close();
    expect(() => restoreBackup(folder.file(), "none", 0)).toThrow("there is no backup \"none\"");
  });

  it("are made once a day while the project is open, and not for an empty one", async () => {
    vi.useFakeTimers();
    try {
      let ms = 1_700_000_000_000;
      const made: number[] = [];
      const backups = { list: () => made.map((atMs) => ({ name: "", atMs, sizeBytes: 0, beforeVersion: null })).reverse(), make: async (atMs: number) => { made.push(atMs); return backups.list()[0]!; } };
      let runs = 0;
      const daily = dailyBackups({ backups, runs: () => runs, now: () => ms });
      const pass = async (hours: number) => { for (let i = 0; i < hours * 6; i++) { ms += 600_000; await vi.advanceTimersByTimeAsync(600_000); } };
      await pass(30);
      expect(made).toEqual([]);
      runs = 1;
      await pass(50);
      expect(made).toHaveLength(3);
      // A clock that goes back to 1970 makes one more, and is then believed.
      ms = 0;
      await pass(1);
      expect(made).toHaveLength(4);
      await daily.close();
    } finally {
      vi.useRealTimers();
    }
  });
});
