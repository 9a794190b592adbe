/** The query language: what is read, what is refused and where, and that printing and reading agree. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { facts, momentOf, nameOf } from "../../src-main/contract/query-names.ts";
import { tokensOf } from "../../src-main/contract/query-tokens.ts";
import { parseQuery, placeIn, printQuery, queryFrom, queryLimits } from "../../src-main/contract/query.ts";
import type { Literal, Operator, Query } from "../../src-main/contract/query.ts";
import { arbitraryQuery, bareWord } from "../support/queries.ts";

const compare = (name: string, operator: Operator, value: Literal): Query => ({ kind: "compare", name, operator, value });
const read = (text: string): Query | null => {
  const { query, fault } = parseQuery(text);
  if (fault !== null) throw new Error(`${fault.message} at ${fault.from}`);
  return query;
};
const faultOf = (text: string) => parseQuery(text).fault ?? (() => { throw new Error(`${text} was read`); })();
const cured = (text: string): string => { const { from, to, cure } = faultOf(text); return text.slice(0, from) + cure! + text.slice(to); };

describe("reading", () => {
  it("binds and closer than or, not closer than both", () => {
    expect(read('optimizer.kind = adam and validation/accuracy > 0.9 or not state in (failed, "interrupted")')).toEqual({ kind: "or", parts: [
      { kind: "and", parts: [compare("optimizer.kind", "=", "adam"), compare("validation/accuracy", ">", 0.9)] },
      { kind: "not", of: { kind: "in", name: "state", values: ["failed", "interrupted"] } },
    ] });
    expect(read("not seed = 1 and seed = 2")).toEqual({ kind: "and", parts: [{ kind: "not", of: compare("seed", "=", 1) }, compare("seed", "=", 2)] });
    expect(read("(seed = 1 or seed = 2) and seed = 3")).toEqual({ kind: "and", parts: [{ kind: "or", parts: [compare("seed", "=", 1), compare("seed", "=", 2)] }, compare("seed", "=", 3)] });
  });

  it.each<[string, Query | null]>([
    ["", null], [" \n ", null], ["seed=1", compare("seed", "=", 1)], ["SEED = 1".toLowerCase(), compare("seed", "=", 1)], ["optimizer.kind = null", compare("optimizer.kind", "=", null)],
    ["optimizer.kind = 'null'", compare("optimizer.kind", "=", "null")], ["optimizer.learningRate <= 1e-3", compare("optimizer.learningRate", "<=", 0.001)], ["seed = -.5", compare("seed", "=", -0.5)],
    ["validation/loss = -Infinity", compare("validation/loss", "=", -Infinity)], ["validation/loss = NaN", compare("validation/loss", "=", "NaN")], ["name = 7", compare("name", "=", "7")], ["name ~ 7", compare("name", "~", "7")],
    ["name ~ *digits?", compare("name", "~", "*digits?")], ['"validation/my metric" > 1', compare("validation/my metric", ">", 1)], ['name = "a \\"b\\" \\\\ c"', compare("name", "=", 'a "b" \\ c')],
    ["name = “两个 词”", compare("name", "=", "两个 词")], ["state in（failed，stopped）", { kind: "in", name: "state", values: ["failed", "stopped"] }], ["seed ＞ 3", compare("seed", ">", 3)],
    ["created >= 2026-10-01T12:30", compare("created", ">=", "2026-10-01T12:30")], ["seed = 1 AND NOT seed = 2", { kind: "and", parts: [compare("seed", "=", 1), { kind: "not", of: compare("seed", "=", 2) }] }],
    ["((seed = 1))", compare("seed", "=", 1)], ["id in (null, r-1)", { kind: "in", name: "id", values: [null, "r-1"] }],
  ])("%j", (text, query) => { expect(read(text)).toEqual(query); });

  it("printed, every query is read back as it was", () => {
    fc.assert(fc.property(arbitraryQuery, (query) => { expect(read(printQuery(query))).toEqual(query); }), { numRuns: 1000 });
  });

  it("a bare word is the text it shows", () => {
    fc.assert(fc.property(bareWord, (word) => { expect(read(`optimizer.kind = ${word}`)).toEqual(compare("optimizer.kind", "=", word)); }));
  });

  it("never fails in another way than by a fault inside the text, whatever is typed", () => {
    const piece = fc.oneof(fc.constantFrom("(", ")", ",", "=", "!=", "~", "and", "or", "not", "in", "null", "seed", '"', "'", "\\", "1", " ", "state", "x/y", "created", "constructor", "__proto__", "，"), fc.string({ maxLength: 5, unit: "binary" }));
    fc.assert(fc.property(fc.array(piece, { maxLength: 40 }), fc.constantFrom("", " "), (pieces, between) => {
      const text = pieces.join(between);
      const { fault } = parseQuery(text);
      if (fault !== null) expect([fault.from >= 0, fault.from <= fault.to, fault.to <= text.length, fault.message.length > 10]).toEqual([true, true, true, true]);
    }), { numRuns: 2000 });
  });

  it("every character stands in a token or is white space, in order", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
      let at = 0;
      for (const { from, to } of tokensOf(text)) {
        expect(text.slice(at, from).trim()).toBe("");
        expect(to >= from).toBe(true);
        at = to;
      }
      expect(at).toBe(text.length);
    }));
  });
});

describe("refusing", () => {
  it.each<[string, string, number, RegExp]>([
    ["optimzer.kind = adam", "unknownName", 0, /did you mean optimizer\?/], ["constructor = 1", "unknownName", 0, /"constructor" is no fact/], ["__proto__ = 1", "unknownName", 0, /no fact/], ["layers..units = 1", "unknownName", 0, /empty part/],
    ["seed == 1", "operatorExpected", 5, /got ==/], ["seed", "operatorExpected", 4, /got the end/], ["seed 1", "operatorExpected", 5, /expected after "seed"/], ["seed =", "valueExpected", 6, /a value is expected after =; got the end/],
    ["seed = and", "valueExpected", 7, /in quotes/], ["= 1", "nameExpected", 0, /a name such as state/], ["3 = 3", "nameExpected", 0, /got "3"/], ["seed = 1 seed = 2", "connectiveExpected", 9, /and, or, or the end/],
    ["seed = 1 && seed = 2", "connectiveExpected", 9, /got &&/], ["(seed = 1", "openBracket", 0, /never closed/], ["seed = 1)", "connectiveExpected", 8, /got \)/], ["seed in 1", "listExpected", 8, /\(adam, sgd\)/],
    ["seed in (1 2)", "commaExpected", 11, /a comma or \)/], ["seed in ()", "valueExpected", 9, /got \)/], ["seed in (1", "openBracket", 8, /never closed/], ['name = "x', "openQuote", 7, /never closed/],
    ["seed = many", "numberExpected", 7, /compared with a number; got "many"/], ["created > 3", "dateExpected", 10, /2026-10-01/], ["created > 2026-02-30", "dateExpected", 10, /got "2026-02-30"/], ["state = finishd", "stateExpected", 8, /one of queued/],
    ["seed < null", "notOrdered", 7, /by = or != only/], ["seed ~ 1", "notText", 0, /is a number/], ["time ~ 1", "notText", 0, /is a number/], ["created ~ 2026", "notText", 0, /a moment/], ["not", "nameExpected", 3, /got the end/],
    [`"a\\"b" = 1`, "unknownName", 0, /holds no quotes/],
  ])("%j: %s at %i", (text, code, from, message) => {
    const fault = faultOf(text);
    expect([fault.code, fault.from]).toEqual([code, from]);
    expect(fault.message).toMatch(message);
  });

  it.each([
    ["optimzer.kind = adam", "optimizer.kind = adam"], ["seed == 1", "seed = 1"], ["seed <> 1", "seed != 1"], ["name is x", "name = x"], ["name like x", "name ~ x"], ["seed = 1 && seed = 2", "seed = 1 and seed = 2"],
    ["seed = 1 || seed = 2", "seed = 1 or seed = 2"], ["seed = 1, seed = 2", "seed = 1 and seed = 2"], ["! seed = 1", "not seed = 1"], ["state = finishd", "state = finished"], ["name = or", 'name = "or"'], ["layers..units = 1", "layers.units = 1"],
  ])("%j has the cure %j, and that can be read", (text, wanted) => {
    expect(cured(text)).toBe(wanted);
    expect(parseQuery(wanted).fault).toBeNull();
  });

  it.each([
    ["tooLong", `name = ${"x".repeat(queryLimits.letters)}`, queryLimits.letters], ["tooDeep", `${"(".repeat(33)}seed = 1${")".repeat(33)}`, 32], ["tooDeep", `${"not ".repeat(33)}seed = 1`, 128],
    ["tooMany", Array.from({ length: 41 }, () => "seed = 1").join(" or "), 480], ["tooManyNames", Object.keys(facts).slice(0, 7).map((name) => `${name} = null`).join(" and "), 104],
    ["tooManyValues", `seed in (${Array.from({ length: 201 }, () => "1").join(",")})`, 409], ["patternTooLong", `name ~ ${"x".repeat(101)}`, 7], ["tooMany", `created in (${Array.from({ length: 41 }, () => "2026-01-01").join(",")})`, 452],
  ])("what would cost too much: %s", (code, text, from) => { expect(faultOf(text)).toMatchObject({ code, from }); });

  it("one less than each limit is read", () => {
    for (const text of [`name = ${"x".repeat(queryLimits.letters - 7)}`, `${"(".repeat(32)}seed = 1${")".repeat(32)}`, Array.from({ length: 40 }, () => "seed = 1").join(" or "), `seed in (${Array.from({ length: 200 }, () => "1").join(",")})`]) expect(parseQuery(text).fault).toBeNull();
  });

  it("a fault is told as a problem with line, column and the whole text mended", () => {
    expect(() => queryFrom("seed = 1\n  and optimzer = adam")).toThrow(/^where cannot be read: "optimzer" is no fact .* did you mean optimizer\? \(line 2, column 7\)$/);
    try { queryFrom("seed = 1\n  and optimzer = adam"); } catch (error) { expect((error as { problems: unknown[] }).problems).toMatchObject([{ path: "where", code: "badSyntax", at: { line: 2, column: 7 }, cure: "seed = 1\n  and optimizer = adam" }]); }
  });
});

describe("names", () => {
  it.each([
    ["state", { kind: "fact", fact: "state" }], ["seed", { kind: "fact", fact: "seed" }], ["data", { kind: "fact", fact: "data" }], ["data.name", { kind: "spec", path: ["data", "name"] }], ["layers.0.units", { kind: "spec", path: ["layers", "0", "units"] }],
    ["validation/accuracy", { kind: "metric", metric: "validation/accuracy" }], ["hasOwnProperty", { kind: "fault" }], ["x".repeat(201), { kind: "fault" }], ["", { kind: "fault" }],
  ])("%s", (name, wanted) => { expect(nameOf(name)).toMatchObject(wanted); });
});

describe("dates", () => {
  const local = (...parts: [number, number, ...number[]]): number => new Date(...parts).getTime();
  it.each([
    ["2026-10", local(2026, 9, 1), local(2026, 10, 1)], ["2026-12-31", local(2026, 11, 31), local(2027, 0, 1)], ["2026-10-01T12:30", local(2026, 9, 1, 12, 30), local(2026, 9, 1, 12, 31)],
    ["2026-10-01 12:30:05", local(2026, 9, 1, 12, 30, 5), local(2026, 9, 1, 12, 30, 6)],
  ])("%s is a stretch of time by this machine's clock", (text, fromMs, toMs) => { expect(momentOf(text)).toEqual({ fromMs, toMs }); });
  it.each(["2026", "2026-13", "2026-02-30", "2026-10-01T25:00", "2026-10-01T12", "yesterday", "2026-1-1"])("%s is none", (text) => { expect(momentOf(text)).toBeNull(); });
});

it("a place counts lines and columns from 1", () => { expect([placeIn("ab\ncd", 0), placeIn("ab\ncd", 4), placeIn("ab\ncd", 5)]).toEqual([{ line: 1, column: 1 }, { line: 2, column: 2 }, { line: 2, column: 3 }]); });
