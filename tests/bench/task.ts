/**
 * What every contestant of a workload gets: one folder with the rows, the order in which they come, the initial weights and a description in plain JSON, so that
 * peers in any language train the same thing. Written once by the benchmark, read by each contestant.
 */

import { closeSync, mkdirSync, openSync, readFileSync, readSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile, rng, shuffle } from "../../src-engine/index.ts";
import type { Plan } from "../../src-engine/index.ts";
import type { Rows } from "./rows.ts";
import type { Letter, Workload } from "./workloads.ts";

/** A slice of weights.f32. */
interface Weights { readonly at: number; readonly shape: readonly number[] }

/** A layer with its values and where its parameters start; kernels are (inputs, units) or (height, width, channels, filters), images have their channels last. */
export interface TaskLayer { readonly kind: string; readonly kernel?: Weights; readonly bias?: Weights; readonly scale?: Weights; readonly shift?: Weights; readonly [value: string]: unknown }

export interface Task {
  readonly letter: Letter;
  readonly title: string;
  readonly rows: number;
  readonly features: number;
  readonly input: readonly number[];
  readonly classes: number | null;
  readonly batchSize: number;
  /** The last rows that fill no batch are left out. */
  readonly stepsPerEpoch: number;
  /** How many epochs' orders order.i32 holds, (epochs, rows); they are taken in turn, over and over. */
  readonly epochs: number;
  readonly loss: string;
  readonly optimizer: Readonly<Record<string, unknown>>;
  /** λ of the penalty (λ/2m)‖W‖² on every kernel; 0 where there is none. */
  readonly lambda: number;
  readonly layers: readonly TaskLayer[];
}

const epochs = 16;

/** Compiled the plain way: where the initial weights come from, and the order of parameters in weights.f32. */
const startOf = ({ model, batchSize }: Workload): Plan => compile(model, { batchSize, seed: 1, executor: "reference" });

export function writeTask(folder: string, workload: Workload, { rows, x, y }: Rows): Task {
  const plan = startOf(workload);
  const { batchSize, classes, letter, title } = workload;
  const params = plan.slices.filter(({ role }) => role === "param");
  const starts = new Map<string, Weights>();
  let at = 0;
  for (const { name, shape, view } of params) {
    starts.set(name, { at, shape });
    at += view.length;
  }
  const layers = plan.model.layers.map((layer, i): TaskLayer => ({ ...layer, ...Object.fromEntries(["kernel", "bias", "scale", "shift"].flatMap((part) => (starts.has(`${i}/${part}`) ? [[part, starts.get(`${i}/${part}`)]] : []))) }));
  // A bias that is not there is said so, whatever the declaration had.
  const told = layers.map((layer) => (typeof layer["bias"] === "boolean" ? (({ bias: _, ...rest }) => rest)(layer) : layer));
  const regularizer = plan.model.regularizer;
  const task: Task = {
    letter, title, rows, features: x.length / rows, input: plan.model.input, classes, batchSize, stepsPerEpoch: Math.floor(rows / batchSize), epochs,
    loss: plan.model.loss.kind, optimizer: plan.model.optimizer, lambda: regularizer.kind === "l2" ? (regularizer["lambda"] as number) : 0, layers: told,
  };
  mkdirSync(folder, { recursive: true });
  write(folder, "x.f32", x);
  write(folder, "y.f32", y);
  write(folder, "order.i32", orders(rows));
  write(folder, "weights.f32", Float32Array.from(params.flatMap(({ view }) => Array.from(view))));
  writeFileSync(join(folder, "task.json"), `${JSON.stringify(task, null, 1)}\n`);
  return task;
}

export interface LoadedTask { readonly task: Task; readonly x: Float32Array; readonly y: Float32Array; readonly order: Int32Array; readonly weights: Float32Array }

export function readTask(folder: string): LoadedTask {
  const floats = (name: string): Float32Array => read(join(folder, name), (count) => new Float32Array(count));
  return { task: taskIn(folder), x: floats("x.f32"), y: floats("y.f32"), order: orderIn(folder), weights: floats("weights.f32") };
}

export const taskIn = (folder: string): Task => JSON.parse(readFileSync(join(folder, "task.json"), "utf8")) as Task;
export const orderIn = (folder: string): Int32Array => read(join(folder, "order.i32"), (count) => new Int32Array(count));

/** A file of singles in whatever array is wanted, a piece at a time, so that nothing is ever in memory twice. */
export function singlesIn<T extends Float32Array | Float64Array>(folder: string, name: string, make: (count: number) => T): T {
  return read(join(folder, name), make);
}

function read<T extends Float32Array | Float64Array | Int32Array>(path: string, make: (count: number) => T): T {
  const all = make(statSync(path).size / 4), piece = new Uint8Array(2 ** 20);
  const numbers = all instanceof Int32Array ? new Int32Array(piece.buffer) : new Float32Array(piece.buffer);
  const file = openSync(path, "r");
  try {
    for (let at = 0; at < all.length;) {
      const count = readSync(file, piece, 0, Math.min(piece.length, 4 * (all.length - at)), 4 * at) / 4;
      all.set(numbers.subarray(0, count), at);
      at += count;
    }
  } finally { closeSync(file); }
  return all;
}

const write = (folder: string, name: string, values: Float32Array | Int32Array): void => { writeFileSync(join(folder, name), new Uint8Array(values.buffer, values.byteOffset, values.byteLength)); };

function orders(rows: number): Int32Array {
  const stream = rng(1).stream("shuffle");
  const all = new Int32Array(epochs * rows);
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = all.subarray(epoch * rows, (epoch + 1) * rows);
    for (let i = 0; i < rows; i++) order[i] = i;
    shuffle(order, stream);
  }
  return all;
}
