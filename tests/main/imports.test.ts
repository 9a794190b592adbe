/** Files of other programs' runs, taken into a project: seen before anything is written, whole or not at all, once, and then runs like others. */

import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { commands } from "../../src-main/cli/commands.ts";
import { clockCurves, wallOf } from "../../src-main/contract/clock.ts";
import { checkedService } from "../../src-main/contract/inputs.ts";
import type { TaskEvent } from "../../src-main/contract/examination.ts";
import type { ForeignFile } from "../../src-main/contract/foreign-runs.ts";
import type { ImportOutcome, ImportPreview } from "../../src-main/contract/imports.ts";
import type { Run } from "../../src-main/contract/nouns.ts";
import type { WorkbenchService } from "../../src-main/service/workbench.ts";
import { curvesOf } from "../../src-main/exchange/foreign/curves.ts";
import { readForeign } from "../../src-main/exchange/foreign/read.ts";
import { filesAt } from "../../src-main/service/files-at.ts";
import { withForeignTables } from "../../src-main/store/foreign-tables.ts";
import { openStore } from "../../src-main/store/open.ts";
import { temporaryFolder } from "../support/project.ts";
import { ended, openBench, openWorkbench, smallSpec, start } from "../support/workbench.ts";
import type { World } from "../../src-main/cli/world.ts";

const made = join(import.meta.dirname, "..", "foreign", "made");
const sources = ["tb", "mlruns", "mlflow.db", "optuna.db", "my-project.db", "wandb", "csv/wide.csv", "csv/long.csv", "csv/wandb_export.csv"];

async function last<R>(events: AsyncIterable<TaskEvent<R>>): Promise<R> {
  let result: R | null = null;
  for await (const event of events) if (event.kind === "result") ({ result } = event);
  return result!;
}
const preview = (workbench: WorkbenchService, name: string): Promise<ImportPreview> => last(workbench.previewImport(filesAt(join(made, name))));
async function take(workbench: WorkbenchService, name: string): Promise<ImportOutcome> {
  return last(workbench.takeIn({ importId: (await preview(workbench, name)).importId, experimentId: null }));
}
const csv = (name: string, text: string): { name: string; files: ForeignFile[] } => ({ name, files: [{ path: name, bytes: new TextEncoder().encode(text) }] });
async function refusal(work: () => Promise<unknown> | AsyncIterable<unknown>): Promise<{ code?: string; message: string }> {
  try {
    const done = work();
    if (Symbol.asyncIterator in done) for await (const _ of done) { /* to its end */ }
    else await done;
  } catch (error) { return error as Error; }
  throw new Error("nothing was refused");
}

it.each(sources)("%s: every value, moment, setting, tag and note of the file is in the project", async (name) => {
  await using bench = openBench();
  const { workbench } = bench;
  const { runs, program } = readForeign(filesAt(join(made, name)).files, withForeignTables);
  const seen = await preview(workbench, name);
  expect(seen).toMatchObject({ kind: "foreign", program, runs: runs.map(({ key, params, series }) => ({ key, params: Object.keys(params).length, points: series.reduce((sum, { steps }) => sum + steps.length, 0), there: null, namesake: null })) });
  expect(await workbench.listRuns({})).toEqual([]);
  expect(await workbench.listExperiments({})).toEqual([]);
  const { runIds } = await last(workbench.takeIn({ importId: seen.importId, experimentId: null }));
  expect(runIds.length).toBe(runs.length);
  for (const [i, id] of runIds.entries()) {
    const found = runs[i]!, run = await workbench.run({ runId: id });
    expect(run).toMatchObject({ name: found.name, state: found.state, spec: null, startedMs: found.startedMs, endedMs: found.endedMs, metrics: found.metrics, tags: found.tags, foreign: { program, key: found.key, group: found.group, params: found.params, source: name.split("/").at(-1) } });
    expect((await workbench.journal({ subject: id })).notes).toBe(found.notes);
    const stored = await workbench.readSeries({ runIds: [id], metrics: [], points: 0 });
    expect(stored.map(({ metric, steps, values }) => [metric, [...steps], [...values]])).toEqual(found.series.map(({ metric, steps, values }) => [metric, [...steps], [...values]]).sort());
    for (const { metric, steps, timesMs } of found.series) {
      if (timesMs === null) continue;
      const [own] = await workbench.readSeries({ runIds: [id], metrics: [wallOf(metric)], points: 0 });
      const [all] = await workbench.readSeries({ runIds: [id], metrics: [clockCurves.wall], points: 0 });
      const shared = new Map([...all!.steps].map((step, k) => [step, all!.values[k]!]));
      expect(own === undefined ? [...steps].map((step) => shared.get(step)) : [...own.values]).toEqual([...timesMs]);
    }
  }
});

