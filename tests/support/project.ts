/** Temporary projects for tests: a folder that goes away, a clock that only moves forward when asked, and runs to put into a store. */

import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NewRun } from "../../src-main/store/runs.ts";
import type { Store } from "../../src-main/store/open.ts";
import type { RunSpec } from "../../src-main/contract/nouns.ts";

/** A fresh folder whose name has a space, a quote and a letter beyond ASCII. Leaving the scope removes it. */
export function temporaryFolder(): Disposable & { readonly path: string; file(name?: string): string } {
  const path = mkdtempSync(join(tmpdir(), "descent 'test' ü-"));
  return { path, file: (name = "test.descent") => join(path, name), [Symbol.dispose]: () => { rmSync(path, { recursive: true, force: true }); } };
}

/** Milliseconds that advance by one at each reading. */
export function countingClock(from = 1_700_000_000_000): () => number {
  let ms = from;
  return () => ms++;
}

/** A complete run as the service would queue it; the store never looks inside the spec. */
export function newRun(store: Store, over: Partial<NewRun> = {}): NewRun {
  const experiment = store.experiments.list()[0] ?? store.experiments.add({ name: "first", question: "", createdMs: 1 });
  return {
    experimentId: experiment.id, name: "xor · 8 · adam", spec: { version: 1, name: "xor · 8 · adam", seed: 1 } as RunSpec,
    data: { name: "xor", hash: "ab".repeat(32), rows: { train: 70, validation: 15, test: 15 }, shape: [2], classes: ["same", "different"] },
    layers: [{ index: 0, kind: "dense", output: [2], parameters: 6, flops: 10 }], parameters: 6, createdMs: 1_700_000_000_000, epochs: 3, steps: 9, engine: { version: "0.1.0", executor: "reference-32" }, ...over,
  };
}
