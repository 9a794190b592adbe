/** How a run was trained, in what every framework must be told: which kernel has which penalty, and what its program leaves out. Knows no framework. */

import type { Component, RunSpec } from "../contract/nouns.ts";
import { everyLayer } from "./network.ts";
import type { Network, NetworkLayer } from "./network.ts";

/** A kernel's penalty: λ₁ and λ₂ before they are divided by the rows of a step, and the bound of max-norm. */
export interface Penalty { readonly layer: NetworkLayer; readonly l1: number; readonly l2: number; readonly limit: number | null }

/** Every kernel with the penalty that holds for it: its layer's own, else the model's. */
export function penalties({ layers, spec }: Pick<Network, "layers" | "spec">): Penalty[] {
  return everyLayer(layers).filter(({ tensors }) => tensors["kernel"] !== undefined || tensors["projection"] !== undefined).map((layer) => {
    const { kind, ...values } = (layer.values["regularizer"] as Component | null | undefined) ?? spec.regularizer;
    const { lambda = 0, l1 = 0, l2 = 0, limit = 0 } = values as Record<string, number>;
    return { layer, l1: kind === "l1" ? lambda : kind === "elastic" ? l1 : 0, l2: kind === "l2" ? lambda : kind === "elastic" ? l2 : 0, limit: kind === "maxNorm" ? limit : null };
  });
}

/** The rows of a step, by which the course's λ is divided. */
export const rowsOfStep = ({ train: { batchSize, accumulate } }: RunSpec): number => batchSize * accumulate;

/** What the program does not do although the run did, as sentences. */
export function leftOut({ schedule, augment, train: { earlyStopping } }: RunSpec): string[] {
  return [
    ...(schedule.kind === "constant" ? [] : [`The learning rate stays where it starts; the run's followed the schedule ${JSON.stringify(schedule)}.`]),
    ...(augment.length === 0 ? [] : [`Rows are taken as they are; the run's were changed by ${augment.map(({ kind }) => kind).join(", ")}.`]),
    ...(earlyStopping === null ? [] : ["Nothing stops early; the run could."]),
  ];
}
