/** The gradient check: it agrees with golden/gradcheck.json, and it catches, locates and names what is planted. */

import { describe, expect, it } from "vitest";
import {
  averagePool, batchNorm, checkGradient, compile, conv2d, cubeSlopes, dense, differenceQuotient, dropout, elu, flatten, hardTanh, hinge, huber, l1, l2, leakyRelu, mae, maxPool, mse, numericalGradient, reference, relu, residual, rng, selu,
  sgd, sigmoid, softmaxCrossEntropy, sweepEpsilon, tanh,
} from "../../src-engine/index.ts";
import type { Component, GradientCheckOptions, GradientReport, Kernels, Plan } from "../../src-engine/index.ts";
import { misses } from "../support/close.ts";
import { golden, numbers, transposed } from "../support/golden.ts";
import type { Tensor } from "../support/golden.ts";
import { build } from "../support/golden-network.ts";
import type { GoldenNetwork } from "../support/golden-network.ts";

interface Case extends GoldenNetwork {
  readonly l2_lambda: number;
  readonly param_order: readonly string[];
  readonly loss_total: number;
  readonly analytic_gradient: Tensor;
  readonly numerical: readonly { readonly epsilon: number; readonly relative_error_two_sided: number; readonly relative_error_one_sided: number; readonly two_sided?: Tensor; readonly one_sided?: Tensor }[];
  readonly wrong_gradients: readonly Spoilt[];
}
interface Spoilt { readonly name: string; readonly gradient: Tensor; readonly "relative_error_eps_1e-5": number; readonly "relative_error_eps_1e-7": number; readonly "per_tensor_relative_error_eps_1e-5": Readonly<Record<string, number>> }

const usual = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9];

