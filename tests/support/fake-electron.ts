/** Electron's main process as far as the desktop door touches it, with what was asked of it kept for a test to read. Draws nothing, loads nothing. */

import { EventEmitter } from "node:events";
import { readFile } from "node:fs/promises";
import { channelName } from "../../src-main/electron/address.ts";
import type { Channel } from "../../src-main/contract/rpc.ts";
import type { ElectronModule } from "../../src-main/electron/shell.ts";

type Contents = Electron.WebContents;
type Frame = Electron.WebFrameMain;

/** A frame of a page, as an IPC event names its sender. */
export const frameAt = (origin: string): Frame => ({ origin }) as unknown as Frame;

export class FakeContents extends EventEmitter {
  mainFrame = frameAt("null");
  /** What main sent to the page, as [channel, message]. */
  readonly sent: [channel: string, message: unknown][] = [];
  openHandler: ((details: { url: string }) => { action: string }) | null = null;
  isGone = false;
  setWindowOpenHandler(handler: FakeContents["openHandler"]): void { this.openHandler = handler; }
  isDestroyed(): boolean { return this.isGone; }
  /** How prints were asked for. */
  readonly printed: unknown[] = [];
  printToPDF(options: unknown): Promise<Buffer> {
    this.printed.push(options);
    return Promise.resolve(Buffer.from("%PDF-1.7"));
  }
  /** As the real one does: only what structured clone takes crosses, and it arrives as a copy. */
  send(channel: string, message: unknown): void {
    const copy: unknown = structuredClone(message);
    this.sent.push([channel, copy]);
    this.emit("fake-sent", channel, copy);
  }
}

export class FakeWindow extends EventEmitter {
  readonly webContents = new FakeContents();
  readonly options: Electron.BrowserWindowConstructorOptions;
  url = "";
  /** Calls in order: show, focus, restore. */
  readonly calls: string[] = [];
  isSmall = false;
  constructor(options: Electron.BrowserWindowConstructorOptions) {
    super();
    this.options = options;
  }
  show(): void { this.calls.push("show"); }
  focus(): void { this.calls.push("focus"); }
  restore(): void { this.calls.push("restore"); this.isSmall = false; }
  isMinimized(): boolean { return this.isSmall; }
  loadURL(url: string): Promise<void> {
    this.url = url;
    this.webContents.mainFrame = frameAt(new URL(url).href.replace(/^([a-z]+:\/\/[^/]*).*$/, "$1"));
    this.webContents.emit("did-navigate", {}, url, -1, "");
    this.emit("ready-to-show");
    return Promise.resolve();
  }
  /** A file's text as it was when it was loaded. */
  shown = "";
  /** What loading a file fails with, where a test wants that. */
  static fault: Error | null = null;
  async loadFile(path: string): Promise<void> {
    this.shown = await readFile(path, "utf8");
    this.url = path;
    if (FakeWindow.fault !== null) throw FakeWindow.fault;
  }
  /** The program closes it without asking. */
  destroy(): void {
    this.calls.push("destroy");
    this.close();
  }
  /** The person closes the window. */
  close(): void {
    this.webContents.isGone = true;
    this.webContents.emit("destroyed");
    this.emit("closed");
  }
}

