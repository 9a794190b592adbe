/** The query as conditions: every change is a tree that prints as text and reads as itself. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseQuery, printQuery } from "../../src-main/contract/query.ts";
import type { Query } from "../../src-main/contract/query.ts";
import { added, joinedBy, literalOf, literalsOf, negated, tidy, withSign } from "../../src-renderer/state/query-edit.ts";
import { arbitraryQuery } from "../support/queries.ts";

const read = (text: string): Query => parseQuery(text).query!;
const print = (query: Query | null): string => (query === null ? "" : printQuery(query));

describe("a query as conditions", () => {
  it("grows by a condition beside what is there, joined by either word", () => {
    expect(print(added(null, "and"))).toBe("state = finished");
    expect(print(added(read("seed = 1"), "or"))).toBe("seed = 1 or state = finished");
    expect(print(added(read("seed = 1 and epochs > 3"), "and"))).toBe("seed = 1 and epochs > 3 and state = finished");
    expect(print(added(read("seed = 1 or epochs > 3"), "and"))).toBe("(seed = 1 or epochs > 3) and state = finished");
  });
  it("is joined by the other word, and turned round and back", () => {
    expect(print(joinedBy(read("seed = 1 and epochs > 3"), "or"))).toBe("seed = 1 or epochs > 3");
    expect(print(negated(read("seed = 1 or epochs > 3")))).toBe("not (seed = 1 or epochs > 3)");
    expect(print(negated(negated(read("seed = 1"))))).toBe("seed = 1");
  });
  it("loses groups that hold one part or none", () => {
    expect(print(tidy({ kind: "and", parts: [read("seed = 1"), { kind: "or", parts: [read("seed = 2")] }, { kind: "and", parts: [] }] }))).toBe("seed = 1 and seed = 2");
    expect(tidy({ kind: "or", parts: [{ kind: "and", parts: [] }] })).toBeNull();
    expect(print(tidy({ kind: "not", of: { kind: "not", of: read("seed = 1") } }))).toBe("seed = 1");
  });
  it("takes a written value for a number only where the name may have numbers", () => {
    expect([literalOf("5", "seed"), literalOf("5", "name"), literalOf("1e-3", "optimizer.learningRate"), literalOf("adam", "optimizer.kind"), literalOf("NULL", "seed"), literalOf("2026", "started")]).toEqual([5, "5", 0.001, "adam", null, "2026"]);
    expect(literalsOf(" adam, sgd ,, 3", "optimizer.kind")).toEqual(["adam", "sgd", 3]);
  });
  it("keeps the value when its sign changes, to a list and back", () => {
    const list = withSign({ kind: "compare", name: "seed", operator: "=", value: 3 }, "in");
    expect(print(list)).toBe("seed in (3)");
    expect(print(withSign(list, "<"))).toBe("seed < 3");
  });
  it("tidied prints and reads as itself, whatever the tree", () => {
    fc.assert(fc.property(arbitraryQuery, (query) => {
      const whole = tidy(query)!;
      expect(parseQuery(print(whole)).query).toEqual(whole);
    }));
  });
});
