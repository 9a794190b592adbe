/** The engine's public face: one explicit list. */

export const engineVersion = "0.1.0";

// How things are declared, checked and told.
export { SpecError, StoreError, TrainingError, sentence } from "./spec/errors.ts";
export type { Place, Problem, ProblemCode, SweepProblemCode } from "./spec/errors.ts";
export { check, choice, complete, contains, flag, integer, interval, real } from "./spec/param.ts";
export type { Catalog, Component, Described, Family, Param, Params, Value, Values } from "./spec/param.ts";
export { checkRunSpec, runFields } from "./spec/run-spec.ts";
export type { CheckedRunSpec, PartialRunSpec, RunSpec } from "./spec/run-spec.ts";
export { directions, metricName } from "./spec/metric-name.ts";
export { catalog, describeCatalog } from "./catalog.ts";

// Chance.
export { rng } from "./rng.ts";
export type { Rng, Stream } from "./rng.ts";

// Data.
export { datasetBytes, datasetPieces, widthOf } from "./data/dataset.ts";
export type { Dataset, Task } from "./data/dataset.ts";
export { mixup, noise } from "./data/augment.ts";
export type { Augment } from "./data/augment.ts";
export { cutout, flip, rotate, shift, zoom } from "./data/augment-images.ts";
export { balance, shuffle, stepsPerEpoch } from "./data/batches.ts";
export type { Portions } from "./data/batches.ts";
export { readCsv, surveyCsv } from "./data/csv.ts";
export { eachRow } from "./data/csv-rows.ts";
export { checkFeatures, readFeatures } from "./data/csv-features.ts";
export type { NewRowsOptions } from "./data/csv-features.ts";
export { csv, sample, samples } from "./data/files.ts";
export type { Sample } from "./data/files.ts";
export { blobs, circles, generate, generators, moons, spirals, xor } from "./data/generators.ts";
export { prepare } from "./data/prepare.ts";
export type { Part, Prepared } from "./data/prepare.ts";
export { fitScaling, none as noScaling, standard } from "./data/scaling.ts";
export type { Scaling } from "./data/scaling.ts";
export { kFold, random, splitRows, stratified } from "./data/split.ts";
export type { Rows } from "./data/split.ts";

// Networks.
export { dense } from "./nn/layers/dense.ts";
export { conv2d } from "./nn/layers/conv-2d.ts";
export { averagePool, globalAveragePool, maxPool } from "./nn/layers/pooling.ts";
export { flatten } from "./nn/layers/flatten.ts";
export { residual } from "./nn/layers/residual.ts";
export { elu, geluExact, geluTanh, hardTanh, identity, leakyRelu, logSoftmax, mish, relu, selu, sigmoid, silu, softmax, softplus, swish, tanh } from "./nn/layers/activations.ts";
export { batchNorm } from "./nn/layers/batch-norm.ts";
export { layerNorm } from "./nn/layers/layer-norm.ts";
export { dropout } from "./nn/layers/dropout.ts";
export { gaussianNoise } from "./nn/layers/gaussian-noise.ts";
export { constant as constantWeights, glorotNormal, glorotUniform, heNormal, heUniform, lecunNormal, lecunUniform, normal, orthogonal, uniform, zeros } from "./nn/initializers.ts";
export { elastic, l1, l2, maxNorm, none as noRegularizer } from "./nn/regularizers.ts";
export { binaryCrossEntropy, hinge, huber, mae, mse, softmaxCrossEntropy } from "./nn/losses.ts";
export { accuracy, balancedAccuracy, classReport, cohenKappa, confusionMatrix, f1, mcc, precision, recall, topKAccuracy } from "./nn/metrics/classes.ts";
export type { ClassReport } from "./nn/metrics/classes.ts";
export { averagePrecision, averagePrecisionOf, prArea, prAuc, prCurve, rocArea, rocAuc, rocCurve } from "./nn/metrics/ranking.ts";
export type { PrCurve, RocCurve } from "./nn/metrics/ranking.ts";
export { brier, ece, logLoss, mce } from "./nn/metrics/probabilities.ts";
export { explainedVariance, meanAbsoluteError, meanSquaredError, medianAbsoluteError, r2, rmse } from "./nn/metrics/regression.ts";
export { hardMaxOf, logSoftmaxOf, softmaxOf } from "./nn/reading.ts";
export type { Reading } from "./nn/reading.ts";
export { calibrationBins, fitTemperature } from "./nn/calibration.ts";
export type { Calibration, CalibrationBin } from "./nn/calibration.ts";
export type { Layer, Note, Placed } from "./nn/layer.ts";
export type { Initializer } from "./nn/initializers.ts";
export type { Regularizer } from "./nn/regularizers.ts";
export type { Loss } from "./nn/losses.ts";
export type { Metric } from "./nn/metric.ts";

