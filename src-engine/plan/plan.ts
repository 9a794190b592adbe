/** A compiled model: one memory and the operations on it. Knows batches and steps; knows nothing of epochs' data, files or events. */

import { catalog, declarationOf, describeCatalog, valuesOf } from "../catalog.ts";
import type { Part } from "../data/prepare.ts";
import type { Executor } from "../kernels/executors.ts";
import type { Kernels, Precision, Vector } from "../kernels/kernels.ts";
import type { Bound, Mode, Note, Placed } from "../nn/layer.ts";
import type { Loss, LossAt } from "../nn/losses.ts";
import type { Metric, MetricAt } from "../nn/metric.ts";
import { classesOf } from "../nn/reading.ts";
import type { Reading } from "../nn/reading.ts";
import type { Regularizer } from "../nn/regularizers.ts";
import { clipByNorm, clipByPieceNorm, clipByValue } from "../optim/clipping.ts";
import type { Optimizer, Update } from "../optim/optimizer.ts";
import type { Stream } from "../rng.ts";
import { directions, metricName } from "../spec/metric-name.ts";
import type { Component } from "../spec/param.ts";
import type { Arena, Slice } from "./arena.ts";
import type { Model } from "./model.ts";
import { bindAugment } from "./augmenting.ts";
import { outputsOf } from "./model.ts";
import { paceOf } from "./schedule.ts";
import type { Length, Pace } from "./schedule.ts";
import { shapeOf, withInner } from "./shapes.ts";
import type { Snapshot } from "./snapshot.ts";
import type { LayerShape } from "./shapes.ts";

type AnyValues = Placed["values"];

/** A kernel, its gradient, and the penalty or bound that holds for it. `units`: the length of its last axis. */
export interface Penalized { readonly regularizer: Component; readonly w: Vector; readonly g: Vector; readonly units: number }

/** What early stopping remembers of the epochs so far: the best one, and how many came since. */
export interface Watch { readonly best: Best | null; readonly waited: number }
/** The best epoch so far, by the metric that is watched: its numbers in order, counted from 1. */
export interface Best { readonly epoch: number; readonly step: number; readonly value: number; readonly metrics: Readonly<Record<string, number>> }

/** Limits on the gradient, as a run-spec's `train` has them; null or absent is none. */
export interface Clipping { readonly clipValue?: number | null; readonly clipSliceNorm?: number | null; readonly clipNorm?: number | null }

/** A metric with what it sees of the plan; `name` is what stands behind the split in its results. */
export interface Measured { readonly name: string; readonly metric: Metric; readonly at: MetricAt<AnyValues> }

/** What `compile` hands over. */
export interface PlanParts {
  readonly model: Required<Model>;
  readonly placed: readonly Placed[];
  readonly bound: readonly Bound[];
  readonly loss: Loss;
  readonly softTargets: boolean;
  readonly optimizer: Optimizer;
  readonly kernels: Kernels;
  readonly executor: Executor;
  readonly arena: Arena;
  readonly penalized: readonly Penalized[];
  readonly batchSize: number;
  readonly seed: number;
  readonly accumulates: boolean;
  readonly shuffle: Stream;
  readonly augment: Stream;
}

