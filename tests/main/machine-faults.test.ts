/** What a machine does to a project: a disk that is really full, a file locked by another program, two starts at once, an upgrade or a command killed anywhere, a signal, a power cut. */

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it, vi } from "vitest";
import { rng } from "../../src-engine/rng.ts";
import { writeAbroad } from "../../src-main/store/durable-file.ts";
import { newestVersion } from "../../src-main/store/migrate.ts";
import { openStore } from "../../src-main/store/open.ts";
import { thisOwner } from "../../src-main/store/owner.ts";
import { startChild } from "../support/child.ts";
import { countingClock, newRun, temporaryFolder } from "../support/project.ts";
import { patience, rounds } from "../support/rounds.ts";
import { ended, endlessSpec, openBench, openWorkbench, smallSpec, start, until } from "../support/workbench.ts";

const cli = resolve(import.meta.dirname, "..", "..", "src-main", "cli", "main.ts");
const standing = { epoch: 0, step: 0, trainingMs: 0, metrics: {}, hashes: [], notes: [] };
const state = (step: number) => ({ step, epoch: 1, measuredStep: step, trainingMs: 1, metrics: {}, value: null, isPeriodic: true, canGoOn: true, bytes: new Uint8Array(20_000).fill(step) });
const longSpec = { ...smallSpec, layers: [{ kind: "dense", units: 64 }, { kind: "relu" }, { kind: "dense", units: 64 }, { kind: "relu" }, { kind: "dense", units: 2 }], train: { epochs: 60, batchSize: 16, checkpoints: { save: 0 } } } as const;

function expectWhole(file: string): void {
  const db = new Sqlite(file, { readonly: true });
  try { expect([db.pragma("integrity_check", { simple: true }), db.pragma("foreign_key_check")]).toEqual(["ok", []]); } finally { db.close(); }
}

/** A disk of 4 MB of its own; null where this machine lets nobody mount one. */
function smallDisk(): (Disposable & { readonly path: string; file(): string }) | null {
  const folder = temporaryFolder();
  const path = join(folder.path, "disk");
  mkdirSync(path);
  if (process.platform !== "linux" || spawnSync("mount", ["-t", "tmpfs", "-o", "size=4m", "tmpfs", path]).status !== 0) {
    folder[Symbol.dispose]();
    return null;
  }
  return { path, file: () => join(path, "test.descent"), [Symbol.dispose]: () => { spawnSync("umount", ["-l", path]); folder[Symbol.dispose](); } };
}

/** Fills a disk to its last byte. */
function fill(path: string): string {
  const file = join(path, "filler");
  for (const size of [100_000, 4096, 1]) try { for (;;) writeFileSync(file, new Uint8Array(size), { flag: "a" }); } catch { /* full */ }
  return file;
}

