/** From a model to a plan: the layout of its memory, shapes before training, and every problem with its path. */

import { describe, expect, it } from "vitest";
import { SpecError, accuracy, adam, batchNorm, binaryCrossEntropy, checkAgainstData, checkRunSpec, compile, dense, describeCatalog, dropout, l2, momentum, mse, noRegularizer, relu, rmse, sgd, shapesOf, softmaxCrossEntropy } from "../../src-engine/index.ts";
import type { DataFacts, Model, RunSpec } from "../../src-engine/index.ts";
import { misses } from "../support/close.ts";

const model: Model = { input: [8, 8, 1], layers: [dense({ units: 5 }), batchNorm(), relu(), dropout(), dense({ units: 3 })], loss: softmaxCrossEntropy(), optimizer: adam() };

function problemsOf(f: () => unknown): string[] {
  try {
    f();
  } catch (error) {
    expect(error).toBeInstanceOf(SpecError);
    return (error as Error).message.split("\n");
  }
  return [];
}

describe.each([32, 64] as const)("the memory, in %i bit", (precision) => {
  const { slices, parameters } = compile(model, { batchSize: 7, seed: 1, precision });

  it("is one buffer, carved without overlap, every slice on a 16-byte boundary", () => {
    expect(new Set(slices.map(({ view }) => view.buffer)).size).toBe(1);
    let end = 0;
    for (const { name, offset, view, shape } of slices) {
      expect(offset % 16, name).toBe(0);
      expect(view.byteOffset, name).toBe(offset);
      expect(offset - end, name).toBeGreaterThanOrEqual(0);
      expect(offset - end, name).toBeLessThan(16);
      expect(view.length, name).toBe(shape.reduce((product, n) => product * n, 1));
      end = offset + view.byteLength;
    }
  });

  it("has the parameters that decay first, and gradients and slots in the same layout", () => {
    const params = slices.filter(({ role }) => role === "param");
    expect(params.map(({ name }) => name)).toEqual(["0/kernel", "4/kernel", "0/bias", "1/scale", "1/shift", "4/bias"]);
    const relative = (of: typeof slices) => of.map(({ offset, shape }) => [offset - of[0]!.offset, shape]);
    const slots = slices.filter(({ role }) => role === "slot");
    expect(relative(slices.filter(({ role }) => role === "grad"))).toEqual(relative(params));
    expect(relative(slots.filter(({ name }) => name.endsWith("/m")))).toEqual(relative(params));
    expect(relative(slots.filter(({ name }) => name.endsWith("/v")))).toEqual(relative(params));
    expect(parameters).toBe(64 * 5 + 5 + 5 + 5 + 5 * 3 + 3);
  });

  it("starts kernels at random, biases and shifts at 0, scales and running variances at 1", () => {
    const start = (role: string, name: string) => new Set(slices.find((slice) => slice.role === role && slice.name === name)!.view);
    expect(start("param", "0/kernel").size).toBeGreaterThan(300);
    for (const name of ["0/bias", "1/shift", "4/bias"]) expect(start("param", name)).toEqual(new Set([0]));
    expect(start("param", "1/scale")).toEqual(new Set([1]));
    expect(start("statistic", "1/mean")).toEqual(new Set([0]));
    expect(start("statistic", "1/variance")).toEqual(new Set([1]));
  });
});

it("the gaps between slices hold zeros after training steps too, for every optimizer", () => {
  for (const optimizer of [sgd(), momentum(), momentum({ form: "classic" }), adam()]) {
    const plan = compile({ ...model, optimizer, regularizer: l2() }, { batchSize: 4, seed: 1 });
    plan.gather({ rows: 4, x: Float64Array.from({ length: 256 }, (_, i) => Math.sin(i)), y: Float64Array.of(0, 1, 2, 0) }, null, 0, 4);
    for (let t = 0; t < 3; t++) {
      plan.gradient(4, "train");
      plan.update(0.01);
    }
    // Behind the last slice lies what is not the plan's: the room of the executor.
    const last = plan.slices.at(-1)!;
    const whole = new Float32Array(last.view.buffer, 0, 4 * Math.ceil((last.offset / 4 + last.view.length) / 4));
    const owned = new Uint8Array(whole.length);
    for (const { offset, view } of plan.slices) owned.fill(1, offset / 4, offset / 4 + view.length);
    const gaps = [...whole].filter((_, i) => owned[i] === 0);
    expect(gaps.length).toBeGreaterThan(0);
    expect(new Set(gaps)).toEqual(new Set([0]));
  }
});

