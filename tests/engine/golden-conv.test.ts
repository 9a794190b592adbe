/** golden/conv.json: convolution and pooling, and a small network of them, forward and backward, against PyTorch in double precision. */

import { describe, expect, it } from "vitest";
import { averagePool, compile, conv2d, dense, flatten, globalAveragePool, maxPool, relu, sgd, softmaxCrossEntropy } from "../../src-engine/index.ts";
import type { Component, Precision, Role } from "../../src-engine/index.ts";
import type { Layer } from "../../src-engine/nn/layer.ts";
import { channelsLast, kernelBehind, kernelOf } from "../support/channels.ts";
import { misses } from "../support/close.ts";
import type { Tolerance } from "../support/close.ts";
import { golden, numbers } from "../support/golden.ts";
import type { Tensor } from "../support/golden.ts";
import { stage } from "../support/stage.ts";

type Pair = readonly [number, number];
interface Slid { readonly name: string; readonly stride: Pair; readonly padding: Pair; readonly x: Tensor; readonly y: Tensor; readonly dy: Tensor; readonly dx: Tensor }
interface Conv extends Slid { readonly dilation: Pair; readonly groups: number; readonly w: Tensor; readonly b: Tensor; readonly dw: Tensor; readonly db: Tensor }
interface Pool extends Slid { readonly kernel: Pair; readonly argmax_flat_hw: Tensor; readonly count_include_pad?: boolean }
interface Network { readonly input: Tensor; readonly target: Tensor; readonly params: Readonly<Record<string, Tensor>>; readonly activations: Readonly<Record<string, Tensor>>; readonly loss: number; readonly grads: Readonly<Record<string, Tensor>> }
interface File { readonly conv2d: readonly Conv[]; readonly maxpool: readonly Pool[]; readonly maxpool_ties: readonly Pool[] | Pool; readonly avgpool: readonly Pool[]; readonly global_avgpool: readonly Slid[] | Slid; readonly cnn: readonly Network[] | Network; readonly tolerance: { readonly float64: Tolerance; readonly float32: Tolerance } }

const file = golden<File>("conv");
const listed = <T>(of: readonly T[] | T): readonly T[] => (Array.isArray(of) ? of : [of]) as readonly T[];
const maxPools = [...file.maxpool, ...listed(file.maxpool_ties)];
const stepsOf = ({ stride, padding }: Slid, [size, sizeWidth]: Pair) => ({ size, sizeWidth, stride: stride[0], strideWidth: stride[1], padding: padding[0], paddingWidth: padding[1] });

it("has 6 convolutions, 5 maximum and 5 average poolings, a global one and a network; all are read, none is dilated", () => {
  expect([file.conv2d, maxPools, file.avgpool, listed(file.global_avgpool), listed(file.cnn)].map(({ length }) => length)).toEqual([6, 5, 5, 1, 1]);
  expect(file.conv2d.every(({ dilation }) => dilation.every((d) => d === 1))).toBe(true);
});

/** A layer with x and dy of a case on its stage, after both passes. */
function passed(layer: Layer, component: Component, { x, dy }: Slid, precision: Precision, params: Readonly<Record<string, Float64Array>> = {}) {
  const { values, rows, input } = channelsLast(x);
  const at = stage(component, input, rows, precision);
  at.x.set(values);
  at.dy.set(channelsLast(dy).values);
  for (const [name, given] of Object.entries(params)) at.params[name]!.set(given);
  layer.forward(at, rows, "train");
  layer.backward(at, rows);
  return at;
}

