/** The gradient check as the doors offer it: through the workbench with a real worker, and on the command line. */

import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SpecError, TrainingError } from "../../src-engine/spec/errors.ts";
import { commands } from "../../src-main/cli/commands.ts";
import type { World } from "../../src-main/cli/world.ts";
import type { GradientCheck, GradientVerdict } from "../../src-main/contract/gradient-check.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { openBench } from "../support/workbench.ts";
import { workbenchDouble } from "../support/workbench-double.ts";

const spec = { data: { kind: "xor", samples: 100 }, layers: [{ kind: "dense", units: 30 }, { kind: "tanh" }, { kind: "dense", units: 2 }] };

describe("the workbench", () => {
  it("answers with a report on the fresh network and on the one 20 updates later, and stores nothing", async () => {
    await using bench = openBench();
    const { verdict, parameters, checks } = await bench.workbench.checkGradient({ spec });
    expect([verdict, parameters]).toEqual(["right", 152]);
    expect(checks.map(({ step, report }) => [step, report.rows, report.slices.map(({ name, checked }) => [name, checked])])).toEqual([0, 20].map((step) => [step, 8, [["0/kernel", 20], ["2/kernel", 20], ["0/bias", 20], ["2/bias", 2]]]));
    expect(await bench.workbench.listRuns({})).toEqual([]);
  });

  it("passes its options on", async () => {
    await using bench = openBench();
    const { checks } = await bench.workbench.checkGradient({ spec, epsilon: 1e-7, form: "oneSided", rows: 3, perSlice: null, burnIn: 0, chance: "off" });
    expect(checks).toHaveLength(1);
    expect(checks[0]!.report).toMatchObject({ epsilon: 1e-7, form: "oneSided", rows: 3 });
    expect(checks[0]!.report.slices[0]!.checked).toBe(60);
  });

  it("refuses a spec with all that is wrong with it, and tells a burn-in that diverges", async () => {
    await using bench = openBench();
    await expect(bench.workbench.checkGradient({ spec: { ...spec, optimizer: { kind: "adam", beta1: 2 }, loss: { kind: "mse" } } })).rejects.toThrow(SpecError);
    await expect(bench.workbench.checkGradient({ spec: { ...spec, layers: [{ kind: "dense", units: 2 }, { kind: "dense", units: 2 }], optimizer: { kind: "sgd", learningRate: 1e300 } } })).rejects.toThrow(TrainingError);
  });

  it("reads and splits data while it checks: the check has a thread of its own", async () => {
    await using bench = openBench();
    const order: string[] = [];
    const wide = { ...spec, layers: [{ kind: "dense", units: 100 }, { kind: "tanh" }, { kind: "dense", units: 100 }, { kind: "tanh" }, { kind: "dense", units: 2 }] };
    const check = bench.workbench.checkGradient({ spec: wide, perSlice: 1000 }).then(() => { order.push("check"); });
    await bench.workbench.inspectSpec({ spec: { ...spec, data: { kind: "moons" } } }).then(() => { order.push("inspect"); });
    await check;
    expect(order).toEqual(["inspect", "check"]);
  });
});

/** A report of one tensor. */
function found(verdict: GradientVerdict, given: { readonly kinks?: number; readonly error?: number } = {}): GradientCheck {
  const { kinks = 0, error = 3.14159e-11 } = given;
  const hints = verdict === "right" ? [] : [{ code: "onlyBiases", slices: ["2/bias"], message: "only 2/bias is off: looks like a missing sum over rows", params: {} }];
  const slice = { name: "2/bias", shape: [3], checked: 3, kinks, relativeError: kinks > 0 ? 0.5 : error, smoothError: error, maxError: 0, verdict, worst: [{ index: 2, at: [2], analytic: 0.12345, numerical: -0.5, relativeError: error, isKink: false, verdict }] };
  return { verdict, parameters: 17, checks: [{ step: 0, report: { epsilon: 1e-5, form: "twoSided", rows: 8, loss: 0.693147, relativeError: slice.relativeError, smoothError: error, verdict, slices: [slice], hints } }] };
}

function machine(answer: Workbench["checkGradient"]) {
  const told = { out: [] as string[], err: "", closed: 0 };
  const service = workbenchDouble({ checkGradient: answer });
  const world: World = {
    out(line) { told.out.push(line); },
    err(text) { told.err += text; },
    columns: null,
    now: () => 0,
    readFile(path) {
      if (path !== resolve("spec.yaml")) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
      return new TextEncoder().encode("layers: []\noptimizer:\n  kind: adam\n");
    },
    open: () => ({ ...service, close: async () => { told.closed++; }, act: () => undefined }),
    restoreBackup: () => { throw new Error("nothing is restored here"); },
    rescue: () => { throw new Error("nothing is rescued here"); }, readSql: () => Promise.resolve({ columns: ["number", "name"], rows: [[1, "a\u001b[31m"], [2, null]], isCut: true }),
    filesAt: () => { throw new Error("nothing is imported here"); },
    openDoor: () => { throw new Error("no door here"); },
    exists: () => false, writeFile: () => Promise.resolve(),
    onInterrupt: () => () => undefined,
  };
  return { told, service, world };
}

