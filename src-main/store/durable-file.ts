/** Files that are whole or absent, whatever happens: written aside, synced, renamed, and the folder synced. Asynchronous, for a sync can take long. */

import { randomBytes } from "node:crypto";
import { mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { isAlive, thisOwner } from "./owner.ts";
import { asStoreError } from "./trouble.ts";

/** Resolves when `bytes`, or all pieces of them, would survive a power cut under the name `path`. Throws StoreError, or what the pieces throw; then the old file, if there was one, is still there. `step` is called before each step, and may throw as a disk would. */
export async function writeDurably(path: string, bytes: Uint8Array | AsyncIterable<Uint8Array>, step: () => void = () => {}): Promise<void> {
  const aside = asideOf(path);
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

/** The same at a place that is not ours; what an earlier writer of this file left beside it when it died is removed then, and nothing else. */
export async function writeAbroad(path: string, bytes: Uint8Array | AsyncIterable<Uint8Array>, step?: () => void): Promise<void> {
  await writeDurably(path, bytes, step);
  await sweepAbandoned(path).catch(() => undefined);
}

/** Who writes stands in the name: process id, its start and the first of the machine's boot id, so that a dead writer is known as such. */
function asideOf(path: string): string {
  const { pid, started, boot } = thisOwner();
  return `${path}.${pid}-${started}-${boot.slice(0, 8)}-${randomBytes(4).toString("hex")}.tmp`;
}

/** A writer elsewhere on a shared disk looks dead from here, but goes on writing: what was written to within a minute stays, by the clock of the disk. */
const abandonedMs = 60_000;

async function sweepAbandoned(path: string): Promise<void> {
  const me = thisOwner(), { mtimeMs: nowMs } = await stat(path);
  for (const name of await readdir(dirname(path))) {
    const [, pid, started, boot] = (name.startsWith(`${basename(path)}.`) ? /^(\d+)-(\d+)-([0-9a-f]{0,8})-[0-9a-f]{8}\.tmp$/.exec(name.slice(basename(path).length + 1)) : null) ?? [];
    if (pid === undefined || isAlive({ pid: Number(pid), started: started!, boot: boot === me.boot.slice(0, 8) ? me.boot : "another", instance: "" })) continue;
    const aside = join(dirname(path), name);
    if (nowMs - (await stat(aside)).mtimeMs > abandonedMs) await rm(aside, { force: true });
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
