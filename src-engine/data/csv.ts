/** A CSV file with a header to a dataset, or to what is wrong with it. Knows cells, columns and targets; how rows are found is csv-rows.ts. */

import { SpecError } from "../spec/errors.ts";
import type { DataWhy, Place, Problem } from "../spec/errors.ts";
import { problem, shown } from "../spec/param.ts";
import { fileProblem, firstProblems, note, tally, targetProblem } from "./csv-problems.ts";
import type { Tally } from "./csv-problems.ts";
import { cellLine, eachRow } from "./csv-rows.ts";
import { targetOf } from "./csv-target.ts";
import type { Cell } from "./csv-target.ts";
import { widthOf } from "./dataset.ts";
import type { Dataset, Task } from "./dataset.ts";
import { isMissing, numberOf } from "./numeral.ts";

const shownNames = 20;
const mostDistinct = 1000;

export interface CsvOptions {
  /** The file's name, for messages and as the dataset's name. */
  readonly name: string;
  /** The column to predict; "" is the last. */
  readonly target: string;
  /** "auto": classes if the target is text only, or holds at most 20 different values and its numbers are whole; a number otherwise. */
  readonly task: Task | "auto";
  /** [height, width, channels] when a row is an image; `null` for a flat row. */
  readonly image: readonly number[] | null;
  /** Names for the labels 0…c−1 that the file writes as integers; absent or `null` when the file's own texts are the names. */
  readonly classes?: readonly string[] | null;
}

/**
 * Reads a CSV file (UTF-8, header line; comma, semicolon or tab) into a dataset: every column but the target is a feature and must hold numbers.
 *
 * Numbers are decimal (`-1.5`, `2e3`), spaces around them ignored; nothing else is one, also not 0x1F, NaN or Infinity.
 * Class names are the target's texts, sorted by value if all are numbers, else by code point; label k is the k-th of them.
 * Throws SpecError with every problem, the first 20 in the order of the file and then one that counts the rest; each has `at.line` and, where it is one cell, `at.column` (both from 1).
 */
export function readCsv(bytes: Uint8Array, options: CsvOptions): Dataset {
  const file = options.name;
  const wholeFile = tally(), rowsWrong = tally(), targetWrong = tally();
  const columns: Column[] = [];
  const x = new Numbers();
  const cells: Cell[] = [];
  let rows = -1, target = -1;

  eachRow(bytes, file, (row, line) => {
    rows++;
    if (rows === 0) {
      columns.push(...row.map((name) => ({ name: name.trim(), numbers: 0, bad: tally() })));
      target = options.target === "" ? columns.length - 1 : columns.findIndex(({ name }) => name === options.target.trim());
      wholeFile.kept.push(...headerProblems(columns, line, file), ...(target === -1 ? [noSuchTarget(options.target, columns, file)] : []));
      // Without the target's place every text of its column would be reported as a bad feature.
      if (target === -1 || columns.length < 2) throw new SpecError(firstProblems([wholeFile], file));
      return;
    }
    const misfit = rowProblem(row, columns.length, line, file);
    if (misfit !== null) return note(rowsWrong, () => misfit);
    row.forEach((text, at) => {
      if (at === target) cells.push({ text: text.trim(), line: cellLine(row, line, at) });
      else x.push(readCell(text, columns[at]!, row, at, line, file));
    });
  });

  if (rows <= 0) throw new SpecError(firstProblems([{ kept: [...wholeFile.kept, noRows(rows, file)], more: 0 }], file));
  const width = columns.length - 1;
  const { image } = options;
  if (image !== null && widthOf(image) !== width) note(wholeFile, () => imageProblem(image, width));
  const read = targetOf(cells, options.task, options.classes ?? null, { file, column: target + 1, name: columns[target]!.name }, targetWrong);
  const problems = firstProblems([wholeFile, rowsWrong, targetWrong, ...columns.map(ofColumn)], file);
  if (problems.length > 0) throw new SpecError(problems);

  const featureNames = columns.filter((_, at) => at !== target).map(({ name }) => name);
  return { name: file, rows, shape: image ?? [width], featureNames, targetName: columns[target]!.name, x: x.all(), ...read };
}

