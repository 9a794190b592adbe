/** Queries against a real store: the SQL and a second evaluator agree, nothing in a query is ever code, and rows carry typed values. */

import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseQuery, printQuery, queryFrom } from "../../src-main/contract/query.ts";
import { openStore } from "../../src-main/store/open.ts";
import type { Store } from "../../src-main/store/open.ts";
import { fillRuns, specOf } from "../support/fill-runs.ts";
import { countingClock, temporaryFolder } from "../support/project.ts";
import { arbitraryQuery, askable, holds } from "../support/queries.ts";
import type { Facts } from "../support/queries.ts";

const folder = temporaryFolder();
let store: Store;
let known: readonly (Facts & { readonly id: string })[];

beforeAll(() => {
  store = openStore(folder.file(), countingClock());
  fillRuns(store, 300);
  for (let i = 1; i <= 300; i++) if (tagsOf(i).length > 0) store.runs.mark(`r-${i}`, { tags: tagsOf(i) });
  known = store.runs.list().map((run) => {
    const i = Number(run.id.slice(2)) - 1;
    const { metrics } = run;
    const spec = run.spec!;
    const layer = (at: number): unknown => spec.layers[at]?.["units"];
    return {
      id: run.id, tag: tagsOf(i + 1), state: run.state, name: run.name, seed: spec.seed, epochs: run.epochs, time: run.trainingMs / 1000, reason: run.reason?.code, optimizer: specOf(i).optimizer.kind, "optimizer.kind": spec.optimizer.kind,
      "optimizer.beta1": spec.optimizer["beta1"] as number | undefined, layers: spec.layers.length, "layers.0.units": layer(0) as number, "layers.9.units": undefined, "train.openTest": String(spec.train.openTest),
      "validation/accuracy": metrics["validation/accuracy"], "validation/loss": Number.isNaN(metrics["validation/loss"]) ? "NaN" : metrics["validation/loss"], "test/accuracy": undefined, "validation/with space": undefined,
    };
  });
});
afterAll(() => { store.close(); folder[Symbol.dispose](); });

/** Some runs have one tag, some two, most none. */
const tagsOf = (number: number): readonly string[] => [...(number % 7 === 0 ? ["best"] : []), ...(number % 5 === 0 ? ["to check"] : [])];
const lacks = (value: Facts[string]): boolean => value === undefined || (typeof value === "object" && value.length === 0);

const ids = (where: string): readonly string[] => store.rows.list({ query: queryFrom(where) }, []).rows.map(({ id }) => id);

describe("the SQL of a query", () => {
  it("admits the very runs that a second evaluator admits, over 600 random queries and 300 runs", () => {
    fc.assert(fc.property(arbitraryQuery, (query) => {
      const found = store.rows.list({ query }, []).rows.map(({ id }) => id);
      expect(found, printQuery(query)).toEqual(known.filter((facts) => holds(query, facts)).map(({ id }) => id));
    }), { numRuns: 600 });
  });

  it("every name of that test is found missing and present as it is", () => {
    for (const name of Object.keys(askable)) {
      const word = name.includes(" ") ? `"${name}"` : name;
      expect([name, ids(`${word} != null`).length]).toEqual([name, known.filter((facts) => !lacks(facts[name])).length]);
      expect([name, ids(`${word} = null`).length]).toEqual([name, known.filter((facts) => lacks(facts[name])).length]);
    }
  });

  it.each([
    "name = \"'; drop table run; --\"", "name ~ \"%' or 1=1 --\"", "\"optimizer.x' or 1=1\" = 1", "\"validation/a') or 1=1 --\" > 0", "\"layers.0]\" = 1", "\"optimizer.$\" = 1", "\"optimizer.@v0\" = x", "name = \"@v0\"", "name = \"\u0000\"",
    "optimizer.__proto__ = null and optimizer.constructor = x", "\"optimizer.constructor.prototype\" = 1", "\"validation/__proto__\" = 1", "id in (\"r-1' or 'a'='a\")",
  ])("is never made of what is typed: %j", (where) => {
    expect(ids(where)).toEqual([]);
    expect(store.runs.list().length).toBe(300);
    expect(Object.prototype).not.toHaveProperty("x");
  });

  it("a percent sign and an underscore in a pattern are themselves", () => {
    expect(ids("name ~ %").length).toBe(0);
    expect(ids("name ~ d_gits").length).toBe(0);
    expect(ids("name ~ d?gits*").length).toBe(300);
  });

  it("a date is the day it names", () => {
    const [first] = store.runs.list({}, 1);
    const day = new Date(first!.createdMs);
    const text = `${day.getFullYear()}-${String(day.getMonth() + 1).padStart(2, "0")}-${String(day.getDate()).padStart(2, "0")}`;
    const start = new Date(day.getFullYear(), day.getMonth(), day.getDate()).getTime();
    const within = store.runs.list().filter(({ createdMs }) => createdMs >= start);
    expect(ids(`created = ${text}`)).toEqual(within.map(({ id }) => id));
    expect([ids(`created < ${text}`).length, ids(`created <= ${text}`).length, ids(`created > ${text}`).length, ids(`created >= ${text}`).length, ids(`created in (${text})`).length, ids(`started = ${text}`).length, ids(`started != ${text}`).length])
      .toEqual([300 - within.length, 300, 0, within.length, within.length, 0, 0]);
  });

  it("a tag is one of many: in, not, any, all, none", () => {
    const numbers = (where: string) => ids(where).map((id) => Number(id.slice(2)));
    expect(numbers('tag in (best, "to check")').every((n) => n % 7 === 0 || n % 5 === 0)).toBe(true);
    expect([ids("tag = best").length, ids('tag = best and tag = "to check"').length, ids("tag != best").length, ids("tag = null").length, ids("tag in (best, null)").length, ids("tag ~ CHECK").length, ids("not tag = best").length])
      .toEqual([42, 8, 60 - 8, 300 - 94, 42 + 206, 60, 258]);
    expect(store.rows.values("tag", "", 50)).toEqual(["to check", "best"]);
    expect(store.rows.list({ query: queryFrom("id = r-35") }, ["tag"]).rows[0]!.values).toEqual(["best, to check"]);
  });

  it("an experiment is asked for by its name or its id", () => { expect(ids('experiment ~ "Dropout"')).toEqual(ids("experimentId = e-1")); });
});

