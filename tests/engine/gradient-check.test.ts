/** The gradient check: it agrees with golden/gradcheck.json, and it catches and locates what is planted. */

import { describe, expect, it } from "vitest";
import { checkGradient, compile, dense, dropout, batchNorm, l2, mse, reference, relu, rng, sgd, sigmoid, softmaxCrossEntropy, tanh } from "../../src-engine/index.ts";
import { relative } from "../../src-engine/check/gradient.ts";
import type { Component, GradientReport, Kernels } from "../../src-engine/index.ts";
import { misses } from "../support/close.ts";
import { golden, numbers } from "../support/golden.ts";
import type { Tensor } from "../support/golden.ts";
import { build, lacking } from "../support/golden-network.ts";
import type { GoldenNetwork } from "../support/golden-network.ts";

interface Case extends GoldenNetwork {
  readonly l2_lambda: number;
  readonly param_order: readonly string[];
  readonly loss_total: number;
  readonly analytic_gradient: Tensor;
  readonly numerical: readonly { readonly epsilon: number; readonly relative_error_two_sided: number; readonly two_sided?: Tensor }[];
  readonly wrong_gradients: readonly { readonly name: string; readonly gradient: Tensor; readonly "relative_error_eps_1e-5": number }[];
}

describe("golden/gradcheck.json", () => {
  const cases = golden<{ cases: readonly Case[] }>("gradcheck").cases;

  it("has 4 networks, and all are built", () => {
    expect(cases).toHaveLength(4);
    expect(cases.flatMap((c) => lacking(c, { l2: c.l2_lambda, l1: 0 }))).toEqual([]);
  });

  describe.each(cases)("$name", (c) => {
    const made = () => build(c, { precision: 64, lambda: c.l2_lambda, inputGradient: false });
    /** Golden vectors are flat, in the file's order and with W as [out, in]. */
    const flat = ({ slots }: ReturnType<typeof made>, of: (slice: string) => ArrayLike<number>) => Float64Array.from(c.param_order.flatMap((name) => {
      const { slice } = slots.find(({ golden: g }) => g === name)!;
      const values = Array.from(of(slice));
      const [out, inputs] = c.params[name]!.shape as [number, number | undefined];
      return inputs === undefined ? values : Array.from({ length: values.length }, (_, i) => values[(i % inputs) * out + Math.floor(i / inputs)]!);
    }));

    it("the analytic gradient agrees within 1e-12 + 1e-10 relative", () => {
      const built = made();
      expect(misses([built.plan.gradient(c.m, "replay")], [c.loss_total], { abs: 1e-12, rel: 1e-10 })).toEqual([]);
      expect(misses(flat(built, (slice) => built.view("grad", slice)), numbers(c.analytic_gradient), { abs: 1e-12, rel: 1e-10 })).toEqual([]);
    });

    it.each([1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7])("with ε = %f the relative error is the file's: within 5 % where truncation rules, within a factor of 4 where rounding does", (epsilon) => {
      const { plan } = made();
      const { relativeError } = checkGradient(plan, numbers(c.input), numbers(c.target), { epsilon });
      const expected = c.numerical.find((n) => n.epsilon === epsilon)!.relative_error_two_sided;
      // README: two-sided errors from 1e-4 on reproduce to a few per cent, save for the piecewise quadratic relu + mse, which is rounding alone below its kink.
      // 1e-4 of tanh and sigmoid already has a share of rounding of about 1e-11.
      const truncates = epsilon >= 1e-3 && (c.name !== "relu_regression" || epsilon === 1e-2);
      const [least, most] = truncates ? [0.95 * expected, 1.05 * expected] : [0, 4 * expected + 1e-12];
      expect(relativeError).toBeGreaterThanOrEqual(least);
      expect(relativeError).toBeLessThanOrEqual(most);
    });

    it.each(c.wrong_gradients)("spoilt by $name it has the file's relative error, within 1e-4 relative", ({ gradient, ...expected }) => {
      const numerical = numbers(c.numerical.find((n) => n.epsilon === 1e-5)!.two_sided!);
      expect(misses([relative(numbers(gradient), numerical)], [expected["relative_error_eps_1e-5"]], { rel: 1e-4 })).toEqual([]);
    });
  });
});

/** A small network with every layer of interest, its penalty, one batch; with kernels of one's own. */
function checked(kernels: Kernels = reference(64), layers: readonly Component[] = [dense({ units: 5 }), batchNorm(), tanh(), dropout({ keepProb: 0.7 }), dense({ units: 4 }), sigmoid(), dense({ units: 3 })]): GradientReport {
  const plan = compile({ input: [4], layers, loss: softmaxCrossEntropy(), optimizer: sgd(), regularizer: l2({ lambda: 2 }) }, { batchSize: 6, seed: 5, precision: 64, kernels, inputGradient: true });
  const stream = rng(8).stream("checked");
  for (const { role, view } of plan.slices) if (role === "param") view.forEach((_, i) => { view[i] = 0.6 * stream.normal(); });
  return checkGradient(plan, Float64Array.from({ length: 24 }, () => stream.normal()), Float64Array.of(0, 1, 2, 0, 1, 2));
}
const guilty = ({ slices }: GradientReport): string[] => slices.filter(({ relativeError }) => relativeError > 1e-3).map(({ name }) => name);

