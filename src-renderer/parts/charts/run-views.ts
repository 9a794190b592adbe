/** What one run's charts show. Pure: a run, its series, how they are read and the words in, views out. */

import { shortTick } from "../../../src-main/contract/chart-drawing.ts";
import { linearWithinOf, type Span } from "../../../src-main/contract/chart-scale.ts";
import type { ChartLine, ChartView } from "../../../src-main/contract/chart-view.ts";
import type { Run } from "../../../src-main/contract/nouns.ts";
import { isOver } from "../../../src-main/contract/nouns.ts";
import type { Words } from "../../words/words.svelte.ts";
import { isShare, measured } from "../numbers.ts";
import { eventsOf, eventsSummary, forkOf } from "./run-events.ts";
import { placed, stepsPerEpoch, type XKind } from "../../../src-main/contract/x-axis.ts";
import { metricName } from "./metric-names.ts";
import { xView } from "./x-view.ts";

/** A metric's points as they are stored: by step. */
export interface Points { readonly steps: Float64Array; readonly values: Float64Array }
export type SeriesByMetric = ReadonlyMap<string, Points>;

/** How the reader wants to see it. `window` is in values of x, `onX` the run's own curve that stands there, where it does not follow from the plan. */
export interface Look { readonly x: XKind; readonly isXLog: boolean; readonly y: "auto" | "linear" | "log" | "symlog"; readonly window: Span | null; readonly onX?: Points | undefined; /** What must be said of how curves were smoothed. */ readonly note?: string }
export const plainLook: Look = { x: "epoch", isXLog: false, y: "auto", window: null };

const empty: Points = { steps: new Float64Array(0), values: new Float64Array(0) };

/** Where x ends: at the planned end while the run lives, so that nothing rescales; where it came to once it is over, or where nobody planned it. */
export const lastEpoch = (run: Pick<Run, "state" | "epochs" | "steps" | "step">): number => Math.max(1, isOver(run.state) || run.epochs === 0 ? Math.ceil(run.step / stepsPerEpoch(run)) : run.epochs);

