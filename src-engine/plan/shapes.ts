/** What layers make of an input, known before anything is allocated. Knows declarations and shapes; no memory. */

import { catalog, declarationOf, describeCatalog } from "../catalog.ts";
import { widthOf } from "../data/dataset.ts";
import type { Layer, LayerPlan } from "../nn/layer.ts";
import { SpecError } from "../spec/errors.ts";
import { check, complete } from "../spec/param.ts";
import type { Component, Values } from "../spec/param.ts";
import { runFields } from "../spec/run-spec.ts";

/** One layer in its place: its complete values, its input's shape, and what it plans. */
export interface Placed {
  readonly index: number;
  readonly component: Component;
  readonly layer: Layer;
  readonly values: Values<Layer["params"]>;
  readonly input: readonly number[];
  readonly planned: LayerPlan;
}

export interface LayerShape { readonly index: number; readonly kind: string; readonly output: readonly number[]; readonly parameters: number }

/** Output shape and parameter count of every layer for inputs of one shape. Values left out take their defaults. Throws SpecError (`layers.2.units` …). */
export function shapesOf(layers: readonly Component[], input: readonly number[]): LayerShape[] {
  const problems = check(runFields.layers, layers, "layers", describeCatalog());
  if (problems.length > 0) throw new SpecError(problems);
  return place(complete(runFields.layers, layers, describeCatalog()) as readonly Component[], input).map(shapeOf);
}

export function shapeOf({ index, component, planned }: Placed): LayerShape {
  const parameters = Object.values(planned.params ?? {}).reduce((sum, { shape }) => sum + widthOf(shape), 0);
  return { index, kind: component.kind, output: planned.output, parameters };
}

/** Walks checked, complete layers once from the input on. */
export function place(layers: readonly Component[], input: readonly number[]): Placed[] {
  let shape = input;
  return layers.map((component, index) => {
    const layer = declarationOf<Layer>(catalog.layer, component);
    const { kind: _, ...values } = component;
    const placed = { index, component, layer, values: values as Placed["values"], input: shape, planned: layer.plan(values as Placed["values"], shape) };
    shape = placed.planned.output;
    return placed;
  });
}
