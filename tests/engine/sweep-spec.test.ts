/** The sweep's JSON: everything an axis needs comes from the declarations, and all that is wrong is told at once, with its path. */

import { describe, expect, it } from "vitest";
import { checkSweepSpec, describeCatalog, prunerKinds, samplerKinds } from "../../src-engine/index.ts";

const catalog = describeCatalog();
const base = { data: { kind: "blobs" }, layers: [{ kind: "dense", units: 16 }, { kind: "dropout" }, { kind: "relu" }, { kind: "dense", units: 3 }], optimizer: { kind: "adam" }, metrics: [{ kind: "accuracy" }] };
const problemsOf = (raw: unknown) => checkSweepSpec(raw, catalog).problems.map(({ path, message }) => `${path} ${message}`);
const specOf = (raw: unknown) => {
  const { spec, problems } = checkSweepSpec(raw, catalog);
  if (spec === null) throw new Error(problems.map(({ path, message }) => `${path} ${message}`).join("\n"));
  return spec;
};

it("takes type, scale and range of an axis from the declaration of what it varies", () => {
  const { axes } = specOf({ base, axes: { "optimizer.learningRate": {}, "optimizer.beta1": {}, "train.batchSize": {}, "layers.1.keepProb": {}, "train.balanced": {}, "loss.kind": { values: ["softmaxCrossEntropy"] }, "train.clipNorm": { values: [null, 1, 5] }, "layers.2": { values: [{ kind: "relu" }, { kind: "tanh" }] }, "train.mode": {} } });
  expect(axes["optimizer.learningRate"]).toMatchObject({ from: 1e-4, to: 1, scale: "log", step: null, role: "nuisance", path: "optimizer.learningRate" });
  expect(axes["optimizer.beta1"]).toMatchObject({ from: 0.9, to: 0.999, scale: "reverseLog" });
  expect(axes["train.batchSize"]).toMatchObject({ from: 8, to: 512, scale: "log", step: 1 });
  expect(axes["train.balanced"]).toMatchObject({ values: [false, true] });
  expect(axes["train.mode"]).toMatchObject({ values: ["exact", "fast"] });
  expect(axes["train.clipNorm"]).toMatchObject({ values: [null, 1, 5] });
});

it("a complete spec passes unchanged, through JSON too, and its base is complete", () => {
  const spec = specOf({ base, axes: { "optimizer.learningRate": { role: "scientific" }, "layers.0.repeat": { from: 1, to: 3 }, "layers.0@2.units": { from: 4, to: 64, step: 4 }, "train.epochs": { value: 5 } }, constraints: [{ kind: "sumAtMost", axes: ["layers.0.repeat", "layers.0@2.units"], limit: 40 }], objective: { metric: "validation/accuracy" }, sampler: { kind: "cmaEs" }, pruner: { kind: "asha" } });
  expect(specOf(JSON.parse(JSON.stringify(spec)))).toEqual(spec);
  expect(spec.base.train.epochs).toBe(30);
  expect(spec.axes["train.epochs"]).toEqual({ path: "train.epochs", role: "fixed", when: {}, block: 1, value: 5 });
});

it("knows which way a metric is better, takes one objective or several, and defaults to the validation loss", () => {
  const objective = (given?: unknown) => specOf({ base, axes: { "train.batchSize": {} }, sampler: { kind: "random" }, ...(given === undefined ? {} : { objective: given }) }).objective;
  expect(objective()).toEqual([{ metric: "validation/loss", goal: "minimize" }]);
  expect(objective({ metric: "validation/accuracy" })).toEqual([{ metric: "validation/accuracy", goal: "maximize" }]);
  expect(objective([{ metric: "validation/accuracy" }, { metric: "model/parameters" }, { metric: "run/seconds", goal: "maximize" }]).map(({ goal }) => goal)).toEqual(["maximize", "minimize", "maximize"]);
});

