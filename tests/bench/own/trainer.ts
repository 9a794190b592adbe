/** Descent as a contestant: trains a task through `compile` and `fit`, as the product does. The clock runs for steps only, not while an epoch's end is measured. */

import type { FitEvent, Part } from "../../../src-engine/index.ts";
import type { Chunk } from "../lines.ts";
import { orderIn, singlesIn, taskIn } from "../task.ts";
import { withoutDropout, workloads } from "../workloads.ts";
import { compileFor, lossesOf, train } from "./executors.ts";

export interface Trainer {
  losses(steps: number): number[];
  chunk(seconds: number, fresh: boolean): Chunk;
}

export function trainer(folder: string, executor: string): Trainer {
  const task = taskIn(folder), order = orderIn(folder), weights = singlesIn(folder, "weights.f32", (count) => new Float32Array(count));
  const workload = workloads.find(({ letter }) => letter === task.letter)!;
  const part: Part = { rows: task.rows, x: singlesIn(folder, "x.f32", (count) => new Float32Array(count)), y: singlesIn(folder, "y.f32", (count) => new Float64Array(count)) };
  const orderOf = (epoch: number): Int32Array => { const at = (epoch - 1) % task.epochs; return order.subarray(at * task.rows, (at + 1) * task.rows); };
  let events: Generator<FitEvent, void, void> | null = null;

  const start = (model = workload.model): Generator<FitEvent, void, void> => {
    const plan = compileFor(executor, model, workload.batchSize);
    let at = 0;
    for (const { role, view } of plan.slices) {
      if (role !== "param") continue;
      view.set(weights.subarray(at, at + view.length));
      at += view.length;
    }
    return train(plan, part, orderOf);
  };
  const next = (from: Generator<FitEvent, void, void>): FitEvent => from.next().value!;

  return {
    losses(steps) {
      const from = start(withoutDropout(workload.model));
      const found: number[] = [];
      while (found.length < steps) found.push(...Array.from(lossesOf(next(from)) ?? []));
      return found.slice(0, steps);
    },
    chunk(seconds, fresh) {
      if (fresh || events === null) {
        events = start();
        // The untrained network is measured before the first step.
        next(events);
      }
      let steps = 0, ms = 0, loss = NaN;
      while (ms < 1000 * seconds) {
        const mark = performance.now();
        const losses = lossesOf(next(events));
        // What came was no step but an epoch's measurement.
        if (losses === null) continue;
        ms += performance.now() - mark;
        steps += losses.length;
        loss = losses[losses.length - 1]!;
      }
      return { steps, ms, loss };
    },
  };
}
