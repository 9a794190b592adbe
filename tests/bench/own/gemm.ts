/** Matrix products of an executor alone, as a forward pass of one dense layer: GFLOPS with what the engine puts around a product, but no training. */

import { dense, mse, sgd } from "../../../src-engine/index.ts";
import { compileFor } from "./executors.ts";

/** GFLOPS of (m, k) times (k, n), the best of short samples. */
export function executorRate(name: string, { m, n, k, seconds }: { readonly m: number; readonly n: number; readonly k: number; readonly seconds: number }): number {
  const plan = compileFor(name, { input: [k], layers: [dense({ units: n, bias: false })], loss: mse(), optimizer: sgd() }, m);
  for (const { role, name: slice, view } of plan.slices) if (role === "batch" && slice === "x") view.fill(0.5);
  let best = 0;
  const started = performance.now();
  while (performance.now() - started < 1000 * seconds) {
    const from = performance.now();
    let count = 0, elapsed = 0;
    for (; elapsed < 20; elapsed = performance.now() - from) {
      plan.forward(m, "evaluate");
      count++;
    }
    best = Math.max(best, (2e-6 * m * n * k * count) / elapsed);
  }
  return best;
}
