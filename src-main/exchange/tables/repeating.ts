/** Texts of a table, written once for as long as they repeat. Pure. */

/** What writes a text as a cell of each column. Texts repeat from row to row: the last one of each column is remembered as it was written. */
export function repeating(write: (text: string | null) => string): (column: number, text: string | null) => string {
  const last: { readonly from: string | null; readonly written: string }[] = [];
  return (column, text) => {
    const known = last[column];
    if (known?.from === text) return known.written;
    const written = write(text);
    last[column] = { from: text, written };
    return written;
  };
}
