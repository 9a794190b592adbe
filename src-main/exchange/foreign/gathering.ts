/** Points and settings as they are met in a file, to a foreign run: series in order, nested values flat, and a count of what cannot be kept. */

import { problem, SpecError, type Place } from "../../contract/errors.ts";
import type { ForeignRead, ForeignSeries, ForeignValue } from "../../contract/foreign-runs.ts";

/** Counts by name of what is not taken in. */
export class Left {
  readonly #counts = new Map<string, number>();
  add(what: string, count = 1): void { if (count > 0) this.#counts.set(what, (this.#counts.get(what) ?? 0) + count); }
  list(): ForeignRead["left"] { return [...this.#counts].map(([what, count]) => ({ what, count })); }
}

export const isStep = (step: unknown): step is number => Number.isSafeInteger(step) && (step as number) >= 0;

/** Some programs take steps below 0; a project's curves begin at 0. Throws SpecError that names the place. */
export function needStep(step: unknown, metric: string, at: Place & { readonly file: string }): asserts step is number {
  const got = typeof step === "number" ? String(step) : JSON.stringify(step);
  if (!isStep(step)) throw new SpecError([{ ...problem(at.file, "badData", `has the step ${got} of ${JSON.stringify(metric)}, and steps are whole numbers from 0; write the run with such steps, or import its metrics as CSV with others`, { why: "stepBelow", metric, got }), at }]);
}

interface Points { readonly steps: number[]; readonly values: number[]; readonly times: number[] }

/** The metrics of one run, point by point in any order. */
export class Metrics {
  readonly #points = new Map<string, Points>();

  /** `timeMs` NaN: the point has no time. That `step` is one is the caller's to see. */
  add(metric: string, step: number, value: number, timeMs: number): void {
    let points = this.#points.get(metric);
    if (points === undefined) this.#points.set(metric, points = { steps: [], values: [], times: [] });
    points.steps.push(step);
    points.values.push(value);
    points.times.push(timeMs);
  }

  get isEmpty(): boolean { return this.#points.size === 0; }

  /** The greatest step of any metric; −1 where there is none. */
  get lastStep(): number { return [...this.#points.values()].reduce((most, { steps }) => steps.reduce((a, b) => Math.max(a, b), most), -1); }

  /**
   * Series by name, steps rising. Of several points at one step the last that was written counts, as in the programs' own charts; the one before it stands at the same
   * step of `earlier/NAME`, the one before that of `earlier 2/NAME`: a run that was begun again keeps both. Points that all have one step were given none: they are
   * numbered from it on as they were written. What more than nine earlier ones hide is counted in `left`.
   */
  series(left: Left): readonly ForeignSeries[] {
    return [...this.#points].flatMap(([metric, points]) => layered(metric, points, left)).sort((a, b) => (a.metric < b.metric ? -1 : 1));
  }
}

/** Values written before others at their steps. */
const mostEarlier = 9;
const earlier = (metric: string, layer: number): string => `earlier${layer === 1 ? "" : ` ${layer}`}/${metric}`;
const isEarlier = (metric: string): boolean => /^earlier( [2-9])?\//.test(metric);

function layered(metric: string, { steps, values, times }: Points, left: Left): ForeignSeries[] {
  const series = (name: string, at: readonly number[], step: (i: number) => number): ForeignSeries => {
    const column = (of: (i: number) => number): Float64Array => Float64Array.from(at, of);
    const timesMs = column((i) => times[i]!);
    return { metric: name, steps: column(step), values: column((i) => values[i]!), timesMs: timesMs.every(Number.isNaN) ? null : timesMs };
  };
  const order = Array.from(steps, (_, i) => i);
  if (order.length > 2 && steps.every((step) => step === steps[0])) return [series(metric, order, (i) => steps[0]! + i)];
  // Stable: of equal steps the later stays behind the earlier.
  order.sort((a, b) => steps[a]! - steps[b]!);
  const layers: number[][] = [];
  for (let end = order.length - 1, layer = 0; end >= 0; end--) {
    layer = end < order.length - 1 && steps[order[end]!] === steps[order[end + 1]!] ? layer + 1 : 0;
    (layers[layer] ??= []).push(order[end]!);
  }
  left.add("points written again at the same step", layers.slice(mostEarlier + 1).reduce((sum, { length }) => sum + length, 0));
  return layers.slice(0, mostEarlier + 1).map((at, layer) => series(layer === 0 ? metric : earlier(metric, layer), at.toReversed(), (i) => steps[i]!));
}

/** The last value of each series, and beside them final values that have none; values written before others are history. */
export function finalValues(series: readonly ForeignSeries[], others: Iterable<readonly [string, number]> = []): Record<string, number> {
  return Object.fromEntries([...others, ...series.filter(({ metric }) => !isEarlier(metric)).map(({ metric, values }) => [metric, values.at(-1)!] as const)]);
}

/** A nested value as flat ones: objects by `a.b`, lists as their JSON. */
export function flattened(value: unknown, name: string, into: Map<string, ForeignValue>): void {
  if (value === null || typeof value === "string" || typeof value === "number" || typeof value === "boolean") into.set(name, value);
  else if (Array.isArray(value) || Object.keys(value as object).length === 0) into.set(name, JSON.stringify(value));
  else for (const [key, inner] of Object.entries(value as object)) flattened(inner, name === "" ? key : `${name}.${key}`, into);
}

/** What a text that a program wrote for a setting means: a number, a flag, nothing, or the text. What a double does not hold (`1e400`, whole numbers beyond 2⁵³) and names like `007` stay text. */
export function valueOf(text: string): ForeignValue {
  if (text === "None" || text === "null") return null;
  if (/^true$/i.test(text)) return true;
  if (/^false$/i.test(text)) return false;
  const number = /^[+-]?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/.test(text) ? Number(text) : NaN;
  return Number.isFinite(number) && (!/^[+-]?\d+$/.test(text) || Number.isSafeInteger(number)) ? number : text;
}

/** A metric's value as programs write it in JSON or text, NaN and infinities by their names included; null where it is no number. */
export function metricValue(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (typeof value === "boolean") return value ? 1 : 0;
  if (typeof value !== "string") return null;
  const word = value.trim().toLowerCase();
  if (word === "nan") return NaN;
  if (/^[+-]?inf(inity)?$/.test(word)) return word.startsWith("-") ? -Infinity : Infinity;
  return word !== "" && Number.isFinite(Number(word)) && !/^0[xbo]/.test(word) ? Number(word) : null;
}

/** JSON as Python writes it, with bare NaN and Infinity outside strings. Throws SyntaxError. */
export function pythonJson(text: string): unknown {
  try { return JSON.parse(text); } catch {
    return JSON.parse(text.replace(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/g, (word) => (word.startsWith('"') ? word : `"${word}"`)));
  }
}
