#!/usr/bin/env node
/** `npm start`: builds what is stale and opens the workbench, in Electron where it is or can be had, else in the browser. `--browser` asks for the browser. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const sources = ["src-engine", "src-main", "src-renderer", "package.json", "package-lock.json", "electron.vite.config.ts", "svelte.config.js", "tsconfig.json"];
/** What a build leaves. */
export const outputs = ["out/main/index.js", "out/main/server.js", "out/main/cli.js", "out/main/train-worker.js", "out/main/sql-thread.js", "out/main/backup-thread.js", "out/main/reading-thread.js", "out/main/transfer-thread.js", "out/preload/preload.cjs", "out/renderer/index.html"];
const fetchLimitMs = 180_000;
/** An Electron that ends with an error this soon has not shown a window. */
const startMs = 5_000;

/** Whether something built is missing, or older than the newest source; a file that was deleted shows in its folder's time. Without `pages` only what runs in Node counts. */
export function isStale(root, pages = true) {
  const counts = (path) => pages || !/renderer/.test(path);
  const times = outputs.filter(counts).map((path) => modified(join(root, path)));
  return times.includes(0) || Math.max(...sources.filter(counts).map((path) => newest(join(root, path)))) > Math.min(...times);
}

/** One question a file: this is asked before every command. */
function newest(path) {
  const own = statSync(path, { throwIfNoEntry: false });
  if (own === undefined) return 0;
  return own.isDirectory() ? Math.max(own.mtimeMs, ...readdirSync(path).map((name) => newest(join(path, name)))) : own.mtimeMs;
}

const modified = (path) => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Why Electron cannot open a window on this machine, or null. */
export function whyNoWindow({ platform, env, uid }) {
  if (platform !== "linux") return null;
  if (!env.DISPLAY && !env.WAYLAND_DISPLAY) return "there is no display here";
  return uid === 0 ? "Electron does not run as root" : null;
}

/** Electron's program, or null where its package has none yet. */
export function electronProgram(root, env) {
  const folder = join(root, "node_modules", "electron");
  if (!existsSync(join(folder, "path.txt"))) return null;
  const program = join(env.ELECTRON_OVERRIDE_DIST_PATH ?? join(folder, "dist"), readFileSync(join(folder, "path.txt"), "utf8"));
  return existsSync(program) ? program : null;
}

/** Lets the package fetch its program; null when that went well, else the last thing it said. */
async function fetchElectron(root) {
  const install = join(root, "node_modules", "electron", "install.js");
  if (!existsSync(install)) return "its package is not installed";
  console.log("Fetching Electron, once; about 120 MB …");
  const { code, text } = await quiet(process.execPath, [install], root, fetchLimitMs);
  if (code === 0) return null;
  return code === null ? `it took longer than ${fetchLimitMs / 60_000} minutes` : reason(text);
}

/** The sentence in an error's output; Node's own for "no network" says nothing to anybody. */
function reason(text) {
  if (text.includes("fetch failed")) return "its download cannot be reached from here";
  return /Error: ([^\n]+)/.exec(text)?.[1] ?? text.trim().split("\n").at(-1);
}

/** Runs to the end with its output kept; `code` is null where it had to be ended. */
async function quiet(command, args, cwd, limitMs) {
  const { spawn } = await import("node:child_process");
  return await new Promise((done) => {
    const child = spawn(command, args, { cwd, stdio: ["ignore", "pipe", "pipe"], timeout: limitMs, killSignal: "SIGKILL" });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (piece) => { text += piece; });
    child.on("error", (error) => { done({ code: 1, text: error.message }); });
    child.on("close", (code) => { done({ code, text }); });
  });
}

/** Runs with our terminal and our signals; resolves when it ends. */
async function open(command, args) {
  const { spawn } = await import("node:child_process");
  return await new Promise((done) => {
    const begun = performance.now();
    const child = spawn(command, args, { stdio: "inherit" });
    const pass = (signal) => { child.kill(signal); };
    for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, pass);
    const end = (code) => {
      for (const signal of ["SIGINT", "SIGTERM"]) process.off(signal, pass);
      done({ code, isEarly: performance.now() - begun < startMs });
    };
    child.on("error", () => { end(1); });
    child.on("exit", (code, signal) => { end(code ?? (signal === "SIGINT" ? 130 : 1)); });
  });
}

async function start(root, args) {
  if (isStale(root)) {
    console.log("Building …");
    const { code, text } = await quiet(process.execPath, [join(root, "scripts", "run.mjs"), "electron-vite", "build"], root);
    if (code !== 0) { console.error(text); return 1; }
  }
  const rest = args.filter((arg) => arg !== "--browser");
  let why = args.includes("--browser") ? "" : whyNoWindow({ platform: process.platform, env: process.env, uid: process.getuid?.() });
  if (why === null && electronProgram(root, process.env) === null) {
    const failed = await fetchElectron(root);
    why = failed === null ? null : `Electron could not be fetched (${failed})`;
  }
  if (why === null) {
    const program = electronProgram(root, process.env);
    const { code, isEarly } = program === null ? { code: 1, isEarly: true } : await open(program, [root, ...rest]);
    if (code === 0 || code === 130 || !isEarly) return code;
    why = "Electron could not be started";
  }
  if (why !== "") console.log(`${why[0].toUpperCase()}${why.slice(1)}, so the workbench opens in the browser.`);
  return (await open(process.execPath, [join(root, "out", "main", "server.js"), ...rest])).code;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  process.exitCode = await start(resolve(fileURLToPath(import.meta.url), "..", ".."), process.argv.slice(2));
}
