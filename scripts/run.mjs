#!/usr/bin/env node
/** Runs a tool of this project, or a script, on a Node that is new enough: the current one, else the one npm brought along. Plain JavaScript for any Node. */
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");

/** Where Node keeps what it compiled of a module from one start to the next. */
export const compiledModules = join(root, "node_modules", ".cache", "descent-modules");

/** The path of a Node ≥ 22.18, or null. better-sqlite3 13 and Vitest 5 need 22; from 22.18 on Node runs TypeScript as it is. */
export function findNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major > 22 || (major === 22 && minor >= 18)) return process.execPath;
  const platform = process.platform === "win32" ? "win" : process.platform;
  const packaged = join(root, "node_modules", `node-${platform}-${process.arch}`, "bin", process.platform === "win32" ? "node.exe" : "node");
  return existsSync(packaged) ? packaged : null;
}

/** A script's own path, or the file a package names as its command. */
function entry(tool) {
  if (/\.(m?js|ts)$/.test(tool)) return resolve(root, tool);
  const aliases = { tsc: "@typescript/native" };
  const folder = join(root, "node_modules", aliases[tool] ?? tool);
  const manifest = join(folder, "package.json");
  if (!existsSync(manifest)) throw new Error(`${tool} is not installed here. Run npm ci first.`);
  const { bin } = JSON.parse(readFileSync(manifest, "utf8"));
  return join(folder, typeof bin === "string" ? bin : bin[tool]);
}

/** Starts `tool` with `args`, passes its streams and signals through, and ends as it ends: its exit code, or 128 + the signal's number. Rejects where there is no such tool. */
export async function launch(tool, args) {
  const node = findNode();
  if (node === null) {
    console.error(`Descent needs Node 22.18 or newer; this is ${process.version}, and npm brings no newer one for ${process.platform}-${process.arch}. Install Node 24 from https://nodejs.org and try again.`);
    process.exit(3);
  }
  // Loaded by who starts something: it takes longer than all of this file.
  const { spawn } = await import("node:child_process");
  // Node 22 calls running TypeScript experimental at every start; that is nothing a person can act on.
  const child = spawn(node, ["--disable-warning=ExperimentalWarning", entry(tool), ...args], {
    stdio: "inherit",
    env: { ...process.env, NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? compiledModules, PATH: `${dirname(node)}${delimiter}${process.env.PATH ?? ""}` },
  });
  // A terminal sends Ctrl-C to the whole group; the child decides when it is done, and we wait for it.
  const hasTerminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => { if (signal !== "SIGINT" || !hasTerminal) child.kill(signal); });
  child.on("error", (error) => { console.error(error.message); process.exit(3); });
  child.on("exit", (code, signal) => { process.exit(code ?? 128 + (constants.signals[signal] ?? 0)); });
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [tool, ...args] = process.argv.slice(2);
  if (tool === undefined) { console.error("usage: node scripts/run.mjs TOOL [ARGUMENT …]"); process.exit(2); }
  try { await launch(tool, args); } catch (error) { console.error(error.message); process.exit(3); }
}
