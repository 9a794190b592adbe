/** A network as a TypeScript program that uses the engine as a library: the very checkpoint, so that it predicts, and can train on, bit for bit. */

import { engineVersion } from "../../src-engine/index.ts";
import { base64Lines } from "./python.ts";
import type { Network } from "./network.ts";

export function typescriptOf({ spec, shape, featureNames, targetName, classes, checkpoint }: Network): string {
  const { seed, train: { mode, batchSize, accumulate } } = spec;
  const { layers, loss, optimizer, schedule, regularizer, metrics, augment } = spec;
  const model = { input: shape, layers, loss, optimizer, schedule, regularizer, metrics, augment };
  return `/**
 * A trained network, written by Descent ${engineVersion}. It uses Descent's engine as a library: put this file beside its folder src-engine, or change the import.
 *
 *     import { network } from "./FILE.ts";
 *     const { outputs, probabilities } = network()(rows);      // rows of numbers in the data's own units
 *
 * \`trained()\` is the whole plan with the optimizer's state: \`fit\` goes on with it where the run ended. Images are rows of [height, width, channels].
 */

import { compile, loadCheckpoint, predict, scalingOf } from "./src-engine/index.ts";
import type { Model, Plan, Predictions } from "./src-engine/index.ts";

export const model: Model = ${literal(model)};

export const features: readonly string[] = ${literal(featureNames)};
export const target: string = ${literal(targetName)};
/** Class names in label order; null where a number is predicted. */
export const classes: readonly string[] | null = ${literal(classes)};

/** The network with its numbers, and the optimizer's. */
export function trained(): Plan {
  const plan = compile(model, { batchSize: ${Math.max(2, batchSize)}, seed: ${seed}, mode: ${literal(mode)}, accumulates: ${accumulate > 1} });
  loadCheckpoint(plan, checkpoint());
  return plan;
}

/** A function from rows to what the network says of them: logits or the number in its own unit, and probabilities where the loss knows them. */
export function network(): (rows: readonly (readonly number[])[]) => Predictions {
  const plan = trained();
  const scaling = scalingOf(checkpoint())!;
  return (rows) => predict(plan, { rows: rows.length, x: Float64Array.from(rows.flat()) }, scaling);
}

const checkpoint = (): Uint8Array => Uint8Array.from(atob(numbers.replaceAll("\\n", "")), (letter) => letter.charCodeAt(0));

/** The checkpoint, a safetensors file, as base64. */
const numbers = \`
${base64Lines(checkpoint).join("\n")}
\`;
`;
}

/** JSON that is TypeScript too. */
const literal = (value: unknown): string => JSON.stringify(value);
