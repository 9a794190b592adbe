/** A table as Parquet: each batch is a row group, numbers bit for bit. */

import { ByteWriter, ParquetWriter, type SchemaElement } from "hyparquet-writer";
import type { Batch, TableColumn, TableWriter } from "./table.ts";

/** The library's writer, whose bytes are taken away as they come. */
class Taken extends ByteWriter {
  take(): Uint8Array {
    const bytes = this.getBytes().slice();
    this.index = 0;
    return bytes;
  }
}

export function parquetTable(columns: readonly TableColumn[]): TableWriter {
  const out = new Taken();
  const schema: SchemaElement[] = [{ name: "root", num_children: columns.length }, ...columns.map(element)];
  const file = new ParquetWriter({ writer: out, schema, createdBy: "Descent" });
  return {
    begin: () => out.take(),
    add(batch: Batch) {
      const rows = batch[0]?.length ?? 0;
      // A dictionary takes 0 and −0 for one number: numbers are written as they are.
      const columnData = columns.map(({ name, sort }, i) => ({ name, data: data(batch[i]!, sort), ...(sort === "text" ? {} : { encoding: "PLAIN" as const }) }));
      if (rows > 0) void file.write({ columnData, rowGroupSize: rows });
      return out.take();
    },
    end() {
      void file.finish();
      return out.take();
    },
  };
}

function element({ name, sort }: TableColumn): SchemaElement {
  switch (sort) {
    case "text": return { name, type: "BYTE_ARRAY", converted_type: "UTF8", repetition_type: "OPTIONAL" };
    case "number": return { name, type: "DOUBLE", repetition_type: "OPTIONAL" };
    case "whole": return { name, type: "INT64", repetition_type: "REQUIRED" };
  }
}

const data = (cells: Batch[number], sort: TableColumn["sort"]): unknown[] | BigInt64Array | Float64Array =>
  sort === "whole" ? wholes(cells as ArrayLike<number>) : cells instanceof Float64Array ? cells : Array.from(cells);

function wholes(numbers: ArrayLike<number>): BigInt64Array {
  const whole = new BigInt64Array(numbers.length);
  for (let i = 0; i < numbers.length; i++) whole[i] = BigInt(numbers[i]!);
  return whole;
}
