/** Runs that other programs trained: taken in whole and once, or begun empty and told step by step. Afterwards they are runs like others (runs.ts). */

import type { Database } from "better-sqlite3";
import type { ForeignOrigin } from "../contract/foreign-runs.ts";
import type { ExperimentId, Hash, Run, RunId, Stretch } from "../contract/nouns.ts";
import { nameOf, numberOf } from "./ids.ts";
import type { JournalStore } from "./journal.ts";
import { metricsText } from "./metrics-text.ts";
import type { RunStore, Told } from "./runs.ts";
import type { SeriesStore } from "./series.ts";
import type { Transactions } from "./transactions.ts";

export interface NewForeignRun extends Pick<Run, "name" | "state" | "createdMs" | "startedMs" | "endedMs" | "metrics" | "tags"> {
  readonly experimentId: ExperimentId;
  readonly origin: ForeignOrigin;
  /** Over all that was read of it; null of what is told step by step. */
  readonly hash: Hash | null;
  /** For its journal. */
  readonly notes: string;
  readonly series: readonly Stretch[];
}

export interface ForeignStore {
  /** The runs that were taken in with these hashes, those in the trash too. */
  known(hashes: readonly Hash[]): ReadonlyMap<Hash, { readonly runId: RunId; readonly isTrashed: boolean }>;
  /** The newest run of each of these names that is not in the trash. */
  namesakes(names: readonly string[]): ReadonlyMap<string, RunId>;
  /** All of a run, with its curves and its journal, or nothing of it. Throws StoreError. */
  take(run: NewForeignRun): Told;
  /** A run that had fallen silent is told on. */
  revive(id: RunId): Told;
}

export function foreignStore(db: Database, { facts }: Transactions, { runs, series, journal }: { readonly runs: RunStore; readonly series: SeriesStore; readonly journal: JournalStore }): ForeignStore {
  const insert = db.prepare(/* sql */ `
    insert into run (experiment, group_number, name, spec, state, data, layers, parameters, created_ms, started_ms, ended_ms, training_ms, epochs, step, steps, metrics, version, executor, tags, origin, origin_hash)
    values (@experiment, (select coalesce(max(group_number), 0) + 1 from run), @name, 'null', @state, @data, '[]', 0, @createdMs, @startedMs, @endedMs, @trainingMs, 0, @step, @step, @metrics, '', '', @tags, @origin, @hash)`);
  const revive = db.prepare<[number]>("update run set state = 'running', reason = null, ended_ms = null, seq = seq + 1 where number = ? and origin is not null");
  const known = db.prepare<[string], { hash: string; number: number; trashed_ms: number | null }>("select origin_hash as hash, number, trashed_ms from run where is_going = 0 and origin_hash in (select value from json_each(?))");
  const namesakes = db.prepare<[string], { name: string; number: number }>("select name, max(number) as number from run where trashed_ms is null and name in (select value from json_each(?)) group by name");
  const noData: Run["data"] = { name: "", hash: "", rows: { train: 0, validation: 0, test: 0 }, shape: [], classes: null };

  return {
    known: (hashes) => new Map(known.all(JSON.stringify(hashes)).map(({ hash, number, trashed_ms }) => [hash, { runId: nameOf("r", number), isTrashed: trashed_ms !== null }])),
    namesakes: (names) => new Map(namesakes.all(JSON.stringify(names)).map(({ name, number }) => [name, nameOf("r", number)])),
    take({ experimentId, origin, hash, notes, series: stretches, ...run }) {
      const id = facts(() => {
        const step = stretches.reduce((most, { steps }) => Math.max(most, steps.at(-1) ?? 0), 0);
        const made = nameOf("r", Number(insert.run({
          experiment: numberOf("e", experimentId), name: run.name, state: run.state, data: JSON.stringify(noData), createdMs: run.createdMs, startedMs: run.startedMs, endedMs: run.endedMs,
          trainingMs: run.startedMs === null || run.endedMs === null ? 0 : Math.max(0, run.endedMs - run.startedMs), step, metrics: metricsText(run.metrics), tags: JSON.stringify(run.tags), origin: JSON.stringify(origin), hash,
        }).lastInsertRowid));
        series.append(made, 1, stretches);
        journal.keep(made, { notes }, run.createdMs);
        return made;
      });
      return runs.get(id);
    },
    revive(id) {
      facts(() => revive.run(numberOf("r", id)));
      return runs.get(id);
    },
  };
}
