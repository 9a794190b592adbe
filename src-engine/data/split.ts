/** Which rows train, which choose, which judge. Knows rows and labels, never features. */

import { rng } from "../rng.ts";
import type { Stream } from "../rng.ts";
import { declare } from "../spec/component.ts";
import { SpecError } from "../spec/errors.ts";
import type { Problem } from "../spec/errors.ts";
import { flag, integer, problem, real } from "../spec/param.ts";
import type { Component } from "../spec/param.ts";
import { shuffle } from "./batches.ts";
import type { Dataset } from "./dataset.ts";

const params = {
  validation: real({ default: 0.15, min: 0, max: 1, open: "max", help: "share of the rows on which choices are made; 0 leaves it out" }),
  test: real({ default: 0.15, min: 0, max: 1, open: "max", help: "share of the rows kept for the final judgement; 0 leaves it out" }),
  seed: integer({ default: 1, min: 0, max: 4294967295, help: "which rows are drawn; apart from the run's seed, so that several seeds train on the same rows" }),
};

/** How one split divides groups of rows, and which groups it makes. */
interface Splitting { groups(dataset: Dataset): Group[] }
/** `of`: the class whose rows these are, for who says it in other words than `title`; absent where they are all rows. */
interface Group { readonly title: string; readonly of?: { readonly class: string }; readonly rows: Int32Array }

export const stratified = declare("split", {
  kind: "stratified",
  title: "Stratified",
  summary: "Draws rows within each class, so that every part has the classes in the same shares.",
  math: "nₚ(class) = share(p) · n(class)",
  source: "",
  params,
  groups: (dataset: Dataset) => (dataset.classes ?? []).map((name, label) => ({ title: `class "${name}"`, of: { class: name }, rows: rowsWhere(dataset, (y) => y === label) })),
});

export const random = declare("split", {
  kind: "random",
  title: "Random",
  summary: "Draws rows without looking at their targets.",
  math: "nₚ = share(p) · n",
  source: "",
  params,
  groups: (dataset: Dataset) => [{ title: "the data", rows: rowsWhere(dataset, () => true) }],
});

const foldParams = {
  folds: integer({ label: "folds", symbol: "k", default: 5, min: 2, max: 100, search: [3, 10], help: "into how many parts of equal size the rows outside the test split are dealt" }),
  fold: integer({ label: "this fold", default: 1, min: 1, max: 100, help: "which part is the validation split, counting from 1; the others train" }),
  test: params.test,
  stratify: flag({ label: "within classes", default: true, help: "deal the rows of each class by itself, so that every fold has the classes in the same shares; a number target has none and is dealt as a whole" }),
  seed: params.seed,
};

export const kFold = declare("split", {
  kind: "kFold",
  title: "k-fold",
  summary: "Deals the rows into k parts of equal size and judges on one of them: with fold = 1 … k every row outside the test split is a validation row exactly once.",
  math: "validation = fold j,  train = all folds but j",
  source: "Stone, Cross-Validatory Choice and Assessment of Statistical Predictions, J. R. Statist. Soc. B 36 (1974)",
  params: foldParams,
});

/** Row numbers of each part, ascending; together every row exactly once. */
export interface Rows { readonly train: Int32Array; readonly validation: Int32Array; readonly test: Int32Array }

const parts = ["train", "validation", "test"] as const;

/**
 * Draws the parts from the stream "split" of the split's own seed: the same rows for every run that shares it.
 * Within a group (a class, or all rows) part sizes follow the shares by largest remainder, ties to training first.
 * Throws SpecError (`split…`) when classes are asked of a number target, when the shares leave nothing to train on,
 * or when a group is too small to appear in every part whose share is above 0. k-fold first draws the test rows in the same way, then deals the rest:
 * the test rows are the same for every fold, fold sizes differ by at most one row, and so do a class's shares of them. It throws where the fold is not
 * one of 1…k or a class has fewer rows than there are folds.
 */
export function splitRows(dataset: Dataset, split: Component): Rows {
  if (split.kind === kFold.kind) return foldRows(dataset, { ...kFold(), ...split } as ReturnType<typeof kFold>);
  const splitting = ([stratified, random] as readonly (Splitting & { readonly kind: string; readonly params: typeof params })[]).find((s) => s.kind === split.kind);
  if (splitting === undefined) throw new SpecError([problem("split.kind", "unknownKind", `must be one of stratified, random, kFold; got ${split.kind}`, { got: split.kind, known: "stratified, random, kFold" })]);
  if (splitting.kind === "stratified" && dataset.task === "number") {
    throw new SpecError([problem("split.kind", "badSplit", `cannot be stratified: the target "${dataset.targetName}" is a number and has no classes; use random`, { why: "notStratifiable", target: dataset.targetName }, "random")]);
  }
  const { validation, test, seed } = { ...stratified(), ...split } as ReturnType<typeof stratified>;
  const shares = [1 - validation - test, validation, test];
  if (!(shares[0]! > 1e-12)) throw new SpecError([problem("split", "badSplit", `must leave rows to train on: validation ${validation} and test ${test} leave none`, { why: "noTrainingShare", validation: String(validation), test: String(test) })]);

  const groups = splitting.groups(dataset);
  const counts = groups.map(({ rows }) => apportion(rows.length, shares));
  const problems = groups.flatMap((group, g) => tooSmall(group, counts[g]!, shares));
  if (problems.length > 0) throw new SpecError(problems);
  return draw(groups.map(({ rows }) => rows), counts, rng(seed).stream("split"));
}

