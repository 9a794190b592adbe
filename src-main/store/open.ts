/** Opens a project: one SQLite file and its folder, for one writing process. Damaged, foreign or newer files are refused and left as they are. */

import { accessSync, closeSync, constants, existsSync, mkdirSync, openSync, readSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, resolve } from "node:path";
import Sqlite from "better-sqlite3";
import type { Database } from "better-sqlite3";
import { StoreError } from "../contract/errors.ts";
import type { ProjectHealth, RunId, Storage } from "../contract/nouns.ts";
import { backupsIn, backupStore, backUpBefore } from "./backups.ts";
import type { BackupStore } from "./backups.ts";
import { capsuleStore } from "./capsules.ts";
import type { CapsuleStore } from "./capsules.ts";
import { checkpointStore } from "./checkpoints.ts";
import type { CheckpointStore } from "./checkpoints.ts";
import { sweepAside } from "./durable-file.ts";
import { experimentStore } from "./experiments.ts";
import type { ExperimentStore } from "./experiments.ts";
import { fileStore, freeBytes, sizeOf } from "./files.ts";
import type { FileStore } from "./files.ts";
import { foreignStore } from "./foreign.ts";
import type { ForeignStore } from "./foreign.ts";
import { healthOf, mostLogBytes } from "./health.ts";
import { applicationId, firstArranged, migrate, newestVersion } from "./migrate.ts";
import { layerRecordStore } from "./layer-records.ts";
import type { LayerRecordStore } from "./layer-records.ts";
import { journalStore } from "./journal.ts";
import { reportStore } from "./reports.ts";
import type { ReportStore } from "./reports.ts";
import type { JournalStore } from "./journal.ts";
import { isAlive, thisOwner } from "./owner.ts";
import type { Owner } from "./owner.ts";
import { defaultProject, filesFolder } from "./place.ts";
import { runRowStore } from "./run-rows.ts";
import type { RunRowStore } from "./run-rows.ts";
import { runStore } from "./runs.ts";
import type { RunStore } from "./runs.ts";
import { searchStore } from "./search.ts";
import type { SearchStore } from "./search.ts";
import { seriesStore } from "./series.ts";
import type { SeriesStore } from "./series.ts";
import { settingStore } from "./settings.ts";
import type { SettingStore } from "./settings.ts";
import { trashStore } from "./trash.ts";
import type { TrashStore } from "./trash.ts";
import { sweepStore } from "./sweeps.ts";
import type { SweepStore } from "./sweeps.ts";
import { transactions } from "./transactions.ts";
import type { Fault, Transactions } from "./transactions.ts";
import { asStoreError, damagedHint } from "./trouble.ts";

export interface Store {
  /** The project's file, as an absolute path. */
  readonly file: string;
  /** Who owns the project, where this store only reads it; null where it is ours. */
  readonly viewing: Pick<Owner, "pid"> | null;
  /** Changes with every commit of another program. */
  version(): number;
  /** Runs that a program left behind when it died; found and marked on opening. */
  readonly interrupted: readonly RunId[];
  readonly runs: RunStore;
  readonly sweeps: SweepStore;
  readonly rows: RunRowStore;
  readonly search: SearchStore;
  readonly series: SeriesStore;
  readonly layerRecords: LayerRecordStore;
  readonly checkpoints: CheckpointStore;
  readonly experiments: ExperimentStore;
  readonly files: FileStore;
  readonly settings: SettingStore;
  readonly trash: TrashStore;
  readonly journal: JournalStore;
  readonly foreign: ForeignStore;
  readonly reports: ReportStore;
  readonly capsules: CapsuleStore;
  readonly backups: BackupStore;
  /** The parts of what the project takes on disk, and what is left there. */
  storage(): Pick<Storage, "database" | "checkpoints" | "files" | "backups" | "free">;
  /** Several questions answered of one and the same moment. */
  atOnce<T>(questions: () => T): T;
  /** Everything checked thoroughly. */
  health(): Promise<ProjectHealth>;
  /** What the project takes on disk: database, its log, kept files, checkpoints. */
  sizeBytes(): number;
  /** Gives the project back to whoever opens it next. */
  close(): void;
}

/** SQLite before 3.51.3 could lose a write-ahead log being reset (sqlite.org/wal.html, "the WAL-reset bug"). */
const oldestSqlite = [3, 51, 3] as const;
/** How long opening waits for a lock that another program holds, and how long a statement does afterwards, in milliseconds: who serves pages must not stand still for long. */
const patienceMs = 5000;
const statementMs = 1000;

