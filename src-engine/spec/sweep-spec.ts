/** The JSON of a sweep: its type, its check against the catalogue, its completion. Knows the catalogue only as data, and no sampler's work. */

import type { Problem } from "./errors.ts";
import { directions } from "./metric-name.ts";
import { check, choice, closest, complete, contains, integer, interval, problem, record, shown, text, under } from "./param.ts";
import type { Catalog, Component, Integer, Params, Real, Scale } from "./param.ts";
import { checkRunSpec } from "./run-spec.ts";
import type { RunSpec } from "./run-spec.ts";
import { checkPopulation } from "./population-spec.ts";
import { declaredAt } from "./sweep-path.ts";
import type { Declared } from "./sweep-path.ts";
import { forSeveralObjectives, prunerKinds, samplerKinds } from "./search-kinds.ts";

/** What the sweep asks about (scientific), what it must tune to answer fairly (nuisance), what it holds still (fixed). */
export type AxisRole = "scientific" | "nuisance" | "fixed";

interface AxisHead {
  /** Where in the run-spec the value goes. `layers.0.repeat` is how often a layer (with `block` − 1 after it) stands there; `layers.0@2.units` is its second copy's. */
  readonly path: string;
  readonly role: AxisRole;
  /** In play only where each of these axes has one of these values. */
  readonly when: Readonly<Record<string, readonly unknown[]>>;
  readonly block: number;
}
/** Numbers from … to …, both included, evenly on a scale; with a step only from, from + step …: whole numbers have step 1. */
export interface IntervalAxis extends AxisHead { readonly from: number; readonly to: number; readonly scale: Scale; readonly step: number | null }
/** A few values; numbers among themselves are ordered, anything else is not. */
export interface ValuesAxis extends AxisHead { readonly values: readonly unknown[] }
/** One value, held. */
export interface FixedAxis extends AxisHead { readonly value: unknown }
/** One thing that a sweep varies or holds. */
export type Axis = IntervalAxis | ValuesAxis | FixedAxis;

/** Numbers of the named axes in falling or rising order (those in play), or with a sum of at most `limit`. */
export type Constraint =
  | { readonly kind: "decreasing" | "increasing"; readonly axes: readonly string[]; readonly strict: boolean }
  | { readonly kind: "sumAtMost"; readonly axes: readonly string[]; readonly limit: number };

/** What is to be made large or small: `split/metric`, or `run/seconds`, `model/parameters`. */
export interface Objective { readonly metric: string; readonly goal: "maximize" | "minimize" }

/** A complete sweep-spec: what is stored with a sweep. */
export interface SweepSpec {
  readonly version: 1;
  readonly name: string;
  readonly base: RunSpec;
  readonly axes: Readonly<Record<string, Axis>>;
  readonly constraints: readonly Constraint[];
  readonly objective: readonly Objective[];
  readonly sampler: Component;
  readonly pruner: Component;
  readonly trials: number;
  readonly parallel: number;
  readonly mode: "synchronous" | "asynchronous";
  readonly batch: number;
  readonly repeats: { readonly kind: "seeds" | "folds"; readonly count: number };
  readonly confirm: { readonly top: number; readonly seeds: number };
  readonly seed: number;
}

/** The spec with defaults filled in, or all that is wrong with it; never both. */
export type CheckedSweepSpec = { readonly spec: SweepSpec; readonly problems: readonly [] } | { readonly spec: null; readonly problems: readonly Problem[] };

