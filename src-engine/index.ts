/** The engine's public face: one explicit list. */

export const engineVersion = "0.1.0";

// How things are declared, checked and told.
export { SpecError, StoreError, TrainingError, sentence } from "./spec/errors.ts";
export type { Place, Problem, ProblemCode } from "./spec/errors.ts";
export { check, complete, contains, interval } from "./spec/param.ts";
export type { Catalog, Component, Described, Family, Param, Params, Value, Values } from "./spec/param.ts";
export { checkRunSpec, runFields } from "./spec/run-spec.ts";
export type { CheckedRunSpec, PartialRunSpec, RunSpec } from "./spec/run-spec.ts";
export { catalog, describeCatalog } from "./catalog.ts";

// Chance.
export { rng } from "./rng.ts";
export type { Rng, Stream } from "./rng.ts";

// Data.
export { datasetBytes, widthOf } from "./data/dataset.ts";
export type { Dataset, Task } from "./data/dataset.ts";
export { shuffle } from "./data/batches.ts";
export { readCsv, surveyCsv } from "./data/csv.ts";
export { csv, sample, samples } from "./data/files.ts";
export type { Sample } from "./data/files.ts";
export { blobs, circles, generate, generators, moons, spirals, xor } from "./data/generators.ts";
export { prepare } from "./data/prepare.ts";
export type { Part, Prepared } from "./data/prepare.ts";
export { fitScaling, none as noScaling, standard } from "./data/scaling.ts";
export type { Scaling } from "./data/scaling.ts";
export { random, splitRows, stratified } from "./data/split.ts";
export type { Rows } from "./data/split.ts";

// Networks.
export { dense } from "./nn/layers/dense.ts";
export { relu } from "./nn/layers/relu.ts";
export { tanh } from "./nn/layers/tanh.ts";
export { sigmoid } from "./nn/layers/sigmoid.ts";
export { batchNorm } from "./nn/layers/batch-norm.ts";
export { dropout } from "./nn/layers/dropout.ts";
export { glorotNormal, heNormal, lecunNormal, normal, zeros } from "./nn/initializers.ts";
export { l2, none as noRegularizer } from "./nn/regularizers.ts";
export { binaryCrossEntropy, mse, softmaxCrossEntropy } from "./nn/losses.ts";
export { accuracy, r2, rmse } from "./nn/metrics.ts";
export type { Layer } from "./nn/layer.ts";
export type { Initializer } from "./nn/initializers.ts";
export type { Regularizer } from "./nn/regularizers.ts";
export type { Loss } from "./nn/losses.ts";
export type { Metric } from "./nn/metrics.ts";

// Optimizers and schedules.
export { sgd } from "./optim/sgd.ts";
export { momentum } from "./optim/momentum.ts";
export { adam } from "./optim/adam.ts";
export { constant, exponential, inverseTime } from "./optim/schedules.ts";
export type { Optimizer } from "./optim/optimizer.ts";
export type { Schedule } from "./optim/schedules.ts";

// Arithmetic.
export { reference } from "./kernels/reference.ts";
export type { Kernels, Precision, Vector } from "./kernels/kernels.ts";

// Compiling, training, saving, checking.
export { compile } from "./plan/compile.ts";
export type { CompileOptions } from "./plan/compile.ts";
export type { Model } from "./plan/model.ts";
export type { Plan } from "./plan/plan.ts";
export type { Role, Slice } from "./plan/arena.ts";
export { shapesOf } from "./plan/shapes.ts";
export type { LayerShape } from "./plan/shapes.ts";
export { checkAgainstData } from "./plan/against-data.ts";
export type { DataFacts } from "./plan/against-data.ts";
export { loadCheckpoint, saveCheckpoint, weightBytes } from "./plan/checkpoint.ts";
export { fit } from "./train/fit.ts";
export type { FitEvent, FitOptions } from "./train/fit.ts";
export { evaluate } from "./train/evaluate.ts";
export { checkGradient } from "./check/gradient.ts";
export type { GradientCheckOptions, GradientReport, SliceCheck } from "./check/gradient.ts";

// Statistics, for curves and comparisons.
export { effectiveWindow, ewma } from "./stats/ewma.ts";
export type { EwmaOptions, EwmaState } from "./stats/ewma.ts";
