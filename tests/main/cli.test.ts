/** The command line with a machine made for the test: what goes to stdout and stderr, which exit code, and what Ctrl-C does. */

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SpecError, StoreError } from "../../src-engine/spec/errors.ts";
import { problem } from "../../src-engine/spec/param.ts";
import { commands } from "../../src-main/cli/commands.ts";
import { duration, figure, jsonLine, table, tame } from "../../src-main/cli/print.ts";
import type { World } from "../../src-main/cli/world.ts";
import type { Inspection, Run, RunEvent } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { compare } from "../../src-main/report/compare.ts";
import { interrupts } from "../../src-main/server/interrupts.ts";
import type { WorkbenchService } from "../../src-main/service/workbench.ts";
import { runDouble, workbenchDouble } from "../support/workbench-double.ts";

const finished = (id: string, given: Partial<Run> = {}) => runDouble({ id, state: "finished", epoch: 2, step: 10, metrics: { "validation/accuracy": 0.97, "test/accuracy": 0.96 }, weightHash: "ab".repeat(32), trainingMs: 1500, ...given });
const nothingWrong: Inspection = { problems: [], spec: null, data: null, rows: null, layers: [], parameters: 0, stepsPerEpoch: 0, steps: 0, memoryBytes: 0, aboutMs: null };

/** A machine with two files and a workbench that trains one run for each id. */
function machine(given: Partial<Workbench> = {}, runs: readonly Run[] = [finished("r-1")], files: Record<string, string> = {}) {
  const told = { written: new Map<string, Uint8Array>(), out: [] as string[], err: "", opened: [] as unknown[], closed: 0, press: (): void => { throw new Error("nobody listens"); } };
  const service = workbenchDouble({
    startRun: async () => ({ runIds: runs.map((run) => run.id) }),
    run: async ({ runId }) => runs.find((run) => run.id === runId)!,
    listRuns: async () => runs,
    watchRun: async function* ({ runId }): AsyncGenerator<RunEvent> {
      yield { kind: "snapshot", seq: 0, run: runDouble({ id: runId }), series: [] };
      yield { kind: "progress", seq: 1, run: runDouble({ id: runId }), series: [], pace: { stepsPerSecond: 100, remainingMs: 2500 } };
      yield { kind: "state", seq: 2, run: runs.find((run) => run.id === runId)! };
    },
    ...given,
  });
  const whole: Record<string, string> = { [resolve("spec.json")]: '{ "layers": [] }', ...Object.fromEntries(Object.entries(files).map(([name, text]) => [resolve(name), text])) };
  const world: World = {
    out(line) { told.out.push(line); },
    err(text) { told.err += text; },
    columns: null,
    now: () => 0,
    readFile(path) {
      if (whole[path] === undefined) throw Object.assign(new Error("no such file"), { code: "ENOENT" });
      return new TextEncoder().encode(whole[path]);
    },
    exists: (path) => whole[path] !== undefined,
    async writeFile(path, bytes) { told.written.set(path, bytes); },
    open(options) { told.opened.push(options); return { ...service, close: async () => { told.closed++; }, go: () => undefined } satisfies WorkbenchService; },
    restoreBackup: (project, name) => ({ backup: { name: name ?? "newest", atMs: 0, sizeBytes: 1, beforeVersion: null }, keptAs: `${project ?? "usual"}.replaced` }),
    readSql: () => Promise.resolve({ columns: ["number", "name"], rows: [[1, "a\u001b[31m"], [2, null]], isCut: true }),
    openDoor: async () => ({ url: "http://127.0.0.1:1/#token=t", close: async () => { told.closed++; } }),
    onInterrupt(listener) { told.press = () => { listener("SIGINT"); }; return () => undefined; },
  };
  return { told, service, world };
}

describe("descent export", () => {
  const given = { exportModel: async () => ({ name: "r-1-digits.onnx", bytes: Uint8Array.of(1, 2, 3) }) };

  it("writes the file where --out says, and tells its size", async () => {
    const { told, service, world } = machine(given);
    expect(await commands(["export", "r-1", "--format", "onnx", "--out", "m.onnx"], world)).toBe(0);
    expect(service.asked).toEqual([{ method: "exportModel", input: { runId: "r-1", format: "onnx" } }]);
    expect(told.written.get(resolve("m.onnx"))).toEqual(Uint8Array.of(1, 2, 3));
    expect(told.out).toEqual(["m.onnx  3 bytes"]);
  });

  it("takes the run's own file name without --out, and replaces a file only when told to", async () => {
    const { told, world } = machine(given, undefined, { "r-1-digits.onnx": "before" });
    expect(await commands(["export", "r-1", "--format", "onnx"], world)).toBe(3);
    expect(told.err).toMatch(/r-1-digits.onnx exists already and was not replaced\nChoose another --out, or say --force/);
    expect(told.written.size).toBe(0);
    expect(await commands(["export", "r-1", "--format", "onnx", "--force", "--json"], world)).toBe(0);
    expect(JSON.parse(told.out[0]!)).toEqual({ kind: "exported", runId: "r-1", format: "onnx", file: "r-1-digits.onnx", sizeBytes: 3 });
  });

  it.each([[["r-1", "--format", "pickle"], "--format <kind>"], [["r-1", "r-2", "--format", "onnx"], "writes one network at a time as onnx; got 2 runs"], [["r-1", "--format", "npz", "--metric", "train/loss"], "--metric goes with --format csv or jsonl"]])("refuses %j", async (args, said) => {
    const { told, service, world } = machine(given);
    expect(await commands(["export", ...args], world)).toBe(2);
    expect(told.err).toContain(said);
    expect(service.asked).toEqual([]);
  });

  it("writes curves to a file too", async () => {
    const { told, world } = machine({ exportSeries: async () => ({ text: "run\r\nr-1\r\n", rows: 1 }) });
    expect(await commands(["export", "r-1", "--out", "curves.csv"], world)).toBe(0);
    expect(new TextDecoder().decode(told.written.get(resolve("curves.csv")))).toBe("run\r\nr-1\r\n");
    expect(told.out).toEqual(["curves.csv  10 bytes"]);
  });
});

