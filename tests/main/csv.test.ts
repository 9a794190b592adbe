import fc from "fast-check";
import { parse } from "csv-parse/sync";
import { describe, expect, it } from "vitest";
import { csvText, tabText } from "../../src-main/contract/csv.ts";
import type { CsvCell } from "../../src-main/contract/csv.ts";

describe("a table as CSV", () => {
  it.each<[CsvCell, string]>([
    ["=1+1", "'=1+1"], ["+1", "'+1"], ["-1", "'-1"], ["@SUM(A1)", "'@SUM(A1)"], ["\t=1", "'\t=1"], ["\r=1", "\"'\r=1\""], ["＝1", "'＝1"], ["=HYPERLINK(\"http://x\",\"y\")", "\"'=HYPERLINK(\"\"http://x\"\",\"\"y\"\")\""],
    [-1.5, "-1.5"], [1e-7, "1e-7"], [0.1 + 0.2, "0.30000000000000004"], [NaN, "NaN"], [-Infinity, "-Infinity"], [null, ""], ["", ""], ["a,b", '"a,b"'], ['say "x"', '"say ""x"""'], ["a\nb", '"a\nb"'], ["a-b", "a-b"], ["1 = 1", "1 = 1"],
  ])("%j is written %j", (cell, text) => { expect(csvText([[cell]])).toBe(`${text}\r\n`); });

  it("is read back by another reader, cell by cell; only what a spreadsheet would run has its apostrophe", () => {
    const cell = fc.oneof(fc.string({ unit: "binary" }), fc.constantFrom("=cmd|' /C calc'!A0", "-2+3", "a\r\nb", '"', ",", " "));
    fc.assert(fc.property(fc.array(fc.tuple(fc.constant("row"), cell, fc.double({ noNaN: true })), { minLength: 1 }), (rows) => {
      const found = parse(csvText(rows), { record_delimiter: "\r\n" });
      expect(found).toEqual(rows.map(([head, text, number]) => [head, /^[=+\-@\t\r\n＝＋－＠]/.test(text) ? `'${text}` : text, String(number)]));
    }));
  });
});

it("for the clipboard a cell keeps to its place, and no cell is a formula", () => { expect(tabText([["a\tb\nc", 1], ["=x", null]])).toBe("a b c\t1\n'=x\t"); });
