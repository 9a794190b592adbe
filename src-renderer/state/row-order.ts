/** In which order rows stand. Pure: numbers before texts, what is missing last whichever way, and the newest first where nothing else decides. */

import type { GroupRow } from "../../src-main/contract/comparison.ts";
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

/** The value of a group that a column is sorted by: what its runs share, or their mean. */
function groupValue(group: GroupRow, name: string, columns: readonly string[]): Value {
  if (name === "name") return group.name;
  if (name === "id") return numberIn(group.runIds.at(-1)!);
  const cell = group.cells[columns.indexOf(name)];
  switch (cell?.kind) {
    case "same":
    case "latest": return cell.value;
    case "mean": return cell.n > 0 ? cell.mean : "NaN";
    default: return null;
  }
}

/** Groups by the same rules; where nothing else decides, the one with the newest run comes first. */
export function sortGroups(groups: readonly GroupRow[], columns: readonly string[], sort: readonly SortKey[]): readonly GroupRow[] {
  if (sort.length === 0) return groups;
  const keyed = groups.map((group) => ({ group, keys: sort.map(({ name }) => groupValue(group, name, columns)) }));
  keyed.sort((a, b) => {
    for (const [i, { isDescending }] of sort.entries()) {
      const order = compare(a.keys[i]!, b.keys[i]!, isDescending);
      if (order !== 0) return order;
    }
    return numberIn(b.group.runIds.at(-1)!) - numberIn(a.group.runIds.at(-1)!);
  });
  return keyed.map(({ group }) => group);
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
