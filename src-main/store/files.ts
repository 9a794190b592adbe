/** Source files the project keeps, known by their content: `NAME.files/data/HASH.csv`. */

import { existsSync, readdirSync, rmSync, statfsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Database } from "better-sqlite3";
import { StoreError } from "../contract/errors.ts";
import type { Column, Hash, SourceFile } from "../contract/nouns.ts";
import { writeDurably } from "./durable-file.ts";
import type { Transactions } from "./transactions.ts";
import { asStoreError } from "./trouble.ts";

export interface FileStore {
  /** Newest first. */
  list(): readonly SourceFile[];
  get(hash: Hash): SourceFile | null;
  /** Keeps the bytes, then the row that names them. The same content twice is one file, under the name it came with first. */
  keep(file: Omit<SourceFile, "sizeBytes">, bytes: Uint8Array): Promise<SourceFile>;
  /** The kept bytes; whether they still have their hash is for the reader to check. Throws StoreError when they are gone. */
  read(hash: Hash): Promise<Uint8Array>;
  /** Removes files that no row names; only the project's owner may. */
  sweep(): void;
  /** All of them together. */
  sizeBytes(): number;
}

interface Row { hash: string; name: string; size_bytes: number; imported_ms: number; rows: number; columns: string }

export function fileStore(db: Database, { facts, file: step }: Transactions, folder: string): FileStore {
  const all = db.prepare<[], Row>("select * from source_file order by imported_ms desc, hash");
  const one = db.prepare<[string], Row>("select * from source_file where hash = ?");
  const total = db.prepare<[], { bytes: number }>("select coalesce(sum(size_bytes), 0) as bytes from source_file");
  const insert = db.prepare(/* sql */ `
    insert into source_file (hash, name, size_bytes, imported_ms, rows, columns) values (@hash, @name, @sizeBytes, @importedMs, @rows, @columns)
    on conflict (hash) do nothing`);
  const data = join(folder, "data");
  const pathOf = (hash: Hash): string => join(data, `${hash}.csv`);

  function get(hash: Hash): SourceFile | null {
    const row = one.get(hash);
    return row === undefined ? null : toFile(row);
  }

  return {
    list: () => all.all().map(toFile),
    get,
    async keep({ hash, name, importedMs, rows, columns }, bytes) {
      await writeDurably(pathOf(hash), bytes, step);
      facts(() => insert.run({ hash, name, sizeBytes: bytes.byteLength, importedMs, rows, columns: JSON.stringify(columns) }));
      return get(hash)!;
    },
    async read(hash) {
      const path = pathOf(hash);
      if (one.get(hash) === undefined) throw new StoreError("noSuchFile", `this project keeps no file with the hash ${hash}`, { path: "data.hash" }, "Import the file first.");
      try { return await readFile(path); } catch (error) { throw asStoreError(error, path); }
    },
    sweep() { sweepNameless(data, new Set(all.all().map(({ hash }) => `${hash}.csv`))); },
    sizeBytes: () => total.get()!.bytes,
  };
}

/** An import that died between file and row left a file that no row names. */
function sweepNameless(folder: string, named: ReadonlySet<string>): void {
  let names: string[];
  try { names = readdirSync(folder); } catch { return; }
  for (const name of names) if (/^[0-9a-f]{64}\.csv$/.test(name) && !named.has(name)) rmSync(join(folder, name), { force: true });
}

export const sizeOf = (path: string): number => (existsSync(path) ? statSync(path).size : 0);

/** Left on the disk where a file is; null where the system does not say. */
export function freeBytes(path: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(dirname(path));
    return bavail * bsize;
  } catch {
    return null;
  }
}

const toFile = ({ hash, name, size_bytes, imported_ms, rows, columns }: Row): SourceFile =>
  ({ hash, name, sizeBytes: size_bytes, importedMs: imported_ms, rows, columns: JSON.parse(columns) as Column[] });
