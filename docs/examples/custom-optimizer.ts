/** An optimizer of one's own: signs instead of sizes, with a memory. It is declared as the engine's are and handed to `compile`. */

import { compile, defineOptimizer, dense, fit, generate, learningRate, moons, prepare, retention, softmaxCrossEntropy, standard, stratified, tanh } from "../../src-engine/index.ts";

const signum = defineOptimizer({
  kind: "signum",
  title: "Signum",
  summary: "Walks against the sign of an average of past gradients, so that every weight takes a step of the same length.",
  math: "m ← βm + (1 − β)g;  θ ← θ − α sign(m)",
  source: "Bernstein, Wang, Azizzadenesheli, Anandkumar, signSGD, ICML 2018 (arXiv:1802.04434)",
  params: { learningRate: learningRate(0.01), beta: retention("β", 0.9, "share of the average that is kept") },
  slots: ["m"],
  // `round` makes each product and sum what the memory's precision gives, so that a run has the same bits on every machine.
  update({ p, g, slots: { m }, from, to, lr, hyper: { beta }, round }) {
    const keep = round(beta), take = round(1 - beta), step = round(lr);
    for (let i = from; i < to; i++) {
      m[i] = round(keep * m[i]!) + round(take * g[i]!);
      p[i] = p[i]! - step * Math.sign(m[i]!);
    }
  },
});

const data = generate(moons({ samples: 1000, noise: 0.1 }));
const { train, validation } = prepare(data, { split: stratified({ test: 0 }), scaling: standard() });
const plan = compile({
  input: data.shape,
  layers: [dense({ units: 16 }), tanh(), dense({ units: 2 })],
  loss: softmaxCrossEntropy(),
  optimizer: signum({ beta: 0.95 }),
}, { batchSize: 50, seed: 1, optimizers: [signum] });

for (const event of fit(plan, train, { epochs: 10, validation })) {
  if (event.kind === "epoch") console.log(event.epoch, event.metrics["train/loss"], event.metrics["validation/loss"]);
}
