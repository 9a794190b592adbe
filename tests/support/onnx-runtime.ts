/**
 * ONNX Runtime for the tests: npm's onnxruntime-web, its WebAssembly build. Unpacked it is 130 MB of which three files (14 MB) are needed, and it brings packages of
 * its own: too much for every `npm ci`, so the first test that asks fetches it with npm, checks its hash, and keeps the three files in node_modules/.cache.
 */

import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { pathToFileURL } from "node:url";

export const onnxRuntimeVersion = "1.30.0";
const integrity = "sha512-q0y+JrrtukXSzsBWEMccVfqX25LRmosXHF+CaRJmg8pZClzcV7svNc4rKY3jL02Vb7QmRMDs1SigqR4CXAfKYQ==";
const files = ["ort.wasm.min.mjs", "ort-wasm-simd-threaded.mjs", "ort-wasm-simd-threaded.wasm"];
const folder = resolve(import.meta.dirname, "..", "..", "node_modules", ".cache", "descent", `onnxruntime-web-${onnxRuntimeVersion}`);

export interface OnnxRuntime {
  /** Every output by name, for x (rows, …shape). */
  run(model: Uint8Array, x: Float32Array, dims: readonly number[]): Promise<ReadonlyMap<string, { readonly dims: readonly number[]; readonly data: Float32Array }>>;
}

/** The runtime, or the reason why there is none. */
export async function onnxRuntime(): Promise<OnnxRuntime | string> {
  const trouble = existsSync(folder) ? null : fetched();
  if (trouble !== null) return trouble;
  const ort = await import(/* @vite-ignore */ pathToFileURL(join(folder, files[0]!)).href) as Ort;
  ort.env.wasm.numThreads = 1;
  ort.env.wasm.wasmPaths = { mjs: pathToFileURL(join(folder, files[1]!)).href };
  // Handed over, for Node's fetch reads no file addresses.
  ort.env.wasm.wasmBinary = readFileSync(join(folder, files[2]!));
  return {
    async run(model, x, dims) {
      const session = await ort.InferenceSession.create(model);
      const answer = await session.run({ x: new ort.Tensor("float32", x, dims) });
      await session.release();
      return new Map(Object.entries(answer));
    },
  };
}

function fetched(): string | null {
  mkdirSync(dirname(folder), { recursive: true });
  const place = mkdtempSync(join(dirname(folder), "fetching-"));
  try {
    const npm = spawnSync("npm", ["pack", `onnxruntime-web@${onnxRuntimeVersion}`, "--ignore-scripts", "--pack-destination", place], { encoding: "utf8", shell: process.platform === "win32", timeout: 100_000 });
    const packed = join(place, `onnxruntime-web-${onnxRuntimeVersion}.tgz`);
    if (npm.status !== 0 || !existsSync(packed)) return `npm could not fetch onnxruntime-web ${onnxRuntimeVersion}: ${(npm.stderr ?? "").trim().split("\n").at(-1) ?? ""}`;
    const hash = `sha512-${createHash("sha512").update(readFileSync(packed)).digest("base64")}`;
    if (hash !== integrity) return `onnxruntime-web ${onnxRuntimeVersion} came with another hash than it should have: ${hash}`;
    const tar = spawnSync("tar", ["xzf", packed, "-C", place, ...files.map((file) => `package/dist/${file}`)], { encoding: "utf8" });
    if (tar.status !== 0) return `tar could not unpack onnxruntime-web: ${tar.stderr}`;
    // Another test may have been quicker.
    if (!existsSync(folder)) renameSync(join(place, "package", "dist"), folder);
    return null;
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
}

interface Ort {
  readonly env: { readonly wasm: { numThreads: number; wasmPaths: { mjs: string }; wasmBinary: Uint8Array } };
  readonly InferenceSession: { create(model: Uint8Array): Promise<{ run(feeds: object): Promise<Record<string, { dims: readonly number[]; data: Float32Array }>>; release(): Promise<void> }> };
  readonly Tensor: new (type: "float32", data: Float32Array, dims: readonly number[]) => object;
}
