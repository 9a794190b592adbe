/** From a model to a plan: checks it, walks its layers once, lays out one memory, and starts every parameter. */

import { catalog, declarationOf, valuesOf } from "../catalog.ts";
import { widthOf } from "../data/dataset.ts";
import { executorFor, fits, hire } from "../kernels/executors.ts";
import type { ArithmeticMode, Executor } from "../kernels/executors.ts";
import type { Kernels, Precision, Vector } from "../kernels/kernels.ts";
import type { Initializer } from "../nn/initializers.ts";
import type { Bound, ParamWish, Placed } from "../nn/layer.ts";
import type { Loss } from "../nn/losses.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { rng } from "../rng.ts";
import type { Rng } from "../rng.ts";
import { SpecError } from "../spec/errors.ts";
import { problem } from "../spec/param.ts";
import type { Values } from "../spec/param.ts";
import { Arena, sizeOf } from "./arena.ts";
import type { Wish } from "./arena.ts";
import { augmentWishes, mixesTargets } from "./augmenting.ts";
import { checkModel, outputsOf } from "./model.ts";
import type { Model, ModelOptions } from "./model.ts";
import { Plan } from "./plan.ts";
import type { Penalized } from "./plan.ts";
import { withInner } from "./shapes.ts";

/** How a model is compiled: its batch, its seed, and what else the plan is to be able to do. */
export interface CompileOptions extends ModelOptions {
  /** Most rows of a batch; shorter ones are no special case. */
  readonly batchSize: number;
  /** Start of all streams: "init/0/kernel", "shuffle", "dropout/3", "noise/2/0" … */
  readonly seed: number;
  /** Bits of a number; 32 where absent, 64 for gradient checks. */
  readonly precision?: Precision;
  /** Who does the arithmetic; the fastest that this machine has where absent. In exact mode all give the same bits. */
  readonly executor?: Executor;
  /** How it is done; exact where absent. The reference knows only that. */
  readonly mode?: ArithmeticMode;
  /** Kernels in place of the executor's own; the executor must then be the reference, and their precision the plan's. */
  readonly kernels?: Kernels;
  /** Also compute the gradient of the input (slice "input" among the deltas). */
  readonly inputGradient?: boolean;
  /** Targets of classes come as a distribution in each row (rows, outputs) instead of a label: a teacher's probabilities, shares of several annotators. */
  readonly softTargets?: boolean;
  /** Room for a second gradient, in which those of several batches add up to one step's. */
  readonly accumulates?: boolean;
}

/** Checks the model, allocates everything a step will touch, draws the initial parameters. Throws SpecError with paths such as `layers.2.units`. */
export function compile(raw: Model, { batchSize, seed, precision = 32, kernels: given, executor = given === undefined ? executorFor(precision) : "reference", mode = "exact", inputGradient = false, keepBias = false, accumulates = false, softTargets = false, optimizers = [] }: CompileOptions): Plan {
  const { model, placed, optimizer } = checkModel(raw, { keepBias, optimizers });
  if (!Number.isSafeInteger(batchSize) || batchSize < 1) throw new SpecError([problem("train.batchSize", "outOfInterval", `must be a whole number in [1, ∞); got ${batchSize}`, { got: String(batchSize), interval: "[1, ∞)" })]);
  checkBatch(placed, batchSize);

  const { loss, weights, wishes } = wishesOf(placed, model, optimizer, { batchSize, inputGradient, accumulates, softTargets });
  const bytes = sizeOf(wishes, precision);
  if (!fits(bytes)) {
    const got = `${(bytes / 2 ** 30).toFixed(1)} GiB`;
    throw new SpecError([problem("layers", "tooLong", `need ${got} of memory with batches of ${batchSize} rows; at most 4 GiB are possible. Take fewer units or a smaller batch`, { why: "memory", got, rows: String(batchSize), limit: "4 GiB" })]);
  }

  const { memory, at, kernels: own, recorder, heap } = hire(executor, mode, precision, bytes, widestOf(placed, model));
  const kernels = given ?? own;
  const arena = new Arena(wishes, precision, memory, at);
  if (weights.length > 0) arena.view("scratch", "loss/weights").set(weights);
  const streams = rng(seed);
  for (const { name: layer, planned } of withInner(placed)) {
    for (const [name, wish] of Object.entries(planned.params ?? {})) start(arena, streams, `${layer}/${name}`, wish);
    for (const [name, statistic] of Object.entries(planned.statistics ?? {})) arena.view("statistic", `${layer}/${name}`).fill(statistic.start);
  }
  const ends: Ends = { x: arena.view("batch", "x"), dx: inputGradient ? arena.view("delta", "input") : null, dy: arena.view("delta", placed.at(-1)!.name) };
  return new Plan({ model, placed, bound: bind(placed, ends, arena, kernels, streams), loss, softTargets, optimizer, kernels, executor, mode: executor === "reference" ? "exact" : mode, recorder, heap, arena, penalized: penalizedOf(placed, model, arena), batchSize, seed, accumulates, shuffle: streams.stream("shuffle"), augment: streams.stream("augment") });
}

