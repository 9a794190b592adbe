/** Marks of a sweep as deeds: done, taken back, done again, and said in words. */

import { expect, it } from "vitest";
import type { Deed } from "../../src-renderer/state/deeds.svelte.ts";
import { markSweep } from "../../src-renderer/state/sweep-marks.ts";
import { en } from "../../src-renderer/words/en.ts";
import { aSweep } from "./support/sweeps.ts";

it.each([
  [{ name: "wide" }, { name: "digits" }, "Renamed to wide"],
  [{ isArchived: true }, { isArchived: false }, "Sweep archived"],
] as const)("%j is done, taken back by %j, and done again", async (marks, before, words) => {
  const asked: unknown[] = [], told: Deed[] = [];
  await markSweep({ workbench: { markSweep: (input) => { asked.push(input); return Promise.resolve(aSweep()); } }, deeds: { tell: (deed) => { told.push(deed); } } }, aSweep(), marks);
  await told[0]!.undo();
  await told[0]!.redo();
  expect(asked).toEqual([marks, before, marks].map((one) => ({ sweepId: "s-1", ...one })));
  expect(told.map(({ said }) => said(en))).toEqual([words]);
});
