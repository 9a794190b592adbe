/** Damaged projects: refused and left as they are, with the ways on; what can be read comes out, and 200 damaged copies show that none is taken for sound, new or empty. */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { describe, expect, it } from "vitest";
import { rng } from "../../src-engine/rng.ts";
import type { StoreError } from "../../src-engine/spec/errors.ts";
import { damagedWorkbench } from "../../src-main/service/damaged.ts";
import { createWorkbench } from "../../src-main/service/workbench.ts";
import { openStore } from "../../src-main/store/open.ts";
import { rescueProject } from "../../src-main/store/rescue.ts";
import { createPool } from "../../src-main/workers/pool.ts";
import { countingClock, newRun, temporaryFolder } from "../support/project.ts";
import { patience, rounds } from "../support/rounds.ts";

const standing = { epoch: 0, step: 0, trainingMs: 0, metrics: {}, hashes: [], notes: [] };
type Folder = ReturnType<typeof temporaryFolder>;

/** A project of many pages: forty runs, a long curve, a checkpoint, a backup of the first half. Returns its whole bytes. */
async function build(folder: Folder): Promise<Buffer> {
  const store = openStore(folder.file(), countingClock());
  for (let i = 0; i < 20; i++) store.runs.addGroup([newRun(store, { name: `run ${i} ${"x".repeat(400)}` })]);
  await store.backups.make(1_700_000_000_000);
  for (let i = 20; i < 40; i++) store.runs.addGroup([newRun(store, { name: `run ${i} ${"x".repeat(400)}` })]);
  const steps = Float64Array.from({ length: 20_000 }, (_, i) => i + 1);
  store.runs.begin("r-1", 5);
  store.runs.record("r-1", { ...standing, step: 20_000, metrics: { "train/loss": 0.5 }, series: [{ metric: "batch/loss", steps, values: steps.map(Math.sin) }, { metric: "train/loss", steps: Float64Array.of(20_000), values: Float64Array.of(NaN) }] });
  const checkpoint = await store.checkpoints.write("r-1", { step: 20_000, epoch: 3, measuredStep: 20_000, trainingMs: 1, metrics: {}, value: null, isPeriodic: false, canGoOn: true, bytes: Uint8Array.of(1, 2, 3) });
  store.runs.end("r-1", { ...standing, step: 20_000, series: [], state: "finished", reason: null, endedMs: 9, weightHash: "ab", checkpoint });
  store.journal.write("project", { notes: "# What we asked" }, 5);
  store.settings.change({ language: "zh" });
  store.close();
  return readFileSync(folder.file());
}

function refusal(file: string): StoreError | null {
  try {
    openStore(file, countingClock()).close();
    return null;
  } catch (error) {
    return error as StoreError;
  }
}

const pageSize = 4096;
/** The ways in which a file goes bad, by chance from `chance`. */
const damages: readonly (readonly [string, (bytes: Buffer, chance: ReturnType<ReturnType<typeof rng>["stream"]>) => Buffer])[] = [
  ["a header with other bytes", (bytes, chance) => { for (let i = 0; i < 16; i++) bytes[i] = chance.below(256); return bytes; }],
  ["a page of noise", (bytes, chance) => { const page = chance.below(bytes.length / pageSize); for (let i = 0; i < pageSize; i++) bytes[page * pageSize + i] = chance.below(256); return bytes; }],
  ["a page of zeros", (bytes, chance) => { const page = chance.below(bytes.length / pageSize); return bytes.fill(0, page * pageSize, (page + 1) * pageSize); }],
  ["cut short", (bytes, chance) => bytes.subarray(0, 1 + chance.below(bytes.length - 2))],
  ["text in its place", () => Buffer.from("step,loss\n1,2\n")],
  ["flipped bytes in a page's directory", (bytes, chance) => { const page = 1 + chance.below(bytes.length / pageSize - 1); for (let i = 0; i < 12; i++) bytes[page * pageSize + i] = chance.below(256); return bytes; }],
  ["flipped bytes in an index", (bytes, chance) => {
    const pages = Array.from({ length: bytes.length / pageSize }, (_, page) => page).filter((page) => page > 1 && bytes[page * pageSize] === 10 && bytes.readUInt16BE(page * pageSize + 3) > 4);
    const page = pages[chance.below(pages.length)]!;
    for (let i = 0; i < 8; i++) bytes[page * pageSize + pageSize - 1 - chance.below(200)] = chance.below(256);
    return bytes;
  }],
];

const copies = rounds(35, 200);

