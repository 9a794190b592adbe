/** From a model to a plan: the layout of its memory, shapes before training, and every problem with its path. */

import { describe, expect, it } from "vitest";
import { SpecError, accuracy, adam, batchNorm, checkAgainstData, checkRunSpec, compile, conv2d, dense, describeCatalog, dropout, l2, memoryOf, momentum, mse, noRegularizer, relu, residual, rmse, sgd, shapesOf, softmaxCrossEntropy } from "../../src-engine/index.ts";
import type { Component, DataFacts, Model, Plan, RunSpec } from "../../src-engine/index.ts";
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

  it("is one buffer, carved without overlap, every slice on a 64-byte boundary", () => {
    expect(new Set(slices.map(({ view }) => view.buffer)).size).toBe(1);
    let end = 0;
    for (const { name, offset, view, shape } of slices) {
      expect(offset % 64, name).toBe(0);
      expect(view.byteOffset - slices[0]!.view.byteOffset, name).toBe(offset);
      expect(offset - end, name).toBeGreaterThanOrEqual(0);
      expect(offset - end, name).toBeLessThan(64);
      expect(view.length, name).toBe(shape.reduce((product, n) => product * n, 1));
      end = offset + view.byteLength;
    }
  });

  it("has the parameters that decay first, and gradients and slots in the same layout", () => {
    const params = slices.filter(({ role }) => role === "param");
    expect(params.map(({ name }) => name)).toEqual(["0/kernel", "4/kernel", "1/scale", "1/shift", "4/bias"]);
    const relative = (of: typeof slices) => of.map(({ offset, shape }) => [offset - of[0]!.offset, shape]);
    const slots = slices.filter(({ role }) => role === "slot");
    expect(relative(slices.filter(({ role }) => role === "grad"))).toEqual(relative(params));
    expect(relative(slots.filter(({ name }) => name.endsWith("/m")))).toEqual(relative(params));
    expect(relative(slots.filter(({ name }) => name.endsWith("/v")))).toEqual(relative(params));
    expect(parameters).toBe(64 * 5 + 5 + 5 + 5 * 3 + 3);
  });

  it("starts kernels at random, biases and shifts at 0, scales and running variances at 1", () => {
    const start = (role: string, name: string) => new Set(slices.find((slice) => slice.role === role && slice.name === name)!.view);
    expect(start("param", "0/kernel").size).toBeGreaterThan(300);
    for (const name of ["1/shift", "4/bias"]) expect(start("param", name)).toEqual(new Set([0]));
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
  it("gives every layer's output, parameter count and operations; dense reads an image as one flat row, and its bias in front of batch norm is left out", () => {
    expect(shapesOf(model.layers, [8, 8, 1])).toEqual([
      { index: 0, kind: "dense", output: [5], parameters: 320, flops: 2 * 64 * 5 },
      { index: 1, kind: "batchNorm", output: [5], parameters: 10, flops: 4 * 5 + 2 * 5 },
      { index: 2, kind: "relu", output: [5], parameters: 0, flops: 5 },
      { index: 3, kind: "dropout", output: [5], parameters: 0, flops: 0 },
      { index: 4, kind: "dense", output: [3], parameters: 18, flops: 2 * 5 * 3 + 3 },
    ]);
  });

  it("batch norm of an image has a scale and a shift for each channel; values left out take their defaults", () => {
    expect(shapesOf([{ kind: "batchNorm" }, { kind: "dense" }], [4, 5, 3])).toEqual([
      { index: 0, kind: "batchNorm", output: [4, 5, 3], parameters: 6, flops: 4 * 60 + 2 * 3 },
      { index: 1, kind: "dense", output: [32], parameters: 61 * 32, flops: 2 * 60 * 32 + 32 },
    ]);
  });

  it("of a convolutional network: LeNet's first layers have 156 and 2416 parameters and 28, 14, 10 and 5 rows", () => {
    const lenet = [{ kind: "conv2d", filters: 6, size: 5 }, { kind: "averagePool" }, { kind: "conv2d", filters: 16, size: 5 }, { kind: "maxPool" }, { kind: "flatten" }, { kind: "dense", units: 120 }];
    expect(shapesOf(lenet, [32, 32, 1])).toEqual([
      { index: 0, kind: "conv2d", output: [28, 28, 6], parameters: 156, flops: 28 * 28 * 6 * (2 * 25 + 1) },
      { index: 1, kind: "averagePool", output: [14, 14, 6], parameters: 0, flops: 14 * 14 * 6 * 4 },
      { index: 2, kind: "conv2d", output: [10, 10, 16], parameters: 2416, flops: 10 * 10 * 16 * (2 * 150 + 1) },
      { index: 3, kind: "maxPool", output: [5, 5, 16], parameters: 0, flops: 5 * 5 * 16 * 3 },
      { index: 4, kind: "flatten", output: [400], parameters: 0, flops: 0 },
      { index: 5, kind: "dense", output: [120], parameters: 48_120, flops: 2 * 400 * 120 + 120 },
    ]);
  });

  it("stride, padding, groups and rectangles: ⌊(n + 2p − k)/s⌋ + 1 along each axis", () => {
    const of = (component: object, input: readonly number[]) => shapesOf([{ kind: "conv2d", ...component }], input).map(({ output, parameters }) => [output, parameters])[0];
    expect(of({ filters: 4, size: 3, padding: 1 }, [6, 7, 2])).toEqual([[6, 7, 4], 3 * 3 * 2 * 4 + 4]);
    expect(of({ filters: 3, size: 3, sizeWidth: 2, stride: 2, padding: 1, paddingWidth: 0 }, [7, 6, 2])).toEqual([[4, 3, 3], 3 * 2 * 2 * 3 + 3]);
    expect(of({ filters: 6, size: 1, groups: 3, bias: false, strideWidth: 2 }, [4, 5, 3])).toEqual([[4, 3, 6], 1 * 6]);
  });

  it("lists every problem by path", () => {
    expect(problemsOf(() => shapesOf([{ kind: "dense", units: 0 }, { kind: "dens" }, { kind: "dropout", keepProp: 0.5 }], [2]))).toEqual([
      "layers.0.units must be a whole number in [1, 65536]; got 0 (default 32)",
      expect.stringMatching(/^layers\.1\.kind must be one of dense, .*; got "dens"; did you mean dense\?$/),
      "layers.2.keepProp is not a parameter here; did you mean keepProb?",
    ]);
  });
});

