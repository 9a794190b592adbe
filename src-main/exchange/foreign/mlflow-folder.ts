/** MLflow's `mlruns` folder: a folder for each experiment, in it one for each run, with `meta.yaml`, and a file for each param, metric and tag, whose names may have folders. */

import { parse } from "yaml";
import { problem, SpecError } from "../../contract/errors.ts";
import type { ForeignFile, ForeignRead, ForeignRun, ForeignValue } from "../../contract/foreign-runs.ts";
import { finalValues, Left, metricValue, Metrics, needStep, valueOf } from "./gathering.ts";
import { mlflowRun, mlflowState } from "./mlflow.ts";

/** Whether a folder's files are an `mlruns` folder, or some of it: an experiment or a run. */
export const isMlflowFolder = (paths: readonly string[]): boolean => paths.some((path) => /(^|\/)meta\.yaml$/.test(path)) && paths.some((path) => /(^|\/)(metrics|params|tags)\//.test(path));

/** Throws SpecError naming file and line for a metric that is none, or a run without its `meta.yaml`. Deleted runs and experiments are left, and counted. */
export function readMlflowFolder(files: readonly ForeignFile[]): ForeignRead {
  const left = new Left();
  const texts = new Map(files.map((file) => [file.path, file]));
  const metas = new Map(files.filter(({ path }) => /(^|\/)meta\.yaml$/.test(path)).map((file) => [file.path.replace(/\/?meta\.yaml$/, ""), facts(file)]));
  const runs = [...metas].filter(([, meta]) => meta.has("run_id") || meta.has("run_uuid")).flatMap(([folder, meta]): ForeignRun[] => {
    const parent = metas.get(folder.split("/").slice(0, -1).join("/"));
    if (folder.split("/").includes(".trash") || meta.get("lifecycle_stage") === "deleted" || parent?.get("lifecycle_stage") === "deleted") { left.add("deleted runs"); return []; }
    return [runIn(folder, meta, parent?.get("name") ?? meta.get("experiment_id") ?? "", texts, left)];
  });
  return { program: "mlflow", runs: runs.sort((a, b) => (a.startedMs ?? 0) - (b.startedMs ?? 0)), left: left.list() };
}

function runIn(folder: string, meta: ReadonlyMap<string, string>, experiment: string, files: ReadonlyMap<string, ForeignFile>, left: Left): ForeignRun {
  const under = (kind: string): (readonly [string, ForeignFile])[] => {
    const prefix = `${folder === "" ? "" : `${folder}/`}${kind}/`;
    return [...files.values()].filter(({ path }) => path.startsWith(prefix)).map((file) => [file.path.slice(prefix.length), file] as const);
  };
  const metrics = new Metrics();
  for (const [name, file] of under("metrics")) for (const { step, value, timeMs } of points(file, name)) metrics.add(name, step, value, timeMs);
  left.add("artifacts", under("artifacts").length);
  const params = new Map<string, ForeignValue>(under("params").map(([name, file]) => [name, valueOf(textOf(file).trim())]));
  const series = metrics.series(left);
  return mlflowRun({
    key: meta.get("run_id") ?? meta.get("run_uuid") ?? folder, name: meta.get("run_name") ?? "", experiment,
    state: mlflowState(meta.get("status") ?? ""), startedMs: time(meta.get("start_time")), endedMs: time(meta.get("end_time")),
    params: Object.fromEntries(params), metrics: finalValues(series), tags: new Map(under("tags").map(([name, file]) => [name, textOf(file)])), series,
  }, left);
}

/** `TIME VALUE STEP`, one a line; files of MLflow's first versions have no step. */
function* points(file: ForeignFile, name: string): Generator<{ step: number; value: number; timeMs: number }> {
  for (const [i, line] of textOf(file).split("\n").entries()) {
    if (line.trim() === "") continue;
    const [time = "", value = "", step = String(i)] = line.trim().split(/\s+/);
    const read = metricValue(value);
    if (read === null || !/^-?\d+$/.test(step) || !/^\d+$/.test(time)) throw new SpecError([{ ...problem(file.path, "badData", `has in line ${i + 1} ${JSON.stringify(line.slice(0, 60))}, where a time, a number and a step are needed; copy the folder again from where it was written`, { why: "notAPoint", file: file.path, line: String(i + 1), got: line.slice(0, 60) }), at: { file: file.path, line: i + 1 } }]);
    needStep(Number(step), name, { file: file.path, line: i + 1 });
    yield { step: Number(step), value: read, timeMs: Number(time) };
  }
}

/** What a meta.yaml says, as text: ids of digits alone are texts too. */
function facts(file: ForeignFile): ReadonlyMap<string, string> {
  let read: unknown;
  try { read = parse(textOf(file), { schema: "failsafe" }); } catch (error) {
    throw new SpecError([{ ...problem(file.path, "badSyntax", `is no YAML: ${(error as Error).message.split("\n")[0]!}; copy the folder again from where it was written`, { why: "notYaml", file: file.path }), at: { file: file.path } }]);
  }
  const pairs = typeof read === "object" && read !== null ? Object.entries(read) : [];
  return new Map(pairs.filter((pair): pair is [string, string] => typeof pair[1] === "string" && pair[1] !== "null"));
}

const time = (text: string | undefined): number | null => (text !== undefined && /^\d+$/.test(text) && Number(text) > 0 ? Number(text) : null);

const textOf = ({ bytes }: ForeignFile): string => new TextDecoder().decode(bytes);
