/** Checkpoints: `NAME.files/runs/ID/STEP-HASH.safetensors`, each with its hash in a row. The file is durable before the row; the row is gone before the file. */

import { createHash } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Database } from "better-sqlite3";
import { StoreError } from "../contract/errors.ts";
import type { Checkpoint, Hash, Run, RunId } from "../contract/nouns.ts";
import { writeDurably } from "./durable-file.ts";
import { numberOf } from "./ids.ts";
import { metricsFrom, metricsText } from "./metrics-text.ts";
import type { Transactions } from "./transactions.ts";
import { asStoreError } from "./trouble.ts";

/** A state of a training to be kept. */
export interface NewCheckpoint extends Pick<Checkpoint, "step" | "epoch" | "value" | "isPeriodic" | "canGoOn"> {
  readonly measuredStep: number;
  readonly trainingMs: number;
  readonly metrics: Run["metrics"];
  readonly bytes: Uint8Array;
}

/** On disk, its row yet to be written. */
export interface WrittenCheckpoint extends Omit<NewCheckpoint, "bytes"> { readonly file: string; readonly sizeBytes: number; readonly hash: Hash }

/** How many of the best are kept, and which way is better. */
export interface Keeping { readonly best: number; readonly better: "higher" | "lower" }

/** A checkpoint with all that going on from it needs. */
export interface Resumable extends Omit<WrittenCheckpoint, "bytes"> { readonly bytes: Uint8Array }

export interface CheckpointStore {
  write(run: RunId, state: NewCheckpoint): Promise<WrittenCheckpoint>;
  /** Writes file and row, and lets go of what the policy keeps no longer. */
  keep(run: RunId, state: NewCheckpoint, keeping: Keeping, createdMs: number): Promise<void>;
  /** Lets go of what the policy keeps no longer. */
  prune(run: RunId, keeping: Keeping): Promise<void>;
  /** Writes the row. Call it inside a facts transaction. `isFinal`: these are the run's weights; `isFork`: here the run began. */
  name(run: RunId, written: WrittenCheckpoint, createdMs: number, as?: { readonly isFinal?: boolean; readonly isFork?: boolean }): void;
  /** The run goes on: what was final is so no longer, and what lies beyond the step is let go. Call it inside a facts transaction; returns the files to remove after it. */
  reopen(run: RunId, at: { readonly step: number; readonly epoch: number }): readonly string[];
  /** By step. */
  list(run: RunId): readonly Checkpoint[];
  /** The newest state from which the run can go on; null where there is none. Its file is not looked at. */
  newest(run: RunId): Omit<Resumable, "bytes"> | null;
  /** A state the run can go on from, its hash checked. Throws StoreError when there is none at that step, it is gone, or it was changed. */
  at(run: RunId, step: number): Promise<Resumable>;
  /** The state a run began with, where it branched from another. */
  fork(run: RunId): Promise<Resumable | null>;
  /** The final weights, with their hash checked. Throws StoreError when there are none, they are gone, or were changed. */
  final(run: RunId): Promise<Uint8Array>;
  /** Values of the best states that are kept. */
  values(run: RunId): readonly number[];
  /** Removes files that no row names any more. */
  remove(files: readonly string[]): Promise<void>;
  /** Removes files that no row names; only the project's owner may. */
  sweep(): void;
  sizeBytes(): number;
}

interface Row {
  step: number; epoch: number; measured_step: number; training_ms: number; metrics: string; value: number | string | null; is_periodic: number; is_fork: number; is_final: number; can_go_on: number;
  file: string; size_bytes: number; hash: string; created_ms: number;
}

