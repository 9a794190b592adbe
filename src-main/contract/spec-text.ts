/** A spec as text, JSON or YAML: its value, what is wrong with the writing, and where each key stands. Knows the language, not what a spec means. */

import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Document, ErrorCode, Node, Pair } from "yaml";
import { problem, under } from "../../src-engine/spec/param.ts";
import type { Details, Problem, TextWhy } from "../../src-engine/spec/errors.ts";

/** A stretch of the text. Lines and columns count from 1, `from` and `to` from 0, `to` excluded. */
export interface TextPlace { readonly line: number; readonly column: number; readonly from: number; readonly to: number }

export interface SpecText {
  /** Plain data; `undefined` where the text has problems. */
  readonly value: unknown;
  readonly problems: readonly Problem[];
  /** Where a key path stands (a key with dots in it as `axes["optimizer.beta1"]`): its key and, if short, its value; where the path is not written, the nearest thing above it that is. `null` where nothing could be read. */
  placeOf(path: string): TextPlace | null;
}

const limits = { bytes: 1024 * 1024, depth: 64, entries: 20_000, problems: 20 } as const;

/**
 * Reads a spec from text. JSON is read as the YAML it is: the core schema of YAML 1.2, and of YAML nothing that refers or constructs
 * (no anchors, aliases, merge keys, tags or directives), no key twice, at most 1 MB, 64 levels and 20 000 lines and entries. `file` is named in each problem's place.
 */
