/** Drafts: everything wrong is told at once, by path, before anything is stored; and what is right is shown before it trains. */

import { describe, expect, it } from "vitest";
import type { SpecError } from "../../src-engine/spec/errors.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { ended, openBench, smallSpec, start } from "../support/workbench.ts";

const text = (lines: string): Uint8Array => new TextEncoder().encode(lines);

/** The problems for which a spec is refused, as "path code"; and the proof that nothing was stored. */
async function refusal(workbench: Workbench, spec: unknown): Promise<SpecError> {
  const error = await workbench.startRun({ experimentId: null, spec }).then(() => { throw new Error("the spec was accepted"); }, (thrown: unknown) => thrown as SpecError);
  expect(error.name).toBe("SpecError");
  expect(await workbench.listRuns({})).toEqual([]);
  expect(await workbench.listExperiments({})).toEqual([]);
  return error;
}

describe("a spec is refused with every problem, and nothing is stored", () => {
  it("an unknown layer, a learning rate of −1, a split of 3 and a file that is not there, all at once", async () => {
    await using bench = openBench();
    const { problems } = await refusal(bench.workbench, {
      data: { kind: "csv", file: "missing.csv" }, split: { kind: "stratified", validation: 3 },
      layers: [{ kind: "dens", units: 4 }], optimizer: { kind: "adam", learningRate: -1 },
    });
    expect(problems.map(({ path, code }) => `${path} ${code}`).sort()).toEqual([
      "data.file noSuchFile", "layers.0.kind unknownKind", "optimizer.learningRate outOfInterval", "split.validation outOfInterval",
    ]);
    expect(problems.find(({ path }) => path === "optimizer.learningRate")!.message).toMatch(/got -1/);
    expect(problems.find(({ path }) => path === "split.validation")!.message).toMatch(/\[0, 1\); got 3/);
  });

  it("a hash the project does not keep", async () => {
    await using bench = openBench();
    const { problems } = await refusal(bench.workbench, { ...smallSpec, data: { kind: "csv", file: "a.csv", hash: "00".repeat(32) } });
    expect(problems).toMatchObject([{ path: "data.hash", code: "noSuchFile", message: expect.stringContaining("a.csv") as string }]);
  });

  it("text in a numeric column, with its line and column, beside what is wrong elsewhere", async () => {
    await using bench = openBench();
    const { hash } = await bench.workbench.importFile({ name: "mixed.csv", bytes: text("a,b,label\n1,2,x\n3,four,y\n5,6,x\n") });
    const { problems } = await refusal(bench.workbench, { ...smallSpec, data: { kind: "csv", file: "mixed.csv", hash }, optimizer: { kind: "adam", beta1: 2 } });
    expect(problems.map(({ path }) => path)).toEqual(["optimizer.beta1", expect.stringMatching(/^data/)]);
    expect(problems[1]).toMatchObject({ at: { file: "mixed.csv", line: 3, column: 2 }, message: expect.stringContaining("four") as string });
  });

  it("what only the data can tell: two classes for three units, and a stratified split of a number", async () => {
    await using bench = openBench();
    const three = await refusal(bench.workbench, { ...smallSpec, layers: [{ kind: "dense", units: 3 }] });
    expect(three.problems.map(({ path }) => path)).toEqual(["layers.0.units"]);
    const number = await refusal(bench.workbench, { ...smallSpec, data: { kind: "sample", name: "diabetes" } });
    expect(number.problems.map(({ path }) => path)).toEqual(expect.arrayContaining(["split.kind", "loss.kind"]));
  });

  it("seeds that would leave their interval, and an experiment that is not there", async () => {
    await using bench = openBench();
    const { problems } = await refusal(bench.workbench, { ...smallSpec, seed: 4294967295, seeds: 2 });
    expect(problems).toMatchObject([{ path: "seeds", code: "outOfInterval", details: { why: "seedsPast", seed: "4294967295" } }]);
    await expect(bench.workbench.startRun({ experimentId: "e-7", spec: smallSpec })).rejects.toMatchObject({ code: "noSuchExperiment" });
  });
});

