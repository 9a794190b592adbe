/** What the charts of a comparison show. Pure: groups, their curves, a metric, how they are read and the words in, a view out. */

import { mostColours } from "../../../src-main/contract/chart-drawing.ts";
import { dashOfRun } from "../../../src-main/contract/chart-inks.ts";
import type { ChartEvent, ChartLine, ChartView } from "../../../src-main/contract/chart-view.ts";
import type { Comparison, GroupSeries } from "../../../src-main/contract/comparison.ts";
import { letterOf } from "../../../src-main/contract/headline.ts";
import { isOver } from "../../../src-main/contract/nouns.ts";
import type { Deed, Run } from "../../../src-main/contract/nouns.ts";
import { isShared, stepsPerEpoch } from "../../../src-main/contract/x-axis.ts";
import type { Drawn } from "../../state/group-curves.svelte.ts";
import type { Words } from "../../words/words.svelte.ts";
import { isShare } from "../numbers.ts";
import { metricLabel } from "./metric-names.ts";
import { eventsOf, eventsSummary, forkOf } from "./run-events.ts";
import { captionOf, plainLook, plainY, summaryOf, yOf, type Look } from "./run-views.ts";
import { xView } from "./x-view.ts";

/** Which of a comparison's curves are shown, and whether they were smoothed. */
export interface Choice { readonly hidden: ReadonlySet<string>; readonly isSmooth: boolean }

/** `A dropout 0.8`: the letter that the page and the sentence use, and the name. */
export const groupLabel = (comparison: Pick<Comparison, "groups">, i: number): string => `${letterOf(i)} ${comparison.groups[i]!.name}`;

/**
 * Each group as the mean of its runs with its interval, its runs faint behind it. Hiding a group takes its lines away and changes no other. Where runs share no
 * value of x (time, another metric) there is no mean: each run is a line of its group's colour with a dash of its own.
 */
export function groupsView(comparison: Comparison, { means, members }: Drawn, metric: string, { hidden, isSmooth }: Choice, words: Words, look: Look = plainLook): ChartView {
  const runs = new Map(comparison.runs.map((run) => [run.id, run]));
  const isFaint = comparison.groups.length <= mostColours;
  const events: ChartEvent[] = [];
  const lines = comparison.groups.flatMap((group, i): ChartLine[] => {
    const mean = means.get(group.id);
    if (hidden.has(group.id)) return [];
    if (!isShared(look.x) && group.runIds.length > 1) return eachRun(group.runIds.flatMap((id) => runs.get(id) ?? []), groupLabel(comparison, i));
    if (mean === undefined) return [];
    const own = group.runIds.flatMap((id) => runs.get(id) ?? []);
    const first = own[0]!;
    const isLive = own.some((run) => !isOver(run.state));
    const behind = !isFaint ? [] : group.runIds.flatMap((id): ChartLine[] => {
      const curve = members.get(id);
      return curve === undefined ? [] : [lineOf(curve, runs.get(id) ?? first, { id: `${group.id}/${id}`, label: "", dash: "solid", weight: "fine", isSmooth, isLive: false })];
    });
    const line = lineOf(mean, first, { id: group.id, label: groupLabel(comparison, i), dash: dashOfRun({ id: `${group.id}-${i + 1}`, colour: first.colour }), weight: "line", isSmooth: isSmooth || behind.length > 0, isLive });
    // What was done to each of them alike: their histories are part of what makes them a group, unless a person grouped otherwise.
    const fork = forkOf(first);
    if (own.every((run) => JSON.stringify(run.history.filter(isDone)) === JSON.stringify(first.history.filter(isDone)))) events.push(...eventsOf({ history: first.history.filter(isDone) }, [line], words, letterOf(i)));
    const shared = fork !== undefined && own.every((run) => forkOf(run)?.step === fork.step) ? { sharedTo: fork.step } : {};
    return [...behind, { ...line, ...shared, ...(group.runIds.length > 1 ? { band: { low: mean.low, high: mean.high, n: mean.n } } : {}) }];
  });
  function eachRun(own: readonly Run[], label: string): ChartLine[] {
    return own.flatMap((run) => {
      const curve = members.get(run.id);
      return curve === undefined ? [] : [lineOf(curve, run, { id: `${run.id} alone`, label: `${label} · ${run.id}`, dash: dashOfRun(run), weight: "line", isSmooth, isLive: !isOver(run.state) })];
    });
  }
  const label = metricLabel(words, metric);
  const title = label.charAt(0).toLocaleUpperCase() + label.slice(1);
  const main = lines.filter(({ weight }) => weight === "line");
  const isLog = metric.endsWith("loss") && lines.every((line) => line.y.every((value) => !(value <= 0)));
  const shownRuns: readonly Run[] = comparison.runs;
  const x = xView(shownRuns, main, look, words);
  const y = yOf(look, lines, isLog ? { scale: "log", linearWithin: 1, unit: "plain" } : plainY(metric));
  const hasBand = lines.some(({ band }) => band !== undefined);
  return { title, caption: captionOf([isShare(metric) ? "%" : "", ...(hasBand ? [words.compare.chartHint] : []), ...(isShared(look.x) || comparison.groups.every(({ runIds }) => runIds.length < 2) ? [] : [words.chart.noMean]), look.note ?? ""], x, y, words), summary: summaryOf(title, metric, lines, words) + eventsSummary(events, words), x, y, lines, events };
}

/** What changed a run's course; going on changed nothing. */
const isDone = ({ kind }: Deed): boolean => kind !== "resumed";

function lineOf({ x, mean, steps }: GroupSeries, run: Run, own: Pick<ChartLine, "id" | "label" | "dash" | "weight" | "isSmooth" | "isLive">): ChartLine {
  return { ...own, colour: run.colour, x, y: mean, steps, perEpoch: stepsPerEpoch(run) };
}
