/** A gradient check: the engine's own gradient, and one with a planted bug, against difference quotients. */

import { batchNorm, checkGradient, compile, dense, dropout, l2, rng, sgd, softmaxCrossEntropy, sweepEpsilon, tanh } from "../../src-engine/index.ts";

const plan = compile({
  input: [4],
  layers: [dense({ units: 6 }), batchNorm(), tanh(), dropout({ keepProb: 0.8 }), dense({ units: 3 })],
  loss: softmaxCrossEntropy(),
  optimizer: sgd(),
  regularizer: l2({ lambda: 0.5 }),
}, { batchSize: 6, seed: 1, precision: 64 });

const stream = rng(1).stream("rows");
const x = Float64Array.from({ length: 6 * 4 }, () => stream.normal());
const y = Float64Array.of(0, 1, 2, 0, 1, 2);

const honest = checkGradient(plan, x, y);
console.log(honest.verdict, honest.relativeError);
for (const { name, smoothError, verdict } of honest.slices) console.log(name, smoothError, verdict);

// The same gradient with a slip in one slice, as a backward pass of one's own might have it.
const gradient = new Map(plan.slices.filter(({ role }) => role === "grad").map(({ name, view }) => [name, name === "4/bias" ? view.map((g, i) => g - i) : view.slice()]));
const spoilt = checkGradient(plan, x, y, { gradient });
console.log(spoilt.verdict, spoilt.hints[0]!.message);

// Error against ε: too large leaves terms out, too small drowns in rounding.
for (const { epsilon, twoSided, oneSided } of sweepEpsilon(plan, x, y)) console.log(epsilon, twoSided, oneSided);
