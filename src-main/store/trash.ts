/** Runs thrown away: hidden but whole until they are purged; then their rows, points and files are gone and the disk has the bytes back. */

import { existsSync, statSync } from "node:fs";
import { rmdir } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import { StoreError } from "../contract/errors.ts";
import type { RunId, RunState, TrashedRun } from "../contract/nouns.ts";
import { isOver } from "../contract/nouns.ts";
import type { CheckpointStore } from "./checkpoints.ts";
import { nameOf, noSuch, numberOf } from "./ids.ts";
import { bytesOfRun, quotaStore } from "./quota.ts";
import type { QuotaStore } from "./quota.ts";
import type { Transactions } from "./transactions.ts";

export interface TrashStore extends Pick<QuotaStore, "largest" | "plan"> {
  /** The most recently thrown away first, each with about what purging it would free. */
  list(): readonly TrashedRun[];
  /** Throws StoreError (`wrongState`) where one of them is not over. */
  put(ids: readonly RunId[], atMs: number): void;
  takeOut(ids: readonly RunId[]): void;
  /** Deletes what is in the trash; throws StoreError where one is not. Resolves with the bytes by which the project's files became smaller, as measured. */
  purge(ids: readonly RunId[]): Promise<number>;
  /** Deletes the rest of what a program that ended was purging. Call it inside a facts transaction, before files without a record are swept. */
  finish(): void;
  /** Deletes what a quota plan named and still may go. Resolves as `purge` does. */
  letGo(checkpoints: Parameters<QuotaStore["letGo"]>[0], ids: readonly RunId[]): Promise<number>;
}

/** How long a portion of a purge takes before it is committed, in milliseconds; the commit may take several times as long. */
const portionMs = 5;
/** Pages the database gives back at a time: about as many as it moves in a portion. */
const portionPages = 100;

export function trashStore(db: Database, { facts, metrics }: Transactions, checkpoints: CheckpointStore, folder: string): TrashStore {
  const one = db.prepare<[number], { state: RunState; trashed_ms: number | null }>("select state, trashed_ms from run where number = ? and is_going = 0");
  const set = db.prepare<[number | null, number]>("update run set trashed_ms = ?, seq = seq + 1 where number = ?");
  const all = db.prepare<[], { number: number; name: string; state: RunState; trashed_ms: number; bytes: number }>(/* sql */ `
    select r.number, r.name, r.state, r.trashed_ms, ${bytesOfRun} as bytes
      from run r where r.trashed_ms is not null and r.is_going = 0 order by r.trashed_ms desc, r.number desc`);
  const filesOf = db.prepare<[number], string>("select distinct file from saved_state where run = ?").pluck();
  const send = db.prepare<[number]>("update run set is_going = 1 where number = ?");
  // By an index that tells which are thrown away, so that few rows are read.
  const going = db.prepare<[], number>("select number from run where number in (select number from run indexed by run_by_experiment where trashed_ms is not null) and is_going = 1").pluck();
  /** What there may be much of, in portions; what is left goes with the run's own row. */
  const portions = ["series", "series_summary"].map((table) => db.prepare<[number]>(`delete from ${table} where rowid in (select rowid from ${table} where run = ? limit 20)`));
  const purge = db.prepare<[number]>("delete from run where number = ?");

  const quota = quotaStore(db);
  const isSpare = db.prepare<[number], number>("select count(*) from run where number = ? and trashed_ms is not null and is_going = 0 and is_pinned = 0 and is_baseline = 0").pluck();
  const unwrite = db.prepare<[string]>("delete from journal where subject = ?");
  const unwriteGroups = db.prepare("delete from journal where subject like 'g-%' and not exists (select 1 from run where 'g-' || group_number = subject)");

  function rowOf(id: RunId): { number: number; state: RunState; trashed_ms: number | null } {
    const number = numberOf("r", id);
    const row = one.get(number);
    if (row === undefined) throw noSuch("r", id);
    return { number, ...row };
  }

  /** Calls `step` until it returns false, as often as fits into a portion, each portion in a transaction of its own; whoever waits meanwhile comes between. */
  async function little(step: () => boolean): Promise<void> {
    const portion = (): boolean => metrics(() => {
      for (const end = performance.now() + portionMs; performance.now() < end;) if (!step()) return false;
      return true;
    });
    while (portion()) await soon();
  }

  /** What the project's files take now, after the database has given back what it does not need. */
  async function settled(): Promise<number> {
    while ((db.pragma("freelist_count", { simple: true }) as number) > 0) {
      db.pragma(`incremental_vacuum(${portionPages})`);
      await soon();
    }
    db.pragma("wal_checkpoint(truncate)");
    return [db.name, `${db.name}-wal`].reduce((sum, path) => sum + (existsSync(path) ? statSync(path).size : 0), 0) + checkpoints.sizeBytes();
  }

  /**
   * Says in one fact by `work` which runs go, and which files besides (those it returns); then deletes their rows little by little, and the files. Returns by how much the project became smaller.
   * A program that ends meanwhile has decided: `finish` does the rest.
   */
  async function freed(work: () => readonly string[]): Promise<number> {
    const before = await settled();
    await soon();
    const files = facts(work);
    await soon();
    // With those of a purge that a full disk cut off.
    const numbers = going.all();
    const named = [...files, ...numbers.flatMap((number) => filesOf.all(number))];
    const left = [...numbers];
    await soon();
    await little(() => {
      const number = left.at(-1);
      if (number === undefined) return false;
      if (!portions.some((portion) => portion.run(number).changes > 0)) {
        drop(number);
        left.pop();
      }
      return true;
    });
    unwriteGroups.run();
    await checkpoints.remove(named);
    // Only an empty folder goes: another run may still name a file in it.
    for (const number of numbers) await rmdir(join(folder, "runs", nameOf("r", number))).catch(() => undefined);
    return Math.max(0, before - await settled());
  }

  function drop(number: number): void {
    purge.run(number);
    unwrite.run(nameOf("r", number));
  }

  /** Its purging begins. */
  function go(id: RunId): void {
    const { number, trashed_ms } = rowOf(id);
    if (trashed_ms === null) throw new StoreError("wrongState", `run ${id} is not in the trash and cannot be purged`, {}, "Move it to the trash first.");
    send.run(number);
  }

  return {
    list: () => all.all().map(({ number, trashed_ms, bytes, ...rest }) => ({ id: nameOf("r", number), trashedMs: trashed_ms, sizeBytes: bytes, ...rest })),
    put(ids, atMs) {
      facts(() => {
        for (const id of ids) {
          const { number, state, trashed_ms } = rowOf(id);
          if (!isOver(state)) throw new StoreError("wrongState", `run ${id} is ${state} and cannot be thrown away`, {}, "Stop it first.");
          if (trashed_ms === null) set.run(atMs, number);
        }
      });
    },
    takeOut(ids) { facts(() => { for (const id of ids) set.run(null, rowOf(id).number); }); },
    purge: (ids) => freed(() => { ids.forEach(go); return []; }),
    letGo: (checkpointsOf, ids) => freed(() => {
      ids.filter((id) => isSpare.get(numberOf("r", id)) === 1).forEach(go);
      return quota.letGo(checkpointsOf);
    }),
    finish() {
      for (const number of going.all()) drop(number);
      unwriteGroups.run();
    },
    largest: quota.largest,
    plan: quota.plan,
  };
}

/** After what else is waiting. */
const soon = (): Promise<void> => new Promise((resolve) => { setImmediate(resolve); });
