/** A CSV file's target column: classes or a number, and which. Knows only that column's cells. */

import type { DataWhy } from "../spec/errors.ts";
import { shown } from "../spec/param.ts";
import { note, targetProblem } from "./csv-problems.ts";
import type { Tally } from "./csv-problems.ts";
import type { Dataset, Task } from "./dataset.ts";
import { isMissing, numberOf } from "./numeral.ts";

/** A cell's text without spaces around it, and its line in the file. */
export interface Cell { readonly text: string; readonly line: number }

const mostAutomatic = 20;
const mostClasses = 1000;

interface Where { readonly file: string; readonly column: number; readonly name: string }
type Target = Pick<Dataset, "task" | "classes" | "y">;

/** Decides the task where it is "auto", and turns cells into labels or numbers. Problems go to `wrong`; where there are any, the answer means nothing. */
export function targetOf(cells: readonly Cell[], wanted: Task | "auto", names: readonly string[] | null, where: Where, wrong: Tally): Target {
  const { file, column, name } = where;
  const refuse = ({ text, line }: Cell, why: DataWhy, message: string, needs: Readonly<Record<string, string>> = {}) => note(wrong, () => targetProblem(message, { file, line, column }, { why, column: name, got: text, ...needs }));
  const present = cells.filter(({ text }) => !isMissing(text));
  for (const cell of cells) {
    if (isMissing(cell.text)) refuse(cell, cell.text === "" ? "emptyTarget" : "missingTarget", `has ${cell.text === "" ? "an empty cell" : `${shown(cell.text)}, a missing value,`} in the target column "${name}"; fill it in or remove the row`);
  }
  const task = wanted === "auto" ? taskOf(present) : wanted;
  if (task === "classes" && names === null) return { task, ...labelled(cells, present, where, wrong) };

  const [why, most] = task === "number" ? ["targetNotNumber", {}] as const : ["targetNotLabel", { most: String(names!.length - 1) }] as const;
  const needed = task === "number" ? "a decimal number such as 1.5 or -2e3" : `a label in 0…${names!.length - 1}`;
  const isRight = task === "number" ? (n: number) => !Number.isNaN(n) : (n: number) => Number.isInteger(n) && n >= 0 && n < names!.length;
  for (const cell of present) {
    if (!isRight(numberOf(cell.text))) refuse(cell, why, `has ${shown(cell.text)} in the target column "${name}", where ${needed} is needed`, most);
  }
  return { task, classes: task === "number" ? null : names, y: Float64Array.from(cells, ({ text }) => numberOf(text)) };
}

/** A number when a cell holds a fraction or more than 20 values differ; texts among such numbers are then problems. Classes otherwise. */
function taskOf(present: readonly Cell[]): Task {
  const numbers = present.map(({ text }) => numberOf(text)).filter((n) => !Number.isNaN(n));
  if (numbers.length === 0) return "classes";
  const isShort = new Set(present.map(({ text }) => className(text))).size <= mostAutomatic;
  return isShort && numbers.every(Number.isInteger) ? "classes" : "number";
}

/** The file's own texts are the names. */
function labelled(cells: readonly Cell[], present: readonly Cell[], { file, column, name }: Where, wrong: Tally): Omit<Target, "task"> {
  const found = [...new Set(present.map(({ text }) => className(text)))];
  const isNumeric = found.every((text) => !Number.isNaN(numberOf(text)));
  const classes = found.sort(isNumeric ? (a, b) => numberOf(a) - numberOf(b) : byCodePoint);
  const label = new Map(classes.map((text, k) => [text, k]));
  const refuse = (why: DataWhy, message: string, more: Readonly<Record<string, string>>) => note(wrong, () => targetProblem(message, { file, column }, { why, column: name, ...more }));
  if (classes.length === 1) refuse("oneClass", `must have at least two classes; column "${name}" holds only ${shown(classes[0])}`, { only: classes[0]! });
  if (classes.length > mostClasses) refuse("manyClasses", `must have at most ${mostClasses} classes; column "${name}" holds ${classes.length} different values; if it is a number to predict, set task to number`, { got: String(classes.length), most: String(mostClasses) });
  return { classes, y: Float64Array.from(cells, ({ text }) => label.get(className(text)) ?? NaN) };
}

/** One name for one class: 1, 1.0 and 01 are the same number. */
function className(text: string): string {
  const value = numberOf(text);
  return Number.isNaN(value) ? text : String(value === 0 ? 0 : value);
}

/** By Unicode code point. JavaScript's own order is by UTF-16 units and puts 𝒙 before ﬁ. */
function byCodePoint(a: string, b: string): number {
  const [left, right] = [Array.from(a), Array.from(b)];
  for (let i = 0; i < Math.min(left.length, right.length); i++) {
    const difference = left[i]!.codePointAt(0)! - right[i]!.codePointAt(0)!;
    if (difference !== 0) return difference;
  }
  return left.length - right.length;
}
