/** Rows of runs as groups: what all runs of a group share, and of what they measured the mean with its interval. Pure. */

import { halfWidth, summarize } from "../../src-engine/index.ts";
import type { GroupCell, GroupRow } from "../contract/comparison.ts";
import { isOver } from "../contract/nouns.ts";
import type { RunId, RunRow } from "../contract/nouns.ts";
import { isMeasured, nameOf } from "../contract/query-names.ts";
import { groupName } from "./compare.ts";

/** The rows come newest first, and so do the groups, by their newest run; the runs of a group come oldest first. */
export function groupRows(rows: readonly Omit<RunRow, "deltas">[], keys: ReadonlyMap<RunId, string>, columns: readonly string[]): readonly Omit<GroupRow, "deltas">[] {
  const measured = columns.map(isMeasured);
  const moments = columns.map((name) => { const named = nameOf(name); return named.kind === "fact" && named.sort === "moment"; });
  return [...Map.groupBy(rows, ({ id }) => keys.get(id)!)].map(([id, members]): Omit<GroupRow, "deltas"> => ({
    id, name: groupName(members.map(({ name }) => name).reverse()), colour: members.at(-1)!.colour, runIds: members.map((row) => row.id).reverse(),
    finished: members.filter(({ state }) => state === "finished").length, active: members.filter(({ state }) => !isOver(state)).length, failed: members.filter(({ state }) => state === "failed").length,
    cells: columns.map((_, at) => (measured[at]! ? meanOf(members, at) : sharedBy(members, at, moments[at]!))),
  }));
}

function sharedBy(members: readonly Omit<RunRow, "deltas">[], at: number, isMoment: boolean): GroupCell {
  const distinct = new Set(members.map(({ values }) => values[at] ?? null));
  if (distinct.size > 1 && isMoment) return { kind: "latest", value: Math.max(...[...distinct].map(Number)) };
  if (distinct.size > 1) return { kind: "mixed", distinct: distinct.size };
  const [value] = distinct;
  return value === null || value === undefined ? { kind: "none" } : { kind: "same", value };
}

/** As a comparison takes it: of finished runs; only where none has finished of the newest values. NaN stands as the text it is stored as. */
function meanOf(members: readonly Omit<RunRow, "deltas">[], at: number): GroupCell {
  const has = members.filter(({ values }) => values[at] !== null && values[at] !== undefined);
  if (has.length === 0) return { kind: "none" };
  const finished = has.filter(({ state }) => state === "finished");
  const isProvisional = finished.length === 0;
  const values = (isProvisional ? has.filter(({ state }) => state !== "failed") : finished).flatMap(({ values: own }) => (typeof own[at] === "number" && Number.isFinite(own[at]) ? [own[at]] : []));
  const summary = summarize(values);
  return { kind: "mean", ...summary, half: halfWidth(summary), lost: (isProvisional ? has.length : finished.length) - summary.n, isProvisional };
}