/** What a sweep-spec holds besides its base, axes, constraints, objective, sampler and pruner. */
export const sweepFields = {
  name: text({ default: "", maxLength: 200, help: "what this sweep is called" }),
  trials: integer({ default: 40, min: 1, max: 1_000_000, scale: "log", help: "how many points are tried" }),
  parallel: integer({ default: 1, min: 1, max: 1024, help: "how many runs train side by side" }),
  mode: choice({ default: "synchronous", options: ["synchronous", "asynchronous"], help: "synchronous: points are chosen a batch at a time, from what earlier batches found, so the same seed gives the same trials whatever the number of workers; asynchronous: chosen from whatever is known at that moment, which depends on who finished first" }),
  batch: integer({ default: 4, min: 1, max: 1024, help: "how many points are chosen together in synchronous mode; more workers than this wait at each batch's end" }),
  repeats: record({ help: "how many runs a trial has", fields: {
    kind: choice({ default: "seeds", options: ["seeds", "folds"], help: "seeds: the same rows, other streams; folds: k-fold cross-validation" }),
    count: integer({ default: 1, min: 1, max: 100, help: "runs of a trial" }),
  } }),
  confirm: record({ help: "the winners once more, so that the number told is not the luckiest", fields: {
    top: integer({ default: 3, min: 0, max: 100, help: "how many of the best trials are run again; 0 leaves it out" }),
    seeds: integer({ default: 3, min: 1, max: 100, help: "fresh seeds for each of them" }),
  } }),
  seed: integer({ default: 1, min: 0, max: 4294967295, help: "start of the search's random streams" }),
} as const;

const keys = ["version", "base", "axes", "constraints", "objective", "sampler", "pruner", ...Object.keys(sweepFields)];
const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> => typeof value === "object" && value !== null && !Array.isArray(value);

/**
 * Checks a sweep-spec against the catalogue: every key, every axis, all problems at once, each with its path.
 * `base` may be a run-spec or the path of one; then `readBase` must give what stands in that file (the engine reads none itself), and may throw what it likes.
 * A complete spec passes and is given back unchanged. A metric must be one the base measures, on the training or validation split: never on the test split.
 */
export function checkSweepSpec(raw: unknown, catalog: Catalog, readBase?: (path: string) => unknown): CheckedSweepSpec {
  if (!isRecord(raw)) return { spec: null, problems: [problem("", "notARecord", `must be an object; got ${shown(raw)}`, { got: shown(raw) })] };
  const problems: Problem[] = [...checkKeys(raw), ...checkVersion(raw["version"])];
  const base = checkBase(raw["base"], catalog, readBase, problems);
  const fields = record({ help: "a sweep", fields: sweepFields });
  const plain = Object.fromEntries(Object.keys(sweepFields).filter((key) => raw[key] !== undefined).map((key) => [key, raw[key]]));
  problems.push(...check(fields, plain, "", catalog));
  const axes = checkAxes(raw["axes"], base, catalog, problems);
  const constraints = checkConstraints(raw["constraints"], axes, problems);
  const objective = checkObjectives(raw["objective"], base, catalog, problems);
  const sampler = checkKind(raw["sampler"], "sampler", samplerKinds, "tpe", catalog, problems);
  const pruner = checkKind(raw["pruner"], "pruner", prunerKinds, "none", catalog, problems);
  if (sampler !== null && objective.length > 1 && !forSeveralObjectives.includes(sampler.kind)) {
    problems.push(problem("sampler.kind", "oneObjective", `models one objective and there are ${objective.length}; take one of ${forSeveralObjectives.join(", ")}`, { got: sampler.kind, objectives: String(objective.length), known: forSeveralObjectives.join(", ") }, "nsga2"));
  }
  if (problems.length > 0 || base === null || sampler === null || pruner === null) return { spec: null, problems };
  const rest = complete(fields, plain, catalog) as Omit<SweepSpec, "version" | "base" | "axes" | "constraints" | "objective" | "sampler" | "pruner">;
  const misfits = [...checkTogether({ ...rest, pruner, base }), ...checkPopulation({ ...rest, pruner, sampler, axes, base }, catalog)];
  if (misfits.length > 0) return { spec: null, problems: misfits };
  return { spec: { version: 1, base, axes, constraints, objective, sampler, pruner, ...rest }, problems: [] };
}

function checkKeys(raw: Readonly<Record<string, unknown>>): Problem[] {
  return Object.keys(raw).filter((key) => !keys.includes(key)).map((key) => stranger(key, key, keys));
}

