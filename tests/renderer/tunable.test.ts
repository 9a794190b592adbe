/** The settings a run can change on its way, as the dialog lists them. */

import { describe, expect, it } from "vitest";
import { describeCatalog } from "../../src-engine/index.ts";
import { checkRunSpec } from "../../src-engine/spec/run-spec.ts";
import { innerOf, tunables, valueOf } from "../../src-renderer/state/tunable.ts";

const catalog = describeCatalog();
const { spec } = checkRunSpec({ layers: [{ kind: "dense", units: 8 }, { kind: "dropout", keepProb: 0.9 }, { kind: "dense", units: 3 }], schedule: { kind: "warmup", steps: 5, then: { kind: "cosine" } }, train: { clipNorm: 2, earlyStopping: {} } }, catalog);
const list = tunables(spec!, catalog);
const paths = list.map(({ path }) => path);

describe("the settings that can be changed", () => {
  it("begin with the rate and the length, and reach into components and lists", () => {
    expect(paths.slice(0, 2)).toEqual(["optimizer.learningRate", "train.epochs"]);
    for (const path of ["optimizer.beta1", "schedule.steps", "layers.1.keepProb", "train.clipNorm", "train.clipValue", "train.earlyStopping.patience", "train.checkpoints.every"]) expect(paths).toContain(path);
  });

  it("leave out what the weights and rows hang on", () => {
    expect(paths.filter((path) => /units|^seed|^data|^split|^scaling|^name|init|kind/.test(path))).toEqual([]);
    expect(new Set(paths).size).toBe(paths.length);
  });

  it("hold the values of the spec", () => { expect(list.find(({ path }) => path === "train.clipNorm")!.value).toBe(2); });

  it.each([["optimizer.learningRate", "1e-3", 0.001], ["optimizer.learningRate", "fast", "fast"], ["train.clipNorm", "", null], ["train.dropLast", "true", true], ["train.epochs", " 7 ", 7], ["optimizer.learningRate", "0x1F", "0x1F"]])("%s typed as %j is %j", (path, typed, wanted) => {
    const { param } = list.find((one) => one.path === path)!;
    expect(valueOf(param, typed)).toEqual(wanted);
    expect(innerOf(param).kind).not.toBe("optional");
  });
});
