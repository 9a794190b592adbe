/** Bias and variance: the course's cases, intervals by hand, what few rows leave open; and the same through the service and on the command line. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { commands } from "../../src-main/cli/commands.ts";
import { diagnosisLines } from "../../src-main/cli/diagnose-command.ts";
import { usualDiagnosis } from "../../src-main/contract/diagnosis.ts";
import { diagnose } from "../../src-main/report/diagnosis.ts";
import type { SeedErrors } from "../../src-main/report/diagnosis.ts";
import type { Diagnosis } from "../../src-main/contract/diagnosis.ts";
import { openBench, openWorkbench, smallSpec, start, ended } from "../support/workbench.ts";
import { misses } from "../support/close.ts";
import type { Run } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";

/** Errors in percent on so many rows. */
const seed = (train: number, validation: number, rows = 10_000, trainRows = 50_000): SeedErrors => ({ train: { wrong: (train / 100) * trainRows, rows: trainRows }, validation: { wrong: (validation / 100) * rows, rows }, test: null });
const states = (seeds: readonly SeedErrors[], wish = usualDiagnosis) => { const { bias, variance } = diagnose(seeds, wish); return [bias.state, variance?.state]; };

describe("the course's cases", () => {
  const cases = [
    ["1 and 11 %", 1, 11, 0, ["fine", "high"]],
    ["15 and 16 %", 15, 16, 0, ["high", "fine"]],
    ["15 and 30 %", 15, 30, 0, ["high", "high"]],
    ["0.5 and 1 %", 0.5, 1, 0, ["fine", "fine"]],
    ["15 and 16 % where people err in 15 %", 15, 16, 0.15, ["fine", "fine"]],
  ] as const;
  it.each(cases)("%s", (_, train, validation, baseError, expected) => { expect(states([seed(train, validation)], { ...usualDiagnosis, baseError })).toEqual(expected); });
  it.each(cases)("%s with 100 validation rows: variance is undecided", (_, train, validation, baseError) => { expect(states([seed(train, validation, 100)], { ...usualDiagnosis, baseError })[1]).toBe("undecided"); });
});

describe("intervals", () => {
  it("of 110 wrong of 1,000 reach from 9.2 to 13.1 %, of 11 of 100 from 6.3 to 18.6 %", () => {
    const of = (wrong: number, rows: number) => { const { from, to } = diagnose([{ train: { wrong, rows }, validation: null, test: null }], usualDiagnosis).train; return [from, to]; };
    expect(misses(of(110, 1000), [0.092, 0.131], { abs: 5e-4 })).toEqual([]);
    expect(misses(of(11, 100), [0.063, 0.186], { abs: 5e-4 })).toEqual([]);
  });
  it("of a difference are Newcombe's: 56/70 less 48/80 is 0.2, from 0.0524 to 0.3339 (his example a, method 10)", () => {
    const { variance } = diagnose([{ train: { wrong: 48, rows: 80 }, validation: { wrong: 56, rows: 70 }, test: null }], usualDiagnosis);
    expect(misses([variance!.value, variance!.from, variance!.to], [0.2, 0.0524, 0.3339], { abs: 5e-5 })).toEqual([]);
  });
  it("grow by the spread of the seeds: of 1, 2 and 3 % by Student's 4.303 · 1/√3 points in squares", () => {
    const one = diagnose([seed(2, 2)], usualDiagnosis).train, three = diagnose([seed(2, 2), seed(1, 2), seed(3, 2)], usualDiagnosis).train;
    expect(misses([three.share, three.to - three.share], [0.02, Math.hypot(one.to - one.share, (4.302653 * 0.01) / Math.sqrt(3))], { abs: 1e-8 })).toEqual([]);
    // More seeds make no more rows: equal ones leave the interval as it was.
    expect(diagnose([seed(2, 2), seed(2, 2)], usualDiagnosis).train).toEqual(one);
  });
  it("say undecided where seeds scatter, however many rows there are", () => { expect(states([seed(1, 2, 1e6), seed(1, 9, 1e6), seed(1, 4, 1e6)])[1]).toBe("undecided"); });
});

