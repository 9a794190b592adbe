/** Small runs and series for tests of the face: complete nouns, with what a test cares about laid over. */

import type { Run, RunSpec } from "../../../src-main/contract/nouns.ts";

export const aSpec: RunSpec = {
  version: 1, name: "digits", seed: 1, seeds: 1, data: { kind: "sample", name: "digits" }, split: { kind: "stratified", validation: 0.15, test: 0.15, seed: 1 }, scaling: { kind: "standard" },
  layers: [{ kind: "dense", units: 10 }], regularizer: { kind: "none" }, loss: { kind: "softmaxCrossEntropy" }, optimizer: { kind: "adam", learningRate: 0.003 }, schedule: { kind: "constant" },
  metrics: [{ kind: "accuracy" }], augment: [],
  train: { epochs: 10, batchSize: 32, accumulate: 1, balanced: false, dropLast: false, clipNorm: null, clipSliceNorm: null, clipValue: null, earlyStopping: null, mode: "exact", recordEvery: 0, checkpoints: { save: 30, every: 0, best: 1, metric: "" }, openTest: false },
};

export function aRun(given: Partial<Run> = {}): Run {
  return {
    id: "r-1", experimentId: "e-1", groupId: "g-1", colour: 1, name: "digits", spec: aSpec, foreign: null, state: "running", reason: null,
    data: { name: "digits", hash: "ab", rows: { train: 100, validation: 20, test: 20 }, shape: [8, 8, 1], classes: ["0", "1"] }, layers: [], parameters: 650,
    createdMs: 1, startedMs: 2, endedMs: null, trainingMs: 0, epoch: 0, epochs: 10, step: 0, steps: 40, metrics: {}, weightHash: null, priority: 0, place: null, notes: [], testOpenings: 0, tags: [], isPinned: false, isArchived: false, isBaseline: false, trashedMs: null, history: [], parentId: null, sweep: null, replay: null, alerts: [], diagnosis: null, engine: { version: "0.1.0", executor: "reference-32" },
    ...given,
  };
}

export const columns = (steps: readonly number[], values: readonly number[]) => ({ steps: Float64Array.from(steps), values: Float64Array.from(values) });
