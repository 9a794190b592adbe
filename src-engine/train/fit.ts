/** Training as a generator of events: the caller owns the loop. Pausing is not asking for the next event, stopping is `break`. */

import { balance, stepsPerEpoch, visitedRows } from "../data/batches.ts";
import type { Part } from "../data/prepare.ts";
import type { Scaling } from "../data/scaling.ts";
import { watchProblems } from "../plan/against-data.ts";
import type { Best, Clipping, Plan } from "../plan/plan.ts";
import { watchedBy } from "../plan/schedule.ts";
import type { Stretch } from "../plan/plan.ts";
import { firstTrouble } from "../plan/trouble.ts";
import { SpecError, TrainingError } from "../spec/errors.ts";
import { problem } from "../spec/param.ts";
import { Backup } from "./backup.ts";
import { checkPart } from "./check-part.ts";
import { watcher } from "./early-stopping.ts";
import type { EarlyStopping } from "./early-stopping.ts";
import { evaluate } from "./evaluate.ts";
import { recorder } from "./records.ts";
import type { LayerRecord, Recorder } from "./records.ts";

/** What `fit` tells, in the order in which it happens. Steps and epochs count from 1; 0 is the untrained network. */
export type FitEvent =
  /** Measured in evaluation mode after the epoch's last step; epoch 0 at step 0 is the untrained network. Metrics are named split/metric. */
  | { readonly kind: "epoch"; readonly epoch: number; readonly step: number; readonly metrics: Record<string, number> }
  /** One update: loss (data loss + penalty), its parts and the gradient's norm from before it and before any clipping, the weights from after it. */
  | { readonly kind: "step"; readonly step: number; readonly epoch: number; readonly loss: number; readonly dataLoss: number; readonly penalty: number; readonly learningRate: number; readonly gradientNorm: number }
  /** Several updates, where `together` asks for them: of the steps `from` … `step` the numbers that the event `step` tells of one. */
  | { readonly kind: "steps"; readonly from: number; readonly step: number; readonly epoch: number; readonly loss: Float64Array; readonly dataLoss: Float64Array; readonly penalty: Float64Array; readonly learningRate: Float64Array; readonly gradientNorm: Float64Array }
  /** What every layer looked like after the step of the same number, whose event comes just before; at step 0 without gradients. */
  | { readonly kind: "record"; readonly epoch: number; readonly step: number; readonly layers: readonly LayerRecord[] }
  /** Early stopping ended training after this epoch; `best` is the epoch it had waited since. */
  | { readonly kind: "stoppedEarly"; readonly epoch: number; readonly step: number; readonly best: Best }
  /** The last event where the best epoch's numbers were put back: the plan is now as it was at the end of that epoch, and `best.metrics` are its metrics. */
  | { readonly kind: "restored"; readonly epoch: number; readonly step: number; readonly best: Best };

/** A run-spec's `train` may be handed in as it is. */
export interface FitOptions extends Clipping {
  /** Epochs in all: a plan that has completed 3 of 5 is trained for 2 more. */
  readonly epochs: number;
  /** Rows per batch, at most the plan's; the plan's where absent. The last batch of an epoch takes what is left. */
  readonly batchSize?: number;
  /** Batches per step, 1 where absent; an epoch's last step takes what is left. Above 1 the plan must have been compiled with `accumulates`. */
  readonly accumulate?: number;
  /** Leave out a last batch that is short. */
  readonly dropLast?: boolean;
  /** Draw every class equally often. Needs labels. */
  readonly balanced?: boolean;
  readonly earlyStopping?: EarlyStopping | null;
  /** A record of every layer after step 1 and every so many steps from there, and of the untrained network; none where 0 or absent. */
  readonly recordEvery?: number;
  readonly validation?: Part;
  /** Fitted scaling, from which metrics in the target's own unit are made. */
  readonly scaling?: Scaling;
  /**
   * Most steps that are run and told together, in events `steps` in place of an event `step` for each: a number, or a function that is asked each time.
   * The numbers are the same; an epoch's end and a record end such an event. Absent: each step by itself, as `step`.
   */
  readonly together?: number | (() => number);
  /** Row order of an epoch, in place of the drawn one; null leaves that epoch to the stream "shuffle". */
  readonly order?: (epoch: number) => Int32Array | null;
}

