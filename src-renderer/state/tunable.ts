/** The settings of a run that can be changed on its way: their paths, declarations and values. Pure: a spec and the catalogue in, a list out. */

import { runFields, type Catalog, type Component, type Param, type Params, type Problem } from "../../src-main/contract/checks.ts";
import type { RunSpec } from "../../src-main/contract/nouns.ts";

/** One value a person may change: a number, a flag, a choice, or one that may be left out. */
export interface Tunable { readonly path: string; readonly param: Param; readonly value: unknown }

/** What the run's weights and rows hang on stays as it is. */
const fixed: readonly string[] = ["name", "seed", "seeds", "data", "split", "scaling", "metrics"];

export function tunables(spec: RunSpec, catalog: Catalog): readonly Tunable[] {
  return Object.entries(runFields as Params).filter(([name]) => !fixed.includes(name)).flatMap(([name, param]) => within(param, spec[name as keyof RunSpec], name, catalog)).sort((a, b) => rank(a.path) - rank(b.path));
}

/** The rate first, then length, then what regularizes: in the order in which a person turns the knobs. */
const order = [/^optimizer\.learningRate$/, /^train\.epochs$/, /^optimizer\./, /^schedule\./, /keepProb$|^regularizer/, /^train\.(?!checkpoints)/, /^augment/, /^loss/];
const rank = (path: string): number => { const at = order.findIndex((one) => one.test(path)); return at < 0 ? order.length : at; };

function within(param: Param, value: unknown, path: string, catalog: Catalog): readonly Tunable[] {
  switch (param.kind) {
    case "record": return fields(param.fields as Params, value, path, catalog);
    case "component": {
      const { kind, ...values } = value as Component;
      const declared = catalog[param.family].find((one) => one.kind === kind);
      return declared === undefined ? [] : fields(declared.params, values, path, catalog);
    }
    case "list": return (value as readonly unknown[]).flatMap((one, i) => within(param.of as Param, one, `${path}.${i}`, catalog));
    case "optional": return value === null ? (isPlain(param.of as Param) ? [{ path, param, value }] : []) : isPlain(param.of as Param) ? [{ path, param, value }] : within(param.of as Param, value, path, catalog);
    default: return isPlain(param) && !isSize(path) ? [{ path, param, value }] : [];
  }
}

const fields = (params: Params, value: unknown, path: string, catalog: Catalog): readonly Tunable[] => Object.entries(params).flatMap(([name, param]) => within(param, (value as Readonly<Record<string, unknown>>)[name], `${path}.${name}`, catalog));
const isPlain = (param: Param): boolean => param.kind === "real" || param.kind === "integer" || param.kind === "flag" || param.kind === "choice";
/** Layers keep their sizes, and how their weights began is past. */
const isSize = (path: string): boolean => /^layers\./.test(path) && /\.(units|filters|size|stride|padding|dilation|bias|init\..*|layers\..*)$/.test(path);

/** The declaration of the value itself, where it may also be left out. */
export const innerOf = (param: Param): Param => (param.kind === "optional" ? (param.of as Param) : param);

/** What was typed, as a value of the spec; text that is none of what is asked for stays text, for the check to refuse. */
export function valueOf(param: Param, typed: string): unknown {
  const text = typed.trim();
  const inner = innerOf(param);
  if (param.kind === "optional" && text === "") return null;
  if (inner.kind === "flag") return text === "true" ? true : text === "false" ? false : text;
  if (inner.kind === "choice") return text;
  return /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i.test(text) ? Number(text) : text;
}

/** How a value stands in its field. */
export const typedOf = (value: unknown): string => (value === null || value === undefined ? "" : String(value));

/** The problem of a path, or of what lies within it. */
export const problemAt = (problems: readonly Problem[], path: string): Problem | undefined => problems.find((one) => one.path === path || one.path.startsWith(`${path}.`));
