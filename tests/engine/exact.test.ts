/** The exact mode's promise: the same spec and seed give the same bits on every operating system and JavaScript engine. These hashes were recorded once. */

import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { checkRunSpec, compile, describeCatalog, fit, prepare, weightBytes } from "../../src-engine/index.ts";
import type { RunSpec } from "../../src-engine/index.ts";
import { dataOf, readExample } from "../support/examples.ts";

/** SHA-256 of the weights after so many epochs, as a run's `weightHash` is taken. */
function hashOf(raw: unknown, epochs: number): string {
  const spec = checkRunSpec(raw, describeCatalog()).spec as RunSpec;
  const dataset = dataOf(spec.data);
  const { train, validation } = prepare(dataset, spec);
  const plan = compile({ ...spec, input: dataset.shape }, { batchSize: spec.train.batchSize, seed: spec.seed, accumulates: spec.train.accumulate > 1 });
  for (const event of fit(plan, train, { ...spec.train, epochs, validation })) if (event.kind === "epoch" && event.epoch === epochs) break;
  return createHash("sha256").update(weightBytes(plan)).digest("hex");
}

/** A run that meets the elementary functions: tanh, exp, log, erf, cos (chance, schedule), pow (warm-up's tail, bias correction), and a convolution. */
const everything = {
  data: { kind: "sample", name: "digits" },
  layers: [{ kind: "conv2d", filters: 4, padding: 1 }, { kind: "batchNorm" }, { kind: "geluExact" }, { kind: "maxPool" }, { kind: "dropout", keepProb: 0.9 }, { kind: "dense", units: 16 }, { kind: "tanh" }, { kind: "mish" }, { kind: "dense", units: 10 }],
  regularizer: { kind: "elastic", l1: 0.01, l2: 0.1 },
  loss: { kind: "softmaxCrossEntropy", labelSmoothing: 0.1 },
  optimizer: { kind: "adamw" },
  schedule: { kind: "warmup", steps: 20, then: { kind: "cosine" } },
  train: { epochs: 1, clipNorm: 1 },
};

describe("weights after a fixed run", () => {
  it("the digits example, 3 epochs, 32 bit: the recorded hash", () => {
    expect(hashOf(readExample("digits"), 3)).toBe("828c126f45e7c108e7b457b89381b3a42929246f6b18881029079100cc733763");
  });

  it("a convolutional network with every elementary function in it, 1 epoch: the recorded hash", () => {
    expect(hashOf(everything, 1)).toBe("bda9ed09d06c95a0692c20da9fd289808db3c0498979f74075d1122fa4fc9bee");
  });

  it("another seed gives another hash", () => {
    const small = { data: { kind: "xor", samples: 100 }, layers: [{ kind: "dense", units: 2 }] };
    expect(hashOf({ ...small, seed: 2 }, 1)).not.toBe(hashOf(small, 1));
  });
});
