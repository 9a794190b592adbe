/** What training can do besides stepping: several batches a step, balanced and shortened epochs, clipping, early stopping, records; and what a trained network says. */

import { describe, expect, it, vi } from "vitest";
import { accuracy, batchNorm, blobs, compile, dense, dropout, fit, generate, l2, loadCheckpoint, mse, predict, prepare, reference, relu, saveCheckpoint, scalingOf, sgd, softmaxCrossEntropy, standard, stratified, tanh, weightBytes } from "../../src-engine/index.ts";
import { spreadOf } from "../../src-engine/train/records.ts";
import type { EarlyStopping, FitEvent, FitOptions, Model, Part, Plan } from "../../src-engine/index.ts";
import { misses } from "../support/close.ts";

const data = generate(blobs({ samples: 100 }));
const { train, validation, scaling } = prepare(data, { split: stratified({ validation: 0.2, test: 0.1 }), scaling: standard() });
const model: Model = { input: [2], layers: [dense({ units: 8 }), tanh(), dense({ units: 3 })], loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 0.1 }), metrics: [accuracy()] };
const of = <K extends FitEvent["kind"]>(events: readonly FitEvent[], kind: K) => events.filter((event): event is Extract<FitEvent, { kind: K }> => event.kind === kind);
const learned = (plan: Plan): number[] => plan.slices.filter(({ role }) => role === "param").flatMap(({ view }) => [...view]);
const trained = (given: Partial<Model>, options: FitOptions, compiled: object = {}) => {
  const plan = compile({ ...model, ...given }, { batchSize: 16, seed: 1, precision: 64, ...compiled });
  return { plan, events: [...fit(plan, train, options)] };
};

