/** One check per call, applied at every door: shape and size of what comes in. What a spec means is checked by the service, against the catalogue. */

import * as v from "valibot";
import { problem, shown, under } from "../../src-engine/spec/param.ts";
import { SpecError } from "../../src-engine/spec/errors.ts";
import type { Problem } from "../../src-engine/spec/errors.ts";
import { chartFormats, type ChartView } from "./chart-view.ts";
import { modelFormats, predictionLimits } from "./models.ts";
import type { ModelFormat } from "./models.ts";
import type { Component } from "./nouns.ts";
import { metricOf, nameOf } from "./query-names.ts";
import { mostParallel, mostRuns } from "./limits.ts";
import { queryFrom } from "./query.ts";
import { tableFormats } from "./exports.ts";
import { runsFormats } from "./foreign-runs.ts";
import { reportTemplates } from "./reports.ts";
import { planAxes, xKinds } from "./x-axis.ts";
import type { MetricAxis } from "./x-axis.ts";
import type { Workbench } from "./workbench.ts";

/** One check per method: a missing one does not compile. */
export type Inputs = { [M in keyof Workbench]: (raw: unknown) => Parameters<Workbench[M]>[0] };

/** What anything that crosses a door may hold at most. */
export const limits = {
  name: 200, question: 2000, runs: mostRuns, seeds: 100, metrics: 64, points: 100_000, lines: 2000, chartPoints: 4_000_000, exportRows: 2_000_000, exportedRuns: 100_000, parallel: mostParallel, epochs: 1_000_000, priority: 1000, tags: 50, tag: 64, prose: 100_000, columns: 64, sortKeys: 8, curves: 4, views: 40, recent: 20, found: 100, charts: 500, freed: 100_000, blocks: 200, narrowest: 40, widest: 800, deviation: 1000,
  confirmed: 100, bins: 100, importFiles: 100_000, importBytes: 1024 * 1024 * 1024,
  checkRows: 1000, checkEntries: 1_000_000, checkSteps: 10_000, rowsAtOnce: 200,
  fileBytes: 64 * 1024 * 1024, textBytes: 16 * 1024 * 1024, specBytes: 1024 * 1024, leastQuota: 1_000_000, depth: 64,
} as const;

