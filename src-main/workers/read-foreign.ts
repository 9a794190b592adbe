/** Files of other programs to runs that can be stored: read, hashed, their points as curves. Runs in a worker, for it may take long. */

import { createHash } from "node:crypto";
import type { ForeignFile, ForeignRead, ForeignRun } from "../contract/foreign-runs.ts";
import type { Hash, Stretch } from "../contract/nouns.ts";
import { curvesOf, metricOf } from "../exchange/foreign/curves.ts";
import { readForeign } from "../exchange/foreign/read.ts";
import { withForeignTables } from "../store/foreign-tables.ts";

export interface ReadRun extends Omit<ForeignRun, "series"> {
  /** Over all that was read of it: equal for equal runs. */
  readonly hash: Hash;
  readonly points: number;
  readonly curves: readonly Stretch[];
}
export interface ReadRuns extends Omit<ForeignRead, "runs"> { readonly runs: readonly ReadRun[] }

/** Throws SpecError with file and place, or StoreError for a damaged database. */
export function readRuns(files: readonly ForeignFile[]): ReadRuns {
  const { program, runs, left } = readForeign(files, withForeignTables);
  return { program, left, runs: runs.map(({ series, ...facts }) => ({
    ...facts, metrics: Object.fromEntries(Object.entries(facts.metrics).map(([metric, value]) => [metricOf(metric), value])),
    hash: hashOf(program, { series, ...facts }), points: series.reduce((sum, { steps }) => sum + steps.length, 0), curves: curvesOf({ series, startedMs: facts.startedMs }),
  })) };
}

/** The memory of all curves, to be handed over; two curves may share a column. */
export const buffersOfRuns = ({ runs }: ReadRuns): ArrayBuffer[] => [...new Set(runs.flatMap(({ curves }) => curves.flatMap(({ steps, values }) => [steps.buffer as ArrayBuffer, values.buffer as ArrayBuffer])))];

function hashOf(program: string, { series, params, metrics, ...facts }: ForeignRun): Hash {
  const hash = createHash("sha256");
  const inOrder = (record: Readonly<Record<string, unknown>>): unknown => Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, value]) => [key, typeof value, String(value)]);
  hash.update(JSON.stringify([program, facts.key, facts.name, facts.group, facts.state, facts.startedMs, facts.endedMs, facts.tags, facts.notes, inOrder(params), inOrder(metrics)]));
  for (const { metric, steps, values, timesMs } of series) {
    hash.update(JSON.stringify([metric, steps.length, timesMs === null]));
    for (const column of timesMs === null ? [steps, values] : [steps, values, timesMs]) hash.update(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  }
  return hash.digest("hex");
}
