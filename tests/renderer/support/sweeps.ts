/** Sweeps for tests of the interface: a small spec, trials in a line, a workbench that remembers what it was asked. */

import { describeCatalog } from "../../../src-engine/index.ts";
import { checkSweepSpec } from "../../../src-engine/spec/sweep-spec.ts";
import type { Sweep, SweepTrial } from "../../../src-main/contract/sweeps.ts";

export const aSweepSpec = {
  version: 1,
  base: { version: 1, data: { kind: "sample", name: "digits" }, layers: [{ kind: "dense", units: 32 }, { kind: "relu" }, { kind: "dense", units: 10 }], optimizer: { kind: "adam" }, metrics: [{ kind: "accuracy" }], train: { epochs: 9 } },
  axes: { "optimizer.learningRate": {}, "layers.0.units": { from: 8, to: 64 } },
  objective: { metric: "validation/accuracy" }, sampler: { kind: "tpe" }, pruner: { kind: "none" }, trials: 20,
};

export const sweepSpec = checkSweepSpec(aSweepSpec, describeCatalog()).spec!;

export const aSweep = (given: Partial<Sweep> = {}): Sweep => ({
  id: "s-1", experimentId: "e-1", name: "digits", spec: sweepSpec, version: 1, state: "running", phase: "searching", reason: null, parentId: null, isArchived: false, createdMs: 0, endedMs: null,
  counts: { planned: 20, waiting: 0, running: 0, finished: 0, pruned: 0, failed: 0 }, best: null, confirmed: null, epochs: { trained: 0, full: 0 }, remainingMs: null, ...given,
});

/** A trial of `sweepSpec`: its number, what it came to, and where it stood. */
export const aTrial = (number: number, value: number | null, given: Partial<SweepTrial> = {}): SweepTrial => ({
  number, batch: 1, origin: number > 0 ? "sampler" : "hand", version: 1, point: { "optimizer.learningRate": 0.001 * Math.abs(number), "layers.0.units": 8 + Math.abs(number) }, state: value === null ? "running" : "finished", values: value === null ? null : [value],
  repeats: [], curve: { epochs: [], values: [] }, epoch: 0, prunedAt: null, sameAs: null, goesOnFrom: null, confirmed: [], reason: null, runs: [], createdMs: 0, endedMs: null, ...given,
});
