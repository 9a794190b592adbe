/** Training as a generator of events: what comes when, what it promises, and how it ends badly. */

import { describe, expect, it, vi } from "vitest";
import { SpecError, TrainingError, accuracy, adam, batchNorm, blobs, compile, dense, dropout, evaluate, fit, generate, l2, mse, prepare, r2, relu, rmse, rng, sgd, softmaxCrossEntropy, standard, stratified, tanh, weightBytes } from "../../src-engine/index.ts";
import type { Component, FitEvent, Model, Part, Plan } from "../../src-engine/index.ts";
import { misses } from "../support/close.ts";

const data = generate(blobs({ samples: 100 }));
const { train, validation, scaling } = prepare(data, { split: stratified({ validation: 0.2, test: 0.1 }), scaling: standard() });
const model: Model = { input: [2], layers: [dense({ units: 8 }), relu(), dense({ units: 3 })], loss: softmaxCrossEntropy(), optimizer: adam({ learningRate: 0.02 }), metrics: [accuracy()] };
const stepsOf = (events: readonly FitEvent[]) => events.filter((event) => event.kind === "step");
const epochsOf = (events: readonly FitEvent[]) => events.filter((event) => event.kind === "epoch");
const paramOf = (plan: Plan, name: string) => plan.slices.find((slice) => slice.role === "param" && slice.name === name)!.view;

/** The row numbers of the training part that each gather of a step asked for. */
function visited(of: Model, options: { epochs: number; batchSize: number }): number[][] {
  const plan = compile(of, { batchSize: options.batchSize, seed: 1, executor: "reference" });
  const gather = vi.spyOn(plan, "gather");
  for (const _ of fit(plan, train, { epochs: options.epochs }));
  return gather.mock.calls.filter(([, rows]) => rows !== null).map(([, rows, from, to]) => [from, to, rows!.length]);
}

describe("events", () => {
  const plan = compile(model, { batchSize: 32, seed: 1 });
  const events = [...fit(plan, train, { epochs: 3, validation, scaling })];

  it("begin with the untrained network at epoch 0, step 0; then 3 steps and an epoch, three times", () => {
    expect(train.rows).toBe(70);
    expect(events.map(({ kind, step, epoch }) => `${kind} ${step}/${epoch}`)).toEqual([
      "epoch 0/0", "step 1/1", "step 2/1", "step 3/1", "epoch 3/1", "step 4/2", "step 5/2", "step 6/2", "epoch 6/2", "step 7/3", "step 8/3", "step 9/3", "epoch 9/3",
    ]);
  });

  it("carry loss and every metric of both splits, named split/metric", () => {
    for (const { metrics } of epochsOf(events)) expect(Object.keys(metrics)).toEqual(["train/loss", "train/accuracy", "validation/loss", "validation/accuracy"]);
    expect(epochsOf(events).at(-1)!.metrics).toEqual({
      ...Object.fromEntries(Object.entries(evaluate(plan, train)).map(([name, value]) => [`train/${name}`, value])),
      ...Object.fromEntries(Object.entries(evaluate(plan, validation)).map(([name, value]) => [`validation/${name}`, value])),
    });
  });

  it("say what the untrained network does, of the order of ln 3, and less after training", () => {
    expect(epochsOf(events)[0]!.metrics["train/loss"]).toBeGreaterThan(0.5);
    expect(epochsOf(events)[0]!.metrics["train/loss"]).toBeLessThan(2.5);
    expect(epochsOf(events).at(-1)!.metrics["train/loss"]).toBeLessThan(epochsOf(events)[0]!.metrics["train/loss"]!);
  });

  it("say the gradient's norm before the update, penalty included, and the two parts of the loss", () => {
    const penalized = compile({ ...model, regularizer: l2({ lambda: 3 }), optimizer: sgd({ learningRate: 0.5 }) }, { batchSize: 70, seed: 1, precision: 64 });
    const before = paramOf(penalized, "0/kernel").slice();
    const all = penalized.slices.filter(({ role }) => role === "param").flatMap(({ view }) => [...view]);
    const step = stepsOf([...fit(penalized, train, { epochs: 1 })])[0]!;
    const after = penalized.slices.filter(({ role }) => role === "param").flatMap(({ view }) => [...view]);
    // Plain descent moves by α times the gradient.
    expect(misses([step.gradientNorm], [Math.hypot(...all.map((p, i) => p - after[i]!)) / 0.5], { rel: 1e-12 })).toEqual([]);
    const squares = [...before].reduce((sum, w) => sum + w * w, 0);
    expect(step.penalty).toBeGreaterThan((3 / 140) * squares);
    expect(misses([step.loss], [step.dataLoss + step.penalty], { rel: 1e-15 })).toEqual([]);
    expect(step.learningRate).toBe(0.5);
  });

  it("follow the schedule: inverse time changes the rate from epoch to epoch, counted from 0", () => {
    const scheduled = compile({ ...model, schedule: { kind: "inverseTime", decayRate: 1 } }, { batchSize: 70, seed: 1 });
    expect(misses(stepsOf([...fit(scheduled, train, { epochs: 4 })]).map(({ learningRate }) => learningRate), [0.02, 0.01, 0.02 / 3, 0.005], { rel: 1e-15 })).toEqual([]);
  });
});

