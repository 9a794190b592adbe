/** What a person does to many runs at once, each a deed that can be taken back: a tag, the archive, the trash. Calls that name very many runs go in parts. */

import { mostRuns } from "../../src-main/contract/limits.ts";
import type { RunId } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import type { Words } from "../words/words.svelte.ts";
import type { Deeds } from "./deeds.svelte.ts";

export interface BulkMarks {
  /** Resolves with how many runs had it not before. */
  tag(runIds: readonly RunId[], tag: string): Promise<number>;
  untag(runIds: readonly RunId[], tag: string): Promise<number>;
  archive(runIds: readonly RunId[], isArchived: boolean): Promise<number>;
  trash(runIds: readonly RunId[]): Promise<void>;
}

type Change = Omit<Parameters<Workbench["markRuns"]>[0], "runIds">;

export function bulkMarks({ workbench, deeds, count }: { readonly workbench: Workbench; readonly deeds: Pick<Deeds, "tell">; readonly count: (n: number) => string }): BulkMarks {
  async function each(runIds: readonly RunId[], call: (part: readonly RunId[]) => Promise<unknown>): Promise<void> {
    for (let from = 0; from < runIds.length; from += mostRuns) await call(runIds.slice(from, from + mostRuns));
  }

  /** Only the runs that it changed are changed back: one that had the tag before keeps it. */
  async function mark(runIds: readonly RunId[], change: Change, back: Change, said: (n: number) => (words: Words) => string): Promise<number> {
    const changed: RunId[] = [];
    await each(runIds, async (part) => { changed.push(...(await workbench.markRuns({ runIds: part, ...change })).runIds); });
    const turn = (to: Change) => () => each(changed, (part) => workbench.markRuns({ runIds: part, ...to }));
    if (changed.length > 0) deeds.tell({ said: said(changed.length), undo: turn(back), redo: turn(change) });
    return changed.length;
  }

  return {
    tag: (runIds, tag) => mark(runIds, { addTag: tag }, { removeTag: tag }, (n) => ({ table }) => table.tagged(n, count(n), tag)),
    untag: (runIds, tag) => mark(runIds, { removeTag: tag }, { addTag: tag }, (n) => ({ table }) => table.untagged(n, count(n), tag)),
    archive: (runIds, isArchived) => mark(runIds, { isArchived }, { isArchived: !isArchived }, (n) => ({ deeds: words }) => (isArchived ? words.archived(n, count(n)) : words.unarchived(n, count(n)))),
    async trash(runIds) {
      const put = (): Promise<void> => each(runIds, (part) => workbench.trashRuns({ runIds: part }));
      await put();
      deeds.tell({ said: ({ deeds: words }) => words.trashed(runIds.length, count(runIds.length)), redo: put, undo: () => each(runIds, (part) => workbench.restoreRuns({ runIds: part })) });
    },
  };
}
