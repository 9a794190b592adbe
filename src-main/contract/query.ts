/**
 * The query language of the runs table and of `descent list --where`: text → tree → text. Pure: what a tree means in SQL is the store's matter.
 *
 *   query      = and { "or" and }            and = not { "and" not }            not = "not" not | "(" query ")" | comparison
 *   comparison = name ( "=" | "!=" | "<" | "<=" | ">" | ">=" | "~" ) value | name "in" "(" value { "," value } ")"
 *
 * A name is a word or quoted text, a value a word, a number, quoted text or `null`. A comparison with what a run does not have is false, `!=` too; `x = null` asks
 * for what is missing. `not` turns true into false and back, so `not x = 1` holds where x is missing. `~` looks into text, letters A–Z without case:
 * `*` stands for any characters, `?` for one, and a pattern with neither is looked for anywhere.
 */

import { SpecError } from "../../src-engine/spec/errors.ts";
import { closest, problem, shown } from "../../src-engine/spec/param.ts";
import { momentOf, nameOf, states } from "./query-names.ts";
import { isKeyword, isPlainWord, numberOf, tokensOf } from "./query-tokens.ts";
import type { Token } from "./query-tokens.ts";

export const operators = ["=", "!=", "<", "<=", ">", ">=", "~"] as const;
export type Operator = (typeof operators)[number];
export type Literal = number | string | null;

/** `and` and `or` have two parts at least, and no part of their own kind. */
export type Query =
  | { readonly kind: "and" | "or"; readonly parts: readonly Query[] }
  | { readonly kind: "not"; readonly of: Query }
  | { readonly kind: "compare"; readonly name: string; readonly operator: Operator; readonly value: Literal }
  | { readonly kind: "in"; readonly name: string; readonly values: readonly Literal[] };

/** A query costs at most this much; 10,000 runs are asked in a tenth of a second. */
export const queryLimits = { letters: 2000, depth: 32, comparisons: 40, names: 6, pattern: 100, values: 200 } as const;

export type FaultCode =
  | "tooLong" | "tooDeep" | "tooMany" | "tooManyNames" | "tooManyValues" | "patternTooLong" | "openQuote" | "openBracket" | "nameExpected" | "operatorExpected" | "valueExpected" | "listExpected" | "commaExpected"
  | "connectiveExpected" | "unknownName" | "numberExpected" | "dateExpected" | "stateExpected" | "notOrdered" | "notText";

/** What is wrong with a query and where. `cure`, where one is certain, replaces the characters from `from` to `to`. */
export interface QueryFault {
  readonly from: number;
  readonly to: number;
  readonly code: FaultCode;
  /** The whole sentence in English. */
  readonly message: string;
  /** What the sentence is made of, ready to show. */
  readonly details: Readonly<Record<string, string>>;
  readonly cure: string | null;
}

/** The query, `null` where the text is blank and every run is meant; or the first thing that is wrong. */
export type ParsedQuery = { readonly query: Query | null; readonly fault: null } | { readonly query: null; readonly fault: QueryFault };

export function parseQuery(text: string): ParsedQuery {
  if (text.length > queryLimits.letters) return { query: null, fault: { from: queryLimits.letters, to: text.length, ...told("tooLong", { got: String(text.length), limit: String(queryLimits.letters) }), cure: null } };
  try {
    return { query: new Parser(tokensOf(text)).whole(), fault: null };
  } catch (error) {
    if (error instanceof Fault) return { query: null, fault: error.fault };
    throw error;
  }
}

/** The query of a text that must be right. Throws SpecError with the place of the fault and, where one is certain, the text that mends it. */
export function queryFrom(text: string): Query | null {
  const { query, fault } = parseQuery(text);
  if (fault === null) return query;
  const { code, message, details, cure, from, to } = fault;
  throw new SpecError([{ ...problem("where", "badSyntax", `cannot be read: ${message}`, { ...details, why: "badQuery", fault: code }, cure === null ? undefined : text.slice(0, from) + cure + text.slice(to)), at: placeIn(text, from) }]);
}

