/** The queue played through beforehand, and what may begin beside what. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fitsBeside, forecast } from "../../src-main/service/forecast.ts";
import type { Expected } from "../../src-main/service/forecast.ts";
import { memoryNeed } from "../../src-main/service/memory.ts";
import { usualPace } from "../../src-main/service/usual-pace.ts";
import { ended, openBench, smallSpec, start } from "../support/workbench.ts";

const run = (id: string, remainingMs: number | null, memoryBytes = 1): Expected => ({ id, remainingMs, memoryBytes });
const roomy = { places: 2, memoryBytes: 100 };

describe("what may begin", () => {
  it("needs a place and memory beside those that train; alone it always may", () => {
    expect([fitsBeside([], { memoryBytes: 1000 }, roomy), fitsBeside([run("a", 1, 60)], { memoryBytes: 40 }, roomy), fitsBeside([run("a", 1, 60)], { memoryBytes: 41 }, roomy), fitsBeside([run("a", 1), run("b", 1)], { memoryBytes: 1 }, roomy)]).toEqual([true, true, false, false]);
  });
});

describe("a forecast", () => {
  it("gives each waiting run the place that becomes free first", () => {
    const { each, remainingMs } = forecast([run("a", 10), run("b", 30)], [run("c", 5), run("d", 40), run("e", 1)], roomy);
    expect(Object.values(each).map(({ beginsInMs, endsInMs }) => [beginsInMs, endsInMs])).toEqual([[0, 10], [0, 30], [10, 15], [15, 55], [30, 31]]);
    expect(remainingMs).toBe(55);
  });

  it("lets nobody overtake one that waits for memory", () => {
    const { each } = forecast([run("a", 10, 50), run("b", 30, 20)], [run("large", 5, 90), run("small", 5, 5)], roomy);
    expect([each["large"]!.beginsInMs, each["small"]!.beginsInMs]).toEqual([30, 30]);
  });

  it("says nothing of what comes after a run whose time nobody knows", () => {
    const { each, remainingMs } = forecast([run("a", null), run("b", 30)], [run("c", 5)], roomy);
    expect([each["a"]!.endsInMs, each["b"]!.endsInMs, each["c"]!.beginsInMs, remainingMs]).toEqual([null, 30, null, null]);
    expect(forecast([], [], roomy)).toEqual({ each: {}, remainingMs: null });
  });

  it("never has more at once than there are places and memory for, and begins them in their order", () => {
    const runs = fc.array(fc.record({ remainingMs: fc.integer({ min: 1, max: 50 }), memoryBytes: fc.integer({ min: 1, max: 90 }) }), { minLength: 1, maxLength: 20 });
    fc.assert(fc.property(runs, fc.integer({ min: 1, max: 4 }), (all, places) => {
      const waiting = all.map((one, i) => ({ ...one, id: String(i) }));
      const { each, remainingMs } = forecast([], waiting, { places, memoryBytes: 100 });
      const begins = waiting.map(({ id }) => each[id]!.beginsInMs!);
      expect(begins).toEqual([...begins].sort((a, b) => a - b));
      for (const at of begins) {
        const under = waiting.filter(({ id }) => each[id]!.beginsInMs! <= at && each[id]!.endsInMs! > at);
        expect(under.length).toBeLessThanOrEqual(places);
        expect(under.reduce((sum, { memoryBytes }) => sum + memoryBytes, 0)).toBeLessThanOrEqual(100);
      }
      expect(remainingMs).toBe(Math.max(...waiting.map(({ id }) => each[id]!.endsInMs!)));
      expect(remainingMs).toBeLessThanOrEqual(all.reduce((sum, one) => sum + one.remainingMs, 0));
    }));
  });
});

describe("what is known before", () => {
  it("memory is the arena's slices and the rows: more units or a larger batch take more, by as much as their slices", async () => {
    await using bench = openBench();
    const { spec, memoryBytes, rows } = await bench.workbench.inspectSpec({ spec: smallSpec });
    const need = (batchSize: number): number => memoryNeed({ ...spec!, train: { ...spec!.train, batchSize } }, { shape: [2], rows: rows! });
    expect(memoryBytes).toBe(need(32));
    // Per row of a batch: 2 features, 1 label; outputs and their gradients of 8, 8 and 2; all in single precision, each slice rounded up to 64 bytes.
    expect((need(256) - need(128)) / 128 / 4).toBeGreaterThanOrEqual(2 + 1 + 2 * (8 + 8 + 2));
    expect(need(32)).toBeGreaterThan(600 * (2 * 4 + 8));
  });

  it("a step takes as long as in the newest run of as many parameters and rows a step, and nobody knows of another batch", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    expect((await workbench.inspectSpec({ spec: smallSpec })).aboutMs).toBeNull();
    const { spec: trained, parameters, trainingMs, step } = await ended(workbench, await start(workbench, smallSpec));
    const spec = trained!;
    const pace = usualPace({ runs: { list: () => [{ spec, parameters, trainingMs, step }] } as never });
    expect([pace(spec, parameters), pace(spec, parameters + 1), pace({ ...spec, train: { ...spec.train, batchSize: 16 } }, parameters)]).toEqual([trainingMs / step, null, null]);
    expect((await workbench.inspectSpec({ spec: { ...smallSpec, train: { epochs: 10, batchSize: 32 } } })).aboutMs).toBeCloseTo((trainingMs / step) * 140, 6);
  });
});
