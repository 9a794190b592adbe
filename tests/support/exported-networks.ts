/** Small trained networks that between them have every layer of the catalogue, with awkward shapes, paddings and strides: what exports are compared on. */

import { checkRunSpec, compile, describeCatalog, fit, prepare, rng, saveCheckpoint } from "../../src-engine/index.ts";
import type { Dataset, Plan, Prepared } from "../../src-engine/index.ts";
import { answersOf, readNetwork } from "../../src-main/exchange/network.ts";
import type { Network } from "../../src-main/exchange/network.ts";
import type { RunSpec } from "../../src-main/contract/nouns.ts";

export interface Exported {
  readonly name: string;
  readonly network: Network;
  /** Rows in the data's own units, and what the engine says of them. */
  readonly rows: number;
  readonly x: Float64Array;
  readonly outputs: Float64Array;
  readonly probabilities: Float64Array | null;
}

/** Rows by chance, far from mean 0 and deviation 1, so that a forgotten scaling shows. Names as people write them. */
export function dataset(shape: readonly number[], target: "number" | number, rows = 40): Dataset {
  const width = shape.reduce((product, n) => product * n, 1);
  const stream = rng(7).stream("exported");
  const x = Float64Array.from({ length: rows * width }, (_, i) => 20 + (i % 5) + 3 * stream.normal());
  const y = Float64Array.from({ length: rows }, (_, row) => (target === "number" ? 100 + 10 * stream.normal() : row % target));
  return {
    name: "chance", rows, shape, x, y, featureNames: Array.from({ length: width }, (_, i) => (i === 0 ? 'a "name", with\\signs 数' : `f${i}`)),
    targetName: "answer", task: target === "number" ? "number" : "classes", classes: target === "number" ? null : Array.from({ length: target }, (_, i) => `class ${i}'s "name"`),
  };
}

const dense = (units: number) => ({ kind: "dense", units });

const nets: readonly { readonly name: string; readonly shape: readonly number[]; readonly target: "number" | number; readonly spec: Record<string, unknown> }[] = [
  {
    name: "images", shape: [9, 8, 4], target: 5,
    spec: {
      layers: [
        { kind: "conv2d", filters: 6, size: 3, sizeWidth: 2, stride: 2, strideWidth: 1, padding: 1, paddingWidth: 0, groups: 2 }, { kind: "batchNorm", epsilon: 1e-3, momentum: 0.8 }, { kind: "leakyRelu", slope: 0.1 },
        { kind: "maxPool", size: 2, stride: 1, padding: 1 },
        { kind: "residual", layers: [{ kind: "conv2d", filters: 6, size: 3, padding: 1 }, { kind: "batchNorm" }, { kind: "relu" }, { kind: "layerNorm" }] },
        { kind: "residual", layers: [{ kind: "conv2d", filters: 8, size: 3, stride: 2, padding: 1, bias: false }, { kind: "residual", layers: [{ kind: "elu", alpha: 1.5 }] }], projection: true },
        { kind: "averagePool", size: 3, stride: 1, padding: 1, countPadding: false }, { kind: "averagePool", size: 2, stride: 1, padding: 1, paddingWidth: 0 },
        { kind: "softplus", beta: 2 }, { kind: "softmax", temperature: 0.7 }, { kind: "dropout", keepProb: 0.9 }, { kind: "gaussianNoise", deviation: 0.01 },
        { kind: "layerNorm", epsilon: 1e-4 }, { kind: "globalAveragePool" }, dense(5),
      ],
      loss: { kind: "softmaxCrossEntropy", temperature: 1.5 },
    },
  },
  {
    name: "rows", shape: [7], target: "number",
    spec: {
      layers: [
        dense(12), { kind: "layerNorm" }, { kind: "tanh" }, dense(12), { kind: "sigmoid" }, dense(12), { kind: "selu" }, dense(12), { kind: "geluExact" }, dense(12), { kind: "geluTanh" },
        { kind: "residual", layers: [dense(9), { kind: "silu" }], projection: true }, dense(12), { kind: "batchNorm" }, { kind: "swish", beta: 1.7 }, dense(12), { kind: "mish" }, { kind: "hardTanh", min: -0.4, max: 0.6 },
        { kind: "identity" }, { kind: "flatten" }, { kind: "logSoftmax", temperature: 2 }, { kind: "softplus" }, { kind: "elu" }, dense(1),
      ],
      loss: { kind: "huber" }, optimizer: { kind: "adam", learningRate: 0.01 },
    },
  },
  {
    name: "two", shape: [6, 5, 3], target: 2,
    spec: {
      layers: [
        { kind: "layerNorm" }, { kind: "conv2d", filters: 4, size: 2 }, { kind: "maxPool", size: 3, padding: 2, stride: 2 }, { kind: "averagePool", size: 3, padding: 2, stride: 2, countPadding: false }, { kind: "averagePool", size: 3, padding: 2, stride: 2 },
        { kind: "residual", layers: [{ kind: "flatten" }, dense(6), { kind: "relu" }], projection: true }, dense(1),
      ],
      loss: { kind: "binaryCrossEntropy" },
    },
  },
  { name: "margins", shape: [4, 4, 2], target: 3, spec: { layers: [{ kind: "conv2d", filters: 3, size: 4, bias: false }, { kind: "relu" }], loss: { kind: "hinge" } } },
];

export const completed = (raw: unknown): RunSpec => {
  const { spec, problems } = checkRunSpec(raw, describeCatalog());
  if (spec === null) throw new Error(problems.map(({ path, message }) => `${path} ${message}`).join("\n"));
  return spec as RunSpec;
};

/** A network before its first step, and all that trains it. */
export function begun(raw: Record<string, unknown>, data: Dataset): { spec: RunSpec; plan: Plan; parts: Prepared; checkpoint: () => Uint8Array } {
  const spec = completed({ data: { kind: "xor" }, split: { kind: "random" }, ...raw });
  const parts = prepare(data, spec);
  const plan = compile({ ...spec, input: data.shape }, { batchSize: Math.min(spec.train.batchSize, parts.train.rows), seed: spec.seed });
  return { spec, plan, parts, checkpoint: () => saveCheckpoint(plan, {}, parts.scaling) };
}

let made: readonly Exported[] | null = null;

/** The networks after three epochs. The same every time. */
export function exportedNetworks(): readonly Exported[] {
  return made ??= nets.map(({ name, shape, target, spec: raw }) => {
    const data = dataset(shape, target);
    const { spec, plan, parts, checkpoint } = begun({ ...raw, name, train: { epochs: 3, batchSize: 8 } }, data);
    for (const _ of fit(plan, parts.train, { ...spec.train, epochs: 3 }));
    const saved = checkpoint();
    const rows = 11;
    // What a file in 32 bit can say, so that every program gets the same rows.
    const x = Float64Array.from(data.x.subarray(0, rows * (data.x.length / data.rows)), Math.fround);
    return { name, network: readNetwork(spec, data, saved), rows, x, ...answersOf(spec, shape, saved, x) };
  });
}
