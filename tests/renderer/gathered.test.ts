/** The same problem in many lines of a file, told once. */

import { expect, it } from "vitest";
import type { Problem } from "../../src-main/contract/checks.ts";
import { gathered, placeWords } from "../../src-renderer/parts/forms/gathered.ts";
import { en } from "../../src-renderer/words/en.ts";
import { zh } from "../../src-renderer/words/zh.ts";

const found = (message: string, line?: number, column?: number, file = "a.csv"): Problem => ({ path: "data.file", code: "mismatch", message, details: {}, at: { path: "data.file", file, ...(line === undefined ? {} : { line }), ...(column === undefined ? {} : { column }) } });
const told = (problems: readonly Problem[], words = en.editor) => gathered(problems).map((one) => [one.problem.message, placeWords(one, words)]);

it("keeps what differs in sentence, column or file apart, in the order of the first", () => {
  expect(told([found("NA", 2, 3), found("text", 4, 1), found("NA", 6, 3), found("NA", 6, 4), found("NA", 7, 3, "b.csv"), found("no rows")])).toEqual([
    ["NA", "lines 2, 6, column 3"], ["text", "line 4, column 1"], ["NA", "line 6, column 4"], ["NA", "line 7, column 3"], ["no rows", ""],
  ]);
});

it("names five lines and counts the rest, in either language", () => {
  const many = Array.from({ length: 1205 }, (_, i) => found("NA", i + 998));
  expect(told(many)).toEqual([["NA", "lines 998, 999, 1,000, 1,001, 1,002 and 1,200 more"]]);
  expect(told(many.slice(0, 5), zh.editor)).toEqual([["NA", "第 998、999、1,000、1,001、1,002 行"]]);
  expect(told(many.slice(0, 7), zh.editor)[0]![1]).toBe("第 998、999、1,000、1,001、1,002 行等，另有 2 行");
});
