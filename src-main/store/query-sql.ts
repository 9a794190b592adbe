/** What a query and its names mean in SQL. Names and values are bound, never written into the text; the text is made of the fixed pieces of this file. */

import { momentOf, nameOf } from "../contract/query-names.ts";
import type { Fact, Named } from "../contract/query-names.ts";
import type { Literal, Operator, Query } from "../contract/query.ts";

/** A piece of SQL and what is bound to it, by name. */
export interface Sql { readonly text: string; readonly values: Readonly<Record<string, number | string>> }

/** Collects what is bound; equal values get one name. */
export class Bindings {
  readonly #names = new Map<number | string, string>();
  bind(value: number | string): string {
    const name = this.#names.get(value) ?? `v${this.#names.size}`;
    this.#names.set(value, name);
    return `@${name}`;
  }
  get values(): Readonly<Record<string, number | string>> { return Object.fromEntries([...this.#names].map(([value, name]) => [name, value])); }
}

const flag = (column: string): string => `case ${column} when 1 then 'true' else 'false' end`;

const factSql: Readonly<Record<Fact, string>> = {
  id: "'r-' || run.number", name: "run.name", state: "run.state", reason: "json_extract(run.reason, '$.code')", group: "'g-' || run.group_number",
  experiment: "(select experiment.name from experiment where experiment.number = run.experiment)", experimentId: "'e-' || run.experiment", data: "json_extract(run.data, '$.name')",
  created: "run.created_ms", started: "run.started_ms", ended: "run.ended_ms", time: "run.training_ms / 1000.0", seed: "json_extract(run.spec, '$.seed')",
  epoch: "run.epoch", epochs: "run.epochs", step: "run.step", steps: "run.steps", parameters: "run.parameters", openings: "run.test_openings", priority: "run.priority",
  tag: "run.tags", tags: "(select group_concat(t.value, ', ') from json_each(run.tags) t)", pinned: flag("run.is_pinned"), archived: flag("run.is_archived"), baseline: flag("run.is_baseline"), parent: "'r-' || run.parent", alerts: "(select group_concat(a.value ->> 'kind', ', ') from json_each(run.alerts) a)",
  program: "coalesce(json_extract(run.origin, '$.program'), 'descent')",
  sweep: "'s-' || run.sweep", trial: "run.trial", confirms: `case when run.sweep is null then null else ${flag("run.is_confirmation")} end`,
};

/**
 * The value of a name for a row of `run`: a number, a text, or null where the run has none. Flags are the texts `true` and `false`, a component stands for its
 * kind, a list for its length. Of metrics, NaN stays the text `NaN`, which is no number and so neither above nor below one; infinities are numbers.
 */
export const valueSql = (name: string, bindings: Bindings): string => refinedSql(name, storedSql(name, bindings));

/** The value as it is stored: read once where a query compares it often, refined where it is compared. */
export function storedSql(name: string, bindings: Bindings): string {
  const named = known(name);
  switch (named.kind) {
    case "fact": return factSql[named.fact];
    case "metric": return `json_extract(run.metrics, ${bindings.bind(`$."${named.metric}"`)})`;
    case "param": {
      const at = bindings.bind(`$.params."${named.param}"`);
      return `case json_type(run.origin, ${at}) when 'true' then 'true' when 'false' then 'false' else json_extract(run.origin, ${at}) end`;
    }
    case "spec": {
      const path = `$${named.path.map((part) => (/^\d{1,9}$/.test(part) ? `[${Number(part)}]` : `."${part}"`)).join("")}`;
      const at = bindings.bind(path);
      return /* sql */ `case json_type(run.spec, ${at}) when 'object' then json_extract(run.spec, ${bindings.bind(`${path}.kind`)}) when 'array' then json_array_length(run.spec, ${at})
        when 'true' then 'true' when 'false' then 'false' else json_extract(run.spec, ${at}) end`;
    }
  }
}

/** JSON has no infinities: metrics are stored with their names in the numbers' place. Tags are stored as a list. */
function refinedSql(name: string, stored: string): string {
  if (name === "tag") return factSql.tags;
  return known(name).kind === "metric" ? `case ${stored} when 'Infinity' then 9e999 when '-Infinity' then -9e999 else ${stored} end` : stored;
}

/** The names a query asks about, each once. */
export function namesOf(query: Query): readonly string[] {
  switch (query.kind) {
    case "and":
    case "or": return [...new Set(query.parts.flatMap(namesOf))];
    case "not": return namesOf(query.of);
    case "compare":
    case "in": return [query.name];
  }
}

/** Whether a row matches, as 0 or 1 and never null. `column` says under which name the stored value of a name is at hand. */
export function conditionSql(query: Query, column: (name: string) => string, bindings: Bindings): string {
  if ((query.kind === "compare" || query.kind === "in") && query.name === "tag") return ofOne(query, column("tag"), bindings);
  const at = (name: string): string => `(${refinedSql(name, column(name))})`;
  switch (query.kind) {
    case "and":
    case "or": return `(${query.parts.map((part) => conditionSql(part, column, bindings)).join(` ${query.kind} `)})`;
    case "not": return `not ${conditionSql(query.of, column, bindings)}`;
    case "compare": return `(${comparison(known(query.name), at(query.name), query.operator, query.value, bindings)})`;
    case "in": return `(${membership(known(query.name), at(query.name), query.values, bindings)})`;
  }
}

/** A comparison with a list of tags: one of them must stand it, all of them where it says `!=`; `null` asks whether there are any. */
function ofOne(query: Extract<Query, { readonly name: string }>, tags: string, bindings: Bindings): string {
  const any = (condition: string): string => `exists (select 1 from json_each(${tags}) t where ${condition})`;
  if (query.kind === "in") {
    const [text, others] = [query.values.filter((value) => value !== null), query.values.length];
    const among = text.length === 0 ? "0" : any(`t.value in (${text.map((value) => bindings.bind(value)).join(", ")})`);
    return text.length < others ? `(${among} or not ${any("1")})` : among;
  }
  const { operator, value } = query;
  if (value === null) return operator === "=" ? `(not ${any("1")})` : any("1");
  const other = operator === "!=" ? "=" : operator;
  const holds = any(comparison(known("tag"), "t.value", other, value, bindings));
  return operator === "!=" ? `(${any("1")} and not ${holds})` : holds;
}

function comparison(named: Named, at: string, operator: Operator, value: Literal, bindings: Bindings): string {
  if (value === null) return operator === "!=" ? `${at} is not null` : `${at} is null`;
  if (operator === "~") return `typeof(${at}) = 'text' and ${at} like ${bindings.bind(likePattern(String(value)))} escape '\\'`;
  if (named.sort === "moment") return moment(at, operator, String(value), bindings);
  const bound = bindings.bind(value);
  if (operator === "=") return `${at} is ${bound}`;
  if (operator === "!=") return `${at} is not null and ${at} is not ${bound}`;
  // SQLite puts every text above every number; here they are not compared at all.
  return `typeof(${at}) ${typeof value === "number" ? "in ('integer', 'real')" : "= 'text'"} and ${at} ${operator} ${bound}`;
}

/** A list of values is one look-up; dates and null are compared each on its own. */
function membership(named: Named, at: string, values: readonly Literal[], bindings: Bindings): string {
  const isApart = (value: Literal): boolean => value === null || named.sort === "moment";
  const together = values.filter((value): value is number | string => !isApart(value));
  const apart = values.filter(isApart).map((value) => `(${comparison(named, at, "=", value, bindings)})`);
  return [...apart, ...(together.length === 0 ? [] : [`coalesce(${at} in (${together.map((value) => bindings.bind(value)).join(", ")}), 0)`])].join(" or ");
}

/** A date names a stretch of time: a moment equals it that lies in it, and is after it that lies behind it. */
function moment(at: string, operator: Exclude<Operator, "~">, text: string, bindings: Bindings): string {
  const { fromMs, toMs } = momentOf(text)!;
  const [from, to] = [bindings.bind(fromMs), bindings.bind(toMs)];
  const test = { "=": `${at} >= ${from} and ${at} < ${to}`, "!=": `not (${at} >= ${from} and ${at} < ${to})`, "<": `${at} < ${from}`, "<=": `${at} < ${to}`, ">": `${at} >= ${to}`, ">=": `${at} >= ${from}` };
  return `${at} is not null and ${test[operator]}`;
}

/** `*` any characters, `?` one; without either the pattern is looked for anywhere. SQLite's `like` takes time in proportion to pattern times text, never more. */
function likePattern(pattern: string): string {
  const literal = pattern.replace(/[\\%_]/g, "\\$&");
  return /[*?]/.test(pattern) ? literal.replaceAll("*", "%").replaceAll("?", "_") : `%${literal}%`;
}

function known(name: string): Named {
  const named = nameOf(name);
  if (named.kind === "fault") throw new Error(`${name} has not been checked at the door: ${named.message}`);
  return named;
}
