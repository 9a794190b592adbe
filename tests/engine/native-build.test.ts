/** The committed binaries: made of the sources that lie beside them, and fit for this machine. What they compute is compared elsewhere. */

import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from "vitest";
import { addonCommands, cannotBuild, hashSources, makeAddon, makeWasm, places, targets, zigVersion } from "../../scripts/native.ts";
import type { Hashes } from "../../scripts/native.ts";
import { opsHeader } from "../../scripts/ops-header.ts";
import { relaxedBytes, sourcesHash, wasmBase, wasmBytes } from "../../src-engine/kernels/programs.wasm.ts";
import { loadNative, nativeFile } from "../../src-engine/node.ts";
import type { Native, NativeAddon } from "../../src-engine/node.ts";

const hashes = JSON.parse(readFileSync(join(places.native, "hashes.json"), "utf8")) as Hashes;
const stale = "Run npm run native and commit what it writes: the binaries are not what src-engine/kernels/source gives.";
const here = `${process.platform}-${process.arch}`;
const reason = cannotBuild();

describe("hashes.json", () => {
  it("tells of the sources that are here", () => { expect(hashes.sources, stale).toBe(hashSources()); });

  it("tells of this compiler and these commands", () => {
    expect(hashes.zig, stale).toBe(zigVersion());
    for (const name of Object.keys(targets)) expect(hashes.files[`${name}.node`]!.commands, stale).toEqual(addonCommands(name).map((args) => `zig ${args.join(" ")}`));
  });

  it("tells the size and hash of each file, and there is no other", () => {
    expect(readdirSync(places.native).sort()).toEqual([...Object.keys(hashes.files), "hashes.json"].sort());
    for (const [name, { sha256, bytes }] of Object.entries(hashes.files)) {
      const contents = readFileSync(join(places.native, name));
      expect([name, contents.length, createHash("sha256").update(contents).digest("hex")], stale).toEqual([name, bytes, sha256]);
    }
  });

  it("names no folder of the machine that built", () => { expect(JSON.stringify(hashes)).not.toMatch(/[/\\](home|root|tmp|work|Users)[/\\]/); });
});

it("ops.h is what the table of operations gives", () => { expect(readFileSync(join(places.sources, "ops.h"), "utf8").replaceAll("\r\n", "\n"), stale).toBe(opsHeader()); });

describe("programs.wasm.ts", () => {
  it("tells of the sources that are here", () => { expect(sourcesHash, stale).toBe(hashSources()); });

  it.each([["with vectors", wasmBytes, ["run_exact", "run_fast"]], ["with relaxed vectors", relaxedBytes, ["run_fast"]]])("%s imports a shared memory alone, and leaves it untouched from wasmBase on", (_title, base64, runs) => {
    const module = new WebAssembly.Module(Buffer.from(base64(), "base64"));
    expect(WebAssembly.Module.imports(module)).toEqual([{ module: "env", name: "memory", kind: "memory" }]);
    const memory = new WebAssembly.Memory({ initial: 64, maximum: 65_536, shared: true });
    const { exports } = new WebAssembly.Instance(module, { env: { memory } });
    expect(Object.keys(exports).filter((name) => name.startsWith("run_")).sort()).toEqual(runs);
    for (const run of runs) expect((exports[run] as (call: number) => number)(wasmBase), "an empty call").toBe(0);
    expect(wasmBase % 64).toBe(0);
    expect(new Uint8Array(memory.buffer, wasmBase).every((byte) => byte === 0)).toBe(true);
  });
});

// Every file is cross-compiled by the one compiler that the lockfile has, so elsewhere there is nothing to compare with; the workflow's Linux job compares all of them.
describe.skipIf(reason !== null)(`a build from the sources${reason === null ? "" : ` (left out: ${reason})`}`, () => {
  // The first time, npm fetches 395 MB.
  const patience = 600_000;

  it(`gives ${here}.node byte for byte, wherever the sources lie`, async () => {
    const elsewhere = mkdtempSync(join(tmpdir(), "descent-sources-"));
    try {
      for (const name of readdirSync(places.sources).filter((entry) => /\.[ch]$/.test(entry))) copyFileSync(join(places.sources, name), join(elsewhere, name));
      expect((await makeAddon(here, elsewhere)).equals(readFileSync(join(places.native, `${here}.node`))), stale).toBe(true);
    } finally { rmSync(elsewhere, { recursive: true }); }
  }, patience);

  it("gives programs.wasm.ts byte for byte", async () => { expect(await makeWasm() === readFileSync(places.wasm, "utf8").replaceAll("\r\n", "\n"), stale).toBe(true); }, patience);
});

