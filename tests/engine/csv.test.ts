/** CSV files as they come: what is read, what is refused, and that each refusal names line, column, value and cure. */

import { parse } from "csv-parse/sync";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readCsv, surveyCsv } from "../../src-engine/data/csv.ts";
import { eachRow } from "../../src-engine/data/csv-rows.ts";
import type { CsvOptions } from "../../src-engine/data/csv.ts";
import { isMissing, numberOf } from "../../src-engine/data/numeral.ts";
import { SpecError, sentence } from "../../src-engine/spec/errors.ts";
import type { Problem } from "../../src-engine/spec/errors.ts";

type Source = string | readonly number[];
const bytesOf = (source: Source) => typeof source === "string" ? new TextEncoder().encode(source) : Uint8Array.from(source);
const read = (source: Source, options: Partial<CsvOptions> = {}) => readCsv(bytesOf(source), { name: "f.csv", target: "", task: "auto", image: null, ...options });

function problems(source: Source, options: Partial<CsvOptions> = {}): readonly Problem[] {
  try { read(source, options); } catch (error) { if (error instanceof SpecError) return error.problems; throw error; }
  throw new Error("nothing was refused");
}
const sentences = (source: Source, options: Partial<CsvOptions> = {}) => problems(source, options).map(sentence);

describe("what is read", () => {
  it("features row by row, the last column as the target", () => {
    const dataset = read("a,b,y\n1,-2.5,u\n3e2,.5,v\n+4,5.,u\n");
    expect(dataset).toEqual({
      name: "f.csv", rows: 3, shape: [2], featureNames: ["a", "b"], targetName: "y", task: "classes", classes: ["u", "v"],
      x: Float64Array.of(1, -2.5, 300, 0.5, 4, 5), y: Float64Array.of(0, 1, 0),
    });
  });

  it("another column as the target", () => {
    const dataset = read("y,a\nu,1\nv,2\n", { target: "y" });
    expect([dataset.featureNames, dataset.targetName, [...dataset.x], [...dataset.y]]).toEqual([["a"], "y", [1, 2], [0, 1]]);
  });

  const same = read("a,y\n1,0\n2,1\n");
  it.each<[string, string]>([
    ["a byte order mark", "\uFEFFa,y\n1,0\n2,1\n"],
    ["CRLF", "a,y\r\n1,0\r\n2,1\r\n"],
    ["CR", "a,y\r1,0\r2,1\r"],
    ["mixed line ends", "a,y\r\n1,0\n2,1\r"],
    ["no line end at the end", "a,y\n1,0\n2,1"],
    ["empty lines", "\n\na,y\n\n1,0\n\n\n2,1\n\n"],
    ["semicolons", "a;y\n1;0\n2;1\n"],
    ["tabs", "a\ty\n1\t0\n2\t1\n"],
    ["quotes", '"a","y"\n"1","0"\n2,"1"\n'],
    ["spaces around cells", " a , y \n 1 , 0 \n 2 , 1 \n"],
  ])("the same rows with %s", (_, source) => { expect(read(source)).toEqual(same); });

  it("the delimiter from the header outside its quotes", () => {
    expect(read('"a;b;c",y\n1,0\n2,1\n').featureNames).toEqual(["a;b;c"]);
  });

  it("a name with quotes and a line break inside", () => {
    expect(read('"say ""a""\nb",y\n1,0\n2,1\n').featureNames).toEqual(['say "a"\nb']);
  });

  it("an image shape whose product is the number of features", () => {
    expect(read("a,b,c,d,y\n1,2,3,4,0\n5,6,7,8,1\n", { image: [2, 2, 1] }).shape).toEqual([2, 2, 1]);
  });

  it("any table of finite numbers it wrote itself", () => {
    const cell = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(fc.property(fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 }), fc.constantFrom(",", ";", "\t"), fc.constantFrom("\n", "\r\n"), (rows, delimiter, end) => {
      const dataset = read([["a", "y"], ...rows].map((row) => row.map((v) => Object.is(v, -0) ? "-0" : String(v)).join(delimiter)).join(end), { task: "number" });
      expect([...dataset.x]).toEqual(rows.map(([a]) => a));
      expect([...dataset.y]).toEqual(rows.map(([, y]) => y));
    }));
  });

  it("a header called __proto__ like any other", () => {
    expect(read("__proto__,constructor\n1,0\n2,1\n").featureNames).toEqual(["__proto__"]);
  });
});

