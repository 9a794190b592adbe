/** A compiled model: one memory and the operations on it. Knows batches and steps; knows nothing of epochs' data, files or events. */

import { catalog, declarationOf, describeCatalog, valuesOf } from "../catalog.ts";
import { shuffle } from "../data/batches.ts";
import type { Part } from "../data/prepare.ts";
import type { ArithmeticMode, Executor } from "../kernels/executors.ts";
import type { Heap } from "../kernels/heap.ts";
import type { Kernels, Precision, Vector } from "../kernels/kernels.ts";
import { cell, mostSteps } from "../kernels/recorder.ts";
import type { Listed, Program, Recorder } from "../kernels/recorder.ts";
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

/** Some rows where programs can read them: the addresses of x and y, as singles. */
interface Held { readonly x: number; readonly y: number; readonly features: Float32Array; readonly targets: Float32Array }

/** What the network made of the rows of a part: outputs and targets of all, and each batch's mean loss with what it was divided by. */
export interface Outcome { readonly z: Vector; readonly y: Vector; readonly losses: Float64Array; readonly divisors: Float64Array }

/** Several steps that were run in one call: numbers of each, in order. `isWhole`: whether all were run; if not, the next one's loss or gradient is not finite. */
export interface Stretch {
  readonly steps: number;
  readonly isWhole: boolean;
  readonly loss: Float64Array;
  readonly dataLoss: Float64Array;
  readonly penalty: Float64Array;
  readonly learningRate: Float64Array;
  readonly gradientNorm: Float64Array;
}

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
  readonly mode: ArithmeticMode;
  /** Where programs are run: what records them, and the memory that they share with the arena. */
  readonly recorder: Recorder | null;
  readonly heap: Heap | null;
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
  /** Who does the arithmetic, and how. */
  readonly executor: Executor;
  readonly mode: ArithmeticMode;
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
  readonly #penalties: readonly ((m: number, pay: (term: number) => void) => void)[];
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
  /** Whether the optimizer does all it does through kernels: one of the catalogue's. */
  readonly #isRecordable: boolean;
  readonly #programs = new Map<string, Program>();
  #generation = 0;
  readonly #held = new WeakMap<Part, Held | null>();
  #visited: Held | null = null;
  /** The learning rates of a stretch, before it is known how many of its steps are run. */
  readonly #rates = new Float64Array(mostSteps);
  readonly #orders = new Map<number, { readonly at: number; readonly rows: Int32Array }>();

  constructor(parts: PlanParts) {
    const { model, placed, bound, loss, optimizer, kernels, arena } = parts;
    this.#parts = parts;
    this.model = model;
    this.batchSize = parts.batchSize;
    this.seed = parts.seed;
    this.precision = arena.precision;
    this.executor = parts.executor;
    this.mode = parts.mode;
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
    this.#isRecordable = (catalog.optimizer as readonly Optimizer[]).includes(optimizer);
    this.#gradientAt = optimizer.gradientAt === undefined ? null : slots[optimizer.gradientAt]!;
    const place = (view: Vector): number => (view.byteOffset - p.byteOffset) / p.BYTES_PER_ELEMENT;
    const pieces = arena.slices.filter(({ role }) => role === "param").map(({ view, shape }) => ({ from: place(view), to: place(view) + view.length, shape }));
    const decayTo = parts.penalized.reduce((end, { w }) => Math.max(end, place(w) + w.length), 0);
    this.#update = { p, g: this.#gradients, slots, state: this.states.optimizer, scratch, from: 0, to: p.length, decayTo, pieces, t: 0, lr: 0, hyper: this.#hyper as AnyValues, round: kernels.round, kernels };
    this.#penalties = parts.penalized.map(({ regularizer: { kind, ...values }, w, g }) => {
      const declared = declarationOf<Regularizer>(catalog.regularizer, { kind });
      return (m, pay) => { declared.penalize(values as AnyValues, kernels, w, g, m, pay); };
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
    this.#run(`forward ${mode} ${m}`, () => { this.#walkForward(m, mode); });
  }

  #walkForward(m: number, mode: Mode): void {
    for (const { layer, at } of this.#parts.bound) layer.forward(at, m, mode);
  }

  /** Does what `walk` asks of the kernels: at once, or as a program that is recorded the first time. The key says all that the walk depends on. */
  #run(key: string, walk: () => void): void {
    const { recorder } = this.#parts;
    if (recorder === null) walk();
    else recorder.run(this.#programOf(recorder, key, walk));
  }

  #programOf(recorder: Recorder, key: string, walk: () => void, isFused = false): Program {
    if (recorder.generation !== this.#generation) this.#programs.clear();
    let program = this.#programs.get(key);
    if (program === undefined) {
      program = recorder.record(walk, isFused);
      if (recorder.generation !== this.#generation) this.#programs.clear();
      this.#generation = recorder.generation;
      this.#programs.set(key, program);
    }
    return program;
  }

  /** Where a number that a kernel returns is to be found: while recording it is in the cell, otherwise it is the number itself. */
  #fromCell(index: number, number: number): number {
    return this.#parts.recorder?.cell(index) ?? number;
  }

  /** The data loss of the first m rows of the batch, without any penalty. */
  loss(m: number, mode: Mode): number {
    const { recorder, loss } = this.#parts;
    let found = 0;
    this.#run(`loss ${mode} ${m}`, () => {
      this.#walkForward(m, mode);
      recorder?.into(cell.dataLoss);
      found = loss.measure(this.#lossAt, m);
    });
    return this.#fromCell(cell.dataLoss, found);
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
    let found = 0;
    this.#run(`backpropagate ${mode} ${m} ${this.#isApart}`, () => { found = this.#walkBackpropagation(m, mode); });
    return this.#fromCell(cell.dataLoss, found);
  }

  #walkBackpropagation(m: number, mode: "train" | "replay"): number {
    const { bound, loss, recorder } = this.#parts;
    if (mode === "train") this.#exchange();
    this.#walkForward(m, mode);
    recorder?.into(cell.dataLoss);
    const dataLoss = loss.measure(mode === "train" ? this.#trainedAt : this.#lossAt, m);
    for (let i = bound.length - 1; i >= 0; i--) bound[i]!.layer.backward(bound[i]!.at, m);
    if (mode === "train") this.#exchange();
    return dataLoss;
  }

  #penalize(m: number, mode: "train" | "replay"): number {
    const { round } = this.#parts.kernels;
    let found = 0;
    if (this.#penalties.length > 0) {
      this.#run(`penalize ${mode} ${m} ${this.#isApart}`, () => { found = this.#walkPenalties(m, mode); });
      this.penalty = this.#fromCell(cell.penalty, found);
    } else this.penalty = 0;
    this.totalLoss = round(this.dataLoss + this.penalty);
    return this.totalLoss;
  }

  #walkPenalties(m: number, mode: "train" | "replay"): number {
    const { recorder, kernels: { round } } = this.#parts;
    let sum = 0;
    recorder?.control("set", cell.penalty, 0);
    if (this.#penalties.length === 0) return 0;
    if (mode === "train") this.#exchange();
    recorder?.into(cell.penalty, true);
    for (const penalize of this.#penalties) penalize(m, (term) => { sum = round(sum + term); });
    if (mode === "train") this.#exchange();
    return sum;
  }

  /** ‖g‖₂ over all parameters, summed in double precision. */
  gradientNorm(): number {
    return Math.sqrt(this.#parts.kernels.sumOfSquares(this.#gradients, this.#gradients.length));
  }

  /** Whether every learned number and statistic is finite. */
  isFinite(): boolean {
    let found = 1;
    this.#run("isFinite", () => { found = this.#parts.kernels.allFinite(this.learned, this.learned.length); });
    return this.#fromCell(cell.result, found) === 1;
  }

  /** Cuts the gradient in memory down to size, each limit in its turn: single numbers, slices, the whole. */
  clip({ clipValue = null, clipSliceNorm = null, clipNorm = null }: Clipping): void {
    const { g, from, to, pieces, kernels } = this.#update;
    if (clipValue !== null) clipByValue(g, from, to, clipValue, kernels);
    if (clipSliceNorm !== null) clipByPieceNorm(g, pieces, clipSliceNorm, kernels);
    if (clipNorm !== null) clipByNorm(g, from, to, clipNorm, kernels);
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
    this.#turn(lr);
    this.step++;
    this.#parts.optimizer.update(this.#update);
    for (const constrain of this.#bounds) constrain();
  }

  /** Brings the update's numbers to the next step. */
  #turn(lr: number): void {
    const { momentum } = this.#parts.optimizer;
    if (momentum !== undefined) this.#hyper[momentum] = this.#pace.momentum(this.epoch, this.step, this.#length) ?? this.model.optimizer[momentum];
    this.#update.t = this.step + 1;
    this.#update.lr = lr;
  }

  /** Whether gradients are taken elsewhere than at the parameters. Before the first step both are one. */
  get #isApart(): boolean { return this.#gradientAt !== null && this.step > 0; }

  /** Exchanges the parameters with the point at which gradients are taken, where there is one; exact, and its own inverse. */
  #exchange(): void {
    if (this.#isApart) this.#parts.kernels.swap(this.#update.p, this.#gradientAt!, this.#update.p.length);
  }

  /** Whether whole steps can be run in one call: a memory that programs share, an optimizer of the catalogue, and batches that are not changed in between. */
  get runsStretches(): boolean { return this.#parts.recorder !== null && this.#isRecordable && this.#augment === null; }

  /** An order of so many rows, to be filled and handed to `stretch`; the same memory each time. */
  order(rows: number): Int32Array {
    let known = this.#orders.get(rows);
    if (known === undefined) {
      const { heap } = this.#parts;
      const at = heap?.allocate(4 * rows) ?? 0;
      known = { at, rows: heap?.words(at, rows) ?? new Int32Array(rows) };
      this.#orders.set(rows, known);
    }
    return known.rows;
  }

  /** Fills an order that `order` gave: 0 … n−1, then shuffled by the stream "shuffle". */
  shuffle(rows: Int32Array): void {
    const stream = this.streams.get("shuffle")!;
    const { recorder } = this.#parts;
    if (recorder === null) {
      for (let i = 0; i < rows.length; i++) rows[i] = i;
      shuffle(rows, stream);
    } else recorder.run(this.#programOf(recorder, `shuffle ${rows.length}`, () => { recorder.control("shuffle", rows.byteOffset | 0, rows.length, stream); }));
  }

  /** Copies a part to where programs read it, once and for as long as the plan lives: one that is trained on, or measured again and again. Does nothing where no programs run, or the memory has no room for it. */
  hold(part: Part): void {
    if (this.#held.has(part)) return;
    const { heap } = this.#parts;
    const held = heap === null ? null : this.#reserve(part);
    if (held !== null) fill(held, part);
    this.#held.set(part, held);
  }

  #place(part: Part): Held | null {
    this.hold(part);
    return this.#held.get(part) ?? null;
  }

  /** A part that is measured once: copied to a place that the next such part takes again. */
  #visit(part: Part): Held | null {
    const { heap } = this.#parts;
    if (heap === null) return null;
    if (this.#visited === null || this.#visited.features.length < part.x.length || this.#visited.targets.length < part.y.length) this.#visited = this.#reserve(part);
    if (this.#visited === null) return null;
    fill(this.#visited, part);
    return this.#visited;
  }

  /** Room for a part's numbers; null where the memory has none. */
  #reserve({ x: { length: numbers }, y: { length: targets } }: Part): Held | null {
    const heap = this.#parts.heap!;
    try {
      const x = heap.allocate(4 * numbers), y = heap.allocate(4 * targets);
      return { x, y, features: heap.singles(x, numbers), targets: heap.singles(y, targets) };
    } catch (error) {
      if (error instanceof RangeError) return null;
      throw error;
    }
  }

  /**
   * Runs up to `count` steps of m rows each in one call: the rows from position `from` on of an order that `order` gave. A step whose loss or gradient is not
   * finite ends it before its update; streams, statistics and the optimizer's own numbers are then behind that step. Null where `runsStretches` is false, or the
   * part cannot be held: steps are then run one by one.
   */
  stretch(part: Part, order: Int32Array, from: number, m: number, count: number, clipping: Clipping): Stretch | null {
    const { recorder, optimizer } = this.#parts;
    const held = this.runsStretches ? this.#place(part) : null;
    if (recorder === null || held === null) return null;
    const update = (): void => { optimizer.update(this.#update); };
    const begun = this.step;
    // At a constant rate every update of such an optimizer asks for the same numbers as the last one.
    const isSteady = optimizer.isSteady?.(this.#hyper as AnyValues) === true && this.model.schedule.kind === "constant";
    const rates = this.#rates, most = Math.min(count, mostSteps);
    let program: Program | null = null;
    let steps = 0;
    for (; steps < most; steps++) {
      if (isSteady && steps > 0 && this.step > 1) {
        recorder.repeat(program!, steps, most);
        rates.fill(rates[steps - 1]!, steps, most);
        steps = most;
        break;
      }
      const lr = rates[steps] = this.learningRate();
      this.#turn(lr);
      program ??= this.#stepProgram(recorder, held, order, m, clipping, update);
      if (!recorder.refill(program, steps, update)) {
        // The update's operations have changed, as from the first step to the second: what was recorded holds up to here.
        if (steps > 0) break;
        this.#programs.delete(this.#stepKey(held, order, m, clipping));
        program = this.#stepProgram(recorder, held, order, m, clipping, update);
        if (!recorder.refill(program, 0, update)) throw new Error(`the update of ${optimizer.kind} asks for other kernels each time`);
      }
      this.step++;
      // Before the first step gradients are taken at the parameters, from the second on perhaps elsewhere.
      if (this.#gradientAt !== null && this.step === 1) {
        steps++;
        break;
      }
    }
    const status = recorder.run(program!, steps, from);
    const { done, reports } = recorder;
    this.step = begun + done;
    // One piece of memory for all five: with small networks, making five would cost as much as some steps.
    const numbers = new Float64Array(5 * done);
    for (let i = 0; i < done; i++) for (let k = 0; k < 4; k++) numbers[k * done + i] = reports[4 * i + k]!;
    numbers.set(rates.subarray(0, done), 4 * done);
    const column = (k: number): Float64Array => numbers.subarray(k * done, (k + 1) * done);
    return { steps: done, isWhole: status === 0, loss: column(0), dataLoss: column(1), penalty: column(2), gradientNorm: column(3), learningRate: column(4) };
  }

  #stepKey({ x }: Held, order: Int32Array, m: number, { clipValue = null, clipSliceNorm = null, clipNorm = null }: Clipping): string {
    return `step ${x} ${order.byteOffset} ${m} ${this.#isApart} ${clipValue} ${clipSliceNorm} ${clipNorm}`;
  }

  #stepProgram(recorder: Recorder, held: Held, order: Int32Array, m: number, clipping: Clipping, update: () => void): Program {
    return this.#programOf(recorder, this.#stepKey(held, order, m, clipping), () => {
      recorder.control("gather", this.#x, this.y, held.x, held.y, order.byteOffset, m, this.#x.length / this.batchSize, this.targetWidth);
      this.#walkBackpropagation(m, "train");
      this.#walkPenalties(m, "train");
      recorder.control("total", cell.total, cell.dataLoss, cell.penalty);
      recorder.into(cell.squares);
      recorder.kernels.sumOfSquares(this.#gradients, this.#gradients.length);
      recorder.control("root", cell.norm, cell.squares);
      recorder.control("check", cell.total, cell.norm);
      recorder.into(cell.result);
      this.clip(clipping);
      // What an update keeps from step to step must not move on by being written down.
      const kept = { ...this.states.optimizer };
      recorder.perStep(update);
      Object.assign(this.states.optimizer, kept);
      for (const constrain of this.#bounds) constrain();
      recorder.control("report", cell.total, cell.dataLoss, cell.penalty, cell.norm);
    }, true);
  }

  /** What a whole step of m rows of a part runs, and how to run it or one operation of it so many times: for measuring. Null where `runsStretches` is false or the part cannot be held. */
  program(part: Part, m: number, clipping: Clipping): { readonly listing: readonly Listed[]; alone(operation: Listed, times: number): void; whole(times: number): void } | null {
    const { recorder, optimizer } = this.#parts;
    const held = this.runsStretches ? this.#place(part) : null;
    if (recorder === null || held === null) return null;
    const order = this.order(part.rows);
    this.shuffle(order);
    const most = Math.max(1, Math.floor(part.rows / m));
    // The second step's program: that of the first may differ.
    this.stretch(part, order, 0, m, 1, clipping);
    const update = (): void => { optimizer.update(this.#update); };
    this.#turn(this.learningRate());
    const program = this.#stepProgram(recorder, held, order, m, clipping, update);
    recorder.refill(program, 0, update);
    recorder.repeat(program, 1, Math.min(most, mostSteps));
    const inPortions = (times: number, run: (count: number) => void): void => { for (let left = times; left > 0; left -= Math.min(most, mostSteps)) run(Math.min(left, most, mostSteps)); };
    return {
      listing: program.listing,
      alone(operation, times) { inPortions(times, (count) => { recorder.runAlone(program, operation, count); }); },
      whole(times) { inPortions(times, (count) => { recorder.run(program, count); }); },
    };
  }

  /** Runs all rows of a part through the network in evaluation mode, in batches of the plan's size. What it returns is good until the next call. */
  collect(part: Part): Outcome {
    const { recorder, loss } = this.#parts;
    const { batchSize, outputs, targetWidth } = this;
    const known = this.#held.get(part);
    const held = recorder === null || known === null ? null : known ?? this.#visit(part);
    const room = held === null ? null : this.#collecting(part.rows * outputs);
    const batches = Math.ceil(part.rows / batchSize);
    const sizeOf = (batch: number): number => Math.min(batchSize, part.rows - batch * batchSize);
    const losses = new Float64Array(batches);
    let z: Vector, y: Vector;
    if (recorder !== null && held !== null && room !== null) {
      z = room.z;
      y = held.targets.subarray(0, part.y.length);
      // Whole batches in as few calls as possible, then a short last one.
      for (let from = 0; from < batches;) {
        const m = sizeOf(from);
        const steps = m < batchSize ? 1 : Math.min(mostSteps, Math.floor(part.rows / batchSize) - from);
        recorder.run(this.#collectProgram(recorder, held, room.at, m), steps, from * batchSize);
        for (let i = 0; i < steps; i++) losses[from + i] = recorder.reports[4 * i]!;
        from += steps;
      }
    } else {
      const Numbers = this.precision === 32 ? Float32Array : Float64Array;
      z = new Numbers(part.rows * outputs);
      y = Numbers.from(part.y);
      for (let batch = 0; batch < batches; batch++) {
        const m = this.gather(part, null, batch * batchSize, batch * batchSize + sizeOf(batch));
        losses[batch] = this.loss(m, "evaluate");
        z.set(this.z.subarray(0, m * outputs), batch * batchSize * outputs);
      }
    }
    const divisors = Float64Array.from(losses, (_, batch) => {
      const m = sizeOf(batch), from = batch * batchSize * targetWidth;
      return loss.divisor?.({ ...this.#lossAt, y: y.subarray(from, from + m * targetWidth) }, m) ?? m;
    });
    return { z, y, losses, divisors };
  }

  #collectProgram(recorder: Recorder, held: Held, at: number, m: number): Program {
    return this.#programOf(recorder, `collect ${held.x} ${at} ${m}`, () => {
      recorder.control("gather", this.#x, this.y, held.x, held.y, -1, m, this.#x.length / this.batchSize, this.targetWidth);
      this.#walkForward(m, "evaluate");
      recorder.into(cell.dataLoss);
      this.#parts.loss.measure(this.#lossAt, m);
      recorder.control("append", this.z, at, m, this.outputs);
      recorder.control("report", cell.dataLoss, cell.dataLoss, cell.dataLoss, cell.dataLoss);
    });
  }

  #room: { readonly at: number; readonly z: Float32Array } | null = null;

  /** Room for so many outputs; the same memory each time, as long as it is enough. */
  #collecting(numbers: number): { readonly at: number; readonly z: Float32Array } | null {
    if (this.#room === null || this.#room.z.length < numbers) {
      const heap = this.#parts.heap!;
      try {
        const at = heap.allocate(4 * numbers);
        this.#room = { at, z: heap.singles(at, numbers) };
      } catch (error) {
        if (!(error instanceof RangeError)) throw error;
        return null;
      }
    }
    return { at: this.#room.at, z: this.#room.z.subarray(0, numbers) };
  }
}

function fill({ features, targets }: Held, { x, y }: Part): void {
  features.set(x);
  targets.set(y);
}

/** Every layer's own stream, by its name; those of inner layers too. */
function streamsOf(placed: readonly Placed[], bound: readonly Bound[]): [string, Stream][] {
  return bound.flatMap(({ layer, at }, i) => [
    ...(at.stream === null ? [] : [[`${layer.stream}/${placed[i]!.name}`, at.stream] as [string, Stream]]),
    ...streamsOf(placed[i]!.planned.inside ?? [], at.inside),
  ]);
}
