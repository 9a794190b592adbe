/** The store: what it keeps comes back as it was, and what it cannot open it refuses by name and leaves alone. */

import { chmodSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import type { StoreError } from "../../src-engine/spec/errors.ts";
import { defaultSettings } from "../../src-main/contract/default-settings.ts";
import { newestVersion } from "../../src-main/store/migrate.ts";
import { openStore } from "../../src-main/store/open.ts";
import { defaultProject, filesFolder, projectName } from "../../src-main/store/place.ts";
import { startChild } from "../support/child.ts";
import { countingClock, newRun, temporaryFolder } from "../support/project.ts";
import { factsOf } from "./databases/scene.ts";

const note = { path: "layers.0.bias", code: "biasDropped", message: "is left out", details: {} } as const;
const nothing = { epoch: 0, step: 0, trainingMs: 0, metrics: {}, series: [], hashes: [], notes: [] };

function refusal(file: string): StoreError {
  try {
    openStore(file, countingClock()).close();
  } catch (error) {
    return error as StoreError;
  }
  throw new Error(`${file} was opened`);
}

describe("the default project", () => {
  it.each([
    ["win32", { APPDATA: String.raw`C:\Users\ada\AppData\Roaming` }, String.raw`C:\Users\ada`, String.raw`C:\Users\ada\AppData\Roaming\Descent\workbench.descent`],
    ["win32", {}, String.raw`C:\Users\ada`, String.raw`C:\Users\ada\AppData\Roaming\Descent\workbench.descent`],
    ["darwin", {}, "/Users/ada", "/Users/ada/Library/Application Support/Descent/workbench.descent"],
    ["linux", {}, "/home/ada", "/home/ada/.config/Descent/workbench.descent"],
    ["linux", { XDG_CONFIG_HOME: "/etc/ada" }, "/home/ada", "/etc/ada/Descent/workbench.descent"],
    ["linux", { XDG_CONFIG_HOME: "relative" }, "/home/ada", "/home/ada/.config/Descent/workbench.descent"],
  ] as const)("on %s with %o lies at its system's place", (platform, env, home, file) => {
    expect(defaultProject(platform, env, home)).toBe(file);
  });

  it("has the name of its file, and its folder beside it", () => {
    expect(projectName(String.raw`C:\x\my work.descent`)).toBe("my work");
    expect(filesFolder("/x/my work.descent")).toBe("/x/my work.files");
  });
});

describe("a project", () => {
  it("keeps runs across openings, complete, with NaN and both infinities", () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    const [told] = store.runs.addGroup([newRun(store)]);
    const id = told!.run.id;
    store.runs.begin(id, 1_700_000_000_500);
    store.runs.record(id, { ...nothing, notes: [note], hashes: [{ epoch: 0, hash: "a" }, { epoch: 1, hash: "b" }], epoch: 1, step: 3, trainingMs: 12.5, metrics: { "train/loss": NaN, "validation/loss": Infinity }, series: [
      { metric: "batch/loss", steps: Float64Array.of(1, 2, 3), values: Float64Array.of(0.1, NaN, -Infinity) },
    ] });
    const before = store.runs.end(id, { ...nothing, notes: [note, note], hashes: [{ epoch: 1, hash: "c" }], epoch: 1, step: 4, trainingMs: 13, metrics: { "train/loss": NaN, "validation/loss": -Infinity, "validation/accuracy": 1 / 3 }, series: [
      { metric: "batch/loss", steps: Float64Array.of(4), values: Float64Array.of(Infinity) },
    ], state: "failed", reason: { code: "diverged", message: "loss became NaN", hint: "less", step: 4 }, endedMs: 1_700_000_001_000, weightHash: null, checkpoint: null }).run;
    store.close();

    const again = openStore(folder.file(), countingClock());
    expect(again.interrupted).toEqual([]);
    expect(again.runs.get(id).run).toEqual(before);
    expect(before).toMatchObject({ id: "r-1", groupId: "g-1", colour: 1, state: "failed", step: 4, metrics: { "train/loss": NaN, "validation/loss": -Infinity, "validation/accuracy": 1 / 3 } });
    expect(again.series.read(id, [])).toEqual([{ runId: id, metric: "batch/loss", steps: Float64Array.of(1, 2, 3, 4), values: Float64Array.of(0.1, NaN, -Infinity, Infinity) }]);
    expect(before.notes).toEqual([note, note]);
    expect(again.runs.weightHashes(id)).toEqual([{ epoch: 0, hash: "a" }, { epoch: 1, hash: "c" }]);
    again.close();
  });

  it("tells the points that came after an event, exactly", () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    const id = store.runs.addGroup([newRun(store)])[0]!.run.id;
    const point = (step: number, value: number) => ({ ...nothing, step, series: [{ metric: "batch/loss", steps: Float64Array.of(step), values: Float64Array.of(value) }] });
    const first = store.runs.record(id, point(1, 0.5));
    const second = store.runs.record(id, point(2, 0.25));
    expect(second.seq).toBe(first.seq + 1);
    expect(store.series.after(id, first.seq)).toEqual([{ metric: "batch/loss", steps: Float64Array.of(2), values: Float64Array.of(0.25) }]);
    expect(store.series.after(id, second.seq)).toEqual([]);
    store.close();
  });

  it("counts runs, groups and experiments on, never anew", () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    store.runs.addGroup([newRun(store), newRun(store)]);
    store.close();
    const again = openStore(folder.file(), countingClock());
    const [third] = again.runs.addGroup([newRun(again)]);
    expect(third!.run).toMatchObject({ id: "r-3", groupId: "g-2", colour: 2 });
    expect(again.experiments.add({ name: "second", question: "?", createdMs: 2 }).id).toBe("e-2");
    expect(again.experiments.list()[1]).toMatchObject({ id: "e-1", runs: 3, active: 1, failed: 0 });
    expect(() => again.runs.get("r-9")).toThrow('there is no run "r-9" in this project');
    expect(() => again.runs.get("e-1")).toThrow('there is no run "e-1" in this project');
    again.close();
  });

  it("marks what a dead program left active as interrupted, with its points, and says so once", () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    const ids = store.runs.addGroup([newRun(store), newRun(store), newRun(store)]).map(({ run }) => run.id);
    store.runs.begin(ids[0]!, 5);
    store.runs.record(ids[0]!, { ...nothing, step: 2, series: [{ metric: "batch/loss", steps: Float64Array.of(1, 2), values: Float64Array.of(3, 2) }] });
    store.runs.begin(ids[1]!, 5);
    store.runs.setState(ids[1]!, "paused");
    store.close();

    const again = openStore(folder.file(), countingClock());
    expect(again.interrupted).toEqual(ids);
    expect(again.runs.get(ids[0]!).run).toMatchObject({ state: "interrupted", step: 2, reason: { code: "interrupted", message: "the program ended while this run was training, at step 2", step: 2 } });
    expect(again.runs.get(ids[1]!).run.reason!.message).toContain("was paused");
    expect(again.runs.get(ids[2]!).run.reason!.message).toContain("before this run began");
    expect(again.series.read(ids[0]!, ["batch/loss"])[0]!.values).toEqual(Float64Array.of(3, 2));
    again.close();
    const third = openStore(folder.file(), countingClock());
    expect(third.interrupted).toEqual([]);
    third.close();
  });

  it("undoes a change whole when a part of it fails", () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    const { run, seq } = store.runs.addGroup([newRun(store)])[0]!;
    const whole = { metric: "batch/loss", steps: Float64Array.of(1, 2), values: Float64Array.of(1, 1) };
    const lame = { metric: "train/loss", steps: Float64Array.of(1, 2), values: Float64Array.of(1) };
    expect(() => store.runs.record(run.id, { ...nothing, step: 2, series: [whole, lame] })).toThrow();
    expect(store.runs.get(run.id)).toEqual({ run, seq });
    expect(store.series.read(run.id, [])).toEqual([]);
    store.close();
  });

  it("keeps settings, with defaults for what was never set", () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    expect(store.settings.read()).toEqual(defaultSettings);
    expect(store.settings.change({ language: "zh", parallel: 3 })).toEqual({ ...defaultSettings, parallel: 3, language: "zh" });
    store.close();
    const again = openStore(folder.file(), countingClock());
    expect(again.settings.change({ parallel: null })).toEqual({ ...defaultSettings, language: "zh" });
    again.close();
  });

  it("keeps files by content, once, and sweeps what writers that died left", async () => {
    using folder = temporaryFolder();
    const data = join(folder.path, "test.files", "data");
    const store = openStore(folder.file(), countingClock());
    const hash = "cd".repeat(32);
    const about = { hash, importedMs: 5, rows: 1, columns: [{ name: "a", isNumeric: true, distinct: 1, missing: 0 }] };
    const bytes = new TextEncoder().encode("a\n1\n");
    const kept = await store.files.keep({ ...about, name: "first.csv" }, bytes);
    expect(await store.files.keep({ ...about, name: "second.csv", importedMs: 9 }, bytes)).toEqual(kept);
    expect(kept).toEqual({ ...about, name: "first.csv", sizeBytes: 4 });
    expect(new Uint8Array(await store.files.read(hash))).toEqual(bytes);
    writeFileSync(join(data, "half.csv.tmp"), "torn");
    writeFileSync(join(data, `${"ef".repeat(32)}.csv`), "no row names it");
    store.close();
    const again = openStore(folder.file(), countingClock());
    expect(existsSync(join(data, "half.csv.tmp"))).toBe(false);
    expect(existsSync(join(data, `${"ef".repeat(32)}.csv`))).toBe(false);
    expect(again.files.list()).toEqual([kept]);
    again.close();
  });

  it("gives a checkpoint back only with the hash it was saved with", async () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    const id = store.runs.addGroup([newRun(store)])[0]!.run.id;
    await expect(store.checkpoints.final(id)).rejects.toThrow("run r-1 has no saved weights");
    const checkpoint = await store.checkpoints.write(id, { step: 9, epoch: 3, measuredStep: 9, trainingMs: 1, metrics: {}, value: null, isPeriodic: false, canGoOn: true, bytes: Uint8Array.of(1, 2, 3) });
    store.runs.end(id, { ...nothing, step: 9, state: "finished", reason: null, endedMs: 9, weightHash: "00", checkpoint });
    expect([...await store.checkpoints.final(id)]).toEqual([1, 2, 3]);
    writeFileSync(join(folder.path, "test.files", checkpoint.file), Uint8Array.of(1, 2, 4));
    await expect(store.checkpoints.final(id)).rejects.toMatchObject({ name: "StoreError", code: "damagedCheckpoint" });
    store.close();
  });
});