describe("a full disk of 4 MB", () => {
  it("pauses a training, which goes on when there is space and comes to the uninterrupted end", patience, async ({ skip }) => {
    using disk = smallDisk();
    if (disk === null) { skip("this machine lets nobody mount a disk; tests/main/queue.test.ts plants the same error"); return; }
    await using whole = openBench();
    const wanted = await ended(whole.workbench, await start(whole.workbench, longSpec));
    const workbench = openWorkbench(disk.file());
    const runId = await start(workbench, longSpec);
    await until(workbench, runId, (_, { step }) => step > 30);
    const filler = fill(disk.path);
    await vi.waitUntil(async () => (await workbench.queue({})).held === "disk", { timeout: 60_000 });
    expect(["running", "paused"]).toContain((await workbench.run({ runId })).state);
    rmSync(filler);
    await workbench.holdQueue({ isHeld: false });
    const run = await ended(workbench, runId);
    expect([run.state, run.weightHash, run.metrics]).toEqual([wanted.state, wanted.weightHash, wanted.metrics]);
    await workbench.close();
    expectWhole(disk.file());
  });

  it("refuses an import, a checkpoint, a backup and a migration whole: nothing is torn, and all of them go once there is space", async ({ skip }) => {
    using disk = smallDisk();
    if (disk === null) { skip("this machine lets nobody mount a disk; tests/main/faults.test.ts plants the same errors"); return; }
    const store = openStore(disk.file(), countingClock());
    const id = store.runs.addGroup([newRun(store)])[0]!.run.id;
    const filler = fill(disk.path);
    const content = new Uint8Array(50_000).fill(97);
    const deeds: readonly (() => Promise<unknown>)[] = [() => store.files.keep({ hash: "cd".repeat(32), name: "a.csv", importedMs: 5, rows: 1, columns: [] }, content), () => store.checkpoints.keep(id, state(7), { best: 1, better: "lower" }, 6), () => store.backups.make(1_700_000_000_000)];
    for (const deed of deeds) await expect(deed()).rejects.toMatchObject({ name: "StoreError", code: "diskFull" });
    expect([store.files.list(), store.checkpoints.list(id), store.backups.list()]).toEqual([[], [], []]);
    expect(readdirSync(join(disk.path, "test.files"), { recursive: true }).filter((name) => String(name).endsWith(".tmp"))).toEqual([]);
    rmSync(filler);
    for (const deed of deeds) await deed();
    store.close();
    expectWhole(disk.file());
    const old = join(disk.path, "old.descent");
    copyFileSync(join(import.meta.dirname, "databases", "v2.descent"), old);
    const before = readFileSync(old);
    const second = fill(disk.path);
    expect(() => openStore(old, countingClock())).toThrow(expect.objectContaining({ code: "diskFull" }) as Error);
    expect(readFileSync(old).equals(before)).toBe(true);
    rmSync(second);
    openStore(old, countingClock()).close();
    expectWhole(old);
  });
});

describe("a file system that may only be read", () => {
  it("refuses the project by name, and leaves it as it is; an export beside it is refused too", async ({ skip }) => {
    using disk = smallDisk();
    if (disk === null) { skip("this machine lets nobody mount a disk; tests/main/faults.test.ts plants the same error"); return; }
    const made = openStore(disk.file(), countingClock());
    made.runs.addGroup([newRun(made)]);
    made.close();
    const before = readFileSync(disk.file());
    expect(spawnSync("mount", ["-o", "remount,ro", disk.path]).status).toBe(0);
    for (const open of [() => openStore(disk.file(), countingClock()), () => openStore(join(disk.path, "new.descent"), countingClock())]) expect(open).toThrow(expect.objectContaining({ name: "StoreError", code: "readOnly", at: { file: disk.path } }) as Error);
    const { status, stderr } = spawnSync(process.execPath, [cli, "list", "--project", disk.file()], { encoding: "utf8" });
    expect([status, stderr]).toEqual([3, expect.stringContaining(`${disk.path} may not be written`)]);
    using elsewhere = temporaryFolder();
    const whole = openStore(elsewhere.file(), countingClock());
    const id = whole.runs.addGroup([newRun(whole)])[0]!.run.id;
    whole.close();
    const refused = spawnSync(process.execPath, [cli, "export", id, "--out", join(disk.path, "curves.csv"), "--project", elsewhere.file()], { encoding: "utf8" });
    expect([refused.status, refused.stderr]).toEqual([3, expect.stringContaining(disk.path)]);
    expect([readFileSync(disk.file()).equals(before), readdirSync(disk.path)]).toEqual([true, ["test.descent"]]);
  });

  it("met while a project is open refuses each fact and keeps what is there; written again it goes on", ({ skip }) => {
    using disk = smallDisk();
    if (disk === null) { skip("this machine lets nobody mount a disk; tests/main/faults.test.ts plants the same error"); return; }
    let isReadOnly = false;
    const store = openStore(disk.file(), countingClock(), () => { if (isReadOnly) throw Object.assign(new Error("read-only file system"), { code: "EROFS" }); });
    const id = store.runs.addGroup([newRun(store)])[0]!.run.id;
    isReadOnly = true;
    expect(() => store.runs.begin(id, 5)).toThrow(expect.objectContaining({ code: "readOnly" }) as Error);
    expect(store.runs.get(id).run.state).toBe("queued");
    isReadOnly = false;
    expect(store.runs.begin(id, 5).run.state).toBe("running");
    store.close();
    expectWhole(disk.file());
  });
});

