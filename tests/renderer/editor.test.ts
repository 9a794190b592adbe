/** What surrounds the draft in the editor: where it begins, how its form is cut up, what it says in each language, which files it may use. */

import { describe, expect, it } from "vitest";
import { describeCatalog } from "../../src-engine/catalog.ts";
import { problem } from "../../src-engine/spec/param.ts";
import { SpecError, type ProblemCode } from "../../src-engine/spec/errors.ts";
import { checkRunSpec, runFields, type RunSpec } from "../../src-engine/spec/run-spec.ts";
import type { DataSummary, Run, SourceFile } from "../../src-main/contract/nouns.ts";
import { sections } from "../../src-renderer/parts/forms/form-sections.ts";
import { DataChoice } from "../../src-renderer/state/data-choice.svelte.ts";
import { DataFiles } from "../../src-renderer/state/data-files.svelte.ts";
import { NoSuchOrigin, openOrigin } from "../../src-renderer/state/draft-origin.ts";
import { filled, lean } from "../../src-renderer/state/draft-value.ts";
import { editor as en } from "../../src-renderer/words/editor.en.ts";
import { editor as zh } from "../../src-renderer/words/editor.zh.ts";

const catalog = describeCatalog();
const specOf = (raw: object): RunSpec => checkRunSpec(raw, catalog).spec!;
const digits = specOf({ name: "digits at first", layers: [{ kind: "dense", units: 64 }, { kind: "relu" }, { kind: "dense", units: 10, init: { kind: "glorotNormal" } }] });
const iris = specOf({ name: "iris", data: { kind: "sample", name: "iris" }, layers: [{ kind: "dense", units: 3 }] });
const table: SourceFile = { hash: "ab12", name: "weather.csv", sizeBytes: 10, importedMs: 0, rows: 2, columns: [] };
const shelf = {
  examples: () => Promise.resolve([{ id: "iris", spec: iris }, { id: "digits", spec: digits }]),
  run: ({ runId }: { runId: string }) => Promise.resolve({ id: runId, name: "wide · seed 7", experimentId: "e-2", foreign: null, spec: { ...digits, name: "wide · seed 7", seed: 7 } } as unknown as Run),
  listFiles: () => Promise.resolve([table]),
  describeData: (): Promise<DataSummary> => Promise.reject(new Error("a row is short")),
};
const diabetes = specOf({ name: "diabetes", data: { kind: "sample", name: "diabetes" }, loss: { kind: "mse" }, metrics: [{ kind: "rmse" }], layers: [{ kind: "dense", units: 16 }, { kind: "relu" }, { kind: "dense", units: 1 }] });
const shelfOf = (found: Partial<DataSummary>) => ({ ...shelf, examples: async () => [...await shelf.examples(), { id: "diabetes", spec: diabetes }], describeData: () => Promise.resolve(found as DataSummary) });

describe("where a new run begins", () => {
  it("from nothing: the digits example, under no name of its own", async () => {
    expect(await openOrigin([], shelf)).toMatchObject({ base: digits, from: null, experimentId: null });
  });

  it("from a run: its spec in its experiment, without the seed in the name", async () => {
    const origin = await openOrigin(["r-12"], shelf);
    expect(origin).toMatchObject({ from: { label: "wide · seed 7", path: "/runs/r-12" }, experimentId: "e-2", base: { name: "wide", seed: 7, seeds: 1 } });
  });

  it("from an example, a set in the box, and a file of the project", async () => {
    expect((await openOrigin(["example", "iris"], shelf)).base).toEqual(iris);
    expect((await openOrigin(["sample", "iris"], shelf)).base).toEqual(iris);
    expect((await openOrigin(["sample", "wine"], shelf)).base.data).toEqual({ kind: "sample", name: "wine" });
    expect((await openOrigin(["file", "ab12"], shelf)).base).toEqual({ ...digits, name: "", data: { kind: "csv", file: "weather.csv", hash: "ab12" } });
  });

  it("from a file: a network that fits its target, by classes or for a number", async () => {
    const data = { kind: "csv", file: "weather.csv", hash: "ab12" };
    const rain = await openOrigin(["file", "ab12"], shelfOf({ task: "classes", classes: [{ name: "dry", rows: 3 }, { name: "wet", rows: 2 }, { name: "snow", rows: 2 }] }));
    expect(rain.base).toEqual({ ...digits, name: "", data, layers: [digits.layers[0], digits.layers[1], { ...digits.layers[2], units: 3 }] });
    const degrees = await openOrigin(["file", "ab12"], shelfOf({ task: "number", classes: null }));
    expect(degrees.base).toEqual({ ...diabetes, name: "", data });
  });

  it("keeps the drafts of different beginnings apart", async () => {
    const keys = await Promise.all([[], ["r-1"], ["example", "iris"], ["sample", "iris"]].map(async (parts) => (await openOrigin(parts, shelf)).key));
    expect(new Set(keys).size).toBe(4);
  });

  it("says which beginning there is not", async () => {
    await expect(openOrigin(["example", "nope"], shelf)).rejects.toThrow(new NoSuchOrigin("nope"));
    await expect(openOrigin(["file", "cd34"], shelf)).rejects.toThrow(NoSuchOrigin);
  });

  it("writes layers without the flags and components at their default, which means the same", () => {
    const written = lean(digits, catalog);
    expect(written["layers"]).toEqual([{ kind: "dense", units: 64 }, { kind: "relu" }, { kind: "dense", units: 10, init: { kind: "glorotNormal" } }]);
    expect(filled(written, catalog)).toEqual(filled(digits, catalog));
  });
});

