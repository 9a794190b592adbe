/** The desktop door with a real project and the built pages, Electron alone replaced: a test bridges `post` and `on` to a page, and `handle` to its requests. */

import { join, resolve } from "node:path";
import { runShell } from "../../src-main/electron/shell.ts";
import { createWorkbench } from "../../src-main/service/workbench.ts";
import { openStore } from "../../src-main/store/open.ts";
import { createPool } from "../../src-main/workers/pool.ts";
import { fakeElectron, pageSide } from "./fake-electron.ts";
import type { FakeElectron } from "./fake-electron.ts";

const root = resolve(import.meta.dirname, "..", "..");

export interface ShellDoor {
  readonly fake: FakeElectron;
  /** File of the built preload, one CommonJS script that asks for `electron`. */
  readonly preload: string;
  /** The address the window was told to load. */
  readonly url: string;
  /** A message of the page's main frame arrives. */
  post(message: unknown): void;
  /** Hears what main sends to the page; returns "stop listening". */
  on(listener: (message: unknown) => void): () => void;
  /** What app:// answers to a GET. */
  handle(url: string): Promise<Response>;
  /** The page is replaced by a new document, as at a reload. */
  reload(): void;
  /** Quits as the menu does; resolves when the project is closed and the application would end. */
  quit(): Promise<void>;
}

/** Opens the project `folder/test.descent`. Needs the built renderer and preload (npm run build). */
export async function openShellDoor(folder: string, options: { parallel?: number } = {}): Promise<ShellDoor> {
  const fake = fakeElectron();
  const ended = new Promise<void>((done) => { fake.app.onExit = () => { done(); }; });
  runShell(fake.electron, {
    platform: "linux",
    userData: folder,
    pages: join(root, "out", "renderer"),
    preload: join(root, "out", "preload", "preload.cjs"),
    start: (dialogs) => createWorkbench({
      store: openStore(join(folder, "test.descent"), () => Date.now()),
      pool: createPool({ parallel: options.parallel ?? 1 }),
      now: () => Date.now(),
      examples: join(root, "examples"),
      door: "electron",
      dialogs,
    }),
    log: (line) => { console.error(line); },
  });
  const opened = new Promise<void>((done) => { fake.app.once("web-contents-created", () => { done(); }); });
  fake.app.becomeReady();
  await Promise.race([opened, ended]);
  const window = fake.windows[0];
  if (window === undefined) throw new Error(`the shell did not open a window: ${fake.seen.errors.flat().join(": ")}`);
  const page = pageSide(fake, window.webContents);
  return {
    fake,
    preload: window.options.webPreferences!.preload!,
    url: window.url,
    post: (message) => { page.post(message); },
    on: (listener) => page.on(listener),
    handle: async (url) => fake.seen.handlers.get("app")!(new Request(url)),
    reload() { window.webContents.emit("did-navigate", {}, window.url, -1, ""); },
    async quit() {
      fake.app.quit();
      await ended;
    },
  };
}
