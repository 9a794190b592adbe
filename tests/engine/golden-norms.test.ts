/** golden/batchnorm.json and layernorm.json: both normalisations, forward and backward, and batch norm's running statistics, against PyTorch in double precision. */

import { describe, expect, it } from "vitest";
import { batchNorm, compile, dense, layerNorm, rng, softmaxCrossEntropy, tanh } from "../../src-engine/index.ts";
import { channelsLast } from "../support/channels.ts";
import { misses } from "../support/close.ts";
import { golden, numbers } from "../support/golden.ts";
import type { Tensor } from "../support/golden.ts";
import { stage } from "../support/stage.ts";

interface Norm { readonly name: string; readonly kind: "1d" | "2d"; readonly eps: number; readonly momentum: number; readonly x: Tensor; readonly gamma: Tensor; readonly beta: Tensor; readonly dy: Tensor; readonly batch_mean: Tensor; readonly batch_var_biased: Tensor; readonly y: Tensor; readonly dx: Tensor; readonly dgamma: Tensor; readonly dbeta: Tensor; readonly running_mean: Tensor; readonly running_var_biased: Tensor }
interface Sequence { readonly name: string; readonly eps: number; readonly momentum: number; readonly gamma: Tensor; readonly beta: Tensor; readonly steps: readonly { readonly x: Tensor; readonly y: Tensor; readonly running_mean: Tensor; readonly running_var_biased: Tensor }[]; readonly eval: { readonly x: Tensor; readonly y_with_biased_running_var: Tensor } }

describe("golden/batchnorm.json", () => {
  const file = golden<{ cases: readonly Norm[]; edge_cases: readonly Norm[]; sequences: readonly Sequence[] }>("batchnorm");
  const all = [...file.cases, ...file.edge_cases];
  // Tolerances of the file: f64 1e-10, with 1e-6 relative where the mean is a million deviations away; f32 1e-5 and 1e-4, dx of edge cases 2e-4.
  const toleranceOf = (name: string, precision: 32 | 64) => (precision === 32 ? { abs: 1e-5, rel: 1e-4 } : name === "large_offset" ? { abs: 1e-10, rel: 1e-6 } : { abs: 1e-10, rel: 1e-10 });

  it("has 9 batches and 2 sequences, and all are read", () => {
    expect(all).toHaveLength(9);
    expect(file.sequences).toHaveLength(2);
  });

  describe.each([64, 32] as const)("in %i bit", (precision) => {
    it.each(all.filter(({ name }) => precision === 64 || name !== "large_offset"))("$name: both passes and the running statistics after one batch", (c) => {
      const { name, eps, momentum, x, dy } = c;
      const edge = file.edge_cases.includes(c);
      const { values, rows, input } = channelsLast(x);
      const at = stage(batchNorm({ epsilon: eps, momentum: 1 - momentum }), input, rows, precision);
      at.x.set(values);
      at.dy.set(channelsLast(dy).values);
      at.params["scale"]!.set(numbers(c.gamma));
      at.params["shift"]!.set(numbers(c.beta));
      batchNorm.forward(at as never, rows, "train");
      batchNorm.backward(at as never, rows);
      const tolerance = toleranceOf(name, precision);
      expect(misses(at.y, channelsLast(c.y).values, tolerance), "y").toEqual([]);
      expect(misses(at.dx!, channelsLast(c.dx).values, precision === 32 && edge ? { abs: 2e-4, rel: 1e-4 } : tolerance), "dx").toEqual([]);
      expect(misses(at.grads["scale"]!, numbers(c.dgamma), tolerance), "dγ").toEqual([]);
      expect(misses(at.grads["shift"]!, numbers(c.dbeta), tolerance), "dβ").toEqual([]);
      expect(misses(at.scratch["batchMean"]!, numbers(c.batch_mean), tolerance), "mean").toEqual([]);
      expect(misses(at.scratch["batchVariance"]!, numbers(c.batch_var_biased), tolerance), "variance").toEqual([]);
      if (name === "batch_of_one") return;
      expect(misses(at.statistics["mean"]!, numbers(c.running_mean), tolerance), "running mean").toEqual([]);
      expect(misses(at.statistics["variance"]!, numbers(c.running_var_biased), tolerance), "running variance").toEqual([]);
    });

    it.each(file.sequences)("$name: running statistics step by step, then evaluation with the biased variance", ({ eps, momentum, gamma, beta, steps, eval: evaluation }) => {
      const [rows, f] = steps[0]!.x.shape as [number, number];
      const most = Math.max(rows, evaluation.x.shape[0]!);
      const at = stage(batchNorm({ epsilon: eps, momentum: 1 - momentum }), [f], most, precision);
      at.params["scale"]!.set(numbers(gamma));
      at.params["shift"]!.set(numbers(beta));
      const tolerance = toleranceOf("", precision);
      for (const step of steps) {
        at.x.set(numbers(step.x));
        batchNorm.forward(at as never, step.x.shape[0]!, "train");
        expect(misses(at.y.subarray(0, step.y.data.length), numbers(step.y), tolerance)).toEqual([]);
        expect(misses(at.statistics["mean"]!, numbers(step.running_mean), tolerance)).toEqual([]);
        expect(misses(at.statistics["variance"]!, numbers(step.running_var_biased), tolerance)).toEqual([]);
      }
      at.x.set(numbers(evaluation.x));
      batchNorm.forward(at as never, evaluation.x.shape[0]!, "evaluate");
      expect(misses(at.y.subarray(0, evaluation.x.data.length), numbers(evaluation.y_with_biased_running_var), tolerance)).toEqual([]);
    });
  });

  it("a last batch of one row gives y = β and leaves the running statistics as they were", () => {
    const at = stage(batchNorm(), [2], 1, 64);
    at.x.set([5, -3]);
    at.params["shift"]!.set([0.25, 0.5]);
    batchNorm.forward(at as never, 1, "train");
    expect([...at.y]).toEqual([0.25, 0.5]);
    expect([...at.statistics["mean"]!, ...at.statistics["variance"]!]).toEqual([0, 0, 1, 1]);
  });

  it("γ = √(σ² + ε) and β = μ give the input back", () => {
    const at = stage(batchNorm(), [3], 8, 64);
    const stream = rng(2).stream("x");
    at.x.forEach((_, i) => { at.x[i] = 3 * stream.normal() + 1; });
    batchNorm.forward(at as never, 8, "replay");
    at.params["scale"]!.set(at.scratch["batchVariance"]!.map((v) => Math.sqrt(v + 1e-5)));
    at.params["shift"]!.set(at.scratch["batchMean"]!);
    batchNorm.forward(at as never, 8, "replay");
    expect(misses(at.y, at.x, { abs: 1e-14, rel: 1e-14 })).toEqual([]);
  });

  it("the bias in front of it, where it is kept, has gradient 0 up to rounding", () => {
    const plan = compile({ input: [3], layers: [dense({ units: 4 }), batchNorm(), tanh(), dense({ units: 2 })], loss: softmaxCrossEntropy(), optimizer: { kind: "sgd" } }, { batchSize: 7, seed: 1, precision: 64, keepBias: true });
    const stream = rng(1).stream("shaken");
    for (const { role, view } of plan.slices) if (role === "param") view.forEach((_, i) => { view[i] = stream.normal(); });
    plan.gather({ rows: 7, x: Float64Array.from({ length: 21 }, () => stream.normal()), y: Float64Array.of(0, 1, 1, 0, 0, 1, 0) }, null, 0, 7);
    plan.gradient(7, "train");
    const grad = (name: string) => plan.slices.find((slice) => slice.role === "grad" && slice.name === name)!.view;
    expect(misses(grad("0/bias"), new Float64Array(4), { abs: 1e-15 })).toEqual([]);
    expect(Math.max(...grad("0/kernel").map(Math.abs))).toBeGreaterThan(1e-3);
  });
});

