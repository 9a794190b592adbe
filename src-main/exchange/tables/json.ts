/** A table as JSON: an object for each row, in a list or each on a line of its own. What JSON has no number for becomes "NaN", "Infinity", "-Infinity". */

import { repeating } from "./repeating.ts";
import type { Batch, Cell, TableColumn, TableWriter } from "./table.ts";
import { digits, textBytes } from "./text.ts";

export function jsonTable(columns: readonly TableColumn[], { open, between, close }: { readonly open: string; readonly between: string; readonly close: string }): TableWriter {
  const out = textBytes();
  const keys = columns.map(({ name }, i) => `${i === 0 ? "{" : ","}${JSON.stringify(name)}:`);
  const text = repeating((one) => JSON.stringify(one));
  let isFirst = true;

  const written = (column: number, cell: Cell): string => (typeof cell === "number" ? numeral(cell) : text(column, cell));

  return {
    begin() {
      out.push(open);
      return out.take();
    },
    add(batch: Batch) {
      const rows = batch[0]?.length ?? 0;
      for (let row = 0; row < rows; row++) {
        let line = isFirst ? "" : between;
        isFirst = false;
        for (let column = 0; column < batch.length; column++) line += keys[column]! + written(column, batch[column]![row]!);
        out.push(`${line}}`);
      }
      return out.take();
    },
    end() {
      if (!isFirst || open !== "") out.push(close);
      return out.take();
    },
  };
}

const numeral = (value: number): string => (Number.isFinite(value) ? digits(value) : `"${value}"`);