describe(`the native kernels of ${here}`, () => {
  let found: Native;
  let addon: NativeAddon;
  beforeAll(() => {
    found = loadNative();
    // An x64 processor without AVX2 has none, and says so; everything else is a fault of the file.
    if ("reason" in found && found.reason !== "This processor has neither AVX2 nor AVX-512.") throw new Error(found.reason);
    if ("addon" in found) addon = found.addon;
  });
  const memory = () => new Uint8Array(new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true }).buffer);

  it("have the variants of this processor, the widest first", ({ skip }) => {
    if ("reason" in found) skip(found.reason);
    const { variants, cpu } = addon.features();
    expect(process.arch === "x64" ? [["avx512", "avx512vl", "avx2"], ["avx2"]] : [["neon"]]).toContainEqual(variants);
    expect(cpu).toMatch(process.arch === "x64" ? /^\P{Cc}{4,48}$/u : /^$/);
  });

  it("run an empty call in every variant, exact and fast, on shared memory and on other", ({ skip }) => {
    if ("reason" in found) skip(found.reason);
    for (const bytes of [memory(), new Uint8Array(new SharedArrayBuffer(4096)), new Uint8Array(4096)]) {
      for (const variant of addon.features().variants) for (const isFast of [false, true]) expect(addon.attach(bytes, variant, isFast)(64)).toBe(0);
    }
  });

  it("leave subnormal numbers to JavaScript as they were, after a fast run too", ({ skip }) => {
    if ("reason" in found) skip(found.reason);
    for (const variant of addon.features().variants) expect(addon.attach(memory(), variant, true)(0)).toBe(0);
    expect(Number(`${Number.MIN_VALUE}`) * 3).toBe(3 * 5e-324);
    expect(Math.fround(1e-40) > 0).toBe(true);
  });

  it("keep the bytes that a program is attached to", ({ skip }) => {
    if ("reason" in found) skip(found.reason);
    const bytes = memory();
    const run = addon.attach(bytes, addon.features().variants[0]!, false);
    expect(Object.getOwnPropertyDescriptor(run, "bytes")).toEqual({ value: bytes, writable: false, enumerable: false, configurable: false });
  });

  it("refuse what they cannot take, with a TypeError", ({ skip }) => {
    if ("reason" in found) skip(found.reason);
    const attach = addon.attach as (...args: unknown[]) => (...args: unknown[]) => number;
    const [variant] = addon.features().variants;
    for (const args of [[], [memory()], [memory(), variant], [memory(), "sse9", false], [memory(), "", false], [memory(), "a".repeat(40), false], [new Float32Array(4), variant, false], [new Uint8Array(0), variant, false], [new ArrayBuffer(8), variant, false], [null, variant, false], [memory(), variant, 1]]) {
      expect(() => attach(...args), JSON.stringify(args.slice(1))).toThrow(TypeError);
    }
    for (const args of [[], ["64"], [null]]) expect(() => attach(memory(), variant, false)(...args)).toThrow(TypeError);
  });

  it("load and run in two worker threads at once, and again after these have ended", async ({ skip }) => {
    if ("reason" in found) skip(found.reason);
    const answer = (): Promise<unknown> => new Promise((done, fail) => {
      const worker = new Worker(new URL("../support/native-worker.ts", import.meta.url));
      let said: unknown;
      worker.once("message", (message) => { said = message; });
      worker.once("error", fail);
      worker.once("exit", () => { done(said); });
    });
    const expected = `${2 * addon.features().variants.length} programs, statuses add up to 0`;
    expect(await Promise.all([answer(), answer()])).toEqual([expected, expected]);
    expect(await answer()).toBe(expected);
    expect(addon.attach(memory(), addon.features().variants[0]!, true)(0)).toBe(0);
  });
});

describe("nativeFile", () => {
  const at = (...path: string[]): string => resolve("/opt", ...path);
  it.each([
    ["the source", at("src-engine", "node.ts"), at("src-engine", "kernels", "native")],
    ["a build", at("out", "main", "cli.js"), at("out", "native")],
    ["a build's chunk", at("out", "main", "chunks", "node-x1.js"), at("out", "native")],
    ["a packed application", at("app.asar", "out", "main", "chunks", "node-x1.js"), at("app.asar.unpacked", "out", "native")],
  ])("seen from %s lies where it can be loaded", (_title, module, folder) => { expect(nativeFile(pathToFileURL(module).href)).toBe(join(folder, `${here}.node`)); });
});

describe("loadNative, where it finds none, says why", () => {
  let folder: string;
  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), "descent-native-")); });
  afterAll(() => { rmSync(folder, { recursive: true }); });
  afterEach(() => { vi.unstubAllEnvs(); });

  it("the file is missing", () => {
    const file = join(folder, "none.node");
    expect(loadNative(file)).toEqual({ reason: `There are no native kernels for ${here}: ${file} is missing.` });
  });

  it("the file is no addon", () => {
    const file = join(folder, "text.node");
    writeFileSync(file, "not an addon");
    expect((loadNative(file) as { reason: string }).reason).toMatch(new RegExp(`^The native kernels for ${here} could not be loaded: .+`));
  });

  it.each(["wasm", "reference"])("DESCENT_EXECUTOR=%s", (executor) => {
    vi.stubEnv("DESCENT_EXECUTOR", executor);
    expect(loadNative()).toEqual({ reason: `DESCENT_EXECUTOR=${executor} forbids native kernels.` });
  });
});