describe("descent predict", () => {
  const answer = { rows: 2, targetName: "=answer", classes: ["no", "yes"], predicted: Float64Array.of(1, 0), probabilities: Float64Array.of(0.25, 0.75, 0.9, 0.1), ignored: ["id"] };

  it("prints the class and each probability as CSV, and on stderr which columns it left aside", async () => {
    const { told, service, world } = machine({ predictRows: async () => answer }, undefined, { "new.csv": "id,a\n1,2\n2,3\n" });
    expect(await commands(["predict", "r-1", "new.csv"], world)).toBe(0);
    expect(service.asked).toMatchObject([{ method: "predictRows", input: { runId: "r-1", from: { kind: "csv", name: "new.csv" } } }]);
    expect(told.out.join("\n")).toBe("'=answer,P(no),P(yes)\nyes,0.25,0.75\nno,0.9,0.1");
    expect(told.err).toBe("Columns that are no features were left aside: id\n");
  });

  it("prints an object for each row with --json", async () => {
    const { told, world } = machine({ predictRows: async () => answer }, undefined, { "new.csv": "a\n1\n" });
    await commands(["predict", "r-1", "new.csv", "--json"], world);
    expect(told.out.map((line) => JSON.parse(line) as unknown)).toEqual([
      { kind: "prediction", runId: "r-1", row: 1, predicted: "yes", probabilities: { no: 0.25, yes: 0.75 } },
      { kind: "prediction", runId: "r-1", row: 2, predicted: "no", probabilities: { no: 0.9, yes: 0.1 } },
    ]);
  });

  it("names a wrong cell by file, line and column, and a file that is not there", async () => {
    const wrong = new SpecError([{ ...problem("data.file", "badData", 'has "x" in column "a"', {}), at: { file: "new.csv", line: 3, column: 2 } }]);
    const { told, world } = machine({ predictRows: async () => { throw wrong; } }, undefined, { "new.csv": "a\n1\n" });
    expect(await commands(["predict", "r-1", "new.csv"], world)).toBe(2);
    expect(told.err).toMatch(/^new.csv:3:2: data.file has "x" in column "a"/);
    expect(await commands(["predict", "r-1", "gone.csv"], world)).toBe(3);
    expect(told.err).toContain("The file of rows gone.csv cannot be read: there is no such file.");
  });
});

