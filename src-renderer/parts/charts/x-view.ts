/** The horizontal axis of a view: from where to where, on which scale, under which name. Pure. */

import { linearWithinOf } from "../../../src-main/contract/chart-scale.ts";
import type { ChartLine, ChartView } from "../../../src-main/contract/chart-view.ts";
import type { Run } from "../../../src-main/contract/nouns.ts";
import { metricOf } from "../../../src-main/contract/query-names.ts";
import { isPlanAxis, stepsPerEpoch, xOf, type PlanAxis, type XKind } from "../../../src-main/contract/x-axis.ts";
import type { Words } from "../../words/words.svelte.ts";
import { metricLabel } from "./metric-names.ts";
import { lastEpoch, type Look } from "./run-views.ts";

export const xName = (kind: XKind, words: Words): string => (isPlanAxis(kind) || kind === "time" || kind === "wall" ? words.chart.axes[kind] : metricLabel(words, metricOf(kind)!));

/** Why nothing can stand against this x. */
export const missingX = (kind: XKind, words: Words): string => (kind === "time" || kind === "wall" ? words.chart.noTimes : words.chart.notMeasured(xName(kind, words)));

/** From the untrained network to the end of the longest run, or over all that is known of time or of a metric; or the window. */
export function xView(runs: readonly Run[], lines: readonly ChartLine[], look: Look, words: Words): ChartView["x"] {
  const whole = isPlanAxis(look.x) ? planned(runs, lines, look.x, look.isXLog) : found(lines, look.x, look.isXLog);
  const unit = look.x === "time" ? { unit: "seconds" as const } : look.x === "wall" ? { unit: "moment" as const } : {};
  return { name: xName(look.x, words), isWindow: look.window !== null, ...whole, ...(look.window ?? {}), ...unit };
}

type Whole = Pick<ChartView["x"], "min" | "max" | "scale" | "linearWithin">;

/** On a logarithmic axis step 0 has no place: then it is straight up to the first step. */
function planned(runs: readonly Run[], lines: readonly ChartLine[], kind: PlanAxis, isLog: boolean): Whole {
  const ends = runs.map((run) => xOf(run, kind)(lastEpoch(run) * stepsPerEpoch(run)));
  const firsts = runs.map((run) => xOf(run, kind)(1));
  const hasZero = lines.some((line) => line.x.length > 0 && line.x[0]! <= 0);
  const scale = !isLog ? "linear" : hasZero ? "symlog" : "log";
  const least = Math.min(...lines.filter((line) => line.x.length > 0).map((line) => line.x[0]!), ...firsts);
  return { min: scale === "log" ? least : 0, max: Math.max(...ends), scale, linearWithin: Math.min(...firsts) };
}

/** Nobody knows how long a training will take, nor which values a metric will have: the axis grows with them. The time of day has no logarithm. */
function found(lines: readonly ChartLine[], kind: XKind, isLog: boolean): Whole {
  const some = lines.filter(({ x }) => x.length > 0);
  if (some.length === 0) return { min: 0, max: 1, scale: "linear", linearWithin: 1 };
  const [least, max] = [some.reduce((low, { x }) => Math.min(low, x[0]!), Infinity), some.reduce((high, { x }) => Math.max(high, x.at(-1)!), -Infinity)];
  const scale = !isLog || kind === "wall" ? "linear" : least > 0 ? "log" : "symlog";
  const min = kind === "time" && scale !== "log" ? Math.min(0, least) : least;
  return { min, max: max > min ? max : min + 1, scale, linearWithin: scale === "symlog" ? linearWithinOf(some.map(({ x }) => x)) : 1 };
}