describe("taking in", () => {
  it("does it once: the same file again adds nothing and names the runs that are there, those in the trash too", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const { runIds } = await take(workbench, "tb");
    await workbench.trashRuns({ runIds: [runIds[1]!] });
    const again = await preview(workbench, "tb");
    expect(again.runs.map(({ there }) => there)).toEqual([{ runId: runIds[0], isTrashed: false }, { runId: runIds[1], isTrashed: true }]);
    expect(await last(workbench.takeIn({ importId: again.importId, experimentId: null }))).toEqual({ runIds: [], there: 2 });
    await workbench.purgeRuns({ runIds: [runIds[1]!] });
    expect(await take(workbench, "tb")).toMatchObject({ runIds: ["r-3"], there: 1 });
  });

  it("replaces nothing: a file with other values is another run beside one that is called the same", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const first = await last(workbench.previewImport(csv("a.csv", "step,loss\n0,1\n1,0.5\n")));
    const { runIds } = await last(workbench.takeIn({ importId: first.importId, experimentId: null }));
    const second = await last(workbench.previewImport(csv("a.csv", "step,loss\n0,1\n1,0.5\n2,0.25\n")));
    expect(second.runs).toMatchObject([{ there: null, namesake: runIds[0] }]);
    const { runIds: more } = await last(workbench.takeIn({ importId: second.importId, experimentId: null }));
    expect((await Promise.all([...runIds, ...more].map((runId) => workbench.run({ runId })))).map(({ id, name, step }) => [id, name, step])).toEqual([["r-1", "a", 1], ["r-2", "a", 2]]);
  });

  it("puts runs into experiments called as their groups, or into the one that was chosen", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    await take(workbench, "mlruns");
    const { id } = await workbench.createExperiment({ name: "mine", question: "" });
    const { importId } = await preview(workbench, "optuna.db");
    await last(workbench.takeIn({ importId, experimentId: id }));
    expect((await workbench.listExperiments({})).map(({ name, runs }) => [name, runs])).toEqual([["mine", 8], ["Ada's digits", 1]]);
  });

  it("tells how far it is, stops behind the run under way when the listener leaves, and goes on from there", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const { importId, runs } = await preview(workbench, "optuna.db");
    for await (const event of workbench.takeIn({ importId, experimentId: null })) if (event.kind === "progress") break;
    await new Promise<void>((done) => { setImmediate(done); });
    const part = (await workbench.listRuns({})).length;
    expect(part).toBeGreaterThan(0);
    expect(part).toBeLessThan(runs.length);
    expect(await last(workbench.takeIn({ importId, experimentId: null }))).toMatchObject({ there: part });
    expect((await workbench.listRuns({})).length).toBe(runs.length);
  });

  it("forgets what a preview showed after two others, and says so", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const { importId } = await preview(workbench, "tb");
    await preview(workbench, "csv/wide.csv");
    await preview(workbench, "csv/long.csv");
    expect(await refusal(() => workbench.takeIn({ importId, experimentId: null }))).toMatchObject({ code: "noSuchImport" });
  });

  it("refuses what holds no runs, and a damaged file, by name and place", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    expect((await refusal(() => workbench.previewImport({ name: "a.png", files: [{ path: "a.png", bytes: new Uint8Array(9) }] }))).message).toMatch(/^a\.png holds no runs/);
    const [event] = filesAt(join(made, "tb")).files.filter(({ path }) => path.includes("tfevents"));
    const broken = event!.bytes.slice();
    broken[9]! ^= 255;
    expect((await refusal(() => workbench.previewImport({ name: "tb", files: [{ path: event!.path, bytes: broken }] }))).message).toMatch(/tfevents/);
    expect(await workbench.listRuns({})).toEqual([]);
  });
});

