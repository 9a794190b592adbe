/** Stored data as rows of a table, made batch by batch: curves point by point, and runs with their settings and results. */

import { StoreError } from "../contract/errors.ts";
import type { TableFormat } from "../contract/exports.ts";
import type { Run, RunId } from "../contract/nouns.ts";
import { nameOf } from "../contract/query-names.ts";
import { tableWriter, type Cell, type TableColumn } from "../exchange/tables/table.ts";
import type { Snapshot } from "../store/open.ts";

/** A piece of a file, and how far the whole is. */
export interface Piece { readonly bytes: Uint8Array; readonly done: number; readonly of: number }
/** Gives the pieces of a file and, at its end, how many rows it has. */
export type Pieces = Generator<Piece, { readonly rows: number }>;

/** Rows of a batch: in Parquet of a row group, whose lists are then short enough to be collected soon; of text a quarter of a MB: JSON names its columns in every row. */
const rowsAtOnce: Readonly<Record<TableFormat, number>> = { parquet: 8192, csv: 4096, json: 2048, jsonl: 2048 };

const curveColumns: readonly TableColumn[] = [
  { name: "run", sort: "text" }, { name: "name", sort: "text" }, { name: "metric", sort: "text" },
  { name: "step", sort: "whole" }, { name: "epoch", sort: "number" }, { name: "value", sort: "number" },
];

/** Every stored point, in order of the runs given, then of metric name and step. */
export function* curvesTable(store: Snapshot, format: TableFormat, runIds: readonly RunId[], metrics: readonly string[]): Pieces {
  const writer = tableWriter(format, curveColumns), batchRows = rowsAtOnce[format];
  const runs = runIds.map((id) => store.runs.get(id).run);
  // A clock is no metric: it comes where it is named.
  const curvesOf = (id: RunId): readonly string[] => store.series.metricsOf(id, metrics.length > 0).filter((one) => metrics.length === 0 || metrics.includes(one));
  const of = runIds.reduce((sum, id) => sum + store.series.points([id], ["", ...curvesOf(id)]), 0);
  // One batch, filled again and again: a writer keeps nothing of it.
  const [run, name, metric] = [[], [], []] as [string[], string[], string[]];
  const [step, epoch, value] = [new Float64Array(batchRows), new Float64Array(batchRows), new Float64Array(batchRows)];
  let done = 0;
  yield { bytes: writer.begin(), done, of };
  const batch = (): Piece => {
    const rows = run.length;
    const bytes = writer.add([run, name, metric, step.subarray(0, rows), epoch.subarray(0, rows), value.subarray(0, rows)]);
    done += rows;
    for (const texts of [run, name, metric]) texts.length = 0;
    return { bytes, done, of };
  };
  for (const { id, name: called, epochs, steps } of runs) {
    const perEpoch = epochs > 0 && steps > 0 ? steps / epochs : 1;
    for (const curve of curvesOf(id)) {
      for (const part of store.series.walk(id, curve)) {
        for (let i = 0; i < part.steps.length; i++) {
          const row = run.length;
          run.push(id);
          name.push(called);
          metric.push(curve);
          step[row] = part.steps[i]!;
          epoch[row] = part.steps[i]! / perEpoch;
          value[row] = part.values[i]!;
          if (row + 1 === batchRows) yield batch();
        }
      }
    }
  }
  if (run.length > 0) yield batch();
  yield { bytes: writer.end(), done, of };
  return { rows: done };
}

/** Facts that stand before settings and metrics where nobody named the columns. */
const usualFacts = ["id", "name", "experiment", "state", "created", "started", "ended", "time", "data", "parameters", "epoch", "step", "tags", "parent", "sweep", "trial"] as const;

/** A row for each run, in the order given. Moments are milliseconds since 1970, in CSV text as ISO 8601. A column whose values are not all numbers is text. Throws StoreError where a run is in the trash. */
export function* runsTable(store: Snapshot, format: TableFormat, runIds: readonly RunId[], columns: readonly string[] | null): Pieces {
  const runs = runIds.map((id) => store.runs.get(id).run);
  const thrown = runs.find(({ trashedMs }) => trashedMs !== null);
  if (thrown !== undefined) throw new StoreError("wrongState", `run ${thrown.id} is in the trash and stands in no table`, {}, "Restore it first, or leave it out.");
  const asked = columns ?? usualFacts;
  const stored = new Map<RunId, readonly Cell[]>();
  // A statement may bind some 30,000 values.
  for (let at = 0; at < runIds.length; at += 1000) for (const { id, values } of store.rows.list({ runIds: runIds.slice(at, at + 1000) }, asked).rows) stored.set(id, values);
  const named = asked.map((name, i) => ({ name, cells: runIds.map((id) => cellOf(name, stored.get(id)![i] ?? null, format)) }));
  const all = columns !== null ? named : [...named, ...spread(runs.map(settingsIn)), ...spread(runs.map(({ metrics }) => new Map(Object.entries(metrics))))];
  const table = all.map(({ name, cells }): TableColumn => ({ name, sort: cells.some((cell) => typeof cell === "string") ? "text" : "number" }));
  const writer = tableWriter(format, table);
  const of = runs.length;
  yield { bytes: writer.begin(), done: 0, of };
  // One type to a column of Parquet; the others keep a number among texts a number.
  yield { bytes: writer.add(all.map(({ cells }, i) => (format === "parquet" && table[i]!.sort === "text" ? cells.map((cell) => (cell === null ? null : String(cell))) : cells))), done: of, of };
  yield { bytes: writer.end(), done: of, of };
  return { rows: of };
}

function cellOf(name: string, cell: Cell, format: TableFormat): Cell {
  const known = nameOf(name);
  if (known.kind === "metric" && cell === "NaN") return NaN;
  return format === "csv" && known.kind === "fact" && known.sort === "moment" && typeof cell === "number" ? new Date(cell).toISOString() : cell;
}

/** A run's settings by the names that queries know them by; another program's are flat. */
function settingsIn({ spec, foreign }: Run): ReadonlyMap<string, Cell> {
  if (spec === null) return new Map(Object.entries(foreign?.params ?? {}).map(([name, value]) => [`param.${name}`, typeof value === "boolean" ? String(value) : value]));
  const { version: _, name: __, ...settings } = spec;
  return leaves(settings);
}

/** Columns of whatever any of the rows has, in order of first sight. */
function spread(rows: readonly ReadonlyMap<string, Cell>[]): readonly { readonly name: string; readonly cells: readonly Cell[] }[] {
  const names = new Set(rows.flatMap((row) => [...row.keys()]));
  return [...names].map((name) => ({ name, cells: rows.map((row) => row.get(name) ?? null) }));
}

/** A spec's values by their paths. */
function leaves(value: unknown, path = ""): Map<string, Cell> {
  if (typeof value === "object" && value !== null) return new Map(Object.entries(value).flatMap(([key, one]) => [...leaves(one, path === "" ? key : `${path}.${key}`)]));
  return new Map([[path, typeof value === "number" || typeof value === "string" ? value : value === null || value === undefined ? null : String(value)]]);
}