/** The query as text; reading it again gives the same tree. */
export function printQuery(query: Query): string {
  switch (query.kind) {
    case "and": return query.parts.map((part) => (part.kind === "or" ? `(${printQuery(part)})` : printQuery(part))).join(" and ");
    case "or": return query.parts.map(printQuery).join(" or ");
    case "not": return query.of.kind === "and" || query.of.kind === "or" ? `not (${printQuery(query.of)})` : `not ${printQuery(query.of)}`;
    case "compare": return `${wordFor(query.name)} ${query.operator} ${printLiteral(query.value)}`;
    case "in": return `${wordFor(query.name)} in (${query.values.map(printLiteral).join(", ")})`;
  }
}

/** Text as it stands in a query: bare where it can be, else in quotes. */
export const wordFor = (text: string): string => (isPlainWord(text) ? text : `"${text.replace(/["“”\\]/g, "\\$&")}"`);
export const printLiteral = (value: Literal): string => (value === null ? "null" : typeof value === "number" ? String(value) : wordFor(value));

/** Line and column of a place in a text, both from 1. */
export function placeIn(text: string, at: number): { readonly line: number; readonly column: number } {
  const before = text.slice(0, at).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1 };
}

/** The English sentence of each fault. */
const sentences: Readonly<Record<FaultCode, (d: Readonly<Record<string, string>>) => string>> = {
  tooLong: (d) => `a query has at most ${d["limit"]} characters; got ${d["got"]}`,
  tooDeep: (d) => `brackets and not nest at most ${d["limit"]} deep`,
  tooMany: (d) => `a query has at most ${d["limit"]} comparisons; put values of one name into a list: name in (a, b)`,
  tooManyNames: (d) => `a query asks about at most ${d["limit"]} names`,
  tooManyValues: (d) => `a list has at most ${d["limit"]} values`,
  patternTooLong: (d) => `a pattern has at most ${d["limit"]} characters; got ${d["got"]}`,
  openQuote: () => "a quote is opened here and never closed; close it with the same quote",
  openBracket: () => "a bracket is opened here and never closed; close it with )",
  nameExpected: (d) => `a name such as state, optimizer.kind or validation/accuracy is expected; got ${d["got"]}`,
  operatorExpected: (d) => `one of =, !=, <, <=, >, >=, ~ or in is expected after ${d["name"]}; got ${d["got"]}`,
  valueExpected: (d) => `a value is expected after ${d["after"]}; got ${d["got"]}. Put text with spaces or signs in quotes`,
  listExpected: (d) => `a list such as (adam, sgd) is expected after in; got ${d["got"]}`,
  commaExpected: (d) => `a comma or ) is expected in the list; got ${d["got"]}`,
  connectiveExpected: (d) => `and, or, or the end is expected here; got ${d["got"]}`,
  unknownName: (d) => d["message"] ?? "",
  numberExpected: (d) => `${d["name"]} is compared with a number; got ${d["got"]}`,
  dateExpected: (d) => `${d["name"]} is compared with a date such as 2026-10-01 or 2026-10-01T12:30; got ${d["got"]}`,
  stateExpected: (d) => `a state is one of ${d["known"]}; got ${d["got"]}`,
  notOrdered: (d) => `null is compared by = or != only; got ${d["operator"]}`,
  notText: (d) => `~ looks into text, and ${d["name"]} is ${d["sort"]}; compare it by =, < or >`,
};

const told = (code: FaultCode, details: Readonly<Record<string, string>>): Pick<QueryFault, "code" | "message" | "details"> => ({ code, details, message: sentences[code](details) });

class Fault extends Error {
  readonly fault: QueryFault;
  constructor(fault: QueryFault) { super(fault.message); this.fault = fault; }
}

