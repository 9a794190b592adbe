/** A view as shapes on a sheet of white paper: the same axes, paths, marks and labels as on the screen, ready for whoever writes them down. Pure. */

import { bandOf, edgeMarks, endLabels, fitted, hasLegend, isCrowd, labelGap, legendOf, mainLines, nameOffset, nameShare, outlinesOf, pathOf, rightRoom, stageOf, tickText, xText } from "../contract/chart-drawing.ts";
import type { EdgeMark, Stage } from "../contract/chart-drawing.ts";
import { dashOf, inkOf } from "../contract/chart-inks.ts";
import type { ChartLine, ChartView } from "../contract/chart-view.ts";
import { eventDash, eventMarks, eventRow, partsOf, sharedOpacity } from "../contract/chart-events.ts";
import type { EventMark } from "../contract/chart-events.ts";
import { count } from "../contract/figures.ts";
import { lightInks as inks } from "./inks.ts";

export interface Stroke { readonly ink: string; readonly width?: number; readonly opacity?: number; readonly dash?: readonly number[] }
export interface TextShape { readonly kind: "text"; readonly x: number; readonly y: number; readonly text: string; readonly fill: string; readonly anchor?: "middle" | "end"; readonly size?: number; readonly weight?: 500 | 600; /** `y` is the middle of its height, not its base line. */ readonly isCentral: boolean; /** A rim of paper keeps it clear of curves. */ readonly isRimmed?: boolean; /** Plain and grey, right after it. */ readonly then?: string }
/** `d` as SVG writes paths; places in pixels from the top left corner. */
export type Shape =
  | { readonly kind: "path"; readonly d: string; readonly fill?: string; readonly fillOpacity?: number; readonly stroke?: Stroke }
  | { readonly kind: "line"; readonly x1: number; readonly y1: number; readonly x2: number; readonly y2: number; readonly stroke: Stroke; readonly title?: string }
  | { readonly kind: "circle"; readonly x: number; readonly y: number; readonly r: number; readonly fill: string }
  | TextShape;

/** `plot` lies on `under` and is cut off at `clip`; `over` lies on both. */
export interface Drawing { readonly width: number; readonly height: number; readonly title: string; readonly summary: string; readonly clip: { readonly x: number; readonly y: number; readonly width: number; readonly height: number }; readonly under: readonly Shape[]; readonly plot: readonly Shape[]; readonly over: readonly Shape[] }

/** The figure's measures in pixels; height without legend. */
const width = 760;
const height = 360;
const margin = { left: 14, top: 44, bottom: 34 };
const legendRow = 18;
const legendColumns = 3;
/** Names in the legend; how many more there are is said beneath. */
const mostNames = 60;

/** So many corners are about 150 kB of SVG; with more, a peak is kept of every second, fourth, eighth pixel. */
const mostCorners = 12_000;
const pitches = [1, 2, 4, 8];

/** `pinned` are ids of lines that keep their colour where there are too many lines to tell by colour. */
export function drawingOf(view: ChartView, pinned: readonly string[]): Drawing {
  const fit = (label: string): string => fitted(label, width * nameShare(view), measure);
  const plain = stageOf(view, { left: 0, right: 1, top: 0, bottom: 1 });
  const left = margin.left + Math.max(...plain.yTicks.map((tick) => measure(tickText(view, tick))), 0) + 8;
  const stage = stageOf(view, { left, right: width - rightRoom(view, measure, fit), top: margin.top, bottom: height - margin.bottom }, plain.y);
  const { area } = stage;
  const names = hasLegend(view) ? legendOf(view).slice(0, mostNames) : [];
  const hidden = hasLegend(view) ? mainLines(view).length - names.length : 0;
  const full = height + (names.length === 0 ? 0 : Math.ceil(names.length / legendColumns) * legendRow + 12) + (hidden > 0 ? legendRow : 0);
  const labels = endLabels(view, stage, fit);
  const bands = isCrowd(view) ? [] : view.lines.filter(({ band }) => band !== undefined);
  const parts = inOrder(view, pinned).flatMap((line) => partsOf(line));
  const cornersAt = (pitch: number) => ({ bands: bands.map((line) => outlinesOf(bandOf(line, stage, view, pitch))), paths: parts.map(({ line }) => pathOf(line, stage, view, pitch)) });
  let corners = cornersAt(pitches[0]!);
  for (const pitch of pitches.slice(1)) if (corners.bands.flat().reduce((sum, { length }) => sum + length, 0) + corners.paths.reduce((sum, { length }) => sum + length, 0) > 2 * mostCorners) corners = cornersAt(pitch);
  return {
    width, height: full, title: view.title, summary: view.summary,
    clip: { x: round(area.left - 2), y: round(area.top - 2), width: round(area.right - area.left + 4), height: round(area.bottom - area.top + 4) },
    under: [{ kind: "text", x: margin.left, y: 24, size: 13, weight: 600, fill: inks.ink, text: view.title, isCentral: false, then: view.caption }, ...axes(view, stage)],
    plot: [
      ...bands.flatMap((line, i) => corners.bands[i]!.map((outline): Shape => ({ kind: "path", d: `M${outline.map(round).join(" ")}z`, fill: inkOf(inks, line), fillOpacity: inks.bandOpacity }))),
      ...parts.flatMap(({ line, isShared }, i) => path(corners.paths[i]!, view, line, pinned, isShared)),
    ],
    over: [
      ...eventMarks(view, stage, measure, labels).flatMap((mark) => eventOf(mark, stage)),
      ...edgeMarks(view, stage).flatMap((mark) => markOf(mark, stage)),
      ...labels.flatMap(({ line, text, left: at, top, labelTop, hasDot }): Shape[] => [
        ...(hasDot ? [{ kind: "circle", x: round(at), y: round(top), r: 3.5, fill: inkOf(inks, line) } as const] : []),
        ...(text === "" ? [] : [{ kind: "text", x: round(at + labelGap), y: round(labelTop), isCentral: true, weight: 500, fill: inkOf(inks, line), text } as const]),
      ]),
      ...names.flatMap((line, i) => legendEntry(view, line, i, pinned)),
      ...(hidden > 0 ? [{ kind: "text", x: margin.left, y: full - 8, isCentral: false, fill: inks.text, text: `+ ${count(hidden)}` } as const] : []),
    ],
  };
}

