/**
 * Two curves that every run has beside its metrics: when each step was reached. The worker tells seconds of training, the service adds what its own clock showed.
 * A run of another program may have a third kind: the moments of one metric's points, where they are not those of its steps.
 */

import type { Stretch } from "./nouns.ts";

/** Seconds of training up to a step, pauses left out; and milliseconds since 1970. Marks, not one for every step: between two of them time runs evenly. */
export const clockCurves = { time: "time/trained", wall: "time/wall" } as const;

/** The moments of one metric's own points, in milliseconds since 1970. */
export const wallOf = (metric: string): string => `${clockCurves.wall}/${metric}`;

/** Whether a stored curve tells of time and is no metric. */
export const isClock = (metric: string): boolean => metric === clockCurves.time || metric === clockCurves.wall || metric.startsWith(wallOf(""));

/** The points of a report, told at `nowMs`, with the moments of its marks: a report never reaches over a pause, so that its last mark was made just now. */
export function dated(series: readonly Stretch[], nowMs: number): readonly Stretch[] {
  const trained = series.find(({ metric }) => metric === clockCurves.time);
  const last = trained?.values.at(-1);
  if (trained === undefined || last === undefined) return series;
  return [...series, { metric: clockCurves.wall, steps: trained.steps.slice(), values: trained.values.map((seconds) => nowMs - (last - seconds) * 1000) }];
}
