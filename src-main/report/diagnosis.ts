/** Bias and variance from counted errors: intervals and states. Pure. */

import { criticalT, wilson } from "../../src-engine/index.ts";
import type { Diagnosis, DiagnosisWish, ErrorRate, Gap, Wrong } from "../contract/diagnosis.ts";

/** What one run's weights have wrong; parts without rows, or sealed, are null. */
export interface SeedErrors { readonly train: Wrong; readonly validation: Wrong | null; readonly test: Wrong | null }

/**
 * The first of `seeds` is the run itself, the others differ in their seed alone.
 *
 * An error is the mean over seeds. Its interval is Wilson's on the rows of the part — all seeds are judged on the same rows, so more seeds do not make more rows —
 * with Student's interval of the seeds' mean added in squares. The interval of a gap is Newcombe's for a difference of two shares on different rows, built
 * from both Wilson intervals, with the interval of the seeds' own gaps added likewise. With one seed it knows of the rows alone.
 * Wilson, JASA 22 (1927); Newcombe, Statistics in Medicine 17 (1998) 873–890, method 10.
 */
export function diagnose(seeds: readonly SeedErrors[], wish: DiagnosisWish): Pick<Diagnosis, "train" | "validation" | "test" | "bias" | "variance"> {
  const train = rateOf(seeds.map((one) => one.train));
  const validations = seeds.map(({ validation }) => validation), tests = seeds.map(({ test }) => test);
  const validation = areThere(validations) ? rateOf(validations) : null;
  return {
    train, validation, test: areThere(tests) ? rateOf(tests) : null,
    bias: biasOf(train, wish),
    variance: validation === null || !areThere(validations) ? null : varianceOf(seeds.map(({ train: one }) => one), validations, wish.varianceFrom),
  };
}

const areThere = (all: readonly (Wrong | null)[]): all is readonly Wrong[] => all.length > 0 && all.every((one) => one !== null);

function rateOf(counts: readonly Wrong[]): ErrorRate {
  const { share, from, to } = onRows(counts, counts[0]!.rows);
  const spread = seedHalf(counts.map(shareOf));
  return { ...counts[0]!, share, from: Math.max(0, share - Math.hypot(share - from, spread)), to: Math.min(1, share + Math.hypot(to - share, spread)) };
}

const shareOf = ({ wrong, rows }: Wrong): number => wrong / rows;
const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The mean share with Wilson's interval, as if it were measured on so many rows. */
function onRows(counts: readonly Wrong[], rows: number): { readonly share: number; readonly from: number; readonly to: number } {
  const share = meanOf(counts.map(shareOf));
  return { share, ...wilson(share * rows, rows) };
}

/** Half of Student's interval of a mean over seeds; 0 of one. */
function seedHalf(values: readonly number[]): number {
  const n = values.length;
  if (n < 2) return 0;
  const mean = meanOf(values);
  return (criticalT(n - 1, 0.95) * Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (n - 1))) / Math.sqrt(n);
}

function biasOf({ share, from, to }: ErrorRate, { baseError, biasFrom }: DiagnosisWish): Gap {
  return stated({ value: share - baseError, from: from - baseError, to: to - baseError }, biasFrom, () => null);
}

function varianceOf(trains: readonly Wrong[], validations: readonly Wrong[], threshold: number): Gap {
  const train = onRows(trains, trains[0]!.rows);
  const spread = seedHalf(validations.map((one, i) => shareOf(one) - shareOf(trains[i]!)));
  const at = (rows: number): Span => {
    const judged = onRows(validations, rows);
    const value = judged.share - train.share;
    return { value, from: value - Math.hypot(judged.share - judged.from, train.to - train.share, spread), to: value + Math.hypot(judged.to - judged.share, train.share - train.from, spread) };
  };
  const { rows } = validations[0]!;
  return stated(at(rows), threshold, () => moreRows(rows, (n) => stateOf(at(n), threshold) !== "undecided"));
}

interface Span { readonly value: number; readonly from: number; readonly to: number }

const stated = (span: Span, threshold: number, more: () => number | null): Gap => {
  const state = stateOf(span, threshold);
  return { ...span, threshold, state, moreRows: state === "undecided" ? more() : null };
};

/** A gap whose interval is wider than itself is known to no better than half: 11 wrong of 100 against 1 % is such a one, and is not called high yet. */
function stateOf({ value, from, to }: Span, threshold: number): Gap["state"] {
  if (to < threshold) return "fine";
  return from > threshold && to - from < value ? "high" : "undecided";
}

/** Nobody collects more rows than that to decide one question. */
const mostRows = 1e8;

/** How many rows more than `rows` are enough; null where none are. Enough stays enough: intervals shrink as rows grow. */
function moreRows(rows: number, isEnough: (rows: number) => boolean): number | null {
  let below = rows, enough = 2 * rows;
  while (!isEnough(enough)) {
    if (enough > mostRows) return null;
    [below, enough] = [enough, 2 * enough];
  }
  while (enough - below > Math.max(1, enough / 1000)) {
    const middle = Math.floor((below + enough) / 2);
    if (isEnough(middle)) enough = middle;
    else below = middle;
  }
  return enough - rows;
}
