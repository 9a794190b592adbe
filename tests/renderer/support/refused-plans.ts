/** Runs whose parts do not fit each other or the data: for each reason in the Chinese words, the problems that the engine finds. */

import { checkAgainstData, checkRunSpec, compile, describeCatalog, fit } from "../../../src-engine/index.ts";
import type { Component, DataFacts, Model } from "../../../src-engine/index.ts";
import type { PlanWhy, Problem } from "../../../src-engine/spec/errors.ts";
import { refusedBy } from "./refused-data.ts";

const dense = (units: number): Component => ({ kind: "dense", units });
const spec = { layers: [dense(3)], metrics: [] as object[], train: { checkpoints: {} } };
const facts: DataFacts = { shape: [4], task: "classes", classes: 3, trainRows: 80, validationRows: 10, testRows: 10 };

/** Against data of three classes, or of a number, with more facts. */
const against = (given: object, more: Partial<DataFacts> = {}) => () => checkAgainstData(checkRunSpec({ ...spec, ...given }, describeCatalog()).spec!, { ...facts, ...more });
const ofNumber: Partial<DataFacts> = { task: "number", classes: null };

const model: Model = { input: [8, 8, 1], layers: [dense(3)], loss: { kind: "softmaxCrossEntropy" }, optimizer: { kind: "sgd" } };
const compiled = (given: Partial<Model>, options: object = {}) => () => refusedBy(() => compile({ ...model, ...given }, { batchSize: 4, seed: 1, ...options }));
const layered = (...layers: Component[]) => compiled({ layers: [...layers, dense(3)] });

export const refusedPlans: Readonly<Record<PlanWhy, () => readonly Problem[]>> = {
  shares: () => checkRunSpec({ ...spec, split: { kind: "random", validation: 0.6, test: 0.5 } }, describeCatalog()).problems,
  noTrainRows: against({}, { trainRows: 0 }),
  noValidation: against({}, { validationRows: 0 }),
  noTestRows: against({ train: { openTest: true } }, { testRows: 0 }),
  balancedNumber: against({ layers: [dense(1)], loss: { kind: "mse" }, train: { balanced: true } }, ofNumber),
  balancedLoss: () => refusedBy(() => { const plan = compile({ ...model, input: [2], layers: [dense(1)], loss: { kind: "mse" } }, { batchSize: 4, seed: 1 }); return [...fit(plan, { rows: 1, x: Float64Array.of(1, 2), y: Float64Array.of(1) }, { epochs: 1, balanced: true })]; }),
  unwatchable: against({ train: { earlyStopping: { metric: "validation/loss" } }, split: { kind: "random", validation: 0 } }, { validationRows: 0 }),
  cycleMomentum: against({ optimizer: { kind: "sgd" }, schedule: { kind: "oneCycle", cycleMomentum: true } }),
  lossTarget: against({}, ofNumber),
  lossClasses: against({ loss: { kind: "binaryCrossEntropy" } }),
  softTargets: compiled({ layers: [dense(1)], loss: { kind: "hinge" } }, { softTargets: true }),
  classWeights: against({ loss: { kind: "softmaxCrossEntropy", classWeights: [1, 2] } }),
  outputsForClasses: against({ layers: [dense(5)] }),
  outputsForNumber: against({ layers: [dense(5)], loss: { kind: "mse" } }, ofNumber),
  fewOutputs: compiled({ layers: [dense(1)] }),
  metricTarget: against({ metrics: [{ kind: "rmse" }] }),
  metricLoss: compiled({ metrics: [{ kind: "rmse" }] }),
  noProbabilities: compiled({ layers: [dense(1)], loss: { kind: "hinge" }, metrics: [{ kind: "brier" }] }),
  topK: against({ metrics: [{ kind: "topKAccuracy", k: 3 }] }),
  classIndex: against({ metrics: [{ kind: "recall", class: 7 }] }),
  augmentImages: against({ augment: [{ kind: "flip" }] }),
  augmentMix: compiled({ layers: [dense(1)], loss: { kind: "hinge" }, augment: [{ kind: "mixup" }] }),
  needsImages: compiled({ input: [7], layers: [{ kind: "conv2d" }, dense(3)] }),
  widePadding: layered({ kind: "maxPool", padding: 2 }),
  largeWindow: layered({ kind: "conv2d", size: 11, padding: 1 }),
  groups: layered({ kind: "conv2d", groups: 3 }),
  bounds: layered({ kind: "hardTanh", min: 1, max: -1 }),
  residualShape: layered(dense(4), { kind: "residual", layers: [dense(6)] }),
  residualStride: layered({ kind: "residual", projection: true, layers: [{ kind: "conv2d", size: 4 }] }),
  fewRows: compiled({ layers: [dense(4), { kind: "batchNorm" }, dense(3)] }, { batchSize: 1 }),
  memory: layered(dense(65_536), dense(65_536)),
};
