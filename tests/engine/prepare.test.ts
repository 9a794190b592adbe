/** Preparation: what reaches training is scaled by the training rows alone, and a dataset's bytes tell content from content. */

import { describe, expect, it } from "vitest";
import { shuffle } from "../../src-engine/data/batches.ts";
import { datasetBytes } from "../../src-engine/data/dataset.ts";
import type { Dataset } from "../../src-engine/data/dataset.ts";
import { generate } from "../../src-engine/data/generators.ts";
import { prepare } from "../../src-engine/data/prepare.ts";
import { none, standard } from "../../src-engine/data/scaling.ts";
import { random, splitRows, stratified } from "../../src-engine/data/split.ts";
import { rng } from "../../src-engine/rng.ts";

const moons = generate({ kind: "moons", samples: 200 });
const spec = { split: stratified(), scaling: standard() };
const numbers: Dataset = { ...moons, task: "number", classes: null, y: Float64Array.from(moons.y, (label, row) => 100 + 10 * label + row) };

describe("prepare", () => {
  it("gives training features mean 0 and population variance 1", () => {
    const { x, rows } = prepare(moons, spec).train;
    for (const j of [0, 1]) {
      const column = Array.from({ length: rows }, (_, row) => x[2 * row + j]!);
      const mean = column.reduce((sum, v) => sum + v, 0) / rows;
      const variance = column.reduce((sum, v) => sum + (v - mean) ** 2, 0) / rows;
      // Sums of 140 doubles of size 1 lose at most some 140 · 2⁻⁵³ ≈ 2e-14.
      expect(Math.abs(mean)).toBeLessThan(1e-13);
      expect(Math.abs(variance - 1)).toBeLessThan(1e-13);
    }
  });

  it("changing a validation or test row changes no training row and no scaling", () => {
    const before = prepare(numbers, { split: random(), scaling: standard() });
    const rows = splitRows(numbers, random());
    for (const row of [rows.test[0]!, rows.validation[0]!]) {
      const changed = { ...numbers, x: numbers.x.slice(), y: numbers.y.slice() };
      changed.x[2 * row] = 1e6;
      changed.y[row] = 1e6;
      const after = prepare(changed, { split: random(), scaling: standard() });
      expect(after.scaling).toEqual(before.scaling);
      expect(after.train).toEqual(before.train);
    }
  });

  it("changing a training row changes the scaling, so the test above can fail", () => {
    const changed = { ...numbers, x: numbers.x.slice() };
    changed.x[2 * splitRows(numbers, random()).train[0]!] = 1e6;
    expect(prepare(changed, { split: random(), scaling: standard() }).scaling).not.toEqual(prepare(numbers, { split: random(), scaling: standard() }).scaling);
  });

  it("scales back to the rows it came from, each with its own target", () => {
    const { train, scaling } = prepare(numbers, { split: random(), scaling: standard() });
    splitRows(numbers, random()).train.forEach((row, i) => {
      // Scaling and back are four roundings of numbers below 400: a few 1e-13.
      expect(train.y[i]! * scaling.target.deviation + scaling.target.mean).toBeCloseTo(numbers.y[row]!, 10);
      expect(train.x[2 * i + 1]! * scaling.features.deviation[1]! + scaling.features.mean[1]!).toBeCloseTo(numbers.x[2 * row + 1]!, 10);
    });
  });

  it("keeps numbers and labels as they are with scaling none", () => {
    const { test } = prepare(moons, { split: stratified(), scaling: none() });
    const rows = splitRows(moons, stratified()).test;
    expect([...test.x]).toEqual([...rows].flatMap((row) => [moons.x[2 * row]!, moons.x[2 * row + 1]!]));
    expect([...test.y]).toEqual([...rows].map((row) => moons.y[row]!));
  });
});

describe("shuffle", () => {
  it("gives each of the 6 orders of 3 rows equally often", () => {
    const stream = rng(1).stream("shuffle");
    const counts = new Map<string, number>();
    const n = 12_000;
    for (let i = 0; i < n; i++) {
      const order = Int32Array.of(0, 1, 2);
      shuffle(order, stream);
      counts.set(order.join(""), (counts.get(order.join("")) ?? 0) + 1);
    }
    expect(counts.size).toBe(6);
    // Five standard errors of a count with probability 1/6.
    for (const count of counts.values()) expect(Math.abs(count - n / 6)).toBeLessThan(5 * Math.sqrt(n * (1 / 6) * (5 / 6)));
  });

  it("keeps every row", () => {
    const order = Int32Array.from({ length: 100 }, (_, i) => i);
    shuffle(order, rng(1).stream("shuffle"));
    expect([...order]).not.toEqual([...order].sort((a, b) => a - b));
    expect([...order].sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, i) => i));
  });
});

describe("datasetBytes", () => {
  const bytes = (dataset: Dataset) => Buffer.from(datasetBytes(dataset)).toString("hex");

  it("is the length of the header, the header, then x and y as little-endian doubles", () => {
    const tiny: Dataset = { name: "any", rows: 1, shape: [1], featureNames: ["a"], targetName: "t", task: "number", classes: null, x: Float64Array.of(1), y: Float64Array.of(-2) };
    const header = '{"rows":1,"shape":[1],"featureNames":["a"],"targetName":"t","task":"number","classes":null}';
    expect(bytes(tiny)).toBe(`${header.length.toString(16)}00000000000000${Buffer.from(header).toString("hex")}000000000000f03f00000000000000c0`);
  });

  it("does not depend on the dataset's name", () => { expect(bytes({ ...moons, name: "other" })).toBe(bytes(moons)); });

  it.each<[string, Partial<Dataset>]>([
    ["a feature", { x: moons.x.map((v, i) => i === 7 ? v + 1e-12 : v) }],
    ["a label", { y: moons.y.map((v, i) => i === 7 ? 1 - v : v) }],
    ["the shape", { shape: [1, 2, 1] }],
    ["a class name", { classes: ["up", "lower"] }],
    ["a feature name", { featureNames: ["x1", "x3"] }],
    ["the target's name", { targetName: "kind" }],
  ])("differs when %s differs", (_, change) => { expect(bytes({ ...moons, ...change })).not.toBe(bytes(moons)); });
});