describe("the target", () => {
  it.each<[string, string, CsvOptions["task"], string[] | null, number[]]>([
    ["text is classes, by code point", "z,B,a,é,B", "auto", ["B", "a", "z", "é"], [2, 0, 1, 3, 0]],
    ["code points beyond 16 bits come last", "\u{1D499},\uFB01", "auto", ["\uFB01", "\u{1D499}"], [1, 0]],
    ["whole numbers are classes, by value and not as text", "10,9,-1,10", "auto", ["-1", "9", "10"], [2, 1, 0, 2]],
    ["1, 1.0 and 01 are one class, as are 0 and -0", "1,1.0,01,0,-0", "auto", ["0", "1"], [1, 1, 1, 0, 0]],
    ["20 different whole numbers are classes", list(20), "auto", list(20).split(","), Array.from({ length: 20 }, (_, i) => i)],
    ["21 different whole numbers are a number", list(21), "auto", null, Array.from({ length: 21 }, (_, i) => i)],
    ["one fraction makes a number", "1,2,2.5", "auto", null, [1, 2, 2.5]],
    ["whole numbers are a number where that is asked", "1,0,1", "number", null, [1, 0, 1]],
    ["fractions are classes where that is asked", "1.5,0.5,1.50", "classes", ["0.5", "1.5"], [1, 0, 1]],
    ["text among few whole numbers is classes", "1,2,2a", "auto", ["1", "2", "2a"], [0, 1, 2]],
  ])("%s", (_, cells, task, classes, y) => {
    const dataset = read(`a,y\n${cells.split(",").map((cell) => `1,${cell}`).join("\n")}\n`, { task });
    expect([dataset.task, dataset.classes, [...dataset.y]]).toEqual([classes === null ? "number" : "classes", classes, y]);
  });

  it("takes names for integer labels", () => {
    const dataset = read("a,y\n1,2\n2,0\n", { task: "classes", classes: ["red", "green", "blue"] });
    expect([dataset.classes, [...dataset.y]]).toEqual([["red", "green", "blue"], [2, 0]]);
  });

  it.each<[string, string, Partial<CsvOptions>, string]>([
    ["one class", "a,y\n1,u\n2,u\n", {}, 'data.target must have at least two classes; column "y" holds only "u"'],
    ["more than 1000 classes", `a,y\n${Array.from({ length: 1001 }, (_, i) => `1,n${i}`).join("\n")}`, {}, 'data.target must have at most 1000 classes; column "y" holds 1001 different values; if it is a number to predict, set task to number'],
    ["a text among fractions", "a,y\n1,2.5\n3,abc\n", {}, 'data.target has "abc" in the target column "y", where a decimal number such as 1.5 or -2e3 is needed (line 3, column 2)'],
    ["an empty cell", "a,y\n1,0\n2,\n3,1\n", {}, 'data.target has an empty cell in the target column "y"; fill it in or remove the row (line 3, column 2)'],
    ["a label without a name", "a,y\n1,0\n2,3\n", { task: "classes", classes: ["p", "q"] }, 'data.target has "3" in the target column "y", where a label in 0…1 is needed (line 3, column 2)'],
    ["a column that is not there", "a,y\n1,0\n", { target: "z" }, 'data.target must be a column of f.csv; got "z"; known: a, y'],
  ])("%s is refused", (_, source, options, expected) => {
    expect(sentences(source, options)).toEqual([expected]);
    expect(problems(source, options)[0]!.code).toBe("badTarget");
  });

  it("1000 classes are accepted", () => {
    expect(read(`a,y\n${Array.from({ length: 1000 }, (_, i) => `1,n${i}`).join("\n")}`).classes).toHaveLength(1000);
  });
});