it("each write that fails leaves every run whole or absent, and doing it again completes it (F9, F13)", async () => {
  const whole = filesAt(join(made, "mlruns")).files;
  const pointsOf = async (workbench: WorkbenchService) => (await workbench.readSeries({ runIds: (await workbench.listRuns({})).map(({ id }) => id), metrics: [], points: 0 })).reduce((sum, { steps }) => sum + steps.length, 0);
  for (let n = 1, hasFailed = true; hasFailed; n++) {
    using folder = temporaryFolder();
    // The project is open when the first of the failures may come.
    let count = -Infinity;
    hasFailed = false;
    const first = openWorkbench(folder.file(), { storeFault() { if (++count === n) { hasFailed = true; throw Object.assign(new Error("planted"), { code: "SQLITE_FULL" }); } } });
    const seen = await last(first.previewImport({ name: "mlruns", files: whole }));
    count = 0;
    await last(first.takeIn({ importId: seen.importId, experimentId: null })).catch(() => null);
    count = -Infinity;
    expect(await first.listRuns({})).toHaveLength(await pointsOf(first) / 8);
    // What a listener of this one still may do: take it in again.
    await last(first.takeIn({ importId: seen.importId, experimentId: null })).catch(() => null);
    expect([(await first.listRuns({})).length, await pointsOf(first)]).toEqual([1, 8]);
    await first.close();
  }
}, 120_000);

it("killed in the middle of it, the project has whole runs only, and the same command completes it (F13)", { timeout: 120_000 }, async () => {
  using folder = temporaryFolder();
  const file = folder.file();
  const descent = (crashAt: string | null) => new Promise<{ code: number | null; out: string }>((done) => {
    const child = spawn(process.execPath, [resolve("src-main/cli/main.ts"), "import", join(made, "optuna.db"), "--yes", "--project", file], { env: { ...process.env, ...(crashAt === null ? {} : { DESCENT_FAULT: crashAt }) }, stdio: ["ignore", "pipe", "ignore"] });
    let out = "";
    child.stdout.on("data", (data: Buffer) => { out += String(data); });
    child.on("exit", (code) => { done({ code, out }); });
  });
  // Of the commits: opening, the experiment, then a run each.
  expect((await descent("6:crash")).code).toBeNull();
  const store = openStore(file, () => 1);
  const runs = store.runs.list(), seen = runs.length;
  expect(seen).toBeGreaterThan(0);
  expect(seen).toBeLessThan(8);
  const { runs: found } = readForeign(filesAt(join(made, "optuna.db")).files, withForeignTables);
  for (const { id, foreign } of runs) {
    const expected = curvesOf(found.find(({ key }) => key === foreign!.key)!);
    expect(store.series.points([id])).toBe(expected.reduce((sum, { steps }) => sum + steps.length, 0));
  }
  store.close();
  expect((await descent(null)).out).toContain(`${8 - seen} runs taken in`);
  expect((await descent(null)).out).toContain("0 runs taken in; 8 were there already");
});

