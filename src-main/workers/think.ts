/** What a sweep's thinking takes of time, done beside the main thread: which trials come next, which axes matter, what is wrong with the sweep. Functions of the history they are given. */

import { describeCatalog, diagnose, importance, isDone, lossesOf, makeSpace, next, rng } from "../../src-engine/index.ts";
import type { Next, Trial } from "../../src-engine/index.ts";
import type { Finding, ImportanceMethod, SweepImportance, SweepSpec } from "../contract/sweeps.ts";

/** A question about a sweep. */
export type Thought =
  | { readonly kind: "next"; readonly history: readonly Trial[]; readonly spec: SweepSpec }
  | { readonly kind: "importance"; readonly history: readonly Trial[]; readonly spec: SweepSpec; readonly method: ImportanceMethod; readonly quantile: number }
  | { readonly kind: "advice"; readonly history: readonly Trial[]; readonly spec: SweepSpec };
export interface Thoughts { readonly next: Next; readonly importance: SweepImportance; readonly advice: readonly Finding[] }

export function think(thought: Thought): Thoughts[Thought["kind"]] {
  switch (thought.kind) {
    case "next": return next(thought.history, thought.spec);
    case "importance": return importanceOf(thought);
    case "advice": return diagnose(thought.history, thought.spec, describeCatalog());
  }
}

/** Trials with a result of their own count; pruned ones have none that could be compared. */
function importanceOf({ history, spec, method, quantile }: Extract<Thought, { kind: "importance" }>): SweepImportance {
  const space = makeSpace(spec);
  const judged = history.flatMap((trial) => {
    const losses = trial.state === "finished" && isDone(trial) ? lossesOf(trial.values, spec.objective) : null;
    return losses === null ? [] : [{ at: space.toCube(trial.point), loss: losses[0]! }];
  });
  const shares = importance(judged, space.cube, rng(spec.seed).stream(`importance/${method}`), { method, quantile });
  return { trials: judged.length, axes: shares.map((share, i) => ({ axis: space.names[i]!, ...share })) };
}
