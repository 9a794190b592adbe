/** The desktop application around the service: window, pages, menu, one instance, orderly quit. Electron comes as an argument, so a double can stand in. */

import type * as module from "electron";
import { actions } from "../contract/actions.ts";
import type { ActionId } from "../contract/actions.ts";
import { inputs } from "../contract/inputs.ts";
import { spoken } from "../contract/language.ts";
import type { Settings } from "../contract/nouns.ts";
import type { Dialogs, WorkbenchService } from "../service/workbench.ts";
import { origin, scheme } from "./address.ts";
import { nativeDialogs } from "./dialogs.ts";
import { guardContents, guardSession } from "./guards.ts";
import { menuTemplate } from "./menu.ts";
import { servePage } from "./page-channel.ts";
import { answer, readPages, registerScheme } from "./protocol.ts";
import { windowOptions } from "./window.ts";

/** As much of Electron as this door uses. */
export type ElectronModule = Pick<typeof module, "app" | "BrowserWindow" | "Menu" | "dialog" | "ipcMain" | "nativeTheme" | "protocol" | "session">;

export interface ShellParts {
  readonly platform: NodeJS.Platform;
  /** The folder Electron keeps its own data in; the default project lies there too. */
  readonly userData: string;
  /** Folder of the built interface. */
  readonly pages: string;
  /** File of the built preload. */
  readonly preload: string;
  /** Opens the project; called once, when Electron is ready. What it throws is shown and ends the program with code 3. */
  start(dialogs: Dialogs): WorkbenchService;
  /** Where a line for the terminal goes. */
  log(line: string): void;
}

/**
 * Runs the application. To be called while the entry is evaluated: the scheme must be registered before Electron is ready.
 * A second instance quits at once; the first comes to the front and never looks at the other's arguments.
 */
export function runShell(electron: ElectronModule, parts: ShellParts): void {
  const { app } = electron;
  registerScheme(electron.protocol);
  app.setName("Descent");
  app.setPath("userData", parts.userData);
  if (!app.requestSingleInstanceLock()) {
    app.quit();
    return;
  }
  app.on("web-contents-created", (_event, contents) => { guardContents(contents); });
  // Not awaited here: Electron becomes ready only after the entry, an ES module, has been evaluated.
  void app.whenReady().then(() => open(electron, parts)).catch((error: unknown) => {
    electron.dialog.showErrorBox("Descent cannot start", sentences(error));
    app.exit(3);
  });
}

async function open(electron: ElectronModule, parts: ShellParts): Promise<void> {
  const { app, Menu, ipcMain, nativeTheme, protocol, session } = electron;
  const pages = readPages(parts.pages);
  guardSession(session.defaultSession);
  protocol.handle(scheme, (request) => answer(pages, request));

  let window: Electron.BrowserWindow | null = null;
  const service = parts.start(nativeDialogs(electron.dialog, () => window));
  quitInOrder(app, service, parts.log);
  const checks = inputs();
  const served: WorkbenchService = {
    ...service,
    async changeSettings(change) {
      const settings = await service.changeSettings(change);
      follow(settings);
      return settings;
    },
  };

  function show(fragment = ""): void {
    const opened = new electron.BrowserWindow(windowOptions({ preload: parts.preload, isDark: nativeTheme.shouldUseDarkColors, isPackaged: app.isPackaged }));
    window = opened;
    servePage(ipcMain, opened.webContents, served, checks, (sender) => { parts.log(`A message from ${sender} was not answered.`); });
    opened.once("ready-to-show", () => { opened.show(); });
    opened.on("closed", () => { window = null; });
    opened.loadURL(`${origin}/${fragment}`).catch((error: unknown) => { parts.log(`The page could not be loaded: ${sentences(error)}`); });
  }

  function toFront(): void {
    if (window === null) { show(); return; }
    if (window.isMinimized()) window.restore();
    window.show();
    window.focus();
  }

  /** Where no window is open, as macOS allows, the new one starts there. */
  function act(action: ActionId): void {
    if (window === null) { show(`#${actions[action].path ?? "/"}`); return; }
    toFront();
    service.act(action);
  }

  /** Menu and the system's own parts of the window speak the language and wear the theme of the settings. */
  function follow(settings: Settings): void {
    nativeTheme.themeSource = settings.theme;
    Menu.setApplicationMenu(Menu.buildFromTemplate(menuTemplate({ language: spoken(settings.language, [app.getLocale()]), platform: parts.platform, isPackaged: app.isPackaged, act })));
  }

  app.setAboutPanelOptions({ applicationName: "Descent", applicationVersion: app.getVersion() });
  follow(await service.settings({}));
  show();
  // Only now: macOS sends the first "activate" while the application starts, and would get a window of its own for it.
  app.on("second-instance", () => { toFront(); });
  app.on("activate", () => { toFront(); });
  app.on("window-all-closed", () => { if (parts.platform !== "darwin") app.quit(); });
}

/** The first wish to quit is held back until the service has stopped its runs and closed the project; further wishes meanwhile change nothing. */
function quitInOrder(app: Pick<Electron.App, "on" | "quit">, service: WorkbenchService, log: (line: string) => void): void {
  let state: "open" | "closing" | "closed" = "open";
  app.on("before-quit", (event) => {
    if (state === "closed") return;
    event.preventDefault();
    if (state === "closing") return;
    state = "closing";
    void service.close()
      .catch((error: unknown) => { log(`The project did not close in order: ${sentences(error)}`); })
      .finally(() => { state = "closed"; app.quit(); });
  });
}

/** What went wrong and, where the error knows it, how to mend it. */
function sentences(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const hint = "hint" in error && typeof error.hint === "string" ? error.hint : "";
  return hint === "" ? error.message : `${error.message}\n\n${hint}`;
}
