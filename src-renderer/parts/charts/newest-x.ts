/** How far runs that train have come, on the axis their charts have. Pure. */

import { isOver } from "../../../src-main/contract/nouns.ts";
import type { Run } from "../../../src-main/contract/nouns.ts";
import { isPlanAxis, xOf, type XKind } from "../../../src-main/contract/x-axis.ts";

/** Null where none trains, and where nobody can tell: the time of day goes on without them, and a metric goes both ways. */
export function newestX(runs: readonly Run[], kind: XKind): number | null {
  const live = runs.filter(({ state }) => !isOver(state));
  if (live.length === 0 || !(isPlanAxis(kind) || kind === "time")) return null;
  return Math.max(...live.map((run) => (isPlanAxis(kind) ? xOf(run, kind)(run.step) : run.trainingMs / 1000)));
}
