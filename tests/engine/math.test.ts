/** The engine's own elementary functions: how near they are to the truth, what they give at the edges, and that their bits are recorded ones. */

import { createHash } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import * as math from "../../src-engine/kernels/math.ts";
import { rng } from "../../src-engine/rng.ts";
import { exactly, relativeError } from "../support/exactly.ts";

type Name = keyof typeof math;
type One = Exclude<Name, "pow">;

/** Where each function is measured: intervals that hold its bends, and sizes from 2^−60 on both sides of 0 where it goes through it. */
const places: Readonly<Record<One, readonly (readonly [number, number])[]>> = {
  exp: [[-708, 709], [-1, 1]],
  expm1: [[-40, 709], [-1.2, 1.2]],
  log: [[0.5, 2], [1e-5, 50]],
  log1p: [[-0.99, 2], [-0.3, 0.42], [2, 1e6]],
  tanh: [[-20, 20], [-1.1, 1.1]],
  sin: [[-7, 7], [-1e6, 1e6], [1.5e6, 1e15]],
  cos: [[-7, 7], [-1e6, 1e6], [1.5e6, 1e15]],
  erf: [[-6, 6], [-1.1, 1.1]],
  erfc: [[-6, 6], [0, 2]],
};
const nearZero: readonly One[] = ["expm1", "log1p", "tanh", "sin", "erf"];
/** Largest relative error. 1.11e-16 is half a last place, which a correctly rounded result can miss by too. */
const bounds: Readonly<Record<Name, number>> = { exp: 1.2e-16, expm1: 1.7e-16, log: 1.4e-16, log1p: 1.4e-16, tanh: 3.3e-16, sin: 1.3e-16, cos: 1.3e-16, erf: 1.6e-16, erfc: 4.6e-16, pow: 1.5e-16 };
const names = Object.keys(places) as One[];

/** `count` arguments of a function, the same each time. */
function arguments_(name: One, count: number): number[] {
  const stream = rng(1).stream(`arguments/${name}`);
  const inside = places[name].flatMap(([from, to]) => Array.from({ length: count }, () => from + (to - from) * stream.uniform()));
  const small = nearZero.includes(name) ? Array.from({ length: count }, () => (stream.below(2) === 0 ? 1 : -1) * 2 ** -(60 * stream.uniform())) : [];
  return [...inside, ...small];
}

describe("against sums of whole numbers with 320 places", () => {
  const truth = exactly(320);

  it.each(names.map((name) => ({ name, bound: bounds[name] })))("$name misses the truth by less than $bound, relative", ({ name, bound }) => {
    const found = arguments_(name, 400).map((x) => ({ x, error: relativeError(math[name](x), truth[name](x)) }));
    expect(found.filter(({ error }) => !(error < bound))).toEqual([]);
  });

  it("pow misses the truth by less than 1.5e-16, relative: any powers, large whole powers of numbers near 1, roots of very large and small numbers", () => {
    const stream = rng(1).stream("arguments/pow");
    const between = (from: number, to: number) => from + (to - from) * stream.uniform();
    const pairs = Array.from({ length: 400 }, () => [[between(0, 3), between(-50, 50)], [between(0.6, 1), Math.round(between(1, 1300))], [2 ** between(-1000, 1000), between(-1, 1)], [between(0.9, 0.9999), Math.round(between(1, 6000))]] as const).flat();
    expect(pairs.map(([x, y]) => ({ x, y, error: relativeError(math.pow(x, y), truth.pow(x, y)) })).filter(({ error }) => !(error < bounds.pow))).toEqual([]);
  });
});