interface RowNorm { readonly name: string; readonly eps: number; readonly x: Tensor; readonly gamma: Tensor; readonly beta: Tensor; readonly dy: Tensor; readonly var_biased: Tensor; readonly xhat: Tensor; readonly y: Tensor; readonly dx: Tensor; readonly dgamma: Tensor; readonly dbeta: Tensor }

describe("golden/layernorm.json", () => {
  const { cases } = golden<{ cases: readonly RowNorm[] }>("layernorm");
  // The file's tolerances, as for batch norm; in 32 bit the gradient of a row without variance is 0 only up to 2e-4.
  const toleranceOf = (name: string, precision: 32 | 64) => (precision === 32 ? { abs: 1e-5, rel: 1e-4 } : name === "large_offset" ? { abs: 1e-10, rel: 1e-6 } : { abs: 1e-10, rel: 1e-10 });
  const withoutVariance = ["constant_row", "single_feature"];

  it("has 7 cases, and all are read", () => { expect(cases).toHaveLength(7); });

  describe.each([64, 32] as const)("in %i bit", (precision) => {
    it.each(cases.filter(({ name }) => precision === 64 || name !== "large_offset"))("$name: both passes", ({ name, eps, x, gamma, beta, dy, var_biased, xhat, y, dx, dgamma, dbeta }) => {
      const [rows, ...input] = x.shape as [number, ...number[]];
      const at = stage(layerNorm({ epsilon: eps }), input, rows, precision);
      at.x.set(numbers(x));
      at.dy.set(numbers(dy));
      at.params["scale"]!.set(numbers(gamma));
      at.params["shift"]!.set(numbers(beta));
      layerNorm.forward(at as never, rows, "train");
      layerNorm.backward(at as never, rows);
      const tolerance = toleranceOf(name, precision);
      expect(misses(at.scratch["variance"]!, numbers(var_biased), tolerance), "variance").toEqual([]);
      expect(misses(at.scratch["normalized"]!, numbers(xhat), tolerance), "x̂").toEqual([]);
      expect(misses(at.y, numbers(y), tolerance), "y").toEqual([]);
      expect(misses(at.dx!, numbers(dx), precision === 32 && withoutVariance.includes(name) ? { abs: 2e-4, rel: 1e-4 } : tolerance), "dx").toEqual([]);
      expect(misses(at.grads["scale"]!, numbers(dgamma), tolerance), "dγ").toEqual([]);
      expect(misses(at.grads["shift"]!, numbers(dbeta), tolerance), "dβ").toEqual([]);
    });
  });
});