describe("one writer", () => {
  it("refuses a second opener, here and in another process, and names the first's pid", async () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    expect(refusal(folder.file())).toMatchObject({ name: "StoreError", code: "inUse", at: { file: folder.file() } });
    await using other = startChild("open-project.ts", [folder.file()]);
    const said = JSON.parse(await other.line()) as { code: string; message: string };
    expect(said.code).toBe("inUse");
    expect(said.message).toContain(`process ${process.pid}`);
    store.close();
  });

  it("takes over from a process that was killed", async () => {
    using folder = temporaryFolder();
    await using other = startChild("open-project.ts", [folder.file()]);
    expect(JSON.parse(await other.line())).toEqual({ open: other.pid });
    expect(refusal(folder.file()).message).toContain(`process ${other.pid}`);
    await other.kill("SIGKILL");
    openStore(folder.file(), countingClock()).close();
  });
});

describe("a file that is no sound project of this version is refused and left as it is", () => {
  it.each([
    ["text", "notAProject", (file: string) => { writeFileSync(file, "a,b\n1,2\n"); }],
    ["a text shorter than a header", "notAProject", (file: string) => { writeFileSync(file, "x"); }],
    ["another program's SQLite file", "notAProject", (file: string) => { const db = new Sqlite(file); db.exec("create table t (a text) strict"); db.close(); }],
    ["a project of a newer version", "newerProject", (file: string) => { alter(file, (db) => { db.pragma("user_version = 99"); }); }],
    ["a project cut short", "damaged", (file: string) => { const bytes = whole(file); writeFileSync(file, bytes.subarray(0, bytes.length - 8192)); }],
    ["a project with a page of zeros", "damaged", (file: string) => { const bytes = whole(file); writeFileSync(file, bytes.fill(0, 4096, 8192)); }],
    ["a project with a page of noise", "damaged", (file: string) => { const bytes = whole(file); writeFileSync(file, bytes.fill(0xa5, 8192, 12288)); }],
  ])("%s: %s", (_, code, make) => {
    using folder = temporaryFolder();
    const file = folder.file();
    make(file);
    const before = readFileSync(file);
    const error = refusal(file);
    expect(error).toMatchObject({ name: "StoreError", code, at: { file } });
    expect(error.hint).not.toBe("");
    expect(readFileSync(file).equals(before)).toBe(true);
  });

  it("a folder that does not exist, a folder in the file's place", () => {
    using folder = temporaryFolder();
    expect(refusal(join(folder.path, "no", "a.descent"))).toMatchObject({ code: "noSuchFolder", message: `the folder ${join(folder.path, "no")} does not exist` });
    mkdirSync(folder.file());
    expect(refusal(folder.file())).toMatchObject({ code: "notAProject" });
  });

  it.runIf(process.platform !== "win32")("a folder that may not be written", async () => {
    using folder = temporaryFolder();
    openStore(folder.file(), countingClock()).close();
    chmodSync(folder.path, 0o555);
    chmodSync(folder.file(), 0o444);
    // Root may write anywhere, so root asks as nobody.
    await using child = startChild("open-project.ts", [folder.file()], process.getuid!() === 0 ? { uid: 65534 } : {});
    expect(JSON.parse(await child.line())).toMatchObject({ code: "readOnly", at: { file: folder.path } });
    chmodSync(folder.path, 0o755);
  });
});

