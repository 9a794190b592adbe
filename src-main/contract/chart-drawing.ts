/** What every painter of a view needs and none may decide for itself: paths, marks at the edges, labels at the ends, their words. Knows pixels, no canvas and no SVG. */

import { inSight, type Axis } from "./chart-scale.ts";
import { placer, ticksOf, valueAt, verticalAxis } from "./chart-scale.ts";
import { spread } from "./chart-labels.ts";
import type { ChartLine, ChartView } from "./chart-view.ts";
import { count, figure, percent } from "./figures.ts";
import { timeText } from "./time-scale.ts";

export interface Area { readonly left: number; readonly right: number; readonly top: number; readonly bottom: number }

/** Labels stand beside the lines up to this many main lines; beyond it there is a legend. */
export const mostLabels = 8;
/** With more main lines than this all are grey but those that are pointed at or pinned. */
export const mostColours = 24;
/** Room between a line's end and its label, and between labels. */
export const labelGap = 8;
const labelPitch = 14.5;
/** Width of the stretch of an edge whose marks are told as one, with their number. */
const markPitch = 22;

/** Beside a line's end, the value with as many digits as a glance can use. */
export const endValue = (view: ChartView, value: number): string => (view.y.unit === "percent" ? percent(value, 1) : figure(value));
export const tickText = (view: ChartView, value: number): string => (view.y.unit === "percent" ? percent(value, Number.isInteger(Number((value * 100).toPrecision(10))) ? 0 : 1) : Number(value.toPrecision(10)) === 0 ? "0" : shortTick(value));

/** A place on x, beside its mark. */
export const xText = ({ x }: ChartView, value: number): string => (x.unit === undefined ? shortTick(value) : timeText(value, x.unit, x));

export function shortTick(value: number): string {
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-3 || size >= 1e6)) return figure(value);
  return Number.isInteger(value) && size >= 1000 ? count(value).replace("-", "−") : String(Number(value.toPrecision(6))).replace("-", "−");
}

export const mainLines = (view: ChartView): readonly ChartLine[] => view.lines.filter((line) => line.weight === "line" && line.label !== "");
export const hasLegend = (view: ChartView): boolean => mainLines(view).length > mostLabels;
export const isCrowd = (view: ChartView): boolean => mainLines(view).length > mostColours;
/** The legend's lines, the highest end first; those without a value last. */
export function legendOf(view: ChartView): readonly ChartLine[] {
  const heights = new Map(mainLines(view).map((line) => [line, endOf(view, line)?.y ?? -Infinity]));
  return [...heights.keys()].sort((a, b) => heights.get(b)! - heights.get(a)! || 0);
}

/** A view's two axes on an area of pixels. */
export interface Stage { readonly area: Area; readonly x: Axis; readonly y: Axis; readonly left: (x: number) => number; readonly top: (y: number) => number; readonly xTicks: readonly number[]; readonly yTicks: readonly number[] }

export function stageOf(view: ChartView, area: Area, y: Axis = verticalAxis(view)): Stage {
  const across = placer(view.x);
  const up = placer(y);
  return {
    area, x: view.x, y, xTicks: ticksOf(view.x), yTicks: ticksOf(y),
    left: (value) => area.left + across(value) * (area.right - area.left),
    top: (value) => area.bottom - up(value) * (area.bottom - area.top),
  };
}

/**
 * A line as corners to walk through: left, top, left, top …; NaN, NaN lifts the pen. Of each `pitch` pixels across, the first, lowest, highest and last point are
 * kept in their order, so that no peak is lost, whatever the number of points. What lies far outside is brought near: it is out of sight either way.
 */
