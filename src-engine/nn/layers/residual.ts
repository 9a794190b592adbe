/** The residual block: layers with a way around them. */

import { widthOf } from "../../data/dataset.ts";
import type { Kernels, Vector, Window } from "../../kernels/kernels.ts";
import { component, flag, list } from "../../spec/param.ts";
import type { Component } from "../../spec/param.ts";
import { defineLayer } from "../layer.ts";
import type { LayerPlan, Setting } from "../layer.ts";

/**
 * y = x + f(x), where f are the layers inside, in their order: dx = dy + (gradient through f). Their slices are named "3/0/kernel", their streams "dropout/3/1".
 *
 * Where f changes the shape, x cannot be added: that is an error, unless `projection` is set; then y = P x + f(x) with a learned kernel P without bias, the slice
 * "3/projection": a convolution of size 1 between images (with the stride that brings x to the smaller size), else a dense kernel over the flat row.
 * Where the shapes agree, the way around stays as it is and nothing is learned on it.
 */
export const residual = defineLayer({
  kind: "residual",
  title: "Residual block",
  summary: "Adds its input to what its layers make of it, so that they learn a change and gradients have a way around them.",
  math: "y = x + f(x)",
  source: "He, Zhang, Ren, Sun, Deep Residual Learning for Image Recognition, CVPR 2016 (arXiv:1512.03385)",
  params: {
    layers: list({
      of: component({ family: "layer", default: { kind: "dense" }, help: "one step on the way" }),
      default: [{ kind: "dense" }, { kind: "relu" }], min: 1, max: 100, help: "the layers inside, first to last; they must keep the shape, or projection be set",
    }),
    projection: flag({ default: false, help: "where the layers change the shape, bring the input to it by a learned kernel; else the shapes must agree" }),
    init: component({ label: "projection's initialisation", family: "initializer", default: { kind: "lecunNormal" }, help: "how the projection's kernel starts" }),
  },
  plan({ layers, projection, init }, input, setting) {
    const inside = setting.place("layers", layers, input);
    const output = inside.at(-1)!.planned.output;
    const own = { output, inside, flops: inside.reduce((sum, { planned }) => sum + planned.flops, 0) + widthOf(output) };
    if (same(input, output)) return own;
    if (!projection) {
      const shapes = { got: output.join("×"), wanted: input.join("×") };
      throw setting.misfit("layers", `make ${shapes.got} of ${shapes.wanted}, so the input cannot be added to the output; let them keep the shape, or set projection`, { why: "residualShape", ...shapes });
    }
    return projected(own, input, init, setting);
  },
  forward({ kernels, params, scratch, inside, window, x, y, inputWidth, outputWidth }, m, mode) {
    for (const { layer, at } of inside) layer.forward(at, m, mode);
    const last = inside.at(-1)!.at.y;
    if (params.projection === undefined) {
      kernels.add(x, last, y, m * outputWidth);
      return;
    }
    project(kernels, x, params.projection, scratch.skip!, m, window, inputWidth, outputWidth);
    kernels.add(scratch.skip!, last, y, m * outputWidth);
  },
  // The gradient of the last inner layer's output is dy itself, and the first inner layer writes the block's own dx.
  backward({ kernels, params, grads, scratch, inside, window, x, dy, dx, inputWidth, outputWidth }, m) {
    for (let i = inside.length - 1; i >= 0; i--) inside[i]!.layer.backward(inside[i]!.at, m);
    if (params.projection === undefined) {
      if (dx !== null) kernels.add(dx, dy, dx, m * inputWidth);
      return;
    }
    if (window !== null) kernels.conv2dKernel(x, dy, grads.projection!, m, window, filtersOf(window, outputWidth), 1);
    else kernels.denseKernel(x, dy, grads.projection!, m, inputWidth, outputWidth);
    if (dx === null) return;
    if (window !== null) kernels.conv2dInput(dy, params.projection, scratch.dskip!, m, window, filtersOf(window, outputWidth), 1);
    else kernels.denseInput(dy, params.projection, scratch.dskip!, m, inputWidth, outputWidth);
    kernels.add(dx, scratch.dskip!, dx, m * inputWidth);
  },
});

const same = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((n, i) => n === b[i]);

const filtersOf = ({ outHeight, outWidth }: Window, outputWidth: number): number => outputWidth / (outHeight * outWidth);

function project(kernels: Kernels, x: Vector, p: Vector, skip: Vector, m: number, window: Window | null, n: number, c: number): void {
  if (window === null) kernels.dense(x, p, null, skip, m, n, c);
  else kernels.conv2d(x, p, null, skip, m, window, filtersOf(window, c), 1);
}

function projected(own: LayerPlan, input: readonly number[], start: Component, setting: Setting): LayerPlan {
  const { output } = own;
  const between = input.length === 3 && output.length === 3;
  const [from, to] = between ? [input.at(-1)!, output.at(-1)!] : [widthOf(input), widthOf(output)];
  const kernel = { shape: between ? [1, 1, from, to] : [from, to], start, fan: { in: from, out: to }, decays: true };
  return {
    ...own,
    flops: own.flops + 2 * from * widthOf(output),
    params: { projection: kernel },
    scratch: { skip: { shape: output, perRow: true }, dskip: { shape: input, perRow: true } },
    ...(between ? { window: shrinking(input, output, setting) } : {}),
  };
}

/** The window of size 1 whose stride brings an image to a smaller one. */
function shrinking(input: readonly number[], output: readonly number[], { misfit }: Setting): Window {
  const [height, width, channels] = input as [number, number, number];
  const [outHeight, outWidth] = output as [number, number, number];
  const [strideHeight, strideWidth] = [Math.ceil(height / outHeight), Math.ceil(width / outWidth)];
  if (Math.ceil(height / strideHeight) !== outHeight || Math.ceil(width / strideWidth) !== outWidth) {
    const shapes = { got: output.join("×"), wanted: input.join("×") };
    throw misfit("layers", `make ${shapes.got} of ${shapes.wanted}, and no stride brings the input to that height and width`, { why: "residualStride", ...shapes });
  }
  return { height, width, channels, outHeight, outWidth, kernelHeight: 1, kernelWidth: 1, strideHeight, strideWidth, paddingHeight: 0, paddingWidth: 0 };
}