describe("accumulated gradients", () => {
  it.each([
    ["64 rows as 4 × 16", 16, 4, 64],
    ["70 rows as 4 × 16 and 6", 16, 5, 70],
    ["70 rows as 69 and 1", 69, 2, 70],
  ])("equal one large batch with the same rows and penalty: %s, within 1e-13 in 64 bit (only the order of the sums differs)", (_, batchSize, accumulate, rows) => {
    const part: Part = { rows, x: train.x.slice(0, 2 * rows), y: train.y.slice(0, rows) };
    const ends = [{ batchSize, accumulate }, { batchSize: rows, accumulate: 1 }].map((options) => {
      const plan = compile({ ...model, regularizer: l2({ lambda: 2 }) }, { batchSize: options.batchSize, seed: 1, precision: 64, accumulates: true });
      return { events: of([...fit(plan, part, { epochs: 3, ...options })], "step"), numbers: learned(plan) };
    });
    const [small, large] = ends as [typeof ends[0], typeof ends[0]];
    expect(small.events).toHaveLength(3);
    const facts = ({ loss, dataLoss, penalty, gradientNorm }: (typeof small.events)[0]) => [loss, dataLoss, penalty, gradientNorm];
    expect(misses(small.events.flatMap(facts), large.events.flatMap(facts), { rel: 1e-13 })).toEqual([]);
    expect(misses(small.numbers, large.numbers, { abs: 1e-13 })).toEqual([]);
  });

  it("weigh batches by what their loss was divided by: class weights give the large batch's numbers too", () => {
    const weighted = { loss: softmaxCrossEntropy({ classWeights: [1, 10, 0.1] }) };
    const [small, large] = [{ batchSize: 16, accumulate: 5 }, { batchSize: 70, accumulate: 1 }].map((options) => trained(weighted, { epochs: 2, ...options }, { batchSize: options.batchSize, accumulates: true }));
    expect(misses(learned(small!.plan), learned(large!.plan), { abs: 1e-13 })).toEqual([]);
  });

  it("of one batch a step are the plain steps, bit for bit; and an epoch's last step takes what is left", () => {
    expect(weightBytes(trained({}, { epochs: 2, accumulate: 1 }, { accumulates: true, precision: 32 }).plan)).toEqual(weightBytes(trained({}, { epochs: 2 }, { precision: 32 }).plan));
    // 70 rows are 5 batches of 16: steps of 2, 2 and 1 of them.
    const { plan, events } = trained({}, { epochs: 2, accumulate: 2 }, { accumulates: true });
    expect(of(events, "step").map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(plan.visited).toBe(0);
  });

  it.each([32, 64] as const)("are added and divided number by number, each operation rounded once, in %i bit", (precision) => {
    const { accumulate, divide, round } = reference(precision);
    const vector = (numbers: readonly number[]) => (precision === 32 ? Float32Array.from(numbers) : Float64Array.from(numbers));
    const x = [0.1, -1e7, 3], y = [1 / 3, 0.3, 1e-9], sum = vector([7, 7, 7]), mean = vector([0, 0, 0]);
    accumulate(vector(x), sum, 3, 16, true);
    accumulate(vector(y), sum, 3, 5, false);
    divide(sum, mean, 3, 21);
    const expected = x.map((first, i) => round(round(round(16 * round(first)) + round(5 * round(y[i]!))) / 21));
    expect([...mean]).toEqual(expected);
  });

  it("need room that compile must give, and a whole number of batches", () => {
    expect(() => trained({}, { epochs: 1, accumulate: 2 })).toThrow("compiled with accumulates: true");
    expect(() => trained({}, { epochs: 1, accumulate: 1.5 })).toThrow("train.accumulate must be a whole number in [1, ∞); got 1.5");
  });
});

describe("an epoch's rows", () => {
  const seen = (options: FitOptions) => {
    const plan = compile(model, { batchSize: 16, seed: 1, executor: "reference" });
    const gather = vi.spyOn(plan, "gather");
    for (const _ of fit(plan, train, options));
    return gather.mock.calls.filter(([, rows]) => rows !== null).map(([, rows, from, to]) => [...rows!.slice(from, to)]);
  };

  it("without the short batch are 64 of 70, each once", () => {
    const batches = seen({ epochs: 1, dropLast: true });
    expect(batches.map((rows) => rows.length)).toEqual([16, 16, 16, 16]);
    expect(new Set(batches.flat()).size).toBe(64);
  });

  it("balanced have 24, 23 and 23 of the three classes, where the data have 60, 8 and 2", () => {
    const y = Float64Array.from({ length: 70 }, (_, i) => (i < 60 ? 0 : i < 68 ? 1 : 2));
    const plan = compile(model, { batchSize: 16, seed: 1, executor: "reference" });
    const gather = vi.spyOn(plan, "gather");
    for (const _ of fit(plan, { ...train, y }, { epochs: 1, balanced: true }));
    const rows = gather.mock.calls.filter(([, order]) => order !== null).flatMap(([, order, from, to]) => [...order!.slice(from, to)]);
    expect([0, 1, 2].map((label) => rows.filter((row) => y[row] === label).length).sort()).toEqual([23, 23, 24]);
    expect([60, 61, 62, 63, 64, 65, 66, 67].map((row) => rows.filter((one) => one === row).length).every((times) => times === 2 || times === 3)).toBe(true);
  });

  it("cannot be balanced without labels", () => {
    expect(() => trained({ layers: [dense({ units: 1 })], loss: mse(), metrics: [] }, { epochs: 1, balanced: true })).toThrow("train.balanced needs one class label a row");
  });
});

describe("clipping", () => {
  const step = (options: Partial<FitOptions>) => {
    const plan = compile({ ...model, optimizer: sgd({ learningRate: 1 }) }, { batchSize: 70, seed: 1, precision: 64 });
    const before = learned(plan);
    const event = of([...fit(plan, train, { epochs: 1, ...options })], "step")[0]!;
    return { norm: event.gradientNorm, moved: learned(plan).map((p, i) => before[i]! - p) };
  };
  const plain = step({});

  it("of the norm scales the whole gradient down to it, and leaves a shorter one alone", () => {
    const limit = plain.norm / 3;
    expect(misses(step({ clipNorm: limit }).moved, plain.moved.map((g) => g / 3), { abs: 1e-14 })).toEqual([]);
    expect(step({ clipNorm: plain.norm * 2 })).toEqual(plain);
  });

  it("of the values cuts each number; the reported norm is the one from before", () => {
    const { norm, moved } = step({ clipValue: 0.01 });
    expect(norm).toBe(plain.norm);
    expect(misses(moved, plain.moved.map((g) => Math.max(-0.01, Math.min(0.01, g))), { abs: 1e-15 })).toEqual([]);
  });

  it("of each slice's norm leaves no slice longer, and the short ones as they are", () => {
    const plan = compile({ ...model, optimizer: sgd({ learningRate: 1 }) }, { batchSize: 70, seed: 1, precision: 64 });
    const slices = plan.slices.filter(({ role }) => role === "param");
    const before = slices.map(({ view }) => [...view]);
    for (const _ of fit(plan, train, { epochs: 1, clipSliceNorm: 0.05 }));
    const lengths = slices.map(({ view }, i) => Math.hypot(...before[i]!.map((p, j) => p - view[j]!)));
    let from = 0;
    slices.forEach(({ view }, i) => {
      const own = Math.hypot(...plain.moved.slice(from, from += view.length));
      expect(misses([lengths[i]!], [Math.min(own, 0.05)], { rel: 1e-12 })).toEqual([]);
    });
  });

  it("comes in this order: values, slices, the whole", () => {
    const { moved } = step({ clipValue: 0.01, clipNorm: 0.02 });
    const cut = plain.moved.map((g) => Math.max(-0.01, Math.min(0.01, g)));
    const factor = 0.02 / Math.hypot(...cut);
    expect(factor).toBeLessThan(1);
    expect(misses(moved, cut.map((g) => g * factor), { abs: 1e-15 })).toEqual([]);
  });
});

describe("early stopping", () => {
  const stopping = (given: Partial<EarlyStopping> = {}): EarlyStopping => ({ metric: "validation/loss", patience: 3, minDelta: 0, restoreBest: true, ...given });
  // Few rows, a large network and a second half of wrong labels: the validation loss falls, then rises.
  const few: Part = { rows: 12, x: train.x.slice(0, 24), y: train.y.slice(0, 12).map((y, i) => (i % 4 === 0 ? (y + 1) % 3 : y)) };
  const over: Model = { ...model, layers: [dense({ units: 32 }), tanh(), dense({ units: 3 })], optimizer: sgd({ learningRate: 0.5 }) };
  const run = (given: Partial<EarlyStopping>, epochs = 200) => {
    const plan = compile(over, { batchSize: 12, seed: 1, precision: 64 });
    const events = [...fit(plan, few, { epochs, validation, earlyStopping: stopping(given) })];
    return { plan, events, losses: of(events, "epoch").slice(1).map(({ metrics }) => metrics["validation/loss"]!) };
  };

  it("ends after as many epochs without an improvement as patience says, with a marker that names the best", () => {
    const { plan, events, losses } = run({});
    const best = losses.indexOf(Math.min(...losses));
    expect(losses).toHaveLength(best + 1 + 3);
    const marker = of(events, "stoppedEarly")[0]!;
    expect(marker).toMatchObject({ epoch: losses.length, step: losses.length, best: { epoch: best + 1, step: best + 1, value: losses[best] } });
    expect(marker.best.metrics).toEqual(of(events, "epoch")[best + 1]!.metrics);
    expect(plan.epoch).toBe(losses.length);
  });

  it("restores the weights of the best epoch: the bits of a plan trained until there", () => {
    const { plan, events } = run({});
    const { epoch } = of(events, "restored")[0]!.best;
    const until = compile(over, { batchSize: 12, seed: 1, precision: 64 });
    for (const _ of fit(until, few, { epochs: epoch }));
    expect(weightBytes(plan)).toEqual(weightBytes(until));
  });

  it("leaves the last weights where they are not to be restored", () => {
    const { plan, events, losses } = run({ restoreBest: false });
    expect(events.at(-1)!.kind).toBe("stoppedEarly");
    const until = compile(over, { batchSize: 12, seed: 1, precision: 64 });
    for (const _ of fit(until, few, { epochs: losses.length }));
    expect(weightBytes(plan)).toEqual(weightBytes(until));
  });

  it("that never comes still restores the best epoch at the end, without a marker", () => {
    const { events, losses } = run({ patience: 1000 }, 60);
    expect(losses).toHaveLength(60);
    expect(of(events, "stoppedEarly")).toEqual([]);
    expect(of(events, "restored")[0]!.best.epoch).toBe(losses.indexOf(Math.min(...losses)) + 1);
  });

  it("counts only an improvement larger than minDelta: with 10, the first epoch stays the best", () => {
    const { losses, events } = run({ minDelta: 10 });
    expect(losses).toHaveLength(4);
    expect(of(events, "stoppedEarly")[0]!.best.epoch).toBe(1);
  });

  it("knows that more accuracy is better: the first epoch with the highest is the best", () => {
    const { events } = run({ metric: "validation/accuracy", patience: 5 });
    const found = of(events, "epoch").slice(1).map(({ metrics }) => metrics["validation/accuracy"]!);
    expect(of(events, "stoppedEarly")[0]!.best).toMatchObject({ epoch: found.indexOf(Math.max(...found)) + 1, value: Math.max(...found) });
  });

  it.each([
    ["a metric that is not measured", "validation/f1", validation, "train.earlyStopping.metric must be one of validation/loss, validation/accuracy, train/loss, train/accuracy; got validation/f1"],
    ["a validation metric without validation rows", "validation/loss", undefined, "must be one of train/loss, train/accuracy, for there are no validation rows; got validation/loss"],
  ])("refuses %s", (_, metric, rows, message) => {
    const plan = compile(model, { batchSize: 16, seed: 1 });
    expect(() => [...fit(plan, train, { epochs: 1, earlyStopping: stopping({ metric }), ...(rows === undefined ? {} : { validation: rows }) })]).toThrow(message);
  });
});

describe("records", () => {
  const layers = [dense({ units: 6 }), batchNorm(), relu(), dropout(), { kind: "residual", layers: [dense({ units: 6 }), tanh()] }, dense({ units: 3 })];
  const run = (recordEvery: number) => {
    const plan = compile({ ...model, layers, augment: [{ kind: "noise" }] }, { batchSize: 16, seed: 1 });
    const events = [...fit(plan, train, { epochs: 3, validation, recordEvery, clipNorm: 0.1 })];
    return { plan, events };
  };

  it("never change a bit: weights, vectors, streams and all other events are those of a run without them", () => {
    const [without, with_] = [run(0), run(1)];
    expect(saveCheckpoint(with_.plan)).toEqual(saveCheckpoint(without.plan));
    expect(with_.events.filter(({ kind }) => kind !== "record")).toEqual(without.events);
    expect(of(with_.events, "record")).toHaveLength(16);
  });

  it("come for the untrained network, after step 1 and every n-th from there, each behind its step", () => {
    const { events } = run(4);
    expect(of(events, "record").map(({ step }) => step)).toEqual([0, 1, 5, 9, 13]);
    expect(events.map(({ kind, step }) => `${kind} ${step}`)).toContain("record 5");
    expect(events.findIndex(({ kind, step }) => kind === "record" && step === 5)).toBe(events.findIndex(({ kind, step }) => kind === "step" && step === 5) + 1);
  });

  it("tell of every layer and every parameter, those inside another layer too", () => {
    const [first, second] = of(run(1).events, "record");
    expect(second!.layers.map(({ layer, kind }) => `${layer} ${kind}`).sort()).toEqual(["0 dense", "1 batchNorm", "2 relu", "3 dropout", "4 residual", "4/0 dense", "4/1 tanh", "5 dense"]);
    expect(second!.layers.flatMap(({ layer, params }) => params.map(({ name }) => `${layer}/${name}`)).sort()).toEqual(["0/kernel", "1/scale", "1/shift", "4/0/bias", "4/0/kernel", "5/bias", "5/kernel"]);
    for (const { params, delta } of first!.layers) for (const { gradient, updateRatio } of params) expect([delta, gradient, updateRatio]).toEqual([null, null, null]);
  });

  it("hold the right numbers: a step's gradient, its update against the weights before, the activations of the probe rows after it", () => {
    const plan = compile({ ...model, optimizer: sgd({ learningRate: 0.5 }) }, { batchSize: 70, seed: 1, precision: 64 });
    const view = (role: string, name: string) => plan.slices.find((slice) => slice.role === role && slice.name === name)!.view;
    const before = [...view("param", "0/kernel")];
    for (const event of fit(plan, train, { epochs: 1, validation, recordEvery: 1 })) {
      if (event.kind !== "record" || event.step !== 1) continue;
      const after = [...view("param", "0/kernel")];
      const { params: [kernel], activation } = event.layers[0]!;
      const moved = before.map((p, i) => p - after[i]!);
      expect(misses([kernel!.gradient!.norm, kernel!.updateRatio!, kernel!.weight.norm], [Math.hypot(...moved) / 0.5, Math.hypot(...moved) / Math.hypot(...before), Math.hypot(...after)], { rel: 1e-12 })).toEqual([]);
      const rows = validation.rows;
      plan.gather(validation, null, 0, rows);
      plan.forward(rows, "evaluate");
      const z = [...view("activation", "0").subarray(0, rows * 8)];
      expect(misses([activation.rms, activation.mean], [Math.sqrt(z.reduce((sum, x) => sum + x * x, 0) / z.length), z.reduce((sum, x) => sum + x, 0) / z.length], { rel: 1e-12, abs: 1e-15 })).toEqual([]);
    }
    expect.assertions(2);
  });

  it("count dead units and saturated outputs: by weights that make them so", () => {
    const plan = compile({ ...model, layers: [dense({ units: 4 }), relu(), dense({ units: 3 }), tanh(), dense({ units: 3 })] }, { batchSize: 16, seed: 1 });
    const set = (name: string, numbers: readonly number[]) => plan.slices.find((slice) => slice.role === "param" && slice.name === name)!.view.set(numbers);
    set("0/kernel", new Array<number>(8).fill(0));
    set("0/bias", [-1, 1, -2, 3]);
    set("2/kernel", new Array<number>(12).fill(0));
    set("2/bias", [0, 3, -3]);
    const record = of([...fit(plan, train, { epochs: 0, recordEvery: 1 })], "record")[0]!;
    expect(record.layers.map(({ deadShare, saturatedShare }) => [deadShare, saturatedShare])).toEqual([[null, null], [0.5, null], [null, null], [null, 2 / 3], [null, null]]);
  });
});

describe("the spread of numbers", () => {
  it("is counted, summed and sorted into 32 bins from smallest to largest", () => {
    const spread = spreadOf([3, -4, 0, 1]);
    expect(spread).toMatchObject({ count: 4, mean: 0, histogram: { from: -4, to: 3 } });
    expect(misses([spread.norm, spread.rms, spread.deviation], [Math.sqrt(26), Math.sqrt(6.5), Math.sqrt(6.5)], { rel: 1e-15 })).toEqual([]);
    const { counts } = spread.histogram;
    // Bins are 7/32 wide: 0 lies 18.3 of them above −4, 1 lies 22.9.
    expect(counts.flatMap((count, i) => (count > 0 ? [[i, count]] : []))).toEqual([[0, 1], [18, 1], [22, 1], [31, 1]]);
  });

  it("has one bin where all numbers agree, and none where one is not finite", () => {
    expect(spreadOf([2, 2, 2]).histogram).toEqual({ from: 2, to: 2, counts: [3] });
    expect(spreadOf([1, NaN]).histogram.counts).toEqual([]);
    expect(spreadOf([1, Infinity]).histogram.counts).toEqual([]);
    expect(spreadOf([1, NaN]).norm).toBeNaN();
  });

  it("keeps the deviation of numbers far from 0: 1e8 ± 1 has 1", () => {
    expect(spreadOf([1e8 - 1, 1e8 + 1]).deviation).toBe(1);
  });
});

describe("a trained network says", () => {
  const plan = compile(model, { batchSize: 16, seed: 1, precision: 64 });
  for (const _ of fit(plan, train, { epochs: 30 }));
  const raw = { rows: data.rows, x: data.x };

  it("the same for rows in their own units as training saw for the scaled ones, any number of them, from a checkpoint too", () => {
    const scaled = predict(plan, train);
    const rows = train.rows;
    const own = { rows, x: train.x.map((x, i) => x * scaling.features.deviation[i % 2]! + scaling.features.mean[i % 2]!) };
    const bytes = saveCheckpoint(plan, {}, scaling);
    const loaded = compile(model, { batchSize: 7, seed: 2, precision: 64 });
    loadCheckpoint(loaded, bytes);
    const found = predict(loaded, own, scalingOf(bytes)!);
    expect([found.rows, found.width, found.outputs.length]).toEqual([70, 3, 210]);
    expect(misses(found.outputs, scaled.outputs, { abs: 1e-12 })).toEqual([]);
  });

  it("probabilities that sum to 1 and whose largest is the largest logit's", () => {
    const { outputs, probabilities, rows } = predict(plan, raw, scaling);
    for (let i = 0; i < rows; i++) {
      const z = [...outputs.subarray(3 * i, 3 * i + 3)], a = [...probabilities!.subarray(3 * i, 3 * i + 3)];
      expect(misses([a.reduce((sum, p) => sum + p, 0)], [1], { abs: 1e-15 })).toEqual([]);
      expect(a.indexOf(Math.max(...a))).toBe(z.indexOf(Math.max(...z)));
    }
  });

  it("for one logit the probabilities of both classes, for a number its value in the target's own unit", () => {
    const binary = compile({ ...model, layers: [dense({ units: 1 })], loss: { kind: "binaryCrossEntropy" } }, { batchSize: 4, seed: 1, precision: 64 });
    const { outputs, probabilities } = predict(binary, raw);
    expect(misses(probabilities!, [...outputs].flatMap((z) => [1 / (1 + Math.exp(z)), 1 / (1 + Math.exp(-z))]), { rel: 1e-13 })).toEqual([]);
    const number = compile({ ...model, layers: [dense({ units: 1 })], loss: mse(), metrics: [] }, { batchSize: 4, seed: 1, precision: 64 });
    const unit = { features: { mean: Float64Array.of(0, 0), deviation: Float64Array.of(1, 1) }, target: { mean: 100, deviation: 20 } };
    expect(predict(number, raw, unit)).toMatchObject({ probabilities: null, outputs: predict(number, raw).outputs.map((z) => 20 * z + 100) });
  });

  it("nothing of rows of another width", () => {
    expect(() => predict(plan, { rows: 2, x: new Float64Array(6) })).toThrow("data has 6 numbers in 2 rows; the model's input of 2 needs 2 a row");
  });
});

it("dropout leaves the mean of an activation alone: over 100,000 masks within 3 standard errors of it", () => {
  const keepProb = 0.8, a = 2, n = 100_000;
  const plan = compile({ input: [1], layers: [dropout({ keepProb }), dense({ units: 1 })], loss: mse(), optimizer: sgd() }, { batchSize: 1000, seed: 1, precision: 64 });
  plan.gather({ rows: 1000, x: new Float64Array(1000).fill(a), y: new Float64Array(1000) }, null, 0, 1000);
  const y = plan.slices.find(({ role, name }) => role === "activation" && name === "0")!.view;
  let sum = 0;
  for (let i = 0; i < n / 1000; i++) {
    plan.forward(1000, "train");
    for (const value of y) sum += value;
  }
  // The added variance is a²(1 − p)/p.
  expect(misses([sum / n], [a], { abs: 3 * Math.sqrt((a * a * (1 - keepProb)) / keepProb / n) })).toEqual([]);
});