/**
 * Trains until `epochs` are completed, or early stopping ends it. Each epoch visits the training rows in an order drawn anew from the stream "shuffle";
 * steps and epochs count from 1. A plan that has not been trained yields epoch 0 first.
 *
 * Between two events the plan is at rest and may be saved. A loop that is left anywhere, also within an epoch, and begun again later with the same options,
 * by this plan or by one that was loaded from a checkpoint, goes on as if it had not been left: bit for bit.
 *
 * Throws SpecError for rows or options that do not fit the plan, and TrainingError ("diverged") at the first step in which a number is not finite: loss,
 * gradient, or a parameter after its update. It comes after that step's event and names the first slice with such a number. The plan is then left with the
 * weights, statistics and vectors from before that step.
 */
export function* fit(plan: Plan, train: Part, options: FitOptions): Generator<FitEvent, void, void> {
  const { epochs, batchSize = plan.batchSize, accumulate = 1, dropLast = false, balanced = false, earlyStopping = null, recordEvery = 0, validation, scaling, order, together } = options;
  checkOptions(plan, train, options);
  plan.setLength({ epochs, stepsPerEpoch: stepsPerEpoch(train.rows, { batchSize, accumulate, dropLast }) });
  plan.hold(train);
  if (validation !== undefined) plan.hold(validation);
  const stopping = earlyStopping === null ? null : watcher(plan, earlyStopping, validation !== undefined);
  const measure = (): Record<string, number> => ({
    ...named("train", evaluate(plan, train, scaling)),
    ...(validation === undefined ? {} : named("validation", evaluate(plan, validation, scaling))),
  });
  const records = recordEvery === 0 ? null : recorder(plan, validation ?? train);
  const backup = new Backup(plan);
  const rows = plan.order(train.rows);
  let last: LastStep | null = null;

  if (plan.step === 0) {
    yield { kind: "epoch", epoch: 0, step: 0, metrics: measure() };
    if (records !== null) yield { kind: "record", epoch: 0, step: 0, layers: records.after() };
  }
  while (plan.epoch < epochs && stopping?.isOver !== true) {
    const epoch = plan.epoch + 1;
    const given = order?.(epoch) ?? null;
    const visited = given === null ? drawn(rows, plan, balanced ? train.y : null) : imposed(given, plan.order(given.length), train.rows);
    const until = visitedRows(visited.length, { batchSize, dropLast });
    /** Whether a stretch has met a number that is not finite: then steps go one by one, to find where. */
    let isSearching = false;
    const isTold = (): boolean => records !== null && plan.step % recordEvery === 0;
    while (plan.visited < until) {
      if (accumulate === 1 && !isSearching && !isTold()) {
        backup.takeIfDue();
        const begun = plan.step, left = until - plan.visited, m = Math.min(batchSize, left);
        const most = Math.min(Math.max(1, Math.floor(left / batchSize)), records === null ? Infinity : recordEvery - (begun % recordEvery));
        const stretch = plan.stretch(train, visited, plan.visited, m, Math.max(1, Math.min(most, Math.floor(typeof together === "function" ? together() : together ?? 1))), options);
        if (stretch !== null && stretch.isWhole && plan.isFinite()) {
          plan.visited += stretch.steps * m;
          last = { step: plan.step, norm: stretch.gradientNorm.at(-1)! };
          yield eventOf(stretch, plan.step, epoch, together);
          continue;
        }
        if (stretch !== null) {
          // The steps before it are taken again, as they were told already; what follows one by one.
          backup.put();
          while (plan.step < begun) {
            const again = one(plan, train, visited, until, options);
            last = { step: plan.step, norm: again.stretch.gradientNorm[0]! };
          }
          isSearching = true;
        }
      }
      backup.take();
      const isRecorded = isTold();
      const { m, stretch, trouble } = one(plan, train, visited, until, options, isRecorded ? records! : null);
      if (trouble !== null) {
        const where = firstTrouble(plan, m);
        backup.put();
        const step = plan.step + 1;
        yield eventOf(stretch, step, epoch, together);
        throw diverged(trouble, where, step, epoch, trouble === parameterTrouble ? { step, norm: stretch.gradientNorm[0]! } : last, options);
      }
      last = { step: plan.step, norm: stretch.gradientNorm[0]! };
      yield eventOf(stretch, plan.step, epoch, together);
      if (isRecorded) yield { kind: "record", epoch, step: plan.step, layers: records!.after() };
    }
    const metrics = measure();
    const odd = Object.entries(metrics).find(([name, value]) => name.endsWith("/loss") && !Number.isFinite(value));
    if (odd === undefined) {
      plan.epoch = epoch;
      plan.visited = 0;
      plan.report(metrics);
      stopping?.judge(metrics);
    }
    yield { kind: "epoch", epoch, step: plan.step, metrics };
    if (odd !== undefined) throw diverged(`${odd[0]} became ${odd[1]}`, null, plan.step, epoch, last, options);
  }
  if (stopping === null || stopping.best === null) return;
  const { best } = stopping;
  if (stopping.isOver) yield { kind: "stoppedEarly", epoch: plan.epoch, step: plan.step, best };
  if (stopping.restore()) yield { kind: "restored", epoch: plan.epoch, step: plan.step, best };
}

