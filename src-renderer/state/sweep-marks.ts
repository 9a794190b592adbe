/** What a person marks on one sweep, each mark a deed that can be taken back: its name, and the archive. */

import type { Sweep } from "../../src-main/contract/sweeps.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import type { Deeds } from "./deeds.svelte.ts";

export type SweepMarks = Omit<Parameters<Workbench["markSweep"]>[0], "sweepId">;

/** `sweep` is it as it was before. Rejects where it could not be marked. */
export async function markSweep({ workbench, deeds }: { readonly workbench: Pick<Workbench, "markSweep">; readonly deeds: Pick<Deeds, "tell"> }, { id: sweepId, name, isArchived }: Pick<Sweep, "id" | "name" | "isArchived">, marks: SweepMarks): Promise<void> {
  const before: SweepMarks = { ...(marks.name === undefined ? {} : { name }), ...(marks.isArchived === undefined ? {} : { isArchived }) };
  const turn = (to: SweepMarks) => async (): Promise<void> => { await workbench.markSweep({ sweepId, ...to }); };
  await turn(marks)();
  deeds.tell({
    said: ({ deeds: words }) => (marks.name !== undefined ? words.renamed(marks.name) : marks.isArchived === true ? words.sweepArchived : words.sweepUnarchived),
    undo: turn(before), redo: turn(marks),
  });
}
