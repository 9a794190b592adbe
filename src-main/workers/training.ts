/** A run-spec and a dataset to a trained network, and saved weights to a measurement. Knows the engine and one shared Int32; posts nothing itself. */

import { captureState, describeCatalog, directions, evaluate, loadCheckpoint, predict, prepare, saveCheckpoint, weightBytes } from "../../src-engine/index.ts";
import type { Dataset, FitEvent, Part, Plan, Prepared } from "../../src-engine/index.ts";
import { StoreError, TrainingError } from "../../src-engine/spec/errors.ts";
import type { RunSpec } from "../contract/nouns.ts";
import { toWire } from "../contract/wire-error.ts";
import { compilePlan, Course } from "./course.ts";
import { bestBy, Keeper, made } from "./keeper.ts";
import type { Candidate, Policy, SavedState } from "./keeper.ts";
import { ProgressLog } from "./progress-log.ts";
import { control, gateAt } from "./protocol.ts";
import type { ChangeAnswer, ChangeWish, CourseWish, Learned, Progress, Trained } from "./protocol.ts";
import { sha256 } from "./read-data.ts";

export interface TrainingPorts {
  /** Monotonic milliseconds. */
  readonly clock: () => number;
  /** Hears at most ten reports a second, and one more before each pause. */
  readonly report: (progress: Progress) => void;
  /** Hears of states to be kept, after what led to them was reported. */
  readonly save: (states: readonly SavedState[]) => void;
  /** The next change that was asked for, once; null where none waits. */
  readonly asked: () => ChangeWish | null;
  readonly changed: (answer: ChangeAnswer) => void;
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

/**
 * Trains until the last epoch, until early stopping ends it, until the course says so, or until `word` says stop; a stop is seen after the step under way.
 * Throws UnfinishedTraining around whatever the engine throws.
 */
export function train(spec: RunSpec, dataset: Dataset, word: Int32Array, ports: TrainingPorts, { start, ahead, until, keeps, gates }: CourseWish = fromBeginning): Trained {
  const { clock, report, after } = ports;
  const log = new ProgressLog(clock, start);
  // Once there are weights: what was learned so far.
  let keep: (() => Learned) | null = null;
  try {
    const course = new Course(spec, dataset, start, ahead, together(clock, word, until));
    const { parts } = course;
    let measuredAt = start?.measuredStep ?? -1;
    const metric = bestBy(checkpointsOf(spec), parts.validation.rows > 0);
    const keeper = new Keeper({ policy: checkpointsOf(spec), better: betterOf(course, metric), clock, best: start?.best ?? [], step: start?.step ?? 0 });
    const state = (value: number | null, isPeriodic: boolean, canGoOn = true): Candidate => {
      const { plan, specText } = course;
      const now = captureState(plan);
      const make = (): Uint8Array => saveCheckpoint(now, { spec: specText, step: String(now.step), epoch: String(now.epoch) }, parts.scaling);
      return { step: plan.step, epoch: plan.epoch, measuredStep: Math.max(0, measuredAt), trainingMs: log.trainingMs, metrics: log.metrics, value, isPeriodic, canGoOn, make, sizeBytes: now.slices.reduce((sum, { view }) => sum + view.byteLength, 0) };
    };
    let canGoOn = true;
    const learned = keep = () => ({ state: made(state(null, false, canGoOn)), weightHash: sha256(weightBytes(course.plan)) });
    for (const note of course.plan.notes) log.note({ ...note, details: {} });
    // The state at the end from which a longer training would go on, where the best weights are about to take its place.
    let last: Candidate | null = null;
    let outcome: Trained["outcome"] = "finished";
    for (const event of course.events()) {
      // Before anything is told of it: who hears of a single step may ask for the next at once.
      if (event.kind === "steps") Atomics.compareExchange(word, 0, control.step, control.pause);
      log.add(event);
      if (event.kind === "epoch") {
        measuredAt = event.step;
        log.hash(event.epoch, sha256(weightBytes(course.plan)));
        if (keeps) keeper.see(event.epoch, event.metrics[metric], (value, isPeriodic) => state(value, isPeriodic));
        if (keeps && restoresSoon(course)) last = state(event.metrics[metric] ?? null, false);
      }
      if (event.kind === "restored") canGoOn = false;
      after(event);
      if (log.isDue()) report(log.take());
      if (event.kind === "epoch" && event.epoch < course.spec.train.epochs && gates.includes(event.epoch)) waitAtGate(word, gateAt(event.epoch), log, report);
      if (keeps && canGoOn && keeper.isDue(log.step, event.kind === "epoch")) {
        report(log.take());
        ports.save(keeper.take(state(null, false)));
      }
      changeAsAsked(course, event, ports);
      const hasArrived = until !== null && course.plan.step >= until.step && course.plan.epoch >= until.epoch;
      // After the last epoch only the best weights are left to come, if any: a stop does not keep them away.
      if ((hasArrived || !goesOn(word, log, course, event, ports, () => { if (keeps) ports.save(keeper.take(state(null, false))); })) && log.epoch < course.spec.train.epochs && event.kind !== "stoppedEarly") {
        outcome = "stopped";
        break;
      }
    }
    // Stopped within an epoch: the newest metrics are of older weights than the ones that are kept.
    if (measuredAt !== log.step) log.measure(log.step, { ...measure("train", course.plan, parts.train, parts), ...measure("validation", course.plan, parts.validation, parts) });
    if (outcome === "finished" && course.spec.train.openTest) log.measure(log.step, measure("test", course.plan, parts.test, parts));
    const states = [...keeper.rest(), ...(canGoOn || last === null ? [] : [made(last)])].filter((one) => !canGoOn || one.step !== log.step || one.isPeriodic || one.value !== null);
    return { outcome, progress: log.take(), states, ...learned() };
  } catch (error) {
    const hasDiverged = error instanceof TrainingError && error.code === "diverged";
    throw new UnfinishedTraining(asTrainingError(error, log.step), log.take(), hasDiverged ? keep?.() ?? null : null);
  }
}

/** A whole training, of which states are kept. */
export const fromBeginning: CourseWish = { start: null, ahead: [], until: null, keeps: true, gates: [] };

/** What a run of an older version, whose spec does not say, is kept by. */
const checkpointsOf = ({ train }: RunSpec): Policy => (train as Partial<RunSpec["train"]>).checkpoints ?? { save: 30, every: 0, best: 1, metric: "" };

/** Which way the metric is better; a loss is better below. */
const betterOf = ({ plan }: Course, metric: string): "higher" | "lower" => directions(plan.model.metrics, describeCatalog())[metric.slice(metric.indexOf("/") + 1)] ?? "lower";

/** Whether the epoch that has just ended is the last, and an earlier one's weights will take its place. */
function restoresSoon({ plan, spec: { train: { epochs, earlyStopping } } }: Course): boolean {
  const { watch } = plan;
  if (earlyStopping?.restoreBest !== true || watch === null || watch.best === null || watch.best.epoch === plan.epoch) return false;
  return plan.epoch >= epochs || watch.waited >= earlyStopping.patience;
}

/** Takes up what was asked for, where a change may be made. */
function changeAsAsked(course: Course, event: FitEvent, { asked, changed }: TrainingPorts): void {
  if (!course.isAtRest(event)) return;
  for (let wish = asked(); wish !== null; wish = asked()) {
    const { ask, spec } = wish;
    const { step, epoch } = course.plan;
    try {
      course.turn(spec);
      changed({ ask, step, epoch, anew: course.anew, refused: null });
    } catch (error) {
      changed({ ask, refused: toWire(error) });
    }
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
  const parts = prepare(dataset, spec, 32);
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

function measure(split: string, plan: Plan, part: Part, { scaling }: Prepared): Record<string, number> {
  if (part.rows === 0) return {};
  return Object.fromEntries(Object.entries(evaluate(plan, part, scaling)).map(([metric, value]) => [`${split}/${metric}`, value]));
}

/** How many steps to run in one call, so that it takes about a millisecond and the word is read often enough: twice as many after a short one, half as many after a long one. One by one while single steps are asked for, and never beyond where the course ends. */
function together(clock: () => number, word: Int32Array, until: CourseWish["until"]): (step: number) => number {
  let steps = 1, asked = -Infinity;
  return (step) => {
    const now = clock(), took = now - asked;
    asked = now;
    if (Atomics.load(word, 0) === control.step) return 1;
    if (took < 0.7) steps = Math.min(2 * steps, 4096);
    else if (took > 2) steps = Math.max(1, steps / 2);
    return until === null ? steps : Math.max(1, Math.min(steps, until.step - step));
  };
}

/** How long a paused training sleeps at most before it looks again: a call to wake up that came just before it fell asleep is then late, not lost. */
const napMs = 50;

/** Reads the word between events; sleeps while it is "pause", after telling and saving all there is, where a change can be made meanwhile: at an epoch's end once that is measured. False means stop. */
function goesOn(word: Int32Array, log: ProgressLog, course: Course, event: FitEvent, ports: TrainingPorts, save: () => void): boolean {
  if (Atomics.load(word, 0) === control.pause && course.isAtRest(event)) {
    ports.report(log.take());
    save();
    log.pause(() => {
      while (Atomics.load(word, 0) === control.pause) {
        changeAsAsked(course, event, ports);
        Atomics.wait(word, 0, control.pause, napMs);
      }
    });
  }
  const said = Atomics.load(word, 0);
  return said !== control.stop && !(said === control.stopAtEpoch && event.kind === "epoch");
}

/** Tells how it stands and sleeps until somebody has judged; a pause or a stop meanwhile is met behind the gate. */
function waitAtGate(word: Int32Array, gate: number, log: ProgressLog, report: TrainingPorts["report"]): void {
  // Closed before anything is told: who hears of it may open it at once.
  Atomics.compareExchange(word, 0, control.run, gate);
  report(log.take());
  log.pause(() => { while (Atomics.load(word, 0) === gate) Atomics.wait(word, 0, gate, napMs); });
}

/** V8 says with a RangeError that a memory or a typed array is beyond what it can give. */
function asTrainingError(error: unknown, step: number): unknown {
  if (!(error instanceof RangeError) || !/allocation failed|array length|out of memory|could not allocate/i.test(error.message)) return error;
  return new TrainingError("outOfMemory", `the memory this network needs could not be had: ${error.message}`, step, "Take fewer units or a smaller train.batchSize.");
}
