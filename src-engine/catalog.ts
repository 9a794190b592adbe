/** Every component of every family, written out. Adding one is its file and a line here (and its texts in catalog.zh.ts). */

import { chinese } from "./catalog.zh.ts";
import { mixup, noise } from "./data/augment.ts";
import { cutout, flip, rotate, shift, zoom } from "./data/augment-images.ts";
import { csv, sample } from "./data/files.ts";
import { blobs, circles, moons, spirals, xor } from "./data/generators.ts";
import { none as noScaling, standard } from "./data/scaling.ts";
import { kFold, random, stratified } from "./data/split.ts";
import { constant as constantWeights, glorotNormal, glorotUniform, heNormal, heUniform, lecunNormal, lecunUniform, normal, orthogonal, uniform, zeros } from "./nn/initializers.ts";
import { elu, geluExact, geluTanh, hardTanh, identity, leakyRelu, logSoftmax, mish, relu, selu, sigmoid, silu, softmax, softplus, swish, tanh } from "./nn/layers/activations.ts";
import { batchNorm } from "./nn/layers/batch-norm.ts";
import { conv2d } from "./nn/layers/conv-2d.ts";
import { dense } from "./nn/layers/dense.ts";
import { dropout } from "./nn/layers/dropout.ts";
import { flatten } from "./nn/layers/flatten.ts";
import { gaussianNoise } from "./nn/layers/gaussian-noise.ts";
import { layerNorm } from "./nn/layers/layer-norm.ts";
import { averagePool, globalAveragePool, maxPool } from "./nn/layers/pooling.ts";
import { residual } from "./nn/layers/residual.ts";
import { binaryCrossEntropy, hinge, huber, mae, mse, softmaxCrossEntropy } from "./nn/losses.ts";
import { accuracy, balancedAccuracy, cohenKappa, f1, mcc, precision, recall, topKAccuracy } from "./nn/metrics/classes.ts";
import { brier, ece, logLoss, mce } from "./nn/metrics/probabilities.ts";
import { averagePrecision, prAuc, rocAuc } from "./nn/metrics/ranking.ts";
import { explainedVariance, meanAbsoluteError, meanSquaredError, medianAbsoluteError, r2, rmse } from "./nn/metrics/regression.ts";
import { elastic, l1, l2, maxNorm, none as noRegularizer } from "./nn/regularizers.ts";
import { adadelta } from "./optim/adadelta.ts";
import { adagrad } from "./optim/adagrad.ts";
import { adam } from "./optim/adam.ts";
import { adamax } from "./optim/adamax.ts";
import { adamw } from "./optim/adamw.ts";
import { amsgrad } from "./optim/amsgrad.ts";
import { cosine, cosineRestarts, linearDecay, oneCycle, polynomial, warmup } from "./optim/annealing.ts";
import { lamb } from "./optim/lamb.ts";
import { lion } from "./optim/lion.ts";
import { momentum } from "./optim/momentum.ts";
import { muon } from "./optim/muon.ts";
import { nadam } from "./optim/nadam.ts";
import { nesterov } from "./optim/nesterov.ts";
import { reduceOnPlateau } from "./optim/plateau.ts";
import { radam } from "./optim/radam.ts";
import { rmsprop } from "./optim/rmsprop.ts";
import { scheduleFreeAdamW } from "./optim/schedule-free-adamw.ts";
import { scheduleFreeSgd } from "./optim/schedule-free-sgd.ts";
import { constant, exponential, inverseRoot, inverseTime, multistep, piecewise, stepDecay } from "./optim/schedules.ts";
import { sgd } from "./optim/sgd.ts";
import { describeComponent } from "./spec/component.ts";
import type { ChineseOf, Declaration } from "./spec/component.ts";
import type { Catalog, Component, Described, Family, Params } from "./spec/param.ts";

/** In the order in which an interface offers them. */
export const catalog = {
  data: [sample, csv, spirals, moons, circles, blobs, xor],
  split: [stratified, random, kFold],
  scaling: [standard, noScaling],
  layer: [
    dense, conv2d, maxPool, averagePool, globalAveragePool, flatten, residual,
    relu, leakyRelu, tanh, sigmoid, elu, selu, geluExact, geluTanh, silu, swish, mish, softplus, hardTanh, softmax, logSoftmax, identity,
    batchNorm, layerNorm, dropout, gaussianNoise,
  ],
  initializer: [heNormal, heUniform, lecunNormal, lecunUniform, glorotNormal, glorotUniform, orthogonal, normal, uniform, constantWeights, zeros],
  regularizer: [noRegularizer, l2, l1, elastic, maxNorm],
  loss: [softmaxCrossEntropy, binaryCrossEntropy, hinge, mse, mae, huber],
  metric: [
    accuracy, balancedAccuracy, topKAccuracy, f1, precision, recall, cohenKappa, mcc, rocAuc, averagePrecision, prAuc, logLoss, brier, ece, mce,
    rmse, meanAbsoluteError, meanSquaredError, medianAbsoluteError, r2, explainedVariance,
  ],
  optimizer: [sgd, momentum, nesterov, rmsprop, adam, adamw, adagrad, adadelta, adamax, amsgrad, nadam, radam, lion, lamb, muon, scheduleFreeSgd, scheduleFreeAdamW],
  schedule: [constant, inverseTime, exponential, inverseRoot, stepDecay, multistep, piecewise, linearDecay, polynomial, cosine, cosineRestarts, warmup, oneCycle, reduceOnPlateau],
  augment: [shift, flip, rotate, zoom, cutout, noise, mixup],
} as const satisfies Readonly<Record<Family, readonly Declaration<string, Params>[]>>;

/** A component or parameter without its Chinese words does not compile here. */
type Chinese = { readonly [F in Family]: { readonly [D in (typeof catalog)[F][number] as D["kind"]]: ChineseOf<D> } };
const texts: Chinese = chinese;

let described: Catalog | null = null;

/** The catalogue as plain data in both languages: what checks a spec and draws a form. The same object each time. */
export function describeCatalog(): Catalog {
  described ??= Object.fromEntries((Object.keys(catalog) as Family[]).map((family) => {
    const words: Readonly<Record<string, Described["zh"]>> = texts[family];
    const declared: readonly Declaration<string, Params>[] = catalog[family];
    return [family, declared.map((component) => describeComponent(component, words[component.kind]!))];
  })) as unknown as Catalog;
  return described;
}

/** The declaration of a component whose kind has been checked, as its family's behaviour. */
export function declarationOf<B extends Declaration<string, Params>>(family: readonly B[], component: Component): B {
  const found = family.find(({ kind }) => kind === component.kind);
  if (found === undefined) throw new Error(`no component of kind ${component.kind}; known: ${family.map(({ kind }) => kind).join(", ")}`);
  return found;
}

/** A component's parameters, without its kind. */
export function valuesOf({ kind: _, ...values }: Component): Readonly<Record<string, unknown>> {
  return values;
}
