#!/usr/bin/env node
/** `npm test`: check, build, then every test. A name or path as argument narrows the tests and skips the check: `npm test -- tests/engine`. */
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const launcher = join(here, "run.mjs");
const only = process.argv.slice(2);

function must(...args) {
  const { status } = spawnSync(process.execPath, [launcher, ...args], { stdio: "inherit" });
  if (status !== 0) process.exit(status ?? 1);
}

if (only.length === 0) must(join(here, "check.mjs"));
must("electron-vite", "build");
must("vitest", "run", ...only);
must("tests/e2e/electron-smoke.mjs");
