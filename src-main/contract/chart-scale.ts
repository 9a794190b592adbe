/** Axes: from values to places on an axis and back, where an axis begins and ends, where it is marked. Knows numbers and views, paints nothing. */

import type { ChartLine, ChartView, Scale } from "./chart-view.ts";
import { timeTicks } from "./time-scale.ts";

export interface Span { readonly min: number; readonly max: number }
export interface Axis extends Span { readonly scale: Scale; readonly linearWithin: number; readonly unit?: "seconds" | "moment" }

/** A value's place as a share of the axis, 0 at its beginning; NaN for what has no place (not finite, or not above zero on a logarithmic axis). */
export function placer({ scale, linearWithin, min, max }: Axis): (value: number) => number {
  const bend = bender(scale, linearWithin);
  const low = bend(min);
  const height = bend(max) - low;
  // ∞ has no place either: 0 · ∞ is NaN.
  if (scale === "linear") return (value) => (value - min) / (max - min) + 0 * value;
  return (value) => (Number.isFinite(value) ? (bend(value) - low) / height : NaN);
}

/** The value at a share of the axis: the way back from `placer`. */
export function valueAt({ scale, linearWithin, min, max }: Axis, share: number): number {
  const bend = bender(scale, linearWithin);
  const low = bend(min);
  return straighten(scale, linearWithin, low + share * (bend(max) - low));
}

/** symlog(v) = sign(v) · log₁₀(1 + |v|/c): near zero a straight line, far from it a logarithm. */
function bender(scale: Scale, c: number): (value: number) => number {
  switch (scale) {
    case "linear": return (value) => value;
    case "log": return (value) => (value > 0 ? Math.log10(value) : NaN);
    case "symlog": return (value) => Math.sign(value) * Math.log10(1 + Math.abs(value) / c);
  }
}

function straighten(scale: Scale, c: number, bent: number): number {
  switch (scale) {
    case "linear": return bent;
    case "log": return 10 ** bent;
    case "symlog": return Math.sign(bent) * c * (10 ** Math.abs(bent) - 1);
  }
}

/** Share of a chart's height that a tick's text takes with some air. */
const leastApart = 0.07;

/** The marks of an axis, whatever its scale. */
export function ticksOf(axis: Axis, most = 6): number[] {
  switch (axis.scale) {
    case "linear": return axis.unit === undefined ? linearTicks(axis, most) : timeTicks(axis, axis.unit, most);
    case "log": return logTicks(axis, most);
    case "symlog": return symlogTicks(axis, most);
  }
}

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

/** Marks of a symlog axis: zero where it is in sight, and powers of ten on both sides that stand clear of it; round values where all of it is straight. */
export function symlogTicks({ min, max, linearWithin: c }: Omit<Axis, "scale">, most = 6): number[] {
  if (Math.max(-min, max) <= 2 * c || (min > c && max / min < 10) || (max < -c && min / max < 10)) return linearTicks({ min, max }, most);
  const first = Math.ceil(Math.log10(c) - 1e-9);
  const last = Math.floor(Math.log10(Math.max(-min, max)) + 1e-9);
  const sides = (min < -c ? 1 : 0) + (max > c ? 1 : 0);
  const stride = Math.max(1, Math.ceil(((last - first + 1) * sides) / (most - 1)));
  const hasZero = min <= 0 && max >= 0;
  const bend = bender("symlog", c);
  const clear = hasZero ? (bend(max) - bend(min)) * leastApart : 0;
  const ticks = hasZero ? [0] : [];
  for (let k = last; k >= first; k -= stride) for (const tick of [Number(`1e${k}`), Number(`-1e${k}`)]) if (tick >= min && tick <= max && Math.abs(bend(tick)) >= clear) ticks.push(tick);
  return ticks.sort((a, b) => a - b);
}

/**
 * The vertical axis of a view: the finite values in sight of its main lines (on a linear axis without the first tenth, once a line has ten points and is shown from
 * its beginning: the untrained network stands far off, and what matters comes later), widened for fine series behind them by at most a decade or half the height,
 * so that no outlier stretches the axis; then a little air (linear: out to the next round value, else 5 % of the height).
 */
export function verticalAxis(view: ChartView): Axis {
  return { ...spanOf(view), scale: view.y.scale, linearWithin: view.y.linearWithin };
}