export function checkpointStore(db: Database, { facts, file: step }: Transactions, folder: string): CheckpointStore {
  const insert = db.prepare(/* sql */ `
    insert into saved_state (run, step, epoch, measured_step, training_ms, metrics, value, is_periodic, is_fork, is_final, can_go_on, file, size_bytes, hash, created_ms)
    values (@run, @step, @epoch, @measuredStep, @trainingMs, @metrics, @value, @isPeriodic, @isFork, @isFinal, @canGoOn, @file, @sizeBytes, @hash, @createdMs)
    on conflict (run, step, epoch, can_go_on) do update set measured_step = excluded.measured_step, training_ms = excluded.training_ms, metrics = excluded.metrics,
      value = coalesce(excluded.value, value), is_periodic = max(is_periodic, excluded.is_periodic), is_fork = max(is_fork, excluded.is_fork), is_final = max(is_final, excluded.is_final),
      file = excluded.file, size_bytes = excluded.size_bytes, hash = excluded.hash, created_ms = excluded.created_ms`);
  const all = db.prepare<[number], Row>("select * from saved_state where run = ? order by step, epoch, can_go_on desc");
  const newest = db.prepare<[number], Row>("select * from saved_state where run = ? and can_go_on = 1 order by step desc, epoch desc limit 1");
  const atStep = db.prepare<[number, number], Row>("select * from saved_state where run = ? and can_go_on = 1 and step = ? order by epoch desc limit 1");
  const final = db.prepare<[number], Row>("select * from saved_state where run = ? and is_final = 1 order by step desc limit 1");
  const named = db.prepare<[number, number, number, number], Row>("select * from saved_state where run = ? and step = ? and epoch = ? and can_go_on = ?");
  const forget = db.prepare<[number, string]>("delete from saved_state where run = ? and file = ?");
  const unfinal = db.prepare<[number]>("update saved_state set is_final = 0 where run = ?");
  const files = db.prepare<[], string>("select file from saved_state").pluck();
  const stillNamed = db.prepare<[string], number>("select count(*) from saved_state where file = ?").pluck();
  const total = db.prepare<[], number>("select coalesce(sum(size_bytes), 0) from (select max(size_bytes) as size_bytes from saved_state group by file)").pluck();

  function name(run: RunId, written: WrittenCheckpoint, createdMs: number, { isFinal = false, isFork = false } = {}): void {
    const { value, metrics, isPeriodic, canGoOn } = written;
    insert.run({
      ...written, run: numberOf("r", run), createdMs, metrics: metricsText(metrics), value: value === null || Number.isFinite(value) ? value : String(value),
      isPeriodic: Number(isPeriodic), canGoOn: Number(canGoOn), isFinal: Number(isFinal), isFork: Number(isFork),
    });
  }

  async function write(run: RunId, state: NewCheckpoint): Promise<WrittenCheckpoint> {
    const { bytes, ...rest } = state;
    const hash = sha256(bytes);
    // The content is in the name: a file that a row names is never written over with something else.
    const file = `runs/${run}/${state.step}-${hash.slice(0, 12)}.safetensors`;
    await writeDurably(join(folder, file), bytes, step);
    return { ...rest, file, sizeBytes: bytes.byteLength, hash };
  }

  async function remove(names: readonly string[]): Promise<void> {
    for (const file of names) if (stillNamed.get(file) === 0) await rm(join(folder, file), { force: true });
  }

  /** Deletes the rows the policy keeps no longer and returns their files. */
  function pruned(run: number, { best, better }: Keeping): readonly string[] {
    const rows = all.all(run);
    const last = rows.filter(({ can_go_on }) => can_go_on === 1).at(-1);
    const ranked = rows.filter((row): row is Row & { value: number } => typeof row.value === "number" && row.can_go_on === 1)
      .sort((a, b) => (better === "higher" ? b.value - a.value : a.value - b.value) || a.step - b.step).slice(0, best);
    const gone = rows.filter((row) => row !== last && row.is_periodic === 0 && row.is_fork === 0 && row.is_final === 0 && !ranked.some(({ file }) => file === row.file));
    for (const { file } of gone) forget.run(run, file);
    return gone.map(({ file }) => file);
  }

  async function load(run: RunId, row: Row): Promise<Uint8Array> {
    const path = join(folder, row.file);
    let bytes: Uint8Array;
    try { bytes = await readFile(path); } catch (error) { throw asStoreError(error, path); }
    if (sha256(bytes) !== row.hash) throw new StoreError("damagedCheckpoint", `the saved weights of run ${run} are not what was saved: ${path} has another hash than its record`, { file: path }, "Restore the file from a copy, go on from an earlier checkpoint, or train the run again.");
    return bytes;
  }

  return {
    write,
    async keep(run, state, keeping, createdMs) {
      const written = await write(run, state);
      const number = numberOf("r", run);
      const gone = facts(() => {
        const before = named.get(number, state.step, state.epoch, Number(state.canGoOn));
        name(run, written, createdMs);
        return [...(before === undefined || before.file === written.file ? [] : [before.file]), ...pruned(number, keeping)];
      });
      await remove(gone);
    },
    async prune(run, keeping) { await remove(facts(() => pruned(numberOf("r", run), keeping))); },
    name,
    reopen(run, { step, epoch }) {
      const number = numberOf("r", run);
      unfinal.run(number);
      const gone = all.all(number).filter((row) => row.can_go_on === 0 || row.step > step || row.epoch > epoch);
      for (const { file } of gone) forget.run(number, file);
      return gone.map(({ file }) => file);
    },
    list: (run) => all.all(numberOf("r", run)).map(toCheckpoint),
    newest(run) {
      const row = newest.get(numberOf("r", run));
      return row === undefined ? null : toWritten(row);
    },
    async at(run, step) {
      const row = atStep.get(numberOf("r", run), step);
      if (row === undefined) throw new StoreError("noCheckpoint", `run ${run} has no checkpoint at step ${step} to go on from`, {}, "List its checkpoints to see which steps it has.");
      return { ...toWritten(row), bytes: await load(run, row) };
    },
    async fork(run) {
      const row = all.all(numberOf("r", run)).find(({ is_fork }) => is_fork === 1);
      return row === undefined ? null : { ...toWritten(row), bytes: await load(run, row) };
    },
    async final(run) {
      const row = final.get(numberOf("r", run));
      if (row === undefined) throw new StoreError("noCheckpoint", `run ${run} has no saved weights`, {}, "Only a run that finished, was stopped or diverged keeps its weights; resume it, or train it again.");
      return await load(run, row);
    },
    values: (run) => all.all(numberOf("r", run)).flatMap(({ value, can_go_on }) => (typeof value === "number" && can_go_on === 1 ? [value] : [])),
    remove,
    sweep() { sweepNameless(folder, new Set(files.all())); },
    sizeBytes: () => total.get()!,
  };
}

