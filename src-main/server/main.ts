/** Door 3's entry, what `npm start` runs where there is no Electron: serves the project to this machine's browser until told to quit. */

import { parseArgs } from "node:util";
import { problem, SpecError, StoreError } from "../contract/errors.ts";
import { limits } from "../contract/inputs.ts";
import { openDoor } from "./door.ts";
import { interrupts } from "./interrupts.ts";
import { pagesFolder, openProject } from "./project.ts";
import { readPages } from "./pages.ts";
import { serve } from "./serve.ts";

try {
  process.exitCode = await serve({ ...read(process.argv.slice(2)), announce: (url) => { console.log(`Descent is open at ${url}`); } }, {
    open: openProject,
    openDoor: (service, options) => openDoor({ service, pages: readPages(pagesFolder()), ...options }),
    onInterrupt: (listener) => interrupts(process, () => performance.now(), listener),
  });
} catch (error) {
  const { message, hint = "" } = error as Error & { hint?: string };
  console.error(hint === "" ? message : `${message}\n${hint}`);
  process.exitCode = error instanceof SpecError ? 2 : error instanceof StoreError ? 3 : 1;
}

/** `--project FILE`, `--parallel N`, `--port N`, `--no-open`; throws SpecError for anything else. */
function read(args: string[]) {
  let values: { project?: string; parallel?: string; port?: string; "no-open"?: boolean };
  try { ({ values } = parseArgs({ args, options: { project: { type: "string" }, parallel: { type: "string" }, port: { type: "string" }, "no-open": { type: "boolean" } } })); } catch (error) {
    throw new SpecError([problem("the command line", "unknownKey", `is not understood: ${(error as Error).message}`)]);
  }
  return {
    project: values.project,
    parallel: values.parallel === undefined ? undefined : whole("--parallel", values.parallel, 1, limits.parallel),
    port: whole("--port", values.port ?? "0", 0, 65_535),
    shouldOpen: values["no-open"] !== true,
  };
}

function whole(option: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (!/^\d{1,9}$/.test(text) || value < min || value > max) throw new SpecError([problem(option, "outOfInterval", `must be a whole number in [${min}, ${max}]; got ${JSON.stringify(text)}`)]);
  return value;
}
