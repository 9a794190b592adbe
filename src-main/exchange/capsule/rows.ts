/**
 * What a capsule says of runs, experiments, sweeps and the rest: rows of a project's tables under their columns' names (docs/project-file.md), JSON as it is. Each column is
 * declared once; what a file says is checked against it before anybody uses it. Pure.
 */

import * as v from "valibot";
import type { Catalog } from "../../../src-engine/spec/param.ts";
import { checkRunSpec, checkSweepSpec } from "../../../src-engine/index.ts";
import { alertKinds } from "../../contract/alerts.ts";
import { problem, type CapsuleWhy, type Details, type Problem } from "../../contract/errors.ts";
import { limits } from "../../contract/inputs.ts";
import { reportBlockKinds, reportTemplates } from "../../contract/reports.ts";

const most = { name: 1000, text: 100_000, spec: limits.specBytes, list: 100_000, curve: 1_000_000, facts: 64 * 1024 * 1024 } as const;
const text = (length: number) => v.pipe(v.string(), v.maxLength(length), v.check((one) => !one.includes("\0"), "holds a null character"));
const name = text(most.name);
const prose = text(most.text);
const finite = v.pipe(v.number(), v.finite());
const whole = v.pipe(v.number(), v.safeInteger());
const count = v.pipe(whole, v.minValue(0));
const positive = v.pipe(whole, v.minValue(1));
const bit = v.picklist([0, 1]);
const hash = v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/, "must be a SHA-256 in hex"));
const uid = v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/, "must be 32 hex digits"));
/** A number, or by its name one that JSON does not have. */
const measured = v.union([finite, v.picklist(["NaN", "Infinity", "-Infinity"])]);
const list = <const S extends v.GenericSchema>(of: S, length: number = most.list) => v.pipe(v.array(of), v.maxLength(length));
const runId = v.pipe(v.string(), v.regex(/^r-[1-9]\d{0,14}$/, "must be the id of a run"));

/** Data that a reader of specs looks at by itself: bounded in size and depth. */
const isBounded = (value: unknown): boolean => depthOf(value) <= limits.depth && (JSON.stringify(value) ?? "").length <= most.spec;
const plain = v.pipe(v.unknown(), v.check(isBounded, "is too large, or nests too deep"));
function depthOf(value: unknown): number {
  let depth = 0;
  for (let level: unknown[] = [value]; level.length > 0 && depth <= limits.depth + 1; depth++) level = level.flatMap((one) => (typeof one === "object" && one !== null ? Object.values(one) : []));
  return depth;
}
const settingChanges = list(v.strictObject({ path: name, from: v.optional(plain), to: v.optional(plain) }), 1000);
const deed = { step: count, epoch: count, atMs: finite };
const rowsOfSplits = v.strictObject({ train: count, validation: count, test: count });
const engine = v.strictObject({ version: name, executor: name });

