/** When a cell's text is a number. Stricter than `Number()`, which takes " " for 0 and "0x1F" for 31. */

const decimal = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;
const missing: ReadonlySet<string> = new Set(["", "?", "na", "n/a", "nan", "null"]);

/** The finite decimal number that the text writes, spaces around it ignored; NaN when it writes none or one too large for a double. */
export function numberOf(text: string): number {
  const plain = plainNumber(text);
  if (!Number.isNaN(plain)) return plain;
  const trimmed = text.trim();
  if (!decimal.test(trimmed)) return NaN;
  const value = Number(trimmed);
  return Number.isFinite(value) ? value : NaN;
}

/** 10⁰ … 10¹⁵, which doubles hold exactly. */
const tens = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];
const minus = 45, point = 46, zero = 48;

/**
 * What most cells are, at a tenth of the cost: up to 15 digits with at most one point and a minus before them; NaN for everything else. Both the digits as a
 * whole number and the power of ten are exact, so that their quotient, rounded once, is the double nearest to the text (Clinger, How to Read Floating Point
 * Numbers Accurately, PLDI 1990), which is what `Number` gives.
 */
function plainNumber(text: string): number {
  const length = text.length, isBelow = text.charCodeAt(0) === minus;
  if (length > 17) return NaN;
  let whole = 0, digits = 0, behind = -1;
  for (let at = isBelow ? 1 : 0; at < length; at++) {
    const digit = text.charCodeAt(at) - zero;
    if (digit >= 0 && digit <= 9) {
      whole = 10 * whole + digit;
      digits++;
    } else if (digit === point - zero && behind === -1) behind = length - 1 - at;
    else return NaN;
  }
  if (digits === 0 || digits > 15) return NaN;
  const size = behind > 0 ? whole / tens[behind]! : whole;
  return isBelow ? -size : size;
}

/** Whether the text stands for "no value": nothing, ?, NA, N/A, NaN or null, in any case of letters. */
export const isMissing = (text: string): boolean => missing.has(text.trim().toLowerCase());
