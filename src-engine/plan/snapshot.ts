/** A copy of what training changes in a plan: parameters, statistics, and what optimizer and schedule keep. Moves numbers and computes nothing. */

import type { Role, Slice } from "./arena.ts";
import type { Plan } from "./plan.ts";

/** What a checkpoint keeps of the memory, and what a snapshot copies. */
export const keptRoles: readonly Role[] = ["param", "statistic", "slot"];

export class Snapshot {
  /** The same slices with the copies as their views, and copies of the single numbers; without meaning before `take`. */
  readonly slices: readonly Slice[];
  readonly states: Plan["states"];
  readonly #own: Plan["states"];
  readonly #stretches: readonly { readonly own: Uint8Array; readonly copy: Uint8Array }[];

  constructor({ slices, states }: Pick<Plan, "slices" | "states">) {
    this.#own = states;
    this.states = { optimizer: { ...states.optimizer }, schedule: { ...states.schedule } };
    const kept = slices.filter(({ role }) => keptRoles.includes(role));
    // Parameters and statistics lie side by side, the optimizer's vectors apart: two moves a copy, however many slices there are.
    const stretches = [kept.filter(({ role }) => role !== "slot"), kept.filter(({ role }) => role === "slot")].filter((part) => part.length > 0);
    const copied = stretches.map((part) => {
      const { view: first } = part[0]!, { view: last } = part.at(-1)!;
      const own = new Uint8Array(first.buffer, first.byteOffset, last.byteOffset + last.byteLength - first.byteOffset);
      return { part, own, copy: new Uint8Array(own.byteLength) };
    });
    this.#stretches = copied;
    this.slices = copied.flatMap(({ part, own, copy }) => part.map((slice) => {
      const from = slice.view.byteOffset - own.byteOffset;
      return { ...slice, view: slice.view instanceof Float32Array ? new Float32Array(copy.buffer, from, slice.view.length) : new Float64Array(copy.buffer, from, slice.view.length) };
    }));
  }

  /** Copies the plan's numbers. */
  take(): void {
    for (const { own, copy } of this.#stretches) copy.set(own);
    copyStates(this.#own, this.states);
  }

  /** Puts the copied numbers back into the plan. */
  put(): void {
    for (const { own, copy } of this.#stretches) own.set(copy);
    copyStates(this.states, this.#own);
  }
}

function copyStates(from: Plan["states"], to: Plan["states"]): void {
  for (const name in from.optimizer) to.optimizer[name] = from.optimizer[name]!;
  for (const name in from.schedule) to.schedule[name] = from.schedule[name]!;
}
