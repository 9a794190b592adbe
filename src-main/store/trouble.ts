/** SQLite's and the file system's errors in a person's words: what, which file, how to mend it. */

import { StoreError } from "../contract/errors.ts";

/** The same trouble as a StoreError; an error that is neither SQLite's nor the file system's comes back as it is. */
export function asStoreError(error: unknown, file: string): Error {
  if (!(error instanceof Error) || error instanceof StoreError) return error instanceof Error ? error : new Error(String(error));
  const code = (error as { code?: unknown }).code;
  const told = typeof code === "string" ? tell(code) : null;
  return told === null ? error : Object.assign(new StoreError(told.code, `${file} ${told.what} (${String(code)}: ${error.message})`, { file }, told.hint), { cause: error });
}

function tell(code: string): { code: string; what: string; hint: string } | null {
  // SHMSIZE: the file that readers and writers share could not get its few kilobytes.
  if (code === "SQLITE_FULL" || code === "SQLITE_IOERR_SHMSIZE" || code === "ENOSPC" || code === "EDQUOT") return { code: "diskFull", what: "could not be written: the disk is full", hint: "Free some space and try again; what was saved before is kept." };
  if (code.startsWith("SQLITE_BUSY") || code.startsWith("SQLITE_LOCKED")) return { code: "locked", what: "is locked by another program", hint: "Close the program that has it open, and try again." };
  if (code.startsWith("SQLITE_CORRUPT") || code === "SQLITE_NOTADB") return { code: "damaged", what: "is damaged", hint: damagedHint };
  if (code.startsWith("SQLITE_READONLY") || code === "EROFS" || code === "EACCES" || code === "EPERM") return { code: "readOnly", what: "may not be written", hint: "Give yourself permission to write there, or choose another place with --project." };
  if (code.startsWith("SQLITE_IOERR") || code === "EIO" || code === "EMFILE" || code === "ENFILE") return { code: "io", what: "could not be read or written", hint: "Check the disk, then try again." };
  if (code.startsWith("SQLITE_CANTOPEN") || code === "ENOENT" || code === "ENOTDIR" || code === "EISDIR") return { code: "noSuchFile", what: "could not be opened", hint: "Check the path." };
  return null;
}

export const damagedHint = "The file was left untouched. To put what can be read of it into a new project: descent rescue";
