/** Whether native kernels compute on this very processor what the reference defines. Quick enough for every start: a few steps of a small network. */

import { nativeKernels, only, useNative } from "../kernels/native.ts";
import type { Native } from "../kernels/native.ts";
import type { ArithmeticMode, Executor } from "../kernels/executors.ts";
import { compile } from "../plan/compile.ts";
import { weightBytes } from "../plan/checkpoint.ts";
import type { Model } from "../plan/model.ts";
import { rng } from "../rng.ts";
import { fit } from "../train/fit.ts";

/** A layer of most kinds of kernel: convolution, batch statistics, products narrow and wide, elementary functions, chance. */
const model: Model = {
  input: [6, 6, 2],
  layers: [
    { kind: "conv2d", filters: 5, padding: 1 }, { kind: "batchNorm" }, { kind: "relu" }, { kind: "maxPool" },
    { kind: "dense", units: 33 }, { kind: "tanh" }, { kind: "dropout" }, { kind: "dense", units: 17 }, { kind: "silu" }, { kind: "dense", units: 3 },
  ],
  loss: { kind: "softmaxCrossEntropy" }, optimizer: { kind: "adamw" }, regularizer: { kind: "l2" },
};
const rows = 20, epochs = 2, batchSize = 8;

/** What the reference comes to: the hash of the weights, and without dropout, whose masks fast mode draws otherwise, the loss of the last step. A test asks it again. */
export const expected = { weights: "5d7b7974", loss: 0.7272188067436218 } as const;
/** Fast mode may differ in that loss by this share: some hundred roundings of 6e-8, six updates later. */
const fastTolerance = 1e-3;

/** The hash of the weights and the loss of the last step, after a few steps of the network; in fast mode without dropout. */
export function trainedBriefly(executor: Executor, mode: ArithmeticMode): { readonly weights: string; readonly loss: number } {
  const stream = rng(1).stream("self-test");
  const x = Float64Array.from({ length: rows * 72 }, () => stream.normal());
  const part = { rows, x, y: Float64Array.from({ length: rows }, () => stream.below(3)) };
  const layers = model.layers.filter(({ kind }) => mode === "exact" || kind !== "dropout");
  const plan = compile({ ...model, layers }, { batchSize, seed: 1, executor, mode });
  let loss = Number.NaN;
  for (const event of fit(plan, part, { epochs, together: 2, clipNorm: 1 })) if (event.kind === "steps") loss = event.loss.at(-1)!;
  return { weights: hash(weightBytes(plan)), loss };
}

/** The same native kernels, or why they are not to be used. Leaves in use what was in use before. */
export function tested(found: Native): Native {
  if ("reason" in found) return found;
  const before = nativeKernels();
  try {
    for (const variant of found.addon.features().variants) {
      useNative({ addon: only(found.addon, variant) });
      const exact = trainedBriefly("native", "exact");
      if (exact.weights !== expected.weights) return { reason: `The native kernels failed their self-test: ${variant} came to the weights ${exact.weights}, the reference comes to ${expected.weights}.` };
      const fast = trainedBriefly("native", "fast");
      if (!(Math.abs(fast.loss - expected.loss) <= fastTolerance * expected.loss)) return { reason: `The native kernels failed their self-test: ${variant} in fast mode came to the loss ${fast.loss}, the reference comes to ${expected.loss}.` };
    }
    return found;
  } catch (error) {
    return { reason: `The native kernels failed their self-test: ${(error as Error).message}` };
  } finally {
    useNative(before);
  }
}

/** 32-bit FNV-1a. */
function hash(bytes: Uint8Array): string {
  let h = 0x811c9dc5;
  for (const byte of bytes) h = Math.imul(h ^ byte, 0x01000193);
  return (h >>> 0).toString(16).padStart(8, "0");
}