function stranger(path: string, key: string, known: readonly string[]): Problem {
  const near = closest(key, known);
  return problem(path, "unknownKey", `is not known here${near === undefined ? `; known: ${known.join(", ")}` : `; did you mean ${near}?`}`, { known: known.join(", "), ...(near === undefined ? {} : { near }) }, near);
}

function checkVersion(version: unknown): Problem[] {
  return version === undefined || version === 1 ? [] : [problem("version", "badVersion", `must be 1, the only version there is; got ${shown(version)}`, { got: shown(version) }, 1)];
}

function checkBase(raw: unknown, catalog: Catalog, readBase: ((path: string) => unknown) | undefined, problems: Problem[]): RunSpec | null {
  if (raw === undefined) problems.push(problem("base", "missing", "is missing: the run that the sweep varies, or the path of its file"));
  else if (typeof raw === "string" && readBase === undefined) problems.push(problem("base", "noSuchFile", `is the path ${shown(raw)}, and files cannot be read here; put the run itself in its place`, { why: "baseIsPath", got: shown(raw) }));
  else {
    const { spec, problems: found } = checkRunSpec(typeof raw === "string" ? readBase!(raw) : raw, catalog);
    problems.push(...found.map((one) => ({ ...one, path: one.path === "" ? "base" : `base.${one.path}` })));
    if (spec !== null && spec.seeds !== 1) problems.push(problem("base.seeds", "oneSeed", `must be 1 in a sweep; got ${spec.seeds}; a trial's runs are counted by repeats`, { got: String(spec.seeds) }, 1));
    return spec;
  }
  return null;
}

const axisKeys = ["path", "role", "when", "block", "from", "to", "scale", "step", "values", "value"];

function checkAxes(raw: unknown, base: RunSpec | null, catalog: Catalog, problems: Problem[]): Record<string, Axis> {
  if (!isRecord(raw) || Object.keys(raw).length === 0) {
    problems.push(problem("axes", raw === undefined ? "missing" : "notARecord", `must name at least one axis, such as { "optimizer.learningRate": {} }; got ${shown(raw)}`, { got: shown(raw) }));
    return {};
  }
  const axes: Record<string, Axis> = {};
  for (const [name, given] of Object.entries(raw)) {
    // A dot inside a name is part of the name, so the path of a problem quotes it.
    const at = `axes["${name}"]`;
    if (!isRecord(given)) { problems.push(problem(at, "notARecord", `must be an object, empty for the declared range; got ${shown(given)}`, { got: shown(given) })); continue; }
    const before = problems.length;
    problems.push(...Object.keys(given).filter((key) => !axisKeys.includes(key)).map((key) => stranger(under(at, key), key, axisKeys)));
    const head = checkHead(name, given, raw, base, catalog, at, problems);
    if (head === null || base === null || problems.length > before) continue;
    const declared = declaredAt(head.path, base, kindsOf(head, raw), catalog);
    if ("message" in declared) { problems.push({ ...declared, path: at }); continue; }
    const axis = checkRange(given, head, declared, at, catalog, problems);
    if (axis !== null) axes[name] = axis;
  }
  problems.push(...checkOverlaps(axes), ...checkCircles(axes));
  return axes;
}

