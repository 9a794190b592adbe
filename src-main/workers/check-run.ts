/** A run-spec and a dataset to a report on its gradient. */

import { checkRunGradient, prepare } from "../../src-engine/index.ts";
import type { Dataset } from "../../src-engine/index.ts";
import type { GradientCheck, GradientCheckOptions } from "../contract/gradient-check.ts";
import type { RunSpec } from "../contract/nouns.ts";

/** Throws what preparing, compiling and the burn-in throw: SpecError, TrainingError. */
export function checkRun(spec: RunSpec, dataset: Dataset, options: GradientCheckOptions, advance: (done: number, of: number) => void = () => {}): GradientCheck {
  return checkRunGradient(spec, dataset.shape, prepare(dataset, spec).train, options, advance);
}
