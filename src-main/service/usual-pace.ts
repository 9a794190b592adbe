/** How long a step usually takes, from what was trained before. */

import { hasSpec } from "../contract/nouns.ts";
import type { RunSpec, SpecRun } from "../contract/nouns.ts";
import type { Store } from "../store/open.ts";

/** So many of the newest runs are looked through. */
const looked = 50;

/** Milliseconds a step took, measurements included, in the newest run of as many parameters and rows a step; null where there was none. Reads the store once. */
export function usualPace(store: Pick<Store, "runs">): (spec: RunSpec, parameters: number) => number | null {
  let runs: readonly SpecRun[] | null = null;
  return ({ train: { batchSize, accumulate, mode } }, parameters) => {
    runs ??= store.runs.list({}, looked).filter(hasSpec).filter(({ step, trainingMs }) => step > 0 && trainingMs > 0);
    const like = runs.find(({ spec: { train }, parameters: own }) => own === parameters && train.batchSize === batchSize && train.accumulate === accumulate && train.mode === mode);
    return like === undefined ? null : like.trainingMs / like.step;
  };
}