/** The path, role, block and condition of an axis, the condition it has of itself included. */
function checkHead(name: string, given: Readonly<Record<string, unknown>>, all: Readonly<Record<string, unknown>>, base: RunSpec | null, catalog: Catalog, at: string, problems: Problem[]): AxisHead | null {
  const head = record({ help: "an axis", fields: {
    path: text({ default: name, maxLength: 200, help: "where the value goes" }),
    role: choice({ default: "value" in given ? "fixed" : "nuisance", options: ["scientific", "nuisance", "fixed"], help: "what the axis is for" }),
    block: integer({ default: 1, min: 1, max: 100, help: "layers repeated together" }),
  } });
  const found = check(head, Object.fromEntries(["path", "role", "block"].filter((key) => given[key] !== undefined).map((key) => [key, given[key]])), at, catalog);
  const when: Record<string, readonly unknown[]> = {};
  if (given["when"] !== undefined && !isRecord(given["when"])) found.push(problem(under(at, "when"), "notARecord", `must be an object from axes to values; got ${shown(given["when"])}`, { got: shown(given["when"]) }));
  for (const [other, values] of Object.entries(isRecord(given["when"]) ? given["when"] : {})) {
    if (other === name || !Object.hasOwn(all, other)) found.push(problem(`${at}.when["${other}"]`, "unknownKey", `is not another axis; axes are ${Object.keys(all).join(", ")}`, { known: Object.keys(all).join(", ") }));
    else when[other] = Array.isArray(values) ? values as unknown[] : [values];
  }
  problems.push(...found);
  if (found.length > 0) return null;
  const path = typeof given["path"] === "string" ? given["path"] : name;
  const implied = base === null ? {} : impliedCondition(path, when, all, base, catalog, at, problems);
  return { path, role: (given["role"] ?? ("value" in given ? "fixed" : "nuisance")) as AxisRole, when: { ...implied, ...when }, block: (given["block"] ?? 1) as number };
}

const pathOf = (name: string, axis: unknown): string => isRecord(axis) && typeof axis["path"] === "string" ? axis["path"] : name;
const countOf = (axis: unknown): number => isRecord(axis) && typeof axis["to"] === "number" ? axis["to"] : isRecord(axis) && Array.isArray(axis["values"]) ? Math.max(...axis["values"].filter((v) => typeof v === "number")) : 0;

/** A copy's value is in play where there are as many copies; a parameter where its component is the chosen one. */
function impliedCondition(path: string, when: Readonly<Record<string, unknown>>, all: Readonly<Record<string, unknown>>, base: RunSpec, catalog: Catalog, at: string, problems: Problem[]): Record<string, readonly unknown[]> {
  const implied: Record<string, readonly unknown[]> = {};
  const copy = /^(layers\.\d+)@(\d+)\./.exec(path);
  if (copy !== null) {
    const counter = Object.entries(all).find(([name, axis]) => pathOf(name, axis) === `${copy[1]!}.repeat`);
    const number = Number(copy[2]);
    if (counter === undefined) problems.push(problem(at, "missing", `belongs to copy ${number} of ${copy[1]!}, but no axis has the path ${copy[1]!}.repeat`, { near: `${copy[1]!}.repeat` }));
    else if (when[counter[0]] === undefined && number > 1) {
      const [most, stated] = [countOf(counter[1]), isRecord(counter[1]) ? counter[1]["values"] : undefined];
      const counts = Array.isArray(stated) ? stated.filter((n) => typeof n === "number" && n >= number) : Array.from({ length: Math.max(0, most - number + 1) }, (_, i) => number + i);
      if (counts.length === 0) problems.push(problem(at, "noSuchCopy", `belongs to copy ${number} of ${copy[1]!}, and there are never so many`, { got: String(number), layer: copy[1]! }));
      implied[counter[0]] = counts;
    }
  }
  for (const [name, axis] of Object.entries(all)) {
    const chosen = pathOf(name, axis);
    const component = chosen.replace(/\.kind$/, "");
    if (!path.startsWith(`${component}.`) || path === chosen || when[name] !== undefined || !isRecord(axis) || "value" in axis) continue;
    const declared = declaredAt(chosen, base, {}, catalog);
    if ("message" in declared) continue;
    const stated = Array.isArray(axis["values"]) ? axis["values"] as unknown[] : declared.param.kind === "choice" ? declared.param.options : [];
    const parameter = path.slice(component.length + 1).split(".")[0]!;
    const family = declaredAt(component, base, {}, catalog);
    const known = "message" in family ? [] : familyOf(family, catalog);
    const having = stated.filter((value) => known.some(({ kind, params }) => kind === kindOfValue(value) && Object.hasOwn(params, parameter)));
    if (having.length === 1) implied[name] = having;
    else if (stated.length > 0) problems.push(problem(at, "missing", `needs a condition, such as "when": { "${name}": ${JSON.stringify(having[0] ?? stated[0])} }: ${having.length === 0 ? "none" : having.length === stated.length ? "each" : "more than one"} of ${stated.map(kindOfValue).join(", ")} has a ${parameter} of its own`, { known: having.map(kindOfValue).join(", ") }));
  }
  return implied;
}

