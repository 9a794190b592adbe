/** What is only read of a project and may take long where it is large: rows, words, curves, sizes. The same answers here or on a thread of their own (reading-thread.ts). */

import { describeCatalog } from "../../src-engine/index.ts";
import { clockCurves } from "../contract/clock.ts";
import { StoreError } from "../contract/errors.ts";
import { limits } from "../contract/inputs.ts";
import type { ExperimentId, Quota, QuotaPlan, RunId, Storage } from "../contract/nouns.ts";
import { queryFrom } from "../contract/query.ts";
import type { Workbench } from "../contract/workbench.ts";
import type { Store } from "../store/open.ts";
import type { Scope } from "../store/run-rows.ts";
import type { Pool } from "../workers/pool.ts";
import { compareGroups } from "./comparisons.ts";
import { curves } from "./curves.ts";
import { snapshotOf } from "./feed.ts";
import type { Snapshot } from "./feed.ts";
import { queryWords } from "./query-words.ts";
import { tableRows } from "./table.ts";

export interface Readings extends Pick<Workbench, "listRuns" | "listRows" | "queryWords" | "search" | "readSeries" | "readGroups" | "compareRuns" | "examineProject"> {
  /** What a listener of a run is told first. */
  snapshot(input: { readonly runId: RunId; readonly since: number }): Promise<Snapshot>;
  /** Runs with every stored point, as another program is given them. Rejects with StoreError beyond what one export may hold. */
  wholeRuns(input: { readonly runIds: readonly RunId[] }): Promise<readonly OwnRun[]>;
  /** What is in the trash, and the largest runs. */
  sizes(input: Record<string, never>): Promise<Pick<Storage, "trash" | "largest">>;
  /** What a limit would have go of a project that takes so much. */
  planQuota(input: { readonly quota: Quota; readonly usedBytes: number }): Promise<QuotaPlan>;
}

type OwnRun = Parameters<Pool["exportRuns"]>[0][number];

/** Readings that have to be ended. */
export interface OpenReadings extends Readings { close(): Promise<void> }

/** How many of the largest runs are told. */
const mostLargest = 20;

export function readings(store: Store): Readings {
  const catalog = describeCatalog();
  const stored = curves(store);

  function scope(experiment: ExperimentId | undefined, where: string | undefined): Scope {
    if (experiment !== undefined) store.experiments.get(experiment);
    return { experiment, query: queryFrom(where ?? "") };
  }

  return {
    listRuns: async ({ experimentId, where, limit }) => store.runs.list(scope(experimentId, where), limit),
    listRows: async ({ experimentId, where, columns, runIds, grouping = { kind: "eachRun" }, deltas = [] }) => tableRows(store.rows, catalog, { ...scope(experimentId, where), runIds }, { columns, grouping, metrics: deltas }),
    queryWords: async (input) => queryWords(input, store.rows, catalog),
    search: async ({ text, limit }) => store.search.find(text, limit),
    readSeries: async (wish) => stored.read(wish),
    readGroups: async (wish) => stored.groups(wish),
    compareRuns: async (wish) => compareGroups(store, wish),
    examineProject: () => store.health(),
    snapshot: async ({ runId, since }) => snapshotOf(store, runId, since),
    wholeRuns: async ({ runIds }) => wholeRuns(store, runIds),
    sizes: async () => ({ trash: store.trash.list(), largest: store.trash.largest(mostLargest) }),
    planQuota: async ({ quota, usedBytes }) => store.trash.plan(quota, usedBytes),
  };
}

function wholeRuns(store: Store, ids: readonly RunId[]): readonly OwnRun[] {
  const runs = ids.map((id) => {
    const { run } = store.runs.get(id);
    const { hypothesis, result, decision, notes } = store.journal.read(id);
    return { run, experiment: store.experiments.get(run.experimentId).name, notes: [hypothesis, result, decision, notes].filter((text) => text.trim() !== "").join("\n\n"), series: store.series.read(id, []), wall: store.series.read(id, [clockCurves.wall])[0] };
  });
  const points = runs.reduce((sum, { series }) => series.reduce((all, { steps }) => all + steps.length, sum), 0);
  if (points > limits.exportRows) throw new StoreError("tooManyRows", `these runs have ${points} points; one export may hold ${limits.exportRows}`, {}, "Choose fewer runs.");
  return runs;
}
