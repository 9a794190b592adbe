/** Where in a plan's memory the first number is that is not finite. Looked for only when something has gone wrong. */

import { widthOf } from "../data/dataset.ts";
import type { Component } from "../spec/param.ts";
import type { Role, Slice } from "./arena.ts";
import type { Plan } from "./plan.ts";

/**
 * The first slice that holds NaN or an infinity among the first m rows, in the order in which a step computes: input, activations, then backwards deltas
 * and gradients, then parameters and statistics; as a phrase such as "the activation of layer 2 (relu)". Null where every number is finite.
 */
export function firstTrouble(plan: Plan, m: number): string | null {
  const of = (role: Role): Slice[] => plan.slices.filter((slice) => slice.role === role);
  const rows = ({ shape, view }: Slice): ArrayLike<number> => view.subarray(0, m * widthOf(shape.slice(1)));
  const whole = ({ view }: Slice): ArrayLike<number> => view;
  const order: readonly (readonly [readonly Slice[], (slice: Slice) => ArrayLike<number>, (name: string) => string])[] = [
    [of("batch").filter(({ name }) => name === "x"), rows, () => "the input"],
    [of("activation"), rows, (name) => `the activation of layer ${layerName(plan, name)}`],
    [of("delta").reverse(), rows, (name) => (name === "input" ? "the gradient of the input" : `the gradient of layer ${layerName(plan, name)}'s activation`)],
    [of("grad").reverse(), whole, (name) => `the gradient of ${name}`],
    [of("param"), whole, (name) => `the parameter ${name}`],
    [of("statistic"), whole, (name) => `the statistic ${name}`],
  ];
  for (const [slices, numbers, phrase] of order) {
    const found = slices.find((slice) => !allFinite(numbers(slice)));
    if (found !== undefined) return phrase(found.name);
  }
  return null;
}

export function allFinite(numbers: ArrayLike<number>): boolean {
  // Subtracting a number from itself gives 0, from NaN and the infinities NaN.
  for (let i = 0; i < numbers.length; i++) if (numbers[i]! - numbers[i]! !== 0) return false;
  return true;
}

/** "2 (relu)", "3/0 (dense)". */
export function layerName(plan: Plan, name: string): string {
  return `${name} (${componentAt(plan, name).kind})`;
}

/** The component of the layer whose slices are called so: "3/0" is the first layer inside layer 3. */
export function componentAt(plan: Plan, name: string): Component {
  const [first, ...inner] = name.split("/").map(Number);
  let component = plan.model.layers[first!]!;
  for (const index of inner) component = (component["layers"] as readonly Component[])[index]!;
  return component;
}
