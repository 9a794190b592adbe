/** How an optimizer is declared, and the parameters that several share. Knows long vectors of parameters and the pieces they are made of, nothing of layers. */

import type { Kernels, Vector } from "../kernels/kernels.ts";
import { declare } from "../spec/component.ts";
import type { Declaration } from "../spec/component.ts";
import { choice, real } from "../spec/param.ts";
import type { Params, Real, Values } from "../spec/param.ts";

/** The place of one kernel, bias, scale or shift in the vectors: the numbers [from, to), row-major in this shape. */
export interface Piece { readonly from: number; readonly to: number; readonly shape: readonly number[] }

/** One update: the numbers [from, to) of p, with their gradient g and the optimizer's own vectors, all equally long. Called once a step. */
export interface Update<V, S extends string = string, N extends string = string> {
  readonly p: Vector;
  readonly g: Vector;
  readonly slots: Readonly<Record<S, Vector>>;
  /** Single numbers of its own, in double precision; changed in place and saved with the slots. */
  readonly state: Record<N, number>;
  /** Room to work in, as `scratch` asked for; holds what was left there. */
  readonly scratch: Readonly<Record<string, Vector>>;
  readonly from: number;
  readonly to: number;
  /** Parameters that decay (kernels) lie before this index, the others (biases, scales, shifts) after. */
  readonly decayTo: number;
  /** Everything in [from, to) but the gaps, in order. */
  readonly pieces: readonly Piece[];
  /** The number of this update, from 1. */
  readonly t: number;
  /** The learning rate of this step, as the schedule says; no update reads `hyper.learningRate`. */
  readonly lr: number;
  readonly hyper: V;
  /** What the update is made of: a kernel runs at the speed of the executor, a loop of one's own at JavaScript's. Kernels round the numbers they are given. */
  readonly kernels: Kernels;
  /** Rounds to the precision of the memory: what a multiplication or an addition gives there. For loops of one's own. */
  round(x: number): number;
}

export interface OptimizerBehaviour<P extends Params = Params, S extends string = string, N extends string = string> {
  /** Vectors of its own, as long as the parameters, that start at 0 and are saved with them. */
  readonly slots: readonly S[];
  /** The slots that these values use; all where absent. The others are empty. */
  needs?(values: Values<P>): readonly S[];
  /** Single numbers of its own, with their first values. */
  readonly state?: Readonly<Record<N, number>>;
  /** Numbers of room to work in, by name, for parameters of these shapes. */
  scratch?(shapes: readonly (readonly number[])[]): Readonly<Record<string, number>>;
  /** The slot with the point at which gradients are taken from the second step on; the parameters are then what is evaluated and saved. Absent: at the parameters. */
  readonly gradientAt?: S;
  /** The parameter that a schedule may let cycle as momentum. */
  readonly momentum?: keyof P & string;
  /** Whether with these values, from the second update on, its numbers depend on nothing but the learning rate and its momentum: then steps of one rate are alike. */
  isSteady?(values: Values<P>): boolean;
  /**
   * Where gradient and slots are 0 it must leave 0 alone: the gaps between pieces are such numbers. Which kernels are called, and on which memory, may depend on
   * the values, pieces and ranges, which stay; numbers alone may depend on t, lr and the state.
   */
  update(at: Update<Values<P>, S, N>): void;
}
/** A declared optimizer, with its behaviour. */
export type Optimizer = Declaration<string, { readonly learningRate: Real } & Params> & OptimizerBehaviour;

/** Declares an optimizer: one of the catalogue, or one of your own for `compile`'s `optimizers`. The value it returns is called for a spec's component. */
export const defineOptimizer = <const K extends string, const P extends { readonly learningRate: Real } & Params, const S extends string, const N extends string = never>(declaration: Declaration<K, P> & OptimizerBehaviour<P, S, N>) => declare("optimizer", declaration);

/** The parameter every optimizer has: a learning rate above 0, with its default. Updates read the schedule's `lr`, not this. */
export const learningRate = (rate: number): Real => real({ label: "learning rate", symbol: "α", default: rate, min: 0, open: "min", scale: "log", search: [1e-4, 1], help: "size of a step, before the schedule changes it" });

/** A share of the past that is kept at each step, in [0, 1). */
export const retention = (symbol: string, share: number, help: string): Real => real({ symbol, default: share, min: 0, max: 1, open: "max", scale: "reverseLog", search: [0.9, 0.999], help });

/** The two averages that Adam and its relatives keep. */
export const averages = (beta1 = 0.9, beta2 = 0.999) => ({
  beta1: retention("β₁", beta1, "share of the gradient's average that is kept"),
  beta2: retention("β₂", beta2, "share of the squared gradient's average that is kept"),
});

export const epsilon = (size: number, help: string): Real => real({ symbol: "ε", default: size, min: 1e-30, max: 1, scale: "log", help });

/** Decay that is no part of the gradient, and what it pulls. Unlike L2 in the gradient it is not divided by Adam's √v̂. */
export const decoupledDecay = (strength: number, help: string) => ({
  weightDecay: real({ label: "weight decay", symbol: "λ", default: strength, min: 0, max: 1000, scale: "log", search: [1e-5, 1e-1], help }),
  decayed: choice({ label: "decays", default: "kernels", options: ["kernels", "all"], help: "what the decay pulls: kernels, or all parameters with biases, scales and shifts (PyTorch's default)" }),
});

/** Where decay ends: decayed parameters lie first, so who decays is a range and not a mask. */
export const decayEnd = ({ to, decayTo }: { readonly to: number; readonly decayTo: number }, decayed: "kernels" | "all"): number => (decayed === "all" ? to : Math.min(decayTo, to));

/** p ← (1 − αλ) p over [from, until). */
export function pull(kernels: Kernels, p: Vector, from: number, until: number, lr: number, weightDecay: number): void {
  if (weightDecay > 0 && until > from) kernels.scale(p, from, until, 1 - lr * weightDecay);
}
