/** Which rows of a long table are built: those in sight and some around them. Pure. */

/** Rows built above and below what is seen, so that a quick flick meets no gap. */
const around = 10;

export interface Window { readonly from: number; readonly to: number }

export function windowOf(scrollTop: number, height: number, rowHeight: number, rows: number): Window {
  const from = Math.min(rows, Math.max(0, Math.floor(scrollTop / rowHeight) - around));
  return { from, to: Math.min(rows, Math.ceil((scrollTop + height) / rowHeight) + around) };
}

/** Where to scroll so that a row is wholly seen; `null` where it is already. `head` is the height that the head covers. */
export function scrollFor(row: number, scrollTop: number, height: number, rowHeight: number, head: number): number | null {
  const top = row * rowHeight;
  if (top < scrollTop) return top;
  const room = height - head;
  return top + rowHeight > scrollTop + room ? top + rowHeight - room : null;
}