interface LastStep { readonly step: number; readonly norm: number }

const parameterTrouble = "a parameter is no longer a finite number";

/** One step by itself, looked at from all sides; what is not finite, in words, or null. A step whose gradient is not finite updates nothing. Returns the rows of its last batch, too. */
function one(plan: Plan, train: Part, order: Int32Array, until: number, options: FitOptions, records: Recorder | null = null): { readonly m: number; readonly stretch: Stretch; readonly trouble: string | null } {
  const { batchSize = plan.batchSize, accumulate = 1 } = options;
  const to = Math.min(plan.visited + batchSize * accumulate, until);
  const m = gradientOf(plan, train, order, plan.visited, to, batchSize);
  const norm = plan.gradientNorm(), rate = plan.learningRate(), loss = plan.totalLoss;
  const alone = (x: number): Float64Array => Float64Array.of(x);
  const stretch: Stretch = { steps: 1, isWhole: true, loss: alone(loss), dataLoss: alone(plan.dataLoss), penalty: alone(plan.penalty), learningRate: alone(rate), gradientNorm: alone(norm) };
  if (!Number.isFinite(loss)) return { m, stretch, trouble: `loss became ${loss}` };
  if (!Number.isFinite(norm)) return { m, stretch, trouble: `the gradient's norm became ${norm}` };
  plan.clip(options);
  records?.before(m);
  plan.update(rate);
  plan.visited = to;
  return { m, stretch, trouble: plan.isFinite() ? null : parameterTrouble };
}

/** The steps up to `step` as events tell them. */
function eventOf({ steps, loss, dataLoss, penalty, learningRate, gradientNorm }: Stretch, step: number, epoch: number, together: FitOptions["together"]): FitEvent {
  if (together !== undefined) return { kind: "steps", from: step - steps + 1, step, epoch, loss, dataLoss, penalty, learningRate, gradientNorm };
  return { kind: "step", step, epoch, loss: loss[0]!, dataLoss: dataLoss[0]!, penalty: penalty[0]!, learningRate: learningRate[0]!, gradientNorm: gradientNorm[0]! };
}

