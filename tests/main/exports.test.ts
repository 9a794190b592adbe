/** Stored data that leave as files: every point, bit for bit, in every form; whole or not there; no formula. */

import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse } from "csv-parse/sync";
import { parquetReadObjects } from "hyparquet";
import { describe, expect, it } from "vitest";
import { tableFormats, type ExportWish, type TableFormat } from "../../src-main/contract/exports.ts";
import type { RunSpec } from "../../src-main/contract/nouns.ts";
import { openStore } from "../../src-main/store/open.ts";
import type { Store } from "../../src-main/store/open.ts";
import { outgoing } from "../../src-main/transfer/outgoing.ts";
import { noOffice, opened } from "../support/spreadsheet.ts";
import { countingClock, newRun, temporaryFolder } from "../support/project.ts";

const cli = resolve(import.meta.dirname, "..", "..", "src-main", "cli", "main.ts");
const standing = { epoch: 0, step: 0, trainingMs: 0, metrics: {}, hashes: [], notes: [] };
const odd = [0.1 + 0.2, NaN, -Infinity, Infinity, -0, 5e-324, -1.5, 1e300];

/** A project with runs, closed; its ids. */
function project(file: string, fill: (store: Store) => void): void {
  const store = openStore(file, countingClock());
  try { fill(store); } finally { store.close(); }
}

function withCurves(store: Store, name: string, metrics: Readonly<Record<string, readonly number[]>>, over: Partial<Parameters<typeof newRun>[1] & object> = {}): string {
  const { id } = store.runs.addGroup([newRun(store, { name, ...over })])[0]!.run;
  store.runs.record(id, { ...standing, metrics: Object.fromEntries(Object.entries(metrics).map(([metric, values]) => [metric, values.at(-1)!])), series: Object.entries(metrics).map(([metric, values]) => ({ metric, steps: Float64Array.from(values, (_, i) => i + 1), values: Float64Array.from(values) })) });
  return id;
}

interface Sent { readonly bytes: Uint8Array; readonly rows: number; readonly progress: readonly (readonly [number, number])[] }
async function sent(file: string, wish: ExportWish): Promise<Sent> {
  const pieces: Uint8Array[] = [], progress: [number, number][] = [];
  let rows = -1;
  for await (const event of outgoing({ file, wish, folder: "", report: null, createdMs: 0 })) {
    if (event.kind === "bytes") pieces.push(event.bytes);
    else if (event.kind === "progress") progress.push([event.done, event.of]);
    else rows = event.rows;
  }
  return { bytes: Buffer.concat(pieces), rows, progress };
}

type Rows = readonly Readonly<Record<string, unknown>>[];
const number = (text: unknown): unknown => (text === "" ? null : typeof text === "string" && /^(-?[\d.]+(e[+-]?\d+)?|NaN|-?Infinity)$/.test(text) ? Number(text) : text);
const whole = (bytes: Uint8Array): ArrayBuffer => Uint8Array.from(bytes).buffer;
const read: Readonly<Record<TableFormat, (bytes: Uint8Array) => Promise<Rows>>> = {
  csv: async (bytes) => (parse(Buffer.from(bytes), { columns: true, record_delimiter: "\r\n" }) as Record<string, string>[]).map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, number(value)]))),
  json: async (bytes) => (JSON.parse(new TextDecoder().decode(bytes)) as Rows).map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, number(value)]))),
  jsonl: async (bytes) => new TextDecoder().decode(bytes).trimEnd().split("\n").map((line) => Object.fromEntries(Object.entries(JSON.parse(line) as Record<string, unknown>).map(([key, value]) => [key, number(value)]))),
  parquet: async (bytes) => (await parquetReadObjects({ file: whole(bytes) })).map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, typeof value === "bigint" ? Number(value) : value]))),
};