describe("a project that another program holds locked", () => {
  it("holds its training with a notice, and lets it go on by itself, with every point", patience, async () => {
    using folder = temporaryFolder();
    const workbench = openWorkbench(folder.file());
    const runId = await start(workbench, endlessSpec);
    await until(workbench, runId, (_, { step }) => step > 0);
    await using locker = startChild("lock-project.ts", [folder.file(), String(rounds(6000, 60_000))]);
    expect(await locker.line()).toBe("locked");
    await vi.waitUntil(async () => (await workbench.queue({})).held === "lock", { timeout: 60_000 });
    expect(await locker.line()).toBe("free");
    await vi.waitUntil(async () => (await workbench.queue({})).held === null, { timeout: 60_000 });
    const { step } = await workbench.run({ runId });
    await until(workbench, runId, (_, run) => run.step > step);
    const run = await workbench.stopRun({ runId });
    expect(run.state).toBe("stopped");
    const [losses] = await workbench.readSeries({ runIds: [runId], metrics: ["batch/loss"], points: 0 });
    expect(losses!.steps.every((one, i) => one === i + 1) && losses!.steps.length === run.step).toBe(true);
    await workbench.close();
  });
});

describe("two programs that start at once", () => {
  it("one owns the project, the other is refused with the owner's pid, every time", patience, async () => {
    using folder = temporaryFolder();
    openStore(folder.file(), countingClock()).close();
    for (let i = 0; i < rounds(4, 100); i++) {
      await using first = startChild("open-project.ts", [folder.file()]);
      await using second = startChild("open-project.ts", [folder.file()]);
      const said = (await Promise.all([first.line(), second.line()])).map((line) => JSON.parse(line) as { open?: number; code?: string; message?: string });
      const owner = said.find(({ open }) => open !== undefined);
      const refused = said.find(({ open }) => open === undefined);
      expect(owner, JSON.stringify(said)).toBeDefined();
      expect(refused, JSON.stringify(said)).toMatchObject({ code: "inUse", message: expect.stringContaining(`process ${owner!.open!}`) as string });
    }
  });
});

/** A project of an old version, opened by a process that is killed after some time; then opened in earnest. */
describe("an upgrade", () => {
  it.each(["v1", "v2", "v8"])("of %s killed at any moment leaves the old version or the new one, and comes to the same in the end", patience, async (name) => {
    const source = join(import.meta.dirname, "databases", `${name}.descent`);
    using whole = temporaryFolder();
    copyFileSync(source, whole.file());
    const calm = openStore(whole.file(), countingClock());
    const wanted = { runs: calm.runs.list(), series: calm.runs.list().map(({ id }) => calm.series.read(id, [])) };
    calm.close();
    const chance = rng(3).stream(name);
    for (let i = 0; i < rounds(4, 25); i++) {
      using folder = temporaryFolder();
      copyFileSync(source, folder.file());
      await using child = startChild("open-project.ts", [folder.file()]);
      await new Promise((done) => { setTimeout(done, 80 + chance.uniform() * 400); });
      await child.kill("SIGKILL");
      const db = new Sqlite(folder.file());
      expect([Number(name.slice(1)), newestVersion]).toContain(db.pragma("user_version", { simple: true }));
      db.close();
      const store = openStore(folder.file(), countingClock());
      const found = { runs: store.runs.list(), series: store.runs.list().map(({ id }) => store.series.read(id, [])) };
      expect(found.series).toEqual(wanted.series);
      expect(found.runs.map(({ id, state: of, step }) => [id, of, step])).toEqual(wanted.runs.map(({ id, state: of, step }) => [id, of, step]));
      store.close();
      expectWhole(folder.file());
    }
  });
});