/** The checks of all calls. Each returns what came in, or throws SpecError with every problem and its path. */
export function inputs(): Inputs {
  const id = v.pipe(v.string(), v.regex(/^[A-Za-z0-9-]{1,64}$/, "must be an id such as r-12"));
  const runIds = v.pipe(v.array(id), v.maxLength(limits.runs));
  const manyRuns = v.pipe(v.array(id), v.maxLength(limits.exportedRuns));
  const name = v.pipe(v.string(), v.maxLength(limits.name));
  const given = v.pipe(name, v.check((text) => text.trim() !== "", "must not be empty"));
  const question = v.pipe(v.string(), v.maxLength(limits.question));
  const spec = v.pipe(v.unknown(), plainData(limits.specBytes));
  const component = v.pipe(
    v.custom<Component>((value) => isRecord(value) && typeof value["kind"] === "string", "must be an object with a kind"),
    plainData(limits.specBytes),
  );
  const metrics = v.pipe(v.array(name), v.maxLength(limits.metrics));
  const step = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
  const beta = v.pipe(v.number(), v.minValue(0), v.check((kept) => kept < 1, "must be below 1"));
  const smoothing = v.variant("kind", [
    v.strictObject({ kind: v.literal("ewma"), beta }), v.strictObject({ kind: v.literal("timeWeighted"), beta }),
    v.strictObject({ kind: v.literal("gaussian"), deviation: v.pipe(v.number(), v.minValue(0), v.maxValue(limits.deviation)) }),
  ]);
  const columnName = v.pipe(v.string(), v.check((text) => nameOf(text).kind !== "fault", "must be a name such as state, optimizer.kind or validation/accuracy"));
  const columns = v.pipe(v.array(columnName), v.maxLength(limits.columns));
  const where = v.optional(v.string());
  const fileBytes = v.pipe(v.instance(Uint8Array), v.check((bytes) => bytes.byteLength <= limits.fileBytes, "must be at most 64 MB"));
  const grouping = v.variant("kind", [v.strictObject({ kind: v.literal("eachRun") }), v.strictObject({ kind: v.literal("allButSeed") }), v.strictObject({ kind: v.literal("by"), names: v.pipe(v.array(columnName), v.minLength(1), v.maxLength(limits.sortKeys)) })]);
  const deltas = v.pipe(v.array(v.pipe(columnName, v.check((name) => metricOf(name) !== null, "must be a metric such as validation/loss"))), v.maxLength(limits.curves));
  const runTable = v.strictObject({
    columns, sort: v.pipe(v.array(v.strictObject({ name: columnName, isDescending: v.boolean() })), v.maxLength(limits.sortKeys)),
    grouping: v.exactOptional(grouping), pinned: v.exactOptional(columns), curves: v.exactOptional(v.pipe(v.array(columnName), v.maxLength(limits.curves))), deltas: v.exactOptional(deltas), spreads: v.exactOptional(deltas),
    widths: v.exactOptional(v.pipe(v.record(name, v.pipe(v.number(), v.finite(), v.minValue(limits.narrowest), v.maxValue(limits.widest))), v.check((widths) => Object.keys(widths).length <= limits.columns, `may name at most ${limits.columns} columns`))),
  });
  const chartIds = v.pipe(v.array(name), v.maxLength(limits.charts));
  const chartGrid = v.strictObject({ order: chartIds, wide: chartIds, hidden: chartIds });
  const views = v.pipe(
    v.array(v.strictObject({ name: given, query: v.string(), layout: runTable })), v.maxLength(limits.views),
    v.check((all) => new Set(all.map((view) => view.name)).size === all.length, "must have a name of its own each"),
  );
  const x = v.union([v.picklist(xKinds), v.custom<MetricAxis>((raw) => typeof raw === "string" && raw.length <= limits.name && metricOf(raw) !== null, `must be one of ${xKinds.join(", ")}, or a metric such as train/loss`)]);
  const quota = v.strictObject({ limitBytes: v.pipe(v.number(), v.safeInteger(), v.minValue(limits.leastQuota)), order: v.pipe(v.array(v.picklist(["checkpoints", "trash"])), v.minLength(1), v.maxLength(2), v.check((order) => new Set(order).size === order.length, "must name each once")), isAutomatic: v.boolean() });
  const settingPath = v.pipe(v.string(), v.maxLength(limits.name), v.regex(/^[A-Za-z0-9]+(\.[A-Za-z0-9]+)*$/, "must be a path in the spec such as optimizer.learningRate"));
  const changes = v.pipe(v.array(v.strictObject({ path: settingPath, to: v.pipe(v.unknown(), plainData(limits.specBytes)) })), v.maxLength(limits.metrics));
  const tag = v.pipe(v.string(), v.maxLength(limits.tag), v.check((text) => text.trim() === text && text !== "" && !text.includes(","), "must be a word or words without a comma, and without spaces around them"));
  const subject = v.pipe(v.string(), v.regex(/^(project|[regs]-[1-9][0-9]{0,14})$/, "must be project, or the id of a run, a group, an experiment or a sweep"));
  const prose = v.pipe(v.string(), v.maxLength(limits.prose));
  const priority = v.pipe(v.number(), v.integer(), v.minValue(-limits.priority), v.maxValue(limits.priority));
  const title = { title: name };
  const reportSubject = v.strictObject({ runIds, grouping, baseline: v.nullable(id) });
  const blocks = v.pipe(
    v.array(v.variant("kind", [
      v.strictObject({ ...title, kind: v.literal("text"), text: v.pipe(v.string(), v.maxLength(limits.prose)) }),
      v.strictObject({ ...title, kind: v.literal("verdict"), metric: v.nullable(name) }),
      v.strictObject({ ...title, kind: v.literal("chart"), metric: name, x: v.picklist(planAxes), scale: v.picklist(["auto", "linear", "log"]) }),
      v.strictObject({ ...title, kind: v.literal("results"), metrics }),
      v.strictObject({ ...title, kind: v.literal("sweep"), sweepId: v.nullable(id) }),
      ...(["differences", "runs", "data", "specs", "journal", "confusion", "diagnosis"] as const).map((kind) => v.strictObject({ ...title, kind: v.literal(kind) })),
    ])),
    v.maxLength(limits.blocks),
  );
  const draft = { title: given, template: v.picklist(reportTemplates), subject: reportSubject, sweepId: v.optional(id), blocks: v.optional(blocks) };
  const nothing = checked({});
  const run = checked({ runId: id });
  const sweep = checked({ sweepId: id });
  const trial = v.pipe(v.number(), v.safeInteger());
  const sweepChanges = v.pipe(v.array(v.strictObject({ path: v.pipe(v.array(name), v.minLength(1), v.maxLength(limits.depth)), to: v.exactOptional(v.pipe(v.unknown(), plainData(limits.specBytes))) })), v.minLength(1), v.maxLength(limits.metrics));
  const point = v.pipe(v.record(name, v.unknown()), plainData(limits.specBytes));
  const parallel = v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.parallel)));
  const gradientOptions = {
    epsilon: v.exactOptional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))),
    form: v.exactOptional(v.picklist(["twoSided", "oneSided"])),
    rows: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.checkRows))),
    perSlice: v.exactOptional(v.nullable(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.checkEntries)))),
    burnIn: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(limits.checkSteps))),
    chance: v.exactOptional(v.picklist(["frozen", "off"])),
  };
  const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
  return {
    about: nothing,
    catalog: nothing,
    examples: nothing,
    settings: nothing,
    changeSettings: checked({
      parallel: v.exactOptional(parallel), language: v.exactOptional(v.picklist(["en", "zh", "system"])), theme: v.exactOptional(v.picklist(["light", "dark", "system"])),
      density: v.exactOptional(v.picklist(["comfortable", "standard", "compact"])), motion: v.exactOptional(v.picklist(["system", "reduced"])), letterKeys: v.exactOptional(v.boolean()), isSidebarFolded: v.exactOptional(v.boolean()),
      recent: v.exactOptional(v.pipe(v.array(name), v.maxLength(limits.recent))), tour: v.exactOptional(v.nullable(v.strictObject({ at: v.picklist(["train", "gap", "close", "sure", "done"]), isOpen: v.boolean(), plain: v.nullable(id), dropout: v.nullable(id) }))), runTable: v.exactOptional(v.nullable(runTable)), views: v.exactOptional(views), charts: v.exactOptional(v.strictObject({ run: v.exactOptional(chartGrid), compare: v.exactOptional(chartGrid) })), quota: v.exactOptional(v.nullable(quota)), logging: v.exactOptional(v.boolean()) }),
    listExperiments: nothing,
    createExperiment: checked({ name: given, question }),
    changeExperiment: checked({ experimentId: id, name: v.optional(given), question: v.optional(question) }),
    listRuns: queried(checked({ experimentId: v.optional(id), where, limit: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))) })),
    listRows: queried(checked({ experimentId: v.optional(id), where, columns, runIds: v.optional(runIds), grouping: v.optional(grouping), deltas: v.optional(deltas) })),
    search: checked({ text: name, limit: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.found)) }),
    queryWords: checked({ name: v.nullable(columnName), contains: name }),
    run,
    inspectSpec: checked({ spec }),
    checkGradient: checked({ spec, ...gradientOptions }),
    checkRunGradient: checked({ runId: id, ...gradientOptions }),
    examineRun: checked({ runId: id, split: v.picklist(["train", "validation", "test"]), step: v.optional(step) }),
    diagnoseRun: run,
    setDiagnosis: checked({ runId: id, baseError: share, biasFrom: share, varianceFrom: share }),
    describeRunData: checked({ runId: id }),
    readRows: checked({ runId: id, rows: v.pipe(v.array(step), v.maxLength(limits.rowsAtOnce)) }),
    readHistograms: checked({ runId: id, part: v.nullable(name) }),
    profileStep: checked({ spec, executor: v.exactOptional(v.picklist(["reference", "wasm", "native"])), mode: v.exactOptional(v.picklist(["exact", "fast"])) }),
    planBudget: checked({ spec }),
    examineArithmetic: nothing,
    startRun: checked({ experimentId: v.nullable(id), spec, priority: v.exactOptional(priority) }),
    pauseRun: run,
    resumeRun: run,
    stepRun: run,
    stopRun: checked({ runId: id, at: v.exactOptional(v.picklist(["step", "epoch"])) }),
    extendRun: checked({ runId: id, epochs: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.epochs)) }),
    listCheckpoints: run,
    branchRun: checked({ runId: id, step: v.exactOptional(step), changes, name: v.exactOptional(given) }),
    changeRun: checked({ runId: id, changes }),
    replayRun: run,
    markRun: checked({ runId: id, name: v.exactOptional(given), tags: v.exactOptional(v.pipe(v.array(tag), v.maxLength(limits.tags))), isPinned: v.exactOptional(v.boolean()), isArchived: v.exactOptional(v.boolean()), isBaseline: v.exactOptional(v.boolean()) }),
    markRuns: checked({ runIds, addTag: v.exactOptional(tag), removeTag: v.exactOptional(tag), isArchived: v.exactOptional(v.boolean()) }),
    journal: checked({ subject }),
    listJournal: checked({ contains: v.exactOptional(name) }),
    writeJournal: checked({ subject, hypothesis: v.exactOptional(prose), result: v.exactOptional(prose), decision: v.exactOptional(prose), notes: v.exactOptional(prose) }),
    queue: nothing,
    prioritizeRun: checked({ runId: id, priority }),
    moveRun: checked({ runId: id, to: step }),
    holdQueue: checked({ isHeld: v.boolean() }),
    storage: nothing,
    trashRuns: checked({ runIds }),
    restoreRuns: checked({ runIds }),
    purgeRuns: checked({ runIds }),
    backUp: nothing,
    freeSpace: checked({ checkpoints: v.pipe(v.array(v.strictObject({ runId: id, step })), v.maxLength(limits.freed)), runIds: v.pipe(v.array(id), v.maxLength(limits.freed)) }),
    examineProject: nothing,
    rescue: nothing,
    mend: checked({ backup: v.nullable(name) }),
    openTest: run,
    watchRun: checked({ runId: id, since: v.pipe(v.number(), v.safeInteger(), v.minValue(0)) }),
    watchWorkbench: nothing,
    readSeries: checked({ runIds, metrics, points: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(limits.points)), from: v.optional(step), to: v.optional(step), smoothing: v.optional(smoothing) }),
    readGroups: checked({
      groups: v.pipe(v.array(runIds), v.maxLength(limits.runs), v.check((groups) => groups.reduce((sum, { length }) => sum + length, 0) <= limits.runs, `may have at most ${limits.runs} runs in all`)),
      metrics, x, points: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(limits.points)), from: v.optional(v.pipe(v.number(), v.finite())), to: v.optional(v.pipe(v.number(), v.finite())), smoothing: v.optional(smoothing),
    }),
    exportFile: checked({
      wish: v.variant("kind", [
        v.strictObject({ kind: v.literal("curves"), format: v.picklist(tableFormats), runIds: manyRuns, metrics }),
        v.strictObject({ kind: v.literal("capsule"), runIds: v.nullable(manyRuns), withData: v.boolean(), withCheckpoints: v.boolean(), language: v.picklist(["en", "zh"]) }),
        v.strictObject({ kind: v.literal("runs"), format: v.picklist(tableFormats), runIds: manyRuns, columns: v.nullable(columns) }),
      ]),
    }),
    chartOf: checked({ subject: reportSubject, metric: name, x: v.picklist(planAxes), scale: v.picklist(["auto", "linear", "log"]), language: v.picklist(["en", "zh"]) }),
    chartFile: checked({ view: chartView(), pinned: v.pipe(v.array(v.pipe(v.string(), v.maxLength(500))), v.maxLength(limits.lines)), format: v.picklist(chartFormats) }),
    predictRows: checked({
      runId: id,
      from: v.variant("kind", [
        v.strictObject({ kind: v.literal("csv"), name: given, bytes: fileBytes }),
        v.strictObject({ kind: v.literal("rows"), rows: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(predictionLimits.rows)), x: v.pipe(v.instance(Float64Array), v.check((x) => x.byteLength <= limits.fileBytes, "must be at most 64 MB")) }),
      ]),
    }),
    exportRuns: checked({ runIds, format: v.picklist(runsFormats) }),
    exportModel: checked({ runId: id, format: v.picklist(Object.keys(modelFormats) as ModelFormat[]) }),
    weightHashes: run,
    compareRuns: checked({ runIds, grouping, baseline: v.nullable(id) }),
    compareRows: checked({ first: id, second: id }),
    matchSeeds: checked({ groups: v.pipe(v.array(runIds), v.minLength(1), v.maxLength(limits.runs)), seeds: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.seeds)) }),
    inspectSweep: checked({ spec, probe: v.exactOptional(v.boolean()) }),
    startSweep: checked({ experimentId: v.nullable(id), spec, parentId: v.exactOptional(id) }),
    listSweeps: checked({ experimentId: v.optional(id) }),
    sweep,
    watchSweep: checked({ sweepId: id, since: step }),
    pauseSweep: sweep,
    resumeSweep: sweep,
    stopSweep: sweep,
    changeSweep: checked({ sweepId: id, changes: sweepChanges }),
    markSweep: checked({ sweepId: id, name: v.exactOptional(name), isArchived: v.exactOptional(v.boolean()) }),
    enqueueTrial: checked({ sweepId: id, point }),
    importRuns: checked({ sweepId: id, runIds }),
    confirmSweep: checked({ sweepId: id, top: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.confirmed))), seeds: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.seeds))) }),
    sweepWinner: sweep,
    openSweepTest: sweep,
    sweepImportance: checked({ sweepId: id, method: v.picklist(["fanova", "pedAnova"]), quantile: v.exactOptional(v.pipe(v.number(), v.gtValue(0), v.maxValue(1))) }),
    sweepAdvice: sweep,
    isolateAxis: checked({ sweepId: id, axis: name, bins: v.exactOptional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(limits.bins))) }),
    compareSweeps: checked({ sweepIds: v.pipe(v.array(id), v.minLength(1), v.maxLength(limits.runs)) }),
    narrowSweep: checked({ sweepId: id, trials: v.pipe(v.array(trial), v.minLength(1), v.maxLength(limits.runs)), margin: v.exactOptional(v.pipe(v.number(), v.minValue(0), v.maxValue(1))) }),
    listReports: nothing,
    report: checked({ reportId: id }),
    createReport: checked(draft),
    changeReport: checked({ reportId: id, title: v.optional(given), subject: v.optional(reportSubject), blocks: v.optional(blocks) }),
    freezeReport: checked({ reportId: id, isFrozen: v.boolean() }),
    deleteReport: checked({ reportId: id }),
    exportReport: checked({ report: v.union([id, v.strictObject(draft)]), format: v.picklist(["html", "md", "pdf"]), language: v.picklist(["en", "zh"]), theme: v.picklist(["light", "dark", "system"]) }),
    previewImport: checked({ name: given, files: v.pipe(v.array(v.strictObject({ path: v.pipe(v.string(), v.maxLength(4096)), bytes: v.instance(Uint8Array) })), v.minLength(1), v.maxLength(limits.importFiles), v.check((files) => files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0) <= limits.importBytes, "must be at most 1 GB in all")) }),
    takeIn: checked({ importId: id, experimentId: v.nullable(id) }),
    listFiles: nothing,
    importFile: checked({ name: given, bytes: fileBytes }),
    chooseFile: nothing,
    saveFile: checked({ name: given, content: v.union([v.pipe(v.string(), v.maxLength(limits.textBytes)), fileBytes], "must be text of at most 16 MB or bytes of at most 64 MB") }),
    describeData: checked({ data: component }),
  };
}

