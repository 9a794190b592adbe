/** Many runs that were never trained, put into a store: groups of five seeds, four optimizers, rates and units in turn, metrics made from the run's number. */

import { rng } from "../../src-engine/rng.ts";
import type { RunSpec } from "../../src-main/contract/nouns.ts";
import type { Store } from "../../src-main/store/open.ts";
import { newRun } from "./project.ts";

const optimizers = ["adam", "sgd", "momentum", "adamw"] as const;
const states = ["finished", "finished", "finished", "failed", "stopped"] as const;

/** A complete spec as the catalogue would fill it, some fields in turn. */
export function specOf(i: number): RunSpec {
  return {
    version: 1, name: `digits · ${optimizers[i % 4]!} ${i}`, seed: (i % 5) + 1, seeds: 1, data: { kind: "sample", name: "digits" }, split: { kind: "stratified", validation: 0.15, test: 0.15, seed: 1 }, scaling: { kind: "standard" },
    layers: [
      { kind: "dense", units: 8 * 2 ** (i % 6), init: { kind: "heNormal" }, bias: true }, { kind: "batchNorm", momentum: 0.9, epsilon: 1e-5 }, { kind: "relu" }, { kind: "dropout", keepProb: 0.5 + (i % 5) / 10 },
      { kind: "dense", units: 10, init: { kind: "glorotNormal" }, bias: true },
    ],
    regularizer: i % 3 === 0 ? { kind: "l2", lambda: 10 ** -(1 + (i % 4)) } : { kind: "none" }, loss: { kind: "softmaxCrossEntropy", labelSmoothing: 0 },
    optimizer: { kind: optimizers[i % 4]!, learningRate: 10 ** -(1 + (i % 4)), ...(i % 4 === 0 ? { beta1: 0.9, beta2: 0.999, epsilon: 1e-8 } : {}) }, schedule: { kind: "constant" },
    metrics: [{ kind: "accuracy" }], train: { epochs: 10 * (1 + (i % 3)), batchSize: 32, openTest: false },
  } as unknown as RunSpec;
}

/** Puts `count` runs into the store; the last of every hundred has diverged to NaN, the last but one to infinity. */
export function fillRuns(store: Store, count: number): void {
  const chance = rng(7).stream("metrics");
  const experiments = ["Dropout or L2 on digits?", "Which optimizer, and how fast?"].map((name) => store.experiments.add({ name, question: name, createdMs: 1_700_000_000_000 }).id);
  for (let from = 0; from < count; from += 5) {
    const made = store.runs.addGroup(Array.from({ length: Math.min(5, count - from) }, (_, j) => {
      const spec = specOf(from + j);
      return newRun(store, {
        experimentId: experiments[from % 2]!, name: spec.name, spec, epochs: spec.train.epochs, steps: spec.train.epochs * 40, parameters: 650 + ((from + j) % 7) * 10, createdMs: 1_700_000_000_000 + (from + j) * 60_000,
        data: { name: "digits", hash: "ab".repeat(32), rows: { train: 1257, validation: 270, test: 270 }, shape: [8, 8, 1], classes: ["0", "1"] },
      });
    }));
    made.forEach(({ run }, j) => {
      const i = from + j;
      const loss = i % 100 === 99 ? NaN : i % 100 === 98 ? Infinity : 0.05 + chance.uniform();
      const metrics: Record<string, number> = { "train/loss": loss / 2, "train/accuracy": 0.9 + chance.uniform() / 10, "validation/loss": loss, ...(i % 10 === 7 ? {} : { "validation/accuracy": 0.8 + chance.uniform() / 5 }) };
      const state = states[i % 5]!;
      const reason = state === "failed" ? { code: "diverged", message: "loss became NaN at step 412", hint: "Try a smaller learning rate.", step: 412 } : null;
      store.runs.end(run.id, { epoch: state === "finished" ? run.epochs : 3, step: 40, trainingMs: 1000 + i, metrics, series: [], state, reason, endedMs: run.createdMs + 5000, weightHash: null, checkpoint: null, notes: [], hashes: [] });
    });
  }
}
