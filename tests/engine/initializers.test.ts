/** How kernels start: golden/initializers.json through compiled plans, the variance of a million draws, and what a start without chance does. */

import { describe, expect, it } from "vitest";
import { catalog, compile, constantWeights, conv2d, dense, fit, heNormal, heUniform, lecunNormal, mse, normal, orthogonal, rng, sgd, tanh, zeros } from "../../src-engine/index.ts";
import type { Component, Initializer, Precision, Vector } from "../../src-engine/index.ts";
import { erf } from "../../src-engine/kernels/math.ts";
import { misses } from "../support/close.ts";
import { golden } from "../support/golden.ts";

interface Case {
  readonly name: string;
  readonly shape: readonly number[];
  readonly fan_in: number;
  readonly sample_size: number;
  readonly distribution: "constant" | "normal" | "uniform" | "orthogonal";
  readonly exact_value: number;
  readonly std: number;
  readonly bound: number;
  readonly gain: number;
  readonly check: string;
  readonly expected_std: number;
  readonly frobenius_norm: number;
  readonly accept: { readonly mean_abs_max: number; readonly std_rel_max: number; readonly "ks_critical_alpha_1e-5": number; readonly abs_max: number; readonly abs_max_at_least: number; readonly float64_abs: number; readonly float32_abs: number };
}
const cases = golden<{ cases: readonly Case[] }>("initializers").cases;

const componentOf: Readonly<Record<string, (c: Case) => Component>> = {
  zeros: () => zeros(),
  constant: ({ exact_value }) => constantWeights({ value: exact_value }),
  normal: ({ std }) => normal({ deviation: std }),
  uniform: ({ bound }) => ({ kind: "uniform", limit: bound }),
  xavier_normal: () => ({ kind: "glorotNormal" }),
  xavier_uniform: () => ({ kind: "glorotUniform" }),
  he_normal: () => ({ kind: "heNormal" }),
  he_uniform: () => ({ kind: "heUniform" }),
  lecun_normal: () => ({ kind: "lecunNormal" }),
  // What the course calls Xavier.
  xavier_course_sqrt_1_over_fan_in: () => lecunNormal(),
  orthogonal: ({ gain }) => orthogonal({ gain }),
};

/** The kernel of a fresh layer of the case's shape: [out, in] is dense, [out, in, kh, kw] a convolution. */
function kernelOf(c: Case, precision: Precision): Vector {
  const init = componentOf[c.name]!(c);
  const [out, inputs, height] = c.shape as [number, number, number?];
  const layer = height === undefined ? dense({ units: out, init }) : conv2d({ filters: out, size: height, init });
  const plan = compile({ input: height === undefined ? [inputs] : [5, 5, inputs], layers: [layer], loss: mse(), optimizer: sgd() }, { batchSize: 1, seed: 1 + cases.indexOf(c), precision });
  return plan.slices.find(({ role, name }) => role === "param" && name === "0/kernel")!.view;
}

describe("golden/initializers.json", () => {
  it("has 44 cases of 11 kinds in 4 shapes, and all are read", () => {
    expect(cases).toHaveLength(44);
    expect(new Set(cases.map(({ name }) => name))).toEqual(new Set(Object.keys(componentOf)));
  });

  it.each(cases.filter(({ distribution }) => distribution === "constant"))("$name $shape: every weight is $exact_value", (c) => {
    expect(new Set(kernelOf(c, 64))).toEqual(new Set([c.exact_value]));
  });

  it.each(cases.filter(({ distribution }) => distribution === "normal" || distribution === "uniform"))("$name $shape: mean, spread, extremes and distribution as the file accepts them", (c) => {
    const sorted = Float64Array.from(kernelOf(c, 64)).sort();
    expect(sorted).toHaveLength(c.sample_size);
    const mean = sorted.reduce((sum, w) => sum + w, 0) / sorted.length;
    const deviation = Math.sqrt(sorted.reduce((sum, w) => sum + (w - mean) ** 2, 0) / sorted.length);
    const largest = Math.max(-sorted[0]!, sorted.at(-1)!);
    expect(Math.abs(mean)).toBeLessThan(c.accept.mean_abs_max);
    expect(Math.abs(deviation / c.expected_std - 1)).toBeLessThan(c.accept.std_rel_max);
    expect(largest).toBeLessThan(c.accept.abs_max);
    expect(largest).toBeGreaterThan(c.accept.abs_max_at_least);
    const below = (w: number) => (c.distribution === "normal" ? (1 + erf(w / (c.std * Math.SQRT2))) / 2 : (w + c.bound) / (2 * c.bound));
    const distance = sorted.reduce((most, w, i) => Math.max(most, Math.abs(below(w) - (i + 0.5) / sorted.length) + 0.5 / sorted.length), 0);
    expect(distance).toBeLessThan(c.accept["ks_critical_alpha_1e-5"]);
  });

  it.each(cases.filter(({ distribution }) => distribution === "orthogonal").flatMap((c) => ([64, 32] as const).map((precision) => ({ ...c, c, precision }))))("$name $shape in $precision bit: the products of its vectors are gain² or 0", ({ c, precision }) => {
    const kernel = kernelOf(c, precision);
    // The file's M is (out, in); as a matrix the project's kernel is its transpose, (in, out).
    const rows = c.fan_in, columns = kernel.length / rows;
    const [count, length] = [Math.min(rows, columns), Math.max(rows, columns)];
    const at = (k: number, i: number) => (rows >= columns ? kernel[i * columns + k]! : kernel[k * columns + i]!);
    const tolerance = { abs: precision === 64 ? c.accept.float64_abs : c.accept.float32_abs };
    for (let k = 0; k < count; k++) for (let j = 0; j <= k; j++) {
      let product = 0;
      for (let i = 0; i < length; i++) product += at(k, i) * at(j, i);
      if (Math.abs(product - (k === j ? c.gain ** 2 : 0)) > tolerance.abs) expect.fail(`vectors ${k} and ${j} have the product ${product}`);
    }
    expect(misses([Math.hypot(...kernel)], [c.frobenius_norm], { rel: precision === 64 ? 1e-12 : 1e-6 })).toEqual([]);
  });
});