/** What a run of this model takes of memory for its numbers, in bytes; nothing is allocated. Throws SpecError as `compile` does. */
export function memoryOf(raw: Model, { batchSize, precision = 32, accumulates = false }: Pick<CompileOptions, "batchSize" | "precision" | "accumulates">): number {
  const { model, placed, optimizer } = checkModel(raw, { keepBias: false, optimizers: [] });
  return sizeOf(wishesOf(placed, model, optimizer, { batchSize, inputGradient: false, accumulates, softTargets: false }).wishes, precision);
}

/** Everything a plan will hold, before there is any memory. */
function wishesOf(placed: readonly Placed[], model: Required<Model>, optimizer: Optimizer, { batchSize, inputGradient, accumulates, softTargets }: { readonly batchSize: number; readonly inputGradient: boolean; readonly accumulates: boolean; readonly softTargets: boolean }): { readonly loss: Loss; readonly weights: readonly number[]; readonly wishes: Wish[] } {
  const loss = declarationOf<Loss>(catalog.loss, model.loss);
  if (softTargets && loss.takesSoft !== true) throw new SpecError([problem("loss.kind", "badTarget", `${model.loss.kind} takes no soft targets; use softmaxCrossEntropy`, { why: "softTargets", got: model.loss.kind }, "softmaxCrossEntropy")]);
  const weights: readonly number[] = loss.weights?.(valuesOf(model.loss) as Values<Loss["params"]>) ?? [];
  const wishes: Wish[] = [...parameterWishes(placed, optimizer.needs?.(valuesOf(model.optimizer) as Values<Optimizer["params"]>) ?? optimizer.slots), ...optimizerWishes(placed, optimizer), ...rowWishes(placed, model, loss, batchSize, inputGradient, softTargets), ...(weights.length > 0 ? [{ name: "loss/weights", role: "scratch", shape: [weights.length] } as const] : []), ...(accumulates ? sumWishes(placed) : [])];
  return { loss, weights, wishes };
}

/** Numbers in a row of the widest layer: along the last axis, for that is what vectors lie along. */
const widestOf = (placed: readonly Placed[], { input }: Required<Model>): number => Math.max(input.at(-1)!, ...withInner(placed).map(({ planned }) => planned.output.at(-1)!));

/** A full batch must give batch norm at least two values per channel. */
export function batchProblems(placed: readonly Placed[], rows: number) {
  return withInner(placed).filter(({ planned }) => rows < (planned.leastRows ?? 1)).map(({ path, component, planned }) => {
    const wanted = String(planned.leastRows);
    return problem(path, "badShape", `(${component.kind}) needs batches of at least ${wanted} rows: one row has no variance; got ${rows}`, { why: "fewRows", kind: component.kind, wanted, got: String(rows) });
  });
}

function checkBatch(placed: readonly Placed[], batchSize: number): void {
  const problems = batchProblems(placed, batchSize);
  if (problems.length > 0) throw new SpecError(problems);
}

/** Parameters, those that decay first; their gradients and slots in the same layout. */
function parameterWishes(placed: readonly Placed[], slots: readonly string[]): Wish[] {
  const all = withInner(placed);
  const params = all.flatMap(({ name: layer, planned }) => Object.entries(planned.params ?? {}).map(([name, wish]) => ({ name: `${layer}/${name}`, wish })));
  const sorted = [...params.filter(({ wish }) => wish.decays), ...params.filter(({ wish }) => !wish.decays)];
  const as = (role: Wish["role"], suffix = "") => sorted.map(({ name, wish }): Wish => ({ name: `${name}${suffix}`, role, shape: wish.shape }));
  const statistics = all.flatMap(({ name: layer, planned }) => Object.entries(planned.statistics ?? {}).map(([name, { shape }]): Wish => ({ name: `${layer}/${name}`, role: "statistic", shape })));
  return [...as("param"), ...statistics, ...as("grad"), ...slots.flatMap((slot) => as("slot", `/${slot}`))];
}

/** The optimizer's room to work in. */
function optimizerWishes(placed: readonly Placed[], optimizer: Optimizer): Wish[] {
  const shapes = withInner(placed).flatMap(({ planned }) => Object.values(planned.params ?? {}).map(({ shape }) => shape));
  return Object.entries(optimizer.scratch?.(shapes) ?? {}).map(([name, length]) => ({ name: `optimizer/${name}`, role: "scratch", shape: [length] }));
}

