/** What a spec would cost: the probe's arithmetic with a clock made for the test, and real probes held against real runs. */

import { statSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { diskNeed, fitting, runTime, totalTime } from "../../src-main/contract/budget.ts";
import type { Budget, BudgetEvent } from "../../src-main/contract/budget.ts";
import { budgetLines } from "../../src-main/cli/budget-command.ts";
import { Meter, spreadOf } from "../../src-main/workers/probe-run.ts";
import { ended, endlessSpec, openBench, smallSpec, start, until } from "../support/workbench.ts";

const budget: Budget = {
  epochs: 10, seeds: 3, stepsPerEpoch: 14, startMs: 100, epochMs: { low: 900, middle: 1000, high: 2000 }, memoryBytes: 5e6, epochBytes: 400, checkpointBytes: 1000, checkpoints: { always: 2, every: 0 },
  places: 2, queueMs: 0, freeBytes: 1e9, mayEndEarly: false, probe: { steps: 200, ms: 2500, beside: 0 },
};

describe("the arithmetic", () => {
  it("a run is its start and its epochs; runs are rounds of as many as have a place; disk is curves and checkpoints", () => {
    expect(runTime(budget, 10)).toEqual({ low: 9100, middle: 10_100, high: 20_100 });
    expect(totalTime(budget, { epochs: 10, runs: 3 })).toEqual({ low: 18_200, middle: 20_200, high: 40_200 });
    expect(diskNeed(budget, { epochs: 10, runs: 3 })).toBe(3 * (400 * 10 + 2 * 1000));
    expect(diskNeed({ ...budget, checkpoints: { always: 2, every: 3 } }, { epochs: 10, runs: 1 })).toBe(400 * 10 + 5 * 1000);
    expect(diskNeed(budget, { epochs: 1, runs: 1 })).toBe(400 + 1000);
  });

  it("what fits into a time takes no longer than that, and one more of it would", () => {
    const spread = fc.record({ low: fc.integer({ min: 1, max: 100 }), middle: fc.integer({ min: 100, max: 1000 }), high: fc.integer({ min: 1000, max: 9000 }) });
    fc.assert(fc.property(spread, fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 8 }), fc.integer({ min: 1, max: 40 }), fc.integer({ min: 1, max: 20 }), fc.integer({ min: 0, max: 5_000_000 }), (epochMs, startMs, places, epochs, runs, ms) => {
      const one = { ...budget, epochMs, startMs, places };
      const fits = fitting(one, ms, { epochs, runs });
      if (fits.epochs > 0) expect(totalTime(one, { epochs: fits.epochs, runs }).middle).toBeLessThanOrEqual(ms * (1 + 1e-12));
      if (fits.runs > 0) expect(totalTime(one, { epochs, runs: fits.runs }).middle).toBeLessThanOrEqual(ms * (1 + 1e-12));
      if (fits.epochs < 1_000_000) expect(totalTime(one, { epochs: fits.epochs + 1, runs }).middle).toBeGreaterThan(ms * (1 - 1e-12));
      expect(totalTime(one, { epochs, runs: fits.runs + 1 }).middle).toBeGreaterThan(ms * (1 - 1e-12));
      expect(fits.surely.epochs).toBeLessThanOrEqual(fits.epochs);
      expect(fits.surely.runs).toBeLessThanOrEqual(fits.runs);
    }));
  });

  it("in words", () => {
    const at = new Date(2026, 0, 5, 12, 0, 0).getTime();
    expect(budgetLines({ ...budget, queueMs: 60_000 }, 5, at)).toEqual([
      "an epoch  about 1.0 s (900 ms to 2.0 s)", "a run     about 10 s (9.1 s to 20 s) for 10 epochs",
      "3 seeds   about 20 s (18 s to 40 s), 2 side by side, done at about 12:01, after 1 min 0 s of what trains and waits already", "memory    5.0 MB a run", "disk      about 18.0 kB",
      "          in 5 min: about 149 epochs of 3 seeds (surely 74), or about 58 runs of 10 epochs (surely 28)", "",
      "From a probe of 200 steps in 2.5 s; the range is that of its speeds, without its fastest and slowest tenth.",
    ]);
    expect(budgetLines({ ...budget, mayEndEarly: true, freeBytes: 10 }, undefined, at).join("\n")).toMatch(/at most about 10 s[\s\S]*more than the 10 B that are left/);
  });
});

