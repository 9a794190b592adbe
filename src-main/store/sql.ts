/** One SQL statement about a project, answered by a thread of its own: it can only read, and a statement that takes too long is ended with its thread. */

import { existsSync } from "node:fs";
import { Worker } from "node:worker_threads";
import { StoreError } from "../contract/errors.ts";
import { threadFile } from "./thread-file.ts";

/** Values are numbers, texts, nulls, or `{ bytes }` where SQLite has a blob of so many. */
export interface SqlAnswer { readonly columns: readonly string[]; readonly rows: readonly (readonly unknown[])[]; readonly isCut: boolean }

/** At most `most` rows. Rejects with StoreError: `badSql` with what SQLite says, `tooLong` after `limitMs`. */
export async function readSql(file: string, sql: string, { most, limitMs }: { readonly most: number; readonly limitMs: number }): Promise<SqlAnswer> {
  if (!existsSync(file)) throw new StoreError("noSuchFile", `${file} does not exist`, { file }, "Choose the project with --project.");
  const thread = new Worker(threadFile("sql-thread", import.meta.url), { workerData: { file, sql, most } });
  let timer: NodeJS.Timeout | undefined;
  try {
    return await new Promise<SqlAnswer>((resolve, reject) => {
      timer = setTimeout(() => { reject(new StoreError("tooLong", `the statement was not done after ${limitMs / 1000} s and was ended`, {}, "Ask for less, or give it longer with --timeout.")); }, limitMs);
      thread.on("message", (answer: SqlAnswer | { readonly fault: string }) => {
        if ("fault" in answer) reject(new StoreError("badSql", answer.fault, {}, "The tables are described in docs/project-file.md."));
        else resolve(answer);
      });
      thread.on("error", reject);
    });
  } finally {
    clearTimeout(timer);
    thread.unref();
    void thread.terminate();
  }
}
