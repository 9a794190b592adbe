/** The numbers of a view, as a table and under the cursor. Knows views, paints nothing. */

import type { Stage } from "../../../src-main/contract/chart-drawing.ts";
import { inSight } from "../../../src-main/contract/chart-scale.ts";
import type { ChartLine, ChartView } from "../../../src-main/contract/chart-view.ts";

/** How many values of a view are NaN or infinite; averages are not counted again. */
export const oddValues = (view: ChartView): number => view.lines.reduce((sum, line) => sum + (line.isSmooth ? 0 : line.y.reduce((n, value) => n + (Number.isFinite(value) ? 0 : 1), 0)), 0);

/** `half` and `n` of a mean: half its interval (NaN where there is none) and of how many runs it is. */
export interface Found { readonly x: number; readonly y: number; readonly step: number; readonly half: number; readonly n: number }

/** The point of a line nearest to x, by halving; `null` for an empty line and beyond its ends (by more than `slack`). */
export function nearest(line: ChartLine, x: number, slack: number): Found | null {
  const n = line.x.length;
  if (n === 0 || x < line.x[0]! - slack || x > line.x[n - 1]! + slack) return null;
  let low = 0;
  let high = n - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (line.x[middle]! <= x) low = middle; else high = middle;
  }
  const i = x - line.x[low]! <= line.x[high]! - x ? low : high;
  return { x: line.x[i]!, y: line.y[i]!, step: line.steps[i]!, ...spreadAt(line, i) };
}

function spreadAt({ band }: ChartLine, i: number): { readonly half: number; readonly n: number } {
  return band === undefined ? { half: NaN, n: 1 } : { half: (band.high[i]! - band.low[i]!) / 2, n: band.n[i]! };
}

export interface ValueAt extends Found { readonly line: ChartLine }

/** What stands at x: each line's value, the highest first, values that are no numbers last. */
export function valuesAt(view: ChartView, x: number): readonly ValueAt[] {
  const slack = (view.x.max - view.x.min) / 100;
  const found = view.lines.flatMap((line) => {
    const point = line.label === "" ? null : nearest(line, x, slack);
    return point === null ? [] : [{ line, ...point }];
  });
  const height = (y: number): number => (Number.isNaN(y) ? -Infinity : y);
  return found.sort((a, b) => (height(b.y) === height(a.y) ? 0 : height(b.y) > height(a.y) ? 1 : -1));
}

/** At most `most` of them, around the one that is pointed at, and how many were left out. */
export function around(values: readonly ValueAt[], id: string | null, most = 12): { readonly shown: readonly ValueAt[]; readonly left: number } {
  if (values.length <= most) return { shown: values, left: 0 };
  const at = Math.max(0, values.findIndex(({ line }) => line.id === id));
  const from = Math.min(Math.max(0, at - Math.floor(most / 2)), values.length - most);
  return { shown: values.slice(from, from + most), left: values.length - most };
}

/** The main line nearest to a place on the chart, within `reach` pixels up or down; `null` where none is near. */
export function lineNear(view: ChartView, stage: Stage, x: number, top: number, reach = 24): string | null {
  let best: string | null = null;
  let least = reach;
  const slack = (view.x.max - view.x.min) / 100;
  for (const line of view.lines) {
    if (line.weight !== "line") continue;
    const point = nearest(line, x, slack);
    if (point === null) continue;
    const distance = Math.abs(stage.top(point.y) - top);
    if (distance < least) { least = distance; best = line.id; }
  }
  return best;
}

/** The next point of the first main line in a direction from x; from nowhere, the first in sight. */
export function stepped(view: ChartView, x: number | null, direction: 1 | -1): number | null {
  const line = view.lines.find((one) => one.weight === "line" && one.x.length > 0);
  if (line === undefined) return null;
  const [from, to] = inSight(line, view.x);
  if (to <= from) return null;
  const points = line.x.subarray(from, to);
  if (x === null) return direction === 1 ? points[0]! : points.at(-1)!;
  const next = direction === 1 ? points.find((one) => one > x) : points.findLast((one) => one < x);
  return next ?? x;
}

/** A value of the table: of a mean, with half its interval and of how many runs it is. */
export interface Cell { readonly y: number; readonly half: number; readonly n: number }

/** Rows of the table: every x in sight where a main line has a point; beyond `most` rows only the first and last halves, and how many were left out between. */
export function tableOf(view: ChartView, most = 200): { readonly lines: readonly ChartLine[]; readonly rows: readonly { readonly x: number; readonly values: readonly (Cell | null)[] }[]; readonly left: number } {
  const lines = view.lines.filter((line) => line.weight === "line");
  const byX = new Map<number, (Cell | null)[]>();
  lines.forEach((line, column) => {
    const [from, to] = inSight(line, view.x);
    for (let i = from; i < to; i++) {
      const x = line.x[i]!;
      const values = byX.get(x) ?? new Array<Cell | null>(lines.length).fill(null);
      values[column] = { y: line.y[i]!, ...spreadAt(line, i) };
      byX.set(x, values);
    }
  });
  const rows = [...byX].sort(([a], [b]) => a - b).map(([x, values]) => ({ x, values }));
  const left = Math.max(0, rows.length - most);
  const half = Math.floor(most / 2);
  return { lines, rows: left === 0 ? rows : [...rows.slice(0, half), ...rows.slice(rows.length - (most - half))], left };
}