function foldRows(dataset: Dataset, { folds, fold, test, stratify, seed }: ReturnType<typeof kFold>): Rows {
  if (fold > folds) throw new SpecError([problem("split.fold", "outOfInterval", `must be one of the folds 1…${folds}; got ${fold}`, { got: String(fold), interval: `[1, ${folds}]` }, folds)]);
  const splitting: Splitting = stratify && dataset.task === "classes" ? stratified : random;
  const groups = splitting.groups(dataset);
  const shares = [1 - test, 0, test];
  const counts = groups.map(({ rows }) => apportion(rows.length, shares));
  const problems = groups.flatMap((group, g) => {
    const { title, of, rows } = group;
    const left = counts[g]![0]!;
    const few = rows.length > 0 && left < folds ? [problem("split.folds", "badSplit", `leaves a fold without a row: ${title} has ${left} ${left === 1 ? "row" : "rows"} outside the test split, for ${folds} folds; take fewer folds`, { why: "emptyFold", group: title, ...of, rows: String(left), folds: String(folds) })] : [];
    return [...few, ...tooSmall(group, counts[g]!, shares)];
  });
  if (problems.length > 0) throw new SpecError(problems);

  const drawn: number[][] = [[], [], []];
  const stream = rng(seed).stream("split");
  // Groups are dealt one after the other round the table, so that their remainders do not all fall to the first folds.
  let dealt = 0;
  groups.forEach(({ rows }, g) => {
    shuffle(rows, stream);
    rows.forEach((row, i) => {
      if (i >= counts[g]![0]!) drawn[2]!.push(row);
      else drawn[dealt++ % folds === fold - 1 ? 1 : 0]!.push(row);
    });
  });
  const [train, validation, held] = drawn.map((rows) => Int32Array.from(rows).sort());
  return { train: train!, validation: validation!, test: held! };
}

function draw(groups: readonly Int32Array[], counts: readonly (readonly number[])[], stream: Stream): Rows {
  const drawn: number[][] = [[], [], []];
  groups.forEach((rows, g) => {
    shuffle(rows, stream);
    let from = 0;
    counts[g]!.forEach((count, p) => {
      for (let i = from; i < from + count; i++) drawn[p]!.push(rows[i]!);
      from += count;
    });
  });
  const [train, validation, test] = drawn.map((rows) => Int32Array.from(rows).sort());
  return { train: train!, validation: validation!, test: test! };
}

/** Whole counts that sum to n and follow the shares: the floors, then one more each to the largest remainders, the earlier part first when equal (Hamilton's method). */
function apportion(n: number, shares: readonly number[]): number[] {
  // A quota such as 0.15 · 20 must count as 3 although the product may miss it by a rounding; 1e-9 is far above that and far below any true remainder.
  const quotas = shares.map((share) => share * n + 1e-9);
  const counts = quotas.map(Math.floor);
  const byRemainder = quotas.map((quota, p) => ({ p, remainder: Number((quota - counts[p]!).toFixed(9)) })).sort((a, b) => b.remainder - a.remainder || a.p - b.p);
  const left = n - counts.reduce((sum, count) => sum + count, 0);
  for (const { p } of byRemainder.slice(0, left)) counts[p]!++;
  return counts;
}

function tooSmall({ title, of, rows: { length: rows } }: Group, counts: readonly number[], shares: readonly number[]): Problem[] {
  const empty = parts.filter((_, p) => shares[p]! > 0 && counts[p] === 0);
  if (empty.length === 0) return [];
  const got = parts.map((part, p) => `${part} ${counts[p]}`).join(", ");
  const numbers = Object.fromEntries(parts.map((part, p) => [part, String(counts[p])]));
  const message = `leaves ${empty.join(" and ")} without a row: ${title} has ${rows} ${rows === 1 ? "row" : "rows"}, which gives ${got}; take another share, or leave a part out with 0`;
  return [problem("split", "badSplit", message, { why: "emptyParts", group: title, ...of, rows: String(rows), counts: got, empty: empty.join(", "), ...numbers })];
}

function rowsWhere(dataset: Dataset, holds: (y: number) => boolean): Int32Array {
  const rows: number[] = [];
  for (let row = 0; row < dataset.rows; row++) if (holds(dataset.y[row]!)) rows.push(row);
  return Int32Array.from(rows);
}
