/** golden/dense_mlp.json: whole networks, forward and backward, against PyTorch in double precision. */

import { describe, expect, it } from "vitest";
import { misses } from "../support/close.ts";
import type { Tolerance } from "../support/close.ts";
import { golden, numbers } from "../support/golden.ts";
import type { Tensor } from "../support/golden.ts";
import { build } from "../support/golden-network.ts";
import type { GoldenNetwork } from "../support/golden-network.ts";
import { natives } from "../support/natives.ts";

interface Case extends GoldenNetwork {
  readonly regularization: { readonly l2_lambda: number; readonly l1_lambda: number };
  readonly forward: readonly Tensor[];
  readonly loss_data: number;
  readonly loss_regularization: number;
  readonly loss_total: number;
  readonly grads_data: Readonly<Record<string, Tensor>>;
  readonly grads_total?: Readonly<Record<string, Tensor>>;
  readonly dinput: Tensor;
  readonly "sgd_step_lr_0.1": Readonly<Record<string, Tensor>>;
  readonly batchnorm_statistics?: readonly { readonly layer: number; readonly batch_mean: Tensor; readonly batch_var_biased: Tensor }[];
}

const file = golden<{ cases: readonly Case[]; tolerance: { float64: Tolerance; float32: Tolerance } }>("dense_mlp");

it("has 8 networks, and all are built", () => { expect(file.cases).toHaveLength(8); });

describe.each([[64, "reference"], [32, "reference"], [32, "wasm"], ...natives.map((native) => [32, native] as const)] as const)("in %i bit by %s, at the tolerance of the file", (precision, executor) => {
  const tolerance = file.tolerance[`float${precision}`];

  describe.each(file.cases)("$name", (c) => {
    const penalties = { l2: c.regularization.l2_lambda, l1: c.regularization.l1_lambda };

    it("gives every layer's output", () => {
      const { plan, view } = build(c, { precision, executor, ...penalties });
      plan.forward(c.m, "replay");
      expect(c.forward).toHaveLength(c.layers.length);
      c.forward.forEach((output, i) => expect(misses(view("activation", String(i)), numbers(output), tolerance), `layer ${i}`).toEqual([]));
    });

    it("gives the loss and its two parts", () => {
      const { plan } = build(c, { precision, executor, ...penalties });
      const total = plan.gradient(c.m, "replay");
      expect(misses([plan.dataLoss, plan.penalty, total], [c.loss_data, c.loss_regularization, c.loss_total], tolerance)).toEqual([]);
    });

    it("gives the gradient of the data loss, of every parameter and of the input", () => {
      const { plan, view, slots } = build(c, { precision, executor, l2: 0 });
      plan.gradient(c.m, "replay");
      expect(slots.map((slot) => slot.golden).sort()).toEqual(Object.keys(c.grads_data).sort());
      for (const { golden: name, slice, arrange } of slots) expect(misses(view("grad", slice), arrange(c.grads_data[name]!), tolerance), name).toEqual([]);
      expect(misses(view("delta", "input"), numbers(c.dinput), tolerance), "input").toEqual([]);
    });

    it("adds the penalty to kernels and to nothing else", () => {
      const { plan, view, slots } = build(c, { precision, executor, ...penalties });
      plan.gradient(c.m, "replay");
      const expected = c.grads_total ?? c.grads_data;
      for (const { golden: name, slice, arrange } of slots) expect(misses(view("grad", slice), arrange(expected[name]!), tolerance), name).toEqual([]);
    });

    it("makes the same plain step of 0.1 with the total gradient", () => {
      const { plan, view, slots } = build(c, { precision, executor, ...penalties });
      plan.gradient(c.m, "replay");
      plan.update(0.1);
      for (const { golden: name, slice, arrange } of slots) expect(misses(view("param", slice), arrange(c["sgd_step_lr_0.1"][name]!), tolerance), name).toEqual([]);
    });

  });

  it.each(file.cases.filter((c) => c.batchnorm_statistics !== undefined))("$name: gives the batch's mean and biased variance at every batch norm", (c) => {
    const { plan, view } = build(c, { precision, executor, l2: 0 });
    plan.forward(c.m, "replay");
    for (const { layer, batch_mean, batch_var_biased } of c.batchnorm_statistics!) {
      expect(misses(view("scratch", `${layer}/batchMean`), numbers(batch_mean), tolerance)).toEqual([]);
      expect(misses(view("scratch", `${layer}/batchVariance`), numbers(batch_var_biased), tolerance)).toEqual([]);
    }
  });
});
