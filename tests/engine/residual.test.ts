/** The residual block: its arithmetic, the names of what lies inside it, and the way around. (Gradients, checkpoints, short batches: every-layer.test.ts; errors: compile.test.ts.) */

import { describe, expect, it } from "vitest";
import { batchNorm, compile, conv2d, dense, dropout, gaussianNoise, identity, loadCheckpoint, mse, relu, residual, rng, saveCheckpoint, sgd, shapesOf, tanh, weightBytes } from "../../src-engine/index.ts";
import type { Component, Plan, Role } from "../../src-engine/index.ts";

const view = (plan: Plan, role: Role, name: string) => plan.slices.find((slice) => slice.role === role && slice.name === name)!.view;

function made(layers: readonly Component[], input: readonly number[] = [3], precision: 32 | 64 = 64): Plan {
  const plan = compile({ input, layers, loss: mse(), optimizer: sgd() }, { batchSize: 4, seed: 1, precision, inputGradient: true });
  const stream = rng(2).stream("x");
  const x = Float64Array.from({ length: 4 * input.reduce((product, n) => product * n, 1) }, () => stream.normal());
  plan.gather({ rows: 4, x, y: new Float64Array(4 * plan.targetWidth) }, null, 0, 4);
  return plan;
}

describe.each([64, 32] as const)("in %i bit", (precision) => {
  it("gives its input plus what its layers make of it, and the gradient both ways, each sum rounded once", () => {
    const inside = [dense({ units: 3 }), tanh(), dense({ units: 3 })];
    const plan = made([residual({ layers: inside })], [3], precision), bare = made(inside, [3], precision);
    for (const i of [0, 2]) for (const name of ["kernel", "bias"]) view(bare, "param", `${i}/${name}`).set(view(plan, "param", `0/${i}/${name}`));
    plan.gradient(4, "train");
    bare.forward(4, "train");
    const x = view(plan, "batch", "x");
    const { round } = precision === 32 ? { round: Math.fround } : { round: (a: number) => a };
    expect([...plan.z]).toEqual([...bare.z].map((f, i) => round(x[i]! + f)));
    expect([...view(plan, "activation", "0/2")]).toEqual([...bare.z]);
    // The same gradient of the outputs, sent through the inner layers alone: what is missing is the way around.
    const dy = view(plan, "delta", "0");
    bare.gather({ rows: 4, x: Float64Array.from(x), y: Float64Array.from(bare.z, (z, i) => z - 6 * dy[i]!) }, null, 0, 4);
    bare.gradient(4, "train");
    const through = view(bare, "delta", "input");
    view(plan, "delta", "input").forEach((dx, i) => { expect(Math.abs(dx - (dy[i]! + through[i]!))).toBeLessThan(precision === 32 ? 1e-6 : 1e-14); });
  });
});

it("around layers that change nothing it doubles: y = 2x, dx = 2 dy", () => {
  const plan = made([residual({ layers: [identity()] })]);
  plan.gradient(4, "train");
  expect([...plan.z]).toEqual([...view(plan, "batch", "x")].map((x) => 2 * x));
  expect([...view(plan, "delta", "input")]).toEqual([...view(plan, "delta", "0")].map((dy) => 2 * dy));
});

const nested = [dense({ units: 3 }), residual({ layers: [dense({ units: 3 }), residual({ layers: [batchNorm(), dropout(), dense({ units: 3 })] }), gaussianNoise()] }), dense({ units: 2 })];

