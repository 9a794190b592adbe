/** The Workbench as seen from here: over the preload's port where there is one, else over a WebSocket to where the page came from. Knows no page. */

import { decode, encode } from "../src-main/contract/codec.ts";
import { connect, type Channel } from "../src-main/contract/rpc.ts";
import type { Workbench } from "../src-main/contract/workbench.ts";

/** What Electron's preload puts on the window; nothing else crosses there. */
interface Port { post(message: unknown): void; on(listener: (message: unknown) => void): () => void }

declare global {
  interface Window { readonly workbench?: Port }
}

/** One try at reaching the workbench. Rejects with `Refused` when the key is missing or wrong, with another error when nobody answers. */
export type Reach = () => Promise<{ readonly workbench: Workbench; onClose(listener: () => void): void }>;

/** The workbench answers, but not to this page's key. */
export class Refused extends Error {
  override readonly name = "Refused";
}

const keyName = "descent.token";

/** How this page reaches the workbench. */
export function reachFrom(page: Window): Reach {
  const { workbench: port } = page;
  if (port !== undefined) return () => Promise.resolve({ workbench: connect(port), onClose: () => undefined });
  const token = takeToken(page);
  return () => overSocket(page, token);
}

/** The token comes once in the fragment, is kept for this tab, and leaves the address at once. */
export function takeToken(page: Pick<Window, "location" | "history" | "sessionStorage">): string | null {
  const found = /^#token=([\w-]+)(.*)$/.exec(page.location.hash);
  if (found === null) return page.sessionStorage.getItem(keyName);
  const [, token = "", rest = ""] = found;
  page.sessionStorage.setItem(keyName, token);
  page.history.replaceState(null, "", `${page.location.pathname}#${rest.replace(/^&?/, "") || "/"}`);
  return token;
}

async function overSocket(page: Window, token: string | null): ReturnType<Reach> {
  if (token === null) throw new Refused();
  const socket = new WebSocket(`${page.location.protocol === "https:" ? "wss" : "ws"}://${page.location.host}/rpc`, ["descent", token]);
  await opened(socket, page);
  const channel = socketChannel(socket);
  return { workbench: connect(channel), onClose: channel.onClose };
}

/** A refused upgrade and a silent host look the same to a page: asking for the page itself tells them apart. */
async function opened(socket: WebSocket, page: Window): Promise<void> {
  const isOpen = await new Promise<boolean>((resolve) => {
    socket.addEventListener("open", () => { resolve(true); }, { once: true });
    socket.addEventListener("error", () => { resolve(false); }, { once: true });
  });
  if (isOpen) return;
  const answer = await page.fetch("./", { cache: "no-store" });
  throw answer.ok ? new Refused() : new Error(`The server answered ${answer.status}.`);
}

function socketChannel(socket: WebSocket): Channel & { onClose(listener: () => void): void } {
  return {
    post: (message) => { socket.send(encode(message)); },
    on: (listener) => {
      const hear = (event: MessageEvent) => { if (typeof event.data === "string") listener(decode(event.data)); };
      socket.addEventListener("message", hear);
      return () => { socket.removeEventListener("message", hear); };
    },
    onClose: (listener) => {
      if (socket.readyState >= WebSocket.CLOSING) listener();
      else socket.addEventListener("close", () => { listener(); }, { once: true });
    },
  };
}
