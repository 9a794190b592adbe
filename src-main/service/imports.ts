/** Files brought into the project: seen what they are, previewed with nothing written, then taken in. A kind of file is a line in a table here. */

import { StoreError } from "../../src-engine/spec/errors.ts";
import type { ImportOutcome, ImportPreview, ImportSource } from "../contract/imports.ts";
import type { ExperimentId } from "../contract/nouns.ts";
import type { TaskEvent } from "../contract/examination.ts";
import type { Task } from "../workers/pool.ts";
import { workStream } from "./stream.ts";
import { taskStream } from "./tasks.ts";

/** What a preview shows of its own kind of file. */
export type Shown = ImportPreview extends infer P ? (P extends ImportPreview ? Omit<P, "importId" | "name" | "files" | "sizeBytes"> : never) : never;

/** Files that were read and can be taken in, as often as is asked. */
export interface Opened {
  /** Of the project as it is now. */
  shown(): Shown;
  /** Whole pieces one after another, `advance` after each; stops behind the piece under way once `isLeft` says so. Rejects with StoreError. */
  take(experimentId: ExperimentId | null, advance: (done: number, of: number) => void, isLeft: () => boolean): Promise<ImportOutcome>;
}

/** One kind of file. */
export interface ImportKind {
  /** Judged by names and first bytes. */
  isMine(source: ImportSource): boolean;
  /** Reads on a thread of its own and writes nothing. Rejects with SpecError or StoreError. */
  open(source: ImportSource): Task<Opened>;
}

export interface Imports {
  preview(source: ImportSource): AsyncIterable<TaskEvent<ImportPreview>>;
  take(importId: string, experimentId: ExperimentId | null): AsyncIterable<TaskEvent<ImportOutcome>>;
}

/** What was read is kept in memory until it is taken in, or until so many others were read after it. */
const mostOpen = 2;

/** `kinds` in the order in which they are asked; the last one takes what no other does, or says why it cannot. */
export function imports(kinds: readonly [...ImportKind[], ImportKind]): Imports {
  const open = new Map<string, Opened>();
  let last = 0;

  return {
    preview: (source) => taskStream<ImportPreview>(async () => {
      const kind = kinds.find((one) => one.isMine(source)) ?? kinds.at(-1)!;
      const { done, cancel } = kind.open(source);
      return { cancel, done: done.then((opened) => {
        const importId = `i-${++last}`;
        open.set(importId, opened);
        for (const oldest of [...open.keys()].slice(0, -mostOpen)) open.delete(oldest);
        return { importId, name: source.name, files: source.files.length, sizeBytes: source.files.reduce((sum, { bytes }) => sum + bytes.byteLength, 0), ...opened.shown() };
      }) };
    }),
    take(importId, experimentId) {
      let isLeft = false;
      return workStream<TaskEvent<ImportOutcome>>(({ kind }) => kind === "result", async (say) => {
        const opened = open.get(importId);
        if (opened === undefined) throw new StoreError("noSuchImport", `what ${importId} showed is no longer kept`, {}, "Choose the file again.");
        const result = await opened.take(experimentId, (done, of) => { say({ kind: "progress", done, of }); }, () => isLeft);
        if (!isLeft) open.delete(importId);
        say({ kind: "result", result });
      }, () => { isLeft = true; });
    },
  };
}
