/** From a model to a plan: checks it, walks its layers once, lays out one memory, and starts every parameter. */

import { catalog, declarationOf } from "../catalog.ts";
import { widthOf } from "../data/dataset.ts";
import { executorFor, hire, memorySize } from "../kernels/executors.ts";
import type { Executor } from "../kernels/executors.ts";
import type { Kernels, Precision } from "../kernels/kernels.ts";
import type { Initializer } from "../nn/initializers.ts";
import type { At, ParamWish } from "../nn/layer.ts";
import type { Loss } from "../nn/losses.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { rng } from "../rng.ts";
import type { Rng } from "../rng.ts";
import { SpecError } from "../spec/errors.ts";
import { problem } from "../spec/param.ts";
import type { Values } from "../spec/param.ts";
import { Arena, sizeOf } from "./arena.ts";
import type { Wish } from "./arena.ts";
import { checkModel, outputsOf } from "./model.ts";
import type { Model } from "./model.ts";
import { Plan } from "./plan.ts";
import type { Penalized } from "./plan.ts";
import type { Placed } from "./shapes.ts";

export interface CompileOptions {
  /** Most rows of a batch; shorter ones are no special case. */
  readonly batchSize: number;
  /** Start of all streams: "init/0/kernel", "shuffle", "dropout/3" … */
  readonly seed: number;
  /** Bits of a number; 32 where absent, 64 for gradient checks. */
  readonly precision?: Precision;
  /** Who does the arithmetic; the fastest that this machine has where absent. All give the same bits. */
  readonly executor?: Executor;
  /** Kernels in place of the executor's own; the executor must then be the reference, and their precision the plan's. */
  readonly kernels?: Kernels;
  /** Also compute the gradient of the input (slice "input" among the deltas). */
  readonly inputGradient?: boolean;
}

/** Most bytes a plan may take: beyond it a typed array cannot be had everywhere. */
const mostBytes = 2 ** 32;

/** Checks the model, allocates everything a step will touch, draws the initial parameters. Throws SpecError with paths such as `layers.2.units`. */
export function compile(raw: Model, { batchSize, seed, precision = 32, kernels: given, executor = given === undefined ? executorFor(precision) : "reference", inputGradient = false }: CompileOptions): Plan {
  const { model, placed } = checkModel(raw);
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) throw new SpecError([problem("train.batchSize", "outOfInterval", `must be a whole number in [1, ∞); got ${batchSize}`, { got: String(batchSize), interval: "[1, ∞)" })]);
  checkBatch(placed, batchSize);

  const loss = declarationOf<Loss>(catalog.loss, model.loss);
  const optimizer = declarationOf<Optimizer>(catalog.optimizer, model.optimizer);
  const wishes = [...parameterWishes(placed, optimizer.slots), ...rowWishes(placed, model, loss, batchSize, inputGradient)];
  const bytes = memorySize(executor, sizeOf(wishes, precision));
  if (bytes > mostBytes) {
    const got = `${(bytes / 2 ** 30).toFixed(1)} GiB`;
    throw new SpecError([problem("layers", "tooLong", `need ${got} of memory with batches of ${batchSize} rows; at most ${mostBytes / 2 ** 30} GiB are possible. Take fewer units or a smaller batch`, { got, limit: `${mostBytes / 2 ** 30} GiB` })]);
  }

  const { memory, kernels: own } = hire(executor, precision, sizeOf(wishes, precision));
  const kernels = given ?? own;
  const arena = new Arena(wishes, precision, memory);
  const streams = rng(seed);
  for (const { index, planned } of placed) {
    for (const [name, wish] of Object.entries(planned.params ?? {})) start(arena, streams, `${index}/${name}`, wish);
    for (const [name, statistic] of Object.entries(planned.statistics ?? {})) arena.view("statistic", `${index}/${name}`).fill(statistic.start);
  }
  const ats = placed.map((layer) => bind(layer, arena, kernels, streams, inputGradient));
  return new Plan({ model, placed, ats, loss, optimizer, kernels, executor, arena, penalized: penalizedOf(placed, model, arena), batchSize, seed, shuffle: streams.stream("shuffle") });
}

/** A full batch must give batch norm at least two values per channel. */
export function batchProblems(placed: readonly Placed[], rows: number) {
  return placed.filter(({ planned }) => rows < (planned.leastRows ?? 1)).map(({ index, component, planned }) => {
    const wanted = String(planned.leastRows);
    return problem(`layers.${index}`, "badShape", `(${component.kind}) needs batches of at least ${wanted} rows: one row has no variance; got ${rows}`, { kind: component.kind, wanted, got: String(rows) });
  });
}

