/** The model: what is trained, as data, and its check. Knows no memory and no rows. */

import { catalog, declarationOf, describeCatalog } from "../catalog.ts";
import { widthOf } from "../data/dataset.ts";
import type { Loss } from "../nn/losses.ts";
import type { Metric } from "../nn/metrics.ts";
import { SpecError } from "../spec/errors.ts";
import type { Problem } from "../spec/errors.ts";
import { check, complete, integer, list, problem, record } from "../spec/param.ts";
import type { Component } from "../spec/param.ts";
import { runFields } from "../spec/run-spec.ts";
import { place } from "./shapes.ts";
import type { Placed } from "./shapes.ts";

/** What `compile` takes: a run-spec's own part, and the shape of one row of input. */
export interface Model {
  readonly input: readonly number[];
  readonly layers: readonly Component[];
  readonly loss: Component;
  readonly optimizer: Component;
  /** Absent: a constant rate. */
  readonly schedule?: Component;
  /** For every kernel whose layer has none of its own. Absent: none. */
  readonly regularizer?: Component;
  readonly metrics?: readonly Component[];
}

const { layers, loss, optimizer, schedule, regularizer, metrics } = runFields;
const input = list({ of: integer({ default: 1, min: 1, max: 16_777_216, help: "numbers along one axis" }), default: [1], min: 1, max: 3, help: "shape of one row" });
const fields = record({ help: "a model", fields: { input, layers, loss, optimizer, schedule, regularizer, metrics } });

/** The model with every default filled in, and its layers in their places. Throws SpecError with all problems. */
export function checkModel(model: Model): { readonly model: Required<Model>; readonly placed: readonly Placed[] } {
  // A whole run-spec may be handed in; what is no part of the model is no business of compile.
  const own = Object.fromEntries(Object.keys(fields.fields).map((name) => [name, model[name as keyof Model]]));
  const problems = check(fields, own, "", describeCatalog());
  if (problems.length > 0) throw new SpecError(problems);
  const whole = complete(fields, own, describeCatalog()) as Required<Model>;
  const placed = place(whole.layers, whole.input);
  const misfits = checkOutputs(whole, placed);
  if (misfits.length > 0) throw new SpecError(misfits);
  return { model: whole, placed };
}

/** How many outputs the last layer has. */
export const outputsOf = (placed: readonly Placed[]): number => widthOf(placed.at(-1)!.planned.output);

/** Where the count of outputs is decided: the path of the last layer that has units, else of the last layer. */
export function outputsPath(layers: readonly Component[]): string {
  const last = layers.findLastIndex((layer) => "units" in layer);
  return last < 0 ? `layers.${layers.length - 1}` : `layers.${last}.units`;
}

function checkOutputs(model: Required<Model>, placed: readonly Placed[]): Problem[] {
  const { outputs: { least, most }, targets, title } = declarationOf<Loss>(catalog.loss, model.loss);
  const outputs = outputsOf(placed);
  const problems: Problem[] = [];
  if (outputs < least || (most !== undefined && outputs > most)) {
    const wanted = least === most ? String(least) : `at least ${least}`;
    problems.push(problem(outputsPath(model.layers), "badShape", `gives ${outputs} outputs; the loss ${model.loss.kind} (${title}) needs ${wanted}`, { got: String(outputs), wanted, loss: model.loss.kind }, least));
  }
  model.metrics.forEach((component, i) => {
    const metric = declarationOf<Metric>(catalog.metric, component);
    if (metric.targets.some((target) => targets.includes(target))) return;
    const [of, not] = [nameOf(metric.targets[0]!), nameOf(targets[0]!)];
    problems.push(problem(`metrics.${i}.kind`, "badTarget", `${component.kind} is for ${of}, but the loss ${model.loss.kind} is for ${not}`, { got: component.kind, of, not }));
  });
  return problems;
}

export const nameOf = (target: "classes" | "number"): string => (target === "classes" ? "class labels" : "a number");
