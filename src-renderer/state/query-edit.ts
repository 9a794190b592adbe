/** Changes of a query as a tree, for those who choose rather than type. Pure: trees in, trees out; their text is `printQuery`'s matter. */

import { numberOf } from "../../src-main/contract/query-tokens.ts";
import { nameOf } from "../../src-main/contract/query-names.ts";
import type { Literal, Query } from "../../src-main/contract/query.ts";

export type Connective = "and" | "or";
export type Comparison = Extract<Query, { kind: "compare" | "in" }>;

/** What a new condition asks until a person says otherwise. */
export const firstCondition: Query = { kind: "compare", name: "state", operator: "=", value: "finished" };

/** One condition more, beside what is there. */
export const added = (query: Query | null, connective: Connective, condition: Query = firstCondition): Query => (query === null ? condition : tidy({ kind: connective, parts: [query, condition] })!);

/** The same conditions, joined by the other word. */
export const joinedBy = (query: Query, connective: Connective): Query => (query.kind === "and" || query.kind === "or" ? { kind: connective, parts: query.parts } : query);

export const negated = (query: Query): Query => (query.kind === "not" ? query.of : { kind: "not", of: query });

/** Groups of one part are that part, groups within a group of their own kind are its parts, no group is empty, and nothing is turned round twice. */
export function tidy(query: Query | null): Query | null {
  if (query?.kind === "not") { const of = tidy(query.of); return of === null ? null : negated(of); }
  if (query === null || (query.kind !== "and" && query.kind !== "or")) return query;
  const parts = query.parts.flatMap((part) => { const own = tidy(part); return own === null ? [] : own.kind === query.kind ? own.parts : [own]; });
  return parts.length === 0 ? null : parts.length === 1 ? parts[0]! : { kind: query.kind, parts };
}

/** What a person wrote for a value: `null`, a number where the name's values may be numbers, else text. */
export function literalOf(text: string, name: string): Literal {
  const named = nameOf(name);
  if (text.toLowerCase() === "null") return null;
  const number = named.kind !== "fault" && (named.sort === "text" || named.sort === "moment") ? null : numberOf(text);
  return number ?? text;
}

/** Values with commas between, as a list is written in its field. */
export const literalsOf = (text: string, name: string): readonly Literal[] => text.split(",").map((part) => part.trim()).filter((part) => part !== "").map((part) => literalOf(part, name));
export const plainText = (value: Literal): string => (value === null ? "null" : String(value));

/** The same condition with another sign; a list keeps its values where it becomes one, and its first where it was one. */
export function withSign(condition: Comparison, sign: string): Comparison {
  const values = condition.kind === "in" ? condition.values : [condition.value];
  if (sign === "in") return { kind: "in", name: condition.name, values };
  return { kind: "compare", name: condition.name, operator: sign as Extract<Query, { kind: "compare" }>["operator"], value: values[0] ?? "" };
}
