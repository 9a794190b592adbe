/** Runs of other programs, out of the files in tests/foreign: equal values, nothing lost in silence, and damaged files refused by name and place. */

import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { readForeign, type WithTables } from "../../src-main/exchange/foreign/read.ts";
import { tensorBoardFiles } from "../../src-main/exchange/foreign/tensorboard-out.ts";
import type { ForeignFile, ForeignRead, ForeignRun } from "../../src-main/contract/foreign-runs.ts";
import { withForeignTables } from "../../src-main/store/foreign-tables.ts";
import { SpecError } from "../../src-main/contract/errors.ts";

const made = join(import.meta.dirname, "..", "foreign", "made");

/** A file, or everything in a folder under its own name. */
function filesAt(name: string): ForeignFile[] {
  const path = join(made, name);
  if (statSync(path).isFile()) return [{ path: name.split("/").at(-1)!, bytes: readFileSync(path) }];
  return readdirSync(path, { recursive: true, encoding: "utf8", withFileTypes: true }).filter((one) => one.isFile())
    .map((one) => join(one.parentPath, one.name)).map((file) => ({ path: relative(made, file).replaceAll("\\", "/"), bytes: readFileSync(file) }));
}
const read = (files: readonly ForeignFile[]): ForeignRead => readForeign(files, withForeignTables);
const at = (name: string): ForeignRead => read(filesAt(name));
const points = ({ series }: ForeignRun, metric: string): [number, number][] => {
  const { steps, values } = series.find((one) => one.metric === metric)!;
  return Array.from(steps, (step, i) => [step, values[i]!]);
};

it("TensorBoard: a run a folder, scalars of both kinds, hparams, texts; what was written again counts, what it hides stands beside it, what was cut off is left", () => {
  const { program, runs, left } = at("tb");
  expect([program, runs.map(({ key }) => key), left]).toEqual(["tensorboard", ["tb/logs/a/train", "tb/logs/b"], [{ what: "histograms", count: 1 }]]);
  const [a, b] = runs as [ForeignRun, ForeignRun];
  expect({ ...a, series: a.series.map(({ metric }) => metric) }).toEqual({
    key: "tb/logs/a/train", name: "train", group: "tb/logs/a", state: "finished", startedMs: 1.7e12, endedMs: 1700000060000,
    params: { lr: 0.01, optimizer: "adam", nesterov: true }, metrics: { loss: NaN, accuracy: 0.75 }, tags: [], notes: "**notes**\n\na <b>bold</b> idea", series: ["accuracy", "earlier/loss", "loss"],
  });
  // Step 2 in single precision, as the file has it.
  expect(points(a, "loss")).toEqual([[0, 1], [1, 0.5], [2, Math.fround(1 / 3)], [3, 0.125], [10, NaN]]);
  expect(points(a, "accuracy")).toEqual([[0, 0], [1, 0.25], [2, 0.5], [3, 0.75]]);
  expect(points(a, "earlier/loss")).toHaveLength(1);
  expect([...a.series[2]!.timesMs!].slice(0, 2)).toEqual([1700000001000, 1700000002000]);
  expect(points(b, "loss")).toEqual([[0, 2], [100, 1], [200, 0]]);
});

it("values written again at a step stand beside it, those of one step alone are numbered, and only the last counts as the run's result", () => {
  const csv = (rows: readonly string[]): ForeignRead => read([{ path: "m.csv", bytes: new TextEncoder().encode(`metric,step,value\n${rows.join("\n")}\n`) }]);
  const begun = csv(["loss,0,9", "loss,1,8", "loss,2,7", "loss,1,6", "loss,2,5", "loss,2,4", "loss,3,3"]);
  expect([begun.left, begun.runs[0]!.metrics, ...["loss", "earlier/loss", "earlier 2/loss"].map((name) => points(begun.runs[0]!, name))])
    .toEqual([[], { loss: 3 }, [[0, 9], [1, 6], [2, 4], [3, 3]], [[1, 8], [2, 5]], [[2, 7]]]);
  const unnumbered = csv(Array.from({ length: 40 }, (_, i) => `loss,5,${40 - i}`)).runs[0]!;
  expect([points(unnumbered, "loss").slice(0, 2), points(unnumbered, "loss").at(-1), unnumbered.metrics]).toEqual([[[5, 40], [6, 39]], [44, 1], { loss: 1 }]);
  expect(csv([...Array.from({ length: 13 }, (_, i) => `loss,1,${i}`), "loss,2,0"]).left).toEqual([{ what: "points written again at the same step", count: 3 }]);
});