describe("golden/gradcheck.json", () => {
  const cases = golden<{ cases: readonly Case[] }>("gradcheck").cases;

  it("has 4 networks with 32 distances and 28 planted bugs, and all are read", () => {
    expect(cases).toHaveLength(4);
    expect(cases.map(({ numerical }) => numerical.map(({ epsilon }) => epsilon))).toEqual([usual, usual, usual, usual]);
    expect(cases.flatMap(({ wrong_gradients }) => wrong_gradients)).toHaveLength(28);
  });

  describe.each(cases)("$name", (c) => {
    const made = () => build(c, { precision: 64, l2: c.l2_lambda, inputGradient: false });
    /** A flat vector of the file, in its order and with W as [out, in], as the numbers of each slice. */
    const bySlice = (flat: Tensor): Map<string, Float64Array> => {
      const all = numbers(flat);
      const slices = new Map<string, Float64Array>();
      let from = 0;
      for (const name of c.param_order) {
        const { shape } = c.params[name]!;
        const own = all.subarray(from, from += shape.reduce((product, n) => product * n, 1));
        slices.set(made().slots.find(({ golden: g }) => g === name)!.slice, shape.length === 2 ? transposed({ shape, data: [...own] }) : own);
      }
      return slices;
    };
    const [x, y] = [numbers(c.input), numbers(c.target)];

    it("the analytic gradient agrees within 1e-12 + 1e-10 relative", () => {
      const built = made();
      expect(misses([built.plan.gradient(c.m, "replay")], [c.loss_total], { abs: 1e-12, rel: 1e-10 })).toEqual([]);
      for (const [slice, expected] of bySlice(c.analytic_gradient)) expect(misses(built.view("grad", slice), expected, { abs: 1e-12, rel: 1e-10 })).toEqual([]);
    });

    it("the numerical gradients are the file's, one- and two-sided at 1e-3, 1e-5 and 1e-7, within the rounding of two losses over ε", () => {
      for (const { epsilon, two_sided, one_sided } of c.numerical.filter((n) => n.two_sided !== undefined)) {
        for (const [form, tensor] of [["twoSided", two_sided!], ["oneSided", one_sided!]] as const) {
          const got = numericalGradient(made().plan, x, y, { epsilon, form });
          // Losses of about 1 have last places of 2e-16, and each is the end of a sum of some ten terms; two losses here, two in the file.
          for (const [slice, expected] of bySlice(tensor)) expect(misses(got.get(slice)!, expected, { abs: (8 * 2.2e-16) / epsilon })).toEqual([]);
        }
      }
    });

    it.each(usual)("with ε = %d the relative errors are the file's: within 2 % where the quotient's own error rules, within a factor of 3 where rounding does", (epsilon) => {
      const { twoSided, oneSided } = sweepEpsilon(made().plan, x, y, [epsilon])[0]!;
      const expected = c.numerical.find((n) => n.epsilon === epsilon)!;
      // relu + mse is piecewise quadratic: its two-sided error is rounding alone, save at 1e-2, which steps over a corner.
      const isQuotients = c.name === "relu_regression" ? epsilon === 1e-2 : epsilon >= 1e-4;
      const within = (got: number, wanted: number, factor: number) => { expect(got / wanted).toBeGreaterThan(1 / factor); expect(got / wanted).toBeLessThan(factor); };
      within(twoSided, expected.relative_error_two_sided, isQuotients ? 1.02 : 3);
      within(oneSided, expected.relative_error_one_sided, epsilon >= 1e-6 ? 1.02 : 3);
    });

    it("an honest gradient is right with every ε from 1e-3 to 1e-9 in both forms, and steps over a corner nowhere", () => {
      for (const epsilon of usual.slice(1)) for (const form of ["twoSided", "oneSided"] as const) {
        const { verdict, slices, hints } = checkGradient(made().plan, x, y, { epsilon, form });
        expect([epsilon, form, verdict, hints]).toEqual([epsilon, form, "right", []]);
        expect(slices.reduce((sum, { kinks }) => sum + kinks, 0)).toBe(0);
      }
    });

    it.each(c.wrong_gradients)("spoilt by $name: the file's relative errors within 1e-4, not called right, in the file's tensors and in no other, and named", (spoilt) => {
      const gradient = bySlice(spoilt.gradient);
      const report = checkGradient(made().plan, x, y, { gradient });
      const errors = [report.relativeError, checkGradient(made().plan, x, y, { gradient, epsilon: 1e-7 }).relativeError];
      expect(misses(errors, [spoilt["relative_error_eps_1e-5"], spoilt["relative_error_eps_1e-7"]], { rel: 1e-4 })).toEqual([]);
      // One entry off by a thousandth of about 0.5 stays just below the course's 1e-3.
      expect(report.verdict).toBe(spoilt.name === "single_entry_1e-3" && c.name === "relu_regression" ? "look" : "wrong");

      const tensors = Object.entries(spoilt["per_tensor_relative_error_eps_1e-5"]).map(([name, error]) => ({ slice: made().slots.find((slot) => slot.golden === name)!.slice, error }));
      const off = tensors.filter(({ error }) => error > 1e-6);
      expect(new Set(blamed(report))).toEqual(new Set(off.map(({ slice }) => slice)));
      for (const { slice, error } of off) expect(misses([report.slices.find(({ name }) => name === slice)!.relativeError], [error], { rel: 1e-4 })).toEqual([]);
      expect(report.hints[0]!.code).toBe(hintOf[spoilt.name]);
      expect(new Set(report.hints[0]!.slices)).toEqual(new Set(off.map(({ slice }) => slice)));
    });
  });
});

const hintOf: Readonly<Record<string, string>> = {
  missing_1_over_m: "timesRows", wrong_sign_bias: "factor", factor_two: "factor", factor_four_bias: "factor", l2_forgotten: "penaltyMissing", l2_on_biases: "penaltyAdded",
  "single_entry_1e-3": "oneEntry", activation_derivative_forgotten: "below",
};

const blamed = ({ slices }: GradientReport): string[] => slices.filter(({ verdict }) => verdict !== "right").map(({ name }) => name);

interface Network { readonly layers?: readonly Component[]; readonly loss?: Component; readonly regularizer?: Component; readonly kernels?: Kernels; readonly input?: readonly number[]; readonly rows?: number; readonly targets?: Float64Array }