describe("going on with runs", () => {
  it("resumes those that are named, or all that are interrupted, the oldest first, and tells how they end", async () => {
    const left = [finished("r-2", { state: "interrupted" }), finished("r-1", { state: "interrupted" })];
    let resumed = 0;
    const { told, service, world } = machine({
      listRuns: async () => left, resumeRun: async ({ runId }) => { resumed++; return runDouble({ id: runId, state: "queued" }); },
      run: async ({ runId }) => (resumed < 2 ? left.find(({ id }) => id === runId)! : finished(runId)), watchRun: async function* () { /* it is over at once */ },
    });
    expect(await commands(["resume"], world)).toBe(0);
    expect(service.asked.filter(({ method }) => method === "resumeRun").map(({ input }) => input)).toEqual([{ runId: "r-1" }, { runId: "r-2" }]);
    expect(told.out.map((line) => line.slice(0, 13))).toEqual(["r-1 finished:", "r-2 finished:"]);
  });

  it("says that nothing is interrupted", async () => {
    const { told, world } = machine({}, []);
    expect(await commands(["resume"], world)).toBe(0);
    expect(told.err).toBe("No run is interrupted.\n");
  });

  it("refuses to resume what is finished, naming the way on", async () => {
    const { told, world } = machine();
    expect(await commands(["resume", "r-1"], world)).toBe(2);
    expect(told.err).toContain("descent extend ID --epochs N");
  });

  it("extends, prints ack lines after commits, and branches with settings as JSON or text", async () => {
    const { told, service, world } = machine({ extendRun: async () => runDouble(), branchRun: async () => runDouble() });
    expect(await commands(["extend", "r-1", "--epochs", "5", "--ack-lines"], world)).toBe(0);
    expect(told.out[0]).toBe("ack r-1 5");
    expect(await commands(["branch", "r-1", "--step", "40", "--set", "optimizer.learningRate=0.1", "--set", "optimizer.kind=adam", "--set", 'schedule={"kind":"constant"}'], world)).toBe(0);
    expect(service.asked.find(({ method }) => method === "branchRun")!.input).toEqual({ runId: "r-1", step: 40, changes: [{ path: "optimizer.learningRate", to: 0.1 }, { path: "optimizer.kind", to: "adam" }, { path: "schedule", to: { kind: "constant" } }] });
    expect(await commands(["branch", "r-1", "--set", "rate"], world)).toBe(2);
  });

  it.each([["identical", 0, "r-1 identical: all 32 weight hashes came again"], ["different", 1, "r-1 different: the weights are others from epoch 7 on; validation/loss was 0.1 and came to 0.2; fewer than three finished seeds, so nobody can say whether that is chance"]] as const)("replays to the verdict %s with exit code %i", async (verdict, code, line) => {
    const replay = { verdict, atMs: 1, weightHash: "ab", fromEpoch: verdict === "identical" ? null : 7, compared: 32, band: null, metric: { name: "validation/loss", recorded: 0.1, replayed: 0.2 }, engine: { version: "1", executor: "wasm-32" } };
    const { told, world } = machine({ replayRun: async function* () { yield { kind: "progress", step: 1, steps: 2, remainingMs: null }; yield { kind: "verdict", replay }; } });
    expect(await commands(["replay", "r-1"], world)).toBe(code);
    expect(told.out).toEqual([line]);
  });

  it("lists checkpoints with the reasons they are kept", async () => {
    const kept = { step: 40, epoch: 1, value: 0.5, isPeriodic: false, isFork: false, isFinal: false, canGoOn: true, sizeBytes: 61_000, hash: "ab".repeat(32), createdMs: 1 };
    const { told, world } = machine({ listCheckpoints: async () => [kept, { ...kept, step: 80, epoch: 2, value: null, isFinal: true }] });
    expect(await commands(["checkpoints", "r-1"], world)).toBe(0);
    expect(told.out.map((line) => line.trim().split(/ {2,}/))).toEqual([["step", "epoch", "value", "kept as", "size", "hash"], ["40", "1", "0.5", "best", "61.0 kB", "abababababab"], ["80", "2", "final, newest", "61.0 kB", "abababababab"]]);
  });
});

it("query prints rows as a table or as JSON, tame, and says what was left out", async () => {
  const { told, world } = machine();
  expect(await commands(["query", "select number, name from run", "--limit", "2"], world)).toBe(0);
  expect(told.out).toEqual(["number  name", "1       a�[31m", "2"]);
  expect(told.err).toBe("Only the first 2 rows; more with --limit.\n");
  expect(await commands(["query", "select 1", "--json"], world)).toBe(0);
  expect(told.out.at(-1)).toBe('{"kind":"row","number":2,"name":null}');
});

it("export writes CSV, or one JSON object a point with words where JSON has no numbers", async () => {
  const { told, service, world } = machine({ exportSeries: async () => ({ text: "run\r\nr-1\r\n", rows: 1 }), readSeries: async () => [{ runId: "r-1", metric: "train/loss", steps: Float64Array.of(0, 14), values: Float64Array.of(2, NaN) }] });
  expect(await commands(["export", "r-1", "--metric", "train/loss"], world)).toBe(0);
  expect(await commands(["export", "r-1", "--format", "jsonl"], world)).toBe(0);
  expect(told.out).toEqual(["run\r\nr-1\r", '{"runId":"r-1","metric":"train/loss","step":0,"value":2}\n{"runId":"r-1","metric":"train/loss","step":14,"value":"NaN"}']);
  expect(service.asked[0]).toEqual({ method: "exportSeries", input: { runIds: ["r-1"], metrics: ["train/loss"] } });
});

it("mark adds and takes away tags and leaves the other marks alone", async () => {
  const { told, service, world } = machine({ run: async () => finished("r-1", { tags: ["old", "kept"] }), markRun: async (input) => finished("r-1", { tags: input.tags ?? [], isPinned: true }) });
  expect(await commands(["mark", "r-1", "--tag", "new", "--untag", "old", "--pin"], world)).toBe(0);
  expect(service.asked.at(-1)).toEqual({ method: "markRun", input: { runId: "r-1", tags: ["kept", "new"], isPinned: true } });
  expect(told.out).toEqual(["r-1  digits  #kept  #new  pinned"]);
});

