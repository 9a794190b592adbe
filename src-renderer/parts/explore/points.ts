/** Runs as points: any fact, part of a spec or metric against any other. Pure: runs and names in, places on axes out. */

import { linearTicks, placer, ticksOf, valueAt, type Axis } from "../../../src-main/contract/chart-scale.ts";
import type { Comparison } from "../../../src-main/contract/comparison.ts";
import { seedOf } from "../../../src-main/contract/foreign-runs.ts";
import type { Run } from "../../../src-main/contract/nouns.ts";

/** A title begins with a capital. */
export const capital = (text: string): string => text.charAt(0).toLocaleUpperCase() + text.slice(1);

export type Value = number | string | null;

/** Facts that are neither chosen nor measured by a metric. */
const facts: Readonly<Record<string, (run: Run) => Value>> = {
  time: (run) => run.trainingMs / 1000, parameters: (run) => run.parameters, epoch: (run) => run.epoch, step: (run) => run.step, "train rows": (run) => run.data.rows.train,
};

/** The value a run has of a name: a metric (`split/name`), a fact, what stands at a path of its spec, or a setting of another program's run (`param.lr`); null where it has none. */
export function valueOf(run: Run, name: string): Value {
  if (name.includes("/")) return run.metrics[name] ?? null;
  if (Object.hasOwn(facts, name)) return facts[name]!(run);
  if (run.foreign !== null) {
    const value = name === "seed" ? seedOf(run) : name.startsWith("param.") ? run.foreign.params[name.slice("param.".length)] : run.metrics[name];
    return typeof value === "boolean" ? String(value) : value ?? null;
  }
  let at: unknown = run.spec;
  for (const part of name.split(".")) at = typeof at === "object" && at !== null ? (at as Record<string, unknown>)[part] : undefined;
  return typeof at === "number" || typeof at === "string" ? at : typeof at === "boolean" ? String(at) : null;
}

/** What can stand on an axis: keys that differ, metrics, facts. */
export function namesOf(comparison: Comparison): readonly string[] {
  const keys = comparison.differences.filter(({ of }) => of === "spec").map(({ path }) => path);
  return [...new Set([...keys, "seed", ...comparison.metrics.map(({ metric }) => metric), ...Object.keys(facts)])];
}

/** A scale for the values of one name: numbers on an axis, texts as categories. */
export type Ruler =
  | { readonly kind: "number"; readonly name: string; readonly axis: Axis; readonly canBeLog: boolean }
  | { readonly kind: "text"; readonly name: string; readonly texts: readonly string[] };

/** Numbers stand on an axis where at least one run has one; then texts and what is not finite have no place. `isLog` null: where the values span two decades. */
export function rulerOf(runs: readonly Run[], name: string, isLog: boolean | null): Ruler {
  const values = runs.map((run) => valueOf(run, name));
  const numbers = values.filter((value): value is number => typeof value === "number" && Number.isFinite(value));
  if (numbers.length === 0) return { kind: "text", name, texts: [...new Set(values.filter((value): value is string => typeof value === "string"))].sort() };
  const [min, max] = [numbers.reduce((a, b) => Math.min(a, b)), numbers.reduce((a, b) => Math.max(a, b))];
  const canBeLog = min > 0;
  const scale = canBeLog && (isLog ?? max / min >= 100) ? "log" : "linear";
  return { kind: "number", name, canBeLog, axis: { scale, linearWithin: 1, ...aired(min, max, scale) } };
}

function aired(min: number, max: number, scale: "log" | "linear"): { min: number; max: number } {
  if (scale === "log") { const air = Math.max((max / min) ** 0.04, 1.02); return { min: min / air, max: max * air }; }
  // Values that differ by rounding alone are one value.
  const reach = max - min > 1e-9 * Math.abs(max) ? max - min : Math.abs(max) || 1;
  const air = reach * 0.04;
  return { min: min - air, max: max + air };
}

/** Where a value stands, as a share of the axis; null where it has no place. */
export function shareOf(ruler: Ruler, value: Value): number | null {
  if (ruler.kind === "text") { const at = ruler.texts.indexOf(String(value)); return value === null || at < 0 ? null : (at + 0.5) / ruler.texts.length; }
  if (typeof value !== "number") return null;
  const share = placer(ruler.axis)(value);
  return Number.isFinite(share) ? share : null;
}

/** The marks of a ruler: at which share, with which value. */
export function marksOf(ruler: Ruler, most = 6): readonly { readonly share: number; readonly value: number | string }[] {
  if (ruler.kind === "text") return ruler.texts.map((value, i) => ({ share: (i + 0.5) / ruler.texts.length, value }));
  const place = placer(ruler.axis);
  const ticks = ruler.axis.scale === "linear" ? linearTicks(ruler.axis, most) : ticksOf(ruler.axis, most);
  return ticks.map((value) => ({ share: place(value), value }));
}

/** The number at a share of a ruler, for a brush drawn by hand. */
export const numberAt = (ruler: Ruler, share: number): number | null => (ruler.kind === "number" ? valueAt(ruler.axis, Math.min(1, Math.max(0, share))) : null);

/** Runs that lie within every brush; a brush is a stretch of an axis in values, of texts the texts it holds. */
export type Brush = { readonly kind: "number"; readonly from: number; readonly to: number } | { readonly kind: "text"; readonly texts: readonly string[] };
export function isInside(run: Run, brushes: Readonly<Record<string, Brush>>): boolean {
  return Object.entries(brushes).every(([name, brush]) => {
    const value = valueOf(run, name);
    return brush.kind === "text" ? brush.texts.includes(String(value)) : typeof value === "number" && value >= brush.from && value <= brush.to;
  });
}

/** A box of a box plot: quartiles by linear interpolation (type 7 of Hyndman & Fan), whiskers to the last value within 1.5 times the box's height. */
export interface Box { readonly n: number; readonly low: number; readonly q1: number; readonly median: number; readonly q3: number; readonly high: number }
export function boxOf(values: readonly number[]): Box | null {
  if (values.length === 0) return null;
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => {
    const place = share * (sorted.length - 1);
    const below = Math.floor(place);
    return sorted[below]! + (place - below) * ((sorted[below + 1] ?? sorted[below]!) - sorted[below]!);
  };
  const [q1, median, q3] = [at(0.25), at(0.5), at(0.75)];
  const reach = 1.5 * (q3 - q1);
  return { n: sorted.length, q1, median, q3, low: sorted.find((value) => value >= q1 - reach)!, high: sorted.findLast((value) => value <= q3 + reach)! };
}
