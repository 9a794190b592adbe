/** Copies of the project's database in `NAME.files/backups`, made by SQLite itself while it goes on, and kept only if they open whole. Knows no schedule. */

import { closeSync, copyFileSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { Worker } from "node:worker_threads";
import Sqlite from "better-sqlite3";
import type { Database } from "better-sqlite3";
import { StoreError } from "../contract/errors.ts";
import type { Backup } from "../contract/nouns.ts";
import { filesFolder } from "./place.ts";
import { threadFile } from "./thread-file.ts";
import { asStoreError } from "./trouble.ts";

/** So many are kept, besides those made before a migration. */
const kept = 5;

export interface BackupStore {
  /** Newest first. */
  list(): readonly Backup[];
  /** Copies on a thread of its own, opens the copy and checks it; then lets go of the oldest. Throws StoreError, and then there is no new one. */
  make(atMs: number): Promise<Backup>;
}

export function backupStore(db: Database, folder: string): BackupStore {
  const place = join(folder, "backups");
  return {
    list: () => backupsIn(folder),
    async make(atMs) {
      const path = join(place, nameAt(atMs, ""));
      try {
        mkdirSync(place, { recursive: true });
        await copied(db.name, path);
      } catch (error) {
        rmSync(`${path}.tmp`, { force: true });
        throw asStoreError(error, path);
      }
      const all = backupsIn(folder);
      for (const { name } of all.filter(({ beforeVersion }) => beforeVersion === null).slice(kept)) rmSync(join(place, name), { force: true });
      return all.find(({ name }) => path.endsWith(name))!;
    },
  };
}

/** The backups beside a project, newest first; readable without opening it. */
export function backupsIn(folder: string): readonly Backup[] {
  let names: string[];
  try { names = readdirSync(join(folder, "backups")); } catch { return []; }
  return names.flatMap((name): Backup[] => {
    const found = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)(\d{3})Z(?:-before-v(\d+))?\.descent$/.exec(name);
    if (found === null) return [];
    const [, y, mo, d, h, mi, s, ms, version] = found;
    return [{ name, atMs: Date.UTC(Number(y), Number(mo) - 1, Number(d), Number(h), Number(mi), Number(s), Number(ms)), sizeBytes: statSync(join(folder, "backups", name)).size, beforeVersion: version === undefined ? null : Number(version) }];
  }).sort((a, b) => b.atMs - a.atMs);
}

/** Before a migration: the database as it is, written by SQLite in one read, checked, and kept for good. Synchronous, for nobody else may write meanwhile. */
export function backUpBefore(db: Database, folder: string, version: number, atMs: number): void {
  const path = join(folder, "backups", nameAt(atMs, `-before-v${version}`));
  try {
    mkdirSync(join(folder, "backups"), { recursive: true });
    rmSync(`${path}.tmp`, { force: true });
    db.prepare("vacuum into ?").run(`${path}.tmp`);
    finishBackup(path);
  } catch (error) {
    rmSync(`${path}.tmp`, { force: true });
    throw asStoreError(error, path);
  }
}

/** The copy is made and checked on a thread of its own: of a large project that takes seconds. */
async function copied(file: string, path: string): Promise<void> {
  const thread = new Worker(threadFile("backup-thread", import.meta.url), { workerData: { file, path } });
  const { fault } = await new Promise<{ readonly fault: { readonly message: string; readonly code?: string } | null }>((resolve, reject) => {
    thread.once("message", resolve);
    thread.once("error", reject);
    thread.once("exit", () => { reject(new Error("the thread that copies the project ended")); });
  });
  if (fault !== null) throw Object.assign(new Error(fault.message), { code: fault.code });
}

/**
 * Puts a backup in the project's place; the file that stood there is kept beside it under a name of its own, which is returned. The project must be closed.
 * Throws StoreError where there is no such backup, or it is not whole.
 */
export function restoreBackup(file: string, wanted: string | null, atMs: number): { readonly backup: Backup; readonly keptAs: string | null } {
  const folder = filesFolder(file);
  const all = backupsIn(folder);
  const backup = wanted === null ? all[0] : all.find(({ name }) => name === wanted);
  if (backup === undefined) throw new StoreError("noSuchFile", wanted === null ? `there is no backup of ${file}` : `there is no backup ${JSON.stringify(wanted)} of ${file}`, { file: folder }, "List them: descent backup --list");
  const path = join(folder, "backups", backup.name);
  check(path);
  let keptAs: string | null = null;
  for (const suffix of ["", "-wal", "-shm"]) {
    if (!existsSync(`${file}${suffix}`)) continue;
    const aside = `${file.replace(/\.descent$/i, "")}.replaced-${nameAt(atMs, "")}${suffix}`;
    renameSync(`${file}${suffix}`, aside);
    if (suffix === "") keptAs = aside;
  }
  copyFileSync(path, `${file}.tmp`);
  sync(`${file}.tmp`);
  renameSync(`${file}.tmp`, file);
  return { backup, keptAs };
}

/** `20261129T124400000Z.descent`: a name that sorts by time and says it. */
const nameAt = (ms: number, mark: string): string => `${new Date(ms).toISOString().replace(/[-:.]/g, "")}${mark}.descent`;

/** What was written aside gets its name once it belongs to nobody, opens whole and is on the disk. */
export function finishBackup(path: string): void {
  free(`${path}.tmp`);
  check(`${path}.tmp`);
  sync(`${path}.tmp`);
  renameSync(`${path}.tmp`, path);
}

/** The copy is one file, and belongs to nobody: who had the project open when it was made must not keep it shut. */
function free(path: string): void {
  const copy = new Sqlite(path);
  try {
    copy.pragma("journal_mode = delete");
    copy.exec("delete from owner");
  } finally {
    copy.close();
  }
}

function check(path: string): void {
  const copy = new Sqlite(path, { readonly: true });
  try {
    const found = copy.pragma("quick_check(1)", { simple: true }) as string;
    if (found !== "ok") throw new StoreError("damaged", `the backup ${path} is not whole: ${found}`, { file: path }, "Make another, on another disk if need be.");
  } finally {
    copy.close();
    // A copy of a database in WAL mode leaves these behind when it is looked at.
    for (const suffix of ["-wal", "-shm"]) rmSync(`${path}${suffix}`, { force: true });
  }
}

function sync(path: string): void {
  const handle = openSync(path, "r+");
  try { fsyncSync(handle); } finally { closeSync(handle); }
}