describe("the trash and backups", () => {
  const trash = [{ id: "r-2", name: "old", state: "finished", trashedMs: 0, sizeBytes: 2_400_000 }] as const;
  const storage = async () => ({ database: 1, checkpoints: 1, files: 0, backups: 0, free: null, trash, copies: [] });
  it("throws away, lists, brings back and purges, with the bytes that were freed", async () => {
    const { told, service, world } = machine({ storage, trashRuns: async () => undefined, restoreRuns: async () => undefined, purgeRuns: async () => ({ freedBytes: 2_345_678 }) });
    for (const line of [["rm", "r-2", "r-3"], ["trash"], ["restore", "r-3"], ["purge"]]) expect(await commands(line, world)).toBe(0);
    expect(told.out).toEqual(["r-2 is in the trash; descent restore r-2 brings it back", "r-3 is in the trash; descent restore r-3 brings it back", "run  name  state     thrown away               about", "r-2  old   finished  1970-01-01 00:00:00 UTC  2.4 MB", "r-3 is back", "1 run purged, 2.3 MB freed"]);
    expect(service.asked.at(-1)).toEqual({ method: "purgeRuns", input: { runIds: ["r-2"] } });
  });

  it("makes backups, and goes back to one without opening the project", async () => {
    const { told, world } = machine({ backUp: async () => ({ name: "copy.descent", atMs: 0, sizeBytes: 400_000, beforeVersion: null }) });
    expect(await commands(["backup", "--json"], world)).toBe(0);
    expect(await commands(["backup", "--restore", "--project", "p"], world)).toBe(0);
    expect(told.out).toEqual(['{"kind":"backup","name":"copy.descent","atMs":0,"sizeBytes":400000,"beforeVersion":null}', "The project is as it was at 1970-01-01 00:00:00 UTC. The file that stood there is p.replaced"]);
    expect(told.opened).toHaveLength(1);
  });
});

describe("descent compare", () => {
  const seeded = (kind: string, accuracies: readonly number[]) => accuracies.map((value, i) => ({
    key: kind,
    run: finished(`r-${kind === "adam" ? 1 + i : 11 + i}`, { name: `${kind} · seed ${i + 1}`, spec: { version: 1, seed: i + 1, metrics: [{ kind: "accuracy" }], optimizer: { kind } } as unknown as Run["spec"], metrics: { "validation/accuracy": value } }),
  }));
  const comparison = compare([...seeded("adam", [0.9671, 0.967, 0.9688, 0.9702, 0.97]), ...seeded("sgd", [0.971, 0.9741, 0.9769, 0.9746, 0.9779])], null);
  const asked = async (args: readonly string[]) => {
    const { told, service, world } = machine({ compareRuns: async () => comparison });
    return { code: await commands(["compare", "r-1", "r-11", ...args], world), told, service };
  };

  it("prints the sentence of the page, what differs and what came out", async () => {
    const { code, told, service } = await asked([]);
    expect(code).toBe(0);
    expect(service.asked).toEqual([{ method: "compareRuns", input: { runIds: ["r-1", "r-11"], grouping: { kind: "allButSeed" }, baseline: null } }]);
    expect(told.out).toEqual([
      "A adam: r-1, r-2, r-3, r-4, r-5 (baseline)", "B sgd: r-11, r-12, r-13, r-14, r-15", "",
      "B sgd is better than A adam by 0.63 points of validation accuracy (95 % CI 0.38 to 0.87; 5 paired seeds, sign-flip p = 0.06).",
      "  5 pairs can never give a p below 0.06.", "  About 6 pairs in all could tell, if they spread as they do now.", "",
      "what differs (7 keys are the same)", expect.stringMatching(/^ +A +B *$/), expect.stringMatching(/^ {2}optimizer\.kind +adam +sgd *$/), "",
      "what came out (mean ± half a 95 % interval, difference to the baseline)", expect.stringMatching(/^ +A +B *$/), expect.stringMatching(/^ {2}validation\/accuracy +96\.86 ± 0\.19 \(n 5\) +97\.49 ± 0\.33 \(n 5\) \+0\.63/),
    ]);
  });
  it("takes a metric and a grouping, and refuses a metric that no run has", async () => {
    expect((await asked(["--by", "optimizer.kind,seed", "--metric", "validation/accuracy"])).service.asked[0]!.input).toMatchObject({ grouping: { kind: "by", names: ["optimizer.kind", "seed"] } });
    const { code, told } = await asked(["--metric", "validation/f1"]);
    expect([code, told.err]).toEqual([2, expect.stringMatching(/^metric must be one that a run has: validation\/accuracy; got validation\/f1/)]);
    expect((await asked(["--by", "optimzer.kind"])).code).toBe(2);
  });
  it("gives the whole comparison as one line of JSON", async () => {
    const { told } = await asked(["--json"]);
    expect(JSON.parse(told.out[0]!)).toMatchObject({ kind: "comparison", comparison: { baseline: 0, metrics: [{ metric: "validation/accuracy", statements: [null, { verdict: "better", holmP: "NaN" }] }] } });
  });
});

