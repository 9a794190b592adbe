/** What a page sees of the program: post a message, hear messages. Runs sandboxed, holds no logic, and hands out nothing of Electron's own. */

import { contextBridge, ipcRenderer } from "electron";
import { channelName } from "./address.ts";

contextBridge.exposeInMainWorld("workbench", {
  post(message: unknown): void { ipcRenderer.send(channelName, message); },
  /** Calls `listener` with each message; returns "stop listening". */
  on(listener: (message: unknown) => void): () => void {
    // The event would give the page ipcRenderer itself: only the message goes on.
    const hear = (_event: unknown, message: unknown) => { listener(message); };
    ipcRenderer.on(channelName, hear);
    return () => { ipcRenderer.off(channelName, hear); };
  },
});