/** A view as plain data: bounded texts, columns of equal length. */
function chartView(): v.GenericSchema<ChartView> {
  const text = v.pipe(v.string(), v.maxLength(2000));
  const finite = v.pipe(v.number(), v.finite());
  const column = v.instance(Float64Array);
  const scale = v.picklist(["linear", "log", "symlog"]);
  const line = v.pipe(
    v.strictObject({
      id: v.pipe(v.string(), v.maxLength(500)), label: text, colour: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
      dash: v.union([v.picklist(["solid", "dashed", "dotted"]), v.pipe(v.number(), v.safeInteger(), v.minValue(1))]),
      weight: v.picklist(["line", "fine"]), isSmooth: v.boolean(), isLive: v.boolean(), sharedTo: v.exactOptional(v.pipe(finite, v.minValue(0))), x: column, y: column, steps: column, perEpoch: v.pipe(finite, v.minValue(0)),
      band: v.exactOptional(v.strictObject({ low: column, high: column, n: column })),
    }),
    v.check(({ x, y, steps, band }) => [y, steps, ...(band === undefined ? [] : [band.low, band.high, band.n])].every(({ length }) => length === x.length), "must have columns x, y, steps and those of a band of one length"),
  );
  return v.strictObject({
    title: text, caption: text, summary: v.pipe(v.string(), v.maxLength(200_000)),
    x: v.strictObject({ name: text, min: finite, max: finite, scale, linearWithin: v.pipe(finite, v.check((c) => c > 0, "must be above 0")), isWindow: v.boolean(), unit: v.exactOptional(v.picklist(["seconds", "moment"])) }),
    y: v.strictObject({ scale, linearWithin: v.pipe(finite, v.check((c) => c > 0, "must be above 0")), unit: v.picklist(["plain", "percent"]), min: v.exactOptional(finite), max: v.exactOptional(finite) }),
    lines: v.pipe(v.array(line), v.maxLength(limits.lines), v.check((lines) => lines.reduce((sum, { x }) => sum + x.length, 0) <= limits.chartPoints, `may have at most ${limits.chartPoints} points in all`)),
    events: v.exactOptional(v.pipe(v.array(v.strictObject({ kind: v.picklist(["fork", "change", "resume"]), x: finite, step: v.pipe(finite, v.minValue(0)), tag: text, text: v.pipe(v.string(), v.maxLength(limits.prose)) })), v.maxLength(limits.lines))),
  });
}

