/** A chart of a report: the groups' curves as a view, painted as SVG in the page's own colours, its points beneath as a table. Pure. */

import { dashOfRun } from "../../contract/chart-inks.ts";
import type { ChartLine, ChartView } from "../../contract/chart-view.ts";
import type { Comparison, GroupSeries } from "../../contract/comparison.ts";
import { figure as figured, isShare, percent } from "../../contract/figures.ts";
import { letterOf } from "../../contract/headline.ts";
import type { ReportBlock, ReportCurves } from "../../contract/reports.ts";
import { stepsPerEpoch, xOf } from "../../contract/x-axis.ts";
import { lightInks } from "../inks.ts";
import { svgOf } from "../svg.ts";
import { both, said, table, text, type TableCell } from "./markup.ts";
import { metricLabel, type ReportWords } from "./words.ts";

export type ChartBlock = Extract<ReportBlock, { kind: "chart" }>;

/** More groups than these have no faint members: they would cover each other. */
const mostWithMembers = 12;
/** Rows of the table beneath: as many as a person reads, from all over the curve. */
const mostRows = 60;

export const groupLabel = ({ groups }: Pick<Comparison, "groups">, i: number): string => `${letterOf(i)} ${groups[i]!.name}`;

export function viewOf(comparison: Comparison, { metric, x, means, members }: ReportCurves, { scale }: Pick<ChartBlock, "scale">, words: ReportWords): ChartView {
  const runs = new Map(comparison.runs.map((run) => [run.id, run]));
  const all = comparison.groups.flatMap(({ runIds }) => runIds);
  const lines = means.flatMap((mean): ChartLine[] => {
    const group = comparison.groups[mean.group]!;
    const first = runs.get(group.runIds[0]!)!;
    const make = (curve: GroupSeries, own: Pick<ChartLine, "id" | "label" | "dash" | "weight">): ChartLine => ({ ...own, colour: first.colour, isSmooth: own.weight === "line" && group.runIds.length > 1, x: curve.x, y: curve.mean, steps: curve.steps, perEpoch: stepsPerEpoch(first), isLive: false });
    const behind = group.runIds.length < 2 || comparison.groups.length > mostWithMembers ? [] : members.filter((one) => group.runIds.includes(all[one.group]!)).map((one) => make(one, { id: `${group.id}/${one.group}`, label: "", dash: "solid", weight: "fine" }));
    const line = make(mean, { id: group.id, label: groupLabel(comparison, mean.group), dash: dashOfRun({ id: `${group.id}-${mean.group + 1}`, colour: first.colour }), weight: "line" });
    return [...behind, group.runIds.length > 1 ? { ...line, band: { low: mean.low, high: mean.high, n: mean.n } } : line];
  });
  const isPositive = lines.every((line) => line.y.every((value) => !(value <= 0)));
  const isLog = isPositive && (scale === "log" || (scale === "auto" && metric.endsWith("loss")));
  const ends = comparison.runs.map((run) => xOf(run, x)(Math.max(1, run.step)));
  const y: ChartView["y"] = isShare(metric) ? { scale: isLog ? "log" : "linear", linearWithin: 1, unit: "percent", ...(isLog ? {} : { min: 0, max: 1 }) } : { scale: isLog ? "log" : "linear", linearWithin: 1, unit: "plain" };
  const label = capital(metricLabel(words, metric));
  return { title: label, caption: captionOf(comparison, metric, x, y.scale === "log", words), summary: label, x: { name: words.axes[x], min: 0, max: Math.max(1, ...ends), scale: "linear", linearWithin: 1, isWindow: false }, y, lines };
}

/** Where the drawing begins: what stands above it in a file by itself is said by the page here. */
const cropped = 30;