it("a project of version 1 opens with its runs and points", () => {
  using folder = temporaryFolder();
  writeFileSync(folder.file(), readFileSync(join(import.meta.dirname, "databases", "v1.descent")));
  const store = openStore(folder.file(), countingClock());
  expect(store.runs.list()).toMatchObject([{ id: "r-1", name: "xor · 8 · adam", state: "finished", step: 9, metrics: { "validation/loss": 0.125, "train/loss": NaN } }]);
  expect(store.series.read("r-1", [])).toEqual([{ runId: "r-1", metric: "batch/loss", steps: Float64Array.of(1, 2, 3), values: Float64Array.of(1, NaN, Infinity) }]);
  expect(store.runs.get("r-1").run.notes).toMatchObject([{ path: "layers.0.bias", code: "biasDropped" }]);
  expect(store.runs.weightHashes("r-1")).toEqual([{ epoch: 0, hash: "ab".repeat(32) }, { epoch: 1, hash: "cd".repeat(32) }]);
  expect(store.settings.read().language).toBe("zh");
  store.close();
});

it("a project of version 8 opens with its runs, branch, trash, sweep, report, journal, curves and checkpoints' records", () => {
  using folder = temporaryFolder();
  copyFileSync(join(import.meta.dirname, "databases", "v8.descent"), folder.file());
  const store = openStore(folder.file(), countingClock());
  expect([store.runs.get("r-1").run, store.runs.get("r-2").run]).toMatchObject([
    { state: "finished", step: 24, tags: ["kept"], isPinned: true, isBaseline: true, weightHash: "e88b77733fdb344a9006fe0ebe3df250d4cdb78300659f01765efd1e05b2a3cb" },
    { state: "finished", step: 36, epochs: 6, weightHash: "a616a0fe1ae82a11976bac04c4ce3eaa65fbdede1cdaf21d1426044692d4c63b", history: [{ kind: "changed", epoch: 4 }, { kind: "resumed", epoch: 4 }] },
  ]);
  expect(store.runs.weightHashes("r-1").at(-1)).toEqual({ epoch: 4, hash: "e88b77733fdb344a9006fe0ebe3df250d4cdb78300659f01765efd1e05b2a3cb" });
  expect(store.series.read("r-1", ["batch/loss"])[0]!.steps).toEqual(Float64Array.from({ length: 24 }, (_, i) => i + 1));
  expect(store.series.metricsOf("r-1")).toContain("validation/accuracy");
  expect(store.checkpoints.list("r-2").filter(({ isFinal }) => isFinal)).toMatchObject([{ step: 36, epoch: 6 }]);
  expect(store.trash.list()).toMatchObject([{ id: "r-3", name: "what if" }]);
  expect(store.runs.get("r-3").run).toMatchObject({ parentId: "r-1", spec: { optimizer: { learningRate: 0.01 } } });
  expect(store.sweeps.list()).toMatchObject([{ id: "s-1", state: "finished" }]);
  expect(store.reports.list()).toMatchObject([{ title: "Kept", subject: { runIds: ["r-1", "r-2"] } }]);
  expect(store.journal.read("r-1")).toMatchObject({ hypothesis: "It opens.", notes: "Forever." });
  expect(store.settings.read().language).toBe("zh");
  store.close();
});

