/** Opens a project with its workers for a door that runs in plain Node, and knows where the built pages lie. */

import { existsSync } from "node:fs";
import { availableParallelism, homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { StoreError } from "../contract/errors.ts";
import { damagedWorkbench } from "../service/damaged.ts";
import { readElsewhere } from "../service/read-elsewhere.ts";
import { createWorkbench, type WorkbenchService } from "../service/workbench.ts";
import { restoreBackup } from "../store/backups.ts";
import { clockError, faultFrom } from "../store/faults.ts";
import { openOrView, openStore } from "../store/open.ts";
import { rescueProject } from "../store/rescue.ts";
import { defaultProject } from "../store/place.ts";
import type { Rescue } from "../contract/nouns.ts";
import { createPool, defaultParallel } from "../workers/pool.ts";
import { installedBrowser, printWith } from "./print-pdf.ts";
import { selfTestsIn } from "../workers/self-tests.ts";

// Two floors below the project's own folder, as source (src-main/server) and as built (out/main, or a chunk of it).
const here = import.meta.dirname;
const floor = here.endsWith("chunks") ? join(here, "..") : here;
const root = join(floor, "..", "..");

/** Bytes of a table that the command line reads itself: a tenth of a second or two in which Ctrl-C waits. */
const smallTable = 4 * 2 ** 20;

/** Tests of a checkout may plant troubles; a packed copy has no source and asks for none. */
const isCheckout = existsSync(join(root, "src-main"));
export const plantedFault = () => (isCheckout ? faultFrom(process.env["DESCENT_FAULT"], () => { process.kill(process.pid, "SIGKILL"); }) : undefined);

/** The project at `project`, or the one all doors share; with `views` only to be read where another program owns it; with `trains` a thread is opened at once for the run that follows. Throws StoreError. */
export function openProject({ project, parallel, door, views = false, trains = false }: { project: string | undefined; parallel: number | undefined; door: "cli" | "server"; views?: boolean; trains?: boolean }): WorkbenchService {
  const wrong = isCheckout ? clockError(process.env["DESCENT_CLOCK"]) : 0;
  const fault = plantedFault();
  const now = () => Date.now() + wrong;
  const usual = defaultProject(process.platform, process.env, homedir());
  const open = (file: string): WorkbenchService => {
    // Threads start on other cores while the file is opened and checked.
    const pool = createPool({ parallel: parallel ?? defaultParallel(availableParallelism()), selfTests: selfTestsIn(join(dirname(usual), "self-tests.txt")), readsHere: door === "cli" ? smallTable : 0 });
    if (trains) pool.warm();
    try {
      const store = views ? openOrView(file, now) : openStore(file, now, fault);
      pool.setParallel(parallel ?? store.settings.read().parallel ?? pool.parallel);
      const browser = installedBrowser();
      // Who serves pages answers other questions meanwhile; the command line asks one.
      const elsewhere = door === "server" ? readElsewhere(store.file) : undefined;
      return createWorkbench({ store, pool, elsewhere, now, examples: join(root, "examples"), door, printPdf: browser === null ? undefined : (html) => printWith(browser, html) });
    } catch (error) {
      void pool.close();
      throw error;
    }
  };
  const file = projectFile(project);
  // A page can show the ways on from a damaged project; the command line says them and ends.
  return door === "server" ? damagedWorkbench({ file, open, now, door }) : open(file);
}

/** The project's file, as an absolute path. */
export const projectFile = (project: string | undefined): string => resolve(project ?? defaultProject(process.platform, process.env, homedir()));

/** Puts a backup in the place of a project that nobody has open; the newest where none is named. Throws StoreError. */
export function restoreProject(project: string | undefined, name: string | null): ReturnType<typeof restoreBackup> {
  const file = projectFile(project);
  mustBeClosed(file);
  return restoreBackup(file, name, Date.now());
}

/** Puts what can be read of a project that nobody has open into a new one. Throws StoreError. */
export function rescueOf(project: string | undefined, into: string | undefined): Rescue {
  const file = projectFile(project);
  if (!existsSync(file)) throw new StoreError("noSuchFile", `${file} does not exist`, { file }, "Choose the project with --project.");
  mustBeClosed(file);
  return rescueProject(file, into === undefined ? undefined : resolve(into));
}

/** Whoever has it open keeps it: opening says so. A damaged one cannot be opened, and that is what backups and rescues are for. */
function mustBeClosed(file: string): void {
  try { openStore(file, () => Date.now()).close(); } catch (error) { if (!(error instanceof StoreError) || error.code !== "damaged") throw error; }
}

/** Beside a built entry, or where the build puts it. */
export function pagesFolder(): string {
  const beside = join(floor, "..", "renderer");
  return existsSync(join(beside, "index.html")) ? beside : join(root, "out", "renderer");
}
