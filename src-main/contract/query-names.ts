/** What a query may ask about and a column may show: facts of a run, parts of its spec, its metrics. Pure; where a value is stored is the store's matter. */

import { closest, shown } from "../../src-engine/spec/param.ts";
import { runFields } from "../../src-engine/spec/run-spec.ts";

/** What a name's values are. Parts of a spec hold text or numbers, as the spec says. */
export type Sort = "text" | "number" | "moment" | "any";

/** Facts that are no part of the spec; moments are compared with dates, `time` is training time in seconds, `program` who trained it (`descent` where we did). `tag` is each of a run's tags: a comparison holds where it does of one of them (`!=`: of all). */
export const facts = {
  id: "text", name: "text", state: "text", reason: "text", group: "text", experiment: "text", experimentId: "text", data: "text", created: "moment", started: "moment", ended: "moment",
  time: "number", seed: "number", epoch: "number", epochs: "number", step: "number", steps: "number", parameters: "number", openings: "number", priority: "number",
  tag: "text", tags: "text", pinned: "text", archived: "text", baseline: "text", parent: "text", alerts: "text",
  sweep: "text", trial: "number", confirms: "text", program: "text",
} as const satisfies Readonly<Record<string, Sort>>;
export type Fact = keyof typeof facts;

/** The words `state` is compared with. */
export const states: readonly string[] = ["queued", "running", "paused", "finished", "stopped", "failed", "interrupted"];

/** A name once it is known what it means: a fact, a metric (`split/metric`), a path into the spec, or a setting of a run that another program trained. */
export type Named =
  | { readonly kind: "fact"; readonly fact: Fact; readonly sort: Sort }
  | { readonly kind: "metric"; readonly metric: string; readonly sort: "any" }
  | { readonly kind: "param"; readonly param: string; readonly sort: "any" }
  | { readonly kind: "spec"; readonly path: readonly string[]; readonly sort: "any" };

/** Why a name means nothing, in English, and a name that would. */
export interface NameFault { readonly kind: "fault"; readonly message: string; readonly near: string | undefined }

const specKeys: readonly string[] = ["version", ...Object.keys(runFields)];
const names: readonly string[] = [...Object.keys(facts), ...specKeys];
/** The longest name, and the most parts of a path; a spec nests no deeper. */
export const nameLimits = { letters: 200, parts: 32 } as const;

/** Before what a program called a setting, and before a metric without a slash in its name. */
const prefixes = { param: "param.", metric: "metric." } as const;

/** The name by which a query knows a metric. */
export const metricColumn = (metric: string): string => (metric.includes("/") && !metric.startsWith(prefixes.param) && !metric.startsWith(prefixes.metric) ? metric : `${prefixes.metric}${metric}`);

/** The metric that a name of the query language means; null where it means something else. */
export function metricOf(name: string): string | null {
  const named = nameOf(name);
  return named.kind === "metric" ? named.metric : null;
}

/** `param.lr` is what another program called lr, `metric.loss` a metric called loss. A name with a slash is a metric; a fact goes before a part of the spec of the same name; the rest must begin with a key of the spec. */
export function nameOf(name: string): Named | NameFault {
  if (name.length > nameLimits.letters) return fault(`a name has at most ${nameLimits.letters} characters; got ${name.length}`);
  if (/["\\\p{Cc}]/u.test(name)) return fault(`a name holds no quotes, backslashes or control characters; got ${shown(name)}`);
  if (name.startsWith(prefixes.param) && name !== prefixes.param) return { kind: "param", param: name.slice(prefixes.param.length), sort: "any" };
  if (name.startsWith(prefixes.metric) && name !== prefixes.metric) return { kind: "metric", metric: name.slice(prefixes.metric.length), sort: "any" };
  if (name.includes("/")) return { kind: "metric", metric: name, sort: "any" };
  if (Object.hasOwn(facts, name)) return { kind: "fact", fact: name as Fact, sort: facts[name as Fact] };
  const path = name.split(".");
  const [head = ""] = path;
  if (!specKeys.includes(head)) {
    const near = closest(head, names);
    return fault(`${shown(name)} is no fact of a run, no part of its spec and no metric${near === undefined ? "; facts: " + Object.keys(facts).join(", ") : `; did you mean ${near}?`}`, near === undefined ? undefined : [near, ...path.slice(1)].join("."));
  }
  if (path.length > nameLimits.parts) return fault(`a path has at most ${nameLimits.parts} parts; got ${path.length}`);
  if (path.includes("")) return fault(`${shown(name)} has an empty part between its dots`, path.filter((part) => part !== "").join("."));
  return { kind: "spec", path, sort: "any" };
}

/** Whether a name's values came out of training, so that a mean of them says something; others were chosen, or count. */
export function isMeasured(name: string): boolean {
  const named = nameOf(name);
  return named.kind === "metric" || (named.kind === "fact" && ["time", "epoch", "step"].includes(named.fact));
}

const fault = (message: string, near?: string): NameFault => ({ kind: "fault", message, near });

/** A stretch of time as a date names it, `to` excluded. */
export interface Moment { readonly fromMs: number; readonly toMs: number }

const dateText = /^(\d{4})-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2}))?)?)?$/;

/** `2026-10`, `2026-10-01`, `2026-10-01T12:30`, `2026-10-01T12:30:05` by this machine's clock; `null` for what is no date. */
export function momentOf(text: string): Moment | null {
  const found = dateText.exec(text);
  if (found === null) return null;
  const [year, month, day, hour, minute, second] = found.slice(1).map((part) => (part === undefined ? undefined : Number(part)));
  const at = (y: number, mo: number, d: number, h: number, mi: number, s: number): number => new Date(y, mo, d, h, mi, s).getTime();
  const start = new Date(year!, month! - 1, day ?? 1, hour ?? 0, minute ?? 0, second ?? 0);
  // The calendar has no 31 June: a date that comes back as another was none.
  if (start.getMonth() !== month! - 1 || start.getDate() !== (day ?? 1) || (hour ?? 0) > 23 || (minute ?? 0) > 59 || (second ?? 0) > 59) return null;
  const fromMs = start.getTime();
  if (day === undefined) return { fromMs, toMs: at(year!, month!, 1, 0, 0, 0) };
  if (hour === undefined) return { fromMs, toMs: at(year!, month! - 1, day + 1, 0, 0, 0) };
  return { fromMs, toMs: fromMs + (second === undefined ? 60_000 : 1000) };
}
