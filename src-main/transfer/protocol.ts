/** What the thread that moves stored data is asked, and what it says. */

import type { ExportWish } from "../contract/exports.ts";
import type { WireError } from "../contract/wire-error.ts";

/** The project's file and what of it should leave. */
export interface OutgoingSetup { readonly job: "export"; readonly file: string; readonly wish: ExportWish }
export type TransferSetup = OutgoingSetup;

/** "more" asks for the next piece: a reader that is slow holds the thread up, and nothing piles up for it. */
export type ToTransfer = "more";
export type FromTransfer =
  | { readonly kind: "piece"; readonly bytes: Uint8Array; readonly done: number; readonly of: number }
  | { readonly kind: "end"; readonly rows: number }
  | { readonly kind: "failed"; readonly error: WireError };
