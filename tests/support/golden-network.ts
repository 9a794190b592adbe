/** A network of golden/dense_mlp.json or gradcheck.json as a plan, with its parameters, batch and masks in memory. */

import { compile, executorFor } from "../../src-engine/index.ts";
import type { Component, Executor, Plan, Precision, Role, Vector } from "../../src-engine/index.ts";
import { kindOf, numbers, transposed } from "./golden.ts";
import type { Tensor } from "./golden.ts";

export interface GoldenLayer { readonly type: string; readonly out?: number; readonly w?: string; readonly b?: string; readonly fn?: string; readonly eps?: number; readonly gamma?: string; readonly beta?: string; readonly keep_prob?: number; readonly mask?: Tensor }
export interface GoldenNetwork {
  readonly name: string;
  readonly layers: readonly GoldenLayer[];
  readonly loss_kind: string;
  readonly m: number;
  readonly params: Readonly<Record<string, Tensor>>;
  readonly input: Tensor;
  readonly target: Tensor;
}

const losses: Readonly<Record<string, string>> = { softmax_ce: "softmaxCrossEntropy", bce_logits: "binaryCrossEntropy", mse: "mse" };

function componentOf({ type, out, b, fn, eps, keep_prob }: GoldenLayer): Component {
  switch (type) {
    case "dense": return { kind: "dense", units: out, bias: b !== undefined };
    case "batchnorm": return { kind: "batchNorm", epsilon: eps };
    case "layernorm": return { kind: "layerNorm", epsilon: eps };
    case "dropout": return { kind: "dropout", keepProb: keep_prob };
    default: return { kind: kindOf(fn ?? type) };
  }
}

export interface Built {
  readonly plan: Plan;
  view(role: Role, name: string): Vector;
  /** Each golden parameter's slice name, and its numbers in the project's layout. */
  readonly slots: readonly { readonly golden: string; readonly slice: string; arrange(tensor: Tensor): Float64Array }[];
}

export function build(network: GoldenNetwork, options: { readonly precision: Precision; readonly executor?: Executor; readonly l2: number; readonly l1?: number; readonly inputGradient?: boolean }): Built {
  const plan = compile({
    input: network.input.shape.slice(1),
    layers: network.layers.map(componentOf),
    loss: { kind: losses[network.loss_kind]! },
    optimizer: { kind: "sgd" },
    regularizer: options.l1 === undefined ? { kind: "l2", lambda: options.l2 } : { kind: "elastic", l1: options.l1, l2: options.l2 },
  }, { batchSize: network.m, seed: 1, precision: options.precision, executor: options.executor ?? executorFor(options.precision), inputGradient: options.inputGradient ?? true, keepBias: true });
  const view = (role: Role, name: string): Vector => {
    const slice = plan.slices.find((s) => s.role === role && s.name === name);
    if (slice === undefined) throw new Error(`no ${role} slice ${name}`);
    return slice.view;
  };
  const slots = network.layers.flatMap(({ w, b, gamma, beta }, i) => [
    ...(w === undefined ? [] : [{ golden: w, slice: `${i}/kernel`, arrange: transposed }]),
    ...(b === undefined ? [] : [{ golden: b, slice: `${i}/bias`, arrange: numbers }]),
    ...(gamma === undefined ? [] : [{ golden: gamma, slice: `${i}/scale`, arrange: numbers }]),
    ...(beta === undefined ? [] : [{ golden: beta, slice: `${i}/shift`, arrange: numbers }]),
  ]);
  for (const { golden, slice, arrange } of slots) view("param", slice).set(arrange(network.params[golden]!));
  network.layers.forEach(({ mask }, i) => { if (mask !== undefined) view("scratch", `${i}/mask`).set(numbers(mask)); });
  plan.gather({ rows: network.m, x: numbers(network.input), y: numbers(network.target) }, null, 0, network.m);
  return { plan, view, slots };
}
