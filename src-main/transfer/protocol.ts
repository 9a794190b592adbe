/** What the thread that moves stored data is asked, and what it says. */

import type { ExportWish } from "../contract/exports.ts";
import type { CapsuleFound } from "../contract/capsules.ts";
import type { ImportOutcome } from "../contract/imports.ts";
import type { WireError } from "../contract/wire-error.ts";

/** The project's file and what of it should leave; of a capsule also the folder of its files, the page inside, and what time it is. */
export interface OutgoingSetup { readonly job: "export"; readonly file: string; readonly wish: ExportWish; readonly folder: string; readonly report: Uint8Array | null; readonly createdMs: number }
/** A capsule's bytes: to be looked through, or with `isTaken` to be taken into the project. `word` turns to 1 when nobody wants it any more. */
export interface IncomingSetup { readonly job: "import"; readonly file: string; readonly bytes: Uint8Array; readonly name: string; readonly isTaken: boolean; readonly word: Int32Array }
export type TransferSetup = OutgoingSetup | IncomingSetup;

/** "more" asks for the next piece of a file that leaves: a reader that is slow holds the thread up, and nothing piles up for it. */
export type ToTransfer = "more";
export type FromTransfer =
  | { readonly kind: "piece"; readonly bytes: Uint8Array; readonly done: number; readonly of: number }
  | { readonly kind: "end"; readonly rows: number }
  | { readonly kind: "progress"; readonly done: number; readonly of: number }
  | { readonly kind: "found"; readonly found: CapsuleFound }
  | { readonly kind: "taken"; readonly outcome: ImportOutcome }
  | { readonly kind: "failed"; readonly error: WireError };
