/** The curves of a group's runs as one: the mean at every x where a run was measured, and its interval. Pure. */

import { halfWidth } from "../../src-engine/index.ts";

/** One run's curve, ascending in x. */
export interface MemberCurve { readonly x: Float64Array; readonly y: Float64Array; readonly steps: Float64Array }

/** Columns of one length. `n` counts the finite values at an x; low and high are NaN where they are fewer than two, the mean where there is none. */
export interface MeanCurve { readonly x: Float64Array; readonly steps: Float64Array; readonly mean: Float64Array; readonly low: Float64Array; readonly high: Float64Array; readonly n: Float64Array }

/**
 * Only runs of the group itself count, and only where they were measured: nothing is put between two points of a run, so that no mean rests on invented values.
 * Two runs stand at the same x only where their places are the same number. The step is that of the first run that stands there. One run is its own mean, with
 * its infinities as they are.
 */
export function meanCurve(members: readonly MemberCurve[]): MeanCurve {
  const [only] = members;
  if (only !== undefined && members.length === 1) return alone(only);
  const places = new Set<number>();
  for (const { x } of members) for (const at of x) places.add(at);
  const x = Float64Array.from(places).sort();
  const column = (): Float64Array => new Float64Array(x.length).fill(NaN);
  const [steps, mean, low, high, n] = [column(), column(), column(), column(), new Float64Array(x.length)];
  const next = members.map(() => 0);
  const values: number[] = [];
  for (let i = 0; i < x.length; i++) {
    values.length = 0;
    members.forEach((member, m) => {
      const at = next[m]!;
      if (member.x[at] !== x[i]) return;
      next[m] = at + 1;
      if (Number.isNaN(steps[i]!)) steps[i] = member.steps[at]!;
      if (Number.isFinite(member.y[at]!)) values.push(member.y[at]!);
    });
    n[i] = values.length;
    if (values.length === 0) continue;
    const first = values[0]!;
    let shift = 0;
    for (const value of values) shift += value - first;
    const middle = first + shift / values.length;
    mean[i] = middle;
    if (values.length < 2) continue;
    let squares = 0;
    for (const value of values) squares += (value - middle) ** 2;
    const half = halfWidth({ n: values.length, deviation: Math.sqrt(squares / (values.length - 1)) });
    low[i] = middle - half;
    high[i] = middle + half;
  }
  return { x, steps, mean, low, high, n };
}

function alone({ x, y, steps }: MemberCurve): MeanCurve {
  const none = new Float64Array(x.length).fill(NaN);
  return { x, steps, mean: y, low: none, high: none, n: y.map((value) => Number(Number.isFinite(value))) };
}
