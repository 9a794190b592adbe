/** Hyper-parameters declared as data: one declaration gives type, check, form, search range and documentation. Knows nothing of what they mean. */

import type { Details, Problem, ProblemCode } from "./errors.ts";

export type Scale = "linear" | "log" | "reverseLog";
/** The sorts of components there are. */
export type Family = "data" | "split" | "scaling" | "layer" | "initializer" | "regularizer" | "loss" | "metric" | "optimizer" | "schedule" | "augment";

/** A component as a value: what stands in a spec. `kind` picks the declaration, the rest are its parameters. */
export interface Component { readonly kind: string; readonly [name: string]: unknown }

interface Told {
  /** The label's words; absent means the parameter's name, split into words. */
  readonly label?: string;
  /** One clause that says what the value does. */
  readonly help: string;
  readonly symbol?: string;
  readonly unit?: string;
}
// No bound is an absent bound: JSON has no infinity, and a declaration must survive JSON.
export interface Real extends Told { readonly kind: "real"; readonly default: number; readonly min?: number; readonly max?: number; readonly open?: "min" | "max" | "both"; readonly scale: Scale; readonly search?: readonly [number, number] }
export interface Integer extends Told { readonly kind: "integer"; readonly default: number; readonly min?: number; readonly max?: number; readonly scale: "linear" | "log"; readonly search?: readonly [number, number] }
export interface Choice<O extends string = string> extends Told { readonly kind: "choice"; readonly default: O; readonly options: readonly O[] }
export interface Flag extends Told { readonly kind: "flag"; readonly default: boolean }
export interface Text extends Told { readonly kind: "text"; readonly default: string; readonly maxLength: number; readonly required?: boolean }
export interface ComponentOf extends Told { readonly kind: "component"; readonly family: Family; readonly default: Component }
export interface ListOf<P = unknown> extends Told { readonly kind: "list"; readonly of: P; readonly default: readonly unknown[]; readonly min?: number; readonly max?: number }
export interface RecordOf<F = unknown> extends Told { readonly kind: "record"; readonly fields: F }
/** May be absent; absent is written `null` in a complete spec. */
export interface Optional<P = unknown> extends Told { readonly kind: "optional"; readonly of: P; readonly default: null }

/** A declared value of any sort. `kind` says which. */
export type Param = Real | Integer | Choice | Flag | Text | ComponentOf | ListOf | RecordOf | Optional;
/** Declared values by name. */
export type Params = Readonly<Record<string, Param>>;

/** The TypeScript type of a declared value: what a complete spec holds there. */
export type Value<P> =
  P extends Flag ? boolean
  : P extends Choice<infer O> ? O
  : P extends Text ? string
  : P extends ComponentOf ? Component
  : P extends ListOf<infer Q> ? readonly Value<Q>[]
  : P extends RecordOf<infer F extends Params> ? Values<F>
  : P extends Optional<infer Q> ? Value<Q> | null
  : number;
/** The same for declared values by name. */
export type Values<P extends Params> = { readonly [K in keyof P]: Value<P[K]> };

/** A number in an interval, ends included unless `open` says otherwise; `scale` is how a slider and a sweep walk it, linear where absent. */
export const real = (p: Omit<Real, "kind" | "scale"> & { scale?: Scale }): Real => ({ kind: "real", scale: "linear", ...p });
/** A whole number in an interval; `search` is what a sweep walks by itself. */
export const integer = (p: Omit<Integer, "kind" | "scale"> & { scale?: "linear" | "log" }): Integer => ({ kind: "integer", scale: "linear", ...p });
/** One of a few words. */
export const choice = <const O extends string>(p: Told & { default: O; options: readonly O[] }): Choice<O> => ({ kind: "choice", ...p });
/** Yes or no. */
export const flag = (p: Told & { default: boolean }): Flag => ({ kind: "flag", ...p });
export const text = (p: Told & { default: string; maxLength?: number; required?: boolean }): Text => ({ kind: "text", maxLength: 200, ...p });
export const component = (p: Told & { family: Family; default: Component }): ComponentOf => ({ kind: "component", ...p });
export const list = <const P extends Param>(p: Told & { of: P; default: readonly unknown[]; min?: number; max?: number }): ListOf<P> => ({ kind: "list", ...p });
export const record = <const F extends Params>(p: Told & { fields: F }): RecordOf<F> => ({ kind: "record", ...p });
export const optional = <const P extends Param>(of: P): Optional<P> => ({ kind: "optional", of, default: null, help: of.help, ...(of.label === undefined ? {} : { label: of.label }), ...(of.symbol === undefined ? {} : { symbol: of.symbol }) });