describe(`${copies} damaged copies of a project`, () => {
  it("are refused as damaged, or open with what they had; none is changed by being refused, none is rescued into more than there was, and a rescue never fails", patience, async () => {
    using source = temporaryFolder();
    const whole = await build(source);
    const chance = rng(5).stream("damage");
    const counts = { damaged: 0, opened: 0, runs: 0 };
    for (let i = 0; i < copies; i++) {
      using folder = temporaryFolder();
      const [name, damage] = damages[i % damages.length]!;
      const bytes = Buffer.from(damage(Buffer.from(whole), chance));
      writeFileSync(folder.file(), bytes);
      mkdirSync(join(folder.path, "test.files"));
      const error = refusal(folder.file());
      if (error === null) {
        // Numbers and texts have no sum that would tell; but all runs are there, and it was not made anew.
        counts.opened++;
        const store = openStore(folder.file(), countingClock());
        expect(store.runs.list().length, name).toBe(40);
        store.close();
        continue;
      }
      counts.damaged++;
      expect(error, `${i}: ${name}`).toMatchObject({ name: "StoreError", code: expect.stringMatching(/^(damaged|notAProject|newerProject)$/) as string });
      expect(error.hint).not.toBe("");
      const rescue = rescueProject(folder.file());
      expect(readFileSync(folder.file()).equals(bytes), name).toBe(true);
      expect(rescue.runs).toBeLessThanOrEqual(40);
      counts.runs += rescue.runs;
      const store = openStore(rescue.file, countingClock());
      expect(store.runs.list().length).toBe(rescue.runs);
      // Numbers in a page that was damaged may be others; those of other pages are what they were.
      for (const { steps, values } of rescue.runs > 0 ? store.series.read("r-1", ["batch/loss"]) : []) expect(steps.filter((step, k) => values[k] !== Math.sin(step)).length, `${i}: ${name}`).toBeLessThanOrEqual(pageSize / 8);
      store.close();
    }
    expect(counts.damaged).toBeGreaterThan(0.7 * copies);
    // Of what was refused, most could be read: text in the file's place has nothing, and a cut file what stood before the cut.
    expect(counts.runs / (40 * counts.damaged)).toBeGreaterThan(0.6);
  });
});

describe("a rescue", () => {
  it("of a project that is whole brings all of it: runs, points, checkpoints, notes, settings", async () => {
    using folder = temporaryFolder();
    await build(folder);
    const rescue = rescueProject(folder.file());
    expect(rescue).toEqual({ file: folder.file("test.rescued.descent"), runs: 40, incomplete: 0, points: 20_001, checkpoints: 1, lostCheckpoints: 0, nameless: null, pages: expect.any(Number) as number, unreadablePages: 0 });
    const [before, after] = [openStore(folder.file(), countingClock()), openStore(rescue.file, countingClock())];
    expect(after.runs.get("r-1").run).toEqual(before.runs.get("r-1").run);
    expect(after.series.read("r-1", [])).toEqual(before.series.read("r-1", []));
    expect(after.series.thinned("r-1", ["batch/loss"], 40)).toEqual(before.series.thinned("r-1", ["batch/loss"], 40));
    expect([...await after.checkpoints.final("r-1")]).toEqual([1, 2, 3]);
    expect([after.journal.read("project").notes, after.settings.read().language]).toEqual(["# What we asked", "zh"]);
    expect((await after.health()).faults).toEqual([]);
    before.close();
    after.close();
  });

  it("reads what is only in the write-ahead log, and ends where the log does", async () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    store.runs.addGroup([newRun(store, { name: "in the log" })]);
    for (const suffix of ["", "-wal"]) writeFileSync(folder.file(`copy.descent${suffix}`), readFileSync(`${folder.file()}${suffix}`));
    store.close();
    expect(rescueProject(folder.file("copy.descent")).runs).toBe(1);
    const log = readFileSync(folder.file("copy.descent-wal"));
    // A frame whose sum is wrong and all behind it count as never written.
    log[log.length - 1]! ^= 1;
    writeFileSync(folder.file("copy.descent-wal"), log);
    expect(rescueProject(folder.file("copy.descent"), folder.file("second.descent")).runs).toBe(0);
  });

  it("leaves out what was purged, and checkpoints whose file is gone", async () => {
    using folder = temporaryFolder();
    await build(folder);
    const store = openStore(folder.file(), countingClock());
    for (const id of ["r-2", "r-3"]) store.runs.end(id, { ...standing, series: [], state: "stopped", reason: null, endedMs: 9, weightHash: null, checkpoint: null });
    store.trash.put(["r-2", "r-3"], 5);
    await store.trash.purge(["r-2", "r-3"]);
    store.close();
    const runs = join(folder.path, "test.files", "runs", "r-1");
    writeFileSync(join(runs, readdirSync(runs)[0]!), "another");
    expect(rescueProject(folder.file())).toMatchObject({ runs: 38, checkpoints: 0, lostCheckpoints: 1 });
  });

  it("puts curves whose run is lost into a CSV file", async () => {
    using folder = temporaryFolder();
    await build(folder);
    const db = new Sqlite(folder.file());
    db.pragma("foreign_keys = off");
    db.exec("delete from run where number = 1");
    db.close();
    const rescue = rescueProject(folder.file());
    expect(rescue).toMatchObject({ runs: 39, points: 0, nameless: { points: 20_001, file: folder.file("test.rescued-nameless.csv") } });
    const lines = readFileSync(rescue.nameless!.file, "utf8").split("\r\n");
    expect([lines[0], lines[1], lines.length]).toEqual(["run,metric,step,value", `r-1,batch/loss,1,${Math.sin(1)}`, 20_003]);
  });

  it("refuses to write over a file, and of a project of version 2 brings what it had", () => {
    using folder = temporaryFolder();
    writeFileSync(folder.file(), readFileSync(join(import.meta.dirname, "databases", "v2.descent")));
    const rescue = rescueProject(folder.file());
    expect(rescue).toMatchObject({ runs: 4, lostCheckpoints: 2 });
    expect(() => rescueProject(folder.file(), rescue.file)).toThrow("exists already");
    const store = openStore(rescue.file, countingClock());
    expect(store.series.read("r-1", ["batch/loss"])[0]!.steps.length).toBe(3024);
    store.close();
  });
});

