/** golden/training_curves.json: five epochs on the digits, step by step, against PyTorch from the same weights and in the same order of rows. */

import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { accuracy, compile, constant, dense, exponential, fit, l2, momentum, adam, noRegularizer, readCsv, relu, sgd, softmaxCrossEntropy } from "../../src-engine/index.ts";
import type { Component, Executor, FitEvent, Part, Precision } from "../../src-engine/index.ts";
import { misses } from "../support/close.ts";
import { golden, numbers, transposed } from "../support/golden.ts";
import type { Tensor } from "../support/golden.ts";
import { natives } from "../support/natives.ts";

interface EpochMetrics { readonly epoch: number; readonly train_loss: number; readonly train_correct: number; readonly dev_loss: number; readonly dev_correct: number }
interface Sums { readonly norm: number; readonly sum: number; readonly abs_sum: number }
interface Run {
  readonly name: string;
  readonly architecture: string;
  readonly batch_size: number;
  readonly epochs: number;
  readonly optimizer: string;
  readonly lr: number;
  readonly lr_schedule: string | null;
  readonly l2_lambda: number;
  readonly loss_per_step_float64: readonly number[];
  readonly loss_per_step_float32: readonly number[];
  readonly grad_norms_first_3_steps: readonly Readonly<Record<string, number>>[];
  readonly epoch_metrics_float64: readonly EpochMetrics[];
  readonly epoch_metrics_float32: readonly EpochMetrics[];
  readonly final_params_float64: Readonly<Record<string, Sums>>;
  readonly final_params_full_float64?: Readonly<Record<string, Tensor>>;
  readonly float32_envelope_abs: { readonly all: number; readonly dev_correct_range: readonly [number, number] };
}
interface File {
  readonly data: { readonly train_indices: readonly number[]; readonly dev_indices: readonly number[]; readonly mean: readonly number[]; readonly std: readonly number[] };
  readonly batch_order: { readonly permutations: readonly (readonly number[])[] };
  readonly initial_params: Readonly<Record<string, Readonly<Record<string, Tensor>>>>;
  readonly runs: readonly Run[];
}

const file = golden<File>("training_curves");
const optimizers: Readonly<Record<string, (run: Run) => Component>> = {
  sgd: ({ lr }) => sgd({ learningRate: lr }),
  momentum: ({ lr }) => momentum({ learningRate: lr, beta: 0.9, form: "classic" }),
  adam: ({ lr }) => adam({ learningRate: lr }),
};
const schedules: Readonly<Record<string, () => Component>> = { none: () => constant(), "0.9^epoch": () => exponential({ factor: 0.9 }) };
const digits = readCsv(readFileSync(new URL("../../examples/data/digits.csv", import.meta.url)), { name: "digits.csv", target: "label", task: "classes", image: null });
const slices = { W1: "0/kernel", b1: "0/bias", W2: "2/kernel", b2: "2/bias" } as const;

function part(indices: readonly number[]): Part {
  const { mean, std } = file.data;
  const x = Float64Array.from({ length: indices.length * 64 }, (_, i) => {
    const j = i % 64;
    return (digits.x[indices[Math.floor(i / 64)]! * 64 + j]! - mean[j]!) / (std[j] === 0 ? 1 : std[j]!);
  });
  return { rows: indices.length, x, y: Float64Array.from(indices, (row) => digits.y[row]!) };
}