/** Signs of other languages, and what they are called here. */
const cures: Readonly<Record<string, string>> = { "==": "=", "===": "=", "<>": "!=", "!==": "!=", "=<": "<=", "=>": ">=", "=~": "~", "~=": "~", is: "=", like: "~", contains: "~" };
const connectives: Readonly<Record<string, string>> = { "&&": "and", "&": "and", "||": "or", "|": "or", ",": " and" };

/** Reads tokens from left to right, each once. */
class Parser {
  readonly #tokens: readonly Token[];
  #at = 0;
  #depth = 0;
  #comparisons = 0;
  readonly #names = new Set<string>();

  constructor(tokens: readonly Token[]) { this.#tokens = tokens; }

  whole(): Query | null {
    const open = this.#tokens.find((token) => token.isOpen === true);
    if (open !== undefined) throw this.#fault(open, "openQuote", {});
    if (this.#tokens.length === 1) return null;
    const query = this.#or();
    const rest = this.#next;
    if (rest.kind !== "end") throw this.#fault(rest, "connectiveExpected", { got: gotOf(rest) }, connectives[rest.value] ?? null);
    return query;
  }

  get #next(): Token { return this.#tokens[this.#at]!; }
  /** The end is never passed. */
  #take(): Token {
    const token = this.#next;
    if (token.kind !== "end") this.#at++;
    return token;
  }
  #isWord(word: string): boolean { return this.#next.kind === "word" && this.#next.value.toLowerCase() === word; }
  #isSymbol(symbol: string): boolean { return this.#next.kind === "symbol" && this.#next.value === symbol; }

  #or(): Query { return this.#joined("or", () => this.#joined("and", () => this.#not())); }

  #joined(kind: "and" | "or", part: () => Query): Query {
    const parts = [part()];
    while (this.#isWord(kind)) { this.#take(); parts.push(part()); }
    const flat = parts.flatMap((one) => (one.kind === kind ? one.parts : [one]));
    return flat.length === 1 ? flat[0]! : { kind, parts: flat };
  }

  #not(): Query {
    if (!this.#isWord("not") && !this.#isSymbol("(")) return this.#comparison();
    const opening = this.#take();
    if (++this.#depth > queryLimits.depth) throw this.#fault(opening, "tooDeep", { limit: String(queryLimits.depth) });
    const inner = opening.value === "(" ? this.#bracket(opening) : { kind: "not" as const, of: this.#not() };
    this.#depth--;
    return inner;
  }

  #bracket(opening: Token): Query {
    const inner = this.#or();
    if (this.#isSymbol(")")) { this.#take(); return inner; }
    if (this.#next.kind === "end") throw this.#fault(opening, "openBracket", {});
    throw this.#fault(this.#next, "connectiveExpected", { got: gotOf(this.#next) }, connectives[this.#next.value] ?? null);
  }

  #comparison(): Query {
    const name = this.#name();
    this.#count(name);
    if (this.#names.add(name.value).size > queryLimits.names) throw this.#fault(name, "tooManyNames", { limit: String(queryLimits.names) });
    if (this.#isWord("in")) { this.#take(); return { kind: "in", name: name.value, values: this.#list(name) }; }
    const sign = this.#take();
    const operator = operators.find((one) => sign.kind === "symbol" && one === sign.value);
    if (operator === undefined) throw this.#fault(sign, "operatorExpected", { name: shown(name.value), got: gotOf(sign) }, sign.kind === "text" ? null : cures[sign.value.toLowerCase()] ?? null);
    return { kind: "compare", name: name.value, operator, value: this.#value(name, operator) };
  }

  #count(at: Token): void {
    if (++this.#comparisons > queryLimits.comparisons) throw this.#fault(at, "tooMany", { limit: String(queryLimits.comparisons) });
  }

  #name(): Token {
    const token = this.#take();
    const isName = token.kind === "text" || (token.kind === "word" && numberOf(token.value) === null && !isKeyword(token.value));
    if (!isName) throw this.#fault(token, "nameExpected", { got: gotOf(token) }, token.value === "!" ? "not" : null);
    const named = nameOf(token.value);
    if (named.kind === "fault") throw this.#fault(token, "unknownName", { message: named.message, got: shown(token.value), ...(named.near === undefined ? {} : { near: named.near }) }, named.near === undefined ? null : wordFor(named.near));
    return token;
  }

  #list(name: Token): Literal[] {
    const opening = this.#take();
    if (opening.value !== "(" || opening.kind !== "symbol") throw this.#fault(opening, "listExpected", { got: gotOf(opening) });
    const values = [this.#value(name, "in")];
    while (!this.#isSymbol(")")) {
      if (this.#next.kind === "end") throw this.#fault(opening, "openBracket", {});
      const comma = this.#take();
      if (comma.kind !== "symbol" || comma.value !== ",") throw this.#fault(comma, "commaExpected", { got: gotOf(comma) });
      if (values.length === queryLimits.values) throw this.#fault(this.#next, "tooManyValues", { limit: String(queryLimits.values) });
      // Dates in a list are compared one by one, all other values at once.
      const named = nameOf(name.value);
      if (named.kind === "fact" && named.sort === "moment") this.#count(this.#next);
      values.push(this.#value(name, "in"));
    }
    this.#take();
    return values;
  }

  #value(name: Token, operator: Operator | "in"): Literal {
    const token = this.#take();
    const isValue = token.kind === "text" || (token.kind === "word" && (!isKeyword(token.value) || token.value.toLowerCase() === "null"));
    if (!isValue) throw this.#fault(token, "valueExpected", { after: operator, got: gotOf(token) }, token.kind === "word" ? `"${token.value}"` : null);
    if (operator === "~") return this.#pattern(name, token);
    if (token.kind === "word" && token.value.toLowerCase() === "null") {
      if (operator !== "=" && operator !== "!=" && operator !== "in") throw this.#fault(token, "notOrdered", { operator });
      return null;
    }
    const named = nameOf(name.value);
    // What is text is compared with text, though it look like a number: a run may be called 7.
    const value = token.kind === "word" && named.kind !== "fault" && named.sort !== "text" ? numberOf(token.value) ?? token.value : token.value;
    this.#checkSort(name, token, value);
    return value;
  }

  /** A pattern is text, whatever it looks like: `name ~ 7` looks for the digit. */
  #pattern(name: Token, token: Token): string {
    const named = nameOf(name.value);
    if (named.kind === "fact" && named.sort !== "text") throw this.#fault(name, "notText", { name: shown(name.value), sort: `a ${named.sort}` });
    if (token.value.length > queryLimits.pattern) throw this.#fault(token, "patternTooLong", { limit: String(queryLimits.pattern), got: String(token.value.length) });
    return token.value;
  }

  #checkSort(name: Token, token: Token, value: number | string): void {
    const named = nameOf(name.value);
    if (named.kind !== "fact") return;
    const details = { name: shown(name.value), got: shown(value) };
    if (named.sort === "number" && typeof value !== "number") throw this.#fault(token, "numberExpected", details);
    if (named.sort === "moment" && (typeof value !== "string" || momentOf(value) === null)) throw this.#fault(token, "dateExpected", details);
    if (named.fact === "state" && !states.includes(String(value))) throw this.#fault(token, "stateExpected", { ...details, known: states.join(", ") }, closest(String(value), states) ?? null);
  }

  #fault({ from, to }: Token, code: FaultCode, details: Readonly<Record<string, string>>, cure: string | null = null): Fault {
    return new Fault({ from, to, ...told(code, details), cure });
  }
}

const gotOf = (token: Token): string => (token.kind === "end" ? "the end" : token.kind === "symbol" ? token.value : shown(token.value));
