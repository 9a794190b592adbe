/** Runs as a capsule (`.descent.zip`): a manifest with the hash of every file, rows as JSON lines, curves and checkpoints as safetensors, data files, a report. Made a piece at a time. */

import { createHash } from "node:crypto";
import { closeSync, openSync, readSync, statSync } from "node:fs";
import { arch, platform } from "node:os";
import { join } from "node:path";
import { engineVersion } from "../../src-engine/index.ts";
import { StoreError } from "../contract/errors.ts";
import type { CapsuleWish } from "../contract/exports.ts";
import { usualLimits } from "../exchange/capsule/archive.ts";
import { curvesHead } from "../exchange/capsule/curves.ts";
import { capsuleVersion, checkpointPath, curvesPath, dataPath, environmentPath, manifestPath, reportPath, rowsPath, type Manifest } from "../exchange/capsule/manifest.ts";
import { Packer } from "../exchange/capsule/pack.ts";
import { tableNames, tables, type TableName } from "../exchange/capsule/rows.ts";
import type { CapsuleScope, StoredRow } from "../store/capsules.ts";
import type { Snapshot } from "../store/open.ts";
import type { Piece, Pieces } from "./tables.ts";

export interface CapsuleParts { readonly wish: CapsuleWish; readonly folder: string; /** The page inside; null where there is nothing to report. */ readonly report: Uint8Array | null; readonly createdMs: number }

const pieceBytes = 1024 * 1024;

/** Gives how many runs it holds. Throws StoreError where a run is not over, or the file would be larger than a reader takes. */
export function* capsule(store: Snapshot, { wish, folder, report, createdMs }: CapsuleParts): Pieces {
  const scope = scopeOf(store, wish);
  const rows = new Map(tableNames.map((table) => [table, wish.withCheckpoints || table !== "saved_state" ? (wish.withData || table !== "source_file" ? [...store.capsules.rows(table, scope)] : []) : []]));
  const runs = rows.get("run")!.map((row) => ({ id: `r-${row["number"] as number}`, number: row["number"] as number }));
  const checkpoints = new Map(rows.get("saved_state")!.map((row) => [row["hash"] as string, { path: join(folder, row["file"] as string), bytes: row["size_bytes"] as number }]));
  const data = new Map(rows.get("source_file")!.map((row) => [row["hash"] as string, { path: join(folder, "data", `${row["hash"] as string}.csv`), bytes: row["size_bytes"] as number }]));
  const points = store.series.points(runs.map(({ id }) => id));
  const of = 16 * points + [...checkpoints.values(), ...data.values()].reduce((sum, { bytes }) => sum + bytes, 0);
  const count = tableNames.length + 3 + runs.length + checkpoints.size + data.size;
  if (of > 0.9 * usualLimits.bytes || count > usualLimits.files) throw new StoreError("tooLarge", `these runs would fill a capsule of ${of} bytes in ${count} files, and one has at most ${usualLimits.bytes} bytes in ${usualLimits.files} files`, {}, "Choose fewer runs, or leave checkpoints or data out.");

  const packer = new Packer();
  const files: Record<string, Manifest["files"][string]> = {};
  let done = 0;
  const piece = (): Piece => ({ bytes: packer.take(), done, of: Math.max(1, of) });
  function* file(path: string, isDense: boolean, parts: Iterable<Uint8Array>, isListed = true): Generator<Piece> {
    const push = packer.file(path, isDense), hash = createHash("sha256");
    let bytes = 0;
    for (const part of parts) {
      hash.update(part);
      bytes += part.byteLength;
      push(part, false);
      yield piece();
    }
    push(new Uint8Array(0), true);
    if (isListed) files[path] = { bytes, sha256: hash.digest("hex") };
    yield piece();
  }
  function* counted(parts: Iterable<Uint8Array>): Generator<Uint8Array> {
    for (const part of parts) {
      yield part;
      done += part.byteLength;
    }
  }

  yield* file(environmentPath, false, [json({ engine: engineVersion, node: process.versions.node, platform: platform(), arch: arch(), projectVersion: store.version })]);
  if (report !== null) yield* file(reportPath, false, inParts(report));
  for (const table of tableNames) yield* file(rowsPath(table), false, lines(table, rows.get(table)!));
  for (const { id, number } of runs) {
    const curves = store.series.metricsOf(id, true).map((metric) => ({ metric, points: store.series.points([id], [metric]) }));
    if (curves.length > 0) yield* file(curvesPath(number), false, counted(curveParts(store, id, curves)));
  }
  for (const [hash, { path }] of checkpoints) yield* file(checkpointPath(hash), true, counted(sameBytes(path, hash)));
  for (const [hash, { path }] of data) yield* file(dataPath(hash), false, counted(sameBytes(path, hash)));
  const counts = (table: TableName): number => rows.get(table)!.length;
  const manifest: Manifest = {
    format: "descent-capsule", version: capsuleVersion, engine: engineVersion, createdMs,
    holds: { runs: runs.length, experiments: counts("experiment"), sweeps: counts("sweep"), reports: counts("report"), dataSets: data.size, checkpoints: checkpoints.size, points }, files,
  };
  yield* file(manifestPath, false, [json(manifest)], false);
  packer.end();
  yield piece();
  return { rows: runs.length };
}