/** The metrics besides the loss that a run measures at epoch ends, as declared, then as found. */
export function epochMetrics(run: Pick<Run, "metrics" | "spec">, series: SeriesByMetric): readonly string[] {
  const declared = (run.spec?.metrics ?? []).map(({ kind }) => kind);
  const found = [...Object.keys(run.metrics), ...series.keys()].filter((name) => /^(train|validation)\//.test(name)).map((name) => name.slice(name.indexOf("/") + 1));
  return [...new Set([...declared, ...found])].filter((name) => name !== "loss");
}

/** The stored metrics that the charts of a run draw. */
export const chartMetrics = (run: Pick<Run, "metrics" | "spec">, series: SeriesByMetric): readonly string[] => ["batch/loss", ...["loss", ...epochMetrics(run, series)].flatMap((name) => [`train/${name}`, `validation/${name}`])];

/** Training and validation loss at epoch ends, the batch loss faint behind them; logarithmic as long as every value is above zero. `smooth` are averages of the series, where wanted. */
export function lossView(run: Run, series: SeriesByMetric, words: Words, look: Look = plainLook, smooth: SeriesByMetric | null = null): ChartView {
  const lines = [
    ...linesOf(run, series, smooth, look, words, { metric: "batch/loss", label: words.run.batchLoss, colour: 6, dash: "solid", weight: "fine" }),
    ...linesOf(run, series, smooth, look, words, { metric: "train/loss", label: words.splits.train, colour: 1, dash: "solid", weight: "line" }),
    ...linesOf(run, series, smooth, look, words, { metric: "validation/loss", label: words.splits.validation, colour: 2, dash: "dashed", weight: "line" }),
  ].filter((line) => line.x.length > 0 || line.weight === "line");
  const isPositive = ["train/loss", "validation/loss"].every((metric) => (series.get(metric) ?? empty).values.every((value) => !(value <= 0)));
  return viewOf(run, words.run.loss, /entropy/i.test(run.spec?.loss.kind ?? "") ? words.run.nats : "", yOf(look, lines, { scale: isPositive ? "log" : "linear", linearWithin: 1, unit: "plain" }), "loss", lines, words, look);
}

/** One metric at epoch ends, training and validation. */
export function metricView(run: Run, metric: string, series: SeriesByMetric, words: Words, look: Look = plainLook, smooth: SeriesByMetric | null = null): ChartView {
  const lines = [
    ...linesOf(run, series, smooth, look, words, { metric: `train/${metric}`, label: words.splits.train, colour: 1, dash: "solid", weight: "line" }),
    ...linesOf(run, series, smooth, look, words, { metric: `validation/${metric}`, label: words.splits.validation, colour: 2, dash: "dashed", weight: "line" }),
  ];
  const name = metricName(words, metric);
  const title = name.charAt(0).toLocaleUpperCase() + name.slice(1);
  // Only the root mean squared error is a length in the target's own unit.
  const unit = isShare(metric) ? "%" : metric === "rmse" ? words.run.targetUnit : "";
  return viewOf(run, title, unit, yOf(look, lines, plainY(metric)), metric, lines, words, look);
}

/** The axis that suits a metric: shares between 0 and 1, everything else as it comes. */
export const plainY = (metric: string): ChartView["y"] => (isShare(metric) ? { scale: "linear", linearWithin: 1, unit: "percent", min: 0, max: 1 } : { scale: "linear", linearWithin: 1, unit: "plain" });

export interface LineWish { readonly metric: string; readonly id?: string; readonly label: string; readonly colour: number; readonly dash: ChartLine["dash"]; readonly weight: ChartLine["weight"] }

/** A curve as one line; where it is smoothed as two, the raw one fine behind. */
export function linesOf(run: Run, series: SeriesByMetric, smooth: SeriesByMetric | null, look: Look, words: Words, { metric, id = metric, label, colour, dash, weight }: LineWish): ChartLine[] {
  const perEpoch = stepsPerEpoch(run);
  const isLive = !isOver(run.state);
  const make = (points: Points) => ({ colour, perEpoch, ...placed(run, look.x, points, look.onX) });
  const fork = forkOf(run);
  const shared = fork === undefined ? {} : { sharedTo: fork.step };
  const raw = make(series.get(metric) ?? empty);
  const average = smooth?.get(metric) ?? empty;
  if (average.steps.length === 0) return [{ ...raw, ...shared, id, label, dash, weight, isSmooth: false, isLive: isLive && weight === "line" }];
  return [
    { ...raw, id: `${id} raw`, label: words.chart.rawOf(label), dash: "solid", weight: "fine", isSmooth: false, isLive: false },
    { ...make(average), ...shared, id, label, dash, weight: "line", isSmooth: true, isLive },
  ];
}

/** The vertical axis the reader asked for; logarithmic where that has a place for every value, else symlog. */
export function yOf(look: Look, lines: readonly ChartLine[], natural: ChartView["y"]): ChartView["y"] {
  if (look.y === "auto") return natural;
  if (look.y === "linear") return { ...natural, scale: "linear" };
  const columns = lines.map((line) => line.y);
  if (look.y === "symlog") return { ...natural, scale: "symlog", linearWithin: linearWithinOf(columns) };
  const { min: _, ...unbounded } = natural;
  if (columns.every((column) => column.every((value) => !(value <= 0)))) return { ...unbounded, scale: "log" };
  return { ...natural, scale: "symlog", linearWithin: linearWithinOf(columns) };
}

function viewOf(run: Run, title: string, unit: string, y: ChartView["y"], metric: string, lines: readonly ChartLine[], words: Words, look: Look): ChartView {
  const x = xView([run], lines, look, words);
  const events = eventsOf(run, lines, words);
  const fork = forkOf(run);
  const notes = [unit, ...(fork === undefined ? [] : [words.course.sharedNote(fork.from)]), look.note ?? ""];
  return { title, caption: captionOf(notes, x, y, words), summary: summaryOf(title, metric, lines, words) + eventsSummary(events, words), x, y, lines, events };
}

/** Units and what must be said of the axes. */
export function captionOf(parts: readonly string[], x: ChartView["x"], y: ChartView["y"], words: Words): string {
  const scales = [
    y.scale === "log" ? words.chart.logAxis : y.scale === "symlog" ? words.chart.symlogAxis(y.unit === "percent" ? `${shortTick(y.linearWithin * 100)} %` : shortTick(y.linearWithin)) : "",
    x.scale === "log" ? words.chart.logX : x.scale === "symlog" ? words.chart.symlogX(shortTick(x.linearWithin)) : "",
  ];
  return words.common.list([parts[0] ?? "", ...scales, ...parts.slice(1)].filter((part) => part !== ""));
}

/** What the chart shows, in a sentence: where each main line ends; of many, the first ones and how many more. */
export function summaryOf(title: string, metric: string, lines: readonly ChartLine[], words: Words): string {
  const main = lines.filter((line) => line.weight === "line");
  const told = main.slice(0, mostTold).map((line) => {
    const last = line.y.length - 1;
    if (last < 0) return words.chart.lineEmpty(line.label);
    return words.chart.lineSummary(line.label, `${measured(metric, line.y[last]!)}${isShare(metric) ? " %" : ""}`, words.chart.at(String(Number((line.steps[last]! / line.perEpoch).toFixed(2))), words.common.epoch));
  });
  return words.chart.summary(title, words.common.list(main.length > mostTold ? [...told, words.chart.more(String(main.length - mostTold))] : told));
}

/** Lines a sentence can hold. */
const mostTold = 24;
