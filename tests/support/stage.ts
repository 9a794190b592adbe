/** One layer or activation on a stage of its own: views as compile would bind them, without a network around it. */

import { rng } from "../../src-engine/rng.ts";
import { reference } from "../../src-engine/kernels/reference.ts";
import type { Precision, Vector } from "../../src-engine/kernels/kernels.ts";
import type { At, Layer } from "../../src-engine/nn/layer.ts";
import type { Component } from "../../src-engine/spec/param.ts";

export const vector = (precision: Precision, length: number): Vector => (precision === 32 ? new Float32Array(length) : new Float64Array(length));

export function stage(layer: Layer, component: Component, input: readonly number[], rows: number, precision: Precision): At<Record<string, never>> {
  const { kind: _, ...values } = component;
  const planned = layer.plan(values as Record<string, never>, input);
  const width = (shape: readonly number[]) => shape.reduce((product, n) => product * n, 1);
  const views = (of: Readonly<Record<string, { readonly shape: readonly number[]; readonly perRow?: boolean; readonly start?: unknown }>> | undefined) =>
    Object.fromEntries(Object.entries(of ?? {}).map(([name, { shape, perRow, start }]) => [name, vector(precision, width(shape) * (perRow === true ? rows : 1)).fill(typeof start === "number" ? start : 0)]));
  return {
    values: values as Record<string, never>,
    kernels: reference(precision),
    inputWidth: width(input),
    outputWidth: width(planned.output),
    x: vector(precision, rows * width(input)),
    y: vector(precision, rows * width(planned.output)),
    dy: vector(precision, rows * width(planned.output)),
    dx: vector(precision, rows * width(input)),
    params: views(planned.params),
    grads: views(planned.params),
    statistics: views(planned.statistics),
    scratch: views(planned.scratch),
    stream: rng(1).stream("stage"),
  };
}
