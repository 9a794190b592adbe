/** Steps per second on the digits: 64-64-10 with ReLU, batches of 64, Adam; gathering the batch included. One iteration is one step, so hz is steps per second. */

import { readFileSync } from "node:fs";
import { test } from "vitest";
import { adam, compile, dense, prepare, readCsv, relu, samples, softmaxCrossEntropy, standard, stratified } from "../../src-engine/index.ts";

const { file, target, task, shape, classes } = samples.digits;
const digits = readCsv(readFileSync(new URL(`../../examples/data/${file}`, import.meta.url)), { name: file, target, task, image: shape, classes });
const { train } = prepare(digits, { split: stratified(), scaling: standard() });

/** Takes the next step each time it is called, from batch to batch in the order of the rows. */
function stepper(): () => void {
  const plan = compile({ input: shape, layers: [dense({ units: 64 }), relu(), dense({ units: 10 })], loss: softmaxCrossEntropy(), optimizer: adam() }, { batchSize: 64, seed: 1 });
  let from = 0;
  return () => {
    const m = plan.gather(train, null, from, from + 64);
    plan.gradient(m, "train");
    plan.gradientNorm();
    plan.update(plan.learningRate());
    from = from + 128 > train.rows ? 0 : from + 64;
  };
}

test("digits 64-64-10, batch 64, Adam", async ({ bench }) => {
  await bench("one step, reference kernels, 32 bit", stepper()).run({ time: 3000, warmupTime: 1000 });
});
