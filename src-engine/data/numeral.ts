/** When a cell's text is a number. Stricter than `Number()`, which takes " " for 0 and "0x1F" for 31. */

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const missing: ReadonlySet<string> = new Set(["", "?", "na", "n/a", "nan", "null"]);

/** The finite decimal number that the text writes, spaces around it ignored; NaN when it writes none or one too large for a double. */
export function numberOf(text: string): number {
  const trimmed = text.trim();
  if (!decimal.test(trimmed)) return NaN;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : NaN;
}

/** Whether the text stands for "no value": nothing, ?, NA, N/A, NaN or null, in any case of letters. */
export const isMissing = (text: string): boolean => missing.has(text.trim().toLowerCase());