/** What a declaration looks like once it has crossed a wire: enough to check and to draw, nothing to run. */
export interface Described {
  readonly kind: string;
  readonly title: string;
  readonly summary: string;
  readonly math: string;
  readonly source: string;
  readonly params: Params;
  /** The targets a loss or metric is for; absent means any. */
  readonly targets?: readonly ("classes" | "number")[];
  /** Which direction of a metric is the better one. */
  readonly better?: "higher" | "lower";
  readonly zh: { readonly title: string; readonly summary: string; readonly params: Readonly<Record<string, { readonly label: string; readonly help: string }>> };
}
/** Every component of every family, as plain data. */
export type Catalog = Readonly<Record<Family, readonly Described[]>>;

/** `[0, 1)` and friends: the interval as a mathematician writes it. */
export function interval(p: Real | Integer): string {
  const open = p.kind === "real" ? p.open : undefined;
  const left = p.min === undefined ? "(-∞" : `${open === "min" || open === "both" ? "(" : "["}${p.min}`;
  const right = p.max === undefined ? "∞)" : `${p.max}${open === "max" || open === "both" ? ")" : "]"}`;
  return `${left}, ${right}`;
}

/** Whether x lies in the declared interval. */
export function contains(p: Real | Integer, x: number): boolean {
  const open = p.kind === "real" ? p.open : undefined;
  const above = p.min === undefined || (open === "min" || open === "both" ? x > p.min : x >= p.min);
  const below = p.max === undefined || (open === "max" || open === "both" ? x < p.max : x <= p.max);
  return above && below;
}

/** How a wrong value is shown in a sentence: at most 60 characters, numbers as they are. */
export function shown(value: unknown): string {
  const whole = typeof value === "number" || value === undefined ? String(value) : JSON.stringify(value) ?? String(value);
  return whole.length > 60 ? `${whole.slice(0, 57)}…` : whole;
}

/** A problem whose English sentence is given whole; `details` are its pieces. */
export function problem(path: string, code: ProblemCode, message: string, details: Details = {}, cure?: unknown): Problem {
  return { path, code, message, details, ...(cure === undefined ? {} : { cure }) };
}

/** The key path one step deeper. */
export const under = (path: string, key: string | number): string => (path === "" ? String(key) : `${path}.${key}`);

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

/** Everything wrong with `value` where `p` is asked for; an empty list when nothing is. An absent value (`undefined`) takes the default and is right, unless it is a required text. */
export function check(p: Param, value: unknown, path: string, catalog: Catalog): Problem[] {
  const got = shown(value);
  if (value === undefined) return p.kind === "text" && p.required === true ? [problem(path, "missing", "is missing", {})] : [];
  switch (p.kind) {
    case "optional": return value === null ? [] : check(p.of as Param, value, path, catalog);
    case "flag": return typeof value === "boolean" ? [] : [problem(path, "notAFlag", `must be true or false; got ${got} (default ${p.default})`, { got }, p.default)];
    case "choice": {
      if (p.options.includes(value as string)) return [];
      const known = p.options.join(", ");
      return [problem(path, "notAnOption", `must be one of ${known}; got ${got} (default ${p.default})`, { known, got }, p.default)];
    }
    case "text": {
      if (typeof value !== "string") return [problem(path, "notText", `must be text; got ${got}`, { got })];
      if (p.required === true && value.trim() === "") return [problem(path, "missing", "is missing", {})];
      return value.length <= p.maxLength ? [] : [problem(path, "tooLong", `must have at most ${p.maxLength} characters; got ${value.length}`, { limit: String(p.maxLength), got: String(value.length) })];
    }
    case "real":
    case "integer": return checkNumber(p, value, path, got);
    case "list": return checkList(p, value, path, got, catalog);
    case "record": return isRecord(value) ? checkFields(p.fields as Params, value, path, catalog) : [problem(path, "notARecord", `must be an object with the keys ${Object.keys(p.fields as Params).join(", ")}; got ${got}`, { got })];
    case "component": return checkComponent(p.family, value, path, catalog);
  }
}

function checkNumber(p: Real | Integer, value: unknown, path: string, got: string): Problem[] {
  const where = interval(p);
  const details = { got, interval: where, default: String(p.default) };
  const sort = p.kind === "integer" ? "a whole number" : "a number";
  const message = `must be ${sort} in ${where}; got ${got} (default ${p.default})`;
  if (typeof value !== "number" || !Number.isFinite(value)) return [problem(path, "notANumber", message, details, p.default)];
  if (p.kind === "integer" && !Number.isSafeInteger(value)) return [problem(path, "notWhole", message, details, p.default)];
  return contains(p, value) ? [] : [problem(path, "outOfInterval", message, details, p.default)];
}

