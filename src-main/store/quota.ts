/** Size of each run, and what may go where a project takes more than it may. Plans first; what is carried out is what a plan named. */

import type { Database } from "better-sqlite3";
import type { Quota, QuotaPlan, RunId, SizedRun } from "../contract/nouns.ts";
import { nameOf, numberOf } from "./ids.ts";

export interface QuotaStore {
  /** The largest runs outside the trash, at most so many. */
  largest(most: number): readonly SizedRun[];
  /** What would go now, in order, until `usedBytes` are within the limit. */
  plan(quota: Quota, usedBytes: number): QuotaPlan;
  /** The files of checkpoints that a plan may name, of those given; the rows go at once. Call it inside a facts transaction, and remove the files after it. */
  letGo(checkpoints: readonly { readonly runId: RunId; readonly step: number }[]): readonly string[];
}

/** A row of the points' table costs about this besides its numbers; one of hashes and of summaries about that. */
const rowBytes = 45;
const hashBytes = 90;
const summaryBytes = 1400;

/** About what a run's rows take in the database, of a run `r`. */
const ownBytes = /* sql */ `(
  length(r.spec) + length(r.data) + length(r.layers) + length(r.metrics) + length(r.history) + length(r.alerts) + 500
    + coalesce((select sum(8 * points * (1 + (steps is not null)) + coalesce(length(events), 0) + ${rowBytes}) from series s where s.run = r.number), 0)
    + coalesce((select sum(length(l.numbers) + length(l.names) + ${rowBytes}) from layer_record l where l.run = r.number), 0)
    + (select count(*) * ${summaryBytes} from series_summary s where s.run = r.number)
    + (select count(*) * ${hashBytes} from weight_hash h where h.run = r.number))`;

/** What the checkpoints take that no other run names, of a run `r`. */
const stateBytes = /* sql */ `
  coalesce((select sum(size_bytes) from (select max(c.size_bytes) as size_bytes from saved_state c where c.run = r.number
    and not exists (select 1 from saved_state o where o.file = c.file and o.run <> c.run) group by c.file)), 0)`;

/** All that purging a run `r` gives back. */
export const bytesOfRun = `(${ownBytes} + ${stateBytes})`;

/** Checkpoints `c` that may go: of runs that are over, unmarked and outside the trash; not the weights, not where a branch began, not the newest to go on from, in no other run's use. */
const spare = /* sql */ `
  from saved_state c join run r on r.number = c.run
 where r.state in ('finished', 'stopped', 'failed', 'interrupted') and r.is_pinned = 0 and r.is_baseline = 0 and r.trashed_ms is null and c.is_final = 0 and c.is_fork = 0
   and c.number <> (select n.number from saved_state n where n.run = c.run order by n.can_go_on desc, n.step desc, n.epoch desc limit 1)
   and not exists (select 1 from saved_state o where o.file = c.file and o.number <> c.number)`;

export function quotaStore(db: Database): QuotaStore {
  const sizes = db.prepare<[number], { number: number; name: string; state: SizedRun["state"]; own: number; states: number }>(/* sql */ `
    select r.number, r.name, r.state, ${ownBytes} as own, ${stateBytes} as states from run r where r.trashed_ms is null order by own + states desc, r.number limit ?`);
  const checkpoints = db.prepare<[], { run: number; step: number; sizeBytes: number }>(`select c.run, c.step, c.size_bytes as sizeBytes ${spare} order by r.ended_ms, c.run, c.step`);
  const trashed = db.prepare<[], { run: number; sizeBytes: number }>(`select r.number as run, ${bytesOfRun} as sizeBytes from run r where r.trashed_ms is not null and r.is_going = 0 and r.is_pinned = 0 and r.is_baseline = 0 order by r.trashed_ms, r.number`);
  const one = db.prepare<[number, number], { number: number; file: string }>(`select c.number, c.file ${spare} and c.run = ? and c.step = ?`);
  const drop = db.prepare<[number]>("delete from saved_state where number = ?");

  return {
    largest: (most) => sizes.all(most).map(({ number, own, states, ...rest }) => ({ id: nameOf("r", number), ...rest, sizeBytes: own + states, checkpointBytes: states })),
    plan({ limitBytes, order }, usedBytes) {
      const plan = { checkpoints: [] as QuotaPlan["checkpoints"][number][], runs: [] as QuotaPlan["runs"][number][] };
      let left = usedBytes - limitBytes;
      let freesBytes = 0;
      for (const kind of order) {
        for (const { run, sizeBytes, ...rest } of kind === "checkpoints" ? checkpoints.all() : trashed.all()) {
          if (left <= 0) break;
          if ("step" in rest) plan.checkpoints.push({ runId: nameOf("r", run), step: rest.step as number, sizeBytes });
          else plan.runs.push({ runId: nameOf("r", run), sizeBytes });
          left -= sizeBytes;
          freesBytes += sizeBytes;
        }
      }
      return { usedBytes, limitBytes, ...plan, freesBytes };
    },
    letGo: (named) => named.flatMap(({ runId, step }) => {
      const found = one.get(numberOf("r", runId), step);
      if (found === undefined) return [];
      drop.run(found.number);
      return [found.file];
    }),
  };
}
