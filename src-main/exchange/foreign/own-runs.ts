/** Our own runs in the terms of other programs, and as their files. */

import type { ForeignFile, ForeignRun, ForeignSeries, ForeignValue, RunsFormat } from "../../contract/foreign-runs.ts";
import type { Run, Series } from "../../contract/nouns.ts";
import { timesOf } from "../../contract/x-axis.ts";
import { flattened } from "./gathering.ts";
import { mlflowFiles } from "./mlflow-out.ts";
import { tensorBoardFiles } from "./tensorboard-out.ts";

/** A run with its complete curves; `wall` is the curve of moments at which its steps were reached, absent of runs that have none. */
export interface OwnRun { readonly run: Run; readonly experiment: string; readonly notes: string; readonly series: readonly Series[]; readonly wall: Series | undefined }

/** `digest`: a text's hash in hex, the same every time. */
export function runFiles(runs: readonly OwnRun[], format: RunsFormat, digest: (text: string) => string): ForeignFile[] {
  const foreign = runs.map(foreignOf);
  return format === "tensorboard" ? tensorBoardFiles(foreign) : mlflowFiles(foreign, (key) => digest(key).slice(0, 32));
}

/** Values of the spec by their paths are its settings; what is diverged stays NaN or infinite. */
export function foreignOf({ run, experiment, notes, series, wall }: OwnRun): ForeignRun {
  const params = new Map<string, ForeignValue>(Object.entries(run.foreign?.params ?? {}));
  const { name: _, ...spec } = run.spec ?? { name: "" };
  for (const [key, value] of Object.entries(spec)) settings(value, key, params);
  return {
    key: run.id, name: run.name, group: experiment, state: run.state === "finished" || run.state === "stopped" || run.state === "failed" ? run.state : "interrupted",
    startedMs: run.startedMs, endedMs: run.endedMs, params: Object.fromEntries(params), metrics: run.metrics, tags: run.tags, notes,
    series: series.map(({ metric, steps, values }): ForeignSeries => ({ metric, steps, values, timesMs: wall === undefined ? null : timesOf(steps, wall) })),
  };
}

/** Lists of components by number, as queries name them: `layers.0.units`. */
function settings(value: unknown, path: string, into: Map<string, ForeignValue>): void {
  if (Array.isArray(value) && value.some((one) => typeof one === "object" && one !== null)) value.forEach((one: unknown, i) => { settings(one, `${path}.${i}`, into); });
  else if (typeof value === "object" && value !== null && !Array.isArray(value)) for (const [key, inner] of Object.entries(value)) settings(inner, `${path}.${key}`, into);
  else flattened(value, path, into);
}
