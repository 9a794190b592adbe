/** What one run's charts show. Pure: a run, its series and the words in, views out. */

import type { ChartLine, ChartView } from "../../../src-main/contract/chart-view.ts";
import type { Run } from "../../../src-main/contract/nouns.ts";
import { isOver } from "../../../src-main/contract/nouns.ts";
import type { Words } from "../../words/words.svelte.ts";
import { isShare, measured } from "../numbers.ts";

/** A metric's points as they are stored: by step. */
export interface Points { readonly steps: Float64Array; readonly values: Float64Array }
export type SeriesByMetric = ReadonlyMap<string, Points>;

const empty: Points = { steps: new Float64Array(0), values: new Float64Array(0) };

/** Steps of one epoch; epoch e ends at step e · stepsPerEpoch. */
export const stepsPerEpoch = (run: Pick<Run, "steps" | "epochs">): number => (run.epochs > 0 && run.steps > 0 ? run.steps / run.epochs : 1);

/** Where x ends: at the planned end while the run lives, so that nothing rescales; where it came to once it is over. */
export const lastEpoch = (run: Pick<Run, "state" | "epochs" | "steps" | "step">): number => Math.max(1, isOver(run.state) ? Math.ceil(run.step / stepsPerEpoch(run)) : run.epochs);

/** The metrics besides the loss that a run measures at epoch ends, as declared, then as found. */
export function epochMetrics(run: Pick<Run, "metrics" | "spec">, series: SeriesByMetric): readonly string[] {
  const declared = run.spec.metrics.map(({ kind }) => kind);
  const found = [...Object.keys(run.metrics), ...series.keys()].filter((name) => /^(train|validation)\//.test(name)).map((name) => name.slice(name.indexOf("/") + 1));
  return [...new Set([...declared, ...found])].filter((name) => name !== "loss");
}

export const metricName = (words: Words, metric: string): string => (words.metrics as unknown as Record<string, string | undefined>)[metric] ?? metric;

/** Training and validation loss at epoch ends, the batch loss faint behind them; logarithmic as long as every value is above zero. */
export function lossView(run: Run, series: SeriesByMetric, words: Words): ChartView {
  const isLog = ["train/loss", "validation/loss"].every((metric) => (series.get(metric) ?? empty).values.every((value) => !(value <= 0)));
  const lines = [
    lineOf(run, series, "batch/loss", words.run.batchLoss, 1, "solid", "fine"),
    lineOf(run, series, "train/loss", words.splits.train, 1, "solid", "line"),
    lineOf(run, series, "validation/loss", words.splits.validation, 2, "dashed", "line"),
  ].filter((line) => line.x.length > 0 || line.weight === "line");
  const isEntropy = /entropy/i.test(run.spec.loss.kind);
  const caption = isLog ? (isEntropy ? words.run.lossUnit : words.run.lossUnitPlain) : isEntropy ? words.run.lossUnitLinear : "";
  return viewOf(run, words.run.loss, caption, { scale: isLog ? "log" : "linear", unit: "plain" }, "loss", lines, words);
}

/** One metric at epoch ends, training and validation. */
export function metricView(run: Run, metric: string, series: SeriesByMetric, words: Words): ChartView {
  const lines = [
    lineOf(run, series, `train/${metric}`, words.splits.train, 1, "solid", "line"),
    lineOf(run, series, `validation/${metric}`, words.splits.validation, 2, "dashed", "line"),
  ];
  const share = isShare(metric);
  const name = metricName(words, metric);
  const title = name.charAt(0).toLocaleUpperCase() + name.slice(1);
  // Only the root mean squared error is a length in the target's own unit.
  const caption = share ? "%" : metric === "rmse" ? words.run.targetUnit : "";
  return viewOf(run, title, caption, share ? { scale: "linear", unit: "percent", min: 0, max: 1 } : { scale: "linear", unit: "plain" }, metric, lines, words);
}

function lineOf(run: Run, series: SeriesByMetric, metric: string, label: string, colour: number, dash: ChartLine["dash"], weight: ChartLine["weight"]): ChartLine {
  const { steps, values } = series.get(metric) ?? empty;
  const perEpoch = stepsPerEpoch(run);
  return { id: metric, label, colour, dash, weight, x: steps.map((step) => step / perEpoch), y: values, isLive: weight === "line" && !isOver(run.state) };
}

function viewOf(run: Run, title: string, caption: string, y: ChartView["y"], metric: string, lines: readonly ChartLine[], words: Words): ChartView {
  return { title, caption, summary: summaryOf(title, metric, lines, words), x: { name: words.common.epoch, min: 0, max: lastEpoch(run) }, y, lines };
}

/** What the chart shows, in a sentence: where each main line ends. */
export function summaryOf(title: string, metric: string, lines: readonly ChartLine[], words: Words): string {
  const told = lines.filter((line) => line.weight === "line").map((line) => {
    const last = line.y.length - 1;
    if (last < 0) return words.chart.lineEmpty(line.label);
    return words.chart.lineSummary(line.label, `${measured(metric, line.y[last]!)}${isShare(metric) ? " %" : ""}`, words.chart.at(String(Number(line.x[last]!.toFixed(2))), words.common.epoch));
  });
  return words.chart.summary(title, words.common.list(told));
}
