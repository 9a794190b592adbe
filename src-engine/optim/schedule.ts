/** How a schedule is declared, and the parameters that several share. A schedule gives the learning rate of the next step; it knows counts, no memory. */

import { declare } from "../spec/component.ts";
import type { Declaration } from "../spec/component.ts";
import { choice } from "../spec/param.ts";
import type { Params, Values } from "../spec/param.ts";

/** Where training stands. The same object each time: read it, do not keep it. */
export interface Moment<N extends string = string> {
  /** The optimizer's learning rate, from which every schedule starts. */
  readonly base: number;
  /** Completed epochs and steps: 0 during the first. */
  readonly epoch: number;
  readonly step: number;
  /** How long training is meant to be; 0 where nobody said so. */
  readonly epochs: number;
  readonly stepsPerEpoch: number;
  /** The schedule's own numbers. */
  readonly state: Record<N, number>;
  /** The schedule under the parameter `then`, as if training had begun so many steps later. */
  readonly then: { rate(skipped: number): number; momentum(skipped: number): number | null };
}

export interface ScheduleBehaviour<P extends Params = Params, N extends string = string> {
  /** The learning rate of the next step. */
  rate(values: Values<P>, at: Moment<N>): number;
  /** The momentum of the next step; null leaves the optimizer's own. Absent: always its own. */
  momentum?(values: Values<P>, at: Moment<N>): number | null;
  /** True where it must be told how long training is. */
  readonly needsLength?: true;
  /** Numbers it keeps, with their first values; saved in checkpoints. */
  readonly state?: Readonly<Record<N, number>>;
  /** Which metric it waits for. */
  watches?(values: Values<P>): string;
  /** Takes that metric in after an epoch; `better` says which way it improves. */
  report?(values: Values<P>, at: Moment<N>, metric: number, better: "higher" | "lower"): void;
}
/** A declared schedule, with its behaviour. */
export type Schedule = Declaration<string, Params> & ScheduleBehaviour;

export const defineSchedule = <const K extends string, const P extends Params, const N extends string = never>(declaration: Declaration<K, P> & ScheduleBehaviour<P, N>) => declare("schedule", declaration);

type Unit = "epoch" | "step";

/** What a schedule's t counts. */
export const per = (unit: Unit) => choice({ label: "counts", default: unit, options: ["epoch", "step"], help: "whether t counts completed epochs or completed steps" });

/** t: what is completed, in the chosen unit. */
export const completed = (unit: Unit, { epoch, step }: Moment): number => (unit === "epoch" ? epoch : step);

/** T: how much there will be, in the chosen unit. */
export const whole = (unit: Unit, { epochs, stepsPerEpoch }: Moment): number => (unit === "epoch" ? epochs : epochs * stepsPerEpoch);

/** t/T, at most 1; 1 too where no time is left, as after a warm-up as long as training. */
export function progress(unit: Unit, at: Moment): number {
  const total = whole(unit, at);
  return total > 0 ? Math.min(1, completed(unit, at) / total) : 1;
}
