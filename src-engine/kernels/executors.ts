/** Who does the arithmetic: each executor has the same kernels on the same layout of memory, and in exact mode the same bits. */

import type { Kernels, Precision } from "./kernels.ts";
import { reference } from "./reference.ts";
import { canRunWasm, wasm, wasmSize } from "./wasm.ts";

/** `reference`: plain TypeScript, the definition of right; `wasm`: WebAssembly with vectors, the same bits. */
export type Executor = "reference" | "wasm";

/** The fastest executor that this machine has for a precision. */
export const executorFor = (precision: Precision): Executor => (precision === 32 && canRunWasm() ? "wasm" : "reference");

/** Bytes of memory in all for a plan that needs `bytes`. */
export const memorySize = (executor: Executor, bytes: number): number => (executor === "wasm" ? wasmSize(bytes) : bytes);

/** A memory for a plan that needs `bytes`, zeros, of its final size, and the executor's kernels on it. Throws RangeError where there is none such. */
export function hire(executor: Executor, precision: Precision, bytes: number): { readonly memory: ArrayBuffer; readonly kernels: Kernels } {
  if (executor === "reference") return { memory: new ArrayBuffer(bytes), kernels: reference(precision) };
  if (precision !== 32) throw new RangeError(`the executor wasm computes in 32 bit; got ${precision}. Take the executor reference`);
  return wasm(bytes);
}
