/** What the figures of a sweep say, by hand and as laws: rulers, readings, stages. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Objective } from "../../src-main/contract/sweep-checks.ts";
import { bestSoFar, isInside, lanes, surface, tone } from "../../src-renderer/parts/sweeps/readings.ts";
import { rulerOfAxis, rulerOfNumbers } from "../../src-renderer/parts/sweeps/rulers.ts";
import { nextStage, stageOf, stagesOf } from "../../src-renderer/parts/sweeps/stages.ts";
import { aTrial } from "./support/sweeps.ts";

const head = { path: "", role: "nuisance" as const, when: {}, block: 1 };
const up: Objective = { metric: "validation/accuracy", goal: "maximize" };
const down: Objective = { metric: "validation/loss", goal: "minimize" };

describe("a ruler", () => {
  it("puts powers of ten evenly on a log scale, and 0.9, 0.99, 0.999 evenly on a reverse one", () => {
    const log = rulerOfAxis("a", { ...head, from: 1e-4, to: 1, scale: "log", step: null });
    expect([1e-4, 1e-3, 1e-2, 0.1, 1].map((x) => log.place(x))).toEqual([0, 0.25, 0.5, 0.75, 1].map((share) => expect.closeTo(share, 9) as number));
    const reverse = rulerOfAxis("b", { ...head, from: 0.9, to: 0.999, scale: "reverseLog", step: null });
    expect([0.9, 0.99, 0.999].map((x) => reverse.place(x))).toEqual([0, 0.5, 1].map((share) => expect.closeTo(share, 9) as number));
    expect(reverse.marks.map(({ value }) => value)).toEqual([0.9, 0.99, 0.999]);
  });

  it("comes back from a share to the value there, to three digits and never beyond the ends", () => {
    const axis = fc.record({ from: fc.double({ min: 1e-6, max: 0.4, noNaN: true }), width: fc.double({ min: 1.1, max: 2, noNaN: true }), scale: fc.constantFrom("linear" as const, "log" as const, "reverseLog" as const) });
    fc.assert(fc.property(axis, fc.double({ min: 0, max: 1, noNaN: true }), ({ from, width, scale }, share) => {
      const to = from * width;
      const ruler = rulerOfAxis("x", { ...head, from, to, scale, step: null });
      const value = ruler.valueAt(share) as number;
      expect(value).toBeGreaterThanOrEqual(from);
      expect(value).toBeLessThanOrEqual(to);
      // Three digits are half a thousandth of the value, which is at most so much of the ruler's length.
      const bend = { linear: (x: number) => x, log: Math.log10, reverseLog: (x: number) => -Math.log10(1 - x) }[scale];
      const slack = Math.abs(bend(Math.min(0.9999, value * 1.005)) - bend(value * 0.995)) / (bend(to) - bend(from));
      expect(Math.abs(ruler.place(value)! - share)).toBeLessThanOrEqual(slack + 1e-9);
    }));
  });

  it("stands on the steps of an axis that has them", () => {
    const ruler = rulerOfAxis("units", { ...head, from: 8, to: 64, scale: "linear", step: 8 });
    expect(ruler.valueAt(0.5)).toBe(40);
    expect(ruler.valueAt(1)).toBe(64);
  });

  it("gives the values of a list even places, and none to a stranger", () => {
    const ruler = rulerOfAxis("kind", { ...head, values: ["adam", "sgd"] });
    expect([ruler.place("adam"), ruler.place("sgd"), ruler.place("rmsprop"), ruler.place(undefined)]).toEqual([0.25, 0.75, null, null]);
    expect(ruler.valueAt(0.6)).toBe("sgd");
  });

  it("marks its ends where no round value lies within", () => {
    expect(rulerOfAxis("beta", { ...head, from: 0.9083, to: 0.9488, scale: "reverseLog", step: null }).marks.map(({ value }) => value)).toEqual([0.9083, 0.9488]);
  });

  it("does not let one terrible trial press the others into a line, and keeps that one at the edge", () => {
    const ruler = rulerOfNumbers("loss", [0.1, 0.11, 0.12, 0.13, 0.14, 50], "minimize", false);
    expect(ruler.place(0.14)).toBeGreaterThan(0.15);
    expect(ruler.place(50)).toBe(1);
    expect(ruler.place(Number.NaN)).toBeNull();
  });
});

describe("the trials of a sweep", () => {
  const trials = [aTrial(1, 0.9), aTrial(2, Number.NaN), aTrial(3, 0.95), aTrial(4, 0.92), aTrial(5, 0.99, { state: "pruned" }), aTrial(6, null), aTrial(7, 0.96)];

  it("have a best so far that only finished ones raise: 0.90, 0.95, 0.96", () => {
    expect(bestSoFar(trials, up)).toEqual([{ number: 1, best: 0.9 }, { number: 3, best: 0.95 }, { number: 7, best: 0.96 }]);
    expect(bestSoFar(trials, down)).toEqual([{ number: 1, best: 0.9 }]);
  });

  it("lie inside the brushes they pass through; one that has no value of a brushed axis does not", () => {
    const place = (shares: Record<string, number | null>) => (name: string): number | null => shares[name] ?? null;
    expect(isInside(place({ a: 0.5, b: 0.2 }), { a: { from: 0.4, to: 0.6 } })).toBe(true);
    expect(isInside(place({ a: 0.5, b: 0.2 }), { a: { from: 0.4, to: 0.6 }, b: { from: 0.3, to: 1 } })).toBe(false);
    expect(isInside(place({ a: null }), { a: { from: 0, to: 1 } })).toBe(false);
    expect(isInside(place({}), {})).toBe(true);
  });

  it("make a surface that equals a trial's value beside it and says nothing where none was", () => {
    const x = rulerOfAxis("optimizer.learningRate", { ...head, from: 1e-3, to: 1, scale: "log", step: null });
    const y = rulerOfAxis("layers.0.units", { ...head, from: 0, to: 100, scale: "linear", step: null });
    const grid = surface([aTrial(1, 0.7, { point: { "optimizer.learningRate": 1e-3, "layers.0.units": 0 } })], x, y, 10, 10);
    expect(grid[0]![0]).toBeCloseTo(0.7, 12);
    expect(grid[9]![9]).toBeNaN();
  });

  it("stand in as many lanes as ever overlapped, each lane without an overlap", () => {
    const pieces = fc.array(fc.tuple(fc.integer({ min: 0, max: 1000 }), fc.integer({ min: 1, max: 100 })).map(([fromMs, length]) => ({ fromMs, toMs: fromMs + length })), { maxLength: 60 });
    fc.assert(fc.property(pieces, (all) => {
      const rows = lanes(all);
      expect(rows.flat()).toHaveLength(all.length);
      for (const row of rows) row.forEach((piece, i) => { if (i > 0) expect(row[i - 1]!.toMs).toBeLessThanOrEqual(piece.fromMs); });
      const most = Math.max(0, ...all.map(({ fromMs }) => all.filter((other) => other.fromMs <= fromMs && other.toMs > fromMs).length));
      expect(rows).toHaveLength(most);
    }));
  });

  it("take the darkest tone at the best and the faintest at the worst", () => { expect([tone(0), tone(0.5), tone(1), tone(2)]).toEqual([1, 5, 8, 8]); });
});

describe("stages", () => {
  const all = [{ id: "s-1", parentId: null, createdMs: 1 }, { id: "s-2", parentId: "s-1", createdMs: 2 }, { id: "s-3", parentId: "s-2", createdMs: 3 }, { id: "s-4", parentId: "s-1", createdMs: 4 }, { id: "s-9", parentId: null, createdMs: 5 }];
  it("come from coarse to fine, each before its children, whichever of them is asked about", () => {
    const wanted = [["s-1", 0], ["s-2", 1], ["s-3", 2], ["s-4", 1]];
    for (const id of ["s-1", "s-3", "s-4"]) expect(stagesOf(id, all).map(({ sweep, depth }) => [sweep.id, depth])).toEqual(wanted);
  });
  it("are counted from 1, and begin at a child whose parent is gone", () => {
    expect([stageOf("s-1", all), stageOf("s-3", all), stageOf("s-3", all.slice(2))]).toEqual([1, 3, 1]);
  });
});

describe("the name of a next stage", () => {
  const called = (base: string, stage: string): string => `${base} · stage ${stage}`;
  it("counts on from the name before, whatever else stands in it", () => {
    expect(nextStage("digits (1+1)", called)).toEqual({ base: "digits (1+1)", stage: 2 });
    expect(nextStage("digits · stage 2", called)).toEqual({ base: "digits", stage: 3 });
    expect(nextStage("数字 · 第 9 阶段", (base, stage) => `${base} · 第 ${stage} 阶段`)).toEqual({ base: "数字", stage: 10 });
  });
});