describe("a kept project", () => {
  const kept = join(import.meta.dirname, "databases");
  const versions = readdirSync(kept).flatMap((name) => (name.endsWith(".descent") ? [Number(name.slice(1, -8))] : [])).sort((a, b) => a - b);

  it("is there of every version", () => { expect(versions).toEqual(Array.from({ length: newestVersion }, (_, i) => i + 1)); });

  it.each(versions.filter((version) => existsSync(join(kept, `v${version}.json`))))("of version %i opens, and what the program of its time told of runs, points, checkpoints, sweeps and reports is told again", (version) => {
    using folder = temporaryFolder();
    copyFileSync(join(kept, `v${version}.descent`), folder.file());
    const store = openStore(folder.file(), countingClock());
    expect(factsOf(store, version)).toEqual(JSON.parse(readFileSync(join(kept, `v${version}.json`), "utf8")));
    store.close();
  });
});

/** The bytes of a project with some rows in it. */
function whole(file: string): Buffer {
  const store = openStore(file, countingClock());
  for (let i = 0; i < 20; i++) store.runs.addGroup([newRun(store, { name: "x".repeat(500) })]);
  store.close();
  return readFileSync(file);
}

function alter(file: string, change: (db: Sqlite.Database) => void): void {
  openStore(file, countingClock()).close();
  const db = new Sqlite(file);
  change(db);
  db.close();
}
