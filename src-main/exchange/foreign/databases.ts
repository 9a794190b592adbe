/** Runs out of the SQLite files of MLflow, Optuna and Trackio, told apart by their tables. */

import { problem, SpecError } from "../../contract/errors.ts";
import type { ForeignRead, ForeignRun, ForeignValue } from "../../contract/foreign-runs.ts";
import { finalValues, flattened, Left, metricValue, Metrics, needStep, pythonJson, valueOf } from "./gathering.ts";
import { mlflowRun, mlflowState } from "./mlflow.ts";

type Row = Readonly<Record<string, unknown>>;

/** What is read from: the store's ForeignTables is one. */
export interface Tables { readonly names: readonly string[]; columns(table: string): readonly string[]; rows(table: string): Iterable<Row> }

/** Throws SpecError where the tables are those of none of the three, or hold what they never hold. */
export function readDatabase(tables: Tables, path: string): ForeignRead {
  const has = (...names: string[]): boolean => names.every((name) => tables.names.includes(name));
  if (has("studies", "trials", "trial_params", "trial_values")) return readOptuna(tables, path);
  if (has("experiments", "runs", "metrics", "params", "tags")) return readMlflow(tables, path);
  if (has("metrics") && ["run_name", "step", "metrics"].every((column) => tables.columns("metrics").includes(column))) return readTrackio(tables, path);
  throw new SpecError([problem(path, "badData", `is an SQLite file of none of the programs whose runs can be read (MLflow, Optuna, Trackio); its tables are ${tables.names.slice(0, 20).join(", ") || "none"}`, { why: "otherDatabase", file: path, got: tables.names.slice(0, 20).join(", ") })]);
}

const text = (value: unknown): string => (typeof value === "string" ? value : value instanceof Uint8Array ? new TextDecoder().decode(value) : value === null || value === undefined ? "" : String(value as number));
const timeIn = (value: unknown): number | null => (typeof value === "number" && value > 0 ? value : null);

function readMlflow(tables: Tables, path: string): ForeignRead {
  const left = new Left();
  const experiments = new Map([...tables.rows("experiments")].map((row) => [text(row["experiment_id"]), row]));
  const metrics = grouped(tables.rows("metrics"), "run_uuid"), params = grouped(tables.rows("params"), "run_uuid"), tags = grouped(tables.rows("tags"), "run_uuid");
  const runs = [...tables.rows("runs")].flatMap((row): ForeignRun[] => {
    const id = text(row["run_uuid"]), experiment = experiments.get(text(row["experiment_id"]));
    if (row["lifecycle_stage"] === "deleted" || experiment?.["lifecycle_stage"] === "deleted") { left.add("deleted runs"); return []; }
    const points = new Metrics();
    (metrics.get(id) ?? []).forEach((point, i) => { points.add(text(point["key"]), stepOf(point["step"] ?? i, text(point["key"]), path), mlflowValue(point), timeIn(point["timestamp"]) ?? NaN); });
    const series = points.series(left);
    return [mlflowRun({
      key: id, name: text(row["name"]), experiment: text(experiment?.["name"]), state: mlflowState(text(row["status"])), startedMs: timeIn(row["start_time"]), endedMs: timeIn(row["end_time"]),
      params: Object.fromEntries((params.get(id) ?? []).map((param) => [text(param["key"]), valueOf(text(param["value"]))])), metrics: finalValues(series),
      tags: new Map((tags.get(id) ?? []).map((tag) => [text(tag["key"]), text(tag["value"])])), series,
    }, left)];
  });
  return { program: "mlflow", runs: runs.sort((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0)), left: left.list() };
}

/** Its column holds no NaN and no infinity: one is a flag, the others are the largest doubles. */
function mlflowValue({ value, is_nan: isNan }: Row): number {
  if (isNan === 1 || isNan === true) return NaN;
  const number = Number(value);
  return Math.abs(number) === Number.MAX_VALUE ? Math.sign(number) * Infinity : number;
}

const optunaStates: Readonly<Record<string, ForeignRun["state"]>> = { COMPLETE: "finished", PRUNED: "stopped", FAIL: "failed" };