describe("cells", () => {
  it.each<[string, string]>([
    ["abc", 'has "abc" in column "a", where a decimal number such as 1.5 or -2e3 is needed'],
    ["0x1F", 'has "0x1F" in column "a", where a decimal number such as 1.5 or -2e3 is needed'],
    ["1_000", 'has "1_000" in column "a", where a decimal number such as 1.5 or -2e3 is needed'],
    ["", 'has an empty cell in column "a", a missing value where a number such as 1.5 is needed; fill it in or remove the row'],
    ["  ", 'has an empty cell in column "a", a missing value where a number such as 1.5 is needed; fill it in or remove the row'],
    ["NaN", 'has "NaN" in column "a", a missing value where a number such as 1.5 is needed; fill it in or remove the row'],
    ["N/A", 'has "N/A" in column "a", a missing value where a number such as 1.5 is needed; fill it in or remove the row'],
    ["-Infinity", 'has "-Infinity" in column "a", where a finite number is needed, at most 1.8e308 in size'],
    ["1e999", 'has "1e999" in column "a", where a finite number is needed, at most 1.8e308 in size'],
    ["1,5", 'has "1,5" in column "a", where a number is needed; its decimal mark must be a point, as in 1.5'],
  ])("%j is no number", (cell, message) => {
    const [problem, ...rest] = problems(`a;y\n1;0\n${cell};1\n`);
    expect(rest).toEqual([]);
    expect(problem).toMatchObject({ path: "data.file", code: "badData", message, at: { file: "f.csv", path: "data.file", line: 3, column: 1 } });
  });

  it("a column without any number is one problem", () => {
    expect(sentences("id,a,y\nx1,1,0\nx2,2,1\nx3,3,1\n")).toEqual(['data.file has no number in column "id", first "x1"; a feature must hold numbers: remove the column, or make it the target (line 2, column 1)']);
  });

  it("the line is the physical one, with CRLF inside quotes and in the middle of a row", () => {
    expect(problems('a,"b\r\nb",y\r\n1,1,"u\r\nu"\r\n"x\r\n",z,v\r\n1,1,v').map(({ at }) => [at!.line, at!.column])).toEqual([[5, 1], [6, 2]]);
  });

  it("problems are in the order of the file, whatever their sort", () => {
    expect(problems("a,b,y\n1,x,0\n1,2\nx,2,1\n3,4,\n").map(({ at }) => [at!.line, at!.column])).toEqual([[2, 2], [3, undefined], [4, 1], [5, 3]]);
  });

  it("after 20 problems one says how many more", () => {
    const found = sentences(`a,y\n${"x,1\n".repeat(30)}1,2\n`);
    expect(found).toHaveLength(21);
    expect(found[19]).toContain("(line 21, column 1)");
    expect(found[20]).toBe("data.file has 10 more problems like these");
  });
});

