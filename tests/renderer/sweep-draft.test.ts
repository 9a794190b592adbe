/** A sweep's draft without a page: the same draft as a run's, its axes offered from the declarations, its changes told to the workbench one by one. */

import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { describeCatalog } from "../../src-engine/index.ts";
import { checkRunSpec } from "../../src-engine/spec/run-spec.ts";
import { checkSweepSpec } from "../../src-engine/spec/sweep-spec.ts";
import type { Inspection } from "../../src-main/contract/nouns.ts";
import { inForm, readAxis, readList, writeList } from "../../src-renderer/state/axis-view.ts";
import { offersOf, rangeOf } from "../../src-renderer/state/axis-offers.ts";
import { Draft } from "../../src-renderer/state/draft.svelte.ts";
import { keysOf } from "../../src-renderer/state/draft-value.ts";
import { changesLasting, changesOf, gridSize } from "../../src-renderer/state/sweep-changes.ts";
import { begun } from "../../src-renderer/state/sweep-origin.ts";
import { leanSweep, sweepOf, sweeps } from "../../src-renderer/state/sweep-sort.ts";
import { aSweepSpec, sweepSpec } from "./support/sweeps.ts";

const catalog = describeCatalog();
const examples = join(resolve(import.meta.dirname, "../.."), "examples");
const specs = readdirSync(examples).filter((name) => name.endsWith(".json")).map((name) => ({ name, spec: checkRunSpec(JSON.parse(readFileSync(join(examples, name), "utf8")), catalog).spec! }));
const digits = specs.find(({ name }) => name === "digits.json")!.spec;

const silence: Inspection = { problems: [], spec: null, data: null, rows: null, layers: [], parameters: 0, stepsPerEpoch: 0, steps: 0, memoryBytes: 0, aboutMs: null };
const open = (start: unknown): Draft => new Draft(start, { catalog, inspect: () => Promise.resolve(silence), now: () => 0, later: () => () => undefined, keep: () => undefined }, null, sweeps);

describe("a path with a name in quotes", () => {
  it("has the name as one key, dots and all", () => {
    expect(keysOf('axes["optimizer.learningRate"].from')).toEqual(["axes", "optimizer.learningRate", "from"]);
    expect(keysOf("base.layers.0.units")).toEqual(["base", "layers", "0", "units"]);
  });
});

describe("the draft of a sweep", () => {
  it("writes a value of an axis under its whole name, and finds it again", () => {
    const draft = open(aSweepSpec);
    draft.setAt('axes["optimizer.learningRate"].from', 0.001);
    expect(draft.value).toMatchObject({ axes: { "optimizer.learningRate": { from: 0.001 } } });
    expect(draft.at('axes["optimizer.learningRate"].from')).toBe(0.001);
  });

  it("tells a logarithm down to 0 at the field it is about, and where it stands in the text", () => {
    const draft = open(aSweepSpec);
    draft.setAt('axes["optimizer.learningRate"]', { from: 0, to: 1, scale: "log" });
    const [problem] = draft.problemsUnder('axes["optimizer.learningRate"].from');
    expect(problem?.code).toBe("outOfInterval");
    const place = draft.placeOf(problem!)!;
    expect(draft.text.slice(place.from, place.to)).toContain('"from"');
    draft.setAt('axes["optimizer.learningRate"].from', 1e-4);
    expect(draft.problems).toEqual([]);
  });

  it("takes an axis out, and undo brings it back where it was", () => {
    const draft = open(aSweepSpec);
    const before = draft.text;
    draft.setAt('axes["layers.0.units"]', undefined);
    expect(Object.keys(draft.at("axes") as object)).toEqual(["optimizer.learningRate"]);
    draft.undo();
    expect(draft.text).toBe(before);
  });

  it("cures an unknown key of an axis by its closest name", () => {
    const draft = open({ ...aSweepSpec, axes: { "optimizer.learningRate": { form: 0.001 } } });
    const problem = draft.problems.find(({ code }) => code === "unknownKey")!;
    draft.cure(problem);
    expect(draft.at("axes")).toEqual({ "optimizer.learningRate": { from: 0.001 } });
  });

  it("counts no change for what is written out and means the default", () => {
    const draft = open(aSweepSpec);
    draft.setAt("confirm.top", 3);
    expect(draft.changes).toBe(0);
    draft.setAt("confirm.top", 5);
    expect(draft.changes).toBe(1);
  });

  it.each(specs)("a first sweep over $name has no problems, and its lean text means the same", ({ spec }) => {
    const { seeds: _, ...base } = spec;
    const draft = begun(base, catalog);
    const whole = sweepOf(draft, catalog);
    expect(checkSweepSpec(draft, catalog).problems).toEqual([]);
    expect(sweepOf(leanSweep(whole!, catalog), catalog)).toEqual(whole);
  });
});

