/** One window's page as a channel of the contract. Hears the page's main frame at our own origin and nobody else. */

import { serve } from "../contract/rpc.ts";
import type { Channel } from "../contract/rpc.ts";
import type { Inputs } from "../contract/inputs.ts";
import type { Workbench } from "../contract/workbench.ts";
import { channelName, origin } from "./address.ts";

type Ipc = Pick<Electron.IpcMain, "on" | "off">;

/** Told where a message that is not answered came from. */
export type Refused = (sender: string) => void;

/**
 * Answers the page's questions until it closes. A document that replaces another, as at a reload, is answered afresh:
 * the streams of the one before end with it.
 */
export function servePage(ipc: Ipc, contents: Electron.WebContents, service: Workbench, inputs: Inputs, refused: Refused): void {
  const channel = pageChannel(ipc, contents, refused);
  let hangUp = serve(service, inputs, channel);
  contents.on("did-navigate", () => {
    hangUp();
    hangUp = serve(service, inputs, channel);
  });
  contents.once("destroyed", () => { hangUp(); });
}

/** Posts to `contents`; hears what its main frame sends while that frame shows our own origin. Another frame, window or origin gets no answer. */
export function pageChannel(ipc: Ipc, contents: Electron.WebContents, refused: Refused): Channel {
  return {
    post(message) { if (!contents.isDestroyed()) contents.send(channelName, message); },
    on(listener) {
      const hear = (event: Electron.IpcMainEvent, message: unknown) => {
        // A second window has a channel of its own, which hears the same event.
        if (event.sender !== contents) return;
        const frame = event.senderFrame;
        if (frame !== null && frame === contents.mainFrame && frame.origin === origin) listener(message);
        else refused(frame === null ? "a frame that is gone" : `${frame === contents.mainFrame ? "a page" : "a frame"} at ${frame.origin}`);
      };
      ipc.on(channelName, hear);
      return () => { ipc.off(channelName, hear); };
    },
  };
}
