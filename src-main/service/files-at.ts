/** A file or a folder of this machine as what an import reads. Links are not followed, so that a folder ends. */

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { basename, join, relative, resolve, sep } from "node:path";
import { StoreError } from "../../src-engine/spec/errors.ts";
import { limits } from "../contract/inputs.ts";
import { useOf, type ImportSource } from "../contract/imports.ts";
import type { ForeignFile } from "../contract/foreign-runs.ts";

/** Of a folder the files that may hold runs, with its own name before their paths; beside a database its write-ahead log. Throws StoreError where there is nothing, it may not be read, or it is too large. */
export function filesAt(place: string): ImportSource {
  const path = resolve(place);
  const name = basename(path);
  try {
    if (!statSync(path).isDirectory()) {
      const beside = existsSync(`${path}-wal`) ? [[`${path}-wal`, `${name}-wal`] as const] : [];
      return { name, files: read([[path, name], ...beside], place) };
    }
    const found = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return { name, files: read(found.map((file) => [file, [name, ...relative(path, file).split(sep)].join("/")] as const).filter(([, known]) => useOf(known) !== null), place) };
  } catch (error) {
    if (error instanceof StoreError) throw error;
    const { code, message } = error as NodeJS.ErrnoException;
    const why = code === "ENOENT" ? "there is no such file or folder" : code === "EACCES" ? "it may not be read by this account" : message;
    throw new StoreError(code === "ENOENT" ? "noSuchFile" : "unreadable", `${place} cannot be read: ${why}`, { file: place }, "Name a file of runs, or the folder they are in.");
  }
}

function read(files: readonly (readonly [path: string, known: string])[], place: string): ForeignFile[] {
  if (files.length > limits.importFiles) throw new StoreError("tooLarge", `${place} holds ${files.length} files of runs; one import takes at most ${limits.importFiles}`, { file: place }, "Import its folders one after another.");
  // A single file is read whatever it is called: its name may say nothing.
  const wanted = new Set(files.filter(([, known]) => files.length === 1 || useOf(known) !== "name").map(([path]) => path));
  const bytes = [...wanted].reduce((sum, path) => sum + statSync(path).size, 0);
  if (bytes > limits.importBytes) throw new StoreError("tooLarge", `${place} holds ${bytes} bytes of runs; one import takes at most ${limits.importBytes}`, { file: place }, "Import its parts one after another.");
  return files.map(([path, known]) => ({ path: known, bytes: wanted.has(path) ? new Uint8Array(readFileSync(path)) : new Uint8Array(0) }));
}
