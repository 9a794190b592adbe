/** Rows that leave with a capsule, and rows that come back with one: known by their uid, never twice, never in the place of another. Knows the tables and how they hang together, not what is in a capsule's file. */

import type { Database } from "better-sqlite3";
import type { RunId, Stretch } from "../contract/nouns.ts";
import { nameOf } from "./ids.ts";
import type { SeriesStore } from "./series.ts";
import type { Transactions } from "./transactions.ts";

export type StoredRow = Readonly<Record<string, unknown>>;
/** Numbers of runs; `isAll`: with everything else there is. */
export interface CapsuleScope { readonly runs: readonly number[]; readonly isAll: boolean }

/** What comes in: rows by table with values as the database has them, curves by the run's number there, and in which file each checkpoint's bytes are. */
export interface Incoming {
  readonly rows: Readonly<Record<CarriedTable, readonly StoredRow[]>>;
  readonly curves: (run: number) => readonly Stretch[];
  readonly files: ReadonlyMap<string, string>;
}

export interface CapsuleStore {
  /** Rows of a table that belong to these runs, in order. */
  rows(table: CarriedTable, scope: CapsuleScope): IterableIterator<StoredRow>;
  /** Numbers of the runs that are over and not in the trash; and of those that still wait or train. */
  runs(): { readonly over: readonly number[]; readonly active: readonly number[] };
  /** Which of these uids the project has, with their numbers. */
  known(table: Identified, uids: readonly string[]): ReadonlyMap<string, { readonly number: number; readonly isTrashed: boolean }>;
  /** All of it in one transaction, or nothing. What has a known uid stays as it is here. */
  take(incoming: Incoming): { readonly runIds: readonly RunId[]; readonly there: number };
}

const identified = ["experiment", "sweep", "run", "report"] as const;
type Identified = (typeof identified)[number];

const ofRuns = "(select value from json_each(@runs))";
const ofSweeps = `(select number from sweep where @isAll or number in (select sweep from run where number in ${ofRuns}))`;
const selects = {
  experiment: `select * from experiment where @isAll or number in (select experiment from run where number in ${ofRuns}) or number in (select experiment from sweep where number in ${ofSweeps}) order by number`,
  sweep: `select * from sweep where number in ${ofSweeps} order by number`,
  sweep_version: `select * from sweep_version where sweep in ${ofSweeps} order by sweep, version`,
  trial: `select * from trial where sweep in ${ofSweeps} order by sweep, number`,
  run: `select * from run where number in ${ofRuns} order by number`,
  weight_hash: `select * from weight_hash where run in ${ofRuns} order by run, epoch`,
  saved_state: `select * from saved_state where run in ${ofRuns} order by run, step, epoch, can_go_on`,
  layer_record: `select * from layer_record where run in ${ofRuns} order by run, step`,
  journal: /* sql */ `select * from journal where case substr(subject, 1, 2)
      when 'r-' then cast(substr(subject, 3) as integer) in ${ofRuns}
      when 'g-' then cast(substr(subject, 3) as integer) in (select group_number from run where number in ${ofRuns})
      when 's-' then cast(substr(subject, 3) as integer) in ${ofSweeps}
      when 'e-' then @isAll or cast(substr(subject, 3) as integer) in (select experiment from run where number in ${ofRuns})
      else @isAll end order by subject`,
  report: "select * from report where @isAll order by number",
  source_file: /* sql */ `select * from source_file where @isAll
      or hash in (select d.value from run r, json_each(r.spec, '$.data') d where r.number in ${ofRuns})
      or hash in (select d.value from sweep_version v, json_each(v.spec, '$.base.data') d where v.sweep in ${ofSweeps}) order by hash`,
} as const;
export type CarriedTable = keyof typeof selects;

/** Where rows of a table go: their numbers here by those there, and which of them are new. */
interface Places { readonly to: ReadonlyMap<number, number>; readonly fresh: ReadonlySet<number> }

