/** The benchmark's own parts that need no clock: data, tasks, agreement, tables, arguments. The benchmark itself is no test. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { agreement, measureAmong } from "./agreement.ts";
import { parseIdx } from "./idx.ts";
import { readOptions } from "./options.ts";
import { executors } from "./own/executors.ts";
import { trainer } from "./own/trainer.ts";
import { median, tableRows } from "./report.ts";
import { rowsOf } from "./rows.ts";
import { readTask, writeTask } from "./task.ts";
import { flopsPerStep, workloads } from "./workloads.ts";

const scratch = mkdtempSync(join(tmpdir(), "descent-bench-test-"));
afterAll(() => { rmSync(scratch, { recursive: true, force: true }); });
const small = (letter: string, rows = 40) => ({ ...workloads.find((one) => one.letter === letter)!, rows });

describe("the workloads", () => {
  it.each([["B", 79_500], ["C", 5780], ["D", 409], ["E", 20.7], ["F", 440]])("%s needs so many operations a step that 168 GFLOPS allow %d steps a second", (letter, limit) => {
    expect(168e9 / flopsPerStep(small(letter)) / limit).toBeCloseTo(1, 2);
  });
});

describe("a task", () => {
  it("comes back as it was written, its weights cut into the layers' slices", () => {
    const workload = small("D"), rows = rowsOf(workload);
    writeTask(join(scratch, "D"), workload, rows);
    const { task, x, y, weights } = readTask(join(scratch, "D"));
    expect(x).toEqual(rows.x);
    expect(y).toEqual(rows.y);
    const parts = task.layers.flatMap(({ kernel, bias, scale, shift }) => [kernel, bias, scale, shift].filter((one) => one !== undefined));
    expect(parts.reduce((sum, { shape }) => sum + shape.reduce((a, b) => a * b, 1), 0)).toBe(weights.length);
    // In front of batch norm a bias is left out, and peers must leave it out too.
    expect(task.layers.filter(({ kind }) => kind === "dense").map(({ bias }) => bias !== undefined)).toEqual([false, false, true]);
  });

  it("has every row once in each epoch's order", () => {
    writeTask(join(scratch, "A"), small("A"), rowsOf(small("A")));
    const { task, order } = readTask(join(scratch, "A"));
    for (let epoch = 0; epoch < task.epochs; epoch++) expect([...order.subarray(40 * epoch, 40 * epoch + 40)].sort((a, b) => a - b)).toEqual(Array.from({ length: 40 }, (_, i) => i));
  });

  it("is trained by every executor that is here to the same fifty losses, within the tolerance", () => {
    writeTask(join(scratch, "B"), small("B", 256), rowsOf(small("B", 256)));
    const found = executors.flatMap(({ name }) => { try { return [trainer(join(scratch, "B"), name).losses(50)]; } catch { return []; } });
    expect(found.length).toBeGreaterThan(0);
    for (const losses of found) expect(agreement(found[0]!, losses).isAgreed).toBe(true);
    expect(found[0]!.at(-1)).toBeLessThan(found[0]![0]!);
  });

  it("counts the steps of a chunk across epochs, and goes on or starts afresh as asked", () => {
    writeTask(join(scratch, "chunk"), small("A"), rowsOf(small("A")));
    const own = trainer(join(scratch, "chunk"), executors[0]!.name);
    const first = own.chunk(0.05, true);
    expect(first.steps).toBeGreaterThan(4);
    expect(first.ms).toBeGreaterThanOrEqual(50);
    expect(own.chunk(0.01, false).loss).not.toBe(own.losses(1)[0]);
  });
});

describe("agreement", () => {
  const ours = Array.from({ length: 50 }, (_, i) => 1 / (i + 1));
  it("allows a relative difference of 1e-4 and no more", () => {
    expect(agreement(ours, ours.map((loss) => loss * 1.00009)).isAgreed).toBe(true);
    expect(agreement(ours, ours.map((loss, i) => (i === 49 ? loss * 1.0002 : loss))).isAgreed).toBe(false);
  });
  it("is measured by the one of ours that most agree with, so that a wrong executor is marked itself", () => {
    const wrong = ours.map((loss) => 2 * loss);
    expect(measureAmong([wrong, ours, ours], [true, true, false])).toBe(1);
    expect(measureAmong([ours, ours, ours], [false, true, true])).toBe(1);
    expect(measureAmong([wrong, wrong, ours], [false, false, true])).toBe(2);
    expect(measureAmong([ours], [false])).toBe(0);
    expect(measureAmong([], [])).toBe(-1);
  });
  it("is not given to NaN", () => { expect(agreement(ours, ours.map(() => NaN)).isAgreed).toBe(false); });
});

describe("the table", () => {
  it("takes ratios round by round, and leaves a peer that trains something else out as the best", () => {
    const lane = (name: string, kind: "own" | "peer", rates: number[], isAgreed = true) => ({ name, kind, about: "", rates, losses: [], lastLoss: 1, agreement: kind === "own" ? null : { isAgreed, differences: [] } });
    const rows = tableRows({ lanes: [lane("wasm exact", "own", [10, 20, 30]), lane("torch eager", "peer", [5, 5, 10]), lane("liar", "peer", [99, 99, 99], false)], absent: [] }, small("A"), { gflops: 1, how: "" });
    expect(rows[0]).toMatchObject({ median: 20, best: 30, againstTorch: 3, againstBestPeer: 3 });
    expect(rows[0]!.shareOfLimit).toBeCloseTo((30 * flopsPerStep(small("A"))) / 1e9);
    expect(rows[2]!.isAgreed).toBe(false);
  });
  it("has the mean of the middle two as the median of an even number", () => { expect(median([4, 1, 3, 2])).toBe(2.5); });
});

describe("IDX files", () => {
  it("are read by their head", () => {
    expect(parseIdx(Uint8Array.of(0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 9, 8, 7, 6), 3)).toEqual({ shape: [2, 1, 2], bytes: Uint8Array.of(9, 8, 7, 6) });
  });
  it("are refused when bytes are missing or they are something else", () => {
    expect(() => parseIdx(Uint8Array.of(0, 0, 8, 1, 0, 0, 0, 3, 9, 8), 1, "labels")).toThrow("labels has 2 bytes behind its head, which announces 3");
    expect(() => parseIdx(Uint8Array.of(31, 139, 8, 8, 0, 0, 0, 0), 1, "labels")).toThrow("labels is no IDX file of bytes with 1 axes");
  });
});

describe("the arguments", () => {
  it("have their defaults", () => { expect(readOptions([])).toMatchObject({ only: ["A", "B", "C", "D", "E", "F"], part: ["race"], rounds: 5, seconds: 1, python: [], who: [] }); });
  it("are refused with the words allowed", () => {
    expect(() => readOptions(["--only", "A,G"])).toThrow("--only takes some of A, B, C, D, E, F, with commas; got G");
    expect(() => readOptions(["--rounds", "0"])).toThrow("--rounds takes a whole number above 0; got 0");
  });
});
