/** Scaling: population deviations, constant columns, number targets, and numbers too large to have a spread. */

import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src-engine/data/dataset.ts";
import { fitScaling, none, standard } from "../../src-engine/data/scaling.ts";

const table = (x: readonly number[], y: readonly number[], task: Dataset["task"]): Dataset => ({
  name: "t", rows: y.length, shape: [x.length / y.length], featureNames: ["a", "b"], targetName: "y", task,
  classes: task === "classes" ? ["0", "1"] : null, x: Float64Array.from(x), y: Float64Array.from(y),
});
const all = Int32Array.of(0, 1, 2, 3);

describe("standard", () => {
  const fitted = fitScaling(table([2, 0.1, 4, 0.1, 4, 0.1, 6, 0.1], [1, 1, 3, 3], "number"), all, standard());

  it("divides squares by n: 2, 4, 4, 6 have mean 4 and deviation √2", () => {
    expect(fitted.features.mean[0]).toBe(4);
    expect(fitted.features.deviation[0]).toBe(Math.SQRT2);
  });

  it("takes 1 as the deviation of a constant feature, and exactly its value as the mean", () => {
    expect([fitted.features.mean[1], fitted.features.deviation[1]]).toEqual([0.1, 1]);
  });

  it("scales a number target: 1, 1, 3, 3 have mean 2 and deviation 1", () => {
    expect(fitted.target).toEqual({ mean: 2, deviation: 1 });
  });

  it("leaves class labels alone", () => {
    expect(fitScaling(table([1, 2, 3, 4], [0, 1, 1, 0], "classes"), all, standard()).target).toEqual({ mean: 0, deviation: 1 });
  });

  it("looks at the given rows only", () => {
    expect(fitScaling(table([2, 4, 1000, -7], [0, 1, 1, 0], "classes"), Int32Array.of(0, 1), standard()).features.mean[0]).toBe(3);
  });

  it.each([[1e200, "Infinity"], [1e-200, "0"]])("refuses a feature of size %d, whose squares leave double precision", (size, got) => {
    expect(() => fitScaling(table([size, -size, size, -size], [0, 1, 1, 0], "classes"), all, standard())).toThrow(`scaling.kind cannot bring the feature "a" to one scale: its standard deviation is ${got}`);
  });
});

it("none is mean 0 and deviation 1 for everything", () => {
  const { features, target } = fitScaling(table([2, 4, 4, 6], [1, 2, 3, 4], "number"), all, none());
  expect([features.mean[0], features.deviation[0], target]).toEqual([0, 1, { mean: 0, deviation: 1 }]);
});
