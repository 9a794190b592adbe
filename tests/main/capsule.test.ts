/** Runs leave as a capsule and come back: all of it, once, into numbers of their own; and nothing of one that is not right. */

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { zipSync } from "fflate/browser";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { CapsuleFound } from "../../src-main/contract/capsules.ts";
import type { CapsuleWish } from "../../src-main/contract/exports.ts";
import { SpecError, type Problem } from "../../src-main/contract/errors.ts";
import { openArchive } from "../../src-main/exchange/capsule/archive.ts";
import { curvesHead } from "../../src-main/exchange/capsule/curves.ts";
import { tableNames, tables } from "../../src-main/exchange/capsule/rows.ts";
import { openStore } from "../../src-main/store/open.ts";
import { lookThrough, takeIn } from "../../src-main/transfer/incoming.ts";
import type { WorkbenchService } from "../../src-main/service/workbench.ts";
import { countingClock, temporaryFolder } from "../support/project.ts";
import { ended, openBench, openWorkbench, smallSpec, type TestBench } from "../support/workbench.ts";
import { commands } from "../../src-main/cli/commands.ts";
import { machine } from "../support/machine.ts";
import { smallSweep, wholeSweep } from "../support/sweeps.ts";

async function packed(workbench: WorkbenchService, wish: Partial<CapsuleWish> = {}): Promise<{ readonly bytes: Uint8Array; readonly runs: number }> {
  const pieces: Uint8Array[] = [];
  let runs = -1;
  for await (const event of workbench.exportFile({ wish: { kind: "capsule", runIds: null, withData: true, withCheckpoints: true, language: "en", ...wish } })) {
    if (event.kind === "bytes") pieces.push(event.bytes);
    if (event.kind === "done") runs = event.rows;
  }
  return { bytes: new Uint8Array(Buffer.concat(pieces)), runs };
}