/**
 * Opens the project at `file`, or makes a new one; its folder must exist (only the folder of the default place is made).
 * Migrates, takes the one writer's place, and marks the runs that a dead owner left active as interrupted, all in one transaction.
 *
 * Throws StoreError, the file untouched: `noSuchFolder`, `readOnly`, `notAProject`, `damaged`, `newerProject`, `inUse` (names the owner's pid), `locked`.
 */
export function openStore(file: string, now: () => number, fault?: Fault): Store {
  const path = resolve(file);
  checkFolder(path);
  const folder = filesFolder(path);
  try {
    if (existsSync(path)) examine(path);
    const db = new Sqlite(path, { timeout: patienceMs });
    try {
      configure(db);
      return takeOver(db, folder, now, fault);
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw withBackup(asStoreError(error, path), folder);
  }
}

/** A damaged project's error names its newest backup and how to go back to it. */
function withBackup(error: Error, folder: string): Error {
  const [newest] = error instanceof StoreError && error.code === "damaged" ? backupsIn(folder) : [];
  if (newest === undefined) return error;
  const { code, message, at } = error as StoreError;
  return new StoreError(code, message, at, `The file was left untouched. Its newest backup is of ${new Date(newest.atMs).toISOString().slice(0, 16).replace("T", " ")} UTC; to go back to it: descent backup --restore. What can be read of the file itself: descent rescue`);
}

function takeOver(db: Database, folder: string, now: () => number, fault: Fault | undefined): Store {
  const commits = transactions(db, fault);
  const me = thisOwner();
  refuseLivingOwner(db);
  const version = db.pragma("user_version", { simple: true }) as number;
  if (version > 0 && version < newestVersion) {
    backUpBefore(db, folder, newestVersion, now());
    // A project of version 1 could not give disk space back; from now on it can.
    if (db.pragma("auto_vacuum", { simple: true }) === 0) {
      db.pragma("auto_vacuum = incremental");
      db.exec("vacuum");
    }
  }
  const [store, interrupted] = commits.facts(() => {
    refuseLivingOwner(db);
    migrate(db);
    db.prepare("insert or replace into owner (id, pid, started, boot, instance, since_ms) values (1, @pid, @started, @boot, @instance, @sinceMs)").run({ ...me, sinceMs: now() });
    sweepAside(folder);
    const opened = compose(db, commits, folder);
    if (version > 0 && version < firstArranged) opened.series.arrange();
    opened.trash.finish();
    opened.files.sweep();
    opened.checkpoints.sweep();
    opened.sweeps.interruptAbandoned();
    return [opened, opened.runs.interruptAbandoned(now())] as const;
  });
  db.pragma(`busy_timeout = ${statementMs}`);
  return {
    file: db.name,
    viewing: null,
    atOnce: (questions) => db.transaction(questions)(),
    version: () => db.pragma("data_version", { simple: true }) as number,
    interrupted,
    ...store,
    ...measures(db, store),
    close() {
      if (!db.open) return;
      try { commits.facts(() => db.prepare("delete from owner where instance = ?").run(me.instance)); } finally { db.close(); }
    },
  };
}

function measures(db: Database, store: Pick<Store, "checkpoints" | "files" | "backups">): Pick<Store, "storage" | "sizeBytes" | "health"> {
  return {
    storage: () => ({ database: sizeOf(db.name) + sizeOf(`${db.name}-wal`), checkpoints: store.checkpoints.sizeBytes(), files: store.files.sizeBytes(), backups: store.backups.list().reduce((sum, { sizeBytes }) => sum + sizeBytes, 0), free: freeBytes(db.name) }),
    health: () => healthOf(db, filesFolder(db.name), store.backups.list()),
    sizeBytes: () => sizeOf(db.name) + sizeOf(`${db.name}-wal`) + store.files.sizeBytes() + store.checkpoints.sizeBytes(),
  };
}

/**
 * Opens a project that another program owns, for reading only: nothing is written, swept or migrated. Whatever would write throws StoreError (`viewing`), naming the owner.
 * Throws StoreError as `openStore` does, and `olderProject` where the owner's version is not this program's.
 */
export function openViewer(file: string): Store {
  const path = resolve(file);
  try { examine(path); } catch (error) { throw asStoreError(error, path); }
  return openReader(path);
}

/** The same of a project that was examined already, by this program or by its owner: for threads that only read. */
export function openReader(file: string): Store {
  const path = resolve(file);
  try {
    const db = new Sqlite(path, { readonly: true, fileMustExist: true, timeout: patienceMs });
    try {
      db.pragma("trusted_schema = off");
      db.pragma("cell_size_check = on");
      const version = db.pragma("user_version", { simple: true }) as number;
      if (version !== newestVersion) throw new StoreError("olderProject", `${path} has version ${version}, and only its owner can bring it to ${newestVersion}`, { file: path }, "Close the other Descent, then open the project here.");
      const owner = db.prepare<[], Owner>("select pid, started, boot, instance from owner").get();
      const pid = owner?.pid ?? 0;
      const refuse = (): never => { throw new StoreError("viewing", `${path} is open in another Descent (process ${pid}); here it can only be read`, { file: path }, "Do it there, or close that one and open the project again."); };
      const store = compose(db, { metrics: refuse, facts: refuse, file: refuse }, filesFolder(path));
      return {
        file: db.name, viewing: { pid }, interrupted: [], ...store, ...measures(db, store),
        atOnce: (questions) => db.transaction(questions)(),
        version: () => db.pragma("data_version", { simple: true }) as number,
        close() { if (db.open) db.close(); },
      };
    } catch (error) {
      db.close();
      throw error;
    }
  } catch (error) {
    throw asStoreError(error, path);
  }
}

/** What is committed at this moment, whatever is written meanwhile. */
export interface Snapshot extends ReturnType<typeof compose>, Disposable {
  readonly version: number;
}

/** For reading on a thread of its own, beside whoever has the project open. Throws StoreError. */
export function openSnapshot(file: string): Snapshot {
  try {
    const db = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: patienceMs });
    db.pragma("trusted_schema = off");
    db.exec("begin");
    // The moment is that of the first look.
    db.prepare("select count(*) from setting").get();
    const refuse = (): never => { throw new StoreError("viewing", `${file} is only read here`, { file }); };
    return {
      version: db.pragma("user_version", { simple: true }) as number, ...compose(db, { metrics: refuse, facts: refuse, file: refuse }, filesFolder(file)),
      [Symbol.dispose]() { db.close(); },
    };
  } catch (error) {
    throw asStoreError(error, file);
  }
}