describe("curves", () => {
  it.each(tableFormats)("as %s have every stored point, bit for bit, and say how many", async (format) => {
    using folder = temporaryFolder();
    const ids: string[] = [];
    project(folder.file(), (store) => { ids.push(withCurves(store, "plain", { "batch/loss": odd, "train/loss": [2, 1] }), withCurves(store, "other, \"two\"", { "batch/loss": [7] })); });
    const { bytes, rows, progress } = await sent(folder.file(), { kind: "curves", format, runIds: [ids[1]!, ids[0]!], metrics: [] });
    const point = (run: string, name: string, metric: string) => (value: number, i: number) => ({ run, name, metric, step: i + 1, epoch: (i + 1) / 3, value });
    // toStrictEqual tells −0 from 0.
    expect(await read[format](bytes)).toStrictEqual([...[7].map(point(ids[1]!, 'other, "two"', "batch/loss")), ...odd.map(point(ids[0]!, "plain", "batch/loss")), ...[2, 1].map(point(ids[0]!, "plain", "train/loss"))]);
    expect(rows).toBe(11);
    expect(progress.at(-1)).toEqual([11, 11]);
    expect((await sent(folder.file(), { kind: "curves", format, runIds: ids, metrics: ["train/loss"] })).rows).toBe(2);
    expect((await sent(folder.file(), { kind: "curves", format, runIds: [], metrics: [] })).rows).toBe(0);
  });

  it("longer than a batch come whole, in pieces", async () => {
    using folder = temporaryFolder();
    const values = Array.from({ length: 150_000 }, (_, i) => Math.sin(i));
    project(folder.file(), (store) => { withCurves(store, "long", { "batch/loss": values }); });
    for (const format of ["csv", "parquet"] as const) {
      const { bytes, progress } = await sent(folder.file(), { kind: "curves", format, runIds: ["r-1"], metrics: [] });
      expect((await read[format](bytes)).map(({ value }) => value)).toStrictEqual(values);
      expect(progress.length).toBeGreaterThan(3);
    }
  });

  it("of a run that is not there, or in the trash, are refused by its id", async () => {
    using folder = temporaryFolder();
    project(folder.file(), (store) => {
      const id = withCurves(store, "a", { "batch/loss": [1] });
      store.runs.end(id, { ...standing, series: [], state: "stopped", reason: null, endedMs: 1, weightHash: null, checkpoint: null });
      store.trash.put([id], 1);
    });
    await expect(sent(folder.file(), { kind: "curves", format: "csv", runIds: ["r-9"], metrics: [] })).rejects.toThrow('there is no run "r-9"');
    await expect(sent(folder.file(), { kind: "runs", format: "csv", runIds: ["r-1"], columns: null })).rejects.toThrow("run r-1 is in the trash");
  });

  it("left on the way end their thread, and the project can be deleted", async () => {
    using folder = temporaryFolder();
    project(folder.file(), (store) => { withCurves(store, "long", { "batch/loss": Array.from({ length: 300_000 }, (_, i) => i) }); });
    for await (const event of outgoing({ file: folder.file(), wish: { kind: "curves", format: "csv", runIds: ["r-1"], metrics: [] }, folder: "", report: null, createdMs: 0 })) if (event.kind === "progress") break;
    project(folder.file(), (store) => { expect(store.runs.list()).toHaveLength(1); });
  });
});

describe("a table of runs", () => {
  it.each(tableFormats)("as %s has facts, settings and results of each, in the order given", async (format) => {
    using folder = temporaryFolder();
    project(folder.file(), (store) => {
      const spec = (over: object) => ({ spec: { version: 1, name: "x", seed: 1, layers: [{ kind: "dense", units: 4 }], train: { openTest: false }, ...over } as unknown as RunSpec });
      withCurves(store, "a", { "train/loss": [1, NaN] }, spec({}));
      withCurves(store, "b", { "train/loss": [0.5], "validation/accuracy": [0.25] }, spec({ seed: 2, optimizer: { kind: "adam" } }));
    });
    const { bytes, rows } = await sent(folder.file(), { kind: "runs", format, runIds: ["r-2", "r-1"], columns: null });
    expect(rows).toBe(2);
    const found = await read[format](bytes);
    expect(found.map(({ id, name, state, seed, ...row }) => ({ id, name, state, seed, units: row["layers.0.units"], optimizer: row["optimizer.kind"], open: row["train.openTest"], loss: row["train/loss"], accuracy: row["validation/accuracy"] }))).toStrictEqual([
      { id: "r-2", name: "b", state: "queued", seed: 2, units: 4, optimizer: "adam", open: "false", loss: 0.5, accuracy: 0.25 },
      { id: "r-1", name: "a", state: "queued", seed: 1, units: 4, optimizer: null, open: "false", loss: NaN, accuracy: null },
    ]);
    expect(found[0]!["created"]).toBe(format === "csv" ? "2023-11-14T22:13:20.000Z" : 1_700_000_000_000);
    const named = await read[format]((await sent(folder.file(), { kind: "runs", format, runIds: ["r-1", "r-2"], columns: ["seed", "train/loss"] })).bytes);
    expect(named).toStrictEqual([{ seed: 1, "train/loss": NaN }, { seed: 2, "train/loss": 0.5 }]);
  });
});

