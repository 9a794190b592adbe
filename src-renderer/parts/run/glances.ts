/** What a run's steps tell at a glance: a few figures, each with its way so far. Pure. */

import { clockCurves } from "../../../src-main/contract/clock.ts";
import type { Pace, SpecRun } from "../../../src-main/contract/nouns.ts";
import { thin } from "../../../src-main/contract/thin.ts";
import type { Words } from "../../words/words.svelte.ts";
import type { Points, SeriesByMetric } from "../charts/run-views.ts";
import { metricName } from "../charts/metric-names.ts";
import { count, figure } from "../numbers.ts";

export interface Glance {
  readonly id: string;
  readonly label: string;
  readonly symbol: string;
  readonly value: string;
  readonly unit: string;
  /** What the label leaves unsaid. */
  readonly hint: string;
  readonly x: Float64Array;
  /** Heights of the picture: where a quantity spans powers of ten, its logarithm. */
  readonly y: Float64Array;
}

/** Points of a small picture; more cannot be told apart. */
const mostPoints = 240;

/** Those there are points for: learning rate, gradient norm, update : weight (where layers are recorded), speed. */
export function glances(run: Pick<SpecRun, "layers" | "step" | "trainingMs">, series: SeriesByMetric, pace: Pace, words: Words): readonly Glance[] {
  const { insight } = words;
  const of = (id: string, points: Points | null, parts: Pick<Glance, "label" | "symbol" | "value" | "unit" | "hint">, isLog = false): readonly Glance[] => {
    if (points === null) return [];
    const { steps, values } = thin(points.steps, isLog ? points.values.map(Math.log10) : points.values, mostPoints);
    if (values.filter(Number.isFinite).length < 2) return [];
    return [{ id, x: steps, y: values, ...parts }];
  };
  const stored = (metric: string): Points | null => series.get(metric) ?? null;
  const last = (points: Points | null): string => figure(points?.values.at(-1) ?? NaN);
  const [rate, norm, update] = [stored("batch/learningRate"), stored("batch/gradientNorm"), medianUpdate(run, series)];
  const speed = pace.stepsPerSecond ?? (run.trainingMs > 0 ? (run.step / run.trainingMs) * 1000 : NaN);
  return [
    ...of("learningRate", rate, { label: metricName(words, "learningRate"), symbol: "α", value: last(rate), unit: "", hint: "" }),
    ...of("gradientNorm", norm, { label: metricName(words, "gradientNorm"), symbol: "", value: last(norm), unit: "‖g‖", hint: "" }, true),
    ...of("update", update, { label: insight.update, symbol: "", value: last(update), unit: "", hint: insight.updateMedian }, true),
    ...of("speed", speeds(stored(clockCurves.time)), { label: insight.speed, symbol: "", value: Number.isNaN(speed) ? "" : count(Math.round(speed)), unit: insight.perSecond, hint: "" }),
  ];
}

/** At each record the median over the layers of ‖update‖ : ‖weights‖; `null` where none were taken. */
function medianUpdate(run: Pick<SpecRun, "layers">, series: SeriesByMetric): Points | null {
  const layers = run.layers.flatMap(({ index }) => series.get(`layer/${index}/kernel/update`) ?? []);
  const length = Math.min(...layers.map(({ values }) => values.length));
  if (layers.length === 0 || length === 0) return null;
  const values = Float64Array.from({ length }, (_, i) => {
    const sorted = layers.map((layer) => layer.values[i]!).sort((a, b) => a - b);
    const middle = sorted.length >> 1;
    return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  });
  return { steps: layers[0]!.steps.subarray(0, length), values };
}

/** Steps a second from one mark of the clock to the next; marks at the same moment are one. */
function speeds(clock: Points | null): Points | null {
  if (clock === null) return null;
  const steps: number[] = [], values: number[] = [];
  let from = 0;
  for (let i = 1; i < clock.steps.length; i++) {
    const seconds = clock.values[i]! - clock.values[from]!;
    if (!(seconds > 0)) continue;
    steps.push(clock.steps[i]!);
    values.push((clock.steps[i]! - clock.steps[from]!) / seconds);
    from = i;
  }
  return { steps: Float64Array.from(steps), values: Float64Array.from(values) };
}
