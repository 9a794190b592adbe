/** A small catalogue for the tests of the draft: one component for each way a parameter can be declared. Stands apart from the engine's, whose defaults may change. */

import { choice, component, flag, integer, list, optional, real, text } from "../../src-engine/spec/param.ts";
import type { Catalog, Described, Params } from "../../src-engine/spec/param.ts";

const described = (kind: string, params: Params = {}): Described => ({ kind, title: kind, summary: `${kind}.`, math: "", source: "", params, zh: { title: kind, summary: `${kind}。`, params: {} } });

export const beta2 = real({ symbol: "β₂", default: 0.999, min: 0, max: 1, open: "max", scale: "reverseLog", search: [0.9, 0.9999], help: "memory of the gradient's square" });
export const learningRate = real({ symbol: "α", default: 1e-3, min: 0, open: "min", scale: "log", search: [1e-5, 1], help: "length of a step" });
export const units = integer({ default: 64, min: 1, max: 8192, scale: "log", help: "outputs" });
export const keep = real({ default: 0.8, min: 0, max: 1, open: "min", help: "share of units that stay" });

export const catalog: Catalog = {
  data: [
    described("sample", { name: choice({ default: "digits", options: ["digits", "iris"], help: "which set" }) }),
    described("csv", { file: text({ default: "", required: true, help: "the file" }), image: optional(list({ of: integer({ default: 1, min: 1, help: "size" }), default: [1, 1, 1], min: 3, max: 3, help: "shape" })) }),
  ],
  split: [described("stratified", { validation: real({ default: 0.15, min: 0, max: 1, open: "max", help: "share" }), test: real({ default: 0.15, min: 0, max: 1, open: "max", help: "share" }) })],
  scaling: [described("standard"), described("none")],
  layer: [
    described("dense", { units, bias: flag({ default: true, help: "adds b" }), init: component({ family: "initializer", default: { kind: "he" }, help: "first weights" }) }),
    described("relu"),
    described("dropout", { keepProb: keep }),
  ],
  initializer: [described("he"), described("normal", { deviation: real({ default: 0.01, min: 0, help: "σ" }) })],
  regularizer: [described("none"), described("l2", { lambda: real({ default: 0.01, min: 0, scale: "log", search: [1e-6, 1], help: "pull" }) })],
  loss: [described("softmaxCrossEntropy")],
  metric: [described("accuracy")],
  optimizer: [described("adam", { learningRate, beta2 }), described("sgd", { learningRate })],
  schedule: [described("constant")],
  augment: [described("noise")],
};
