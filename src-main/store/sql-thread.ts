/** A thread that answers one SQL statement about a project, for reading only, and ends. */

import { parentPort, workerData } from "node:worker_threads";
import Sqlite from "better-sqlite3";

const { file, sql, most } = workerData as { readonly file: string; readonly sql: string; readonly most: number };

try {
  const db = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 5000 });
  db.pragma("trusted_schema = off");
  db.pragma("query_only = on");
  const statement = db.prepare(sql);
  if (!statement.reader) throw new Error("this statement gives no rows; only reading is possible here");
  const columns = statement.columns().map(({ name }) => name);
  const rows: unknown[][] = [];
  let isCut = false;
  for (const row of statement.raw().iterate() as IterableIterator<unknown[]>) {
    if (rows.length >= most) { isCut = true; break; }
    rows.push(row.map((value) => (value instanceof Uint8Array ? { bytes: value.byteLength } : value)));
  }
  db.close();
  parentPort!.postMessage({ columns, rows, isCut });
} catch (error) {
  parentPort!.postMessage({ fault: (error as Error).message });
}