/** A trial is a run. Its objective is the metric `value`, or `value/0`, `value/1` … where there are several, unless the study names them; what it reported on its way is `intermediate`. */
function readOptuna(tables: Tables, path: string): ForeignRead {
  const left = new Left();
  // Before 2.4 trial_values held what was reported, and the value stood with the trial.
  const isOld = !tables.names.includes("trial_intermediate_values");
  const studies = new Map([...tables.rows("studies")].map((row) => [row["study_id"], text(row["study_name"])]));
  const names = new Map([...(tables.names.includes("study_system_attributes") ? tables.rows("study_system_attributes") : [])].filter((row) => row["key"] === "study:metric_names").map((row) => [row["study_id"], pythonJson(text(row["value_json"])) as string[]]));
  const params = grouped(tables.rows("trial_params"), "trial_id"), values = grouped(isOld ? [] : tables.rows("trial_values"), "trial_id");
  const reports = grouped(tables.rows(isOld ? "trial_values" : "trial_intermediate_values"), "trial_id");
  const attributes = grouped(tables.names.includes("trial_user_attributes") ? tables.rows("trial_user_attributes") : [], "trial_id");
  const runs = [...tables.rows("trials")].map((trial): ForeignRun => {
    const id = text(trial["trial_id"]), study = studies.get(trial["study_id"]) ?? "", number = text(trial["number"]);
    const points = new Metrics();
    for (const report of reports.get(id) ?? []) points.add("intermediate", stepOf(report["step"], "intermediate", path), isOld ? Number(report["value"]) : typed(report["intermediate_value"], report["intermediate_value_type"]), NaN);
    const goals = (values.get(id) ?? []).toSorted((a, b) => Number(a["objective"]) - Number(b["objective"]));
    const own = names.get(trial["study_id"]);
    const found = isOld ? (typeof trial["value"] === "number" ? [["value", trial["value"]] as const] : []) : goals.map((goal, i) => [own?.[i] ?? (goals.length === 1 ? "value" : `value/${i}`), typed(goal["value"], goal["value_type"])] as const);
    const settings = new Map<string, ForeignValue>();
    for (const param of params.get(id) ?? []) settings.set(text(param["param_name"]), optunaParam(Number(param["param_value"]), text(param["distribution_json"])));
    for (const { key, value_json: json } of attributes.get(id) ?? []) flattened(pythonJson(text(json)), text(key), settings);
    const series = points.series(left);
    return {
      key: `${study}/${number}`, name: `${study} · trial ${number}`, group: study, state: optunaStates[text(trial["state"])] ?? "interrupted",
      startedMs: dateIn(trial["datetime_start"]), endedMs: dateIn(trial["datetime_complete"]), params: Object.fromEntries(settings), metrics: finalValues(series, found), tags: [], notes: "", series,
    };
  });
  return { program: "optuna", runs, left: left.list() };
}

function typed(value: unknown, type: unknown): number {
  if (type === "INF_POS") return Infinity;
  if (type === "INF_NEG") return -Infinity;
  return value === null || type === "NAN" ? NaN : Number(value);
}

/** A category is kept as its place among the choices. */
function optunaParam(value: number, distribution: string): ForeignValue {
  const { name, attributes } = pythonJson(distribution) as { name: string; attributes: { choices?: readonly unknown[] } };
  const choice = name === "CategoricalDistribution" ? attributes.choices?.[value] : value;
  return choice === null || typeof choice === "string" || typeof choice === "number" || typeof choice === "boolean" ? choice : JSON.stringify(choice ?? value);
}

/** One file a project; a row a step, its metrics as JSON. Nested settings and metrics become flat. */
function readTrackio(tables: Tables, path: string): ForeignRead {
  const left = new Left();
  const hasConfigs = tables.names.includes("configs");
  const configs = new Map([...(hasConfigs ? tables.rows("configs") : [])].map((row) => [text(row["run_name"]), row]));
  const project = path.split("/").at(-1)!.replace(/\.(db|sqlite3?)$/i, "");
  if (tables.names.includes("system_metrics")) left.add("system measurements", [...tables.rows("system_metrics")].length);
  const runs = [...grouped(tables.rows("metrics"), "run_name")].map(([name, rows]): ForeignRun => {
    const points = new Metrics();
    const times: number[] = [];
    for (const row of rows) {
      const timeMs = dateIn(row["timestamp"]) ?? NaN;
      if (!Number.isNaN(timeMs)) times.push(timeMs);
      const flat = new Map<string, ForeignValue>();
      flattened(pythonJson(text(row["metrics"])), "", flat);
      for (const [metric, value] of flat) {
        const number = metricValue(value);
        if (number === null) left.add("logged texts, images and tables");
        else points.add(metric, stepOf(row["step"], metric, path), number, timeMs);
      }
    }
    const config = configs.get(name);
    const params = new Map<string, ForeignValue>();
    if (config !== undefined) flattened(pythonJson(text(config["config"])), "", params);
    for (const key of [...params.keys()]) if (key.startsWith("_")) params.delete(key);
    const series = points.series(left);
    // Trackio keeps no word about a run's end: what stopped writing is taken to be done.
    return {
      key: name, name, group: project, state: "finished", startedMs: dateIn(config?.["created_at"]) ?? times.reduce<number | null>((least, one) => Math.min(least ?? one, one), null),
      endedMs: times.reduce<number | null>((most, one) => Math.max(most ?? one, one), null), params: Object.fromEntries(params), metrics: finalValues(series), tags: [], notes: "", series,
    };
  });
  return { program: "trackio", runs, left: left.list() };
}

function grouped(rows: Iterable<Row>, column: string): Map<string, Row[]> {
  const found = new Map<string, Row[]>();
  for (const row of rows) {
    const key = text(row[column]);
    const kept = found.get(key);
    if (kept === undefined) found.set(key, [row]);
    else kept.push(row);
  }
  return found;
}

function stepOf(step: unknown, metric: string, path: string): number {
  needStep(step, metric, { file: path });
  return step;
}

/** `2026-01-31 12:00:00.123456`, in local time as Python writes it without a zone, or ISO 8601 with one. */
function dateIn(value: unknown): number | null {
  if (typeof value !== "string") return null;
  const ms = Date.parse(value.replace(" ", "T").replace(/(\.\d{3})\d+/, "$1"));
  return Number.isNaN(ms) ? null : ms;
}
