/** Where a value stands on a ruler of its own scale: axes of a sweep as the spec says, measured numbers as they come. Pure: values in, shares of a length out. */

import { linearTicks, logTicks } from "../../../src-main/contract/chart-scale.ts";
import { isOrdered, type Axis, type IntervalAxis, type Scale } from "../../../src-main/contract/sweep-checks.ts";

export interface Mark { readonly share: number; readonly value: unknown }

/** A scale for one thing. `place` is null where a value has none: not in play, not a number, not one of the list. */
export interface Ruler {
  readonly name: string;
  readonly kind: "numbers" | "list";
  readonly scale: Scale;
  place(value: unknown): number | null;
  /** The value at a share of the ruler, of a list the one that stands nearest. */
  valueAt(share: number): unknown;
  readonly marks: readonly Mark[];
}

/** From values to evenly spaced places and back; reverse-log walks the powers of ten of 1 − x, so that 0.9, 0.99 and 0.999 stand evenly. */
export const bends: Readonly<Record<Scale, { bend(x: number): number; straighten(y: number): number }>> = {
  linear: { bend: (x) => x, straighten: (y) => y },
  log: { bend: (x) => Math.log10(x), straighten: (y) => 10 ** y },
  reverseLog: { bend: (x) => -Math.log10(1 - x), straighten: (y) => 1 - 10 ** -y },
};

/** The ruler of an axis of a sweep: its own range on its own scale. */
export function rulerOfAxis(name: string, axis: Axis): Ruler {
  if ("from" in axis) return rulerOfInterval(name, axis);
  return rulerOfList(name, "values" in axis ? axis.values : [axis.value], isOrdered(axis));
}

function rulerOfInterval(name: string, { from, to, scale, step }: IntervalAxis): Ruler {
  return { ...rulerOfSpan(name, from, to, scale), valueAt: (share) => snapped(bends[scale].straighten(bends[scale].bend(from) + clamp(share) * (bends[scale].bend(to) - bends[scale].bend(from))), { from, to, step }) };
}

/** A number as a person would write it: on a step where the axis has one, else with three digits, never beyond the ends. */
function snapped(x: number, { from, to, step }: Pick<IntervalAxis, "from" | "to" | "step">): number {
  if (x <= from) return from;
  if (x >= to) return to;
  const value = step === null ? threeDigits(x) : Number((from + Math.round((x - from) / step) * step).toPrecision(12));
  return Math.min(to, Math.max(from, value));
}

/** Three significant digits, of what lies close below 1 three of its distance: 0.99912, not 1.00. */
export function threeDigits(x: number): number {
  return x > 0.9 && x < 1 ? Number((1 - Number((1 - x).toPrecision(3))).toPrecision(12)) : Number(x.toPrecision(3));
}

function rulerOfSpan(name: string, from: number, to: number, scale: Scale, most = 5): Ruler {
  const { bend, straighten } = bends[scale];
  const [low, high] = [bend(from), bend(to)];
  const place = (value: unknown): number | null => {
    if (typeof value !== "number") return null;
    const share = (bend(value) - low) / (high - low || 1);
    return Number.isFinite(share) ? clamp(share) : null;
  };
  const ticks = scale === "linear" ? linearTicks({ min: from, max: to }, most) : scale === "log" ? logTicks({ min: from, max: to }, 5) : reverseTicks(from, to);
  const marked = ticks.length >= 2 ? ticks : [from, ...ticks.filter((tick) => { const share = place(tick) ?? 0; return share > 0.15 && share < 0.85; }), to];
  return { name, kind: "numbers", scale, place, valueAt: (share) => threeDigits(straighten(low + clamp(share) * (high - low))), marks: marked.map((value) => ({ share: place(value) ?? 0, value })) };
}

const clamp = (share: number): number => Math.min(1, Math.max(0, share));

/** 0.9, 0.99, 0.999 …; with fewer than two of them in the range also 0.97, 0.997 … */
function reverseTicks(from: number, to: number): number[] {
  const within = (mantissas: readonly number[]): number[] => {
    const found: number[] = [];
    for (let k = 0; k <= 12; k++) for (const m of mantissas) { const x = Number((1 - m * 10 ** -k).toPrecision(12)); if (x >= from - 1e-12 && x <= to + 1e-12) found.push(x); }
    return found.sort((a, b) => a - b);
  };
  const tens = within([1]);
  return tens.length >= 2 ? tens : within([1, 3]);
}

function rulerOfList(name: string, values: readonly unknown[], isNumbers: boolean): Ruler {
  const texts = values.map((value) => JSON.stringify(value));
  const at = (i: number): number => (i + 0.5) / values.length;
  return {
    name, kind: "list", scale: "linear",
    place: (value) => {
      const exact = texts.indexOf(JSON.stringify(value));
      if (exact >= 0) return at(exact);
      if (!isNumbers || typeof value !== "number") return null;
      return at(values.reduce((best: number, one, i) => (Math.abs(Number(one) - value) < Math.abs(Number(values[best]) - value) ? i : best), 0));
    },
    valueAt: (share) => values[Math.min(values.length - 1, Math.max(0, Math.floor(share * values.length)))],
    marks: values.map((value, i) => ({ share: at(i), value })),
  };
}

/**
 * The ruler of what was measured. Its bad end is where three quarters of the trials are within a fifth of the length, so that a few terrible ones do not press
 * the rest into a line; they stand at the edge. Logarithmic where the shown values are above zero and span two decades.
 */
export function rulerOfNumbers(name: string, values: readonly number[], goal: "maximize" | "minimize", isLog?: boolean): Ruler {
  const finite = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (finite.length === 0) return rulerOfSpan(name, 0, 1, "linear");
  const [least, most] = [finite[0]!, finite.at(-1)!];
  const log = (isLog ?? most / least >= 100) && least > 0;
  const scale: Scale = log ? "log" : "linear";
  const { bend, straighten } = bends[scale];
  const sorted = finite.map(bend);
  const quarter = sorted[Math.floor((sorted.length - 1) * (goal === "maximize" ? 0.25 : 0.75))]!;
  const [low, high] = [sorted[0]!, sorted.at(-1)!];
  const [from, to] = goal === "maximize" ? [Math.max(low, high - 5 * (high - quarter)), high] : [low, Math.min(high, low + 5 * (quarter - low))];
  const reach = to - from > 1e-12 * Math.abs(to) ? to - from : log ? 0.2 : Math.abs(to) || 1;
  return rulerOfSpan(name, straighten(from - 0.04 * reach), straighten(to + 0.04 * reach), scale, 7);
}