describe("more rows", () => {
  it("that are asked for decide, at the same shares, and a tenth fewer do not", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 30 }), fc.integer({ min: 0, max: 40 }), (train, validation) => {
      const { variance } = diagnose([seed(train, validation, 200)], usualDiagnosis);
      if (variance!.state !== "undecided" || variance!.moreRows === null) return;
      const rows = 200 + variance!.moreRows;
      expect(states([seed(train, validation, rows)])[1]).not.toBe("undecided");
      expect(states([seed(train, validation, Math.floor(0.9 * rows))])[1]).toBe("undecided");
    }));
  });
  it("are none where the gap is the threshold itself", () => { expect(diagnose([seed(5, 7)], usualDiagnosis).variance).toMatchObject({ state: "undecided", moreRows: null }); });
});

describe("through the service", () => {
  async function diagnosisOf(workbench: Workbench, runId: string): Promise<Diagnosis> {
    for await (const event of workbench.diagnoseRun({ runId })) if (event.kind === "result") return event.result;
    throw new Error("no diagnosis came");
  }

  it("errors are those of the run's own metrics, over all seeds of its group; the base error stays with the run", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const { runIds } = await workbench.startRun({ experimentId: null, spec: { ...smallSpec, seeds: 3 } });
    const runs: Run[] = [];
    for (const id of runIds) runs.push(await ended(workbench, id));
    const found = await diagnosisOf(workbench, runIds[1]!);
    const meanError = (split: string) => runs.reduce((sum, { metrics }) => sum + 1 - metrics[`${split}/accuracy`]!, 0) / 3;
    expect(misses([found.train.share, found.validation!.share], [meanError("train"), meanError("validation")], { abs: 1e-12 })).toEqual([]);
    expect(found.validation!.wrong / found.validation!.rows).toBeCloseTo(1 - runs[1]!.metrics["validation/accuracy"]!, 12);
    expect([[...found.seeds].sort(), found.test, found.step]).toEqual([[...runIds], null, runs[1]!.step]);
    await workbench.setDiagnosis({ runId: runIds[1]!, baseError: 0.9, biasFrom: 0.02, varianceFrom: 0.9 });
    const again = await diagnosisOf(workbench, runIds[1]!);
    expect([again.bias.value, again.variance!.state, (await workbench.run({ runId: runIds[1]! })).diagnosis?.baseError]).toEqual([again.train.share - 0.9, "fine", 0.9]);
    await workbench.openTest({ runId: runIds[1]! });
    expect((await diagnosisOf(workbench, runIds[1]!)).test).toMatchObject({ rows: runs[1]!.data.rows.test });
  });

  it("is refused for a number, and for a run without a state", async () => {
    await using bench = openBench();
    const id = await start(bench.workbench, { data: { kind: "sample", name: "diabetes" }, split: { kind: "random" }, layers: [{ kind: "dense", units: 1 }], loss: { kind: "mse" }, train: { epochs: 1 } });
    await ended(bench.workbench, id);
    await expect(diagnosisOf(bench.workbench, id)).rejects.toMatchObject({ code: "noClasses" });
  });

  it("descent diagnose says the same sentence, keeps the base error, and speaks JSON", async () => {
    await using bench = openBench();
    const id = await start(bench.workbench, smallSpec);
    await ended(bench.workbench, id);
    const found = await diagnosisOf(bench.workbench, id);
    const out: string[] = [];
    await bench.workbench.close();
    const world = { open: () => openWorkbench(bench.file), out: (line: string) => out.push(line), err: () => {}, onInterrupt: () => () => {}, columns: null } as never;
    expect(await commands(["diagnose", id], world)).toBe(0);
    expect(out).toEqual(diagnosisLines(found));
    expect(out[0]).toMatch(/^r-1 {2}step \d+, epoch 5: Bias is (high|fine|undecided), variance is (high|fine|undecided)$/);
    out.length = 0;
    expect(await commands(["diagnose", id, "--base-error", "0.25", "--json"], world)).toBe(0);
    expect(JSON.parse(out[0]!)).toMatchObject({ kind: "diagnosis", wish: { baseError: 0.25 }, bias: { value: found.train.share - 0.25 } });
    expect(await commands(["diagnose", id, "--base-error", "25"], world)).toBe(2);
  });
});
