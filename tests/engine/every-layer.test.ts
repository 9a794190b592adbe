/** Being in the catalogue is being tested: every layer and every loss, over random shapes and random parameters; then what is particular to some. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchNorm, catalog, checkGradient, compile, dense, dropout, l2, loadCheckpoint, mse, rng, saveCheckpoint, softmaxCrossEntropy, tanh, zeros } from "../../src-engine/index.ts";
import type { Component, Initializer, Plan } from "../../src-engine/index.ts";
import type { Layer } from "../../src-engine/nn/layer.ts";
import { misses } from "../support/close.ts";
import { golden, numbers } from "../support/golden.ts";
import type { Tensor } from "../support/golden.ts";
import { stage, vector } from "../support/stage.ts";

const layers = catalog.layer as readonly Layer[];
/** Fixed, so that no run meets a ReLU's corner that another did not. */
const property = { seed: 20_261_122, numRuns: 25 };

/** Random numbers for every parameter of a plan (biases, scales and shifts too) and for one batch. */
function shaken(plan: Plan, m: number, seed: number): { x: Float64Array; y: Float64Array } {
  const stream = rng(seed).stream("shaken");
  for (const { role, view } of plan.slices) if (role === "param") view.forEach((_, i) => { view[i] = 0.7 * stream.normal() + 0.1; });
  const width = plan.model.input.reduce((product, n) => product * n, 1);
  const x = Float64Array.from({ length: m * width }, () => stream.normal());
  const y = Float64Array.from({ length: m * plan.targetWidth }, () => (plan.labels === null ? stream.normal() : stream.below(plan.labels)));
  return { x, y };
}

const shape = fc.oneof(fc.tuple(fc.integer({ min: 1, max: 7 })), fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })));

// A declared component is callable, and vitest spells out "$kind" of plain objects only: hence the pairs.
describe.each(layers.map((layer) => [layer.kind, layer] as const))("layer %s", (_, layer) => {
  const least = (input: readonly number[]) => layer.plan(defaults(layer), input).leastRows ?? 1;

  it("passes the gradient check below 1e-7, alone and between two dense layers, over random shapes, rows and parameters", () => {
    fc.assert(fc.property(shape, fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 1e6 }), (input, more, seed) => {
      const m = least(input) + more;
      // With the default ε a batch of two or three nearly equal rows bends so sharply that the difference quotient is off by itself; ε is no matter of the formula.
      const component = layer.kind === "batchNorm" ? batchNorm({ epsilon: 0.1 }) : { kind: layer.kind };
      for (const layers of [[component], [dense({ units: 4 }), component, dense({ units: 2, regularizer: l2({ lambda: 0.5 }) })]]) {
        const plan = compile({ input, layers, loss: mse(), optimizer: { kind: "sgd" } }, { batchSize: m + 1, seed, precision: 64, inputGradient: true });
        const { x, y } = shaken(plan, m, seed);
        expect(checkGradient(plan, x, y).relativeError).toBeLessThan(1e-7);
      }
    }), property);
  });

  it("gives the first rows of a short batch what a plan of just that size gives, bit for bit", () => {
    const layersOf = [dense({ units: 5 }), { kind: layer.kind }, dense({ units: 3 })];
    const model = { input: [4], layers: layersOf, loss: softmaxCrossEntropy(), optimizer: { kind: "sgd" } };
    const [large, small] = [compile(model, { batchSize: 8, seed: 1 }), compile(model, { batchSize: 3, seed: 1 })];
    const { x, y } = shaken(compile(model, { batchSize: 8, seed: 1 }), 8, 5);
    const part = { rows: 8, x, y };
    large.gather(part, null, 0, 8);
    large.gradient(8, "replay");
    for (const plan of [large, small]) {
      // Masks are drawn row by row, so both plans see the same ones.
      plan.gather(part, null, 0, 3);
      plan.gradient(3, "train");
    }
    const grads = (plan: Plan) => plan.slices.filter(({ role }) => role === "grad").map(({ view }) => [...view]);
    expect(grads(large)).toEqual(grads(small));
  });

  it("evaluates a row without looking at the other rows", () => {
    const plan = compile({ input: [4], layers: [dense({ units: 5 }), { kind: layer.kind }, dense({ units: 3 })], loss: softmaxCrossEntropy(), optimizer: { kind: "sgd" } }, { batchSize: 6, seed: 1 });
    const { x, y } = shaken(plan, 6, 9);
    plan.gather({ rows: 6, x, y }, null, 0, 6);
    plan.forward(6, "evaluate");
    const together = plan.z.slice(0, 18);
    const alone = Array.from({ length: 6 }, (_, row) => {
      plan.gather({ rows: 6, x, y }, null, row, row + 1);
      plan.forward(1, "evaluate");
      return [...plan.z.subarray(0, 3)];
    });
    expect([...together]).toEqual(alone.flat());
  });

  it("survives a checkpoint: the same outputs from another plan", () => {
    const model = { input: [4], layers: [dense({ units: 5 }), { kind: layer.kind }, dense({ units: 3 })], loss: softmaxCrossEntropy(), optimizer: { kind: "adam" } };
    const [from, to] = [compile(model, { batchSize: 6, seed: 1 }), compile(model, { batchSize: 6, seed: 2 })];
    const { x, y } = shaken(from, 6, 3);
    for (const plan of [from, to]) plan.gather({ rows: 6, x, y }, null, 0, 6);
    from.gradient(6, "train");
    from.update(0.1);
    loadCheckpoint(to, saveCheckpoint(from));
    for (const plan of [from, to]) plan.forward(6, "evaluate");
    expect([...to.z]).toEqual([...from.z]);
  });
});

