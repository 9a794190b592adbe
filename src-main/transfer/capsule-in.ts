/** A capsule from anywhere: looked through to its last byte before the project is touched, then taken in as a whole or not at all. */

import { createHash, randomBytes } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { describeCatalog } from "../../src-engine/index.ts";
import { problem, SpecError, type CapsuleWhy, type Problem } from "../contract/errors.ts";
import type { CapsuleFound } from "../contract/capsules.ts";
import { openArchive, type Archive } from "../exchange/capsule/archive.ts";
import { readCurves } from "../exchange/capsule/curves.ts";
import { checkpointPath, curvesPath, dataPath, readManifest, rowsPath, type Manifest } from "../exchange/capsule/manifest.ts";
import { checkTogether, readRows, tableNames, tables, type CapsuleRow, type CapsuleRows, type TableName } from "../exchange/capsule/rows.ts";
import type { StoredRow } from "../store/capsules.ts";
import { writeDurably } from "../store/durable-file.ts";
import type { openBeside } from "../store/open.ts";

/** A capsule that was found right in every respect. */
export interface Capsule { readonly archive: Archive; readonly manifest: Manifest; readonly rows: CapsuleRows; readonly points: ReadonlyMap<number, number> }

type Advance = (done: number, of: number) => void;

/** Every hash, every row, every curve. `advance` hears of bytes, and may throw to leave. Throws SpecError with what is wrong and where, at most 20 at once. */
export function readCapsule(bytes: Uint8Array, name: string, advance: Advance): Capsule {
  const archive = openArchive(bytes, name);
  const manifest = readManifest(archive, name);
  const of = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
  const points = new Map<number, number>();
  const found: Partial<Record<TableName, readonly CapsuleRow[]>> = {};
  const problems: Problem[] = [];
  const refuse = (path: string, why: CapsuleWhy, message: string, more: Readonly<Record<string, string>> = {}): void => { problems.push({ ...problem(path, "badData", message, { why, file: path, ...more }), at: { file: name } }); };
  let done = 0;
  for (const [path, { sha256, bytes: size }] of Object.entries(manifest.files)) {
    if (problems.length >= 20) break;
    const content = archive.read(path);
    if (createHash("sha256").update(content).digest("hex") !== sha256) { refuse(path, "otherHash", "is not what was packed: its hash is another than the manifest's"); continue; }
    const table = tableNames.find((one) => rowsPath(one) === path);
    if (table !== undefined) {
      const read = readRows(table, utf8(content, path), path);
      found[table] = read.rows;
      problems.push(...read.problems);
    }
    if (path.startsWith("curves/")) points.set(Number(/\d+/.exec(path)![0]), readCurves(content, path).reduce((sum, { steps }) => sum + steps.length, 0));
    if (path.startsWith("checkpoints/") && path !== checkpointPath(sha256)) refuse(path, "wrongCheckpoint", "is not the checkpoint that its name says");
    if (path.startsWith("data/") && path !== dataPath(sha256)) refuse(path, "wrongData", "is not the file that its name says");
    advance((done += size), of);
  }
  if (problems.length > 0) throw new SpecError(problems.slice(0, 20));
  const rows = found as CapsuleRows;
  problems.push(...checkTogether(rows, describeCatalog()), ...checkFiles(rows, manifest, points, name));
  if (problems.length > 0) throw new SpecError(problems.slice(0, 20));
  return { archive, manifest, rows, points };
}

/** What rows name is there, what is there is named, and the numbers told first are the true ones. */
function checkFiles(rows: CapsuleRows, { files, holds }: Manifest, points: ReadonlyMap<number, number>, name: string): readonly Problem[] {
  const problems: Problem[] = [];
  const refuse = (path: string, why: CapsuleWhy, message: string, more: Readonly<Record<string, string>> = {}): void => { problems.push({ ...problem(path, "badData", message, { why, file: path, ...more }), at: { file: name } }); };
  const wanted = new Map([
    ...rows.saved_state.map((row) => [checkpointPath(row.hash), row.size_bytes] as const),
    ...rows.source_file.map((row) => [dataPath(row.hash), row.size_bytes] as const),
  ]);
  const runs = new Set(rows.run.map(({ number }) => curvesPath(number)));
  for (const [path, size] of wanted) {
    if (files[path] === undefined) refuse(path, "rowFileMissing", "is named by a row and missing");
    else if (files[path].bytes !== size) refuse(path, "rowFileSize", `has ${files[path].bytes} bytes; its row says ${size}`, { got: String(files[path].bytes), wanted: String(size) });
  }
  for (const path of Object.keys(files)) {
    if ((path.startsWith("checkpoints/") || path.startsWith("data/")) && !wanted.has(path)) refuse(path, "rowlessFile", "is named by no row");
    if (path.startsWith("curves/") && !runs.has(path)) refuse(path, "runlessCurves", "belongs to no run of the capsule");
  }
  const held: Manifest["holds"] = {
    runs: rows.run.length, experiments: rows.experiment.length, sweeps: rows.sweep.length, reports: rows.report.length, dataSets: rows.source_file.length,
    checkpoints: new Set(rows.saved_state.map(({ hash }) => hash)).size, points: [...points.values()].reduce((sum, n) => sum + n, 0),
  };
  for (const [key, told] of Object.entries(holds)) if (held[key as keyof typeof held] !== told) refuse(`manifest.json holds.${key}`, "otherCount", `says ${told}, and there are ${held[key as keyof typeof held]}`, { wanted: String(told), got: String(held[key as keyof typeof held]) });
  return problems;
}

