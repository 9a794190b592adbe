/** Looks into the network while it trains: per layer, how large and how spread weights, activations and gradients are. Reads memory, and writes only what the next step overwrites. */

import { widthOf } from "../data/dataset.ts";
import type { Part } from "../data/prepare.ts";
import type { Slice } from "../plan/arena.ts";
import type { Plan } from "../plan/plan.ts";
import { componentAt } from "../plan/trouble.ts";
import type { Component } from "../spec/param.ts";

/** Some numbers, summed up in double precision. All are NaN where one of them is, or where there are none. */
export interface Spread {
  /** How many numbers, √Σx², √(Σx²/n). */
  readonly count: number;
  readonly norm: number;
  readonly rms: number;
  readonly mean: number;
  /** Of the population. */
  readonly deviation: number;
  /** 32 equal bins from the smallest number to the largest, which the last bin includes; one bin where all are equal, none where one is not finite. */
  readonly histogram: { readonly from: number; readonly to: number; readonly counts: readonly number[] };
}

/** One kernel, bias, scale or shift of a layer at a recorded step. */
export interface ParamRecord {
  /** "kernel", "bias" … */
  readonly name: string;
  readonly weight: Spread;
  /** What the update saw, penalty and clipping included; null before the first step. */
  readonly gradient: Spread | null;
  /** ‖Δp‖/‖p‖ of this step, p from before it: near 1e-3 is usual. Null before the first step, and where all p were 0. */
  readonly updateRatio: number | null;
}

/** One layer at a recorded step: its outputs, their gradient, and its parameters. */
export interface LayerRecord {
  /** "3", or "3/0" for the first layer inside layer 3. */
  readonly layer: string;
  readonly kind: string;
  /** The layer's outputs for the probe rows, in evaluation mode, after the step. */
  readonly activation: Spread;
  /** The loss's gradient with respect to these outputs, on the step's own (last) batch; null before the first step, and for the last layer inside another. */
  readonly delta: Spread | null;
  /** Share of units that are 0 for every probe row, for layers that cut off at 0; a unit of an image is a channel. Null for other layers. */
  readonly deadShare: number | null;
  /** Share of outputs near an end of the layer's range, where the slope all but vanishes: ±0.97 and beyond for tanh, 0.03 and below or 0.97 and above for sigmoid, the ends themselves for hard tanh. Null for other layers. */
  readonly saturatedShare: number | null;
  readonly params: readonly ParamRecord[];
}

const bins = 32;

/** Layers whose output can be 0 for good. */
const cutAtZero: readonly string[] = ["relu"];

/** Between which outputs a layer that flattens out at both ends is not saturated. */
function endsOf(component: Component): readonly [number, number] | null {
  switch (component.kind) {
    case "tanh": return [-0.97, 0.97];
    case "sigmoid": return [0.03, 0.97];
    case "hardTanh": return [component["min"] as number, component["max"] as number];
    default: return null;
  }
}

export interface Recorder {
  /** Before the update: keeps what it is about to change, and sums up the m rows' deltas and the gradient. */
  before(m: number): void;
  /** After the update, or before any: runs the probe rows and tells of every layer. */
  after(): readonly LayerRecord[];
}

/** `probe`: the rows whose activations are looked at; its first batch is taken. What it needs is allocated here and at each record, never in between. */
export function recorder(plan: Plan, probe: Part): Recorder {
  const params = plan.slices.filter(({ role }) => role === "param");
  const of = (role: Slice["role"]): ReadonlyMap<string, Slice> => new Map(plan.slices.filter((slice) => slice.role === role).map((slice) => [slice.name, slice]));
  const grads = of("grad"), deltas = of("delta");
  const activations = [...of("activation").values()];
  const kept = new Map(params.map(({ name, view }) => [name, view.slice()]));
  let gradients: ReadonlyMap<string, Spread> | null = null;
  let backward: ReadonlyMap<string, Spread> | null = null;

  return {
    before(m) {
      for (const { name, view } of params) kept.get(name)!.set(view);
      gradients = new Map(params.map(({ name }) => [name, spreadOf(grads.get(name)!.view)]));
      backward = new Map(activations.flatMap(({ name, shape }) => (deltas.has(name) ? [[name, spreadOf(deltas.get(name)!.view.subarray(0, m * widthOf(shape.slice(1))))] as const] : [])));
    },
    after() {
      const m = plan.gather(probe, null, 0, Math.min(plan.batchSize, probe.rows));
      plan.forward(m, "evaluate");
      return activations.map(({ name: layer, shape, view }) => {
        const component = componentAt(plan, layer);
        const { kind } = component, ends = endsOf(component);
        const outputs = view.subarray(0, m * widthOf(shape.slice(1)));
        return {
          layer, kind, activation: spreadOf(outputs), delta: backward?.get(layer) ?? null,
          deadShare: cutAtZero.includes(kind) ? deadShare(outputs, shape.at(-1)!) : null,
          saturatedShare: ends === null ? null : share(outputs, (y) => y <= ends[0] || y >= ends[1]),
          params: params.filter(({ name }) => name.slice(0, name.lastIndexOf("/")) === layer).map(({ name, view: weights }) => ({
            name: name.slice(layer.length + 1), weight: spreadOf(weights), gradient: gradients?.get(name) ?? null,
            updateRatio: gradients === null ? null : ratio(kept.get(name)!, weights),
          })),
        };
      });
    },
  };
}

/** ‖after − before‖ / ‖before‖; null where before is 0. */
function ratio(before: ArrayLike<number>, after: ArrayLike<number>): number | null {
  let moved = 0, squares = 0;
  for (let i = 0; i < before.length; i++) {
    moved += (after[i]! - before[i]!) * (after[i]! - before[i]!);
    squares += before[i]! * before[i]!;
  }
  return squares === 0 ? null : Math.sqrt(moved / squares);
}

function share(numbers: ArrayLike<number>, belongs: (y: number) => boolean): number {
  let count = 0;
  for (let i = 0; i < numbers.length; i++) if (belongs(numbers[i]!)) count++;
  return count / numbers.length;
}

/** Units are columns of the numbers read as rows of c. */
function deadShare(numbers: ArrayLike<number>, c: number): number {
  const alive = new Uint8Array(c);
  for (let i = 0; i < numbers.length; i++) if (numbers[i]! !== 0) alive[i % c] = 1;
  return share(alive, (unit) => unit === 0);
}

export function spreadOf(numbers: ArrayLike<number>): Spread {
  const count = numbers.length;
  let sum = 0, squares = 0, from = Infinity, to = -Infinity;
  for (let i = 0; i < count; i++) {
    const x = numbers[i]!;
    sum += x;
    squares += x * x;
    from = Math.min(from, x);
    to = Math.max(to, x);
  }
  const mean = sum / count;
  // Around the mean in a second pass: a mean far from 0 does not spoil the deviation.
  let around = 0;
  for (let i = 0; i < count; i++) around += (numbers[i]! - mean) * (numbers[i]! - mean);
  return { count, norm: Math.sqrt(squares), rms: Math.sqrt(squares / count), mean, deviation: Math.sqrt(around / count), histogram: { from, to, counts: histogram(numbers, from, to) } };
}

function histogram(numbers: ArrayLike<number>, from: number, to: number): number[] {
  if (!Number.isFinite(from) || !Number.isFinite(to)) return [];
  if (from === to) return [numbers.length];
  const counts = new Array<number>(bins).fill(0);
  for (let i = 0; i < numbers.length; i++) counts[Math.min(Math.floor(((numbers[i]! - from) / (to - from)) * bins), bins - 1)]!++;
  return counts;
}
