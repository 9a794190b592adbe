/** What axes, their values and objectives are called in the chosen language: from the declaration of what an axis varies. Knows the base and the catalogue, and no markup. */

import { runFields, type Catalog, type Family, type Param } from "../../../src-main/contract/checks.ts";
import type { Component, RunSpec } from "../../../src-main/contract/nouns.ts";
import type { Axis, Objective, PrunerKind, SamplerKind, SweepSpec } from "../../../src-main/contract/sweep-checks.ts";
import { splitWords, type FieldWords } from "../../words/editor.en.ts";
import { t } from "../../words/words.svelte.ts";
import { metricName } from "../charts/metric-names.ts";
import { nestedWords, valueText, wordsOf } from "../forms/labels.ts";
import { figure, isShare, percent, setting } from "../numbers.ts";
import { valueAt } from "../../state/draft-value.ts";

export interface AxisWords extends FieldWords {
  /** The symbol where there is one, else the label, with its layer: what names an axis in little room. */
  readonly short: string;
  /** The same in two lines over an axis of a figure: the name, and below it whose it is. */
  readonly head: string;
  readonly below: string;
}

/** `kinds` says which component stands at a path where that is not the base's own. */
export function axisWords(path: string, base: RunSpec, catalog: Catalog, kinds: Readonly<Record<string, string>> = {}): AxisWords {
  const layer = /^layers\.(\d+)(?:@(\d+))?/.exec(path);
  const plain = path.replace(/@\d+/, "");
  const steps = plain.split(".");
  const last = steps.at(-1) ?? "";
  const parent = steps.slice(0, -1).join(".");
  const shown = layer === null ? "" : String(Number(layer[1]) + 1);
  if (layer !== null && steps.length === 3 && last === "repeat") return named(t().sweepEditor.repeatOf(shown), "", t().sweepEditor.shortRepeat(shown));
  const whole = last === "kind" ? fieldOf(parent) : null;
  if (whole !== null) return named(t().editor.kindOf(whole.label), whole.help, whole.label);
  const owner = last === "kind" ? parameterOf(steps.slice(0, -2).join("."), steps.at(-2) ?? "", base, catalog, kinds) : null;
  const { words, symbol } = owner === null ? parameterOf(parent, last, base, catalog, kinds) : { words: { ...owner.words, label: t().editor.kindOf(owner.words.label) }, symbol: undefined };
  const kind = kinds[parent] ?? "";
  const label = layer === null ? (kind === "" ? words.label : t().sweepEditor.ofKind(words.label, kind)) : layer[2] === undefined ? t().sweepEditor.ofLayer(words.label, shown) : t().sweepEditor.ofCopy(words.label, shown, layer[2]);
  const brief = symbol === words.label || symbol === undefined ? words.label : symbol;
  // A symbol spelled out says nothing that the symbol does not.
  const isPlain = symbol !== undefined && /^(alpha|beta|gamma|epsilon|lambda|sigma|rho|eta)\d*$/.test(words.label);
  const below = layer !== null ? t().sweepEditor.layer(layer[2] === undefined ? shown : `${shown}.${layer[2]}`) : kind !== "" ? kind : isPlain || brief === words.label ? "" : words.label;
  return { label: isPlain ? symbol : label, help: words.help, head: brief, below, short: layer === null ? (kind === "" ? brief : `${brief} ${kind}`) : `${brief} ${shown}${layer[2] === undefined ? "" : `.${layer[2]}`}` };
}
const named = (label: string, help: string, short: string): AxisWords => ({ label, help, short, head: short, below: "" });

function parameterOf(parent: string, name: string, base: RunSpec, catalog: Catalog, kinds: Readonly<Record<string, string>>): { readonly words: FieldWords; readonly symbol: string | undefined } {
  const owner = valueAt(base, parent);
  const kind = kinds[parent] ?? (isComponent(owner) ? owner.kind : undefined);
  const described = kind === undefined ? undefined : familiesAt(parent).flatMap((family) => catalog[family].filter((one) => one.kind === kind))[0];
  if (described?.params[name] !== undefined) return { words: wordsOf(described, name), symbol: described.params[name].symbol };
  const declared = parent === "train" ? (runFields.train.fields as Readonly<Record<string, Param>>)[name] : undefined;
  const path = parent === "" ? name : `${parent}.${name}`;
  return { words: declared === undefined ? { label: splitWords(name), help: "" } : nestedWords(path, name, declared), symbol: declared?.symbol };
}

const isComponent = (value: unknown): value is Component => typeof value === "object" && value !== null && "kind" in value;
const fieldOf = (path: string): FieldWords | null => (t().editor.fields as Readonly<Record<string, FieldWords>>)[path] ?? null;

