/** An entry being written: saved by itself, only what changed, with undo over what is saved and what is not. */

import { expect, it } from "vitest";
import type { JournalEntry } from "../../src-main/contract/nouns.ts";
import { JournalDraft } from "../../src-renderer/state/journal-draft.svelte.ts";

function bench(kept: Partial<JournalEntry> = {}) {
  let entry: JournalEntry = { subject: "r-1", hypothesis: "", result: "", decision: "", notes: "", changedMs: null, ...kept };
  const told = { ms: 0, waiting: null as (() => void) | null, written: [] as unknown[], fails: null as Error | null, held: null as Promise<void> | null };
  const draft = new JournalDraft("r-1", {
    now: () => told.ms,
    later(run) { told.waiting = run; return () => { if (told.waiting === run) told.waiting = null; }; },
    workbench: {
      journal: async () => entry,
      async writeJournal({ subject: _, ...given }) {
        told.written.push(given);
        await told.held;
        if (told.fails !== null) throw told.fails;
        return (entry = { ...entry, ...given, changedMs: 7 });
      },
    },
  });
  const rest = async (): Promise<void> => { told.waiting?.(); await new Promise((resolve) => { setImmediate(resolve); }); };
  return { draft, told, rest };
}

it("saves what changed once the hand rests, and nothing else", async () => {
  const { draft, told, rest } = bench({ notes: "old" });
  await draft.read();
  draft.write("hypothesis", "a");
  draft.write("hypothesis", "ab");
  expect([draft.isDirty, told.written]).toEqual([true, []]);
  await rest();
  expect([told.written, draft.isDirty, draft.kept]).toEqual([[{ hypothesis: "ab" }], false, expect.objectContaining({ hypothesis: "ab", notes: "old", changedMs: 7 })]);
  await draft.save();
  expect(told.written).toHaveLength(1);
});

it("undoes quick edits of a part together, parts one by one, also what is saved, and saves again what undo brought", async () => {
  const { draft, told, rest } = bench({ notes: "old" });
  await draft.read();
  for (const text of ["o", "on", "one"]) { told.ms += 100; draft.write("notes", text); }
  draft.write("result", "r");
  told.ms += 5000;
  draft.write("result", "r2");
  await rest();
  const seen = [];
  while (draft.canUndo) { draft.undo(); seen.push([draft.texts.notes, draft.texts.result]); }
  expect(seen).toEqual([["one", "r"], ["one", ""], ["old", ""]]);
  await rest();
  expect(told.written.at(-1)).toEqual({ result: "", notes: "old" });
  draft.redo();
  expect([draft.texts.notes, draft.canRedo]).toEqual(["one", true]);
  draft.write("notes", "two");
  expect(draft.canRedo).toBe(false);
});

it("keeps what could not be saved, says so, and saves it when asked again", async () => {
  const { draft, told, rest } = bench();
  await draft.read();
  told.fails = new Error("the disk is full");
  draft.write("decision", "stop");
  await rest();
  expect([draft.failure?.message, draft.texts.decision, draft.isDirty]).toEqual(["the disk is full", "stop", true]);
  told.fails = null;
  await draft.save();
  expect([draft.failure, draft.isDirty, told.written]).toEqual([null, false, [{ decision: "stop" }, { decision: "stop" }]]);
});

it("what is written while it is being saved is saved after it", async () => {
  const { draft, told, rest } = bench();
  await draft.read();
  const gate = Promise.withResolvers<undefined>();
  told.held = gate.promise;
  draft.write("notes", "first");
  const saving = draft.save();
  draft.write("notes", "first, second");
  gate.resolve(undefined);
  await saving;
  await rest();
  expect([told.written, draft.isDirty]).toEqual([[{ notes: "first" }, { notes: "first, second" }], false]);
});

it("reading again takes nothing from the hand that writes", async () => {
  const { draft } = bench({ notes: "old" });
  await draft.read();
  draft.write("notes", "mine");
  await draft.read();
  expect(draft.texts.notes).toBe("mine");
});
