/** What the charts of a comparison show. Pure: groups, their curves, a metric, how they are read and the words in, a view out. */

import { mostColours } from "../../../src-main/contract/chart-drawing.ts";
import { dashOfRun } from "../../../src-main/contract/chart-inks.ts";
import type { ChartLine, ChartView } from "../../../src-main/contract/chart-view.ts";
import type { Comparison, GroupSeries } from "../../../src-main/contract/comparison.ts";
import { letterOf } from "../../../src-main/contract/headline.ts";
import { isOver } from "../../../src-main/contract/nouns.ts";
import type { Run } from "../../../src-main/contract/nouns.ts";
import { stepsPerEpoch } from "../../../src-main/contract/x-axis.ts";
import type { Drawn } from "../../state/group-curves.svelte.ts";
import type { Words } from "../../words/words.svelte.ts";
import { isShare } from "../numbers.ts";
import { captionOf, metricName, plainLook, plainY, summaryOf, xView, yOf, type Look } from "./run-views.ts";

/** Which of a comparison's curves are shown, and whether they were smoothed. */
export interface Choice { readonly hidden: ReadonlySet<string>; readonly isSmooth: boolean }

/** `A dropout 0.8`: the letter that the page and the sentence use, and the name. */
export const groupLabel = (comparison: Pick<Comparison, "groups">, i: number): string => `${letterOf(i)} ${comparison.groups[i]!.name}`;

/** `validation accuracy`: a stored metric as it is spoken of. */
export function metricLabel(words: Words, metric: string): string {
  const [split = "", name = ""] = [metric.slice(0, metric.indexOf("/")), metric.slice(metric.indexOf("/") + 1)];
  return words.metrics.of((words.splits as unknown as Record<string, string>)[split] ?? split, metricName(words, name));
}

/** Each group as the mean of its runs with its interval, its runs faint behind it. Hiding a group takes its lines away and changes no other. */
export function groupsView(comparison: Comparison, { means, members }: Drawn, metric: string, { hidden, isSmooth }: Choice, words: Words, look: Look = plainLook): ChartView {
  const runs = new Map(comparison.runs.map((run) => [run.id, run]));
  const isFaint = comparison.groups.length <= mostColours;
  const lines = comparison.groups.flatMap((group, i): ChartLine[] => {
    const mean = means.get(group.id);
    if (mean === undefined || hidden.has(group.id)) return [];
    const own = group.runIds.flatMap((id) => runs.get(id) ?? []);
    const first = own[0]!;
    const isLive = own.some((run) => !isOver(run.state));
    const behind = !isFaint ? [] : group.runIds.flatMap((id): ChartLine[] => {
      const curve = members.get(id);
      return curve === undefined ? [] : [lineOf(curve, runs.get(id) ?? first, { id: `${group.id}/${id}`, label: "", dash: "solid", weight: "fine", isSmooth, isLive: false })];
    });
    const line = lineOf(mean, first, { id: group.id, label: groupLabel(comparison, i), dash: dashOfRun({ id: `${group.id}-${i + 1}`, colour: first.colour }), weight: "line", isSmooth: isSmooth || behind.length > 0, isLive });
    return [...behind, group.runIds.length > 1 ? { ...line, band: { low: mean.low, high: mean.high, n: mean.n } } : line];
  });
  const label = metricLabel(words, metric);
  const title = label.charAt(0).toLocaleUpperCase() + label.slice(1);
  const main = lines.filter(({ weight }) => weight === "line");
  const isLog = metric.endsWith("loss") && lines.every((line) => line.y.every((value) => !(value <= 0)));
  const shownRuns: readonly Run[] = comparison.runs;
  const x = xView(shownRuns, main, look, words);
  const y = yOf(look, lines, isLog ? { scale: "log", linearWithin: 1, unit: "plain" } : plainY(metric));
  const hasBand = lines.some(({ band }) => band !== undefined);
  return { title, caption: captionOf([isShare(metric) ? "%" : "", ...(hasBand ? [words.compare.chartHint] : []), look.note ?? ""], x, y, words), summary: summaryOf(title, metric, lines, words), x, y, lines };
}

function lineOf({ x, mean, steps }: GroupSeries, run: Run, own: Pick<ChartLine, "id" | "label" | "dash" | "weight" | "isSmooth" | "isLive">): ChartLine {
  return { ...own, colour: run.colour, x, y: mean, steps, perEpoch: stepsPerEpoch(run) };
}
