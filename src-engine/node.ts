/** The engine under Node: its public face, and the native kernels out of their file. The only file of the engine that knows Node. */

import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { tested } from "./check/self-test.ts";
import { engineVersion } from "./index.ts";
import type { Native, NativeAddon } from "./kernels/native.ts";

export * from "./index.ts";
export { useNative } from "./kernels/native.ts";
export type { Native, NativeAddon } from "./kernels/native.ts";

/**
 * The native kernels for this system and processor, or the reason why there are none; never throws. Call it on the main thread before any worker calls it: it
 * is then the first to load the file. DESCENT_EXECUTOR, when it names another executor, forbids them. `file` is for tests.
 */
export function loadNative(file: string = nativeFile(import.meta.url)): Native {
  const wanted = process.env["DESCENT_EXECUTOR"] ?? "";
  if (wanted !== "" && wanted !== "native") return { reason: `DESCENT_EXECUTOR=${wanted} forbids native kernels.` };
  const system = `${process.platform}-${process.arch}`;
  if (!existsSync(file)) return { reason: `There are no native kernels for ${system}: ${file} is missing.` };
  try {
    const addon = createRequire(import.meta.url)(file) as NativeAddon;
    return addon.features().variants.length > 0 ? { addon } : { reason: "This processor has neither AVX2 nor AVX-512." };
  } catch (error) {
    return { reason: `The native kernels for ${system} could not be loaded: ${(error as Error).message.split("\n")[0]!}` };
  }
}

/** What a machine remembers of self-tests passed, by marks of this module's making; one that forgets costs a test more. */
export interface SelfTestMemory {
  has(mark: string): boolean;
  keep(mark: string): void;
}

/**
 * `loadNative`, and a self-test of what it found: what a process asks once, before its workers load the same. The test takes a tenth of a second, so that one
 * passed by the same bytes on the same processor under the same engine and Node is not repeated where `memory` has it.
 */
export function loadTestedNative(memory: SelfTestMemory | null = null, file: string = nativeFile(import.meta.url)): Native {
  const found = loadNative(file);
  if ("reason" in found || memory === null) return tested(found);
  const { cpu, variants } = found.addon.features();
  const mark = [createHash("sha256").update(readFileSync(file)).digest("hex"), engineVersion, process.version, ...variants, cpu].join(" ");
  if (memory.has(mark)) return found;
  const after = tested(found);
  if ("addon" in after) memory.keep(mark);
  return after;
}

/**
 * The native kernels' file, as seen from the module at the address `here`: in kernels/native beside the source, in out/native beside a build, where a module
 * may lie one folder down in chunks/. A packed application's archive holds none that could be loaded: they are unpacked next to it.
 */
export function nativeFile(here: string): string {
  const folder = here.endsWith(".ts") ? "./kernels/native/" : here.includes("/chunks/") ? "../../native/" : "../native/";
  return fileURLToPath(new URL(`${folder}${process.platform}-${process.arch}.node`, here)).replace(/([\\/]app\.asar)(?=[\\/])/, "$1.unpacked");
}
