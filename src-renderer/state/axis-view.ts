/** One axis of a draft as its row shows it: what is written, and what holds where nothing is. Pure: the draft's values in, plain facts out. */

import type { Catalog, Choice, Flag, Integer, Param, Real } from "../../src-main/contract/checks.ts";
import type { RunSpec } from "../../src-main/contract/nouns.ts";
import { declaredAt, type AxisRole, type Scale } from "../../src-main/contract/sweep-checks.ts";
import { isFields, type Fields } from "./draft-value.ts";

export type AxisForm = "range" | "list" | "held";

export interface AxisView {
  readonly name: string;
  readonly path: string;
  /** What is declared at the path; null where the path leads nowhere. */
  readonly param: Param | null;
  readonly form: AxisForm;
  readonly role: AxisRole;
  readonly from: unknown;
  readonly to: unknown;
  readonly scale: Scale;
  readonly step: number | null;
  readonly values: readonly unknown[];
  readonly value: unknown;
  readonly block: number;
  readonly when: Readonly<Record<string, readonly unknown[]>>;
  /** Which components conditions put in place of the base's. */
  readonly kinds: Readonly<Record<string, string>>;
}

export function readAxis(name: string, raw: unknown, axes: Fields, base: RunSpec | null, catalog: Catalog): AxisView {
  const given = isFields(raw) ? raw : {};
  const path = typeof given["path"] === "string" ? given["path"] : name;
  const when = isFields(given["when"]) ? Object.fromEntries(Object.entries(given["when"]).map(([key, value]) => [key, Array.isArray(value) ? value as readonly unknown[] : [value]])) : {};
  const kinds = Object.fromEntries(Object.entries(when).flatMap(([key, [value]]) => {
    const other = axes[key];
    const at = isFields(other) && typeof other["path"] === "string" ? other["path"] : key;
    return at.endsWith(".kind") && typeof value === "string" ? [[at.slice(0, -".kind".length), value]] : [];
  }));
  const declared = base === null ? null : declaredAt(path, base, kinds, catalog);
  const known = declared !== null && "param" in declared ? declared : null;
  const param = known?.param ?? null;
  const inner = innerOf(param);
  const form: AxisForm = "value" in given || given["role"] === "fixed" ? "held" : Array.isArray(given["values"]) || !isNumeric(inner) ? "list" : "range";
  return {
    name, path, param, form, when, kinds,
    role: given["role"] === "scientific" || given["role"] === "fixed" || given["role"] === "nuisance" ? given["role"] : form === "held" ? "fixed" : "nuisance",
    from: given["from"] ?? (isNumeric(inner) ? inner.search?.[0] ?? inner.min : undefined),
    to: given["to"] ?? (isNumeric(inner) ? inner.search?.[1] ?? inner.max : undefined),
    scale: given["scale"] === "linear" || given["scale"] === "log" || given["scale"] === "reverseLog" ? given["scale"] : isNumeric(inner) ? inner.scale : "linear",
    step: typeof given["step"] === "number" ? given["step"] : null,
    values: Array.isArray(given["values"]) ? given["values"] as readonly unknown[] : inner?.kind === "choice" ? inner.options : inner?.kind === "flag" ? [false, true] : [],
    value: "value" in given ? given["value"] : known?.value,
    block: typeof given["block"] === "number" ? given["block"] : 1,
  };
}

export const innerOf = (param: Param | null): Param | null => (param?.kind === "optional" ? param.of as Param : param);
export const isNumeric = (param: Param | null): param is Real | Integer => param?.kind === "real" || param?.kind === "integer";
export const isListed = (param: Param | null): param is Choice | Flag => param?.kind === "choice" || param?.kind === "flag";

export const withoutUnit = ({ unit: _, ...param }: Real | Integer): Real | Integer => param;

/** What is written when an axis takes another form; what both forms share stays. */
export function inForm(view: AxisView, form: AxisForm): Fields {
  const { path, name, block, when, role } = view;
  const head = { ...(path === name ? {} : { path }), ...(role === "scientific" && form !== "held" ? { role } : {}), ...(block === 1 ? {} : { block }), ...(Object.keys(when).length === 0 ? {} : { when }) };
  if (form === "held") return { ...head, value: view.value ?? view.values[0] ?? view.from };
  if (form === "list") return { ...head, values: view.values.length > 0 ? view.values : [view.from, view.value, view.to].filter((one, i, all) => one !== undefined && all.indexOf(one) === i) };
  const numbers = view.values.filter((one): one is number => typeof one === "number");
  return { ...head, ...(numbers.length > 1 ? { from: Math.min(...numbers), to: Math.max(...numbers) } : {}) };
}

/** `1, 2, 5` as values; what is no number stays text, for the check to refuse. `null` and "–" stand for what is left out. */
export function readList(text: string, param: Param | null): readonly unknown[] {
  return text.split(/[,，;；]/).map((part) => part.trim()).filter((part) => part !== "").map((part) => {
    if (part === "null" || part === "–") return null;
    const plain = part.replace("−", "-");
    if (innerOf(param)?.kind === "flag") return plain === "true" ? true : plain === "false" ? false : plain;
    return innerOf(param)?.kind !== "choice" && Number.isFinite(Number(plain)) ? Number(plain) : part;
  });
}
export const writeList = (values: readonly unknown[]): string => values.map((value) => (typeof value === "object" && value !== null && "kind" in value ? String(value.kind) : String(value))).join(", ");