describe("descent gradcheck", () => {
  it("prints a table, a line a tensor, and returns 0 where all is right", async () => {
    const { told, world } = machine(async () => found("right"));
    expect(await commands(["gradcheck", "spec.yaml"], world)).toBe(0);
    expect(told.out).toEqual([
      "gradient check in 64 bit: 17 parameters, 8 rows, ĝ = (J(θ + ε) − J(θ − ε)) / 2ε, ε = 1e-5",
      "",
      "before training: right, relative error 3.14e-11, loss 0.693",
      "tensor  compared     error  worst entry  analytic  numerical  kinks  verdict",
      "2/bias       3/3  3.14e-11  [2]             0.123       -0.5         right",
    ]);
    expect(told.closed).toBe(1);
  });

  it.each([["wrong", "WRONG"], ["look", "look closer"]] as const)("returns 1 where a gradient is %s, and says where to look", async (verdict, word) => {
    const { told, world } = machine(async () => found(verdict, { error: 0.25, kinks: 1 }));
    expect(await commands(["gradcheck", "spec.yaml"], world)).toBe(1);
    expect(told.out[2]).toBe(`before training: ${word}, relative error 0.25 (0.5 with kinks), loss 0.693`);
    expect(told.out.slice(4)).toEqual([`2/bias       3/3   0.25  [2]             0.123       -0.5      1  ${word}`, "→ only 2/bias is off: looks like a missing sum over rows"]);
  });

  it("--json prints the whole report as one object, numbers that are none as strings", async () => {
    const { told, world } = machine(async () => found("wrong", { error: Number.NaN }));
    expect(await commands(["gradcheck", "spec.yaml", "--json"], world)).toBe(1);
    expect(told.out).toHaveLength(1);
    expect(JSON.parse(told.out[0]!)).toMatchObject({ kind: "gradientCheck", verdict: "wrong", parameters: 17, checks: [{ step: 0, report: { slices: [{ name: "2/bias", smoothError: "NaN" }] } }] });
  });

  it.each<readonly [readonly string[], object]>([
    [[], {}],
    [["--epsilon", "1e-7", "--one-sided", "--rows", "5", "--entries", "9", "--burn-in", "0", "--no-chance"], { epsilon: 1e-7, form: "oneSided", rows: 5, perSlice: 9, burnIn: 0, chance: "off" }],
    [["--all"], { perSlice: null }],
  ])("%j asks for %j", async (args, options) => {
    const { service, world } = machine(async () => found("right"));
    await commands(["gradcheck", "spec.yaml", ...args], world);
    expect(service.asked).toEqual([{ method: "checkGradient", input: { spec: { layers: [], optimizer: { kind: "adam" } }, ...options } }]);
  });

  it.each([["--epsilon", "0"], ["--epsilon", "2"], ["--epsilon", "small"], ["--rows", "0"], ["--entries", "1.5"], ["--burn-in", "-1"]])("%s %s is refused with 2", async (option, value) => {
    const { told, world } = machine(async () => found("right"));
    expect(await commands(["gradcheck", "spec.yaml", option, value], world)).toBe(2);
    expect(told.err).toMatch(/It must be a (whole )?number in/);
  });

  it("a wrong spec returns 2 with its place in the file, one that is not there 3", async () => {
    const { told, world } = machine(async () => { throw new SpecError([{ path: "optimizer.kind", code: "unknownKind", message: "must be one of sgd", details: {} }]); });
    expect(await commands(["gradcheck", "spec.yaml"], world)).toBe(2);
    expect(told.err).toContain("spec.yaml:3:3: optimizer.kind must be one of sgd");
    expect(told.closed).toBe(1);
    expect(await commands(["gradcheck", "other.yaml"], world)).toBe(3);
  });
});

describe("as a program of its own", () => {
  let folder: string;
  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), "descent-gradcheck-")); });
  afterAll(() => { rmSync(folder, { recursive: true }); });
  const descent = (...args: string[]) => spawnSync(process.execPath, [resolve(import.meta.dirname, "../../scripts/descent.mjs"), "gradcheck", ...args, "--project", join(folder, "a.descent")], { encoding: "utf8" });

  it("checks a network with batch norm, dropout and a penalty: 0, and a table for each time", () => {
    const file = join(folder, "spec.yaml");
    writeFileSync(file, "data: { kind: moons, samples: 200 }\nlayers:\n  - { kind: dense, units: 6 }\n  - { kind: batchNorm }\n  - { kind: relu }\n  - { kind: dropout }\n  - { kind: dense, units: 2 }\nregularizer: { kind: l2, lambda: 0.5 }\n");
    const { status, stdout } = descent(file, "--burn-in", "3");
    expect(status).toBe(0);
    expect(stdout).toContain("before training: right");
    expect(stdout).toContain("after 3 updates: right");
    expect(stdout).toMatch(/^1\/scale +6\/6/m);
  });

  it("a wrong spec is 2, with its line", () => {
    const file = join(folder, "wrong.yaml");
    writeFileSync(file, "data: { kind: moons }\nlayers:\n  - { kind: dense, units: 0 }\n");
    const { status, stderr } = descent(file);
    expect(status).toBe(2);
    expect(stderr).toMatch(/wrong\.yaml:3:\d+: layers\.0\.units must be/);
  });
});