/** A small network with every layer of interest, its penalty, one batch; with kernels of one's own. */
function network({ layers = [dense({ units: 5 }), batchNorm(), tanh(), dropout({ keepProb: 0.7 }), dense({ units: 4 }), sigmoid(), dense({ units: 3 })], loss = softmaxCrossEntropy(), regularizer = l2({ lambda: 2 }), kernels = reference(64), input = [4], rows = 6, targets = Float64Array.of(0, 1, 2, 0, 1, 2) }: Network = {}): { plan: Plan; x: Float64Array; y: Float64Array } {
  const plan = compile({ input, layers, loss, optimizer: sgd(), regularizer }, { batchSize: rows, seed: 5, precision: 64, kernels, inputGradient: true, keepBias: true });
  const stream = rng(8).stream("checked");
  for (const { role, view } of plan.slices) if (role === "param") view.forEach((_, i) => { view[i] = 0.6 * stream.normal(); });
  return { plan, x: Float64Array.from({ length: rows * input.reduce((product, n) => product * n, 1) }, () => stream.normal()), y: targets };
}
function checked(made: Network = {}, options: GradientCheckOptions = {}): GradientReport {
  const { plan, x, y } = network(made);
  return checkGradient(plan, x, y, options);
}

describe("what is planted is caught, located and named", () => {
  const k = reference(64);

  it("nothing, in an honest network: below 1e-7, dropout masks frozen and batch norm in training mode, and no hint", () => {
    const report = checked();
    expect(report.relativeError).toBeLessThan(1e-7);
    expect(report.verdict).toBe("right");
    expect(report.hints).toEqual([]);
  });

  it("the bias in front of batch norm, kept, has gradient 0 up to rounding, and two zeros are right however they differ", () => {
    const bias = checked().slices.find(({ name }) => name === "0/bias")!;
    expect(bias.verdict).toBe("right");
    expect(bias.worst.every(({ analytic, numerical }) => Math.abs(analytic) < 1e-15 && Math.abs(numerical) < 1e-9)).toBe(true);
  });

  it("a wrong sign of a bias gradient: in the biases and nowhere else", () => {
    const report = checked({ kernels: { ...k, columnSums(x, sums, m, c) { k.columnSums(x, sums, m, c); sums.forEach((s, i) => { sums[i] = -s; }); } } });
    expect(blamed(report)).toEqual(["4/bias", "6/bias"]);
    expect(report.hints[0]!.message).toBe("4/bias has the wrong sign; 6/bias has the wrong sign");
  });

  it("a bias gradient that is the first row's, not the sum over rows: only 6/bias is off", () => {
    const report = checked({ layers: [dense({ units: 3, bias: false }), tanh(), dense({ units: 3 })], kernels: { ...k, columnSums(x, sums, _, c) { k.columnSums(x, sums, 1, c); } } });
    expect(blamed(report)).toEqual(["2/bias"]);
    expect(report.hints[0]!.message).toBe("only 2/bias is off: looks like a missing sum over rows");
  });

  it("a missing λW/m: in the kernels and nowhere else", () => {
    const report = checked({ kernels: { ...k, l2: (w, g, n, a) => k.l2(w, g.slice(), n, a) } });
    expect(blamed(report)).toEqual(["0/kernel", "4/kernel", "6/kernel"]);
    expect(report.hints[0]).toMatchObject({ code: "penaltyMissing", message: "in 0/kernel, 4/kernel, 6/kernel the gradient lacks 0.3333 times the weights (or their signs): looks like a missing penalty, λW/m" });
  });

  it("a missing 1/m: everywhere", () => {
    const report = checked({ kernels: { ...k, softmaxCrossEntropy(z, y, dz, m, c) { const loss = k.softmaxCrossEntropy(z, y, dz, m, c); for (let i = 0; i < m * c; i++) dz[i]! *= m; return loss; } } });
    expect(blamed(report)).toEqual(["0/kernel", "4/kernel", "6/kernel", "1/scale", "1/shift", "4/bias", "6/bias", "input"]);
    expect(report.hints[0]!.code).toBe("timesRows");
    expect(report.hints[0]!.message).toContain("6 times too large");
  });

  it("a transposed kernel on the way back: below it and not above", () => {
    const report = checked({ kernels: { ...k, denseInput(dy, w, dx, m, n, c) { k.denseInput(dy, w.map((_, i) => w[(i % c) * n + Math.floor(i / c)] ?? 0), dx, m, n, c); } } });
    expect(blamed(report)).toEqual(["0/kernel", "4/kernel", "1/scale", "1/shift", "4/bias", "input"]);
    expect(report.hints[0]!.message).toBe("right from layer 6 up, wrong below: look at the backward pass of layer 5 (sigmoid), and at how layer 6 (dense) passes its gradient down");
  });

  it("a derivative of tanh taken as 1 − z² of its input: below the tanh only", () => {
    const report = checked({ kernels: { ...k, tanhBackward(y, dy, dx, n) { for (let i = 0; i < n; i++) dx[i] = dy[i]! * (1 - Math.atanh(y[i]!) ** 2); } } });
    expect(blamed(report)).toEqual(["0/kernel", "1/scale", "1/shift", "input"]);
    expect(report.hints[0]!.message).toBe("right from layer 4 up, wrong below: look at the backward pass of layer 2 (tanh), layer 3 (dropout), and at how layer 4 (dense) passes its gradient down");
  });

  it("a batch norm without the path through its mean and variance: below the batch norm only", () => {
    const report = checked({ kernels: { ...k, normalizeBackward(dy, normalized, variance, scale, dscale, dshift, dx, r, c, epsilon) {
      k.normalizeBackward(dy, normalized, variance, scale, dscale, dshift, dx, r, c, epsilon);
      dx?.forEach((_, i) => { dx[i] = (dy[i]! * scale[i % c]!) / Math.sqrt(variance[i % c]! + epsilon); });
    } } });
    expect(blamed(report)).toEqual(["0/kernel", "0/bias", "input"]);
    expect(report.hints[0]!.message).toBe("right from layer 1 up, wrong below: look at how layer 1 (batchNorm) passes its gradient down");
  });

  it("a dropout mask without its 1/keepProb on the way back: below the dropout only", () => {
    // A dense layer's own backward pass comes before the dropout's, its forward pass after.
    let isBackward = false;
    const report = checked({ kernels: {
      ...k,
      dense(x, w, b, y, m, n, c) { isBackward = false; k.dense(x, w, b, y, m, n, c); },
      denseInput(dy, w, dx, m, n, c) { isBackward = true; k.denseInput(dy, w, dx, m, n, c); },
      dropout(x, mask, y, n, keep) { k.dropout(x, mask, y, n, isBackward ? 1 : keep); },
    } });
    expect(blamed(report)).toEqual(["0/kernel", "1/scale", "1/shift", "input"]);
    expect(report.hints[0]!.message).toContain("layer 3 (dropout)");
  });

  it("a ReLU that lets negative gradients through: below the ReLU only", () => {
    const report = checked({ layers: [dense({ units: 5 }), relu(), dense({ units: 3 })], kernels: { ...k, reluBackward(_, dy, dx, n) { dx.set(dy.subarray(0, n)); } } });
    expect(blamed(report)).toEqual(["0/kernel", "0/bias", "input"]);
    expect(report.hints[0]!.code).toBe("below");
  });

  it("a convolution whose kernel gradient forgets the last row of images: only its kernel is off", () => {
    const report = checked({
      layers: [conv2d({ filters: 2, size: 2 }), averagePool({ size: 2 }), flatten(), dense({ units: 3 })], input: [5, 5, 1], regularizer: { kind: "none" },
      kernels: { ...k, conv2dKernel(x, dy, dw, m, window, filters, groups) { k.conv2dKernel(x, dy, dw, m - 1, window, filters, groups); } },
    });
    expect(blamed(report)).toEqual(["0/kernel"]);
    expect(report.hints[0]!.code).toBe("onlyThese");
  });

  it("a gradient that is NaN in one place", () => {
    const { plan, x, y } = network({ layers: [dense({ units: 5 }), batchNorm(), tanh(), dense({ units: 4 }), sigmoid(), dense({ units: 3 })] });
    const gradient = new Map([...numericalGradient(plan, x, y)].map(([name, own]) => [name, own.map((g, i) => (name === "3/kernel" && i === 7 ? Number.NaN : g))]));
    const report = checkGradient(plan, x, y, { gradient });
    expect(blamed(report)).toEqual(["3/kernel"]);
    expect(report.slices.find(({ name }) => name === "3/kernel")).toMatchObject({ verdict: "wrong", worst: [{ index: 7, at: [1, 3], analytic: Number.NaN }, {}, {}, {}, {}] });
  });
});