/** Rows of every table as they stand, without what is a project's own: owner, settings, places in the queue, numbers (runs side by side write theirs in any order) and file names of checkpoints; points as curves, for how they are divided is a project's own too. */
function contentOf(file: string): Record<string, unknown> {
  const db = new Sqlite(file, { readonly: true });
  try {
    expect([db.pragma("integrity_check", { simple: true }), db.pragma("foreign_key_check")]).toEqual(["ok", []]);
    const all = (db.prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite_%' order by name").pluck().all() as string[]).filter((name) => !["owner", "setting", "metric", "series"].includes(name));
    const content: Record<string, unknown> = Object.fromEntries(all.map((name) => {
      const sql = name === "series_summary" ? "select s.run, m.name, s.chunk, s.to_step, s.gists from series_summary s join metric m on m.number = s.metric order by 1, 2, 3" : `select * from ${name}`;
      return [name, (db.prepare(sql).all() as Record<string, unknown>[]).map(({ file: _, place: __, ...row }) => JSON.stringify(name === "saved_state" ? { ...row, number: null } : row)).sort()];
    }));
    const points = db.prepare("select s.run, m.name, s.from_step, s.points, s.steps, s.numbers from series s join metric m on m.number = s.metric order by 1, 2, 3").all() as { run: number; name: string; from_step: number; points: number; steps: Buffer | null; numbers: Buffer }[];
    content["series"] = [...Map.groupBy(points, ({ run, name }) => `r-${run} ${name}`)].map(([curve, rows]) => [curve, createHash("sha256").update(Buffer.concat([...rows.map(({ from_step: from, points: n, steps }) => steps ?? Buffer.from(Float64Array.from({ length: n }, (_, i) => from + i).buffer)), ...rows.map(({ numbers }) => numbers)])).digest("hex"), rows.reduce((sum, row) => sum + row.points, 0)]);
    return content;
  } finally { db.close(); }
}

/** Every file below a folder with its size and content; a log beside a database is its own matter. */
const filesBelow = (folder: string): Record<string, string> => Object.fromEntries(readdirSync(folder, { recursive: true, encoding: "utf8" }).filter((name) => statSync(join(folder, name)).isFile() && !/-(wal|shm)$/.test(name)).sort().map((name) => [name, createHash("sha256").update(readFileSync(join(folder, name))).digest("hex")]));

/** A project that takes the capsule in while it is open; what came of it. */
async function taken(file: string, bytes: Uint8Array): Promise<{ readonly runIds: readonly string[]; readonly there: number }> {
  const store = openStore(file, countingClock());
  try { return await takeIn({ file, name: "a.descent.zip", bytes }, () => undefined).done; } finally { store.close(); }
}

let bench: TestBench;
let whole: Uint8Array;
const csv = new TextEncoder().encode(`a,b,c\n${Array.from({ length: 120 }, (_, i) => `${i % 7},${(i * i) % 11},${i % 2 === 0 ? "yes" : "no"}`).join("\n")}\n`);

beforeAll(async () => {
  bench = openBench();
  const { workbench } = bench;
  const { hash } = await workbench.importFile({ name: "two, \"quoted\".csv", bytes: csv });
  const csvSpec = { ...smallSpec, name: "from a file <b>", data: { kind: "csv", file: "two.csv", hash }, seeds: 2 };
  const { runIds } = await workbench.startRun({ experimentId: null, spec: csvSpec });
  for (const id of runIds) await ended(workbench, id);
  await workbench.markRun({ runId: runIds[0]!, tags: ["good", "=1+1"], isPinned: true, isBaseline: true });
  const branch = await workbench.branchRun({ runId: runIds[0]!, changes: [{ path: "optimizer.learningRate", to: 0.02 }, { path: "train.epochs", to: 7 }] });
  await ended(workbench, branch.id);
  const diverged = await workbench.startRun({ experimentId: null, spec: { ...smallSpec, name: "diverges", optimizer: { kind: "sgd", learningRate: 1e30 } } });
  await ended(workbench, diverged.runIds[0]!);
  await workbench.openTest({ runId: runIds[1]! });
  const { sweep } = await wholeSweep(workbench, { ...smallSweep, trials: 3 });
  for (const subject of ["project", runIds[0]!, "g-1", "e-1", sweep.id]) await workbench.writeJournal({ subject, hypothesis: `why ${subject}?`, notes: "'; drop table run; --" });
  const report = await workbench.createReport({ title: "frozen", template: "comparison", subject: { runIds, grouping: { kind: "allButSeed" }, baseline: null } });
  await workbench.freezeReport({ reportId: report.id, isFrozen: true });
  await workbench.createReport({ title: "live", template: "run", subject: { runIds: [branch.id], grouping: { kind: "eachRun" }, baseline: branch.id } });
  const { bytes, runs } = await packed(workbench);
  expect(runs).toBe(7);
  whole = bytes;
}, 300_000);
afterAll(async () => { await bench[Symbol.asyncDispose](); });

describe("a capsule of a whole project", () => {
  it("taken into a new one gives every row of every table, and every file, again; twice gives nothing new", async () => {
    using folder = temporaryFolder();
    expect(await taken(folder.file("new.descent"), whole)).toMatchObject({ runIds: ["r-1", "r-2", "r-3", "r-4", "r-5", "r-6", "r-7"], there: 0 });
    expect(contentOf(folder.file("new.descent"))).toEqual(contentOf(bench.file));
    const contents = (files: Record<string, string>) => [...new Set(Object.entries(files).filter(([name]) => /safetensors$|\.csv$/.test(name)).map(([, hash]) => hash))].sort();
    expect(contents(filesBelow(folder.file("new.files")))).toEqual(contents(filesBelow(bench.file.replace(/descent$/, "files"))));
    const before = contentOf(folder.file("new.descent"));
    expect(await taken(folder.file("new.descent"), whole)).toEqual({ runIds: [], there: 7 });
    expect(contentOf(folder.file("new.descent"))).toEqual(before);
  });

  it("can be trained again there, to the same hashes, and gone on with", { timeout: 200_000 }, async () => {
    using folder = temporaryFolder();
    await taken(folder.file(), whole);
    const workbench = openWorkbench(folder.file());
    try {
      for (const runId of ["r-2", "r-3"]) for await (const event of workbench.replayRun({ runId })) if (event.kind === "verdict") expect([runId, event.replay.verdict]).toEqual([runId, "identical"]);
      const more = await workbench.extendRun({ runId: "r-1", epochs: 1 });
      expect((await ended(workbench, more.id)).state).toBe("finished");
    } finally { await workbench.close(); }
  });

  it("tells what it holds before anything is written", async () => {
    const found: CapsuleFound = await lookThrough({ file: bench.file, name: "a.descent.zip", bytes: whole }, () => undefined).done;
    expect(found.holds).toMatchObject({ runs: 7, experiments: 2, sweeps: 1, reports: 2, dataSets: 1 });
    expect(found.runs.map(({ id, name, state }) => [id, name, state])).toContainEqual(["r-4", "diverges", "failed"]);
    expect(found.data).toEqual([{ hash: createHash("sha256").update(csv).digest("hex"), name: 'two, "quoted".csv', sizeBytes: csv.length }]);
  });

  it("has a page inside that speaks of its runs", () => {
    const html = new TextDecoder().decode(openArchive(whole, "x").read("report.html"));
    expect(html).toMatch(/^<!doctype html>/i);
    expect(html).toMatch(/from a file &lt;b(>|&gt;)/);
  });

  it("carries every column of every table but those that are a project's own", () => {
    const db = new Sqlite(bench.file, { readonly: true });
    try {
      const own: Record<string, readonly string[]> = { run: ["place", "trashed_ms", "is_going"], saved_state: ["number", "file"] };
      for (const table of tableNames) {
        const columns = (db.prepare("select name from pragma_table_info(?)").pluck().all(table) as string[]).filter((name) => own[table]?.includes(name) !== true);
        expect([table, Object.keys(tables[table].columns).sort()]).toEqual([table, columns.sort()]);
      }
    } finally { db.close(); }
  });
});

describe("a capsule among other runs", () => {
  it("takes numbers of its own, and leaves what is there as it is", { timeout: 200_000 }, async () => {
    await using other = openBench();
    const { runIds } = await other.workbench.startRun({ experimentId: null, spec: { ...smallSpec, name: "mine" } });
    await ended(other.workbench, runIds[0]!);
    await other.workbench.writeJournal({ subject: "project", notes: "mine" });
    await other.workbench.markRun({ runId: "r-1", isBaseline: true });
    const mine = await other.workbench.run({ runId: "r-1" });
    const { done } = takeIn({ file: other.file, name: "a.descent.zip", bytes: whole }, () => undefined);
    expect(await done).toEqual({ runIds: ["r-2", "r-3", "r-4", "r-5", "r-6", "r-7", "r-8"], there: 0 });
    expect(await other.workbench.run({ runId: "r-1" })).toEqual(mine);
    expect((await other.workbench.journal({ subject: "project" })).notes).toBe("mine");
    const [first, second, branch] = await Promise.all(["r-2", "r-3", "r-4"].map((runId) => other.workbench.run({ runId })));
    expect([first!.groupId, second!.groupId, branch!.parentId, branch!.history.find(({ kind }) => kind === "branched")]).toEqual(["g-2", "g-2", "r-2", expect.objectContaining({ from: "r-2" })]);
    expect((await other.workbench.journal({ subject: "r-2" })).hypothesis).toBe("why r-1?");
    const { trials } = await other.workbench.sweep({ sweepId: "s-1" });
    expect(trials.flatMap(({ runs }) => runs.map(({ runId }) => runId))).toEqual(["r-6", "r-7", "r-8"]);
    expect((await other.workbench.listReports({})).map(({ title, subject }) => [title, subject.runIds]).sort()).toEqual([["frozen", ["r-2", "r-3"]], ["live", ["r-4"]]]);
    const series = async (workbench: WorkbenchService, id: string) => (await workbench.readSeries({ runIds: [id], metrics: [], points: 0 })).map(({ runId: _, ...rest }) => rest);
    expect(await series(other.workbench, "r-5")).toEqual(await series(bench.workbench, "r-4"));
  });

  it("of chosen runs, without data and checkpoints, comes as small as it is asked for", async () => {
    const { bytes, runs } = await packed(bench.workbench, { runIds: ["r-2"], withData: false, withCheckpoints: false });
    expect(runs).toBe(1);
    expect([...openArchive(bytes, "x").sizes.keys()].filter((path) => /checkpoints|data\//.test(path))).toEqual([]);
    using folder = temporaryFolder();
    await taken(folder.file(), bytes);
    const store = openStore(folder.file(), countingClock());
    try {
      expect(store.runs.list().map(({ id, data }) => [id, data.hash])).toEqual([["r-2", (await bench.workbench.run({ runId: "r-2" })).data.hash]]);
      expect(store.reports.list()).toEqual([]);
    } finally { store.close(); }
  });

  it("is not made of a run that trains, or is in the trash", async () => {
    await expect(packed(bench.workbench, { runIds: ["r-99"] })).rejects.toThrow('there is no run "r-99"');
    await bench.workbench.trashRuns({ runIds: ["r-4"] });
    await expect(packed(bench.workbench, { runIds: ["r-4"] })).rejects.toThrow("run r-4 is in the trash");
    await bench.workbench.restoreRuns({ runIds: ["r-4"] });
  });
});

type Files = Map<string, Uint8Array>;
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);
/** The capsule with files changed; `honest`: the manifest names what is in it then. */
function rebuilt(change: (files: Files) => void, { honest = true, manifest = (told: Record<string, unknown>): unknown => told } = {}): Uint8Array {
  const archive = openArchive(whole, "x");
  const files: Files = new Map([...archive.sizes.keys()].map((path) => [path, archive.read(path)]));
  const told = JSON.parse(textOf(files.get("manifest.json")!)) as Record<string, unknown>;
  files.delete("manifest.json");
  change(files);
  if (honest) told["files"] = Object.fromEntries([...files].map(([path, bytes]) => [path, { bytes: bytes.length, sha256: createHash("sha256").update(bytes).digest("hex") }]));
  return zipSync(Object.fromEntries([...files, ["manifest.json", utf8(JSON.stringify(manifest(told)))]]));
}
/** Rows of a table, changed. */
const rows = (table: string, change: (rows: Record<string, unknown>[]) => void) => (files: Files): void => {
  const all = textOf(files.get(`${table}.jsonl`)!).trimEnd().split("\n").map((line) => JSON.parse(line) as Record<string, unknown>);
  change(all);
  files.set(`${table}.jsonl`, utf8(`${all.map((row) => JSON.stringify(row)).join("\n")}\n`));
};
const run = (change: Record<string, unknown>) => () => rebuilt(rows("run", (all) => { Object.assign(all[0]!, change); }));
const holding = (change: (holds: Record<string, unknown>, told: Record<string, unknown>) => void) => () => rebuilt(() => undefined, { manifest: (told) => { change(told["holds"] as Record<string, unknown>, told); return told; } });
const curve = (points: number, steps: readonly number[], extra = 0) => () => rebuilt((files) => {
  files.set("curves/r-1.safetensors", new Uint8Array(Buffer.concat([curvesHead([{ metric: "a/b", points }]), Buffer.from(Float64Array.from([...steps, ...steps]).buffer), Buffer.alloc(extra)])));
});

describe("refused, with the project and everything around it as it was:", () => {
  it.each<[string, () => Uint8Array, RegExp]>([
    ["no zip file", () => utf8("hello"), /is no zip file/],
    ["an empty file", () => new Uint8Array(0), /is no zip file/],
    ["another zip file", () => zipSync({ "a.txt": utf8("x") }), /no capsule of Descent's: it has no manifest\.json/],
    ["half of one", () => whole.slice(0, whole.length / 2), /is no zip file/],
    ["a path that climbs out", () => zipSync({ "../evil.txt": utf8("x"), "manifest.json": utf8("{}") }), /whose path leads elsewhere/],
    ["an absolute path", () => zipSync({ "/tmp/evil.txt": utf8("x") }), /with an absolute path/],
    ["a drive letter", () => zipSync({ "C:/evil.txt": utf8("x") }), /with an absolute path/],
    ["a null in a name", () => zipSync({ "data/a\0.csv": utf8("x") }), /with a forbidden sign/],
    ["names that differ in case", () => rebuilt((files) => { files.set("RUN.jsonl", utf8("")); }), /two files called/],
    ["a link", () => zipSync({ "manifest.json": [utf8("/etc/passwd"), { os: 3, attrs: (0o120777 << 16) >>> 0 }] }), /holds a link/],
    ["a bomb", () => rebuilt((files) => { files.set("report.html", new Uint8Array(300_000_000)); }), /more than 200 times its own/],
    ["an archive in the archive", () => rebuilt((files) => { files.set("nested.descent.zip", whole); }), /is no file that a capsule has/],
    ["a file more than the manifest says", () => rebuilt((files) => { files.set("data/evil.sh", utf8("x")); }, { honest: false }), /is in the file and not named by the manifest/],
    ["a file of no sort it has", () => rebuilt((files) => { files.set("evil.sh", utf8("x")); }), /evil\.sh" is no file that a capsule has/],
    ["a file too few", () => rebuilt((files) => { files.delete("environment.json"); }), /environment\.json is missing/],
    ["a file gone that the manifest names", () => rebuilt((files) => { files.delete("environment.json"); }, { honest: false }), /is named by the manifest and missing/],
    ["a changed file", () => rebuilt((files) => { const bytes = files.get("environment.json")!.slice(); bytes[5]! ^= 1; files.set("environment.json", bytes); }, { honest: false }), /environment\.json is not what was packed/],
    ["a file of another size", () => rebuilt((files) => { files.set("environment.json", utf8("{}")); }, { honest: false }), /bytes; the manifest says/],
    ["a future version", holding((_, told) => { told["version"] = 2; }), /has version 2, and this Descent knows 1/],
    ["a version that is none", holding((_, told) => { told["version"] = "1; drop table run"; }), /manifest\.json version/],
    ["another format", holding((_, told) => { told["format"] = "zip"; }), /is not the manifest of a capsule/],
    ["SQL in the manifest", holding((_, told) => { told["engine"] = "0.1.0'); drop table run; --"; }), /engine must be a version/],
    ["HTML in the manifest", holding((_, told) => { told["engine"] = "<img src=x onerror=alert(1)>"; }), /engine must be a version/],
    ["a stranger's key in the manifest", holding((_, told) => { told["run"] = "rm -rf /"; }), /manifest\.json run/],
    ["a manifest that is no JSON", () => zipSync({ "manifest.json": utf8("{") }), /manifest\.json is no JSON/],
    ["a manifest that nests without end", () => zipSync({ "manifest.json": utf8(`${"[".repeat(200_000)}${"]".repeat(200_000)}`) }), /manifest\.json is/],
    ["huge counts", holding((holds) => { holds["runs"] = 9e15; }), /holds\.runs says 9000000000000000, and there are 7/],
    ["wrong points", holding((holds) => { holds["points"] = 1; }), /holds\.points says 1, and there are/],
    ["a negative count", holding((holds) => { holds["points"] = -1; }), /holds\.points/],
    ["rows that are no JSON", () => rebuilt((files) => { files.set("run.jsonl", utf8("{nonsense\n")); }), /run\.jsonl:1 is no JSON/],
    ["rows that are not UTF-8", () => rebuilt((files) => { files.set("run.jsonl", Uint8Array.of(0xff, 0xfe, 0x0a)); }), /run\.jsonl is not UTF-8/],
    ["a run with a stranger's column", run({ trashed_ms: 1 }), /run\.jsonl:1 trashed_ms/],
    ["a run without its name", run({ name: undefined }), /run\.jsonl:1 name/],
    ["a run's number as SQL", run({ number: "1; drop table run" }), /run\.jsonl:1 number/],
    ["a run that trains", run({ state: "running" }), /run\.jsonl:1 state/],
    ["a spec that is none", run({ spec: { version: 1, layers: [{ kind: "evil" }] } }), /r-1 spec\.layers/],
    ["a spec that nests without end", run({ spec: JSON.parse(`${"[".repeat(500)}${"]".repeat(500)}`) as unknown }), /nests too deep/],
    ["a prototype to be poisoned", () => rebuilt((files) => { files.set("experiment.jsonl", utf8(textOf(files.get("experiment.jsonl")!).replace("{", '{"__proto__":{"polluted":1},'))); }), /experiment\.jsonl:1/],
    ["a run of no experiment", run({ experiment: 77 }), /r-1 belongs to experiment e-77/],
    ["a run of no trial", run({ sweep: 5, trial: 1, trial_repeat: 1 }), /r-1 belongs to trial 1 of s-5/],
    ["two runs of one number", () => rebuilt(rows("run", (all) => { all[1]!["number"] = all[0]!["number"]; })), /run holds r-1 twice/],
    ["two runs of one uid", () => rebuilt(rows("run", (all) => { all[1]!["uid"] = all[0]!["uid"]; })), /run holds [0-9a-f]{32} twice/],
    ["a checkpoint without its file", () => rebuilt((files) => { files.delete([...files.keys()].find((path) => path.startsWith("checkpoints/"))!); }), /is named by a row and missing/],
    ["a checkpoint under another's name", () => rebuilt((files) => { const path = [...files.keys()].find((one) => one.startsWith("checkpoints/"))!; files.set(path, utf8("other")); }), /is not the checkpoint that its name says/],
    ["a checkpoint of nobody's", () => rebuilt((files) => { files.set(`checkpoints/${createHash("sha256").update("x").digest("hex")}.safetensors`, utf8("x")); }), /is named by no row/],
    ["a path as a hash", () => rebuilt(rows("saved_state", (all) => { all[0]!["hash"] = "../../evil"; })), /saved_state\.jsonl:1 hash must be a SHA-256/],
    ["data under another's name", () => rebuilt((files) => { const path = [...files.keys()].find((one) => one.startsWith("data/"))!; files.set(path, utf8("a,b\n1,2\n")); }), /is not the file that its name says/],
    ["curves of no run", () => rebuilt((files) => { files.set("curves/r-99.safetensors", files.get("curves/r-1.safetensors")!); }), /curves\/r-99\.safetensors belongs to no run/],
    ["curves whose steps do not rise", curve(2, [5, 5]), /whose steps do not rise/],
    ["curves that break off", curve(1000, [1, 2]), /breaks off within the curve/],
    ["curves with more behind them", curve(2, [1, 2], 64), /more bytes than its curves have/],
    ["a journal of something else", () => rebuilt(rows("journal", (all) => { all[0]!["subject"] = "../x"; })), /journal\.jsonl:1 subject/],
  ])("%s", async (_, make, said) => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    try {
      const before = filesBelow(folder.path);
      const bytes = make();
      for (const way of [lookThrough, takeIn]) {
        const told = await way({ file: folder.file(), name: "evil.descent.zip", bytes }, () => undefined).done.then(() => null, (error: unknown) => error);
        expect(told).toBeInstanceOf(SpecError);
        expect((told as SpecError).problems.map(({ path, message }: Problem) => `${path} ${message}`).join("\n")).toMatch(said);
      }
      expect(filesBelow(folder.path)).toEqual(before);
      expect(store.runs.list()).toEqual([]);
      expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    } finally { store.close(); }
  });
});

describe("taken in on a disk that fails", () => {
  it("at any write, leaves the old project or the new one, and no file that nobody names", { timeout: 300_000 }, async () => {
    const { bytes } = await packed(bench.workbench, { runIds: ["r-1"] });
    for (let n = 1; ; n++) {
      using folder = temporaryFolder();
      const store = openStore(folder.file(), countingClock());
      process.env["DESCENT_FAULT"] = `${n}:ENOSPC`;
      try {
        const outcome = await takeIn({ file: folder.file(), name: "a.descent.zip", bytes }, () => undefined).done.catch((error: unknown) => error);
        if (!(outcome instanceof Error)) { expect([n > 5, store.runs.list().length]).toEqual([true, 1]); break; }
        expect(outcome).toMatchObject({ code: "diskFull" });
        expect(store.runs.list()).toEqual([]);
        expect(Object.keys(filesBelow(folder.path)).filter((name) => /safetensors|\.csv|\.tmp/.test(name))).toEqual([]);
      } finally {
        delete process.env["DESCENT_FAULT"];
        store.close();
      }
    }
  });

  it("left before its end changes nothing", async () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    try {
      const { done, cancel } = takeIn({ file: folder.file(), name: "a.descent.zip", bytes: whole }, () => undefined);
      cancel();
      await expect(done).rejects.toThrow("nothing was taken in");
      expect(store.runs.list()).toEqual([]);
      expect(Object.keys(filesBelow(folder.path))).toEqual(["test.descent"]);
    } finally { store.close(); }
  });
});

it("comes in by the command line: previewed with nothing written, then taken in", async () => {
  using folder = temporaryFolder();
  const workbench = openWorkbench(folder.file());
  try {
    const { told, world } = machine({ previewImport: workbench.previewImport, takeIn: workbench.takeIn });
    const read = { ...world, filesAt: () => ({ name: "all.descent.zip", files: [{ path: "all.descent.zip", bytes: whole }] }) };
    expect(await commands(["import", "all.descent.zip"], read)).toBe(0);
    expect(told.out[0]).toMatch(/^Capsule of Descent [\d.]+: 7 runs, \d+ points, \d+ checkpoints \(.*\), 1 sweep, 2 reports, in all\.descent\.zip \(/);
    expect(told.out.at(-1)).toBe("Nothing was written. To take it in: descent import all.descent.zip --yes");
    expect(await workbench.listRuns({})).toEqual([]);
    expect(await commands(["import", "all.descent.zip", "--yes"], read)).toBe(0);
    expect(told.out.at(-1)).toBe("7 runs taken in: r-1 to r-7");
    expect(await workbench.listRuns({})).toHaveLength(7);
    expect(await commands(["import", "all.descent.zip", "--yes"], read)).toBe(0);
    expect(told.out.at(-1)).toBe("0 runs taken in; 7 were there already");
  } finally { await workbench.close(); }
});
