/** A run-spec and a dataset to a trained network, and saved weights to a measurement. Knows the engine and one shared Int32; posts nothing itself. */

import { compile, evaluate, fit, loadCheckpoint, predict, prepare, saveCheckpoint, weightBytes } from "../../src-engine/index.ts";
import type { Dataset, FitEvent, Part, Plan, Prepared } from "../../src-engine/index.ts";
import { StoreError, TrainingError } from "../../src-engine/spec/errors.ts";
import type { RunSpec } from "../contract/nouns.ts";
import { ProgressLog } from "./progress-log.ts";
import { control } from "./protocol.ts";
import type { Learned, Progress, Trained } from "./protocol.ts";
import { sha256 } from "./read-data.ts";

export interface TrainingPorts {
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** Hears at most ten reports a second, and one more before each pause. */
  readonly report: (progress: Progress) => void;
  /** Called after each event; where a test plants its trouble. */
  readonly after: (event: FitEvent) => void;
}

/** What went wrong while training, with the points not yet reported and, where the numbers went wrong, the last good weights. */
export class UnfinishedTraining extends Error {
  readonly progress: Progress;
  readonly learned: Learned | null;
  constructor(cause: unknown, progress: Progress, learned: Learned | null) {
    super("training did not finish", { cause });
    this.progress = progress;
    this.learned = learned;
  }
}

/** Trains until the last epoch, until early stopping ends it, or until `word` says stop; a stop is seen after the step under way. Throws UnfinishedTraining around whatever the engine throws. */
export function train(spec: RunSpec, dataset: Dataset, word: Int32Array, { clock, report, after }: TrainingPorts): Trained {
  const log = new ProgressLog(clock);
  // Once there are weights: what was learned so far.
  let keep: (() => Learned) | null = null;
  try {
    const parts = prepare(dataset, spec, 32);
    const plan = compilePlan(spec, dataset, parts.train.rows);
    const learned = keep = () => ({ step: plan.step, checkpoint: saveCheckpoint(plan, { spec: JSON.stringify(spec), step: String(plan.step), epoch: String(plan.epoch) }, parts.scaling), weightHash: sha256(weightBytes(plan)) });
    for (const note of plan.notes) log.note({ ...note, details: {} });
    let measuredAt = -1;
    let outcome: Trained["outcome"] = "finished";
    for (const event of fit(plan, parts.train, { ...spec.train, batchSize: plan.batchSize, together: pace(clock), scaling: parts.scaling, ...(parts.validation.rows > 0 ? { validation: parts.validation } : {}) })) {
      log.add(event);
      if (event.kind === "epoch") {
        measuredAt = event.step;
        log.hash(event.epoch, sha256(weightBytes(plan)));
      }
      after(event);
      if (log.isDue()) report(log.take());
      // After the last epoch only the best weights are left to come, if any: a stop does not keep them away.
      if (!goesOn(word, log, report) && log.epoch < spec.train.epochs && event.kind !== "stoppedEarly") {
        outcome = "stopped";
        break;
      }
    }
    // Stopped within an epoch: the newest metrics are of older weights than the ones that are kept.
    if (measuredAt !== log.step) log.measure(log.step, { ...measure("train", plan, parts.train, parts), ...measure("validation", plan, parts.validation, parts) });
    if (outcome === "finished" && spec.train.openTest) log.measure(log.step, measure("test", plan, parts.test, parts));
    return { outcome, progress: log.take(), ...learned() };
  } catch (error) {
    const hasDiverged = error instanceof TrainingError && error.code === "diverged";
    throw new UnfinishedTraining(asTrainingError(error, log.step), log.take(), hasDiverged ? keep?.() ?? null : null);
  }
}

/** The `test/…` metrics of saved weights: same rows, same scaling, same measures as at the end of training. */
export function openTest(spec: RunSpec, dataset: Dataset, checkpoint: Uint8Array): Readonly<Record<string, number>> {
  const parts = prepare(dataset, spec, 32);
  const plan = compilePlan(spec, dataset, parts.train.rows);
  loadCheckpoint(plan, checkpoint);
  return measure("test", plan, parts.test, parts);
}

/** For each validation row whether saved weights name its class: the largest output, of a single one whether it is above 0. */
export function judgeRows(spec: RunSpec, dataset: Dataset, checkpoint: Uint8Array): Uint8Array {
  const parts = prepare(dataset, spec);
  const plan = compilePlan(spec, dataset, parts.train.rows);
  loadCheckpoint(plan, checkpoint);
  const { rows, x, y } = parts.validation;
  const { width, outputs } = predict(plan, { rows, x });
  if (y.length !== rows || (plan.reading.kind === "sigmoid" && width > 1)) throw new StoreError("noClasses", "this network answers several questions of a row, so no row is simply right or wrong", {}, "Compare the metrics of its seeds instead.");
  return Uint8Array.from({ length: rows }, (_, row) => {
    const own = outputs.subarray(row * width, (row + 1) * width);
    const chosen = width === 1 ? Number(own[0]! > 0) : own.indexOf(own.reduce((most, z) => Math.max(most, z)));
    return Number(chosen === y[row]);
  });
}

function compilePlan(spec: RunSpec, dataset: Dataset, trainRows: number): Plan {
  const { seed, train: { batchSize, accumulate, mode } } = spec;
  return compile({ ...spec, input: dataset.shape }, { batchSize: Math.min(batchSize, trainRows), seed, mode, accumulates: accumulate > 1 });
}

function measure(split: string, plan: Plan, part: Part, { scaling }: Prepared): Record<string, number> {
  if (part.rows === 0) return {};
  return Object.fromEntries(Object.entries(evaluate(plan, part, scaling)).map(([metric, value]) => [`${split}/${metric}`, value]));
}

/** How many steps to run in one call, so that it takes about a millisecond and the word is read often enough: twice as many after a short one, half as many after a long one. */
function pace(clock: () => number): () => number {
  let steps = 1, asked = -Infinity;
  return () => {
    const now = clock(), took = now - asked;
    asked = now;
    if (took < 0.7) steps = Math.min(2 * steps, 4096);
    else if (took > 2) steps = Math.max(1, steps / 2);
    return steps;
  };
}

/** Reads the word between events; sleeps while it is "pause", after telling all there is to tell. False means stop. */
function goesOn(word: Int32Array, log: ProgressLog, report: (progress: Progress) => void): boolean {
  if (Atomics.load(word, 0) === control.pause) {
    report(log.take());
    log.pause(() => { while (Atomics.load(word, 0) === control.pause) Atomics.wait(word, 0, control.pause); });
  }
  return Atomics.load(word, 0) !== control.stop;
}

/** V8 says with a RangeError that a memory or a typed array is beyond what it can give. */
function asTrainingError(error: unknown, step: number): unknown {
  if (!(error instanceof RangeError) || !/allocation failed|array length|out of memory|could not allocate/i.test(error.message)) return error;
  return new TrainingError("outOfMemory", `the memory this network needs could not be had: ${error.message}`, step, "Take fewer units or a smaller train.batchSize.");
}
