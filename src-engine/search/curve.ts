/** A trial's way so far, as pruners read it: losses by epochs, all to be made small. */

/** A number that is not finite counts as infinitely bad, mine and the others' alike: it ranks last, and never makes a decision without history. */
export interface Curve {
  readonly number: number;
  readonly state: "running" | "finished" | "pruned" | "failed";
  /** In the order of the epochs, from 1. */
  readonly points: readonly { readonly epoch: number; readonly loss: number }[];
  /** The result of each run (seed or fold) that is done, in their order. */
  readonly repeats: readonly number[];
}

/** go on · stop · wait until the others of the rung are there. */
export type Ruling = "go" | "stop" | "wait";

/** What a pruner is asked after each epoch (or repeat) of `mine`: a function of what it is given. `mine` is not among the others. */
export interface Judgement<O = object> {
  readonly mine: Curve;
  readonly others: readonly Curve[];
  /** Epochs of a full run. */
  readonly most: number;
  /** Trials of the sweep. */
  readonly trials: number;
  readonly options: O;
}
/** Curves → go on, stop, or wait; a function of the judgement alone. */
export type Pruner<O = object> = (judgement: Judgement<O>) => Ruling;

export const bad = (loss: number): number => Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY;
/** How far the curve goes: 0 before the first epoch. */
export const length = ({ points }: Curve): number => points.at(-1)?.epoch ?? 0;
/** The loss at an epoch; undefined where the curve has none. */
export const lossAt = ({ points }: Curve, epoch: number): number | undefined => { const found = points.find((point) => point.epoch === epoch); return found === undefined ? undefined : bad(found.loss); };
/** The smaller loss first; of two equal ones the earlier trial. */
export const byLoss = (a: { readonly loss: number; readonly number: number }, b: { readonly loss: number; readonly number: number }): number => a.loss === b.loss ? a.number - b.number : a.loss - b.loss;