it("a layer's own regularizer stands in for the model's, and none takes it away", () => {
  const penalty = (own: Parameters<typeof dense>[0]) => {
    const plan = compile({ input: [2], layers: [dense({ units: 3, ...own })], loss: softmaxCrossEntropy(), optimizer: sgd(), regularizer: l2({ lambda: 1 }) }, { batchSize: 2, seed: 1, precision: 64 });
    plan.gather({ rows: 2, x: Float64Array.of(1, 2, 3, 4), y: Float64Array.of(0, 1) }, null, 0, 2);
    plan.gradient(2, "train");
    return plan.penalty;
  };
  expect(misses([penalty({ regularizer: l2({ lambda: 5 }) })], [5 * penalty({})], { rel: 1e-14 })).toEqual([]);
  expect(penalty({ regularizer: noRegularizer() })).toBe(0);
});

it("takes a whole run-spec: what is no part of the model is left aside", () => {
  const { spec } = checkRunSpec({ layers: [{ kind: "dense", units: 10 }] }, describeCatalog());
  const plan = compile({ ...spec!, input: [64] }, { batchSize: 4, seed: spec!.seed });
  expect(plan.parameters).toBe(650);
  expect(plan.model.schedule).toEqual({ kind: "constant" });
});

describe("shapes before training", () => {
  it("gives every layer's output and parameter count; dense reads an image as one flat row", () => {
    expect(shapesOf(model.layers, [8, 8, 1])).toEqual([
      { index: 0, kind: "dense", output: [5], parameters: 325 },
      { index: 1, kind: "batchNorm", output: [5], parameters: 10 },
      { index: 2, kind: "relu", output: [5], parameters: 0 },
      { index: 3, kind: "dropout", output: [5], parameters: 0 },
      { index: 4, kind: "dense", output: [3], parameters: 18 },
    ]);
  });

  it("batch norm of an image has a scale and a shift for each channel; values left out take their defaults", () => {
    expect(shapesOf([{ kind: "batchNorm" }, { kind: "dense" }], [4, 5, 3])).toEqual([
      { index: 0, kind: "batchNorm", output: [4, 5, 3], parameters: 6 },
      { index: 1, kind: "dense", output: [32], parameters: 61 * 32 },
    ]);
  });

  it("lists every problem by path", () => {
    expect(problemsOf(() => shapesOf([{ kind: "dense", units: 0 }, { kind: "dens" }, { kind: "dropout", keepProp: 0.5 }], [2]))).toEqual([
      "layers.0.units must be a whole number in [1, 65536]; got 0 (default 32)",
      expect.stringMatching(/^layers\.1\.kind must be one of dense, .*; got "dens"; did you mean dense\?$/),
      "layers.2.keepProp is not a parameter here; did you mean keepProb?",
    ]);
  });
});

describe("compile refuses, naming the path", () => {
  it.each([
    ["all wrong values at once", { ...model, optimizer: { kind: "adam", beta2: 1 }, regularizer: { kind: "l2", lambda: -1 } }, 4, ["optimizer.beta2 must be a number in [0, 1); got 1 (default 0.999)", "regularizer.lambda must be a number in [0, 1000000]; got -1 (default 0.01)"].sort()],
    ["a layer's own initializer", { ...model, layers: [{ kind: "dense", units: 3, init: { kind: "normal", deviation: -1 } }] }, 4, ["layers.0.init.deviation must be a number in [0, 1000]; got -1 (default 0.01)"]],
    ["one output for softmax", { ...model, layers: [dense({ units: 1 }), relu()] }, 4, ["layers.0.units gives 1 outputs; the loss softmaxCrossEntropy (Softmax cross-entropy) needs at least 2"]],
    ["two outputs for binary cross-entropy", { ...model, layers: [dense({ units: 2 })], loss: binaryCrossEntropy() }, 4, ["layers.0.units gives 2 outputs; the loss binaryCrossEntropy (Binary cross-entropy) needs 1"]],
    ["a metric for another target", { ...model, metrics: [accuracy(), rmse()] }, 4, ["metrics.1.kind rmse is for a number, but the loss softmaxCrossEntropy is for class labels"]],
    ["batch norm of single rows", model, 1, ["layers.1 (batchNorm) needs batches of at least 2 rows: one row has no variance; got 1"]],
    ["no batch", model, 0, ["train.batchSize must be a whole number in [1, ∞); got 0"]],
    ["no layers", { ...model, layers: [] }, 4, ["layers must have at least 1 entry; got 0"]],
    ["more memory than there can be", { ...model, layers: [dense({ units: 65_536 }), dense({ units: 65_536 })] }, 4, [expect.stringMatching(/^layers need 64\.\d GiB of memory with batches of 4 rows; at most 4 GiB are possible\. Take fewer units or a smaller batch$/)]],
  ])("%s", (_, of, batchSize, problems) => {
    expect(problemsOf(() => compile(of, { batchSize, seed: 1 })).sort()).toEqual(problems);
  });
});

