/** A thread that copies a project's database by SQLite's own backup, frees the copy of its owner, checks it, and ends. */

import { parentPort, workerData } from "node:worker_threads";
import Sqlite from "better-sqlite3";
import { finishBackup } from "./backups.ts";

const { file, path } = workerData as { readonly file: string; readonly path: string };

try {
  const db = new Sqlite(file, { readonly: true, fileMustExist: true, timeout: 5000 });
  // All pages in one go: nobody waits here, and a writer would begin a slow copy anew with each commit.
  try { await db.backup(`${path}.tmp`, { progress: ({ totalPages }) => Math.max(1, totalPages) }); } finally { db.close(); }
  finishBackup(path);
  parentPort!.postMessage({ fault: null });
} catch (error) {
  const { message, code } = error as Error & { readonly code?: string };
  parentPort!.postMessage({ fault: { message, code } });
}
