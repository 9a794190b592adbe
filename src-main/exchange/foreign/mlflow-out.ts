/** Runs as an `mlruns` folder, which MLflow's own interface opens: `mlflow ui --backend-store-uri FOLDER`. Format: see mlflow-folder.ts. */

import { stringify } from "yaml";
import type { ForeignFile, ForeignRun } from "../../contract/foreign-runs.ts";
import { fileName } from "./folder-names.ts";

const states: Readonly<Record<ForeignRun["state"], number>> = { finished: 3, failed: 4, stopped: 5, interrupted: 1 };

/** `idOf`: 32 hex digits for a run's key, the same every time, so that a second export is the same run. A metric's name keeps its slashes, which are folders there. */
export function mlflowFiles(runs: readonly ForeignRun[], idOf: (key: string) => string): ForeignFile[] {
  const groups = [...new Set(runs.map(({ group }) => group))];
  const experiments = groups.map((group, i) => file(`mlruns/${i + 1}/meta.yaml`, stringify({ artifact_location: `mlruns/${i + 1}`, experiment_id: String(i + 1), lifecycle_stage: "active", name: group || "Descent" })));
  return [...experiments, ...runs.flatMap((run) => runFiles(run, groups.indexOf(run.group) + 1, idOf(run.key)))];
}

function runFiles({ key, name, state, startedMs, endedMs, params, tags, notes, series, metrics }: ForeignRun, experiment: number, id: string): ForeignFile[] {
  const folder = `mlruns/${experiment}/${id}`;
  const meta = {
    artifact_uri: `${folder}/artifacts`, end_time: endedMs, entry_point_name: "", experiment_id: String(experiment), lifecycle_stage: "active", run_id: id, run_name: name, run_uuid: id,
    source_name: "", source_type: 4, source_version: "", start_time: startedMs ?? 0, status: states[state], tags: [], user_id: "",
  };
  const withSeries = new Set(series.map(({ metric }) => metric));
  return [
    file(`${folder}/meta.yaml`, stringify(meta)),
    ...series.map(({ metric, steps, values, timesMs }) => file(`${folder}/metrics/${metricPath(metric)}`, Array.from(steps, (step, i) => `${whole(timesMs?.[i]) ?? startedMs ?? 0} ${numberText(values[i]!)} ${step}\n`).join(""))),
    ...Object.entries(metrics).filter(([metric]) => !withSeries.has(metric)).map(([metric, value]) => file(`${folder}/metrics/${metricPath(metric)}`, `${endedMs ?? startedMs ?? 0} ${numberText(value)} 0\n`)),
    ...Object.entries(params).map(([param, value]) => file(`${folder}/params/${fileName(param)}`, value === null ? "None" : String(value))),
    ...(notes === "" ? [] : [file(`${folder}/tags/mlflow.note.content`, notes)]),
    file(`${folder}/tags/mlflow.runName`, name),
    file(`${folder}/tags/descent.run`, key),
    ...tags.map((tag) => file(`${folder}/tags/${fileName(tag)}`, "")),
  ];
}

const whole = (ms: number | undefined): number | null => (ms === undefined || Number.isNaN(ms) ? null : Math.round(ms));

const metricPath = (metric: string): string => metric.split("/").map(fileName).join("/");

/** As Python reads it. */
const numberText = (value: number): string => (Number.isNaN(value) ? "nan" : value === Infinity ? "inf" : value === -Infinity ? "-inf" : String(value));

const file = (path: string, text: string): ForeignFile => ({ path, bytes: new TextEncoder().encode(text) });
