/** What a sweep's trials say, as the figures draw it: best so far, surfaces, lanes. Pure: plain trials in, plain numbers out. */

import type { Objective } from "../../../src-main/contract/sweep-checks.ts";
import type { Ruler } from "./rulers.ts";

/** The part of a trial that figures need. */
export interface Told {
  readonly number: number;
  readonly point: Readonly<Record<string, unknown>>;
  readonly state: string;
  readonly values?: readonly number[] | null | undefined;
}

export const valueOf = (trial: Told, objective = 0): number => trial.values?.[objective] ?? Number.NaN;
/** Whether a value is better than another; what is not a number is worse than all. */
export const isBetter = (a: number, b: number, goal: Objective["goal"]): boolean => Number.isFinite(a) && (!Number.isFinite(b) || (goal === "maximize" ? a > b : a < b));

/** Trials that ran to their end and brought a number: the only ones a best is chosen from. */
export const finished = <T extends Told>(trials: readonly T[], objective = 0): readonly T[] => trials.filter((trial) => trial.state === "finished" && Number.isFinite(valueOf(trial, objective)));

export function bestOf<T extends Told>(trials: readonly T[], { goal }: Objective, objective = 0): T | null {
  return finished(trials, objective).reduce<T | null>((best, trial) => (best === null || isBetter(valueOf(trial, objective), valueOf(best, objective), goal) ? trial : best), null);
}

/** The best value known after each trial, in the order of their numbers: only where it rises, and at the end. */
export function bestSoFar(trials: readonly Told[], { goal }: Objective, objective = 0): readonly { readonly number: number; readonly best: number }[] {
  const steps: { number: number; best: number }[] = [];
  for (const trial of [...finished(trials, objective)].sort((a, b) => a.number - b.number)) {
    const value = valueOf(trial, objective);
    if (steps.length === 0 || isBetter(value, steps.at(-1)!.best, goal)) steps.push({ number: trial.number, best: value });
  }
  return steps;
}

/**
 * The objective over two axes on a grid: the mean of the trials near each place, weighted by a Gaussian of width `reach` (a share of each axis); NaN where no trial is
 * near enough to say anything. An interpolation, not a model: it shows where trials were good, and nothing where none was.
 */
export function surface(trials: readonly Told[], x: Ruler, y: Ruler, columns = 30, rows = 20, reach = 0.09): readonly (readonly number[])[] {
  const known = finished(trials).flatMap((trial) => { const [u, v] = [x.place(trial.point[x.name]), y.place(trial.point[y.name])]; return u === null || v === null ? [] : [{ u, v, value: valueOf(trial) }]; });
  return Array.from({ length: rows }, (_, j) => Array.from({ length: columns }, (__, i) => {
    const [u, v] = [(i + 0.5) / columns, (j + 0.5) / rows];
    let [weight, sum, nearest] = [0, 0, Infinity];
    for (const one of known) {
      const square = (one.u - u) ** 2 + (one.v - v) ** 2;
      const w = Math.exp(-square / (2 * reach * reach));
      weight += w;
      sum += w * one.value;
      nearest = Math.min(nearest, square);
    }
    return nearest > (2.2 * reach) ** 2 ? Number.NaN : sum / weight;
  }));
}

/** Pieces of time on as few lanes as hold them without overlap: what each worker did. */
export interface Piece { readonly fromMs: number; readonly toMs: number }
export function lanes<P extends Piece>(pieces: readonly P[]): readonly (readonly P[])[] {
  const found: P[][] = [];
  for (const piece of [...pieces].sort((a, b) => a.fromMs - b.fromMs)) {
    const lane = found.find((one) => one.at(-1)!.toMs <= piece.fromMs);
    if (lane === undefined) found.push([piece]);
    else lane.push(piece);
  }
  return found;
}

/** A brush: stretches of rulers as shares, from below to. */
export type Brushes = Readonly<Record<string, { readonly from: number; readonly to: number }>>;
/** Whether a trial passes through every brush; one that has no value of a brushed axis does not. */
export function isInside(place: (name: string) => number | null, brushes: Brushes): boolean {
  return Object.entries(brushes).every(([name, { from, to }]) => { const share = place(name); return share !== null && share >= from && share <= to; });
}

/** Which of the eight steps of the ramp a share of the way to the best is: 1 the worst, 8 the best. */
export const tone = (share: number): number => Math.min(8, Math.max(1, 1 + Math.round(share * 7)));
