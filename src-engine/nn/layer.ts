/** How a layer is declared: what it owns, what it makes of a shape, and its two passes. Knows no particular layer. */

import type { Kernels, Vector } from "../kernels/kernels.ts";
import type { Stream } from "../rng.ts";
import { declare } from "../spec/component.ts";
import type { Declaration } from "../spec/component.ts";
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
  readonly params?: Readonly<Record<string, ParamWish>>;
  /** Numbers that are kept and saved but not learned, with their first value. */
  readonly statistics?: Readonly<Record<string, { readonly shape: readonly number[]; readonly start: number }>>;
  /** Room to work in; `perRow` puts the rows of the batch in front of the shape. */
  readonly scratch?: Readonly<Record<string, { readonly shape: readonly number[]; readonly perRow?: boolean }>>;
  /** Fewest rows a full batch must have; 1 where absent. */
  readonly leastRows?: number;
}

/** A layer's views of the plan's memory and its values, bound once at compile. Rows beyond m hold what an earlier batch left. */
export interface At<V> {
  readonly values: V;
  readonly kernels: Kernels;
  /** Numbers in one row of x and of y. */
  readonly inputWidth: number;
  readonly outputWidth: number;
  readonly x: Vector;
  readonly y: Vector;
  readonly dy: Vector;
  /** Null where nobody asks for the gradient of the input: below the first layer. */
  readonly dx: Vector | null;
  readonly params: Readonly<Record<string, Vector>>;
  readonly grads: Readonly<Record<string, Vector>>;
  readonly statistics: Readonly<Record<string, Vector>>;
  readonly scratch: Readonly<Record<string, Vector>>;
  /** The layer's own stream, "dropout/<index>". */
  readonly stream: Stream;
}

export interface LayerBehaviour<P extends Params = Params> {
  plan(values: Values<P>, input: readonly number[]): LayerPlan;
  /** Reads m rows of x, writes m rows of y. */
  forward(at: At<Values<P>>, m: number, mode: Mode): void;
  /** After `forward` in mode train or replay: reads m rows of dy, overwrites dx (if any) and all of `grads`. */
  backward(at: At<Values<P>>, m: number): void;
}

export type Layer = Declaration<string, Params> & LayerBehaviour;

export const defineLayer = <const K extends string, const P extends Params>(declaration: Declaration<K, P> & LayerBehaviour<P>) => declare("layer", declaration);
