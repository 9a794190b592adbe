/** Prints a page of ours as PDF by a window that nobody sees: no script runs in it, nothing is asked of the network, and the file it shows is gone afterwards. */

import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type * as module from "electron";
import type { PrintPdf } from "../service/reports.ts";

/** The page is a file of this folder, so a session of its own needs no address but files. */
const partition = "print";

/** Electron's port for PDFs on A4; margins are the page's own. Rejects with what Electron says where the page cannot be shown or printed. */
export function electronPrinter({ BrowserWindow, session }: Pick<typeof module, "BrowserWindow" | "session">): PrintPdf {
  return async (html) => {
    // Kept in memory, unlike a session whose name begins with "persist:".
    session.fromPartition(partition).webRequest.onBeforeRequest(({ url }, answer) => { answer({ cancel: !url.startsWith("file:") }); });
    const folder = await mkdtemp(join(tmpdir(), "descent-print-"));
    try {
      const page = join(folder, "report.html");
      await writeFile(page, html);
      return await printed(page);
    } finally {
      await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
    }
  };

  async function printed(page: string): Promise<Uint8Array> {
    const window = new BrowserWindow({
      show: false,
      webPreferences: { partition, javascript: false, sandbox: true, contextIsolation: true, nodeIntegration: false, nodeIntegrationInSubFrames: false, webSecurity: true, webviewTag: false, devTools: false, spellcheck: false },
    });
    try {
      await window.loadFile(page);
      return new Uint8Array(await window.webContents.printToPDF({ pageSize: "A4", printBackground: true, preferCSSPageSize: true }));
    } finally {
      window.destroy();
    }
  }
}