const kindOfValue = (value: unknown): unknown => isRecord(value) ? value["kind"] : value;
/** The components that may stand where this one does. */
function familyOf({ param }: Declared, catalog: Catalog): Catalog[keyof Catalog] {
  const inner = param.kind === "optional" ? param.of as typeof param : param;
  return inner.kind === "component" ? catalog[inner.family] : [];
}

/** Which kind stands where, as far as the axis's condition fixes it: the path of the component → its kind. */
function kindsOf(head: AxisHead, all: Readonly<Record<string, unknown>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(head.when).flatMap(([name, values]) => {
    const path = pathOf(name, all[name]), kind = kindOfValue(values[0]);
    return typeof kind === "string" && (isRecord(values[0]) || path.endsWith(".kind")) ? [[path.replace(/\.kind$/, ""), kind] as const] : [];
  }));
}

function checkRange(given: Readonly<Record<string, unknown>>, head: AxisHead, declared: Declared, at: string, catalog: Catalog, problems: Problem[]): Axis | null {
  const { param } = declared;
  if (head.role === "fixed") {
    const value = given["value"] === undefined ? declared.value : given["value"];
    problems.push(...check(param, value, under(at, "value"), catalog));
    return { ...head, value };
  }
  const inner = param.kind === "optional" ? param.of as typeof param : param;
  const stated = given["values"];
  if (stated !== undefined) {
    if (!Array.isArray(stated) || stated.length === 0 || given["from"] !== undefined || given["to"] !== undefined) {
      problems.push(problem(under(at, "values"), "notAList", `must be a list of at least one value, without from and to; got ${shown(stated)}`, { got: shown(stated) }));
      return null;
    }
    const texts = stated.map((value) => JSON.stringify(value));
    texts.forEach((one, i) => { if (texts.indexOf(one) !== i) problems.push(problem(under(under(at, "values"), i), "duplicate", `is there already: ${shown(stated[i])}`, { got: shown(stated[i]) })); });
    problems.push(...stated.flatMap((value, i) => check(param, value, under(under(at, "values"), i), catalog)));
    return { ...head, values: stated };
  }
  if (inner.kind === "choice") return { ...head, values: inner.options };
  if (inner.kind === "flag") return { ...head, values: [false, true] };
  if (inner.kind === "real" || inner.kind === "integer") return checkInterval(given, head, inner, at, problems);
  problems.push(problem(at, "missing", `needs values: a ${inner.kind} has no range`, { got: inner.kind }));
  return null;
}