describe("files that are refused", () => {
  it.each<[string, Source, string]>([
    ["empty", "", "data.file cannot be read: f.csv is empty"],
    ["empty lines only", "\n\r\n", "data.file cannot be read: f.csv holds only empty lines (line 1)"],
    ["a header only", "a,y\n", "data.file has a header and no rows: f.csv (line 1)"],
    ["one column", "a\n1\n", 'data.file must have at least two columns, a feature and a target; got one, "a", with commas, semicolons and tabs tried as delimiters (line 1, column 1)'],
    ["a column without a name", ",y\n1,0\n2,1\n", "data.file has no name for column 1 in its header (line 1, column 1)"],
    ["a name twice", "a,b,a,y\n1,2,3,0\n1,2,3,1\n", 'data.file names two columns "a" in its header: 1 and 3 (line 1, column 3)'],
    ["numbers as header", "5.1,0\n4.9,1\n4.7,0\n", "data.file has numbers where its header should name the columns; put a line of names before the first row (line 1, column 1)"],
    ["a short row", "a,b,y\n1,2,0\n1,1\n2,3,1\n", "data.file has 2 cells in a row where its header names 3 columns (line 3)"],
    ["a long row", "a,y\n1,0\n\n1,2,3\n2,1\n", "data.file has 3 cells in a row where its header names 2 columns (line 4)"],
    ["a row of empty cells", "a;y\n1;0\n;\n2;1\n", "data.file has a row whose cells are all empty; remove it (line 3)"],
    ["an open quote", 'a,y\n\n1,0\n2,"1\n3,0\n', "data.file has a quote that is never closed, in field 2 of its row (line 4, column 2)"],
    ["a quote in the middle", 'a,y\n1,0\n5"x,1\n', 'data.file has a stray quote in field 1 of its row; a field with quotes is enclosed in quotes, and each quote inside it is doubled: "say ""yes""" (line 3, column 1)'],
    ["text after a quote", 'a,y\n1,"0"x\n', 'data.file has a stray quote in field 2 of its row; a field with quotes is enclosed in quotes, and each quote inside it is doubled: "say ""yes""" (line 2, column 2)'],
    ["Latin-1", [0x61, 0x2c, 0x79, 0x0a, 0x31, 0x2c, 0xe9, 0x0a], 'data.file cannot be read: byte 6 of f.csv (0xE9) is not UTF-8 text; save it as "CSV UTF-8", or check that it is a CSV file (line 2)'],
    ["a PNG", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0], 'data.file cannot be read: byte 0 of f.csv (0x89) is not UTF-8 text; save it as "CSV UTF-8", or check that it is a CSV file (line 1)'],
    ["a zero byte", [0x61, 0x2c, 0x79, 0x0a, 0x31, 0x00], 'data.file cannot be read: byte 5 of f.csv (0x00) is not UTF-8 text; save it as "CSV UTF-8", or check that it is a CSV file (line 2)'],
    ["UTF-16", [0xff, 0xfe, 0x61, 0], 'data.file cannot be read: f.csv is UTF-16; save it as "CSV UTF-8"'],
  ])("%s", (_, source, expected) => { expect(sentences(source)).toEqual([expected]); });

  it("but not one that spells the replacement character in valid UTF-8", () => {
    expect(read("a,y\n1,\uFFFD\n2,v\n").classes).toEqual(["v", "\uFFFD"]);
  });

  it("nor one whose header counts its columns from 0", () => { expect(read("0,1\n5,0\n6,1\n").featureNames).toEqual(["0"]); });

  it("an image shape that does not fit, at data.image", () => {
    expect(problems("a,b,y\n1,2,0\n3,4,1\n", { image: [2, 2, 1] })).toMatchObject([{ path: "data.image", code: "badShape", message: "must multiply to the number of features: 2 × 2 × 1 = 4, and there are 2" }]);
  });

  it("any bytes at all give a dataset or a SpecError, never another error", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "1", "0", ",", ";", "\t", "\n", "\r", '"', " ", ".", "é", "-"), maxLength: 60 });
    fc.assert(fc.property(fc.oneof(text.map(bytesOf), fc.uint8Array({ maxLength: 40 })), (bytes) => {
      try {
        const { rows, shape, x, y } = readCsv(bytes, { name: "f.csv", target: "", task: "auto", image: null });
        expect([x.length, y.length]).toEqual([rows * shape[0]!, rows]);
        expect(x.every(Number.isFinite) && y.every(Number.isFinite)).toBe(true);
      } catch (error) {
        if (!(error instanceof SpecError)) throw error;
      }
    }), { numRuns: 1000 });
  });
});