/** A second hand of the program that owns the project, on a thread of its own. Throws StoreError where another program owns it. */
export function openBeside(file: string, fault?: Fault): Snapshot & { readonly folder: string; readonly step: () => void } {
  try {
    const db = new Sqlite(file, { fileMustExist: true, timeout: patienceMs });
    configure(db);
    const owner = db.prepare<[], Owner>("select pid, started, boot, instance from owner").get();
    if (owner?.pid !== process.pid) throw new StoreError("inUse", `${file} is not open in this program`, { file }, "Open it here first.");
    const commits = transactions(db, fault), folder = filesFolder(file);
    return { version: newestVersion, ...compose(db, commits, folder), folder, step: () => { commits.file(); }, [Symbol.dispose]() { db.close(); } };
  } catch (error) {
    throw asStoreError(error, file);
  }
}

/** Ours where it can be had, else a view of it. */
export function openOrView(file: string, now: () => number): Store {
  try { return openStore(file, now); } catch (error) {
    if (error instanceof StoreError && error.code === "inUse") return openViewer(file);
    throw error;
  }
}

function compose(db: Database, commits: Transactions, folder: string): Pick<Store, "runs" | "sweeps" | "rows" | "search" | "series" | "layerRecords" | "checkpoints" | "experiments" | "files" | "settings" | "trash" | "journal" | "foreign" | "reports" | "backups" | "capsules"> {
  const series = seriesStore(db);
  const layerRecords = layerRecordStore(db);
  const checkpoints = checkpointStore(db, commits, folder);
  const runs = runStore(db, commits, series, layerRecords, checkpoints);
  const journal = journalStore(db, commits);
  return { series, layerRecords, checkpoints, runs, sweeps: sweepStore(db, commits), rows: runRowStore(db), search: searchStore(db), experiments: experimentStore(db, commits), files: fileStore(db, commits, folder), settings: settingStore(db, commits), trash: trashStore(db, commits, checkpoints, folder), journal, foreign: foreignStore(db, commits, { runs, series, journal }), reports: reportStore(db, commits), capsules: capsuleStore(db, commits, series), backups: backupStore(db, folder) };
}