const run = {
  number: positive, uid, experiment: positive, group_number: positive, name,
  spec: plain, origin: v.nullable(v.strictObject({ program: name, key: prose, group: prose, source: prose, atMs: finite, params: v.record(name, v.union([finite, prose, v.boolean(), v.null()])) })), origin_hash: v.nullable(hash), state: v.picklist(["finished", "stopped", "failed", "interrupted"]),
  reason: v.nullable(v.strictObject({ code: name, message: prose, hint: prose, step: count, isTold: v.exactOptional(v.boolean()) })),
  data: v.strictObject({ name, hash: v.union([hash, v.literal("")]), rows: rowsOfSplits, shape: list(positive, 16), classes: v.nullable(list(name)) }),
  layers: list(v.strictObject({ index: count, kind: name, output: list(positive, 16), parameters: count, flops: v.exactOptional(count) })),
  parameters: count, created_ms: finite, started_ms: v.nullable(finite), ended_ms: v.nullable(finite), training_ms: finite,
  epoch: count, epochs: count, step: count, steps: count,
  metrics: v.record(name, measured),
  notes: list(v.strictObject({ path: name, code: v.picklist(["biasDropped", "stoppedEarly", "restored"]), message: prose, details: v.record(name, v.union([finite, prose])) })),
  weight_hash: v.nullable(hash), test_openings: count, version: name, executor: name, seq: positive,
  history: list(v.variant("kind", [
    v.strictObject({ ...deed, kind: v.literal("resumed") }),
    v.strictObject({ ...deed, kind: v.literal("branched"), from: runId, changes: settingChanges, anew: list(name) }),
    v.strictObject({ ...deed, kind: v.literal("changed"), changes: settingChanges, anew: list(name) }),
  ])),
  parent: v.nullable(positive), tags: list(text(limits.tag), limits.tags),
  is_pinned: bit, is_archived: bit, is_baseline: bit, priority: v.pipe(whole, v.minValue(-limits.priority), v.maxValue(limits.priority)),
  replay: v.nullable(v.strictObject({
    verdict: v.picklist(["identical", "consistent", "different"]), atMs: finite, weightHash: v.nullable(hash), fromEpoch: v.nullable(count), compared: count,
    band: v.nullable(v.strictObject({ metric: name, low: measured, high: measured, runs: count })), metric: v.nullable(v.strictObject({ name, recorded: measured, replayed: measured })), engine,
  })),
  alerts: list(v.pipe(v.record(name, v.union([measured, name, v.null()])), v.check((one) => (alertKinds as readonly unknown[]).includes(one["kind"]) && ["step", "epoch", "atMs"].every((key) => Number.isFinite(one[key])), "must be an alert that this Descent knows"))),
  diagnosis: v.nullable(v.strictObject({ baseError: finite, biasFrom: finite, varianceFrom: finite })),
  sweep: v.nullable(positive), trial: v.nullable(whole), trial_repeat: v.nullable(positive), is_confirmation: bit,
} as const;

const experiment = { number: positive, uid, name, question: prose, created_ms: finite } as const;

const sweep = {
  number: positive, uid, experiment: positive, parent: v.nullable(positive), name, state: v.picklist(["paused", "finished", "stopped", "interrupted", "failed"]), phase: v.picklist(["searching", "confirming"]),
  reason: v.nullable(v.looseObject({ code: name, message: prose })), created_ms: finite, ended_ms: v.nullable(finite), seq: positive,
  // A capsule of a project before version 12 does not say.
  is_archived: v.exactOptional(bit),
} as const;
const sweepChanges = list(v.strictObject({ path: list(name, limits.depth), to: v.optional(plain) }), 1000);
const sweepVersion = { sweep: positive, version: positive, spec: plain, changes: sweepChanges, at_ms: finite } as const;
const values = list(v.nullable(measured), 100);
const trial = {
  sweep: positive, number: whole, batch: count, origin: v.picklist(["sampler", "hand", "import"]), version: positive, point: v.pipe(v.record(name, v.unknown()), v.check((one) => isBounded(one), "is too large, or nests too deep")),
  state: v.picklist(["running", "finished", "pruned", "failed"]), result: v.nullable(values), repeats: list(values), curve: list(values, most.curve), confirmed: list(values), pruned_at: v.nullable(count), same_as: v.nullable(whole), goes_on_from: v.nullable(whole),
  runs: list(v.union([runId, positive])), reason: v.nullable(v.looseObject({ code: name, message: prose })), created_ms: finite, ended_ms: v.nullable(finite), seq: positive,
} as const;

const journal = { subject: v.pipe(v.string(), v.regex(/^(project|[regs]-[1-9]\d{0,14})$/, "must be project, or the id of a run, a group, an experiment or a sweep")), hypothesis: prose, result: prose, decision: prose, notes: prose, changed_ms: finite } as const;

const report = {
  number: positive, uid, title: name, template: v.picklist(reportTemplates), subject: v.looseObject({ runIds: list(runId), baseline: v.nullable(runId) }),
  blocks: list(v.looseObject({ kind: v.picklist(reportBlockKinds), title: name }), limits.blocks), created_ms: finite, changed_ms: finite, frozen_ms: v.nullable(finite), facts: v.nullable(v.pipe(v.string(), v.maxLength(most.facts))),
} as const;

