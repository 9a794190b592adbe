/** Points of a sweep ⇄ points of the unit cube, by each axis's scale; and from a point to its runs. The only place of the search that knows logarithms, options and paths. */

import { exp, log } from "../kernels/math.ts";
import { rng } from "../rng.ts";
import { SpecError } from "../spec/errors.ts";
import { problem } from "../spec/param.ts";
import type { Catalog } from "../spec/param.ts";
import { checkRunSpec } from "../spec/run-spec.ts";
import type { RunSpec } from "../spec/run-spec.ts";
import { put } from "../spec/sweep-path.ts";
import { isOrdered } from "../spec/sweep-spec.ts";
import type { Axis, Constraint, IntervalAxis, SweepSpec } from "../spec/sweep-spec.ts";
import type { Cube, Side } from "./cube.ts";
import type { Point } from "./history.ts";

/** The axes that vary, in the order of the spec, and the cube they span. */
export interface Space {
  readonly names: readonly string[];
  readonly cube: Cube;
  /** The place of a point: cell centres where an axis has cells, NaN where it is not in play. A value that the space does not have (it was edited since) goes to the nearest, an unknown option is NaN. */
  toCube(point: Point): number[];
  /** The point at a place, with the axes in play only, fixed ones included. */
  fromCube(at: readonly number[]): Point;
}

/** The space of a checked sweep-spec. */
export function makeSpace({ axes, constraints }: Pick<SweepSpec, "axes" | "constraints">): Space {
  const names = Object.keys(axes).filter((name) => !("value" in axes[name]));
  const order = inOrder(axes);
  const walks = new Map(names.map((name) => [name, walkOf(axes[name])]));
  const column = new Map(names.map((name, i) => [name, i]));
  const inPlay = (axis: Axis, point: Point): boolean => Object.entries(axis.when).every(([other, values]) => Object.hasOwn(point, other) && values.some((value) => same(value, point[other])));

  function fromCube(at: readonly number[]): Point {
    const found: Record<string, unknown> = {};
    for (const name of order) {
      const axis = axes[name];
      if (inPlay(axis, found)) found[name] = "value" in axis ? axis.value : walks.get(name)!.value(at[column.get(name)!]);
    }
    // Told in the spec's order, whatever hangs on what.
    return Object.fromEntries(Object.keys(axes).filter((name) => Object.hasOwn(found, name)).map((name) => [name, found[name]]));
  }
  const toCube = (point: Point): number[] => names.map((name) => Object.hasOwn(point, name) ? walks.get(name)!.place(point[name]) : Number.NaN);
  const cube: Cube = {
    sides: names.map((name) => walks.get(name)!.side),
    snap: (at) => toCube(fromCube(at)),
    allows: (at) => { const point = fromCube(at); return constraints.every((one) => holds(one, point)); },
  };
  return { names, cube, toCube, fromCube };
}

/** One axis: a place in [0, 1) → value, and back. */
interface Walk { readonly side: Side; value(u: number): unknown; place(value: unknown): number }

function walkOf(axis: Axis): Walk {
  if ("from" in axis) return walkOfInterval(axis);
  const values = "values" in axis ? axis.values : [axis.value];
  const cell = (u: number): number => Math.min(values.length - 1, Math.max(0, Math.floor(u * values.length)));
  return {
    side: { levels: values.length, isOrdered: isOrdered(axis), isListed: true, centres: values.map((_, i) => (i + 0.5) / values.length) },
    value: (u) => values[cell(u)],
    place: (value) => {
      const exact = values.findIndex((one) => same(one, value));
      const near = exact >= 0 || !isOrdered(axis) ? exact : nearest(values as readonly number[], Number(value));
      return near < 0 ? Number.NaN : (near + 0.5) / values.length;
    },
  };
}

const nearest = (values: readonly number[], x: number): number => values.reduce((best, value, i) => Math.abs(value - x) < Math.abs(values[best] - x) ? i : best, 0);

/**
 * A scale w and its inverse: x = w⁻¹( w(a) + u (w(b) − w(a)) ). With a step, a and b lie half a step outside, and x goes to the nearest step: each step has
 * the share of the scale that is nearer to it than to the others, so on a linear scale all are equally likely.
 */
