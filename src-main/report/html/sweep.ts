/** A sweep in a report: the best as it looks beside what fresh seeds say, how it was found, which axes matter. Pure. */

import { stageOf, tickText } from "../../contract/chart-drawing.ts";
import type { ChartView } from "../../contract/chart-view.ts";
import { count, figure as figured, isShare, percent } from "../../contract/figures.ts";
import type { SweepFacts } from "../../contract/reports.ts";
import type { SweepTrial } from "../../contract/sweeps.ts";
import { both, said, table, tableNumber, text, type Numbering, type TableCell } from "./markup.ts";
import { metricLabel, type ReportWords } from "./words.ts";

/** Trials in the table; the sweep's page has them all. */
const mostTrials = 12;
const size = { width: 760, height: 280, left: 62, right: 744, top: 14, bottom: 246 } as const;

export function sweepOf(facts: SweepFacts | null, id: string, numbering: Numbering): string {
  if (facts === null) return `<p class="nothing">${said((words) => words.nothing.sweep)}</p>`;
  const told = ranked(facts);
  return `<h3>${text(facts.sweep.name)}</h3>${sentences(facts, told)}${told.length < 2 ? "" : history(facts, told, id, numbering)}${trialTable(facts, told, numbering)}${importance(facts, numbering)}`;
}

const valueOf = (trial: SweepTrial): number => trial.values![0]!;
const shownAs = (metric: string) => (value: number): string => (isShare(metric) ? `${percent(value)} %` : figured(value));

/** Trials with a finite result, the best first. */
function ranked({ trials, winner: { objective } }: SweepFacts): readonly SweepTrial[] {
  const sign = objective.goal === "maximize" ? -1 : 1;
  return trials.filter(({ values }) => values !== null && Number.isFinite(values[0])).sort((a, b) => sign * (valueOf(a) - valueOf(b)) || a.number - b.number);
}

/** What can be said of the winner, the best as it looks first; none while no trial has a result. */
function linesOf({ winner: { objective, raw, curse, confirmed, test } }: SweepFacts, told: readonly SweepTrial[], words: ReportWords): readonly string[] {
  if (raw === null) return [];
  const value = shownAs(objective.metric);
  const [first] = confirmed;
  return [
    words.sweep.best(raw.trial, metricLabel(words, objective.metric), value(raw.value), told.length),
    curse === null ? words.sweep.noLuck : words.sweep.luck(value(curse.optimism), curse.contenders, value(curse.corrected)),
    first === undefined ? words.sweep.notConfirmed : words.sweep.confirmed(first.trial, value(first.mean), first.deviation === null ? null : value(first.deviation), first.seeds, value(first.raw)),
    ...(test === null ? [] : [words.sweep.test(Object.entries(test).map(([metric, mean]) => `${metricLabel(words, metric)} ${shownAs(metric)(mean)}`).join(words.code === "en" ? ", " : "，"))]),
  ];
}

function sentences(facts: SweepFacts, told: readonly SweepTrial[]): string {
  if (facts.winner.raw === null) return `<p class="nothing">${said((words) => words.nothing.results)}</p>`;
  return both((words) => { const [best, ...others] = linesOf(facts, told, words); return `<p class="verdict"><strong>${text(best!)}</strong></p><p>${text(others.join(words.code === "en" ? " " : ""))}</p>`; }, "div");
}