function checkInterval(given: Readonly<Record<string, unknown>>, head: AxisHead, param: Real | Integer, at: string, problems: Problem[]): IntervalAxis | null {
  const before = problems.length;
  const end = (key: "from" | "to", declared: number | undefined): number => {
    const value = given[key] ?? declared;
    if (value === undefined) problems.push(problem(under(at, key), "missing", "is missing: the declaration has no end here"));
    else if (typeof value !== "number" || !Number.isFinite(value) || !contains(param, value) || (param.kind === "integer" && !Number.isInteger(value))) {
      problems.push(problem(under(at, key), "outOfInterval", `must be a ${param.kind === "integer" ? "whole number" : "number"} in ${interval(param)}; got ${shown(value)}`, { got: shown(value), interval: interval(param), default: String(param.default) }));
    }
    return Number(value);
  };
  const from = end("from", param.search?.[0] ?? param.min);
  const to = end("to", param.search?.[1] ?? param.max);
  const scale = given["scale"] ?? param.scale;
  if (scale !== "linear" && scale !== "log" && scale !== "reverseLog") problems.push(problem(under(at, "scale"), "notAnOption", `must be one of linear, log, reverseLog; got ${shown(scale)}`, { got: shown(scale), known: "linear, log, reverseLog" }, param.scale));
  const step = given["step"] ?? (param.kind === "integer" ? 1 : null);
  if (step !== null && (typeof step !== "number" || !(step > 0) || !Number.isFinite(step) || (param.kind === "integer" && !Number.isInteger(step)))) problems.push(problem(under(at, "step"), "notANumber", `must be ${param.kind === "integer" ? "a whole number" : "a number"} above 0; got ${shown(step)}`, { got: shown(step), interval: "(0, ∞)", default: "1" }));
  if (problems.length > before) return null;
  if (!(from < to)) problems.push(problem(under(at, "to"), "outOfInterval", `must be above from; got from ${from}, to ${to}`, { got: String(to), interval: `(${from}, ∞)`, default: "" }));
  // A step's value stands for half a step on both sides, which must have a logarithm too.
  const half = step === null ? 0 : (step as number) / 2;
  if (scale === "log" && !(from - half > 0)) problems.push(problem(under(at, "from"), "outOfInterval", `must be above ${half} on a logarithmic scale: ${half === 0 ? "0 has no logarithm, and every range down to it holds infinitely many powers of ten" : "half a step below it must still be above 0"}; got ${from}`, { got: String(from), interval: `(${half}, ∞)`, default: String(param.default) }));
  if (scale === "reverseLog" && !(to + half < 1)) problems.push(problem(under(at, "to"), "outOfInterval", `must be below ${1 - half} on a reverse logarithmic scale, which walks the powers of ten of 1 − x; got ${to}`, { got: String(to), interval: `(-∞, ${1 - half})`, default: String(param.default) }));
  return problems.length > before ? null : { ...head, from, to, scale: scale as Scale, step: step as number | null };
}

/** Two axes for one place must not both be in play. */
function checkOverlaps(axes: Readonly<Record<string, Axis>>): Problem[] {
  const entries = Object.entries(axes);
  return entries.flatMap(([name, axis], i) => entries.slice(0, i).filter(([, other]) => other.path === axis.path && !exclude(axis, other)).map(([other]) =>
    problem(`axes["${name}"]`, "duplicate", `sets ${axis.path}, which the axis ${other} sets too; give each a "when" that leaves the other out`, { name: axis.path, first: other })));
}
const exclude = (a: Axis, b: Axis): boolean => Object.keys(a.when).some((name) => {
  const theirs = b.when[name]?.map((value) => JSON.stringify(value));
  return theirs !== undefined && a.when[name]!.every((value) => !theirs.includes(JSON.stringify(value)));
});

/** An axis may hang on another, but not on itself by a detour. */
function checkCircles(axes: Readonly<Record<string, Axis>>): Problem[] {
  const reaches = (from: string, goal: string, seen: readonly string[] = []): boolean => Object.keys(axes[from]?.when ?? {}).some((next) => next === goal || (!seen.includes(next) && reaches(next, goal, [...seen, next])));
  return Object.keys(axes).filter((name) => reaches(name, name)).map((name) => problem(`axes["${name}"].when`, "circular", "leads back to the axis itself", {}));
}

