/** Another program's SQLite file as plain tables. It is read in a copy of its own: the file is not touched, and what its write-ahead log holds is seen too. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import SQLite from "better-sqlite3";
import type { ForeignFile } from "../contract/foreign-runs.ts";
import { asStoreError } from "./trouble.ts";

export interface ForeignTables {
  readonly names: readonly string[];
  columns(table: string): readonly string[];
  /** Every row, in the order of the file. Whole numbers are numbers where a double holds them, text otherwise. */
  rows(table: string): Iterable<Readonly<Record<string, unknown>>>;
}

/** The first 16 bytes of any SQLite file. */
export const isDatabase = (bytes: Uint8Array): boolean => new TextDecoder().decode(bytes.subarray(0, 16)) === "SQLite format 3\u0000";

/** Hands the tables of the database among `files` to `read`, with the `-wal` beside it where that is given. Throws StoreError (`damaged`) for a file that is none, and what `read` throws. */
export function withForeignTables<R>(files: readonly ForeignFile[], read: (tables: ForeignTables, path: string) => R): R {
  const main = files.find(({ bytes }) => isDatabase(bytes));
  if (main === undefined) throw asStoreError(Object.assign(new Error("it does not begin as SQLite files do"), { code: "SQLITE_NOTADB" }), files[0]?.path ?? "");
  const folder = mkdtempSync(join(tmpdir(), "descent-foreign-"));
  try {
    const copy = join(folder, "foreign.db");
    writeFileSync(copy, main.bytes);
    const log = files.find(({ path }) => path === `${main.path}-wal`);
    if (log !== undefined) writeFileSync(`${copy}-wal`, log.bytes);
    const db = new SQLite(copy);
    try {
      // Views and triggers of a file from elsewhere run nothing here: tables alone are read, and no function beyond SQLite's own exists.
      db.pragma("trusted_schema = off");
      return read(tablesOf(db), main.path);
    } finally {
      db.close();
    }
  } catch (error) {
    throw error instanceof SQLite.SqliteError ? asStoreError(error, main.path) : error;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function tablesOf(db: SQLite.Database): ForeignTables {
  const names = (db.prepare("select name from sqlite_schema where type = 'table' and name not like 'sqlite~_%' escape '~' order by name").pluck().all() as string[]);
  const known = (table: string): string => {
    if (!names.includes(table)) throw new Error(`there is no table ${table}`);
    return `"${table.replaceAll('"', '""')}"`;
  };
  return {
    names,
    columns: (table) => (db.pragma(`table_info(${known(table)})`) as { name: string }[]).map(({ name }) => name),
    *rows(table) {
      const all = db.prepare(`select * from ${known(table)} order by rowid`).safeIntegers() as SQLite.Statement<[], Record<string, unknown>>;
      for (const row of all.iterate()) yield Object.fromEntries(Object.entries(row).map(([name, value]) => [name, typeof value === "bigint" ? asNumber(value) : value]));
    },
  };
}

const asNumber = (whole: bigint): number | string => (Number.isSafeInteger(Number(whole)) ? Number(whole) : String(whole));
