/** Metrics beyond their golden numbers: their names, what is refused, several questions in a row, and laws over random outputs. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalog, checkAgainstData, checkRunSpec, compile, confusionMatrix, dense, describeCatalog, directions, evaluate, fit, identity, metricName, rng, rocArea, rocCurve, sgd } from "../../src-engine/index.ts";
import type { Component, Model, RunSpec } from "../../src-engine/index.ts";
import { misses } from "../support/close.ts";

const named = (component: Component): string => metricName(component, describeCatalog());

/** A network whose outputs are its inputs. */
function measured(z: ArrayLike<number>, y: ArrayLike<number>, { outputs, loss, metrics, batchSize = 64, softTargets = false }: { readonly outputs: number; readonly loss: Component; readonly metrics: readonly Component[]; readonly batchSize?: number; readonly softTargets?: boolean }): Readonly<Record<string, number>> {
  const plan = compile({ input: [outputs], layers: [identity()], loss, optimizer: sgd(), metrics }, { batchSize, seed: 1, precision: 64, softTargets });
  return evaluate(plan, { rows: z.length / outputs, x: Float64Array.from(z), y: Float64Array.from(y) });
}

describe("a metric's name", () => {
  it.each<[Component, string]>([
    [{ kind: "f1" }, "f1"],
    [{ kind: "f1", average: "macro", class: null }, "f1"],
    [{ kind: "f1", average: "micro" }, "f1Micro"],
    [{ kind: "precision", average: "weighted" }, "precisionWeighted"],
    [{ kind: "recall", class: 0 }, "recallClass0"],
    [{ kind: "ece", bins: 15 }, "ece"],
    [{ kind: "ece", bins: 10 }, "eceBins10"],
    [{ kind: "topKAccuracy", k: 5 }, "topKAccuracyK5"],
    [{ kind: "rocAuc", multiclass: "ovo" }, "rocAucOvo"],
  ])("of %j is %s", (component, name) => { expect(named(component)).toBe(name); });

  it("is the key of its result, beside the loss's", () => {
    expect(Object.keys(measured([1, 0, 0, 1], [0, 1], { outputs: 2, loss: { kind: "softmaxCrossEntropy" }, metrics: [{ kind: "f1" }, { kind: "f1", average: "micro" }, { kind: "f1", class: 1 }] }))).toEqual(["loss", "f1", "f1Micro", "f1Class1"]);
  });

  it("leads to its direction; the loss goes down", () => {
    expect(directions([{ kind: "f1", class: 2 }, { kind: "ece", bins: 5 }], describeCatalog())).toEqual({ loss: "lower", f1Class2: "higher", eceBins5: "lower" });
  });
});

describe("two metrics of one name are refused", () => {
  const metrics = [{ kind: "accuracy" }, { kind: "f1" }, { kind: "f1", average: "micro" }, { kind: "f1", average: "macro" }];

  it("in a run-spec, naming the second and the first", () => {
    const { problems } = checkRunSpec({ layers: [{ kind: "dense", units: 10 }], metrics }, describeCatalog());
    expect(problems.map(({ path, code, message }) => [path, code, message])).toEqual([["metrics.3", "duplicate", "is measured already: metrics.1 has the same name, f1"]]);
  });

  it("and by compile", () => {
    expect(() => compile({ input: [2], layers: [dense({ units: 3 })], loss: { kind: "softmaxCrossEntropy" }, optimizer: sgd(), metrics }, { batchSize: 1, seed: 1 })).toThrow("metrics.3 is measured already");
  });
});

describe("what does not suit the outputs or the loss is refused, naming the path and a cure", () => {
  const model = (loss: string, units: number, metrics: readonly Component[]): Model => ({ input: [4], layers: [dense({ units })], loss: { kind: loss }, optimizer: sgd(), metrics });
  const spec = (of: Model): RunSpec => {
    const { input: _, ...rest } = of;
    return checkRunSpec(rest, describeCatalog()).spec!;
  };
  const facts = (classes: number) => ({ shape: [4], task: "classes" as const, classes, trainRows: 9, validationRows: 3, testRows: 3 });

  it.each<[string, Model, number, string, unknown]>([
    ["k that all classes fit in", model("softmaxCrossEntropy", 3, [{ kind: "topKAccuracy" }]), 3, "metrics.0.k must be below the number of classes, 3, or every row is right; got 3", 2],
    ["a class that is not there", model("softmaxCrossEntropy", 3, [{ kind: "accuracy" }, { kind: "f1", class: 3 }]), 3, "metrics.1.class must be one of the 3 classes, 0 to 2; got 3", 2],
    ["probabilities of a loss of margins", model("hinge", 3, [{ kind: "ece" }]), 3, "metrics.0.kind ece needs probabilities, which the loss hinge does not give; use softmaxCrossEntropy, or leave this metric out", undefined],
    ["class weights for other classes", { ...model("softmaxCrossEntropy", 3, []), loss: { kind: "softmaxCrossEntropy", classWeights: [1, 2] } }, 3, "loss.classWeights must have one weight for each of the 3 outputs; got 2", undefined],
  ])("%s", (_, of, classes, sentence, cure) => {
    expect(() => compile(of, { batchSize: 2, seed: 1 })).toThrow(sentence);
    expect(checkAgainstData(spec(of), facts(classes)).map(({ path, message, cure: found }) => [`${path} ${message}`, found])).toEqual([[sentence, cure]]);
  });

  it("of two classes and one output, class 1 is there and 2 is not", () => {
    expect(() => compile(model("binaryCrossEntropy", 1, [{ kind: "f1", class: 1 }]), { batchSize: 2, seed: 1 })).not.toThrow();
    expect(() => compile(model("binaryCrossEntropy", 1, [{ kind: "f1", class: 2 }]), { batchSize: 2, seed: 1 })).toThrow("must be one of the 2 classes");
  });
});

