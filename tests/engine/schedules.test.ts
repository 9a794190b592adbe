/** Every schedule: golden/schedules.json, the course's tables, its ends and how far it jumps, and that training goes by the very curve the preview shows. */

import { describe, expect, it } from "vitest";
import {
  accuracy, catalog, checkAgainstData, checkRunSpec, compile, constant, cosine, cosineRestarts, dense, describeCatalog, exponential, fit, inverseRoot, inverseTime, linearDecay, loadCheckpoint, mse,
  multistep, oneCycle, piecewise, polynomial, previewSchedule, reduceOnPlateau, saveCheckpoint, sgd, softmaxCrossEntropy, stepDecay, warmup,
} from "../../src-engine/index.ts";
import type { Component, FitEvent, Model, Part } from "../../src-engine/index.ts";
import { paceOf } from "../../src-engine/plan/schedule.ts";
import { misses } from "../support/close.ts";
import { golden } from "../support/golden.ts";

/** golden's names: each case has those its formula needs. */
interface Given {
  readonly lr0: number; readonly decay: number; readonly interval: number; readonly gamma: number; readonly decay_rate: number; readonly decay_steps: number; readonly k: number; readonly step_size: number;
  readonly milestones: readonly number[]; readonly boundaries: readonly number[]; readonly values: readonly number[]; readonly lr_min: number; readonly T_max: number; readonly T_0: number; readonly T_mult: number;
  readonly warmup: number; readonly total: number; readonly start_factor: number; readonly max_lr: number; readonly total_steps: number; readonly pct_start: number; readonly anneal_strategy: "cos" | "linear";
  readonly div_factor: number; readonly final_div_factor: number; readonly three_phase: boolean; readonly base_momentum: number; readonly max_momentum: number; readonly power: number; readonly lr_end: number;
}
interface Rates { readonly name: string; readonly unit: "epoch" | "step"; readonly params: Given; readonly first_index: number; readonly values: readonly number[]; readonly momentum?: readonly number[] }
interface Plateau { readonly params: { readonly mode: "min" | "max"; readonly factor: number; readonly patience: number; readonly threshold: number; readonly threshold_mode: "rel" | "abs"; readonly cooldown: number; readonly min_lr: number; readonly lr0: number; readonly eps: number }; readonly metrics: readonly number[]; readonly values: readonly number[] }

const { cases, reduce_on_plateau: plateaus } = golden<{ cases: readonly Rates[]; reduce_on_plateau: readonly Plateau[] }>("schedules");

/** A golden case as a schedule, the rate it starts from, and how long training is where that matters. */
const known: Readonly<Record<string, (params: Given, per: "epoch" | "step") => { readonly schedule: Component; readonly base?: number; readonly total?: number }>> = {
  constant: () => ({ schedule: constant() }),
  inverse_time: ({ decay }, per) => ({ schedule: inverseTime({ decayRate: decay, per }) }),
  inverse_time_staircase: ({ decay, interval }, per) => ({ schedule: inverseTime({ decayRate: decay, interval, staircase: true, per }) }),
  exponential: ({ gamma }, per) => ({ schedule: exponential({ factor: gamma, per }) }),
  exponential_continuous: ({ decay_rate, decay_steps }, per) => ({ schedule: exponential({ factor: decay_rate, interval: decay_steps, per }) }),
  exponential_staircase: ({ decay_rate, decay_steps }, per) => ({ schedule: exponential({ factor: decay_rate, interval: decay_steps, staircase: true, per }) }),
  inverse_sqrt: ({ k }, per) => ({ schedule: inverseRoot({ k, per }) }),
  step: ({ step_size, gamma }, per) => ({ schedule: stepDecay({ interval: step_size, factor: gamma, per }) }),
  multistep: ({ milestones, gamma }, per) => ({ schedule: multistep({ milestones, factor: gamma, per }) }),
  piecewise: ({ boundaries, values }, per) => ({ schedule: piecewise({ rates: boundaries.map((at, i) => ({ at, rate: values[i + 1]! })), per }), base: values[0]! }),
  cosine: ({ lr_min, T_max }, per) => ({ schedule: cosine({ end: lr_min, per }), total: T_max }),
  cosine_warm_restarts: ({ T_0, T_mult, lr_min }, per) => ({ schedule: cosineRestarts({ first: T_0, factor: T_mult, end: lr_min, per }) }),
  warmup_cosine: ({ warmup: steps, total, lr_min }) => ({ schedule: warmup({ steps, then: cosine({ end: lr_min }) }), total }),
  linear_warmup_from_factor_then_cosine: ({ start_factor, warmup: steps, total, lr_min }) => ({ schedule: warmup({ steps, start: start_factor, then: cosine({ end: lr_min }) }), total }),
  one_cycle: ({ max_lr, total_steps, pct_start, anneal_strategy, div_factor, final_div_factor, three_phase, base_momentum, max_momentum }) => ({
    schedule: oneCycle({ rise: pct_start, shape: anneal_strategy === "cos" ? "cosine" : "linear", divisor: div_factor, endDivisor: final_div_factor, threePhases: three_phase, cycleMomentum: true, lowMomentum: base_momentum, highMomentum: max_momentum }),
    base: max_lr, total: total_steps,
  }),
  polynomial: ({ total, power, lr_end }, per) => ({ schedule: polynomial({ power, end: lr_end, per }), total }),
  linear_decay: ({ total, lr_end }, per) => ({ schedule: linearDecay({ end: lr_end, per }), total }),
};

