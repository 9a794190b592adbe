#!/usr/bin/env node
/** The command line's door: hands over to the built CLI, or to its source where that is newer. */
import { existsSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { launch } from "./run.mjs";
import { isStale } from "./start.mjs";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const built = join(root, "out", "main", "cli.js");
const source = join(root, "src-main", "cli", "main.ts");
// In a checkout the source is the truth, and what was built of it starts in half the time; a packed copy has only what was built.
try { launch(existsSync(source) && isStale(root) ? source : built, process.argv.slice(2)); } catch (error) { console.error(error.message); process.exit(3); }
