/** Groups of runs side by side, as plain data: what differs, what came out, and what can be said of a difference. */

import type { ExperimentId, Run, RunId } from "./nouns.ts";

/** How runs become groups. `allButSeed`: one group for runs whose specs, data and engine are the same but for name and seed. `by`: one for each combination of values of these names of the query language. */
export type Grouping = { readonly kind: "eachRun" } | { readonly kind: "allButSeed" } | { readonly kind: "by"; readonly names: readonly string[] };

/** One column of a comparison. */
export interface ComparedGroup {
  /** The same for the same setting, whichever runs are asked about. */
  readonly id: string;
  readonly name: string;
  /** Of its first run. */
  readonly colour: number;
  /** In order of seed. */
  readonly runIds: readonly RunId[];
  /** Mean time that a finished run of it trained; null while none has finished. */
  readonly meanMs: number | null;
}

/** One value of a run in its group; the value may be NaN or infinite. `isCounted`: it is in the mean. */
export interface Sample { readonly runId: RunId; readonly seed: number | null; readonly value: number; readonly isCounted: boolean }

/** A metric in one group. The mean is of the finite values of finished runs; only where no run has finished, of the newest values. */
export interface GroupResult {
  readonly n: number;
  readonly mean: number;
  /** Half the width of Student's 95 % interval of the mean; NaN where n < 2. */
  readonly half: number;
  readonly deviation: number;
  readonly min: number;
  readonly max: number;
  readonly samples: readonly Sample[];
  /** Runs that are not in the mean: their value is NaN or infinite, or they failed without one. */
  readonly lost: number;
  /** Runs that are not in the mean because they have not finished. */
  readonly unfinished: number;
  /** No run has finished: the numbers are those of runs under way or stopped, and nothing is said of them. */
  readonly isProvisional: boolean;
}

/**
 * `better` and `worse`: from three runs or pairs on, the 95 % interval of the difference leaves out zero and the exact test's p is at most 0.05, or as small as so few
 * can give; `higher` and `lower` the same of a metric without a direction. `undecided`: not so, and `wanted` in all could tell. `noise`: not so, and 30 in all could not.
 * `tooFew`: fewer than three. `unknown`: no values to compare.
 */
export type Verdict = "better" | "worse" | "higher" | "lower" | "noise" | "undecided" | "tooFew" | "unknown";

/** What can be said of one group against the baseline in one metric. Differences are of the group over the baseline. */
export interface Statement {
  readonly verdict: Verdict;
  readonly difference: number;
  readonly from: number;
  readonly to: number;
  /** Pairs by seed; otherwise the two groups as they are. */
  readonly isPaired: boolean;
  /** Pairs, or runs of the baseline and of the group. */
  readonly n: readonly [baseline: number, group: number];
  /** Runs without a partner, left out of a paired comparison. */
  readonly unpaired: number;
  /** Of the exact sign-flip (paired) or permutation test, two-sided; NaN where there is nothing to arrange. */
  readonly p: number;
  readonly isExact: boolean;
  /** The smallest p that so few can give. */
  readonly smallestP: number;
  /** After Holm for all groups compared with the baseline; NaN where there is only one. */
  readonly holmP: number;
  /** In how many of all pairings of one run of either the group's is the better one (the higher, where no way is better); ties count half. */
  readonly ahead: number;
  /** d_z of pairs, else Hedges' g; NaN where there is no spread. */
  readonly effect: number;
  /** So many matched seeds of each in all would let the interval leave out zero and the test reach 5 %, if the spread stays as it is; null where this is reached, or not within 30. */
  readonly wanted: number | null;
  /** Both were measured on the same rows of the same data. */
  readonly isSameValidation: boolean;
}

export interface ComparedMetric {
  readonly metric: string;
  readonly better: "higher" | "lower" | null;
  /** In order of groups. */
  readonly results: readonly GroupResult[];
  /** In order of groups; null for the baseline itself. */
  readonly statements: readonly (Statement | null)[];
}

/** A key and the distinct values it has in each group; `null` where it is absent. */
export interface ComparedKey {
  readonly path: string;
  readonly of: "spec" | "data" | "environment";
  readonly values: readonly (readonly unknown[])[];
}

/** The runs asked about, group by group. */
export interface Comparison {
  readonly runs: readonly Run[];
  readonly groups: readonly ComparedGroup[];
  /** Which group the others are held against. */
  readonly baseline: number;
  readonly differences: readonly ComparedKey[];
  readonly same: readonly ComparedKey[];
  readonly metrics: readonly ComparedMetric[];
}

/** A column's value in a group of rows: what all share, how many different ones there are, or of what was measured the mean over finished runs with half its 95 % interval. */
export type GroupCell =
  | { readonly kind: "none" }
  | { readonly kind: "same"; readonly value: string | number }
  | { readonly kind: "mixed"; readonly distinct: number }
  /** Of moments that differ the last. */
  | { readonly kind: "latest"; readonly value: number }
  | { readonly kind: "mean"; readonly n: number; readonly mean: number; readonly half: number; readonly deviation: number; readonly min: number; readonly max: number; readonly lost: number; readonly isProvisional: boolean };

/** Runs of one group as one row of a table. */
export interface GroupRow {
  readonly id: string;
  readonly name: string;
  /** Of its first run. */
  readonly colour: number;
  /** The oldest first. */
  readonly runIds: readonly RunId[];
  readonly finished: number;
  readonly active: number;
  readonly failed: number;
  /** In the order of the columns asked for. */
  readonly cells: readonly GroupCell[];
  /** In the order of the metrics asked about; null where there is nothing to hold together, and for the baseline itself. */
  readonly deltas: readonly (Delta | null)[];
}

/** How far runs stand from their experiment's baseline in one metric. `verdict` is better or worse (higher, lower where the metric has no direction) from three runs or pairs on where the 95 % interval leaves out zero; else `noise`, or `few`. */
export interface Delta { readonly difference: number; readonly from: number; readonly to: number; readonly isPaired: boolean; readonly n: readonly [baseline: number, own: number]; readonly verdict: "better" | "worse" | "higher" | "lower" | "noise" | "few" }

/** What the rows of a table are held against in one experiment. */
export interface TableBaseline {
  readonly experimentId: ExperimentId;
  readonly name: string;
  readonly runIds: readonly RunId[];
  /** For each metric asked about: over how many runs its mean is taken, and half that mean's interval, the noise floor; NaN where there are fewer than two. */
  readonly floors: readonly { readonly n: number; readonly half: number }[];
}

/** The mean of one metric over the runs of one group, at each x where at least one was measured. */
export interface GroupSeries {
  /** Which of the groups asked about. */
  readonly group: number;
  readonly metric: string;
  readonly x: Float64Array;
  /** Of the first run that was measured there. */
  readonly steps: Float64Array;
  /** NaN where no value is finite. */
  readonly mean: Float64Array;
  /** Student's 95 % interval of the mean; NaN where fewer than two values are finite. */
  readonly low: Float64Array;
  readonly high: Float64Array;
  /** How many finite values each mean is of. */
  readonly n: Float64Array;
}

/** Two classifiers, row by row on the validation rows they share. */
export interface RowComparison {
  readonly rows: number;
  readonly bothRight: number;
  readonly onlyFirst: number;
  readonly onlySecond: number;
  readonly bothWrong: number;
  /** McNemar's test, exact and two-sided. */
  readonly p: number;
  readonly midP: number;
  /** The second's accuracy less the first's. */
  readonly difference: number;
  /** 95 % Wilson intervals of the two accuracies. */
  readonly first: readonly [from: number, to: number];
  readonly second: readonly [from: number, to: number];
}