class FakeApp extends EventEmitter {
  readonly calls: string[] = [];
  readonly paths: Record<string, string> = {};
  isPackaged = false;
  name = "descent";
  /** Whether this process is the first instance. */
  isFirst = true;
  becomeReady: () => void = () => undefined;
  readonly #ready = new Promise<void>((resolve) => { this.becomeReady = resolve; });
  /** Ends the process in a boot of the built entry; in a test only the call is kept. */
  onExit: (code: number) => void = () => undefined;
  whenReady(): Promise<void> { return this.#ready; }
  requestSingleInstanceLock(): boolean { this.calls.push("lock"); return this.isFirst; }
  setName(name: string): void { this.name = name; }
  setPath(name: string, path: string): void { this.paths[name] = path; }
  getVersion(): string { return "0.1.0"; }
  /** The language of the system. */
  locale = "en-US";
  getLocale(): string { return this.locale; }
  setAboutPanelOptions(): void { this.calls.push("about"); }
  /** Asks first, as Electron does; then it is over. */
  quit(): void {
    this.calls.push("quit");
    let isHeld = false;
    this.emit("before-quit", { preventDefault: () => { isHeld = true; } });
    if (!isHeld) this.exit(0);
  }
  exit(code: number): void {
    this.calls.push(`exit ${code}`);
    this.onExit(code);
  }
}

class FakeSession {
  request: ((contents: unknown, permission: string, decide: (granted: boolean) => void) => void) | null = null;
  check: (() => boolean) | null = null;
  device: (() => boolean) | null = null;
  setPermissionRequestHandler(handler: FakeSession["request"]): void { this.request = handler; }
  setPermissionCheckHandler(handler: FakeSession["check"]): void { this.check = handler; }
  setDevicePermissionHandler(handler: FakeSession["device"]): void { this.device = handler; }
}

/** The module and everything observable about it. `choose` and `save` are the paths the person picks in the next dialogs. */
export function fakeElectron() {
  const app = new FakeApp();
  const ipcMain = new EventEmitter();
  const windows: FakeWindow[] = [];
  const session = new FakeSession();
  /** Sessions of their own by name, with what each lets pass. */
  const partitions = new Map<string, (details: { url: string }, answer: (told: { cancel: boolean }) => void) => void>();
  const seen = {
    schemes: [] as Electron.CustomScheme[],
    handlers: new Map<string, (request: Request) => Response | Promise<Response>>(),
    menus: [] as Electron.MenuItemConstructorOptions[][],
    errors: [] as [title: string, text: string][],
    dialogs: [] as unknown[],
    choose: null as string | null,
    save: null as string | null,
  };
  const nativeTheme = { themeSource: "system", shouldUseDarkColors: false };
  class BrowserWindow extends FakeWindow {
    constructor(options: Electron.BrowserWindowConstructorOptions) {
      super(options);
      windows.push(this);
      app.emit("web-contents-created", {}, this.webContents);
    }
  }
  const answerDialog = (given: unknown[], path: string | null): boolean => { seen.dialogs.push(given.at(-1)); return path === null; };
  const module = {
    app,
    ipcMain,
    BrowserWindow,
    nativeTheme,
    session: { defaultSession: session, fromPartition: (name: string) => ({ webRequest: { onBeforeRequest: (listener: Parameters<typeof partitions.set>[1]) => { partitions.set(name, listener); } } }) },
    Menu: { buildFromTemplate: (template: Electron.MenuItemConstructorOptions[]) => template, setApplicationMenu: (menu: Electron.MenuItemConstructorOptions[]) => { seen.menus.push(menu); } },
    protocol: {
      registerSchemesAsPrivileged: (schemes: Electron.CustomScheme[]) => { seen.schemes.push(...schemes); },
      handle: (scheme: string, handler: (request: Request) => Response | Promise<Response>) => { seen.handlers.set(scheme, handler); },
    },
    dialog: {
      showErrorBox: (title: string, text: string) => { seen.errors.push([title, text]); },
      showOpenDialog: (...given: unknown[]) => Promise.resolve({ canceled: answerDialog(given, seen.choose), filePaths: seen.choose === null ? [] : [seen.choose] }),
      showSaveDialog: (...given: unknown[]) => Promise.resolve({ canceled: answerDialog(given, seen.save), filePath: seen.save ?? "" }),
    },
  } satisfies { readonly [K in keyof ElectronModule]: unknown };
  return {
    // The one place where the double claims to be the real thing; what it lacks of it, the door does not use.
    electron: module as unknown as ElectronModule,
    app, ipcMain, windows, session, partitions, nativeTheme, seen,
    /** A message arrives from a frame of `contents`; from its main frame unless said otherwise. */
    deliver(contents: FakeContents, channel: string, message: unknown, senderFrame: Frame | null = contents.mainFrame): void {
      ipcMain.emit(channel, { sender: contents as unknown as Contents, senderFrame }, structuredClone(message));
    },
  };
}

export type FakeElectron = ReturnType<typeof fakeElectron>;

/** The page's end of the one channel: what the preload does, without a page. */
export const pageSide = (fake: FakeElectron, contents: FakeContents): Channel => ({
  post(message) { fake.deliver(contents, channelName, message); },
  on(listener) {
    const hear = (_channel: string, message: unknown) => { listener(message); };
    contents.on("fake-sent", hear);
    return () => { contents.off("fake-sent", hear); };
  },
});
