/** Histograms of many steps on one axis: counts of bins of their own spread over bins that all share, as densities. Pure. */

import type { SpreadAt } from "../../../src-main/contract/histograms.ts";

/** One column for each spread: the share of its numbers in each of the common bins, which lie between `from` and `to`. */
export interface HistogramGrid { readonly from: number; readonly to: number; readonly bins: number; readonly columns: readonly Float64Array[]; readonly most: number }

/** A bin that several common ones cover is divided among them by length; numbers that are all equal lie in one. Spreads without counts have an empty column. */
export function gridOf(spreads: readonly SpreadAt[], bins: number): HistogramGrid {
  const told = spreads.filter(({ counts }) => counts.length > 0);
  const [low, high] = [Math.min(...told.map(({ from }) => from)), Math.max(...told.map(({ to }) => to))];
  // All numbers of all steps equal, or too near to be divided: a little room on both sides.
  const room = high - low <= 1e-12 * Math.max(Math.abs(low), Math.abs(high), 1e-200) ? Math.max(Math.abs(low), 1) / 2 : 0;
  const [from, to] = told.length === 0 ? [0, 1] : [low - room, high + room];
  const width = (to - from) / bins;
  const columns = spreads.map(({ from: first, to: last, counts, count }) => {
    const column = new Float64Array(bins);
    const step = (last - first) / counts.length;
    counts.forEach((n, i) => {
      if (n === 0) return;
      const [a, b] = [(first + i * step - from) / width, (first + (i + 1) * step - from) / width];
      if (b - a < 1e-9) { column[Math.min(bins - 1, Math.max(0, Math.floor(a)))]! += n / count; return; }
      for (let k = Math.max(0, Math.floor(a)); k < Math.min(bins, Math.ceil(b)); k++) column[k]! += (n / count) * Math.max(0, Math.min(b, k + 1) - Math.max(a, k)) / (b - a);
    });
    return column;
  });
  return { from, to, bins, columns, most: columns.reduce((most, column) => column.reduce((a, b) => Math.max(a, b), most), 0) };
}

/** At most so many of them, evenly, with the first and the last. */
export function evenly<T>(all: readonly T[], most: number): readonly T[] {
  return all.length <= most ? all : Array.from({ length: most }, (_, i) => all[Math.round((i * (all.length - 1)) / (most - 1))]!);
}