it("W&B: config, history with nested values and NaN, summary, tags, records over several blocks; a file without an end is an interrupted run", () => {
  const { program, runs, left } = at("wandb");
  expect([program, left]).toEqual(["wandb", [{ what: "values of type image-file", count: 1 }, { what: "logged texts and lists", count: 1 }]]);
  const run = runs.find(({ key }) => key === "abc123")!, crashed = runs.find(({ key }) => key === "def456")!;
  expect({ ...run, series: run.series.map(({ metric, steps }) => [metric, steps.length]) }).toEqual({
    key: "abc123", name: "calm-river-1", group: "digits/seeds", state: "finished", startedMs: 1700000000500, endedMs: 1700000060500,
    params: { lr: 0.01, "model.units": 32, "model.layers": "[1,2]", "model.act": "relu" }, metrics: { loss: 0.5, "val.acc": 199 / 200, best: 0.99 },
    tags: ["baseline", "to check"], notes: "first try", series: [["loss", 201], ["val.acc", 200]],
  });
  expect(points(run, "loss")).toEqual([...Array.from({ length: 200 }, (_, s): [number, number] => [s, s === 7 ? NaN : 1 / (1 + s)]), [200, 0.5]]);
  expect({ ...crashed, series: points(crashed, "loss") }).toMatchObject({ name: "def456", state: "interrupted", endedMs: null, series: [[0, 3]] });
});

it("MLflow's folder: params, metrics with names in folders, notes and tags; deleted runs are left", () => {
  const { program, runs, left } = at("mlruns");
  expect([program, runs.length, left]).toEqual(["mlflow", 1, [{ what: "artifacts", count: 1 }, { what: "tags of MLflow itself", count: 1 }, { what: "deleted runs", count: 1 }]]);
  const run = runs[0]!;
  expect({ ...run, series: [] }).toEqual({
    key: "0123456789abcdef0123456789abcdef", name: "shy-ant-7", group: "Ada's digits", state: "finished", startedMs: 1.7e12, endedMs: 1700000060000,
    params: { lr: 0.01, "model/units": 32, version: "007", seed: "12345678901234567890" }, metrics: { loss: 0.2, "val/acc": Infinity }, tags: ["team=vision"], notes: "# better\nthan before", series: [],
  });
  expect(points(run, "loss")).toEqual([[0, 1], [1, 0.5], [2, 1 / 3], [3, 0.25], [4, 0.2]]);
  expect(points(run, "val/acc")).toEqual([[0, 0.5], [1, NaN], [2, Infinity]]);
});

it("MLflow's database: the same facts, NaN by its flag, infinity by the largest double", () => {
  const { program, runs } = at("mlflow.db");
  expect([program, runs.map(({ key }) => key)]).toEqual(["mlflow", ["r1"]]);
  expect(runs[0]).toMatchObject({ name: "bold-cat-1", group: "digits", state: "failed", params: { lr: 0.1, nesterov: true, clip: null }, tags: ["team=vision"] });
  expect(points(runs[0]!, "loss")).toEqual([[0, 1], [1, 0.5], [2, 1 / 3], [3, NaN], [4, Infinity]]);
});

it("Optuna: every trial with the parameters, values and reports that Optuna itself tells", () => {
  const told = JSON.parse(readFileSync(join(made, "optuna.json"), "utf8")) as { study: string; number: number; state: string; params: Record<string, unknown>; values: (number | string)[] | null; intermediate: [number, number | string][] }[];
  const { program, runs } = at("optuna.db");
  expect([program, runs.length]).toEqual(["optuna", 8]);
  const number = (value: number | string): number => (typeof value === "number" ? value : value === "nan" ? NaN : Infinity);
  for (const [i, trial] of told.entries()) {
    const run = runs[i]!;
    const names = trial.values === null ? [] : trial.values.length === 1 ? ["value"] : ["value/0", "value/1"];
    expect([run.key, run.state, run.params]).toEqual([`${trial.study}/${trial.number}`, { COMPLETE: "finished", PRUNED: "stopped", FAIL: "failed" }[trial.state], trial.params]);
    expect(names.map((name) => run.metrics[name])).toEqual((trial.values ?? []).map(number));
    expect(run.series.length === 0 ? [] : points(run, "intermediate")).toEqual(trial.intermediate.map(([step, value]) => [step, number(value)]));
  }
});

