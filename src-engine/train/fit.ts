/** Training as a generator of events: the caller owns the loop. Pausing is not asking for the next event, stopping is `break`. */

import { shuffle } from "../data/batches.ts";
import { widthOf } from "../data/dataset.ts";
import type { Part } from "../data/prepare.ts";
import type { Scaling } from "../data/scaling.ts";
import type { Plan } from "../plan/plan.ts";
import { SpecError, TrainingError } from "../spec/errors.ts";
import { problem } from "../spec/param.ts";
import { evaluate } from "./evaluate.ts";

export type FitEvent =
  /** Measured in evaluation mode after the epoch's last step; epoch 0 at step 0 is the untrained network. Metrics are named split/metric. */
  | { readonly kind: "epoch"; readonly epoch: number; readonly step: number; readonly metrics: Record<string, number> }
  /** One update: loss (data loss + penalty), its parts and the gradient's norm from before it, the weights from after it. */
  | { readonly kind: "step"; readonly step: number; readonly epoch: number; readonly loss: number; readonly dataLoss: number; readonly penalty: number; readonly learningRate: number; readonly gradientNorm: number };

export interface FitOptions {
  /** Epochs in all: a plan that has completed 3 of 5 is trained for 2 more. */
  readonly epochs: number;
  /** Rows per step, at most the plan's; the plan's where absent. The last batch of an epoch takes what is left. */
  readonly batchSize?: number;
  readonly validation?: Part;
  /** Fitted scaling, from which metrics in the target's own unit are made. */
  readonly scaling?: Scaling;
  /** Row order of an epoch, in place of the drawn one; null leaves that epoch to the stream "shuffle". */
  readonly order?: (epoch: number) => Int32Array | null;
}

/**
 * Trains until `epochs` are completed. Each epoch visits the training rows in an order drawn anew from the stream "shuffle"; steps and epochs count from 1.
 * A plan that has not been trained yields epoch 0 first. Between two events the plan is at rest and may be saved. A loop that is left within an epoch
 * and begun again later visits the rows of that epoch anew, in another order; left at an epoch's end, it goes on as if it had not been left.
 *
 * Throws SpecError for rows that do not fit the plan, and TrainingError ("diverged") at the first loss or gradient that is not finite — after its step's
 * event, and before the update, so that the plan keeps its last finite weights — or when an epoch ends with weights or a loss that are not.
 */
export function* fit(plan: Plan, train: Part, { epochs, batchSize = plan.batchSize, validation, scaling, order }: FitOptions): Generator<FitEvent, void, void> {
  checkPart(plan, train, "train");
  if (validation !== undefined) checkPart(plan, validation, "validation");
  if (train.rows < 1) throw new SpecError([problem("split", "badSplit", "leaves no row to train on", {})]);
  if (!Number.isSafeInteger(batchSize) || batchSize < 1 || batchSize > plan.batchSize) {
    throw new SpecError([problem("train.batchSize", "outOfInterval", `must be a whole number in [1, ${plan.batchSize}], the rows this plan was compiled for; got ${batchSize}`, { got: String(batchSize), interval: `[1, ${plan.batchSize}]` })]);
  }
  const measure = (): Record<string, number> => ({
    ...named("train", evaluate(plan, train, scaling)),
    ...(validation === undefined ? {} : named("validation", evaluate(plan, validation, scaling))),
  });
  const rows = new Int32Array(train.rows);
  let last: { readonly step: number; readonly norm: number } | null = null;

  if (plan.step === 0) yield { kind: "epoch", epoch: 0, step: 0, metrics: measure() };
  while (plan.epoch < epochs) {
    const epoch = plan.epoch + 1;
    const visited = imposed(order?.(epoch) ?? null, train.rows) ?? drawn(rows, plan);
    for (let from = 0; from < visited.length; from += batchSize) {
      const m = plan.gather(train, visited, from, Math.min(from + batchSize, visited.length));
      const loss = plan.gradient(m, "train");
      const gradientNorm = plan.gradientNorm();
      const learningRate = plan.learningRate();
      const event = { kind: "step", step: plan.step + 1, epoch, loss, dataLoss: plan.dataLoss, penalty: plan.penalty, learningRate, gradientNorm } as const;
      if (!Number.isFinite(loss) || !Number.isFinite(gradientNorm)) {
        yield event;
        throw diverged(Number.isFinite(loss) ? `the gradient's norm became ${gradientNorm}` : `loss became ${loss}`, event.step, epoch, last);
      }
      plan.update(learningRate);
      last = { step: event.step, norm: gradientNorm };
      yield event;
    }
    plan.epoch = epoch;
    const metrics = measure();
    yield { kind: "epoch", epoch, step: plan.step, metrics };
    const odd = Object.entries(metrics).find(([, value]) => !Number.isFinite(value));
    if (odd !== undefined) throw diverged(`${odd[0]} became ${odd[1]}`, plan.step, epoch, last);
    if (!plan.isFinite()) throw diverged("a weight is no longer a finite number", plan.step, epoch, last);
  }
}

/** A fresh order: from the rows in sequence, so that it depends on the stream's counter and on nothing else. */
function drawn(rows: Int32Array, plan: Plan): Int32Array {
  for (let i = 0; i < rows.length; i++) rows[i] = i;
  shuffle(rows, plan.streams.get("shuffle")!);
  return rows;
}

/** An order from outside, once its row numbers are known to exist. */
function imposed(order: Int32Array | null, rows: number): Int32Array | null {
  const odd = order?.find((row) => row < 0 || row >= rows);
  if (odd !== undefined) throw new RangeError(`an order of ${rows} training rows holds row numbers in [0, ${rows}); got ${odd}`);
  return order;
}

const named = (split: string, metrics: Record<string, number>): Record<string, number> => Object.fromEntries(Object.entries(metrics).map(([name, value]) => [`${split}/${name}`, value]));

function diverged(what: string, step: number, epoch: number, last: { readonly step: number; readonly norm: number } | null): TrainingError {
  const before = last === null ? "" : `; the gradient norm was ${Number(last.norm.toPrecision(3))} at step ${last.step}`;
  return new TrainingError("diverged", `${what} at step ${step} (epoch ${epoch})${before}`, step, "Try a smaller learningRate, or look for very large numbers in the data.");
}

/** Rows of the right width with targets the loss can read. */
function checkPart(plan: Plan, { rows, x, y }: Part, split: string): void {
  const width = widthOf(plan.model.input);
  if (x.length !== rows * width) throw new SpecError([problem("data", "badShape", `(${split}) has ${x.length} numbers in ${rows} rows; the model's input of ${plan.model.input.join("×")} needs ${width} a row`, { got: String(x.length), wanted: String(rows * width) })]);
  if (y.length !== rows * plan.targetWidth) throw new SpecError([problem("data", "badTarget", `(${split}) has ${y.length} targets in ${rows} rows; the loss ${plan.model.loss.kind} needs ${plan.targetWidth} a row`, { got: String(y.length), wanted: String(rows * plan.targetWidth) })]);
  const { labels } = plan;
  if (labels === null) return;
  const odd = y.findIndex((label) => !Number.isInteger(label) || label < 0 || label >= labels);
  if (odd >= 0) throw new SpecError([problem("data", "badTarget", `(${split}) has the label ${y[odd]} in row ${odd + 1}; ${plan.outputs} outputs with ${plan.model.loss.kind} take labels 0 to ${labels - 1}`, { got: String(y[odd]), wanted: `0…${labels - 1}` })]);
}