describe("the workbench over a damaged project", () => {
  const over = (file: string) => damagedWorkbench({
    file, now: countingClock(), door: "server",
    open(one) {
      const now = countingClock();
      return createWorkbench({ store: openStore(one, now), pool: createPool({ parallel: 1 }), now, examples: join(import.meta.dirname, "..", "..", "examples"), door: "server", free: () => 1e12 });
    },
  });
  async function damaged(folder: Folder): Promise<Buffer> {
    const bytes = (await build(folder)).fill(0, 2 * pageSize, 3 * pageSize);
    writeFileSync(folder.file(), bytes);
    return bytes;
  }

  it("says what is wrong and refuses all else; after a rescue it is the workbench over the rescued project", async () => {
    using folder = temporaryFolder();
    const bytes = await damaged(folder);
    const workbench = over(folder.file());
    const { damage } = await workbench.about({});
    expect(damage!.message).toContain("is damaged");
    expect(damage!.backups).toHaveLength(1);
    await expect(workbench.listRuns({})).rejects.toMatchObject({ code: "damaged" });
    await expect(workbench.mend({ backup: null })).rejects.toMatchObject({ code: "wrongState" });
    const rescue = await workbench.rescue({});
    expect(rescue.runs).toBeGreaterThan(30);
    expect((await workbench.about({})).damage!.rescue).toEqual(rescue);
    await workbench.mend({ backup: null });
    expect(await workbench.about({})).toMatchObject({ damage: null, project: { file: rescue.file } });
    expect(await workbench.listRuns({})).toHaveLength(rescue.runs);
    await expect(workbench.rescue({})).rejects.toMatchObject({ code: "notDamaged" });
    await workbench.close();
    expect(readFileSync(folder.file()).equals(bytes)).toBe(true);
  });

  it("goes back to a backup and keeps the damaged file", async () => {
    using folder = temporaryFolder();
    const bytes = await damaged(folder);
    const workbench = over(folder.file());
    await expect(workbench.mend({ backup: "../../etc/passwd" })).rejects.toMatchObject({ code: "noSuchFile" });
    await workbench.mend({ backup: (await workbench.about({})).damage!.backups[0]!.name });
    expect(await workbench.listRuns({})).toHaveLength(20);
    await workbench.close();
    const kept = readdirSync(folder.path).find((name) => name.startsWith("test.replaced-") && name.endsWith(".descent"))!;
    expect(readFileSync(folder.file(kept)).equals(bytes)).toBe(true);
  });

  it("is the plain one where nothing is damaged, and throws what else is wrong", async () => {
    using folder = temporaryFolder();
    const workbench = over(folder.file());
    expect((await workbench.about({})).damage).toBeNull();
    await workbench.close();
    expect(() => over(join(folder.path, "none", "a.descent"))).toThrow(expect.objectContaining({ code: "noSuchFolder" }) as Error);
    expect(existsSync(join(folder.path, "none"))).toBe(false);
  });
});
