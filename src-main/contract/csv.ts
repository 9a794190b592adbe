/** Tables as CSV for spreadsheets. Knows no table's meaning. */

export type CsvCell = string | number | null;

/**
 * Rows as RFC 4180: comma, CRLF, quotes where needed; null is an empty cell. Numbers keep every digit and stay numbers, NaN and infinities by these names.
 * A text that a spreadsheet would run as a formula (it begins with = + - @, their wide forms, a tab or a line end) gets an apostrophe before it.
 */
export const csvText = (rows: readonly (readonly CsvCell[])[]): string => rows.map((row) => `${row.map(csvCell).join(",")}\r\n`).join("");

/** The same for the clipboard: tabs between cells, so that a spreadsheet takes them apart without asking. */
export const tabText = (rows: readonly (readonly CsvCell[])[]): string => rows.map((row) => row.map((cell) => plain(cell).replace(/[\t\r\n]+/g, " ")).join("\t")).join("\n");

/** One cell, for tables too long to be held as rows. */
export function csvCell(cell: CsvCell): string {
  const text = plain(cell);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function plain(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  return /^[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell;
}