export function pathOf({ x: xs, y: ys }: ChartLine, { area, x, y: axis, left, top }: Stage, view: ChartView, pitch = 1): Float64Array {
  const [from, to] = inSight({ x: xs }, view.x);
  // One point beyond each side, so that a line reaches the edge.
  const [start, end] = [Math.max(0, from - 1), Math.min(xs.length, to + 1)];
  const leastX = x.scale === "log" ? 0 : -Infinity;
  const leastY = axis.scale === "log" ? 0 : -Infinity;
  const corners: number[] = [];
  let i = start;
  while (i < end) {
    // NaN fails every comparison.
    if (!(ys[i]! > leastY && ys[i]! < Infinity && xs[i]! > leastX)) {
      if (corners.length > 0 && corners.at(-1)! >= 0) corners.push(-1);
      i++;
      continue;
    }
    const column = Math.floor(left(xs[i]!) / pitch);
    const until = valueAt(x, ((column + 1) * pitch - area.left) / (area.right - area.left));
    const first = i;
    let low = i;
    let high = i;
    for (i++; i < end; i++) {
      const value = ys[i]!;
      if (!(value > leastY && value < Infinity && xs[i]! < until)) break;
      if (value < ys[low]!) low = i;
      else if (value > ys[high]!) high = i;
    }
    const [earlier, later, last] = low < high ? [low, high, i - 1] : [high, low, i - 1];
    corners.push(first);
    if (earlier > first) corners.push(earlier);
    if (later > first && later > earlier) corners.push(later);
    if (last > later) corners.push(last);
  }
  const nearest = area.top - 2 * (area.bottom - area.top);
  const farthest = area.bottom + 2 * (area.bottom - area.top);
  const out = new Float64Array(2 * corners.length);
  corners.forEach((corner, k) => {
    out[2 * k] = corner < 0 ? NaN : left(xs[corner]!);
    out[2 * k + 1] = corner < 0 ? NaN : Math.min(Math.max(top(ys[corner]!), nearest), farthest);
  });
  return out;
}

/**
 * The interval of a line as corners: left, top of the high end, top of the low end; NaN three times where it is interrupted. Of each `pitch` pixels across the
 * widest reach is kept. Empty for a line without a band.
 */
export function bandOf({ x: xs, band }: ChartLine, { x, left, top, area }: Stage, view: ChartView, pitch = 1): Float64Array {
  if (band === undefined) return new Float64Array(0);
  const [from, to] = inSight({ x: xs }, view.x);
  const least = x.scale === "log" ? 0 : -Infinity;
  const within = (value: number): number => Math.min(Math.max(value, area.top - 20), area.bottom + 20);
  const corners: number[] = [];
  for (let i = Math.max(0, from - 1); i < Math.min(xs.length, to + 1); i++) {
    const [high, low] = [band.high[i]!, band.low[i]!];
    if (Number.isNaN(high) || !(xs[i]! > least)) {
      if (corners.length > 0 && !Number.isNaN(corners.at(-1)!)) corners.push(NaN, NaN, NaN);
      continue;
    }
    const [at, up] = [left(xs[i]!), within(top(high))];
    // Below the whole of a logarithmic axis there is no place: the band goes down to its edge.
    const down = top(low);
    const bottom = within(Number.isNaN(down) ? area.bottom : down);
    const last = corners.length - 3;
    if (last >= 0 && Math.floor(corners[last]! / pitch) === Math.floor(at / pitch)) {
      corners[last + 1] = Math.min(corners[last + 1]!, up);
      corners[last + 2] = Math.max(corners[last + 2]!, bottom);
    } else corners.push(at, up, bottom);
  }
  return Float64Array.from(corners);
}

/** The outlines of a band's unbroken stretches: there along the high end, back along the low one, as left, top, left, top …; a stretch of one point is none. */
export function outlinesOf(corners: Float64Array): readonly (readonly number[])[] {
  const outlines: number[][] = [];
  for (let i = 0; i < corners.length;) {
    let end = i;
    while (end < corners.length && !Number.isNaN(corners[end]!)) end += 3;
    if (end - i >= 6) {
      const outline: number[] = [];
      for (let j = i; j < end; j += 3) outline.push(corners[j]!, corners[j + 1]!);
      for (let j = end - 3; j >= i; j -= 3) outline.push(corners[j]!, corners[j + 2]!);
      outlines.push(outline);
    }
    i = end + 3;
  }
  return outlines;
}

/** A place at an edge: ✕ for values that are NaN or infinite, a triangle for finite ones beyond the axis; how many they are. */
export interface EdgeMark { readonly kind: "odd" | "clipped"; readonly edge: "top" | "bottom"; readonly left: number; readonly count: number }

