/** Bytes of a CSV file to rows of text, each with its line in the file. Knows RFC 4180 and UTF-8; knows nothing of numbers or targets. */

import { CsvError, parse } from "csv-parse/sync";
import { SpecError } from "../spec/errors.ts";
import type { Problem } from "../spec/errors.ts";
import { fileProblem } from "./csv-problems.ts";

const newline = 10, carriageReturn = 13, quote = 34;

/**
 * Hands every row's cells to `visit`, the header's first, with the line on which the row begins (from 1, counted in the file itself).
 *
 * UTF-8, with or without byte order mark; lines end in LF, CRLF or CR, also mixed; empty lines are skipped; the delimiter is the one of , ; and tab
 * that is most frequent in the first line outside quotes. Rows may differ in length: the visitor judges.
 * Throws SpecError for an empty file, for bytes that are not UTF-8 text (naming the first), and for quotes that do not pair.
 */
export function eachRow(bytes: Uint8Array, file: string, visit: (cells: readonly string[], line: number) => void): void {
  const unreadable = notText(bytes, file);
  if (unreadable !== null) throw new SpecError([unreadable]);
  const delimiter = delimiterOf(bytes);
  if (!bytes.includes(quote)) return plainRows(bytes, delimiter, visit);
  const cursor = { byte: 0, line: 1 };
  const on_record = (cells: readonly string[], { bytes: end }: { readonly bytes: number }): null => {
    visit(cells, rowLine(bytes, cursor, end));
    return null;
  };
  try {
    parse(bytes, { bom: true, delimiter, record_delimiter: ["\r\n", "\n", "\r"], relax_column_count: true, skip_empty_lines: true, on_record });
  } catch (error) {
    if (error instanceof CsvError) throw new SpecError([quoteProblem(error, bytes, file, cursor)]);
    throw error;
  }
}

/** Without a quote in the whole file a line is a row, and its cells are what stands between delimiters; about eight times as quick as a parser that expects quotes. */
function plainRows(bytes: Uint8Array, delimiter: string, visit: (cells: readonly string[], line: number) => void): void {
  const decoder = new TextDecoder("utf-8", { ignoreBOM: true });
  const next = (sign: number, from: number): number => { const at = bytes.indexOf(sign, from); return at === -1 ? bytes.length : at; };
  let line = 1, cr = next(carriageReturn, 0);
  for (let from = startOf(bytes), to = from; from < bytes.length; from = to + 1, line++) {
    if (cr < from) cr = next(carriageReturn, from);
    to = Math.min(cr, next(newline, from));
    if (to > from) visit(decoder.decode(bytes.subarray(from, to)).split(delimiter), line);
    if (to === cr && bytes[to + 1] === newline) to++;
  }
}

/** The first byte after a byte order mark. */
const startOf = (bytes: Uint8Array): number => (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf ? 3 : 0);

/** The line of a cell: later than its row's where an earlier cell of the row holds line breaks. */
export function cellLine(cells: readonly string[], line: number, column: number): number {
  let breaks = 0;
  for (let at = 0; at < column; at++) {
    const cell = cells[at] ?? "";
    if (cell.includes("\n") || cell.includes("\r")) breaks += cell.match(/\r\n|\n|\r/g)!.length;
  }
  return line + breaks;
}

/** Moves the cursor over empty lines to the row's first byte, notes its line, and goes on to its end. csv-parse counts a CRLF inside quotes twice, so lines are counted here. */
function rowLine(bytes: Uint8Array, cursor: { byte: number; line: number }, end: number): number {
  while (cursor.byte < end && isBreak(bytes[cursor.byte]!)) pass(bytes, cursor);
  const line = cursor.line;
  while (cursor.byte < end) pass(bytes, cursor);
  return line;
}

function pass(bytes: Uint8Array, cursor: { byte: number; line: number }): void {
  const byte = bytes[cursor.byte++]!;
  // The LF of a CRLF belongs to the line its CR has ended.
  if (byte === carriageReturn || (byte === newline && bytes[cursor.byte - 2] !== carriageReturn)) cursor.line++;
}

