/** Files of runs on their way into the project: read, shown, taken in. One at a time. */

import { useOf, type ImportOutcome, type ImportPreview, type ImportSource } from "../../src-main/contract/imports.ts";
import type { ExperimentId } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { TaskRun } from "./task.svelte.ts";

export class ImportDesk {
  /** What is being read, or was; null while there is nothing to do. */
  name = $state<string | null>(null);
  readonly reading = new TaskRun<ImportPreview>();
  readonly taking = new TaskRun<ImportOutcome>();
  readonly #workbench: Pick<Workbench, "previewImport" | "takeIn">;

  constructor(workbench: Pick<Workbench, "previewImport" | "takeIn">) { this.#workbench = workbench; }

  get preview(): ImportPreview | null { return this.reading.phase === "done" ? this.reading.result : null; }
  /** How many would come in. */
  get fresh(): number { return this.preview?.runs.filter(({ there }) => there === null).length ?? 0; }

  /** Shows what files hold. Writes nothing. */
  async look(source: ImportSource): Promise<void> {
    this.name = source.name;
    this.taking.leave();
    this.taking.phase = "idle";
    await this.reading.follow(this.#workbench.previewImport(source));
  }

  /** Resolves with what came of it; null where it was stopped, failed, or there is nothing to take. */
  async take(experimentId: ExperimentId | null): Promise<ImportOutcome | null> {
    const { preview } = this;
    if (preview === null) return null;
    await this.taking.follow(this.#workbench.takeIn({ importId: preview.importId, experimentId }));
    return this.taking.phase === "done" ? this.taking.result : null;
  }

  /** Ends what goes on; runs that were taken in stay. */
  close(): void {
    this.reading.cancel();
    this.taking.cancel();
    this.name = null;
  }
}

/** A file by its path in what was chosen, before its bytes are read. */
interface Found { readonly path: string; readonly open: () => Promise<File> }

/** Files of a picker; of a folder those that may hold runs. */
export function foundIn(files: readonly File[]): readonly Found[] {
  const isFolder = files.some((file) => file.webkitRelativePath !== "");
  return files.map((file) => ({ path: file.webkitRelativePath || file.name, open: async () => file })).filter(({ path }) => !isFolder || useOf(path) !== null);
}

/** What was dropped, folders with all that is in them. The entries must be taken while the event is handled. */
export async function foundInEntries(entries: readonly FileSystemEntry[]): Promise<readonly Found[]> {
  const found: Found[] = [];
  const walk = async (entry: FileSystemEntry, path: string): Promise<void> => {
    if (entry.isFile) found.push({ path, open: () => new Promise((resolve, reject) => { (entry as FileSystemFileEntry).file(resolve, reject); }) });
    else for (const inner of await entriesIn(entry as FileSystemDirectoryEntry)) await walk(inner, `${path}/${inner.name}`);
  };
  for (const entry of entries) await walk(entry, entry.name);
  const isFolder = entries.some(({ isDirectory }) => isDirectory);
  return found.filter(({ path }) => !isFolder || useOf(path) !== null);
}

/** Reads them. `name`: of the file or folder that was chosen. Throws an Error with `tooLarge`'s words, before a byte is read, where they hold more than `most` bytes. */
export async function sourceOf(name: string, found: readonly Found[], most: number, tooLarge: (bytes: number) => string): Promise<ImportSource> {
  const files = await Promise.all(found.map(async ({ path, open }) => ({ path, file: await open() })));
  const wanted = files.reduce((sum, { path, file }) => sum + (useOf(path) === "name" ? 0 : file.size), 0);
  if (wanted > most) throw new Error(tooLarge(wanted));
  return { name, files: await Promise.all(files.map(({ path, file }) => read(file, path))) };
}

/** A reader hands a folder out in portions; an empty one is the end. */
async function entriesIn(folder: FileSystemDirectoryEntry): Promise<readonly FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const some = await new Promise<FileSystemEntry[]>((resolve, reject) => { reader.readEntries(resolve, reject); });
    if (some.length === 0) return all;
    all.push(...some);
  }
}

async function read(file: File, path: string): Promise<ImportSource["files"][number]> {
  return { path, bytes: useOf(path) === "name" ? new Uint8Array(0) : new Uint8Array(await file.arrayBuffer()) };
}