describe("the bias in front of batch norm", () => {
  const layers = [dense({ units: 5 }), batchNorm(), relu(), dense({ units: 4, bias: false }), batchNorm(), residual({ layers: [dense({ units: 4 }), batchNorm(), dense({ units: 4 })] }), batchNorm(), dense({ units: 3 })];
  const built = (options: { readonly keepBias?: boolean }, of: readonly Component[] = layers) => compile({ ...model, layers: of }, { batchSize: 4, seed: 1, ...options });
  const biases = ({ slices }: Plan) => slices.flatMap(({ role, name }) => (role === "param" && name.endsWith("/bias") ? [name] : []));

  it("is left out and noted where batch norm follows directly, inside a residual block too; elsewhere it stays", () => {
    const plan = built({});
    expect(biases(plan)).toEqual(["5/2/bias", "7/bias"]);
    expect(plan.notes).toEqual(["layers.0.bias", "layers.5.layers.0.bias"].map((path) => ({ path, code: "biasDropped", message: "is left out: batchNorm behind it takes every constant away, so it would have no effect" })));
    expect(plan.model.layers[0]).toMatchObject({ kind: "dense", units: 5, bias: true });
  });

  it("of a convolution is left out too", () => {
    expect(biases(built({}, [conv2d(), batchNorm(), dense({ units: 3 })]))).toEqual(["2/bias"]);
  });

  it("stays where compile is told to keep it, with nothing to note", () => {
    const plan = built({ keepBias: true });
    expect(biases(plan)).toEqual(["0/bias", "5/0/bias", "5/2/bias", "7/bias"]);
    expect(plan.notes).toEqual([]);
  });

  it("has no effect in training: with any bias at all the outputs are the same within 1e-12", () => {
    const [without, withBias] = [false, true].map((keepBias) => compile({ ...model, layers }, { batchSize: 4, seed: 1, precision: 64, keepBias })) as [Plan, Plan];
    for (const { role, name, view } of withBias.slices) {
      if (role === "param" && (name === "0/bias" || name === "5/0/bias")) view.forEach((_, i) => { view[i] = 3 * i - 2; });
    }
    for (const plan of [without, withBias]) {
      plan.gather({ rows: 4, x: Float64Array.from({ length: 256 }, (_, i) => Math.sin(i)), y: new Float64Array(4) }, null, 0, 4);
      plan.forward(4, "train");
    }
    expect(misses(withBias.z, without.z, { abs: 1e-12 })).toEqual([]);
  });
});