describe("corners", () => {
  /** One weight w in front of what has a corner at 0, with w half an ε beside it. */
  const beside = (after: readonly Component[], { loss = mse() as Component, regularizer = { kind: "none" } as Component, weight = 5e-6, target = 0.3 }): GradientReport => {
    const plan = compile({ input: [1], layers: [dense({ units: 1, bias: false }), ...after], loss, optimizer: sgd(), regularizer }, { batchSize: 1, seed: 1, precision: 64 });
    plan.slices.find(({ role }) => role === "param")!.view[0] = weight;
    return checkGradient(plan, Float64Array.of(1), Float64Array.of(target));
  };

  it.each<readonly [string, readonly Component[], Parameters<typeof beside>[1]]>([
    ["relu", [relu()], {}],
    ["leakyRelu", [leakyRelu()], {}],
    ["selu", [selu()], {}],
    ["elu with α = 2", [elu({ alpha: 2 })], {}],
    ["elu with α = 1, whose slope only bends", [elu()], {}],
    ["huber, at its δ", [], { loss: huber(), target: 1, weight: 5e-6 }],
    ["a squared hinge", [], { loss: hinge({ squared: true }), target: 1, weight: 1 - 5e-6 }],
    ["hardTanh", [hardTanh()], { weight: 1 - 5e-6 }],
    ["relu inside a residual block", [residual({ layers: [relu()] })], {}],
    ["mae", [], { loss: mae(), target: 0 }],
    ["hinge", [], { loss: hinge(), target: 1, weight: 1 - 5e-6 }],
    ["l1", [], { regularizer: l1({ lambda: 1 }) }],
    ["elastic", [], { regularizer: { kind: "elastic", l1: 1, l2: 0 } }],
  ])("%s: an entry whose two points lie on different sides is a kink, shown but not judged", (_, after, options) => {
    const report = beside(after, options);
    expect(report.relativeError).toBeGreaterThan(1e-7);
    expect(report).toMatchObject({ verdict: "right", smoothError: 0, slices: [{ kinks: 1, verdict: "right", worst: [{ isKink: true }] }] });
    expect(report.hints.map(({ code }) => code)).toEqual(["kinks"]);
  });

  it.each<readonly [string, readonly Component[], Parameters<typeof beside>[1]]>([
    ["an elastic net without L1", [], { regularizer: { kind: "elastic", l1: 0, l2: 1 } }],
    ["relu away from 0", [relu()], { weight: 0.1 }],
  ])("%s: no corner lies between, and nothing is a kink", (_, after, options) => {
    expect(beside(after, options)).toMatchObject({ verdict: "right", slices: [{ kinks: 0 }], hints: [] });
  });

  it("max pooling: where another number wins, in the windows that hold it", () => {
    const plan = compile({ input: [2, 2, 1], layers: [maxPool(), dense({ units: 1 })], loss: mse(), optimizer: sgd() }, { batchSize: 1, seed: 1, precision: 64, inputGradient: true });
    const report = checkGradient(plan, Float64Array.of(1, 1 + 5e-6, 0.5, -2), Float64Array.of(3));
    expect(report.verdict).toBe("right");
    const input = report.slices.find(({ name }) => name === "input")!;
    expect(input.worst.filter(({ isKink }) => isKink).map(({ index }) => index).sort()).toEqual([0, 1]);
  });

  it("a kink does not hide a mistake in its neighbours", () => {
    const k = reference(64);
    const plan = compile({ input: [2], layers: [dense({ units: 1, bias: false }), relu()], loss: mse(), optimizer: sgd() }, { batchSize: 2, seed: 1, precision: 64, kernels: { ...k, denseKernel(x, dy, dw, m, n, c) { k.denseKernel(x, dy, dw, m, n, c); for (let i = 0; i < n * c; i++) dw[i]! *= 2; } } });
    plan.slices.find(({ role }) => role === "param")!.view.set([5e-6, 0.7]);
    // The first row crosses the corner with the first weight alone.
    const report = checkGradient(plan, Float64Array.of(1, 0, 0, 1), Float64Array.of(1, -1));
    expect(report.slices[0]).toMatchObject({ kinks: 1, verdict: "wrong", worst: [{ index: 1, verdict: "wrong" }, { index: 0, isKink: true }] });
  });
});

