/** The desktop application, Electron replaced by a typed double: what it asks of Electron, and what it does when something happens. */

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { connect } from "../../src-main/contract/rpc.ts";
import { accelerator, actions } from "../../src-main/contract/actions.ts";
import type { ActionId } from "../../src-main/contract/actions.ts";
import { defaultSettings } from "../../src-main/contract/default-settings.ts";
import type { Settings } from "../../src-main/contract/nouns.ts";
import { StoreError } from "../../src-main/contract/checks.ts";
import { runShell } from "../../src-main/electron/shell.ts";
import type { WorkbenchService } from "../../src-main/service/workbench.ts";
import { fakeElectron, pageSide } from "../support/fake-electron.ts";
import type { FakeElectron } from "../support/fake-electron.ts";
import { fakeWorkbench } from "../support/fake-workbench.ts";

let pages: string;
beforeAll(() => {
  pages = mkdtempSync(join(tmpdir(), "descent-shell-"));
  writeFileSync(join(pages, "index.html"), "<!doctype html><title>Descent</title>");
});
afterAll(() => { rmSync(pages, { recursive: true }); });

const settings: Settings = { ...defaultSettings, language: "en" };

/** A running application around `service`, its first window open unless it could not start. */
async function run(service: Partial<WorkbenchService> = {}, options: { platform?: NodeJS.Platform; isPackaged?: boolean; isFirst?: boolean; start?: () => WorkbenchService } = {}, whileStarting: (fake: FakeElectron) => void = () => undefined) {
  const fake = fakeElectron();
  fake.app.isPackaged = options.isPackaged ?? false;
  fake.app.isFirst = options.isFirst ?? true;
  const log: string[] = [];
  runShell(fake.electron, {
    platform: options.platform ?? "linux",
    userData: "/user-data",
    pages,
    preload: "/out/preload/preload.cjs",
    start: options.start ?? (() => fakeWorkbench({ settings: () => Promise.resolve(settings), close: () => Promise.resolve(), act: () => undefined, ...service })),
    log: (line) => { log.push(line); },
  });
  const beforeReady = { schemes: [...fake.seen.schemes], windows: fake.windows.length };
  fake.app.becomeReady();
  whileStarting(fake);
  await vi.waitFor(() => { expect(fake.windows.length + fake.seen.errors.length + (options.isFirst === false ? 1 : 0)).toBeGreaterThan(0); });
  return { ...fake, fake, log, beforeReady };
}

/** The menu's item with this label, wherever it hangs. */
function item(menu: readonly Electron.MenuItemConstructorOptions[], label: string): Electron.MenuItemConstructorOptions | undefined {
  for (const entry of menu) {
    if (entry.label === label) return entry;
    const below = Array.isArray(entry.submenu) ? item(entry.submenu, label) : undefined;
    if (below !== undefined) return below;
  }
  return undefined;
}
const press = (menu: readonly Electron.MenuItemConstructorOptions[], label: string) => { (item(menu, label)!.click as () => void)(); };

describe("the start", () => {
  it("registers app:// as standard and secure, and nothing more, before Electron is ready", async () => {
    const { beforeReady } = await run();
    expect(beforeReady).toEqual({ schemes: [{ scheme: "app", privileges: { standard: true, secure: true, supportFetchAPI: true } }], windows: 0 });
  });

  it("keeps Electron's data where the default project lies", async () => {
    const { app } = await run();
    expect([app.name, app.paths]).toEqual(["Descent", { userData: "/user-data" }]);
  });

  it("loads app://descent/ and shows the window only when it is painted", async () => {
    const { windows } = await run();
    expect([windows[0]!.url, windows[0]!.options.show, windows[0]!.calls]).toEqual(["app://descent/", false, ["show"]]);
  });

  it("opens one window on macOS, which tells it to activate while it still starts", async () => {
    let read: (settings: Settings) => void = () => undefined;
    const { windows } = await run({ settings: () => new Promise((resolve) => { read = resolve; }) }, { platform: "darwin" }, (fake) => { setImmediate(() => { fake.app.emit("activate"); read(settings); }); });
    await new Promise((resolve) => { setImmediate(resolve); });
    expect(windows).toHaveLength(1);
  });

  it("says why the project cannot be opened, with the hint, and ends with code 3", async () => {
    const { app, seen, windows } = await run({}, { start: () => { throw new StoreError("damaged", "the project is damaged", {}, "Restore a backup."); } });
    await vi.waitFor(() => { expect(app.calls).toContain("exit 3"); });
    expect(seen.errors).toEqual([["Descent cannot start", "the project is damaged\n\nRestore a backup."]]);
    expect(windows).toEqual([]);
  });
});