// Optimizers and schedules.
export { sgd } from "./optim/sgd.ts";
export { convertMomentumRate, momentum } from "./optim/momentum.ts";
export { nesterov } from "./optim/nesterov.ts";
export { rmsprop } from "./optim/rmsprop.ts";
export { adam } from "./optim/adam.ts";
export { adamw } from "./optim/adamw.ts";
export { adagrad } from "./optim/adagrad.ts";
export { adadelta } from "./optim/adadelta.ts";
export { adamax } from "./optim/adamax.ts";
export { amsgrad } from "./optim/amsgrad.ts";
export { nadam } from "./optim/nadam.ts";
export { radam } from "./optim/radam.ts";
export { lion } from "./optim/lion.ts";
export { lamb } from "./optim/lamb.ts";
export { muon, orthogonalize } from "./optim/muon.ts";
export { scheduleFreeSgd } from "./optim/schedule-free-sgd.ts";
export { scheduleFreeAdamW } from "./optim/schedule-free-adamw.ts";
export { constant, exponential, inverseRoot, inverseTime, multistep, piecewise, stepDecay } from "./optim/schedules.ts";
export { cosine, cosineRestarts, linearDecay, oneCycle, polynomial, warmup } from "./optim/annealing.ts";
export { reduceOnPlateau } from "./optim/plateau.ts";
export { previewSchedule } from "./plan/schedule.ts";
export type { Length } from "./plan/schedule.ts";
export { clipByNorm, clipByPieceNorm, clipByValue } from "./optim/clipping.ts";
export { defineOptimizer, learningRate, retention } from "./optim/optimizer.ts";
export type { Optimizer, Piece, Update } from "./optim/optimizer.ts";
export type { Moment, Schedule } from "./optim/schedule.ts";

// Averages and minima.
export { correction, effectiveWindow, ewma, gaussian, looksAhead } from "./stats/ewma.ts";
export type { EwmaOptions, EwmaState } from "./stats/ewma.ts";
export { fairCoins, normalQuantile, studentQuantile, studentTail } from "./stats/distributions.ts";
export { criticalT, halfWidth, paired, summarize, welch, wilson } from "./stats/intervals.ts";
export type { Difference, Interval, Summary } from "./stats/intervals.ts";
export { effectSize, holm, mcnemar, moreNeeded, pairedEffectSize, permutationTest, shareAbove, signFlipTest, smallestPairedP, smallestUnpairedP } from "./stats/tests.ts";
export type { TestResult } from "./stats/tests.ts";
export { minimize } from "./stats/minimize.ts";
export type { Minimum } from "./stats/minimize.ts";

// Arithmetic.
export { arithmeticOf, executorFor, peakOf } from "./kernels/executors.ts";
export { narrowTo, nativeKernels, useNarrowTo } from "./kernels/native.ts";
export { narrowestChoice } from "./plan/tune.ts";
export { wasmFeatures } from "./kernels/wasm.ts";
export { profileStep } from "./plan/profile.ts";
export type { ProfiledOperation, StepProfile } from "./plan/profile.ts";
export type { ArithmeticMode, Executor } from "./kernels/executors.ts";
export { reference } from "./kernels/reference.ts";
export type { Kernels, Precision, Vector, Window } from "./kernels/kernels.ts";