describe.each(catalog.loss.map((loss) => [loss.kind, loss] as const))("loss %s", (_, loss) => {
  it("passes the gradient check below 1e-7 over random rows, widths and outputs", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 1e6 }), (m, wide, seed) => {
      const { least, most }: { readonly least: number; readonly most?: number } = loss.outputs;
      const units = Math.min(Math.max(wide, least), most ?? wide + least);
      const plan = compile({ input: [3], layers: [dense({ units: 4 }), tanh(), dense({ units })], loss: { kind: loss.kind }, optimizer: { kind: "sgd" } }, { batchSize: m, seed, precision: 64, inputGradient: true });
      const { x, y } = shaken(plan, m, seed);
      expect(checkGradient(plan, x, y).relativeError).toBeLessThan(1e-7);
    }), property);
  });

  it("is a mean: without batch norm the gradient of 8 rows is the mean of 8 gradients", () => {
    const plan = compile({ input: [3], layers: [dense({ units: 4 }), tanh(), dense({ units: loss.outputs.least })], loss: { kind: loss.kind }, optimizer: { kind: "sgd" } }, { batchSize: 8, seed: 1, precision: 64 });
    const { x, y } = shaken(plan, 8, 4);
    const grad = () => plan.slices.filter(({ role }) => role === "grad").flatMap(({ view }) => [...view]);
    plan.gather({ rows: 8, x, y }, null, 0, 8);
    plan.gradient(8, "replay");
    const whole = grad();
    const sum = new Float64Array(whole.length);
    for (let row = 0; row < 8; row++) {
      plan.gather({ rows: 8, x, y }, null, row, row + 1);
      plan.gradient(1, "replay");
      grad().forEach((g, i) => { sum[i]! += g / 8; });
    }
    // Eight roundings of numbers near 1.
    expect(misses(sum, whole, { abs: 1e-14, rel: 1e-12 })).toEqual([]);
  });
});

interface Norm { readonly name: string; readonly kind: "1d" | "2d"; readonly eps: number; readonly momentum: number; readonly x: Tensor; readonly gamma: Tensor; readonly beta: Tensor; readonly dy: Tensor; readonly batch_mean: Tensor; readonly batch_var_biased: Tensor; readonly y: Tensor; readonly dx: Tensor; readonly dgamma: Tensor; readonly dbeta: Tensor; readonly running_mean: Tensor; readonly running_var_biased: Tensor }
interface Sequence { readonly name: string; readonly eps: number; readonly momentum: number; readonly gamma: Tensor; readonly beta: Tensor; readonly steps: readonly { readonly x: Tensor; readonly y: Tensor; readonly running_mean: Tensor; readonly running_var_biased: Tensor }[]; readonly eval: { readonly x: Tensor; readonly y_with_biased_running_var: Tensor } }

