import { describe, expect, it } from "vitest";
import type { NewRows, Prediction } from "../../src-main/contract/models.ts";
import type { DataSummary } from "../../src-main/contract/nouns.ts";
import { PredictionDesk } from "../../src-renderer/state/prediction.svelte.ts";
import { runDouble } from "../support/workbench-double.ts";

const data = (features = ["a", "b"]): DataSummary => ({
  name: "d", hash: "0".repeat(64), rows: 2, shape: [features.length], featureNames: features, targetName: "t", task: "classes", classes: [{ name: "no", rows: 1 }, { name: "yes", rows: 1 }], targetRange: null,
  firstRows: [{ features: features.map((_, i) => i), target: "no" }, { features: features.map((_, i) => i + 0.5), target: "yes" }],
});
const answer: Prediction = { rows: 1, targetName: "t", classes: ["no", "yes"], predicted: Float64Array.of(1), probabilities: Float64Array.of(0.2, 0.8), ignored: [] };

function desk(given: DataSummary | Error = data()) {
  const asked: NewRows[] = [];
  const waiting: ((answer: Prediction) => void)[] = [];
  const it = new PredictionDesk({
    async describeRunData() { if (given instanceof Error) throw given; return given; },
    predictRows: ({ from }) => { asked.push(from); return new Promise((resolve) => { waiting.push(resolve); }); },
  }, runDouble());
  return { desk: it, asked, waiting };
}

describe("asking a network", () => {
  it("begins with a row of the data, and asks with what stands in the fields", async () => {
    const { desk: one, asked, waiting } = desk();
    await one.open();
    expect([one.values, one.from]).toEqual([[0, 1], 0]);
    one.set(1, "2.50", 2.5);
    expect([one.values, one.typed, one.from]).toEqual([[0, 2.5], [null, "2.50"], null]);
    const asking = one.askRow();
    expect(one.busy).toBe(true);
    await expect.poll(() => asked.length).toBe(1);
    expect(asked[0]).toEqual({ kind: "rows", rows: 1, x: Float64Array.of(0, 2.5) });
    waiting[0]!(answer);
    await asking;
    expect([one.answer, one.busy]).toEqual([answer, false]);
  });

  it("asks nothing while a field holds no number, and names it", async () => {
    const { desk: one, asked } = desk();
    await one.open();
    one.set(0, "x", "x");
    await one.askRow();
    expect([one.wrong, asked]).toEqual([["a"], []]);
  });

  it("drops an answer to numbers that are no longer in sight", async () => {
    const { desk: one, asked, waiting } = desk();
    await one.open();
    const asking = one.askRow();
    await expect.poll(() => asked.length).toBe(1);
    one.another();
    waiting[0]!(answer);
    await asking;
    expect([one.answer, one.values, one.busy]).toEqual([null, [0.5, 1.5], false]);
  });

  it("hands a file over whole, and wants one where a row has too many numbers for a form", async () => {
    const { desk: one, asked, waiting } = desk(data(Array.from({ length: 65 }, (_, i) => `f${i}`)));
    await one.open();
    expect(one.kind).toBe("csv");
    const asking = one.askFile({ name: "new.csv", arrayBuffer: async () => Uint8Array.of(1, 2).buffer });
    await expect.poll(() => asked.length).toBe(1);
    expect(asked[0]).toEqual({ kind: "csv", name: "new.csv", bytes: Uint8Array.of(1, 2) });
    waiting[0]!(answer);
    await asking;
    expect(one.fileName).toBe("new.csv");
  });

  it("says why it cannot be opened, and can be opened again", async () => {
    const { desk: one } = desk(new Error("gone"));
    await one.open();
    expect([one.phase, one.failure?.message]).toEqual(["failed", "gone"]);
    await one.open();
    expect(one.phase).toBe("failed");
  });
});