const sourceFile = { hash, name, size_bytes: count, imported_ms: finite, rows: count, columns: list(v.looseObject({ name: prose })) } as const;
const weightHash = { run: positive, epoch: count, hash } as const;
const checkpoint = {
  run: positive, step: count, epoch: count, measured_step: count, training_ms: finite, metrics: v.record(name, measured), value: v.nullable(measured), is_periodic: bit, is_fork: bit, is_final: bit, can_go_on: bit, size_bytes: count, hash, created_ms: finite,
} as const;
const layerRecord = { run: positive, step: count, epoch: count, apart: count, names: list(name), numbers: v.pipe(v.string(), v.base64(), v.maxLength(most.facts)) } as const;

/** Every table that travels and its columns. `json`: columns that hold JSON; `bytes`: those that hold bytes, base64 here. */
export const tables = {
  experiment: { columns: experiment, json: [], bytes: [] },
  sweep: { columns: sweep, json: ["reason"], bytes: [] },
  sweep_version: { columns: sweepVersion, json: ["spec", "changes"], bytes: [] },
  trial: { columns: trial, json: ["point", "result", "repeats", "curve", "confirmed", "runs", "reason"], bytes: [] },
  run: { columns: run, json: ["spec", "origin", "reason", "data", "layers", "metrics", "notes", "history", "tags", "replay", "alerts", "diagnosis"], bytes: [] },
  weight_hash: { columns: weightHash, json: [], bytes: [] },
  saved_state: { columns: checkpoint, json: ["metrics"], bytes: [] },
  layer_record: { columns: layerRecord, json: ["names"], bytes: ["numbers"] },
  journal: { columns: journal, json: [], bytes: [] },
  report: { columns: report, json: ["subject", "blocks"], bytes: [] },
  source_file: { columns: sourceFile, json: ["columns"], bytes: [] },
} as const;
export type TableName = keyof typeof tables;
export const tableNames = Object.keys(tables) as readonly TableName[];

/** A row by its columns. */
export type CapsuleRow = Readonly<Record<string, unknown>>;
type RowOf<C extends v.ObjectEntries> = v.InferOutput<v.StrictObjectSchema<C, undefined>>;
export type CapsuleRows = { readonly [T in TableName]: readonly RowOf<(typeof tables)[T]["columns"]>[] };

const schemas: Readonly<Record<TableName, v.GenericSchema<unknown, CapsuleRow>>> = Object.fromEntries(tableNames.map((table) => [table, v.strictObject(tables[table].columns as v.ObjectEntries)])) as never;

/** Rows of a file, one JSON object a line, in `rows`; what is wrong with them, at most 20, in `problems`. */
export function readRows(table: TableName, lines: string, file: string): { readonly rows: readonly CapsuleRow[]; readonly problems: readonly Problem[] } {
  const rows: CapsuleRow[] = [], problems: Problem[] = [];
  for (const [i, line] of lines.split("\n").entries()) {
    if (line === "") continue;
    if (problems.length >= 20) break;
    const wrong = (path: string, reason: Details & { readonly why: CapsuleWhy }, message: string): void => { problems.push({ ...problem(`${file}:${i + 1}${path === "" ? "" : ` ${path}`}`, "badData", message, { ...reason, file, line: String(i + 1) }), at: { file, line: i + 1 } }); };
    let raw: unknown;
    try { raw = JSON.parse(line); } catch (error) { wrong("", { why: "rowNotJson" }, `is no JSON: ${(error as Error).message}`); continue; }
    const found = v.safeParse(schemas[table], raw);
    // As it was written, keys in their order: what is stored again is the same text.
    if (found.success) rows.push(raw as CapsuleRow);
    else for (const issue of found.issues.slice(0, 5)) wrong(v.getDotPath(issue) ?? "", { why: "wrongColumn", column: v.getDotPath(issue) ?? "", got: issue.received.slice(0, 100) }, issue.message);
  }
  return { rows, problems };
}