describe("a run of another program", () => {
  it("is found by its settings, metrics and program, compared with ours, charted, exported, marked, noted, put into the trash", { timeout: 60_000 }, async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const own = await start(workbench, smallSpec);
    await ended(workbench, own);
    const seen = await last(workbench.previewImport(csv("val.csv", "step,validation/loss,my metric\n10,0.5,1\n20,0.25,NaN\n")));
    const { runIds: [id = ""] } = await last(workbench.takeIn({ importId: seen.importId, experimentId: null }));
    const { runIds: tb } = await take(workbench, "tb");
    const found = async (where: string) => (await workbench.listRuns({ where })).map((run) => run.id);
    expect([await found("program = csv"), await found("program = descent"), await found("program != descent")]).toEqual([[id], [own], [tb[1], tb[0], id]]);
    expect([await found("param.lr = 0.01"), await found("param.optimizer = adam and param.nesterov = true"), await found("metric.loss < 1"), await found("validation/loss <= 0.25")]).toEqual([[tb[0]], [tb[0]], [tb[1]], expect.arrayContaining([id])]);
    expect(await workbench.queryWords({ name: null, contains: "param." })).toEqual(["param.lr", "param.nesterov", "param.optimizer"]);
    expect(await workbench.queryWords({ name: null, contains: "my metric" })).toEqual(["metric.my metric"]);
    const { rows } = await workbench.listRows({ columns: ["param.lr", "metric.loss", "validation/loss", "optimizer.kind"] });
    expect(rows.map(({ id: one, program, values }) => [one, program, values.slice(0, 2)])).toEqual([[tb[1], "tensorboard", [null, 0]], [tb[0], "tensorboard", [0.01, "NaN"]], [id, "csv", [null, null]], [own, null, [null, null]]]);
    // A metric without a slash stands on x, and its differences to a baseline are told, as of any other.
    const [against] = await checkedService(workbench).readGroups({ groups: [[id]], metrics: ["validation/loss"], x: "metric.my metric", points: 0 });
    expect([[...against!.x], [...against!.mean]]).toEqual([[1], [0.5]]);
    await workbench.markRun({ runId: tb[1]!, isBaseline: true });
    const held = await checkedService(workbench).listRows({ columns: ["name"], deltas: ["metric.loss"], experimentId: (await workbench.run({ runId: tb[1]! })).experimentId });
    expect(held.baselines).toHaveLength(1);
    expect(held.rows.find(({ id: one }) => one === tb[1])!.deltas).toHaveLength(1);
    await workbench.markRun({ runId: tb[1]!, isBaseline: false });
    const comparison = await workbench.compareRuns({ runIds: [own, id, tb[0]!], grouping: { kind: "allButSeed" }, baseline: null });
    expect(comparison.groups.map(({ runIds }) => runIds)).toEqual([[own], [id], [tb[0]]]);
    expect(comparison.metrics.find(({ metric }) => metric === "validation/loss")!.results.map(({ n, mean }) => [n, mean])).toEqual([[1, (await workbench.run({ runId: own })).metrics["validation/loss"]], [1, 0.25], [0, NaN]]);
    expect(comparison.differences.find(({ path }) => path === "param.lr")!.values).toEqual([[null], [null], [0.01]]);
    const sent: Uint8Array[] = [];
    for await (const event of workbench.exportFile({ wish: { kind: "curves", format: "csv", runIds: [id], metrics: ["validation/loss"] } })) if (event.kind === "bytes") sent.push(event.bytes);
    expect(Buffer.concat(sent).toString()).toMatch(/r-2,val,validation\/loss,10,\d*,0\.5\r\nr-2,val,validation\/loss,20,\d*,0\.25\r\n$/);
    expect(await workbench.markRun({ runId: id, tags: ["theirs"], isPinned: true, name: "other" })).toMatchObject({ tags: ["theirs"], isPinned: true, name: "other" });
    expect((await workbench.writeJournal({ subject: id, notes: "seen" })).notes).toBe("seen");
    await workbench.trashRuns({ runIds: [id] });
    expect((await workbench.storage({})).trash.map((run) => run.id)).toEqual([id]);
    await workbench.restoreRuns({ runIds: [id] });
    expect(await found("pinned = true")).toEqual([id]);
  });

  it("comes out for TensorBoard and MLflow as it came in", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const { runIds } = await take(workbench, "wandb");
    const before = (await Promise.all(runIds.map((runId) => workbench.run({ runId })))).find(({ name }) => name === "calm-river-1")!;
    for (const format of ["tensorboard", "mlflow"] as const) {
      const [found] = readForeign(await workbench.exportRuns({ runIds: [before.id], format }), withForeignTables).runs;
      expect(found!.params).toMatchObject({ lr: 0.01, "model.units": 32 });
      const series = await workbench.readSeries({ runIds: [before.id], metrics: [], points: 0 });
      // Both know no final value without a point: one that had none comes back as a point at step 0.
      expect(found!.series.filter(({ metric }) => metric !== "best").map(({ metric, steps, values }) => [metric, [...steps], [...values]])).toEqual(series.map(({ metric, steps, values }) => [metric, [...steps], [...values]]).sort());
    }
  });

  it("refuses in one clear sentence what needs a spec or weights", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const { runIds: [id = ""] } = await take(workbench, "csv/wide.csv");
    const asks: Record<string, () => Promise<unknown> | AsyncIterable<unknown>> = {
      pause: () => workbench.pauseRun({ runId: id }), resume: () => workbench.resumeRun({ runId: id }), step: () => workbench.stepRun({ runId: id }), extend: () => workbench.extendRun({ runId: id, epochs: 1 }),
      branch: () => workbench.branchRun({ runId: id, changes: [] }), change: () => workbench.changeRun({ runId: id, changes: [] }), replay: () => workbench.replayRun({ runId: id }), test: () => workbench.openTest({ runId: id }),
      predict: () => workbench.predictRows({ runId: id, from: { kind: "csv", name: "a.csv", bytes: new Uint8Array(1) } }), export: () => workbench.exportModel({ runId: id, format: "onnx" }),
      examine: () => workbench.examineRun({ runId: id, split: "train" }), diagnose: () => workbench.diagnoseRun({ runId: id }), gradient: () => workbench.checkRunGradient({ runId: id }), rows: () => workbench.readRows({ runId: id, rows: [0] }),
      seeds: () => workbench.matchSeeds({ groups: [[id]], seeds: 3 }), compareRows: () => workbench.compareRows({ first: id, second: id }), priority: () => workbench.prioritizeRun({ runId: id, priority: 1 }),
    };
    for (const [what, ask] of Object.entries(asks)) {
      const { code, message } = await refusal(ask);
      expect([what, code]).toEqual([what, "foreignRun"]);
      expect(message).toMatch(/^run r-1 was trained outside Descent, and came from CSV: it has no spec and no weights here, and cannot be [a-z ]+$/);
    }
    expect(await workbench.weightHashes({ runId: id })).toEqual([]);
    expect(await workbench.listCheckpoints({ runId: id })).toEqual([]);
  });

  it("is a run like others after the project was closed and opened", async () => {
    using folder = temporaryFolder();
    const first = openWorkbench(folder.file());
    const { runIds } = await take(first, "my-project.db");
    const runs = await Promise.all(runIds.map((runId) => first.run({ runId })));
    await first.close();
    const second = openWorkbench(folder.file());
    try {
      expect(await Promise.all(runIds.map((runId) => second.run({ runId })))).toEqual(runs satisfies readonly Run[]);
      expect((await second.about({})).interrupted).toEqual([]);
    } finally { await second.close(); }
  });
});

