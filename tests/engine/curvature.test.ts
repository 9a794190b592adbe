/** golden/hessian.json: gradients, products with the Hessian by differences of gradients, directions and loss grids; and what the functions promise beside. */

import { describe, expect, it } from "vitest";
import { batchNorm, compile, dense, dropout, filterNormalized, hessianVectorProduct, lossPlane, mse, parametersOf, rng, sgd, tanh } from "../../src-engine/index.ts";
import type { Plan } from "../../src-engine/index.ts";
import { misses } from "../support/close.ts";
import type { Tolerance } from "../support/close.ts";
import { golden, numbers } from "../support/golden.ts";
import type { Tensor } from "../support/golden.ts";
import { build } from "../support/golden-network.ts";
import type { GoldenNetwork } from "../support/golden-network.ts";

interface Case extends GoldenNetwork {
  readonly l2_lambda: number;
  readonly param_order: readonly string[];
  readonly theta: Tensor;
  readonly loss_total: number;
  readonly gradient: Tensor;
  readonly hessian: Tensor;
  readonly hessian_vector_products: readonly { readonly v: Tensor; readonly Hv: Tensor; readonly vHv: number }[];
  readonly landscape: { readonly directions: readonly { readonly raw: Tensor; readonly filter_normalized: Tensor }[]; readonly alpha: readonly number[]; readonly beta: readonly number[]; readonly loss_grid: Tensor; readonly line_alpha: readonly number[]; readonly line_loss: readonly number[] };
}
const file = golden<{ cases: readonly Case[]; tolerance: { readonly float64_exact: Tolerance; readonly finite_difference_hvp: Tolerance; readonly float32: Tolerance } }>("hessian");

/** A case in memory, with the way from the file's flat vectors ([out, in], its own order) to the manifest's ([in, out]). */
function made(c: Case, precision: 32 | 64 = 64) {
  const { plan, slots } = build(c, { precision, l2: c.l2_lambda, inputGradient: false });
  const starts = new Map(c.param_order.map((name, i) => [name, c.param_order.slice(0, i).reduce((sum, before) => sum + c.params[before]!.data.length, 0)]));
  const arranged = (flat: Tensor): Float64Array => Float64Array.from(plan.slices.filter(({ role }) => role === "param").flatMap(({ name }) => {
    const { golden: own, arrange } = slots.find(({ slice }) => slice === name)!;
    const { shape, data } = c.params[own]!;
    return [...arrange({ shape, data: flat.data.slice(starts.get(own)!, starts.get(own)! + data.length) })];
  }));
  return { plan, arranged, x: numbers(c.input), y: numbers(c.target) };
}
const gradientOf = (plan: Plan): number[] => plan.slices.filter(({ role }) => role === "grad").flatMap(({ view }) => [...view]);

it("has 2 networks with 3 products each, and all are read", () => {
  expect(file.cases.map((c) => [c.name, c.hessian_vector_products.length, c.landscape.directions.length])).toEqual([["tanh_softmax", 3, 2], ["softplus_binary_l2", 3, 2]]);
});

describe.each(file.cases)("$name", (c) => {
  it("the parameters, the loss and the gradient are the file's, within 1e-9 + 1e-8 relative", () => {
    const { plan, arranged } = made(c);
    expect([...parametersOf(plan)]).toEqual([...arranged(c.theta)]);
    expect(misses([plan.gradient(c.m, "replay")], [c.loss_total], file.tolerance.float64_exact)).toEqual([]);
    expect(misses(gradientOf(plan), arranged(c.gradient), file.tolerance.float64_exact)).toEqual([]);
  });

  it.each(c.hessian_vector_products.map((product, i) => ({ ...product, i })))("product $i by differences of gradients is within 1e-5 of the exact one, by its norm and along v", ({ v, Hv, vHv }) => {
    const { plan, arranged, x, y } = made(c);
    const direction = arranged(v), exact = arranged(Hv);
    const got = hessianVectorProduct(plan, x, y, direction);
    expect(Math.hypot(...got.map((h, i) => h - exact[i]!)) / Math.hypot(...exact)).toBeLessThan(file.tolerance.finite_difference_hvp.rel!);
    expect(misses([got.reduce((sum, h, i) => sum + h * direction[i]!, 0)], [vHv], file.tolerance.finite_difference_hvp)).toEqual([]);
  });

  it("products with unit vectors are the file's Hessian, column by column, within 1e-8", () => {
    const { plan, arranged, x, y } = made(c);
    const p = plan.parameters;
    for (let j = 0; j < p; j++) {
      const unit = { shape: [p], data: Array.from({ length: p }, (_, i) => (i === j ? 1 : 0)) };
      const column = { shape: [p], data: c.hessian.data.filter((_, i) => i % p === j) };
      // Differences over 1e-5 leave about 1e-10 of truncation and 1e-11 of rounding.
      expect(misses(hessianVectorProduct(plan, x, y, arranged(unit)), arranged(column), { abs: 1e-8 }), `column ${j}`).toEqual([]);
    }
  });

  it.each(c.landscape.directions.map((direction, i) => ({ ...direction, i })))("direction $i, scaled unit by unit, is the file's", ({ raw, filter_normalized }) => {
    const { plan, arranged } = made(c);
    expect(misses(filterNormalized(plan, arranged(raw)), arranged(filter_normalized), file.tolerance.float64_exact)).toEqual([]);
  });

  it.each([64, 32] as const)("the loss on the plane and on the line is the file's, in %i bit at its tolerance", (precision) => {
    const { plan, arranged, x, y } = made(c, precision);
    const { alpha, beta, loss_grid, line_alpha, line_loss } = c.landscape;
    const directions = c.landscape.directions.map(({ raw }) => filterNormalized(plan, arranged(raw)));
    const [first, second] = directions as [Float64Array, Float64Array];
    const tolerance = precision === 64 ? file.tolerance.float64_exact : file.tolerance.float32;
    expect(misses(lossPlane(plan, x, y, { directions: [first, second], alphas: alpha, betas: beta }), numbers(loss_grid), tolerance)).toEqual([]);
    expect(misses(lossPlane(plan, x, y, { directions: [first], alphas: line_alpha }), line_loss, tolerance)).toEqual([]);
  });
});