/** What is wrong between rows that are right by themselves: specs against the catalogue, and every number that names another row. */
export function checkTogether(rows: CapsuleRows, catalog: Catalog): readonly Problem[] {
  const problems: Problem[] = [];
  const wrong = (path: string, why: CapsuleWhy, message: string, more: Readonly<Record<string, string>> = {}): void => { if (problems.length < 20) problems.push(problem(path, "badData", message, { why, at: path, ...more })); };
  const unique = (table: TableName, keyOf: (row: never) => string): Set<string> => {
    const seen = new Set<string>();
    for (const row of rows[table]) {
      const key = keyOf(row as never);
      if (seen.has(key)) wrong(table, "twiceThere", `holds ${key} twice`, { got: key });
      seen.add(key);
    }
    return seen;
  };
  const experiments = unique("experiment", ({ number }: { number: number }) => `e-${number}`), sweeps = unique("sweep", ({ number }: { number: number }) => `s-${number}`), runs = unique("run", ({ number }: { number: number }) => `r-${number}`);
  for (const table of ["experiment", "sweep", "run", "report"] as const) unique(table, (row: { uid: string }) => row.uid);
  const trials = unique("trial", (row: { sweep: number; number: number }) => `s-${row.sweep} trial ${row.number}`);
  const versions = unique("sweep_version", (row: { sweep: number; version: number }) => `s-${row.sweep} version ${row.version}`);
  unique("weight_hash", (row: { run: number; epoch: number }) => `r-${row.run} epoch ${row.epoch}`);
  unique("saved_state", (row: { run: number; step: number; epoch: number; can_go_on: number }) => `r-${row.run} step ${row.step} epoch ${row.epoch} ${row.can_go_on}`);
  unique("layer_record", (row: { run: number; step: number }) => `r-${row.run} step ${row.step}`);
  unique("journal", ({ subject }: { subject: string }) => subject);
  unique("source_file", (row: { hash: string }) => row.hash);
  unique("run", ({ number, sweep: of, trial: at, trial_repeat: repeat, is_confirmation: confirms }: { number: number; sweep: number | null; trial: number | null; trial_repeat: number | null; is_confirmation: number }) => (of === null ? `r-${number}` : `s-${of} trial ${at} repeat ${repeat} ${confirms}`));

  for (const { number, experiment: of } of rows.sweep) if (!experiments.has(`e-${of}`)) wrong(`s-${number}`, "noSuchOther", `belongs to experiment e-${of}, which the capsule does not hold`, { got: `e-${of}` });
  for (const { sweep: of, version, spec } of rows.sweep_version) {
    if (!sweeps.has(`s-${of}`)) wrong(`s-${of} version ${version}`, "noSuchOther", "belongs to no sweep of the capsule", { got: `s-${of}` });
    for (const { path, message } of checkSweepSpec(spec, catalog).problems.slice(0, 3)) wrong(`s-${of} version ${version} ${path}`, "wrongSpec", message);
  }
  for (const { number } of rows.sweep) if (!versions.has(`s-${number} version 1`)) wrong(`s-${number}`, "sweepWithoutSpec", "comes without its spec");
  for (const { sweep: of, number } of rows.trial) if (!sweeps.has(`s-${of}`)) wrong(`s-${of} trial ${number}`, "noSuchOther", "belongs to no sweep of the capsule", { got: `s-${of}` });
  for (const { number, experiment: of, spec, origin, sweep: searched, trial: at, trial_repeat: repeat } of rows.run) {
    if (!experiments.has(`e-${of}`)) wrong(`r-${number}`, "noSuchOther", `belongs to experiment e-${of}, which the capsule does not hold`, { got: `e-${of}` });
    if (searched !== null && (!trials.has(`s-${searched} trial ${at}`) || repeat === null)) wrong(`r-${number}`, "noSuchOther", `belongs to trial ${at} of s-${searched}, which the capsule does not hold`, { got: `s-${searched} trial ${at}` });
    // Another program has no spec of ours.
    if (spec === null && origin === null) wrong(`r-${number} spec`, "runWithoutSpec", "is missing");
    if (spec !== null) for (const { path, message } of checkRunSpec(spec, catalog).problems.slice(0, 3)) wrong(`r-${number} spec${path === "" ? "" : `.${path}`}`, "wrongSpec", message);
  }
  for (const table of ["weight_hash", "saved_state", "layer_record"] as const) for (const row of rows[table]) if (!runs.has(`r-${row.run}`)) wrong(table, "noSuchOther", `speaks of r-${row.run}, which the capsule does not hold`, { got: `r-${row.run}` });
  return problems;
}
