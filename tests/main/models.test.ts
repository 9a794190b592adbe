/** Saved networks in use, through the whole workbench: exported, and asked about rows. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SpecError } from "../../src-engine/index.ts";
import { modelFormats } from "../../src-main/contract/models.ts";
import type { ModelFormat } from "../../src-main/contract/models.ts";
import type { RunId } from "../../src-main/contract/nouns.ts";
import { predictionTable } from "../../src-main/contract/prediction-table.ts";
import { endlessSpec, ended, openBench, start } from "../support/workbench.ts";
import type { TestBench } from "../support/workbench.ts";

let bench: TestBench;
let iris: RunId, diabetes: RunId;
beforeAll(async () => {
  bench = openBench({ parallel: 2 });
  iris = await start(bench.workbench, { name: "../../iris <b>", data: { kind: "sample", name: "iris" }, layers: [{ kind: "dense", units: 16 }, { kind: "batchNorm" }, { kind: "relu" }, { kind: "dense", units: 3 }], optimizer: { kind: "adam", learningRate: 0.02 }, train: { epochs: 40 } });
  diabetes = await start(bench.workbench, { data: { kind: "sample", name: "diabetes" }, split: { kind: "random" }, layers: [{ kind: "dense", units: 1 }], loss: { kind: "mse" }, metrics: [{ kind: "rmse" }], optimizer: { kind: "adam", learningRate: 0.05 }, train: { epochs: 60 } });
  await Promise.all([iris, diabetes].map((id) => ended(bench.workbench, id)));
});
afterAll(async () => { await bench[Symbol.asyncDispose](); });

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const rowsOf = async (id: RunId) => {
  const { workbench } = bench;
  return workbench.describeData({ data: (await workbench.run({ runId: id })).spec!.data });
};

describe("predicting", () => {
  it("tells the class and every probability of the data's own rows, as numbers and as CSV alike, columns in any order", async () => {
    const { featureNames, firstRows } = await rowsOf(iris);
    const x = Float64Array.from(firstRows.flatMap(({ features }) => features));
    const asked = await bench.workbench.predictRows({ runId: iris, from: { kind: "rows", rows: firstRows.length, x } });
    expect(asked.classes).toEqual(["setosa", "versicolor", "virginica"]);
    for (let row = 0; row < asked.rows; row++) {
      const shares = [...asked.probabilities!.subarray(3 * row, 3 * row + 3)];
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 12);
      expect(asked.classes![asked.predicted[row]!]).toBe(firstRows[row]!.target);
      expect(shares[asked.predicted[row]!]).toBe(Math.max(...shares));
    }
    const backwards = [...featureNames].reverse();
    const table = [[...backwards, "label"].join(","), ...firstRows.map(({ features, target }) => [...[...features].reverse(), target].join(","))].join("\n");
    const read = await bench.workbench.predictRows({ runId: iris, from: { kind: "csv", name: "new.csv", bytes: bytes(table) } });
    expect(read.ignored).toEqual(["label"]);
    expect(read.probabilities).toEqual(asked.probabilities);
    expect(predictionTable(read).slice(0, 2)).toEqual([["label", "P(setosa)", "P(versicolor)", "P(virginica)"], ["setosa", ...read.probabilities!.subarray(0, 3)]]);
  });

  it("tells a number in the target's own unit", async () => {
    const { firstRows, targetRange } = await rowsOf(diabetes);
    const { predicted, probabilities } = await bench.workbench.predictRows({ runId: diabetes, from: { kind: "rows", rows: firstRows.length, x: Float64Array.from(firstRows.flatMap(({ features }) => features)) } });
    expect(probabilities).toBeNull();
    const error = predicted.reduce((sum, value, row) => sum + (value - Number(firstRows[row]!.target)) ** 2, 0) / predicted.length;
    expect(Math.sqrt(error)).toBeLessThan(targetRange!.deviation);
  });

  it("refuses a file by line and column, and a run that is not over or not there", async () => {
    const { featureNames } = await rowsOf(iris);
    const wrong = await bench.workbench.predictRows({ runId: iris, from: { kind: "csv", name: "new.csv", bytes: bytes(`${featureNames.join(",")}\n1,2,3,four\n`) } }).catch((error: unknown) => error);
    expect(wrong).toBeInstanceOf(SpecError);
    expect((wrong as SpecError).problems[0]!.at).toMatchObject({ file: "new.csv", line: 2, column: 4 });
    await expect(bench.workbench.predictRows({ runId: "r-99", from: { kind: "rows", rows: 1, x: new Float64Array(4) } })).rejects.toMatchObject({ code: "noSuchRun" });
    const running = await start(bench.workbench, endlessSpec);
    await expect(bench.workbench.exportModel({ runId: running, format: "onnx" })).rejects.toMatchObject({ code: "wrongState" });
    await bench.workbench.stopRun({ runId: running });
  });
});

describe("exporting", () => {
  it.each(Object.keys(modelFormats) as ModelFormat[])("%s: a file with a name that is no path, and the same bytes each time", async (format) => {
    const first = await bench.workbench.exportModel({ runId: iris, format });
    expect(first.name).toMatch(/^[\p{L}\p{N}.-]+$/u);
    expect(first.name.endsWith(`.${modelFormats[format]}`)).toBe(true);
    expect(first.bytes.byteLength).toBeGreaterThan(200);
    expect((await bench.workbench.exportModel({ runId: iris, format })).bytes).toEqual(first.bytes);
  });
});
