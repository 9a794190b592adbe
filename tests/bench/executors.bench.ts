/**
 * Steps per second of the reference and of WebAssembly, in one run: workloads A, B and C on generated data, gathering included. The two take turns, a slice of
 * time each, so that a busy machine slows both. Prints medians, best slices and ratios.
 */

import { test } from "vitest";
import { adam, compile, dense, mse, relu, rng, sgd, softmaxCrossEntropy, tanh } from "../../src-engine/index.ts";
import type { Executor, Model, Part } from "../../src-engine/index.ts";

interface Workload { readonly name: string; readonly model: Model; readonly batchSize: number; readonly classes: number | null }

const workloads: readonly Workload[] = [
  { name: "A  2-8-8-1 tanh, 10 rows, SGD", batchSize: 10, classes: null, model: { input: [2], layers: [dense({ units: 8 }), tanh(), dense({ units: 8 }), tanh(), dense({ units: 1 })], loss: mse(), optimizer: sgd({ learningRate: 0.01 }) } },
  { name: "B  30-64-64-2 relu, 64 rows, Adam", batchSize: 64, classes: 2, model: { input: [30], layers: [dense({ units: 64 }), relu(), dense({ units: 64 }), relu(), dense({ units: 2 })], loss: softmaxCrossEntropy(), optimizer: adam() } },
  { name: "C  784-128-64-10 relu, 64 rows, Adam", batchSize: 64, classes: 10, model: { input: [784], layers: [dense({ units: 128 }), relu(), dense({ units: 64 }), relu(), dense({ units: 10 })], loss: softmaxCrossEntropy(), optimizer: adam() } },
];
const sliceMs = 250, slices = 9;

/** 2048 rows; labels, or for A numbers, that are no function of them: nothing converges, and no product becomes subnormal. */
function rowsOf({ model, classes }: Workload): Part {
  const stream = rng(1).stream("rows");
  const rows = 2048;
  const x = Float64Array.from({ length: rows * model.input[0]! }, () => stream.normal());
  return { rows, x, y: Float64Array.from({ length: rows }, () => (classes === null ? stream.normal() : stream.below(classes))) };
}

/** A function that trains for a slice of time and says how many steps a second that were. */
function trainer({ model, batchSize }: Workload, part: Part, executor: Executor): () => number {
  const plan = compile(model, { batchSize, seed: 1, executor });
  let from = 0;
  return () => {
    const started = performance.now();
    let steps = 0, elapsed = 0;
    while (elapsed < sliceMs) {
      // Some steps between two looks at the clock.
      for (let i = 0; i < 8; i++) {
        const m = plan.gather(part, null, from, from + batchSize);
        plan.gradient(m, "train");
        plan.gradientNorm();
        plan.update(plan.learningRate());
        from = from + 2 * batchSize > part.rows ? 0 : from + batchSize;
      }
      steps += 8;
      elapsed = performance.now() - started;
    }
    return (1000 * steps) / elapsed;
  };
}

const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]!;

test.each(workloads)("$name", (workload) => {
  const part = rowsOf(workload);
  const [slow, fast] = [trainer(workload, part, "reference"), trainer(workload, part, "wasm")];
  for (const warm of [slow, fast, slow, fast]) warm();
  const rounds = Array.from({ length: slices }, () => [slow(), fast()] as const);
  const [reference, wasm] = [rounds.map(([r]) => r), rounds.map(([, w]) => w)];
  const told = (values: readonly number[]) => `${Math.round(median(values))} steps/s (best ${Math.round(Math.max(...values))})`;
  console.log(`${workload.name}: reference ${told(reference)}, wasm ${told(wasm)}: ${median(rounds.map(([r, w]) => w / r)).toFixed(2)} ×`);
}, 60_000);
