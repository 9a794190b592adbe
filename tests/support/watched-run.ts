/** A run trained in this thread, and what the alert rules find in its curves. */

import { describeCatalog, prepare, stepsPerEpoch } from "../../src-engine/index.ts";
import { checkRunSpec } from "../../src-engine/spec/run-spec.ts";
import type { Run, RunSpec, Stretch } from "../../src-main/contract/nouns.ts";
import { AlertWatch, factsOf } from "../../src-main/report/alerts.ts";
import type { Facts, Found } from "../../src-main/report/alerts.ts";
import { train, UnfinishedTraining } from "../../src-main/workers/training.ts";
import { dataOf } from "./examples.ts";

export interface WatchedRun { readonly facts: Facts; readonly reports: readonly (readonly Stretch[])[]; readonly found: readonly Found[]; readonly hasDiverged: boolean; readonly metrics: Readonly<Record<string, number>> }

/** Trains a spec to its end, or to where it diverges. */
export function watchedRun(raw: unknown): WatchedRun {
  const { spec, problems } = checkRunSpec(raw, describeCatalog());
  if (spec === null) throw new Error(JSON.stringify(problems));
  const dataset = dataOf(spec.data);
  const { train: rows } = prepare(dataset, spec);
  const perEpoch = stepsPerEpoch(rows.rows, { ...spec.train, batchSize: Math.min(spec.train.batchSize, rows.rows) });
  const facts = factsOf({ spec: spec as RunSpec, epochs: spec.train.epochs, steps: perEpoch * spec.train.epochs, data: { classes: dataset.classes } as Run["data"] });
  const reports: (readonly Stretch[])[] = [];
  const ports = { clock: () => performance.now(), report: ({ series }: { series: readonly Stretch[] }) => { reports.push(series); }, save: () => {}, asked: () => null, changed: () => {}, after: () => {} };
  let hasDiverged = false, metrics = {};
  try {
    const { progress } = train(spec, dataset, new Int32Array(new SharedArrayBuffer(4)), ports, { start: null, ahead: [], until: null, keeps: false, gates: [] });
    reports.push(progress.series);
    ({ metrics } = progress);
  } catch (error) {
    if (!(error instanceof UnfinishedTraining)) throw error;
    hasDiverged = true;
    reports.push(error.progress.series);
  }
  const watch = new AlertWatch(facts);
  return { facts, reports, found: reports.flatMap((series) => watch.see(series)), hasDiverged, metrics };
}