describe("a command killed at its n-th storage call", () => {
  /** Runs a command that dies at call n, for n = 1, 2 …, until it comes through. */
  function killedEverywhere(make: (folder: ReturnType<typeof temporaryFolder>) => void, args: readonly string[], check: (folder: ReturnType<typeof temporaryFolder>, isDone: boolean) => void): number {
    for (let n = 2; ; n += rounds(2, 1)) {
      using folder = temporaryFolder();
      make(folder);
      const { signal, status } = spawnSync(process.execPath, [cli, ...args, "--project", folder.file()], { cwd: folder.path, env: { ...process.env, DESCENT_FAULT: `${n}:crash` }, encoding: "utf8" });
      expect(signal === "SIGKILL" || status === 0).toBe(true);
      openStore(folder.file(), countingClock()).close();
      expectWhole(folder.file());
      check(folder, signal === null);
      if (signal === null) return n;
    }
  }
  const files = (folder: { readonly path: string }): readonly string[] => (existsSync(join(folder.path, "test.files")) ? readdirSync(join(folder.path, "test.files"), { recursive: true, encoding: "utf8" }) : []).filter((name) => /\.(safetensors|csv|tmp)$/.test(name));

  it("purge: the run is there with its files or gone with them, and no file is left without a record", patience, () => {
    killedEverywhere((folder) => {
      const made = openStore(folder.file(), countingClock());
      const id = made.runs.addGroup([newRun(made)])[0]!.run.id;
      made.runs.begin(id, 5);
      const { bytes, ...rest } = state(3);
      const file = `runs/${id}/3-${createHash("sha256").update(bytes).digest("hex").slice(0, 12)}.safetensors`;
      mkdirSync(join(folder.path, "test.files", "runs", id), { recursive: true });
      writeFileSync(join(folder.path, "test.files", file), bytes);
      made.runs.end(id, { ...standing, series: [], state: "stopped", reason: null, endedMs: 9, weightHash: null, checkpoint: { ...rest, file, sizeBytes: bytes.byteLength, hash: createHash("sha256").update(bytes).digest("hex") } });
      made.trash.put([id], 5);
      made.close();
    }, ["purge"], (folder, isDone) => {
      const opened = openStore(folder.file(), countingClock());
      const left = opened.trash.list().length;
      expect(left).toBeLessThanOrEqual(isDone ? 0 : 1);
      opened.close();
      expect(files(folder)).toHaveLength(left);
    });
  });
});

describe("an export killed at any moment", () => {
  it("leaves the file that was there, or the whole new one, and the project as it was", patience, async () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    const id = store.runs.addGroup([newRun(store)])[0]!.run.id;
    const steps = Float64Array.from({ length: 100_000 }, (_, i) => i + 1);
    store.runs.begin(id, 5);
    store.runs.end(id, { ...standing, step: 100_000, series: [{ metric: "batch/loss", steps, values: steps.map(Math.sin) }], state: "finished", reason: null, endedMs: 9, weightHash: null, checkpoint: null });
    store.close();
    const out = folder.file("curves.csv");
    const command = [cli, "export", id, "--out", out, "--force", "--project", folder.file()];
    const began = performance.now();
    expect(spawnSync(process.execPath, command).status).toBe(0);
    const wholeMs = performance.now() - began;
    const wanted = readFileSync(out);
    const chance = rng(4).stream("export");
    for (let i = 0; i < rounds(4, 25); i++) {
      writeFileSync(out, "old");
      const child = spawn(process.execPath, command, { stdio: "ignore" });
      const gone = once(child, "exit");
      const timer = setTimeout(() => { child.kill("SIGKILL"); }, wholeMs * (0.4 + chance.uniform() * 0.6));
      await gone;
      clearTimeout(timer);
      const found = readFileSync(out);
      expect(found.equals(wanted) || found.toString() === "old", `round ${i}: ${found.length} bytes`).toBe(true);
      const again = openStore(folder.file(), countingClock());
      expect(again.runs.list().map((run) => [run.id, run.state])).toEqual([[id, "finished"]]);
      again.close();
    }
    expectWhole(folder.file());
  });

  it("leaves its unfinished file to be swept up by the next export of that file, once it is a minute old; a file that is not such a one, or whose writer lives, stays", patience, async () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    const id = store.runs.addGroup([newRun(store)])[0]!.run.id;
    store.close();
    const { pid, started, boot } = thisOwner();
    const named = (by: number, at = "curves.csv"): string => `${at}.${by}-${started}-${boot.slice(0, 8)}-0123abcd.tmp`;
    const dead = spawnSync(process.execPath, ["--version"]).pid;
    const [old, fresh, living, others, mine] = [named(dead), named(dead + 1), named(pid), named(dead, "other.csv"), "curves.csv.1.tmp"];
    for (const name of [old, fresh, living, others, mine]) writeFileSync(folder.file(name), "x");
    for (const name of [old, living, others, mine]) utimesSync(folder.file(name), 5, 5);
    expect(spawnSync(process.execPath, [cli, "export", id, "--out", folder.file("curves.csv"), "--project", folder.file()]).status).toBe(0);
    const left = readdirSync(folder.path);
    expect(left).not.toContain(old);
    expect(left).toEqual(expect.arrayContaining([fresh, living, others, mine, "curves.csv"]));
  });

  it("is the file that the next export removes: what a killed one leaves is named so", patience, async () => {
    using folder = temporaryFolder();
    await using child = startChild("write-endlessly.ts", [folder.file("curves.csv")]);
    await child.line();
    await child.kill("SIGKILL");
    const [left] = readdirSync(folder.path);
    expect(left).toMatch(/^curves\.csv\..+\.tmp$/);
    utimesSync(folder.file(left!), 5, 5);
    await writeAbroad(folder.file("curves.csv"), new Uint8Array(3));
    expect(readdirSync(folder.path)).toEqual(["curves.csv"]);
  });
});