describe("compile refuses, naming the path", () => {
  it.each([
    ["all wrong values at once", { ...model, optimizer: { kind: "adam", beta2: 1 }, regularizer: { kind: "l2", lambda: -1 } }, 4, ["optimizer.beta2 must be a number in [0, 1); got 1 (default 0.999)", "regularizer.lambda must be a number in [0, 1000000]; got -1 (default 0.01)"].sort()],
    ["a layer's own initializer", { ...model, layers: [{ kind: "dense", units: 3, init: { kind: "normal", deviation: -1 } }] }, 4, ["layers.0.init.deviation must be a number in [0, 1000]; got -1 (default 0.01)"]],
    ["one output for softmax", { ...model, layers: [dense({ units: 1 }), relu()] }, 4, ["layers.0.units gives 1 outputs; the loss softmaxCrossEntropy (Softmax cross-entropy) needs at least 2"]],
    ["a metric for another target", { ...model, metrics: [accuracy(), rmse()] }, 4, ["metrics.1.kind rmse is for a number, but the loss softmaxCrossEntropy is for class labels"]],
    ["batch norm of single rows", model, 1, ["layers.1 (batchNorm) needs batches of at least 2 rows: one row has no variance; got 1"]],
    ["no batch", model, 0, ["train.batchSize must be a whole number in [1, ∞); got 0"]],
    ["no layers", { ...model, layers: [] }, 4, ["layers must have at least 1 entry; got 0"]],
    ["a convolution over rows that are no images", { ...model, input: [7], layers: [{ kind: "conv2d" }, dense({ units: 3 })] }, 4, ["layers.0 (conv2d) needs images of height, width and channels; its input has the shape 7. Give the data an image shape, and put no dense or flatten layer in front"]],
    ["a kernel larger than the image", { ...model, layers: [{ kind: "conv2d", size: 11, padding: 1 }, dense({ units: 3 })] }, 4, ["layers.0.size must be at most 10, the height of its input with padding; got 11"]],
    ["a window with nothing but padding", { ...model, layers: [{ kind: "maxPool", padding: 2 }, dense({ units: 3 })] }, 4, ["layers.0.padding must be smaller than the window's height of 2, or some windows would see nothing; got 2"]],
    ["groups that do not divide the channels", { ...model, input: [8, 8, 4], layers: [{ kind: "conv2d", groups: 3 }, dense({ units: 3 })] }, 4, ["layers.0.groups must divide the 4 channels of its input; got 3"]],
    ["groups that do not divide the filters", { ...model, input: [8, 8, 4], layers: [{ kind: "conv2d", groups: 4, filters: 6 }, dense({ units: 3 })] }, 4, ["layers.0.groups must divide the 6 filters; got 4"]],
    ["an interval turned round", { ...model, layers: [{ kind: "hardTanh", min: 1, max: -1 }, dense({ units: 3 })] }, 4, ["layers.0.min must be below max, which is -1; got 1"]],
    ["a residual block that changes the shape", { ...model, layers: [dense({ units: 4 }), { kind: "residual", layers: [dense({ units: 6 })] }, dense({ units: 3 })] }, 4, ["layers.1.layers make 6 of 4, so the input cannot be added to the output; let them keep the shape, or set projection"]],
    ["a residual block that no stride can bring to its image's size", { ...model, layers: [{ kind: "residual", projection: true, layers: [{ kind: "conv2d", size: 4 }] }, dense({ units: 3 })] }, 4, ["layers.0.layers make 5×5×8 of 8×8×1, and no stride brings the input to that height and width"]],
    ["a layer inside a residual block, by its own path", { ...model, layers: [{ kind: "residual", layers: [relu(), { kind: "residual", layers: [{ kind: "conv2d", size: 9 }] }] }, dense({ units: 3 })] }, 4, ["layers.0.layers.1.layers.0.size must be at most 8, the height of its input with padding; got 9"]],
    ["a value inside a residual block", { ...model, layers: [{ kind: "residual", layers: [{ kind: "dropout", keepProb: 2 }] }, dense({ units: 3 })] }, 4, ["layers.0.layers.0.keepProb must be a number in (0, 1]; got 2 (default 0.8)"]],
    ["batch norm of single rows inside a residual block", { ...model, layers: [dense({ units: 3 }), { kind: "residual", layers: [batchNorm()] }] }, 1, ["layers.1.layers.0 (batchNorm) needs batches of at least 2 rows: one row has no variance; got 1"]],
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
    ["two outputs for two classes with binary cross-entropy, where each would be a question of its own", { layers: [{ kind: "dense", units: 2 }], loss: { kind: "binaryCrossEntropy" } }, { classes: 2 }, [["layers.0.units must give 1 output for 2 classes with binaryCrossEntropy; got 2", 1]]],
    ["binary cross-entropy for ten classes", { loss: { kind: "binaryCrossEntropy" } }, {}, [["loss.kind binaryCrossEntropy is for 2 classes, but the data have 10; use softmaxCrossEntropy", "softmaxCrossEntropy"]]],
    ["a metric for another target", { metrics: [{ kind: "accuracy" }, { kind: "rmse" }] }, {}, [["metrics.1.kind rmse is for a number, but the data's target is a class label", undefined]]],
    ["no row to train on", {}, { trainRows: 0 }, [["split leaves no row to train on", undefined]]],
    ["a validation share without rows", {}, { validationRows: 0 }, [["split.validation leaves the validation split without a row; take a larger share, or 0 to leave it out", undefined]]],
    ["a test split asked for that has no rows", { train: { openTest: true } }, { testRows: 0 }, [["train.openTest asks for the test split, which has no rows; give split.test a share, or leave this false", false]]],
    ["a convolution over a table, beside whatever else is wrong", { layers: [{ kind: "conv2d" }, { kind: "dense", units: 10 }], metrics: [{ kind: "rmse" }] }, {}, [[expect.stringMatching(/^layers\.0 \(conv2d\) needs images/), undefined], ["metrics.0.kind rmse is for a number, but the data's target is a class label", undefined]]],
    ["batch norm where only one row is left to train on", { layers: [{ kind: "batchNorm" }, { kind: "dense", units: 10 }] }, { trainRows: 1 }, [["layers.0 (batchNorm) needs batches of at least 2 rows: one row has no variance; got 1", undefined]]],
  ])("%s", (_, raw, data, problems) => {
    expect(check(raw, data)).toEqual(problems);
  });
});

it("mse takes as many targets as there are outputs", () => {
  const plan = compile({ input: [2], layers: [dense({ units: 3 })], loss: mse(), optimizer: sgd() }, { batchSize: 2, seed: 1 });
  expect([plan.outputs, plan.targetWidth, plan.labels]).toEqual([3, 3, null]);
});

it.each([[4, false], [32, true]])("memoryOf says what a plan for %i rows will take, before there is one", (batchSize, accumulates) => {
  const model = { input: [5], layers: [dense({ units: 7 }), batchNorm(), relu(), dense({ units: 3 })], loss: softmaxCrossEntropy(), optimizer: adam() };
  const { slices } = compile(model, { batchSize, seed: 1, accumulates });
  const ends = slices.map(({ offset, view }) => offset + Math.ceil(view.byteLength / 64) * 64);
  expect(memoryOf(model, { batchSize, accumulates })).toBe(Math.max(...ends) - Math.min(...slices.map(({ offset }) => offset)));
});
