/** golden/activations.json: every activation layer, forward and backward, at ordinary, extreme and corner inputs, against PyTorch and 60 digits. */

import { describe, expect, it } from "vitest";
import { reference } from "../../src-engine/kernels/reference.ts";
import { catalog } from "../../src-engine/catalog.ts";
import type { Precision } from "../../src-engine/kernels/kernels.ts";
import type { Layer } from "../../src-engine/nn/layer.ts";
import { misses } from "../support/close.ts";
import type { Tolerance } from "../support/close.ts";
import { golden, kindOf, numbers } from "../support/golden.ts";
import type { Tensor } from "../support/golden.ts";
import { stage } from "../support/stage.ts";

interface Named { readonly name: string; readonly params: Readonly<Record<string, number>> }
interface Case extends Named { readonly x: Tensor; readonly dy: Tensor; readonly y: Tensor; readonly dx: Tensor }
interface Extreme extends Named { readonly x: Tensor; readonly y: Tensor; readonly dydx: Tensor }
interface Kink extends Named { readonly x: readonly number[]; readonly y: readonly number[]; readonly dydx_convention_torch: readonly number[] }
const file = golden<{ cases: readonly Case[]; softmax: readonly Case[]; extreme: readonly Extreme[]; softmax_extreme: readonly Case[]; kinks: readonly Kink[]; tolerance: { float64: Tolerance; float32: Tolerance } }>("activations");

const names: Readonly<Record<string, string>> = { negative_slope: "slope", min_val: "min", max_val: "max" };
const labelled = <C extends Named>(cases: readonly C[]) => cases.map((c) => [`${c.name} ${JSON.stringify(c.params)}`, c] as const);

/** y and dx of an activation for given x and dy; `c` numbers along the last axis. */
function passed({ name, params }: Named, x: Float64Array, dy: Float64Array, c: number, precision: Precision) {
  const layer = (catalog.layer as readonly Layer[]).find(({ kind }) => kind === kindOf(name))!;
  const values = Object.fromEntries(Object.entries(params).map(([param, value]) => [names[param] ?? param, value]));
  const rows = x.length / c;
  const at = stage({ kind: layer.kind, ...values }, [c], rows, precision);
  at.x.set(x);
  at.dy.set(dy);
  layer.forward(at, rows, "train");
  layer.backward(at, rows);
  return { y: at.y, dx: at.dx! };
}

it("has 18 functions, each at extreme inputs too, 6 corners, and 10 rows of softmax; all are read", () => {
  expect([file.cases, file.extreme, file.kinks, file.softmax, file.softmax_extreme].map(({ length }) => length)).toEqual([18, 18, 6, 8, 2]);
  expect(file.cases.map(({ name }) => kindOf(name)).filter((kind) => !catalog.layer.some((layer) => layer.kind === kind))).toEqual([]);
});

describe.each([64, 32] as const)("in %i bit, at the tolerance of the file", (precision) => {
  const tolerance = file.tolerance[`float${precision}`];

  it.each([...labelled(file.cases), ...labelled(file.softmax), ...labelled(file.softmax_extreme).map(([label, c]) => [`${label}, logits to ±1e4`, c] as const)])("%s: value and gradient", (_, c) => {
    const got = passed(c, numbers(c.x), numbers(c.dy), c.x.shape.at(-1)!, precision);
    // In single precision the logit 9999.999 is 9999.9990234375, another problem: its row, the last of six, is left out there.
    const isRounded = precision === 32 && c.x.data.includes(9999.999);
    const kept = (values: ArrayLike<number>) => Array.from(values).filter((__, i) => !isRounded || i < 15);
    expect(misses(kept(got.y), kept(numbers(c.y)), tolerance), "y").toEqual([]);
    expect(misses(kept(got.dx), kept(numbers(c.dx)), tolerance), "dx").toEqual([]);
    expect([...got.y, ...got.dx].every(Number.isFinite)).toBe(true);
  });

  it.each(labelled(file.extreme))("%s: at 24 extreme inputs, with no NaN", (_, c) => {
    const x = numbers(c.x);
    expect(x).toHaveLength(24);
    const got = passed(c, x, new Float64Array(24).fill(1), 24, precision);
    expect(misses(got.y, numbers(c.y), tolerance)).toEqual([]);
    // In 32 bit the subnormal doubles become 0, where the slope is the corner's: the file says so.
    const counted = [...x.keys()].filter((i) => !(precision === 32 && x[i] !== 0 && Math.fround(x[i]!) === 0));
    expect(counted.length).toBeGreaterThanOrEqual(20);
    expect(misses(counted.map((i) => got.dx[i]!), counted.map((i) => numbers(c.dydx)[i]!), tolerance)).toEqual([]);
  });

  it.each(labelled(file.kinks))("%s: at its corner the slope is PyTorch's, to the last place", (_, c) => {
    const { round } = reference(precision);
    const got = passed(c, Float64Array.from(c.x), new Float64Array(c.x.length).fill(1), c.x.length, precision);
    expect([...got.y]).toEqual(c.y);
    // PyTorch rounds SELU's s α from two rounded numbers.
    expect(misses(got.dx, c.dydx_convention_torch.map(round), { rel: 2.3e-16 })).toEqual([]);
  });
});

describe.each([32, 64] as const)("beyond the file, in %i bit", (precision) => {
  const every = file.cases.filter(({ name }, i) => file.cases.findIndex((c) => c.name === name) === i);

  it.each(labelled(every))("%s: a NaN is never hidden, and large inputs of either sign give finite slopes", (_, c) => {
    expect(passed(c, Float64Array.of(Number.NaN), Float64Array.of(1), 1, precision).y[0]).toBeNaN();
    const { dx } = passed(c, Float64Array.of(1e30, -1e30), Float64Array.of(1, 1), 2, precision);
    expect([...dx].every((slope) => Math.abs(slope) < 2)).toBe(true);
  });

  it("softmax with a NaN among its logits gives NaN", () => {
    for (const name of ["softmax", "log_softmax"]) expect([...passed({ name, params: { temperature: 1 } }, Float64Array.of(1, Number.NaN), Float64Array.of(1, 1), 2, precision).y]).toEqual([Number.NaN, Number.NaN]);
  });

  it("the course's softmax of (5, 2, −1, 3) is 0.842, 0.042, 0.002, 0.114; at temperature ½ 0.980 …, at 2 0.609 …", () => {
    const at = (temperature: number) => [...passed({ name: "softmax", params: { temperature } }, Float64Array.of(5, 2, -1, 3), new Float64Array(4), 4, precision).y].map((a) => Number(a.toFixed(3)));
    expect([at(1), at(0.5), at(2)]).toEqual([[0.842, 0.042, 0.002, 0.114], [0.98, 0.002, 0, 0.018], [0.609, 0.136, 0.03, 0.224]]);
  });
});