const ofClasses = catalog.metric.filter(({ targets }) => targets[0] === "classes").map(({ kind }) => ({ kind }));

describe("every metric of classes", () => {
  /** Random logits and labels that hold every class. */
  const drawn = (seed: number, rows: number, outputs: number, classes: number) => {
    const stream = rng(seed).stream("outputs");
    return { z: Float64Array.from({ length: rows * outputs }, () => 2 * stream.normal()), y: Float64Array.from({ length: rows }, (_, i) => i % classes) };
  };

  it("has the same value whatever the batches", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 1e6 }), fc.integer({ min: 1, max: 30 }), (seed, batchSize) => {
      const { z, y } = drawn(seed, 24, 4, 4);
      const of = { outputs: 4, loss: { kind: "softmaxCrossEntropy", temperature: 1.5 }, metrics: ofClasses };
      const { loss: _, ...whole } = measured(z, y, of);
      const { loss: __, ...parts } = measured(z, y, { ...of, batchSize });
      expect(parts).toEqual(whole);
    }), { seed: 20_261_122, numRuns: 25 });
  });

  it("of one logit is that of the two logits 0 and z, to rounding", () => {
    const { z, y } = drawn(5, 40, 1, 2);
    const metrics = ofClasses.filter(({ kind }) => kind !== "topKAccuracy");
    const { loss: _, ...one } = measured(z, y, { outputs: 1, loss: { kind: "binaryCrossEntropy" }, metrics });
    const { loss: __, ...two } = measured(Array.from(z).flatMap((s) => [0, s]), y, { outputs: 2, loss: { kind: "softmaxCrossEntropy" }, metrics });
    expect(Object.keys(one)).toEqual(Object.keys(two));
    expect(misses(Object.values(one), Object.values(two), { abs: 1e-14 })).toEqual([]);
  });

  it("takes several yes-or-no outputs as so many rows", () => {
    const { z, y } = drawn(6, 40, 1, 2);
    const metrics = ofClasses.filter(({ kind }) => kind !== "topKAccuracy");
    const of = { loss: { kind: "binaryCrossEntropy" }, metrics };
    expect(measured(z, y, { ...of, outputs: 4 })).toEqual(measured(z, y, { ...of, outputs: 1, batchSize: 256 }));
  });

  it("sees of a soft yes-or-no target the nearer answer", () => {
    const of = { outputs: 1, loss: { kind: "binaryCrossEntropy" }, metrics: ofClasses.filter(({ kind }) => kind !== "topKAccuracy") }, z = [2, -1, 0.5, -3];
    const { loss: _, ...soft } = measured(z, [0.7, 0.2, 0.4, 0.9], { ...of, softTargets: true });
    const { loss: __, ...hard } = measured(z, [1, 0, 0, 1], of);
    expect(soft).toEqual(hard);
  });

  it("sees of soft targets the largest share", () => {
    const { z, y } = drawn(7, 24, 3, 3);
    const shares = Array.from(y).flatMap((label) => [0, 1, 2].map((k) => (k === label ? 0.6 : 0.2)));
    const of = { outputs: 3, loss: { kind: "softmaxCrossEntropy" }, metrics: ofClasses.map((metric) => (metric.kind === "topKAccuracy" ? { ...metric, k: 2 } : metric)) };
    const { loss: _, ...soft } = measured(z, shares, { ...of, softTargets: true });
    const { loss: __, ...hard } = measured(z, y, of);
    expect(soft).toEqual(hard);
  });
});

