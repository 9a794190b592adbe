/** How a project's store stands: its database checked in full, its files held against their rows, its backups opened. Reads only. */

import { existsSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import type { Backup, ProjectHealth } from "../contract/nouns.ts";
import { freeBytes, sizeOf } from "./files.ts";
import { isAlive } from "./owner.ts";
import type { Owner } from "./owner.ts";
import { readSql } from "./sql.ts";

/** A full check of a very large project takes minutes; an hour means that something else is wrong. */
const limitMs = 3_600_000;
const mostFaults = 100;
/** What the log keeps of the disk between two of its beginnings; it grows beyond that only while somebody reads one moment of the project for long. */
export const mostLogBytes = 64 * 1024 * 1024;

export async function healthOf(db: Database, folder: string, backups: readonly Backup[]): Promise<ProjectHealth> {
  const file = db.name;
  const [checked, broken, ...copies] = await Promise.all([
    asked(file, `pragma integrity_check(${mostFaults})`), asked(file, "select count(*) from pragma_foreign_key_check"),
    ...backups.map(async (backup) => ({ ...backup, isWhole: (await asked(join(folder, "backups", backup.name), "pragma quick_check(1)")).join() === "ok" })),
  ]);
  const owner = db.prepare<[], Owner & { sinceMs: number }>("select pid, started, boot, instance, since_ms as sinceMs from owner").get();
  const named = new Map([
    ...db.prepare<[], { file: string; size: number }>("select file, max(size_bytes) as size from saved_state group by file").all().map(({ file: name, size }) => [name, size] as const),
    ...db.prepare<[], { hash: string; size: number }>("select hash, size_bytes as size from source_file").all().map(({ hash, size }) => [`data/${hash}.csv`, size] as const),
  ]);
  const there = ["data", "runs"].flatMap((part) => filesIn(folder, part));
  const orphans = there.filter((name) => !named.has(name)).map((name) => sizeOf(join(folder, name)));
  return {
    file, version: db.pragma("user_version", { simple: true }) as number, sqlite: db.prepare<[], string>("select sqlite_version()").pluck().get()!,
    faults: checked.filter((line) => line !== "ok").map(String), broken: Number(broken[0]),
    owner: owner === undefined ? null : { pid: owner.pid, sinceMs: owner.sinceMs, isAlive: isAlive(owner) },
    databaseBytes: sizeOf(file), logBytes: sizeOf(`${file}-wal`), isLogHeld: sizeOf(`${file}-wal`) > mostLogBytes, freeBytes: freeBytes(file),
    missing: [...named].filter(([name, size]) => !existsSync(join(folder, name)) || sizeOf(join(folder, name)) !== size).map(([name]) => name),
    orphans: { files: orphans.length, bytes: orphans.reduce((sum, bytes) => sum + bytes, 0) },
    backups: copies, durability: { journal: db.pragma("journal_mode", { simple: true }) as string, metrics: "normal", facts: "full" },
  };
}

/** The first column of an answer; what SQLite said instead, where it could not answer. */
async function asked(file: string, sql: string): Promise<readonly unknown[]> {
  try { return (await readSql(file, sql, { most: mostFaults, limitMs })).rows.map(([first]) => first); } catch (error) { return [(error as Error).message]; }
}

function filesIn(folder: string, part: string): readonly string[] {
  let names: string[];
  try { names = readdirSync(join(folder, part), { recursive: true, encoding: "utf8" }); } catch { return []; }
  return names.map((name) => `${part}/${name.replaceAll("\\", "/")}`).filter((name) => statSync(join(folder, name), { throwIfNoEntry: false })?.isFile() === true);
}