const toWritten = (row: Row): Omit<Resumable, "bytes"> => ({
  step: row.step, epoch: row.epoch, measuredStep: row.measured_step, trainingMs: row.training_ms, metrics: metricsFrom(row.metrics), value: valueOf(row), isPeriodic: row.is_periodic === 1,
  canGoOn: row.can_go_on === 1, file: row.file, sizeBytes: row.size_bytes, hash: row.hash,
});

const toCheckpoint = (row: Row): Checkpoint => ({
  step: row.step, epoch: row.epoch, value: valueOf(row), isPeriodic: row.is_periodic === 1, isFork: row.is_fork === 1, isFinal: row.is_final === 1, canGoOn: row.can_go_on === 1,
  sizeBytes: row.size_bytes, hash: row.hash, createdMs: row.created_ms,
});

const valueOf = ({ value }: Row): number | null => (value === null ? null : Number(value));

/** A writer that died between file and row, or between row and file, left a file that no row names. */
function sweepNameless(folder: string, named: ReadonlySet<string>): void {
  for (const run of foldersIn(join(folder, "runs"))) {
    for (const name of foldersIn(join(folder, "runs", run))) {
      if (name.endsWith(".safetensors") && !named.has(`runs/${run}/${name}`)) rmSync(join(folder, "runs", run, name), { force: true });
    }
  }
}

function foldersIn(path: string): readonly string[] {
  try { return readdirSync(path); } catch { return []; }
}

const sha256 = (bytes: Uint8Array): Hash => createHash("sha256").update(bytes).digest("hex");