describe("what is planted is caught", () => {
  const k = reference(64);

  it("an honest network passes below 1e-7, dropout masks frozen and batch norm in training mode", () => {
    expect(checked().relativeError).toBeLessThan(1e-7);
  });

  // The bias in front of batch norm has gradient 0: whatever is rounded there has no relative meaning.
  const trueBlame = (report: GradientReport) => guilty(report).filter((name) => name !== "0/bias");

  it("a wrong sign of a bias gradient, in its biases and nowhere else", () => {
    const report = checked({ ...k, columnSums(x, sums, m, c) { k.columnSums(x, sums, m, c); sums.forEach((s, i) => { sums[i] = -s; }); } });
    expect(trueBlame(report)).toEqual(["4/bias", "6/bias"]);
  });

  it("a missing λW/m, in the kernels and nowhere else", () => {
    const report = checked({ ...k, l2: (w, g, n, a) => k.l2(w, g.slice(), n, a) });
    expect(trueBlame(report)).toEqual(["0/kernel", "4/kernel", "6/kernel"]);
  });

  it("a missing 1/m, everywhere", () => {
    const report = checked({ ...k, softmaxCrossEntropy(z, y, dz, m, c) { const loss = k.softmaxCrossEntropy(z, y, dz, m, c); for (let i = 0; i < m * c; i++) dz[i]! *= m; return loss; } });
    expect(trueBlame(report)).toEqual(["0/kernel", "4/kernel", "6/kernel", "1/scale", "1/shift", "4/bias", "6/bias", "input"]);
  });

  it("a transposed kernel on the way back, below it and not above", () => {
    const report = checked({ ...k, denseInput(dy, w, dx, m, n, c) { k.denseInput(dy, w.map((_, i) => w[(i % c) * n + Math.floor(i / c)] ?? 0), dx, m, n, c); } });
    expect(trueBlame(report)).toEqual(expect.arrayContaining(["0/kernel", "1/scale", "1/shift", "input"]));
    expect(trueBlame(report)).not.toContain("6/kernel");
  });

  it("a derivative of tanh taken as 1 − z² of its input, below the tanh only", () => {
    const report = checked({ ...k, tanhBackward(y, dy, dx, n) { for (let i = 0; i < n; i++) dx[i] = dy[i]! * (1 - Math.atanh(y[i]!) ** 2); } });
    expect(trueBlame(report)).toEqual(["0/kernel", "1/scale", "1/shift", "input"]);
  });

  it("a batch norm without the path through its mean and variance, below the batch norm only", () => {
    const report = checked({ ...k, normalizeBackward(dy, normalized, variance, scale, dscale, dshift, dx, r, c, epsilon) {
      k.normalizeBackward(dy, normalized, variance, scale, dscale, dshift, dx, r, c, epsilon);
      dx?.forEach((_, i) => { dx[i] = (dy[i]! * scale[i % c]!) / Math.sqrt(variance[i % c]! + epsilon); });
    } });
    expect(trueBlame(report)).toEqual(["0/kernel", "input"]);
  });

  it("a dropout mask without its 1/keepProb on the way back, below the dropout only", () => {
    let backward = false;
    const report = checked({
      ...k,
      softmaxCrossEntropy(z, y, dz, m, c) { backward = true; return k.softmaxCrossEntropy(z, y, dz, m, c); },
      dropout(x, mask, y, n, keep) { k.dropout(x, mask, y, n, backward ? 1 : keep); backward = false; },
    });
    expect(trueBlame(report)).toEqual(["0/kernel", "1/scale", "1/shift", "input"]);
  });

  it("a ReLU that lets negative gradients through, below the ReLU only", () => {
    const report = checked({ ...k, reluBackward(_, dy, dx, n) { dx.set(dy.subarray(0, n)); } }, [dense({ units: 5 }), relu(), dense({ units: 3 })]);
    expect(guilty(report)).toEqual(["0/kernel", "0/bias", "input"]);
  });
});

it("puts everything back: parameters, running statistics and the gradient of the batch", () => {
  const plan = compile({ input: [2], layers: [dense({ units: 3 }), batchNorm(), dense({ units: 1 })], loss: mse(), optimizer: sgd() }, { batchSize: 4, seed: 1, precision: 64 });
  const state = () => plan.slices.filter(({ role }) => role === "param" || role === "statistic").map(({ view }) => [...view]);
  const before = state();
  checkGradient(plan, Float64Array.of(1, 2, 3, 5, -1, 0, 2, 2), Float64Array.of(1, 0, -1, 2));
  expect(state()).toEqual(before);
});

it("refuses a plan in 32 bit, and more rows than the plan has", () => {
  const plan = (precision: 32 | 64) => compile({ input: [1], layers: [dense({ units: 1 })], loss: mse(), optimizer: sgd() }, { batchSize: 2, seed: 1, precision });
  expect(() => checkGradient(plan(32), Float64Array.of(1), Float64Array.of(1))).toThrow("precision 64");
  expect(() => checkGradient(plan(64), Float64Array.of(1, 2, 3), Float64Array.of(1, 2, 3))).toThrow("1 to 2 rows");
});
