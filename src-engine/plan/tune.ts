/** Measures what depends on the machine and changes no exact number: which of its vectors a network of a given width is quicker with. Reads the time that it is handed. */

import { dense } from "../nn/layers/dense.ts";
import { mse } from "../nn/losses.ts";
import { tanh } from "../nn/layers/activations.ts";
import { nativeKernels, only, useNative } from "../kernels/native.ts";
import type { NativeAddon, Variant } from "../kernels/native.ts";
import { momentum } from "../optim/momentum.ts";
import { rng } from "../rng.ts";
import { compile } from "./compile.ts";

/** Widths that are tried, narrow to wide; a batch is small, as with networks so narrow. */
const widths = [4, 8, 12, 16, 24, 32, 48, 64], rows = 16;
/** Steps of one measurement, and how often it is taken. */
const steps = 64, tries = 7;

/**
 * The widest layer up to which the second widest vectors of this processor are quicker than the widest; 0 where they never are, null where there is no choice.
 * Takes some ten milliseconds. `now`: milliseconds that only go on.
 */
export function narrowestChoice(now: () => number): number | null {
  const found = nativeKernels();
  if ("reason" in found) return null;
  const [wide, narrow] = found.addon.features().variants;
  if (wide === undefined || narrow === undefined) return null;
  try {
    let limit = 0;
    for (const width of widths) {
      const [byWide, byNarrow] = [wide, narrow].map((variant) => stepMs(found.addon, variant, width, now)) as [number, number];
      if (byNarrow > byWide) break;
      limit = width;
    }
    return limit;
  } finally {
    useNative(found);
  }
}

/** The shortest measurement of a few steps of a network whose layers have this width, in the mode that runs have unless they ask for the other. */
function stepMs(addon: NativeAddon, variant: Variant, width: number, now: () => number): number {
  useNative({ addon: only(addon, variant) });
  const stream = rng(1).stream("tune");
  const numbers = (length: number): Float64Array => Float64Array.from({ length }, () => stream.normal());
  const plan = compile({ input: [width], layers: [dense({ units: width }), tanh(), dense({ units: width }), tanh(), dense({ units: 1 })], loss: mse(), optimizer: momentum() }, { batchSize: rows, seed: 1, executor: "native", mode: "exact" });
  const program = plan.program({ rows: 4 * rows, x: numbers(4 * rows * width), y: numbers(4 * rows) }, rows, {})!;
  let best = Infinity;
  for (let i = 0; i < tries; i++) {
    const from = now();
    program.whole(steps);
    best = Math.min(best, now() - from);
  }
  return best;
}
