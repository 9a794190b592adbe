/**
 * What stands on the x axis. Steps are what is stored; epochs, examples seen and operations done follow from the run's plan. Time, and any other metric, are
 * curves of the run themselves. Knows no chart.
 */

import { clockCurves, isClock } from "./clock.ts";
import { metricOf } from "./query-names.ts";
import type { Run, Series } from "./nouns.ts";

/** Follows from the step and the run's plan. */
export type PlanAxis = "epoch" | "step" | "examples" | "flops";
/** A metric by its name in the query language: `train/loss`, `metric.loss`. */
export type MetricAxis = `${string}/${string}` | `metric.${string}`;
/** `time`: seconds of training, pauses left out. `wall`: the time of day and the date. */
export type XKind = PlanAxis | "time" | "wall" | MetricAxis;
export const planAxes = ["epoch", "step", "examples", "flops"] as const satisfies readonly PlanAxis[];
/** All that are not a metric. */
export const xKinds = [...planAxes, "time", "wall"] as const satisfies readonly XKind[];

/** A run of another program has no plan: a step of it is an epoch and an example, and one operation. */
type Plan = Pick<Run, "steps" | "epochs" | "spec" | "data" | "layers">;

/** Steps of one epoch; epoch e ends at step e · stepsPerEpoch. */
export const stepsPerEpoch = (run: Pick<Run, "steps" | "epochs">): number => (run.epochs > 0 && run.steps > 0 ? run.steps / run.epochs : 1);

export const isPlanAxis = (kind: XKind): kind is PlanAxis => (planAxes as readonly XKind[]).includes(kind);
/** A group's runs are never measured at the same moment, nor at the same value of a metric: a mean over them has no place there. */
export const isShared = isPlanAxis;
/** The stored curve that tells where a step stands; null where the plan does. */
export const curveOnX = (kind: XKind): string | null => (isPlanAxis(kind) ? null : kind === "time" || kind === "wall" ? clockCurves[kind] : metricOf(kind));

/** From a step to its place: the examples seen are whole epochs of all training rows, and a batch for each step of the epoch under way (the last batch may be smaller). */
export function xOf(run: Plan, kind: PlanAxis): (step: number) => number {
  const perEpoch = stepsPerEpoch(run);
  switch (kind) {
    case "epoch": return (step) => step / perEpoch;
    case "step": return (step) => step;
    case "flops": {
      const [examples, each] = [xOf(run, "examples"), flopsOf(run)];
      return (step) => examples(step) * each;
    }
    case "examples": {
      const { rows, batch } = sizes(run);
      return (step) => Math.floor(step / perEpoch) * rows + Math.min((step % perEpoch) * batch, rows);
    }
  }
}

/** The way back, between steps too. */
export function stepOf(run: Plan, kind: PlanAxis): (x: number) => number {
  const perEpoch = stepsPerEpoch(run);
  switch (kind) {
    case "epoch": return (x) => x * perEpoch;
    case "step": return (x) => x;
    case "flops": {
      const [steps, each] = [stepOf(run, "examples"), flopsOf(run)];
      return (x) => steps(x / each);
    }
    case "examples": {
      const { rows, batch } = sizes(run);
      return (x) => Math.floor(x / rows) * perEpoch + Math.min((x % rows) / batch, perEpoch);
    }
  }
}

/** Operations of training on one row: forward once, and backward about twice as many, for the gradients of the inputs and of the weights. */
const flopsOf = ({ layers }: Plan): number => 3 * Math.max(1, layers.reduce((sum, { flops }) => sum + flops, 0));

function sizes({ spec, data }: Plan): { rows: number; batch: number } {
  const rows = Math.max(1, data.rows.train);
  return { rows, batch: Math.min(spec?.train.batchSize ?? 1, rows) };
}

type Points = Pick<Series, "steps" | "values">;
/** A curve's points at their places, ascending in x. */
export interface Placed { readonly x: Float64Array; readonly y: Float64Array; readonly steps: Float64Array }
const nowhere: Placed = { x: new Float64Array(0), y: new Float64Array(0), steps: new Float64Array(0) };

/**
 * The points of a curve at their places. Against a metric only steps count at which both were measured (and the metric is a number), in order of the metric; against
 * the clock steps between two of its marks, as if time had run evenly there. `onX` is the curve that `curveOnX` names; without it there are no places.
 */
export function placed(run: Plan, kind: XKind, { steps, values }: Points, onX: Points | undefined): Placed {
  if (isPlanAxis(kind)) return { x: kind === "step" ? steps : steps.map(xOf(run, kind)), y: values, steps };
  if (onX === undefined || onX.steps.length === 0) return nowhere;
  const places = isClock(curveOnX(kind)!) ? timesOf(steps, onX) : meetings(steps, onX);
  const order = [...steps.keys()].filter((i) => Number.isFinite(places[i]!));
  if (order.some((i, k) => k > 0 && places[i]! < places[order[k - 1]!]!)) order.sort((a, b) => places[a]! - places[b]! || a - b);
  const column = (of: Float64Array): Float64Array => Float64Array.from(order, (i) => of[i]!);
  return { x: column(places), y: column(values), steps: column(steps) };
}

/** When each step was reached; NaN before the first mark and after the last. Both columns ascend. */
export function timesOf(steps: ArrayLike<number>, marks: Points): Float64Array {
  const out = new Float64Array(steps.length).fill(NaN);
  let next = 0;
  for (let i = 0; i < steps.length; i++) {
    const step = steps[i]!;
    while (next < marks.steps.length && marks.steps[next]! < step) next++;
    if (next === marks.steps.length) break;
    const [to, at] = [marks.steps[next]!, marks.values[next]!];
    if (to === step) out[i] = at;
    else if (next > 0) {
      const [from, before] = [marks.steps[next - 1]!, marks.values[next - 1]!];
      out[i] = before + ((step - from) / (to - from)) * (at - before);
    }
  }
  return out;
}

/** The value of another curve at each step where it has one; else NaN. */
function meetings(steps: Float64Array, other: Points): Float64Array {
  let next = 0;
  return steps.map((step) => {
    while (next < other.steps.length && other.steps[next]! < step) next++;
    return other.steps[next] === step ? other.values[next]! : NaN;
  });
}

/** The steps that lie within a span of time, as [from, to). */
export function stepsWithin(marks: Points, { min, max }: { readonly min: number; readonly max: number }): { readonly from: number; readonly to: number } {
  const first = marks.values.findIndex((value) => value > min);
  const end = marks.values.findIndex((value) => value >= max);
  return { from: first <= 0 ? 0 : marks.steps[first - 1]!, to: end < 0 ? Infinity : marks.steps[end]! + 1 };
}
