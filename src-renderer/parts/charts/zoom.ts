/** Windows on an axis: nearer, farther, sideways. Shares of what is shown in, values out; on any scale. Knows numbers only. */

import { placer, valueAt, type Axis, type Span } from "../../../src-main/contract/chart-scale.ts";

/** The smallest part of the whole that can be shown: below it two neighbouring numbers could not be told apart. */
const least = 1e-6;

/** `null` when the window is the whole. */
export const zoomed = (shown: Axis, whole: Axis, share: number, factor: number): Span | null => between(shown, whole, share - share * factor, share + (1 - share) * factor);
export const dragged = (shown: Axis, whole: Axis, a: number, b: number): Span | null => between(shown, whole, Math.max(0, Math.min(a, b)), Math.min(1, Math.max(a, b)));

/** Keeps the width, and stops at the ends of the whole. */
export function panned(shown: Axis, whole: Axis, by: number): Span | null {
  const place = placer(whole);
  const [from, to] = [place(shown.min), place(shown.max)];
  const move = Math.min(Math.max(by * (to - from), -from), 1 - to);
  return within(whole, from + move, to + move);
}

function between(shown: Axis, whole: Axis, from: number, to: number): Span | null {
  const place = placer(whole);
  return within(whole, place(valueAt(shown, from)), place(valueAt(shown, to)));
}

function within(whole: Axis, from: number, to: number): Span | null {
  const [a, b] = [Math.max(0, from), Math.min(1, to)];
  if (a <= 1e-9 && b >= 1 - 1e-9) return null;
  const middle = (a + b) / 2;
  const half = Math.max(b - a, least) / 2;
  const start = Math.min(Math.max(0, middle - half), 1 - 2 * half);
  return { min: valueAt(whole, start), max: valueAt(whole, start + 2 * half) };
}
