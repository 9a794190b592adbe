/** How a layer is declared: what it owns, what it makes of a shape, and its two passes. Knows no particular layer. */

import type { Kernels, Vector, Window } from "../kernels/kernels.ts";
import type { Stream } from "../rng.ts";
import { declare } from "../spec/component.ts";
import type { Declaration } from "../spec/component.ts";
import type { Details, PlanWhy, SpecError } from "../spec/errors.ts";
import type { Component, Params, Values } from "../spec/param.ts";

/**
 * How a pass is meant.
 * train: masks are drawn, batch statistics are used and remembered.
 * replay: as train, but with the masks that stand in memory and without remembering statistics: the same function twice, as a gradient check needs it.
 * evaluate: no mask, running statistics; a row's output does not depend on the other rows.
 */
export type Mode = "train" | "replay" | "evaluate";

/** Learned numbers a layer asks for. */
export interface ParamWish {
  readonly shape: readonly number[];
  /** An initializer, or one number everywhere. */
  readonly start: Component | number;
  /** Inputs and outputs of one unit, from which an initializer takes its scale. */
  readonly fan?: { readonly in: number; readonly out: number };
  /** Whether penalties hold for it: kernels yes; biases, scales and shifts no. */
  readonly decays: boolean;
  /** The layer's own regularizer; null or absent means the model's. */
  readonly regularizer?: Component | null;
}

/** What a layer makes of its input's shape, and all the memory it will ever use. */
export interface LayerPlan {
  readonly output: readonly number[];
  /**
   * Operations of one row, forward, as when evaluating. Every addition, multiplication, division, comparison, root and elementary function (exp, log,
   * tanh, erf) counts 1, so a multiply-add counts 2; a copy counts 0. Padding is counted as if it were there.
   */
  readonly flops: number;
  readonly params?: Readonly<Record<string, ParamWish>>;
  /** Numbers that are kept and saved but not learned, with their first value. */
  readonly statistics?: Readonly<Record<string, { readonly shape: readonly number[]; readonly start: number }>>;
  /** Room to work in; `perRow` puts the rows of the batch in front of the shape. */
  readonly scratch?: Readonly<Record<string, { readonly shape: readonly number[]; readonly perRow?: boolean }>>;
  /** Fewest rows a full batch must have; 1 where absent. */
  readonly leastRows?: number;
  /** How a kernel slides over the image, where one does. */
  readonly window?: Window;
  /** Layers that this one holds, first to last: they read its x, and the gradient of the last one's output is its dy. */
  readonly inside?: readonly Placed[];
}

/** What a layer may ask of its surroundings while it plans. */
export interface Setting {
  /** Plans the layers that stand under the parameter `key` of this one, for inputs of this shape. */
  place(key: string, layers: readonly Component[], input: readonly number[]): readonly Placed[];
  /** The error to throw where values do not suit the input's shape or each other. `key` is the parameter to mend, empty where there is none. */
  misfit(key: string, message: string, details: Details & { readonly why: PlanWhy }, cure?: unknown): SpecError;
}

/** One layer in its place: its complete values, its input's shape, and what it plans. */
export interface Placed {
  /** "3", or "3/0" for the first layer inside layer 3: how its slices' names begin. */
  readonly name: string;
  /** "layers.3" or "layers.3.layers.0": where it stands in the spec. */
  readonly path: string;
  readonly component: Component;
  readonly layer: Layer;
  readonly values: Values<Layer["params"]>;
  readonly input: readonly number[];
  readonly planned: LayerPlan;
  /** What was decided for it that its values do not say. */
  readonly notes: readonly Note[];
}

/** Something the engine did by itself, to be shown with the run. */
export interface Note { readonly path: string; readonly code: "biasDropped"; readonly message: string }

/** A layer with its views: what runs. */
export interface Bound { readonly layer: Layer; readonly at: At<Values<Layer["params"]>> }

/** A layer's views of the plan's memory and its values, bound once at compile. Rows beyond m hold what an earlier batch left. */
export interface At<V> {
  readonly values: V;
  readonly kernels: Kernels;
  /** Numbers in one row of x and of y. */
  readonly inputWidth: number;
  readonly outputWidth: number;
  /** Numbers along the last axis of x: the channels of an image, all of a flat row. */
  readonly channels: number;
  readonly x: Vector;
  readonly y: Vector;
  readonly dy: Vector;
  /** Null where nobody asks for the gradient of the input: below the first layer. */
  readonly dx: Vector | null;
  readonly params: Readonly<Record<string, Vector>>;
  readonly grads: Readonly<Record<string, Vector>>;
  readonly statistics: Readonly<Record<string, Vector>>;
  readonly scratch: Readonly<Record<string, Vector>>;
  /** As planned. */
  readonly window: Window | null;
  readonly inside: readonly Bound[];
  /** The layer's own stream, "<stream>/<name>", where its declaration names one. */
  readonly stream: Stream | null;
}

export interface LayerBehaviour<P extends Params = Params> {
  /** Whether a constant added to each channel of its input changes nothing: a bias in front of it is then left out. */
  readonly absorbsBias?: true;
  /** The kind of chance it draws: "dropout", "noise". Absent: none. */
  readonly stream?: string;
  /** Throws what `setting.misfit` makes. */
  plan(values: Values<P>, input: readonly number[], setting: Setting): LayerPlan;
  /** Reads m rows of x, writes m rows of y. */
  forward(at: At<Values<P>>, m: number, mode: Mode): void;
  /** After `forward` in mode train or replay: reads m rows of dy, overwrites dx (if any) and all of `grads`. */
  backward(at: At<Values<P>>, m: number): void;
  /**
   * For each of its corners, where the slope or its own slope jumps, on which side of it the last forward pass was; layers inside answer for themselves. Two passes with equal
   * answers lie on one smooth piece. Absent: it has no corners.
   */
  sides?(at: At<Values<P>>, m: number): ArrayLike<number>;
}

/** A declared layer, with its behaviour. */
export type Layer = Declaration<string, Params> & LayerBehaviour;

export const defineLayer = <const K extends string, const P extends Params>(declaration: Declaration<K, P> & LayerBehaviour<P>) => declare("layer", declaration);
