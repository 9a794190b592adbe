/** A spec as a value: reading and writing by path, and what differs. Knows declarations as data; keeps no state. */

import { check, complete, runFields } from "../../src-main/contract/checks.ts";
import type { Catalog, Component, Param, Params } from "../../src-main/contract/checks.ts";

export type Fields = Readonly<Record<string, unknown>>;

/** The whole spec as one declaration. */
export const wholeSpec: Param = { kind: "record", help: "", fields: runFields };

/** The declaration of one field of the spec. */
export const wholeField = <K extends keyof typeof runFields>(name: K): (typeof runFields)[K] => runFields[name];

export const isFields = (value: unknown): value is Fields => typeof value === "object" && value !== null && !Array.isArray(value);

/** The keys of a path: a name in quotes keeps its dots, as in `axes["optimizer.learningRate"].from`. */
export const keysOf = (path: string): string[] => (path === "" ? [] : path.includes("[") ? [...path.matchAll(/\["([^"]*)"\]|[^.[\]]+/g)].map(([whole, quoted]) => quoted ?? whole) : path.split("."));

/** What stands at the path; `undefined` where nothing does. */
export const valueAt = (value: unknown, path: string): unknown => valueBehind(value, keysOf(path));

function valueBehind(value: unknown, keys: readonly string[]): unknown {
  let here = value;
  for (const key of keys) {
    if ((!isFields(here) && !Array.isArray(here)) || !Object.hasOwn(here, key)) return undefined;
    here = (here as Fields)[key];
  }
  return here;
}

/** The value with `next` at the path; `undefined` removes the key. Parents that are absent are made from their defaults, new keys stand in declared order. */
export function withValueAt(value: unknown, path: string, next: unknown, catalog: Catalog, whole: Param = wholeSpec): unknown {
  return put(whole, value, keysOf(path), next, catalog);
}

function put(param: Param | null, current: unknown, keys: readonly string[], next: unknown, catalog: Catalog): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return next;
  const inner = bare(param);
  const here = Array.isArray(current) || isFields(current) ? current : beginning(inner);
  if (Array.isArray(here)) {
    const entry = put(inner?.kind === "list" ? inner.of as Param : null, here[Number(key)], rest, next, catalog);
    return entry === undefined ? here.filter((_, i) => i !== Number(key)) : here.with(Number(key), entry);
  }
  const fields = here as Fields;
  const declared = fieldsOf(inner, fields, catalog);
  return place(fields, key, put(declared[key] ?? null, fields[key], rest, next, catalog), ["version", "kind", ...Object.keys(declared)]);
}

/** The spec with a key under another name, in the same place. */
export function withKeyRenamed(value: unknown, path: string, name: string, catalog: Catalog, whole: Param = wholeSpec): unknown {
  const keys = keysOf(path);
  const last = keys.pop();
  const parent = valueBehind(value, keys);
  if (!isFields(parent) || last === undefined) return value;
  const renamed = Object.fromEntries(Object.entries(parent).filter(([key]) => key !== name).map(([key, v]) => [key === last ? name : key, v]));
  return keys.length === 0 ? renamed : put(whole, value, keys, renamed, catalog);
}

/** An optional declaration without its wrapping. */
const bare = (param: Param | null): Param | null => (param?.kind === "optional" ? param.of as Param : param);

function beginning(param: Param | null): Fields | readonly unknown[] {
  if (param?.kind === "component") return param.default;
  return param?.kind === "list" ? param.default : {};
}

function fieldsOf(param: Param | null, value: Fields, catalog: Catalog): Params {
  if (param?.kind === "record") return param.fields as Params;
  if (param?.kind !== "component") return {};
  return catalog[param.family].find((described) => described.kind === value["kind"])?.params ?? {};
}

/** Sets or removes one key; a new one goes before the first key that is declared after it. */
function place(fields: Fields, key: string, value: unknown, order: readonly string[]): Fields {
  if (value === undefined) return Object.fromEntries(Object.entries(fields).filter(([name]) => name !== key));
  if (Object.hasOwn(fields, key)) return Object.fromEntries(Object.entries(fields).map(([name, old]) => [name, name === key ? value : old]));
  const rank = order.indexOf(key);
  const entries = Object.entries(fields);
  const before = rank < 0 ? -1 : entries.findIndex(([name]) => order.indexOf(name) > rank);
  entries.splice(before < 0 ? entries.length : before, 0, [key, value]);
  return Object.fromEntries(entries);
}

/** Whether two JSON values are the same, whatever the order of keys. */
export function isSame(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((entry, i) => isSame(entry, b[i]));
  if (!isFields(a) || !isFields(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => Object.hasOwn(b, key) && isSame(a[key], b[key]));
}

/** Whether a value differs from its declaration's default; an absent value does not, a wrong one does. */
export function isChanged(param: Param, value: unknown, catalog: Catalog): boolean {
  if (value === undefined) return false;
  if (check(param, value, "", catalog).length > 0) return true;
  const standard = param.kind === "record" ? {} : param.default;
  return !isSame(complete(param, value, catalog), complete(param, standard, catalog));
}

/** A spec with its defaults filled in wherever it is right; what is wrong stays as it stands. */
export function filled(value: unknown, catalog: Catalog): unknown {
  if (!isFields(value)) return value;
  const { version: _, ...fields } = value;
  return fill(wholeSpec, fields, catalog);
}

function fill(param: Param | null, value: unknown, catalog: Catalog): unknown {
  const inner = bare(param);
  if (param === null || inner === null) return value;
  if (check(param, value, "", catalog).length === 0) return complete(param, value, catalog);
  if (Array.isArray(value)) return value.map((entry) => fill(inner.kind === "list" ? inner.of as Param : null, entry, catalog));
  if (!isFields(value)) return value;
  const declared = fieldsOf(inner, value, catalog);
  return Object.fromEntries([...new Set([...Object.keys(declared), ...Object.keys(value)])].map((key) => [key, fill(declared[key] ?? null, value[key], catalog)]));
}

/** The spec as a person would write it: of its layers, flags and components at their default are left out. Means the same. */
export function lean(spec: Fields, catalog: Catalog): Fields {
  const layers = spec["layers"];
  if (!Array.isArray(layers)) return spec;
  return { ...spec, layers: layers.map((layer: unknown) => {
    if (!isFields(layer)) return layer;
    const params = fieldsOf(runFields.layers.of, layer, catalog);
    return Object.fromEntries(Object.entries(layer).filter(([name, value]) => params[name] === undefined || typeof value === "number" || isChanged(params[name], value, catalog)));
  }) };
}

/** How many things differ between two specs: values by key, and of a list the entries that are not in both in the same order. */
export function countChanges(a: unknown, b: unknown): number {
  if (isSame(a, b)) return 0;
  if (Array.isArray(a) && Array.isArray(b)) return Math.max(a.length, b.length) - longestCommon(a, b);
  if (!isFields(a) || !isFields(b)) return 1;
  if ((a as Partial<Component>).kind !== (b as Partial<Component>).kind) return 1;
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].reduce((sum, key) => sum + countChanges(a[key], b[key]), 0);
}

/** Length of the longest common subsequence. */
function longestCommon(a: readonly unknown[], b: readonly unknown[]): number {
  let row = new Array<number>(b.length + 1).fill(0);
  for (const entry of a) {
    const next = [0];
    for (let j = 1; j <= b.length; j++) next.push(isSame(entry, b[j - 1]) ? row[j - 1]! + 1 : Math.max(row[j]!, next[j - 1]!));
    row = next;
  }
  return row[b.length]!;
}