describe("what is compared", () => {
  it("k entries of each slice, the same each time, others with another seed; never more than it has", () => {
    const once = (seed: number) => {
      const plan = compile({ input: [6], layers: [dense({ units: 5 }), tanh(), dense({ units: 1 })], loss: mse(), optimizer: sgd() }, { batchSize: 2, seed, precision: 64 });
      return checkGradient(plan, Float64Array.from({ length: 12 }, (_, i) => Math.sin(i)), Float64Array.of(1, -1), { perSlice: 4 });
    };
    expect(once(1).slices.map(({ name, checked }) => [name, checked])).toEqual([["0/kernel", 4], ["2/kernel", 4], ["0/bias", 4], ["2/bias", 1]]);
    const places = (report: GradientReport) => report.slices.map(({ worst }) => worst.map(({ index }) => index));
    expect(places(once(1))).toEqual(places(once(1)));
    expect(places(once(1))).not.toEqual(places(once(2)));
    expect(new Set(places(once(1))[0])).toHaveProperty("size", 4);
  });

  it("a small share of a large slice still meets every slice: 20 of each find a mistake in one bias", () => {
    const k = reference(64);
    const report = checked({ kernels: { ...k, columnSums(x, sums, m, c) { k.columnSums(x, sums, m, c); if (c === 3) sums[1]! *= 1.5; } } }, { perSlice: 3 });
    expect(blamed(report)).toEqual(["6/bias"]);
    expect(report.hints[0]!.message).toBe("only 6/bias[1] is off, the rest of it is right");
  });

  it("the place of an entry along its slice's axes", () => {
    const { worst } = checked().slices.find(({ name }) => name === "4/kernel")!;
    for (const { index, at } of worst) expect(at[0]! * 4 + at[1]!).toBe(index);
  });

  it("everything is put back: parameters, running statistics, streams and the gradient of the batch", () => {
    const plan = compile({ input: [2], layers: [dense({ units: 3 }), batchNorm(), dropout({ keepProb: 1 }), dense({ units: 1 })], loss: mse(), optimizer: sgd() }, { batchSize: 4, seed: 1, precision: 64 });
    const state = () => plan.slices.filter(({ role }) => role === "param" || role === "statistic" || role === "grad").map(({ view }) => [...view]);
    const [x, y] = [Float64Array.of(1, 2, 3, 5, -1, 0, 2, 2), Float64Array.of(1, 0, -1, 2)];
    plan.gather({ rows: 4, x, y }, null, 0, 4);
    plan.gradient(4, "train");
    const [before, counters] = [state(), [...plan.streams.values()].map(({ counter }) => counter)];
    checkGradient(plan, x, y);
    expect(state()).toEqual(before);
    expect([...plan.streams.values()].map(({ counter }) => counter)).toEqual(counters);
  });

  it.each<readonly [GradientCheckOptions, string]>([
    [{ epsilon: 0 }, "epsilon must be a number in (0, 1]; got 0"],
    [{ epsilon: Number.NaN }, "epsilon must be a number in (0, 1]; got NaN"],
    [{ epsilon: 2 }, "epsilon must be a number in (0, 1]; got 2"],
    [{ perSlice: 0 }, "perSlice must be a whole number in [1, ∞); got 0"],
    [{ gradient: new Map() }, "gradient needs 20 numbers for the slice 0/kernel; got none"],
    [{ gradient: new Map([["0/kernel", [1, 2]]]) }, "gradient needs 20 numbers for the slice 0/kernel; got 2"],
  ])("options %j are refused: %s", (options, message) => { expect(() => checked({}, options)).toThrow(new RangeError(message)); });

  it("a plan in 32 bit is refused, and more rows than the plan has", () => {
    const plan = (precision: 32 | 64) => compile({ input: [1], layers: [dense({ units: 1 })], loss: mse(), optimizer: sgd() }, { batchSize: 2, seed: 1, precision });
    expect(() => checkGradient(plan(32), Float64Array.of(1), Float64Array.of(1))).toThrow("precision 64");
    expect(() => checkGradient(plan(64), Float64Array.of(1, 2, 3), Float64Array.of(1, 2, 3))).toThrow("1 to 2 rows");
  });
});

