/** Splits: every row once, classes in their shares, the same rows for the same seed, and refusals that name what is too small. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Dataset } from "../../src-engine/data/dataset.ts";
import { kFold, random, splitRows, stratified } from "../../src-engine/data/split.ts";
import { SpecError } from "../../src-engine/spec/errors.ts";
import { arbitrarySplit, classesOf } from "../support/arbitraries.ts";

const numbers = (rows: number): Dataset => ({ ...classesOf([rows, 0]), task: "number", classes: null, targetName: "price", y: Float64Array.from({ length: rows }, (_, i) => i / 3) });
const problemsOf = (run: () => unknown) => {
  try { run(); } catch (error) { if (error instanceof SpecError) return error.problems; throw error; }
  throw new Error("nothing was refused");
};

describe.each([stratified, random])("$kind", (split) => {
  it("puts every row in exactly one part, in ascending order", () => {
    fc.assert(fc.property(arbitrarySplit(), ({ sizes, ...values }) => {
      const dataset = classesOf(sizes);
      const rows = splitRows(dataset, split(values));
      const parts = [rows.train, rows.validation, rows.test].map((part) => [...part]);
      expect(parts.flat().sort((a, b) => a - b)).toEqual(Array.from({ length: dataset.rows }, (_, i) => i));
      for (const part of parts) expect(part).toEqual([...part].sort((a, b) => a - b));
    }));
  });

  it("gives the same rows for the same seed and others for another", () => {
    const dataset = classesOf([60, 60]);
    const once = splitRows(dataset, split({ seed: 4 }));
    expect(splitRows(dataset, split({ seed: 4 }))).toEqual(once);
    expect([...splitRows(dataset, split({ seed: 5 })).test]).not.toEqual([...once.test]);
  });

  it("leaves a part with share 0 empty", () => {
    const rows = splitRows(classesOf([30, 30]), split({ validation: 0, test: 0.2 }));
    expect([rows.train.length, rows.validation.length, rows.test.length]).toEqual([48, 0, 12]);
  });

  it("takes the declared defaults, 0.15 and 0.15, where a spec leaves them out", () => {
    const rows = splitRows(classesOf([100, 100]), { kind: split.kind });
    expect([rows.train.length, rows.validation.length, rows.test.length]).toEqual([140, 30, 30]);
  });
});

describe("stratified", () => {
  it("keeps each class's share in each part to within one row", () => {
    fc.assert(fc.property(arbitrarySplit(), ({ sizes, ...values }) => {
      const dataset = classesOf(sizes);
      const rows = splitRows(dataset, stratified(values));
      const shares = { train: 1 - values.validation - values.test, validation: values.validation, test: values.test };
      for (const part of ["train", "validation", "test"] as const) {
        sizes.forEach((size, label) => {
          const count = rows[part].filter((row) => dataset.y[row] === label).length;
          // 1e-6 allows for the rounding of a product such as 0.15 · 20; the law itself is "less than one row".
          expect(Math.abs(count - shares[part] * size)).toBeLessThan(1 + 1e-6);
        });
      }
    }));
  });

  it("rounds by largest remainder: 7 rows at 0.70, 0.15, 0.15 become 5, 1, 1, and 50 become 35, 8, 7", () => {
    const rows = splitRows(classesOf([7, 50]), stratified());
    const dataset = classesOf([7, 50]);
    const counts = [0, 1].map((label) => [rows.train, rows.validation, rows.test].map((part) => part.filter((row) => dataset.y[row] === label).length));
    expect(counts).toEqual([[5, 1, 1], [35, 8, 7]]);
  });

  it("refuses a number target at split.kind, with random as the cure", () => {
    const [problem] = problemsOf(() => splitRows(numbers(40), stratified()));
    expect(problem).toMatchObject({ path: "split.kind", code: "badSplit", cure: "random" });
    expect(problem!.message).toContain('the target "price" is a number');
  });

  it("refuses every class too small for a part, naming it and its counts", () => {
    const problems = problemsOf(() => splitRows(classesOf([40, 4, 2]), stratified()));
    expect(problems.map(({ path, message }) => `${path} ${message}`)).toEqual([
      'split leaves test without a row: class "c1" has 4 rows, which gives train 3, validation 1, test 0; take another share, or leave a part out with 0',
      'split leaves validation and test without a row: class "c2" has 2 rows, which gives train 2, validation 0, test 0; take another share, or leave a part out with 0',
    ]);
  });
});

describe("random", () => {
  it("splits rows of a number target", () => {
    const rows = splitRows(numbers(442), random());
    expect([rows.train.length, rows.validation.length, rows.test.length]).toEqual([310, 66, 66]);
  });

  it("refuses shares that give a part no row", () => {
    const [problem] = problemsOf(() => splitRows(numbers(3), random({ validation: 0.1, test: 0 })));
    expect(problem!.message).toMatch(/^leaves validation without a row: the data has 3 rows/);
  });
});

it("refuses shares that leave nothing to train on", () => {
  expect(problemsOf(() => splitRows(classesOf([9, 9]), random({ validation: 0.5, test: 0.5 })))).toMatchObject([{ path: "split", code: "badSplit" }]);
});

describe("kFold", () => {
  const arbitraryFolds = () => fc.record({
    sizes: fc.array(fc.integer({ min: 20, max: 90 }), { minLength: 2, maxLength: 4 }), folds: fc.integer({ min: 2, max: 10 }),
    test: fc.constantFrom(0, 0.15, 0.3), seed: fc.integer({ min: 0, max: 4294967295 }), stratify: fc.boolean(),
  });
  const all = (dataset: Dataset, values: Parameters<typeof kFold>[0] & { folds: number }) => Array.from({ length: values.folds }, (_, f) => splitRows(dataset, kFold({ ...values, fold: f + 1 })));

  it("makes every row outside one common test split a validation row exactly once, and trains on all others", () => {
    fc.assert(fc.property(arbitraryFolds(), ({ sizes, ...values }) => {
      const dataset = classesOf(sizes);
      const folds = all(dataset, values);
      for (const { train, validation, test } of folds) {
        expect([...test]).toEqual([...folds[0]!.test]);
        expect([...train, ...validation, ...test].sort((a, b) => a - b)).toEqual(Array.from({ length: dataset.rows }, (_, i) => i));
      }
      const judged = folds.flatMap(({ validation }) => [...validation]).sort((a, b) => a - b);
      expect(judged).toEqual(Array.from({ length: dataset.rows }, (_, i) => i).filter((row) => !folds[0]!.test.includes(row)));
      const lengths = folds.map(({ validation }) => validation.length);
      expect(Math.max(...lengths) - Math.min(...lengths)).toBeLessThanOrEqual(1);
    }), { numRuns: 40 });
  });

  it("gives each fold each class to within one row of the others where it is stratified", () => {
    fc.assert(fc.property(arbitraryFolds(), ({ sizes, ...values }) => {
      const dataset = classesOf(sizes);
      const folds = all(dataset, { ...values, stratify: true });
      sizes.forEach((_, label) => {
        const counts = folds.map(({ validation }) => validation.filter((row) => dataset.y[row] === label).length);
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
      });
    }), { numRuns: 40 });
  });

  it("deals a number target as a whole, leaving out the test share", () => {
    const { train, validation, test } = splitRows(numbers(100), kFold({ folds: 4, fold: 2, test: 0.2, seed: 5 }));
    expect([train.length, validation.length, test.length]).toEqual([60, 20, 20]);
  });

  it("refuses a fold that is not there, and a class with fewer rows than folds", () => {
    expect(problemsOf(() => splitRows(classesOf([40, 40]), kFold({ folds: 3, fold: 4 }))).map(({ path, message }) => `${path} ${message}`)).toEqual(["split.fold must be one of the folds 1…3; got 4"]);
    expect(problemsOf(() => splitRows(classesOf([40, 4]), kFold({ folds: 5, test: 0 }))).map(({ path, message }) => `${path} ${message}`))
      .toEqual(['split.folds leaves a fold without a row: class "c1" has 4 rows outside the test split, for 5 folds; take fewer folds']);
  });
});
