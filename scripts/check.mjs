#!/usr/bin/env node
/** `npm run check`: types, Svelte, lint. Every part runs; the first failure decides the exit code. */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const launcher = join(dirname(fileURLToPath(import.meta.url)), "run.mjs");
const steps = [
  ["types", "tsc", "-b", "tsconfig.json"],
  ["svelte", "svelte-check", "--tsconfig", "tsconfig.json", "--threshold", "warning", "--fail-on-warnings", "--tsgo", "--output", "human"],
  ["lint", "eslint", ".", "--max-warnings", "0", "--no-warn-ignored"],
];

let exitCode = 0;
for (const [name, tool, ...args] of steps) {
  const started = performance.now();
  const { status } = spawnSync(process.execPath, [launcher, tool, ...args], { stdio: "inherit" });
  console.log(`check ${name}: ${status === 0 ? "passed" : "FAILED"} in ${((performance.now() - started) / 1000).toFixed(1)} s`);
  exitCode ||= status ?? 1;
}
process.exit(exitCode);
