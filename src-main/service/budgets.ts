/** What a spec would cost: a short probe on a thread of its own, which stores nothing, and what it comes to on this machine and behind this queue. */

import type { Budget, BudgetEvent } from "../contract/budget.ts";
import type { QueueView, RunSpec } from "../contract/nouns.ts";
import type { Pool } from "../workers/pool.ts";
import type { Probed } from "../workers/protocol.ts";
import type { Datasets } from "./datasets.ts";
import type { Accepted, Specs } from "./specs.ts";
import { workStream } from "./stream.ts";

/**
 * What a point takes on disk, as `npm run bench -- --part store` measures it: a number of a curve that has one at every step, or an epoch's, which stands in a row
 * with few others; and an epoch's weight hash with its row.
 */
const bytesPer = { step: 8.5, epoch: 40, hash: 90 } as const;

/** queue: what trains and waits now. */
export function budgets({ specs, datasets, pool, queue }: { readonly specs: Specs; readonly datasets: Datasets; readonly pool: Pool; readonly queue: () => QueueView }): (spec: unknown) => AsyncIterable<BudgetEvent> {
  return (raw) => {
    let isLeft = false;
    let stop = (): void => {};
    return workStream<BudgetEvent>(({ kind }) => kind === "budget", async (say) => {
      const accepted = await specs.accept(raw);
      const { dataset } = await datasets.read(accepted.spec.data);
      if (isLeft) return;
      const beside = queue().training.filter(({ state }) => state === "running").length;
      const probing = pool.probe(accepted.spec, dataset, (share, steps) => { say({ kind: "progress", share, steps }); });
      stop = probing.stop;
      const probed = await probing.done;
      say({ kind: "budget", budget: budgetOf(accepted, probed, queue(), beside) });
    }, () => {
      isLeft = true;
      stop();
    });
  };
}

export function budgetOf({ spec, stepsPerEpoch, memoryBytes }: Pick<Accepted, "spec" | "stepsPerEpoch" | "memoryBytes">, { steps, ms, startMs, stepMs, measureMs, perStep, perEpoch, checkpointBytes }: Probed, view: Pick<QueueView, "places" | "memoryBytes" | "remainingMs" | "training" | "waiting" | "freeBytes">, beside: number): Budget {
  const { low, middle, high } = stepMs;
  const epochMs = { low: low * stepsPerEpoch + measureMs, middle: middle * stepsPerEpoch + measureMs, high: high * stepsPerEpoch + measureMs };
  return {
    epochs: spec.train.epochs, seeds: spec.seeds, stepsPerEpoch, startMs, epochMs, memoryBytes, checkpointBytes, checkpoints: keptOf(spec),
    epochBytes: bytesPer.step * perStep * stepsPerEpoch + bytesPer.epoch * perEpoch + bytesPer.hash,
    places: Math.max(1, Math.min(view.places, memoryBytes === 0 ? view.places : Math.floor(view.memoryBytes / memoryBytes))),
    queueMs: view.training.length + view.waiting.length === 0 ? 0 : view.remainingMs, freeBytes: view.freeBytes,
    mayEndEarly: spec.train.earlyStopping !== null, probe: { steps, ms, beside },
  };
}

/** The newest, which in the end is the final one, and the best. */
const keptOf = ({ train: { checkpoints: { best, every } } }: RunSpec): Budget["checkpoints"] => ({ always: 1 + best, every });
