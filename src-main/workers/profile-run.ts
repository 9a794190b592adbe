/** A run-spec and a dataset to a profile of its step, and what computes here at all. */

import { arithmeticOf, compile, executorFor, fit, narrowTo, nativeKernels, peakOf, prepare, profileStep, wasmFeatures } from "../../src-engine/index.ts";
import type { Dataset } from "../../src-engine/index.ts";
import { TrainingError } from "../../src-engine/spec/errors.ts";
import type { RunSpec } from "../contract/nouns.ts";
import type { Arithmetic, StepProfile, StepProfileOptions } from "../contract/step-profile.ts";

/** Throws what preparing and compiling throw: SpecError; TrainingError (noExecutor) for an executor that is not to be had. `clock`: monotonic milliseconds. */
export function profileRun(spec: RunSpec, dataset: Dataset, { executor = executorFor(32), mode = spec.train.mode }: StepProfileOptions, clock: () => number): StepProfile {
  const native = nativeKernels();
  if (executor === "native" && "reason" in native) throw new TrainingError("noExecutor", `the executor native is not to be had: ${native.reason}`, 0, "Take the executor wasm; descent doctor tells what this machine has.");
  const { train } = prepare(dataset, spec, 32);
  const rows = Math.min(spec.train.batchSize, train.rows);
  const plan = compile({ ...spec, input: dataset.shape }, { batchSize: rows, seed: spec.seed, executor, mode });
  plan.setLength({ epochs: spec.train.epochs, stepsPerEpoch: Math.ceil(train.rows / rows) });
  const found = profileStep(plan, train, { rows, clipping: spec.train, now: clock });
  const shared = { arithmetic: arithmeticOf(mode, executor), rows, peak: peakOf(executor, mode, clock) };
  if (found !== null) return { ...shared, ns: found.ns, operations: found.operations, note: null };
  const why = executor === "reference" ? "the reference has no programs: it is plain TypeScript" : "an augmentation changes each batch in TypeScript, so a step is run in pieces";
  let best = Infinity, from = clock(), steps = 0;
  for (const event of fit(plan, train, { epochs: Number.MAX_SAFE_INTEGER })) {
    if (event.kind !== "step") { from = clock(); continue; }
    best = Math.min(best, clock() - from);
    from = clock();
    if (++steps === 50) break;
  }
  return { ...shared, ns: 1e6 * best, operations: [], note: why };
}

/** Executors, their vectors, and what they could do at most. */
export function examineArithmetic(clock: () => number): Arithmetic {
  const found = nativeKernels();
  const wasm = wasmFeatures();
  const executors = [...("addon" in found ? ["native" as const] : []), ...(wasm.simd ? ["wasm" as const] : [])];
  return {
    used: arithmeticOf("exact"),
    native: "addon" in found ? found.addon.features() : { reason: found.reason },
    narrowTo: "addon" in found && found.addon.features().variants.length > 1 ? narrowTo() : null,
    wasm,
    peaks: executors.flatMap((executor) => (["exact", "fast"] as const).map((mode) => ({ arithmetic: arithmeticOf(mode, executor), gflops: peakOf(executor, mode, clock)! }))),
  };
}