describe("what a sweep may vary", () => {
  it("is offered in the course's order: the rate first, β₂ and ε last of the optimizer", () => {
    const paths = offersOf(digits, {}, catalog).map(({ path }) => path);
    expect(paths[0]).toBe("optimizer.learningRate");
    const at = (path: string): number => paths.indexOf(path);
    expect(at("train.batchSize")).toBeLessThan(at("layers.0.units"));
    expect(at("layers.0.units")).toBeLessThan(at("layers.0.repeat"));
    expect(at("layers.0.repeat")).toBeLessThan(at("optimizer.beta2"));
    expect(at("optimizer.epsilon")).toBeGreaterThan(at("train.batchSize"));
  });

  it.each(specs)("makes an axis the engine accepts, every offer of $name", ({ spec }) => {
    const base = { ...spec, seeds: 1 };
    const refused = offersOf(base, {}, catalog).flatMap(({ name, given }) => checkSweepSpec({ base, axes: { [name]: given } }, catalog).problems.map(({ path, message }) => `${name}: ${path} ${message}`));
    expect(refused).toEqual([]);
  });

  it("never offers the units of the output, which the classes decide", () => {
    expect(offersOf(digits, {}, catalog).map(({ path }) => path)).not.toContain(`layers.${digits.layers.length - 1}.units`);
  });

  it("offers each kind's own rate where an axis chooses the kind, and the engine takes both", () => {
    const axes = { "optimizer.kind": { values: ["adam", "sgd"] } };
    const rates = offersOf(digits, axes, catalog).filter(({ path, name }) => path === "optimizer.learningRate" && name !== path);
    expect(rates.map(({ name, given }) => [name, given["when"]])).toEqual([["adam.learningRate", { "optimizer.kind": ["adam"] }], ["sgd.learningRate", { "optimizer.kind": ["sgd"] }]]);
    const whole = { base: digits, axes: { ...axes, ...Object.fromEntries(rates.map(({ name, given }) => [name, given])) } };
    expect(checkSweepSpec(whole, catalog).problems).toEqual([]);
  });

  it("offers the units of each copy where an axis says how often a layer stands there", () => {
    const axes = { "layers.0.repeat": { from: 1, to: 3, block: 2 } };
    const units = offersOf(digits, axes, catalog).filter(({ path }) => path.includes("@") && path.endsWith(".units"));
    expect(units.map(({ path }) => path)).toEqual(["layers.0@1.units", "layers.0@2.units", "layers.0@3.units"]);
    expect(checkSweepSpec({ base: digits, axes: { ...axes, ...Object.fromEntries(units.map(({ name, given }) => [name, given])) } }, catalog).problems).toEqual([]);
  });

  it("stretches a value that has no range of its own around what it is now: a decade each way on a log scale, twice as wide else", () => {
    expect(rangeOf({ kind: "real", default: 1, min: 0, open: "min", scale: "log", help: "" }, 0.3)).toEqual({ from: 0.03, to: 3 });
    expect(rangeOf({ kind: "integer", default: 30, min: 1, max: 1_000_000, scale: "log", help: "" }, 20)).toEqual({ from: 10, to: 40 });
    expect(rangeOf({ kind: "real", default: 1, min: 0, scale: "log", search: [1, 2], help: "" }, 0.3)).toEqual({});
  });
});

describe("one axis as its row shows it", () => {
  const axes = { "optimizer.learningRate": { role: "scientific" }, "optimizer.kind": { values: ["adam", "sgd"] }, "sgd.momentum": { path: "optimizer.learningRate", when: { "optimizer.kind": ["sgd"] } } };
  it("has the declared range and scale where nothing is written", () => {
    const view = readAxis("optimizer.learningRate", axes["optimizer.learningRate"], axes, digits, catalog);
    expect([view.form, view.role, view.from, view.to, view.scale]).toEqual(["range", "scientific", 1e-4, 1, "log"]);
  });
  it("knows which kind a condition puts in place", () => {
    expect(readAxis("sgd.momentum", axes["sgd.momentum"], axes, digits, catalog).kinds).toEqual({ optimizer: "sgd" });
  });
  it("keeps path, role and condition when it takes another form", () => {
    const view = readAxis("sgd.momentum", { ...axes["sgd.momentum"], role: "scientific" }, axes, digits, catalog);
    expect(inForm(view, "list")).toEqual({ path: "optimizer.learningRate", role: "scientific", when: { "optimizer.kind": ["sgd"] }, values: [1e-4, view.value, 1].filter((one) => one !== undefined) });
    expect(inForm(view, "held")).toMatchObject({ path: "optimizer.learningRate", value: view.value ?? 1e-4 });
  });
  it("reads a list as it is written, words where they are no numbers", () => {
    expect(readList("32, 64，128;", null)).toEqual([32, 64, 128]);
    expect(readList("0.1, x, –", null)).toEqual([0.1, "x", null]);
    expect(writeList([32, 64])).toBe("32, 64");
  });
});

describe("what a running sweep is told", () => {
  const before = sweepSpec;
  it("is each axis by itself, one that is gone without a value, and each other key", () => {
    const { "layers.0.units": _, ...rest } = before.axes;
    const after = { ...before, trials: 80, axes: { ...rest, "optimizer.learningRate": { ...before.axes["optimizer.learningRate"]!, role: "scientific" as const } } };
    expect(changesOf(before, after)).toEqual([{ path: ["axes", "optimizer.learningRate"], to: after.axes["optimizer.learningRate"] }, { path: ["axes", "layers.0.units"] }, { path: ["trials"], to: 80 }]);
    expect(changesOf(before, before)).toEqual([]);
  });
  it("is warned where something changes that its trials share for life", () => {
    expect(changesLasting(before, { ...before, repeats: { kind: "seeds", count: 3 } })).toBe(true);
    expect(changesLasting(before, { ...before, trials: 99 })).toBe(false);
  });
  it("has a grid of as many points as its axes' values multiply to", () => {
    expect(gridSize(before, 5)).toBe(25);
    expect(gridSize({ axes: { a: { path: "a", role: "nuisance", when: {}, block: 1, values: [1, 2] }, b: { path: "b", role: "nuisance", when: {}, block: 1, from: 1, to: 3, scale: "linear", step: 1 }, c: { path: "c", role: "fixed", when: {}, block: 1, value: 1 } } }, 5)).toBe(6);
  });
});
