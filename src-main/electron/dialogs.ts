/** Open and save by the system's own dialogs. Paths stay here: a page gets a name and bytes, and gives a name and what to write. */

import { readFile, stat } from "node:fs/promises";
import { basename } from "node:path";
import { SpecError, StoreError, type Details } from "../contract/checks.ts";
import { limits } from "../contract/inputs.ts";
import type { Dialogs } from "../service/workbench.ts";
import { writeAbroad } from "../store/durable-file.ts";

/**
 * The service's port for dialogs. `parent` is the window they belong to, `null` when none is open.
 * `chooseFile` throws SpecError for what is no file or larger than 64 MB, StoreError for what cannot be read; `saveFile` throws StoreError.
 */
export function nativeDialogs(dialog: Pick<Electron.Dialog, "showOpenDialog" | "showSaveDialog">, parent: () => Electron.BaseWindow | null): Dialogs {
  return {
    async chooseFile() {
      const options: Electron.OpenDialogOptions = {
        properties: ["openFile"],
        filters: [{ name: "CSV", extensions: ["csv", "tsv", "txt"] }, { name: "All files", extensions: ["*"] }],
      };
      const window = parent();
      const { canceled, filePaths } = await (window === null ? dialog.showOpenDialog(options) : dialog.showOpenDialog(window, options));
      const path = filePaths[0];
      return canceled || path === undefined ? null : { name: basename(path), bytes: await readChosen(path) };
    },
    async saveFile(name, content) {
      const options: Electron.SaveDialogOptions = { defaultPath: plainName(name) };
      const window = parent();
      const { canceled, filePath } = await (window === null ? dialog.showSaveDialog(options) : dialog.showSaveDialog(window, options));
      if (canceled || filePath === "") return false;
      await writeAbroad(filePath, typeof content === "string" ? new TextEncoder().encode(content) : content).catch((error: unknown) => { throw trouble("cannotWrite", "written", filePath, error); });
      return true;
    },
  };
}

async function readChosen(path: string): Promise<Uint8Array> {
  const found = await stat(path).catch((error: unknown) => { throw trouble("cannotRead", "read", path, error); });
  if (!found.isFile()) throw refused(path, "badData", { why: "notAFile", file: basename(path) }, "must be a file; it is a folder or a device");
  if (found.size > limits.fileBytes) throw refused(path, "tooLong", { why: "largeFile", file: basename(path), got: String(found.size), most: String(limits.fileBytes) }, `must have at most ${limits.fileBytes} bytes (64 MB); it has ${found.size}`);
  // A copy of its own: a small file's Buffer is a window on memory that others share.
  return new Uint8Array(await readFile(path).catch((error: unknown) => { throw trouble("cannotRead", "read", path, error); }));
}

/** A name from a page is a proposal for the dialog, never a place: no folders, no control characters, no name of nothing but dots. */
export function plainName(name: string): string {
  const plain = name.replace(/[\\/:*?"<>|\u0000-\u001f\u007f]+/g, "-").replace(/^[\s.]+|[\s.]+$/g, "").slice(0, 200);
  return plain === "" ? "descent" : plain;
}

const refused = (path: string, code: "badData" | "tooLong", details: Details, message: string): SpecError =>
  new SpecError([{ path: basename(path), code, message, details, at: { file: basename(path) } }]);

const trouble = (code: string, what: string, path: string, error: unknown): StoreError =>
  new StoreError(code, `${path} could not be ${what}: ${error instanceof Error ? error.message : String(error)}`, { file: path }, "Choose another place, or check the rights of this one.");
