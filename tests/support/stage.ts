/** One layer or activation on a stage of its own: views as compile would bind them, without a network around it. */

import { rng } from "../../src-engine/rng.ts";
import { reference } from "../../src-engine/kernels/reference.ts";
import type { Precision, Vector } from "../../src-engine/kernels/kernels.ts";
import type { At } from "../../src-engine/nn/layer.ts";
import { place } from "../../src-engine/plan/shapes.ts";
import type { Component } from "../../src-engine/spec/param.ts";

export const vector = (precision: Precision, length: number): Vector => (precision === 32 ? new Float32Array(length) : new Float64Array(length));

/** The component must be complete; it may be any but one that holds layers of its own. */
export function stage(component: Component, input: readonly number[], rows: number, precision: Precision): At<Record<string, never>> {
  const { values, planned } = place([component], input)[0]!;
  const width = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);
  const views = (of: Readonly<Record<string, { readonly shape: readonly number[]; readonly perRow?: boolean; readonly start?: unknown }>> | undefined) =>
    Object.fromEntries(Object.entries(of ?? {}).map(([name, { shape, perRow, start }]) => [name, vector(precision, width(shape) * (perRow === true ? rows : 1)).fill(typeof start === "number" ? start : 0)]));
  return {
    values: values as unknown as Record<string, never>,
    kernels: reference(precision),
    inputWidth: width(input),
    outputWidth: width(planned.output),
    channels: input.at(-1)!,
    x: vector(precision, rows * width(input)),
    y: vector(precision, rows * width(planned.output)),
    dy: vector(precision, rows * width(planned.output)),
    dx: vector(precision, rows * width(input)),
    params: views(planned.params),
    grads: views(planned.params),
    statistics: views(planned.statistics),
    scratch: views(planned.scratch),
    window: planned.window ?? null,
    inside: [],
    stream: rng(1).stream("stage"),
  };
}