function checkList(p: ListOf, value: unknown, path: string, got: string, catalog: Catalog): Problem[] {
  if (!Array.isArray(value)) return [problem(path, "notAList", `must be a list; got ${got}`, { got })];
  const limits = { got: String(value.length), least: String(p.min ?? 0), most: String(p.max ?? "") };
  if (p.min !== undefined && value.length < p.min) return [problem(path, "tooShort", `must have at least ${p.min} ${p.min === 1 ? "entry" : "entries"}; got ${value.length}`, limits)];
  if (p.max !== undefined && value.length > p.max) return [problem(path, "tooLong", `must have at most ${p.max} entries; got ${value.length}`, limits)];
  return value.flatMap((entry: unknown, i) => entry === undefined ? [problem(under(path, i), "missing", "is missing")] : check(p.of as Param, entry, under(path, i), catalog));
}

/** A wrong or unknown key, with the closest known one as the cure. */
function checkFields(fields: Params, value: Readonly<Record<string, unknown>>, path: string, catalog: Catalog): Problem[] {
  const known = Object.keys(fields);
  const strangers = Object.keys(value).filter((key) => !Object.hasOwn(fields, key)).map((key) => {
    const near = closest(key, known);
    const guess = near === undefined ? "" : `; did you mean ${near}?`;
    return problem(under(path, key), "unknownKey", `is not a parameter here${guess || `; known: ${known.join(", ") || "none"}`}`, { known: known.join(", "), ...(near === undefined ? {} : { near }) }, near);
  });
  return [...strangers, ...known.flatMap((key) => check(fields[key] as Param, value[key], under(path, key), catalog))];
}

function checkComponent(family: Family, value: unknown, path: string, catalog: Catalog): Problem[] {
  const kinds = catalog[family].map((c) => c.kind);
  if (!isRecord(value)) return [problem(path, "notAComponent", `must be an object with a kind, such as { "kind": "${kinds[0] ?? ""}" }; got ${shown(value)}`, { got: shown(value), example: kinds[0] ?? "" })];
  const { kind, ...values } = value;
  const declared = catalog[family].find((c) => c.kind === kind);
  if (declared !== undefined) return checkFields(declared.params, values, path, catalog);
  const near = typeof kind === "string" ? closest(kind, kinds) : undefined;
  const details = { got: shown(kind), known: kinds.join(", "), family, ...(near === undefined ? {} : { near }) };
  return [problem(under(path, "kind"), "unknownKind", `must be one of ${kinds.join(", ")}; got ${shown(kind)}${near === undefined ? "" : `; did you mean ${near}?`}`, details, near)];
}

/** The known word within two edits of a wrong one, if there is one (Levenshtein distance, letters without case). */
export function closest(wrong: string, known: readonly string[]): string | undefined {
  const scored = known.map((word) => ({ word, distance: distance(wrong.slice(0, 64).toLowerCase(), word.toLowerCase()) })).sort((a, b) => a.distance - b.distance);
  const best = scored[0];
  return best !== undefined && best.distance <= Math.min(3, Math.ceil(best.word.length / 3)) ? best.word : undefined;
}

function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)));
    row = next;
  }
  return row[b.length]!;
}

/** The value with every default filled in, all the way down. Expects a value that `check` found right. */
export function complete(p: Param, value: unknown, catalog: Catalog): unknown {
  switch (p.kind) {
    case "optional": return value === undefined || value === null ? null : complete(p.of as Param, value, catalog);
    case "list": return ((value ?? p.default) as readonly unknown[]).map((entry) => complete(p.of as Param, entry, catalog));
    case "record": return completeFields(p.fields as Params, (value ?? {}) as Record<string, unknown>, catalog);
    case "component": {
      const { kind, ...values } = (value ?? p.default) as Component;
      const declared = catalog[p.family].find((c) => c.kind === kind);
      return { kind, ...completeFields(declared?.params ?? {}, values, catalog) };
    }
    default: return value === undefined ? p.default : value;
  }
}

function completeFields(fields: Params, values: Readonly<Record<string, unknown>>, catalog: Catalog): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, p]) => [name, complete(p, values[name], catalog)]));
}

/** The declared defaults with `given` laid over them; nested components keep what they were given. */
export function fill<P extends Params>(params: P, given: Partial<Values<P>> = {}): Values<P> {
  const defaults = Object.fromEntries(Object.entries(params).map(([name, p]) => [name, p.kind === "record" ? fill(p.fields as Params) : p.default]));
  return { ...defaults, ...given } as Values<P>;
}
