/** A trained network as data, ready to be written in somebody else's form: its layers in order, their numbers, and what goes in and comes out. Knows no format. */

import { compile, loadCheckpoint, place, predict, scalingOf } from "../../src-engine/index.ts";
import type { catalog, Dataset, Placed, Plan, Reading, Scaling, Window } from "../../src-engine/index.ts";
import { SpecError } from "../../src-engine/spec/errors.ts";
import { problem } from "../../src-engine/spec/param.ts";
import type { RunSpec } from "../contract/nouns.ts";

/** Every kind of layer in the catalogue: a writer that leaves one out does not compile. */
export type LayerKind = (typeof catalog.layer)[number]["kind"];

/** What is known of the rows a network was trained on, without the rows. */
export type DataFacts = Pick<Dataset, "shape" | "featureNames" | "targetName" | "classes">;

/** Learned numbers, or kept ones, in the engine's own layout: dense kernels [in, out], convolution kernels [kh, kw, in, out]. */
export interface Tensor { readonly name: string; readonly shape: readonly number[]; readonly values: Float32Array | Float64Array }

/** One layer in its place, with its complete values; a bias that was left out is not among its tensors. */
export interface NetworkLayer {
  readonly kind: LayerKind;
  /** "3", or "3/0" for the first layer inside layer 3. */
  readonly name: string;
  readonly values: Readonly<Record<string, unknown>>;
  readonly input: readonly number[];
  readonly output: readonly number[];
  readonly window: Window | null;
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly inside: readonly NetworkLayer[];
}

export interface Network extends DataFacts {
  readonly spec: RunSpec;
  readonly layers: readonly NetworkLayer[];
  /** All tensors, in the order of the layers. */
  readonly tensors: readonly Tensor[];
  readonly scaling: Scaling;
  readonly reading: Reading;
  /** Numbers in the output of one row. */
  readonly outputs: number;
  /** The checkpoint it was read from. */
  readonly checkpoint: Uint8Array;
}

/** The plan of a saved run with its weights, and the scaling that was fitted to its training rows. Throws SpecError where the checkpoint is another network's. */
export function openPlan(spec: RunSpec, shape: readonly number[], checkpoint: Uint8Array): { readonly plan: Plan; readonly scaling: Scaling } {
  const { seed, train: { batchSize, mode, accumulate } } = spec;
  const plan = compile({ ...spec, input: shape }, { batchSize: Math.max(2, Math.min(batchSize, 256)), seed, mode, accumulates: accumulate > 1 });
  loadCheckpoint(plan, checkpoint);
  const scaling = scalingOf(checkpoint);
  if (scaling === null) throw new SpecError([problem("checkpoint", "badData", "has no scaling of the training rows, so new rows cannot be brought to the network's scale; train the run again", { why: "noScaling" })]);
  return { plan, scaling };
}

export function readNetwork(spec: RunSpec, { shape, featureNames, targetName, classes }: DataFacts, checkpoint: Uint8Array): Network {
  const { plan, scaling } = openPlan(spec, shape, checkpoint);
  const found = new Map(plan.slices.filter(({ role }) => role === "param" || role === "statistic").map((slice) => [slice.name, slice]));
  const tensors: Tensor[] = [];
  const layerOf = ({ name, component, values, input, planned }: Placed): NetworkLayer => {
    const own = Object.keys({ ...planned.params, ...planned.statistics }).map((key) => {
      const slice = found.get(`${name}/${key}`)!;
      const tensor = { name: slice.name, shape: slice.shape, values: Float32Array.from(slice.view) };
      tensors.push(tensor);
      return [key, tensor] as const;
    });
    return {
      kind: component.kind as LayerKind, name, values: values as Record<string, unknown>, input, output: planned.output, window: planned.window ?? null,
      tensors: Object.fromEntries(own), inside: (planned.inside ?? []).map(layerOf),
    };
  };
  return { shape, featureNames, targetName, classes, spec, layers: place(plan.model.layers, plan.model.input).map(layerOf), tensors, scaling, reading: plan.reading, outputs: plan.outputs, checkpoint };
}

/** Rows in the data's own units, and what the network says of them: what other programs' answers are compared with. */
export function answersOf(spec: RunSpec, shape: readonly number[], checkpoint: Uint8Array, x: Float64Array): { readonly outputs: Float64Array; readonly probabilities: Float64Array | null } {
  const { plan, scaling } = openPlan(spec, shape, checkpoint);
  return predict(plan, { rows: x.length / shape.reduce((product, n) => product * n, 1), x }, scaling);
}

/** Whether the network's output is given as probabilities too, and in how many columns. */
export function probabilityColumns({ reading, outputs }: Pick<Network, "reading" | "outputs">): number | null {
  if (reading.kind === "softmax") return outputs;
  return reading.kind === "sigmoid" ? Math.max(2, outputs) : null;
}

/** Every layer and those inside, each before its inner ones. */
export const everyLayer = (layers: readonly NetworkLayer[]): NetworkLayer[] => layers.flatMap((layer) => [layer, ...everyLayer(layer.inside)]);

/** "3/0" → "3_0": a layer's name where only letters, digits and _ may stand. */
export const wordOf = (name: string): string => name.replaceAll("/", "_");

/** Row-major values with their axes in another order: axis i of the result is axis `order[i]` of the tensor. */
export function transposed({ shape, values }: Pick<Tensor, "shape" | "values">, order: readonly number[]): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, n) => product * n, 1));
  const [sizes, steps] = [order.map((axis) => shape[axis]!), order.map((axis) => strides[axis]!)];
  const index = order.map(() => 0);
  const result = new Float32Array(values.length);
  for (let i = 0, from = 0; i < result.length; i++) {
    result[i] = values[from]!;
    for (let axis = order.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      from += steps[axis]!;
      if (index[axis]! < sizes[axis]!) break;
      from -= steps[axis]! * sizes[axis]!;
      index[axis] = 0;
    }
  }
  return result;
}
