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

/** Files of a picker; of a folder those that may hold runs. */
export async function sourceOf(files: readonly File[]): Promise<ImportSource> {
  const isFolder = files.some((file) => file.webkitRelativePath !== "");
  const known = files.map((file) => ({ file, path: file.webkitRelativePath || file.name })).filter(({ path }) => !isFolder || useOf(path) !== null);
  return { name: (isFolder ? known[0]?.path.split("/")[0] : files[0]?.name) ?? files[0]!.name, files: await Promise.all(known.map(({ file, path }) => read(file, path))) };
}

/** What was dropped, folders with all that is in them. The entries must be taken while the event is handled. */
export async function sourceOfEntries(entries: readonly FileSystemEntry[]): Promise<ImportSource> {
  const found: { readonly file: FileSystemFileEntry; readonly path: string }[] = [];
  const walk = async (entry: FileSystemEntry, path: string): Promise<void> => {
    if (entry.isFile) found.push({ file: entry as FileSystemFileEntry, path });
    else for (const inner of await entriesIn(entry as FileSystemDirectoryEntry)) await walk(inner, `${path}/${inner.name}`);
  };
  for (const entry of entries) await walk(entry, entry.name);
  const isFolder = entries.some(({ isDirectory }) => isDirectory);
  const wanted = found.filter(({ path }) => !isFolder || useOf(path) !== null);
  return { name: entries[0]!.name, files: await Promise.all(wanted.map(async ({ file, path }) => read(await new Promise<File>((resolve, reject) => { file.file(resolve, reject); }), path))) };
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
