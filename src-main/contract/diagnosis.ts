/** Bias and variance of a run, as plain data: what a person sets, what was counted, what can be said of it. Shares are 0 … 1. */

import type { RunId } from "./nouns.ts";

/** The error that cannot be avoided, and from which gap on bias and variance count as high. */
export interface DiagnosisWish { readonly baseError: number; readonly biasFrom: number; readonly varianceFrom: number }

/** Two points lie between what the course calls low (up to 1 point) and what it calls high (from 10 on), nearer to the low: of two mistakes, to overlook a gap costs more. */
export const usualDiagnosis: DiagnosisWish = { baseError: 0, biasFrom: 0.02, varianceFrom: 0.02 };

/** Wrong rows of one part under one run's weights. */
export interface Wrong { readonly wrong: number; readonly rows: number }

/** The error of a part as a mean over seeds, with its 95 % interval. `wrong` and `rows` are those of the run itself. */
export interface ErrorRate extends Wrong { readonly share: number; readonly from: number; readonly to: number }

/** high: the interval lies above the threshold and is narrower than the gap itself. fine: it lies below. undecided: neither. */
export type GapState = "high" | "fine" | "undecided";

/** A difference of two errors with its 95 % interval. `moreRows`: so many more validation rows would decide, at these shares; null where it is decided, or where rows alone would not. */
export interface Gap { readonly value: number; readonly from: number; readonly to: number; readonly threshold: number; readonly state: GapState; readonly moreRows: number | null }

export interface Diagnosis {
  readonly runId: RunId;
  /** The state whose errors are told: training and validation of the same one, in evaluation mode. */
  readonly step: number;
  readonly epoch: number;
  readonly wish: DiagnosisWish;
  /** Runs that differ in their seed alone and whose errors are in the means, this one included. */
  readonly seeds: readonly RunId[];
  readonly train: ErrorRate;
  /** Null where no rows validate. */
  readonly validation: ErrorRate | null;
  /** Null while the test split is sealed. */
  readonly test: ErrorRate | null;
  /** Training error less base error. */
  readonly bias: Gap;
  /** Validation error less training error. */
  readonly variance: Gap | null;
}
