/** What a capsule of runs holds, and what came of taking it in. */

import type { Hash, RunId, RunState } from "./nouns.ts";

/** A run of a capsule under the id it had where it came from; `uid` tells it from every other run there is. */
export interface CapsuleRun { readonly uid: string; readonly id: RunId; readonly name: string; readonly group: string; readonly state: RunState; readonly points: number; readonly checkpoints: number }

/** A capsule that was found right to its last byte. */
export interface CapsuleFound {
  readonly engine: string;
  readonly createdMs: number;
  readonly holds: { readonly runs: number; readonly experiments: number; readonly sweeps: number; readonly reports: number; readonly dataSets: number; readonly checkpoints: number; readonly points: number };
  readonly runs: readonly CapsuleRun[];
  readonly data: readonly { readonly hash: Hash; readonly name: string; readonly sizeBytes: number }[];
  readonly checkpointBytes: number;
}

/** The same held against the project: which of its runs and data files are here already, and will be passed over. */
export interface CapsulePreview extends Omit<CapsuleFound, "runs" | "data"> {
  readonly kind: "capsule";
  readonly runs: readonly (CapsuleRun & { readonly there: { readonly runId: RunId; readonly isTrashed: boolean } | null })[];
  readonly data: readonly (CapsuleFound["data"][number] & { readonly isThere: boolean })[];
}