/** The whole run again: every event, the first three steps' gradient norms, and the plan at its end. */
function train(run: Run, precision: Precision, executor: Executor) {
  const plan = compile({
    input: [64],
    layers: [dense({ units: 32 }), relu(), dense({ units: 10 })],
    loss: softmaxCrossEntropy(),
    optimizer: optimizers[run.optimizer]!(run),
    schedule: schedules[run.lr_schedule ?? "none"]!(),
    regularizer: run.l2_lambda > 0 ? l2({ lambda: run.l2_lambda }) : noRegularizer(),
    metrics: [accuracy()],
  }, { batchSize: run.batch_size, seed: 1, precision, executor });
  const view = (role: string, name: string) => plan.slices.find((slice) => slice.role === role && slice.name === name)!.view;
  for (const [name, slice] of Object.entries(slices)) {
    const tensor = file.initial_params[run.architecture]![name]!;
    view("param", slice).set(tensor.shape.length === 2 ? transposed(tensor) : numbers(tensor));
  }
  const events: FitEvent[] = [];
  const norms: Record<string, number>[] = [];
  const order = (epoch: number) => Int32Array.from(file.batch_order.permutations[epoch - 1]!);
  for (const event of fit(plan, part(file.data.train_indices), { epochs: run.epochs, validation: part(file.data.dev_indices), order })) {
    events.push(event);
    if (event.kind === "step" && event.step <= 3) norms.push(Object.fromEntries(Object.entries(slices).map(([name, slice]) => [name, Math.hypot(...view("grad", slice))])));
  }
  return {
    view, norms,
    steps: events.filter((event) => event.kind === "step"),
    epochs: events.filter((event) => event.kind === "epoch"),
  };
}

it("leaves none of the 4 runs for later", () => {
  expect(file.runs.map(({ name }) => name)).toEqual(["sgd", "momentum", "adam", "sgd_l2_decay"]);
});

describe.each(file.runs)("$name", (run) => {
  it("in 64 bit: 225 losses within 1e-9, gradients, epoch metrics and final weights too", () => {
    const { steps, epochs, norms, view } = train(run, 64, "reference");
    const tolerance = { abs: 1e-9 };
    expect(steps).toHaveLength(225);
    expect(misses(steps.map(({ loss }) => loss), run.loss_per_step_float64, tolerance)).toEqual([]);
    run.grad_norms_first_3_steps.forEach((expected, i) => expect(misses(Object.values(norms[i]!), Object.keys(slices).map((name) => expected[name]!), tolerance)).toEqual([]));
    expect(misses(epochs.slice(1).map(({ metrics }) => metrics["train/loss"]!), run.epoch_metrics_float64.map((e) => e.train_loss), tolerance)).toEqual([]);
    expect(misses(epochs.slice(1).map(({ metrics }) => metrics["validation/loss"]!), run.epoch_metrics_float64.map((e) => e.dev_loss), tolerance)).toEqual([]);
    expect(epochs.slice(1).map(({ metrics }) => Math.round(metrics["train/accuracy"]! * 1437))).toEqual(run.epoch_metrics_float64.map((e) => e.train_correct));
    expect(epochs.slice(1).map(({ metrics }) => Math.round(metrics["validation/accuracy"]! * 360))).toEqual(run.epoch_metrics_float64.map((e) => e.dev_correct));
    for (const [name, slice] of Object.entries(slices)) {
      const weights = [...view("param", slice)];
      const { norm, sum, abs_sum } = run.final_params_float64[name]!;
      // Sums over up to 2048 entries of which each may be 1e-9 off; in fact they agree far better.
      expect(misses([Math.hypot(...weights), weights.reduce((a, w) => a + w, 0), weights.reduce((a, w) => a + Math.abs(w), 0)], [norm, sum, abs_sum], { abs: 1e-7 }), name).toEqual([]);
      const full = run.final_params_full_float64?.[name];
      if (full !== undefined) expect(misses(weights, full.shape.length === 2 ? transposed(full) : numbers(full), tolerance), name).toEqual([]);
    }
  });

  it.each(["reference", "wasm", ...natives] as const)("in 32 bit by %s: 225 losses within 5 × the run's float32 envelope + 2e-5", (executor) => {
    const { steps, epochs } = train(run, 32, executor);
    const tolerance = { abs: 5 * run.float32_envelope_abs.all + 2e-5 };
    expect(misses(steps.map(({ loss }) => loss), run.loss_per_step_float32, tolerance)).toEqual([]);
    expect(misses(epochs.slice(1).map(({ metrics }) => metrics["validation/loss"]!), run.epoch_metrics_float32.map((e) => e.dev_loss), tolerance)).toEqual([]);
    const [least, most] = run.float32_envelope_abs.dev_correct_range;
    const correct = Math.round(epochs.at(-1)!.metrics["validation/accuracy"]! * 360);
    expect(correct).toBeGreaterThanOrEqual(least - 2);
    expect(correct).toBeLessThanOrEqual(most + 2);
  });
});
