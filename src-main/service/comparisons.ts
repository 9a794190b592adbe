/** What can be asked of runs side by side: groups and their statistics, and two classifiers row by row. */

import { mcnemar, wilson } from "../../src-engine/index.ts";
import { StoreError } from "../../src-engine/spec/errors.ts";
import type { Comparison, Grouping, RowComparison } from "../contract/comparison.ts";
import { ownRun } from "../contract/foreign-runs.ts";
import type { RunId, SpecRun } from "../contract/nouns.ts";
import type { Workbench } from "../contract/workbench.ts";
import { compare } from "../report/compare.ts";
import type { Store } from "../store/open.ts";
import type { Pool } from "../workers/pool.ts";
import type { Datasets } from "./datasets.ts";
import { dataOf } from "./trainings.ts";

export interface Comparisons {
  groups(runIds: readonly RunId[], grouping: Grouping, baseline: RunId | null): Comparison;
  rows(first: RunId, second: RunId): Promise<RowComparison>;
}

export function comparisons({ store, pool, datasets }: { readonly store: Store; readonly pool: Pool; readonly datasets: Datasets }): Comparisons {
  /** Which validation rows a run's saved weights have right. */
  async function rightRows(run: SpecRun): Promise<Uint8Array> {
    const [checkpoint, { dataset }] = [await store.checkpoints.final(run.id), await dataOf(run, datasets)];
    return pool.judgeRows(run.spec, dataset, checkpoint);
  }

  return {
    groups: (runIds, grouping, baseline) => compareGroups(store, { runIds, grouping, baseline }),
    async rows(firstId, secondId) {
      const [first, second] = [ownRun(store.runs.get(firstId).run, "asked about rows"), ownRun(store.runs.get(secondId).run, "asked about rows")];
      mustShareRows(first, second);
      const [a, b] = [await rightRows(first), await rightRows(second)];
      const counts = [0, 0, 0, 0];
      a.forEach((isRight, i) => { counts[2 * isRight + b[i]!]!++; });
      const [bothWrong, onlySecond, onlyFirst, bothRight] = counts as [number, number, number, number];
      const interval = (right: number): [number, number] => { const { from, to } = wilson(right, a.length); return [from, to]; };
      return {
        rows: a.length, bothRight, onlyFirst, onlySecond, bothWrong, ...mcnemar(onlyFirst, onlySecond), difference: (onlySecond - onlyFirst) / a.length,
        first: interval(bothRight + onlyFirst), second: interval(bothRight + onlySecond),
      };
    },
  };
}

/** See the contract; reads the store and nothing else. */
export function compareGroups(store: Pick<Store, "runs" | "rows">, { runIds, grouping, baseline }: Parameters<Workbench["compareRuns"]>[0]): Comparison {
  const runs = [...new Set(runIds)].map((id) => store.runs.get(id).run);
  const keys = store.rows.keys({ runIds: runs.map(({ id }) => id) }, grouping);
  const thrown = runs.find(({ id }) => !keys.has(id));
  if (thrown !== undefined) throw new StoreError("inTrash", `run ${thrown.id} is in the trash`, {}, "Restore it to compare it.");
  // Who names none means the one that a person marked, where it is among them.
  return compare(runs.map((run) => ({ key: keys.get(run.id)!, run })), baseline ?? runs.find(({ isBaseline }) => isBaseline)?.id ?? null);
}

function mustShareRows(first: SpecRun, second: SpecRun): void {
  for (const run of [first, second]) {
    if (run.data.classes === null) throw new StoreError("noClasses", `run ${run.id} predicts a number, so no row is simply right or wrong`, {}, "Compare the errors of its seeds instead.");
    if (run.data.rows.validation === 0) throw new StoreError("noValidationRows", `the split of run ${run.id} has no validation rows`, { path: "split.validation" }, "Start a run whose split.validation is above 0.");
  }
  const isSame = first.data.hash === second.data.hash && JSON.stringify(first.spec.split) === JSON.stringify(second.spec.split);
  if (!isSame) throw new StoreError("otherRows", `runs ${first.id} and ${second.id} were validated on different rows: their data or their split differ`, {}, "Start one of them anew with the data and the split of the other.");
}