function scopeOf(store: Snapshot, { runIds }: CapsuleWish): CapsuleScope {
  if (runIds === null) return { runs: store.capsules.runs().over, isAll: true };
  const runs = runIds.map((id) => store.runs.get(id).run);
  for (const { id, state, trashedMs } of runs) {
    if (trashedMs !== null) throw new StoreError("wrongState", `run ${id} is in the trash and cannot leave in a capsule`, {}, "Restore it first, or leave it out.");
    if (state === "queued" || state === "running" || state === "paused") throw new StoreError("wrongState", `run ${id} is ${state} and cannot leave in a capsule`, {}, "Wait for it to end, or stop it.");
  }
  return { runs: runs.map(({ id }) => Number(id.slice(2))), isAll: false };
}

const json = (value: unknown): Uint8Array => new TextEncoder().encode(`${JSON.stringify(value, null, 1)}\n`);

/** A row a line, under the names of the columns that travel; what is of this project alone stays here. */
function* lines(table: TableName, rows: readonly StoredRow[]): Generator<Uint8Array> {
  const { columns, json: parsed, bytes } = tables[table] as { readonly columns: object; readonly json: readonly string[]; readonly bytes: readonly string[] };
  let text = "";
  for (const row of rows) {
    const told = Object.fromEntries(Object.keys(columns).map((name) => {
      const value = row[name];
      if (parsed.includes(name)) return [name, value === null ? null : JSON.parse(value as string) as unknown];
      return [name, bytes.includes(name) ? (value as Buffer).toString("base64") : table === "sweep" && name === "state" && value === "running" ? "interrupted" : value];
    }));
    text += `${JSON.stringify(told)}\n`;
    if (text.length < pieceBytes) continue;
    yield new TextEncoder().encode(text);
    text = "";
  }
  yield new TextEncoder().encode(text);
}

/** The whole file of a run's curves; each is walked twice, for its steps and for its values. */
function* curveParts(store: Snapshot, id: string, curves: readonly { readonly metric: string; readonly points: number }[]): Generator<Uint8Array> {
  yield curvesHead(curves);
  for (const { metric } of curves) {
    for (const column of ["steps", "values"] as const) {
      let [part, at] = [new Float64Array(pieceBytes / 8), 0];
      for (const stretch of store.series.walk(id, metric)) {
        const numbers = stretch[column];
        if (at + numbers.length > part.length) {
          yield new Uint8Array(part.buffer, 0, 8 * at);
          [part, at] = [new Float64Array(pieceBytes / 8), 0];
        }
        part.set(numbers, at);
        at += numbers.length;
      }
      yield new Uint8Array(part.buffer, 0, 8 * at);
    }
  }
}

function* inParts(bytes: Uint8Array): Generator<Uint8Array> { for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes); }

/** A file's bytes, which must still be those that were kept. Throws StoreError. */
function* sameBytes(path: string, wanted: string): Generator<Uint8Array> {
  const hash = createHash("sha256");
  const refuse = (why: string): never => { throw new StoreError("damagedFile", `${path} ${why}, and no capsule was made`, { file: path }, "Restore the file from a copy, or leave checkpoints or data out."); };
  let handle: number;
  try { handle = openSync(path, "r"); } catch { return refuse("is gone"); }
  try {
    for (let at = 0, { size } = statSync(path); at < size;) {
      const part = new Uint8Array(Math.min(pieceBytes, size - at));
      const read = readSync(handle, part, 0, part.length, at);
      if (read === 0) break;
      hash.update(part.subarray(0, read));
      yield part.subarray(0, read);
      at += read;
    }
  } finally { closeSync(handle); }
  if (hash.digest("hex") !== wanted) refuse("is not what was saved: it has another hash than its record");
}