describe("golden/schedules.json", () => {
  it("has 24 cases of 17 names, and 3 of a plateau", () => {
    expect(cases).toHaveLength(24);
    expect(new Set(cases.map(({ name }) => name))).toEqual(new Set(Object.keys(known)));
    expect(plateaus).toHaveLength(3);
  });

  describe.each(cases.map((c, i) => [`${i}: ${c.name} ${JSON.stringify(c.params)}`, c] as const))("%s", (_, { name, unit, params, first_index, values, momentum }) => {
    const { schedule, base = params.lr0, total = 0 } = known[name]!(params, unit);
    const pace = paceOf(schedule, base);
    const length = { epochs: unit === "epoch" ? total : 1, stepsPerEpoch: unit === "epoch" ? 1 : total };
    const at = (index: number): readonly [number, number] => {
      const completed = index - (name === "inverse_sqrt" ? 1 : 0);
      return unit === "epoch" ? [completed, 0] : [0, completed];
    };
    // The rate is a double whatever the memory; rounded to a single it is far inside golden's 1e-5.
    it.each([[64, 1e-9], [32, 1e-5]] as const)("in %i bit within %d, relative", (precision, rel) => {
      const round = precision === 32 ? Math.fround : (x: number) => x;
      // A cosine's end is 0 only up to the rounding of the cosine: 1e-17 of the rate.
      expect(misses(values.map((__, i) => round(pace.rate(...at(first_index + i), length))), values, { rel, abs: 1e-17 })).toEqual([]);
      if (momentum !== undefined) expect(misses(momentum.map((__, i) => round(pace.momentum(...at(first_index + i), length)!)), momentum, { rel })).toEqual([]);
    });
  });

  it.each(plateaus.map((plateau) => [JSON.stringify(plateau.params), plateau] as const))("reduce on plateau %s: the rate after each of 30 metrics", (_, { params, metrics, values }) => {
    const schedule = reduceOnPlateau({ metric: "validation/score", factor: params.factor, patience: params.patience, threshold: params.threshold, thresholdIs: params.threshold_mode === "rel" ? "relative" : "absolute", cooldown: params.cooldown, least: params.min_lr });
    const pace = paceOf(schedule, params.lr0, { score: params.mode === "min" ? "lower" : "higher" });
    expect(params.eps).toBe(1e-8);
    expect(metrics).toHaveLength(30);
    const rates = metrics.map((metric, i) => {
      pace.report({ "train/score": 5, "validation/score": metric });
      return pace.rate(i + 1, i + 1, { epochs: 0, stepsPerEpoch: 0 });
    });
    expect(misses(rates, values, { rel: 1e-9 })).toEqual([]);
  });
});

