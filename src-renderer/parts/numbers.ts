/** How a number is written, everywhere: figures with three digits, shares as percent, true minus signs. Knows no language but the locale of dates. */

import { count, figure, isShare, odd, percent, spreadText, withMinus } from "../../src-main/contract/figures.ts";

export { count, figure, isShare, percent, spreadText };

/** A value as the person set it: all its digits, `1e-4` below 0.001, never rounded. */
export function setting(x: number): string {
  const strange = odd(x);
  if (strange !== null) return strange;
  if (x !== 0 && Math.abs(x) < 1e-3) return withMinus(x.toExponential());
  return Math.abs(x) >= 1000 && Number.isInteger(x) && Math.abs(x) < 1e15 ? count(x).replace("-", "−") : withMinus(String(x));
}

/** A share and what it leaves of the whole, as they are set: 0.9 and 0.1, not 0.09999999999999998. */
export const complement = (share: number): string => setting(Number((1 - share).toPrecision(12)));

/** One value of a metric, without unit. */
export const measured = (metric: string, value: number): string => (isShare(metric) ? percent(value) : figure(value));

/** 118,400 ms → `1:58`; with hours `1:02:03`; under ten seconds `4.2 s`. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const two = (n: number) => String(n).padStart(2, "0");
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

/** A length of time in words with one unit: what a person would say. */
export function about(ms: number, words: { readonly seconds: (n: string) => string; readonly minutes: (n: string) => string; readonly hours: (n: string) => string }): string {
  const seconds = Math.max(1, Math.round(ms / 1000));
  if (seconds < 90) return words.seconds(String(seconds));
  const minutes = Math.round(seconds / 60);
  return minutes < 90 ? words.minutes(String(minutes)) : words.hours(String(Math.round(minutes / 6) / 10));
}

/** The time of day in so many milliseconds, `14:20`, with the weekday where it is another day. */
export function clockAfter(ms: number, language: "en" | "zh", now = Date.now()): string {
  const then = new Date(now + ms);
  const isToday = then.toDateString() === new Date(now).toDateString();
  const isNear = ms < 6 * 86_400_000;
  return new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { hour: "2-digit", minute: "2-digit", ...(isToday ? {} : isNear ? { weekday: "short" } : { day: "numeric", month: "short" }) }).format(then);
}

/** 86,400,000 → `86.4 MB`, in powers of 1000 as disks are sold and as file managers count. */
export function bytes(n: number): string {
  if (n < 1000) return `${n} B`;
  const units = ["kB", "MB", "GB", "TB"];
  let size = n / 1000;
  let unit = 0;
  while (size >= 999.5 && unit < units.length - 1) { size /= 1000; unit++; }
  return `${size < 10 && unit > 0 ? size.toFixed(1) : size < 100 && unit > 0 ? size.toFixed(1) : size.toFixed(0)} ${units[unit]!}`;
}

/** When something happened, as short as it is clear: `12:04` today, `yesterday`, else the date. */
export function moment(ms: number, now: number, language: "en" | "zh", yesterday: string): string {
  const then = new Date(ms);
  const today = new Date(now);
  const dayOf = (date: Date) => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
  const days = Math.round((dayOf(today) - dayOf(then)) / 86_400_000);
  if (days <= 0) return `${String(then.getHours()).padStart(2, "0")}:${String(then.getMinutes()).padStart(2, "0")}`;
  if (days === 1) return yesterday;
  const sameYear = then.getFullYear() === today.getFullYear();
  return new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", { day: "numeric", month: "short", ...(sameYear ? {} : { year: "numeric" }) }).format(then);
}

/** `64×3`, `8×8×1`: a shape as it is spoken of. */
export const shape = (sizes: readonly number[]): string => sizes.join("×");