describe("batches", () => {
  it("visit every training row exactly once per epoch, the last batch with what is left", () => {
    const plan = compile(model, { batchSize: 16, seed: 1, executor: "reference" });
    const seen: number[] = [];
    const gather = plan.gather.bind(plan);
    vi.spyOn(plan, "gather").mockImplementation((part, rows, from, to) => {
      if (rows !== null) seen.push(...rows.slice(from, to));
      return gather(part, rows, from, to);
    });
    for (const _ of fit(plan, train, { epochs: 2 }));
    const [first, second] = [seen.slice(0, 70), seen.slice(70)];
    const every = Array.from({ length: 70 }, (_, i) => i);
    expect([...first].sort((a, b) => a - b)).toEqual(every);
    expect([...second].sort((a, b) => a - b)).toEqual(every);
    expect(second).not.toEqual(first);
    expect(visited(model, { epochs: 1, batchSize: 16 })).toEqual([[0, 16, 70], [16, 32, 70], [32, 48, 70], [48, 64, 70], [64, 70, 70]]);
  });

  it("a batch size of all rows, or more, is full-batch descent: the same bits", () => {
    const [exact, larger] = [70, 500].map((batchSize) => {
      const plan = compile(model, { batchSize, seed: 1 });
      const losses = stepsOf([...fit(plan, train, { epochs: 5 })]).map(({ loss }) => loss);
      return { losses, bytes: weightBytes(plan) };
    });
    expect(larger).toEqual(exact);
    expect(exact!.losses).toHaveLength(5);
  });

  it("a smaller batch size than the plan's gives the bits of a plan made for it", () => {
    const [made, asked] = [compile(model, { batchSize: 16, seed: 1 }), compile(model, { batchSize: 64, seed: 1 })];
    for (const _ of fit(made, train, { epochs: 2 }));
    const losses = stepsOf([...fit(asked, train, { epochs: 2, batchSize: 16 })]);
    expect(losses).toHaveLength(10);
    expect(weightBytes(asked)).toEqual(weightBytes(made));
  });

  it("full-batch descent with a small rate lowers the total loss at every one of 200 steps, penalty included", () => {
    const plan = compile({ ...model, layers: [dense({ units: 8 }), tanh(), dense({ units: 3 })], optimizer: sgd({ learningRate: 0.1 }), regularizer: l2({ lambda: 1 }) }, { batchSize: 70, seed: 1, precision: 64 });
    const losses = stepsOf([...fit(plan, train, { epochs: 200 })]).map(({ loss }) => loss);
    expect(losses.every((loss, i) => i === 0 || loss < losses[i - 1]!)).toBe(true);
  });
});

