/** New rows for a trained network: a CSV file whose header names the features, in any order. Knows no target. */

import { SpecError } from "../spec/errors.ts";
import { problem, shown } from "../spec/param.ts";
import { headerProblems, namesOf, noRows, ofColumn, readCell, rowProblem } from "./csv.ts";
import type { Column } from "./csv.ts";
import { fileProblem, firstProblems, note, tally } from "./csv-problems.ts";
import { eachRow } from "./csv-rows.ts";

/** What is read from a file of new rows, and how much of it at most. */
export interface NewRowsOptions {
  /** The file's name, for messages. */
  readonly name: string;
  /** The features, in the order in which the network wants them. */
  readonly features: readonly string[];
  /** Most rows that are read. */
  readonly mostRows: number;
}

/**
 * Reads the columns that bear the features' names, wherever they stand; other columns (the target, a name) are left aside and told as `ignored`.
 * Numbers are as `readCsv` wants them. Returns x (rows, features), row-major, in the order of `features`.
 * Throws SpecError with every problem, the first 20 and a count of the rest; each has its line and, where it is one cell, its column. A missing feature is one.
 */
export function readFeatures(bytes: Uint8Array, { name: file, features, mostRows }: NewRowsOptions): { readonly rows: number; readonly x: Float64Array; readonly ignored: readonly string[] } {
  const wholeFile = tally(), rowsWrong = tally();
  let columns: Column[] = [];
  let places: number[] = [];
  const x: number[] = [];
  let rows = -1;
  eachRow(bytes, file, (row, line) => {
    rows++;
    if (rows === 0) {
      columns = row.map((text) => ({ name: text.trim(), numbers: 0, bad: tally() }));
      wholeFile.kept.push(...headerProblems(columns, line, file, 1));
      places = features.map((feature) => columns.findIndex(({ name }) => name === feature.trim()));
      const absent = features.filter((_, i) => places[i] === -1);
      const { said, pieces } = namesOf(columns);
      for (const feature of absent) note(wholeFile, () => fileProblem(`has no column ${shown(feature)} in its header, which the network was trained on; it has ${said}`, { file, line }, { why: "missingFeature", column: feature, ...pieces }));
      if (wholeFile.kept.length > 0) throw new SpecError(firstProblems([wholeFile], file));
      return;
    }
    if (rows > mostRows) throw new SpecError([fileProblem(`has more than ${mostRows} rows, the most that are predicted at once; divide it into several files`, { file, line }, { why: "manyRows", most: String(mostRows) })]);
    const misfit = rowProblem(row, columns.length, line, file);
    if (misfit !== null) return note(rowsWrong, () => misfit);
    for (const at of places) x.push(readCell(row[at]!, columns[at]!, row, at, line, file));
  });
  if (rows <= 0) throw new SpecError([noRows(rows, file)]);
  const problems = firstProblems([wholeFile, rowsWrong, ...columns.map(ofColumn)], file);
  if (problems.length > 0) throw new SpecError(problems);
  const wanted = new Set(places);
  return { rows, x: Float64Array.from(x), ignored: columns.filter((_, at) => !wanted.has(at)).map(({ name }) => name) };
}

/** Numbers given by hand: as many as there are features, all of them finite. Throws SpecError naming the row and the feature. */
export function checkFeatures(x: Float64Array, rows: number, features: readonly string[]): void {
  if (x.length !== rows * features.length) throw new SpecError([problem("rows", "badShape", `must have ${features.length} numbers each, one for each feature; got ${x.length} numbers in ${rows} rows`, { why: "rowsWidth", got: String(x.length), rows: String(rows), features: String(features.length) })]);
  const bad = x.findIndex((value) => !Number.isFinite(value));
  if (bad !== -1) throw new SpecError([problem(`rows.${Math.floor(bad / features.length)}`, "notANumber", `must have a finite number for ${shown(features[bad % features.length])}; got ${x[bad]}`, { why: "infiniteFeature", column: features[bad % features.length]!, got: String(x[bad]) })]);
}