function configure(db: Database): void {
  const version = db.prepare("select sqlite_version()").pluck().get() as string;
  if (isOlder(version)) throw new StoreError("oldSqlite", `this program needs SQLite ${oldestSqlite.join(".")} or newer and was given ${version}`, {}, "Install it again with npm ci.");
  // Says nothing to a project that exists; a new one can give disk space back.
  db.pragma("auto_vacuum = incremental");
  db.pragma("journal_mode = wal");
  db.pragma("synchronous = normal");
  // What a slow reader let the log grow to is given back once it can be begun anew.
  db.pragma(`journal_size_limit = ${mostLogBytes}`);
  db.pragma("foreign_keys = on");
  db.pragma("trusted_schema = off");
  db.pragma("cell_size_check = on");
}

function isOlder(version: string): boolean {
  const parts = version.split(".").map(Number);
  const at = oldestSqlite.findIndex((least, i) => parts[i] !== least);
  return at >= 0 && parts[at]! < oldestSqlite[at]!;
}

/** Reads without writing: is this ours, whole, and not from the future? An empty file is a project that was never begun. */
function examine(path: string): void {
  if (statSync(path).isDirectory()) throw new StoreError("notAProject", `${path} is a folder, not a project`, { file: path }, "A project is a file that ends in .descent.");
  if (statSync(path).size === 0) return;
  // Who has a folder of checkpoints and backups beside it was a project once.
  if (!beginsAsSqlite(path)) throw existsSync(filesFolder(path)) ? new StoreError("damaged", `${path} is damaged: it does not begin as a project does`, { file: path }, damagedHint) : foreign(path);
  const db = new Sqlite(path, { readonly: true, timeout: patienceMs });
  try {
    db.pragma("cell_size_check = on");
    const version = db.pragma("user_version", { simple: true }) as number;
    const isOurs = (db.pragma("application_id", { simple: true }) as number) === applicationId;
    // A program killed while it made a project leaves a file without tables; the first transaction had not ended.
    const isBlank = version === 0 && db.prepare("select count(*) from sqlite_schema").pluck().get() === 0;
    if (!isOurs && !isBlank) throw foreign(path);
    if (version > newestVersion) throw new StoreError("newerProject", `${path} was written by a newer Descent: it has version ${version}, this one knows ${newestVersion}`, { file: path }, "Update Descent, or choose another project with --project.");
    // The quick check would not notice an index that contradicts its table, and is no quicker here: most of a project are points.
    const found = db.pragma("integrity_check(1)", { simple: true }) as string;
    if (found !== "ok") throw new StoreError("damaged", `${path} is damaged: ${found}`, { file: path }, damagedHint);
  } finally {
    db.close();
  }
}

const foreign = (path: string): StoreError => new StoreError("notAProject", `${path} is not a Descent project`, { file: path }, "The file was left untouched. Choose another file with --project.");

function beginsAsSqlite(path: string): boolean {
  const head = new Uint8Array(16);
  const handle = openSync(path, "r");
  try { readSync(handle, head, 0, 16, 0); } finally { closeSync(handle); }
  return new TextDecoder().decode(head) === "SQLite format 3\0";
}

function checkFolder(path: string): void {
  const folder = dirname(path);
  if (!existsSync(folder)) {
    if (path !== defaultProject(process.platform, process.env, homedir())) throw new StoreError("noSuchFolder", `the folder ${folder} does not exist`, { file: path }, "Make it first, or choose another file with --project.");
    mkdirSync(folder, { recursive: true });
  }
  for (const place of existsSync(path) ? [folder, path] : [folder]) {
    try { accessSync(place, constants.R_OK | constants.W_OK); } catch (error) { throw asStoreError(error, place); }
  }
}

function refuseLivingOwner(db: Database): void {
  const hasOwners = db.prepare("select count(*) from sqlite_schema where name = 'owner'").pluck().get() === 1;
  const owner = hasOwners ? db.prepare<[], Owner>("select pid, started, boot, instance from owner").get() : undefined;
  if (owner !== undefined && isAlive(owner)) {
    throw new StoreError("inUse", `${db.name} is open in another Descent (process ${owner.pid})`, { file: db.name }, `Close that one, or choose another project with --project.`);
  }
}
