/** What is wrong with a CSV file, collected: the first of each sort are kept, the rest counted, so that a file with a million bad cells costs twenty. */

import type { DataWhy, Details, Place, Problem } from "../spec/errors.ts";
import { problem } from "../spec/param.ts";

const most = 20;

/** A problem of the file, with its place. Lines and columns count from 1. */
export function fileProblem(message: string, at: Place, details: Details & { readonly why: DataWhy }): Problem {
  return { ...problem("data.file", "badData", message, details), at: { path: "data.file", ...at } };
}

/** A problem of the target column, with its place. */
export function targetProblem(message: string, at: Place, details: Details & { readonly why: DataWhy }): Problem {
  return { ...problem("data.target", "badTarget", message, details), at: { path: "data.target", ...at } };
}

/** The first 20 problems of one sort, in the order of the file, and how many more there were. */
export interface Tally { readonly kept: Problem[]; more: number }

export const tally = (): Tally => ({ kept: [], more: 0 });

/** Keeps the problem, or only counts it when 20 are kept. */
export function note(into: Tally, make: () => Problem): void {
  if (into.kept.length < most) into.kept.push(make());
  else into.more++;
}

/** The first 20 problems of all, by line and column (those of the whole file first), then one that says how many more there are. */
export function firstProblems(tallies: readonly Tally[], file: string): Problem[] {
  const sorted = tallies.flatMap(({ kept }) => kept).sort((a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0) || (a.at?.column ?? 0) - (b.at?.column ?? 0));
  const more = Math.max(0, sorted.length - most) + tallies.reduce((sum, each) => sum + each.more, 0);
  if (more === 0) return sorted;
  return [...sorted.slice(0, most), fileProblem(`has ${more} more ${more === 1 ? "problem" : "problems"} like these`, { file }, { why: "moreProblems", more: String(more) })];
}
