/** Fifteen lines: data, a network, training. Run it: node scripts/run.mjs docs/examples/spirals.ts */

import { accuracy, adamw, batchNorm, compile, cosine, dense, dropout, fit, generate, heNormal, prepare, relu, softmaxCrossEntropy, spirals, standard, stratified, warmup } from "../../src-engine/index.ts";

const data = generate(spirals({ samples: 2000, noise: 0.05, seed: 7 }));
const { train, validation } = prepare(data, { split: stratified({ validation: 0.2, test: 0, seed: 7 }), scaling: standard() });

const plan = compile({
  input: data.shape,
  layers: [dense({ units: 64, init: heNormal() }), batchNorm(), relu(), dropout({ keepProb: 0.9 }), dense({ units: 3 })],
  loss: softmaxCrossEntropy(),
  optimizer: adamw({ learningRate: 3e-3 }),
  schedule: warmup({ steps: 100, then: cosine() }),
  metrics: [accuracy()],
}, { batchSize: 64, seed: 7 });

for (const event of fit(plan, train, { epochs: 60, validation })) {
  if (event.kind === "epoch") console.log(event.epoch, event.metrics["train/loss"], event.metrics["validation/accuracy"]);
}
