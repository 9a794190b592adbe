/** The catalogue as plain data: complete in both languages, checked by its own rules, safe to send anywhere. */

import { describe, expect, it } from "vitest";
import { chinese } from "../../src-engine/catalog.zh.ts";
import { catalog, check, describeCatalog } from "../../src-engine/index.ts";
import type { Component, Described, Family } from "../../src-engine/index.ts";

const families = Object.keys(catalog) as Family[];
const all: (readonly [string, Family, Described])[] = families.flatMap((family) => describeCatalog()[family].map((described) => [`${family} ${described.kind}`, family, described] as const));

it("survives JSON unchanged: no function, no infinity, no undefined", () => {
  expect(JSON.parse(JSON.stringify(describeCatalog()))).toEqual(describeCatalog());
  expect(describeCatalog()).toBe(describeCatalog());
});

it("offers what this version has", () => {
  expect(Object.fromEntries(families.map((family) => [family, catalog[family].map(({ kind }) => kind)]))).toEqual({
    data: ["sample", "csv", "spirals", "moons", "circles", "blobs", "xor"],
    split: ["stratified", "random", "kFold"],
    scaling: ["standard", "none"],
    layer: [
      "dense", "conv2d", "maxPool", "averagePool", "globalAveragePool", "flatten", "residual",
      "relu", "leakyRelu", "tanh", "sigmoid", "elu", "selu", "geluExact", "geluTanh", "silu", "swish", "mish", "softplus", "hardTanh", "softmax", "logSoftmax", "identity",
      "batchNorm", "layerNorm", "dropout", "gaussianNoise",
    ],
    initializer: ["heNormal", "heUniform", "lecunNormal", "lecunUniform", "glorotNormal", "glorotUniform", "orthogonal", "normal", "uniform", "constant", "zeros"],
    regularizer: ["none", "l2", "l1", "elastic", "maxNorm"],
    loss: ["softmaxCrossEntropy", "binaryCrossEntropy", "hinge", "mse", "mae", "huber"],
    metric: [
      "accuracy", "balancedAccuracy", "topKAccuracy", "f1", "precision", "recall", "cohenKappa", "mcc", "rocAuc", "averagePrecision", "prAuc", "logLoss", "brier", "ece", "mce",
      "rmse", "mae", "mse", "medianAbsoluteError", "r2", "explainedVariance",
    ],
    optimizer: [
      "sgd", "momentum", "nesterov", "rmsprop", "adam", "adamw", "adagrad", "adadelta", "adamax", "amsgrad", "nadam", "radam", "lion", "lamb", "muon", "scheduleFreeSgd", "scheduleFreeAdamW",
    ],
    schedule: [
      "constant", "inverseTime", "exponential", "inverseRoot", "step", "multistep", "piecewise", "linearDecay", "polynomial", "cosine", "cosineRestarts", "warmup", "oneCycle", "reduceOnPlateau",
    ],
    augment: ["shift", "flip", "rotate", "zoom", "cutout", "noise", "mixup"],
  });
});

it("a value made in code is the JSON a file would hold, and passes the check", () => {
  for (const family of families) for (const make of catalog[family] as readonly ((() => Component) & { readonly kind: string })[]) {
    const value = make();
    expect(JSON.parse(JSON.stringify(value))).toEqual(value);
    // A CSV file has a name that nobody can guess: the one required text.
    const expected = make.kind === "csv" ? ["csv.file"] : [];
    expect(check({ kind: "component", family, default: value, help: "" }, value, make.kind, describeCatalog()).map(({ path }) => path)).toEqual(expected);
  }
});

it("every optimizer has a learning rate, from which schedules start", () => {
  for (const { params } of describeCatalog().optimizer) expect(params["learningRate"]).toMatchObject({ kind: "real", min: 0, open: "min", scale: "log", symbol: "α" });
});

it("every metric says which direction is better, as data, and nothing else does", () => {
  expect(describeCatalog().metric.filter(({ better }) => better === "lower").map(({ kind }) => kind)).toEqual(["logLoss", "brier", "ece", "mce", "rmse", "mae", "mse", "medianAbsoluteError"]);
  expect(describeCatalog().metric.every(({ better }) => better === "lower" || better === "higher")).toBe(true);
  expect(families.flatMap((family) => (family === "metric" ? [] : describeCatalog()[family])).filter(({ better }) => better !== undefined)).toEqual([]);
});

it("every loss and metric says which targets it is for", () => {
  for (const { targets } of [...describeCatalog().loss, ...describeCatalog().metric]) expect(targets?.length).toBeGreaterThan(0);
});

describe.each(all)("%s", (_, __, { kind, title, summary, params, zh }) => {
  it("has a kind in camel case, a title, a sentence, and help for every parameter", () => {
    expect(kind).toMatch(/^[a-z][A-Za-z0-9]*$/);
    expect(title).not.toBe("");
    expect(summary).toMatch(/\.$/);
    for (const [name, { help }] of Object.entries(params)) expect(help, name).not.toBe("");
  });

  it("says all of it in Chinese: full-width stops, no straight or curly English quotes, and every sentence has Chinese words", () => {
    expect(Object.keys(zh.params)).toEqual(expect.arrayContaining(Object.keys(params)));
    expect(Object.keys(zh.params)).toHaveLength(Object.keys(params).length);
    for (const text of [zh.summary, ...Object.values(zh.params).map(({ help }) => help)]) {
      expect(text).toMatch(/\p{Script=Han}/u);
      expect(text).not.toMatch(/["'“”‘’]|[\p{Script=Han}][,;:.?!]/u);
    }
    expect(zh.summary).toMatch(/。$/);
    for (const { label } of Object.values(zh.params)) expect(label).not.toBe("");
    expect(zh.title).not.toBe("");
  });
});

it("has no Chinese words left over from a component that is gone", () => {
  for (const family of families) expect(Object.keys(chinese[family]).sort()).toEqual(catalog[family].map(({ kind }) => kind as string).sort());
});

it("keeps the glossary's words: dropout is 随机失活 with both numbers, the course's Xavier is LeCun", () => {
  const of = (family: Family, kind: string) => describeCatalog()[family].find((c) => c.kind === kind)!;
  expect(of("layer", "dropout").zh.title).toContain("随机失活");
  expect(of("layer", "dropout").params["keepProb"]!.help).toContain("keep 0.8 is a drop rate of 0.2");
  expect(of("layer", "dropout").zh.params["keepProb"]!.help).toContain("保留 0.8 即丢弃率 0.2");
  expect(of("initializer", "lecunNormal").title).toContain("the course's Xavier");
  expect(of("initializer", "glorotNormal").summary).toContain("the course's Xavier is LeCun normal");
});
