/** The run-spec's training and augmentation: old specs mean what they meant, new keys are checked to the bottom, and against the data. */

import { describe, expect, it } from "vitest";
import { checkAgainstData, checkRunSpec, compile, describeCatalog, fit, generate, prepare, saveCheckpoint } from "../../src-engine/index.ts";
import type { DataFacts, FitOptions, RunSpec } from "../../src-engine/index.ts";

const complete = (raw: object): RunSpec => {
  const { spec, problems } = checkRunSpec(raw, describeCatalog());
  expect(problems).toEqual([]);
  return spec!;
};
const problemsOf = (raw: object): string[] => checkRunSpec(raw, describeCatalog()).problems.map(({ path, message }) => `${path} ${message}`);

describe("a spec from before there was more to say of training", () => {
  const old = { version: 1, data: { kind: "blobs", samples: 60 }, layers: [{ kind: "dense", units: 4 }, { kind: "relu" }, { kind: "dropout" }, { kind: "dense", units: 3 }], train: { epochs: 2, batchSize: 16, openTest: false } };

  it("is still right, and its defaults turn nothing on", () => {
    const spec = complete(old);
    expect(spec.augment).toEqual([]);
    expect(spec.train).toEqual({ epochs: 2, batchSize: 16, accumulate: 1, balanced: false, dropLast: false, clipNorm: null, clipSliceNorm: null, clipValue: null, earlyStopping: null, mode: "exact", recordEvery: 0, checkpoints: { save: 30, every: 0, best: 1, metric: "" }, openTest: false });
  });

  it("trains to the same bits with its defaults written out and without them", () => {
    const spec = complete(old);
    const dataset = generate(spec.data);
    const { train } = prepare(dataset, spec);
    const end = (options: FitOptions, augment: RunSpec["augment"] | undefined) => {
      const plan = compile({ input: dataset.shape, layers: spec.layers, loss: spec.loss, optimizer: spec.optimizer, ...(augment === undefined ? {} : { augment }) }, { batchSize: 16, seed: spec.seed });
      for (const _ of fit(plan, train, options));
      return saveCheckpoint(plan);
    };
    expect(end({ ...spec.train }, spec.augment)).toEqual(end({ epochs: 2 }, undefined));
  });
});

describe("early stopping", () => {
  it("takes its own defaults once it is asked for", () => {
    expect(complete({ train: { earlyStopping: {} } }).train.earlyStopping).toEqual({ metric: "validation/loss", patience: 8, minDelta: 0, restoreBest: true });
    expect(complete({ train: { clipNorm: 1, earlyStopping: { metric: "validation/loss", patience: 3 } } }).train).toMatchObject({ clipNorm: 1, earlyStopping: { patience: 3 } });
  });
});

it.each([
  [{ train: { earlyStopping: { patience: 0 } } }, "train.earlyStopping.patience must be a whole number in [1, 1000000]; got 0 (default 8)"],
  [{ train: { earlyStopping: { wait: 3 } } }, "train.earlyStopping.wait is not a parameter here; known: metric, patience, minDelta, restoreBest"],
  [{ train: { earlyStopping: true } }, "train.earlyStopping must be an object with the keys metric, patience, minDelta, restoreBest; got true"],
  [{ train: { clipNorm: 0 } }, "train.clipNorm must be a number in (0, ∞); got 0 (default 1)"],
  [{ train: { clipValue: -1 } }, "train.clipValue must be a number in (0, ∞); got -1 (default 1)"],
  [{ train: { clipSliceNorm: "1" } }, 'train.clipSliceNorm must be a number in (0, ∞); got "1" (default 1)'],
  [{ train: { accumulate: 0 } }, "train.accumulate must be a whole number in [1, 100000]; got 0 (default 1)"],
  [{ train: { recordEvery: -1 } }, "train.recordEvery must be a whole number in [0, 1000000]; got -1 (default 0)"],
  [{ train: { modes: "fast" } }, "train.modes is not a parameter here"],
  [{ augment: [{ kind: "shift", pixels: 1.5 }] }, "augment.0.pixels must be a whole number in [0, 1024]; got 1.5 (default 1)"],
  [{ augment: { kind: "shift" } }, 'augment must be a list; got {"kind":"shift"}'],
])("%j is refused: %s", (raw, sentence) => {
  expect(problemsOf(raw)).toEqual([expect.stringContaining(sentence)]);
});

describe("against the data", () => {
  const facts: DataFacts = { shape: [8, 8, 1], task: "classes", classes: 10, trainRows: 100, validationRows: 20, testRows: 20 };
  const check = (raw: object, data: Partial<DataFacts> = {}) => checkAgainstData(complete({ layers: [{ kind: "dense", units: 10 }], ...raw }), { ...facts, ...data }).map(({ path, message, cure }) => [`${path} ${message}`, cure]);
  const number = { layers: [{ kind: "dense", units: 1 }], loss: { kind: "mse" } };

  it("what fits passes", () => {
    expect(check({ augment: [{ kind: "shift" }, { kind: "mixup" }], metrics: [{ kind: "accuracy" }], train: { balanced: true, earlyStopping: { metric: "validation/accuracy" } } })).toEqual([]);
    expect(check({ ...number, augment: [{ kind: "noise" }, { kind: "mixup" }] }, { shape: [3], task: "number", classes: null })).toEqual([]);
  });

  it.each([
    ["a metric that nobody measures", { train: { earlyStopping: { metric: "validation/accuracy" } } }, {}, ["train.earlyStopping.metric must be one of validation/loss, train/loss; got validation/accuracy", "validation/loss"]],
    ["a validation metric without validation rows", { split: { kind: "stratified", validation: 0 }, train: { earlyStopping: {} } }, { validationRows: 0 }, ["train.earlyStopping.metric must be one of train/loss, for there are no validation rows; got validation/loss", "train/loss"]],
    ["balance without classes", { ...number, train: { balanced: true } }, { task: "number", classes: null }, ["train.balanced needs class labels, but the data's target is a number", false]],
    ["changes of pictures where there are none", { augment: [{ kind: "noise" }, { kind: "rotate" }] }, { shape: [64] }, ["augment.1.kind rotate is for images, rows of height × width × channels; a row here has the shape 64. Give the data their image shape, or use noise", undefined]],
  ] as const)("%s", (_, raw, data, problem) => {
    expect(check(raw, data)).toEqual([problem]);
  });
});