it("Trackio: runs by name, nested metrics, settings without its own, JSON as text or bytes", () => {
  const { program, runs, left } = at("my-project.db");
  expect([program, left]).toEqual(["trackio", [{ what: "system measurements", count: 1 }, { what: "logged texts, images and tables", count: 3 }]]);
  expect(runs.map(({ name, group, params, metrics }) => ({ name, group, params, metrics }))).toEqual([
    { name: "dainty-meadow-1", group: "my-project", params: { lr: 0.001, "model.units": 32 }, metrics: { loss: NaN, "eval.psnr": Infinity } },
    { name: "plain", group: "my-project", params: {}, metrics: { loss: 4 } },
  ]);
  expect(points(runs[0]!, "loss")).toEqual([[0, 1], [1, 0.5], [2, 1 / 3], [3, NaN]]);
  expect(runs[0]).toMatchObject({ startedMs: Date.UTC(2026, 0, 31, 11, 59, 59), endedMs: Date.UTC(2026, 0, 31, 12, 0, 5) });
});

describe("CSV of metrics", () => {
  it("a row a step: columns of numbers are metrics, a column of one text is a setting, an empty cell is no point", () => {
    const [run] = at("csv/wide.csv").runs as [ForeignRun];
    expect([run.name, run.params, points(run, "loss"), points(run, "val acc")]).toEqual(["wide", { optimizer: "adam" }, [[0, 1.5], [1, 0.5], [2, NaN]], [[0, 0.1], [2, 0.9]]]);
  });
  it("a row a point, as Descent exports them", () => {
    const { runs } = at("csv/long.csv");
    expect(runs.map((run) => [run.key, run.name, points(run, "train/loss")])).toEqual([["r-1", "digits", [[1, 0.5], [2, 0.25]]], ["r-2", "digits b", [[1, Infinity]]]]);
  });
  it("TensorBoard's download of a curve", () => {
    const [run] = at("csv/run_a-tag-loss.csv").runs as [ForeignRun];
    expect([run.name, points(run, "run_a-tag-loss"), [...run.series[0]!.timesMs!]]).toEqual(["run_a-tag-loss", [[0, 1.5], [1, 0.5]], [1700000000500, 1700000001500]]);
  });
  it("W&B's of a chart: a run a column", () => {
    const { runs } = at("csv/wandb_export.csv");
    expect(runs.map((run) => [run.name, points(run, "loss")])).toEqual([["calm-river-1", [[0, 1.5], [1, 0.5]]], ["wild-sun-2", [[0, 3]]]]);
  });
});