it("completes every sampler and pruner from its declaration", () => {
  for (const kind of Object.keys(samplerKinds)) expect(specOf({ base, axes: { "train.batchSize": {} }, sampler: { kind } }).sampler).toEqual({ kind, ...Object.fromEntries(Object.entries(samplerKinds[kind as "grid"].params).map(([name, param]) => [name, param.default])) });
  for (const kind of Object.keys(prunerKinds)) {
    const wants = kind === "population" ? { axes: { "optimizer.learningRate": {} }, trials: 8 * Math.ceil(specOf({ base, axes: { "train.batchSize": {} } }).base.train.epochs / 5) } : { axes: { "train.batchSize": {} }, repeats: { count: 5 } };
    expect(specOf({ base, ...wants, pruner: { kind } }).pruner["kind"]).toBe(kind);
  }
});

it("tells all problems at once, each with its path", () => {
  expect(problemsOf({
    version: 2, bse: 1, base: { ...base, optimizer: { kind: "adam", beta2: 1 } }, axes: {}, objective: { metric: "test/loss" }, sampler: { kind: "tpee" }, pruner: { kind: "median", warmup: 3 }, trials: 0,
  })).toEqual([
    "bse is not known here; did you mean base?",
    "version must be 1, the only version there is; got 2",
    "base.optimizer.beta2 must be a number in [0, 1); got 1 (default 0.999)",
    "trials must be a whole number in [1, 1000000]; got 0 (default 40)",
    'axes must name at least one axis, such as { "optimizer.learningRate": {} }; got {}',
    "objective.metric must not look at the test split: what is chosen by it cannot be judged by it; take validation/loss",
    "sampler.kind must be one of grid, random, sobol, latinHypercube, gaussianProcess, tpe, bohb, cmaEs, nsga2, fill; got \"tpee\"; did you mean tpe?",
    "pruner.warmup is not a parameter here; known: startupTrials, warmupEpochs, interval, reference",
  ]);
});

describe("an axis", () => {
  const wrong: readonly (readonly [string, object, string])[] = [
    ["on a path that is not there", { "optimizer.learnRate": {} }, 'axes["optimizer.learnRate"] has no learnRate in optimizer; did you mean learningRate?'],
    ["on a layer that is not there", { "layers.9.units": {} }, 'axes["layers.9.units"] has no entry 9: layers of the base has 4, counted from 0'],
    ["too deep", { "train.epochs.x": {} }, 'axes["train.epochs.x"] goes too deep: train.epochs is a integer'],
    ["on the seed", { seed: {} }, 'axes["seed"] cannot be an axis: seed is not a property of the model or its training'],
    ["on a logarithm down to 0", { "layers.1.keepProb": { from: 0.1, to: 0.9, scale: "log", step: 0.2 } }, 'axes["layers.1.keepProb"].from must be above 0.1 on a logarithmic scale: half a step below it must still be above 0; got 0.1'],
    ["outside the declared interval", { "optimizer.beta1": { from: 0.5, to: 1 } }, 'axes["optimizer.beta1"].to must be a number in [0, 1); got 1'],
    ["upside down", { "train.epochs": { from: 9, to: 3 } }, 'axes["train.epochs"].to must be above from; got from 9, to 3'],
    ["with a half in whole numbers", { "train.epochs": { from: 2.5, to: 3 } }, 'axes["train.epochs"].from must be a whole number in [1, 1000000]; got 2.5'],
    ["with an unknown key", { "train.epochs": { form: 3 } }, 'axes["train.epochs"].form is not known here; did you mean from?'],
    ["with a value twice", { "train.epochs": { values: [3, 3] } }, 'axes["train.epochs"].values.1 is there already: 3'],
    ["with a wrong value", { "optimizer.kind": { values: ["adam", "adman"] } }, 'axes["optimizer.kind"].values.1 must be one of '],
    ["on a whole component without values", { schedule: {} }, 'axes["schedule"] needs values: a component has no range'],
    ["that needs to say whose it is", { "optimizer.kind": { values: ["adam", "sgd"] }, "optimizer.learningRate": {} }, 'axes["optimizer.learningRate"] needs a condition, such as "when": { "optimizer.kind": "adam" }: each of adam, sgd has a learningRate of its own'],
    ["of one of all kinds", { "optimizer.kind": {}, "optimizer.beta1": {} }, 'axes["optimizer.beta1"] needs a condition, such as "when": { "optimizer.kind": "'],
    ["of one of several whole components", { schedule: { values: [{ kind: "cosine" }, { kind: "exponential" }, { kind: "constant" }] }, "schedule.nothing": { from: 0, to: 1 } }, 'axes["schedule.nothing"] needs a condition'],
    ["twice for one place", { a: { path: "train.epochs", from: 1, to: 3 }, b: { path: "train.epochs", from: 4, to: 6 } }, 'axes["b"] sets train.epochs, which the axis a sets too; give each a "when" that leaves the other out'],
    ["hanging on none", { "train.epochs": { from: 1, to: 3, when: { x: 1 } } }, 'axes["train.epochs"].when["x"] is not another axis; axes are train.epochs'],
    ["of a copy nobody counts", { "layers.0@2.units": {} }, 'axes["layers.0@2.units"] belongs to copy 2 of layers.0, but no axis has the path layers.0.repeat'],
    ["hanging on itself", { a: { path: "train.epochs", from: 1, to: 3, when: { b: [true] } }, b: { path: "train.balanced", when: { a: 2 } } }, 'axes["a"].when leads back to the axis itself'],
  ];
  it.each(wrong)("%s is refused in a sentence", (_, axes, sentence) => { expect(problemsOf({ base, axes })[0]).toContain(sentence); });

  it("whose parameter only one kind has is in play for that kind by itself", () => {
    const { axes } = specOf({ base, axes: { "optimizer.kind": { values: ["sgd", "adam"] }, "optimizer.beta1": {} } });
    expect(axes["optimizer.beta1"]!.when).toEqual({ "optimizer.kind": ["adam"] });
  });
});

