/** What a person marks on one run, each mark a deed that can be taken back: name, tags, pin, archive, baseline, trash. */

import type { Run } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import type { Words } from "../words/words.svelte.ts";
import type { Deeds } from "./deeds.svelte.ts";

export type Marks = Omit<Parameters<Workbench["markRun"]>[0], "runId">;

/** `now` is the run as it is known, `show` hears of it when it changed. */
export function runMarks({ workbench, deeds }: { readonly workbench: Workbench; readonly deeds: Deeds }, now: () => Run, show: (run: Run) => void): { mark(marks: Marks): Promise<void>; trash(isThrown: boolean): Promise<void> } {
  return {
    async mark(marks) {
      const run = now();
      const { id: runId } = run;
      const before = Object.fromEntries(Object.keys(marks).map((name) => [name, run[name as keyof Marks]])) as Marks;
      // Taking the baseline means taking it from another run, which gets it back.
      const other = marks.isBaseline === true ? (await workbench.listRuns({ experimentId: run.experimentId, where: "baseline = true", limit: 1 }))[0] : undefined;
      const redo = async (): Promise<void> => { show(await workbench.markRun({ runId, ...marks })); };
      await redo();
      deeds.tell({
        said: (words) => saidOf(marks, run, words),
        redo,
        undo: async () => {
          show(await workbench.markRun({ runId, ...before }));
          if (other !== undefined && other.id !== runId) await workbench.markRun({ runId: other.id, isBaseline: true });
        },
      });
    },
    async trash(isThrown) {
      const runIds = [now().id];
      const turn = (isIn: boolean) => async (): Promise<void> => {
        await (isIn ? workbench.trashRuns({ runIds }) : workbench.restoreRuns({ runIds }));
        show(await workbench.run({ runId: runIds[0]! }));
      };
      await turn(isThrown)();
      deeds.tell({ said: ({ deeds: words }) => (isThrown ? words.trashed(1, "1") : words.restored(1, "1")), undo: turn(!isThrown), redo: turn(isThrown) });
    },
  };
}

function saidOf(marks: Marks, before: Run, { deeds: words }: Words): string {
  if (marks.name !== undefined) return words.renamed(marks.name);
  if (marks.isPinned !== undefined) return marks.isPinned ? words.pinned : words.unpinned;
  if (marks.isArchived !== undefined) return marks.isArchived ? words.archived(1, "1") : words.unarchived(1, "1");
  if (marks.isBaseline !== undefined) return marks.isBaseline ? words.baseline : words.notBaseline;
  const { tags = [] } = marks;
  const added = tags.find((tag) => !before.tags.includes(tag));
  const gone = before.tags.find((tag) => !tags.includes(tag));
  return added !== undefined ? words.tagged(added) : gone !== undefined ? words.untagged(gone) : words.marked;
}