describe("what cannot be read is refused with file and place", () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const problems = (files: readonly ForeignFile[]) => {
    try { read(files); } catch (error) { if (error instanceof SpecError) return error.problems.map(({ path, message, at: place }) => ({ path, message, line: place?.line, column: place?.column, byte: place?.byte })); throw error; }
    throw new Error("nothing was refused");
  };
  const flipped = (name: string, byte: number): ForeignFile[] => filesAt(name).map(({ path, bytes: whole }) => {
    const other = Uint8Array.from(whole);
    other[byte]! ^= 1;
    return { path, bytes: other };
  });
  const events = "tb/logs/b/events.out.tfevents.1700000000.host.3.0", wandb = "wandb/run-20231114_221320-abc123/run-abc123.wandb";

  it.each([
    ["an event file whose length lies", flipped(events, 0), /has a damaged record at byte 0: the checksum of its length/],
    ["one whose bytes changed", flipped(events, 20), /has a damaged record at byte 0: the checksum of its bytes/],
    ["a W&B file that is none", [{ path: "x.wandb", bytes: bytes("hello, world") }], /it does not begin as W&B's files do/],
    ["a W&B file of another version", flipped(wandb, 6), /it is of version 1, and version 0 is known/],
    ["a W&B record that changed", flipped(wandb, 40_000), /the checksum of its bytes is another/],
    ["a CSV without steps", [{ path: "m.csv", bytes: bytes("a,b\n1,2\n") }], /has no column of steps/],
    ["a CSV without metrics", [{ path: "m.csv", bytes: bytes("step,b\n1,x\n") }], /has no metric/],
    ["a file of another kind", [{ path: "notes.txt", bytes: bytes("x") }], /holds no runs that can be read/],
    ["a folder of nothing", [], /holds no runs that can be read/],
  ])("%s", (_, files, message) => { expect(problems(files as ForeignFile[])).toMatchObject([{ message: expect.stringMatching(message as RegExp) as string }]); });

  it("a step that is none, at its line and column", () => {
    expect(problems([{ path: "m.csv", bytes: bytes("step,loss\n1,2\nx,3\n2.5,4\n") }])).toMatchObject([{ line: 3, column: 1 }, { line: 4, column: 1 }]);
  });
  it("a step below 0, which curves here do not have, by metric and place", () => {
    const run: ForeignRun = { key: "a", name: "a", group: "", state: "finished", startedMs: 1.7e12, endedMs: 1.7e12, params: {}, metrics: {}, tags: [], notes: "", series: [{ metric: "loss", steps: Float64Array.of(0, 1, -3), values: Float64Array.of(3, 2, 1), timesMs: null }] };
    const [told] = problems(tensorBoardFiles([run]));
    expect(told).toMatchObject({ path: expect.stringMatching(/tfevents/) as string, message: expect.stringMatching(/^has the step -3 of "loss", and steps are whole numbers from 0; /) as string });
    expect(told!.byte).toBeGreaterThan(0);
    const mlflow = filesAt("mlruns").map((file) => (file.path.endsWith("metrics/loss") && file.path.includes("0123") ? { ...file, bytes: bytes("1 2 0\n1 3 -7\n") } : file));
    expect(problems(mlflow)).toMatchObject([{ path: expect.stringMatching(/metrics\/loss$/) as string, line: 2, message: expect.stringMatching(/^has the step -7 of "loss"/) as string }]);
    for (const name of ["mlflow.db", "my-project.db"]) {
      const early: WithTables = (files, reader) => withForeignTables(files, (tables, path) => reader({ ...tables, rows: (table) => [...tables.rows(table)].map((row) => (table === "metrics" ? { ...row, step: -2 } : row)) }, path));
      expect(() => readForeign(filesAt(name), early), name).toThrow(/has the step -2 of "/);
    }
    expect(problems([{ path: "m.csv", bytes: bytes("step,loss\n0,2\n-1,3\n") }])).toMatchObject([{ line: 3, column: 1, message: "has \"-1\" where a whole step from 0 is needed" }]);
  });
  it("a metric of MLflow that is none, at its line", () => {
    const files = filesAt("mlruns").map((file) => (file.path.endsWith("metrics/loss") && file.path.includes("0123") ? { ...file, bytes: bytes("1 2 0\n1 oops 1\n") } : file));
    expect(problems(files)).toMatchObject([{ path: expect.stringMatching(/metrics\/loss$/) as string, line: 2 }]);
  });
  it("a database of another program, and one that is damaged", () => {
    const db = filesAt("mlflow.db")[0]!;
    expect(() => read([{ path: "a.db", bytes: bytes("SQLite format 3\u0000 and nothing more") }])).toThrow(/is damaged/);
    expect(() => read([{ path: "a.db", bytes: bytes("nothing") }])).toThrow(/is damaged/);
    expect(() => read([{ path: db.path, bytes: db.bytes.subarray(0, 5000) }])).toThrow();
  });
  it("any bytes under any of the names give runs or one of the three errors", () => {
    // A file cut off or flipped anywhere.
    for (const name of [events, wandb, "csv/long.csv"]) {
      const [file] = filesAt(name) as [ForeignFile];
      for (let i = 0; i < 300; i++) {
        const cut = Uint8Array.from(file.bytes.subarray(0, Math.floor((i / 300) * Math.min(file.bytes.length, 3000))));
        if (cut.length > 0 && i % 2 === 1) cut[(i * 7919) % cut.length]! ^= 1 << (i % 8);
        try { read([{ path: file.path, bytes: cut }]); } catch (error) { expect((error as Error).name).toMatch(/^(SpecError|StoreError)$/); }
      }
    }
  });
});
