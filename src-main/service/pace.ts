/** How fast a run goes, from a moving window over its own training time. Knows no clock: the worker's reports bring the time. */

import type { Pace } from "../contract/nouns.ts";

/** Long enough to smooth the measurements at epoch ends, short enough to follow a change. */
const windowMs = 5000;

/** steps: how many the whole run has; from: where it begins or goes on. Call the result with each report: the training time in milliseconds and the completed steps. */
export function pace(steps: number, from: { readonly ms: number; readonly step: number } = { ms: 0, step: 0 }): (trainingMs: number, step: number) => Pace {
  const seen: { ms: number; step: number }[] = [from];
  return (ms, step) => {
    seen.push({ ms, step });
    while (seen.length > 2 && ms - seen[1]!.ms >= windowMs) seen.shift();
    const first = seen[0]!;
    const [passedMs, done] = [ms - first.ms, step - first.step];
    if (passedMs <= 0 || done <= 0) return { stepsPerSecond: null, remainingMs: null };
    return { stepsPerSecond: (done * 1000) / passedMs, remainingMs: ((steps - step) * passedMs) / done };
  };
}