function checkConstraints(raw: unknown, axes: Readonly<Record<string, Axis>>, problems: Problem[]): Constraint[] {
  if (raw === undefined) return [];
  if (!Array.isArray(raw)) { problems.push(problem("constraints", "notAList", `must be a list; got ${shown(raw)}`, { got: shown(raw) })); return []; }
  return raw.flatMap((one: unknown, i): Constraint[] => {
    const at = under("constraints", i);
    if (!isRecord(one)) { problems.push(problem(at, "notARecord", `must be an object such as { "kind": "decreasing", "axes": […] }; got ${shown(one)}`, { got: shown(one) })); return []; }
    const kinds = ["decreasing", "increasing", "sumAtMost"];
    if (!kinds.includes(one["kind"] as string)) problems.push(problem(under(at, "kind"), "unknownKind", `must be one of ${kinds.join(", ")}; got ${shown(one["kind"])}`, { got: shown(one["kind"]), known: kinds.join(", ") }));
    const known = ["kind", "axes", one["kind"] === "sumAtMost" ? "limit" : "strict"];
    problems.push(...Object.keys(one).filter((key) => !known.includes(key)).map((key) => stranger(under(at, key), key, known)));
    const names = Array.isArray(one["axes"]) ? one["axes"] as unknown[] : [];
    if (names.length < 2) problems.push(problem(under(at, "axes"), "tooShort", `must be a list of at least two axes; got ${shown(one["axes"])}`, { got: shown(one["axes"]), least: "2", most: "" }));
    names.forEach((name, j) => {
      const axis = typeof name === "string" ? axes[name] : undefined;
      if (axis === undefined) problems.push(problem(under(under(at, "axes"), j), "unknownKey", `is not an axis; axes are ${Object.keys(axes).join(", ")}`, { known: Object.keys(axes).join(", ") }));
      else if (!isOrdered(axis)) problems.push(problem(under(under(at, "axes"), j), "notOrdered", "has no numbers to compare", { got: String(name) }));
    });
    if (one["strict"] !== undefined && typeof one["strict"] !== "boolean") problems.push(problem(under(at, "strict"), "notAFlag", `must be true or false; got ${shown(one["strict"])}`, { got: shown(one["strict"]) }, false));
    if (one["kind"] === "sumAtMost" && typeof one["limit"] !== "number") problems.push(problem(under(at, "limit"), "notANumber", `must be a number; got ${shown(one["limit"])}`, { got: shown(one["limit"]), interval: "(-∞, ∞)", default: "" }));
    const list = names as string[];
    return [one["kind"] === "sumAtMost" ? { kind: "sumAtMost", axes: list, limit: one["limit"] as number } : { kind: one["kind"] as "decreasing", axes: list, strict: one["strict"] === true }];
  });
}

/** Whether the axis holds numbers only, so that nearer values are more alike. */
export const isOrdered = (axis: Axis): boolean => "from" in axis || ("values" in axis ? axis.values : [axis.value]).every((value) => typeof value === "number");

/** What a run is measured by besides its metrics. */
const ownMeasures: readonly string[] = ["run/seconds", "model/parameters"];