describe("the course's tables", () => {
  const after = (schedule: Component, base: number, epochs: readonly number[]) => epochs.map((epoch) => paceOf(schedule, base).rate(epoch, 0, { epochs: 0, stepsPerEpoch: 0 }));

  it("inverse time, α₀ = 0.2 and rate 1: 0.2 in the first epoch, then 0.1, 0.0667, 0.05, 0.04", () => {
    expect(misses(after(inverseTime({ decayRate: 1 }), 0.2, [0, 1, 2, 3, 4]), [0.2, 0.1, 0.0667, 0.05, 0.04], { rel: 6e-4 })).toEqual([]);
  });
  it("exponential, 0.95 and α₀ = 0.2: 0.2, then 0.19, 0.1805, 0.1715, 0.1629", () => {
    expect(misses(after(exponential({ factor: 0.95 }), 0.2, [0, 1, 2, 3, 4]), [0.2, 0.19, 0.1805, 0.1715, 0.1629], { rel: 3e-4 })).toEqual([]);
  });
  it("root, counted from 1: k α₀ in the first epoch, half of it in the fourth", () => {
    expect(misses(after(inverseRoot({ k: 3 }), 0.2, [0, 3, 8]), [0.6, 0.3, 0.2], { rel: 1e-15 })).toEqual([]);
  });
  it("staircase, α₀ = 0.5, rate 0.3, interval 100: 0.5 at epoch 10 and 99, 0.3846 at epoch 100 (floor, not rounding, and 1 +, not 10 +)", () => {
    expect(misses(after(inverseTime({ decayRate: 0.3, interval: 100, staircase: true }), 0.5, [10, 50, 99, 100, 199]), [0.5, 0.5, 0.5, 0.3846, 0.3846], { rel: 1e-4 })).toEqual([]);
  });
  it("by hand: each rate from its epoch on, whatever the order of the list", () => {
    expect(after(piecewise({ rates: [{ at: 5, rate: 0.01 }, { at: 2, rate: 0.05 }] }), 0.2, [0, 1, 2, 4, 5, 50])).toEqual([0.2, 0.2, 0.05, 0.05, 0.01, 0.01]);
  });
});

/** 20 epochs of 50 steps at α₀ = 0.1: first and last rate, and the largest change from one step to the next as a multiple of α₀; a new schedule needs its line. */
const table: Readonly<Record<string, { readonly schedule: Component; readonly first: number; readonly last: number; readonly jump: number }>> = {
  constant: { schedule: constant(), first: 0.1, last: 0.1, jump: 0 },
  inverseTime: { schedule: inverseTime({ decayRate: 0.01, per: "step" }), first: 0.1, last: 0.1 / 10.99, jump: 0.01 },
  exponential: { schedule: exponential({ factor: 0.5, interval: 100, per: "step" }), first: 0.1, last: 0.1 * 0.5 ** 9.99, jump: 0.007 },
  inverseRoot: { schedule: inverseRoot({ per: "step" }), first: 0.1, last: 0.1 / Math.sqrt(1000), jump: 0.3 },
  step: { schedule: stepDecay(), first: 0.1, last: 0.01, jump: 0.901 },
  multistep: { schedule: multistep({ milestones: [5, 10], factor: 0.5 }), first: 0.1, last: 0.025, jump: 0.501 },
  piecewise: { schedule: piecewise(), first: 0.1, last: 0.01, jump: 0.901 },
  linearDecay: { schedule: linearDecay({ end: 0.02 }), first: 0.1, last: 0.02 + 0.08 / 1000, jump: 0.0009 },
  polynomial: { schedule: polynomial({ power: 2 }), first: 0.1, last: 1e-7, jump: 0.0021 },
  cosine: { schedule: cosine(), first: 0.1, last: 0.05 * (1 - Math.cos(Math.PI / 1000)), jump: 0.0016 },
  cosineRestarts: { schedule: cosineRestarts({ first: 5, factor: 1 }), first: 0.1, last: 0.05 * (1 + Math.cos(0.8 * Math.PI)), jump: 1 },
  warmup: { schedule: warmup({ steps: 100, then: cosine() }), first: 0.001, last: 0.05 * (1 - Math.cos(Math.PI / 900)), jump: 0.0101 },
  oneCycle: { schedule: oneCycle(), first: 0.004, last: 4e-7, jump: 0.0052 },
  reduceOnPlateau: { schedule: reduceOnPlateau(), first: 0.1, last: 0.1, jump: 0 },
};

it("has every schedule of the catalogue in the table", () => {
  expect(Object.keys(table).sort()).toEqual(catalog.schedule.map(({ kind }) => kind as string).sort());
});