describe("against sums of whole numbers with 1500 places and more", () => {
  const truth = exactly(1500);

  it.each(["sin", "cos"] as const)("%s misses the truth by less than 1.3e-16, relative, at angles up to 2^1023 and at the double nearest to a multiple of π/2", (name) => {
    // 6381956970095103 · 2^797: no double is nearer to a multiple of π/2 (Kahan); the others are the doubles about whole multiples.
    const angles = [6381956970095103 * 2 ** 797, 1e22, 2 ** 1023, -(2 ** 600), Number.MAX_VALUE, 1.6e6, 1_599_999, ...[1, 2, 3, 7, 1000, 123_456, 1e6, 1e9].map((n) => (n * Math.PI) / 2)];
    expect(angles.filter((x) => !(relativeError(math[name](x), truth[name](x)) < bounds[name]))).toEqual([]);
  });

  it("erfc misses the truth by less than 4.6e-16, relative, up to 26, where it is 1e-296", () => {
    const xs = Array.from({ length: 60 }, (_, i) => 2 + 0.4 * i + 1 / (i + 3));
    // e^(26²) is 2^975: of so many places the difference 1 − erf x is left with none.
    const finer = exactly(2400);
    expect(xs.filter((x) => !(relativeError(math.erfc(x), finer.erfc(x)) < bounds.erfc))).toEqual([]);
  });

  it("exp and pow miss the truth by at most one unit where results are subnormal", () => {
    const unit = (got: number, wanted: ReturnType<typeof truth.exp>) => relativeError(got, wanted) * got / 5e-324;
    expect([-709, -720, -735.5, -744, -744.4].filter((x) => !(unit(math.exp(x), truth.exp(x)) <= 1))).toEqual([]);
    expect(([[0.5, 1060.3], [10, -310.7], [0.9, 7000]] as const).filter(([x, y]) => !(unit(math.pow(x, y), truth.pow(x, y)) <= 1))).toEqual([]);
  });
});

describe("against this machine's Math", () => {
  it.each(["exp", "expm1", "log", "log1p", "tanh", "sin", "cos"] as const)("%s agrees within 7e-16 at 20 000 points and more: two bounds of about 2 and 3 last places", (name) => {
    const off = arguments_(name, 20_000).map((x) => ({ x, got: math[name](x), its: Math[name](x) })).filter(({ got, its }) => !(Math.abs(got - its) <= 7e-16 * Math.abs(its)));
    expect(off).toEqual([]);
  });
});

describe("at the edges", () => {
  const { NaN: nan, POSITIVE_INFINITY: inf, MIN_VALUE: least } = Number;

  // toBe tells −0 from 0.
  it.each<readonly [One, number, number]>([
    ["exp", 0, 1], ["exp", -0, 1], ["exp", inf, inf], ["exp", -inf, 0], ["exp", nan, nan], ["exp", 709.782712893384, 1.7976931348622732e308], ["exp", 709.79, inf], ["exp", -745.14, 0], ["exp", least, 1], ["exp", 1, Math.E],
    ["expm1", 0, 0], ["expm1", -0, -0], ["expm1", inf, inf], ["expm1", -inf, -1], ["expm1", nan, nan], ["expm1", least, least], ["expm1", -least, -least], ["expm1", 710, inf], ["expm1", -50, -1],
    ["log", 0, -inf], ["log", -0, -inf], ["log", 1, 0], ["log", inf, inf], ["log", -1, nan], ["log", -inf, nan], ["log", nan, nan], ["log", least, -744.4400719213812], ["log", Number.MAX_VALUE, 709.782712893384], ["log", 2, Math.LN2],
    ["log1p", 0, 0], ["log1p", -0, -0], ["log1p", -1, -inf], ["log1p", -1.5, nan], ["log1p", inf, inf], ["log1p", -inf, nan], ["log1p", nan, nan], ["log1p", least, least], ["log1p", -least, -least], ["log1p", Number.MAX_VALUE, 709.782712893384],
    ["tanh", 0, 0], ["tanh", -0, -0], ["tanh", inf, 1], ["tanh", -inf, -1], ["tanh", nan, nan], ["tanh", least, least], ["tanh", 25, 1], ["tanh", -1e300, -1],
    ["sin", 0, 0], ["sin", -0, -0], ["sin", inf, nan], ["sin", -inf, nan], ["sin", nan, nan], ["sin", least, least], ["sin", Math.PI / 2, 1], ["sin", Math.PI, 1.2246467991473532e-16],
    ["cos", 0, 1], ["cos", -0, 1], ["cos", inf, nan], ["cos", -inf, nan], ["cos", nan, nan], ["cos", least, 1], ["cos", Math.PI, -1], ["cos", Math.PI / 2, 6.123233995736766e-17],
    ["erf", 0, 0], ["erf", -0, -0], ["erf", inf, 1], ["erf", -inf, -1], ["erf", nan, nan], ["erf", 7, 1], ["erf", -7, -1],
    ["erfc", 0, 1], ["erfc", -0, 1], ["erfc", inf, 0], ["erfc", -inf, 2], ["erfc", nan, nan], ["erfc", 30, 0], ["erfc", -30, 2],
  ])("%s(%d) is %d", (name, x, y) => { expect(math[name](x)).toBe(y); });

  it("pow has the special cases of ** and its signs, for all pairs of 18 numbers", () => {
    const numbers = [0, -0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 2.5, 1e300, -1e300, least, inf, -inf, nan, 9007199254740993];
    const wrong = numbers.flatMap((x) => numbers.map((y) => ({ x, y, got: math.pow(x, y), its: x ** y }))).filter(({ got, its }) => !(Object.is(got, its) || Math.abs(got / its - 1) < 4e-16));
    expect(wrong).toEqual([]);
  });

  it("pow of small whole numbers is the whole number", () => {
    const wrong = Array.from({ length: 14 }, (_, i) => i + 2).flatMap((x) => Array.from({ length: 13 }, (_, y) => ({ x, y }))).filter(({ x, y }) => BigInt(math.pow(x, y)) !== BigInt(x) ** BigInt(y));
    expect(wrong).toEqual([]);
  });
});

