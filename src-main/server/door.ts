/** Door 3 from start to end: serves a workbench to this machine's browsers until told to quit. Knows nothing of stores and workers. */

import { inputs } from "../contract/inputs.ts";
import type { WorkbenchService } from "../service/workbench.ts";
import { hasDisplay, openBrowser } from "./browser.ts";
import type { Pages } from "./pages.ts";
import { startServer } from "./server.ts";

export interface Door {
  /** With the token in its fragment. */
  readonly url: string;
  /** Stops the server, then the runs in order, and closes the project. */
  close(): Promise<void>;
}

export async function openDoor(parts: { service: WorkbenchService; pages: Pages; port: number; shouldOpen: boolean }): Promise<Door> {
  const { service, pages, port, shouldOpen } = parts;
  const served = await startServer({ service, inputs: inputs(), pages, port });
  if (shouldOpen && hasDisplay(process.platform, process.env)) openBrowser(served.url);
  return { url: served.url, close: async () => { await served.close(); await service.close(); } };
}
