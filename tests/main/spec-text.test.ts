/** Specs as text: JSON and YAML give the same data, faults are told with their line, and nothing hostile gets past the reader. */

import { describe, expect, it } from "vitest";
import { sentence } from "../../src-engine/spec/errors.ts";
import { readSpecText } from "../../src-main/contract/spec-text.ts";

const yaml = `# a comment
version: 1
name: spirals
data: { kind: spirals, noise: 0.15 }
layers:
  - kind: dense
    units: 64
  - { kind: relu }
  -
    kind: dense
    units: 3
train:
  epochs: 60
  openTest: false
`;
const json = `{
\t"version": 1, "name": "spirals",
\t"data": { "kind": "spirals", "noise": 1.5e-1 },
\t"layers": [ { "kind": "dense", "units": 64 }, { "kind": "relu" }, { "kind": "dense", "units": 3 } ],
\t"train": { "epochs": 60, "openTest": false }
}
`;
const value = { version: 1, name: "spirals", data: { kind: "spirals", noise: 0.15 }, layers: [{ kind: "dense", units: 64 }, { kind: "relu" }, { kind: "dense", units: 3 }], train: { epochs: 60, openTest: false } };

describe("what is read", () => {
  it.each([["YAML", yaml], ["JSON, indented with tabs", json], ["JSON on one line", JSON.stringify(value)], ["text after a byte order mark", `\uFEFF${json}`], ["lines that end as on Windows", yaml.replaceAll("\n", "\r\n")]])("%s", (_, text) => {
    const read = readSpecText(text);
    expect(read.problems).toEqual([]);
    expect(read.value).toEqual(value);
  });

  it("every JSON text means in it what it means to JSON.parse", () => {
    const odd = JSON.stringify({ text: "a\"b\\c\u2028\u{1f600}\u0001", list: [[], {}, null, true, -0.5, 1e-7, 1e21, "yes", "0x10", "null", "~"], "key with: colon": "- dash", "": "empty" });
    expect(readSpecText(odd).value).toEqual(JSON.parse(odd));
  });

  it("plain words are text, and only the core schema's forms are numbers, flags and null", () => {
    const read = readSpecText("a: yes\nb: 1_000\nc: 012\nd: 0x1F\ne: 1e-3\nf: .nan\ng: ~\nh: 12:30\ni: 2026-01-01\nj: true\nk: ${HOME}\nl: <<");
    expect(read.value).toEqual({ a: "yes", b: "1_000", c: 12, d: 31, e: 0.001, f: NaN, g: null, h: "12:30", i: "2026-01-01", j: true, k: "${HOME}", l: "<<" });
  });

  it("a merge key is a key like any other", () => {
    expect(readSpecText("<<: { a: 1 }\nb: 2").value).toEqual({ "<<": { a: 1 }, b: 2 });
  });
});

describe("where things stand", () => {
  const places: [string, string, string][] = [
    ["train.epochs", "epochs: 60", "\"epochs\": 60"], ["layers.0.units", "units: 64", "\"units\": 64"], ["layers.2.units", "units: 3", "\"units\": 3"], ["layers", "layers", "\"layers\""],
    ["data.noise", "noise: 0.15", "\"noise\": 1.5e-1"], ["layers.1", "{ kind: relu }", "{ \"kind\": \"relu\" }"], ["train.batchSize", "train", "\"train\""], ["layers.0.init.kind", "kind: dense", "{ \"kind\": \"dense\", \"units\": 64 }"],
  ];
  it.each(places)("%s", (path, inYaml, inJson) => {
    for (const [text, expected] of [[yaml, inYaml], [json, inJson]] as const) {
      const place = readSpecText(text).placeOf(path)!;
      expect(text.slice(place.from, place.to)).toBe(expected);
      const before = text.slice(0, place.from).split("\n");
      expect([place.line, place.column]).toEqual([before.length, before.at(-1)!.length + 1]);
    }
  });

  it("the whole spec is its first line, and an unread text has no places", () => {
    expect(readSpecText(json).placeOf("")).toEqual({ line: 1, column: 1, from: 0, to: 1 });
    expect(readSpecText("a".repeat(2 * 1024 * 1024)).placeOf("a")).toBeNull();
  });
});

