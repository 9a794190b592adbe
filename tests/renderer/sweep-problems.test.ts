/** What is refused of a sweep, said in Chinese: every code by a problem that the checks themselves found, with its values and without its English. */

import { describe, expect, it } from "vitest";
import { checkSweepSpec, describeCatalog, makeSpace, pointByHand, previewPoints } from "../../src-engine/index.ts";
import { SpecError } from "../../src-engine/spec/errors.ts";
import type { Problem } from "../../src-engine/spec/errors.ts";
import { problem } from "../../src-engine/spec/param.ts";
import { editor as zh } from "../../src-renderer/words/editor.zh.ts";
import { sweepProblems } from "../../src-renderer/words/sweep-problems.zh.ts";
import { aSweepSpec } from "./support/sweeps.ts";

const catalog = describeCatalog();
const base = { ...aSweepSpec.base, layers: [{ kind: "dense", units: 8 }, { kind: "relu" }, { kind: "dense", units: 10 }] };
const rate = { "optimizer.learningRate": {} };
const spec = (given: object): object => ({ base, axes: rate, objective: { metric: "validation/loss" }, sampler: { kind: "random" }, trials: 12, ...given });
const population = (given: object): object => spec({ pruner: { kind: "population", members: 4, every: 1 }, ...given });
const refused = (work: () => unknown): readonly Problem[] => { try { work(); } catch (error) { if (error instanceof SpecError) return error.problems; throw error; } return []; };
const by = (axes: object, constraints: readonly object[], given: object): Problem[] => [...refused(() => pointByHand(checkSweepSpec(spec({ axes, constraints }), catalog).spec!, given as never))];
const two = { "layers.0.units": { from: 2, to: 64 }, "train.batchSize": { from: 16, to: 64 } };

const cases: Readonly<Record<string, () => readonly Problem[]>> = {
  oneObjective: () => checkSweepSpec(spec({ sampler: { kind: "gaussianProcess" }, objective: [{ metric: "validation/loss" }, { metric: "model/parameters" }] }), catalog).problems,
  testSplit: () => checkSweepSpec(spec({ objective: { metric: "test/loss" } }), catalog).problems,
  oneSeed: () => checkSweepSpec(spec({ base: { ...base, seeds: 2 } }), catalog).problems,
  fewRepeats: () => checkSweepSpec(spec({ pruner: { kind: "wilcoxon" } }), catalog).problems,
  cohortMode: () => checkSweepSpec(spec({ mode: "asynchronous", pruner: { kind: "hyperband" } }), catalog).problems,
  notAnAxis: () => checkSweepSpec(spec({ axes: { ...rate, seed: { values: [1, 2] } } }), catalog).problems,
  noSuchCopy: () => checkSweepSpec(spec({ axes: { "layers.0.repeat": { from: 1, to: 2 }, "layers.0@5.units": {} } }), catalog).problems,
  circular: () => checkSweepSpec(spec({ axes: { "layers.0.units": { values: [2, 4], when: { "train.batchSize": 16 } }, "train.batchSize": { values: [16, 32], when: { "layers.0.units": 2 } } } }), catalog).problems,
  notOrdered: () => checkSweepSpec(spec({ axes: { ...rate, "optimizer.kind": { values: ["adam", "sgd"] } }, constraints: [{ kind: "decreasing", axes: ["optimizer.learningRate", "optimizer.kind"] }] }), catalog).problems,
  tightConstraints: () => { const tight = checkSweepSpec(spec({ axes: two, constraints: [{ kind: "sumAtMost", axes: Object.keys(two), limit: 1 }] }), catalog).spec!; return refused(() => previewPoints(tight)).concat(refused(() => makeSpace(tight))); },
  againstConstraints: () => by(two, [{ kind: "decreasing", axes: ["train.batchSize", "layers.0.units"] }], { "layers.0.units": 60, "train.batchSize": 20 }),
  notInPlay: () => by({ "optimizer.kind": { values: ["adam", "momentum"] }, adam: { path: "optimizer.beta1", when: { "optimizer.kind": "adam" } } }, [], { "optimizer.kind": "momentum", adam: 0.9 }),
  notOnAxis: () => by(two, [], { "layers.0.units": 65, "train.batchSize": 20 }),
  populationMode: () => checkSweepSpec(population({ mode: "asynchronous" }), catalog).problems,
  populationTrials: () => checkSweepSpec(population({ trials: 13 }), catalog).problems,
  populationRepeats: () => checkSweepSpec(population({ repeats: { kind: "seeds", count: 3 } }), catalog).problems,
  populationStopping: () => checkSweepSpec(population({ base: { ...base, train: { ...base.train, earlyStopping: {} } } }), catalog).problems,
  populationSampler: () => checkSweepSpec(population({ sampler: { kind: "grid" } }), catalog).problems,
  populationAxis: () => checkSweepSpec(population({ axes: two }), catalog).problems,
  // What only the workbench finds; tests/main/sweep-life.test.ts has it refused.
  untrainable: () => [problem("axes", "untrainable", "give runs that cannot train, such as {}: optimizer.beta1 must be a number in [0, 1); got 2", { point: "{}", path: "optimizer.beta1", code: "outOfInterval", message: "must be a number in [0, 1); got 2", interval: "[0, 1)", got: "2" })],
  noValidationRows: () => [problem("objective.0.metric", "noValidationRows", "is measured on validation rows", { got: "validation/loss" })],
  otherObjective: () => [problem("sweepIds", "otherObjective", "must have one objective", { sweep: "s-2", got: "validation/loss", wanted: "train/loss" })],
  fixedInSweep: () => [problem("base", "fixedInSweep", "stays as it is")],
};

/** Whose sentence needs no value: it is the only one that is refused. */
const unsaid = ["testSplit", "fewRepeats", "populationMode", "populationStopping", "populationSampler"];

describe("what is refused of a sweep", () => {
  it("has a case here for every code", () => {
    expect(Object.keys(cases).sort()).toEqual(Object.keys(sweepProblems(String)).sort());
  });

  it.each(Object.entries(cases))("%s is a Chinese sentence of its own", (code, problems) => {
    const found = problems().find((one) => one.code === code);
    expect(found, JSON.stringify(problems())).toBeDefined();
    const said = zh.problem(found!);
    expect(said).toMatch(/\p{Script=Han}/u);
    expect(said).not.toContain(found!.message);
    expect(said).not.toMatch(/undefined| {2}|： ?$/);
    if (!unsaid.includes(code)) expect(said).toContain(found!.details["got"] ?? "");
  });

  it("says of a point that cannot train what is wrong there, in Chinese too", () => {
    expect(zh.problem(cases["untrainable"]!()[0]!)).toBe("给出无法训练的运行，例如 {}：optimizer.beta1 须为 [0, 1) 内的数，当前为 2");
  });
});
