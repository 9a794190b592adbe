/** Rows as cells of a file or the clipboard: values as they are stored, under the names of the query language. Pure. */

import type { CsvCell } from "../../../src-main/contract/csv.ts";
import { isMeasured, nameOf } from "../../../src-main/contract/query-names.ts";
import type { Item } from "../../state/run-table.svelte.ts";
import type { RunRow } from "../../../src-main/contract/nouns.ts";

/** A head, then a line for each row: id, name, state, and the columns shown. `carried` says which column each value of a row is. Moments are ISO 8601 in UTC, `time` is in seconds. */
export function tableCells(rows: readonly RunRow[], columns: readonly string[], carried: readonly string[]): CsvCell[][] {
  const own = ["id", "name", "state"];
  const others = columns.filter((name) => !own.includes(name)).map((name) => ({ name, at: carried.indexOf(name), isMoment: isMoment(name) }));
  return [
    [...own, ...others.map(({ name }) => name)],
    ...rows.map((row) => [row.id, row.name, row.state, ...others.map(({ at, isMoment: isDate }): CsvCell => {
      const value = row.values[at] ?? null;
      return isDate && typeof value === "number" ? new Date(value).toISOString() : value;
    })]),
  ];
}

/**
 * The lines of a grouped table: which runs, how many, and of each column what they share. Of what was measured there are columns of their own: the mean, half its
 * 95 % interval, the deviation, the least, the most, and of how many runs. Where runs differ otherwise the cell is empty.
 */
export function groupCells(items: readonly Item[], columns: readonly string[], carried: readonly string[]): CsvCell[][] {
  const others = columns.filter((name) => name !== "name" && name !== "id").map((name) => ({ name, at: carried.indexOf(name), isMoment: isMoment(name), isMeasured: isMeasured(name) }));
  const lines = items.filter((item) => item.kind === "group" || !item.isMember);
  const plain = (value: string | number | null, isDate: boolean): CsvCell => (isDate && typeof value === "number" ? new Date(value).toISOString() : value);
  return [
    ["runs", "name", "n", ...others.flatMap(({ name, isMeasured: has }) => (has ? [name, `${name} ±`, `${name} deviation`, `${name} min`, `${name} max`, `${name} n`] : [name]))],
    ...lines.map((item): CsvCell[] => {
      if (item.kind === "run") return [item.id, item.row.name, 1, ...others.flatMap(({ at, isMoment: isDate, isMeasured: has }): CsvCell[] => { const value = plain(item.row.values[at] ?? null, isDate); return has ? [value, null, null, value, value, value === null ? 0 : 1] : [value]; })];
      const { group } = item;
      return [group.runIds.join(" "), group.name, group.runIds.length, ...others.flatMap(({ at, isMoment: isDate, isMeasured: has }): CsvCell[] => {
        const cell = group.cells[at];
        if (cell?.kind === "mean") return [...[cell.mean, cell.half, cell.deviation, cell.min, cell.max].map((x) => (Number.isNaN(x) ? null : x)), cell.n];
        return has ? [null, null, null, null, null, 0] : [cell?.kind === "same" || cell?.kind === "latest" ? plain(cell.value, isDate) : null];
      })];
    }),
  ];
}

function isMoment(name: string): boolean {
  const named = nameOf(name);
  return named.kind === "fact" && named.sort === "moment";
}
