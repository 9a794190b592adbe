/** What a sweep may vary: every value of its base by path, straight from the declarations, with the range each offers. Pure: a base, the axes there are, the catalogue in; a list out. */

import { contains, runFields, type Catalog, type Component, type Integer, type Param, type Params, type Real } from "../../src-main/contract/checks.ts";
import type { RunSpec } from "../../src-main/contract/nouns.ts";
import { isFields, type Fields } from "./draft-value.ts";

/** One thing that may become an axis. `given` is what is written for it; `kind` names the component it belongs to where that is not the base's. */
export interface Offer { readonly name: string; readonly path: string; readonly param: Param; readonly section: OfferSection; readonly owner: string; readonly value: unknown; readonly given: Fields }
export type OfferSection = "optimizer" | "model" | "training" | "regularization" | "data";

/** A trial's own business, and what would change what is being asked. */
const left: readonly string[] = ["name", "seed", "seeds", "metrics", "split", "data"];
const notOfTraining: readonly string[] = ["openTest", "recordEvery", "checkpoints", "mode"];

/** All offers, in the order in which the course says to tune: the rate, then momentum, batch size and units, then depth and decay; β₁, β₂ and ε almost never. */
export function offersOf(base: RunSpec, axes: Fields, catalog: Catalog): readonly Offer[] {
  const plain = Object.entries(runFields as Params).filter(([name]) => !left.includes(name)).flatMap(([name, param]) => within(param, base[name as keyof RunSpec], { path: name, section: sectionOf(name), owner: "" }, catalog));
  const all = [...plain.filter(({ path }) => !isOutput(path, base)), ...depths(base), ...ofKinds(axes, catalog), ...ofCopies(base, axes, catalog)];
  return all.sort((a, b) => rank(a.path) - rank(b.path));
}

const order = [/^optimizer\.learningRate$/, /^optimizer\.(momentum|beta)$/, /^train\.batchSize$/, /\.units$/, /\.repeat$/, /^schedule\.(?!kind)/, /keepProb$|^regularizer\.|weightDecay$|lambda$/, /^(optimizer|schedule|regularizer)\.kind$/, /^optimizer\.(?!beta1|beta2|epsilon)/, /^train\.epochs$/, /^train\./, /^layers\.(?!.*\binit\b)/, /^optimizer\./];
const rank = (path: string): number => { const at = order.findIndex((one) => one.test(path)); return at < 0 ? order.length : at; };

const sectionOf = (name: string): OfferSection => (name === "optimizer" || name === "schedule" ? "optimizer" : name === "layers" || name === "loss" ? "model" : name === "regularizer" || name === "augment" ? "regularization" : name === "train" ? "training" : "data");

interface Here { readonly path: string; readonly section: OfferSection; readonly owner: string }

function within(param: Param, value: unknown, here: Here, catalog: Catalog): Offer[] {
  switch (param.kind) {
    case "record": return fieldsWithin(here.path === "train" ? withoutKeys(param.fields as Params, notOfTraining) : param.fields as Params, value, here, catalog);
    case "component": {
      const kinds = catalog[param.family];
      const { kind } = value as Component;
      const declared = kinds.find((one) => one.kind === kind);
      const asKind = kinds.length > 1 && param.family !== "layer" && param.family !== "loss" ? [kindOffer(here, kind, kinds.map((one) => one.kind))] : [];
      return declared === undefined ? asKind : [...asKind, ...fieldsWithin(declared.params, value, { ...here, owner: kind }, catalog)];
    }
    case "list": return ((value ?? []) as readonly unknown[]).flatMap((one, i) => within(param.of as Param, one, { ...here, path: `${here.path}.${i}` }, catalog));
    case "optional": {
      const inner = param.of as Param;
      if (isPlain(inner)) return [{ ...offer(here, inner, value ?? inner.default), ...(value === null ? { given: { values: [null, inner.default] } } : {}) }];
      return value === null ? [] : within(inner, value, here, catalog);
    }
    default: return isPlain(param) ? [offer(here, param, value ?? param.default)] : [];
  }
}

const withoutKeys = (params: Params, keys: readonly string[]): Params => Object.fromEntries(Object.entries(params).filter(([name]) => !keys.includes(name)));
const fieldsWithin = (params: Params, value: unknown, here: Here, catalog: Catalog): Offer[] => Object.entries(params).flatMap(([name, param]) => within(param, isFields(value) ? value[name] : undefined, { ...here, path: `${here.path}.${name}` }, catalog));

type Plain = Extract<Param, { kind: "real" | "integer" | "choice" | "flag" }>;
const isPlain = (param: Param): param is Plain => param.kind === "real" || param.kind === "integer" || param.kind === "choice" || param.kind === "flag";

const offer = ({ path, section, owner }: Here, param: Plain, value: unknown): Offer => ({ name: path, path, param, section, owner, value, given: rangeOf(param, value) });