describe("descent list --where", () => {
  it("asks the workbench for what the query says", async () => {
    const { told, service, world } = machine();
    expect(await commands(["list", "--where", "optimizer.kind = adam"], world)).toBe(0);
    expect(service.asked).toMatchObject([{ method: "listRuns", input: { where: "optimizer.kind = adam" } }]);
    expect(told.out[1]).toMatch(/^r-1/);
  });

  it("says that no run matches", async () => {
    const { told, world } = machine({}, []);
    expect(await commands(["list", "--where", "seed = 9"], world)).toBe(0);
    expect(told.out).toEqual(["No runs match this query."]);
  });

  it.each([
    ["optimzer.kind = adam", '--where:1:1: "optimzer.kind" is no fact of a run, no part of its spec and no metric; did you mean optimizer?\n  optimzer.kind = adam\n  ^^^^^^^^^^^^^\nWrite: optimizer.kind = adam\n'],
    ["name = 数字 and seed == 3", "--where:1:20: one of =, !=, <, <=, >, >=, ~ or in is expected after \"seed\"; got ==\n  name = 数字 and seed == 3\n                       ^^\nWrite: name = 数字 and seed = 3\n"],
    ["seed = 1\nand (seed = 2", "--where:2:5: a bracket is opened here and never closed; close it with )\n  and (seed = 2\n      ^\n"],
    ["seed =", "--where:1:7: a value is expected after =; got the end. Put text with spaces or signs in quotes\n  seed =\n        ^\n"],
  ])("puts a caret under the fault of %j, returns 2 and opens no project", async (where, err) => {
    const { told, world } = machine();
    expect(await commands(["list", "--where", where], world)).toBe(2);
    expect([told.err, told.out, told.opened]).toEqual([err, [], []]);
  });

  it("cuts a long query around the place", async () => {
    const { told, world } = machine();
    await commands(["list", "--where", `${"seed = 1 and ".repeat(20)}seed == 2 ${"and seed = 1 ".repeat(10)}`], world);
    const [, line = "", carets = ""] = told.err.split("\n");
    expect(line.length).toBeLessThan(120);
    expect(line.slice(carets.indexOf("^"), carets.lastIndexOf("^") + 1)).toBe("==");
  });

  it("with --json the place is on stdout as well", async () => {
    const { told, world } = machine();
    expect(await commands(["list", "--json", "--where", "seed == 1"], world)).toBe(2);
    expect(JSON.parse(told.out[0]!)).toMatchObject({ kind: "refused", problems: [{ path: "where", code: "badSyntax", cure: "seed = 1", at: { line: 1, column: 6 } }] });
  });
});

