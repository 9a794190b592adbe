/** Programs run by WebAssembly, on vectors of four numbers. Compiled from source/ into programs.wasm.ts; there for every machine. */

import type { Heap, SharedMemory } from "./heap.ts";
import { relaxedBytes, wasmBase, wasmBytes } from "./programs.wasm.ts";
import type { Run } from "./recorder.ts";

/** The first byte of a memory that is not the program's own: below lie its stack and its constants. */
export const reservedBytes = wasmBase;

/** What this machine's JavaScript runs: vectors, and relaxed ones, which fuse a multiplication with an addition where the processor does. */
export const wasmFeatures = (): { readonly simd: boolean; readonly relaxed: boolean } => ({ simd: plain() !== null, relaxed: relaxed() !== null });

/** The program in this mode, on this memory; null where WebAssembly has no vectors here. Fast mode takes relaxed vectors where there are some. */
export function wasmRun(heap: Heap, mode: "exact" | "fast"): Run | null {
  const module = (mode === "fast" ? relaxed() : null) ?? plain();
  if (module === null) return null;
  const { exports } = new WebAssembly.Instance(module, { env: { memory: heap.memory } });
  const run = mode === "fast" ? exports.run_fast : exports.run_exact;
  // The base of the memory is byte 0 there; what comes back is a whole number.
  return (call) => run(0, call);
}

/** Compiled when first asked for, once for all plans of a thread; null where it cannot be. */
function once(text: () => string): () => object | null {
  let module: object | null | undefined;
  return () => {
    if (module === undefined) {
      const binary = atob(text());
      const bytes = Uint8Array.from({ length: binary.length }, (_, i) => binary.charCodeAt(i));
      module = typeof WebAssembly === "object" && WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
    }
    return module;
  };
}
const plain = once(wasmBytes);
const relaxed = once(relaxedBytes);

// What is used of the host: the engine's types know no browser and no Node.
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Instance: new (program: object, imports: { readonly env: { readonly memory: SharedMemory } }) => { readonly exports: Readonly<Record<"run_exact" | "run_fast", (base: number, call: number) => number>> };
};
declare function atob(text: string): string;
