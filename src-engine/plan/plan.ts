/** A compiled model: one memory and the operations on it. Knows batches and steps; knows nothing of epochs' data, files or events. */

import { catalog, declarationOf } from "../catalog.ts";
import type { Part } from "../data/prepare.ts";
import type { Executor } from "../kernels/executors.ts";
import type { Kernels, Precision, Vector } from "../kernels/kernels.ts";
import type { At, Mode } from "../nn/layer.ts";
import type { Loss, LossAt } from "../nn/losses.ts";
import type { Metric } from "../nn/metrics.ts";
import type { Regularizer } from "../nn/regularizers.ts";
import type { Optimizer, Update } from "../optim/optimizer.ts";
import type { Schedule } from "../optim/schedules.ts";
import type { Stream } from "../rng.ts";
import type { Component } from "../spec/param.ts";
import type { Arena, Slice } from "./arena.ts";
import type { Model } from "./model.ts";
import { outputsOf } from "./model.ts";
import { shapeOf } from "./shapes.ts";
import type { LayerShape, Placed } from "./shapes.ts";

type AnyValues = Placed["values"];

/** A kernel, its gradient, and the penalty that holds for it. */
export interface Penalized { readonly regularizer: Component; readonly w: Vector; readonly g: Vector }

/** What `compile` hands over. */
export interface PlanParts {
  readonly model: Required<Model>;
  readonly placed: readonly Placed[];
  readonly ats: readonly At<AnyValues>[];
  readonly loss: Loss;
  readonly optimizer: Optimizer;
  readonly kernels: Kernels;
  readonly executor: Executor;
  readonly arena: Arena;
  readonly penalized: readonly Penalized[];
  readonly batchSize: number;
  readonly seed: number;
  readonly shuffle: Stream;
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
  /** The declarations of the model's metrics, in its order. */
  readonly metrics: readonly Metric[];
  /** How many numbers are learned. */
  readonly parameters: number;
  /** Outputs of the last layer in one row, and numbers in the target of one row. */
  readonly outputs: number;
  readonly targetWidth: number;
  /** Labels run from 0 to this − 1; null where targets are any numbers. */
  readonly labels: number | null;
  /** The last outputs (batchSize, outputs), and the batch's targets (batchSize, targetWidth). */
  readonly z: Vector;
  readonly y: Vector;
  /** Streams that training draws from, by name; a checkpoint keeps their counters. */
  readonly streams: ReadonlyMap<string, Stream>;

  /** Completed updates and completed epochs. Only `update`, `fit` and `loadCheckpoint` change them. */
  step = 0;
  epoch = 0;
  /** The two parts of the last loss that `gradient` returned. */
  dataLoss = 0;
  penalty = 0;

  readonly #parts: PlanParts;
  readonly #x: Vector;
  readonly #gradients: Vector;
  readonly #lossAt: LossAt;
  readonly #update: { -readonly [K in keyof Update<AnyValues, string>]: Update<AnyValues, string>[K] };
  readonly #penalties: readonly ((m: number) => number)[];
  readonly #rate: (epoch: number, step: number) => number;

  constructor(parts: PlanParts) {
    const { model, placed, ats, loss, optimizer, kernels, arena } = parts;
    this.#parts = parts;
    this.model = model;
    this.batchSize = parts.batchSize;
    this.seed = parts.seed;
    this.precision = arena.precision;
    this.executor = parts.executor;
    this.slices = arena.slices;
    this.layers = placed.map(shapeOf);
    this.metrics = model.metrics.map((component) => declarationOf<Metric>(catalog.metric, component));
    this.parameters = this.layers.reduce((sum, layer) => sum + layer.parameters, 0);
    this.outputs = outputsOf(placed);
    this.targetWidth = loss.targetWidth(this.outputs);
    this.labels = loss.labels(this.outputs);
    this.#x = arena.view("batch", "x");
    this.y = arena.view("batch", "y");
    this.z = ats.at(-1)!.y;
    this.streams = new Map([["shuffle", parts.shuffle], ...ats.map((at, i): [string, Stream] => [`dropout/${i}`, at.stream])]);
    this.#lossAt = { kernels, z: this.z, y: this.y, dz: ats.at(-1)!.dy, c: this.outputs };
    this.#gradients = arena.span(({ role }) => role === "grad");
    const p = arena.span(({ role }) => role === "param");
    const slots = Object.fromEntries(optimizer.slots.map((slot) => [slot, arena.span(({ role, name }) => role === "slot" && name.endsWith(`/${slot}`))]));
    const { kind: _, ...hyper } = model.optimizer;
    this.#update = { p, g: this.#gradients, slots, from: 0, to: p.length, t: 0, lr: 0, hyper: hyper as AnyValues, round: kernels.round, kernels };
    this.#penalties = parts.penalized.map(({ regularizer: { kind, ...values }, w, g }) => {
      const declared = declarationOf<Regularizer>(catalog.regularizer, { kind });
      return (m) => declared.penalize(values as AnyValues, kernels, w, g, m);
    });
    const schedule = declarationOf<Schedule>(catalog.schedule, model.schedule);
    const { kind: __, ...scheduled } = model.schedule;
    const base = hyper["learningRate"] as number;
    this.#rate = (epoch, step) => schedule.rate(scheduled as AnyValues, base, epoch, step);
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

  /** Runs the first m rows of the batch through all layers; the outputs are in `z`. */
  forward(m: number, mode: Mode): void {
    const { placed, ats } = this.#parts;
    for (let i = 0; i < ats.length; i++) placed[i]!.layer.forward(ats[i]!, m, mode);
  }

  /** The data loss of the first m rows of the batch, without any penalty. */
  loss(m: number, mode: Mode): number {
    this.forward(m, mode);
    return this.#parts.loss.measure(this.#lossAt, m);
  }

  /** Loss and gradient of the first m rows, penalties included in both; returns the total, whose parts are in `dataLoss` and `penalty`. */
  gradient(m: number, mode: "train" | "replay"): number {
    const { placed, ats, kernels } = this.#parts;
    this.dataLoss = this.loss(m, mode);
    for (let i = ats.length - 1; i >= 0; i--) placed[i]!.layer.backward(ats[i]!, m);
    this.penalty = 0;
    for (const penalize of this.#penalties) this.penalty = kernels.round(this.penalty + penalize(m));
    return kernels.round(this.dataLoss + this.penalty);
  }

  /** ‖g‖₂ over all parameters, summed in double precision. */
  gradientNorm(): number {
    let sum = 0;
    for (let i = 0; i < this.#gradients.length; i++) sum += this.#gradients[i]! * this.#gradients[i]!;
    return Math.sqrt(sum);
  }

  /** The learning rate of the next step, from the completed epochs and steps. */
  learningRate(): number {
    return this.#rate(this.epoch, this.step);
  }

  /** One update of all parameters with the gradient that stands in memory. */
  update(lr: number): void {
    this.step++;
    this.#update.t = this.step;
    this.#update.lr = lr;
    this.#parts.optimizer.update(this.#update);
  }

  /** Whether every parameter and statistic is a finite number. */
  isFinite(): boolean {
    return this.slices.every(({ role, view }) => (role !== "param" && role !== "statistic") || view.every(Number.isFinite));
  }
}
