/** The checks at the door: every method times every kind of nonsense is a typed error, and right input passes unchanged. */

import { describe, expect, it } from "vitest";
import { SpecError } from "../../src-engine/spec/errors.ts";
import type { ChartView } from "../../src-main/contract/chart-view.ts";
import { inputs } from "../../src-main/contract/inputs.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";

const spec = { version: 1, layers: [{ kind: "dense", units: 3 }] };
const column = Float64Array.of(1, NaN);
const aView: ChartView = {
  title: "Loss", caption: "", summary: "", x: { name: "epoch", min: 0, max: 2, scale: "linear", linearWithin: 1, isWindow: false }, y: { scale: "log", linearWithin: 1, unit: "plain" },
  lines: [{ id: "a", label: "a", colour: 1, dash: 2, weight: "line", isSmooth: false, isLive: false, x: column, y: column, steps: column, perEpoch: 4 }],
};
const right: { readonly [M in keyof Workbench]: Parameters<Workbench[M]>[0] } = {
  about: {}, catalog: {}, examples: {}, settings: {}, changeSettings: { parallel: null, theme: "dark", runTable: { columns: ["time"], sort: [{ name: "time", isDescending: true }] } }, listExperiments: {}, createExperiment: { name: "decay", question: "" },
  changeExperiment: { experimentId: "e-1", name: "x" }, listRuns: { experimentId: "e-1", where: "state = failed", limit: 6 }, listRows: { where: "epochs > 3", columns: ["optimizer.kind", "validation/loss"], runIds: ["r-1"] }, queryWords: { name: "optimizer.kind", contains: "" }, search: { text: "adam", limit: 12 }, run: { runId: "r-1" }, inspectSpec: { spec }, checkGradient: { spec, epsilon: 1e-7, form: "oneSided", rows: 5, perSlice: null, burnIn: 0, chance: "off" }, profileStep: { spec, executor: "wasm", mode: "fast" }, examineArithmetic: {}, startRun: { experimentId: null, spec }, pauseRun: { runId: "r-1" },
  resumeRun: { runId: "r-1" }, stopRun: { runId: "r-1", at: "epoch" }, stepRun: { runId: "r-1" }, extendRun: { runId: "r-1", epochs: 5 }, prioritizeRun: { runId: "r-1", priority: -3 }, listCheckpoints: { runId: "r-1" }, branchRun: { runId: "r-1", step: 40, changes: [{ path: "optimizer.learningRate", to: 0.1 }], name: "slower" }, changeRun: { runId: "r-1", changes: [] }, replayRun: { runId: "r-1" }, markRun: { runId: "r-1", name: "x", tags: ["good one"], isPinned: true, isArchived: false, isBaseline: true }, journal: { subject: "r-1" }, listReports: {}, report: { reportId: "p-1" }, createReport: { title: "Why", template: "comparison", subject: { runIds: ["r-1"], grouping: { kind: "allButSeed" }, baseline: "r-1" } }, changeReport: { reportId: "p-1", title: "x", subject: { runIds: [], grouping: { kind: "eachRun" }, baseline: null }, blocks: [{ kind: "text", title: "", text: "a" }, { kind: "verdict", title: "", metric: null }, { kind: "chart", title: "", metric: "train/loss", x: "epoch", scale: "auto" }, { kind: "results", title: "", metrics: [] }, { kind: "data", title: "" }] }, freezeReport: { reportId: "p-1", isFrozen: true }, deleteReport: { reportId: "p-1" }, exportReport: { report: "p-1", format: "html", language: "zh", theme: "system" }, writeJournal: { subject: "project", hypothesis: "a", result: "b", decision: "c", notes: "d" }, queue: {}, moveRun: { runId: "r-1", to: 0 }, holdQueue: { isHeld: true }, storage: {}, trashRuns: { runIds: ["r-1"] }, restoreRuns: { runIds: ["r-1"] }, purgeRuns: { runIds: ["r-1"] }, backUp: {}, openTest: { runId: "r-1" }, predictRows: { runId: "r-1", from: { kind: "csv", name: "a.csv", bytes: new Uint8Array([1]) } }, exportModel: { runId: "r-1", format: "onnx" }, exportRuns: { runIds: ["r-1"], format: "mlflow" }, watchRun: { runId: "r-1", since: 0 }, watchWorkbench: {}, readSeries: { runIds: ["r-1", "r-2"], metrics: ["train/loss"], points: 500, from: 3, to: 9, smoothing: { kind: "ewma", beta: 0.9 } },
  markSweep: { sweepId: "s-1", name: "wide", isArchived: true },
  markRuns: { runIds: ["r-1"], addTag: "slow", isArchived: true },
  previewImport: { name: "logs", files: [{ path: "logs/a.csv", bytes: new Uint8Array([1]) }] }, takeIn: { importId: "i-1", experimentId: null },
  planBudget: { spec }, listJournal: { contains: "why" },
  freeSpace: { checkpoints: [{ runId: "r-1", step: 3 }], runIds: ["r-2"] }, examineProject: {}, rescue: {}, mend: { backup: null },
  checkRunGradient: { runId: "r-1", rows: 4, burnIn: 0 }, examineRun: { runId: "r-1", split: "validation", step: 40 }, diagnoseRun: { runId: "r-1" }, setDiagnosis: { runId: "r-1", baseError: 0.01, biasFrom: 0.02, varianceFrom: 0.03 }, describeRunData: { runId: "r-1" }, readRows: { runId: "r-1", rows: [0, 17] }, readHistograms: { runId: "r-1", part: "0/kernel/weight" },
  chartOf: { subject: { runIds: ["r-1"], grouping: { kind: "allButSeed" }, baseline: null }, metric: "train/loss", x: "epoch", scale: "auto", language: "en" }, chartFile: { view: aView, pinned: ["a"], format: "pdf" },
  exportFile: { wish: { kind: "curves", format: "csv", runIds: ["r-1"], metrics: [] } },
  weightHashes: { runId: "r-1" }, compareRuns: { runIds: ["r-1", "r-2"], grouping: { kind: "allButSeed" }, baseline: null }, readGroups: { groups: [["r-1"]], metrics: ["validation/loss"], x: "epoch", points: 100 }, compareRows: { first: "r-1", second: "r-2" }, matchSeeds: { groups: [["r-1"], ["r-2"]], seeds: 5 }, inspectSweep: { spec, probe: true }, startSweep: { experimentId: null, spec, parentId: "s-1" }, listSweeps: { experimentId: "e-1" }, sweep: { sweepId: "s-1" }, watchSweep: { sweepId: "s-1", since: 0 }, pauseSweep: { sweepId: "s-1" }, resumeSweep: { sweepId: "s-1" }, stopSweep: { sweepId: "s-1" },
  changeSweep: { sweepId: "s-1", changes: [{ path: ["axes", "optimizer.learningRate", "to"], to: 0.5 }] }, enqueueTrial: { sweepId: "s-1", point: { "optimizer.learningRate": 0.1 } }, importRuns: { sweepId: "s-1", runIds: ["r-1"] }, confirmSweep: { sweepId: "s-1", top: 3, seeds: 5 }, sweepWinner: { sweepId: "s-1" }, openSweepTest: { sweepId: "s-1" },
  sweepImportance: { sweepId: "s-1", method: "pedAnova", quantile: 0.2 }, sweepAdvice: { sweepId: "s-1" }, compareSweeps: { sweepIds: ["s-1", "s-2"] }, isolateAxis: { sweepId: "s-1", axis: "optimizer.learningRate", bins: 6 }, narrowSweep: { sweepId: "s-1", trials: [1, -2], margin: 0.1 },
  listFiles: {}, importFile: { name: "a.csv", bytes: new Uint8Array([1]) }, chooseFile: {}, saveFile: { name: "a.json", content: "{}" }, describeData: { data: { kind: "spirals", noise: 0.1 } },
};
const methods = Object.keys(right) as (keyof Workbench)[];
const checks = inputs();
const check = (method: keyof Workbench, raw: unknown): unknown => (checks[method] as (raw: unknown) => unknown)(raw);
const nested = (n: number): unknown => Array.from({ length: n }).reduce<unknown>((inner) => ({ a: inner }), 1);

