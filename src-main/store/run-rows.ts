/** Runs as rows of a table: the columns asked for, of the runs a query admits. One truth for both: what a name means stands in query-sql.ts. */

import { createHash } from "node:crypto";
import type { Database } from "better-sqlite3";
import type { Grouping } from "../contract/comparison.ts";
import type { ExperimentId, Run, RunId, RunRow, RunState } from "../contract/nouns.ts";
import { metricColumn, nameOf as namedOf } from "../contract/query-names.ts";
import type { Query } from "../contract/query.ts";
import { nameOf, numberOf } from "./ids.ts";
import { metricNames } from "./metric-names.ts";
import { Bindings, conditionSql, namesOf, storedSql, valueSql } from "./query-sql.ts";
import type { Sql } from "./query-sql.ts";

export interface Scope {
  readonly experiment?: ExperimentId | undefined;
  readonly query?: Query | null | undefined;
  /** Only these runs. */
  readonly runIds?: readonly RunId[] | undefined;
}

/** A row before it is held against anything. */
export type StoredRow = Omit<RunRow, "deltas">;

export interface RunRowStore {
  /** Newest first. A value stands in the order of `columns`; null where the run has none. */
  list(scope: Scope, columns: readonly string[]): { readonly total: number; readonly rows: readonly StoredRow[] };
  /** The key of the group each run of the scope belongs to: the same for the same setting, whenever it is asked. Newest first. */
  keys(scope: Scope, grouping: Grouping): ReadonlyMap<RunId, string>;
  /** A text for each run of the scope, equal for runs of the same data split alike: then equal seeds see the same rows, and validation rows are the same ones. */
  validationRows(scope: Scope): ReadonlyMap<RunId, string>;
  /** Names of metrics and of parts of specs that hold the text, in any case, at most `limit`. Specs are read of the newest runs only. */
  names(contains: string, limit: number): readonly string[];
  /** The values a name has in the project's runs, the most frequent first. */
  values(name: string, contains: string, limit: number): readonly (string | number)[];
}

/** Runs whose specs are looked through for names. */
const newestSpecs = 200;

/** The numbers of the runs in a scope, those in the trash left out, and those in the archive where neither they nor the archive are asked for, as a statement that can stand in brackets. */
export function admitted(scope: Scope, bindings: Bindings): string {
  const where = `where ${boundsOf(scope, bindings).join(" and ")}`, { query } = scope;
  if (query === undefined || query === null) return `select run.number from run ${where}`;
  // Each name is read once for each run, however often the query compares it; the spec's text is parsed once.
  const names = namesOf(query);
  const condition = conditionSql(query, (name) => `seen.n${names.indexOf(name)}`, bindings);
  return /* sql */ `
    with seen as materialized (select run.number, ${names.map((name, i) => `${storedSql(name, bindings)} as n${i}`).join(", ")} from ${parsed(names)} ${where})
    select seen.number from seen where ${condition}`;
}

/** The same as a condition on `run`: a row that is looked at anyway is admitted at the same time, where the query asks about one thing only. */
function admits(scope: Scope, bindings: Bindings): string {
  const { query } = scope;
  if (query === undefined || query === null) return boundsOf(scope, bindings).join(" and ");
  if (query.kind !== "compare" && query.kind !== "in") return `run.number in (${admitted(scope, bindings)})`;
  return [...boundsOf(scope, bindings), conditionSql(query, (name) => `(${storedSql(name, bindings)})`, bindings)].join(" and ");
}

function boundsOf({ experiment, query, runIds }: Scope, bindings: Bindings): readonly string[] {
  return [
    "run.trashed_ms is null",
    ...(runIds !== undefined || (query !== undefined && query !== null && namesOf(query).includes("archived")) ? [] : ["run.is_archived = 0"]),
    ...(experiment === undefined ? [] : [`run.experiment = ${bindings.bind(numberOf("e", experiment))}`]),
    ...(runIds === undefined ? [] : [`run.number in (${runIds.map((id) => bindings.bind(numberOf("r", id))).join(", ")})`]),
  ];
}

/** The table of runs, its specs parsed once into SQLite's binary form where more than one name asks about them. */
const parsed = (names: readonly string[]): string => (names.length < 2 ? "run" : "(select number, trashed_ms, is_archived, is_pinned, is_baseline, tags, parent, priority, experiment, group_number, name, jsonb(spec) as spec, state, reason, data, parameters, created_ms, started_ms, ended_ms, training_ms, epoch, epochs, step, steps, metrics, test_openings, alerts, sweep, trial, is_confirmation, origin from run) as run");

type Cell = string | number | null;
/** The facts every row has, in this order; the columns asked for follow. */
const always = ["run.number", "run.experiment", "run.name", "run.state", "run.reason", "run.group_number", "run.epoch", "run.epochs", "run.alerts", "json_extract(run.origin, '$.program')"] as const;
type Tuple = readonly [number: number, experiment: number, name: string, state: RunState, reason: string | null, group: number, epoch: number, epochs: number, alerts: string, program: StoredRow["program"], ...values: Cell[]];