describe("chance", () => {
  const bytes = (given: Partial<Model>, seed: number) => {
    const plan = compile({ ...model, ...given }, { batchSize: 16, seed });
    for (const _ of fit(plan, train, { epochs: 2 }));
    return weightBytes(plan);
  };

  it("the same spec and seed give the same bits; another seed gives others", () => {
    const layers = [dense({ units: 8 }), relu(), dropout(), dense({ units: 3 })];
    expect(bytes({ layers }, 4)).toEqual(bytes({ layers }, 4));
    expect(bytes({ layers }, 5)).not.toEqual(bytes({ layers }, 4));
  });

  it("a layer more shifts no other stream: the first kernel starts the same, and rows come in the same order", () => {
    const plain = compile(model, { batchSize: 16, seed: 1, executor: "reference" });
    const longer = compile({ ...model, layers: [dense({ units: 8 }), relu(), dropout(), dense({ units: 8 }), relu(), dense({ units: 3 })] }, { batchSize: 16, seed: 1, executor: "reference" });
    expect(paramOf(longer, "0/kernel")).toEqual(paramOf(plain, "0/kernel"));
    const orders = [plain, longer].map((plan) => {
      const gather = vi.spyOn(plan, "gather");
      for (const _ of fit(plan, train, { epochs: 1 }));
      return [...gather.mock.calls.find(([, rows]) => rows !== null)![1]!];
    });
    expect(orders[1]).toEqual(orders[0]);
  });
});

describe("the caller owns the loop", () => {
  it("a loop that is left stops training; going on later finishes the epochs that are missing", () => {
    const plan = compile(model, { batchSize: 32, seed: 1 });
    for (const event of fit(plan, train, { epochs: 5 })) if (event.kind === "epoch" && event.epoch === 2) break;
    expect([plan.step, plan.epoch]).toEqual([6, 2]);
    const rest = [...fit(plan, train, { epochs: 5 })];
    expect(rest[0]).toMatchObject({ kind: "step", step: 7, epoch: 3 });
    expect([plan.step, plan.epoch]).toEqual([15, 5]);
    const whole = compile(model, { batchSize: 32, seed: 1 });
    for (const _ of fit(whole, train, { epochs: 5 }));
    expect(weightBytes(plan)).toEqual(weightBytes(whole));
  });

  it("an order from outside is followed, and one with a row that is not there is refused", () => {
    const plan = compile(model, { batchSize: 70, seed: 1, executor: "reference" });
    expect(() => [...fit(plan, train, { epochs: 1, order: () => Int32Array.of(0, 70) })]).toThrow("[0, 70); got 70");
    const gather = vi.spyOn(plan, "gather");
    for (const _ of fit(plan, train, { epochs: 1, order: () => Int32Array.of(3, 1) }));
    expect([...gather.mock.calls.find(([, rows]) => rows !== null)![1]!]).toEqual([3, 1]);
  });
});

