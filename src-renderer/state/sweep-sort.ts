/** A sweep-spec as a sort of draft: what it is made of and how it is checked, so that form and text of a sweep are the same draft as those of a run. */

import type { Catalog, Param, Problem } from "../../src-main/contract/checks.ts";
import { runFields } from "../../src-main/contract/checks.ts";
import { checkSweepSpec, sweepFields, type SweepSpec } from "../../src-main/contract/sweep-checks.ts";
import type { SpecSort } from "./draft.svelte.ts";
import { isFields, lean, type Fields } from "./draft-value.ts";

const anything: Param = { kind: "record", help: "", fields: {} };
const things: Param = { kind: "list", help: "", of: anything, default: [] };
const { name, trials, parallel, mode, batch, repeats, confirm, seed } = sweepFields;

/** Keys in the order in which a person reads a sweep: what, where, by which numbers, how, how much. */
const whole: Param = {
  kind: "record", help: "",
  fields: { name, base: { kind: "record", help: "", fields: runFields }, axes: anything, constraints: things, objective: things, sampler: anything, pruner: anything, trials, repeats, confirm, parallel, mode, batch, seed },
};

/** The problems of a sweep-spec; those of its base that follow from an axis are told once. */
const check = (value: unknown, catalog: Catalog): readonly Problem[] => checkSweepSpec(value, catalog).problems;

export const sweeps: SpecSort = { whole, layers: "base.layers", check, filled: (value, catalog) => checkSweepSpec(value, catalog).spec ?? value };

/** The complete spec of what is written; null while something is wrong. */
export const sweepOf = (value: unknown, catalog: Catalog): SweepSpec | null => checkSweepSpec(value, catalog).spec;

/** A complete sweep as a person would write it: what is at its default is left out. Means the same. */
export function leanSweep(spec: SweepSpec, catalog: Catalog): Fields {
  const { base, axes, constraints, objective, sampler, pruner, ...rest } = spec;
  const plain = Object.fromEntries(Object.entries(rest).filter(([key, value]) => key === "version" || !Object.hasOwn(sweepFields, key) || !isStandard(sweepFields[key as keyof typeof sweepFields], value)));
  return {
    ...plain, base: lean(base as unknown as Fields, catalog),
    axes: Object.fromEntries(Object.entries(axes).map(([axis, { path, when, block, ...own }]) => [axis, { ...(path === axis ? {} : { path }), ...own, ...(Object.keys(when).length === 0 ? {} : { when }), ...(block === 1 ? {} : { block }) }])),
    ...(constraints.length === 0 ? {} : { constraints }), objective, sampler, pruner,
  };
}

function isStandard(param: (typeof sweepFields)[keyof typeof sweepFields], value: unknown): boolean {
  if (param.kind !== "record") return value === param.default;
  return isFields(value) && Object.entries(param.fields).every(([key, field]) => value[key] === (field as { readonly default: unknown }).default);
}