describe("a signal to a training command", () => {
  it.each([[["SIGTERM"], 130, "stopped"], [["SIGINT"], 130, "stopped"], [["SIGINT", "SIGINT"], null, null]] as const)("%j ends it with %j, and the run is %j or interrupted", patience, async (signals, code, wanted) => {
    using folder = temporaryFolder();
    writeFileSync(folder.file("spec.json"), JSON.stringify({ ...longSpec, train: { ...longSpec.train, epochs: 4000 } }));
    const child = spawn(process.execPath, [cli, "run", folder.file("spec.json"), "--project", folder.file(), "--ack-lines"], { stdio: ["ignore", "pipe", "ignore"] });
    const gone = once(child, "exit") as Promise<[number | null, NodeJS.Signals | null]>;
    await once(child.stdout, "data");
    child.stdout.resume();
    for (const signal of signals) {
      child.kill(signal);
      await new Promise((done) => { setTimeout(done, 30); });
    }
    const [status, by] = await gone;
    if (code !== null) expect(status).toBe(code);
    else expect(status === 130 || by === "SIGINT").toBe(true);
    const store = openStore(folder.file(), countingClock());
    const [run] = store.runs.list();
    expect(wanted === null ? ["stopped", "interrupted"] : [wanted]).toContain(run!.state);
    if (run!.state === "stopped") expect(store.checkpoints.newest(run!.id)!.step).toBe(run!.step);
    store.close();
  });
});