describe("divergence", () => {
  const run = (given: Partial<Model>, part: Part = train) => {
    const plan = compile({ ...model, ...given }, { batchSize: 16, seed: 1 });
    const events: FitEvent[] = [];
    try {
      for (const event of fit(plan, part, { epochs: 50 })) events.push(event);
    } catch (error) {
      return { plan, events, error: error as TrainingError };
    }
    throw new Error("it did not diverge");
  };

  it("stops at the first step whose loss is not finite, after its event and before its update, naming step, epoch and the norm before", () => {
    const { plan, events, error } = run({ layers: [dense({ units: 8 }), dense({ units: 3 })], optimizer: sgd({ learningRate: 1e12 }) });
    expect(error).toBeInstanceOf(TrainingError);
    expect(error.code).toBe("diverged");
    const last = stepsOf(events).at(-1)!;
    expect(last.step).toBe(error.step);
    expect(Number.isFinite(last.loss) && Number.isFinite(last.gradientNorm)).toBe(false);
    expect(stepsOf(events).slice(0, -1).every(({ loss, gradientNorm }) => Number.isFinite(loss) && Number.isFinite(gradientNorm))).toBe(true);
    expect(plan.step).toBe(error.step - 1);
    expect(error.message).toMatch(/^(loss became (NaN|Infinity)|the gradient's norm became (NaN|Infinity)) at step \d+ \(epoch 1\), first in the activation of layer 1 \(dense\); the gradient norm was \S+ at step \d+$/);
    expect(error.hint).toBe("Try train.clipNorm: 1, a smaller learningRate, or look for very large numbers in the data.");
  });

  it("names the input when a number in the data is not finite, and leaves weights, statistics and vectors as they were before that step", () => {
    const x = train.x.slice();
    x[5] = Number.NaN;
    const layers = [dense({ units: 8 }), batchNorm(), relu(), dense({ units: 3 })];
    const { plan, events, error } = run({ layers }, { ...train, x });
    expect(error.message).toContain("first in the input");
    expect(plan.learned.every(Number.isFinite)).toBe(true);
    // A plan that was stopped just before that step by hand has the same numbers.
    const by = compile({ ...model, layers }, { batchSize: 16, seed: 1 });
    if (plan.step > 0) for (const event of fit(by, { ...train, x }, { epochs: 50 })) if (event.kind === "step" && event.step === plan.step) break;
    expect(stepsOf(events)).toHaveLength(plan.step + 1);
    const kept = (of: Plan) => of.slices.filter(({ role }) => ["param", "statistic", "slot"].includes(role)).map(({ view }) => [...view]);
    expect(kept(plan)).toEqual(kept(by));
  });

  it("a gradient that overflows behind a finite loss is named by its own slice", () => {
    // The outputs are 0, the loss 10¹⁶, its gradient −10⁸, and 10³² times that is more than a single can hold.
    const { error } = run({ layers: [dense({ units: 1, init: { kind: "zeros" } })], loss: mse(), metrics: [] }, { rows: 2, x: new Float64Array(4).fill(1e32), y: new Float64Array(2).fill(1e8) });
    expect(error.message).toBe("the gradient's norm became Infinity at step 1 (epoch 1), first in the gradient of 0/kernel");
  });

  it("is seen in the very step whose update overflows a weight, which is taken back", () => {
    const plan = compile({ ...model, layers: [dense({ units: 3 })], optimizer: sgd({ learningRate: 1e38 }) }, { batchSize: 70, seed: 1 });
    const before = weightBytes(plan);
    const events: FitEvent[] = [];
    expect(() => { for (const event of fit(plan, { ...train, x: train.x.map((v) => v * 1e3) }, { epochs: 1 })) events.push(event); }).toThrow(/^a parameter is no longer a finite number at step 1 \(epoch 1\), first in the parameter 0\/kernel; the gradient norm was \S+ at step 1$/);
    expect(events.map(({ kind }) => kind)).toEqual(["epoch", "step"]);
    expect(weightBytes(plan)).toEqual(before);
    expect(plan.step).toBe(0);
  });

  it("is seen at an epoch's end when finite weights overflow the sums", () => {
    const plan = compile({ ...model, layers: [dense({ units: 3 })], optimizer: sgd({ learningRate: 1e37 }) }, { batchSize: 70, seed: 1 });
    const events: FitEvent[] = [];
    expect(() => { for (const event of fit(plan, { ...train, x: train.x.map((v) => v * 10) }, { epochs: 1 })) events.push(event); }).toThrow(/^train\/loss became (NaN|Infinity) at step 1 \(epoch 1\); the gradient norm was \S+ at step 1$/);
    expect(events.map(({ kind }) => kind)).toEqual(["epoch", "step", "epoch"]);
    expect(plan.learned.every(Number.isFinite)).toBe(true);
  });
});

describe("evaluation", () => {
  it("weights batches by their rows: 70 rows in batches of 16, 64 or 70 give the same loss within 1e-14", () => {
    const losses = [16, 64, 70].map((batchSize) => evaluate(compile(model, { batchSize, seed: 1, precision: 64 }), train)["loss"]!);
    expect(misses(losses, [losses[2]!, losses[2]!, losses[2]!], { rel: 1e-14 })).toEqual([]);
  });

  it("changes nothing: no parameter, statistic or stream", () => {
    const plan = compile({ ...model, layers: [dense({ units: 8 }), batchNorm(), dropout(), dense({ units: 3 })] }, { batchSize: 16, seed: 1 });
    const state = () => [plan.slices.filter(({ role }) => ["param", "statistic", "slot"].includes(role)).map(({ view }) => [...view]), [...plan.streams.values()].map(({ counter }) => counter)];
    const before = state();
    evaluate(plan, train);
    expect(state()).toEqual(before);
  });

  it("leaves penalties out, and is empty for no rows", () => {
    const [plain, penalized] = [model, { ...model, regularizer: l2({ lambda: 100 }) }].map((of) => compile(of, { batchSize: 16, seed: 1 }));
    expect(evaluate(penalized!, train)).toEqual(evaluate(plain!, train));
    expect(evaluate(plain!, { rows: 0, x: new Float64Array(), y: new Float64Array() })).toEqual({});
  });

  it("one output says class 1 where its logit is above 0", () => {
    const plan = compile({ input: [1], layers: [dense({ units: 1 })], loss: { kind: "binaryCrossEntropy" }, optimizer: sgd(), metrics: [accuracy()] }, { batchSize: 4, seed: 1 });
    paramOf(plan, "0/kernel").fill(1);
    expect(evaluate(plan, { rows: 4, x: Float64Array.of(-1, 0, 1, 2), y: Float64Array.of(0, 0, 1, 0) })["accuracy"]).toBe(0.75);
  });

  it("rmse is in the target's own unit, R² is that of the residuals; constant targets follow scikit-learn", () => {
    const metrics: readonly Component[] = [rmse(), r2()];
    const plan = compile({ input: [1], layers: [dense({ units: 1 })], loss: mse(), optimizer: sgd(), metrics }, { batchSize: 2, seed: 1, precision: 64 });
    paramOf(plan, "0/kernel").fill(1);
    const part = (x: readonly number[], y: readonly number[]): Part => ({ rows: x.length, x: Float64Array.from(x), y: Float64Array.from(y) });
    const scaled = { features: scaling.features, target: { mean: 100, deviation: 20 } };
    // Errors 1, −1, 1 and targets around 2 with squares 1 + 0 + 1.
    const measured = evaluate(plan, part([2, 1, 4], [1, 2, 3]), scaled);
    expect(misses([measured["loss"]!, measured["rmse"]!, measured["r2"]!], [1, 20, 1 - 3 / 2], { rel: 1e-14 })).toEqual([]);
    expect(evaluate(plan, part([5, 5], [5, 5]))).toMatchObject({ rmse: 0, r2: 1 });
    expect(evaluate(plan, part([5, 6], [5, 5]))).toMatchObject({ r2: 0 });
  });
});

describe("rows that do not fit are refused before training", () => {
  const plan = compile(model, { batchSize: 16, seed: 1 });
  const with_ = (change: Partial<Part>): Part => ({ ...train, ...change });

  it.each([
    ["a label the network has no output for", with_({ y: train.y.map((y, i) => (i === 4 ? 3 : y)) }), "label 3 in row 5; 3 outputs with softmaxCrossEntropy take labels 0 to 2"],
    ["a label that is not whole", with_({ y: train.y.map((y, i) => (i === 0 ? 0.5 : y)) }), "label 0.5 in row 1"],
    ["too few features", with_({ x: train.x.slice(1) }), "needs 2 a row"],
    ["no rows", { rows: 0, x: new Float64Array(), y: new Float64Array() }, "leaves no row to train on"],
  ])("%s", (_, part, message) => {
    const start = () => fit(plan, part, { epochs: 1 }).next();
    expect(start).toThrow(SpecError);
    expect(start).toThrow(message);
  });

  it("a batch larger than the plan's memory", () => {
    expect(() => fit(plan, train, { epochs: 1, batchSize: 17 }).next()).toThrow("[1, 16]");
  });
});

it("learns: exclusive-or is out of reach of one dense layer and within reach of two", () => {
  const stream = rng(3).stream("xor");
  const x = Float64Array.from({ length: 400 }, () => 2 * stream.uniform() - 1);
  const part: Part = { rows: 200, x, y: Float64Array.from({ length: 200 }, (_, i) => (x[2 * i]! * x[2 * i + 1]! > 0 ? 0 : 1)) };
  const reached = (layers: readonly Component[]) => {
    const plan = compile({ input: [2], layers, loss: softmaxCrossEntropy(), optimizer: adam({ learningRate: 0.02 }), metrics: [accuracy()] }, { batchSize: 20, seed: 1 });
    for (const _ of fit(plan, part, { epochs: 60 }));
    return evaluate(plan, part)["accuracy"]!;
  };
  expect(reached([dense({ units: 2 })])).toBeLessThan(0.75);
  expect(reached([dense({ units: 16 }), relu(), dense({ units: 2 })])).toBeGreaterThan(0.95);
});
