/** What differs between two sweep-specs, as the changes the workbench takes. Pure. */

import type { SweepSpec } from "../../src-main/contract/sweep-checks.ts";
import type { SweepChange } from "../../src-main/contract/sweeps.ts";
import { isSame } from "./draft-value.ts";

/** A sweep's trials could not be compared under another base, objective or number of repeats. */
export const lasting = ["base", "objective", "repeats"] as const satisfies readonly (keyof SweepSpec)[];
const changeable = ["name", "constraints", "sampler", "pruner", "trials", "parallel", "mode", "batch", "confirm", "seed"] as const satisfies readonly (keyof SweepSpec)[];

/** Axes one by one, everything else by its key; an axis that is gone has no `to`. */
export function changesOf(before: SweepSpec, after: SweepSpec): readonly SweepChange[] {
  const names = [...new Set([...Object.keys(before.axes), ...Object.keys(after.axes)])];
  const axes = names.filter((name) => !isSame(before.axes[name], after.axes[name])).map((name): SweepChange => ({ path: ["axes", name], ...(after.axes[name] === undefined ? {} : { to: after.axes[name] }) }));
  return [...axes, ...changeable.filter((key) => !isSame(before[key], after[key])).map((key): SweepChange => ({ path: [key], to: after[key] }))];
}

/** Whether something differs that a sweep keeps for life. */
export const changesLasting = (before: SweepSpec, after: SweepSpec): boolean => lasting.some((key) => !isSame(before[key], after[key]));

/** How many points the grid has that "fill gaps" walks: each axis cut into `resolution` values unless it has fewer. */
export function gridSize({ axes }: Pick<SweepSpec, "axes">, resolution: number): number {
  return Object.values(axes).reduce((size, axis) => {
    if ("value" in axis) return size;
    if ("values" in axis) return size * axis.values.length;
    const levels = axis.step === null ? Infinity : Math.floor((axis.to - axis.from) / axis.step + 1e-9) + 1;
    return size * Math.min(levels, resolution);
  }, 1);
}
