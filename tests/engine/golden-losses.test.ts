/** golden/losses.json: every loss through a compiled plan of one identity layer, so that the network's input is what the file calls input. */

import { describe, expect, it } from "vitest";
import { compile, identity, sgd } from "../../src-engine/index.ts";
import type { Component } from "../../src-engine/index.ts";
import { misses } from "../support/close.ts";
import type { Tolerance } from "../support/close.ts";
import { golden, numbers } from "../support/golden.ts";
import type { Tensor } from "../support/golden.ts";

interface Case {
  readonly name: string;
  readonly kind: string;
  readonly params: { readonly class_weights?: readonly number[]; readonly label_smoothing?: number; readonly pos_weight?: readonly number[]; readonly delta?: number };
  readonly input: Tensor;
  readonly target: Tensor;
  readonly loss: number;
  readonly grad: Tensor;
}
const file = golden<{ cases: readonly Case[]; tolerance: { float64: Tolerance; float32: Tolerance } }>("losses");

/** The file's kinds as components; its ±1 targets are the labels 0 and 1 of the project. */
const lossOf: Readonly<Record<string, (params: Case["params"]) => Component>> = {
  softmax_cross_entropy: ({ class_weights, label_smoothing }) => ({ kind: "softmaxCrossEntropy", classWeights: class_weights, labelSmoothing: label_smoothing }),
  softmax_cross_entropy_soft: ({ class_weights, label_smoothing }) => ({ kind: "softmaxCrossEntropy", classWeights: class_weights, labelSmoothing: label_smoothing }),
  bce_with_logits: ({ pos_weight }) => ({ kind: "binaryCrossEntropy", posWeight: pos_weight?.[0] }),
  mse: () => ({ kind: "mse" }),
  mae: () => ({ kind: "mae" }),
  huber: ({ delta }) => ({ kind: "huber", delta }),
  hinge: () => ({ kind: "hinge" }),
  squared_hinge: () => ({ kind: "hinge", squared: true }),
  multi_margin: () => ({ kind: "hinge" }),
};
const isSigned = (kind: string): boolean => kind === "hinge" || kind === "squared_hinge";

it("has 26 cases of 9 kinds, each of which is a component here", () => {
  expect(file.cases).toHaveLength(26);
  expect(new Set(file.cases.map(({ kind }) => kind))).toEqual(new Set(Object.keys(lossOf)));
});

describe.each([64, 32] as const)("in %i bit, at the tolerance of the file", (precision) => {
  it.each(file.cases)("$name: loss and gradient", ({ kind, params, input, target, loss, grad }) => {
    const [m, c] = input.shape as [number, number];
    const plan = compile({ input: [c], layers: [identity()], loss: lossOf[kind]!(params), optimizer: sgd() }, { batchSize: m, seed: 1, precision, inputGradient: true, softTargets: kind === "softmax_cross_entropy_soft" });
    const y = numbers(target);
    expect(plan.gather({ rows: m, x: numbers(input), y: isSigned(kind) ? y.map((t) => (t + 1) / 2) : y }, null, 0, m)).toBe(m);
    expect(misses([plan.gradient(m, "replay")], [loss], file.tolerance[`float${precision}`])).toEqual([]);
    const dz = plan.slices.find(({ role, name }) => role === "delta" && name === "input")!.view;
    expect(misses(dz, numbers(grad), file.tolerance[`float${precision}`])).toEqual([]);
  });
});
