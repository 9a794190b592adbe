/** Deeds as marks and words on a run's charts. */

import { describe, expect, it } from "vitest";
import type { Deed, Run } from "../../src-main/contract/nouns.ts";
import { lossView, metricView } from "../../src-renderer/parts/charts/run-views.ts";
import { en } from "../../src-renderer/words/en.ts";
import { zh } from "../../src-renderer/words/zh.ts";
import { aRun, columns } from "./support/runs.ts";

const series = new Map([["batch/loss", columns([1, 2, 3, 4, 5, 6, 7, 8], [8, 7, 6, 5, 4, 3, 2, 1])], ["train/loss", columns([0, 4, 8], [2.4, 1.2, 0.6])], ["validation/loss", columns([0, 4, 8], [2.5, 1.4, 0.9])], ["validation/accuracy", columns([0, 4, 8], [0.1, 0.6, 0.85])]]);
const at = { epoch: 1, atMs: 1 };
const rate = { path: "optimizer.learningRate", from: 0.003, to: 0.05 };
const history: readonly Deed[] = [
  { kind: "branched", step: 4, ...at, from: "r-9", changes: [rate], anew: [] },
  { kind: "resumed", step: 5, ...at },
  { kind: "changed", step: 6, ...at, changes: [{ ...rate, from: 0.05, to: 0.01 }], anew: [] },
  { kind: "changed", step: 7, ...at, changes: [rate, { path: "train.batchSize", from: 32, to: 64 }], anew: ["optimizer"] },
  { kind: "changed", step: 99, ...at, changes: [rate], anew: [] },
];
const view = (given: Partial<Run> = {}, words = en) => lossView(aRun({ history, parentId: "r-9", ...given }), series, words);

describe("the charts of a run that something was done to", () => {
  it("mark the fork by parent and step, a change by its setting, several by their number; what lies beyond the points waits for them", () => {
    expect(view().events!.map(({ kind, step, x, tag }) => [kind, step, x, tag])).toEqual([["fork", 4, 1, "from r-9, step 4"], ["resume", 5, 1.25, "resumed"], ["change", 6, 1.5, "learningRate 0.01"], ["change", 7, 1.75, "2 changes"]]);
  });

  it("tell each whole: every setting as it was and became, and what began anew", () => {
    expect(view().events!.map(({ text }) => text)).toEqual(["branched from r-9, optimizer.learningRate 0.003 → 0.05", "went on", "optimizer.learningRate 0.05 → 0.01", "optimizer.learningRate 0.003 → 0.05, train.batchSize 32 → 64, the optimizer’s memory began anew"]);
    expect(view().summary).toContain("Step 6: optimizer.learningRate 0.05 → 0.01.");
    expect(view({}, zh).events![0]).toMatchObject({ tag: "自 r-9 第 4 步", text: "从 r-9 分支，optimizer.learningRate 0.003 → 0.05" });
  });

  it("draw what is shared as shared, on every line, and say with whom", () => {
    expect(view().lines.map(({ sharedTo }) => sharedTo)).toEqual([4, 4, 4]);
    expect(view().caption).toContain("faint: shared with r-9");
    expect(metricView(aRun({ history }), "accuracy", series, en).events!.map(({ x }) => x)).toEqual([1, 1.25, 1.5, 1.75]);
  });

  it("of a run of its own have no fork and share nothing", () => {
    const plain = lossView(aRun(), series, en);
    expect([plain.events, plain.lines.map(({ sharedTo }) => sharedTo), plain.caption]).toEqual([[], [undefined, undefined, undefined], "nats, log axis"]);
  });
});
