#!/usr/bin/env node
/** The command line's door: the built CLI, or its source where that is newer; in this very process where its Node is new enough. Plain JavaScript for any Node. */
import { existsSync } from "node:fs";
import * as module from "node:module";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { compiledModules, findNode, launch } from "./run.mjs";
import { isStale } from "./start.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const built = join(root, "out", "main", "cli.js");
const source = join(root, "src-main", "cli", "main.ts");
// In a checkout the source is the truth, and what was built of it starts in half the time; a packed copy has only what was built.
const entry = existsSync(source) && isStale(root, false) ? source : built;
if (entry === built && existsSync(built) && findNode() === process.execPath) {
  // For this thread, and by the environment for those it opens.
  process.env.NODE_COMPILE_CACHE ??= compiledModules;
  module.enableCompileCache?.(process.env.NODE_COMPILE_CACHE);
  await import(pathToFileURL(built).href);
} else {
  try { await launch(entry, process.argv.slice(2)); } catch (error) { console.error(error.message); process.exit(3); }
}