/**
 * What a person sees before choosing the target: rows, and of each column whether its cells are numbers, how many whole numbers and texts differ in it (counted up
 * to 1000; `null` where it holds fractions), how many cells are missing. Throws SpecError when the file or its header cannot be read.
 */
export function surveyCsv(bytes: Uint8Array, name: string): { rows: number; columns: { name: string; isNumeric: boolean; distinct: number | null; missing: number }[] } {
  const columns: Surveyed[] = [];
  let rows = -1;
  eachRow(bytes, name, (row, line) => {
    rows++;
    if (rows > 0) return columns.forEach((column, at) => { look(column, row[at] ?? ""); });
    columns.push(...row.map((cell) => ({ name: cell.trim(), isNumeric: true, values: new Set<string | number>(), missing: 0 })));
    const problems = headerProblems(columns, line, name);
    if (problems.length > 0) throw new SpecError(firstProblems([{ kept: problems, more: 0 }], name));
  });
  if (rows === -1) throw new SpecError([noRows(rows, name)]);
  return { rows, columns: columns.map(({ values, ...column }) => ({ name: column.name, isNumeric: column.isNumeric && values?.size !== 0, distinct: values === null ? null : values.size, missing: column.missing })) };
}

/** `values` is `null` from the first fraction on: a column of measurements may hold as many values as rows. */
interface Surveyed { readonly name: string; isNumeric: boolean; values: Set<string | number> | null; missing: number }

function look(column: Surveyed, text: string): void {
  const value = numberOf(text);
  if (!Number.isNaN(value)) {
    if (!Number.isInteger(value)) column.values = null;
    else count(column, value);
  } else if (isMissing(text)) column.missing++;
  else {
    column.isNumeric = false;
    count(column, text.trim());
  }
}

function count({ values }: Surveyed, value: string | number): void {
  if (values !== null && values.size < mostDistinct) values.add(value);
}

/** Numbers that come one by one, eight bytes each: a list of so many would be copied with every growth and once more at its end. */
class Numbers {
  #values = new Float64Array(1024);
  #length = 0;