describe("rows", () => {
  it("carry numbers, texts and null in the order of their columns; a part stands for its kind, a list for its length", () => {
    const { total, rows } = store.rows.list({ query: queryFrom("id in (r-99, r-100)") }, ["optimizer", "layers", "optimizer.beta1", "validation/loss", "train.openTest", "train", "experiment", "time"]);
    expect(total).toBe(300);
    expect(rows.map(({ id, values }) => [id, values])).toEqual([
      ["r-100", ["adamw", 5, null, "NaN", "false", null, "Which optimizer, and how fast?", 1.099]],
      ["r-99", ["momentum", 5, null, Infinity, "false", null, "Which optimizer, and how fast?", 1.098]],
    ]);
  });

  it("are asked for by id, within an experiment, and by the query, all at once", () => {
    const { total, rows } = store.rows.list({ experiment: "e-1", runIds: ["r-1", "r-2", "r-6", "r-9999"], query: queryFrom("seed = 1") }, []);
    expect([total, rows.map(({ id }) => id)]).toEqual([150, ["r-1"]]);
    expect(store.rows.list({ runIds: [] }, []).rows).toEqual([]);
  });

  it("whole runs are found by the same query, newest first, as many as are wanted", () => {
    expect(store.runs.list({ query: queryFrom("state = failed") }, 2).map(({ id, state }) => [id, state])).toEqual([["r-299", "failed"], ["r-294", "failed"]]);
  });
});

describe("words", () => {
  it("names are metrics and parts of specs that hold the text, in any case", () => {
    expect(store.rows.names("ACCURACY", 50)).toEqual(["train/accuracy", "validation/accuracy"]);
    expect(store.rows.names("layers.0", 50)).toEqual(["layers.0.bias", "layers.0.init.kind", "layers.0.kind", "layers.0.units"]);
    expect(store.rows.names("", 3).length).toBe(3);
  });
  it("of 20,000 metrics any is found, and one that a run has since brought", () => {
    using other = temporaryFolder();
    const many = openStore(other.file(), countingClock());
    fillRuns(many, 40);
    const standing = { epoch: 1, step: 1, trainingMs: 1, notes: [], series: [], hashes: [], shots: [], alerts: [] };
    const named = (from: number) => Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`validation/own ${from + i}`, i]));
    for (let i = 0; i < 20; i++) many.runs.record(`r-${i + 1}`, { ...standing, metrics: named(1000 * i) });
    expect(many.rows.names("own 1999", 50)).toEqual(["validation/own 1999", ...Array.from({ length: 10 }, (_, i) => `validation/own 1999${i}`)]);
    expect(many.rows.names("own 20000", 50)).toEqual([]);
    many.runs.record("r-30", { ...standing, metrics: { "validation/own 20000": 1 } });
    expect(many.rows.names("OWN 20000", 50)).toEqual(["validation/own 20000"]);
    many.close();
  });
  it("each can be asked about", () => { for (const name of store.rows.names("", 100)) expect(parseQuery(`${name} != null`).fault).toBeNull(); });
  it("values come by how often they occur", () => {
    expect(store.rows.values("optimizer.kind", "", 50)).toEqual(["adam", "adamw", "momentum", "sgd"]);
    expect(store.rows.values("state", "", 2)).toEqual(["finished", "failed"]);
    expect(store.rows.values("optimizer.learningRate", "", 50)).toEqual([0.0001, 0.001, 0.01, 0.1]);
    expect(store.rows.values("name", "%", 50)).toEqual([]);
  });
});
