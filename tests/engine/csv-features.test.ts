import { describe, expect, it } from "vitest";
import { checkFeatures, readFeatures, SpecError } from "../../src-engine/index.ts";

const read = (text: string, features = ["a", "b"], mostRows = 100) => readFeatures(new TextEncoder().encode(text), { name: "new.csv", features, mostRows });

function problemsOf(act: () => unknown) {
  try { act(); } catch (error) { if (error instanceof SpecError) return error.problems; }
  throw new Error("nothing was refused");
}

describe("new rows from a CSV file", () => {
  it("are found by the names of their columns, in any order; what is no feature is left aside", () => {
    expect(read("label;b;note;a\nx;2;hello;1\ny;4;;3\n")).toEqual({ rows: 2, x: Float64Array.of(1, 2, 3, 4), ignored: ["label", "note"] });
  });

  it("may have a single column where there is one feature", () => { expect(read("a\n1\n2\n", ["a"]).x).toEqual(Float64Array.of(1, 2)); });

  it.each([
    ["a missing feature", "a,c\n1,2\n", 1, undefined, /no column "b" in its header.*it has a, c/],
    ["text where a number is needed", "a,b\n1,2\n3,x\n", 3, 2, /has "x" in column "b"/],
    ["an empty cell", "a,b\n1,\n3,4\n", 2, 2, /empty cell in column "b"/],
    ["hexadecimal", "a,b\n1,2\n0x1F,4\n", 3, 1, /decimal number/],
    ["a row too short", "a,b\n1\n3,4\n", 2, undefined, /has 1 cell in a row/],
    ["a name that stands twice", "a,b,a\n1,2,3\n", 1, 3, /names two columns "a"/],
    ["no rows", "a,b\n", 1, undefined, /no rows/],
    ["more rows than are allowed", "a,b\n1,2\n3,4\n5,6\n", 4, undefined, /more than 2 rows/],
  ])("refuse %s, with its line and column", (_, text, line, column, message) => {
    const [first] = problemsOf(() => read(text, ["a", "b"], 2));
    expect(first!.message).toMatch(message);
    expect(first!.at).toMatchObject({ line, ...(column === undefined ? {} : { column }) });
  });

  it("given as numbers must be whole rows of finite numbers", () => {
    expect(problemsOf(() => { checkFeatures(Float64Array.of(1, 2, 3), 2, ["a", "b"]); })[0]!.message).toMatch(/must have 2 numbers each/);
    expect(problemsOf(() => { checkFeatures(Float64Array.of(1, 2, 3, NaN), 2, ["a", "b"]); })[0]).toMatchObject({ path: "rows.1", message: 'must have a finite number for "b"; got NaN' });
  });
});
