/** What the chart of a comparison shows. Pure: runs, their series, a metric, how they are read and the words in, a view out. */

import { mostColours } from "../../../src-main/contract/chart-drawing.ts";
import { dashOfRun } from "../../../src-main/contract/chart-inks.ts";
import type { ChartLine, ChartView } from "../../../src-main/contract/chart-view.ts";
import type { Run } from "../../../src-main/contract/nouns.ts";
import type { Words } from "../../words/words.svelte.ts";
import { isShare } from "../numbers.ts";
import { captionOf, linesOf, metricName, plainLook, plainY, summaryOf, xView, yOf, type Look, type SeriesByMetric } from "./run-views.ts";

/** The curves of each run, whole or in the window, and their averages where wanted. */
export interface RunCurves { readonly raw: SeriesByMetric; readonly smooth: SeriesByMetric | null }

/** Each run in its own colour and dash: validation as the line, training fine behind it; a run without validation rows shows its training as the line. Training is left out where lines are smoothed (the raw validation stands behind) and where there are too many to tell by colour. */
export function comparisonView(runs: readonly Run[], curvesOf: (run: Run) => RunCurves, metric: string, words: Words, look: Look = plainLook): ChartView {
  const lines = runs.flatMap((run): ChartLine[] => {
    const { raw, smooth } = curvesOf(run);
    const has = (split: string): boolean => (raw.get(`${split}/${metric}`)?.steps.length ?? 0) > 0;
    const line = (split: string, weight: ChartLine["weight"], average: SeriesByMetric | null): ChartLine[] => linesOf(run, raw, average, look, words, {
      metric: `${split}/${metric}`, id: `${run.id}/${split}`, label: weight === "line" ? labelOf(run, runs) : `${labelOf(run, runs)}, ${words.splits.train}`, colour: run.colour, dash: weight === "line" ? dashOfRun(run) : "solid", weight,
    });
    if (!has("validation")) return has("train") ? line("train", "line", smooth) : [];
    return [...(has("train") && smooth === null && runs.length <= mostColours ? line("train", "fine", null) : []), ...line("validation", "line", smooth)];
  });
  const isLog = metric === "loss" && lines.every((line) => line.y.every((value) => !(value <= 0)));
  const name = words.metrics.of(words.splits.validation, metricName(words, metric));
  const title = name.charAt(0).toLocaleUpperCase() + name.slice(1);
  const x = xView(runs, lines, look, words);
  const y = yOf(look, lines, isLog ? { scale: "log", linearWithin: 1, unit: "plain" } : plainY(metric));
  const hasTraining = lines.some(({ weight, isSmooth }) => weight === "fine" && !isSmooth) && !lines.some(({ isSmooth }) => isSmooth);
  return { title, caption: captionOf([isShare(metric) ? "%" : "", ...(hasTraining ? [words.compare.validationSolid] : [])], x, y, words), summary: summaryOf(title, metric, lines, words), x, y, lines };
}

/** A run's name, with its id where another of the runs has the same name. */
export const labelOf = (run: Run, runs: readonly Run[]): string => (runs.some((other) => other.id !== run.id && other.name === run.name) ? `${run.name} ${run.id}` : run.name);
