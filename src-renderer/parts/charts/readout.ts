/** The numbers of a view, as a table and under the cursor. Knows views, paints nothing. */

import type { ChartLine, ChartView } from "../../../src-main/contract/chart-view.ts";

/** How many values of a view are NaN or infinite. */
export const oddValues = (view: ChartView): number => view.lines.reduce((sum, line) => sum + line.y.reduce((n, value) => n + (Number.isFinite(value) ? 0 : 1), 0), 0);

/** The point of a line nearest to x, by halving; `null` for an empty line and beyond its ends (by more than `slack`). */
export function nearest(line: ChartLine, x: number, slack: number): { readonly x: number; readonly y: number } | null {
  const n = line.x.length;
  if (n === 0 || x < line.x[0]! - slack || x > line.x[n - 1]! + slack) return null;
  let low = 0;
  let high = n - 1;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (line.x[middle]! <= x) low = middle; else high = middle;
  }
  const i = x - line.x[low]! <= line.x[high]! - x ? low : high;
  return { x: line.x[i]!, y: line.y[i]! };
}

/** What stands at x: each line's value, the highest first, values that are no numbers last. */
export function valuesAt(view: ChartView, x: number): readonly { readonly line: ChartLine; readonly x: number; readonly y: number }[] {
  const slack = (view.x.max - view.x.min) / 100;
  const found = view.lines.flatMap((line) => {
    const point = line.label === "" ? null : nearest(line, x, slack);
    return point === null ? [] : [{ line, ...point }];
  });
  const height = (y: number): number => (Number.isNaN(y) ? -Infinity : y);
  return found.sort((a, b) => (height(b.y) === height(a.y) ? 0 : height(b.y) > height(a.y) ? 1 : -1));
}

/** Rows of the table: every x where a line has a point; beyond `most` rows only the first and last halves, and how many were left out between. */
export function tableOf(view: ChartView, most = 200): { readonly lines: readonly ChartLine[]; readonly rows: readonly { readonly x: number; readonly values: readonly (number | null)[] }[]; readonly left: number } {
  const lines = view.lines.filter((line) => line.weight === "line");
  const byX = new Map<number, (number | null)[]>();
  lines.forEach((line, column) => {
    line.x.forEach((x, i) => {
      const values = byX.get(x) ?? new Array<number | null>(lines.length).fill(null);
      values[column] = line.y[i]!;
      byX.set(x, values);
    });
  });
  const rows = [...byX].sort(([a], [b]) => a - b).map(([x, values]) => ({ x, values }));
  const left = Math.max(0, rows.length - most);
  const half = Math.floor(most / 2);
  return { lines, rows: left === 0 ? rows : [...rows.slice(0, half), ...rows.slice(rows.length - (most - half))], left };
}
