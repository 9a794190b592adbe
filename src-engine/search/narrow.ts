/** From coarse to fine: the best for each value of one axis, and a narrower space around chosen trials. */

import type { Axis, SweepSpec } from "../spec/sweep-spec.ts";
import { ranking } from "./history.ts";
import type { Point, Trial } from "./history.ts";
import { makeSpace } from "./space.ts";

/** One stretch of an axis (or one of its values), and the best trial there; `trials` counts those with a result. */
export interface Isolated { readonly from: unknown; readonly to: unknown; readonly best: number | null; readonly trials: number }

/**
 * What an axis does when everything else is tuned for it: the best finished trial in each of its cells, or in `bins` even stretches of its scale. This answers the question of a scientific axis;
 * that the nuisance axes were tuned as well everywhere is only as true as there are trials in each stretch. [] for an axis that does not vary.
 */
export function isolation(history: readonly Trial[], spec: SweepSpec, name: string, bins = 8): Isolated[] {
  const space = makeSpace(spec), i = space.names.indexOf(name);
  if (i < 0) return [];
  const { levels, isListed } = space.cube.sides[i];
  const count = levels > 0 && (isListed || levels <= bins) ? levels : bins;
  const ranked = ranking(history, spec.objective).map((trial) => ({ trial, u: space.toCube(trial.point)[i] }));
  const edge = (u: number): unknown => valueAt(spec, name, u);
  return Array.from({ length: count }, (_, k) => {
    const inside = ranked.filter(({ u }) => count === levels ? cellOf(space.cube.sides[i].centres, u) === k : Math.min(count - 1, Math.floor(u * count)) === k);
    const [from, to] = count === levels ? [edge(space.cube.sides[i].centres[k]), edge(space.cube.sides[i].centres[k])] : [edge(k / count), edge((k + 1) / count)];
    return { from, to, best: inside[0]?.trial.number ?? null, trials: inside.length };
  });
}

const cellOf = (centres: readonly number[], u: number): number => Number.isNaN(u) ? -1 : centres.reduce((best, centre, k) => Math.abs(centre - u) < Math.abs(centres[best] - u) ? k : best, 0);
/** An axis's value at a place of its side, whatever it hangs on. */
const valueAt = (spec: SweepSpec, name: string, u: number): unknown => makeSpace({ axes: { [name]: { ...spec.axes[name], when: {} } }, constraints: [] }).fromCube([u])[name];

/**
 * The spec with a space just around the points: each interval from the lowest to the highest of them and `margin` of that length further on its own scale (at least a twentieth of the axis in
 * all, never beyond the axis), each list of values cut to those that occur. Axes that then can never be in play are left out. The next stage of a coarse-to-fine search: give it
 * the old trials with `batch: 0` and it learns from them.
 */
export function narrow(spec: SweepSpec, points: readonly Point[], margin = 0.1): SweepSpec {
  const space = makeSpace(spec);
  const places = points.map((point) => space.toCube(point));
  let axes: Record<string, Axis> = {};
  for (const [name, axis] of Object.entries(spec.axes)) {
    const i = space.names.indexOf(name);
    const us = i < 0 ? [] : places.map((at) => at[i]).filter((u) => !Number.isNaN(u));
    axes[name] = us.length === 0 ? axis : narrowed(axis, us, spec, name, margin);
  }
  const canBe = ({ when }: Axis, axes: Readonly<Record<string, Axis>>): boolean => Object.entries(when).every(([other, values]) => {
    const axis = axes[other];
    if (axis === undefined) return false;
    if ("from" in axis) return values.some((value) => typeof value === "number" && value >= axis.from && value <= axis.to);
    return ("values" in axis ? axis.values : [axis.value]).some((value) => values.some((one) => JSON.stringify(one) === JSON.stringify(value)));
  });
  // An axis may go because the one it hangs on goes.
  for (let left = -1; left !== Object.keys(axes).length;) {
    left = Object.keys(axes).length;
    const known = axes;
    axes = Object.fromEntries(Object.entries(known).filter(([, axis]) => canBe(axis, known)));
  }
  const constraints = spec.constraints.map((one) => ({ ...one, axes: one.axes.filter((name) => Object.hasOwn(axes, name)) })).filter((one) => one.axes.length >= 2);
  return { ...spec, axes, constraints };
}

function narrowed(axis: Axis, us: readonly number[], spec: SweepSpec, name: string, margin: number): Axis {
  const [low, high] = us.reduce(([a, b], u) => [Math.min(a, u), Math.max(b, u)], [1, 0]);
  if ("values" in axis) { const kept = new Set(us.map((u) => JSON.stringify(valueAt(spec, name, u)))); return { ...axis, values: axis.values.filter((value) => kept.has(JSON.stringify(value))) }; }
  if (!("from" in axis)) return axis;
  const reach = Math.max(margin * (high - low), (0.05 - (high - low)) / 2);
  const [from, to] = [Math.max(0, low - reach), Math.min(1, high + reach)].map((u) => Number(valueAt(spec, name, u)));
  return from < to ? { ...axis, from, to } : { ...axis, from: Math.max(axis.from, from - (axis.step ?? 0)), to: Math.min(axis.to, to + (axis.step ?? 0)) };
}
