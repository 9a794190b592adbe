/** What a sweep has found so far, as its samplers and pruners read it. Knows goals and states; knows no space. */

import type { Objective } from "../spec/sweep-spec.ts";

/** A trial's values by the names of its axes, those in play only. */
export type Point = Readonly<Record<string, unknown>>;

/** What was measured after an epoch: one number for each objective, means over the runs that got there. */
export interface Measured { readonly epoch: number; readonly values: readonly number[] }

/** One point of a sweep and what came of it. Plain data; `number` and `batch` count from 1. */
export interface Trial {
  readonly number: number;
  /** Trials chosen together share it; in synchronous mode nothing is chosen before the batches before are done. */
  readonly batch: number;
  readonly point: Point;
  /** Population-based training: the trial of the generation before whose weights this one goes on with. Absent or null where it begins anew. */
  readonly from?: number | null;
  readonly state: "running" | "finished" | "pruned" | "failed";
  /** One number for each objective, means over its runs; NaN and ∞ are facts and count as failed. Absent until there is a result. */
  readonly values?: readonly number[];
  /** The same for each run by itself (seed or fold), in their order. */
  readonly repeats?: readonly (readonly number[])[];
  readonly curve?: readonly Measured[];
}

/** Whether a trial has come to its end, well or badly. */
export const isDone = ({ state }: Trial): boolean => state !== "running";

/** The objectives as losses: all to be made small. `null` where there is no result to learn from: none yet, failed, or a number that is not finite. */
export function lossesOf(values: readonly number[] | undefined, objectives: readonly Objective[]): readonly number[] | null {
  if (values === undefined || values.length < objectives.length || !values.every(Number.isFinite)) return null;
  return objectives.map(({ goal }, i) => goal === "maximize" ? -values[i] : values[i]);
}

/** The finished trials with a result, best first by the first objective; equal ones in the order of their numbers. */
export function ranking(trials: readonly Trial[], objectives: readonly Objective[]): Trial[] {
  const loss = (trial: Trial): number => lossesOf(trial.values, objectives)![0];
  return trials.filter((trial) => trial.state === "finished" && lossesOf(trial.values, objectives) !== null).sort((a, b) => loss(a) - loss(b) || a.number - b.number);
}

/** The middle of a list; the mean of the middle two where there are two; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length === 0 ? Number.NaN : sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
