/** A table as JSON: an object for each row, in a list or each on a line of its own. What JSON has no number for becomes "NaN", "Infinity", "-Infinity". */

import { repeating } from "./repeating.ts";
import type { Batch, Cell, TableColumn, TableWriter } from "./table.ts";

export function jsonTable(columns: readonly TableColumn[], { open, between, close }: { readonly open: string; readonly between: string; readonly close: string }): TableWriter {
  const utf8 = new TextEncoder();
  const keys = columns.map(({ name }, i) => `${i === 0 ? "{" : ","}${JSON.stringify(name)}:`);
  const text = repeating((one) => JSON.stringify(one));
  let isFirst = true;

  const written = (column: number, cell: Cell): string => (typeof cell === "number" ? numeral(cell) : text(column, cell));

  return {
    begin: () => utf8.encode(open),
    add(batch: Batch) {
      const rows = batch[0]?.length ?? 0;
      const lines: string[] = [];
      for (let row = 0; row < rows; row++) {
        let line = isFirst ? "" : between;
        isFirst = false;
        for (let column = 0; column < batch.length; column++) line += keys[column]! + written(column, batch[column]![row]!);
        lines.push(`${line}}`);
      }
      return utf8.encode(lines.join(""));
    },
    end: () => utf8.encode(isFirst && open === "" ? "" : close),
  };
}

/** −0 is a number of its own: JSON keeps it where it is written so. */
const numeral = (value: number): string => (!Number.isFinite(value) ? `"${value}"` : Object.is(value, -0) ? "-0" : String(value));