describe("golden/batchnorm.json", () => {
  const file = golden<{ cases: readonly Norm[]; edge_cases: readonly Norm[]; sequences: readonly Sequence[] }>("batchnorm");
  const all = [...file.cases, ...file.edge_cases];
  // Tolerances of the file: f64 1e-10, with 1e-6 relative where the mean is a million deviations away; f32 1e-5 and 1e-4, dx of edge cases 2e-4.
  const toleranceOf = (name: string, precision: 32 | 64) => (precision === 32 ? { abs: 1e-5, rel: 1e-4 } : name === "large_offset" ? { abs: 1e-10, rel: 1e-6 } : { abs: 1e-10, rel: 1e-10 });

  it("has 9 batches and 2 sequences, and all are read", () => {
    expect(all).toHaveLength(9);
    expect(file.sequences).toHaveLength(2);
  });

  describe.each([64, 32] as const)("in %i bit", (precision) => {
    it.each(all.filter(({ name }) => precision === 64 || name !== "large_offset"))("$name: both passes and the running statistics after one batch", (c) => {
      const { name, eps, momentum, x, dy } = c;
      const edge = file.edge_cases.includes(c);
      const { values, rows, input } = channelsLast(x);
      const at = stage(batchNorm as Layer, batchNorm({ epsilon: eps, momentum: 1 - momentum }), input, rows, precision);
      at.x.set(values);
      at.dy.set(channelsLast(dy).values);
      at.params["scale"]!.set(numbers(c.gamma));
      at.params["shift"]!.set(numbers(c.beta));
      batchNorm.forward(at as never, rows, "train");
      batchNorm.backward(at as never, rows);
      const tolerance = toleranceOf(name, precision);
      expect(misses(at.y, channelsLast(c.y).values, tolerance), "y").toEqual([]);
      expect(misses(at.dx!, channelsLast(c.dx).values, precision === 32 && edge ? { abs: 2e-4, rel: 1e-4 } : tolerance), "dx").toEqual([]);
      expect(misses(at.grads["scale"]!, numbers(c.dgamma), tolerance), "dγ").toEqual([]);
      expect(misses(at.grads["shift"]!, numbers(c.dbeta), tolerance), "dβ").toEqual([]);
      expect(misses(at.scratch["batchMean"]!, numbers(c.batch_mean), tolerance), "mean").toEqual([]);
      expect(misses(at.scratch["batchVariance"]!, numbers(c.batch_var_biased), tolerance), "variance").toEqual([]);
      if (name === "batch_of_one") return;
      expect(misses(at.statistics["mean"]!, numbers(c.running_mean), tolerance), "running mean").toEqual([]);
      expect(misses(at.statistics["variance"]!, numbers(c.running_var_biased), tolerance), "running variance").toEqual([]);
    });

    it.each(file.sequences)("$name: running statistics step by step, then evaluation with the biased variance", ({ eps, momentum, gamma, beta, steps, eval: evaluation }) => {
      const [rows, f] = steps[0]!.x.shape as [number, number];
      const most = Math.max(rows, evaluation.x.shape[0]!);
      const at = stage(batchNorm as Layer, batchNorm({ epsilon: eps, momentum: 1 - momentum }), [f], most, precision);
      at.params["scale"]!.set(numbers(gamma));
      at.params["shift"]!.set(numbers(beta));
      const tolerance = toleranceOf("", precision);
      for (const step of steps) {
        at.x.set(numbers(step.x));
        batchNorm.forward(at as never, step.x.shape[0]!, "train");
        expect(misses(at.y.subarray(0, step.y.data.length), numbers(step.y), tolerance)).toEqual([]);
        expect(misses(at.statistics["mean"]!, numbers(step.running_mean), tolerance)).toEqual([]);
        expect(misses(at.statistics["variance"]!, numbers(step.running_var_biased), tolerance)).toEqual([]);
      }
      at.x.set(numbers(evaluation.x));
      batchNorm.forward(at as never, evaluation.x.shape[0]!, "evaluate");
      expect(misses(at.y.subarray(0, evaluation.x.data.length), numbers(evaluation.y_with_biased_running_var), tolerance)).toEqual([]);
    });
  });

  it("a last batch of one row gives y = β and leaves the running statistics as they were", () => {
    const at = stage(batchNorm as Layer, batchNorm(), [2], 1, 64);
    at.x.set([5, -3]);
    at.params["shift"]!.set([0.25, 0.5]);
    batchNorm.forward(at as never, 1, "train");
    expect([...at.y]).toEqual([0.25, 0.5]);
    expect([...at.statistics["mean"]!, ...at.statistics["variance"]!]).toEqual([0, 0, 1, 1]);
  });

  it("γ = √(σ² + ε) and β = μ give the input back", () => {
    const at = stage(batchNorm as Layer, batchNorm(), [3], 8, 64);
    const stream = rng(2).stream("x");
    at.x.forEach((_, i) => { at.x[i] = 3 * stream.normal() + 1; });
    batchNorm.forward(at as never, 8, "replay");
    at.params["scale"]!.set(at.scratch["batchVariance"]!.map((v) => Math.sqrt(v + 1e-5)));
    at.params["shift"]!.set(at.scratch["batchMean"]!);
    batchNorm.forward(at as never, 8, "replay");
    expect(misses(at.y, at.x, { abs: 1e-14, rel: 1e-14 })).toEqual([]);
  });

  it("the bias in front of it has gradient 0 up to rounding", () => {
    const plan = compile({ input: [3], layers: [dense({ units: 4 }), batchNorm(), tanh(), dense({ units: 2 })], loss: softmaxCrossEntropy(), optimizer: { kind: "sgd" } }, { batchSize: 7, seed: 1, precision: 64 });
    const { x, y } = shaken(plan, 7, 1);
    plan.gather({ rows: 7, x, y }, null, 0, 7);
    plan.gradient(7, "train");
    const bias = plan.slices.find(({ role, name }) => role === "grad" && name === "0/bias")!.view;
    expect(misses(bias, new Float64Array(4), { abs: 1e-15 })).toEqual([]);
  });
});