it("an orthogonal square kernel, whose last directions are nearly used up, is orthogonal within 1e-14 in 64 bit", () => {
  const n = 200, kernel = new Float64Array(n * n);
  orthogonal.fill({ gain: 1 }, kernel, { in: n, out: n }, rng(3).stream("square"));
  let worst = 0;
  for (let a = 0; a < n; a++) for (let b = 0; b <= a; b++) {
    let product = 0;
    for (let i = 0; i < n; i++) product += kernel[i * n + a]! * kernel[i * n + b]!;
    worst = Math.max(worst, Math.abs(product - (a === b ? 1 : 0)));
  }
  expect(worst).toBeLessThan(1e-14);
});

describe("the variance of a million draws is within 1 % of its target", () => {
  const of = (component: Component) => (catalog.initializer as readonly Initializer[]).find(({ kind }) => kind === component.kind)!;

  it.each<[Component, number]>([
    [normal({ deviation: 0.3 }), 0.09],
    [{ kind: "uniform", limit: 0.3 }, 0.03],
    [{ kind: "glorotNormal" }, 2 / 1250],
    [{ kind: "glorotUniform" }, 2 / 1250],
    [heNormal(), 2 / 1000],
    [heUniform(), 2 / 1000],
    [heNormal({ slope: 0.1 }), 2 / 1010],
    [heUniform({ slope: 2 }), 2 / 5000],
    [lecunNormal(), 1 / 1000],
    [{ kind: "lecunUniform" }, 1 / 1000],
    // A column of length 1000 and norm g has mean square g²/1000.
    [orthogonal({ gain: 3 }), 9 / 1000],
  ])("%j: %f", (component, target) => {
    const { kind, ...values } = component;
    const declared = of(component);
    const complete = Object.fromEntries(Object.entries(declared.params).map(([name, p]) => [name, values[name] ?? (p as { readonly default: unknown }).default]));
    // An orthogonal kernel of 250 columns at a time: a million draws in one matrix would take long, and their variance is exact anyway.
    const kernels = kind === "orthogonal" ? [250] : [250, 250, 250, 250];
    let sum = 0, squares = 0, n = 0;
    kernels.forEach((out, i) => {
      const kernel = new Float64Array(1000 * out);
      declared.fill(complete as never, kernel, { in: 1000, out: 250 }, rng(1).stream(`init/${i}`));
      for (const w of kernel) {
        sum += w;
        squares += w * w;
      }
      n += kernel.length;
    });
    // A variance of 1e6 normal draws is off by 0.14 % as a rule.
    expect(Math.abs((squares / n - (sum / n) ** 2) / target - 1)).toBeLessThan(0.01);
  });
});

it.each([["zeros", zeros()], ["constant", constantWeights()]])("%s never breaks symmetry: after training all units of a layer are still the same", (_, init) => {
  const plan = compile({ input: [3], layers: [dense({ units: 4, init }), tanh(), dense({ units: 2, init })], loss: { kind: "softmaxCrossEntropy" }, optimizer: sgd({ learningRate: 0.5 }) }, { batchSize: 5, seed: 1, precision: 64 });
  for (const __ of fit(plan, { rows: 5, x: Float64Array.from({ length: 15 }, (___, i) => Math.sin(i)), y: Float64Array.of(0, 1, 1, 0, 1) }, { epochs: 20 }));
  const kernel = plan.slices.find(({ role, name }) => role === "param" && name === "0/kernel")!.view;
  for (let row = 0; row < 3; row++) expect(new Set(kernel.subarray(4 * row, 4 * row + 4)).size).toBe(1);
  const last = plan.slices.find(({ role, name }) => role === "param" && name === "2/bias")!.view;
  expect(last[0]).not.toBe(0);
});
