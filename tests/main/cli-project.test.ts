/** What the command line tells of a project and does to it: lists, queries, marks, comparisons, trash and backups. */

import { describe, expect, it } from "vitest";
import { StoreError } from "../../src-engine/spec/errors.ts";
import { commands } from "../../src-main/cli/commands.ts";
import type { QueueView, Run } from "../../src-main/contract/nouns.ts";
import { compare } from "../../src-main/report/compare.ts";
import { finished, machine } from "../support/machine.ts";
import { runDouble } from "../support/workbench-double.ts";

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

  it("queue tells who trains and who waits, with priority, memory and times, and why the next one does not begin", async () => {
    const [first, second] = [runDouble({ id: "r-1", state: "running" }), runDouble({ id: "r-2", name: "wide", state: "queued", step: 0, priority: 4 })];
    const view: QueueView = { held: null, training: [first], waiting: [second], forecasts: { "r-1": { memoryBytes: 61_000, beginsInMs: 0, endsInMs: 90_000 }, "r-2": { memoryBytes: 2_500_000, beginsInMs: 90_000, endsInMs: 95_000 } }, places: 2, memoryBytes: 2_000_000, waitsFor: "memory", remainingMs: 95_000, freeBytes: null, leastBytes: 1 };
    const { told, world } = machine({ queue: async () => view, prioritizeRun: async ({ priority }) => ({ ...second, priority }) });
    expect(await commands(["queue"], world)).toBe(0);
    expect(told.out).toEqual([
      "   run  name    priority  progress   memory  about", "   r-1  digits         0      5/10  61.0 kB  1 min 30 s left", "1  r-2  wide           4      0/10   2.5 MB  begins in 1 min 30 s",
      "The next one waits until there is memory for it.", "About 1 min 35 s for all of it.",
    ]);
    expect(await commands(["priority", "r-2", "-7"], world)).toBe(0);
    expect(told.out.at(-1)).toBe("r-2 has priority -7");
    expect(await commands(["priority", "r-2", "much"], world)).toBe(2);
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

it("query prints rows as a table or as JSON, tame, and says what was left out", async () => {
  const { told, world } = machine();
  expect(await commands(["query", "select number, name from run", "--limit", "2"], world)).toBe(0);
  expect(told.out).toEqual(["number  name", "1       a�[31m", "2"]);
  expect(told.err).toBe("Only the first 2 rows; more with --limit.\n");
  expect(await commands(["query", "select 1", "--json"], world)).toBe(0);
  expect(told.out.at(-1)).toBe('{"kind":"row","number":2,"name":null}');
});

it("mark adds and takes away tags and leaves the other marks alone", async () => {
  const { told, service, world } = machine({ run: async () => finished("r-1", { tags: ["old", "kept"] }), markRun: async (input) => finished("r-1", { tags: input.tags ?? [], isPinned: true }) });
  expect(await commands(["mark", "r-1", "--tag", "new", "--untag", "old", "--pin"], world)).toBe(0);
  expect(service.asked.at(-1)).toEqual({ method: "markRun", input: { runId: "r-1", tags: ["kept", "new"], isPinned: true } });
  expect(told.out).toEqual(["r-1  digits  #kept  #new  pinned"]);
});

it("mark gives an experiment its name and question, and refuses what only runs have; experiments lists them", async () => {
  const { told, service, world } = machine({ changeExperiment: async (input) => ({ id: input.experimentId, name: input.name ?? "", question: "why?", createdMs: 0, runs: 2, active: 0, failed: 0 }), listExperiments: async () => [{ id: "e-1", name: "Wi\u001bdth", question: "", createdMs: 0, runs: 12, active: 0, failed: 0 }] });
  expect(await commands(["mark", "e-1", "--name", "Width", "--question", "why?"], world)).toBe(0);
  expect(service.asked).toEqual([{ method: "changeExperiment", input: { experimentId: "e-1", name: "Width", question: "why?" } }]);
  expect(told.out).toEqual(["e-1  Width  why?"]);
  expect([await commands(["mark", "e-1", "--pin"], world), await commands(["mark", "r-1", "--question", "why?"], world)]).toEqual([2, 2]);
  expect(service.asked).toHaveLength(1);
  expect(await commands(["experiments"], world)).toBe(0);
  expect(told.out.at(-1)).toBe("e-1         Wi�dth              12");
});

it("journal writes what options say, tells an entry in lines that steer no terminal, and lists what holds a text", async () => {
  const entry = { subject: "r-1", hypothesis: "wider\nis better", result: "", decision: "", notes: "\u001b[31m", changedMs: 0 };
  const { told, service, world } = machine({ writeJournal: async () => entry, listJournal: async () => [{ ...entry, about: "digits" }] });
  expect(await commands(["journal", "r-1", "--hypothesis", "wider\nis better", "--notes", "x"], world)).toBe(0);
  expect(service.asked).toEqual([{ method: "writeJournal", input: { subject: "r-1", hypothesis: "wider\nis better", notes: "x" } }]);
  expect(told.out).toEqual(["r-1  1970-01-01 00:00:00 UTC", "  hypothesis", "    wider", "    is better", "  notes", "    �[31m"]);
  expect(await commands(["journal", "--contains", "wider", "--json"], world)).toBe(0);
  expect(service.asked.at(-1)).toEqual({ method: "listJournal", input: { contains: "wider" } });
  expect(JSON.parse(told.out.at(-1)!)).toMatchObject({ kind: "journal", subject: "r-1", about: "digits" });
});

describe("the trash and backups", () => {
  const trash = [{ id: "r-2", name: "old", state: "finished", trashedMs: 0, sizeBytes: 2_400_000 }] as const;
  const storage = async () => ({ database: 1, checkpoints: 1, files: 0, backups: 0, free: null, trash, copies: [], largest: [], quota: null });
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