/** Made by `compile`; lives as long as its memory. Nothing below allocates memory for numbers. */
export class Plan {
  /** Complete: every default filled in. */
  readonly model: Required<Model>;
  readonly batchSize: number;
  readonly seed: number;
  readonly precision: Precision;
  /** Who does the arithmetic. */
  readonly executor: Executor;
  /** The manifest: every slice with its name, role, shape, offset and view. */
  readonly slices: readonly Slice[];
  /** What each layer makes of its input. */
  readonly layers: readonly LayerShape[];
  /** What compile did by itself: a bias in front of batch norm left out. */
  readonly notes: readonly Note[];
  /** The model's metrics in its order: each with its name and bound to the batch. */
  readonly metrics: readonly Measured[];
  /** How many numbers are learned. */
  readonly parameters: number;
  /** What the outputs mean. */
  readonly reading: Reading;
  /** Outputs of the last layer in one row, and numbers in the target of one row. */
  readonly outputs: number;
  readonly targetWidth: number;
  /** Labels run from 0 to this − 1; null where targets are any numbers. */
  readonly labels: number | null;
  /** The last outputs (batchSize, outputs), and the batch's targets (batchSize, targetWidth). */
  readonly z: Vector;
  readonly y: Vector;
  /** All parameters and statistics as one vector, gaps included. */
  readonly learned: Vector;
  /** Whether there is room for the gradients of several batches. */
  readonly accumulates: boolean;
  /** Streams that training draws from, by name; a checkpoint keeps their counters. */
  readonly streams: ReadonlyMap<string, Stream>;

  /** Completed updates and completed epochs. Only `update`, `fit` and `loadCheckpoint` change them. */
  step = 0;
  epoch = 0;
  /** Single numbers that optimizer and schedule keep from step to step, in double precision. Changed in place; saved with the slots. */
  readonly states: Readonly<Record<"optimizer" | "schedule", Record<string, number>>>;
  /** Rows of the epoch under way that are visited, and where the stream "shuffle" stood before their order was drawn. */
  visited = 0;
  orderFrom = 0;
  /** Null where nothing is watched, or no epoch has been yet; `best` holds the numbers of its best epoch, where they are to be restored. */
  watch: Watch | null = null;
  best: Snapshot | null = null;
  /** The last total that `gradient` or `gathered` returned, and its two parts. */
  totalLoss = 0;
  dataLoss = 0;
  penalty = 0;

  readonly #parts: PlanParts;
  readonly #x: Vector;
  readonly #gradients: Vector;
  readonly #lossAt: LossAt<AnyValues>;
  readonly #update: { -readonly [K in keyof Update<AnyValues, string>]: Update<AnyValues, string>[K] };
  readonly #penalties: readonly ((m: number) => number)[];
  readonly #bounds: readonly (() => void)[];
  readonly #augment: ((m: number) => void) | null;
  /** The loss as training sees it: on shares of each class where labels are mixed, otherwise #lossAt itself. */
  readonly #trainedAt: LossAt<AnyValues>;
  readonly #sum: Vector;
  #weight = 0;
  #lossSum = 0;
  /** The optimizer's values, of which a schedule may change the momentum. */
  readonly #hyper: Record<string, unknown>;
  /** The point at which gradients are taken while training, where the optimizer has one of its own. */
  readonly #gradientAt: Vector | null;
  readonly #pace: Pace;
  #length: Length = { epochs: 0, stepsPerEpoch: 0 };