const isBreak = (byte: number) => byte === newline || byte === carriageReturn;

function notText(bytes: Uint8Array, file: string): Problem | null {
  if (bytes.length === 0) return fileProblem(`cannot be read: ${file} is empty`, { file, byte: 0 }, { why: "emptyFile", file });
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    return fileProblem(`cannot be read: ${file} is UTF-16; save it as "CSV UTF-8"`, { file, byte: 0 }, { why: "utf16", file });
  }
  const invalid = firstInvalid(bytes);
  const nul = bytes.indexOf(0);
  const byte = invalid === -1 || (nul !== -1 && nul < invalid) ? nul : invalid;
  if (byte === -1) return null;
  const hex = bytes[byte]!.toString(16).padStart(2, "0").toUpperCase();
  return fileProblem(`cannot be read: byte ${byte} of ${file} (0x${hex}) is not UTF-8 text; save it as "CSV UTF-8", or check that it is a CSV file`, { file, byte, line: lineOfByte(bytes, byte) }, { why: "notUtf8", file, byte: String(byte), got: `0x${hex}` });
}

const pieceBytes = 2 ** 20;

/** Piece by piece: the text of a large file would take as much memory again. */
function isText(bytes: Uint8Array): boolean {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    for (let from = 0; from < bytes.length; from += pieceBytes) decoder.decode(bytes.subarray(from, from + pieceBytes), { stream: true });
    decoder.decode();
    return true;
  } catch { return false; }
}

/** Where the bytes stop being UTF-8, or −1: the first replacement character of a lenient reading that the bytes themselves do not spell. */
function firstInvalid(bytes: Uint8Array): number {
  if (isText(bytes)) return -1;
  const text = new TextDecoder("utf-8", { ignoreBOM: true }).decode(bytes);
  const encoder = new TextEncoder();
  let byte = 0, from = 0;
  for (let i = text.indexOf("\uFFFD"); i !== -1; i = text.indexOf("\uFFFD", from)) {
    byte += encoder.encode(text.slice(from, i)).length;
    if (bytes[byte] !== 0xef || bytes[byte + 1] !== 0xbf || bytes[byte + 2] !== 0xbd) return byte;
    byte += 3;
    from = i + 1;
  }
  return -1;
}

/** The commonest of comma, semicolon and tab in the first line that is not empty, outside quotes; comma when none or equal. */
function delimiterOf(bytes: Uint8Array): "," | ";" | "\t" {
  const counts = { ",": 0, ";": 0, "\t": 0 };
  let quoted = false, begun = false;
  for (const byte of bytes) {
    if (isBreak(byte) && !quoted && begun) break;
    begun ||= !isBreak(byte);
    if (byte === quote) quoted = !quoted;
    const sign = String.fromCharCode(byte);
    if (!quoted && (sign === "," || sign === ";" || sign === "\t")) counts[sign]++;
  }
  const most = Math.max(...Object.values(counts));
  return counts[","] === most ? "," : counts[";"] === most ? ";" : "\t";
}

function quoteProblem(error: CsvError, bytes: Uint8Array, file: string, cursor: { readonly byte: number; readonly line: number }): Problem {
  const column = typeof error["column"] === "number" ? error["column"] + 1 : 1;
  // csv-parse reports where the field before this one ended; the quote is the first after that.
  const opened = bytes.indexOf(quote, Math.max(Number(error["bytes"] ?? 0), cursor.byte));
  const at = { file, line: lineOfByte(bytes, opened === -1 ? cursor.byte : opened), column };
  if (error.code === "CSV_QUOTE_NOT_CLOSED") return fileProblem(`has a quote that is never closed, in field ${column} of its row`, at, { why: "openQuote", field: String(column) });
  return fileProblem(`has a stray quote in field ${column} of its row; a field with quotes is enclosed in quotes, and each quote inside it is doubled: "say ""yes"""`, at, { why: "strayQuote", field: String(column) });
}

function lineOfByte(bytes: Uint8Array, byte: number): number {
  const cursor = { byte: 0, line: 1 };
  while (cursor.byte < byte) pass(bytes, cursor);
  return cursor.line;
}
