/** Numbers as a field shows, reads, steps and slides them. Knows a declaration's bounds and scale, and no DOM. */

import { contains } from "../../../src-main/contract/checks.ts";
import type { Integer, Real } from "../../../src-main/contract/checks.ts";
import { setting } from "../numbers.ts";

type Numeric = Real | Integer;

/** As it stands in a field: `0.001`, `1e-4` below 0.001, never a float's tail. */
export function showNumber(x: number): string {
  if (!Number.isFinite(x)) return String(x);
  const clean = Number(x.toPrecision(12));
  const size = Math.abs(clean);
  if (size !== 0 && (size < 0.001 || size >= 1e15)) return clean.toExponential().replace("e+", "e");
  return String(clean);
}

/** What was typed, as a number where it is one, else as the text it is; U+2212 and a decimal comma are understood, thousands are not. */
export function readNumber(typed: string): number | string {
  const plain = typed.trim().replace("−", "-").replace(/^(-?\d*),(\d+)$/, "$1.$2");
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(plain) && Number.isFinite(Number(plain)) ? Number(plain) : typed;
}

/** The interval as the person reads it: `1 … 8,192` for whole numbers with both ends, else as a mathematician writes it. */
export function showInterval(param: Numeric): string {
  if (param.kind === "integer" && param.min !== undefined && param.max !== undefined) return `${setting(param.min)} … ${setting(param.max)}`;
  const open = param.kind === "real" ? param.open : undefined;
  const left = param.min === undefined ? "(−∞" : `${open === "min" || open === "both" ? "(" : "["}${setting(param.min)}`;
  const right = param.max === undefined ? "∞)" : `${setting(param.max)}${open === "max" || open === "both" ? ")" : "]"}`;
  return `${left}, ${right}`;
}

/**
 * The stretch a slider covers, or `null` where a slider would not help: the search range, else both bounds, else, on a log scale,
 * three decades either side of the default. A reverse-log slider ends at 1 − 1e-5, since it can never reach 1.
 */
export function sliderRange(param: Numeric): readonly [number, number] | null {
  const { search, min, max } = param;
  if (search !== undefined) return search;
  if (param.scale === "reverseLog") return [Math.max(min ?? 0, 0), 1 - 1e-5];
  if (param.scale === "log") {
    const low = min !== undefined && min > 0 ? min : clean(param.default / 1e3);
    const high = max ?? clean(param.default * 1e3);
    return low > 0 && high > low ? [low, high] : null;
  }
  if (min === undefined || max === undefined) return null;
  return param.kind === "integer" && max - min > 10_000 ? null : [min, max];
}

/** Where a value stands on the slider, 0…1; values beyond its ends stand at the ends. */
export function toSlider(param: Numeric, range: readonly [number, number], x: number): number {
  const [low, high] = range.map((end) => bend(param.scale, end)) as [number, number];
  const place = (bend(param.scale, x) - low) / (high - low);
  return Number.isNaN(place) ? 0 : Math.min(1, Math.max(0, place));
}

/** The value at a place of the slider, rounded to what a person would write: two digits on the log scales, about a hundredth of the range on the linear one. */
export function fromSlider(param: Numeric, range: readonly [number, number], place: number): number {
  const [from, to] = range;
  const unit = decadeBelow((to - from) / 100);
  if (place <= 0) return contains(param, from) ? from : clean(from + unit);
  if (place >= 1) return contains(param, to) ? to : clean(to - unit);
  const low = bend(param.scale, from);
  const x = unbend(param.scale, low + place * (bend(param.scale, to) - low));
  const rounded = param.scale === "linear" ? roundTo(x, unit) : twoDigits(param.scale, x);
  if (param.kind === "integer") return Math.min(Math.max(Math.round(rounded), Math.ceil(from)), Math.floor(to));
  return contains(param, rounded) ? rounded : x;
}

/**
 * The value one press of an arrow key away: the last written digit changes by one, on a log scale the value moves by 10^0.1 along a fixed ladder,
 * and ten times as far with Shift. Stops at the bounds.
 */
export function stepped(param: Numeric, x: number, written: string, direction: 1 | -1, isFar: boolean): number {
  const count = direction * (isFar ? 10 : 1);
  const next = param.scale === "linear" ? clean(x + count * lastDigit(param, written)) : climbed(param, x, count);
  if (contains(param, next)) return next;
  const bound = direction > 0 ? param.max : param.min;
  return bound !== undefined && contains(param, bound) ? bound : x;
}

function climbed(param: Numeric, x: number, count: number): number {
  const distance = param.scale === "reverseLog" ? 1 - x : x;
  if (!(distance > 0)) return param.scale === "reverseLog" ? x : smallest(param);
  const sign = param.scale === "reverseLog" ? -1 : 1;
  const rung = Math.round(Math.log10(distance) * 10) + sign * count;
  const moved = Number((10 ** (rung / 10)).toPrecision(2));
  if (param.scale === "reverseLog") return clean(1 - moved);
  if (param.kind === "real") return moved;
  const whole = Math.round(moved);
  return Math.sign(whole - x) === Math.sign(count) ? whole : x + Math.sign(count);
}

/** Where a log ladder begins when the value is 0 or below. */
const smallest = (param: Numeric): number => param.search?.[0] ?? (param.kind === "integer" ? 1 : 1e-8);

/** One in the last place that is written: 0.01 for "0.25", 1 for "64", 0.1 for "1" in a real. */
function lastDigit(param: Numeric, written: string): number {
  if (param.kind === "integer") return 1;
  const [digits = "", exponent = "0"] = written.toLowerCase().split("e");
  const decimals = digits.split(".")[1]?.length ?? (exponent === "0" ? 1 : 0);
  return 10 ** (Number(exponent) - decimals);
}

const bend = (scale: Numeric["scale"], x: number): number => (scale === "log" ? Math.log10(x) : scale === "reverseLog" ? -Math.log10(1 - x) : x);
const unbend = (scale: Numeric["scale"], y: number): number => (scale === "log" ? 10 ** y : scale === "reverseLog" ? 1 - 10 ** -y : y);
const clean = (x: number): number => Number(x.toPrecision(12));
const roundTo = (x: number, unit: number): number => clean(Math.round(x / unit) * unit);
const decadeBelow = (x: number): number => 10 ** Math.floor(Math.log10(x));
const twoDigits = (scale: Numeric["scale"], x: number): number => (scale === "reverseLog" ? clean(1 - Number((1 - x).toPrecision(2))) : Number(x.toPrecision(2)));

/** All digits and no exponent, as a number for assistive technology must be; what is none, or not finite, is left out. */
export function plainly(x: number | null | undefined): string | undefined {
  return x === null || x === undefined || !Number.isFinite(x) ? undefined : x.toLocaleString("en", { useGrouping: false, maximumFractionDigits: 100 });
}