describe("the form", () => {
  it("shows every field of the spec in exactly one section", () => {
    expect(sections.flatMap(({ fields }) => fields).sort()).toEqual(Object.keys(runFields).sort());
  });

  it("has a Chinese label and hint for every field, and none in English left over", () => {
    for (const [path, words] of Object.entries(en.fields)) {
      const chinese = zh.fields[path as keyof typeof zh.fields];
      expect(chinese.label, path).toMatch(/\p{Script=Han}/u);
      expect(chinese.help, path).toMatch(/\p{Script=Han}/u);
      expect(chinese.help, path).not.toBe(words.help);
    }
  });
});

describe("problems in Chinese", () => {
  const raw = {
    version: 2, seed: -1, seeds: 1.5, name: 7, split: { kind: "stratified", validation: "x" }, layers: [{ kind: "dense", unit: 3 }, { kind: "densse" }, 5],
    optimizer: { kind: "adam", beta2: 1 }, train: { openTest: "yes", epoks: 1 }, data: { kind: "csv", task: "maybe" }, metrics: 3, scaling: [],
  };
  const found = checkRunSpec(raw, catalog).problems;

  it("are sentences of their own for everything the declarations can refuse, with the value found", () => {
    expect(new Set(found.map(({ code }) => code)).size).toBeGreaterThanOrEqual(11);
    for (const one of found) {
      expect(zh.problem(one), one.path).toMatch(/\p{Script=Han}/u);
      expect(zh.problem(one), one.path).not.toContain(one.message);
      expect(zh.problem(one), one.path).not.toMatch(/undefined|当前为 ?$/);
    }
  });

  it("name the interval, the value and the default", () => {
    expect(zh.problem(found.find(({ path }) => path === "optimizer.beta2")!)).toBe("须为 [0, 1) 内的数，当前为 1（默认 0.999）");
  });

  it("keep the engine's sentence where only the engine can word it", () => {
    for (const code of ["badShape", "badTarget", "badData", "mismatch", "badSyntax", "outOfInterval"] satisfies ProblemCode[]) {
      expect(zh.problem(problem("data", code, "has 3 of something"))).toMatch(/\p{Script=Han}.*：has 3 of something/u);
    }
  });
});

describe("files", () => {
  const given = { name: "bad.csv", arrayBuffer: () => Promise.resolve(new ArrayBuffer(2)) };

  it("an imported file stands first, and once, however often it is imported", async () => {
    const other: SourceFile = { ...table, hash: "ff", name: "other.csv" };
    const files = new DataFiles({ listFiles: () => Promise.resolve([other, table]), importFile: () => Promise.resolve(table), chooseFile: () => Promise.resolve(null) });
    await files.load();
    expect(await files.import(given)).toBe(table);
    expect(files.files.map(({ name }) => name)).toEqual(["weather.csv", "other.csv"]);
    expect(await files.choose()).toBeNull();
    expect(files.refused).toBeNull();
  });

  it("a refused file leaves its name and every problem with its line", async () => {
    const wrong = { ...problem("data.file", "badData", "is text"), at: { line: 3, column: 2 } };
    const files = new DataFiles({ listFiles: () => Promise.reject(new Error("gone")), importFile: () => Promise.reject(new SpecError([wrong])), chooseFile: () => Promise.resolve(null) });
    await files.load();
    expect([files.phase, files.failure?.message]).toEqual(["failed", "gone"]);
    expect(await files.import(given)).toBeNull();
    expect(files.refused).toMatchObject({ name: "bad.csv", error: { problems: [wrong] } });
    expect(files.importing).toBe("");
  });

  it("a slow look at one set does not overwrite the set chosen after it", async () => {
    const answers = new Map<unknown, (summary: DataSummary) => void>();
    const choice = new DataChoice({ describeData: ({ data }) => new Promise((resolve) => { answers.set(data["name"], resolve); }) });
    const first = choice.choose("sample/iris", { kind: "sample", name: "iris" });
    const second = choice.choose("sample/wine", { kind: "sample", name: "wine" });
    answers.get("wine")!({ name: "wine" } as DataSummary);
    answers.get("iris")!({ name: "iris" } as DataSummary);
    await Promise.all([first, second]);
    expect(choice.summary?.name).toBe("wine");
  });
});
