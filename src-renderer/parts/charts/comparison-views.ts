/** What the chart of a comparison shows. Pure: runs, their series, a metric and the words in, a view out. */

import type { ChartLine, ChartView } from "../../../src-main/contract/chart-view.ts";
import type { Run, Series } from "../../../src-main/contract/nouns.ts";
import { isOver } from "../../../src-main/contract/nouns.ts";
import type { Words } from "../../words/words.svelte.ts";
import { isShare } from "../numbers.ts";
import { lastEpoch, metricName, stepsPerEpoch, summaryOf } from "./run-views.ts";

/** Each run in its own colour and dash: validation as the line, training fine behind it; a run without validation rows shows its training as the line. */
export function comparisonView(runs: readonly Run[], series: readonly Series[], metric: string, words: Words): ChartView {
  const lines = runs.flatMap((run): ChartLine[] => {
    const find = (split: string) => series.find((one) => one.runId === run.id && one.metric === `${split}/${metric}`);
    const validation = find("validation");
    const train = find("train");
    const label = labelOf(run, runs);
    const make = (one: Series, weight: ChartLine["weight"], id: string): ChartLine => ({
      id: `${run.id}/${id}`, label: weight === "line" ? label : `${label}, ${words.splits.train}`, colour: run.colour, dash: weight === "line" ? "own" : "solid", weight,
      x: one.steps.map((step) => step / stepsPerEpoch(run)), y: one.values, isLive: weight === "line" && !isOver(run.state),
    });
    if (validation === undefined) return train === undefined ? [] : [make(train, "line", "train")];
    return [...(train === undefined ? [] : [make(train, "fine", "train")]), make(validation, "line", "validation")];
  });
  const share = isShare(metric);
  const isLog = metric === "loss" && lines.every((line) => line.y.every((value) => !(value <= 0)));
  const name = words.metrics.of(words.splits.validation, metricName(words, metric));
  const title = name.charAt(0).toLocaleUpperCase() + name.slice(1);
  const unit = share ? "%" : isLog ? words.run.lossUnitPlain : "";
  return {
    title,
    caption: unit === "" ? words.compare.validationSolid : words.common.list([unit, words.compare.validationSolid]),
    summary: summaryOf(title, metric, lines, words),
    x: { name: words.common.epoch, min: 0, max: Math.max(1, ...runs.map(lastEpoch)) },
    y: share ? { scale: "linear", unit: "percent", min: 0, max: 1 } : { scale: isLog ? "log" : "linear", unit: "plain" },
    lines,
  };
}

/** A run's name, with its id where another of the runs has the same name. */
export const labelOf = (run: Run, runs: readonly Run[]): string => (runs.some((other) => other.id !== run.id && other.name === run.name) ? `${run.name} ${run.id}` : run.name);
