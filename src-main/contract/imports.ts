/** What files can bring into a project: looked at first, with nothing written, then taken in. */

import type { CapsulePreview } from "./capsules.ts";
import type { ForeignFile, ForeignProgram, ForeignRead, ForeignRun } from "./foreign-runs.ts";
import type { RunId } from "./nouns.ts";

/** A file, or all files of a folder. */
export interface ImportSource {
  /** As the person knows it. */
  readonly name: string;
  readonly files: readonly ForeignFile[];
}

/** A run that was found, before it is taken in. */
export interface FoundRun extends Pick<ForeignRun, "key" | "name" | "group" | "state"> {
  readonly params: number;
  readonly metrics: number;
  readonly points: number;
  /** The project has this very run already, and it will not come again; in the trash it can be restored from. */
  readonly there: { readonly runId: RunId; readonly isTrashed: boolean } | null;
  /** A run of the project that is called the same. Both stay. */
  readonly namesake: RunId | null;
}

/** Runs of another program. `left`: what was seen and will not be taken in. */
export interface ForeignPreview {
  readonly kind: "foreign";
  readonly program: ForeignProgram;
  readonly runs: readonly FoundRun[];
  readonly left: ForeignRead["left"];
}

/** What was found, by kind of file. `importId` names it for `takeIn`. */
export type ImportPreview = { readonly importId: string; readonly name: string; readonly files: number; readonly sizeBytes: number } & (ForeignPreview | CapsulePreview);

/** What came of it: the new runs in order, and how many were there already. */
export interface ImportOutcome { readonly runIds: readonly RunId[]; readonly there: number }

/** Most bytes of one `previewImport` at the browser's door: its frames hold 96 MB, and bytes cross in base64, four letters for three. The command line has no such limit. */
export const mostBrowserBytes = 64 * 2 ** 20;

/** Whether a file of a folder is read (`whole`), only counted (`name`: its bytes may be left out), or of no use (null), by its path in the folder. */
export function useOf(path: string): "whole" | "name" | null {
  if (/(^|\/)artifacts\//.test(path)) return "name";
  return /tfevents|\.wandb$|\.(db|sqlite3?)(-wal)?$|\.csv$|\.descent\.zip$|(^|\/)meta\.yaml$|(^|\/)(metrics|params|tags)\//i.test(path) ? "whole" : null;
}
