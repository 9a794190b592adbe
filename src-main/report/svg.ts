/** A view as a self-contained SVG: the same axes, paths, marks and labels as on the screen, on white paper. Pure. */

import { bandOf, edgeMarks, endLabels, fitted, hasLegend, isCrowd, labelGap, legendOf, mainLines, nameOffset, outlinesOf, pathOf, rightRoom, stageOf, tickText, xText } from "../contract/chart-drawing.ts";
import type { EdgeMark, Stage } from "../contract/chart-drawing.ts";
import { dashOf, inkOf } from "../contract/chart-inks.ts";
import type { ChartLine, ChartView } from "../contract/chart-view.ts";
import { eventDash, eventMarks, eventRow, partsOf, sharedOpacity } from "../contract/chart-events.ts";
import type { EventMark } from "../contract/chart-events.ts";
import { count } from "../contract/figures.ts";
import { lightInks as inks } from "./inks.ts";

/** The figure's measures in pixels; height without legend. */
const width = 760;
const height = 360;
const margin = { left: 14, top: 44, bottom: 34 };
const legendRow = 18;
const legendColumns = 3;
/** Names in the legend; how many more there are is said beneath. */
const mostNames = 60;

/** `pinned` are ids of lines that keep their colour where there are too many lines to tell by colour. */
export function svgOf(view: ChartView, pinned: readonly string[]): string {
  const fit = (label: string): string => fitted(label, width * 0.18, measure);
  const plain = stageOf(view, { left: 0, right: 1, top: 0, bottom: 1 });
  const left = margin.left + Math.max(...plain.yTicks.map((tick) => measure(tickText(view, tick))), 0) + 8;
  const stage = stageOf(view, { left, right: width - rightRoom(view, measure, fit), top: margin.top, bottom: height - margin.bottom }, plain.y);
  const names = hasLegend(view) ? legendOf(view).slice(0, mostNames) : [];
  const hidden = hasLegend(view) ? mainLines(view).length - names.length : 0;
  const full = height + (names.length === 0 ? 0 : Math.ceil(names.length / legendColumns) * legendRow + 12) + (hidden > 0 ? legendRow : 0);
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${full}" viewBox="0 0 ${width} ${full}" font-family="${escaped(inks.fontFamily)}" font-size="${inks.fontSize}" role="img">`,
    `<title>${escaped(view.title)}</title><desc>${escaped(view.summary)}</desc>`,
    `<rect width="${width}" height="${full}" fill="${inks.paper}"/>`,
    `<text x="${margin.left}" y="24" font-size="13" font-weight="600" fill="${inks.ink}">${escaped(view.title)}<tspan dx="8" font-size="12" font-weight="400" fill="${inks.text}">${escaped(view.caption)}</tspan></text>`,
    ...axes(view, stage),
    `<clipPath id="plot"><rect x="${round(stage.area.left - 2)}" y="${round(stage.area.top - 2)}" width="${round(stage.area.right - stage.area.left + 4)}" height="${round(stage.area.bottom - stage.area.top + 2)}"/></clipPath>`,
    `<g clip-path="url(#plot)" fill="none" stroke-linejoin="round">`,
    ...(isCrowd(view) ? [] : view.lines.flatMap((line) => outlinesOf(bandOf(line, stage, view)).map((outline) => `<path d="M${outline.map(round).join(" ")}z" fill="${inkOf(inks, line)}" fill-opacity="${inks.bandOpacity}"/>`))),
    ...inOrder(view, pinned).flatMap((line) => partsOf(line).map((part) => path(view, stage, part.line, pinned, part.isShared))),
    "</g>",
    ...eventMarks(view, stage, measure, endLabels(view, stage, fit)).map((mark) => eventOf(mark, stage)),
    ...edgeMarks(view, stage).map((mark) => markOf(mark, stage)),
    ...endLabels(view, stage, fit).map(({ line, text, left: at, top, labelTop, hasDot }) =>
      `${hasDot ? `<circle cx="${round(at)}" cy="${round(top)}" r="3.5" fill="${inkOf(inks, line)}"/>` : ""}${text === "" ? "" : `<text x="${round(at + labelGap)}" y="${round(labelTop)}" dominant-baseline="central" font-weight="500" fill="${inkOf(inks, line)}">${escaped(text)}</text>`}`),
    ...names.map((line, i) => legendEntry(view, line, i, pinned)),
    hidden > 0 ? `<text x="${margin.left}" y="${full - 8}" fill="${inks.text}">+ ${count(hidden)}</text>` : "",
    "</svg>",
  ].filter((part) => part !== "").join("\n");
}

/** Fine lines behind, pinned ones in front. */
export const inOrder = (view: ChartView, pinned: readonly string[]): readonly ChartLine[] => {
  const rank = (line: ChartLine): number => (line.weight === "fine" ? 0 : pinned.includes(line.id) ? 2 : 1);
  return [...view.lines].sort((a, b) => rank(a) - rank(b));
};

