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
  /** Deletes what a quota plan named and still may go. Resolves as `purge` does. */
  letGo(checkpoints: Parameters<QuotaStore["letGo"]>[0], ids: readonly RunId[]): Promise<number>;
}

export function trashStore(db: Database, { facts }: Transactions, checkpoints: CheckpointStore, folder: string): TrashStore {
  const one = db.prepare<[number], { state: RunState; trashed_ms: number | null }>("select state, trashed_ms from run where number = ?");
  const set = db.prepare<[number | null, number]>("update run set trashed_ms = ?, seq = seq + 1 where number = ?");
  const all = db.prepare<[], { number: number; name: string; state: RunState; trashed_ms: number; bytes: number }>(/* sql */ `
    select r.number, r.name, r.state, r.trashed_ms, ${bytesOfRun} as bytes
      from run r where r.trashed_ms is not null order by r.trashed_ms desc, r.number desc`);
  const filesOf = db.prepare<[number], string>("select distinct file from saved_state where run = ?").pluck();
  const purge = db.prepare<[number]>("delete from run where number = ?");

  const quota = quotaStore(db);
  const isSpare = db.prepare<[number], number>("select count(*) from run where number = ? and trashed_ms is not null and is_pinned = 0 and is_baseline = 0").pluck();
  const unwrite = db.prepare<[string]>("delete from journal where subject = ?");
  const unwriteGroups = db.prepare("delete from journal where subject like 'g-%' and not exists (select 1 from run where 'g-' || group_number = subject)");

  function rowOf(id: RunId): { number: number; state: RunState; trashed_ms: number | null } {
    const number = numberOf("r", id);
    const row = one.get(number);
    if (row === undefined) throw noSuch("r", id);
    return { number, ...row };
  }

  /** What the project's files take now, after the database has given back what it does not need. */
  function settled(): number {
    db.pragma("incremental_vacuum");
    db.pragma("wal_checkpoint(truncate)");
    return [db.name, `${db.name}-wal`].reduce((sum, path) => sum + (existsSync(path) ? statSync(path).size : 0), 0) + checkpoints.sizeBytes();
  }

  /** Deletes rows by `work`, then the files it returns and what folders of these runs are empty; returns by how much the project became smaller. */
  async function freed(work: () => readonly string[], ids: readonly RunId[]): Promise<number> {
    const before = settled();
    await checkpoints.remove(facts(work));
    // Only an empty folder goes: another run may still name a file in it.
    for (const id of ids) await rmdir(join(folder, "runs", id)).catch(() => undefined);
    return Math.max(0, before - settled());
  }

  /** Deletes a run's rows; returns the files it named. */
  function deleted(id: RunId): readonly string[] {
    const { number, trashed_ms } = rowOf(id);
    if (trashed_ms === null) throw new StoreError("wrongState", `run ${id} is not in the trash and cannot be purged`, {}, "Move it to the trash first.");
    const named = filesOf.all(number);
    purge.run(number);
    unwrite.run(id);
    unwriteGroups.run();
    return named;
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
    purge: (ids) => freed(() => ids.flatMap(deleted), ids),
    letGo: (checkpointsOf, ids) => freed(() => {
      const unmarked = ids.filter((id) => isSpare.get(numberOf("r", id)) === 1);
      return [...quota.letGo(checkpointsOf), ...unmarked.flatMap(deleted)];
    }, ids),
    largest: quota.largest,
    plan: quota.plan,
  };
}
