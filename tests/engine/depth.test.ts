/** Vanishing and exploding: what 50 layers make of a signal, by the spread of their weights. The table of the course, as far as an order of magnitude. */

import { describe, expect, it } from "vitest";
import { batchNorm, compile, dense, heNormal, lecunNormal, mse, normal, relu, residual, rng, sgd } from "../../src-engine/index.ts";
import type { Component, Plan } from "../../src-engine/index.ts";

const rows = 20, width = 100, depth = 50;

/** 64 bit: the smallest and largest of these numbers are out of reach of 32. */
function deep(block: (i: number) => readonly Component[]): Plan {
  const plan = compile({ input: [width], layers: Array.from({ length: depth }, (_, i) => block(i)).flat(), loss: mse(), optimizer: sgd() }, { batchSize: rows, seed: 1, precision: 64, inputGradient: true });
  const stream = rng(3).stream("rows");
  const x = Float64Array.from({ length: rows * width }, () => stream.normal());
  const size = rms(x);
  plan.gather({ rows, x: x.map((v) => v / size), y: new Float64Array(rows * width) }, null, 0, rows);
  return plan;
}
const rms = (values: ArrayLike<number>): number => Math.sqrt(Array.from(values).reduce((sum, v) => sum + v * v, 0) / values.length);
const orders = (a: number, b: number): number => Math.abs(Math.log10(a / b));
const sizeOf = (plan: Plan, role: "activation" | "delta", name: string) => rms(plan.slices.find((slice) => slice.role === role && slice.name === name)!.view);

describe("50 layers of 100 ReLU units, input of size 1: the size of the last layer, within one order of magnitude", () => {
  it.each([
    ["σ = 0.01", 1e-58, normal({ deviation: 0.01 })],
    ["variance 1/n, the course's Xavier", 4e-8, lecunNormal()],
    ["variance 2/n, He", 0.65, heNormal()],
    ["σ = 1", 1e42, normal({ deviation: 1 })],
  ] as const)("%s gives about %s", (_, expected, init) => {
    const plan = deep(() => [dense({ units: width, init }), relu()]);
    plan.forward(rows, "evaluate");
    expect(orders(rms(plan.z), expected)).toBeLessThan(1);
  });

  it("the gradient shrinks and grows as the signal does: from the last layer to the first by the same factor, within two orders of magnitude", () => {
    for (const init of [normal({ deviation: 0.05 }), heNormal(), normal({ deviation: 0.5 })]) {
      const plan = deep(() => [dense({ units: width, init }), relu()]);
      plan.gradient(rows, "train");
      const forward = sizeOf(plan, "activation", String(2 * depth - 1)) / sizeOf(plan, "activation", "1");
      const backward = sizeOf(plan, "delta", "1") / sizeOf(plan, "delta", String(2 * depth - 1));
      expect(orders(forward, backward)).toBeLessThan(2);
    }
  });

  it("batch norm keeps the signal within a factor of 10, a way around each layer the signal and the gradient, where the weights alone give 1e-58", () => {
    const init = normal({ deviation: 0.01 });
    const ends = (block: readonly Component[]) => {
      const plan = deep(() => block);
      plan.gradient(rows, "train");
      const [first, last] = [String(block.length - 1), String(plan.layers.length - 1)];
      return { signal: orders(sizeOf(plan, "activation", last), sizeOf(plan, "activation", first)), gradient: orders(sizeOf(plan, "delta", first), sizeOf(plan, "delta", last)) };
    };
    // (Batch norm's gradient grows by about 1.2 a layer at the start: Yang et al., A Mean Field Theory of Batch Normalization, ICLR 2019.)
    expect(ends([dense({ units: width, init }), batchNorm(), relu()]).signal).toBeLessThan(1);
    const around = ends([residual({ layers: [dense({ units: width, init }), relu()] })]);
    expect(around.signal).toBeLessThan(1);
    expect(around.gradient).toBeLessThan(1);
  });
});

it("one unit a layer, weight 1.5, 0.5, 1.1 or 0.9: 6.4e8, 8.9e-16, 117 and 0.005 after 50 layers", () => {
  for (const [weight, expected] of [[1.5, 6.4e8], [0.5, 8.9e-16], [1.1, 117], [0.9, 0.005]] as const) {
    const plan = compile({ input: [1], layers: Array.from({ length: depth }, () => dense({ units: 1, bias: false })), loss: mse(), optimizer: sgd() }, { batchSize: 1, seed: 1, precision: 64 });
    for (const { role, view } of plan.slices) if (role === "param") view.fill(weight);
    plan.gather({ rows: 1, x: Float64Array.of(1), y: Float64Array.of(0) }, null, 0, 1);
    plan.forward(1, "evaluate");
    // The table gives two digits, the smallest one digit.
    expect(Math.abs(plan.z[0]! / expected - 1)).toBeLessThan(weight === 0.9 ? 0.05 : 0.01);
  }
});
