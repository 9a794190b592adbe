/** Population-based training as a function of the history: generations, who goes on with whose weights, at which values; and what a spec must be like for it. */

import { describe, expect, it } from "vitest";
import { checkSweepSpec, costOf, describeCatalog, generationOf, next } from "../../src-engine/index.ts";
import type { SweepSpec, Trial } from "../../src-engine/index.ts";

const raw = {
  base: { data: { kind: "blobs" }, layers: [{ kind: "dense", units: 8 }, { kind: "relu" }, { kind: "dropout" }, { kind: "dense", units: 3 }], metrics: [{ kind: "accuracy" }], train: { epochs: 9 } },
  axes: { "optimizer.learningRate": { from: 1e-4, to: 1, scale: "log" } },
  sampler: { kind: "random" }, pruner: { kind: "population", members: 5, every: 3, share: 0.2, resample: 0 }, trials: 15,
};
const checked = (given: object = {}): ReturnType<typeof checkSweepSpec> => checkSweepSpec({ ...raw, ...given }, describeCatalog());
const specOf = (given: object = {}): SweepSpec => checked(given).spec!;

const rates = [0.001, 0.01, 0.1, 0.5, 0.0002];
/** The first generation, with these losses; NaN diverged. */
const generation = (losses: readonly number[]): Trial[] => losses.map((loss, i) => ({ number: i + 1, batch: 1, point: { "optimizer.learningRate": rates[i] }, state: Number.isNaN(loss) ? "failed" : "finished", values: [loss] }));
const rateOf = ({ point }: Trial): number => Number(point["optimizer.learningRate"]);
const fromsOf = (trials: readonly Trial[]): (number | null | undefined)[] => trials.map(({ from }) => from);

describe("a population", () => {
  it("has generations of as many trials as members, one after the other up to the last epoch, then begins anew", () => {
    const spec = specOf({ pruner: { ...raw.pruner, every: 4 } });
    expect([1, 5, 6, 11, 15, 16].map((number) => generationOf(number, spec))).toEqual([
      { index: 1, first: 1, from: 0, until: 4 }, { index: 1, first: 1, from: 0, until: 4 }, { index: 2, first: 6, from: 4, until: 8 },
      { index: 3, first: 11, from: 8, until: 9 }, { index: 3, first: 11, from: 8, until: 9 }, { index: 1, first: 16, from: 0, until: 4 },
    ]);
  });

  it("of five with a share of a fifth the worst goes on with the best one's weights, a tenth of its scale away: 10^±0.4 times its rate over four decades; the others stay", () => {
    const { start } = next(generation([0.3, 0.1, 0.2, 0.9, 0.4]), specOf());
    expect(start.map(({ number, batch, state }) => [number, batch, state])).toEqual([6, 7, 8, 9, 10].map((number) => [number, 2, "running"]));
    expect(fromsOf(start)).toEqual([1, 2, 3, 2, 5]);
    expect([0, 1, 2, 4].map((i) => rateOf(start[i]!))).toEqual([0.001, 0.01, 0.1, 0.0002]);
    expect(Math.abs(Math.log10(rateOf(start[3]!) / 0.01))).toBeCloseTo(0.4, 9);
  });

  it("who diverged always gives up, however many they are; with nobody left all begin anew at their points", () => {
    const { start } = next(generation([Number.NaN, 0.5, Number.NaN, Number.NaN, 0.4]), specOf());
    expect(fromsOf(start)).toEqual([5, 2, 5, 5, 5]);
    expect(fromsOf(next(generation([Number.NaN, Number.NaN, Number.NaN, Number.NaN, Number.NaN]), specOf()).start)).toEqual([null, null, null, null, null]);
  });

  it("maximizes what is to be large, and of several objectives copies from the first front", () => {
    const accuracy = specOf({ objective: { metric: "validation/accuracy" } });
    expect(fromsOf(next(generation([0.3, 0.1, 0.2, 0.9, 0.4]), accuracy).start)).toEqual([1, 4, 3, 4, 5]);
    const both = specOf({ objective: [{ metric: "validation/loss" }, { metric: "run/seconds" }] });
    const trials = generation([0.3, 0.1, 0.2, 0.9, 0.4]).map((trial, i) => ({ ...trial, values: [trial.values![0]!, [5, 4, 3, 9, 6][i]!] }));
    // Fronts: {2, 3}, {1}, {5}, {4}; of the first the earlier trial.
    expect(fromsOf(next(trials, both).start)).toEqual([1, 2, 3, 2, 5]);
  });

  it("a generation of which a crash has kept a part is completed with the very members it lacked; after the last generation nothing is left", () => {
    const first = generation([0.3, 0.1, 0.2, 0.9, 0.4]), spec = specOf();
    const { start } = next(first, spec);
    expect(next([...first, start[1]!, start[3]!], spec).start).toEqual([start[0], start[2], start[4]]);
    const done = (trials: readonly Trial[]): Trial[] => trials.map((trial) => ({ ...trial, state: "finished", values: [rateOf(trial)] }));
    const second = [...first, ...done(start)], third = [...second, ...done(next(second, spec).start)];
    expect(third.length).toBe(15);
    expect(next(third, spec)).toEqual({ start: [], isExhausted: true });
  });

  it("costs a generation's epochs for each trial, and whole trainings for the confirmation", () => {
    expect(costOf(specOf())).toEqual({ runs: 15 + 9, epochs: 15 * 3 + 9 * 9, prunedEpochs: 15 * 3 + 9 * 9 });
  });

  it.each([
    ["a number of trials that is no whole number of populations", { trials: 20 }, "trials", "must be a multiple of 15"],
    ["trials chosen one by one", { mode: "asynchronous" }, "mode", "must be synchronous"],
    ["several seeds for a trial", { repeats: { count: 3 } }, "repeats.count", "must be 1"],
    ["generations longer than a training", { pruner: { ...raw.pruner, every: 10 }, trials: 5 }, "pruner.every", "must be at most base.train.epochs"],
    ["a grid", { sampler: { kind: "grid" } }, "sampler.kind", "draws the first generation"],
    ["layers that change their size", { axes: { "layers.0.units": {} } }, 'axes["layers.0.units"]', "cannot vary in a population"],
    ["another batch size", { axes: { "train.batchSize": {} } }, 'axes["train.batchSize"]', "cannot vary in a population"],
    ["early stopping", { base: { ...raw.base, train: { epochs: 9, earlyStopping: { metric: "validation/loss" } } } }, "base.train.earlyStopping", "must be absent"],
  ])("refuses %s", (_, given, path, message) => {
    expect(checked(given).problems.map((one) => [one.path, one.message])).toContainEqual([path, expect.stringContaining(message)]);
  });

  it("takes optimizers, schedules and numbers of layers as axes, and a layer's size that is held", () => {
    expect(checked({ axes: { "optimizer.kind": { values: ["adam", "momentum"] }, "layers.2.keepProb": {}, "train.clipNorm": {}, "layers.0.units": { value: 16 } } }).problems.map(({ path, message }) => `${path} ${message}`)).toEqual([]);
  });
});
