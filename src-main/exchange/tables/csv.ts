/** A table as CSV (RFC 4180): numbers as they are stored, and no text that a spreadsheet would run. */

import { csvCell } from "../../contract/csv.ts";
import { repeating } from "./repeating.ts";
import type { Batch, Cell, TableColumn, TableWriter } from "./table.ts";

export function csvTable(columns: readonly TableColumn[]): TableWriter {
  const utf8 = new TextEncoder();
  const text = repeating(csvCell);
  const written = (column: number, cell: Cell): string => (typeof cell !== "number" ? text(column, cell) : Object.is(cell, -0) ? "-0" : String(cell));

  return {
    begin: () => utf8.encode(`${columns.map(({ name }) => csvCell(name)).join(",")}\r\n`),
    add(batch: Batch) {
      const rows = batch[0]?.length ?? 0;
      const lines: string[] = [];
      for (let row = 0; row < rows; row++) {
        let line = "";
        for (let column = 0; column < batch.length; column++) line += `${column === 0 ? "" : ","}${written(column, batch[column]![row]!)}`;
        lines.push(`${line}\r\n`);
      }
      return utf8.encode(lines.join(""));
    },
    end: () => new Uint8Array(0),
  };
}
