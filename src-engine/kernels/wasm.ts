/** The kernels in WebAssembly, four numbers at a time: the same bits as the reference in 32 bit, on the same bytes. Written in assembly/, compiled into kernels.wasm.ts. */

import type { Kernels, Vector } from "./kernels.ts";
import { wasmBytes } from "./kernels.wasm.ts";
import { reference } from "./reference.ts";

/** Whether this machine's JavaScript runs WebAssembly with vectors. */
export const canRunWasm = (): boolean => compiled() !== null;

/** Bytes that the kernels need behind the plan's own, to pack what they read: `roomBytes` of assembly/dense.ts. */
export const wasmRoom = 210_944;

/** Bytes of memory in all for a plan that needs `bytes`: whole pages, as WebAssembly counts. */
export const wasmSize = (bytes: number): number => Math.ceil((bytes + wasmRoom) / page) * page;

/**
 * A memory for a plan that needs `bytes`, of its final size, and the kernels that work in it. Every vector given to them must be a view of that memory: only
 * its place is passed on. What WebAssembly has no kernel for is the reference's, on the same bytes. Throws RangeError where WebAssembly or the memory cannot be had.
 */
export function wasm(bytes: number): { readonly memory: ArrayBuffer; readonly kernels: Kernels } {
  const module = compiled();
  if (module === null) throw new RangeError("this machine's JavaScript has no WebAssembly with vectors. Take the executor reference");
  const pages = wasmSize(bytes) / page;
  const memory = new WebAssembly.Memory({ initial: pages, maximum: pages });
  return { memory: memory.buffer, kernels: { ...slow, ...fast(new WebAssembly.Instance(module, { env: { memory } }).exports, memory.buffer, memory.buffer.byteLength - wasmRoom) } };
}

const page = 65_536;
const slow = reference(32);
/** The address that stands for "no bias". */
const none = -1;
/** Up to here whole numbers are singles; kernels that divide by a count leave larger ones to the reference. */
const mostCounted = 2 ** 24;

/** The exports by address. Everything that is worked out once for a call is worked out here, as in the reference; WebAssembly rounds what it is given to 32 bit. */
function fast(run: Exports, memory: ArrayBuffer, room: number): Partial<Kernels> {
  // An optimizer may multiply matrices of its own; everything else works on the plan's slices alone.
  const isHere = (v: Vector): boolean => v.buffer === memory;
  return {
    dense(x, w, b, y, m, n, c) {
      if (!(isHere(x) && isHere(w) && isHere(y) && (b === null || isHere(b)))) return slow.dense(x, w, b, y, m, n, c);
      run.dense(x.byteOffset, w.byteOffset, b === null ? none : b.byteOffset, y.byteOffset, m, n, c, room);
    },
    denseInput(dy, w, dx, m, n, c) {
      if (!(isHere(dy) && isHere(w) && isHere(dx))) return slow.denseInput(dy, w, dx, m, n, c);
      run.denseInput(dy.byteOffset, w.byteOffset, dx.byteOffset, m, n, c, room);
    },
    denseKernel(x, dy, dw, m, n, c) {
      if (!(isHere(x) && isHere(dy) && isHere(dw))) return slow.denseKernel(x, dy, dw, m, n, c);
      run.denseKernel(x.byteOffset, dy.byteOffset, dw.byteOffset, m, n, c, room);
    },
    columnSums(x, sums, m, c) { run.columnSums(x.byteOffset, sums.byteOffset, m, c); },

    relu(x, y, n) { run.relu(x.byteOffset, y.byteOffset, n); },
    reluBackward(x, dy, dx, n) { run.reluBackward(x.byteOffset, dy.byteOffset, dx.byteOffset, n); },
    tanhBackward(y, dy, dx, n) { run.tanhBackward(y.byteOffset, dy.byteOffset, dx.byteOffset, n); },
    sigmoidBackward(y, dy, dx, n) { run.sigmoidBackward(y.byteOffset, dy.byteOffset, dx.byteOffset, n); },
    dropout(x, mask, y, n, keep) { run.dropout(x.byteOffset, mask.byteOffset, y.byteOffset, n, keep); },

    moments(x, mean, variance, r, c) {
      if (r > mostCounted) slow.moments(x, mean, variance, r, c);
      else run.moments(x.byteOffset, mean.byteOffset, variance.byteOffset, r, c);
    },
    normalize(x, mean, variance, scale, shift, normalized, y, r, c, epsilon) {
      run.normalize(x.byteOffset, mean.byteOffset, variance.byteOffset, scale.byteOffset, shift.byteOffset, normalized.byteOffset, y.byteOffset, r, c, epsilon);
    },
    normalizeBackward(dy, normalized, variance, scale, dscale, dshift, dx, r, c, epsilon) {
      if (r > mostCounted) slow.normalizeBackward(dy, normalized, variance, scale, dscale, dshift, dx, r, c, epsilon);
      else run.normalizeBackward(dy.byteOffset, normalized.byteOffset, variance.byteOffset, scale.byteOffset, dscale.byteOffset, dshift.byteOffset, dx === null ? none : dx.byteOffset, dx === null ? 0 : 1, r, c, epsilon);
    },
    average(kept, fresh, n, retention) { run.average(kept.byteOffset, fresh.byteOffset, n, retention, 1 - retention); },

    meanSquaredError: (z, y, dz, n) => (n > mostCounted ? slow.meanSquaredError(z, y, dz, n) : run.meanSquaredError(z.byteOffset, y.byteOffset, dz.byteOffset, n)),
    l2: (w, g, n, a) => run.l2(w.byteOffset, g.byteOffset, n, a),

    sgdUpdate(p, g, from, to, a) { run.sgdUpdate(place(p, from), place(g, from), to - from, a); },
    momentumUpdate(p, g, v, from, to, a, b, c) { run.momentumUpdate(place(p, from), place(g, from), place(v, from), to - from, a, b, c); },
    adamUpdate(p, g, m, v, from, to, a, b1, c1, b2, c2, correction, epsilon) {
      run.adamUpdate(place(p, from), place(g, from), place(m, from), place(v, from), to - from, a, b1, c1, b2, c2, correction, epsilon);
    },
  };
}

const place = (v: Vector, from: number): number => v.byteOffset + 4 * from;

type Name = "dense" | "denseInput" | "denseKernel" | "columnSums" | "relu" | "reluBackward" | "tanhBackward" | "sigmoidBackward" | "dropout" | "moments" | "normalize" | "normalizeBackward"
  | "average" | "meanSquaredError" | "l2" | "sgdUpdate" | "momentumUpdate" | "adamUpdate";
type Exports = Readonly<Record<Name, (...numbers: number[]) => number>>;

/** Compiled when first asked for, once for all plans of a thread; null where it cannot be. */
let program: object | null | undefined;

function compiled(): object | null {
  if (program === undefined) {
    const text = atob(wasmBytes);
    const bytes = Uint8Array.from({ length: text.length }, (_, i) => text.charCodeAt(i));
    program = typeof WebAssembly === "object" && WebAssembly.validate(bytes) ? new WebAssembly.Module(bytes) : null;
  }
  return program;
}

// What is used of the host: the engine's types know no browser and no Node.
declare const WebAssembly: {
  validate(bytes: Uint8Array): boolean;
  readonly Module: new (bytes: Uint8Array) => object;
  readonly Memory: new (pages: { readonly initial: number; readonly maximum: number }) => { readonly buffer: ArrayBuffer };
  readonly Instance: new (program: object, imports: { readonly env: { readonly memory: object } }) => { readonly exports: Exports };
};
declare function atob(text: string): string;
