/** A report under a person's hands: shown at once, saved once the hand rests, taken back by Undo, left alone while frozen; and the newest page stays, whatever answers last. */

import { expect, it } from "vitest";
import type { Report, ReportBlock, ReportFile } from "../../src-main/contract/reports.ts";
import { Deeds } from "../../src-renderer/state/deeds.svelte.ts";
import { ReportDesk } from "../../src-renderer/state/report-desk.svelte.ts";

const text = (of: string): ReportBlock => ({ kind: "text", title: "", text: of });
const file = (name: string): ReportFile => ({ name, bytes: new Uint8Array(), runs: 0, points: 0, testOpenings: 0 });

function bench() {
  let kept: Report = { id: "p-1", title: "Why", template: "run", subject: { runIds: ["r-1"], grouping: { kind: "allButSeed" }, baseline: null }, blocks: [text("a"), text("b"), text("c")], createdMs: 1, changedMs: 1, frozenMs: null };
  const told = { ms: 0, waiting: null as (() => void) | null, saved: [] as Partial<Report>[], compared: 0, fails: null as Error | null, files: [] as ((found: ReportFile) => void)[], holdsFiles: false };
  const deeds = new Deeds((_, error) => { throw error; });
  const desk = new ReportDesk({
    id: "p-1", deeds, now: () => told.ms,
    later(run) { told.waiting = run; return () => { if (told.waiting === run) told.waiting = null; }; },
    workbench: {
      report: async () => kept,
      async changeReport({ reportId: _, ...given }) {
        if (told.fails !== null) throw told.fails;
        told.saved.push(given as Partial<Report>);
        return (kept = { ...kept, ...(given as Partial<Report>), changedMs: kept.changedMs + 1 });
      },
      freezeReport: async ({ isFrozen }) => (kept = { ...kept, frozenMs: isFrozen ? 5 : null }),
      exportReport: () => (told.holdsFiles ? new Promise((found) => { told.files.push(found); }) : Promise.resolve(file("now"))),
      async compareRuns() { told.compared++; throw new Error("no runs here"); },
    },
  });
  const settle = (): Promise<void> => new Promise((done) => { setImmediate(done); });
  const rest = async (): Promise<void> => { const run = told.waiting; told.waiting = null; run?.(); await settle(); };
  const texts = () => desk.report!.blocks.map((block) => (block.kind === "text" ? block.text : block.kind));
  return { desk, deeds, told, rest, settle, texts };
}

it("shows a change at once, and saves once the hand rests", async () => {
  const { desk, told, rest, texts } = bench();
  await desk.load();
  desk.changeBlock(0, text("ab"));
  desk.changeBlock(0, text("abc"));
  expect([texts(), told.saved]).toEqual([["abc", "b", "c"], []]);
  await rest();
  expect(told.saved).toEqual([{ title: "Why", subject: desk.report!.subject, blocks: [text("abc"), text("b"), text("c")] }]);
  expect(desk.report!.changedMs).toBe(2);
});

it("takes quick edits of one part back together, and what followed a pause by itself", async () => {
  const { desk, deeds, told, rest, texts } = bench();
  await desk.load();
  for (const of of ["a1", "a12", "a123"]) { told.ms += 100; desk.changeBlock(0, text(of)); }
  told.ms += 10_000;
  desk.changeBlock(0, text("later"));
  await rest();
  await deeds.undo();
  expect(texts()).toEqual(["a123", "b", "c"]);
  await deeds.undo();
  expect(texts()).toEqual(["a", "b", "c"]);
  expect(told.saved.at(-1)!.blocks).toEqual([text("a"), text("b"), text("c")]);
  await deeds.redo();
  expect(texts()).toEqual(["a123", "b", "c"]);
});

it("moves a part to where it is dropped, and nowhere where there is no such place", async () => {
  const { desk, texts } = bench();
  await desk.load();
  desk.moveBlock(0, 2);
  expect(texts()).toEqual(["b", "c", "a"]);
  for (const [from, to] of [[0, 3], [0, -1], [1, 1], [7, 0]] as const) desk.moveBlock(from, to);
  expect(texts()).toEqual(["b", "c", "a"]);
});

it("keeps on the screen what could not be saved, says so, and saves it when asked again", async () => {
  const { desk, told, rest, texts } = bench();
  await desk.load();
  told.fails = new Error("the disk is full");
  desk.changeBlock(1, text("kept"));
  await rest();
  expect([desk.trouble?.message, texts()[1], told.saved]).toEqual(["the disk is full", "kept", []]);
  told.fails = null;
  await desk.save();
  expect([desk.trouble, told.saved.length]).toEqual([null, 1]);
});

it("saves no empty title, and the one that is written after it", async () => {
  const { desk, told, rest } = bench();
  await desk.load();
  desk.change({ title: " " }, "title", "title");
  await rest();
  expect(told.saved).toEqual([]);
  desk.change({ title: "Because" }, "title", "title");
  await rest();
  expect(told.saved.map(({ title }) => title)).toEqual(["Because"]);
});

it("frozen, it takes no change and its Undo forgets what was before; let go, it does again", async () => {
  const { desk, deeds, told, texts } = bench();
  await desk.load();
  desk.changeBlock(0, text("last"));
  await desk.freeze(true);
  expect(told.saved.at(-1)!.blocks![0]).toEqual(text("last"));
  desk.changeBlock(0, text("too late"));
  expect([desk.isFrozen, texts()[0], deeds.canUndo]).toEqual([true, "last", false]);
  const saved = told.saved.length;
  await desk.save();
  expect([told.saved.length, desk.trouble]).toEqual([saved, null]);
  await desk.freeze(false);
  desk.changeBlock(0, text("again"));
  expect([desk.isFrozen, texts()[0]]).toEqual([false, "again"]);
});

it("shows the page that was asked for last, also where an earlier one is answered later", async () => {
  const { desk, told, settle } = bench();
  await desk.load();
  told.holdsFiles = true;
  const [first, second] = [desk.render(), desk.render()];
  told.files[1]!(file("second"));
  await settle();
  told.files[0]!(file("first"));
  await Promise.all([first, second]);
  expect([desk.file?.name, desk.isRendering]).toEqual(["second", false]);
});

it("reads the runs side by side again only where the runs change", async () => {
  const { desk, told } = bench();
  await desk.load();
  const before = told.compared;
  desk.changeBlock(0, text("x"));
  expect(told.compared).toBe(before);
  desk.change({ subject: { ...desk.report!.subject, runIds: ["r-1", "r-2"] } }, "subject");
  expect(told.compared).toBe(before + 1);
});

it("left, it saves what waits", async () => {
  const { desk, told, settle } = bench();
  await desk.load();
  desk.changeBlock(2, text("the end"));
  desk.leave();
  await settle();
  expect(told.saved.at(-1)!.blocks![2]).toEqual(text("the end"));
});