/** The base's kind and the next one of the family: two to choose between, of which the person makes what is wanted. */
const kindOffer = ({ path, section }: Here, kind: string, kinds: readonly string[]): Offer =>
  ({ name: `${path}.kind`, path: `${path}.kind`, param: { kind: "choice", default: kind, options: kinds, help: "" }, section, owner: "", value: kind, given: { values: [kind, ...kinds.filter((one) => one !== kind).slice(0, 1)] } });

/** What is written for a new axis: nothing where the declaration has a range to search; else a stretch around the value it has now. */
export function rangeOf(param: Plain, value: unknown): Fields {
  if (param.kind === "choice" || param.kind === "flag" || param.search !== undefined) return {};
  if (param.kind === "integer" && param.max !== undefined && (param.min ?? 0) >= 0 && param.max - (param.min ?? 0) <= 100) return {};
  const x = typeof value === "number" && Number.isFinite(value) && value > 0 ? value : param.default > 0 ? param.default : 1;
  const [low, high] = param.scale === "log" && param.kind === "real" ? [x / 10, x * 10] : [x / 2, x * 2];
  return { from: allowed(param, low), to: allowed(param, high) };
}

/** The nearest value that the declaration allows, whole where it must be. */
function allowed(param: Real | Integer, x: number): number {
  const rounded = param.kind === "integer" ? Math.round(x) : Number(x.toPrecision(3));
  if (contains(param, rounded)) return rounded;
  const bound = param.min !== undefined && rounded <= param.min ? param.min : param.max ?? rounded;
  return contains(param, bound) ? bound : param.kind === "real" && param.max !== undefined && bound === param.max ? Number((bound * 0.999).toPrecision(3)) : Number((param.default / 10).toPrecision(3));
}

/** The network's own output has as many units as there are classes. */
function isOutput(path: string, base: RunSpec): boolean {
  const last = base.layers.findLastIndex(({ kind }) => kind === "dense");
  return path === `layers.${last}.units`;
}

/** How often a layer with what follows it, up to the next with weights, stands there: the number of hidden layers. */
function depths({ layers }: RunSpec): Offer[] {
  const starts = layers.flatMap(({ kind }, i) => (kind === "dense" || kind === "conv2d" ? [i] : []));
  return starts.slice(0, -1).map((i, k): Offer => {
    const block = starts[k + 1]! - i;
    return { name: `layers.${i}.repeat`, path: `layers.${i}.repeat`, param: { kind: "integer", default: 1, min: 1, max: 1000, scale: "linear", help: "" }, section: "model", owner: layers[i]!.kind, value: 1, given: { from: 1, to: 3, ...(block === 1 ? {} : { block }) } };
  });
}

/** Where an axis chooses between kinds, the parameters of each of them: Adam's learning rate is not SGD's. */
function ofKinds(axes: Fields, catalog: Catalog): Offer[] {
  return Object.entries(axes).flatMap(([axis, given]) => {
    if (!isFields(given) || !Array.isArray(given["values"])) return [];
    const path = typeof given["path"] === "string" ? given["path"] : axis;
    if (!path.endsWith(".kind")) return [];
    const at = path.slice(0, -".kind".length);
    const family = at.split(".")[0] as keyof Catalog;
    const kinds = catalog[family] as Catalog["optimizer"] | undefined;
    return (given["values"] as readonly unknown[]).flatMap((kind) => {
      const declared = kinds?.find((one) => one.kind === kind);
      if (declared === undefined) return [];
      return fieldsWithin(declared.params, undefined, { path: at, section: sectionOf(family), owner: String(kind) }, catalog).map((one): Offer => ({ ...one, name: `${String(kind)}.${one.path.slice(at.length + 1)}`, given: { path: one.path, ...one.given, when: { [axis]: [kind] } } }));
    });
  });
}

/** Where an axis says how often a layer stands there, the values of each copy by itself: units per layer. */
function ofCopies(base: RunSpec, axes: Fields, catalog: Catalog): Offer[] {
  return Object.entries(axes).flatMap(([axis, given]) => {
    const match = /^layers\.(\d+)\.repeat$/.exec(isFields(given) && typeof given["path"] === "string" ? given["path"] : axis);
    if (match === null || !isFields(given)) return [];
    const first = Number(match[1]), copies = Math.min(8, Number(given["to"] ?? 1)), block = Number(given["block"] ?? 1);
    return Array.from({ length: Math.max(0, copies) }, (_, c) => c + 1).flatMap((copy) => Array.from({ length: block }, (_, k) => first + k).flatMap((i) => {
      const layer = base.layers[i];
      return layer === undefined ? [] : within(runFields.layers.of, layer, { path: `layers.${i}@${copy}`, section: "model", owner: layer.kind }, catalog).filter(({ path }) => path.endsWith(".units") || path.endsWith(".keepProb") || path.endsWith(".filters"));
    }));
  });
}