/** The same service with every input checked: for a door in the same process, which has no wire in between. */
export function checkedService(service: Workbench): Workbench {
  const checks = inputs();
  const names = Object.keys(checks) as (keyof Workbench)[];
  const methods = names.map((name) => {
    const answerTo = (service[name] as (input: unknown) => unknown).bind(service);
    const check = checks[name] as (raw: unknown) => unknown;
    return [name, (raw: unknown) => answerTo(check(raw))];
  });
  return Object.fromEntries(methods) as Workbench;
}

/** A check for a plain object with exactly these keys. */
function checked<const E extends v.ObjectEntries>(entries: E): (raw: unknown) => v.InferOutput<v.StrictObjectSchema<E, undefined>> {
  const schema = v.strictObject(entries);
  const known = Object.keys(entries);
  return (raw) => {
    if (!isRecord(raw)) throw new SpecError([problem("input", "notARecord", `must be an object${known.length === 0 ? "" : ` with the keys ${known.join(", ")}`}; got ${brief(raw)}`)]);
    const strangers = Object.keys(raw).filter((key) => !known.includes(key)).slice(0, 20);
    const result = v.safeParse(schema, raw);
    if (strangers.length > 0) throw new SpecError(strangers.map((key) => problem(key.slice(0, 60), "unknownKey", `is not a key here; known: ${known.join(", ") || "none"}`, { known: known.join(", ") })));
    if (!result.success) throw new SpecError(result.issues.slice(0, 20).map(problemOf));
    return result.output;
  };
}