/** What a person is shown of it before anything is written. */
export function capsuleFound({ manifest, rows, points }: Capsule): CapsuleFound {
  const names = new Map(rows.experiment.map(({ number, name }) => [number, name]));
  const states = Map.groupBy(rows.saved_state, ({ run }) => run);
  return {
    engine: manifest.engine, createdMs: manifest.createdMs, holds: manifest.holds,
    runs: rows.run.map(({ number, uid, name, state, experiment }) => ({ uid, id: `r-${number}`, name, group: names.get(experiment)!, state, points: points.get(number) ?? 0, checkpoints: states.get(number)?.length ?? 0 })),
    data: rows.source_file.map(({ hash, name, size_bytes: sizeBytes }) => ({ hash, name, sizeBytes })),
    checkpointBytes: [...new Map(rows.saved_state.map(({ hash, size_bytes: size }) => [hash, size])).values()].reduce((sum, size) => sum + size, 0),
  };
}

/**
 * Files first, each durable before the one transaction that names them; a kill before it leaves files that no row names, which the next start removes.
 * `advance` hears of files, and may throw to leave before the transaction; then they are removed at once. Rejects with StoreError.
 */
export async function takeCapsule({ archive, rows }: Capsule, store: ReturnType<typeof openBeside>, advance: Advance): Promise<{ readonly runIds: readonly string[]; readonly there: number }> {
  const known = store.capsules.known("run", rows.run.map(({ uid }) => uid));
  const fresh = new Set(rows.run.filter(({ uid }) => !known.has(uid)).map(({ number }) => number));
  const folder = `runs/i-${randomBytes(8).toString("hex")}`;
  const files = new Map(rows.saved_state.filter(({ run }) => fresh.has(run)).map(({ hash, step }) => [hash, `${folder}/${step}-${hash}.safetensors`]));
  const data = rows.source_file.filter(({ hash }) => store.files.get(hash) === null);
  const all = [...[...files].map(([hash, file]) => ({ from: checkpointPath(hash), to: join(store.folder, file) })), ...data.map(({ hash }) => ({ from: dataPath(hash), to: join(store.folder, "data", `${hash}.csv`) }))];
  try {
    for (const [i, { from, to }] of all.entries()) {
      advance(i, all.length + 1);
      await writeDurably(to, archive.read(from), store.step);
    }
    advance(all.length, all.length + 1);
    return store.capsules.take({
      rows: Object.fromEntries(tableNames.map((table) => [table, (rows[table] as readonly CapsuleRow[]).map((row) => stored(table, row))] as const)) as unknown as Record<TableName, readonly StoredRow[]>,
      curves: (number) => { const path = curvesPath(number); return archive.sizes.has(path) ? readCurves(archive.read(path), path) : []; },
      files,
    });
  } catch (error) {
    await rm(join(store.folder, folder), { recursive: true, force: true });
    for (const { hash } of data) if (store.files.get(hash) === null) await rm(join(store.folder, "data", `${hash}.csv`), { force: true });
    throw error;
  }
}

/** A row as the database has it. */
function stored(table: TableName, row: CapsuleRow): StoredRow {
  const { json, bytes } = tables[table] as { readonly json: readonly string[]; readonly bytes: readonly string[] };
  // Of another program's run the spec is the JSON null.
  return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, json.includes(name) ? (value === null && name !== "spec" ? null : JSON.stringify(value)) : bytes.includes(name) ? Buffer.from(value as string, "base64") : value]));
}

function utf8(bytes: Uint8Array, path: string): string {
  try { return new TextDecoder("utf-8", { fatal: true }).decode(bytes); } catch { throw new SpecError([{ ...problem(path, "badData", "is not UTF-8", { why: "fileNotUtf8", file: path }), at: { file: path } }]); }
}