describe("descent run", () => {
  it("tells the result on stdout, the way there on stderr, and returns 0", async () => {
    const { told, world } = machine();
    expect(await commands(["run", "spec.json"], world)).toBe(0);
    expect(told.out).toEqual([`r-1 finished: 10 steps in 1.5 s  validation/accuracy 0.97  test/accuracy 0.96  weights abababababab`]);
    expect(told.err).toBe("r-1  epoch 1/2  train/loss 0.5  2.5 s left\n");
    expect(told.closed).toBe(1);
  });

  it("--json prints progress and result, an object a line, and nothing else on stdout", async () => {
    const { told, world } = machine();
    expect(await commands(["run", "spec.json", "--json"], world)).toBe(0);
    expect(told.out.map((line) => JSON.parse(line) as unknown)).toEqual([
      { kind: "progress", runId: "r-1", step: 5, steps: 10, epoch: 1, epochs: 2, metrics: { "train/loss": 0.5 }, stepsPerSecond: 100, remainingMs: 2500 },
      { kind: "finished", runId: "r-1", metrics: { "validation/accuracy": 0.97, "test/accuracy": 0.96 }, steps: 10, seconds: 1.5, weightHash: "ab".repeat(32) },
    ]);
    expect(told.err).toBe("");
  });

  it("with three seeds, one line a run at the end, in their order", async () => {
    const { told, world } = machine({}, [finished("r-1"), finished("r-2"), finished("r-3")]);
    await commands(["--json", "run", "spec.json", "--parallel", "2", "--project", "a.descent"], world);
    expect(told.out.slice(-3).map((line) => JSON.parse(line) as unknown)).toMatchObject([{ kind: "finished", runId: "r-1" }, { kind: "finished", runId: "r-2" }, { kind: "finished", runId: "r-3" }]);
    expect(told.opened).toEqual([{ project: "a.descent", parallel: 2, door: "cli" }]);
  });

  it("a run that diverged returns 1 with its reason, and NaN is written as a string", async () => {
    const reason = { code: "diverged", message: "loss became NaN at step 412 (epoch 7)", hint: "Try a smaller rate", step: 412 };
    const { told, world } = machine({}, [finished("r-1", { state: "failed", reason, metrics: { "train/loss": NaN }, weightHash: null })]);
    expect(await commands(["run", "spec.json", "--json"], world)).toBe(1);
    expect(JSON.parse(told.out.at(-1)!)).toEqual({ kind: "failed", runId: "r-1", metrics: { "train/loss": "NaN" }, steps: 10, seconds: 1.5, weightHash: null, reason });
    await commands(["run", "spec.json"], world);
    expect(told.out.at(-1)).toBe("r-1 failed: loss became NaN at step 412 (epoch 7)\n  Try a smaller rate");
  });

  it("Ctrl-C stops every run, last first, tells what was kept and returns 130", async () => {
    const stopped: string[] = [];
    const done = Promise.withResolvers<null>();
    const { told, world } = machine({
      stopRun: async ({ runId }) => { stopped.push(runId); if (stopped.length === 2) done.resolve(null); return finished(runId); },
      watchRun: async function* ({ runId }) { yield { kind: "snapshot", seq: 0, run: runDouble({ id: runId }), series: [] }; if (runId === "r-1") told.press(); await done.promise; },
    }, [finished("r-1", { state: "stopped" }), finished("r-2", { state: "stopped", epoch: 0, step: 0 })]);
    expect(await commands(["run", "spec.json", "--json"], world)).toBe(130);
    expect(stopped).toEqual(["r-2", "r-1"]);
    expect(told.out.map((line) => (JSON.parse(line) as { kind: string }).kind)).toEqual(["stopped", "stopped"]);
    expect(told.err).toContain("what was learned is kept");
    expect(told.closed).toBe(1);
  });

  it("a spec that is refused returns 2, every problem with its line, and nothing was started", async () => {
    const problems = [problem("optimizer.beta2", "outOfInterval", "must be below 1; got 1"), problem("seed", "notWhole", "must be whole")];
    const { told, world, service } = machine({ startRun: () => Promise.reject(new SpecError(problems)) }, [], { "a.yaml": "seed: x\noptimizer:\n  kind: adam\n  beta2: 1\n" });
    expect(await commands(["run", "a.yaml", "--json"], world)).toBe(2);
    expect(told.err).toBe("a.yaml:4:3: optimizer.beta2 must be below 1; got 1\na.yaml:1:1: seed must be whole\n");
    expect(JSON.parse(told.out[0]!)).toMatchObject({ kind: "refused", problems: [{ path: "optimizer.beta2", at: { file: "a.yaml", line: 4, column: 3 } }, { path: "seed", at: { line: 1 } }] });
    expect(service.asked.map((one) => one.method)).toEqual(["startRun"]);
  });

  it("a text that cannot be read returns 2 before any project is opened", async () => {
    const { told, world } = machine({}, [], { "a.yaml": "a: 1\na: 2\n" });
    expect(await commands(["run", "a.yaml"], world)).toBe(2);
    expect(told.err).toBe("a.yaml:2:1: a is written twice\n");
    expect(told.opened).toEqual([]);
  });

  it("a spec file that is not there returns 3 and says so", async () => {
    const { told, world } = machine();
    expect(await commands(["run", "nope.json"], world)).toBe(3);
    expect(told.err).toContain("nope.json cannot be read: there is no such file");
  });

  it("another owner of the project returns 3 with the sentence", async () => {
    const { told, world } = machine();
    world.open = () => { throw new StoreError("inUse", "a.descent is open in another Descent (process 7)", {}, "Close that one."); };
    expect(await commands(["run", "spec.json", "--json"], world)).toBe(3);
    expect(told.err).toBe("a.descent is open in another Descent (process 7)\nClose that one.\n");
    expect(JSON.parse(told.out[0]!)).toMatchObject({ kind: "error", code: "inUse" });
  });
});

describe("a CSV beside the spec", () => {
  const files = { "sets/a.yaml": "data: { kind: csv, file: rows.csv }\n", "sets/rows.csv": "a,y\n1,x\n" };
  const kept = { hash: "cd".repeat(32), name: "rows.csv", sizeBytes: 8, importedMs: 0, rows: 1, columns: [] };
  const missing = problem("data.file", "noSuchFile", "was not imported");

  it("is read from the spec's folder, imported, and named by its hash", async () => {
    const { world, service } = machine({ inspectSpec: async () => ({ ...nothingWrong, problems: [missing] }), importFile: async () => kept }, undefined, files);
    expect(await commands(["run", "sets/a.yaml"], world)).toBe(0);
    expect(service.asked.find((one) => one.method === "importFile")!.input).toEqual({ name: "rows.csv", bytes: new TextEncoder().encode(files["sets/rows.csv"]) });
    expect(service.asked.find((one) => one.method === "startRun")!.input).toEqual({ experimentId: null, spec: { data: { kind: "csv", file: "rows.csv", hash: kept.hash } } });
  });

  it("that is missing is a problem at data.file, told together with the others, and nothing is imported", async () => {
    const { told, world, service } = machine({ inspectSpec: async () => ({ ...nothingWrong, problems: [missing, problem("seed", "notWhole", "must be whole")] }) }, [], { "a.yaml": "seed: x\ndata: { kind: csv, file: nowhere.csv }\n" });
    expect(await commands(["run", "a.yaml"], world)).toBe(2);
    expect(told.err).toMatch(/^a\.yaml:1:1: seed must be whole\na\.yaml:2:20: data\.file must name a file beside the spec; there is none at .*nowhere\.csv\n$/);
    expect(service.asked.map((one) => one.method)).toEqual(["inspectSpec"]);
  });

  it("of a spec with other problems is not imported", async () => {
    const { world, service } = machine({ inspectSpec: async () => ({ ...nothingWrong, problems: [problem("seed", "notWhole", "must be whole")] }) }, [], files);
    expect(await commands(["run", "sets/a.yaml"], world)).toBe(2);
    expect(service.asked.map((one) => one.method)).toEqual(["inspectSpec"]);
  });

  it("whose content is not what the spec's hash says is refused at data.hash", async () => {
    const { told, world } = machine({ inspectSpec: async () => nothingWrong, importFile: async () => kept }, [], { ...files, "sets/a.yaml": `data: { kind: csv, file: rows.csv, hash: ${"ef".repeat(32)} }\n` });
    expect(await commands(["run", "sets/a.yaml"], world)).toBe(2);
    expect(told.err).toContain(`data.hash must be the hash of rows.csv, which is ${kept.hash}`);
  });
});