/** valibot's issue as a problem: `points must be at most 100000; got 1e9`. */
function problemOf(issue: v.BaseIssue<unknown>): Problem {
  const path = v.getDotPath(issue) ?? "input";
  if (issue.kind === "schema" && issue.input === undefined) return problem(path, "missing", "is missing");
  const said = brief(issue.input), got = `; got ${said}`;
  switch (issue.type) {
    case "max_length": return problem(path, "tooLong", `may have a length of at most ${String(issue.requirement)}${issue.received === null ? "" : `; got ${issue.received}`}`, { why: "longInput", most: String(issue.requirement), got: issue.received ?? String((issue.input as { readonly length?: number } | null)?.length ?? "") });
    case "min_value":
    case "max_value": return problem(path, "outOfInterval", `must be ${issue.type === "min_value" ? "at least" : "at most"} ${String(issue.requirement)}${got}`, { got: said, interval: issue.type === "min_value" ? `[${String(issue.requirement)}, ∞)` : `(-∞, ${String(issue.requirement)}]` });
    case "gt_value": return problem(path, "outOfInterval", `must be above ${String(issue.requirement)}${got}`, { got: said, interval: `(${String(issue.requirement)}, ∞)` });
    case "integer":
    case "safe_integer": return problem(path, "notWhole", `must be a whole number${got}`, { got: said, interval: "(-∞, ∞)" });
    case "number": return problem(path, "notANumber", `must be a number${got}`, { got: said, interval: "(-∞, ∞)" });
    case "string": return problem(path, "notText", `must be text${got}`, { got: said });
    case "array": return problem(path, "notAList", `must be a list${got}`, { got: said });
    case "picklist": return problem(path, "notAnOption", `must be one of ${String(issue.expected)}${got}`, { got: said, known: String(issue.expected) });
    case "instance": return problem(path, "mismatch", `must be bytes${got}`, { why: "badInput", got: said });
    case "raw_check": return problem(path, "tooLong", issue.message, { why: "badInput", got: said });
    default: return problem(path, "mismatch", `${issue.message}${got}`, { why: "badInput", got: said });
  }
}