describe("a draft is inspected", () => {
  it.each([null, 5, "text", [], { layers: 3 }, { data: [] }, { version: 2 }, { data: { kind: "csv", file: "x", hash: "../../etc/passwd" } }])("%j: with problems and without throwing", async (spec) => {
    await using bench = openBench();
    const { problems, steps } = await bench.workbench.inspectSpec({ spec });
    expect(problems.length).toBeGreaterThan(0);
    expect(steps).toBe(0);
  });

  it("a right one: its data, rows, layers, parameters and steps; nothing is stored", async () => {
    await using bench = openBench();
    const found = await bench.workbench.inspectSpec({ spec: smallSpec });
    expect(found).toMatchObject({
      problems: [], rows: { train: 420, validation: 90, test: 90 }, parameters: 42, stepsPerEpoch: 14, steps: 70,
      layers: [{ index: 0, kind: "dense", output: [8], parameters: 24 }, { kind: "relu", output: [8] }, { kind: "dense", output: [2], parameters: 18 }],
      data: { name: "xor", rows: 600, shape: [2], task: "classes", classes: [{ name: "same", rows: 300 }, { name: "different", rows: 300 }], targetRange: null },
      spec: { seed: 1, optimizer: { kind: "adam", beta1: 0.9 } },
    });
    expect(found.aboutMs).toBeNull();
    // Parameters, gradient and two moments of 42 numbers, and the batch's rows; all in 4 bytes, on boundaries of 16.
    expect(found.memoryBytes).toBeGreaterThan(4 * 4 * 42);
    expect(found.memoryBytes).toBeLessThan(20_000);
    expect(await bench.workbench.listRuns({})).toEqual([]);
  });

  it("tells about how long it takes once a run of as many parameters has trained", async () => {
    await using bench = openBench();
    const run = await ended(bench.workbench, await start(bench.workbench, smallSpec));
    const { aboutMs } = await bench.workbench.inspectSpec({ spec: { ...smallSpec, train: { epochs: 10, batchSize: 32 } } });
    expect(aboutMs).toBeCloseTo((run.trainingMs / run.step) * 140, 6);
    expect((await bench.workbench.inspectSpec({ spec: { ...smallSpec, layers: [{ kind: "dense", units: 2 }] } })).aboutMs).toBeNull();
  });

  it("shows the data while another part is still wrong", async () => {
    await using bench = openBench();
    const found = await bench.workbench.inspectSpec({ spec: { ...smallSpec, optimizer: { kind: "adam", learningRate: -1 } } });
    expect(found).toMatchObject({ spec: null, data: { name: "xor" }, rows: { train: 420 }, problems: [{ path: "optimizer.learningRate" }] });
  });
});

describe("a file of one's own", () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i % 7},${i % 5},${i % 2 === 0 ? "even" : "odd"}`);
  const table = text(["a,b,sort", ...rows].join("\n"));

  it("imported twice is kept once, under its hash, and is described and trained on", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const first = await workbench.importFile({ name: "mine.csv", bytes: table });
    expect(await workbench.importFile({ name: "copy.csv", bytes: table.slice() })).toEqual(first);
    expect(first).toMatchObject({ name: "mine.csv", rows: 40, sizeBytes: table.byteLength, columns: [{ name: "a", isNumeric: true, distinct: 7, missing: 0 }, { name: "b" }, { name: "sort", isNumeric: false, distinct: 2 }] });
    expect(await workbench.listFiles({})).toEqual([first]);

    const data = { kind: "csv", file: "mine.csv", hash: first.hash };
    const summary = await workbench.describeData({ data });
    expect(summary).toMatchObject({ name: "mine.csv", rows: 40, featureNames: ["a", "b"], targetName: "sort", classes: [{ name: "even", rows: 20 }, { name: "odd", rows: 20 }] });
    expect(summary.firstRows).toHaveLength(12);
    expect(summary.firstRows[1]).toEqual({ features: [1, 1], target: "odd" });
    const { runIds } = await workbench.startRun({ experimentId: null, spec: { ...smallSpec, data } });
    expect(await ended(workbench, runIds[0]!)).toMatchObject({ name: "mine · 8 · adam", state: "finished", data: { hash: summary.hash, classes: ["even", "odd"] } });
  });

  it("that is no table is refused and not kept", async () => {
    await using bench = openBench();
    await expect(bench.workbench.importFile({ name: "empty.csv", bytes: new Uint8Array() })).rejects.toMatchObject({ name: "SpecError" });
    expect(await bench.workbench.listFiles({})).toEqual([]);
  });

  it("described by a wrong component is refused by path", async () => {
    await using bench = openBench();
    await expect(bench.workbench.describeData({ data: { kind: "moons", samples: -1 } })).rejects.toMatchObject({ problems: [{ path: "data.samples" }] });
    await expect(bench.workbench.describeData({ data: { kind: "csv", file: "x.csv" } })).rejects.toMatchObject({ problems: [{ path: "data.file" }] });
  });

  it("a number target is described by its range", async () => {
    await using bench = openBench();
    const { targetRange, classes } = await bench.workbench.describeData({ data: { kind: "sample", name: "diabetes" } });
    expect(classes).toBeNull();
    // The mean of the 442 targets as scikit-learn's description of the set gives it; 25 and 346 are its smallest and largest.
    expect(targetRange).toMatchObject({ min: 25, max: 346 });
    expect(targetRange!.mean).toBeCloseTo(152.133484, 6);
  });
});
