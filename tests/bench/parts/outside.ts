/** The share of a real run of C that is spent outside kernels: what `descent run` does on its worker thread, with every call of a program timed. */

import { loadNative, nativeKernels, useNative } from "../../../src-engine/node.ts";
import type { Dataset } from "../../../src-engine/node.ts";
import { describeCatalog } from "../../../src-engine/index.ts";
import { checkRunSpec } from "../../../src-engine/spec/run-spec.ts";
import { train } from "../../../src-main/workers/training.ts";
import { median } from "../report.ts";
import { rowsOf } from "../rows.ts";
import { workload } from "./alone.ts";
import type { Bench, PartResult } from "./parts.ts";

const epochs = 6;

export function outside({ log, options: { rounds } }: Bench): Promise<PartResult> {
  useNative(loadNative());
  const native = nativeKernels();
  if ("reason" in native) {
    log(`  not measured: ${native.reason}`);
    return Promise.resolve({ found: null, isAgreed: true });
  }
  let inKernels = 0;
  useNative({ addon: {
    features: () => native.addon.features(),
    attach(bytes, variant, isFast) {
      const run = native.addon.attach(bytes, variant, isFast);
      return (call) => {
        const from = performance.now();
        const status = run(call);
        inKernels += performance.now() - from;
        return status;
      };
    },
  } });
  const dataset = datasetOfC();
  const found = (["exact", "fast"] as const).map((mode) => {
    const spec = specOfC(mode);
    const shares = Array.from({ length: rounds }, () => {
      let begun = 0;
      inKernels = 0;
      // From the first event on: preparing the data and compiling come before training.
      const word = new Int32Array(new SharedArrayBuffer(4));
      let before = 0;
      train(spec, dataset, word, { clock: () => performance.now(), report: () => undefined, save: () => undefined, asked: () => null, changed: () => undefined, after() { if (begun === 0) { begun = performance.now(); before = inKernels; } } });
      const took = performance.now() - begun;
      return { seconds: took / 1000, share: 1 - (inKernels - before) / took };
    });
    const share = median(shares.map((one) => one.share));
    log(`  native ${mode}: ${(100 * share).toFixed(1)} % of ${median(shares.map(({ seconds }) => seconds)).toFixed(2)} s, ${epochs} epochs of C with its measurements, reports and weight hashes`);
    return { mode, share, shares };
  });
  useNative(native);
  return Promise.resolve({ found, isAgreed: true });
}

function specOfC(mode: "exact" | "fast") {
  const { model, batchSize } = workload("C");
  const { spec } = checkRunSpec({ data: { kind: "sample", name: "digits" }, split: { kind: "random", validation: 0.1, test: 0 }, scaling: { kind: "none" }, layers: model.layers, loss: model.loss, optimizer: model.optimizer, train: { epochs, batchSize, mode } }, describeCatalog());
  return spec!;
}

function datasetOfC(): Dataset {
  const { rows, x, y } = rowsOf(workload("C"));
  const f = x.length / rows;
  return { name: "C", rows, shape: [f], featureNames: Array.from({ length: f }, (_, j) => `x${j}`), targetName: "label", task: "classes", classes: Array.from({ length: 10 }, (_, k) => String(k)), x: Float64Array.from(x), y: Float64Array.from(y) };
}
