/** The launchers: a tool ends as its launcher ends, and `npm start` knows what is stale and what cannot open. */

import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

interface Start {
  readonly outputs: readonly string[];
  isStale(root: string, pages?: boolean): boolean;
  whyNoWindow(machine: { platform: string; env: Record<string, string>; uid: number | undefined }): string | null;
  electronProgram(root: string, env: Record<string, string>): string | null;
}
const scripts = resolve(import.meta.dirname, "../../scripts");
// Plain JavaScript, for any Node: it has no types of its own.
const { outputs, isStale, whyNoWindow, electronProgram } = await import(pathToFileURL(join(scripts, "start.mjs")).href) as Start;

let folder: string;
beforeAll(() => { folder = mkdtempSync(join(tmpdir(), "descent-launcher-")); });
afterAll(() => { rmSync(folder, { recursive: true }); });

function write(path: string, text: string, atSeconds?: number): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  if (atSeconds !== undefined) utimesSync(file, atSeconds, atSeconds);
  return file;
}

describe("run.mjs", () => {
  const run = (...args: string[]) => spawnSync(process.execPath, [join(scripts, "run.mjs"), ...args], { encoding: "utf8", input: "from stdin" });

  it.each([0, 1, 3, 130])("ends with the tool's exit code %i", (code) => { expect(run(write("exit.mjs", `process.exit(${code})`)).status).toBe(code); });

  it("passes arguments, streams and a Node that runs TypeScript", () => {
    const script = write("echo.ts", `const text: string = await new Response(process.stdin as never).text();\nconsole.log(JSON.stringify([process.argv.slice(2), text]));`);
    const { stdout, stderr } = run(script, "a b", "--x");
    expect(JSON.parse(stdout)).toEqual([["a b", "--x"], "from stdin"]);
    expect(stderr).toBe("");
  });

  it("a tool that is not installed is named, with what to do, and the code is 3", () => {
    const { status, stderr } = run("no-such-tool");
    expect([status, stderr]).toEqual([3, "no-such-tool is not installed here. Run npm ci first.\n"]);
  });

  it("without a tool it says how it is used and returns 2", () => { expect(run().status).toBe(2); });

  it.each([["SIGINT", 130], ["SIGTERM", 7]] as const)("passes %s on and waits for the tool to end", async (signal, code) => {
    const script = write("wait.mjs", "process.on('SIGINT', () => process.exit(130)); process.on('SIGTERM', () => process.exit(7)); setInterval(() => {}, 1000); console.log('ready');");
    const child = spawn(process.execPath, [join(scripts, "run.mjs"), script], { stdio: ["ignore", "pipe", "ignore"] });
    child.stdout.once("data", () => { child.kill(signal); });
    expect(await new Promise((end) => { child.once("close", end); })).toBe(code);
  });

  it("a tool that a signal ended gives 128 and the signal's number", () => { expect(run(write("kill.mjs", "process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000);")).status).toBe(137); });
});

describe("npm start", () => {

  it("builds when something built is missing or older than a source, and not otherwise", () => {
    const source = write("src-engine/a/b.ts", "", 1000);
    for (const path of ["src-engine/a", "src-engine"]) utimesSync(join(folder, path), 1000, 1000);
    expect(isStale(folder)).toBe(true);
    for (const path of outputs) write(path, "", 2000);
    expect(isStale(folder)).toBe(false);
    utimesSync(source, 3000, 3000);
    expect(isStale(folder)).toBe(true);
    rmSync(source);
    // Only the folder tells now that something is gone.
    utimesSync(join(folder, "src-engine/a"), 3000, 3000);
    expect(isStale(folder)).toBe(true);
    for (const path of outputs.slice(1)) write(path, "", 4000);
    expect(isStale(folder)).toBe(true);
    write(outputs[0]!, "", 4000);
    expect(isStale(folder)).toBe(false);
  });

  it("builds for a page that changed; a command does not care", () => {
    for (const path of outputs) write(path, "", 4000);
    const page = write("src-renderer/a.svelte", "", 5000);
    expect([isStale(folder), isStale(folder, false)]).toEqual([true, false]);
    rmSync(page);
    rmSync(join(folder, "out/renderer/index.html"));
    expect([isStale(folder), isStale(folder, false)]).toEqual([true, false]);
  });

  it.each<[string, Record<string, string>, number | undefined, string | null]>([
    ["linux", {}, 1000, "there is no display here"], ["linux", { DISPLAY: "" }, 1000, "there is no display here"], ["linux", { DISPLAY: ":0" }, 0, "Electron does not run as root"],
    ["linux", { DISPLAY: ":0" }, 1000, null], ["linux", { WAYLAND_DISPLAY: "wayland-0" }, 1000, null], ["darwin", {}, 0, null], ["win32", {}, undefined, null],
  ])("on %s with %j as user %s: %s", (platform, env, uid, expected) => { expect(whyNoWindow({ platform, env, uid })).toBe(expected); });

  it("finds Electron's program where its package has put it, and null before", () => {
    expect(electronProgram(folder, {})).toBeNull();
    write("node_modules/electron/path.txt", "electron");
    expect(electronProgram(folder, {})).toBeNull();
    const program = write("node_modules/electron/dist/electron", "");
    expect(electronProgram(folder, {})).toBe(program);
    expect(electronProgram(folder, { ELECTRON_OVERRIDE_DIST_PATH: join(folder, "elsewhere") })).toBeNull();
  });
});
