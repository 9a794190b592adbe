/** Runs as other programs' files: what their readers find in them is what was written, bit for bit. */

import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ForeignRun } from "../../src-main/contract/foreign-runs.ts";
import { fileName, folderNames } from "../../src-main/exchange/foreign/folder-names.ts";
import { mlflowFiles } from "../../src-main/exchange/foreign/mlflow-out.ts";
import { readMlflowFolder } from "../../src-main/exchange/foreign/mlflow-folder.ts";
import { tensorBoardFiles } from "../../src-main/exchange/foreign/tensorboard-out.ts";
import { readTensorBoard } from "../../src-main/exchange/foreign/tensorboard.ts";
import { readForeign } from "../../src-main/exchange/foreign/read.ts";
import { pythonWith, runPython } from "../support/pythons.ts";
import { ended, openBench, smallSpec, start } from "../support/workbench.ts";

const idOf = (key: string): string => createHash("sha256").update(key).digest("hex").slice(0, 32);

const run: ForeignRun = {
  key: "r-1", name: "digits · seed 1", group: "digits", state: "finished", startedMs: 1700000000000, endedMs: 1700000060000,
  params: { "optimizer.learningRate": 0.001, "optimizer.kind": "adam", "train.shuffle": true, "train.clipNorm": null }, metrics: { "train/loss": Math.PI, "validation/accuracy": NaN },
  tags: ["baseline"], notes: "# why\n\nto see",
  series: [
    { metric: "train/loss", steps: Float64Array.of(0, 1, 5), values: Float64Array.of(1e-300, Infinity, Math.PI), timesMs: Float64Array.of(1700000000000, 1700000001000, 1700000005000) },
    { metric: "validation/accuracy", steps: Float64Array.of(5), values: Float64Array.of(NaN), timesMs: null },
  ],
};

it("TensorBoard's: every value in double precision, settings for the hparams plugin", () => {
  const files = tensorBoardFiles([run, { ...run, key: "r-2" }]);
  expect(files.map(({ path }) => path)).toEqual(["logs/digits · seed 1 r-1/events.out.tfevents.1700000000.descent", "logs/digits · seed 1 r-2/events.out.tfevents.1700000000.descent"]);
  const { runs, left } = readTensorBoard(files);
  expect(left).toEqual([]);
  expect(runs[0]).toMatchObject({ state: "finished", startedMs: run.startedMs, endedMs: run.endedMs, params: run.params, metrics: run.metrics });
  expect(runs[0]!.series.map(({ metric, steps, values }) => [metric, [...steps], [...values]])).toEqual(run.series.map(({ metric, steps, values }) => [metric, [...steps], [...values]]));
  expect([...runs[0]!.series[0]!.timesMs!]).toEqual([...run.series[0]!.timesMs!]);
});

it("MLflow's: every value, its time, settings, notes and tags, the same ids every time", () => {
  const files = mlflowFiles([run], idOf);
  const { runs } = readMlflowFolder(files);
  expect(runs).toHaveLength(1);
  expect(runs[0]).toMatchObject({ key: idOf("r-1"), name: run.name, group: "digits", state: "finished", startedMs: run.startedMs, endedMs: run.endedMs, params: run.params, metrics: run.metrics, notes: run.notes });
  expect(runs[0]!.tags).toEqual(["descent.run=r-1", "baseline"]);
  expect(runs[0]!.series.map(({ metric, steps, values }) => [metric, [...steps], [...values]])).toEqual(run.series.map(({ metric, steps, values }) => [metric, [...steps], [...values]]));
  expect(mlflowFiles([run], idOf)).toEqual(files);
});

it("any doubles survive both", () => {
  const doubles = fc.array(fc.double(), { minLength: 1, maxLength: 20 });
  fc.assert(fc.property(doubles, (values) => {
    const series = [{ metric: "m", steps: Float64Array.from(values, (_, i) => i), values: Float64Array.from(values), timesMs: null }];
    const one: ForeignRun = { ...run, params: {}, metrics: {}, series };
    for (const back of [readTensorBoard(tensorBoardFiles([one])), readMlflowFolder(mlflowFiles([one], idOf))]) expect([...back.runs[0]!.series[0]!.values].map(String)).toEqual(values.map(String));
  }), { numRuns: 100 });
});

describe("names of folders", () => {
  it.each([["a/b", "a_b"], ["..", "_"], ["con.txt", "_con.txt"], ["x. ", "x"], ["", "_"], ["é·中", "é·中"], ["a\u0000b", "a_b"]])("%j is %j", (text, name) => { expect(fileName(text)).toBe(name); });
  it("are told apart without regard to case", () => {
    const names = folderNames([{ key: "1", name: "A" }, { key: "2", name: "a" }, { key: "2", name: "a" }]);
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(3);
  });
});

/** TensorBoard's own reader, where a Python has it. */
const python = pythonWith("tensorboard");
it.skipIf(python === null)("TensorBoard itself reads the same numbers", () => {
  const folder = mkdtempSync(join(tmpdir(), "descent-tensorboard-"));
  try {
    for (const { path, bytes } of tensorBoardFiles([run])) { mkdirSync(dirname(join(folder, path)), { recursive: true }); writeFileSync(join(folder, path), bytes); }
    const code = [
      "import sys, json, struct", "from tensorboard.backend.event_processing.event_accumulator import EventAccumulator",
      "events = EventAccumulator(sys.argv[1]); events.Reload()",
      "print(json.dumps([[one.step, repr(struct.unpack('<d', one.tensor_proto.tensor_content)[0])] for one in events.Tensors('train/loss')]))",
    ].join("\n");
    expect(JSON.parse(runPython(python!, ["-c", code, join(folder, "logs", run.name)]))).toEqual([[0, "1e-300"], [1, "inf"], [5, "3.141592653589793"]]);
  } finally { rmSync(folder, { recursive: true }); }
});
if (python === null) console.log("skipped: no Python with tensorboard, whose own reader would check the event files");

describe("runs of a project", () => {
  it.each(["tensorboard", "mlflow"] as const)("leave as %s with every stored point, setting and tag", async (format) => {
    await using bench = openBench();
    const { workbench } = bench;
    const runId = await start(workbench, { ...smallSpec, name: "one" });
    await ended(workbench, runId);
    const own = await workbench.markRun({ runId, tags: ["good one"] });
    await workbench.writeJournal({ subject: runId, notes: "# seen" });
    const files = await workbench.exportRuns({ runIds: [runId], format });
    const [found] = readForeign(files, () => { throw new Error("there is no database among them"); }).runs as [ForeignRun];
    const series = await workbench.readSeries({ runIds: [runId], metrics: [], points: 0 });
    expect(found.series.map(({ metric, steps, values }) => [metric, [...steps], [...values]])).toEqual(series.map(({ metric, steps, values }) => [metric, [...steps], [...values]]).sort());
    expect(found).toMatchObject({ name: "one", state: "finished", params: { "layers.0.units": 8, "optimizer.kind": own.spec!.optimizer.kind, "train.batchSize": 32 } });
    // Every step of the run lies between two marks of its clock.
    expect(found.series.every(({ timesMs }) => timesMs!.every(Number.isFinite))).toBe(true);
    if (format === "mlflow") expect(found).toMatchObject({ tags: ["descent.run=r-1", "good one"], notes: "# seen", metrics: own.metrics });
  });
});