/** The same picture in the page's colours, with names of its own, without paper and title. */
function inline(svg: string, id: string): string {
  const tokens = new Map([...lightInks.colours.map((ink, i) => [ink, `var(--chart-${i + 1})`] as const), ...(["grid", "axis", "text", "ink", "bad", "paper", "crowd"] as const).map((name) => [lightInks[name], `var(--${name})`] as const)]);
  return svg
    .replace(/ (fill|stroke)="(#[0-9a-f]{6})"/g, (whole, attribute: string, ink: string) => (tokens.has(ink) ? ` ${attribute}="${tokens.get(ink)!}"` : whole))
    .replaceAll('id="plot"', `id="${id}"`).replaceAll("url(#plot)", `url(#${id})`)
    .replace(/ width="(\d+)" height="(\d+)" viewBox="0 0 \d+ \d+"/, (_, width: string, height: string) => ` viewBox="0 ${cropped} ${width} ${Number(height) - cropped}"`);
}

/** `id` is the figure's own in the file, `n` its number. */
export function figureOf(block: ChartBlock, comparison: Comparison, curves: ReportCurves | undefined, id: string, n: number): string {
  if (curves === undefined || curves.means.length === 0) return `<p class="nothing">${said((words) => words.nothing.chart)}</p>`;
  const picture = both((words, language) => inline(svgOf(viewOf(comparison, curves, block, words), []), `${id}-${language}`), "div");
  const caption = said((words) => {
    const { title, caption: more } = viewOf(comparison, curves, block, words);
    return words.figureCaption(title, more);
  });
  return [
    `<figure id="${id}"><figcaption><strong>${said((words) => words.figure(n))}</strong> ${caption}</figcaption>`,
    `<div class="chart" tabindex="0" role="group">${picture}</div>`,
    `<details><summary>${said((words) => words.asTable)}</summary>${pointsTable(comparison, curves)}</details></figure>`,
  ].join("");
}

/** Unit, kind of axis, and what a line is. */
function captionOf({ groups }: Comparison, metric: string, x: ReportCurves["x"], isLog: boolean, words: ReportWords): string {
  const counts = [...new Set(groups.map(({ runIds }) => runIds.length))].sort((a, b) => a - b);
  const what = counts.at(-1)! > 1 ? words.meanOf(counts.length === 1 ? String(counts[0]) : `${counts[0]}–${counts.at(-1)}`, words.axes[x]) : words.curvesOf(words.axes[x]);
  return [...(isShare(metric) ? [words.unit] : []), ...(isLog ? [words.logAxis] : []), what].join(words.code === "en" ? ", " : "，");
}

const capital = (label: string): string => label.charAt(0).toLocaleUpperCase("en") + label.slice(1);

/** Every n-th of the points that are drawn, the first and the last among them. */
function pointsTable(comparison: Comparison, { metric, means }: ReportCurves): string {
  const value = (of: number): string => (isShare(metric) ? percent(of) : figured(of));
  const heads: TableCell[] = [{ html: said((words) => words.columns.run), isHead: true }, { html: said((words) => words.columns.point), isNumber: true }, { html: said((words) => words.columns.mean), isNumber: true }, { html: said((words) => words.columns.interval), isNumber: true }, { html: said((words) => words.columns.n), isNumber: true }];
  const rows = means.flatMap((mean) => {
    const stride = Math.max(1, Math.ceil((mean.x.length - 1) / mostRows));
    const kept = [...mean.x.keys()].filter((i) => i % stride === 0 || i === mean.x.length - 1);
    return kept.map((i): TableCell[] => [
      { html: text(groupLabel(comparison, mean.group)), isHead: true }, { html: figured(mean.x[i]!), isNumber: true }, { html: value(mean.mean[i]!), isNumber: true },
      { html: Number.isNaN(mean.low[i]!) ? "–" : `${value(mean.low[i]!)} … ${value(mean.high[i]!)}`, isNumber: true }, { html: String(mean.n[i]!), isNumber: true },
    ]);
  });
  return table({ caption: said((words) => words.pointsNote), heads, rows });
}
