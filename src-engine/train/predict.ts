/** What a trained network says about rows of any origin. Changes no parameter, statistic or stream. */

import type { Scaling } from "../data/scaling.ts";
import { widthOf } from "../data/dataset.ts";
import { logistic, softmaxOf } from "../nn/reading.ts";
import type { Plan } from "../plan/plan.ts";
import { SpecError } from "../spec/errors.ts";
import { problem } from "../spec/param.ts";

/** What a network says of some rows. */
export interface Predictions {
  /** How many rows, and numbers in the output of one. */
  readonly rows: number;
  readonly width: number;
  /** (rows, width), row-major: logits or margins of classes as they are, a predicted number in the target's own unit. */
  readonly outputs: Float64Array;
  /** (rows, classes): what each class is given; null where the loss knows no probabilities. Two columns where one output answers for two classes; of several yes-or-no outputs each is a question of its own. */
  readonly probabilities: Float64Array | null;
}

/**
 * Runs rows through the network in evaluation mode, any number of them.
 *
 * x (rows, features) row-major in the data's own units; `scaling` is what was fitted to the training rows (`scalingOf` a checkpoint has it): features are
 * scaled with it and a predicted number is brought back. Without it numbers go in and come out as they are.
 * Throws SpecError when a row has another width than the model's input.
 */
export function predict(plan: Plan, { rows, x }: { readonly rows: number; readonly x: Float32Array | Float64Array }, scaling?: Scaling): Predictions {
  const f = widthOf(plan.model.input);
  if (x.length !== rows * f) throw new SpecError([problem("data", "badShape", `has ${x.length} numbers in ${rows} rows; the model's input of ${plan.model.input.join("×")} needs ${f} a row`, { got: String(x.length), wanted: String(rows * f) })]);
  const width = plan.outputs;
  const outputs = new Float64Array(rows * width);
  const scaled = scaling === undefined ? x : x.map((value, i) => (value - scaling.features.mean[i % f]!) / scaling.features.deviation[i % f]!);
  const y = new Float64Array(rows * plan.targetWidth);
  for (let from = 0; from < rows; from += plan.batchSize) {
    const m = plan.gather({ rows, x: scaled, y }, null, from, Math.min(from + plan.batchSize, rows));
    plan.forward(m, "evaluate");
    for (let i = 0; i < m * width; i++) outputs[from * width + i] = plan.z[i]!;
  }
  return { rows, width, ...read(plan, outputs, scaling) };
}

function read(plan: Plan, outputs: Float64Array, scaling: Scaling | undefined): Pick<Predictions, "outputs" | "probabilities"> {
  const { reading, outputs: width } = plan;
  switch (reading.kind) {
    case "number": return { outputs: scaling === undefined ? outputs : outputs.map((z) => z * scaling.target.deviation + scaling.target.mean), probabilities: null };
    case "margins": return { outputs, probabilities: null };
    case "softmax": return { outputs, probabilities: softmaxOf(outputs, width, reading.temperature) };
    case "sigmoid": return { outputs, probabilities: width === 1 ? Float64Array.from({ length: 2 * outputs.length }, (_, i) => logistic(i % 2 === 0 ? -outputs[i >> 1]! : outputs[i >> 1]!)) : outputs.map(logistic) };
  }
}