describe("eachRow", () => {
  it("finds in text without quotes the rows that a parser with quotes finds, and their lines", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "1", ",", "\n", "\r", "\r\n", " ", "é", "\uFEFF"), minLength: 1, maxLength: 60 });
    fc.assert(fc.property(text, (source) => {
      const found: [readonly string[], number][] = [];
      eachRow(bytesOf(source), "f.csv", (cells, line) => { found.push([cells, line]); });
      const records = parse(source, { bom: true, delimiter: ",", record_delimiter: ["\r\n", "\n", "\r"], relax_column_count: true, skip_empty_lines: true });
      const lines = source.replace(/^\uFEFF/, "").split(/\r\n|\n|\r/).flatMap((line, i) => (line === "" ? [] : [i + 1]));
      expect(found).toEqual(records.map((cells, i) => [cells, lines[i]]));
    }), { numRuns: 2000 });
  });
});

describe("numbers", () => {
  it.each([["1", 1], ["-1.5e-3", -0.0015], ["+.5", 0.5], ["5.", 5], [" 7\t", 7], ["007", 7]])("%j is %d", (text, value) => { expect(numberOf(text)).toBe(value); });
  it.each(["", " ", "0x1F", "0b1", "1e", ".", "-", "1 2", "Infinity", "1e309", "٣", "1n"])("%j is none", (text) => { expect(numberOf(text)).toBeNaN(); });
  it("are what Number makes of them, to the last bit, with a point anywhere or nowhere", () => {
    const digits = fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 22 }).map((all) => all.join(""));
    fc.assert(fc.property(digits, fc.nat(23), fc.constantFrom("", "-", "+"), fc.constantFrom("", "", "e-7", "E12"), (all, at, sign, power) => {
      const text = sign + (at > all.length ? all : `${all.slice(0, at)}.${all.slice(at)}`) + power;
      expect(numberOf(text)).toBe(Number(text));
    }), { numRuns: 5000 });
  });
  it.each(["", " ", "NA", "n/a", "NaN", "NULL", "?"])("%j means missing", (text) => { expect(isMissing(text)).toBe(true); });
  it.each(["none", "0", "-"])("%j does not", (text) => { expect(isMissing(text)).toBe(false); });
});

describe("surveyCsv", () => {
  it("counts rows, different values and missing cells, and says which columns are numbers", () => {
    expect(surveyCsv(bytesOf("a,b,c,d\n1,x,,0x1\n2,y,NA,2\n2,x,\n"), "f.csv")).toEqual({
      rows: 3,
      columns: [
        { name: "a", isNumeric: true, distinct: 2, missing: 0 },
        { name: "b", isNumeric: false, distinct: 2, missing: 0 },
        { name: "c", isNumeric: false, distinct: 0, missing: 3 },
        { name: "d", isNumeric: false, distinct: 2, missing: 1 },
      ],
    });
  });

  it("counts whole numbers by value and up to 1000, and none where there are fractions", () => {
    const rows = Array.from({ length: 1200 }, (_, i) => `${i % 3},${i % 3}.0,${i},${i},${i / 8},${i / 8}`);
    rows[7] = "1,1,7,seven,0.5,much";
    expect(surveyCsv(bytesOf(`a,b,c,d,e,f\n${rows.join("\n")}\n`), "f.csv").columns.map(({ name, isNumeric, distinct }) => [name, isNumeric, distinct])).toEqual([
      ["a", true, 3], ["b", true, 3], ["c", true, 1000], ["d", false, 1000], ["e", true, null], ["f", false, null],
    ]);
  });

  it("refuses 30 columns without a name in 21 problems, as readCsv does", () => {
    const header = `a${",".repeat(30)}\n`;
    expect(() => surveyCsv(bytesOf(header), "f.csv")).toThrow("has 10 more problems like these");
    expect(problems(header)).toHaveLength(21);
  });

  it("refuses what has no readable header", () => {
    expect(() => surveyCsv(bytesOf("a,a\n1,2\n"), "f.csv")).toThrow('names two columns "a"');
    expect(() => surveyCsv(bytesOf(""), "f.csv")).toThrow("f.csv is empty");
  });
});

function list(count: number): string {
  return Array.from({ length: count }, (_, i) => String(i)).join(",");
}