describe("any plan", () => {
  const plan = () => compile({ input: [2], layers: [dense({ units: 3 }), batchNorm(), tanh(), dropout({ keepProb: 0.6 }), dense({ units: 2 })], loss: mse(), optimizer: sgd() }, { batchSize: 6, seed: 1, precision: 64, keepBias: true });
  const stream = rng(4).stream("rows");
  const x = Float64Array.from({ length: 12 }, () => stream.normal()), y = Float64Array.from({ length: 12 }, () => stream.normal());
  const state = ({ slices }: Plan) => slices.filter(({ role }) => role === "param" || role === "statistic").map(({ name, view }) => [name, ...view]);

  it("is left as it was: parameters, running statistics, and the gradient at its place", () => {
    const of = plan(), before = state(of), direction = Float64Array.from({ length: of.parameters }, () => stream.normal());
    hessianVectorProduct(of, x, y, direction);
    const gradient = gradientOf(of);
    of.gradient(6, "replay");
    expect(gradient).toEqual(gradientOf(of));
    lossPlane(of, x, y, { directions: [direction], alphas: [-1, 0.5, 2] });
    expect(state(of)).toEqual(before);
  });

  it("has at 0 of every line the loss itself, and a symmetric Hessian: u·Hv = v·Hu within 1e-7", () => {
    const of = plan(), draw = () => Float64Array.from({ length: of.parameters }, () => stream.normal());
    const [u, v] = [draw(), draw()];
    const dot = (a: Float64Array, b: Float64Array) => a.reduce((sum, value, i) => sum + value * b[i]!, 0);
    // Each call draws masks anew; the same place of the stream gives the same ones.
    const product = (direction: Float64Array) => { of.streams.get("dropout/3")!.counter = 0; return hessianVectorProduct(of, x, y, direction); };
    expect(misses([dot(u, product(v))], [dot(v, product(u))], { abs: 1e-7, rel: 1e-7 })).toEqual([]);
    of.streams.get("dropout/3")!.counter = 0;
    const [zero, other] = lossPlane(of, x, y, { directions: [u], alphas: [0, 1] });
    expect(zero).toBe(of.gradient(6, "replay"));
    expect(other).not.toBe(zero);
  });

  it("filter normalisation gives every unit of a direction the norm of its weights, and leaves biases, scales and shifts out", () => {
    const of = plan();
    const direction = filterNormalized(of, new Float64Array(of.parameters).fill(5));
    let from = 0;
    for (const { name, shape, view } of of.slices.filter(({ role }) => role === "param")) {
      const own = direction.subarray(from, from += view.length), units = shape.at(-1)!;
      const norm = (w: ArrayLike<number>, j: number) => Math.hypot(...Array.from(w).filter((_, i) => i % units === j));
      if (shape.length === 1) expect([...own], name).toEqual([...own].map(() => 0));
      else for (let j = 0; j < units; j++) expect(misses([norm(own, j)], [norm(view, j)], { rel: 1e-9 }), name).toEqual([]);
    }
  });

  it("a direction of 0 has the product 0", () => {
    const of = plan();
    expect(new Set(hessianVectorProduct(of, x, y, new Float64Array(of.parameters)))).toEqual(new Set([0]));
  });

  it("refuses 32 bit for products, directions of a wrong length, too many rows, and betas without a second direction", () => {
    const of = plan(), direction = new Float64Array(of.parameters);
    const single = compile({ input: [2], layers: [dense({ units: 2 })], loss: mse(), optimizer: sgd() }, { batchSize: 6, seed: 1 });
    expect(() => hessianVectorProduct(single, x, y, new Float64Array(6))).toThrow("precision 64");
    expect(() => hessianVectorProduct(of, x, y, new Float64Array(3))).toThrow(`a direction needs ${of.parameters} numbers`);
    expect(() => lossPlane(of, new Float64Array(14), new Float64Array(14), { directions: [direction], alphas: [1] })).toThrow("1 to 6 rows");
    expect(() => lossPlane(of, x, y, { directions: [direction], alphas: [1], betas: [1] })).toThrow("second direction");
  });
});
