/** Small sweeps for tests, and how to wait for them. */

import type { Sweep, SweepId, SweepTrial, SweepView } from "../../src-main/contract/sweeps.ts";
import type { WorkbenchService } from "../../src-main/service/workbench.ts";
import { smallSpec } from "./workbench.ts";

/** Nine epochs on exclusive or; learning rate and width vary. */
export const smallSweep = {
  base: { ...smallSpec, train: { epochs: 9, batchSize: 32, checkpoints: { best: 0 } } },
  axes: { "optimizer.learningRate": {}, "layers.0.units": { from: 2, to: 16 } },
  objective: { metric: "validation/loss" }, sampler: { kind: "random" }, trials: 12, batch: 4, parallel: 1, confirm: { top: 0, seeds: 2 },
} as const;

export async function startSweep(workbench: WorkbenchService, spec: unknown): Promise<SweepId> {
  return (await workbench.startSweep({ experimentId: null, spec })).sweepId;
}

/** The sweep at the first moment at which it is right; usually once it does not run any more. */
export async function sweepUntil(workbench: WorkbenchService, sweepId: SweepId, isRight: (sweep: Sweep, trials: readonly SweepTrial[]) => boolean = ({ state }) => state !== "running"): Promise<SweepView> {
  for await (const { sweep, trials } of workbench.watchSweep({ sweepId, since: 0 })) if (isRight(sweep, trials)) break;
  return workbench.sweep({ sweepId });
}

/** A whole sweep, from its start to its end. */
export const wholeSweep = async (workbench: WorkbenchService, spec: unknown): Promise<SweepView> => sweepUntil(workbench, await startSweep(workbench, spec));

/** What must be the same for the same seed: points, whose weights they went on with, and what came of them, without times and ids. */
export const factsOf = ({ trials }: Pick<SweepView, "trials">): readonly object[] => trials.map(({ number, batch, point, state, values, repeats, prunedAt, sameAs, goesOnFrom, confirmed }) => ({ number, batch, point, state, values, repeats, prunedAt, sameAs, goesOnFrom, confirmed }));