describe("checkAgainstData", () => {
  const facts: DataFacts = { shape: [64], task: "classes", classes: 10, trainRows: 100, validationRows: 20, testRows: 20 };
  const check = (raw: object, data: Partial<DataFacts> = {}) => {
    const { spec, problems } = checkRunSpec({ layers: [{ kind: "dense", units: 10 }], ...raw }, describeCatalog());
    expect(problems).toEqual([]);
    return checkAgainstData(spec as RunSpec, { ...facts, ...data }).map(({ path, message, cure }) => [`${path} ${message}`, cure]);
  };

  it("has nothing to say where all fits", () => {
    expect(check({ metrics: [{ kind: "accuracy" }] })).toEqual([]);
    expect(check({ layers: [{ kind: "dense", units: 1 }], loss: { kind: "mse" }, metrics: [{ kind: "r2" }] }, { task: "number", classes: null })).toEqual([]);
    expect(check({ layers: [{ kind: "dense", units: 1 }], loss: { kind: "binaryCrossEntropy" } }, { classes: 2 })).toEqual([]);
    expect(check({ split: { kind: "stratified", validation: 0 } }, { validationRows: 0 })).toEqual([]);
  });

  it.each([
    ["outputs that are not one for each class, with the count as the cure", {}, { classes: 3 }, [["layers.0.units must give 3 outputs for 3 classes with softmaxCrossEntropy; got 10", 3]]],
    ["the last layer that has units is the one to mend", { layers: [{ kind: "dense", units: 10 }, { kind: "dense", units: 4 }, { kind: "relu" }] }, {}, [["layers.1.units must give 10 outputs for 10 classes with softmaxCrossEntropy; got 4", 10]]],
    ["a network without dense layers", { layers: [{ kind: "relu" }] }, {}, [["layers.0 must give 10 outputs for 10 classes with softmaxCrossEntropy; got 64", 10]]],
    ["a loss for labels where a number is predicted", {}, { task: "number" as const, classes: null }, [["loss.kind softmaxCrossEntropy is for class labels, but the data's target is a number; use mse", "mse"]]],
    ["a loss for a number where labels are", { loss: { kind: "mse" } }, {}, [["loss.kind mse is for a number, but the data's target is a class label; use softmaxCrossEntropy", "softmaxCrossEntropy"]]],
    ["binary cross-entropy for ten classes", { loss: { kind: "binaryCrossEntropy" } }, {}, [["loss.kind binaryCrossEntropy is for 2 classes, but the data have 10; use softmaxCrossEntropy", "softmaxCrossEntropy"]]],
    ["a metric for another target", { metrics: [{ kind: "accuracy" }, { kind: "rmse" }] }, {}, [["metrics.1.kind rmse is for a number, but the data's target is a class label", undefined]]],
    ["no row to train on", {}, { trainRows: 0 }, [["split leaves no row to train on", undefined]]],
    ["a validation share without rows", {}, { validationRows: 0 }, [["split.validation leaves the validation split without a row; take a larger share, or 0 to leave it out", undefined]]],
    ["a test split asked for that has no rows", { train: { openTest: true } }, { testRows: 0 }, [["train.openTest asks for the test split, which has no rows; give split.test a share, or leave this false", false]]],
    ["batch norm where only one row is left to train on", { layers: [{ kind: "batchNorm" }, { kind: "dense", units: 10 }] }, { trainRows: 1 }, [["layers.0 (batchNorm) needs batches of at least 2 rows: one row has no variance; got 1", undefined]]],
  ])("%s", (_, raw, data, problems) => {
    expect(check(raw, data)).toEqual(problems);
  });
});

it("mse takes as many targets as there are outputs", () => {
  const plan = compile({ input: [2], layers: [dense({ units: 3 })], loss: mse(), optimizer: sgd() }, { batchSize: 2, seed: 1 });
  expect([plan.outputs, plan.targetWidth, plan.labels]).toEqual([3, 3, null]);
});
