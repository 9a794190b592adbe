/** A comparison says what differs and what came out, and nothing else. */

import { expect, it } from "vitest";
import type { Run, RunSpec } from "../../src-main/contract/nouns.ts";
import { compare } from "../../src-main/report/compare.ts";

const run = (id: string, spec: object, metrics: Run["metrics"]): Run => ({ id, spec: { version: 1, name: id, ...spec } as unknown as RunSpec, metrics }) as Run;

it("names every spec path whose values differ, with null where a path is absent, and counts the others", () => {
  const a = run("r-1", { seed: 1, metrics: [], optimizer: { kind: "adam", beta1: 0.9, learningRate: 0.01 }, layers: [{ kind: "dense", units: 8, regularizer: null }] }, {});
  const b = run("r-2", { seed: 1, metrics: [{ kind: "accuracy" }], optimizer: { kind: "sgd", learningRate: 0.01 }, layers: [{ kind: "dense", units: 8, regularizer: { kind: "l2", lambda: 0 } }] }, {});
  const { differences, same } = compare([a, b]);
  expect(differences).toEqual([
    { path: "optimizer.kind", values: ["adam", "sgd"] },
    { path: "optimizer.beta1", values: [0.9, null] },
    { path: "metrics.0.kind", values: [null, "accuracy"] },
    { path: "layers.0.regularizer.kind", values: [null, "l2"] },
    { path: "layers.0.regularizer.lambda", values: [null, 0] },
  ]);
  // version, seed, optimizer.learningRate, layers.0.kind, layers.0.units; names are no difference.
  expect(same).toBe(5);
});

it("lays the results side by side, validation first, with the direction that each metric declares and NaN where a run has none", () => {
  const [first, second] = [{ metrics: [{ kind: "accuracy" }, { kind: "ece", bins: 10 }] }, { metrics: [{ kind: "r2" }, { kind: "of another version" }] }];
  const { results } = compare([run("r-1", first, { "train/loss": 0.5, "validation/accuracy": 0.9, "validation/eceBins10": 0.1 }), run("r-2", second, { "train/loss": Infinity, "test/r2": 0.1, "validation/of another version": 3 })]);
  expect(results).toEqual([
    { metric: "validation/accuracy", better: "higher", values: [0.9, NaN] },
    { metric: "validation/eceBins10", better: "lower", values: [0.1, NaN] },
    { metric: "validation/of another version", better: null, values: [NaN, 3] },
    { metric: "test/r2", better: "higher", values: [NaN, 0.1] },
    { metric: "train/loss", better: null, values: [0.5, Infinity] },
  ]);
});