describe("the window", () => {
  it.each([[false, true], [true, false]])("has exactly these web preferences (packaged: %s)", async (isPackaged, devTools) => {
    const { windows } = await run({}, { isPackaged });
    expect(windows[0]!.options.webPreferences).toEqual({
      preload: "/out/preload/preload.cjs", contextIsolation: true, sandbox: true, nodeIntegration: false, nodeIntegrationInSubFrames: false, nodeIntegrationInWorker: false,
      webSecurity: true, allowRunningInsecureContent: false, experimentalFeatures: false, webviewTag: false, navigateOnDragDrop: false, devTools, spellcheck: false,
    });
  });

  it.each(["will-navigate", "will-redirect", "will-frame-navigate", "will-attach-webview"])("stops %s, in every web contents that comes to be", async (event) => {
    const { windows } = await run();
    const preventDefault = vi.fn();
    windows[0]!.webContents.emit(event, { preventDefault, url: "app://descent/other.html" });
    expect(preventDefault).toHaveBeenCalledOnce();
  });

  it("opens no window for a page, whatever the address", async () => {
    const { windows } = await run();
    for (const url of ["https://example.org", "app://descent/", "about:blank"]) expect(windows[0]!.webContents.openHandler!({ url })).toEqual({ action: "deny" });
  });

  it.each(["geolocation", "media", "clipboard-read", "notifications", "usb", "serial", "hid", "midi", "fullscreen", "openExternal", "fileSystem"])("denies %s, asked for, looked up, or as a device", async (permission) => {
    const { session } = await run();
    const decide = vi.fn();
    session.request!({}, permission, decide);
    expect(decide.mock.calls).toEqual([[false]]);
    expect([session.check!(), session.device!()]).toEqual([false, false]);
  });
});

describe("one instance", () => {
  it("quits at once where another runs, without opening the project", async () => {
    const start = vi.fn();
    const { app, windows } = await run({}, { isFirst: false, start });
    expect(app.calls).toEqual(["lock", "quit", "exit 0"]);
    expect([start.mock.calls.length, windows.length]).toEqual([0, 0]);
  });

  it("comes to the front for a second one and looks at none of its arguments", async () => {
    const { app, windows } = await run();
    windows[0]!.isSmall = true;
    const hostile = new Proxy([] as string[], { get: () => { throw new Error("the arguments were read"); } });
    app.emit("second-instance", {}, hostile, "/elsewhere", hostile);
    expect(windows[0]!.calls).toEqual(["show", "restore", "show", "focus"]);
    expect(windows).toHaveLength(1);
  });
});

