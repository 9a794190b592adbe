/** What can only be said once the data are there: whether a run-spec's network, loss and metrics fit them. Knows counts and shapes, no rows. */

import { catalog, declarationOf, describeCatalog } from "../catalog.ts";
import type { Placed } from "../nn/layer.ts";
import type { Loss } from "../nn/losses.ts";
import type { Metric } from "../nn/metric.ts";
import type { Optimizer } from "../optim/optimizer.ts";
import { SpecError } from "../spec/errors.ts";
import type { Problem } from "../spec/errors.ts";
import { directions } from "../spec/metric-name.ts";
import { problem } from "../spec/param.ts";
import type { Component } from "../spec/param.ts";
import type { RunSpec } from "../spec/run-spec.ts";
import { checkAugment } from "./augmenting.ts";
import { batchProblems } from "./compile.ts";
import { checkMeasures, nameOf, outputsOf, outputsPath } from "./model.ts";
import { checkCycle, watchedBy } from "./schedule.ts";
import { place } from "./shapes.ts";

/** What of a dataset and its split decides whether a spec fits. */
export interface DataFacts {
  readonly shape: readonly number[];
  readonly task: "classes" | "number";
  /** How many classes; null when a number is predicted. */
  readonly classes: number | null;
  readonly trainRows: number;
  readonly validationRows: number;
  readonly testRows: number;
}

/** Everything in a checked, complete run-spec that does not fit the data; an empty list when all does. Shapes only: no memory is taken. */
export function checkAgainstData(spec: RunSpec, data: DataFacts): Problem[] {
  const { placed, misfits } = placedOrNot(spec.layers, data.shape);
  const rows = Math.min(spec.train.batchSize, data.trainRows);
  return [
    ...checkRows(spec, data), ...misfits, ...checkLoss(spec, data, placed.length === 0 ? null : outputsOf(placed)), ...checkMetrics(spec, data),
    ...checkTraining(spec, data), ...checkAugment(spec.augment, data.shape, spec.loss), ...(rows < 1 ? [] : batchProblems(placed, rows)),
  ];
}

/** The layers in their places, or why one of them cannot take its input. */
function placedOrNot(layers: RunSpec["layers"], shape: readonly number[]): { readonly placed: readonly Placed[]; readonly misfits: readonly Problem[] } {
  try {
    return { placed: place(layers, shape), misfits: [] };
  } catch (error) {
    if (!(error instanceof SpecError)) throw error;
    return { placed: [], misfits: error.problems };
  }
}

function checkRows({ split, train }: RunSpec, data: DataFacts): Problem[] {
  const problems: Problem[] = [];
  if (data.trainRows < 1) problems.push(problem("split", "badSplit", "leaves no row to train on", { why: "noTrainRows" }));
  if (data.validationRows < 1 && split["validation"] !== 0) problems.push(problem("split.validation", "badSplit", "leaves the validation split without a row; take a larger share, or 0 to leave it out", { why: "noValidation" }));
  if (data.testRows < 1 && train.openTest) problems.push(problem("train.openTest", "badSplit", "asks for the test split, which has no rows; give split.test a share, or leave this false", { why: "noTestRows" }, false));
  return problems;
}

function checkTraining({ metrics, schedule, optimizer, train: { balanced, earlyStopping, checkpoints } }: RunSpec, { task, validationRows }: DataFacts): Problem[] {
  const watched = watchedBy(schedule);
  const problems = [
    ...(earlyStopping === null ? [] : watchProblems(earlyStopping.metric, metrics, validationRows > 0)),
    ...(checkpoints.metric === "" ? [] : watchProblems(checkpoints.metric, metrics, validationRows > 0, "train.checkpoints.metric")),
    ...(watched === null ? [] : watchProblems(watched.metric, metrics, validationRows > 0, watched.path)),
    ...checkCycle(schedule, declarationOf<Optimizer>(catalog.optimizer, optimizer)),
  ];
  if (balanced && task !== "classes") problems.push(problem("train.balanced", "badTarget", "needs class labels, but the data's target is a number", { why: "balancedNumber" }, false));
  return problems;
}

/** What is wrong with the metric that early stopping is to watch. */
export function watchProblems(metric: string, metrics: readonly Component[], hasValidation: boolean, path = "train.earlyStopping.metric"): Problem[] {
  const names = Object.keys(directions(metrics, describeCatalog()));
  const known = (hasValidation ? ["validation", "train"] : ["train"]).flatMap((split) => names.map((name) => `${split}/${name}`));
  if (known.includes(metric)) return [];
  const isBlind = metric.startsWith("validation/") && !hasValidation;
  return [problem(path, "notAnOption", `must be one of ${known.join(", ")}${isBlind ? ", for there are no validation rows" : ""}; got ${metric}`, { ...(isBlind ? { why: "unwatchable" } : {}), known: known.join(", "), got: metric }, known[0])];
}

function checkLoss({ layers, loss: component, metrics }: RunSpec, { task, classes }: DataFacts, outputs: number | null): Problem[] {
  const loss = declarationOf<Loss>(catalog.loss, component);
  if (!loss.targets.includes(task)) {
    const fitting = catalog.loss.find(({ targets }) => targets.some((target) => target === task))!.kind;
    return [problem("loss.kind", "badTarget", `${component.kind} is for ${nameOf(loss.targets[0]!)}, but the data's target is ${task === "number" ? "a number" : "a class label"}; use ${fitting}`, { why: "lossTarget", got: component.kind, of: loss.targets[0]!, not: task, fitting }, fitting)];
  }
  if (loss.onlyClasses !== undefined && classes !== loss.onlyClasses) {
    return [problem("loss.kind", "badTarget", `${component.kind} is for ${loss.onlyClasses} classes, but the data have ${classes}; use softmaxCrossEntropy`, { why: "lossClasses", got: component.kind, wanted: String(loss.onlyClasses), classes: String(classes) }, "softmaxCrossEntropy")];
  }
  const wanted = loss.outputsFor(classes);
  if (outputs === wanted) return checkMeasures({ loss: component, metrics }, outputs);
  if (outputs === null) return [];
  const [why, what, of] = classes === null ? ["outputsForNumber", "the number to predict", {}] as const : ["outputsForClasses", `${classes} classes with ${component.kind}`, { classes: String(classes), loss: component.kind }] as const;
  return [problem(outputsPath(layers), "badShape", `must give ${wanted} ${wanted === 1 ? "output" : "outputs"} for ${what}; got ${outputs}`, { why, got: String(outputs), wanted: String(wanted), ...of }, wanted)];
}

function checkMetrics({ metrics }: RunSpec, { task }: DataFacts): Problem[] {
  return metrics.flatMap((component, i) => {
    const { targets } = declarationOf<Metric>(catalog.metric, component);
    if (targets.includes(task)) return [];
    return [problem(`metrics.${i}.kind`, "badTarget", `${component.kind} is for ${nameOf(targets[0]!)}, but the data's target is ${task === "number" ? "a number" : "a class label"}`, { why: "metricTarget", got: component.kind, of: targets[0]!, not: task })];
  });
}
