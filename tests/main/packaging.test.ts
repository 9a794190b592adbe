/** What the installer would hold: the builder's configuration, checked by the builder itself, and the files it packs around a placeholder Electron. */

import { spawnSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseAst } from "vite";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parse } from "yaml";

const root = resolve(import.meta.dirname, "..", "..");
// The builder's own checks and matchers: not its public face, so a new version of it may ask for a change here.
const require = createRequire(join(root, "node_modules", "electron-builder", "package.json"));
const { validateConfiguration } = require("app-builder-lib/out/util/config/config.js") as { validateConfiguration(config: unknown, log: unknown): Promise<void> };
const { FileMatcher } = require("app-builder-lib/out/fileMatcher.js") as { FileMatcher: new (from: string, to: string, expand: (text: string) => string, patterns: string[]) => { createFilter(): (file: string, stat: unknown) => boolean } };

interface Configuration { [key: string]: unknown; files: string[]; linux: { files: string[] }; mac: { files: string[] }; win: { files: string[] }; electronFuses?: Record<string, boolean>; directories: Record<string, string>; electronDist?: string }
const configuration = (): Configuration => parse(readFileSync(join(root, "electron-builder.yml"), "utf8")) as Configuration;
const log = { isEnabled: false, add: () => undefined };

describe("electron-builder.yml", () => {
  it("is accepted by the installed electron-builder", async () => { await expect(validateConfiguration(configuration(), log)).resolves.toBeUndefined(); });

  it("would be refused with an unknown key, so being accepted means something", async () => {
    await expect(validateConfiguration({ ...configuration(), asarUnpacked: "**/*.node" }, log)).rejects.toThrow(/asarUnpacked/);
  });

  it("turns off what would let the program run other code, and on what guards its own", () => {
    expect(configuration().electronFuses).toEqual({
      runAsNode: false, enableCookieEncryption: true, enableNodeOptionsEnvironmentVariable: false, enableNodeCliInspectArguments: false, enableEmbeddedAsarIntegrityValidation: true,
      onlyLoadAppFromAsar: true, loadBrowserProcessSpecificV8Snapshot: false, grantFileProtocolExtraPrivileges: false, resetAdHocDarwinSignature: true,
    });
  });

  it.each([["linux", "linux", "x64"], ["linux", "linux", "arm64"], ["mac", "darwin", "x64"], ["mac", "darwin", "arm64"], ["win", "win32", "x64"], ["win", "win32", "arm64"]] as const)("for %s keeps better-sqlite3's %s-%s file and the native kernels' and no other", (system, platform, arch) => {
    const patterns = ["**/*", ...configuration().files, ...configuration()[system].files].filter((pattern) => pattern === "**/*" || pattern.startsWith("!"));
    const isPacked = new FileMatcher(root, root, (text) => text.replaceAll("${arch}", arch), patterns).createFilter();
    const folder = join(root, "node_modules", "better-sqlite3", "prebuilds");
    expect(readdirSync(folder).filter((name) => isPacked(join(folder, name), { isDirectory: () => false }))).toEqual([`${platform}-${arch}.node`]);
    expect(configuration()[system].files.filter((pattern) => pattern.startsWith("out/"))).toEqual([`out/native/${platform}-\${arch}.node`]);
    expect(readdirSync(join(root, "src-engine", "kernels", "native"))).toContain(`${platform}-${arch}.node`);
  });
});

