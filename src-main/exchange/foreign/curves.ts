/** The series of a foreign run as the curves a project keeps: its metrics, and when their steps were reached. */

import { clockCurves, isClock, wallOf } from "../../contract/clock.ts";
import type { ForeignRun } from "../../contract/foreign-runs.ts";
import type { Stretch } from "../../contract/nouns.ts";

/** A metric that is called as one of the clocks becomes `other/…`. */
export const metricOf = (metric: string): string => (isClock(metric) ? `other/${metric}` : metric);

/**
 * The metrics as they are; the moment of each step as the first metric that has one tells it, and seconds since the run began; and of each metric whose own points have
 * other moments, those. Nothing of the times is lost.
 */
export function curvesOf({ series, startedMs }: Pick<ForeignRun, "series" | "startedMs">): readonly Stretch[] {
  const metrics = series.map(({ metric, steps, values }): Stretch => ({ metric: metricOf(metric), steps, values }));
  const moments = new Map<number, number>();
  for (const { steps, timesMs } of series) {
    if (timesMs !== null) steps.forEach((step, i) => { if (!moments.has(step) && Number.isFinite(timesMs[i]!)) moments.set(step, timesMs[i]!); });
  }
  if (moments.size === 0) return metrics;
  const steps = Float64Array.from(moments.keys()).sort();
  const wall = steps.map((step) => moments.get(step)!);
  const begin = startedMs ?? wall.reduce((least, ms) => Math.min(least, ms), Infinity);
  const own = series.flatMap(({ metric, steps: at, timesMs }): Stretch[] =>
    timesMs === null || timesMs.every((ms, i) => ms === moments.get(at[i]!)) ? [] : [{ metric: wallOf(metricOf(metric)), steps: at, values: timesMs }]);
  return [...metrics, { metric: clockCurves.wall, steps, values: wall }, { metric: clockCurves.time, steps, values: wall.map((ms) => Math.max(0, ms - begin) / 1000) }, ...own];
}