  constructor(parts: PlanParts) {
    const { model, placed, bound, loss, optimizer, kernels, arena } = parts;
    this.#parts = parts;
    this.model = model;
    this.batchSize = parts.batchSize;
    this.seed = parts.seed;
    this.precision = arena.precision;
    this.executor = parts.executor;
    this.slices = arena.slices;
    this.layers = placed.map(shapeOf);
    this.notes = withInner(placed).flatMap(({ notes }) => notes);
    this.parameters = this.layers.reduce((sum, layer) => sum + layer.parameters, 0);
    this.outputs = outputsOf(placed);
    this.targetWidth = loss.targetWidth(this.outputs, parts.softTargets);
    this.labels = loss.labels(this.outputs, parts.softTargets);
    this.#x = arena.view("batch", "x");
    this.y = arena.view("batch", "y");
    this.z = bound.at(-1)!.at.y;
    this.streams = new Map([["shuffle", parts.shuffle], ...(model.augment.length > 0 ? [["augment", parts.augment] as const] : []), ...streamsOf(placed, bound)]);
    const w = arena.slices.find(({ role, name }) => role === "scratch" && name === "loss/weights")?.view ?? null;
    this.#lossAt = { values: valuesOf(model.loss) as AnyValues, kernels, z: this.z, y: this.y, dz: bound.at(-1)!.at.dy, w, c: this.outputs, width: this.targetWidth };
    this.reading = loss.reading(this.#lossAt.values);
    const seen = { z: this.z, y: this.y, outputs: this.outputs, width: this.targetWidth, reading: this.reading, classes: classesOf(this.outputs, this.reading) };
    this.metrics = model.metrics.map((component) => (
      { name: metricName(component, describeCatalog()), metric: declarationOf<Metric>(catalog.metric, component), at: { ...seen, values: valuesOf(component) as AnyValues } }));
    const shares = arena.slices.find(({ role, name }) => role === "batch" && name === "shares");
    this.#trainedAt = shares === undefined ? this.#lossAt : { ...this.#lossAt, y: shares.view, width: this.outputs };
    const { y, width: targetWidth } = this.#trainedAt;
    this.#augment = model.augment.length === 0 ? null : bindAugment(model.augment, arena, { shape: model.input, x: this.#x, y, targetWidth }, parts.augment);
    this.learned = arena.span(({ role }) => role === "param" || role === "statistic");
    this.accumulates = parts.accumulates;
    this.#sum = arena.span(({ role, name }) => role === "scratch" && name.startsWith("sum/"));
    this.#gradients = arena.span(({ role }) => role === "grad");
    const p = arena.span(({ role }) => role === "param");
    const slots = Object.fromEntries(optimizer.slots.map((slot) => [slot, arena.span(({ role, name }) => role === "slot" && name.endsWith(`/${slot}`))]));
    const scratch = Object.fromEntries(arena.slices.filter(({ role, name }) => role === "scratch" && name.startsWith("optimizer/")).map(({ name, view }) => [name.slice("optimizer/".length), view]));
    this.#hyper = { ...valuesOf(model.optimizer) };
    this.#pace = paceOf(model.schedule, this.#hyper["learningRate"] as number, directions(model.metrics, describeCatalog()));
    this.states = { optimizer: { ...optimizer.state }, schedule: this.#pace.state };
    this.#gradientAt = optimizer.gradientAt === undefined ? null : slots[optimizer.gradientAt]!;
    const place = (view: Vector): number => (view.byteOffset - p.byteOffset) / p.BYTES_PER_ELEMENT;
    const pieces = arena.slices.filter(({ role }) => role === "param").map(({ view, shape }) => ({ from: place(view), to: place(view) + view.length, shape }));
    const decayTo = parts.penalized.reduce((end, { w }) => Math.max(end, place(w) + w.length), 0);
    this.#update = { p, g: this.#gradients, slots, state: this.states.optimizer, scratch, from: 0, to: p.length, decayTo, pieces, t: 0, lr: 0, hyper: this.#hyper as AnyValues, round: kernels.round, kernels };
    this.#penalties = parts.penalized.map(({ regularizer: { kind, ...values }, w, g }) => {
      const declared = declarationOf<Regularizer>(catalog.regularizer, { kind });
      return (m) => declared.penalize(values as AnyValues, kernels, w, g, m);
    });
    this.#bounds = parts.penalized.flatMap(({ regularizer: { kind, ...values }, w, units }) => {
      const declared = declarationOf<Regularizer>(catalog.regularizer, { kind });
      return declared.constrain === undefined ? [] : [() => { declared.constrain!(values as AnyValues, kernels, w, units); }];
    });
  }

  /** Copies rows of a part into the batch: row `rows[i]` for i in [from, to), or row i itself without a list. Returns how many. */
  gather({ x, y }: Part, rows: Int32Array | null, from: number, to: number): number {
    const f = this.#x.length / this.batchSize;
    const w = this.targetWidth;
    for (let i = from; i < to; i++) {
      const row = rows === null ? i : rows[i]!;
      const at = i - from;
      for (let j = 0; j < f; j++) this.#x[at * f + j] = x[row * f + j]!;
      for (let j = 0; j < w; j++) this.y[at * w + j] = y[row * w + j]!;
    }
    return to - from;
  }

  /** Changes the first m rows as the model's augmentation says, targets included where rows are mixed. Draws from the stream "augment". */
  augment(m: number): void {
    if (this.#augment === null) return;
    const { y, width } = this.#trainedAt;
    if (y !== this.y) {
      for (let i = 0; i < m; i++) for (let j = 0; j < width; j++) y[i * width + j] = this.y[i] === j ? 1 : 0;
    }
    this.#augment(m);
  }

  /** What the mean of `loss` over the first m rows was divided by: the means of several batches are put together with it. */
  divisor(m: number): number {
    return this.#parts.loss.divisor?.(this.#lossAt, m) ?? m;
  }

  /** Runs the first m rows of the batch through all layers; the outputs are in `z`. */
  forward(m: number, mode: Mode): void {
    for (const { layer, at } of this.#parts.bound) layer.forward(at, m, mode);
  }

  /** The data loss of the first m rows of the batch, without any penalty. */
  loss(m: number, mode: Mode): number {
    this.forward(m, mode);
    return this.#parts.loss.measure(this.#lossAt, m);
  }

  /** The total of `gradient` alone, with the masks that stand in memory: what a gradient check takes differences of. Leaves the gradient in memory spoilt. */
  objective(m: number): number {
    this.dataLoss = this.loss(m, "replay");
    return this.#penalize(m, "replay");
  }

  /**
   * On which side of every corner the last pass of the first m rows was: of the layers', the loss's and the penalties', always in the same order. Two passes with
   * equal answers lie on one smooth piece of the total loss. Allocates; meant for gradient checks.
   */
  sides(m: number): number[] {
    const { bound, loss, penalized } = this.#parts;
    const found: number[] = [];
    const note = (sides: ArrayLike<number> | undefined): void => { for (let i = 0; i < (sides?.length ?? 0); i++) found.push(sides![i]!); };
    const visit = (layers: readonly Bound[]): void => {
      for (const { layer, at } of layers) {
        note(layer.sides?.(at, m));
        visit(at.inside);
      }
    };
    visit(bound);
    note(loss.sides?.(this.#lossAt, m));
    for (const { regularizer: { kind, ...values }, w } of penalized) note(declarationOf<Regularizer>(catalog.regularizer, { kind }).sides?.(values as AnyValues, w));
    return found;
  }

  /**
   * Loss and gradient of the first m rows, penalties included in both; returns the total, whose parts are in `dataLoss` and `penalty`. In training they are taken
   * where the optimizer wants them: with the schedule-free ones not at the parameters, which are what is evaluated and saved, but at a point of their own.
   */
  gradient(m: number, mode: "train" | "replay"): number {
    this.dataLoss = this.#backpropagate(m, mode);
    return this.#penalize(m, mode);
  }

  /**
   * One of several batches that make a step: adds its data loss and gradient, weighted by what its mean was divided by. The plan must have been compiled
   * with `accumulates`. Returns the batch's own data loss.
   */
  accumulate(m: number, isFirst: boolean): number {
    const { kernels, loss } = this.#parts;
    const dataLoss = this.#backpropagate(m, "train");
    const weight = loss.divisor?.(this.#trainedAt, m) ?? m;
    this.#weight = isFirst ? weight : kernels.round(this.#weight + weight);
    this.#lossSum = kernels.round((isFirst ? 0 : this.#lossSum) + kernels.round(weight * dataLoss));
    kernels.accumulate(this.#gradients, this.#sum, this.#gradients.length, weight, isFirst);
    return dataLoss;
  }

  /** The mean of the batches accumulated as loss and gradient, with the penalties of a step of so many rows; returns the total as `gradient` does. */
  gathered(rows: number): number {
    const { kernels } = this.#parts;
    this.dataLoss = kernels.round(this.#lossSum / this.#weight);
    kernels.divide(this.#sum, this.#gradients, this.#gradients.length, this.#weight);
    return this.#penalize(rows, "train");
  }

  /** Data loss and its gradient; in training on shares of the classes where labels are mixed. */
  #backpropagate(m: number, mode: "train" | "replay"): number {
    const { bound, loss } = this.#parts;
    if (mode === "train") this.#exchange();
    this.forward(m, mode);
    const dataLoss = loss.measure(mode === "train" ? this.#trainedAt : this.#lossAt, m);
    for (let i = bound.length - 1; i >= 0; i--) bound[i]!.layer.backward(bound[i]!.at, m);
    if (mode === "train") this.#exchange();
    return dataLoss;
  }

  #penalize(m: number, mode: "train" | "replay"): number {
    const { round } = this.#parts.kernels;
    this.penalty = 0;
    if (mode === "train") this.#exchange();
    for (const penalize of this.#penalties) this.penalty = round(this.penalty + penalize(m));
    if (mode === "train") this.#exchange();
    this.totalLoss = round(this.dataLoss + this.penalty);
    return this.totalLoss;
  }

  /** ‖g‖₂ over all parameters, summed in double precision. */
  gradientNorm(): number {
    let sum = 0;
    for (let i = 0; i < this.#gradients.length; i++) sum += this.#gradients[i]! * this.#gradients[i]!;
    return Math.sqrt(sum);
  }

  /** Cuts the gradient in memory down to size, each limit in its turn: single numbers, slices, the whole. */
  clip({ clipValue = null, clipSliceNorm = null, clipNorm = null }: Clipping): void {
    const { g, from, to, pieces, round } = this.#update;
    if (clipValue !== null) clipByValue(g, from, to, clipValue, round);
    if (clipSliceNorm !== null) clipByPieceNorm(g, pieces, clipSliceNorm, round);
    if (clipNorm !== null) clipByNorm(g, from, to, clipNorm, round);
  }

  /** How long training is meant to be, which schedules with an end must be told; `fit` tells them. */
  setLength(length: Length): void {
    this.#length = length;
  }

  /** The learning rate of the next step, from the completed epochs and steps. Throws RangeError where the schedule has an end and nobody said where. */
  learningRate(): number {
    if (this.#pace.needsLength && this.#length.stepsPerEpoch === 0) throw new RangeError(`the schedule ${this.model.schedule.kind} needs to know how long training is: say it with setLength({ epochs, stepsPerEpoch })`);
    return this.#pace.rate(this.epoch, this.step, this.#length);
  }

  /** Tells the schedule the metrics of a completed epoch, by their full names: for those that wait for one. */
  report(metrics: Readonly<Record<string, number>>): void {
    this.#pace.report(metrics);
  }

  /** One update of all parameters with the gradient that stands in memory. */
  update(lr: number): void {
    const { momentum } = this.#parts.optimizer;
    if (momentum !== undefined) this.#hyper[momentum] = this.#pace.momentum(this.epoch, this.step, this.#length) ?? this.model.optimizer[momentum];
    this.step++;
    this.#update.t = this.step;
    this.#update.lr = lr;
    this.#parts.optimizer.update(this.#update);
    for (const constrain of this.#bounds) constrain();
  }

  /** Exchanges the parameters with the point at which gradients are taken, where there is one; exact, and its own inverse. Before the first step both are one. */
  #exchange(): void {
    const x = this.#gradientAt;
    if (x === null || this.step === 0) return;
    const { p } = this.#update;
    for (let i = 0; i < p.length; i++) {
      const kept = p[i]!;
      p[i] = x[i]!;
      x[i] = kept;
    }
  }
}

/** Every layer's own stream, by its name; those of inner layers too. */
function streamsOf(placed: readonly Placed[], bound: readonly Bound[]): [string, Stream][] {
  return bound.flatMap(({ layer, at }, i) => [
    ...(at.stream === null ? [] : [[`${layer.stream}/${placed[i]!.name}`, at.stream] as [string, Stream]]),
    ...streamsOf(placed[i]!.planned.inside ?? [], at.inside),
  ]);
}