/** Each trial as a dot in the order of its number, and the best so far as a stair. */
function history({ winner: { objective } }: SweepFacts, told: readonly SweepTrial[], id: string, numbering: Numbering): string {
  const inOrder = [...told].filter(({ number }) => number > 0).sort((a, b) => a.number - b.number);
  if (inOrder.length < 2) return "";
  const x = Float64Array.from(inOrder, ({ number }) => number), y = Float64Array.from(inOrder, valueOf);
  const isBetter = (a: number, b: number): boolean => (objective.goal === "maximize" ? a > b : a < b);
  const best = y.map((_, i) => y.subarray(0, i + 1).reduce((so, one) => (isBetter(one, so) ? one : so)));
  const isLog = objective.metric.endsWith("loss") && y.every((one) => one > 0);
  const view: ChartView = {
    title: "", caption: "", summary: "", x: { name: "", min: 0, max: x.at(-1)! + 1, scale: "linear", linearWithin: 1, isWindow: false },
    y: { scale: isLog ? "log" : "linear", linearWithin: 1, unit: isShare(objective.metric) ? "percent" : "plain" },
    lines: [{ id, label: "", colour: 1, dash: "solid", weight: "line", isSmooth: false, x, y, steps: x, perEpoch: 0, isLive: false }],
  };
  const stage = stageOf(view, size);
  const at = (value: number, of: (value: number) => number): string => of(value).toFixed(1);
  const stair = best.reduce((path, value, i) => `${path}${i === 0 ? "M" : "H"}${at(x[i]!, stage.left)}${i === 0 ? " " : "V"}${at(value, stage.top)}`, "");
  const n = ++numbering.figures;
  const label = (words: ReportWords): string => `${metricLabel(words, objective.metric)}; ${words.sweep.figure}`;
  const picture = both((words) => [
    `<svg viewBox="0 0 ${size.width} ${size.height}" role="img" font-size="11" fill="var(--text)"><title>${text(label(words))}</title>`,
    ...stage.yTicks.map((tick) => `<path d="M${size.left} ${at(tick, stage.top)}H${size.right}" stroke="var(--grid)"/><text x="${size.left - 8}" y="${at(tick, stage.top)}" dy="4" text-anchor="end">${text(tickText(view, tick))}</text>`),
    `<path d="M${size.left} ${size.bottom}H${size.right}" stroke="var(--axis)"/>`,
    ...stage.xTicks.filter(Number.isInteger).map((tick) => `<text x="${at(tick, stage.left)}" y="${size.bottom + 16}" text-anchor="middle">${tick}</text>`),
    `<text x="${size.right}" y="${size.bottom + 32}" text-anchor="end">${text(words.sweep.columns.trial)}</text>`,
    ...inOrder.map((trial) => `<circle cx="${at(trial.number, stage.left)}" cy="${at(valueOf(trial), stage.top)}" r="3" ${trial.state === "pruned" ? 'fill="none" stroke="var(--chart-1)"' : 'fill="var(--chart-1)" fill-opacity="0.55"'}/>`),
    `<path d="${stair}" fill="none" stroke="var(--chart-2)" stroke-width="1.75"/><text x="${size.right}" y="${at(best.at(-1)!, stage.top)}" dy="-6" text-anchor="end" fill="var(--chart-2)">${text(words.sweep.bestSoFar)}</text></svg>`,
  ].join(""), "div");
  return `<figure id="${id}"><figcaption><strong>${said((words) => words.figure(n))}</strong> ${said((words) => { const whole = label(words); return whole.charAt(0).toLocaleUpperCase("en") + whole.slice(1); })}</figcaption><div class="chart" tabindex="0" role="group">${picture}</div><details><summary>${said((words) => words.asTable)}</summary>${historyTable(inOrder, best, objective.metric)}</details></figure>`;
}

/** The numbers of the picture. */
function historyTable(inOrder: readonly SweepTrial[], best: Float64Array, metric: string): string {
  const value = shownAs(metric);
  return table({
    caption: "",
    heads: [{ html: said((words) => words.sweep.columns.trial) }, { html: said((words) => metricLabel(words, metric)), isNumber: true }, { html: said((words) => words.sweep.bestSoFar), isNumber: true }, { html: said((words) => words.columns.state) }],
    rows: inOrder.map((trial, i): TableCell[] => [{ html: String(trial.number), isHead: true }, { html: text(value(valueOf(trial))), isNumber: true }, { html: text(value(best[i]!)), isNumber: true }, { html: said((words) => words.sweep.trialStates[trial.state] ?? trial.state) }]),
  });
}

