/** Checkpoints: `NAME.files/runs/ID/last.safetensors`, each with its hash in a row. The file is durable before the row. */

import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import { StoreError } from "../contract/errors.ts";
import type { Hash, RunId } from "../contract/nouns.ts";
import { writeDurably } from "./durable-file.ts";
import { numberOf } from "./ids.ts";
import { asStoreError } from "./trouble.ts";

/** A checkpoint on disk whose row is yet to be written. */
export interface WrittenCheckpoint { readonly step: number; readonly file: string; readonly sizeBytes: number; readonly hash: Hash }

export interface CheckpointStore {
  write(run: RunId, step: number, bytes: Uint8Array): Promise<WrittenCheckpoint>;
  /** Writes the row. Call it inside a facts transaction. */
  name(run: RunId, written: WrittenCheckpoint, createdMs: number): void;
  has(run: RunId): boolean;
  /** The bytes, with their hash checked. Throws StoreError when there is none, it is gone, or it was changed. */
  load(run: RunId): Promise<Uint8Array>;
  sizeBytes(): number;
}

export function checkpointStore(db: Database, folder: string): CheckpointStore {
  const insert = db.prepare(/* sql */ `
    insert into checkpoint (run, step, file, size_bytes, hash, created_ms) values (@run, @step, @file, @sizeBytes, @hash, @createdMs)
    on conflict (run) do update set step = excluded.step, file = excluded.file, size_bytes = excluded.size_bytes, hash = excluded.hash, created_ms = excluded.created_ms`);
  const one = db.prepare<[number], { file: string; hash: string }>("select file, hash from checkpoint where run = ?");
  const total = db.prepare<[], { bytes: number }>("select coalesce(sum(size_bytes), 0) as bytes from checkpoint");

  return {
    async write(run, step, bytes) {
      const file = `runs/${run}/last.safetensors`;
      await writeDurably(join(folder, file), bytes);
      return { step, file, sizeBytes: bytes.byteLength, hash: sha256(bytes) };
    },
    name(run, written, createdMs) { insert.run({ run: numberOf("r", run), ...written, createdMs }); },
    has: (run) => one.get(numberOf("r", run)) !== undefined,
    async load(run) {
      const row = one.get(numberOf("r", run));
      if (row === undefined) throw new StoreError("noCheckpoint", `run ${run} has no saved weights`, {}, "Only a run that finished, was stopped or diverged keeps its weights; train it again.");
      const path = join(folder, row.file);
      let bytes: Uint8Array;
      try { bytes = await readFile(path); } catch (error) { throw asStoreError(error, path); }
      if (sha256(bytes) !== row.hash) throw new StoreError("damagedCheckpoint", `the saved weights of run ${run} are not what was saved: ${path} has another hash than its record`, { file: path }, "Restore the file from a copy, or train the run again.");
      return bytes;
    },
    sizeBytes: () => total.get()!.bytes,
  };
}

const sha256 = (bytes: Uint8Array): Hash => createHash("sha256").update(bytes).digest("hex");