/** The gradient of the rows [from, to) of an order, in one batch or in several whose mean it is; returns the rows of the last batch that was run. */
function gradientOf(plan: Plan, train: Part, order: Int32Array, from: number, to: number, batchSize: number): number {
  const isOne = to - from <= batchSize;
  let m = 0;
  for (let at = from; at < to; at += batchSize) {
    m = plan.gather(train, order, at, Math.min(at + batchSize, to));
    plan.augment(m);
    if (isOne) plan.gradient(m, "train");
    // Where a batch has gone wrong the next one would cover its traces.
    else if (!Number.isFinite(plan.accumulate(m, at === from))) break;
  }
  if (!isOne) plan.gathered(to - from);
  return m;
}

/** A fresh order, from the rows in sequence, so that it depends on nothing but where the stream stood; within an epoch the order that was drawn for it. */
function drawn(rows: Int32Array, plan: Plan, labels: ArrayLike<number> | null): Int32Array {
  const stream = plan.streams.get("shuffle")!;
  if (plan.visited === 0) plan.orderFrom = stream.counter;
  else stream.counter = plan.orderFrom;
  if (labels !== null) balance(rows, labels, stream);
  else plan.shuffle(rows);
  return rows;
}

/** An order from outside, copied to where programs read it, once its row numbers are known to exist. */
function imposed(order: Int32Array, to: Int32Array, rows: number): Int32Array {
  for (let i = 0; i < order.length; i++) {
    const row = order[i]!;
    // As a number without a sign a negative one is larger than all of them.
    if (row >>> 0 >= rows) throw new RangeError(`an order of ${rows} training rows holds row numbers in [0, ${rows}); got ${row}`);
  }
  to.set(order);
  return to;
}

const named = (split: string, metrics: Record<string, number>): Record<string, number> => Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`${split}/${name}`, value]));

function diverged(what: string, where: string | null, step: number, epoch: number, last: LastStep | null, { clipNorm = null }: FitOptions): TrainingError {
  const first = where === null ? "" : `, first in ${where}`;
  const before = last === null ? "" : `; the gradient norm was ${Number(last.norm.toPrecision(3))} at step ${last.step}`;
  const clip = clipNorm === null ? "train.clipNorm: 1, " : "";
  return new TrainingError("diverged", `${what} at step ${step} (epoch ${epoch})${first}${before}`, step, `Try ${clip}a smaller learningRate, or look for very large numbers in the data.`);
}

function checkOptions(plan: Plan, train: Part, { batchSize = plan.batchSize, accumulate = 1, balanced = false, validation }: FitOptions): void {
  checkPart(plan, train, "train");
  if (validation !== undefined) checkPart(plan, validation, "validation");
  if (train.rows < 1) throw new SpecError([problem("split", "badSplit", "leaves no row to train on", { why: "noTrainRows" })]);
  if (!Number.isSafeInteger(batchSize) || batchSize < 1 || batchSize > plan.batchSize) {
    throw new SpecError([problem("train.batchSize", "outOfInterval", `must be a whole number in [1, ${plan.batchSize}], the rows this plan was compiled for; got ${batchSize}`, { got: String(batchSize), interval: `[1, ${plan.batchSize}]` })]);
  }
  if (!Number.isSafeInteger(accumulate) || accumulate < 1) throw new SpecError([problem("train.accumulate", "outOfInterval", `must be a whole number in [1, ∞); got ${accumulate}`, { got: String(accumulate), interval: "[1, ∞)" })]);
  if (accumulate > 1 && !plan.accumulates) throw new RangeError("a plan that is to accumulate gradients is compiled with accumulates: true");
  const watched = watchedBy(plan.model.schedule);
  const problems = watched === null ? [] : watchProblems(watched.metric, plan.model.metrics, validation !== undefined, watched.path);
  if (problems.length > 0) throw new SpecError(problems);
  if (balanced && (plan.labels === null || plan.targetWidth > 1)) throw new SpecError([problem("train.balanced", "badTarget", `needs one class label a row; the targets of the loss ${plan.model.loss.kind} are none`, { why: "balancedLoss", loss: plan.model.loss.kind }, false)]);
}
