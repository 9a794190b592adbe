/** A table as CSV (RFC 4180): numbers as they are stored, and no text that a spreadsheet would run. */

import { csvCell } from "../../contract/csv.ts";
import { repeating } from "./repeating.ts";
import type { Batch, Cell, TableColumn, TableWriter } from "./table.ts";
import { digits, textBytes } from "./text.ts";

export function csvTable(columns: readonly TableColumn[]): TableWriter {
  const out = textBytes();
  const text = repeating(csvCell);
  const written = (column: number, cell: Cell): string => (typeof cell === "number" ? digits(cell) : text(column, cell));

  return {
    begin() {
      out.push(`${columns.map(({ name }) => csvCell(name)).join(",")}\r\n`);
      return out.take();
    },
    add(batch: Batch) {
      const rows = batch[0]?.length ?? 0;
      for (let row = 0; row < rows; row++) {
        let line = "";
        for (let column = 0; column < batch.length; column++) line += `${column === 0 ? "" : ","}${written(column, batch[column]![row]!)}`;
        out.push(`${line}\r\n`);
      }
      return out.take();
    },
    end: () => new Uint8Array(0),
  };
}