export function readSpecText(text: string, file?: string): SpecText {
  const lines = new LineCounter();
  const problems: Problem[] = [];
  const complain = (details: Reason, message: string, at: TextPlace | null, path = "") => {
    const place = { ...(file === undefined ? {} : { file }), ...(at === null ? {} : { line: at.line, column: at.column }) };
    if (problems.length < limits.problems) problems.push({ ...problem(path, "badSyntax", message, details), at: { ...place, path } });
  };
  const unread: SpecText = { value: undefined, problems, placeOf: () => null };

  const excess = tooMuch(text);
  if (excess !== null) { complain(excess.details, excess.message, excess.at === null ? null : placeIn(text, excess.at)); return unread; }
  const doc = parseDocument(text, { schema: "core", version: "1.2", merge: false, uniqueKeys: false, resolveKnownTags: false, customTags: [], prettyErrors: false, logLevel: "error", lineCounter: lines });
  const place = (from: number, to: number): TextPlace => {
    const { line, col } = lines.linePos(from);
    return { line: Math.max(line, 1), column: Math.max(col, 1), from, to: Math.max(to, from) };
  };
  for (const error of doc.errors) complain({ why: grammar[error.code] }, `cannot be read: ${error.message}`, place(...error.pos));
  if (problems.length > 0) return { ...unread, placeOf: () => place(0, firstLine(text, 0, text.length)) };

  const places = new Map<string, TextPlace>([["", place(0, firstLine(text, 0, text.length))]]);
  const value = read(doc, { complain, place, places, text });
  return { value: problems.length > 0 ? undefined : value, problems, placeOf: (path) => nearest(places, path.replaceAll(/\["([^"]*)"\]/g, ".$1")) };
}

type Reason = Details & { readonly why: TextWhy };
const tooDeep: Reason = { why: "deepText", most: String(limits.depth) };

/** What the parser calls an error, as what a person has to look for. */
const grammar: Readonly<Record<ErrorCode, TextWhy>> = {
  MISSING_CHAR: "missingSign", UNEXPECTED_TOKEN: "unexpectedSign", IMPOSSIBLE: "unexpectedSign", BAD_COLLECTION_TYPE: "unexpectedSign", RESOURCE_EXHAUSTION: "unexpectedSign",
  BAD_INDENT: "badIndent", TAB_AS_INDENT: "tabIndent", BLOCK_IN_FLOW: "brokenBrackets", BAD_DQ_ESCAPE: "badEscape", BAD_SCALAR_START: "reservedSign",
  BLOCK_AS_IMPLICIT_KEY: "nestedInLine", MULTILINE_IMPLICIT_KEY: "longKey", KEY_OVER_1024_CHARS: "longKey", NON_STRING_KEY: "oddKey", DUPLICATE_KEY: "twiceWritten",
  MULTIPLE_DOCS: "severalTexts", BAD_DIRECTIVE: "directive", ALIAS_PROPS: "alias", BAD_ALIAS: "alias", MULTIPLE_ANCHORS: "anchor", BAD_PROP_ORDER: "anchor", MULTIPLE_TAGS: "severalTags", TAG_RESOLVE_FAILED: "severalTags",
};

interface Reading {
  complain(details: Reason, message: string, at: TextPlace, path?: string): void;
  place(from: number, to: number): TextPlace;
  readonly places: Map<string, TextPlace>;
  readonly text: string;
}

function read(doc: Document.Parsed, reading: Reading): unknown {
  const start = reading.place(0, 0);
  if (doc.contents === null || (isScalar(doc.contents) && doc.contents.value === null)) { reading.complain({ why: "emptyText" }, "is empty", start); return undefined; }
  return valueOf(doc.contents, "", 0, reading);
}

/** The node's value; on the way each place is noted and whatever is not plain data is complained about. */
function valueOf(node: Node | null, path: string, depth: number, reading: Reading): unknown {
  const { complain } = reading;
  if (node === null) return null;
  const at = reading.place(node.range?.[0] ?? 0, node.range?.[1] ?? 0);
  if (depth > limits.depth) { complain(tooDeep, `may not nest deeper than ${limits.depth} levels`, at, path); return null; }
  if (isAlias(node)) { complain({ why: "alias" }, "may not use an alias (*name); write the value out", at, path); return null; }
  const { anchor, tag } = node as { anchor?: string; tag?: string };
  if (anchor !== undefined) complain({ why: "anchor" }, "may not have an anchor (&name); write the value out where it is needed", at, path);
  if (tag !== undefined) complain({ why: "tag", got: tag.slice(0, 60) }, `may not have a tag (${tag.slice(0, 60)}); values are plain text, numbers, lists and objects`, at, path);
  if (isScalar(node)) return node.value;
  if (isSeq(node)) {
    return node.items.map((item, i) => {
      const inner = under(path, i);
      const [from, to] = rangeOf(item as Node | null, at.from);
      reading.places.set(inner, reading.place(from, firstLine(reading.text, from, to)));
      return valueOf(item as Node | null, inner, depth + 1, reading);
    });
  }
  return isMap(node) ? recordOf(node.items as Pair<Node, Node | null>[], path, depth, reading) : null;
}

function recordOf(pairs: readonly Pair<Node, Node | null>[], path: string, depth: number, reading: Reading): Record<string, unknown> {
  const record: Record<string, unknown> = {};
  const seen = new Set<string>();
  for (const pair of pairs) {
    const [from, keyEnd] = rangeOf(pair.key, 0);
    const at = reading.place(from, keyEnd);
    if (!isScalar(pair.key) || pair.key.value === null || pair.key.anchor !== undefined || pair.key.tag !== undefined) { reading.complain({ why: "oddKey" }, "must have plain text as its keys", at, path); continue; }
    const key = String(pair.key.value);
    const inner = under(path, key);
    if (key === "__proto__") { reading.complain({ why: "forbiddenKey", got: key }, "is not a key anything here can have", at, inner); continue; }
    if (seen.has(key)) { reading.complain({ why: "twiceWritten" }, "is written twice", at, inner); continue; }
    seen.add(key);
    const isShort = pair.value === null || isScalar(pair.value);
    reading.places.set(inner, reading.place(from, isShort ? firstLine(reading.text, from, Math.max(keyEnd, rangeOf(pair.value, keyEnd)[1])) : keyEnd));
    record[key] = valueOf(pair.value, inner, depth + 1, reading);
  }
  return record;
}

/** What must be known before the parser may see the text; `at` is an offset. */
function tooMuch(text: string): { readonly details: Reason; readonly message: string; readonly at: number | null } | null {
  const bytes = new TextEncoder().encode(text).length;
  const size = `${(bytes / limits.bytes).toFixed(1)} MB`;
  if (bytes > limits.bytes) return { details: { why: "largeText", got: size }, message: `must be at most 1 MB of text; got ${size}`, at: null };
  const odd = /[\0-\x08\x0b\x0c\x0e-\x1f]/.exec(text);
  if (odd !== null) {
    const got = `U+${odd[0].charCodeAt(0).toString(16).padStart(4, "0").toUpperCase()}`;
    return { details: { why: "controlSign", got }, message: `must be text; it holds the control character ${got}`, at: odd.index };
  }
  const directive = /^%/m.exec(text);
  if (directive !== null) return { details: { why: "directive" }, message: "may not have a directive (%…)", at: directive.index };
  let entries = 0;
  let open = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (c === "," || c === "\n") entries++;
    // Brackets inside texts count too, which is why the limit here is far above the true one; that is checked node by node.
    if (c === "[" || c === "{") open++;
    if ((c === "]" || c === "}") && open > 0) open--;
    if (open > 8 * limits.depth) return { details: tooDeep, message: `may not nest deeper than ${limits.depth} levels`, at: i };
    if (entries > limits.entries) return { details: { why: "longText", most: String(limits.entries) }, message: `must have at most ${limits.entries} lines and entries`, at: i };
  }
  const stairs = /^[ \t]*(?:[-?][ \t]+){65}/m.exec(text);
  return stairs === null ? null : { details: tooDeep, message: `may not nest deeper than ${limits.depth} levels`, at: stairs.index };
}

function nearest(places: ReadonlyMap<string, TextPlace>, path: string): TextPlace | null {
  const found = places.get(path);
  if (found !== undefined || path === "") return found ?? null;
  return nearest(places, path.includes(".") ? path.slice(0, path.lastIndexOf(".")) : "");
}

/** Line and column of an offset, where no parser has counted lines. */
function placeIn(text: string, from: number): TextPlace {
  const before = text.slice(0, from).split("\n");
  return { line: before.length, column: before.at(-1)!.length + 1, from, to: from };
}

const rangeOf = (node: Node | null, otherwise: number): readonly [number, number] => [node?.range?.[0] ?? otherwise, node?.range?.[1] ?? otherwise];

/** The end of the line on which `from` stands, or `to` if that comes first. */
function firstLine(text: string, from: number, to: number): number {
  const end = text.indexOf("\n", from);
  return end < 0 ? to : Math.min(end, to);
}