describe("dropout", () => {
  const at = () => {
    const made = stage(dropout as Layer, dropout({ keepProb: 0.8 }), [100], 1000, 64);
    made.x.fill(2);
    return made;
  };

  it("leaves the mean: over 1e5 masks within 3 standard deviations", () => {
    const made = at();
    dropout.forward(made as never, 1000, "train");
    const mean = [...made.y].reduce((sum, y) => sum + y, 0) / 1e5;
    // The variance it adds to an input a is a² (1 − p)/p.
    expect(Math.abs(mean - 2)).toBeLessThan(3 * Math.sqrt((4 * 0.2) / 0.8 / 1e5));
  });

  it("draws another mask at each step, keeps it in a replay, and draws none in evaluation", () => {
    const made = at();
    dropout.forward(made as never, 1000, "train");
    const first = made.y.slice();
    dropout.forward(made as never, 1000, "replay");
    expect(made.y).toEqual(first);
    const drawn = made.stream.counter;
    dropout.forward(made as never, 1000, "evaluate");
    expect(made.y).toEqual(made.x);
    expect(made.stream.counter).toBe(drawn);
    dropout.forward(made as never, 1000, "train");
    expect(made.y).not.toEqual(first);
  });

  it("uses the same mask backward", () => {
    const made = at();
    made.dy.fill(3);
    dropout.forward(made as never, 1000, "train");
    dropout.backward(made as never, 1000);
    expect(made.dx).toEqual(made.y.map((y) => (y === 0 ? 0 : 3 / 0.8)));
  });
});

interface Start { readonly name: string; readonly shape: readonly number[]; readonly fan_in: number; readonly fan_out: number; readonly sample_size: number; readonly distribution: string; readonly expected_std: number; readonly std?: number; readonly accept: { readonly mean_abs_max: number; readonly std_rel_max: number; readonly "ks_critical_alpha_1e-5": number; readonly abs_max: number; readonly abs_max_at_least: number } }