function checkBatch(placed: readonly Placed[], batchSize: number): void {
  const problems = batchProblems(placed, batchSize);
  if (problems.length > 0) throw new SpecError(problems);
}

/** Parameters, those that decay first; their gradients and slots in the same layout. */
function parameterWishes(placed: readonly Placed[], slots: readonly string[]): Wish[] {
  const params = placed.flatMap(({ index, planned }) => Object.entries(planned.params ?? {}).map(([name, wish]) => ({ name: `${index}/${name}`, wish })));
  const sorted = [...params.filter(({ wish }) => wish.decays), ...params.filter(({ wish }) => !wish.decays)];
  const as = (role: Wish["role"], suffix = "") => sorted.map(({ name, wish }): Wish => ({ name: `${name}${suffix}`, role, shape: wish.shape }));
  const statistics = placed.flatMap(({ index, planned }) => Object.entries(planned.statistics ?? {}).map(([name, { shape }]): Wish => ({ name: `${index}/${name}`, role: "statistic", shape })));
  return [...as("param"), ...statistics, ...as("grad"), ...slots.flatMap((slot) => as("slot", `/${slot}`))];
}

/** What has a row for each row of the batch, and the layers' scratch. */
function rowWishes(placed: readonly Placed[], model: Required<Model>, loss: Loss, rows: number, inputGradient: boolean): Wish[] {
  const wishes: Wish[] = [
    { name: "x", role: "batch", shape: [rows, ...model.input] },
    { name: "y", role: "batch", shape: [rows, loss.targetWidth(outputsOf(placed))] },
    ...(inputGradient ? [{ name: "input", role: "delta", shape: [rows, ...model.input] } as const] : []),
  ];
  for (const { index, planned } of placed) {
    const shape = [rows, ...planned.output];
    wishes.push({ name: String(index), role: "activation", shape }, { name: String(index), role: "delta", shape });
    for (const [name, scratch] of Object.entries(planned.scratch ?? {})) {
      wishes.push({ name: `${index}/${name}`, role: "scratch", shape: scratch.perRow === true ? [rows, ...scratch.shape] : scratch.shape });
    }
  }
  return wishes;
}

function start(arena: Arena, streams: Rng, name: string, wish: ParamWish): void {
  const view = arena.view("param", name);
  if (typeof wish.start === "number") {
    view.fill(wish.start);
    return;
  }
  const { kind: _, ...values } = wish.start;
  const fan = wish.fan ?? { in: view.length, out: view.length };
  declarationOf<Initializer>(catalog.initializer, wish.start).fill(values as Values<Initializer["params"]>, view, fan, streams.stream(`init/${name}`));
}

function bind({ index, values, input, planned }: Placed, arena: Arena, kernels: Kernels, streams: Rng, inputGradient: boolean): At<Placed["values"]> {
  const views = (role: "param" | "grad" | "statistic" | "scratch", of: object | undefined) => Object.fromEntries(Object.keys(of ?? {}).map((name) => [name, arena.view(role, `${index}/${name}`)]));
  const below = index > 0 ? arena.view("delta", String(index - 1)) : inputGradient ? arena.view("delta", "input") : null;
  return {
    values, kernels,
    inputWidth: widthOf(input),
    outputWidth: widthOf(planned.output),
    x: index === 0 ? arena.view("batch", "x") : arena.view("activation", String(index - 1)),
    y: arena.view("activation", String(index)),
    dy: arena.view("delta", String(index)),
    dx: below,
    params: views("param", planned.params),
    grads: views("grad", planned.params),
    statistics: views("statistic", planned.statistics),
    scratch: views("scratch", planned.scratch),
    stream: streams.stream(`dropout/${index}`),
  };
}

/** Every kernel that decays, with the regularizer that holds for it. */
function penalizedOf(placed: readonly Placed[], model: Required<Model>, arena: Arena): Penalized[] {
  return placed.flatMap(({ index, planned }) => Object.entries(planned.params ?? {})
    .filter(([, wish]) => wish.decays)
    .map(([name, wish]) => ({ regularizer: wish.regularizer ?? model.regularizer, w: arena.view("param", `${index}/${name}`), g: arena.view("grad", `${index}/${name}`) })));
}