/** What has a row for each row of the batch, and the layers' scratch. */
function rowWishes(placed: readonly Placed[], model: Required<Model>, loss: Loss, rows: number, inputGradient: boolean, softTargets: boolean): Wish[] {
  const outputs = outputsOf(placed);
  const makesShares = !softTargets && hasShares(model, loss, outputs);
  const wishes: Wish[] = [
    { name: "x", role: "batch", shape: [rows, ...model.input] },
    { name: "y", role: "batch", shape: [rows, loss.targetWidth(outputs, softTargets)] },
    ...(makesShares ? [{ name: "shares", role: "batch", shape: [rows, loss.targetWidth(outputs, true)] } as const] : []),
    ...augmentWishes(model.augment, model.input, rows, loss.targetWidth(outputs, softTargets || makesShares)),
    ...(inputGradient ? [{ name: "input", role: "delta", shape: [rows, ...model.input] } as const] : []),
  ];
  // The gradient of the last layer inside another one is the outer one's: it has no slice of its own.
  const shared = new Set(withInner(placed).flatMap(({ planned }) => planned.inside?.at(-1)?.name ?? []));
  for (const { name: layer, planned } of asComputed(placed)) {
    const shape = [rows, ...planned.output];
    wishes.push({ name: layer, role: "activation", shape });
    if (!shared.has(layer)) wishes.push({ name: layer, role: "delta", shape });
    for (const [name, scratch] of Object.entries(planned.scratch ?? {})) {
      wishes.push({ name: `${layer}/${name}`, role: "scratch", shape: scratch.perRow === true ? [rows, ...scratch.shape] : scratch.shape });
    }
  }
  return wishes;
}

/** Whether labels are mixed, so that training needs them as shares of every class: one output's label is a share already. */
const hasShares = (model: Required<Model>, loss: Loss, outputs: number): boolean => loss.targetWidth(outputs, false) < loss.targetWidth(outputs, true) && mixesTargets(model.augment);

/** A gradient's layout once more. */
const sumWishes = (placed: readonly Placed[]): Wish[] => parameterWishes(placed, []).filter(({ role }) => role === "grad").map(({ name, shape }) => ({ name: `sum/${name}`, role: "scratch", shape }));

/** The layers in the order in which their outputs come about: those inside another before it. */
const asComputed = (placed: readonly Placed[]): Placed[] => placed.flatMap((one) => [...asComputed(one.planned.inside ?? []), one]);

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

/** What a row of layers reads and whose gradient it writes at its front, and where the gradient of its last output stands. */
interface Ends { readonly x: Vector; readonly dx: Vector | null; readonly dy: Vector }

function bind(placed: readonly Placed[], ends: Ends, arena: Arena, kernels: Kernels, streams: Rng): Bound[] {
  return placed.map(({ name, layer, values, input, planned }, i) => {
    const views = (role: "param" | "grad" | "statistic" | "scratch", of: object | undefined) => Object.fromEntries(Object.keys(of ?? {}).map((key) => [key, arena.view(role, `${name}/${key}`)]));
    const x = i === 0 ? ends.x : arena.view("activation", placed[i - 1]!.name);
    const dx = i === 0 ? ends.dx : arena.view("delta", placed[i - 1]!.name);
    const dy = i === placed.length - 1 ? ends.dy : arena.view("delta", name);
    return {
      layer,
      at: {
        values, kernels, x, dx, dy,
        y: arena.view("activation", name),
        inputWidth: widthOf(input),
        outputWidth: widthOf(planned.output),
        channels: input.at(-1)!,
        params: views("param", planned.params),
        grads: views("grad", planned.params),
        statistics: views("statistic", planned.statistics),
        scratch: views("scratch", planned.scratch),
        window: planned.window ?? null,
        inside: bind(planned.inside ?? [], { x, dx, dy }, arena, kernels, streams),
        stream: layer.stream === undefined ? null : streams.stream(`${layer.stream}/${name}`),
      },
    };
  });
}

/** Every kernel that decays, with the regularizer that holds for it. */
function penalizedOf(placed: readonly Placed[], model: Required<Model>, arena: Arena): Penalized[] {
  return withInner(placed).flatMap(({ name: layer, planned }) => Object.entries(planned.params ?? {})
    .filter(([, wish]) => wish.decays)
    .map(([name, wish]) => ({ regularizer: wish.regularizer ?? model.regularizer, w: arena.view("param", `${layer}/${name}`), g: arena.view("grad", `${layer}/${name}`), units: wish.shape.at(-1)! })));
}