describe("probabilities", () => {
  it("are those of the loss's temperature", () => {
    const metrics = [{ kind: "logLoss" }, { kind: "brier" }, { kind: "ece" }], z = [2, -1, 0.5, 0.1, 3, -2], y = [0, 1];
    const warm = measured(z, y, { outputs: 3, loss: { kind: "softmaxCrossEntropy", temperature: 4 }, metrics });
    expect(misses(Object.values(warm), Object.values(measured(z.map((s) => s / 4), y, { outputs: 3, loss: { kind: "softmaxCrossEntropy" }, metrics })), { rel: 1e-14 })).toEqual([]);
    expect(misses([warm["logLoss"]!], [warm["loss"]!], { rel: 1e-14 })).toEqual([]);
  });

  it("log loss is plain whatever the loss's weights and smoothing", () => {
    const of = (loss: Component) => measured([2, -1, 0.5, 0.1, 3, -2], [0, 2], { outputs: 3, loss, metrics: [{ kind: "logLoss" }] });
    const plain = of({ kind: "softmaxCrossEntropy" });
    expect(of({ kind: "softmaxCrossEntropy", labelSmoothing: 0.2, classWeights: [1, 2, 3] })["logLoss"]).toBe(plain["logLoss"]);
    expect(misses([plain["logLoss"]!], [plain["loss"]!], { rel: 1e-14 })).toEqual([]);
  });

  it("a right class of probability 0 costs 52 ln 2 = 36.04 nats", () => {
    expect(misses([measured([1000, -1000], [1], { outputs: 2, loss: { kind: "softmaxCrossEntropy" }, metrics: [{ kind: "logLoss" }] })["logLoss"]!], [52 * Math.LN2], { rel: 1e-15 })).toEqual([]);
  });

  it("the Brier score of one logit is the sum over both classes: twice the square for class 1", () => {
    expect(misses([measured([0], [1], { outputs: 1, loss: { kind: "binaryCrossEntropy" }, metrics: [{ kind: "brier" }] })["brier"]!], [0.5], { rel: 1e-15 })).toEqual([]);
  });
});

describe("the area under the ROC curve", () => {
  it("is the share of pairs in the right order, ties counting one half", () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 0, max: 1 }), fc.integer({ min: -3, max: 3 })), { minLength: 2, maxLength: 30 }), (rows) => {
      const pairs = rows.filter(([label]) => label === 1).flatMap(([, up]) => rows.filter(([label]) => label === 0).map(([, down]) => (up > down ? 1 : up === down ? 0.5 : 0)));
      const area = rocArea(rows.map(([label]) => label), rows.map(([, score]) => score));
      const share = pairs.reduce<number>((sum, x) => sum + x, 0) / pairs.length;
      expect(pairs.length === 0 ? Number.isNaN(area) : misses([area], [share], { abs: 1e-14 }).length === 0).toBe(true);
    }));
  });

  it("leaves out classes and pairs that are not there, and is NaN for one class alone", () => {
    const metrics = [{ kind: "rocAuc" }, { kind: "rocAuc", multiclass: "ovo" }, { kind: "averagePrecision" }], loss = { kind: "softmaxCrossEntropy" };
    const z = [3, 0, 9, 0, 3, 9, 2, 1, 9, 1, 2, 9];
    // Class 2 has no rows; of the other two, each ranks its own rows first.
    expect(measured(z, [0, 1, 0, 1], { outputs: 3, loss, metrics })).toMatchObject({ rocAuc: 1, rocAucOvo: 1, averagePrecision: 1 });
    expect(measured(z, [0, 0, 0, 0], { outputs: 3, loss, metrics })).toMatchObject({ rocAuc: Number.NaN, rocAucOvo: Number.NaN, averagePrecision: 1 });
  });

  it("is not known where a score is NaN; the curve says which", () => {
    expect(measured([Number.NaN, 1], [0, 1], { outputs: 1, loss: { kind: "binaryCrossEntropy" }, metrics: [{ kind: "rocAuc" }] })["rocAuc"]).toBeNaN();
    expect(() => rocCurve([0, 1], [1, Number.NaN])).toThrow("scores must be numbers; got NaN at place 1");
  });

  it("takes infinite scores as the largest and smallest", () => {
    expect(rocArea([1, 1, 0, 0], [Infinity, Infinity, -Infinity, 0])).toBe(1);
    expect([...rocCurve([1, 0], [Infinity, Infinity]).tpr]).toEqual([0, 1]);
  });
});

it("the confusion matrix refuses classes that are not there", () => {
  expect(() => confusionMatrix([0, 1], [0, 2], 2)).toThrow("[0, 2); got 2 at place 1");
  expect(() => confusionMatrix([0, 1], [0], 2)).toThrow("got 1 and 2");
});

it("a metric that is not defined for the rows is no divergence: training goes on", () => {
  const plan = compile({ input: [1], layers: [dense({ units: 2 })], loss: { kind: "softmaxCrossEntropy" }, optimizer: sgd(), metrics: [{ kind: "cohenKappa" }, { kind: "rocAuc" }] }, { batchSize: 2, seed: 1 });
  const epochs = [...fit(plan, { rows: 2, x: Float64Array.of(1, 1), y: Float64Array.of(1, 1) }, { epochs: 30 })].filter((event) => event.kind === "epoch");
  expect(epochs).toHaveLength(31);
  expect(epochs.at(-1)!.metrics["train/cohenKappa"]).toBeNaN();
  expect(epochs.at(-1)!.metrics["train/rocAuc"]).toBeNaN();
});
