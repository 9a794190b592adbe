/** Every component of every family, written out. Adding one is its file and a line here (and its texts in catalog.zh.ts). */

import { chinese } from "./catalog.zh.ts";
import { csv, sample } from "./data/files.ts";
import { blobs, circles, moons, spirals, xor } from "./data/generators.ts";
import { none as noScaling, standard } from "./data/scaling.ts";
import { random, stratified } from "./data/split.ts";
import { glorotNormal, heNormal, lecunNormal, normal, zeros } from "./nn/initializers.ts";
import { batchNorm } from "./nn/layers/batch-norm.ts";
import { dense } from "./nn/layers/dense.ts";
import { dropout } from "./nn/layers/dropout.ts";
import { relu } from "./nn/layers/relu.ts";
import { sigmoid } from "./nn/layers/sigmoid.ts";
import { tanh } from "./nn/layers/tanh.ts";
import { binaryCrossEntropy, mse, softmaxCrossEntropy } from "./nn/losses.ts";
import { accuracy, r2, rmse } from "./nn/metrics.ts";
import { l2, none as noRegularizer } from "./nn/regularizers.ts";
import { adam } from "./optim/adam.ts";
import { momentum } from "./optim/momentum.ts";
import { constant, exponential, inverseTime } from "./optim/schedules.ts";
import { sgd } from "./optim/sgd.ts";
import { describeComponent } from "./spec/component.ts";
import type { ChineseOf, Declaration } from "./spec/component.ts";
import type { Catalog, Component, Described, Family, Params } from "./spec/param.ts";

/** In the order in which an interface offers them. */
export const catalog = {
  data: [sample, csv, spirals, moons, circles, blobs, xor],
  split: [stratified, random],
  scaling: [standard, noScaling],
  layer: [dense, relu, tanh, sigmoid, batchNorm, dropout],
  initializer: [heNormal, lecunNormal, glorotNormal, normal, zeros],
  regularizer: [noRegularizer, l2],
  loss: [softmaxCrossEntropy, binaryCrossEntropy, mse],
  metric: [accuracy, rmse, r2],
  optimizer: [sgd, momentum, adam],
  schedule: [constant, inverseTime, exponential],
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
