/** What a saved network says of the rows of one split, looked at from all sides, as plain data. Shares are 0 … 1. */

import type { RunId } from "./nouns.ts";

export type SplitName = "train" | "validation" | "test";

/** A piece of work in a thread of its own: how far it is, then what came of it. Leaving the loop ends the thread. */
export type TaskEvent<R> = { readonly kind: "progress"; readonly done: number; readonly of: number } | { readonly kind: "result"; readonly result: R };

/** Rows told one by one, at most; of more the hardest are. */
export const mostRowsTold = 100_000;

/** Rows as columns, the hardest first: those to which the network gives their own class the least, or whose number it misses by the most. */
export interface JudgedRows {
  /** The row's number in the dataset, from 0. */
  readonly row: Int32Array;
  /** Label, or number in the target's own unit. */
  readonly actual: Float64Array;
  readonly predicted: Float64Array;
  /** What the predicted class and the actual one are given; NaN where the loss knows no probabilities, and for numbers. */
  readonly confidence: Float64Array;
  readonly given: Float64Array;
}

export interface ClassScores { readonly precision: number; readonly recall: number; readonly f1: number; readonly support: number; readonly predicted: number }

/** One class against the rest: both curves, thinned where they are long, and the areas of the whole ones. */
export interface ClassCurves {
  readonly label: number;
  readonly roc: { readonly fpr: Float64Array; readonly tpr: Float64Array; readonly thresholds: Float64Array };
  readonly rocArea: number;
  /** From recall 0 on. */
  readonly pr: { readonly recall: Float64Array; readonly precision: Float64Array };
  readonly averagePrecision: number;
  /** Share of the class in the rows: what precision is by chance. */
  readonly share: number;
}

export interface ReliabilityBin { readonly from: number; readonly to: number; readonly count: number; readonly accuracy: number; readonly confidence: number }
/** Of the split's own rows at one temperature. */
export interface CalibrationAt { readonly temperature: number; readonly nll: number; readonly ece: number; readonly bins: readonly ReliabilityBin[] }

export interface ClassExamination {
  /** (classes, classes): row the actual class, column the predicted one. */
  readonly confusion: Float64Array;
  readonly accuracy: { readonly share: number; readonly from: number; readonly to: number };
  readonly scores: readonly ClassScores[];
  /** Of every class that has rows of both kinds; of two classes only the second one's. At most 30. */
  readonly curves: readonly ClassCurves[];
  /** Null where the loss knows no probabilities. `after` is null where no validation rows are there to fit the temperature to. */
  readonly calibration: { readonly before: CalibrationAt; readonly after: CalibrationAt | null } | null;
}

export interface NumberExamination {
  /** Residuals, predicted less actual, in equal bins from `from` to `to`. */
  readonly residuals: { readonly from: number; readonly to: number; readonly counts: readonly number[] };
  readonly bias: number;
  readonly rmse: number;
  readonly medianError: number;
  /** 1 less the share of the target's variance that is missed; NaN where the target has none. */
  readonly r2: number;
}

export interface Examination {
  readonly runId: RunId;
  readonly step: number;
  readonly epoch: number;
  readonly split: SplitName;
  readonly rows: number;
  readonly targetName: string;
  readonly classes: readonly string[] | null;
  /** Loss and metrics as the run measures them. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly judged: JudgedRows;
  readonly ofClasses: ClassExamination | null;
  readonly ofNumbers: NumberExamination | null;
}

/** Rows of a run's data as they are, before any scaling. `range`: of all features of these rows. */
export interface RawRows { readonly shape: readonly number[]; readonly featureNames: readonly string[]; readonly range: { readonly min: number; readonly max: number }; readonly rows: readonly { readonly row: number; readonly features: Float64Array }[] }