describe("a power cut", () => {
  /** A project as its files are while a program trains, with what no sync had reached: the end of the log, a checkpoint being written. */
  async function interrupted(folder: ReturnType<typeof temporaryFolder>): Promise<{ readonly synced: number; readonly copy: (name: string) => string }> {
    await using child = startChild("unsynced-project.ts", [folder.file()]);
    const synced = Number(await child.line());
    await child.kill("SIGKILL");
    return {
      synced,
      copy(name) {
        const file = folder.file(`${name}.descent`);
        copyFileSync(folder.file(), file);
        copyFileSync(`${folder.file()}-wal`, `${file}-wal`);
        const files = file.replace(/\.descent$/, ".files");
        mkdirSync(join(files, "runs", "r-1"), { recursive: true });
        for (const one of readdirSync(join(folder.path, "test.files", "runs", "r-1"))) copyFileSync(join(folder.path, "test.files", "runs", "r-1", one), join(files, "runs", "r-1", one));
        // A checkpoint under way: its aside file is half there.
        writeFileSync(join(files, "runs", "r-1", "120-abc.safetensors.1.tmp"), new Uint8Array(700));
        return file;
      },
    };
  }

  it("that cuts, zeroes or garbles the unsynced end of the log anywhere loses no fact, tears no point, and leaves a run to resume", async () => {
    using folder = temporaryFolder();
    const { synced, copy } = await interrupted(folder);
    const log = readFileSync(`${folder.file()}-wal`);
    expect(log.length).toBeGreaterThan(synced);
    const chance = rng(9).stream("power");
    const ways: Readonly<Record<string, (bytes: Buffer, at: number) => Buffer>> = {
      cut: (bytes, at) => bytes.subarray(0, at),
      zeroed: (bytes, at) => bytes.fill(0, at),
      garbled: (bytes, at) => { for (let i = at; i < bytes.length; i++) bytes[i] = chance.below(256); return bytes; },
      "garbled in one sector": (bytes, at) => { for (let i = at; i < Math.min(bytes.length, at + 512); i++) bytes[i] = chance.below(256); return bytes; },
    };
    for (const [way, damage] of Object.entries(ways)) for (let k = 0; k < rounds(6, 40); k++) {
      const at = k === 0 ? synced : synced + chance.below(log.length - synced);
      const file = copy(`${way.replaceAll(" ", "-")}-${k}`);
      writeFileSync(`${file}-wal`, damage(Buffer.from(log), at));
      const store = openStore(file, countingClock());
      const { run } = store.runs.get("r-1");
      expect([run.state, store.checkpoints.list("r-1").length, store.runs.list().length], `${way} at ${at}`).toEqual(["interrupted", 1, 2]);
      expect([...(await store.checkpoints.at("r-1", 100)).bytes.subarray(0, 3)]).toEqual([100, 100, 100]);
      const [curve] = store.series.read("r-1", ["batch/loss"]);
      expect([...curve!.steps], `${way} at ${at}`).toEqual(Array.from({ length: run.step }, (_, i) => i + 1));
      expect(run.step).toBeGreaterThanOrEqual(100);
      expect(existsSync(join(file.replace(/\.descent$/, ".files"), "runs", "r-1", "120-abc.safetensors.1.tmp"))).toBe(false);
      store.close();
      expectWhole(file);
    }
  });

  it("finds each checkpoint synced before it is named, named before its folder is synced, and all of it before its record commits", ({ skip }) => {
    if (process.platform !== "linux" || spawnSync("strace", ["-V"]).status !== 0) { skip("no strace on this machine"); return; }
    using folder = temporaryFolder();
    const trace = folder.file("trace");
    const script = join(import.meta.dirname, "..", "support", "one-checkpoint.ts");
    const traced = spawnSync("strace", ["-f", "-y", "-e", "trace=fsync,fdatasync,rename,renameat,renameat2,pwrite64", "-o", trace, process.execPath, script, folder.file()], { encoding: "utf8" });
    if (traced.status !== 0 && /ptrace|not permitted/i.test(traced.stderr)) { skip("this machine lets nobody trace"); return; }
    expect(traced.status, traced.stderr).toBe(0);
    const lines = execFileSync("grep", ["-vE", "resumed|exited", trace], { encoding: "utf8" }).split("\n");
    const at = (pattern: RegExp): number => lines.findIndex((line) => pattern.test(line));
    const aside = at(/fsync\(\d+<.*\.safetensors\.[0-9a-f-]+\.tmp>/);
    const named = at(/rename.*\.safetensors\.[0-9a-f-]+\.tmp.*\.safetensors"/);
    const folderSynced = lines.findIndex((line, i) => i > named && /fsync\(\d+<.*runs\/r-1>/.test(line));
    const written = lines.findIndex((line, i) => i > folderSynced && /pwrite64\(\d+<.*test\.descent-wal>/.test(line));
    const committed = lines.findIndex((line, i) => i > written && /f(data)?sync\(\d+<.*test\.descent-wal>/.test(line));
    for (const place of [aside, named, folderSynced, written, committed]) expect(place, lines.join("\n")).toBeGreaterThanOrEqual(0);
    expect([aside, named, folderSynced, written, committed]).toEqual([aside, named, folderSynced, written, committed].toSorted((a, b) => a - b));
  });
});
