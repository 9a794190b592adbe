/** How values become text on a terminal or a line of JSON. Pure. */

import type { Problem } from "../contract/errors.ts";

/** One object as one line; what JSON has no number for becomes "NaN", "Infinity", "-Infinity". */
export function jsonLine(value: unknown): string {
  return JSON.stringify(value, (_, one: unknown) => (typeof one === "number" && !Number.isFinite(one) ? String(one) : one));
}

/** Text of others without what a terminal would obey: control characters become `�`. */
export const tame = (text: string): string => text.replace(/[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/g, "�");

/** Four significant digits, as people read a loss or an accuracy. */
export function figure(value: number): string {
  return Number.isFinite(value) ? String(Number(value.toPrecision(4))) : String(value);
}

/** `0.4 s`, `12 s`, `3 min 5 s`, `2 h 10 min`. */
export function duration(ms: number): string {
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.round((whole % 3600) / 60)} min`;
}

/** `812 B`, `4.2 kB`, `31.4 MB`: powers of 1000, as disks are sold. */
export function bytes(n: number): string {
  const units = ["B", "kB", "MB", "GB", "TB"];
  const at = n < 1000 ? 0 : Math.min(units.length - 1, Math.floor(Math.log10(n) / 3));
  return `${at === 0 ? n : (n / 1000 ** at).toFixed(1)} ${units[at]!}`;
}

/** Rows as aligned columns, two spaces apart; the first row is the heading. Columns named in `right` are set to the right. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => width(row[column] ?? ""))));
  return rows.map((row) => row.map((cell, column) => {
    const gap = " ".repeat(widths[column]! - width(cell));
    return right.includes(column) ? gap + cell : cell + gap;
  }).join("  ").trimEnd());
}

/** Columns a text takes: Chinese, Japanese and Korean letters take two. */
export function width(text: string): number {
  let columns = 0;
  for (const letter of text) columns += /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]/.test(letter) ? 2 : 1;
  return columns;
}

/** `digits.yaml:5:3: optimizer.beta2 must be a number in [0, 1); got 1 (default 0.999)` */
export function problemLine(problem: Problem): string {
  const { file, line, column } = problem.at ?? {};
  const place = [file, line, column].filter((part) => part !== undefined).join(":");
  return tame(`${place === "" ? "" : `${place}: `}${problem.path === "" ? "the spec" : problem.path} ${problem.message}`);
}

/** As much of the line as fits, so that a repaint stays on one row. */
export function fitted(line: string, columns: number): string {
  let text = "";
  for (const letter of tame(line)) {
    if (width(text + letter) > columns) break;
    text += letter;
  }
  return text;
}