describe("the other commands", () => {
  it("list aligns its columns and keeps a name from steering the terminal", async () => {
    const { told, world } = machine({}, [finished("r-12", { name: "a\x1b[2Jb" }), runDouble({ id: "r-3", name: "迭代" })]);
    expect(await commands(["list"], world)).toBe(0);
    expect(told.out).toEqual([
      "run   name    experiment  state     epochs   time  validation/loss  validation/accuracy",
      "r-12  a�[2Jb  e-1         finished     2/2  1.5 s                                  0.97",
      "r-3   迭代    e-1         running      1/2  0.0 s",
    ]);
  });

  it("list --json prints a run a line", async () => {
    const { told, world } = machine({}, [finished("r-1"), finished("r-2")]);
    await commands(["list", "--json"], world);
    expect(told.out.map((line) => (JSON.parse(line) as { run: Run }).run.id)).toEqual(["r-1", "r-2"]);
  });

  it("show tells state, data, layers, metrics and hashes", async () => {
    const { told, world } = machine();
    expect(await commands(["show", "r-1"], world)).toBe(0);
    for (const part of ["state       finished", "weights     abab", "data        digits: 10 rows to train", "  0  dense  2              130", "  test/accuracy        0.96"]) expect(told.out.join("\n")).toContain(part);
  });

  it.each([["an id that is no id", "../x", new StoreError("unreached", "")], ["an unknown run", "r-9", new StoreError("noSuchRun", "there is no run r-9")]])("show with %s returns 2", async (_, id, error) => {
    expect(await commands(["show", id], machine({ run: () => Promise.reject(error) }).world)).toBe(2);
  });

  it("serve prints the address, closes in order at Ctrl-C, and returns 130", async () => {
    const { told, world } = machine();
    const served = commands(["serve", "--no-open", "--json", "--port", "0"], world);
    await new Promise((resolveNow) => { setImmediate(resolveNow); });
    expect(told.out).toEqual(['{"kind":"serving","url":"http://127.0.0.1:1/#token=t"}']);
    told.press();
    expect(await served).toBe(130);
    expect(told.closed).toBe(1);
  });

  it.each([[["frob"]], [["run"]], [["run", "spec.json", "--parallel", "0"]], [["run", "spec.json", "--parallel", "1.5"]], [["serve", "--port", "65536"]], [["list", "--frob"]], [["list", "too", "many"]], [[]]])("%j returns 2 and opens nothing", async (args) => {
    const { told, world } = machine();
    expect(await commands(args, world)).toBe(2);
    expect(told.opened).toEqual([]);
    expect(told.err).not.toBe("");
  });

  it("--help returns 0 and names the exit codes", async () => {
    const { told, world } = machine();
    expect(await commands(["--help"], world)).toBe(0);
    expect(told.out.join("\n")).toContain("130 stopped by Ctrl-C");
  });
});

describe("the painted line", () => {
  it.each([[1, ["r-1"], "r-1  ██████████░░░░░░░░░░  50 %  epoch 1/2  train/loss 0.5  2.5 s left"], [2, ["r-1", "r-2"], "2 runs  █████░░░░░░░░░░░░░░░  25 %  0 done"]])("of %i runs fits the terminal and is taken away at the end", async (_, ids, line) => {
    const { told, world } = machine({}, ids.map((id) => finished(id)));
    await commands(["run", "spec.json"], { ...world, columns: 80 });
    const painted = told.err.split("\r\x1b[K");
    expect(painted.some((one) => one.startsWith(line))).toBe(true);
    expect(painted.at(-1)).toBe("");
    await commands(["run", "spec.json"], { ...world, columns: 20 });
    for (const one of told.err.split("\r\x1b[K").slice(painted.length)) expect(one.length).toBeLessThan(20);
  });
});

