/**
 * The one place that knows how Descent's executors are chosen and what `fit` tells: who adds an executor, a mode or another kind of event changes this file and
 * nothing else of the benchmark.
 */

import { compile, fit, loadNative, useNative } from "../../../src-engine/node.ts";
import type { CompileOptions, FitEvent, FitOptions, Model, Part, Plan } from "../../../src-engine/node.ts";
import type { Letter } from "../workloads.ts";

export interface OwnExecutor {
  readonly name: string;
  /** What `compile` is told beside batch and seed. */
  readonly options: Pick<CompileOptions, "executor" | "mode"> & { readonly executor: NonNullable<CompileOptions["executor"]> };
  /** Workloads it is measured on; all where absent. */
  readonly only?: readonly Letter[];
}

export const executors: readonly OwnExecutor[] = [
  // The definition of right takes minutes for a few steps of the larger ones.
  { name: "reference", options: { executor: "reference" }, only: ["A", "B", "C"] },
  { name: "wasm exact", options: { executor: "wasm", mode: "exact" } },
  { name: "wasm fast", options: { executor: "wasm", mode: "fast" } },
  { name: "native exact", options: { executor: "native", mode: "exact" } },
  { name: "native fast", options: { executor: "native", mode: "fast" } },
];

/** In this thread; on the main thread before any worker. */
useNative(loadNative());

export function optionsOf(name: string): OwnExecutor["options"] {
  const found = executors.find((one) => one.name === name);
  if (found === undefined) throw new Error(`no executor is called ${name}; there are ${executors.map((one) => one.name).join(", ")}`);
  return found.options;
}

/** Compiles for an executor. Throws where this machine has it not, also where the engine took another one instead. */
export function compileFor(name: string, model: Model, batchSize: number): Plan {
  const options = optionsOf(name);
  const plan = compile(model, { ...options, batchSize, seed: 1 });
  if (plan.executor !== options.executor) throw new Error(`the engine took ${plan.executor} instead of ${options.executor}`);
  return plan;
}

/** Training without an end, an epoch's order at a time, as many steps together as take about a millisecond. */
export const train = (plan: Plan, part: Part, order: FitOptions["order"] & {}): Generator<FitEvent, void, void> => fit(plan, part, { epochs: 1e9, dropLast: true, together: pace(), order });

/** What an event says about steps: their data losses in order; null for an event of another kind, whose making was no step. */
export function lossesOf(event: FitEvent): ArrayLike<number> | null {
  switch (event.kind) {
    case "step": return [event.dataLoss];
    case "steps": return event.dataLoss;
    default: return null;
  }
}

/** How many steps to take together, asked before each time: twice as many while that took under half a millisecond, half as many when it took over two. */
function pace(): () => number {
  let steps = 1, asked = performance.now();
  return () => {
    const now = performance.now(), took = now - asked;
    asked = now;
    if (took < 0.5) steps = Math.min(2 * steps, 4096);
    else if (took > 2) steps = Math.max(1, steps >> 1);
    return steps;
  };
}