describe.each([64, 32] as const)("in %i bit, at the tolerance of the file", (precision) => {
  const tolerance = file.tolerance[`float${precision}`];

  it.each(file.conv2d)("conv2d $name: $stride steps, padding $padding", (c) => {
    const [filters, , ...size] = c.w.shape as [number, number, number, number];
    const at = passed(conv2d as Layer, conv2d({ filters, groups: c.groups, ...stepsOf(c, size) }), c, precision, { kernel: kernelOf(c.w), bias: numbers(c.b) });
    expect(misses(at.y, channelsLast(c.y).values, tolerance), "y").toEqual([]);
    expect(misses(at.dx!, channelsLast(c.dx).values, tolerance), "dx").toEqual([]);
    expect(misses(at.grads["kernel"]!, kernelOf(c.dw), tolerance), "dw").toEqual([]);
    expect(misses(at.grads["bias"]!, numbers(c.db), tolerance), "db").toEqual([]);
  });

  it.each(maxPools)("maxPool $name: the winners, and where the gradient goes", (c) => {
    const at = passed(maxPool as Layer, maxPool(stepsOf(c, c.kernel)), c, precision);
    expect(misses(at.y, channelsLast(c.y).values, tolerance), "y").toEqual([]);
    expect([...at.scratch["winner"]!]).toEqual([...channelsLast(c.argmax_flat_hw).values]);
    expect(misses(at.dx!, channelsLast(c.dx).values, tolerance), "dx").toEqual([]);
  });

  it.each(file.avgpool)("averagePool $name", (c) => {
    const at = passed(averagePool as Layer, averagePool({ ...stepsOf(c, c.kernel), countPadding: c.count_include_pad! }), c, precision);
    expect(misses(at.y, channelsLast(c.y).values, tolerance), "y").toEqual([]);
    expect(misses(at.dx!, channelsLast(c.dx).values, tolerance), "dx").toEqual([]);
  });

  it.each(listed(file.global_avgpool))("globalAveragePool $name", (c) => {
    const at = passed(globalAveragePool as Layer, globalAveragePool(), c, precision);
    expect(misses(at.y, numbers(c.y), tolerance), "y").toEqual([]);
    expect(misses(at.dx!, channelsLast(c.dx).values, tolerance), "dx").toEqual([]);
  });

  it.each([["with a flatten layer", true], ["with dense flattening by itself", false]] as const)("the network, %s: every activation, the loss and every gradient", (_, hasFlatten) => {
    const c = listed(file.cnn)[0]!;
    const { values, rows, input } = channelsLast(c.input);
    const layers = [conv2d({ filters: 3, padding: 1 }), relu(), maxPool(), ...(hasFlatten ? [flatten()] : []), dense({ units: 3 })];
    const plan = compile({ input, layers, loss: softmaxCrossEntropy(), optimizer: sgd() }, { batchSize: rows, seed: 1, precision, inputGradient: true });
    const view = (role: Role, name: string) => plan.slices.find((slice) => slice.role === role && slice.name === name)!.view;
    const last = layers.length - 1;
    const pooled = c.activations["pool"]!.shape.slice(1) as [number, number, number];
    const arranged: readonly (readonly [string, string, (tensor: Tensor) => Float64Array])[] = [
      ["conv_w", "0/kernel", kernelOf], ["conv_b", "0/bias", numbers], ["dense_w", `${last}/kernel`, (tensor) => kernelBehind(tensor, pooled)], ["dense_b", `${last}/bias`, numbers],
    ];
    for (const [name, slice, arrange] of arranged) view("param", slice).set(arrange(c.params[name]!));
    plan.gather({ rows, x: values, y: numbers(c.target) }, null, 0, rows);
    expect(misses([plan.gradient(rows, "train")], [c.loss], tolerance), "loss").toEqual([]);
    for (const [i, name] of ["conv", "relu", "pool"].entries()) expect(misses(view("activation", String(i)), channelsLast(c.activations[name]!).values, tolerance), name).toEqual([]);
    expect(misses(plan.z, numbers(c.activations["logits"]!), tolerance), "logits").toEqual([]);
    expect(arranged.map(([name]) => name).concat("input").sort()).toEqual(Object.keys(c.grads).sort());
    for (const [name, slice, arrange] of arranged) expect(misses(view("grad", slice), arrange(c.grads[name]!), tolerance), name).toEqual([]);
    expect(misses(view("delta", "input"), channelsLast(c.grads["input"]!).values, tolerance), "input").toEqual([]);
  });
});
