/** A report's file dropped on the window: what its runs could do here is said before anything begins, then each has its verdict. */

import { expect, it } from "vitest";
import type { SpecError } from "../../src-main/contract/checks.ts";
import { replayHtml, type ReplayRun } from "../../src-main/contract/reports.ts";
import type { Run, RunSpec } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { ReportReplay } from "../../src-renderer/state/report-replay.svelte.ts";

const told = (id: string, given: Partial<ReplayRun> = {}): ReplayRun => ({ id, name: `run ${id}`, spec: { seed: Number(id.slice(2)) } as unknown as RunSpec, isWhole: true, dataHash: "d".repeat(64), weightHash: id.slice(2).repeat(64).slice(0, 64), steps: 10, metrics: {}, ...given });
const page = (runs: readonly ReplayRun[]): string => `<html>${replayHtml({ format: "descent-replay", version: 1, engine: "0.1.0", runs })}</html>`;

/** A workbench that trains to whatever hash `ends` names; seeds 8 and 9 have other data, or none. */
function calls(ends: Readonly<Record<string, Partial<Run>>> = {}) {
  const started: unknown[] = [];
  const workbench = {
    async inspectSpec({ spec }: { spec: unknown }) {
      const { seed } = spec as { seed: number };
      if (seed === 9) return { data: null, problems: [{ path: "data.file", code: "noSuchFile", message: "is not in this project" }] };
      return { data: { hash: (seed === 8 ? "e" : "d").repeat(64) }, problems: seed === 7 ? [{ path: "optimizer", code: "unknown", message: "is not known" }] : [] };
    },
    async startRun({ spec }: { spec: unknown }) { started.push(spec); return { runIds: [`r-10${(spec as { seed: number }).seed}`] }; },
    async *watchRun() { /* it is over at once */ },
    async run({ runId }: { runId: string }) { const seed = runId.slice(4); return { id: runId, state: "finished", weightHash: seed.repeat(64).slice(0, 64), ...ends[seed] }; },
  };
  return { workbench: workbench as unknown as Workbench, started };
}

it("says of each run whether it can be trained here and why not, and starts nothing", async () => {
  const { workbench, started } = calls();
  const replay = new ReportReplay(page([told("r-1"), told("r-2", { isWhole: false }), told("r-3", { weightHash: null }), told("r-7"), told("r-8"), told("r-9")]), "x.html", workbench);
  await replay.look();
  expect(replay.lines.map(({ state }) => state)).toEqual(["ready", "partial", "noHash", "cannot", "otherData", "otherData"]);
  expect([replay.lines[3]!.failure, replay.lines[5]!.failure].map((failure) => (failure as SpecError).problems.map(({ path }) => path))).toEqual([["optimizer"], ["data.file"]]);
  expect([replay.ready, started]).toEqual([1, []]);
});

it("trains those that can be, and tells identical, different and failed apart", async () => {
  const { workbench, started } = calls({ 2: { weightHash: "f".repeat(64) }, 3: { state: "failed", reason: { code: "diverged", message: "loss became NaN at step 4" } } as Partial<Run> });
  const replay = new ReportReplay(page([told("r-1"), told("r-2"), told("r-3"), told("r-9")]), "x.html", workbench);
  await replay.look();
  await replay.train();
  expect(replay.lines.map(({ state, runId }) => [state, runId])).toEqual([["identical", "r-101"], ["different", "r-102"], ["notReplayed", "r-103"], ["otherData", null]]);
  expect(replay.lines[1]!.run!.weightHash).toBe("f".repeat(64));
  expect(replay.lines[2]!.run!.reason!.message).toBe("loss became NaN at step 4");
  expect([started.length, replay.identical, replay.isDone, replay.isTraining]).toEqual([3, 1, true, false]);
});

it("refuses a file that is no report by name", () => {
  expect(() => new ReportReplay("<html></html>", "holiday.html", calls().workbench)).toThrow("holiday.html has no replay block");
});
