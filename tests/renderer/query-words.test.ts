import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseQuery, printQuery } from "../../src-main/contract/query.ts";
import { tokensOf } from "../../src-main/contract/query-tokens.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { inkedPieces } from "../../src-renderer/parts/tables/query-pieces.ts";
import { wantedAt } from "../../src-renderer/state/query-completion.ts";
import { QueryWords } from "../../src-renderer/state/query-words.svelte.ts";
import { table as zh } from "../../src-renderer/words/table.zh.ts";
import { arbitraryQuery } from "../support/queries.ts";

describe("what could stand at the caret", () => {
  it.each([
    ["|", "name", "", ""], ["opt|", "name", "", "opt"], ["optimizer.kind |", "operator", "optimizer.kind", ""], ["optimizer.kind i|", "operator", "optimizer.kind", "i"], ["optimizer.kind =|", "value", "optimizer.kind", ""],
    ["optimizer.kind = ad|", "value", "optimizer.kind", "ad"], ["seed = 1 |", "connective", "seed", ""], ["seed = 1 a|", "connective", "seed", "a"], ["seed = 1 and |", "name", "seed", ""], ["not (|", "name", "", ""], ["(seed = 1) |", "connective", "seed", ""],
    ["state in (|", "value", "state", ""], ["state in (failed, st|", "value", "state", "st"], ["state in (failed |", "nothing", "state", ""], ["state in (failed) o|", "connective", "state", "o"], ["state in |", "nothing", "state", ""],
    ['"validation/my metric" |', "operator", "validation/my metric", ""], ['name = "two wo|', "value", "name", "two wo"], ["seed = = |", "nothing", "seed", ""], ["seed = 1 maybe |", "nothing", "seed", ""],
  ])("%s", (marked, kind, name, typed) => {
    const caret = marked.indexOf("|");
    expect(wantedAt(marked.replace("|", ""), caret)).toMatchObject({ kind, name, typed });
  });

  it("at every place of a right query knows where it is, and the stretch it would replace lies around the caret", () => {
    fc.assert(fc.property(arbitraryQuery.map(printQuery), (text) => {
      for (let caret = 0; caret <= text.length; caret++) {
        const { from, to } = wantedAt(text, caret);
        expect(from <= caret && caret <= to && to <= text.length).toBe(true);
      }
      expect(wantedAt(`${text} `, text.length + 1).kind).toBe("connective");
    }), { numRuns: 60 });
  });
});

describe("the list under the query", () => {
  function open(words: Readonly<Record<string, readonly (string | number)[]>>) {
    const asked: unknown[] = [];
    const workbench = { queryWords: (input: { name: string | null }) => { asked.push(input); return Promise.resolve(words[input.name ?? "names"] ?? []); } } as unknown as Workbench;
    const due: (() => void)[] = [];
    const list = new QueryWords(workbench, (run) => { due.push(run); return () => { due.splice(due.indexOf(run), 1); }; });
    const look = async (text: string, caret = text.length): Promise<void> => {
      list.look(text, caret);
      for (const run of due.splice(0)) run();
      await new Promise((done) => { setImmediate(done); });
    };
    return { list, look, asked };
  }

  it("offers names, signs, values ready to stand in the query, and connectives", async () => {
    const { list, look, asked } = open({ names: ["optimizer.kind"], "optimizer.kind": ["adam", 'odd "one"', 7, "and"] });
    await look("opt");
    expect(list.options).toEqual(["optimizer.kind"]);
    await look("seed ");
    expect(list.options).toEqual(["=", "!=", "<", "<=", ">", ">=", "in"]);
    await look("optimizer.kind = ");
    expect(list.options).toEqual(["adam", '"odd \\"one\\""', "7", '"and"']);
    await look("seed = 1 ");
    expect([list.options, asked.length]).toEqual([["and", "or"], 2]);
  });

  it("puts a choice in the place of the word the caret stands in", async () => {
    const { list, look } = open({ names: ["optimizer.kind"], state: ["failed"] });
    await look("opt = 1", 3);
    expect(list.take("opt = 1", 3, "optimizer.kind")).toEqual({ text: "optimizer.kind = 1", caret: 15 });
    expect(list.options).toEqual([]);
    await look("state in (fa");
    expect(list.take("state in (fa", 12, "failed")).toEqual({ text: "state in (failed", caret: 16 });
  });

  it("goes by the text as it is now, where the list is still the one of a moment ago", async () => {
    const { list, look } = open({ names: ["optimizer.kind"] });
    await look("opt");
    expect(list.take("optimizer.k", 11, "optimizer.kind")).toEqual({ text: "optimizer.kind ", caret: 15 });
  });

  it("goes round through none", async () => {
    const { list, look } = open({ names: ["a", "b"] });
    await look("");
    const seen = [1, 1, 1, -1].map((by) => { list.move(by as 1 | -1); return list.active; });
    expect(seen).toEqual([0, 1, -1, 1]);
  });

  it("is no list where only what stands there is offered, or where nothing can be had", async () => {
    const { list, look } = open({ names: ["seed"] });
    await look("seed");
    expect(list.options).toEqual([]);
    const broken = new QueryWords({ queryWords: () => Promise.reject(new Error("no")) } as unknown as Workbench, (run) => { run(); return () => undefined; });
    broken.look("x", 1);
    await new Promise((done) => { setImmediate(done); });
    expect(broken.options).toEqual([]);
  });
});

describe("the ink of a query", () => {
  it("is the text, letter by letter", () => {
    fc.assert(fc.property(arbitraryQuery.map(printQuery), (text) => { expect(inkedPieces(text, tokensOf(text), null).map((piece) => piece.text).join("")).toBe(text); }));
  });
  it("tells names, signs and values apart and marks the fault", () => {
    const text = "optimizer.kind = adam and (sed in (1, 2))";
    const pieces = inkedPieces(text, tokensOf(text), parseQuery(text).fault).filter(({ ink }) => ink !== "space");
    expect(pieces.map(({ text: word, ink, isFault }) => `${word}:${ink}${isFault ? "!" : ""}`)).toEqual(["optimizer.kind:name", "=:grammar", "adam:value", "and:grammar", "(:grammar", "sed:name!", "in:grammar", "(:grammar", "1:value", ",:grammar", "2:value", "):grammar", "):grammar"]);
  });
  it("marks a blank where the end is wrong", () => { expect(inkedPieces("seed", tokensOf("seed"), parseQuery("seed").fault).at(-1)).toEqual({ text: "\u00a0", ink: "space", isFault: true }); });
});

it("every fault has a Chinese sentence", () => {
  for (const text of ["x", "seed", "seed =", "seed = 1 2", "(seed = 1", 'name = "', "seed in 1", "seed in (1 2)", "seed = a", "created = a", "state = a", "seed < null", "seed ~ 1", "optimzer = 1", "x".repeat(2001)]) {
    const said = zh.fault(parseQuery(text).fault!);
    expect(said).toMatch(/^[^a-z]*[\p{Script=Han}]|^[\s\S]*\p{Script=Han}[\s\S]*[。？]$/u);
    expect(said).not.toMatch(/undefined|the end/);
  }
});