/** Fine lines behind, pinned ones in front. */
const inOrder = (view: ChartView, pinned: readonly string[]): readonly ChartLine[] => {
  const rank = (line: ChartLine): number => (line.weight === "fine" ? 0 : pinned.includes(line.id) ? 2 : 1);
  return [...view.lines].sort((a, b) => rank(a) - rank(b));
};

function axes(view: ChartView, { area, left, top, xTicks, yTicks }: Stage): Shape[] {
  const beside = round(area.bottom + 15);
  const level = (y: number, ink: string): Shape => ({ kind: "line", x1: round(area.left), x2: round(area.right), y1: round(y), y2: round(y), stroke: { ink } });
  return [
    ...yTicks.flatMap((tick): Shape[] => [level(top(tick), inks.grid), { kind: "text", x: round(area.left - 8), y: round(top(tick)), anchor: "end", isCentral: true, fill: inks.text, text: tickText(view, tick) }]),
    level(area.bottom, inks.axis),
    ...xTicks.map((tick): Shape => ({ kind: "text", x: round(left(tick)), y: beside, anchor: "middle", isCentral: true, fill: inks.text, text: xText(view, tick) })),
    { kind: "text", x: round(area.right + nameOffset(view, measure)), y: beside, isCentral: true, fill: inks.text, text: view.x.name },
  ];
}

function path(corners: Float64Array, view: ChartView, line: ChartLine, pinned: readonly string[], isShared: boolean): Shape[] {
  let d = "";
  for (let i = 0, isDown = false; i < corners.length; i += 2) {
    if (Number.isNaN(corners[i]!)) { isDown = false; continue; }
    d += `${isDown ? "L" : "M"}${round(corners[i]!)} ${round(corners[i + 1]!)}`;
    isDown = true;
  }
  const isFine = line.weight === "fine";
  const opacity = isFine ? { opacity: inks.rawOpacity } : isShared ? { opacity: sharedOpacity } : {};
  return d === "" ? [] : [{ kind: "path", d, stroke: { ink: isGrey(view, line, pinned) ? inks.crowd : inkOf(inks, line), width: isFine ? inks.fineWidth : inks.lineWidth, dash: dashOf(inks, line), ...opacity } }];
}

/** A dotted line with its name. */
function eventOf({ event, left, name }: EventMark, { area }: Stage): Shape[] {
  const rule: Shape = { kind: "line", x1: round(left), x2: round(left), y1: round(area.top), y2: round(area.bottom), stroke: { ink: inks.text, dash: eventDash }, title: event.text };
  return name === null ? [rule] : [rule, { kind: "text", x: round(name.textLeft), y: round(area.top + eventRow * (name.row + 0.5)), isCentral: true, fill: inks.text, isRimmed: true, text: event.tag }];
}

const isGrey = (view: ChartView, line: ChartLine, pinned: readonly string[]): boolean => isCrowd(view) && !pinned.includes(line.id);

function markOf({ kind, edge, left, count: n }: EdgeMark, { area }: Stage): Shape[] {
  const y = edge === "top" ? area.top + 5 : area.bottom - 5;
  const towards = edge === "top" ? -1 : 1;
  const shape: Shape = kind === "odd"
    ? { kind: "path", d: `M${round(left - 3.5)} ${round(y - 3.5)}l7 7m0 -7l-7 7`, stroke: { ink: inks.bad, width: 1.5 } }
    : { kind: "path", d: `M${round(left - 3.5)} ${round(y - towards * 2)}h7l-3.5 ${towards * 5}z`, fill: inks.text };
  return n === 1 ? [shape] : [shape, { kind: "text", x: round(left + 6), y: round(y), isCentral: true, size: 10, fill: kind === "odd" ? inks.bad : inks.text, text: count(n) }];
}

function legendEntry(view: ChartView, line: ChartLine, i: number, pinned: readonly string[]): Shape[] {
  const column = (width - 2 * margin.left) / legendColumns;
  const x = margin.left + (i % legendColumns) * column;
  const y = height + 8 + Math.floor(i / legendColumns) * legendRow;
  return [
    { kind: "line", x1: round(x), x2: round(x + 24), y1: y, y2: y, stroke: { ink: isGrey(view, line, pinned) ? inks.crowd : inkOf(inks, line), width: inks.lineWidth, dash: dashOf(inks, line) } },
    { kind: "text", x: round(x + 31), y, isCentral: true, fill: inks.ink, text: fitted(line.label, column - 42, measure) },
  ];
}

/** About how wide a text is in Inter at the tick's size: no font is at hand here. Han and full-width signs are square. */
function measure(text: string): number {
  let em = 0;
  for (const sign of text) em += /[\u2e80-\uffef]/.test(sign) ? 1 : /[ilj.,·:;|'\s]/.test(sign) ? 0.32 : /[mwMW%]/.test(sign) ? 0.9 : 0.6;
  return em * inks.fontSize;
}

/** A hundredth of a pixel is finer than any printer. */
const round = (n: number): number => Math.round(n * 100) / 100;