function faultOf(method: keyof Workbench, raw: unknown): SpecError {
  let caught: unknown = null;
  try { check(method, raw); } catch (error) { caught = error; }
  expect(caught).toBeInstanceOf(SpecError);
  return caught as SpecError;
}

describe.each(methods)("%s", (method) => {
  it("passes right input unchanged", () => { expect(check(method, right[method])).toEqual(right[method]); });

  it.each([["nothing", undefined], ["null", null], ["a number", 1], ["text", "{}"], ["a list", []], ["a function", () => 1], ["a date", new Date(0)], ["a map", new Map()], ["bytes", new Uint8Array(3)]])("refuses %s", (_, raw) => {
    expect(faultOf(method, raw).problems[0]!.path).toBe("input");
  });

  it.each(["stranger", "constructor", "toString", "__proto__"])("refuses a key %s, by its name", (key) => {
    const raw: Record<string, unknown> = { ...right[method] };
    Object.defineProperty(raw, key, { value: { polluted: 1 }, enumerable: true });
    expect(faultOf(method, raw).problems).toMatchObject([{ path: key, code: "unknownKey" }]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });
});

it.each(methods.flatMap((method) => Object.keys(right[method]).map((key) => [method, key] as const)))("%s refuses a %s that is no data, by its path", (method, key) => {
  for (const wrong of [Symbol("x"), () => 1, 10n]) expect(faultOf(method, { ...right[method], [key]: wrong }).problems[0]!.path).toBe(key);
});

describe("limits", () => {
  it.each<[string, keyof Workbench, unknown, string, RegExp]>([
    ["a name of 201 characters", "createExperiment", { name: "x".repeat(201), question: "" }, "name", /at most 200; got 201/],
    ["an empty name", "createExperiment", { name: "  ", question: "" }, "name", /must not be empty/],
    ["a question of 2 001 characters", "createExperiment", { name: "x", question: "x".repeat(2001) }, "question", /at most 2000/],
    ["1001 runs", "readSeries", { runIds: Array.from({ length: 1001 }, () => "r-1"), metrics: [], points: 0 }, "runIds", /at most 1000/],
    ["a grouping by nothing", "compareRuns", { runIds: [], grouping: { kind: "by", names: [] }, baseline: null }, "grouping.names", /length/],
    ["a path as an id", "run", { runId: "../../etc/passwd" }, "runId", /must be an id/],
    ["an id in a list", "compareRuns", { runIds: ["r-1", "r/2"], grouping: { kind: "eachRun" }, baseline: null }, "runIds.1", /must be an id/],
    ["NaN points", "readSeries", { runIds: [], metrics: [], points: NaN }, "points", /must be a number; got NaN/],
    ["half a point", "readSeries", { runIds: [], metrics: [], points: 0.5 }, "points", /whole number; got 0.5/],
    ["points below 0", "readSeries", { runIds: [], metrics: [], points: -1 }, "points", /at least 0; got -1/],
    ["a beta of 1", "readSeries", { runIds: [], metrics: [], points: 0, smoothing: { kind: "ewma", beta: 1 } }, "smoothing.beta", /below 1; got 1/],
    ["another smoothing", "readSeries", { runIds: [], metrics: [], points: 0, smoothing: { kind: "magic", beta: 0.5 } }, "smoothing.kind", /"ewma"/],
    ["columns of two lengths", "chartFile", { view: { ...aView, lines: [{ ...aView.lines[0], y: Float64Array.of(1) }] }, pinned: [], format: "svg" }, "view.lines.0", /one length/],
    ["2 001 lines", "chartFile", { view: { ...aView, lines: Array.from({ length: 2001 }, () => aView.lines[0]) }, pinned: [], format: "svg" }, "view.lines", /at most 2000/],
    ["since beyond exact whole numbers", "watchRun", { runId: "r-1", since: 1e300 }, "since", /whole number/],
    ["0 workers", "changeSettings", { parallel: 0 }, "parallel", /at least 1/],
    ["a language nobody speaks here", "changeSettings", { language: "fr" }, "language", /"en" \| "zh"/],
    ["a query that cannot be read", "listRuns", { where: "state = finished and\n  (epochs > 3" }, "where", /a bracket is opened here and never closed; close it with \) \(line 2, column 3\)/],
    ["a query of 2 001 characters", "listRows", { where: "x".repeat(2001), columns: [] }, "where", /at most 2000 characters; got 2001/],
    ["a column that is no name", "listRows", { columns: ["state", "constructor"] }, "columns.1", /must be a name such as state/],
    ["a limit nobody could keep", "changeSettings", { quota: { limitBytes: 5, order: ["trash"], isAutomatic: false } }, "quota.limitBytes", /at least 1000000; got 5/],
    ["65 columns", "listRows", { columns: Array.from({ length: 65 }, () => "time") }, "columns", /at most 64; got 65/],
    ["9 sort keys", "changeSettings", { runTable: { columns: [], sort: Array.from({ length: 9 }, () => ({ name: "time", isDescending: false })) } }, "runTable.sort", /at most 8; got 9/],
    ["a missing id", "run", {}, "runId", /is missing/],
    ["an ε of 0", "checkGradient", { spec, epsilon: 0 }, "epsilon", /above 0; got 0/],
    ["an ε above 1", "checkGradient", { spec, epsilon: 2 }, "epsilon", /at most 1; got 2/],
    ["1001 rows to check", "checkGradient", { spec, rows: 1001 }, "rows", /at most 1000; got 1001/],
    ["no entry to compare", "checkGradient", { spec, perSlice: 0 }, "perSlice", /at least 1; got 0/],
    ["a third form", "checkGradient", { spec, form: "threeSided" }, "form", /"twoSided" \| "oneSided"/],
    ["a spec of 2 MB", "startRun", { experimentId: null, spec: { name: "x".repeat(2 * 1024 * 1024) } }, "spec", /at most 1 MB/],
    ["a spec of a million small values", "inspectSpec", { spec: Array.from({ length: 1_000_000 }, () => 1) }, "spec", /at most 1 MB/],
    ["a spec of 65 levels", "inspectSpec", { spec: nested(65) }, "spec", /deeper than 64/],
    ["a spec of 50 000 levels", "inspectSpec", { spec: nested(50_000) }, "spec", /deeper than 64/],
    ["a spec with bytes in it", "inspectSpec", { spec: { a: { b: new Uint8Array(1) } } }, "spec", /a\.b is neither a list nor a plain object/],
    ["data without a kind", "describeData", { data: { noise: 1 } }, "data", /an object with a kind/],
    ["data of 50 000 levels", "describeData", { data: { kind: "csv", a: nested(50_000) } }, "data", /deeper than 64/],
    ["a file that is text", "importFile", { name: "a.csv", bytes: "1,2" }, "bytes", /must be bytes/],
    ["a file of 64 MB and a byte", "importFile", { name: "a.csv", bytes: new Uint8Array(64 * 1024 * 1024 + 1) }, "bytes", /at most 64 MB/],
  ])("%s is refused with its path and reason", (_, method, raw, path, message) => {
    const fault = faultOf(method, raw);
    expect(fault.problems[0]!.path).toBe(path);
    expect(fault.message).toMatch(message);
    expect(fault.message.length).toBeLessThan(400);
  });

  it("every problem of a call is told at once", () => {
    expect(faultOf("readSeries", { runIds: "r-1", metrics: [1], points: "0" }).problems.map((p) => p.path)).toEqual(["runIds", "metrics.0", "points"]);
  });

  it("a spec that is wrong passes the door: the service says what is wrong with it", () => {
    expect(check("inspectSpec", { spec: { nonsense: [1, "a", null, true] } })).toEqual({ spec: { nonsense: [1, "a", null, true] } });
  });
});