export function spanOf(view: ChartView): Span {
  const isLog = view.y.scale === "log";
  const above = isLog ? 0 : -Infinity;
  const isLate = view.y.scale === "linear" && !view.x.isWindow;
  const seen = (line: ChartLine, column: Float64Array, isMain: boolean): Float64Array => {
    const [from, to] = inSight(line, view.x);
    return column.subarray(isLate && isMain && to - from >= 10 ? from + Math.ceil((to - from) / 10) : from, to);
  };
  const main = extent(view.lines.flatMap((line) => (line.weight === "line" ? [seen(line, line.y, true)] : [])), above);
  // An interval may ask for room as what stands behind a line may, but not at the very beginning.
  const fine = extent(view.lines.flatMap((line) => [...(line.weight === "fine" ? [seen(line, line.y, false)] : []), ...(line.band === undefined ? [] : [seen(line, line.band.low, true), seen(line, line.band.high, true)])]), above);
  const all = main === null ? fine : fine === null ? main : widened(main, fine, view.y.scale);
  if (all === null) return isLog ? { min: 0.1, max: 1 } : { min: view.y.min ?? 0, max: view.y.max ?? 1 };
  const span = view.y.scale === "linear" ? rounded(all) : isLog ? aired(all) : airedBothWays(all, view.y.linearWithin);
  return { min: view.y.min === undefined ? span.min : Math.max(span.min, view.y.min), max: view.y.max === undefined ? span.max : Math.min(span.max, view.y.max) };
}

/** The points of a line within a span of x, as [from, to) of its columns. */
export function inSight({ x }: Pick<ChartLine, "x">, { min, max }: Span): [number, number] {
  return [firstAbove(x, min, true), firstAbove(x, max, false)];
}

/** The first place in an ascending column whose number is above `bound`, or also equal to it; by halving. */
function firstAbove(column: Float64Array, bound: number, orEqual: boolean): number {
  let low = 0;
  let high = column.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (orEqual ? column[middle]! >= bound : column[middle]! > bound) high = middle;
    else low = middle + 1;
  }
  return low;
}

/** The finite values above a bound. Indexed loops: a chart of many lines has a million points. */
function extent(columns: readonly Float64Array[], above: number): Span | null {
  let min = Infinity;
  let max = -Infinity;
  for (const column of columns) {
    for (let i = 0; i < column.length; i++) {
      const value = column[i]!;
      if (!(value > above && value < Infinity)) continue;
      if (value < min) min = value;
      if (value > max) max = value;
    }
  }
  return min > max ? null : { min, max };
}

function widened(main: Span, fine: Span, scale: Scale): Span {
  const reach = (main.max - main.min) / 2;
  const least = scale === "log" ? main.min / 10 : main.min - reach;
  const most = scale === "log" ? main.max * 10 : main.max + reach;
  return { min: Math.min(main.min, Math.max(fine.min, least)), max: Math.max(main.max, Math.min(fine.max, most)) };
}

function aired({ min, max }: Span): Span {
  const air = Math.max(Math.log10(max / min) * 0.05, 0.05);
  return { min: min / 10 ** air, max: max * 10 ** air };
}

function airedBothWays({ min, max }: Span, linearWithin: number): Span {
  const bend = bender("symlog", linearWithin);
  const air = Math.max((bend(max) - bend(min)) * 0.05, 0.05);
  return { min: straighten("symlog", linearWithin, bend(min) - air), max: straighten("symlog", linearWithin, bend(max) + air) };
}

function rounded({ min, max }: Span): Span {
  const height = max > min ? max - min : Math.abs(max) || 1;
  const step = roundStep(height / 5);
  return { min: Math.floor((min - height * 0.01) / step) * step, max: Math.ceil((max + height * 0.01) / step) * step };
}

/** How far from zero a symlog axis is straight, for these values: the power of ten below the smallest size that is not zero, but no less than a millionth of the largest. */
export function linearWithinOf(columns: readonly Float64Array[]): number {
  let least = Infinity;
  let most = 0;
  for (const column of columns) {
    for (const value of column) {
      const size = Math.abs(value);
      if (!(size > 0 && size < Infinity)) continue;
      if (size < least) least = size;
      if (size > most) most = size;
    }
  }
  return most === 0 ? 1 : 10 ** Math.floor(Math.log10(Math.max(least, most / 1e6)));
}