// Compiling, training, saving, checking.
export { compile, memoryOf } from "./plan/compile.ts";
export type { CompileOptions } from "./plan/compile.ts";
export type { Model } from "./plan/model.ts";
export type { Best, Clipping, Plan } from "./plan/plan.ts";
export type { Role, Slice } from "./plan/arena.ts";
export { place, shapesOf } from "./plan/shapes.ts";
export type { LayerShape } from "./plan/shapes.ts";
export { checkAgainstData } from "./plan/against-data.ts";
export type { DataFacts } from "./plan/against-data.ts";
export { captureState, carryCheckpoint, loadCheckpoint, metadataOf, saveCheckpoint, scalingOf, weightBytes } from "./plan/checkpoint.ts";
export type { Carried, PlanState } from "./plan/checkpoint.ts";
export { fit } from "./train/fit.ts";
export type { FitEvent, FitOptions } from "./train/fit.ts";
export type { EarlyStopping } from "./train/early-stopping.ts";
export type { LayerRecord, ParamRecord, Spread } from "./train/records.ts";
export { evaluate } from "./train/evaluate.ts";
export { predict } from "./train/predict.ts";
export type { Predictions } from "./train/predict.ts";
export { cubeSlopes, differenceQuotient } from "./check/derivative.ts";
export type { CubeSlope, DifferenceForm } from "./check/derivative.ts";
export { filterNormalized, hessianVectorProduct, lossPlane, parametersOf } from "./check/curvature.ts";
export type { Plane } from "./check/curvature.ts";
export { checkGradient, numericalGradient, sweepEpsilon } from "./check/gradient.ts";
export type { EpsilonError, GradientCheckOptions, GradientReport } from "./check/gradient.ts";
export type { EntryCheck, Hint, HintCode, SliceCheck, Verdict } from "./check/judgement.ts";
export { checkRunGradient } from "./check/run.ts";
export type { RunCheck, RunCheckOptions } from "./check/run.ts";

// Searching: a sweep's JSON, its space, and what comes next as a function of its history.
export { checkSweepSpec, sweepFields } from "./spec/sweep-spec.ts";
export type { Axis, AxisRole, CheckedSweepSpec, Constraint, Objective, SweepSpec } from "./spec/sweep-spec.ts";
export { prunerKinds, samplerKinds } from "./spec/search-kinds.ts";
export type { PrunerKind, SamplerKind, SearchKind } from "./spec/search-kinds.ts";
export { makeSpace, pointKey, previewPoints, runsOfPoint } from "./search/space.ts";
export type { RunOfTrial, Space } from "./search/space.ts";
export type { Cube, Observation, Question, Sampler, Side } from "./search/cube.ts";
export { isDone, lossesOf, ranking } from "./search/history.ts";
export type { Measured, Point, Trial } from "./search/history.ts";
export { costOf, judge, next, pointByHand, toConfirm } from "./search/sweep.ts";
export type { Cost, Next } from "./search/sweep.ts";
export { samplers } from "./search/samplers/table.ts";
export { pruners } from "./search/pruners/table.ts";
export type { Curve, Judgement, Pruner, Ruling } from "./search/curve.ts";
export { cohortOf, halvingRounds, hyperbandBrackets } from "./search/pruners/brackets.ts";
export type { Bracket, Cohort, Round } from "./search/pruners/brackets.ts";
export { promote } from "./search/pruners/asha.ts";
export type { Promotion } from "./search/pruners/asha.ts";
export { generationOf } from "./spec/population-spec.ts";
export type { Generation } from "./spec/population-spec.ts";
export { exchange } from "./search/population.ts";
export type { Exchange, Member, PopulationOptions } from "./search/population.ts";
export { crowding, dominates, fronts, hypervolume, paretoFront } from "./search/pareto.ts";
export { fanova, importance, pedAnova } from "./search/importance.ts";
export type { Importance, Judged, Shares } from "./search/importance.ts";
export { diagnose } from "./search/doctor.ts";
export type { Change, Finding, FindingCode } from "./spec/sweep-finding.ts";
export { attained } from "./search/results.ts";
export type { Attained } from "./search/results.ts";
export { isolation, narrow } from "./search/narrow.ts";
export type { Isolated } from "./search/narrow.ts";
export { expectedMaximum, seedDeviation, winnersCurse } from "./search/winner.ts";
export type { Winner } from "./search/winner.ts";
export { signedRankAbove } from "./stats/wilcoxon.ts";