describe.each(Object.entries(table))("%s", (kind, { schedule, first, last, jump }) => {
  const length = { epochs: 20, stepsPerEpoch: 50 };
  const rates = previewSchedule(schedule, { learningRate: 0.1, ...length });

  it("begins and ends where the table says, and changes from step to step by no more than that", () => {
    expect(rates).toHaveLength(1000);
    expect(misses([rates[0]!, rates.at(-1)!], [first, last], { rel: 1e-9 })).toEqual([]);
    const jumps = [...rates].slice(1).map((rate, i) => Math.abs(rate - rates[i]!) / 0.1);
    expect(Math.max(...jumps)).toBeLessThanOrEqual(jump + 1e-12);
    expect(Math.max(...jumps)).toBeGreaterThanOrEqual(0.8 * jump - 1e-12);
  });

  it("is never negative, never above α₀, and in proportion to α₀ unless rates are absolute", () => {
    for (const rate of rates) expect(rate >= 0 && rate <= 0.1 * (1 + 1e-12)).toBe(true);
    const twice = previewSchedule(schedule, { learningRate: 0.2, ...length });
    const isAbsolute = kind === "piecewise" || schedule["end"] === 0.02;
    if (!isAbsolute) expect(misses(twice, rates.map((rate) => 2 * rate), { rel: 1e-12, abs: 1e-17 })).toEqual([]);
  });

  it("behind a warm-up it begins as it begins without, one step after α₀ was reached", () => {
    const warmed = previewSchedule(warmup({ steps: 30, then: schedule }), { learningRate: 0.1, ...length });
    expect(misses([warmed[0]!, warmed[29]!, warmed[30]!], [0.1 / 30, 0.1, first], { rel: 1e-12 })).toEqual([]);
    // The wrapped one is told of 970 steps, which are 19.4 epochs.
    const alone = paceOf(schedule, 0.1);
    const rest = Float64Array.from({ length: 970 }, (_, step) => alone.rate(Math.floor(step / 50), step, { epochs: 19.4, stepsPerEpoch: 50 }));
    expect(misses(warmed.subarray(30), rest, { rel: 1e-12 })).toEqual([]);
  });

  it("is what training goes by: the learning rates of fit's steps are those of the preview, bit for bit", () => {
    const plan = compile({ ...model, schedule }, { batchSize: 4, seed: 1 });
    const events = [...fit(plan, part, { epochs: 6, validation: part })];
    expect(Float64Array.from(events.filter((event) => event.kind === "step").map(({ learningRate }) => learningRate))).toEqual(previewSchedule(schedule, { learningRate: 0.01, epochs: 6, stepsPerEpoch: 3 }));
  });
});

const part: Part = { rows: 11, x: Float64Array.from({ length: 33 }, (_, i) => Math.sin(i)), y: Float64Array.from({ length: 11 }, (_, i) => Math.cos(i)) };
const model: Model = { input: [3], layers: [dense({ units: 4 }), { kind: "tanh" }, dense({ units: 1 })], loss: mse(), optimizer: sgd({ learningRate: 0.01 }) };

describe("warm restarts", () => {
  it("start each cycle at α₀ and make it longer by the factor: at 0, 3, 9, 21 with T₀ = 3, k = 2", () => {
    const rates = previewSchedule(cosineRestarts({ first: 3, factor: 2, per: "step" }), { learningRate: 1, epochs: 1, stepsPerEpoch: 30 });
    expect([...rates].flatMap((rate, step) => (rate === 1 ? [step] : []))).toEqual([0, 3, 9, 21]);
  });
});

