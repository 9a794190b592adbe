/** Rows as cells of a file or the clipboard: values as they are stored, under the names of the query language. Pure. */

import type { CsvCell } from "../../../src-main/contract/csv.ts";
import { nameOf } from "../../../src-main/contract/query-names.ts";
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

function isMoment(name: string): boolean {
  const named = nameOf(name);
  return named.kind === "fact" && named.sort === "moment";
}