it("names what lies inside by the way to it: parameters, statistics, masks and streams; outputs in the order in which they come about", () => {
  const plan = made(nested);
  const named = (role: Role) => plan.slices.flatMap((slice) => (slice.role === role ? [slice.name] : []));
  expect(named("param")).toEqual(["0/kernel", "1/0/kernel", "1/1/2/kernel", "2/kernel", "0/bias", "1/0/bias", "1/1/0/scale", "1/1/0/shift", "1/1/2/bias", "2/bias"]);
  expect(named("statistic")).toEqual(["1/1/0/mean", "1/1/0/variance"]);
  expect(named("activation")).toEqual(["0", "1/0", "1/1/0", "1/1/1", "1/1/2", "1/1", "1/2", "1", "2"]);
  expect(named("scratch")).toEqual(expect.arrayContaining(["1/1/1/mask", "1/2/noise"]));
  expect([...plan.streams.keys()]).toEqual(expect.arrayContaining(["shuffle", "dropout/1/1/1", "noise/1/2"]));
  expect([...plan.streams.keys()].filter((name) => name.startsWith("dropout") || name.startsWith("noise"))).toHaveLength(2);
  plan.forward(4, "train");
  const dropped = rng(1).stream("dropout/1/1/1"), noisy = rng(1).stream("noise/1/2");
  expect([...view(plan, "scratch", "1/1/1/mask")]).toEqual(Array.from({ length: 12 }, () => (dropped.uniform() < 0.8 ? 1 : 0)));
  expect([...view(plan, "scratch", "1/2/noise")]).toEqual(Array.from({ length: 12 }, () => 0.1 * noisy.normal()));
});

it("starts each inner kernel from its own stream: init/1/0/kernel", () => {
  const plan = made(nested);
  const stream = rng(1).stream("init/1/0/kernel");
  const first = Math.sqrt(2 / 3) * stream.normal();
  expect(view(plan, "param", "1/0/kernel")[0]).toBeCloseTo(first, 14);
});

it("resumed in the middle, with masks, noise and statistics inside, it goes on bit for bit", () => {
  const [whole, before, after] = [made(nested, [3], 32), made(nested, [3], 32), made(nested, [3], 32)];
  const steps = (plan: Plan, n: number) => { for (let t = 0; t < n; t++) { plan.gradient(4, "train"); plan.update(0.05); } };
  steps(whole, 6);
  steps(before, 3);
  loadCheckpoint(after, saveCheckpoint(before));
  steps(after, 3);
  expect(weightBytes(after)).toEqual(weightBytes(whole));
  expect(weightBytes(after)).not.toEqual(weightBytes(before));
});

describe("the projection", () => {
  it("is learned only where the shapes differ: 1×1 over images, with the stride that fits; dense over rows", () => {
    const shapes = (layers: readonly Component[], input: readonly number[]) => {
      const plan = made([residual({ layers, projection: true })], input);
      const own = plan.slices.find(({ role, name }) => role === "param" && name === "0/projection");
      return [plan.layers[0]!.output, own?.shape ?? null];
    };
    expect(shapes([dense({ units: 3 })], [3])).toEqual([[3], null]);
    expect(shapes([dense({ units: 5 })], [3])).toEqual([[5], [3, 5]]);
    expect(shapes([dense({ units: 5 })], [2, 2, 3])).toEqual([[5], [12, 5]]);
    expect(shapes([conv2d({ filters: 4, size: 3, stride: 2, padding: 1 })], [5, 6, 2])).toEqual([[3, 3, 4], [1, 1, 2, 4]]);
    expect(shapes([conv2d({ filters: 2, size: 3, padding: 1 })], [5, 6, 2])).toEqual([[5, 6, 2], null]);
  });

  it("reads every second pixel of the image: with a unit kernel and inner layers at 0 the output is that", () => {
    const plan = made([residual({ layers: [conv2d({ filters: 1, size: 1, stride: 2, init: { kind: "zeros" } })], projection: true })], [4, 4, 1]);
    view(plan, "param", "0/projection").fill(1);
    plan.forward(4, "evaluate");
    const x = view(plan, "batch", "x");
    expect([...plan.z.subarray(0, 4)]).toEqual([x[0], x[2], x[8], x[10]]);
  });

  it("is counted among parameters and operations", () => {
    expect(shapesOf([residual({ layers: [{ kind: "dense", units: 5 }, relu()], projection: true })], [3])).toEqual([
      { index: 0, kind: "residual", output: [5], parameters: 3 * 5 + 5 + 3 * 5, flops: 2 * 3 * 5 + 5 + 5 + 2 * 3 * 5 + 5 },
    ]);
  });
});