describe("what is refused, with its line and column", () => {
  const nested = (n: number) => `a: ${"[".repeat(n)}${"]".repeat(n)}`;
  it.each<[string, string, number, number, RegExp]>([
    ["an unclosed list", "a: 1\nb: [1, 2\n", 3, 1, /cannot be read/],
    ["a key twice", "a: 1\nb: 2\na: 3", 3, 1, /^a is written twice/],
    ["a key twice, deep, in JSON", '{ "a": {\n "b": 1,\n "b": 1 } }', 3, 2, /^a\.b is written twice/],
    ["the same key as number and as text", "1: a\n\"1\": b", 2, 1, /^1 is written twice/],
    ["an anchor", "a: &x 1\nb: 2", 1, 7, /^a may not have an anchor/],
    ["an alias", "a: 1\nb: *x", 2, 4, /alias/],
    ["an alias bomb", "a: &a [x,x]\nb: &b [*a,*a]\nc: &c [*b,*b]", 1, 7, /anchor/],
    ["a tag of YAML", "a: !!binary aGk=", 1, 13, /^a may not have a tag \(tag:yaml.org,2002:binary\)/],
    ["a tag of somebody", "a: !!js/function 'x'", 1, 18, /^a may not have a tag/],
    ["an anchor on a key", "&x a: 1", 1, 4, /must have plain text as its keys/],
    ["a list as a key", "? [a]\n: 1", 1, 3, /must have plain text as its keys/],
    ["a directive", "%YAML 1.1\n---\na: yes", 1, 1, /directive/],
    ["two documents", "a: 1\n---\nb: 2", 2, 1, /cannot be read/],
    ["__proto__", '{\n"__proto__": { "polluted": 1 } }', 2, 1, /__proto__ is not a key/],
    ["nothing", "", 1, 1, /the spec is empty/],
    ["a comment alone", "# nothing\n", 1, 1, /the spec is empty/],
    ["65 levels", nested(65), 1, 3 + 65, /may not nest deeper than 64 levels/],
    ["20 000 brackets", nested(20_000), 1, 516, /may not nest deeper than 64 levels/],
    ["5 000 dashes", "- ".repeat(5000), 1, 1, /may not nest deeper than 64 levels/],
    ["a zero byte", "a: 1\nb: \0", 2, 4, /control character U\+0000/],
    ["60 000 lines", "- 1\n".repeat(60_000), 20_001, 4, /at most 20000 lines and entries/],
  ])("%s", (_, text, line, column, message) => {
    const { problems, value: got } = readSpecText(text, "a.yaml");
    expect(got).toBeUndefined();
    expect(problems[0]).toMatchObject({ code: "badSyntax", at: { file: "a.yaml", line, column } });
    expect(sentence(problems[0]!)).toMatch(message);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  it("64 levels are read", () => { expect(readSpecText(nested(63)).problems).toEqual([]); });

  it("more than 1 MB, saying how much it is", () => {
    expect(sentence(readSpecText(`a: "${"x".repeat(1.5 * 1024 * 1024)}"`).problems[0]!)).toBe("the spec must be at most 1 MB of text; got 1.5 MB");
  });

  it("at most 20 problems of a text full of them", () => {
    expect(readSpecText(Array.from({ length: 100 }, (_, i) => `k${i}: &a${i} 1`).join("\n")).problems).toHaveLength(20);
  });

  it.each([
    ["19 000 keys", Array.from({ length: 19_000 }, (_, i) => `k${i}: 1`).join("\n")], ["a list of lists", `[${"[],".repeat(19_000)}]`], ["1 000 steps of indentation", Array.from({ length: 1000 }, (_, i) => `${" ".repeat(i)}a:`).join("\n")],
  ])("%s within the limits are answered within two seconds of computing", (_, text) => {
    // Time of this process alone: how busy the machine is otherwise is no matter of the reader's.
    const before = process.cpuUsage();
    readSpecText(text);
    const { user, system } = process.cpuUsage(before);
    expect((user + system) / 1000).toBeLessThan(2000);
  });
});
