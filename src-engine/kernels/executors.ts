/** Who does the arithmetic: each executor has the same kernels on the same layout of memory, and in exact mode the same bits. */

import { Heap, mostBytes } from "./heap.ts";
import type { Kernels, Precision } from "./kernels.ts";
import { nativeKernels, variantFor } from "./native.ts";
import type { Variant } from "./native.ts";
import { cell, Recorder } from "./recorder.ts";
import type { Run } from "./recorder.ts";
import { reference } from "./reference.ts";
import { reservedBytes, wasmFeatures, wasmRun } from "./wasm.ts";

/** `reference`: plain TypeScript, the definition of right; `wasm`: WebAssembly with vectors; `native`: compiled for this kind of processor, where it could be loaded. */
export type Executor = "reference" | "wasm" | "native";

/**
 * `exact`: every operation rounded by itself, sums in a fixed order: the same bits whoever computes. `fast`: operations may be fused and sums split, so that bits
 * are those of one executor on one kind of processor.
 */
export type ArithmeticMode = "exact" | "fast";

/** The fastest executor that this machine has for a precision. */
export function executorFor(precision: Precision): Executor {
  if (precision === 64) return "reference";
  if ("addon" in nativeKernels()) return "native";
  return wasmFeatures().simd ? "wasm" : "reference";
}

/** The executor that a run takes, its mode, and in fast mode what its bits depend on: "native exact", "native fast (AMD EPYC: avx512, avx512vl, avx2)", "wasm fast (relaxed)". */
export function arithmeticOf(mode: ArithmeticMode, executor: Executor = executorFor(32)): string {
  if (mode === "exact" || executor === "reference") return `${executor} exact`;
  const found = nativeKernels();
  if (executor === "wasm" || "reason" in found) return `wasm fast${wasmFeatures().relaxed ? " (relaxed)" : ""}`;
  const { cpu, variants } = found.addon.features();
  return `native fast (${cpu === "" ? "" : `${cpu}: `}${variants.join(", ")})`;
}

/** What a plan computes with. `at`: the first byte of its own memory; recorder and heap where programs are run. */
export interface Hired { readonly memory: ArrayBufferLike; readonly at: number; readonly kernels: Kernels; readonly recorder: Recorder | null; readonly heap: Heap | null }

/** Whether a plan that needs so many bytes can be had at all: beside it lie its programs and their room. */
export const fits = (bytes: number): boolean => bytes <= mostBytes - 2 ** 24;

/**
 * A memory of zeros for a plan that needs `bytes`, and the executor's kernels on it. `widest`: numbers in a row of its widest layer. Throws RangeError where the
 * executor or the memory cannot be had.
 */
export function hire(executor: Executor, mode: ArithmeticMode, precision: Precision, bytes: number, widest = Infinity): Hired {
  if (executor === "reference") return { memory: new ArrayBuffer(bytes), at: 0, kernels: reference(precision), recorder: null, heap: null };
  if (precision !== 32) throw new RangeError(`the executor ${executor} computes in 32 bit; got ${precision}. Take the executor reference`);
  const heap = new Heap(reservedBytes, bytes + 2 ** 22);
  const at = heap.allocate(bytes);
  const recorder = new Recorder(heap, executor === "native" ? native(heap, mode, widest) : webAssembly(heap, mode));
  return { memory: heap.buffer, at, kernels: recorder.kernels, recorder, heap };
}

function webAssembly(heap: Heap, mode: ArithmeticMode): Run {
  const run = wasmRun(heap, mode);
  if (run === null) throw new RangeError("this machine's JavaScript has no WebAssembly with vectors. Take the executor reference");
  return run;
}

function native(heap: Heap, mode: ArithmeticMode, widest: number): Run {
  const found = nativeKernels();
  if ("reason" in found) throw new RangeError(`the executor native is not to be had: ${found.reason} Take the executor wasm`);
  return found.addon.attach(new Uint8Array(heap.buffer), variantFor(found.addon.features().variants, widest), mode === "fast");
}

/** Rounds of `peak`, and what one of them multiplies and adds for each lane of a vector: source/program.c. */
const rounds = 20_000, perLane = 24;
const lanesOf: Readonly<Record<Variant, number>> = { avx512: 16, avx512vl: 8, avx2: 8, neon: 4 };

/**
 * What this processor could do at most by an executor's widest vectors, in 10⁹ multiplications and additions a second: the best of some short measurements on
 * registers alone. `now`: milliseconds that only go on. Null for the reference, which has no vectors.
 */
export function peakOf(executor: Executor, mode: ArithmeticMode, now: () => number): number | null {
  if (executor === "reference") return null;
  const { recorder } = hire(executor, mode, 32, 0);
  const found = nativeKernels();
  const lanes = executor === "native" && "addon" in found ? lanesOf[found.addon.features().variants[0]!] : 4;
  const program = recorder!.record(() => { recorder!.control("peak", rounds, cell.result); });
  let best = Infinity;
  for (let i = 0; i < 40; i++) {
    const from = now();
    recorder!.run(program);
    // The first ones may be run by code that is not yet compiled well.
    if (i >= 10) best = Math.min(best, now() - from);
  }
  return (rounds * perLane * lanes) / (1e6 * best);
}
