/** A table on its way into a file, a batch of rows at a time: nothing of it is kept. Pure. */

import type { TableFormat } from "../../contract/exports.ts";
import { csvTable } from "./csv.ts";
import { jsonTable } from "./json.ts";
import { parquetTable } from "./parquet.ts";

/** `whole`: numbers without a fraction, such as steps. A cell may be null in `text` and `number` only. */
export interface TableColumn { readonly name: string; readonly sort: "text" | "number" | "whole" }
export type Cell = string | number | null;
/** Rows by columns, in the columns' order, all of one length. */
export type Batch = readonly ArrayLike<Cell>[];

/** `begin`, then `add` for each batch, then `end`: their bytes one behind the other are the file. */
export interface TableWriter {
  begin(): Uint8Array;
  add(batch: Batch): Uint8Array;
  end(): Uint8Array;
}

const writers: Readonly<Record<TableFormat, (columns: readonly TableColumn[]) => TableWriter>> = {
  csv: csvTable, parquet: parquetTable,
  json: (columns) => jsonTable(columns, { open: "[", between: ",\n", close: "]\n" }),
  jsonl: (columns) => jsonTable(columns, { open: "", between: "\n", close: "\n" }),
};

export const tableWriter = (format: TableFormat, columns: readonly TableColumn[]): TableWriter => writers[format](columns);