describe("the probe's clock", () => {
  const events = (told: readonly (readonly [kind: "steps" | "epoch" | "record", steps: number, ms: number])[]) => {
    let now = 0, step = 0;
    const meter = new Meter(() => now);
    for (const [kind, steps, ms] of told) {
      now += ms;
      meter.see(kind === "steps" ? { kind, from: step + 1, step: step + steps } : { kind, step });
      if (kind === "steps") step += steps;
    }
    return meter.found();
  };

  it("tells start, steps and measurements apart, and leaves the warm-up out", () => {
    const found = events([["epoch", 0, 80], ["steps", 20, 400], ["steps", 10, 300], ["steps", 10, 20], ["record", 0, 10], ["epoch", 0, 50], ["steps", 10, 30], ["epoch", 0, 70]]);
    // Warm from the stroke on that begins after 20 steps and ends 250 ms after the start: 300 ms, 20 + 10 of the record, 30 for 30 steps.
    expect(found).toMatchObject({ steps: 50, startMs: 80, measureMs: 60, ms: 960 });
    expect(found.stepMs.middle).toBeCloseTo(12, 12);
  });

  it("takes what was cold where it saw nothing else, and the untrained network's measurement where no epoch ended", () => {
    expect(events([["epoch", 0, 80], ["steps", 2, 30]])).toMatchObject({ steps: 2, measureMs: 80, stepMs: { low: 15, middle: 15, high: 15 } });
  });

  it("the range is that of slices of at least 25 ms, without the fastest and slowest tenth", () => {
    const strokes = Array.from({ length: 20 }, (_, i) => ({ steps: 10, ms: 30 + (i === 0 ? 100 : i) }));
    const { low, middle, high } = spreadOf(strokes);
    expect([low, high]).toEqual([3.3, 4.9]);
    expect(middle).toBeCloseTo(strokes.reduce((sum, { ms }) => sum + ms, 0) / 200, 12);
    // A stroke of 1 ms says nothing by itself.
    expect(spreadOf(Array.from({ length: 100 }, (_, i) => ({ steps: 1, ms: i % 2 === 0 ? 0.1 : 1.9 })))).toEqual({ low: 1, middle: 1, high: expect.closeTo(1, 1) });
  });
});

async function probed(events: AsyncIterable<BudgetEvent>): Promise<{ readonly budget: Budget; readonly shares: readonly number[] }> {
  const shares: number[] = [];
  for await (const event of events) {
    if (event.kind === "budget") return { budget: event.budget, shares };
    shares.push(event.share);
  }
  throw new Error("the probe ended without a budget");
}

describe("a probe", () => {
  it("stores nothing, tells how far it is, and foresees what a run will take of disk within a factor of two", async () => {
    await using bench = openBench({ parallel: 2 });
    const { workbench } = bench;
    const spec = { ...smallSpec, seeds: 2, train: { epochs: 600, batchSize: 32, checkpoints: { save: 0, every: 200, best: 2 } } };
    const { budget, shares } = await probed(workbench.planBudget({ spec }));
    expect(budget).toMatchObject({ epochs: 600, seeds: 2, stepsPerEpoch: 14, places: 2, queueMs: 0, checkpoints: { always: 3, every: 200 }, mayEndEarly: false, probe: { beside: 0 } });
    expect(budget.epochMs.low).toBeGreaterThan(0);
    expect(budget.epochMs.low).toBeLessThanOrEqual(budget.epochMs.middle);
    expect(budget.epochMs.middle).toBeLessThanOrEqual(budget.epochMs.high);
    expect(shares.every((share) => share >= 0 && share <= 1)).toBe(true);
    expect([await workbench.listRuns({}), await workbench.listExperiments({})]).toEqual([[], []]);
    const before = statSync(bench.file).size;
    const runIds = (await workbench.startRun({ experimentId: null, spec })).runIds;
    for (const id of runIds) await ended(workbench, id);
    const kept = (await Promise.all(runIds.map((runId) => workbench.listCheckpoints({ runId })))).flat();
    for (const { sizeBytes } of kept) expect(sizeBytes).toBeCloseTo(budget.checkpointBytes, -2);
    await workbench.close();
    const grown = statSync(bench.file).size - before;
    const wanted = 2 * budget.epochBytes * 600;
    expect(wanted / grown).toBeGreaterThan(0.5);
    expect(wanted / grown).toBeLessThan(2);
  });

  it("counts what trains beside it and what waits before it, and ends when its listener leaves", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const first = await start(workbench, endlessSpec);
    await until(workbench, first, (_, { step }) => step > 0);
    const { budget } = await probed(workbench.planBudget({ spec: smallSpec }));
    expect([budget.probe.beside, budget.queueMs! > 0]).toEqual([1, true]);
    for await (const event of workbench.planBudget({ spec: endlessSpec })) { expect(event.kind).toBe("progress"); break; }
    await workbench.stopRun({ runId: first });
  });

  it("refuses a wrong spec with all its problems, and says where it diverges already", async () => {
    await using bench = openBench();
    await expect(probed(bench.workbench.planBudget({ spec: { ...smallSpec, train: { epochs: 0 }, loss: { kind: "no" } } }))).rejects.toMatchObject({ problems: [{ path: "loss.kind" }, { path: "train.epochs" }] });
    await expect(probed(bench.workbench.planBudget({ spec: { ...smallSpec, optimizer: { kind: "sgd", learningRate: 1e30 } } }))).rejects.toMatchObject({ code: "diverged" });
  });
});
