/** A saved network at work: what it says of new rows, and the same network as a file for another program. */

import { checkFeatures, predict, readFeatures } from "../../src-engine/index.ts";
import type { Reading } from "../../src-engine/index.ts";
import { SpecError } from "../../src-engine/spec/errors.ts";
import { problem } from "../../src-engine/spec/param.ts";
import { predictionLimits } from "../contract/models.ts";
import type { ModelFormat, NewRows, Prediction } from "../contract/models.ts";
import { writeModel } from "../exchange/formats.ts";
import { openPlan, readNetwork } from "../exchange/network.ts";
import type { SavedNetwork } from "./protocol.ts";

/** Throws SpecError with line and column where the rows are not what the network wants. */
export function predictRows({ spec, facts, checkpoint }: SavedNetwork, from: NewRows): Prediction {
  const { shape, featureNames, targetName, classes } = facts;
  if (from.kind === "rows") checkFeatures(from.x, from.rows, featureNames);
  const { rows, x, ignored } = from.kind === "csv" ? readFeatures(from.bytes, { name: from.name, features: featureNames, mostRows: predictionLimits.rows }) : { rows: from.rows, x: from.x, ignored: [] };
  const { plan, scaling } = openPlan(spec, shape, checkpoint);
  const columns = Math.max(plan.outputs, classes?.length ?? 1);
  if (rows * columns > predictionLimits.numbers) throw new SpecError([problem("rows", "tooLong", `must be at most ${Math.floor(predictionLimits.numbers / columns)} for ${columns} classes; got ${rows}. Divide them into several files`, { why: "largePrediction", most: String(Math.floor(predictionLimits.numbers / columns)), classes: String(columns), got: String(rows) })]);
  const { outputs, width, probabilities } = predict(plan, { rows, x }, scaling);
  const predicted = Float64Array.from({ length: rows }, (_, row) => told(outputs, row * width, width, plan.reading));
  return { rows, targetName, classes, predicted, probabilities, ignored };
}

/** The label with the largest output (the first among equals), or the number; one output says class 1 above 0. */
function told(outputs: Float64Array, from: number, width: number, { kind }: Reading): number {
  if (kind === "number") return outputs[from]!;
  if (width === 1) return Number(outputs[from]! > 0);
  let best = 0;
  for (let j = 1; j < width; j++) if (outputs[from + j]! > outputs[from + best]!) best = j;
  return best;
}

export function exportNetwork({ spec, facts, checkpoint }: SavedNetwork, format: ModelFormat): Uint8Array {
  return writeModel(readNetwork(spec, facts, checkpoint), format);
}
