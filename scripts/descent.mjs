#!/usr/bin/env node
/** The command line's door: hands over to the built CLI, or to its source where nothing is built yet. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "./run.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const built = join(root, "out", "main", "cli.js");
const source = join(root, "src-main", "cli", "main.ts");
// From a checkout the source is the truth; a packed copy has only what was built.
try { launch(existsSync(source) ? source : built, process.argv.slice(2)); } catch (error) { console.error(error.message); process.exit(3); }