// On Windows and macOS the placeholder would need their own file names; there the workflow packs with the real Electron.
describe.runIf(process.platform === "linux")("the packed application", () => {
  let folder: string;
  let entries: string[];
  const resources = () => join(folder, "packed", "linux-unpacked", "resources");
  const filesUnder = (path: string): string[] => readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name).slice(path.length + 1)).sort();

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "descent-pack-"));
    const placeholder = join(folder, "electron");
    mkdirSync(join(placeholder, "resources"), { recursive: true });
    mkdirSync(join(placeholder, "locales"));
    for (const name of ["electron", "chrome-sandbox", "chrome_crashpad_handler", "LICENSE", "LICENSES.chromium.html", "version", "locales/en-US.pak"]) writeFileSync(join(placeholder, name), "");
    chmodSync(join(placeholder, "electron"), 0o755);
    const config = { ...configuration(), electronDist: placeholder };
    // There is no program whose fuses could be turned.
    delete config.electronFuses;
    config.directories = { ...config.directories, output: join(folder, "packed") };
    writeFileSync(join(folder, "config.json"), JSON.stringify(config));
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "scripts/run.mjs"), "electron-builder", "--linux", "dir", "--x64", "--publish", "never", "--config", join(folder, "config.json")], { cwd: root, encoding: "utf8" });
    if (status !== 0) throw new Error(`electron-builder failed. Is out/ built (npm run build)?\n${stdout}${stderr}`);
    const { extractAll } = require("@electron/asar") as { extractAll(archive: string, to: string): void };
    extractAll(join(resources(), "app.asar"), join(folder, "app"));
    entries = filesUnder(join(folder, "app"));
  }, 60_000);
  afterAll(() => { rmSync(folder, { recursive: true, force: true }); });

  it("holds the three builds, file by file", () => {
    for (const build of ["main", "preload", "renderer"]) {
      expect(entries.filter((name) => name.startsWith(`out/${build}/`))).toEqual(filesUnder(join(root, "out", build)).map((name) => `out/${build}/${name}`));
    }
    expect(entries).toEqual(expect.arrayContaining(["out/main/index.js", "out/main/train-worker.js", "out/preload/preload.cjs", "out/renderer/index.html"]));
  });

  it("holds better-sqlite3 with one prebuilt file, outside the archive, and package.json, and nothing else", () => {
    expect(entries.filter((name) => !/^out\/(main|native|preload|renderer)\//.test(name) && !/^node_modules\/better-sqlite3\/lib\/[\w/-]+\.js$/.test(name)))
      .toEqual(["node_modules/better-sqlite3/LICENSE", "node_modules/better-sqlite3/package.json", "node_modules/better-sqlite3/prebuilds/linux-x64.node", "package.json"]);
    expect(filesUnder(join(resources(), "app.asar.unpacked"))).toContain("node_modules/better-sqlite3/prebuilds/linux-x64.node");
  });

  it("holds this target's native kernels, outside the archive", () => {
    expect(entries.filter((name) => name.startsWith("out/native/"))).toEqual(["out/native/linux-x64.node"]);
    expect(readFileSync(join(resources(), "app.asar.unpacked", "out", "native", "linux-x64.node")).equals(readFileSync(join(root, "src-engine", "kernels", "native", "linux-x64.node")))).toBe(true);
  });

  it("has the examples beside the archive", () => { expect(filesUnder(join(resources(), "examples"))).toEqual(filesUnder(join(root, "examples"))); });

  it("asks for no package that is not in it", () => {
    const asked = entries.filter((name) => /^out\/main\/.*\.js$/.test(name)).flatMap((name) =>
      parseAst(readFileSync(join(folder, "app", name), "utf8")).body.flatMap((line) => ("source" in line && line.source !== null ? [line.source.value] : [])));
    expect([...new Set(asked)].filter((name) => !name.startsWith(".") && !isBuiltin(name)).sort()).toEqual(["better-sqlite3", "electron"]);
  });

  it.each([{ how: "as it is", executor: "" }, { how: "with WebAssembly, native kernels forbidden", executor: "wasm" }])("boots and trains from these files alone, $how", ({ executor }) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [join(root, "tests/e2e/boot-main.mjs"), "--packed", resources(), join(folder, "app")], { encoding: "utf8", timeout: 60_000, env: { ...process.env, DESCENT_EXECUTOR: executor } });
    expect(`${status} ${stdout}${stderr}`).toBe("0 booted the packed application: window, service, worker, quit\n");
  }, 70_000);
});
