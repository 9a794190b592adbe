/** Random queries, and what they mean told a second time: a small evaluator over plain rows, to hold the SQL against. */

import fc from "fast-check";
import { isKeyword } from "../../src-main/contract/query-tokens.ts";
import { operators } from "../../src-main/contract/query.ts";
import type { Literal, Operator, Query } from "../../src-main/contract/query.ts";

/** A run as the evaluator sees it: its values by name; an absent one is missing. A list is a run's tags. */
export type Facts = Readonly<Record<string, string | number | undefined | readonly string[]>>;

export function holds(query: Query, facts: Facts): boolean {
  switch (query.kind) {
    case "and": return query.parts.every((part) => holds(part, facts));
    case "or": return query.parts.some((part) => holds(part, facts));
    case "not": return !holds(query.of, facts);
    case "in": return query.values.some((value) => compares(facts[query.name], "=", value));
    case "compare": return compares(facts[query.name], query.operator, query.value);
  }
}

function compares(mine: Facts[string], operator: Operator, wanted: Literal): boolean {
  if (typeof mine === "object") return compareTags(mine, operator, wanted);
  if (wanted === null) return (mine === undefined) === (operator === "=");
  if (mine === undefined) return false;
  if (operator === "~") return typeof mine === "string" && matches(mine.toLowerCase(), String(wanted).toLowerCase());
  if (operator === "=") return mine === wanted;
  if (operator === "!=") return mine !== wanted;
  if (typeof mine !== typeof wanted) return false;
  return { "<": mine < wanted, "<=": mine <= wanted, ">": mine > wanted, ">=": mine >= wanted }[operator];
}

function compareTags(tags: readonly string[], operator: Operator, wanted: Literal): boolean {
  if (wanted === null) return (tags.length === 0) === (operator === "=");
  return operator === "!=" ? tags.length > 0 && tags.every((tag) => tag !== wanted) : tags.some((tag) => compares(tag, operator, wanted));
}

/** The set of places a pattern may have reached, letter by letter. */
function matches(text: string, pattern: string): boolean {
  const whole = /[*?]/.test(pattern) ? pattern : `*${pattern}*`;
  const past = (places: Set<number>): Set<number> => { for (const at of places) if (whole[at] === "*") places.add(at + 1); return places; };
  let places = past(new Set([0]));
  for (const letter of text) {
    places = past(new Set([...places].flatMap((at) => (whole[at] === "*" ? [at] : whole[at] === "?" || whole[at] === letter ? [at + 1] : []))));
  }
  return places.has(whole.length);
}

/** Names of every sort with values that occur, values that almost do, and what breaks naive quoting. */
export const askable: Readonly<Record<string, readonly Literal[]>> = {
  state: ["finished", "failed", "stopped"], name: ["digits · adam 0", "7", "digits", "O'Brien"], id: ["r-1", "r-2"], seed: [1, 2, 3.5], epochs: [10, 20], time: [1, 1.003], reason: ["diverged"],
  tag: ["best", "to check", "b?st"], optimizer: ["adam", "sgd"], "optimizer.kind": ["adam", "ADAM", "adamw", 3], "optimizer.beta1": [0.9, 1], layers: [5, "5"], "layers.0.units": [8, 16, 64], "layers.9.units": [8], "train.openTest": ["false", "true", 0],
  "validation/accuracy": [0.9, 0.85], "validation/loss": [0.5, Infinity, -Infinity, "NaN"], "test/accuracy": [0.5], "validation/with space": [1],
};

const oddText = fc.oneof(fc.string({ maxLength: 8, unit: "grapheme" }), fc.constantFrom("and", "NULL", "", "a b", `"`, `\\`, "'; drop table run; --", "%_", "*", "1e5", "Infinity", "__proto__", "（中）", "“q”"));
const number = fc.oneof(fc.integer({ min: -100, max: 100 }), fc.double({ noNaN: true })).map((x) => (Object.is(x, -0) ? 0 : x));
const numeric = ["seed", "epochs", "time"];
const textual = ["name", "id", "reason", "tag"];

const valueFor = (name: string): fc.Arbitrary<Literal> => {
  const known = fc.constantFrom(...askable[name]!);
  if (name === "state") return known;
  if (numeric.includes(name)) return fc.oneof(known, number);
  if (textual.includes(name)) return fc.oneof(known, oddText);
  return fc.oneof({ weight: 3, arbitrary: known }, number, oddText);
};

const comparison: fc.Arbitrary<Query> = fc.constantFrom(...Object.keys(askable)).chain((name) => fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant("compare" as const), name: fc.constant(name), operator: fc.constantFrom(...operators.filter((one) => one !== "~")), value: valueFor(name) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("compare" as const), name: fc.constant(name), operator: fc.constantFrom<Operator>("=", "!="), value: fc.constant(null) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("in" as const), name: fc.constant(name), values: fc.array(fc.oneof({ weight: 5, arbitrary: valueFor(name) }, fc.constant(null)), { minLength: 1, maxLength: 5 }) }) },
  ...(numeric.includes(name) ? [] : [{ weight: 1, arbitrary: fc.record({ kind: fc.constant("compare" as const), name: fc.constant(name), operator: fc.constant("~" as const), value: fc.oneof(oddText, fc.constantFrom("d*s", "?dam*", "adam", "*", "DIG")) }) }]),
));

/** At most 6 names and 40 comparisons, as the limits are; `and` and `or` never hold their own kind. */
export const arbitraryQuery: fc.Arbitrary<Query> = fc.letrec<{ query: Query; joined: Query }>((tie) => ({
  query: fc.oneof({ maxDepth: 3 }, comparison, fc.record({ kind: fc.constant("not" as const), of: tie("query") }), tie("joined")),
  joined: fc.tuple(fc.constantFrom("and" as const, "or" as const), fc.array(tie("query"), { minLength: 2, maxLength: 3 })).map(([kind, parts]) => {
    const flat = parts.flatMap((part) => (part.kind === kind ? part.parts : [part]));
    return { kind, parts: flat };
  }),
})).query.filter((query) => countOf(query) <= 40 && namesIn(query).size <= 6);

const isJoined = (query: Query): query is Extract<Query, { parts: unknown }> => query.kind === "and" || query.kind === "or";
const leavesOf = (query: Query): readonly Extract<Query, { name: string }>[] => (isJoined(query) ? query.parts.flatMap(leavesOf) : query.kind === "not" ? leavesOf(query.of) : [query]);
const countOf = (query: Query): number => leavesOf(query).length;
const namesIn = (query: Query): Set<string> => new Set(leavesOf(query).map(({ name }) => name));

/** Bare words that a person may type as a value. */
export const bareWord = fc.stringMatching(/^[a-zA-Z][\w.*/-]{0,10}$/).filter((word) => !isKeyword(word) && !/^infinity$/i.test(word));
