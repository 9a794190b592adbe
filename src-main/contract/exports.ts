/** What leaves as a file that is made while it is sent: stored data as a table in one of four forms, or whole runs as a capsule. */

import type { RunId } from "./nouns.ts";

/** The forms of a table, in the order in which an interface offers them; each is its file's ending. */
export const tableFormats = ["csv", "json", "jsonl", "parquet"] as const;
export type TableFormat = (typeof tableFormats)[number];

/** Runs as a capsule, a `.descent.zip` that another project takes in; null is everything there is. Data files and checkpoints come along where they are wanted. */
export interface CapsuleWish { readonly kind: "capsule"; readonly runIds: readonly RunId[] | null; readonly withData: boolean; readonly withCheckpoints: boolean; readonly language: "en" | "zh" }

export type ExportWish =
  | CapsuleWish
  /** Every stored point: run, name, metric, step, epoch, value. All metrics where none are named. */
  | { readonly kind: "curves"; readonly format: TableFormat; readonly runIds: readonly RunId[]; readonly metrics: readonly string[] }
  /** A row for each run, in the order given; `columns` are names of the query language, null all facts, settings and metrics that these runs have. */
  | { readonly kind: "runs"; readonly format: TableFormat; readonly runIds: readonly RunId[]; readonly columns: readonly string[] | null };

/** What `exportFile` sends: how far it is, the file's bytes in order, and at the end how many rows it has; of a capsule how many runs. A file without its `done` is not whole. */
export type ExportEvent =
  | { readonly kind: "progress"; readonly done: number; readonly of: number }
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "done"; readonly rows: number };
