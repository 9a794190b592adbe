/** A small convolutional network on the handwritten digits, 8×8 pixels each. */

import { readFileSync } from "node:fs";
import { accuracy, adam, compile, conv2d, dense, fit, flatten, maxPool, noScaling, prepare, readCsv, relu, samples, shapesOf, softmaxCrossEntropy, stratified } from "../../src-engine/index.ts";

const { file, target, task, shape, classes } = samples.digits;
const data = readCsv(readFileSync(new URL(`../../examples/data/${file}`, import.meta.url)), { name: file, target, task, classes, image: shape });
const { train, validation } = prepare(data, { split: stratified({ test: 0 }), scaling: noScaling() });

const layers = [conv2d({ filters: 8, size: 3, padding: 1 }), relu(), maxPool({ size: 2 }), flatten(), dense({ units: 10 })];
for (const { kind, output, parameters, flops } of shapesOf(layers, data.shape)) console.log(kind, output.join("×"), parameters, flops);

const plan = compile({ input: data.shape, layers, loss: softmaxCrossEntropy(), optimizer: adam({ learningRate: 3e-3 }), metrics: [accuracy()] }, { batchSize: 32, seed: 1 });
for (const event of fit(plan, train, { epochs: 4, validation })) {
  if (event.kind === "epoch") console.log(event.epoch, event.metrics["train/loss"], event.metrics["validation/accuracy"]);
}
