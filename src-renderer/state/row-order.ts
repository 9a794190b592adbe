/** In which order rows stand. Pure: numbers before texts, what is missing last whichever way, and the newest first where nothing else decides. */

import type { RunRow, SortKey } from "../../src-main/contract/nouns.ts";

type Value = string | number | null;

/** What every row has beside the columns asked for. */
const own: Readonly<Record<string, (row: RunRow) => Value>> = { name: (row) => row.name, state: (row) => row.state, id: (row) => numberIn(row.id) };

/** The value of a column by name; null where the row has none. */
export function valueOf(row: RunRow, name: string, columns: readonly string[]): Value {
  const at = columns.indexOf(name);
  return at >= 0 ? row.values[at] ?? null : Object.hasOwn(own, name) ? own[name]!(row) : null;
}

export function sortRows(rows: readonly RunRow[], columns: readonly string[], sort: readonly SortKey[]): readonly RunRow[] {
  if (sort.length === 0) return rows;
  const keyed = rows.map((row) => ({ row, keys: sort.map(({ name }) => valueOf(row, name, columns)) }));
  keyed.sort((a, b) => {
    for (const [i, { isDescending }] of sort.entries()) {
      const order = compare(a.keys[i]!, b.keys[i]!, isDescending);
      if (order !== 0) return order;
    }
    return numberIn(b.row.id) - numberIn(a.row.id);
  });
  return keyed.map(({ row }) => row);
}

const rank = (value: Value): number => (value === null ? 3 : value === "NaN" ? 2 : typeof value === "number" ? 0 : 1);

/** A diverged value is neither best nor worst: it stands behind every other, before what is missing. */
function compare(a: Value, b: Value, isDescending: boolean): number {
  if (rank(a) !== rank(b)) return rank(a) - rank(b);
  if (a === b) return 0;
  const order = typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : 1;
  return isDescending ? -order : order;
}

export const numberIn = (id: string): number => Number(id.slice(id.indexOf("-") + 1));
