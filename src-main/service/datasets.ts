/** Data by component: where their bytes are, the most recent ones kept in memory, and files taken into the project. Reading itself happens in a worker. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { samples } from "../../src-engine/index.ts";
import { StoreError } from "../../src-engine/spec/errors.ts";
import { problem } from "../../src-engine/spec/param.ts";
import type { Component, Problem, SourceFile } from "../contract/nouns.ts";
import type { Store } from "../store/open.ts";
import type { Pool } from "../workers/pool.ts";
import type { ReadData } from "../workers/protocol.ts";

/** Bytes of numbers kept beside those in use. */
const budget = 512 * 2 ** 20;

export interface Datasets {
  /** What is wrong with a checked component before anything is read: a CSV the project does not keep. */
  problemsOf(data: Component): readonly Problem[];
  /** Reads a complete component. Rejects with SpecError or StoreError. */
  read(data: Component): Promise<ReadData>;
  importFile(name: string, bytes: Uint8Array): Promise<SourceFile>;
}

export function datasets({ store, pool, examples, now }: { readonly store: Store; readonly pool: Pool; readonly examples: string; readonly now: () => number }): Datasets {
  // In order of use, the oldest first.
  const kept = new Map<string, Promise<ReadData>>();
  const sizes = new Map<string, number>();

  async function bytesOf(data: Component): Promise<Uint8Array | null> {
    if (data.kind === "csv") return await store.files.read(data["hash"] as string);
    if (data.kind !== "sample") return null;
    const path = join(examples, "data", samples[data["name"] as keyof typeof samples].file);
    try {
      return await readFile(path);
    } catch (error) {
      throw new StoreError("noSuchFile", `the sample ${path} cannot be read: ${(error as Error).message}`, { file: path, path: "data.name" }, "Install Descent again.");
    }
  }

  async function readAnew(key: string, data: Component): Promise<ReadData> {
    try {
      const read = await pool.read(data, await bytesOf(data));
      sizes.set(key, read.dataset.x.byteLength + read.dataset.y.byteLength);
      forgetOldest(key);
      return read;
    } catch (error) {
      kept.delete(key);
      throw error;
    }
  }

  function forgetOldest(newest: string): void {
    let total = [...sizes.values()].reduce((sum, size) => sum + size, 0);
    for (const key of [...kept.keys()]) {
      if (total <= budget || key === newest) return;
      total -= sizes.get(key) ?? 0;
      kept.delete(key);
      sizes.delete(key);
    }
  }

  return {
    problemsOf(data) {
      if (data.kind !== "csv") return [];
      const [file, hash] = [data["file"] as string, data["hash"] as string];
      if (hash === "") return [problem("data.file", "noSuchFile", `must be a file this project keeps; ${JSON.stringify(file)} was not imported`, { got: file })];
      return store.files.get(hash) !== null ? [] : [problem("data.hash", "noSuchFile", `must be the hash of a file this project keeps; it has none with ${hash} (${file})`, { got: hash, file })];
    },
    read(data) {
      const key = JSON.stringify(data);
      const before = kept.get(key);
      kept.delete(key);
      const reading = before ?? readAnew(key, data);
      kept.set(key, reading);
      return reading;
    },
    async importFile(name, bytes) {
      const { hash, rows, columns } = await pool.survey(name, bytes);
      return store.files.get(hash) ?? await store.files.keep({ hash, name, importedMs: now(), rows, columns }, bytes);
    },
  };
}
