/** The command line trains: begins runs, goes on with them, shows the way, and says with its exit code how it went. */

import { describe, expect, it } from "vitest";
import { SpecError, StoreError } from "../../src-engine/spec/errors.ts";
import { problem } from "../../src-engine/spec/param.ts";
import { commands } from "../../src-main/cli/commands.ts";
import { compare } from "../../src-main/report/compare.ts";
import { finished, machine, nothingWrong } from "../support/machine.ts";
import { runDouble } from "../support/workbench-double.ts";

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

  it("with three seeds, one line a run at the end, in their order, and one for the group: mean, interval and n, which leaves out what did not finish", async () => {
    const runs = [1, 2, 3, 4].map((seed) => finished(`r-${seed}`, { name: `digits · seed ${seed}`, state: seed === 4 ? "stopped" : "finished", metrics: { "validation/accuracy": 0.9 + seed / 100 }, spec: { version: 1, seed, metrics: [] } as never }));
    const { told, world } = machine({ compareRuns: async () => compare(runs.map((run) => ({ key: "same", run })), null) }, runs);
    await commands(["--json", "run", "spec.json", "--parallel", "2", "--project", "a.descent"], world);
    expect(told.out.slice(-5).map((line) => JSON.parse(line) as unknown)).toMatchObject([{ kind: "finished", runId: "r-1" }, { kind: "finished", runId: "r-2" }, { kind: "finished", runId: "r-3" }, { kind: "stopped", runId: "r-4" }, { kind: "group", name: "digits", runIds: ["r-1", "r-2", "r-3", "r-4"], n: 3 }]);
    const { mean, low, high, n } = (JSON.parse(told.out.at(-1)!) as { metrics: Record<string, { mean: number; low: number; high: number; n: number }> }).metrics["validation/accuracy"]!;
    // 0.91, 0.92, 0.93: deviation 0.01, Student's t of two degrees of freedom 4.303.
    expect([mean, (high - low) / 2, n]).toEqual([expect.closeTo(0.92, 12), expect.closeTo((4.302653 * 0.01) / Math.sqrt(3), 7), 3]);
    await commands(["run", "spec.json"], world);
    expect(told.out.at(-1)).toBe("digits: 3 of 4 runs finished  validation/accuracy 92.00 ± 2.48 (n 3)");
    expect(told.opened[0]).toEqual({ project: "a.descent", parallel: 2, door: "cli", trains: true });
  });

  it("with --priority asks for it; what is no whole number in its bounds returns 2", async () => {
    const { service, world } = machine();
    await commands(["run", "spec.json", "--priority", "-5"], world);
    expect(service.asked[0]).toMatchObject({ method: "startRun", input: { priority: -5 } });
    expect([await commands(["run", "spec.json", "--priority", "1.5"], world), await commands(["run", "spec.json", "--priority", "1001"], world)]).toEqual([2, 2]);
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
      compareRuns: async () => compare([], null),
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

it("budget tells what a probe found, as lines or as JSON with what follows from it; Ctrl-C returns 130", async () => {
  const budget = { epochs: 10, seeds: 1, stepsPerEpoch: 4, startMs: 0, epochMs: { low: 900, middle: 1000, high: 2000 }, memoryBytes: 5e6, epochBytes: 400, checkpointBytes: 1000, checkpoints: { always: 2, every: 0 }, places: 1, queueMs: 0, freeBytes: null, mayEndEarly: false, probe: { steps: 20, ms: 2500, beside: 0 } };
  let press = (): void => undefined;
  const { told, world } = machine({ planBudget: async function* () { press(); yield { kind: "progress", share: 0.5, steps: 10 }; yield { kind: "budget", budget }; } });
  expect(await commands(["budget", "spec.json", "--json", "--minutes", "1"], world)).toBe(0);
  expect(told.out.map((line) => JSON.parse(line) as unknown)).toMatchObject([{ kind: "budget", epochs: 10, runMs: { middle: 10_000 }, totalMs: { high: 20_000 }, diskBytes: 6000, minutes: 1, fits: { epochs: 60, runs: 6, surely: { epochs: 30, runs: 3 } } }]);
  expect(await commands(["budget", "spec.json"], world)).toBe(0);
  expect(told.out[1]).toBe("an epoch   about 1.0 s (900 ms to 2.0 s)");
  press = () => { told.press(); };
  expect(await commands(["budget", "spec.json"], world)).toBe(130);
  expect(await commands(["budget", "spec.json", "--minutes", "0"], world)).toBe(2);
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

describe("going on with runs", () => {
  it("resumes those that are named, or all that are interrupted, in the order of the queue, and tells how they end", async () => {
    const left = [finished("r-3", { state: "interrupted", place: 0, priority: 2 }), finished("r-2", { state: "interrupted" }), finished("r-1", { state: "interrupted" })];
    let resumed = 0;
    const { told, service, world } = machine({
      listRuns: async () => left, compareRuns: async () => compare([], null), resumeRun: async ({ runId }) => { resumed++; return runDouble({ id: runId, state: "queued" }); },
      run: async ({ runId }) => (resumed < 3 ? left.find(({ id }) => id === runId)! : finished(runId)), watchRun: async function* () { /* it is over at once */ },
    });
    expect(await commands(["resume"], world)).toBe(0);
    expect(service.asked.filter(({ method }) => method === "resumeRun").map(({ input }) => input)).toEqual([{ runId: "r-3" }, { runId: "r-1" }, { runId: "r-2" }]);
    expect(told.out.map((line) => line.slice(0, 13))).toEqual(["r-3 finished:", "r-1 finished:", "r-2 finished:"]);
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

describe("the painted line", () => {
  it.each([[1, ["r-1"], "r-1  ██████████░░░░░░░░░░  50 %  epoch 1/2  train/loss 0.5  2.5 s left"], [2, ["r-1", "r-2"], "2 runs  █████░░░░░░░░░░░░░░░  25 %  0 done"]])("of %i runs fits the terminal and is taken away at the end", async (_, ids, line) => {
    const { told, world } = machine({ compareRuns: async () => compare([], null) }, ids.map((id) => finished(id)));
    await commands(["run", "spec.json"], { ...world, columns: 80 });
    const painted = told.err.split("\r\x1b[K");
    expect(painted.some((one) => one.startsWith(line))).toBe(true);
    expect(painted.at(-1)).toBe("");
    await commands(["run", "spec.json"], { ...world, columns: 20 });
    for (const one of told.err.split("\r\x1b[K").slice(painted.length)) expect(one.length).toBeLessThan(20);
  });
});