it("a CSV is no program for a spreadsheet: LibreOffice finds no formula, and the same numbers", { timeout: 200_000 }, async ({ skip }) => {
  using folder = temporaryFolder();
  const names = ["=1+1", "+1+1", "-2+3", "@SUM(A1:A9)", "=HYPERLINK(\"http://foreign.test\",\"x\")", "=cmd|' /C calc'!A0", "\t=1+1", "＝1+1", "=DDE(\"a\";\"b\")", " =1+1", "plain, \"quoted\""];
  project(folder.file(), (store) => { for (const name of names) withCurves(store, name, { "=1+2": [-1.5, 1e-7, 0.1 + 0.2, 12345678901234, -3] }); });
  const { bytes } = await sent(folder.file(), { kind: "curves", format: "csv", runIds: names.map((_, i) => `r-${i + 1}`), metrics: [] });
  const sheet = opened(bytes);
  if (sheet === null) { skip(noOffice); return; }
  const rows = sheet.filter((row) => /^r-\d+$/.test(row[0]!.text));
  expect(rows).toHaveLength(5 * names.length);
  expect(rows.flat().filter(({ formula }) => formula !== null)).toEqual([]);
  // LibreOffice saves 15 digits of a number.
  expect(rows.map((row) => row[5]!.number?.toPrecision(15))).toEqual(names.flatMap(() => [-1.5, 1e-7, 0.1 + 0.2, 12345678901234, -3].map((x) => x.toPrecision(15))));
});

it("Parquet is read by pyarrow with the same bits and types", async ({ skip }) => {
  const python = ["python3", "python"].find((name) => spawnSync(name, ["-c", "import pyarrow"]).status === 0);
  if (python === undefined) { skip("there is no Python with pyarrow on this machine; hyparquet alone read the file"); return; }
  using folder = temporaryFolder();
  project(folder.file(), (store) => { withCurves(store, "a \u{1f600}", { "batch/loss": odd }); });
  writeFileSync(folder.file("a.parquet"), (await sent(folder.file(), { kind: "curves", format: "parquet", runIds: ["r-1"], metrics: [] })).bytes);
  const script = "import pyarrow.parquet as p, struct, json, sys\nt = p.read_table(sys.argv[1])\nprint(json.dumps([str(t.schema.field(n).type) for n in t.column_names] + [struct.pack('<d', x).hex() for x in t['value'].to_pylist()] + [t['name'][0].as_py(), t['step'].to_pylist()]))";
  const { stdout, stderr } = spawnSync(python, ["-c", script, folder.file("a.parquet")], { encoding: "utf8" });
  expect(stderr).toBe("");
  expect(JSON.parse(stdout)).toEqual(["string", "string", "string", "int64", "double", "double", ...odd.map((x) => Buffer.from(Float64Array.of(x).buffer).toString("hex")), "a \u{1f600}", odd.map((_, i) => i + 1)]);
});

describe("an export that is broken off", () => {
  const finish = (args: readonly string[], env: Readonly<Record<string, string>> = {}) => new Promise<{ code: number | null; signal: string | null; out: string }>((done) => {
    const child = spawn(process.execPath, [cli, ...args], { env: { ...process.env, ...env } });
    let out = "";
    child.stdout.on("data", (text: Buffer) => { out += text.toString(); });
    child.stderr.on("data", (text: Buffer) => { out += text.toString(); });
    child.on("close", (code, signal) => { done({ code, signal, out }); });
  });

  it("by a kill at any step, or by a full disk, leaves the old file or the new one, never half of one", { timeout: 300_000 }, async () => {
    using folder = temporaryFolder();
    project(folder.file(), (store) => { withCurves(store, "long", { "batch/loss": Array.from({ length: 4000 }, (_, i) => i) }); });
    const args = ["export", "r-1", "--project", folder.file(), "--out", folder.file("out/curves.csv"), "--force"];
    mkdirSync(folder.file("out"));
    expect((await finish(args)).code).toBe(0);
    const whole = readFileSync(folder.file("out/curves.csv"), "utf8");
    expect(whole.split("\r\n")).toHaveLength(4002);
    for (const trouble of ["crash", "ENOSPC"]) {
      for (let n = 1; ; n++) {
        writeFileSync(folder.file("out/curves.csv"), "before");
        const { code, signal, out } = await finish(args, { DESCENT_FAULT: `${n}:${trouble}` });
        const found = readFileSync(folder.file("out/curves.csv"), "utf8");
        if (code === 0) { expect([n > 4, found]).toEqual([true, whole]); break; }
        if (trouble === "crash") expect(signal).toBe("SIGKILL");
        else expect([code, out]).toEqual([3, expect.stringMatching(/could not be written: the disk is full/)]);
        expect(["before", whole]).toContain(found);
        // What a disk refused is taken away at once.
        if (trouble === "ENOSPC") expect(readdirSync(folder.file("out")).filter((name) => name.endsWith(".tmp"))).toHaveLength(0);
        else for (const name of readdirSync(folder.file("out"))) if (name.endsWith(".tmp")) spawnSync("rm", [join(folder.file("out"), name)]);
      }
    }
  });
});
