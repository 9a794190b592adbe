/** Runs leave in a report and come back in a new project, with the same weights to the bit: by the calls the window makes, and by the command line as a program of its own. */

import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { afterAll, describe, expect, it, vi } from "vitest";
import { trainedAgain } from "../../src-main/contract/report-replay.ts";
import { replayIn } from "../../src-main/contract/reports.ts";
import { endlessSpec, ended, openBench, smallSpec, until } from "../support/workbench.ts";

vi.setConfig({ testTimeout: 240_000 });
const table = new TextEncoder().encode(["a,b,label", ...Array.from({ length: 150 }, (_, i) => `${(i % 7) / 3},${(i % 11) - 5},${i % 7 > 3 ? "yes" : "no"}`)].join("\n"));

describe("in a new project", () => {
  it("every whole run comes out identical, whatever it was made of; those that are not whole are told and left", async () => {
    await using before = openBench();
    const { hash } = await before.workbench.importFile({ name: "own.csv", bytes: table });
    const specs = [
      { ...smallSpec, name: "seeds", seeds: 2 },
      { ...smallSpec, name: "chance", layers: [{ kind: "dense", units: 8 }, { kind: "batchNorm" }, { kind: "relu" }, { kind: "dropout", keepProb: 0.7 }, { kind: "dense", units: 2 }], optimizer: { kind: "adamw" }, schedule: { kind: "cosine" } },
      { ...smallSpec, name: "own file", data: { kind: "csv", file: "own.csv", hash } },
      { ...smallSpec, name: "stops early", train: { ...smallSpec.train, epochs: 40, earlyStopping: { metric: "validation/loss", patience: 1 } } },
    ];
    const runIds: string[] = [];
    for (const spec of specs) runIds.push(...(await before.workbench.startRun({ experimentId: null, spec })).runIds);
    for (const id of runIds) expect((await ended(before.workbench, id)).state).toBe("finished");
    const { runIds: [long] } = await before.workbench.startRun({ experimentId: null, spec: endlessSpec });
    await until(before.workbench, long!, (state, run) => state === "running" && run.epoch > 0);
    await before.workbench.stopRun({ runId: long! });
    await ended(before.workbench, long!);
    const { bytes } = await before.workbench.exportReport({ report: { title: "All", template: "run", subject: { runIds: [...runIds, long!], grouping: { kind: "eachRun" }, baseline: null } }, format: "html", language: "en", theme: "system" });

    await using after = openBench();
    await after.workbench.importFile({ name: "own.csv", bytes: table });
    const { runs } = replayIn(new TextDecoder().decode(bytes), "all.html");
    const lines = [];
    for (const told of runs) lines.push(await trainedAgain(told, after.workbench, () => undefined));
    expect(lines.map(({ told, verdict }) => [told, verdict])).toEqual([...runIds.map((id) => [id, "identical"]), [long, "not replayed"]]);
    expect(lines.at(-1)!.why).toContain("did not train to its end");
    for (const { told, runId } of lines.slice(0, -1)) {
      const [first, again] = [await before.workbench.run({ runId: told }), await after.workbench.run({ runId: runId! })];
      expect([again.weightHash, again.data.hash, again.metrics]).toEqual([first.weightHash, first.data.hash, first.metrics]);
    }
  });

  it("without the data the file is refused by name, and nothing begins", async () => {
    await using before = openBench();
    const { hash } = await before.workbench.importFile({ name: "own.csv", bytes: table });
    const { runIds } = await before.workbench.startRun({ experimentId: null, spec: { ...smallSpec, data: { kind: "csv", file: "own.csv", hash } } });
    await ended(before.workbench, runIds[0]!);
    const { bytes } = await before.workbench.exportReport({ report: { title: "x", template: "run", subject: { runIds, grouping: { kind: "eachRun" }, baseline: null } }, format: "html", language: "zh", theme: "dark" });
    await using after = openBench();
    await expect(trainedAgain(replayIn(new TextDecoder().decode(bytes), "x.html").runs[0]!, after.workbench, () => undefined)).rejects.toThrow(/r-1: data\.\w+ .*own\.csv/);
    expect(await after.workbench.listRuns({})).toEqual([]);
  });
});

describe("by the command line", () => {
  const folder = mkdtempSync(join(tmpdir(), "descent-round-"));
  afterAll(() => { rmSync(folder, { recursive: true, force: true }); });
  const descent = async (project: string, ...args: string[]): Promise<string> => (await promisify(execFile)(process.execPath, [resolve(import.meta.dirname, "../../scripts/descent.mjs"), ...args, "--project", join(folder, `${project}.descent`)])).stdout;

  it("run, report, replay in a new project: identical, exit code 0; a file whose hash was changed: different, 1", async () => {
    const [spec, file] = [join(folder, "spec.json"), join(folder, "why.html")];
    writeFileSync(spec, JSON.stringify({ ...smallSpec, seeds: 2 }));
    await descent("first", "run", spec);
    await descent("first", "report", "r-1", "r-2", "--out", file);
    const said = await descent("second", "replay", file);
    expect(said.trim().split("\n")).toEqual([expect.stringMatching(/^r-1 .*: identical \(as r-1\)$/), expect.stringMatching(/^r-2 .*: identical \(as r-2\)$/)]);
    const html = readFileSync(file, "utf8");
    const { runs: [told] } = replayIn(html, file);
    writeFileSync(file, html.replaceAll(told!.weightHash!, "0".repeat(64)));
    const failed = await descent("third", "replay", file, "--json").catch((error: unknown) => error as { code: number; stdout: string });
    expect(failed).toMatchObject({ code: 1 });
    expect((failed as { stdout: string }).stdout.trim().split("\n").map((line) => (JSON.parse(line) as { verdict: string }).verdict)).toEqual(["different", "identical"]);
  });
});
