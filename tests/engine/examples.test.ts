/** The box: its tables are what their declarations say, and every example spec is complete, right and ready to train. */

import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { describeCatalog } from "../../src-engine/catalog.ts";
import { samples } from "../../src-engine/data/files.ts";
import { prepare } from "../../src-engine/data/prepare.ts";
import { checkAgainstData } from "../../src-engine/plan/against-data.ts";
import { compile } from "../../src-engine/plan/compile.ts";
import { checkRunSpec } from "../../src-engine/spec/run-spec.ts";
import { evaluate } from "../../src-engine/train/evaluate.ts";
import { fit } from "../../src-engine/train/fit.ts";
import { dataOf, exampleNames, readExample, readSample } from "../support/examples.ts";

describe("the samples", () => {
  it.each<[keyof typeof samples, number, number[] | null]>([
    ["iris", 150, [50, 50, 50]],
    ["wine", 178, [59, 71, 48]],
    ["breastCancer", 569, [212, 357]],
    ["digits", 1797, [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]],
    ["diabetes", 442, null],
  ])("%s has %i rows, its shape, its target and its class counts", (name, rows, counts) => {
    const dataset = readSample(name);
    const { shape, target, task, classes } = samples[name];
    expect([dataset.rows, dataset.shape, dataset.targetName, dataset.task, dataset.classes]).toEqual([rows, shape, target, task, classes]);
    expect(dataset.classes?.map((_, label) => dataset.y.filter((y) => y === label).length) ?? null).toEqual(counts);
  });

  it("the first digit is drawn row by row: its top row is 0 0 5 13 9 1 0 0", () => {
    const { x, y } = readSample("digits");
    expect([...x.slice(0, 8), y[0]]).toEqual([0, 0, 5, 13, 9, 1, 0, 0, 0]);
  });

  it("each has its file, and no file is without its sample", () => {
    const files = readdirSync(new URL("../../examples/data/", import.meta.url)).filter((file) => file.endsWith(".csv"));
    expect(files.sort()).toEqual(Object.values(samples).map(({ file }) => file as string).sort());
  });

  it("have an example each, as does every generator", () => {
    const used = exampleNames.map((name) => { const { data } = readExample(name) as { data: { kind: string; name?: string } }; return data.name ?? data.kind; });
    expect(used.sort()).toEqual([...Object.keys(samples), "spirals", "moons", "circles", "blobs", "xor"].sort());
  });
});

describe.each(exampleNames)("examples/%s.json", (name) => {
  const { spec, problems } = checkRunSpec(readExample(name), describeCatalog());

  it("is accepted", () => { expect(problems).toEqual([]); });

  it("has rows to train, to choose and to judge", () => {
    const dataset = dataOf(spec!.data);
    const { train, validation, test } = prepare(dataset, spec!);
    expect(train.rows + validation.rows + test.rows).toBe(dataset.rows);
    for (const part of [train, validation, test]) {
      expect(part.rows).toBeGreaterThan(20);
      expect(part.x.every(Number.isFinite) && part.y.every(Number.isFinite)).toBe(true);
    }
  });

  it("fits its data: loss, last layer and metrics", () => {
    const dataset = dataOf(spec!.data);
    const { train, validation, test } = prepare(dataset, spec!);
    const facts = { shape: dataset.shape, task: dataset.task, classes: dataset.classes?.length ?? null, trainRows: train.rows, validationRows: validation.rows, testRows: test.rows };
    expect(checkAgainstData(spec!, facts)).toEqual([]);
  });
});

it("examples/digits.json opens the test split and reaches at least 0.96 accuracy on it", () => {
  const spec = checkRunSpec(readExample("digits"), describeCatalog()).spec!;
  expect(spec.train.openTest).toBe(true);
  const dataset = dataOf(spec.data);
  const { train, test, scaling } = prepare(dataset, spec);
  const plan = compile({ input: dataset.shape, ...spec }, { batchSize: spec.train.batchSize, seed: spec.seed });
  for (const _ of fit(plan, train, { epochs: spec.train.epochs })) continue;
  expect(evaluate(plan, test, scaling)["accuracy"]).toBeGreaterThanOrEqual(0.96);
});
