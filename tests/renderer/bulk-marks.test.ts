/** What is done to many runs at once, and taken back: only what it changed is changed back, and very many go in parts. */

import { expect, it } from "vitest";
import { mostRuns } from "../../src-main/contract/limits.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { bulkMarks } from "../../src-renderer/state/bulk-marks.ts";
import type { Deed } from "../../src-renderer/state/deeds.svelte.ts";
import { en } from "../../src-renderer/words/en.ts";

/** A workbench of runs that remembers their tags, and what it was asked. */
function bench(tagged: Readonly<Record<string, readonly string[]>> = {}) {
  const tags = new Map(Object.entries(tagged).map(([id, own]) => [id, new Set(own)]));
  const asked: [string, unknown][] = [];
  const told: Deed[] = [];
  const workbench = {
    markRuns: async (input: Parameters<Workbench["markRuns"]>[0]) => {
      asked.push(["markRuns", input]);
      const runIds = input.runIds.filter((id) => {
        const own = tags.get(id) ?? new Set();
        tags.set(id, own);
        const had = own.size;
        if (input.addTag !== undefined) own.add(input.addTag);
        if (input.removeTag !== undefined) own.delete(input.removeTag);
        return own.size !== had || input.isArchived !== undefined;
      });
      return { runIds };
    },
    trashRuns: async (input: unknown) => { asked.push(["trashRuns", input]); },
    restoreRuns: async (input: unknown) => { asked.push(["restoreRuns", input]); },
  } as unknown as Workbench;
  return { marks: bulkMarks({ workbench, deeds: { tell: (deed) => { told.push(deed); } }, count: String }), tags, asked, told };
}

it("a tag is taken back from those that got it, and stays with those that had it", async () => {
  const { marks, tags, told } = bench({ "r-1": ["best"], "r-2": [], "r-3": [] });
  expect(await marks.tag(["r-1", "r-2", "r-3"], "best")).toBe(2);
  expect(told[0]!.said(en)).toBe("2 runs tagged best");
  await told[0]!.undo();
  expect([...tags].map(([id, own]) => [id, [...own]])).toEqual([["r-1", ["best"]], ["r-2", []], ["r-3", []]]);
  await told[0]!.redo();
  expect([...tags.get("r-3")!]).toEqual(["best"]);
});

it("what changes nothing is no deed", async () => {
  const { marks, told } = bench({ "r-1": ["best"] });
  expect([await marks.tag(["r-1"], "best"), told.length]).toEqual([0, 0]);
});

it("thrown away, runs come back; more than one call may name go in parts", async () => {
  const { marks, asked, told } = bench();
  const ids = Array.from({ length: mostRuns + 2 }, (_, i) => `r-${i + 1}`);
  await marks.trash(ids);
  expect(asked.map(([call, input]) => [call, (input as { runIds: string[] }).runIds.length])).toEqual([["trashRuns", mostRuns], ["trashRuns", 2]]);
  expect(told[0]!.said(en)).toBe(`${mostRuns + 2} runs moved to the trash`);
  asked.length = 0;
  await told[0]!.undo();
  expect(asked.map(([call, input]) => [call, (input as { runIds: string[] }).runIds.length])).toEqual([["restoreRuns", mostRuns], ["restoreRuns", 2]]);
});

it("put into the archive, runs come out of it again", async () => {
  const { marks, asked, told } = bench();
  expect(await marks.archive(["r-1"], true)).toBe(1);
  await told[0]!.undo();
  expect(asked.map(([, input]) => input)).toEqual([{ runIds: ["r-1"], isArchived: true }, { runIds: ["r-1"], isArchived: false }]);
});
