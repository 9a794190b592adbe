/** What was done to a run, on its chart: where the marks stand, which of their names have room, and which part of a line is another run's. Knows pixels, no canvas and no SVG. */

import { labelGap, type EndLabel, type Stage } from "./chart-drawing.ts";
import type { ChartEvent, ChartLine, ChartView } from "./chart-view.ts";

/** Dash of the vertical lines, height of a row of names, how many rows there are, and the gap beside a line, in pixels. */
export const eventDash: readonly number[] = [2, 2.5];
export const eventRow = 13;
const rows = 3;
const gap = 4;
/** Of the part of a line that is shared with another run. */
export const sharedOpacity = 0.38;

/** An event's line, and its name where there is room for one. `row` counts from the top, `textLeft` is where the text begins. */
export interface EventMark { readonly event: ChartEvent; readonly left: number; readonly name: { readonly textLeft: number; readonly row: number } | null }

/** Every event in sight, from left to right. A name stands right of its line, left of it at the right edge, in the first row where it touches no other and none of the lines' own `labels`; the oldest are placed first. */
export function eventMarks(view: ChartView, { area, left }: Stage, measure: (text: string) => number, labels: readonly Pick<EndLabel, "text" | "left" | "labelTop">[] = []): readonly EventMark[] {
  const taken = Array.from({ length: rows }, (_, row) => labels.filter(({ labelTop }) => Math.abs(labelTop - (area.top + eventRow * (row + 0.5))) < eventRow).map(({ text, left: at }) => ({ from: at, to: at + labelGap + measure(text) })));
  const inSight = (view.events ?? []).filter(({ x }) => x >= view.x.min && x <= view.x.max).map((event) => ({ event, at: left(event.x) })).filter(({ at }) => Number.isFinite(at));
  return inSight.sort((a, b) => a.at - b.at).map(({ event, at }) => {
    const width = measure(event.tag);
    const from = at + gap + width <= area.right ? at + gap : at - gap - width;
    const row = from < area.left ? -1 : taken.findIndex((names) => names.every((one) => from + width + gap < one.from || from > one.to + gap));
    if (row < 0) return { event, left: at, name: null };
    taken[row]!.push({ from, to: from + width });
    return { event, left: at, name: { textLeft: from, row } };
  });
}

/** A line in the part that is another run's and the part of its own; they share the point at the fork. Against another metric, where steps stand in no order, there are no parts. */
export function partsOf(line: ChartLine): readonly { readonly line: ChartLine; readonly isShared: boolean }[] {
  const { sharedTo, steps } = line;
  const end = sharedTo === undefined || !ascends(steps) ? 0 : steps.findLastIndex((step) => step <= sharedTo) + 1;
  if (end === 0 || end === steps.length) return [{ line, isShared: end > 0 }];
  const cut = (from: number, to: number): ChartLine => ({ ...line, x: line.x.subarray(from, to), y: line.y.subarray(from, to), steps: steps.subarray(from, to) });
  return [{ line: cut(0, end), isShared: true }, { line: cut(end - 1, steps.length), isShared: false }];
}

/** Where a step stands on the x of these lines: between the points around it, in proportion; null before the first and after the last, and on lines whose steps stand in no order. */
export function xAtStep(lines: readonly Pick<ChartLine, "x" | "steps">[], step: number): number | null {
  for (const { x, steps } of lines.filter(({ steps: own }) => ascends(own)).sort((a, b) => b.steps.length - a.steps.length)) {
    const after = steps.findIndex((one) => one >= step);
    if (after < 0) continue;
    if (steps[after] === step) return x[after]!;
    if (after > 0) return x[after - 1]! + ((step - steps[after - 1]!) / (steps[after]! - steps[after - 1]!)) * (x[after]! - x[after - 1]!);
  }
  return null;
}

const ascends = (steps: Float64Array): boolean => steps.every((step, i) => i === 0 || step >= steps[i - 1]!);
