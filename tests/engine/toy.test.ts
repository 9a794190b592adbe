/** The course's first example for a framework: the smallest w² − 10w + 25 is at w = 5. */

import { expect, it } from "vitest";
import { catalog, compile, dense, mse, zeros } from "../../src-engine/index.ts";

it.each(["sgd", "momentum", "adam"] as const)("J = w² − 10w + 25 = (1·w − 5)² takes %s from w = 0 to 5 within 1e-6 in 1000 steps at rate 0.1", (kind) => {
  const optimizer = catalog.optimizer.find((one) => one.kind === kind)!({ learningRate: 0.1 });
  const plan = compile({ input: [1], layers: [dense({ units: 1, bias: false, init: zeros() })], loss: mse(), optimizer }, { batchSize: 1, seed: 1, precision: 64 });
  const w = plan.slices.find(({ role }) => role === "param")!.view;
  plan.gather({ rows: 1, x: Float64Array.of(1), y: Float64Array.of(5) }, null, 0, 1);
  expect([plan.gradient(1, "train"), w[0]]).toEqual([25, 0]);
  for (let step = 0; step < 1000; step++) {
    plan.gradient(1, "train");
    plan.update(0.1);
  }
  expect(Math.abs(w[0]! - 5)).toBeLessThan(1e-6);
});