describe("difference quotients", () => {
  it("θ³ at θ = 1 with ε = 0.01: two-sided 3.0001, one-sided 3.0301, as in the course", () => {
    const [slope] = cubeSlopes([0.01]);
    expect(misses([slope!.twoSided, slope!.oneSided], [3.0001, 3.0301], { abs: 1e-12 })).toEqual([]);
  });

  it("the errors fall with ε² and with ε: ten times smaller, a hundred and ten times better", () => {
    const [coarse, fine] = cubeSlopes([1e-2, 1e-3]);
    expect(misses([(coarse!.twoSided - 3) / (fine!.twoSided - 3), (coarse!.oneSided - 3) / (fine!.oneSided - 3)], [100, 10], { rel: 0.01 })).toEqual([]);
  });

  it("in 32 bit the course's ε = 1e-7 is below the last place of 1: the quotient is off by more than a fifth", () => {
    const [single] = cubeSlopes([1e-7], 32);
    expect(Math.abs(single!.twoSided / 3 - 1)).toBeGreaterThan(0.15);
    expect(Math.abs(cubeSlopes([1e-7])[0]!.twoSided - 3)).toBeLessThan(1e-7);
  });

  it("of e^x at 1, to seven places", () => { expect(differenceQuotient(Math.exp, 1, 1e-5)).toBeCloseTo(Math.E, 7); });

  describe.each([["tanh", tanh()], ["ReLU", relu()]] as const)("a 6-8-3 softmax net with %s", (_, activation) => {
    const sweep = (precision: 32 | 64) => {
      const plan = compile({ input: [6], layers: [dense({ units: 8 }), activation, dense({ units: 3 })], loss: softmaxCrossEntropy(), optimizer: sgd() }, { batchSize: 5, seed: 3, precision });
      const stream = rng(4).stream("rows");
      return sweepEpsilon(plan, Float64Array.from({ length: 30 }, () => stream.normal()), Float64Array.of(0, 1, 2, 1, 0)).map(({ twoSided }) => twoSided);
    };

    it("in 64 bit errs least at 1e-5 or 1e-6, below 1e-9, and above 1e-10 at 1e-7: the table of TOPICS 5.6 in order of magnitude", () => {
      const errors = sweep(64);
      expect(Math.min(...errors)).toBeLessThan(1e-9);
      expect([3, 4]).toContain(errors.indexOf(Math.min(...errors)));
      expect(errors[5]).toBeGreaterThan(1e-10);
      expect(errors[5]).toBeLessThan(1e-7);
    });

    it("in 32 bit errs by more than a third at the course's 1e-7, and least at 1e-2 or 1e-3", () => {
      const errors = sweep(32);
      expect(errors[5]).toBeGreaterThan(1 / 3);
      expect([0, 1]).toContain(errors.indexOf(Math.min(...errors)));
    });
  });
});
