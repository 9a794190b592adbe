/** What stands on the x axis: epochs, steps, training examples seen, or operations done. Steps are what is stored; the rest follows from the run's plan. Knows no chart. */

import type { Run } from "./nouns.ts";

export type XKind = "epoch" | "step" | "examples" | "flops";
export const xKinds = ["epoch", "step", "examples", "flops"] as const satisfies readonly XKind[];

type Plan = Pick<Run, "steps" | "epochs" | "spec" | "data" | "layers">;

/** Steps of one epoch; epoch e ends at step e · stepsPerEpoch. */
export const stepsPerEpoch = (run: Pick<Run, "steps" | "epochs">): number => (run.epochs > 0 && run.steps > 0 ? run.steps / run.epochs : 1);

/** From a step to its place: the examples seen are whole epochs of all training rows, and a batch for each step of the epoch under way (the last batch may be smaller). */
export function xOf(run: Plan, kind: XKind): (step: number) => number {
  const perEpoch = stepsPerEpoch(run);
  switch (kind) {
    case "epoch": return (step) => step / perEpoch;
    case "step": return (step) => step;
    case "flops": {
      const [examples, each] = [xOf(run, "examples"), flopsOf(run)];
      return (step) => examples(step) * each;
    }
    case "examples": {
      const { rows, batch } = sizes(run);
      return (step) => Math.floor(step / perEpoch) * rows + Math.min((step % perEpoch) * batch, rows);
    }
  }
}

/** The way back, between steps too. */
export function stepOf(run: Plan, kind: XKind): (x: number) => number {
  const perEpoch = stepsPerEpoch(run);
  switch (kind) {
    case "epoch": return (x) => x * perEpoch;
    case "step": return (x) => x;
    case "flops": {
      const [steps, each] = [stepOf(run, "examples"), flopsOf(run)];
      return (x) => steps(x / each);
    }
    case "examples": {
      const { rows, batch } = sizes(run);
      return (x) => Math.floor(x / rows) * perEpoch + Math.min((x % rows) / batch, perEpoch);
    }
  }
}

/** Operations of training on one row: forward once, and backward about twice as many, for the gradients of the inputs and of the weights. */
const flopsOf = ({ layers }: Plan): number => 3 * Math.max(1, layers.reduce((sum, { flops }) => sum + flops, 0));

function sizes({ spec, data }: Plan): { rows: number; batch: number } {
  const rows = Math.max(1, data.rows.train);
  return { rows, batch: Math.min(spec.train.batchSize, rows) };
}
