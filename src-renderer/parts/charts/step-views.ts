/** What a run's charts show besides loss and metrics: what each step brings, and what records tell of each layer. Pure. */

import type { ChartLine, ChartView } from "../../../src-main/contract/chart-view.ts";
import { isClock } from "../../../src-main/contract/clock.ts";
import type { Run } from "../../../src-main/contract/nouns.ts";
import type { Words } from "../../words/words.svelte.ts";
import { metricLabel, metricName } from "./metric-names.ts";
import { captionOf, linesOf, summaryOf, yOf, type Look, type SeriesByMetric } from "./run-views.ts";
import { xView } from "./x-view.ts";

export interface StepChart { readonly id: string; readonly metrics: readonly string[]; readonly lines: readonly { readonly metric: string; readonly label: string }[]; readonly title: string; readonly isLog: boolean }

/** The charts there are points for: gradient norm, learning rate, then activations, their gradients and update ratios layer by layer. */
export function stepCharts(run: Pick<Run, "layers">, series: SeriesByMetric, words: Words): readonly StepChart[] {
  const single = (name: string, isLog: boolean): StepChart => { const metric = `batch/${name}`, title = capital(metricName(words, name)); return { id: metric, metrics: [metric], lines: [{ metric, label: title }], title, isLog }; };
  const byLayer = (id: string, title: string, metricOf: (index: number) => string): StepChart => {
    const lines = run.layers.map(({ index, kind }) => ({ metric: metricOf(index), label: `${index} ${kind}` })).filter(({ metric }) => series.has(metric));
    return { id, metrics: lines.map(({ metric }) => metric), lines, title, isLog: true };
  };
  const { quantities, update } = words.insight;
  return [
    single("gradientNorm", true), single("learningRate", false),
    byLayer("layer/activation", `${capital(quantities["activation"]!)}, RMS`, (index) => `layer/${index}/activation`),
    byLayer("layer/delta", `${capital(quantities["delta"]!)}, RMS`, (index) => `layer/${index}/delta`),
    byLayer("layer/update", capital(update), (index) => `layer/${index}/kernel/update`),
  ].filter(({ metrics }) => metrics.some((metric) => series.has(metric)));
}

/** One chart for each metric that another program measured, in order of name. */
export const foreignCharts = (series: SeriesByMetric, words: Words): readonly StepChart[] => [...series.keys()].filter((metric) => !isClock(metric)).sort().map((metric) => {
  const title = capital(metricLabel(words, metric));
  return { id: metric, metrics: [metric], lines: [{ metric, label: title }], title, isLog: false };
});

export function stepView(run: Run, chart: StepChart, series: SeriesByMetric, words: Words, look: Look, smooth: SeriesByMetric | null): ChartView {
  const lines: ChartLine[] = chart.lines.flatMap(({ metric, label }, i) => linesOf(run, series, smooth, look, words, { metric, label, colour: i + 1, dash: chart.lines.length === 1 ? "solid" : i + 1, weight: "line" }));
  const isPositive = lines.every(({ y }) => y.every((value) => !(value <= 0)));
  const y = yOf(look, lines, { scale: chart.isLog && isPositive ? "log" : "linear", linearWithin: 1, unit: "plain" });
  const x = xView([run], lines, look, words);
  return { title: chart.title, caption: captionOf(["", look.note ?? ""], x, y, words), summary: summaryOf(chart.title, chart.metrics[0] ?? "", lines, words), x, y, lines };
}

const capital = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);
