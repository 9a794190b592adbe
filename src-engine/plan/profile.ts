/** Where the time of a step goes: every operation of its program measured by itself, and the step as a whole. Reads the time that it is handed. */

import type { Part } from "../data/prepare.ts";
import type { Vector, Window } from "../kernels/kernels.ts";
import type { Listed } from "../kernels/recorder.ts";
import type { Slice } from "./arena.ts";
import type { Clipping, Plan } from "./plan.ts";

/** One operation of a step, measured. */
export interface ProfiledOperation {
  /** The kernel, as `Kernels` names it, or what the interpreter does: gather, total, check … */
  readonly operation: string;
  /** Which executor ran it. */
  readonly executor: Plan["executor"];
  /** What it is about: the slice that it writes, such as "0/kernel" among the gradients; empty where it writes none. */
  readonly about: string;
  /** Nanoseconds of one call: the shortest of several measurements. */
  readonly ns: number;
  /** Multiplications and additions of products; 0 for other operations. */
  readonly flops: number;
  /** Bytes of the vectors it is given. */
  readonly bytes: number;
}

/** A whole step, and the operations of its program in their order. */
export interface StepProfile {
  readonly rows: number;
  /** Nanoseconds of a whole step, in one call with others: the shortest of several measurements. What operations add up to differs: their data are warmer when they run by themselves. */
  readonly ns: number;
  readonly operations: readonly ProfiledOperation[];
}

/** Measurements of each, and how long one should take at least, in milliseconds: the clock's own steps must not count. */
const tries = 5, leastMs = 0.5;

/**
 * Profiles a step of m rows. The plan is trained by it in no sensible way: it is not to be used afterwards. `now`: milliseconds that only go on. Null where steps
 * are not run as programs (the reference executor, an optimizer of one's own, augmentation): each kernel is then called by itself.
 */
export function profileStep(plan: Plan, part: Part, { rows, clipping, now }: { readonly rows: number; readonly clipping: Clipping; readonly now: () => number }): StepProfile | null {
  const program = plan.program(part, rows, clipping);
  if (program === null) return null;
  const shortest = (run: (times: number) => void): number => {
    let times = 1;
    for (;;) {
      const from = now();
      run(times);
      const took = now() - from;
      if (took >= leastMs || times >= 1e6) break;
      times = Math.ceil(times * Math.min(100, Math.max(2, (1.5 * leastMs) / Math.max(took, 0.001))));
    }
    let best = Infinity;
    for (let i = 0; i < tries; i++) {
      const from = now();
      run(times);
      best = Math.min(best, (now() - from) / times);
    }
    return 1e6 * best;
  };
  // Operations first: WebAssembly is compiled well only once it has run for a while.
  const operations = program.listing.map((one) => ({
    operation: one.op, executor: plan.executor, about: aboutOf(one, plan.slices),
    ns: shortest((times) => { program.alone(one, times); }), flops: flopsOf(one), bytes: bytesOf(one),
  }));
  return { rows, ns: shortest((times) => { program.whole(times); }), operations };
}

const isVector = (arg: unknown): arg is Vector => ArrayBuffer.isView(arg);

/** Gradients, outputs and parameters by what lies at the address; the last vector that has a name is what most kernels write. */
function aboutOf({ args }: Listed, slices: readonly Slice[]): string {
  const named = args.filter(isVector).map((v) => slices.find(({ view }) => view.byteOffset === v.byteOffset)).filter((slice) => slice !== undefined);
  const last = named.at(-1);
  return last === undefined ? "" : `${last.role} ${last.name}`;
}

/** The kernels that add up products, by what m, n, c or a window say. */
function flopsOf({ op, args }: Listed): number {
  switch (op) {
    case "dense": case "denseRelu": return 2 * product(args.slice(4, 7));
    case "denseInput": case "denseKernel": return 2 * product(args.slice(3, 6));
    case "denseInputRelu": return 2 * product(args.slice(4, 7));
    case "conv2d": case "conv2dRelu": return convolution(args[4] as number, args[5] as Window, args[6] as number, args[7] as number);
    case "conv2dReluMaxPool": return convolution(args[6] as number, args[7] as Window, args[8] as number, args[9] as number);
    case "maxPoolConv2dKernel": return convolution(args[7] as number, args[9] as Window, args[10] as number, args[11] as number);
    case "conv2dInput": case "conv2dKernel": return convolution(args[3] as number, args[4] as Window, args[5] as number, args[6] as number);
    default: return 0;
  }
}

const product = (sides: readonly unknown[]): number => (sides as readonly number[]).reduce((all, side) => all * side, 1);

/** As if the padding were there. */
const convolution = (m: number, { outHeight, outWidth, kernelHeight, kernelWidth, channels }: Window, filters: number, groups: number): number =>
  2 * m * outHeight * outWidth * filters * kernelHeight * kernelWidth * (channels / groups);

const bytesOf = ({ args }: Listed): number => args.filter(isVector).reduce((sum, { byteLength }) => sum + byteLength, 0);
