/** Time on an axis: where its marks stand and how they are written. Moments are told by this machine's clock. Knows numbers, paints nothing. */

type Unit = "seconds" | "moment";
interface Span { readonly min: number; readonly max: number }

/** Round stretches of time, in seconds. */
const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400, 172_800, 604_800] as const;
const day = 86_400;

const perSecond = (unit: Unit): number => (unit === "moment" ? 1000 : 1);
/** From a moment to seconds whose whole days begin at this machine's midnight. */
const localOffset = (ms: number): number => -60 * new Date(ms).getTimezoneOffset();

/** The smallest round stretch of which at most `most` − 1 fill the span; of less than a second 1, 2 or 5 of a decimal place, of more than weeks whole ones. */
function stepFor({ min, max }: Span, unit: Unit, most: number): number {
  const rough = (max - min) / perSecond(unit) / (most - 1);
  const round = steps.find((step) => step >= rough * (1 - 1e-9));
  if (round !== undefined && rough >= 0.5) return round;
  if (round === undefined) return Math.ceil(rough / 604_800) * 604_800;
  const decade = 10 ** Math.floor(Math.log10(rough));
  return [1, 2, 5, 10].find((share) => share * decade >= rough * (1 - 1e-9))! * decade;
}

/** Marks at round times inside the span, at most `most`. */
export function timeTicks(span: Span, unit: Unit, most: number): number[] {
  if (!(span.max > span.min)) return [span.min];
  const [step, scale] = [stepFor(span, unit, most), perSecond(unit)];
  const offset = unit === "moment" ? localOffset(span.min) : 0;
  const first = Math.ceil((span.min / scale + offset) / step - 1e-9);
  const last = Math.floor((span.max / scale + offset) / step + 1e-9);
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => Number((((first + i) * step - offset) * scale).toPrecision(15)));
}

/** How a mark of an axis of this span is written: `0.5 s`, `1:30`, `2:05:00`; `14:05:30`, `14:05`, `11-03 14:05`, `11-03`. */
export function timeText(value: number, unit: Unit, span: Span): string {
  return unit === "seconds" ? secondsText(value) : momentText(value, (span.max - span.min) / 1000);
}

export function secondsText(seconds: number): string {
  if (Math.abs(seconds) < 60) return `${Number(seconds.toPrecision(3))} s`;
  const whole = Math.round(seconds);
  const [hours, minutes, rest] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(rest)}` : `${minutes}:${two(rest)}`;
}

/** `width`: of the axis, in seconds. */
export function momentText(ms: number, width: number): string {
  const at = new Date(ms);
  const clock = `${two(at.getHours())}:${two(at.getMinutes())}`;
  if (width < 2) return `${clock}:${(at.getSeconds() + at.getMilliseconds() / 1000).toFixed(2).padStart(5, "0")}`;
  if (width < 600) return `${clock}:${two(at.getSeconds())}`;
  if (width < day) return clock;
  const date = `${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return clock === "00:00" ? date : `${date} ${clock}`;
}

const two = (n: number): string => String(n).padStart(2, "0");
