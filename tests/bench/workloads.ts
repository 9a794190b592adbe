/** The six workloads A–F: what is trained, on how many rows. Knows the engine's declarations; nothing of executors, peers or clocks. */

import { adam, batchNorm, conv2d, dense, dropout, flatten, l2, maxPool, momentum, mse, relu, sgd, shapesOf, softmaxCrossEntropy, tanh } from "../../src-engine/index.ts";
import type { Model } from "../../src-engine/index.ts";

export const letters = ["A", "B", "C", "D", "E", "F"] as const;
export type Letter = (typeof letters)[number];

export interface Workload {
  readonly letter: Letter;
  readonly title: string;
  readonly model: Model;
  readonly batchSize: number;
  /** Rows of the generated data. */
  readonly rows: number;
  /** Classes of the targets; null where a number is predicted. */
  readonly classes: number | null;
}

const image = [28, 28, 1];
const classes = { loss: softmaxCrossEntropy(), optimizer: adam({ learningRate: 1e-3 }) };
/** Batch norm and convolutions make Adam's first steps touchy: at 1e-3 and ε 1e-8 PyTorch in 32 bit is 3e-4 away from itself in 64 bit after fifty steps, at these values 1e-5. */
const careful = { ...classes, optimizer: adam({ learningRate: 3e-4, epsilon: 1e-7 }) };

export const workloads: readonly Workload[] = [
  {
    letter: "A", title: "2-8-8-1 tanh, 10 rows, SGD", rows: 2000, batchSize: 10, classes: null,
    model: { input: [2], layers: [dense({ units: 8 }), tanh(), dense({ units: 8 }), tanh(), dense({ units: 1 })], loss: mse(), optimizer: sgd({ learningRate: 0.05 }) },
  },
  {
    letter: "B", title: "30-64-64-2 relu, 64 rows, Adam", rows: 4096, batchSize: 64, classes: 2,
    model: { input: [30], layers: [dense({ units: 64 }), relu(), dense({ units: 64 }), relu(), dense({ units: 2 })], ...classes },
  },
  {
    letter: "C", title: "784-128-64-10 relu, 64 rows, Adam", rows: 16_384, batchSize: 64, classes: 10,
    model: { input: [784], layers: [dense({ units: 128 }), relu(), dense({ units: 64 }), relu(), dense({ units: 10 })], ...classes },
  },
  {
    letter: "D", title: "784-512-512-10 batch norm, dropout 0.5, L2, 128 rows, Adam", rows: 4096, batchSize: 128, classes: 10,
    model: {
      input: [784], regularizer: l2({ lambda: 0.1 }), ...careful,
      layers: [dense({ units: 512 }), batchNorm(), relu(), dropout({ keepProb: 0.5 }), dense({ units: 512 }), batchNorm(), relu(), dropout({ keepProb: 0.5 }), dense({ units: 10 })],
    },
  },
  {
    letter: "E", title: "784-2048-2048-10 relu, 256 rows, momentum", rows: 4096, batchSize: 256, classes: 10,
    model: {
      input: [784], loss: softmaxCrossEntropy(), optimizer: momentum({ learningRate: 0.01, beta: 0.9, form: "classic" }),
      layers: [dense({ units: 2048 }), relu(), dense({ units: 2048 }), relu(), dense({ units: 10 })],
    },
  },
  {
    letter: "F", title: "28×28×1, conv 3×3×16, pool, conv 3×3×32, pool, dense 10, 64 rows, Adam", rows: 4096, batchSize: 64, classes: 10,
    model: { input: image, layers: [conv2d({ filters: 16, size: 3, padding: 1 }), relu(), maxPool({ size: 2 }), conv2d({ filters: 32, size: 3, padding: 1 }), relu(), maxPool({ size: 2 }), flatten(), dense({ units: 10 })], ...careful },
  },
];

/** The model with nothing left to chance: what losses are compared with. */
export const withoutDropout = (model: Model): Model => ({ ...model, layers: model.layers.filter(({ kind }) => kind !== "dropout") });

/** Operations of one step in matrix products and convolutions: forward, the kernels' gradients, and the inputs' gradients but for the first layer, which needs none. */
export function flopsPerStep({ model, batchSize }: Workload): number {
  const products = shapesOf(model.layers, model.input).filter(({ kind }) => kind === "dense" || kind === "conv2d");
  return products.reduce((sum, { output, flops }, i) => {
    // One of them is the bias, where there is one; it is no part of the product.
    const multiplied = flops - output.reduce((product, n) => product * n, 1);
    return sum + batchSize * multiplied * (i === 0 ? 2 : 3);
  }, 0);
}