  push(value: number): void {
    if (this.#length === this.#values.length) this.#values = new Float64Array(this.#values.buffer.transfer(2 * this.#values.byteLength));
    this.#values[this.#length++] = value;
  }

  /** All of them; nothing can be added afterwards. */
  all(): Float64Array { return new Float64Array(this.#values.buffer.transfer(8 * this.#length)); }
}

/** A feature's column while it is read: how many cells were numbers, and those that were not. */
export interface Column { readonly name: string; numbers: number; readonly bad: Tally }

/** The number of the cell at `at` in a row that begins at `line`, counted in its column, or a problem noted there. */
export function readCell(text: string, column: Column, row: readonly string[], at: number, line: number, file: string): number {
  const value = numberOf(text);
  if (Number.isNaN(value)) note(column.bad, () => notANumber(text.trim(), column.name, { file, line: cellLine(row, line, at), column: at + 1 }));
  else column.numbers++;
  return value;
}

/** What is wrong with a column: its cells one by one, or one problem where no cell is a number. */
export function ofColumn({ name, numbers, bad }: Column): Tally {
  const first = bad.kept[0];
  if (first === undefined || numbers > 0 || bad.kept.length === 1) return bad;
  const message = `has no number in column "${name}", first ${shown(first.details["got"])}; a feature must hold numbers: remove the column, or make it the target`;
  return { kept: [{ ...first, message, details: { ...first.details, why: "noNumbers" } }], more: 0 };
}

/** Why a cell is no number, and what to write instead. */
function notANumber(text: string, column: string, at: Place): Problem {
  const found = text === "" ? `has an empty cell in column "${column}"` : `has ${shown(text)} in column "${column}"`;
  const because = (why: DataWhy, needs: string): Problem => fileProblem(`${found}, ${needs}`, at, { why, column, got: text });
  if (isMissing(text)) return because(text === "" ? "emptyCell" : "missingCell", "a missing value where a number such as 1.5 is needed; fill it in or remove the row");
  if (/^[+-]?inf(inity)?$/i.test(text) || Math.abs(Number(text)) === Infinity) return because("infiniteCell", "where a finite number is needed, at most 1.8e308 in size");
  if (/^[+-]?\d+,\d+$/.test(text)) return because("decimalComma", `where a number is needed; its decimal mark must be a point, as in ${text.replace(",", ".")}`);
  return because("notDecimal", "where a decimal number such as 1.5 or -2e3 is needed");
}

/** What is wrong with a header that must name at least so many columns. */
export function headerProblems(columns: readonly { readonly name: string }[], line: number, file: string, least = 2): Problem[] {
  const seen = new Map<string, number>();
  const problems: Problem[] = columns.flatMap(({ name }, at) => {
    const column = at + 1;
    const before = seen.get(name);
    seen.set(name, before ?? column);
    if (name === "") return [fileProblem(`has no name for column ${column} in its header`, { file, line, column }, { why: "namelessColumn", column: String(column) })];
    return before === undefined ? [] : [fileProblem(`names two columns "${name}" in its header: ${before} and ${column}`, { file, line, column }, { why: "twinColumns", column: name, first: String(before), second: String(column) })];
  });
  if (columns.length < least) problems.push(fileProblem(`must have at least two columns, a feature and a target; got one, ${shown(columns[0]?.name ?? "")}, with commas, semicolons and tabs tried as delimiters`, { file, line, column: 1 }, { why: "oneColumn", got: columns[0]?.name ?? "" }));
  else if (looksLikeData(columns.map(({ name }) => name))) problems.push(fileProblem("has numbers where its header should name the columns; put a line of names before the first row", { file, line, column: 1 }, { why: "headerOfNumbers" }));
  return problems;
}

/** A header of numbers only, unless it counts the columns from 0 or 1 as some programs write it. */
function looksLikeData(names: readonly string[]): boolean {
  const numbers = names.map(numberOf);
  return numbers.every((n) => !Number.isNaN(n)) && !numbers.every((n, i) => n === i) && !numbers.every((n, i) => n === i + 1);
}

/** What is wrong with a row as a whole; null where nothing is. */
export function rowProblem(row: readonly string[], width: number, line: number, file: string): Problem | null {
  if (row.length !== width) return fileProblem(`has ${row.length} ${row.length === 1 ? "cell" : "cells"} in a row where its header names ${width} columns`, { file, line }, { why: "raggedRow", got: String(row.length), columns: String(width) });
  return row.every((cell) => cell.trim() === "") ? fileProblem("has a row whose cells are all empty; remove it", { file, line }, { why: "emptyRow" }) : null;
}

/** `rows` is −1 where there is not even a header. */
export function noRows(rows: number, file: string): Problem {
  if (rows === -1) return fileProblem(`cannot be read: ${file} holds only empty lines`, { file, line: 1 }, { why: "emptyLinesOnly", file });
  return fileProblem(`has a header and no rows: ${file}`, { file, line: 1 }, { why: "noRows", file });
}

function noSuchTarget(target: string, columns: readonly { readonly name: string }[], file: string): Problem {
  const { said, pieces } = namesOf(columns);
  return targetProblem(`must be a column of ${file}; got ${shown(target)}; known: ${said}`, { file }, { why: "noSuchTarget", file, got: target, ...pieces });
}

/** The first 20 names and how many more there are: in English, and as the pieces of a sentence. */
export function namesOf(columns: readonly { readonly name: string }[]): { readonly said: string; readonly pieces: { readonly known: string; readonly more: string } } {
  const known = columns.slice(0, shownNames).map(({ name }) => name).join(", "), more = Math.max(0, columns.length - shownNames);
  return { said: more === 0 ? known : `${known} and ${more} more`, pieces: { known, more: String(more) } };
}

function imageProblem(image: readonly number[], width: number): Problem {
  const product = widthOf(image);
  return problem("data.image", "badShape", `must multiply to the number of features: ${image.join(" × ")} = ${product}, and there are ${width}`, { why: "imageSize", image: image.join(" × "), got: String(product), features: String(width) });
}