function axes(view: ChartView, { area, left, top, xTicks, yTicks }: Stage): string[] {
  const baseline = `dominant-baseline="central"`;
  return [
    ...yTicks.map((tick) => `<line x1="${round(area.left)}" x2="${round(area.right)}" y1="${round(top(tick))}" y2="${round(top(tick))}" stroke="${inks.grid}"/><text x="${round(area.left - 8)}" y="${round(top(tick))}" text-anchor="end" ${baseline} fill="${inks.text}">${escaped(tickText(view, tick))}</text>`),
    `<line x1="${round(area.left)}" x2="${round(area.right)}" y1="${round(area.bottom)}" y2="${round(area.bottom)}" stroke="${inks.axis}"/>`,
    ...xTicks.map((tick) => `<text x="${round(left(tick))}" y="${round(area.bottom + 15)}" text-anchor="middle" ${baseline} fill="${inks.text}">${escaped(xText(view, tick))}</text>`),
    `<text x="${round(area.right + nameOffset(view, measure))}" y="${round(area.bottom + 15)}" ${baseline} fill="${inks.text}">${escaped(view.x.name)}</text>`,
  ];
}

function path(view: ChartView, stage: Stage, line: ChartLine, pinned: readonly string[], isShared: boolean): string {
  const corners = pathOf(line, stage, view);
  let d = "";
  for (let i = 0, isDown = false; i < corners.length; i += 2) {
    if (Number.isNaN(corners[i]!)) { isDown = false; continue; }
    d += `${isDown ? "L" : "M"}${round(corners[i]!)} ${round(corners[i + 1]!)}`;
    isDown = true;
  }
  const isFine = line.weight === "fine";
  const dash = dashOf(inks, line);
  return d === "" ? "" : `<path d="${d}" stroke="${isGrey(view, line, pinned) ? inks.crowd : inkOf(inks, line)}" stroke-width="${isFine ? inks.fineWidth : inks.lineWidth}"${isFine ? ` stroke-opacity="${inks.rawOpacity}"` : isShared ? ` stroke-opacity="${sharedOpacity}"` : ""}${dash.length === 0 ? "" : ` stroke-dasharray="${dash.join(" ")}"`}/>`;
}

/** A dotted line with its name, which keeps clear of curves by a rim of paper. */
function eventOf({ event, left, name }: EventMark, { area }: Stage): string {
  const rule = `<line x1="${round(left)}" x2="${round(left)}" y1="${round(area.top)}" y2="${round(area.bottom)}" stroke="${inks.text}" stroke-dasharray="${eventDash.join(" ")}"><title>${escaped(event.text)}</title></line>`;
  return name === null ? rule : `${rule}<text x="${round(name.textLeft)}" y="${round(area.top + eventRow * (name.row + 0.5))}" dominant-baseline="central" fill="${inks.text}" stroke="${inks.paper}" stroke-width="3" paint-order="stroke">${escaped(event.tag)}</text>`;
}

const isGrey = (view: ChartView, line: ChartLine, pinned: readonly string[]): boolean => isCrowd(view) && !pinned.includes(line.id);

function markOf({ kind, edge, left, count: n }: EdgeMark, { area }: Stage): string {
  const y = edge === "top" ? area.top + 5 : area.bottom - 5;
  const towards = edge === "top" ? -1 : 1;
  const shape = kind === "odd"
    ? `<path d="M${round(left - 3.5)} ${round(y - 3.5)}l7 7m0 -7l-7 7" stroke="${inks.bad}" stroke-width="1.5" fill="none"/>`
    : `<path d="M${round(left - 3.5)} ${round(y - towards * 2)}h7l-3.5 ${towards * 5}z" fill="${inks.text}"/>`;
  return n === 1 ? shape : `${shape}<text x="${round(left + 6)}" y="${round(y)}" dominant-baseline="central" font-size="10" fill="${kind === "odd" ? inks.bad : inks.text}">${count(n)}</text>`;
}

function legendEntry(view: ChartView, line: ChartLine, i: number, pinned: readonly string[]): string {
  const column = (width - 2 * margin.left) / legendColumns;
  const x = margin.left + (i % legendColumns) * column;
  const y = height + 8 + Math.floor(i / legendColumns) * legendRow;
  const dash = dashOf(inks, line);
  return `<line x1="${round(x)}" x2="${round(x + 24)}" y1="${y}" y2="${y}" stroke="${isGrey(view, line, pinned) ? inks.crowd : inkOf(inks, line)}" stroke-width="${inks.lineWidth}"${dash.length === 0 ? "" : ` stroke-dasharray="${dash.join(" ")}"`}/><text x="${round(x + 31)}" y="${y}" dominant-baseline="central" fill="${inks.ink}">${escaped(fitted(line.label, column - 42, measure))}</text>`;
}

/** About how wide a text is in Inter at the tick's size: no font is at hand here. Han and full-width signs are square. */
function measure(text: string): number {
  let em = 0;
  for (const sign of text) em += /[\u2e80-\uffef]/.test(sign) ? 1 : /[ilj.,·:;|'\s]/.test(sign) ? 0.32 : /[mwMW%]/.test(sign) ? 0.9 : 0.6;
  return em * inks.fontSize;
}

/** A hundredth of a pixel is finer than any printer. */
const round = (n: number): number => Math.round(n * 100) / 100;

/** Text for SVG: what XML forbids is left out, what it reserves is spelled. */
const escaped = (text: string): string => text.replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "").replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