describe("print", () => {
  it("durations, figures, tables and JSON", () => {
    expect([0, 440, 12_300, 59_700, 185_000, 7_800_000].map(duration)).toEqual(["0.0 s", "0.4 s", "12 s", "1 min 0 s", "3 min 5 s", "2 h 10 min"]);
    expect([0.123456, 1, 1e-9, NaN, -Infinity].map(figure)).toEqual(["0.1235", "1", "1e-9", "NaN", "-Infinity"]);
    expect(table([["a", "bb"], ["ccc", "d"]], [1])).toEqual(["a    bb", "ccc   d"]);
    expect(jsonLine({ a: [NaN, Infinity, -Infinity, 1] })).toBe('{"a":["NaN","Infinity","-Infinity",1]}');
    expect(tame("a\x07\x1b]0;x\x9b\u202eb")).toBe("a��]0;x��b");
  });
});

describe("interrupts", () => {
  function signals() {
    const heard = { first: 0, exits: [] as number[], at: 0, send: (_: "SIGINT" | "SIGTERM"): void => { throw new Error("nobody listens"); } };
    interrupts({ on: (_, listener) => { heard.send = listener; }, off: () => undefined, exit: (code) => { heard.exits.push(code); } }, () => heard.at, () => { heard.first++; });
    return heard;
  }

  it("the first is told, the second leaves at once with 130", () => {
    const heard = signals();
    heard.send("SIGINT");
    heard.at = 1000;
    heard.send("SIGINT");
    expect([heard.first, heard.exits]).toEqual([1, [130]]);
  });

  it("one press that arrives twice, from the terminal and from a launcher, is one", () => {
    const heard = signals();
    heard.send("SIGINT");
    heard.at = 20;
    heard.send("SIGINT");
    expect([heard.first, heard.exits]).toEqual([1, []]);
  });
});

describe("as a program of its own", () => {
  const root = resolve(import.meta.dirname, "../..");
  let folder: string;
  beforeAll(() => { folder = mkdtempSync(join(tmpdir(), "descent-cli-")); });
  afterAll(() => { rmSync(folder, { recursive: true }); });

  /** Runs `descent` as `npx descent` does; `act` may send signals once a line has come. */
  function descent(args: readonly string[], act: (child: ReturnType<typeof spawn>, line: string) => void = () => undefined): Promise<{ code: number | null; out: string[]; err: string }> {
    return new Promise((resolveNow) => {
      const child = spawn(process.execPath, [join(root, "scripts", "descent.mjs"), ...args, "--project", join(folder, "a.descent")], { stdio: ["ignore", "pipe", "pipe"] });
      let [out, err] = ["", ""];
      child.stdout.on("data", (piece) => { out += String(piece); act(child, out); });
      child.stderr.on("data", (piece) => { err += String(piece); });
      child.on("close", (code) => { resolveNow({ code, out: out.trimEnd().split("\n"), err }); });
    });
  }
  const endless = { data: { kind: "sample", name: "digits" }, layers: [{ kind: "dense", units: 64 }, { kind: "relu" }, { kind: "dense", units: 10 }], train: { epochs: 1_000_000 } };

  it("trains, prints JSON lines alone on stdout and returns 0; list and show find the run", async () => {
    const spec = join(folder, "short.json");
    writeFileSync(spec, JSON.stringify({ ...endless, train: { epochs: 3 }, metrics: [{ kind: "accuracy" }] }));
    const { code, out } = await descent(["run", spec, "--json"]);
    expect(code).toBe(0);
    const last = JSON.parse(out.at(-1)!) as { kind: string; runId: string; weightHash: string; metrics: Record<string, number> };
    expect(last).toMatchObject({ kind: "finished", runId: "r-1", weightHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    expect((JSON.parse((await descent(["show", "r-1", "--json"])).out[0]!) as { run: Run }).run).toMatchObject({ state: "finished", weightHash: last.weightHash, metrics: last.metrics });
    expect((await descent(["list"])).out[1]).toMatch(/^r-1 /);
  });

  it("Ctrl-C keeps what was learned and returns 130; meanwhile others may look at the project, and are refused to change it with 3", async () => {
    const spec = join(folder, "endless.json");
    writeFileSync(spec, JSON.stringify(endless));
    let other: ReturnType<typeof descent> | null = null;
    const { code, out } = await descent(["run", spec, "--json"], (child) => {
      other ??= descent(["list"]).then((listed) => { expect(listed.out[1]).toContain(" running "); return descent(["rm", "r-1"]); }).finally(() => { child.kill("SIGINT"); });
    });
    expect(code).toBe(130);
    expect(JSON.parse(out.at(-1)!)).toMatchObject({ kind: "stopped", weightHash: expect.stringMatching(/^[0-9a-f]{64}$/) as string });
    const refused = await other!;
    expect([refused.code, refused.err]).toEqual([3, expect.stringContaining("is open in another Descent (process ")]);
    expect((await descent(["list"])).out[1]).toMatch(/ stopped /);
  });
});
