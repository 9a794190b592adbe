/** A file on its way out of the project: how far it is, leaving it, what came of it. */

import type { ExportWish } from "../../src-main/contract/exports.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";

/** Pieces that have come are put into one blob from this size on, which the browser may keep outside its memory. */
const foldFrom = 16 * 1024 * 1024;

export interface Taken { readonly blob: Blob; readonly rows: number }

export class Taking {
  /** The file that comes; null where none does. */
  file = $state<string | null>(null);
  /** From 0 to 1. */
  share = $state(0);
  readonly #workbench: Pick<Workbench, "exportFile">;
  #isLeft = false;

  constructor(workbench: Pick<Workbench, "exportFile">) { this.#workbench = workbench; }

  /** The whole file, or null where it was left. One at a time: another one is refused with null. Rejects with what the workbench throws. */
  async take(wish: ExportWish, file: string): Promise<Taken | null> {
    if (this.file !== null) return null;
    [this.file, this.share, this.#isLeft] = [file, 0, false];
    let [blob, parts, size] = [new Blob([]), [] as Uint8Array<ArrayBuffer>[], 0];
    const fold = (): void => { [blob, parts, size] = [new Blob([blob, ...parts]), [], 0]; };
    try {
      for await (const event of this.#workbench.exportFile({ wish })) {
        if (this.#isLeft) return null;
        if (event.kind === "done") { fold(); return { blob, rows: event.rows }; }
        if (event.kind === "progress") this.share = event.of === 0 ? 0 : event.done / event.of;
        else {
          parts.push(event.bytes.slice());
          size += event.bytes.byteLength;
          if (size >= foldFrom) fold();
        }
      }
      return null;
    } finally { this.file = null; }
  }

  leave(): void { this.#isLeft = true; }
}
