/** How long a step usually takes, from what was trained before. */

import type { Store } from "../store/open.ts";

/** So many of the newest runs are looked through. */
const looked = 50;

/** Milliseconds a step took in the newest run of as many parameters; null where there was none. */
export function usualStepMs(store: Pick<Store, "runs">, parameters: number): number | null {
  const like = store.runs.list({}, looked).find((run) => run.parameters === parameters && run.step > 0 && run.trainingMs > 0);
  return like === undefined ? null : like.trainingMs / like.step;
}
