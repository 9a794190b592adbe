/** A training of nothing: what a thread does while its first run is still being read, so that the code is compiled when the run comes. */

import { describeCatalog, generate } from "../../src-engine/index.ts";
import { checkRunSpec } from "../../src-engine/spec/run-spec.ts";
import { control } from "./protocol.ts";
import { train } from "./training.ts";

/** Wide enough that drawing its weights brings the drawing itself to the compiler. */
const raw = {
  version: 1, data: { kind: "moons", samples: 64 }, split: { kind: "random", validation: 0.25, test: 0 }, scaling: { kind: "none" },
  layers: [{ kind: "dense", units: 64 }, { kind: "relu" }, { kind: "dense", units: 64 }, { kind: "relu" }, { kind: "dense", units: 2 }],
  optimizer: { kind: "adam" }, train: { epochs: 2, batchSize: 16 },
};

/** Tells nobody and keeps nothing. `clock`: monotonic milliseconds. */
export function rehearse(clock: () => number): void {
  const { spec } = checkRunSpec(raw, describeCatalog());
  if (spec === null) throw new Error("the rehearsal's own spec is refused");
  const nothing = (): void => {};
  train(spec, generate(spec.data), Int32Array.of(control.run), { clock, report: nothing, save: nothing, asked: () => null, changed: nothing, after: nothing });
}