describe("the menu", () => {
  it("has items that are actions of the one table, by their words and keys, and asks the interface to do them", async () => {
    const act = vi.fn();
    const { seen } = await run({ act });
    const ours = seen.menus.at(-1)!.flatMap((menu) => (Array.isArray(menu.submenu) ? menu.submenu : [])).filter(({ id }) => id !== undefined);
    expect(ours.length).toBeGreaterThan(15);
    for (const { id, label, accelerator: keys, click } of ours) {
      expect(label).toBe(actions[id as ActionId].en);
      if (keys !== undefined && accelerator(id as ActionId) !== null) expect([accelerator(id as ActionId), "CmdOrCtrl+N"]).toContain(keys);
      (click as () => void)();
      expect(act.mock.lastCall).toEqual([id]);
    }
  });

  it("has no key twice", async () => {
    const { seen } = await run();
    const keys = seen.menus.at(-1)!.flatMap((menu) => (Array.isArray(menu.submenu) ? menu.submenu : [])).flatMap((one) => (one.accelerator === undefined ? [] : [one.accelerator]));
    expect(keys).toEqual([...new Set(keys)]);
  });

  it("speaks the language of the system until one is chosen", async () => {
    const { seen } = await run({ settings: () => Promise.resolve(defaultSettings) }, {}, ({ app }) => { app.locale = "zh-CN"; });
    expect(seen.menus.at(-1)!.map(({ label }) => label)).toEqual(["文件", "编辑", "视图", "帮助"]);
  });

  it.each([["linux", ["File", "Edit", "View", "Help"]], ["win32", ["File", "Edit", "View", "Help"]], ["darwin", ["Descent", "File", "Edit", "View", "Window", "Help"]]] as const)("on %s has the menus %j", async (platform, labels) => {
    const { seen } = await run({}, { platform });
    expect(seen.menus.at(-1)!.map(({ label }) => label)).toEqual(labels);
    for (const label of ["Undo", "Redo", "Cut", "Copy", "Paste", "Select all", "Reload", "Zoom in", "Zoom out", "Actual size", "Full screen", "About Descent", "Quit Descent"]) expect(item(seen.menus.at(-1)!, label), label).toBeDefined();
  });

  it("offers developer tools only where the application is not packaged", async () => {
    expect(item((await run()).seen.menus.at(-1)!, "Developer tools")).toMatchObject({ role: "toggleDevTools" });
    expect(item((await run({}, { isPackaged: true })).seen.menus.at(-1)!, "Developer tools")).toBeUndefined();
  });

  it("and the frame follow language and theme as soon as they are changed", async () => {
    const { fake, windows, seen, nativeTheme } = await run({ changeSettings: (change) => Promise.resolve({ ...settings, ...change }) });
    const workbench = connect(pageSide(fake, windows[0]!.webContents));
    expect(await workbench.changeSettings({ language: "zh", theme: "dark" })).toEqual({ ...settings, language: "zh", theme: "dark" });
    expect([seen.menus.at(-1)!.map(({ label }) => label), nativeTheme.themeSource]).toEqual([["文件", "编辑", "视图", "帮助"], "dark"]);
  });

  it("opens a window at the wished page where none is open", async () => {
    const act = vi.fn();
    const { seen, windows } = await run({ act }, { platform: "darwin" });
    windows[0]!.close();
    press(seen.menus.at(-1)!, "New run");
    expect([windows.length, windows[1]!.url, act.mock.calls]).toEqual([2, "app://descent/#/new", []]);
  });
});

describe("the end", () => {
  it("comes when the last window closes, but not on macOS, where the dock opens another", async () => {
    const linux = await run();
    linux.app.emit("window-all-closed");
    expect(linux.app.calls).toContain("quit");
    const mac = await run({}, { platform: "darwin" });
    mac.windows[0]!.close();
    mac.app.emit("window-all-closed");
    expect(mac.app.calls).not.toContain("quit");
    mac.app.emit("activate");
    expect(mac.windows).toHaveLength(2);
  });

  it("waits until the service has closed, and closes it once however often one asks", async () => {
    let closed: () => void = () => undefined;
    const close = vi.fn(() => new Promise<void>((resolve) => { closed = resolve; }));
    const { app } = await run({ close });
    app.quit();
    app.quit();
    expect(app.calls.filter((call) => call.startsWith("exit"))).toEqual([]);
    closed();
    await vi.waitFor(() => { expect(app.calls.filter((call) => call.startsWith("exit"))).toEqual(["exit 0"]); });
    expect(close).toHaveBeenCalledOnce();
  });

  it("comes even when the service fails to close, and says so", async () => {
    const { app, log } = await run({ close: () => Promise.reject(new StoreError("locked", "the disk is full", {}, "Make room.")) });
    app.quit();
    await vi.waitFor(() => { expect(app.calls).toContain("exit 0"); });
    expect(log).toEqual(["The project did not close in order: the disk is full\n\nMake room."]);
  });
});