/** The same check, and of what it lets through the query: a fault is told with its line and column. */
function queried<T extends { readonly where?: string | undefined }>(check: (raw: unknown) => T): (raw: unknown) => T {
  return (raw) => {
    const input = check(raw);
    queryFrom(input.where ?? "");
    return input;
  };
}

/** Plain data of bounded size and depth, without walking further than the bounds: text, numbers, lists and objects. */
function plainData<T>(bytes: number): v.RawCheckAction<T> {
  return v.rawCheck<T>(({ dataset, addIssue }) => {
    if (!dataset.typed) return;
    let left: number = bytes;
    const fault = (value: unknown, path: string, depth: number): string | null => {
      left -= typeof value === "string" ? value.length + 2 : 2;
      if (left < 0) return "must be at most 1 MB of text";
      if (depth > limits.depth) return `may not nest deeper than ${limits.depth} levels`;
      if (typeof value !== "object" || value === null) return ["function", "symbol", "bigint"].includes(typeof value) ? `must be plain data; ${path || "it"} is a ${typeof value}` : null;
      if (!Array.isArray(value) && !isRecord(value)) return `must be plain data; ${path || "it"} is neither a list nor a plain object`;
      for (const key of Object.keys(value)) {
        left -= key.length + 3;
        const found = fault((value as Record<string, unknown>)[key], under(path, key.slice(0, 60)), depth + 1);
        if (found !== null) return found;
      }
      return null;
    };
    const message = fault(dataset.value, "", 0);
    if (message !== null) addIssue({ message });
  });
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const proto: unknown = Object.getPrototypeOf(value);
  // Objects that came from another realm (a worker's or a page's clone) have a prototype that is not our Object.prototype, but it is a root all the same.
  return proto === null || Object.getPrototypeOf(proto) === null;
}

/** A wrong value in a few words, without walking a huge or deep one. */
function brief(value: unknown): string {
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (typeof value === "object" && value !== null) return "an object";
  if (typeof value === "string") return shown(value.slice(0, 61));
  return typeof value === "number" || typeof value === "boolean" || value === undefined || value === null ? shown(value) : `a ${typeof value}`;
}