function walkOfInterval({ from, to, scale, step }: IntervalAxis): Walk {
  const [w, back] = scale === "log" ? [log, exp] as const : scale === "reverseLog" ? [(x: number) => -log(1 - x), (y: number) => 1 - exp(-y)] as const : [(x: number) => x, (y: number) => y] as const;
  const steps = step === null ? 0 : Math.floor((to - from) / step + 1e-9);
  const last = step === null ? to : from + steps * step;
  const half = step === null ? 0 : step / 2;
  const [a, b] = [w(from - half), w(last + half)];
  const place = (x: number): number => (w(x) - a) / (b - a);
  const clamp = (x: number): number => Math.min(last, Math.max(from, x));
  if (step === null) return { side: { levels: 0, isOrdered: true, isListed: false, centres: [] }, value: (u) => u <= 0 ? from : u >= 1 ? to : clamp(back(a + u * (b - a))), place: (value) => Math.min(1, Math.max(0, place(clamp(Number(value))))) };
  const index = (x: number): number => Math.min(steps, Math.max(0, Math.round((x - from) / step)));
  // Counting up in steps of 0.1 gives 0.30000000000000004; fifteen digits say what was meant.
  const at = (k: number): number => Number((from + k * step).toPrecision(15));
  const centre = (k: number): number => (place(from + k * step - half) + place(from + k * step + half)) / 2;
  return {
    side: { levels: steps + 1, isOrdered: true, isListed: false, centres: steps < 1000 ? Array.from({ length: steps + 1 }, (_, k) => centre(k)) : [] },
    value: (u) => at(index(back(a + u * (b - a)))),
    place: (value) => centre(index(Number(value))),
  };
}

function holds(constraint: Constraint, point: Point): boolean {
  const values = constraint.axes.filter((name) => Object.hasOwn(point, name)).map((name) => Number(point[name]));
  if (constraint.kind === "sumAtMost") return values.reduce((sum, value) => sum + value, 0) <= constraint.limit;
  const sign = constraint.kind === "decreasing" ? 1 : -1;
  return values.every((value, i) => i === 0 || (constraint.strict ? sign * (values[i - 1] - value) > 0 : sign * (values[i - 1] - value) >= 0));
}

/** Axes after those they hang on. */
function inOrder(axes: Readonly<Record<string, Axis>>): string[] {
  const order: string[] = [];
  const visit = (name: string): void => { if (!order.includes(name)) { Object.keys(axes[name].when).forEach(visit); order.push(name); } };
  Object.keys(axes).forEach(visit);
  return order;
}

const same = (a: unknown, b: unknown): boolean => a === b || JSON.stringify(a) === JSON.stringify(b);

/** What tells a point from others: the same text for the same values, whatever the order of the names. */
export function pointKey(point: Point): string {
  return JSON.stringify(Object.keys(point).sort().map((name) => [name, point[name]]));
}

/** A random place that the constraints allow; throws SpecError where a thousand draws in a row find none. */
export function drawAllowed(cube: Cube, draw: () => number[]): number[] {
  for (let attempt = 0; attempt < 1000; attempt++) {
    const at = draw();
    if (cube.allows(at)) return at;
  }
  throw tooTight();
}

/** What is thrown where constraints leave next to nothing of a space. */
export const tooTight = (): SpecError => new SpecError([problem("constraints", "tightConstraints", "leave next to nothing: of a thousand points in a row none keeps them", {})]);

/** Points drawn at random from the space, so that a person sees where it is dense. The same ones for the same seed, and none that the sweep itself will draw. */
export function previewPoints(spec: SweepSpec, count = 200): Point[] {
  const space = makeSpace(spec);
  const stream = rng(spec.seed).stream("preview");
  return Array.from({ length: count }, () => space.fromCube(drawAllowed(space.cube, () => space.cube.sides.map(() => stream.uniform()))));
}

/** One run of a trial. `repeat` counts from 1; `fresh` seeds are those no trial of the sweep has had. */
export interface RunOfTrial { readonly repeat: number; readonly spec: RunSpec }

/**
 * The runs of a point: one for each seed (the base's seed, seed + 1 …), or one for each fold of its split. With `fresh` = n instead: n runs with the seeds
 * that follow those of the repeats, for the confirmation of a winner. Throws SpecError with all problems where the values do not make a run together.
 */
export function runsOfPoint(sweep: SweepSpec, point: Point, catalog: Catalog, fresh = 0): RunOfTrial[] {
  const settings = Object.keys(point).map((name) => ({ path: sweep.axes[name].path, value: point[name], block: sweep.axes[name].block }));
  const raw = put(sweep.base, settings);
  const { kind, count } = sweep.repeats;
  const runs = Array.from({ length: fresh || count }, (_, i) => {
    if (fresh === 0 && kind === "folds") return { ...raw, split: foldOf(raw["split"] as Readonly<Record<string, unknown>>, count, i + 1) };
    return { ...raw, seed: sweep.base.seed + i + (fresh > 0 ? (kind === "seeds" ? count : 1) : 0) };
  });
  return runs.map((run, i) => {
    const { spec, problems } = checkRunSpec(run, catalog);
    if (spec === null) throw new SpecError(problems);
    return { repeat: i + 1, spec };
  });
}

/** The k-fold split with the base's test share, seed and way of drawing. */
const foldOf = (split: Readonly<Record<string, unknown>>, folds: number, fold: number): object =>
  ({ kind: "kFold", folds, fold, test: split["test"], seed: split["seed"], stratify: split["kind"] === "kFold" ? split["stratify"] : split["kind"] === "stratified" });
