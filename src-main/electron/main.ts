/** Door 1: the desktop application. Opens the project, makes the workers, and hands the service to the shell. */

import { availableParallelism, homedir } from "node:os";
import { dirname, join } from "node:path";
import { app, BrowserWindow, dialog, ipcMain, Menu, nativeTheme, protocol, session } from "electron";
import { damagedWorkbench } from "../service/damaged.ts";
import { readElsewhere } from "../service/read-elsewhere.ts";
import { createWorkbench } from "../service/workbench.ts";
import { openOrView } from "../store/open.ts";
import { defaultProject } from "../store/place.ts";
import { createPool, defaultParallel } from "../workers/pool.ts";
import { selfTestsIn } from "../workers/self-tests.ts";
import { projectArgument } from "./command-line.ts";
import { electronPrinter } from "./print-pdf.ts";
import { runShell } from "./shell.ts";

// The built entry lies in out/main; its neighbours are the other two builds.
const here = import.meta.dirname;
const usual = defaultProject(process.platform, process.env, homedir());

runShell({ app, BrowserWindow, Menu, dialog, ipcMain, nativeTheme, protocol, session }, {
  platform: process.platform,
  userData: dirname(usual),
  pages: join(here, "..", "renderer"),
  preload: join(here, "..", "preload", "preload.cjs"),
  start(dialogs) {
    const now = () => Date.now();
    const examples = app.isPackaged ? join(process.resourcesPath, "examples") : join(here, "..", "..", "examples");
    return damagedWorkbench({
      file: projectArgument(process.argv.slice(1), process.cwd()) ?? usual, now, door: "electron",
      open(file) {
        const store = openOrView(file, now);
        const pool = createPool({ parallel: store.settings.read().parallel ?? defaultParallel(availableParallelism()), selfTests: selfTestsIn(join(dirname(usual), "self-tests.txt")) });
        return createWorkbench({ store, pool, elsewhere: readElsewhere(store.file), now, examples, door: "electron", dialogs, printPdf: electronPrinter({ BrowserWindow, session }) });
      },
    });
  },
  log(line) { console.error(line); },
});