export function capsuleStore(db: Database, { facts }: Transactions, series: SeriesStore): CapsuleStore {
  const over = db.prepare<[], number>("select number from run where trashed_ms is null and is_going = 0 and state in ('finished', 'stopped', 'failed', 'interrupted') order by number").pluck();
  const active = db.prepare<[], number>("select number from run where trashed_ms is null and state in ('queued', 'running', 'paused') order by number").pluck();
  const knownIn = new Map(identified.map((table) => [table, db.prepare<[string], { uid: string; number: number; isTrashed: 0 | 1 }>(`select uid, number, ${table === "run" ? "trashed_ms is not null" : "0"} as isTrashed from ${table} where uid in (select value from json_each(?))`)]));
  const lastOf = new Map(identified.map((table) => [table, db.prepare<[], number>(`select max((select coalesce(max(number), 0) from ${table}), coalesce((select seq from sqlite_sequence where name = '${table}'), 0))`).pluck()]));
  const ofOrigin = db.prepare<[string], number>("select number from run where origin_hash = ?").pluck();
  const lastGroup = db.prepare<[], number>("select coalesce(max(group_number), 0) from run").pluck();
  const groupOf = db.prepare<[number], number>("select group_number from run where number = ?").pluck();
  const isFree = db.prepare<{ sweep: number; trial: number; repeat: number; confirms: number }, number>(/* sql */ `
    select exists (select 1 from trial where sweep = @sweep and number = @trial)
       and not exists (select 1 from run where sweep = @sweep and trial = @trial and trial_repeat = @repeat and is_confirmation = @confirms)`).pluck();
  const hasBaseline = db.prepare<[number], number>("select exists (select 1 from run where experiment = ? and is_baseline = 1)").pluck();

  const known: CapsuleStore["known"] = (table, uids) => new Map(knownIn.get(table)!.all(JSON.stringify(uids)).map(({ uid, number, isTrashed }) => [uid, { number, isTrashed: isTrashed === 1 }]));

  /** Numbers stay where none of them was ever given here; else all new ones follow what was given, in their order. */
  function numbered(numbers: readonly number[], last: number): ReadonlyMap<number, number> {
    const stays = numbers.every((number) => number > last);
    return new Map(numbers.toSorted((a, b) => a - b).map((number, i) => [number, stays ? number : last + 1 + i]));
  }

  function placesOf(table: Identified, rows: readonly StoredRow[]): Places {
    const here = new Map(known(table, rows.map((row) => row["uid"] as string)));
    // The same run of another program, taken in by both.
    if (table === "run") for (const { uid, origin_hash: origin } of rows) { const number = typeof origin === "string" ? ofOrigin.get(origin) : undefined; if (number !== undefined) here.set(uid as string, { number, isTrashed: false }); }
    const fresh = rows.filter((row) => !here.has(row["uid"] as string)).map((row) => row["number"] as number);
    const to = new Map(rows.flatMap((row) => { const found = here.get(row["uid"] as string); return found === undefined ? [] : [[row["number"] as number, found.number] as const]; }));
    return { to: new Map([...to, ...numbered(fresh, lastOf.get(table)!.get()!)]), fresh: new Set(fresh) };
  }

  /** Groups of runs that are here already keep their number here. */
  function groupPlaces(rows: readonly StoredRow[], runs: Places): Places {
    const to = new Map<number, number>();
    for (const row of rows) if (!runs.fresh.has(row["number"] as number)) to.set(row["group_number"] as number, groupOf.get(runs.to.get(row["number"] as number)!)!);
    const fresh = [...new Set(rows.map((row) => row["group_number"] as number))].filter((group) => !to.has(group));
    return { to: new Map([...to, ...numbered(fresh, lastGroup.get()!)]), fresh: new Set(fresh) };
  }

  const inserts = new Map<string, { run(row: StoredRow): void }>();
  function insert(table: CarriedTable, row: StoredRow): void {
    const columns = Object.keys(row);
    const key = `${table} ${columns.join()}`;
    let statement = inserts.get(key);
    if (statement === undefined) {
      const there = new Set(db.prepare<[string], string>("select name from pragma_table_info(?)").pluck().all(table));
      const odd = columns.find((name) => !there.has(name));
      if (odd !== undefined) throw new Error(`table ${table} has no column ${odd}`);
      const made = db.prepare(`insert into ${table} (${columns.join(", ")}) values (${columns.map((name) => `@${name}`).join(", ")})`);
      inserts.set(key, (statement = { run: (one) => { made.run(one); } }));
    }
    statement.run(row);
  }

  return {
    *rows(table, { runs, isAll }) { yield* db.prepare<unknown[], StoredRow>(selects[table]).iterate({ runs: JSON.stringify(runs), isAll: Number(isAll) }); },
    runs: () => ({ over: over.all(), active: active.all() }),
    known,
    take({ rows, curves, files }) {
      return facts(() => {
        const experiments = placesOf("experiment", rows.experiment), sweeps = placesOf("sweep", rows.sweep), runs = placesOf("run", rows.run), reports = placesOf("report", rows.report);
        const groups = groupPlaces(rows.run, runs);
        const placed = { e: experiments, s: sweeps, r: runs, g: groups };
        /** The id here of what is called so there; null where the capsule does not hold it. Where numbers stay, so do those of what is gone. */
        const idHere = (id: string): string | null => {
          const letter = id[0] as keyof typeof placed, there = Number(id.slice(2)), here = placed[letter].to.get(there);
          return here === undefined ? (stays(placed[letter]) ? id : null) : nameOf(letter, here);
        };
        const stays = ({ to, fresh }: Places): boolean => fresh.size === to.size && [...to].every(([there, here]) => there === here);
        const numberHere = (places: Places, number: unknown): number | null => (typeof number !== "number" ? null : places.to.get(number) ?? (stays(places) ? number : null));

        for (const row of rows.experiment) if (experiments.fresh.has(row["number"] as number)) insert("experiment", { ...row, number: experiments.to.get(row["number"] as number) });
        for (const row of rows.sweep) if (sweeps.fresh.has(row["number"] as number)) insert("sweep", { ...row, number: sweeps.to.get(row["number"] as number), experiment: experiments.to.get(row["experiment"] as number), parent: numberHere(sweeps, row["parent"]) });
        for (const row of rows.sweep_version) if (sweeps.fresh.has(row["sweep"] as number)) insert("sweep_version", { ...row, sweep: sweeps.to.get(row["sweep"] as number) });
        for (const row of rows.trial) {
          if (!sweeps.fresh.has(row["sweep"] as number)) continue;
          const from = (JSON.parse(row["runs"] as string) as (string | number)[]).flatMap((run): (string | number)[] => { const here = typeof run === "string" ? idHere(run) : numberHere(runs, run); return here === null ? [] : [here]; });
          insert("trial", { ...row, sweep: sweeps.to.get(row["sweep"] as number), runs: JSON.stringify(from) });
        }
        const runIds: RunId[] = [];
        for (const row of rows.run) {
          const there = row["number"] as number, here = runs.to.get(there)!;
          if (!runs.fresh.has(there)) continue;
          const experiment = experiments.to.get(row["experiment"] as number)!;
          const sweep = numberHere(sweeps, row["sweep"]);
          // Of a sweep that was here already, another run may be in its place.
          const isOfSweep = sweep !== null && isFree.get({ sweep, trial: row["trial"] as number, repeat: row["trial_repeat"] as number, confirms: row["is_confirmation"] as number }) === 1;
          const history = (JSON.parse(row["history"] as string) as { readonly kind: string; readonly from?: string }[]).map((deed) => (deed.kind === "branched" ? { ...deed, from: idHere(deed.from!) ?? deed.from } : deed));
          insert("run", {
            ...row, number: here, experiment, group_number: groups.to.get(row["group_number"] as number), parent: numberHere(runs, row["parent"]), history: JSON.stringify(history),
            ...(isOfSweep ? { sweep } : { sweep: null, trial: null, trial_repeat: null, is_confirmation: 0 }), is_baseline: row["is_baseline"] === 1 && hasBaseline.get(experiment) === 0 ? 1 : 0,
          });
          runIds.push(nameOf("r", here));
          series.append(nameOf("r", here), row["seq"] as number, curves(there));
        }
        for (const table of ["weight_hash", "layer_record"] as const) for (const row of rows[table]) if (runs.fresh.has(row["run"] as number)) insert(table, { ...row, run: runs.to.get(row["run"] as number) });
        for (const row of rows.saved_state) if (runs.fresh.has(row["run"] as number)) insert("saved_state", { ...row, run: runs.to.get(row["run"] as number), file: files.get(row["hash"] as string) });
        const noted = db.prepare<[string], number>("select exists (select 1 from journal where subject = ?)").pluck();
        for (const row of rows.journal) {
          const subject = row["subject"] as string;
          const here = subject === "project" ? subject : placed[subject[0] as keyof typeof placed].fresh.has(Number(subject.slice(2))) ? idHere(subject) : null;
          if (here !== null && noted.get(here) === 0) insert("journal", { ...row, subject: here });
        }
        for (const row of rows.report) {
          if (!reports.fresh.has(row["number"] as number)) continue;
          const subject = JSON.parse(row["subject"] as string) as { readonly runIds: readonly string[]; readonly baseline: string | null };
          const blocks = (JSON.parse(row["blocks"] as string) as { readonly kind: string; readonly sweepId?: string | null }[]).map((block) => (block.kind === "sweep" && typeof block.sweepId === "string" ? { ...block, sweepId: idHere(block.sweepId) } : block));
          const here = { ...subject, runIds: subject.runIds.flatMap((id) => idHere(id) ?? []), baseline: subject.baseline === null ? null : idHere(subject.baseline) };
          insert("report", { ...row, number: reports.to.get(row["number"] as number), subject: JSON.stringify(here), blocks: JSON.stringify(blocks) });
        }
        const kept = db.prepare<[string], number>("select exists (select 1 from source_file where hash = ?)").pluck();
        for (const row of rows.source_file) if (kept.get(row["hash"] as string) === 0) insert("source_file", row);
        return { runIds, there: rows.run.length - runs.fresh.size };
      });
    },
  };
}