describe("descent import", () => {
  function terminal(file: string) {
    const told = { out: [] as string[], err: "" };
    const world = { out(line: string) { told.out.push(line); }, err(text: string) { told.err += text; }, columns: null, now: () => 0, filesAt, open: () => openWorkbench(file), onInterrupt: () => () => undefined } as unknown as World;
    return { told, descent: (...args: string[]) => commands(args, world) };
  }

  it("says what is there and writes nothing; with --yes takes it in; afterwards says that it is there", async () => {
    using folder = temporaryFolder();
    const { told, descent } = terminal(folder.file());
    expect(await descent("import", join(made, "tb"))).toBe(0);
    expect(told.out[0]).toMatch(/^TensorBoard: 2 runs with 13 points, in tb \(\d files, /);
    expect(told.out.at(-1)).toMatch(/^Nothing was written\. To take it in: descent import .*tb --yes$/);
    expect(told.out).toContain("Not taken in: histograms (1)");
    expect(await descent("import", join(made, "tb"), "--yes")).toBe(0);
    expect(told.out.at(-1)).toBe("2 runs taken in: r-1 to r-2");
    expect(await descent("import", join(made, "tb"), "--yes", "--json")).toBe(0);
    expect(JSON.parse(told.out.at(-1)!)).toEqual({ kind: "imported", runIds: [], there: 2 });
    expect(JSON.parse(told.out.at(-2)!)).toMatchObject({ kind: "preview", preview: { kind: "foreign", program: "tensorboard" } });
  });

  it("names a place that is not there, and an experiment that is not", async () => {
    using folder = temporaryFolder();
    const { told, descent } = terminal(folder.file());
    expect(await descent("import", join(folder.path, "nothing"))).toBe(3);
    expect(told.err).toMatch(/nothing cannot be read: there is no such file or folder/);
    expect(await descent("import", join(made, "tb"), "--yes", "--experiment", "e-9")).toBe(2);
    expect(told.err).toMatch(/there is no experiment "e-9"/);
  });
});

it("the files of a folder that matter are read, others are left where they are", () => {
  const { files } = filesAt(join(made, "mlruns"));
  expect(files.find(({ path }) => path.endsWith("artifacts/model.pkl"))).toMatchObject({ bytes: new Uint8Array(0) });
  expect(files.every(({ path }) => path.startsWith("mlruns/"))).toBe(true);
  expect(createHash("sha256").update(files.find(({ path }) => path.endsWith("metrics/loss"))!.bytes).digest("hex").length).toBe(64);
});