/** Every value in sight that the axis cannot show, gathered by neighbourhood. NaN and −∞ stand at the bottom, ∞ at the top. */
export function edgeMarks(view: ChartView, { area, left, y }: Stage): readonly EdgeMark[] {
  const groups = new Map<string, { kind: EdgeMark["kind"]; edge: EdgeMark["edge"]; sum: number; count: number }>();
  // A value on the edge itself is in sight; rounding may have moved the edge by a hair.
  const hair = 1e-9 * Math.max(Math.abs(y.min), Math.abs(y.max));
  for (const line of view.lines) {
    if (line.isSmooth) continue;
    const [from, to] = inSight(line, view.x);
    for (let i = from; i < to; i++) {
      const value = line.y[i]!;
      const isOdd = !Number.isFinite(value);
      if (!isOdd && value >= y.min - hair && value <= y.max + hair) continue;
      const edge = value > y.max ? "top" : "bottom";
      const kind = isOdd ? "odd" : "clipped";
      const at = left(line.x[i]!);
      if (Number.isNaN(at)) continue;
      const key = `${kind} ${edge} ${Math.floor((at - area.left) / markPitch)}`;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, { kind, edge, sum: at, count: 1 });
      else { group.sum += at; group.count++; }
    }
  }
  return [...groups.values()].map(({ kind, edge, sum, count: n }) => ({ kind, edge, left: sum / n, count: n })).sort((a, b) => a.left - b.left);
}

/** The last finite point of a line in sight; `null` where there is none. `goesOn`: the line leaves the sight at the right. */
export function endOf(view: ChartView, line: ChartLine): { readonly x: number; readonly y: number; readonly goesOn: boolean; readonly isNewest: boolean; readonly isOnly: boolean } | null {
  const [from, to] = inSight(line, view.x);
  for (let i = to - 1; i >= from; i--) if (Number.isFinite(line.y[i]!)) return { x: line.x[i]!, y: line.y[i]!, goesOn: i === to - 1 && Number.isFinite(line.y[to]), isNewest: i === lastFinite(line), isOnly: i === 0 && line.y.length === 1 };
  return null;
}

function lastFinite({ y }: ChartLine): number {
  let i = y.length - 1;
  while (i >= 0 && !Number.isFinite(y[i]!)) i--;
  return i;
}

export interface EndLabel { readonly line: ChartLine; readonly text: string; readonly left: number; readonly top: number; readonly labelTop: number; readonly hasDot: boolean }

/** The labels beside the lines' ends, 14.5 pixels apart; none where there is a legend, but still the dots of living lines. `fit` shortens a name to its room. */
export function endLabels(view: ChartView, { area, left, top }: Stage, fit: (label: string) => string): readonly EndLabel[] {
  const isTold = !hasLegend(view);
  const ends = mainLines(view).flatMap((line) => {
    const end = endOf(view, line);
    if (end === null) return [];
    const at = Math.min(Math.max(top(end.y), area.top), area.bottom);
    if (Number.isNaN(at)) return [];
    return [{ line, text: isTold ? endText(view, line, end.y, fit) : "", left: end.goesOn ? area.right : left(end.x), top: at, hasDot: (line.isLive && end.isNewest) || end.isOnly }];
  });
  const places = isTold ? spread(ends.map((end) => end.top), labelPitch, area.top, area.bottom - 8) : ends.map((end) => end.top);
  return ends.map((end, i) => ({ ...end, labelTop: places[i]! })).filter((end) => isTold || end.hasDot);
}

/** The only line of a chart that already bears its name says its value alone. */
export const endText = (view: ChartView, line: ChartLine, y: number, fit: (label: string) => string): string => (line.label === view.title ? endValue(view, y) : `${fit(line.label)}\u2002${endValue(view, y)}`);

/** Share of a figure's width that the name at a line's end may take: with few lines there is room, and a name is better read whole. */
export const nameShare = (view: ChartView): number => (mainLines(view).length <= 2 ? 0.28 : 0.18);

/** A name that is too wide for its room ends in an ellipsis; the table, the legend and the readout say it whole. */
export function fitted(label: string, room: number, measure: (text: string) => number): string {
  if (measure(label) <= room) return label;
  let end = label.length - 1;
  while (end > 4 && measure(`${label.slice(0, end)}…`) > room) end--;
  return `${label.slice(0, end).trimEnd()}…`;
}

/** The room right of the plot that the labels and the name of x take. */
export function rightRoom(view: ChartView, measure: (text: string) => number, fit: (label: string) => string): number {
  const labels = hasLegend(view) ? [] : mainLines(view).flatMap((line) => { const end = endOf(view, line); return end === null ? [] : [measure(endText(view, line, end.y, fit))]; });
  return Math.ceil(Math.max(measure(view.x.name) + nameOffset(view, measure), ...labels)) + labelGap + 4;
}

/** From the plot's right edge to the name of x, which stands after the last tick's text. */
export function nameOffset(view: ChartView, measure: (text: string) => number): number {
  const last = ticksOf(view.x).at(-1) ?? view.x.max;
  const reach = placer(view.x)(last) > 0.97 ? measure(xText(view, last)) / 2 : 0;
  return reach + 6;
}
