/** What MLflow's folders and databases have in common: states, and tags that mean something. */

import type { ForeignRun, ForeignSeries, ForeignValue } from "../../contract/foreign-runs.ts";
import type { Left } from "./gathering.ts";

/** A name, or its number in protobuf, as the folders have it. */
export function mlflowState(status: string): ForeignRun["state"] {
  if (status === "FINISHED" || status === "3") return "finished";
  if (status === "FAILED" || status === "4") return "failed";
  return status === "KILLED" || status === "5" ? "stopped" : "interrupted";
}

export interface MlflowFacts {
  readonly key: string; readonly name: string; readonly experiment: string; readonly state: ForeignRun["state"]; readonly startedMs: number | null; readonly endedMs: number | null;
  readonly params: Readonly<Record<string, ForeignValue>>; readonly metrics: Readonly<Record<string, number>>; readonly tags: ReadonlyMap<string, string>; readonly series: readonly ForeignSeries[];
}

/** MLflow's tags are names with values: they become tags `name=value`. The note and the run's name have places of their own; what MLflow says of itself (`mlflow.…`) is left. */
export function mlflowRun({ experiment, tags, name, ...facts }: MlflowFacts, left: Left): ForeignRun {
  const own = [...tags].filter(([tag]) => !tag.startsWith("mlflow."));
  left.add("tags of MLflow itself", [...tags].filter(([tag]) => tag.startsWith("mlflow.") && tag !== "mlflow.note.content" && tag !== "mlflow.runName").length);
  return { ...facts, name: name || tags.get("mlflow.runName") || facts.key, group: experiment, tags: own.map(([tag, value]) => (value === "" ? tag : `${tag}=${value}`)), notes: tags.get("mlflow.note.content") ?? "" };
}