function checkObjectives(raw: unknown, base: RunSpec | null, catalog: Catalog, problems: Problem[]): Objective[] {
  const list = raw === undefined ? [{ metric: "validation/loss" }] : Array.isArray(raw) ? raw as unknown[] : [raw];
  if (list.length === 0) problems.push(problem("objective", "tooShort", "must name at least one metric", { got: "0", least: "1", most: "" }));
  const better = base === null ? {} : directions(base.metrics, catalog);
  const known = [...Object.keys(better).flatMap((name) => [`validation/${name}`, `train/${name}`]), ...ownMeasures];
  const objectives = list.map((one, i): Objective => {
    const at = Array.isArray(raw) ? under("objective", i) : "objective";
    if (!isRecord(one)) { problems.push(problem(at, "notARecord", `must be an object such as { "metric": "validation/accuracy" }; got ${shown(one)}`, { got: shown(one) })); return { metric: "", goal: "minimize" }; }
    problems.push(...Object.keys(one).filter((key) => key !== "metric" && key !== "goal").map((key) => stranger(under(at, key), key, ["metric", "goal"])));
    const { metric, goal } = one;
    if (typeof metric === "string" && metric.startsWith("test/")) problems.push(problem(under(at, "metric"), "testSplit", `must not look at the test split: what is chosen by it cannot be judged by it; take validation/${metric.slice(5)}`, { got: metric, wanted: `validation/${metric.slice(5)}` }, `validation/${metric.slice(5)}`));
    else if (typeof metric !== "string" || (base !== null && !known.includes(metric))) problems.push(problem(under(at, "metric"), "notAnOption", `must be one of ${known.join(", ")}; got ${shown(metric)}`, { got: shown(metric), known: known.join(", ") }, known[0]));
    if (goal !== undefined && goal !== "maximize" && goal !== "minimize") problems.push(problem(under(at, "goal"), "notAnOption", `must be one of maximize, minimize; got ${shown(goal)}`, { got: shown(goal), known: "maximize, minimize" }));
    return { metric: String(metric), goal: (goal ?? (better[String(metric).replace(/^\w+\//, "")] === "higher" ? "maximize" : "minimize")) as Objective["goal"] };
  });
  objectives.forEach(({ metric }, i) => {
    const first = objectives.findIndex((other) => other.metric === metric);
    if (metric !== "" && first !== i) problems.push(problem(under("objective", i), "duplicate", `is there already: ${metric}`, { name: metric, first: String(first) }));
  });
  return objectives;
}

function checkKind(raw: unknown, at: string, table: Readonly<Record<string, { readonly params: Params }>>, usual: string, catalog: Catalog, problems: Problem[]): Component | null {
  const { kind, ...values } = isRecord(raw) ? raw : raw === undefined ? { kind: usual } : { kind: raw };
  const known = Object.keys(table);
  const declared = typeof kind === "string" && isRecord(raw ?? {}) ? table[kind] : undefined;
  if (declared === undefined || !Object.hasOwn(table, kind as string)) {
    const near = typeof kind === "string" ? closest(kind, known) : undefined;
    problems.push(problem(isRecord(raw) ? under(at, "kind") : at, "unknownKind", `must be ${isRecord(raw) ? "" : "an object whose kind is "}one of ${known.join(", ")}; got ${shown(kind)}${near === undefined ? "" : `; did you mean ${near}?`}`, { got: shown(kind), known: known.join(", "), family: at, ...(near === undefined ? {} : { near }) }, near));
    return null;
  }
  const fields = record({ help: at, fields: declared.params });
  problems.push(...check(fields, values, at, catalog));
  return { kind: kind as string, ...(complete(fields, values, catalog) as Record<string, unknown>) };
}

/** What is right piece by piece and does not go together. */
function checkTogether({ pruner, repeats, base, mode }: Pick<SweepSpec, "pruner" | "repeats" | "base" | "mode">): Problem[] {
  const problems: Problem[] = [];
  if (mode === "asynchronous" && (pruner.kind === "successiveHalving" || pruner.kind === "hyperband")) problems.push(problem("pruner.kind", "cohortMode", "makes trials wait for their whole cohort, which asynchronous mode does not start together; take asha, or synchronous mode", { got: pruner.kind }, "asha"));
  if (pruner.kind === "wilcoxon" && repeats.count < 2) problems.push(problem("pruner.kind", "fewRepeats", "compares repeats pair by pair, and repeats.count is 1; ask for more, or take another pruner", { got: "1" }, "median"));
  if (["successiveHalving", "asha", "hyperband"].includes(pruner.kind) && (pruner["least"] as number) > base.train.epochs) problems.push(problem("pruner.least", "outOfInterval", `must be at most base.train.epochs, which is ${base.train.epochs}; got ${String(pruner["least"])}`, { got: String(pruner["least"]), interval: `[1, ${base.train.epochs}]`, default: "1" }, 1));
  if (repeats.kind === "folds" && repeats.count < 2) problems.push(problem("repeats.count", "outOfInterval", "must be at least 2 where the repeats are folds; got 1", { got: "1", interval: "[2, 100]", default: "5" }, 5));
  return problems;
}
