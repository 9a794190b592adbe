/** The unit cube as a sampler sees it: sides, cells, and places tried before. Knows neither names nor scales nor options. */

import type { Stream } from "../rng.ts";

/** One side. With `levels` > 0 it is cut into that many cells (not always equally wide); only where it is ordered are near cells alike. */
export interface Side {
  readonly levels: number;
  readonly isOrdered: boolean;
  /** Whether a person wrote the values down one by one: then a grid takes all of them. */
  readonly isListed: boolean;
  /** The middles of the cells from left to right; none where there are no cells, or more than a thousand. */
  readonly centres: readonly number[];
}

/** Places are lists of numbers in [0, 1], one for each side; NaN where a side is not in play. */
export interface Cube {
  readonly sides: readonly Side[];
  /** The same place with cells entered at their centres and NaN where a side is not in play there. */
  snap(at: readonly number[]): number[];
  /** Whether the sweep's constraints allow the place. */
  allows(at: readonly number[]): boolean;
}

/** A place tried before, snapped. `losses` are to be made small; `null` where the trial failed or is still under way. */
export interface Observation {
  readonly number: number;
  readonly at: readonly number[];
  readonly state: "running" | "finished" | "pruned" | "failed";
  readonly losses: readonly number[] | null;
  /** Its first loss by epochs, finite values only; a pruned trial has no other result. */
  readonly curve: readonly { readonly epoch: number; readonly loss: number }[];
}

/** What a sampler is asked: where trial `number` should be, given what is known. Its only chance is `stream`, which belongs to that trial. */
export interface Question<O = object> {
  readonly cube: Cube;
  readonly observations: readonly Observation[];
  readonly number: number;
  readonly stream: Stream;
  /** A stream of the whole sweep by name, at its beginning: for what all trials share, such as a scrambling. */
  readonly shared: (name: string) => Stream;
  readonly options: O;
}

/** The next place, or `null` where there is nothing left to try. A function of the question alone. */
export type Sampler<O = object> = (question: Question<O>) => number[] | null;

/** An observation's first loss: its result, else the last value of its curve, else nothing. */
export const lossOf = ({ losses, curve, state }: Observation): number | null => losses !== null ? losses[0] : state === "pruned" && curve.length > 0 ? curve[curve.length - 1].loss : null;

/** The place with 0.5 for sides not in play: for models that need a number everywhere. */
export const filled = (at: readonly number[]): number[] => at.map((u) => Number.isNaN(u) ? 0.5 : u);
