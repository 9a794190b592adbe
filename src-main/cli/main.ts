/** The command line's entry: the machine as it is, handed to the commands. */

import { existsSync, readFileSync } from "node:fs";
import { writeAbroad } from "../store/durable-file.ts";
import { commands } from "./commands.ts";
import { filesAt } from "../service/files-at.ts";
import { interrupts } from "../server/interrupts.ts";
import { readSql } from "../store/sql.ts";
import { openProject, pagesFolder, plantedFault, projectFile, rescueOf, restoreProject } from "../server/project.ts";

// A reader that has seen enough (`descent list | head`) closes the pipe; that is no fault.
process.stdout.on("error", (error: NodeJS.ErrnoException) => { process.exit(error.code === "EPIPE" ? 0 : 3); });

const fault = plantedFault();

process.exitCode = await commands(process.argv.slice(2), {
  out(line) { process.stdout.write(`${line}\n`); },
  err(text) { process.stderr.write(text); },
  // A terminal that does not know its size says 0.
  get columns() { return process.stderr.isTTY ? process.stderr.columns || 80 : null; },
  now: () => Date.now(),
  readFile: (path) => readFileSync(path),
  filesAt,
  exists: (path) => existsSync(path),
  writeFile: (path, bytes) => writeAbroad(path, bytes, fault === undefined ? undefined : () => { fault("file"); }),
  open: openProject,
  restoreBackup: restoreProject,
  rescue: rescueOf,
  readSql: (project, sql, wanted) => readSql(projectFile(project), sql, wanted),
  // Only who serves loads the server.
  async openDoor(service, options) {
    const [{ openDoor }, { readPages }] = await Promise.all([import("../server/door.ts"), import("../server/pages.ts")]);
    return openDoor({ service, pages: readPages(pagesFolder()), ...options });
  },
  onInterrupt: (listener) => interrupts(process, () => performance.now(), listener),
});
