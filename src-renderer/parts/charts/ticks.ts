/** Where an axis begins, ends and is marked. Knows numbers only. */

import type { ChartLine, ChartView } from "../../../src-main/contract/chart-view.ts";

export interface Span { readonly min: number; readonly max: number }

/** Round values (1, 2, 5 × 10ᵏ) inside [min, max], at most `most` of them, at least two where the span allows. */
export function linearTicks({ min, max }: Span, most = 6): number[] {
  if (!(max > min)) return [min];
  const step = roundStep((max - min) / (most - 1));
  const first = Math.ceil(min / step - 1e-9);
  const last = Math.floor(max / step + 1e-9);
  // Multiplying whole numbers by the step and cutting noise keeps 0.30000000000000004 off the axis.
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

/** The smallest of 1, 2, 5 × 10ᵏ that is not below `rough`. */
function roundStep(rough: number): number {
  const decade = 10 ** Math.floor(Math.log10(rough));
  const share = rough / decade;
  for (const step of [1, 2, 5]) if (share <= step * (1 + 1e-9)) return step * decade;
  return 10 * decade;
}

/** Marks of a logarithmic axis: 1 and 3 of each decade; powers of ten alone over many decades; round linear values within less than one. */
export function logTicks({ min, max }: Span, most = 6): number[] {
  const decades = Math.log10(max / min);
  if (decades < 1) return linearTicks({ min, max }, most - 1);
  const mantissas = decades <= most / 2 ? [1, 3] : [1];
  const stride = decades <= most ? 1 : Math.ceil(decades / most);
  const ticks: number[] = [];
  for (let k = Math.floor(Math.log10(min)); k <= Math.ceil(Math.log10(max)); k++) {
    if (k % stride !== 0) continue;
    for (const m of mantissas) {
      const tick = Number(`${m}e${k}`);
      if (tick >= min * (1 - 1e-9) && tick <= max * (1 + 1e-9)) ticks.push(tick);
    }
  }
  return ticks;
}

/**
 * The vertical span of a view: the finite values of its main lines (after the first tenth, once a line has ten points on a linear axis: the
 * untrained network stands far off, and what matters comes later), widened for fine series behind them by at most a decade or half the height,
 * so that no outlier stretches the axis; then a little air (linear: out to the next round value, log: 5 % of the height).
 */
export function spanOf(view: ChartView): Span {
  const isLog = view.y.scale === "log";
  const usable = (value: number): boolean => Number.isFinite(value) && (!isLog || value > 0);
  const main = extent(view.lines.filter((line) => line.weight === "line").map((line) => settled(line, isLog)), usable);
  const fine = extent(view.lines.filter((line) => line.weight === "fine").map((line) => line.y), usable);
  const all = main === null ? fine : fine === null ? main : widened(main, fine, isLog);
  if (all === null) return isLog ? { min: 0.1, max: 1 } : { min: view.y.min ?? 0, max: view.y.max ?? 1 };
  const span = isLog ? aired(all) : rounded(all);
  return { min: view.y.min === undefined ? span.min : Math.max(span.min, view.y.min), max: view.y.max === undefined ? span.max : Math.min(span.max, view.y.max) };
}

function extent(columns: readonly Float64Array[], usable: (value: number) => boolean): Span | null {
  let min = Infinity;
  let max = -Infinity;
  for (const column of columns) {
    for (const value of column) {
      if (!usable(value)) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return min > max ? null : { min, max };
}

function settled(line: ChartLine, isLog: boolean): Float64Array {
  const n = line.y.length;
  return isLog || n < 10 ? line.y : line.y.subarray(Math.ceil(n / 10));
}

function widened(main: Span, fine: Span, isLog: boolean): Span {
  const reach = (main.max - main.min) / 2;
  const least = isLog ? main.min / 10 : main.min - reach;
  const most = isLog ? main.max * 10 : main.max + reach;
  return { min: Math.min(main.min, Math.max(fine.min, least)), max: Math.max(main.max, Math.min(fine.max, most)) };
}

function aired({ min, max }: Span): Span {
  const air = Math.max(Math.log10(max / min) * 0.05, 0.05);
  return { min: min / 10 ** air, max: max * 10 ** air };
}

function rounded({ min, max }: Span): Span {
  const height = max > min ? max - min : Math.abs(max) || 1;
  const step = roundStep(height / 5);
  return { min: Math.floor((min - height * 0.01) / step) * step, max: Math.ceil((max + height * 0.01) / step) * step };
}
