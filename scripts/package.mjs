#!/usr/bin/env node
/** `npm run package`: builds, fetches Electron, and packs for this system. Arguments go on to electron-builder: `npm run package -- --arm64`, `-- --dir`. */
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const root = resolve(here, "..");
const { version } = JSON.parse(readFileSync(join(root, "node_modules", "electron", "package.json"), "utf8"));

/** Runs a tool through the launcher; what it prints is passed on, and returned as well where `isKept`. */
function run(isKept, ...args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(here, "run.mjs"), ...args], { cwd: root, stdio: isKept ? ["inherit", "pipe", "pipe"] : "inherit", encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
  if (isKept) process.stdout.write(stdout + stderr);
  return { status: status ?? 1, printed: `${stdout ?? ""}${stderr ?? ""}` };
}

if (!existsSync(join(root, "node_modules", "electron-builder", "package.json"))) {
  console.error("electron-builder is not installed here. Run npm ci first.");
  process.exit(3);
}
const built = run(false, "electron-vite", "build");
if (built.status !== 0) process.exit(built.status);
const packed = run(true, "electron-builder", "--publish", "never", ...process.argv.slice(2));
if (packed.status !== 0 && /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|getaddrinfo|fetch failed|Cannot download|status code 40[34]/i.test(packed.printed)) {
  console.error(`\nElectron ${version}, or a tool that makes installers, could not be downloaded: packing needs a connection to github.com the first time. Try again with one, or set ELECTRON_MIRROR.`);
}
process.exit(packed.status);