const pointText = (value: unknown): string => (value === undefined ? "–" : typeof value === "number" ? (Number.isSafeInteger(value) ? count(value).replace("-", "−") : figured(value)) : typeof value === "object" ? JSON.stringify(value) : String(value));

function trialTable({ sweep, winner }: SweepFacts, told: readonly SweepTrial[], numbering: Numbering): string {
  const best = told.slice(0, mostTrials);
  if (best.length === 0) return "";
  const { metric } = winner.objective, axes = Object.keys(sweep.spec.axes), value = shownAs(metric);
  const confirmed = new Map(winner.confirmed.map((one) => [one.trial, one]));
  const heads: TableCell[] = [
    { html: said((words) => words.sweep.columns.trial) }, { html: said((words) => metricLabel(words, metric)), isNumber: true }, { html: said((words) => words.sweep.columns.confirmed), isNumber: true },
    ...axes.map((axis): TableCell => ({ html: text(axis), isNumber: true })), { html: said((words) => words.columns.epochs), isNumber: true }, { html: said((words) => words.columns.state) },
  ];
  const rows = best.map((trial): TableCell[] => {
    const again = confirmed.get(trial.number);
    return [
      { html: String(trial.number), isHead: true, order: trial.number }, { html: text(value(valueOf(trial))), isNumber: true, order: valueOf(trial) },
      { html: again === undefined ? "–" : `${text(value(again.mean))} <small>n = ${again.seeds}</small>`, isNumber: true },
      ...axes.map((axis): TableCell => ({ html: text(pointText(trial.point[axis])), isNumber: true })),
      { html: String(trial.epoch), isNumber: true, order: trial.epoch }, { html: said((words) => words.sweep.trialStates[trial.state] ?? trial.state) },
    ];
  });
  return table({ caption: `${tableNumber(numbering)} ${said((words) => words.sweep.trialsCaption(best.length, told.length))}`, heads, rows, isSortable: true });
}

function importance({ importance: found }: SweepFacts, numbering: Numbering): string {
  if (found === null) return "";
  const heads: TableCell[] = [{ html: said((words) => words.sweep.columns.axis) }, { html: "" }, { html: said((words) => words.sweep.columns.share), isNumber: true }, { html: said((words) => words.sweep.columns.range), isNumber: true }];
  const bar = (share: number): string => `<svg viewBox="0 0 200 8" width="200" height="8" aria-hidden="true"><rect width="200" height="8" fill="var(--grid)"/><rect width="${(200 * Math.min(1, Math.max(0, share))).toFixed(1)}" height="8" fill="var(--chart-1)"/></svg>`;
  const rows = [...found.axes].sort((a, b) => b.share - a.share).map(({ axis, share, from, to }): TableCell[] => [
    { html: `<code>${text(axis)}</code>`, isHead: true }, { html: bar(share) }, { html: percent(share, 1), isNumber: true }, { html: `${percent(from, 1)} … ${percent(to, 1)}`, isNumber: true },
  ]);
  return table({ caption: `${tableNumber(numbering)} ${said((words) => words.sweep.importanceCaption(found.trials))}`, heads, rows });
}

/** The same in Markdown's plain sentences and tables, of which each cell is escaped by `cell`. */
export function sweepMarkdown(facts: SweepFacts | null, words: ReportWords, { cell, table: tableOf }: { readonly cell: (of: string) => string; readonly table: (heads: readonly string[], rows: readonly (readonly string[])[]) => string }): string {
  if (facts === null) return words.nothing.sweep;
  const { winner: { objective }, sweep } = facts, value = shownAs(objective.metric), told = ranked(facts), axes = Object.keys(sweep.spec.axes);
  const [best, ...others] = linesOf(facts, told, words);
  if (best === undefined) return words.nothing.results;
  return [`**${cell(best)}**`, ...others.map(cell), tableOf([words.sweep.columns.trial, cell(metricLabel(words, objective.metric)), ...axes.map(cell)], told.slice(0, mostTrials).map((trial) => [String(trial.number), value(valueOf(trial)), ...axes.map((axis) => cell(pointText(trial.point[axis])))]))].join("\n\n");
}
