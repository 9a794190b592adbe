/** The model: what is trained, as data, and its check. Knows no memory and no rows. */

import { catalog, declarationOf, describeCatalog, valuesOf } from "../catalog.ts";
import { widthOf } from "../data/dataset.ts";
import type { Placed } from "../nn/layer.ts";
import type { Loss } from "../nn/losses.ts";
import type { Metric } from "../nn/metric.ts";
import { classesOf } from "../nn/reading.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { describeComponent } from "../spec/component.ts";
import { SpecError } from "../spec/errors.ts";
import type { Problem } from "../spec/errors.ts";
import { checkMetricNames } from "../spec/metric-name.ts";
import { check, complete, integer, list, problem, record, under } from "../spec/param.ts";
import type { Component, Described, Values } from "../spec/param.ts";
import { runFields } from "../spec/run-spec.ts";
import { checkAugment } from "./augmenting.ts";
import { checkCycle } from "./schedule.ts";
import type { PlaceOptions } from "./shapes.ts";
import { place } from "./shapes.ts";

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
  /** Changes of the training rows, in their order. Absent: none. */
  readonly augment?: readonly Component[];
}

const { layers, loss, optimizer, schedule, regularizer, metrics, augment } = runFields;
const input = list({ of: integer({ default: 1, min: 1, max: 16_777_216, help: "numbers along one axis" }), default: [1], min: 1, max: 3, help: "shape of one row" });
const fields = record({ help: "a model", fields: { input, layers, loss, optimizer, schedule, regularizer, metrics, augment } });

export interface ModelOptions extends PlaceOptions {
  /** Optimizers of one's own, made with `defineOptimizer`, beside those of the catalogue. */
  readonly optimizers?: readonly Optimizer[];
}

/** The model with every default filled in, its layers in their places, and its optimizer's declaration. Throws SpecError with all problems. */
export function checkModel(model: Model, options: ModelOptions = {}): { readonly model: Required<Model>; readonly placed: readonly Placed[]; readonly optimizer: Optimizer } {
  const added = options.optimizers ?? [];
  const known = { ...describeCatalog(), optimizer: [...added.map(describeOwn), ...describeCatalog().optimizer] };
  // A whole run-spec may be handed in; what is no part of the model is no business of compile.
  const own = Object.fromEntries(Object.keys(fields.fields).map((name) => [name, model[name as keyof Model]]));
  const problems = check(fields, own, "", known);
  if (problems.length > 0) throw new SpecError(problems);
  const whole = complete(fields, own, known) as Required<Model>;
  const optimizer = declarationOf<Optimizer>([...added, ...catalog.optimizer], whole.optimizer);
  const placed = place(whole.layers, whole.input, options);
  const misfits = [...checkOutputs(whole, placed), ...checkMeasures(whole, outputsOf(placed)), ...checkMetricNames(whole.metrics, describeCatalog()), ...checkAugment(whole.augment, whole.input, whole.loss), ...checkCycle(whole.schedule, optimizer)];
  if (misfits.length > 0) throw new SpecError(misfits);
  return { model: whole, placed, optimizer };
}

/** A declaration from outside has no Chinese texts; its own stand in for them. */
function describeOwn(declared: Optimizer): Described {
  const params = Object.fromEntries(Object.entries(declared.params).map(([name, { label = name, help }]) => [name, { label, help }]));
  return describeComponent(declared, { title: declared.title, summary: declared.summary, params });
}

/** How many outputs the last layer has. */
export const outputsOf = (placed: readonly Placed[]): number => widthOf(placed.at(-1)!.planned.output);

/** Where the count of outputs is decided: the path of the last layer that has units, else of the last layer. */
export function outputsPath(layers: readonly Component[]): string {
  const last = layers.findLastIndex((layer) => "units" in layer);
  return last < 0 ? `layers.${layers.length - 1}` : `layers.${last}.units`;
}

function checkOutputs(model: Required<Model>, placed: readonly Placed[]): Problem[] {
  const { outputs: { least }, targets, title } = declarationOf<Loss>(catalog.loss, model.loss);
  const outputs = outputsOf(placed);
  const problems: Problem[] = [];
  if (outputs < least) {
    problems.push(problem(outputsPath(model.layers), "badShape", `gives ${outputs} outputs; the loss ${model.loss.kind} (${title}) needs at least ${least}`, { why: "fewOutputs", got: String(outputs), least: String(least), loss: model.loss.kind }, least));
  }
  model.metrics.forEach((component, i) => {
    const metric = declarationOf<Metric>(catalog.metric, component);
    if (metric.targets.some((target) => targets.includes(target))) return;
    const [of, not] = [metric.targets[0]!, targets[0]!];
    problems.push(problem(`metrics.${i}.kind`, "badTarget", `${component.kind} is for ${nameOf(of)}, but the loss ${model.loss.kind} is for ${nameOf(not)}`, { why: "metricLoss", got: component.kind, loss: model.loss.kind, of, not }));
  });
  return problems;
}

/** Values of the loss and of the metrics that do not suit so many outputs, and metrics that ask for what the loss does not give. */
export function checkMeasures({ loss: component, metrics }: Pick<Required<Model>, "loss" | "metrics">, outputs: number): Problem[] {
  const loss = declarationOf<Loss>(catalog.loss, component);
  const values = valuesOf(component) as Values<Loss["params"]>;
  const reading = loss.reading(values);
  const beneath = (path: string, problems: readonly Problem[] = []): Problem[] => problems.map((found) => ({ ...found, path: under(path, found.path) }));
  return [
    ...beneath("loss", loss.misfits?.(values, outputs)),
    ...metrics.flatMap((metric, i) => {
      const { misfits, needsProbabilities, targets } = declarationOf<Metric>(catalog.metric, metric);
      if (!targets.some((target) => loss.targets.includes(target))) return [];
      if (needsProbabilities === true && reading.kind === "margins") {
        return [problem(`metrics.${i}.kind`, "badTarget", `${metric.kind} needs probabilities, which the loss ${component.kind} does not give; use softmaxCrossEntropy, or leave this metric out`, { why: "noProbabilities", got: metric.kind, loss: component.kind })];
      }
      return beneath(`metrics.${i}`, misfits?.(valuesOf(metric) as Values<Metric["params"]>, classesOf(outputs, reading)));
    }),
  ];
}

export const nameOf = (target: "classes" | "number"): string => (target === "classes" ? "class labels" : "a number");
