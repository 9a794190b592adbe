/** The gradient check of a whole run: its network on a few of its training rows, before training and after a little of it. Knows run-specs and prepared data. */

import { shuffle } from "../data/batches.ts";
import { widthOf } from "../data/dataset.ts";
import type { Part } from "../data/prepare.ts";
import { compile } from "../plan/compile.ts";
import type { Plan } from "../plan/plan.ts";
import { rng } from "../rng.ts";
import { TrainingError } from "../spec/errors.ts";
import type { Component } from "../spec/param.ts";
import type { RunSpec } from "../spec/run-spec.ts";
import type { DifferenceForm } from "./derivative.ts";
import { checkGradient } from "./gradient.ts";
import type { GradientReport } from "./gradient.ts";
import { worse } from "./judgement.ts";
import type { Verdict } from "./judgement.ts";

/** How the gradient of a run is checked; whatever is left out takes its usual value. */
export interface RunCheckOptions {
  readonly epsilon?: number;
  readonly form?: DifferenceForm;
  /** Entries compared in each slice, 20 where absent; null for all. */
  readonly perSlice?: number | null;
  /** Rows of the one batch that is used throughout, 8 where absent; fewer where there are fewer. */
  readonly rows?: number;
  /** Updates before the second check, 20 where absent; 0 leaves it out. */
  readonly burnIn?: number;
  /** frozen (where absent): the masks of dropout and its noise are drawn once and kept; off: nothing is dropped and no noise is added. */
  readonly chance?: "frozen" | "off";
}

/** What the checks of a run's gradient found; the verdict is the worst of theirs. */
export interface RunCheck {
  readonly verdict: Verdict;
  readonly parameters: number;
  /** Before training, step 0, and after the burn-in. */
  readonly checks: readonly { readonly step: number; readonly report: GradientReport }[];
}

/**
 * Checks the gradient of a checked, complete run-spec, in 64 bit, on rows of its training split drawn from the stream "check/rows". A fresh network is checked
 * and again after the burn-in, since a gradient that is right at its start may be wrong where units have saturated or died.
 * `advance` hears how many entries of how many are compared. Throws what `compile` throws, and TrainingError when the burn-in leaves the finite numbers.
 */
export function checkRunGradient(spec: RunSpec, shape: readonly number[], train: Part, options: RunCheckOptions = {}, advance: (done: number, of: number) => void = () => {}): RunCheck {
  const { rows = 8, burnIn = 20, perSlice = 20, chance = "frozen", epsilon, form } = options;
  const count = Math.min(rows, train.rows);
  const batchSize = Math.min(spec.train.batchSize, train.rows);
  const layers = chance === "off" ? withoutChance(spec.layers) : spec.layers;
  const plan = compile({ ...spec, layers, input: shape }, { batchSize: Math.max(batchSize, count), seed: spec.seed, precision: 64 });
  plan.setLength({ epochs: spec.train.epochs, stepsPerEpoch: Math.ceil(train.rows / batchSize) });
  const { x, y } = drawn(train, count, widthOf(shape), spec.seed);
  const passes = burnIn > 0 ? 2 : 1;
  const once = (pass: number) => ({ step: plan.step, report: checkGradient(plan, x, y, { ...(epsilon === undefined ? {} : { epsilon }), ...(form === undefined ? {} : { form }), ...(perSlice === null ? {} : { perSlice }), advance: (done, of) => { advance(pass * of + done, passes * of); } }) });
  const checks = [once(0)];
  if (burnIn > 0) {
    warmUp(plan, train, batchSize, burnIn);
    checks.push(once(1));
  }
  return { verdict: worse(checks.map(({ report }) => report.verdict)), parameters: plan.parameters, checks };
}

function drawn({ rows, x, y }: Part, count: number, width: number, seed: number): { x: Float64Array; y: Float64Array } {
  const order = Int32Array.from({ length: rows }, (_, row) => row);
  shuffle(order, rng(seed).stream("check/rows"));
  const chosen = [...order.subarray(0, count)];
  return { x: Float64Array.from(chosen.flatMap((row) => [...x.subarray(row * width, (row + 1) * width)])), y: Float64Array.from(chosen, (row) => y[row]!) };
}

/** A few plain updates over the rows as they lie, batch after batch. */
function warmUp(plan: Plan, train: Part, batchSize: number, steps: number): void {
  for (let step = 0, from = 0; step < steps; step++, from += batchSize) {
    if (from >= train.rows) from = 0;
    const m = plan.gather(train, null, from, Math.min(train.rows, from + batchSize));
    const loss = plan.gradient(m, "train");
    if (!Number.isFinite(loss)) throw new TrainingError("diverged", `the loss became ${loss} at step ${step + 1} of the burn-in`, step + 1, "Take a smaller learning rate, or a burn-in of 0 to check the fresh network only.");
    plan.update(plan.learningRate());
  }
}

/** The same layers without masks and noise, also inside residual blocks. */
function withoutChance(layers: readonly Component[]): Component[] {
  return layers.map((layer) => {
    const inner = layer["layers"];
    return {
      ...layer,
      ...(layer.kind === "dropout" ? { keepProb: 1 } : {}),
      ...(layer.kind === "gaussianNoise" ? { deviation: 0 } : {}),
      ...(Array.isArray(inner) ? { layers: withoutChance(inner as Component[]) } : {}),
    };
  });
}
