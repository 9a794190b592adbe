/** How an optimizer is declared, and the parameters that several share. Knows one long vector of parameters and nothing of layers. */

import type { Kernels, Vector } from "../kernels/kernels.ts";
import { declare } from "../spec/component.ts";
import type { Declaration } from "../spec/component.ts";
import { real } from "../spec/param.ts";
import type { Params, Real, Values } from "../spec/param.ts";

/** One update: the numbers [from, to) of p, with their gradient g and the optimizer's own vectors, all equally long. */
export interface Update<V, S extends string> {
  readonly p: Vector;
  readonly g: Vector;
  readonly slots: Readonly<Record<S, Vector>>;
  readonly from: number;
  readonly to: number;
  /** The number of this update, from 1. */
  readonly t: number;
  /** The learning rate of this step, as the schedule says; no update reads `hyper.learningRate`. */
  readonly lr: number;
  readonly hyper: V;
  /** Rounds to the precision of the memory: what a multiplication or an addition gives there. */
  round(x: number): number;
  /** The executor's kernels; some have the update's loop in a faster form. */
  readonly kernels?: Kernels;
}

export interface OptimizerBehaviour<P extends Params = Params, S extends string = string> {
  /** Vectors of its own, as long as the parameters, that start at 0 and are saved with them. */
  readonly slots: readonly S[];
  /** Where gradient and slots are 0 it must leave 0 alone: the gaps between slices are such numbers. */
  update(at: Update<Values<P>, S>): void;
}
export type Optimizer = Declaration<string, { readonly learningRate: Real } & Params> & OptimizerBehaviour;

export const defineOptimizer = <const K extends string, const P extends { readonly learningRate: Real } & Params, const S extends string>(declaration: Declaration<K, P> & OptimizerBehaviour<P, S>) => declare("optimizer", declaration);

export const learningRate = (rate: number): Real => real({ label: "learning rate", symbol: "α", default: rate, min: 0, open: "min", scale: "log", search: [1e-4, 1], help: "size of a step, before the schedule changes it" });

/** A share of the past that is kept at each step, in [0, 1). */
export const retention = (symbol: string, share: number, help: string): Real => real({ symbol, default: share, min: 0, max: 1, open: "max", scale: "reverseLog", search: [0.9, 0.999], help });
