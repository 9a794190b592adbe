/** The gradient check of whole runs: the examples are right, fresh and a little trained; options do what they say. */

import { describe, expect, it } from "vitest";
import { catalog, checkRunGradient, checkRunSpec, describeCatalog, prepare } from "../../src-engine/index.ts";
import type { RunCheckOptions, RunSpec } from "../../src-engine/index.ts";
import { TrainingError } from "../../src-engine/spec/errors.ts";
import { dataOf, exampleNames, readExample } from "../support/examples.ts";

const complete = (raw: unknown): RunSpec => checkRunSpec(raw, describeCatalog()).spec!;
function checked(raw: unknown, options: RunCheckOptions = {}) {
  const spec = complete(raw);
  const dataset = dataOf(spec.data);
  return checkRunGradient(spec, dataset.shape, prepare(dataset, spec).train, options);
}

const small = { data: { kind: "xor", samples: 200 }, layers: [{ kind: "dense", units: 5 }, { kind: "tanh" }, { kind: "dropout", keepProb: 0.7 }, { kind: "dense", units: 2 }], train: { batchSize: 16 } };

describe.each(exampleNames)("the example %s", (name) => {
  it("has a right gradient when fresh and after 20 updates, 5 entries of every slice compared", () => {
    const { verdict, checks } = checked(readExample(name), { perSlice: 5 });
    expect(checks.flatMap(({ report }) => report.hints)).toEqual([]);
    expect(checks.map(({ step }) => step)).toEqual([0, 20]);
    for (const { report } of checks) for (const slice of report.slices) expect(slice.checked).toBe(Math.min(5, slice.shape.reduce((product, n) => product * n, 1)));
    expect(verdict).toBe("right");
  });
});

it.each(catalog.schedule.map(({ kind }) => kind))("goes through the burn-in under the schedule %s, also where it must know how long training is", (kind) => {
  const schedule = kind === "warmup" ? { kind, steps: 5, then: { kind: "cosine" } } : { kind };
  expect(checked({ ...small, schedule, metrics: [{ kind: "accuracy" }] }, { perSlice: 3 }).checks.map(({ step }) => step)).toEqual([0, 20]);
});

describe("options", () => {
  it("rows, ε, form and burn-in", () => {
    const { checks } = checked(small, { rows: 3, epsilon: 1e-6, form: "oneSided", burnIn: 0 });
    expect(checks).toHaveLength(1);
    expect(checks[0]!.report).toMatchObject({ rows: 3, epsilon: 1e-6, form: "oneSided" });
  });

  it("20 entries of each slice where nothing is said, all with null", () => {
    const counts = (options: RunCheckOptions) => checked({ ...small, layers: [{ kind: "dense", units: 12 }, { kind: "dense", units: 2 }] }, { burnIn: 0, ...options }).checks[0]!.report.slices.map((slice) => slice.checked);
    expect(counts({})).toEqual([20, 20, 12, 2]);
    expect(counts({ perSlice: null })).toEqual([24, 24, 12, 2]);
  });

  it("more rows than there are is all rows", () => { expect(checked({ ...small, data: { kind: "xor", samples: 40 } }, { rows: 1000, burnIn: 0 }).checks[0]!.report.rows).toBe(28); });

  it("chance frozen keeps dropout and noise in the loss, off takes both out, inside residual blocks too", () => {
    const inner = [{ kind: "dense", units: 5 }, { kind: "dropout", keepProb: 0.5 }, { kind: "gaussianNoise", deviation: 2 }];
    const loss = (layers: readonly object[], chance: "frozen" | "off") => checked({ ...small, layers: [{ kind: "dense", units: 5 }, ...layers, { kind: "dense", units: 2 }] }, { burnIn: 0, chance }).checks[0]!.report.loss;
    const [withChance, withoutChance] = [loss([{ kind: "residual", layers: inner }], "frozen"), loss([{ kind: "residual", layers: inner }], "off")];
    expect(withChance).not.toBe(withoutChance);
    expect(withoutChance).toBe(loss([{ kind: "residual", layers: inner.slice(0, 1) }], "off"));
  });

  it("the rows are the training split's own, drawn anew with another seed", () => {
    const loss = (seed: number) => checked({ ...small, seed, layers: [{ kind: "dense", units: 2, init: { kind: "zeros" } }], loss: { kind: "softmaxCrossEntropy" } }, { burnIn: 1, rows: 4 }).checks[1]!.report.loss;
    expect(loss(1)).toBe(loss(1));
    expect(loss(1)).not.toBe(loss(2));
  });

  it("a burn-in that leaves the finite numbers fails as training does", () => {
    const wild = { ...small, layers: [{ kind: "dense", units: 1 }], loss: { kind: "mse" }, data: { kind: "sample", name: "diabetes" }, split: { kind: "random" }, optimizer: { kind: "sgd", learningRate: 1e200 }, metrics: [] };
    expect(() => checked(wild)).toThrow(TrainingError);
  });
});
