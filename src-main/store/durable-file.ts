/** Files that are whole or absent, whatever happens: written aside, synced, renamed, and the folder synced. Asynchronous, for a sync can take long. */

import { randomUUID } from "node:crypto";
import { mkdir, open, rename, rm } from "node:fs/promises";
import { readdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { asStoreError } from "./trouble.ts";

/** Resolves when `bytes`, or all pieces of them, would survive a power cut under the name `path`. Throws StoreError, or what the pieces throw; then the old file, if there was one, is still there. `step` is called before each step, and may throw as a disk would. */
export async function writeDurably(path: string, bytes: Uint8Array | AsyncIterable<Uint8Array>, step: () => void = () => {}): Promise<void> {
  const aside = `${path}.${randomUUID()}.tmp`;
  try {
    step();
    const made = await mkdir(dirname(path), { recursive: true });
    const file = await open(aside, "wx");
    try {
      for await (const piece of bytes instanceof Uint8Array ? [bytes] : bytes) {
        step();
        await file.writeFile(piece);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    step();
    await rename(aside, path);
    step();
    await syncFolder(dirname(path));
    // A folder that is new itself is an entry of its parent.
    if (made !== undefined) for (let folder = dirname(path); folder.length >= made.length; folder = dirname(folder)) await syncFolder(dirname(folder));
  } catch (error) {
    await rm(aside, { force: true });
    throw asStoreError(error, path);
  }
}

/** Removes what writers that died left aside, in `folder` and its folders. */
export function sweepAside(folder: string): void {
  let names: string[];
  try { names = readdirSync(folder, { recursive: true, encoding: "utf8" }); } catch { return; }
  for (const name of names) if (name.endsWith(".tmp")) rmSync(join(folder, name), { force: true });
}

async function syncFolder(folder: string): Promise<void> {
  // Windows cannot sync a folder; there the rename itself is journaled.
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try { await handle.sync(); } finally { await handle.close(); }
}