describe("laws", () => {
  const finite = (min: number, max: number) => fc.double({ min, max, noNaN: true });

  it.each(["expm1", "tanh", "sin", "erf"] as const)("%s of −x is its opposite, bit for bit where the function is odd", (name) => {
    if (name === "expm1") {
      fc.assert(fc.property(finite(-1, 1), (x) => { expect(Math.abs((1 + math.expm1(x)) * (1 + math.expm1(-x)) - 1)).toBeLessThan(1e-15); }));
      return;
    }
    fc.assert(fc.property(finite(-1e8, 1e8), (x) => { expect(math[name](-x)).toBe(-math[name](x)); }));
  });

  it("cos is even, bit for bit", () => { fc.assert(fc.property(finite(-1e300, 1e300), (x) => { expect(math.cos(-x)).toBe(math.cos(x)); })); });

  it.each(["exp", "expm1", "log", "log1p", "tanh", "erf"] as const)("%s never falls where its argument rises, beyond the two errors its bound allows", (name) => {
    const [from, to] = { exp: [-745, 709], expm1: [-40, 709], log: [0, 1e308], log1p: [-1, 1e308], tanh: [-25, 25], erf: [-7, 7] }[name] as [number, number];
    // A neighbour a last place away is as likely as one far off.
    const pairs = fc.tuple(finite(from, to), fc.oneof(fc.double({ min: 1, max: 1 + 1e-14, noNaN: true }), fc.double({ min: 1, max: 4, noNaN: true })));
    fc.assert(fc.property(pairs, ([x, factor]) => {
      const [low, high] = x < 0 ? [x * factor, x] : [x, x * factor];
      fc.pre(low >= from);
      const [a, b] = [math[name](low), math[name](high)];
      expect(a <= b || a - b <= 2 * bounds[name] * Math.abs(b)).toBe(true);
    }), { numRuns: 2000 });
  });
});

it("the bits of 1500 results of each function are the recorded ones, on every system and engine", () => {
  const hash = createHash("sha256");
  for (const name of names) for (const x of arguments_(name, 500)) hash.update(Float64Array.of(math[name](x)));
  const stream = rng(1).stream("arguments/pow");
  for (let i = 0; i < 1500; i++) hash.update(Float64Array.of(math.pow(3 * stream.uniform(), 100 * stream.uniform() - 50)));
  expect(hash.digest("hex")).toBe("b40ab0cd8cc538bb5e02d927a81e5b3438e5ffc32c0237fa4800cb706e6b1b27");
});
