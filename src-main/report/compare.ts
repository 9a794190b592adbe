/** Runs side by side: what differs in their specs, what came out. Pure; reads no store and paints nothing. */

import { betterOf } from "../contract/metric-direction.ts";
import type { Comparison, Run } from "../contract/nouns.ts";

/** The order in which splits are read: what choices are made on first, then the judge, then what was fitted. */
const splits = ["validation", "test", "train"];

/** The name is left out of the differences: it tells the runs apart, it does not explain them. */
export function compare(runs: readonly Run[]): Comparison {
  const leaves = runs.map(({ spec: { name: _, ...rest } }) => leavesOf(rest));
  const paths = [...new Set(leaves.flatMap((own) => [...own.keys()]))];
  const differences = paths
    .map((path) => ({ path, values: leaves.map((own) => own.get(path) ?? null) }))
    .filter(({ values }) => values.some((value) => value !== values[0]));
  return { runs, differences, same: paths.length - differences.length, results: resultsOf(runs) };
}

/** Every value of a spec that is not itself a list or a record, by its path; `null` counts as absent. */
function leavesOf(value: unknown, path = "", leaves = new Map<string, unknown>()): Map<string, unknown> {
  if (typeof value === "object" && value !== null) for (const [key, inner] of Object.entries(value)) leavesOf(inner, path === "" ? key : `${path}.${key}`, leaves);
  else if (value !== null) leaves.set(path, value);
  return leaves;
}

function resultsOf(runs: readonly Run[]): Comparison["results"] {
  const metrics = [...new Set(runs.flatMap((run) => Object.keys(run.metrics)))].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return metrics.map((metric) => ({ metric, better: betterOf(metric), values: runs.map((run) => run.metrics[metric] ?? NaN) }));
}

function rank(metric: string): number {
  const at = splits.indexOf(metric.slice(0, metric.indexOf("/")));
  return at < 0 ? splits.length : at;
}