describe("golden/initializers.json", () => {
  const cases = golden<{ cases: readonly Start[] }>("initializers").cases;
  const known: Readonly<Record<string, (c: Start) => Component>> = {
    zeros: () => zeros(),
    normal: ({ std }) => ({ kind: "normal", deviation: std }),
    xavier_normal: () => ({ kind: "glorotNormal" }),
    he_normal: () => ({ kind: "heNormal" }),
    lecun_normal: () => ({ kind: "lecunNormal" }),
    xavier_course_sqrt_1_over_fan_in: () => ({ kind: "lecunNormal" }),
  };
  const ready = cases.filter(({ name }) => name in known);

  it("leaves 20 of its 44 cases for later: constants, uniform and orthogonal ones", () => {
    expect(cases).toHaveLength(44);
    expect([...new Set(cases.filter((c) => !ready.includes(c)).map(({ name }) => name))].sort()).toEqual(["constant", "he_uniform", "orthogonal", "uniform", "xavier_uniform"]);
    expect(cases.length - ready.length).toBe(20);
  });

  it.each(ready)("$name $shape: mean, spread, extremes and distribution", (c) => {
    const { kind, ...values } = known[c.name]!(c);
    const initializer = (catalog.initializer as readonly Initializer[]).find((declared) => declared.kind === kind)!;
    const kernel = vector(64, c.sample_size).fill(Number.NaN);
    initializer.fill(values as never, kernel, { in: c.fan_in, out: c.fan_out }, rng(1).stream(`init/${c.name}/${c.shape.join("x")}`));
    if (c.distribution === "constant") {
      expect(new Set(kernel)).toEqual(new Set([0]));
      return;
    }
    const sorted = Float64Array.from(kernel).sort();
    const mean = sorted.reduce((sum, w) => sum + w, 0) / sorted.length;
    const std = Math.sqrt(sorted.reduce((sum, w) => sum + (w - mean) ** 2, 0) / sorted.length);
    const largest = Math.max(-sorted[0]!, sorted.at(-1)!);
    expect(Math.abs(mean)).toBeLessThan(c.accept.mean_abs_max);
    expect(Math.abs(std / c.expected_std - 1)).toBeLessThan(c.accept.std_rel_max);
    expect(largest).toBeLessThan(c.accept.abs_max);
    expect(largest).toBeGreaterThan(c.accept.abs_max_at_least);
    const distance = sorted.reduce((most, w, i) => Math.max(most, Math.abs(gaussian(w / c.expected_std) - (i + 0.5) / sorted.length) + 0.5 / sorted.length), 0);
    expect(distance).toBeLessThan(c.accept["ks_critical_alpha_1e-5"]);
  });
});

/** Φ(x) to 1.5e-7 (Abramowitz & Stegun 7.1.26): far finer than the critical distances, which are at least 7e-3. */
function gaussian(x: number): number {
  const u = Math.abs(x) / Math.SQRT2;
  const t = 1 / (1 + 0.3275911 * u);
  const erf = 1 - t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp(-u * u);
  return x < 0 ? (1 - erf) / 2 : (1 + erf) / 2;
}

/** A golden batch with its channels last: [n, c] as it is, [n, c, h, w] → [n, h, w, c]. */
function channelsLast({ shape, data }: Tensor): { values: Float64Array; rows: number; input: readonly number[] } {
  const [rows, c, h = 1, w = 1] = shape as [number, number, number?, number?];
  const values = new Float64Array(data.length);
  data.forEach((value, i) => {
    const [n, channel, place] = [Math.floor(i / (c * h * w)), Math.floor(i / (h * w)) % c, i % (h * w)];
    values[(n * h * w + place) * c + channel] = Number(value);
  });
  return { values, rows, input: shape.length === 2 ? [c] : [h, w, c] };
}

/** A layer's values as its declaration has them. */
function defaults(layer: Layer): Record<string, never> {
  return Object.fromEntries(Object.entries(layer.params).map(([name, p]) => [name, (p as { default: unknown }).default])) as Record<string, never>;
}