/** The families a component at a path may be of: a layer's own initializer is none of the optimizers. */
function familiesAt(path: string): readonly Family[] {
  const [head = "", , third] = path.split(".");
  if (head === "layers") return third === undefined ? ["layer"] : ["initializer", "regularizer", "layer"];
  const field = (runFields as Readonly<Record<string, Param>>)[head];
  const inner = field?.kind === "list" ? field.of as Param : field;
  return inner?.kind === "component" ? [inner.family] : [];
}

/** Which kinds a condition puts in place: of an axis that holds only for Adam, `optimizer` is Adam. */
export function kindsOfAxis(when: Readonly<Record<string, readonly unknown[]>>, axes: Readonly<Record<string, { readonly path: string } | undefined>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(when).flatMap(([name, [value]]) => {
    const path = axes[name]?.path ?? name;
    return path.endsWith(".kind") && typeof value === "string" ? [[path.slice(0, -".kind".length), value] as const] : [];
  }));
}

/** The words of an axis of a complete sweep. */
export const wordsOfAxis = (name: string, axes: Readonly<Record<string, Axis>>, base: RunSpec, catalog: Catalog): AxisWords => {
  const axis = axes[name];
  return axis === undefined ? named(name, "", name) : axisWords(axis.path, base, catalog, kindsOfAxis(axis.when, axes));
};

/** `TPE + ASHA`: how a sweep searches, in few words. */
export function wayOf({ sampler, pruner }: Pick<SweepSpec, "sampler" | "pruner">): string {
  const { samplers, pruners } = t().sweepEditor;
  const brief: Readonly<Record<string, string>> = { tpe: "TPE", gaussianProcess: "GP" };
  return [brief[sampler.kind] ?? samplers[sampler.kind as SamplerKind].title, ...(pruner.kind === "none" ? [] : [pruners[pruner.kind as PrunerKind].title])].join(" + ");
}

/** What a sweep is called: by its own name, else by its base and what it varies. */
export function titleOfSweep({ name, spec }: { readonly name: string; readonly spec: SweepSpec }, catalog: Catalog): string {
  if (name !== "") return name;
  const axes = Object.entries(spec.axes).filter(([, axis]) => !("value" in axis)).map(([axis]) => wordsOfAxis(axis, spec.axes, spec.base, catalog).short);
  return t().sweeps.named(spec.base.name === "" ? String(spec.base.data["name"] ?? spec.base.data.kind) : spec.base.name, t().common.list(axes));
}

/** Cut to about so many letters; a Chinese one takes the room of two. */
export function shortened(text: string, most: number): string {
  let room = most;
  for (let i = 0; i < text.length; i++) {
    room -= text.charCodeAt(i) > 0x2e7f ? 2 : 1;
    if (room < 0) return `${text.slice(0, Math.max(1, i - 1))}…`;
  }
  return text;
}

/** A value of an axis in a figure or table: numbers with four digits, close below 1 with as many as tell them apart. */
export function shownValue(value: unknown): string {
  if (typeof value !== "number") return valueText(value);
  if (Number.isInteger(value)) return setting(value);
  return setting(value > 0.9 && value < 1 ? Number((1 - Number((1 - value).toPrecision(3))).toPrecision(12)) : Number(value.toPrecision(4)));
}

/** What an objective is called: `validation accuracy`, `training time, seconds`. */
export function objectiveWords(metric: string): string {
  if (metric === "run/seconds") return t().sweepEditor.objectives.seconds;
  if (metric === "model/parameters") return t().sweepEditor.objectives.parameters;
  const [split = "", name = ""] = metric.split("/");
  return t().metrics.of((t().splits as unknown as Readonly<Record<string, string>>)[split] ?? split, metricName(t(), name));
}

/** The same in two lines over an axis of a figure: `accuracy` and below it `validation, %`. */
export function objectiveHead(metric: string): { readonly head: string; readonly below: string } {
  if (metric === "run/seconds") return { head: t().sweepEditor.objectives.secondsShort, below: "" };
  if (metric === "model/parameters") return { head: t().sweepEditor.objectives.parametersShort, below: "" };
  const [split = "", name = ""] = metric.split("/");
  return { head: metricName(t(), name), below: t().common.list([(t().splits as unknown as Readonly<Record<string, string>>)[split] ?? split, ...(isShare(metric) ? ["%"] : [])]) };
}

/** A value of an objective as a person reads it, with its unit. */
export const objectiveValue = (metric: string, value: number): string => (isShare(metric) ? (Number.isFinite(value) ? `${percent(value)} %` : percent(value)) : metric === "model/parameters" ? setting(Math.round(value)) : figure(value));
/** The same on an axis, where the unit stands in the name. */
export const objectiveMark = (metric: string, value: number): string => (isShare(metric) ? percent(value, 1).replace(/\.0$/, "") : metric === "model/parameters" ? setting(Math.round(value)) : figure(value));
export const objectiveUnit = ({ metric }: Objective): string => (isShare(metric) ? "%" : "");
