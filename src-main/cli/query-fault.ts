/** A query that cannot be read, shown with a caret under the place. */

import { placeIn } from "../contract/query.ts";
import type { QueryFault } from "../contract/query.ts";
import { jsonLine, tame, width } from "./print.ts";
import type { World } from "./world.ts";

/** Longer lines are cut around the place, so that the caret stays under it. */
const before = 60;
const after = 40;

/** Says what is wrong and returns the code for wrong input. */
export function toldQuery(where: string, fault: QueryFault, isJson: boolean, world: Pick<World, "out" | "err">): number {
  const { line, column } = placeIn(where, fault.from);
  const mended = fault.cure === null ? null : where.slice(0, fault.from) + fault.cure + where.slice(fault.to);
  if (isJson) world.out(jsonLine({ kind: "refused", problems: [{ path: "where", code: "badSyntax", message: fault.message, details: fault.details, ...(mended === null ? {} : { cure: mended }), at: { line, column } }] }));
  world.err([`--where:${line}:${column}: ${tame(fault.message)}`, ...caret(where, fault), ...(mended === null ? [] : [`Write: ${tame(mended)}`])].map((one) => `${one}\n`).join(""));
  return 2;
}

/** The line of the place and a caret under each of its characters, wide letters counted as the terminal shows them. */
function caret(where: string, { from, to }: QueryFault): string[] {
  const start = where.lastIndexOf("\n", from - 1) + 1;
  const next = where.indexOf("\n", from);
  const end = next < 0 ? where.length : next;
  const shownFrom = Math.max(start, from - before);
  const shownTo = Math.min(end, Math.max(to, from) + after);
  const lead = shownFrom > start ? "…" : "";
  const tail = shownTo < end ? "…" : "";
  const indent = width(`${lead}${tame(where.slice(shownFrom, from))}`);
  return [`  ${lead}${tame(where.slice(shownFrom, shownTo))}${tail}`, `  ${" ".repeat(indent)}${"^".repeat(Math.max(1, width(tame(where.slice(from, Math.min(to, shownTo))))))}`];
}