it("a parameter of one of several whole components is in play where that one is chosen", () => {
  const [cosine, step] = [{ kind: "cosine" }, { kind: "step", factor: 0.5 }];
  const { axes } = specOf({ base, axes: { schedule: { values: [cosine, step] }, "schedule.factor": { from: 0.1, to: 0.9 } } });
  expect(axes["schedule.factor"]!.when).toEqual({ schedule: [step] });
});

describe("what does not go together is refused", () => {
  it.each([
    ["two objectives and TPE", { objective: [{ metric: "validation/loss" }, { metric: "run/seconds" }], sampler: { kind: "tpe" } }, "sampler.kind models one objective and there are 2"],
    ["Wilcoxon without repeats", { pruner: { kind: "wilcoxon" } }, "pruner.kind compares repeats pair by pair, and repeats.count is 1"],
    ["a first rung beyond the epochs", { pruner: { kind: "asha", least: 31 } }, "pruner.least must be at most base.train.epochs, which is 30; got 31"],
    ["Hyperband without waiting", { mode: "asynchronous", pruner: { kind: "hyperband" } }, "pruner.kind makes trials wait for their whole cohort"],
    ["one fold", { repeats: { kind: "folds", count: 1 } }, "repeats.count must be at least 2 where the repeats are folds; got 1"],
    ["a base of several seeds", { base: { ...base, seeds: 3 } }, "base.seeds must be 1 in a sweep; got 3"],
    ["a path where no file can be read", { base: "run.json" }, 'base is the path "run.json", and files cannot be read here'],
    ["a constraint on options", { axes: { "train.mode": {}, "train.batchSize": {} }, constraints: [{ kind: "decreasing", axes: ["train.mode", "train.batchSize"] }] }, "constraints.0.axes.0 has no numbers to compare"],
    ["a metric that is not measured", { objective: { metric: "validation/f1" } }, "objective.metric must be one of validation/loss, train/loss, validation/accuracy"],
  ])("%s", (_, given, sentence) => { expect(problemsOf({ base, axes: { "train.batchSize": {} }, ...given })[0]).toContain(sentence); });
});

it("reads a base by its path through the reader it is given", () => {
  const { spec } = checkSweepSpec({ base: "run.json", axes: { "train.batchSize": {} } }, catalog, (path) => path === "run.json" ? base : null);
  expect(spec!.base.layers).toHaveLength(4);
});
