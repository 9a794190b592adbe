/** The gradient of every layer by every executor, exact and fast, against the reference in 64 bit, whose own is checked against difference quotients. */

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { adam, catalog, compile, mse, rng } from "../../src-engine/index.ts";
import type { ArithmeticMode, Component, Executor, Model, Plan, Precision } from "../../src-engine/index.ts";
import { nativeKernels } from "../../src-engine/kernels/native.ts";
import { loadNative, useNative } from "../../src-engine/node.ts";

const before = nativeKernels();
const loaded = loadNative();
beforeAll(() => { useNative(loaded); });
afterAll(() => { useNative(before); });

const rows = 6;
/** Around each layer of an image, or of a flat row, what brings its output to three numbers. */
const images: Readonly<Record<string, Component>> = {
  conv2d: { kind: "conv2d", filters: 5, padding: 1 }, maxPool: { kind: "maxPool" }, averagePool: { kind: "averagePool" }, globalAveragePool: { kind: "globalAveragePool" }, flatten: { kind: "flatten" },
  residual: { kind: "residual", projection: true, layers: [{ kind: "conv2d", filters: 4, size: 1 }, { kind: "tanh" }] },
};

function modelOf(kind: string): Model {
  const isOfImages = kind in images;
  const tested = images[kind] ?? { kind };
  const layers: Component[] = isOfImages ? [{ kind: "conv2d", filters: 3, padding: 1 }, { kind: "silu" }, tested, { kind: "dense", units: 3 }] : [{ kind: "dense", units: 19 }, tested, { kind: "dense", units: 3 }];
  return { input: isOfImages ? [4, 5, 2] : [7], layers, loss: mse(), optimizer: adam(), regularizer: { kind: "l2", lambda: 0.1 } };
}

/** The loss and gradient of one batch; dropout and noise keep the mask of zeros or ones that stands in memory, so that chance plays no part. */
function gradientOf(kind: string, { executor, mode, precision }: { readonly executor: Executor; readonly mode: ArithmeticMode; readonly precision: Precision }): { readonly plan: Plan; readonly loss: number; readonly gradient: readonly number[] } {
  const plan = compile(modelOf(kind), { batchSize: rows, seed: 1, executor, mode, precision });
  const stream = rng(2).stream("rows");
  const x = Float64Array.from({ length: rows * plan.model.input.reduce((all, n) => all * n, 1) }, () => Math.fround(stream.normal()));
  const y = Float64Array.from({ length: rows * 3 }, () => Math.fround(stream.normal()));
  for (const { name, view } of plan.slices) if (name.endsWith("/mask")) view.fill(1);
  plan.gather({ rows, x, y }, null, 0, rows);
  const loss = plan.gradient(rows, "replay");
  return { plan, loss, gradient: plan.slices.filter(({ role }) => role === "grad").flatMap(({ view }) => [...view]) };
}

const kinds = (catalog.layer as readonly { readonly kind: string }[]).map(({ kind }) => kind);
const whole = (["wasm", "native"] as const).flatMap((executor) => (["exact", "fast"] as const).map((mode) => [executor, mode] as const));

describe.each(whole)("%s %s", (executor, mode) => {
  // Sums of some hundred single-precision products, through three layers: measured at most 4e-6 of the largest entry.
  it.runIf(executor === "wasm" || "addon" in loaded).each(kinds)("%s: loss and every entry of the gradient within 2e-5 of the largest, against 64 bit", (kind) => {
    const right = gradientOf(kind, { executor: "reference", mode: "exact", precision: 64 });
    const found = gradientOf(kind, { executor, mode, precision: 32 });
    expect(found.plan.executor).toBe(executor);
    expect(Math.abs(found.loss - right.loss) / right.loss).toBeLessThan(2e-5);
    const largest = right.gradient.reduce((most, g) => Math.max(most, Math.abs(g)), 0);
    expect(largest).toBeGreaterThan(1e-3);
    const off = right.gradient.reduce((most, g, i) => Math.max(most, Math.abs(g - found.gradient[i]!)), 0);
    expect(off / largest).toBeLessThan(2e-5);
  });
});
