/** A worker that loads the native kernels by itself, runs an empty call in every variant many times, and says what it got. */

import { parentPort } from "node:worker_threads";
import { loadNative } from "../../src-engine/node.ts";

const found = loadNative();
if ("reason" in found) parentPort!.postMessage(found.reason);
else {
  const bytes = new Uint8Array(new SharedArrayBuffer(4096));
  const runs = found.addon.features().variants.flatMap((variant) => [false, true].map((isFast) => found.addon.attach(bytes, variant, isFast)));
  let sum = 0;
  for (let i = 0; i < 10_000; i++) for (const run of runs) sum += run(0);
  parentPort!.postMessage(`${runs.length} programs, statuses add up to ${sum}`);
}