export function runRowStore(db: Database): RunRowStore {
  const total = db.prepare<[], number>("select count(*) from run where trashed_ms is null").pluck();
  const totalOf = db.prepare<[number], number>("select count(*) from run where experiment = ? and trashed_ms is null").pluck();
  const metrics = metricNames(db);
  const params = db.prepare<[number, string], string>(/* sql */ `
    select distinct 'param.' || p.key as name from (select origin from run where origin is not null order by number desc limit ?) r, json_each(r.origin, '$.params') p
     where name like ? escape '\\' order by name`).pluck();
  const specNames = db.prepare<[number, string], string>(/* sql */ `
    select distinct replace(replace(substr(n.fullkey, 3), '[', '.'), ']', '') as name from (select spec from run order by number desc limit ?) r, json_tree(r.spec) n
     where n.atom is not null and name like ? escape '\\' order by name`).pluck();

  return {
    list(scope, columns) {
      const bindings = new Bindings();
      const values = columns.map((name) => valueSql(name, bindings));
      const sql = `select ${[...always, ...values].join(", ")} from run where ${admits(scope, bindings)} order by run.number desc`;
      const rows = all<Tuple>({ text: sql, values: bindings.values });
      return { total: scope.experiment === undefined ? total.get()! : totalOf.get(numberOf("e", scope.experiment))!, rows: rows.map(toRow) };
    },
    keys(scope, grouping) {
      const bindings = new Bindings();
      const sql = `select run.number, ${settingSql(grouping, bindings)} from run where run.number in (${admitted(scope, bindings)}) order by run.number desc`;
      const known = new Map<string, string>();
      return new Map(all<readonly [number, string]>({ text: sql, values: bindings.values }).map(([number, setting]) => {
        let key = known.get(setting);
        if (key === undefined) known.set(setting, (key = createHash("sha256").update(setting).digest("base64url").slice(0, 16)));
        return [nameOf("r", number), key];
      }));
    },
    validationRows(scope) {
      const bindings = new Bindings();
      const sql = `select run.number, json_extract(run.data, '$.hash') || json_extract(run.spec, '$.split') from run where run.number in (${admitted(scope, bindings)})`;
      return new Map(all<readonly [number, string]>({ text: sql, values: bindings.values }).map(([number, rows]) => [nameOf("r", number), rows]));
    },
    names(contains, limit) {
      const pattern = `%${contains.replace(/[\\%_]/g, "\\$&")}%`;
      return [...metrics.holding(contains, limit).map(metricColumn), ...specNames.all(newestSpecs, pattern), ...params.all(newestSpecs, pattern)].filter((name) => namedOf(name).kind !== "fault").slice(0, limit);
    },
    values(name, contains, limit) {
      const bindings = new Bindings();
      const each = name === "tag" ? "select t.value as v from run, json_each(run.tags) t" : `select ${valueSql(name, bindings)} as v from run`;
      const text = /* sql */ `select v from (${each}) where v is not null and v like ${bindings.bind(`%${contains.replace(/[\\%_]/g, "\\$&")}%`)} escape '\\'
        group by v order by count(*) desc, v limit ${bindings.bind(limit)}`;
      return all<readonly [string | number]>({ text, values: bindings.values }).map(([value]) => value);
    },
  };

  function all<R extends readonly Cell[]>({ text, values }: Sql): R[] {
    return db.prepare(text).raw().all(values) as unknown as R[];
  }
}

const ownSetting = "json_remove(run.spec, '$.name', '$.seed', '$.seeds') || json_extract(run.data, '$.hash') || run.version || run.executor || coalesce((select group_concat(h.value ->> 'step' || (h.value ->> 'changes'), ' ') from json_each(run.history) h where h.value ->> 'kind' <> 'resumed'), '')";

/** What runs of one group have in common, as a text. */
function settingSql(grouping: Grouping, bindings: Bindings): string {
  switch (grouping.kind) {
    case "eachRun": return "'r-' || run.number";
    // Of another program's run all is known that it said of its settings; without any it stands alone.
    case "allButSeed": return `case when run.origin is null then ${ownSetting} when json_extract(run.origin, '$.params') = '{}' then 'r-' || run.number else 'foreign' || json_remove(run.origin, '$.key', '$.source', '$.atMs', '$.params.seed') end`;
    case "by": return `json_array(${grouping.names.map((name) => valueSql(name, bindings)).join(", ")})`;
  }
}

function toRow([number, experiment, name, state, reason, group, epoch, epochs, alerts, program, ...values]: Tuple): StoredRow {
  return { id: nameOf("r", number), experimentId: nameOf("e", experiment), name, state, reason: reason === null ? null : (JSON.parse(reason) as Run["reason"]), colour: group, epoch, epochs, program, alerts: alerts === "[]" ? [] : (JSON.parse(alerts) as Run["alerts"]).map(({ kind }) => kind), values };
}