describe("counting", () => {
  it("per epoch the rate changes only where an epoch ends, per step at every step", () => {
    const changes = (per: "epoch" | "step") => {
      const rates = previewSchedule(exponential({ per }), { learningRate: 1, epochs: 4, stepsPerEpoch: 3 });
      return [...rates].slice(1).flatMap((rate, i) => (rate === rates[i] ? [] : [i + 1]));
    };
    expect(changes("epoch")).toEqual([3, 6, 9]);
    expect(changes("step")).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  it("a schedule with an end that nobody told it is refused, not guessed", () => {
    const plan = compile({ ...model, schedule: cosine() }, { batchSize: 4, seed: 1 });
    expect(() => plan.learningRate()).toThrow("the schedule cosine needs to know how long training is: say it with setLength({ epochs, stepsPerEpoch })");
    plan.setLength({ epochs: 2, stepsPerEpoch: 5 });
    expect(plan.learningRate()).toBe(0.01);
    expect(compile({ ...model, schedule: constant() }, { batchSize: 4, seed: 1 }).learningRate()).toBe(0.01);
  });

  it("the preview refuses a wrong schedule with its path, and fills in what was left out", () => {
    expect(() => previewSchedule({ kind: "warmup", then: { kind: "cosine", end: -1 } }, { learningRate: 1, epochs: 1, stepsPerEpoch: 1 })).toThrow(/^schedule\.then\.end must be a number in \[0, /);
    expect(previewSchedule({ kind: "exponential" }, { learningRate: 1, epochs: 2, stepsPerEpoch: 1 })).toEqual(Float64Array.of(1, 0.95));
  });
});

describe("reduce on plateau in training", () => {
  const labels: Part = { ...part, y: part.y.map((y) => (y > 0 ? 1 : 0)) };
  const classes: Model = { ...model, layers: [dense({ units: 2 })], loss: softmaxCrossEntropy(), metrics: [accuracy()] };
  const rates = (events: readonly FitEvent[]) => events.filter((event) => event.kind === "step" && (event.step - 1) % 3 === 0).map((event) => (event.kind === "step" ? event.learningRate : 0));

  it("hears of every epoch's end: with no patience and a threshold that nothing passes, each epoch after the second is cut by half", () => {
    const plan = compile({ ...model, schedule: reduceOnPlateau({ patience: 0, threshold: 10, thresholdIs: "absolute", factor: 0.5, metric: "train/loss" }) }, { batchSize: 4, seed: 1 });
    expect(rates([...fit(plan, part, { epochs: 5 })])).toEqual([0.01, 0.01, 0.005, 0.0025, 0.00125]);
  });

  it("knows which way a metric is better: an accuracy that falls is a plateau, a loss that falls is none", () => {
    const reported = (metric: string, values: readonly number[]) => {
      const plan = compile({ ...classes, schedule: reduceOnPlateau({ patience: 0, metric }) }, { batchSize: 4, seed: 1 });
      for (const value of values) plan.report({ [metric]: value });
      return plan.learningRate();
    };
    expect(reported("validation/accuracy", [0.5, 0.4])).toBeCloseTo(0.001, 12);
    expect(reported("validation/accuracy", [0.4, 0.5])).toBe(0.01);
    expect(reported("validation/loss", [0.5, 0.4])).toBe(0.01);
    expect(reported("validation/loss", [0.4, 0.5])).toBeCloseTo(0.001, 12);
    expect(reported("validation/loss", [0.4, Number.NaN])).toBeCloseTo(0.001, 12);
  });

  it("goes on with its state after a checkpoint, between any two epochs", () => {
    const make = () => compile({ ...classes, schedule: warmup({ steps: 2, then: reduceOnPlateau({ patience: 1, cooldown: 1, threshold: 0.5, factor: 0.3, metric: "train/loss" }) }) }, { batchSize: 4, seed: 1 });
    const whole = make();
    const all = rates([...fit(whole, labels, { epochs: 9 })]);
    expect(new Set(all).size).toBeGreaterThan(3);
    for (let stop = 1; stop < 9; stop++) {
      const half = make(), rest = make();
      for (const event of fit(half, labels, { epochs: 9 })) if (event.kind === "epoch" && event.epoch === stop) break;
      loadCheckpoint(rest, saveCheckpoint(half));
      expect(rates([...fit(rest, labels, { epochs: 9 })])).toEqual(all.slice(stop));
      expect(saveCheckpoint(rest)).toEqual(saveCheckpoint(whole));
    }
  });

  it("a metric that no epoch will have is refused before the first step, with its path: in training and against the data", () => {
    const plan = compile({ ...classes, schedule: warmup({ then: reduceOnPlateau() }) }, { batchSize: 4, seed: 1 });
    expect(() => fit(plan, labels, { epochs: 1 }).next()).toThrow(/^schedule\.then\.metric must be one of train\/loss, train\/accuracy, for there are no validation rows; got validation\/loss$/);
    expect(plan.step).toBe(0);
    const { spec } = checkRunSpec({ layers: [{ kind: "dense", units: 10 }], schedule: { kind: "reduceOnPlateau", metric: "validation/f1" } }, describeCatalog());
    const problems = checkAgainstData(spec!, { shape: [64], task: "classes", classes: 10, trainRows: 100, validationRows: 20, testRows: 20 });
    expect(problems.map(({ path, cure }) => [path, cure])).toEqual([["schedule.metric", "validation/loss"]]);
  });
});
