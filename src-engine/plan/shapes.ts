/** What layers make of an input, known before anything is allocated. Knows declarations and shapes; no memory. */

import { catalog, declarationOf, describeCatalog } from "../catalog.ts";
import { widthOf } from "../data/dataset.ts";
import type { Layer, Placed, Setting } from "../nn/layer.ts";
import { SpecError } from "../spec/errors.ts";
import { check, complete, problem, under } from "../spec/param.ts";
import type { Component } from "../spec/param.ts";
import { runFields } from "../spec/run-spec.ts";

/** `flops`: operations of one row forward, counted as LayerPlan says; both counts hold everything inside a layer too. */
export interface LayerShape { readonly index: number; readonly kind: string; readonly output: readonly number[]; readonly parameters: number; readonly flops: number }

export interface PlaceOptions {
  /** Keep a bias that stands directly in front of batch norm, where it has no effect and is otherwise left out. */
  readonly keepBias?: boolean;
}

/** Output shape, parameter count and operations of every layer for inputs of one shape. Values left out take their defaults. Throws SpecError (`layers.2.units` …). */
export function shapesOf(layers: readonly Component[], input: readonly number[]): LayerShape[] {
  const problems = check(runFields.layers, layers, "layers", describeCatalog());
  if (problems.length > 0) throw new SpecError(problems);
  return place(complete(runFields.layers, layers, describeCatalog()) as readonly Component[], input).map(shapeOf);
}

export function shapeOf(placed: Placed, index: number): LayerShape {
  const parameters = withInner([placed]).flatMap(({ planned }) => Object.values(planned.params ?? {})).reduce((sum, { shape }) => sum + widthOf(shape), 0);
  return { index, kind: placed.component.kind, output: placed.planned.output, parameters, flops: placed.planned.flops };
}

/** The layers and all layers inside them, each before its inner ones: every one that has memory. */
export const withInner = (placed: readonly Placed[]): Placed[] => placed.flatMap((one) => [one, ...withInner(one.planned.inside ?? [])]);

/** Walks checked, complete layers once from the input on. Throws SpecError at the first layer that cannot take its input. */
export function place(layers: readonly Component[], input: readonly number[], options: PlaceOptions = {}): Placed[] {
  return placeUnder({ name: "", path: "layers" }, layers, input, options);
}

function placeUnder(parent: { readonly name: string; readonly path: string }, layers: readonly Component[], input: readonly number[], options: PlaceOptions): Placed[] {
  let shape = input;
  return layers.map((component, index) => {
    const layer = declarationOf<Layer>(catalog.layer, component);
    const name = `${parent.name}${index}`, path = under(parent.path, index);
    const next = layers[index + 1];
    const isBiasDropped = options.keepBias !== true && component["bias"] === true && next !== undefined && declarationOf<Layer>(catalog.layer, next).absorbsBias === true;
    const { kind: _, ...own } = component;
    const values = (isBiasDropped ? { ...own, bias: false } : own) as Placed["values"];
    const notes = isBiasDropped ? [{ path: under(path, "bias"), code: "biasDropped", message: `is left out: ${next.kind} behind it takes every constant away, so it would have no effect` } as const] : [];
    const setting: Setting = {
      place: (key, inner, from) => placeUnder({ name: `${name}/`, path: under(path, key) }, inner, from, options),
      misfit: (key, message, details, cure) => new SpecError([key === "" ? problem(path, "badShape", `(${component.kind}) ${message}`, { ...details, kind: component.kind }, cure) : problem(under(path, key), "badShape", message, details, cure)]),
    };
    const placed = { name, path, component, layer, values, input: shape, planned: layer.plan(values, shape, setting), notes };
    shape = placed.planned.output;
    return placed;
  });
}
