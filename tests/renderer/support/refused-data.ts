/** Tables, splits and scalings that are refused: for each reason in the Chinese words, the problems that the engine finds. */

import { fitScaling, readCsv, splitRows } from "../../../src-engine/index.ts";
import { checkFeatures, readFeatures } from "../../../src-engine/data/csv-features.ts";
import { SpecError } from "../../../src-engine/spec/errors.ts";
import type { DataWhy, Problem } from "../../../src-engine/spec/errors.ts";
import type { Component } from "../../../src-engine/spec/param.ts";
import { problem } from "../../../src-engine/spec/param.ts";

/** What the work throws, as problems. */
export function refusedBy(work: () => unknown): readonly Problem[] {
  try { work(); } catch (error) { if (error instanceof SpecError) return error.problems; throw error; }
  return [];
}

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const given = { name: "t.csv", target: "", task: "auto", image: null } as const;
const table = (text: string | Uint8Array, more: object = {}) => () => refusedBy(() => readCsv(typeof text === "string" ? bytes(text) : text, { ...given, ...more }));
const rows = (text: string, mostRows = 10) => () => refusedBy(() => readFeatures(bytes(text), { name: "new.csv", features: ["a", "b"], mostRows }));
const sound = (target: readonly (string | number)[]) => readCsv(bytes(`a,y\n${target.map((y, i) => `${i},${y}`).join("\n")}`), given);
const split = (target: readonly (string | number)[], component: Component) => () => refusedBy(() => splitRows(sound(target), component));

export const refusedData: Readonly<Record<DataWhy, () => readonly Problem[]>> = {
  emptyFile: table(""),
  utf16: table(Uint8Array.of(0xff, 0xfe, 0x61, 0)),
  notUtf8: table(Uint8Array.of(0x61, 0x2c, 0xe9, 0x0a)),
  openQuote: table('a,b\n1,"2'),
  strayQuote: table('a,b\n1,x"2"\n'),
  emptyLinesOnly: table("\n\n"),
  noRows: table("a,b\n"),
  moreProblems: table(`a,y\n1,c\n${"x,c\n".repeat(23)}`),
  namelessColumn: table("a,,b\n1,2,c"),
  twinColumns: table("a,a,b\n1,2,c"),
  oneColumn: table("a\n1"),
  headerOfNumbers: table("3.5,2.5\n1,2"),
  raggedRow: table("a,b,y\n1,2\n1,2,c"),
  emptyRow: table("a,y\n,\n1,c"),
  missingFeature: rows("a,c\n1,2"),
  manyRows: rows("a,b\n1,2\n1,2\n1,2", 2),
  emptyCell: table("a,b,y\n1,,c\n1,2,d"),
  missingCell: table("a,b,y\n1,N/A,c\n1,2,d"),
  infiniteCell: table("a,y\n1e999,c\n1,d"),
  decimalComma: table('a,y\n"1,5",c\n1,d'),
  notDecimal: table("a,y\n0x1F,c\n1,d"),
  noNumbers: table("a,y\nred,c\nblue,d"),
  rowsWidth: () => refusedBy(() => { checkFeatures(Float64Array.of(1, 2, 3), 2, ["a", "b"]); }),
  infiniteFeature: () => refusedBy(() => { checkFeatures(Float64Array.of(1, NaN), 1, ["a", "b"]); }),
  noSuchTarget: table(`${Array.from({ length: 23 }, (_, i) => `c${i}`).join(",")}\n`, { target: "price" }),
  emptyTarget: table("a,y\n1,\n2,c\n3,d"),
  missingTarget: table("a,y\n1,?\n2,c\n3,d"),
  targetNotNumber: table("a,y\n1,0.5\n2,high", { task: "number" }),
  targetNotLabel: table("a,y\n1,0\n2,7", { task: "classes", classes: ["setosa", "virginica"] }),
  oneClass: table("a,y\n1,same\n2,same"),
  manyClasses: table(`a,y\n${Array.from({ length: 1001 }, (_, i) => `1,${i}`).join("\n")}`, { task: "classes" }),
  imageSize: table("a,b,y\n1,2,c\n1,2,d", { image: [2, 2, 1] }),
  notStratifiable: split([0.5, 1.5, 2.5], { kind: "stratified" }),
  noTrainingShare: split(["c", "d"], { kind: "random", validation: 0.5, test: 0.5 }),
  emptyFold: split(["c", "c", "c", "d", "d", "d"], { kind: "kFold", folds: 5, test: 0 }),
  emptyParts: split(["c", "c", "d", "d"], { kind: "stratified", validation: 0.15, test: 0.15 }),
  noSpread: () => { const wide = readCsv(bytes("a,y\n-1.7e308,c\n1.7e308,d"), given); return refusedBy(() => fitScaling(wide, Int32Array.of(0, 1), { kind: "standard" })); },
  // A file of the project, or of the installation, that is gone: what the service says of it.
  unreadableFile: () => [problem("data.hash", "noSuchFile", "cannot be read: it is gone", { why: "unreadableFile", file: "/p/a.csv" })],
  unreadableSample: () => [problem("data.name", "noSuchFile", "cannot be read: it is gone", { why: "unreadableSample", file: "iris.csv" })],
};
