import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ChartLine, ChartView } from "../../src-main/contract/chart-view.ts";
import { spread } from "../../src-main/contract/chart-labels.ts";
import { linearTicks, logTicks, spanOf } from "../../src-main/contract/chart-scale.ts";
import { Frames, Pacer } from "../../src-renderer/parts/charts/pacer.ts";
import { nearest, oddValues, tableOf, valuesAt } from "../../src-renderer/parts/charts/readout.ts";
import { aLine, aView } from "../support/charts.ts";

const line = (given: Partial<ChartLine> & { y: Float64Array }): ChartLine => aLine(given);
const view = (lines: readonly ChartLine[], y: Partial<ChartView["y"]> = {}): ChartView => aView(lines, { y });

describe("ticks", () => {
  it("are round values inside the span", () => {
    expect(linearTicks({ min: 0, max: 30 })).toEqual([0, 10, 20, 30]);
    expect(linearTicks({ min: 0.85, max: 1 })).toEqual([0.85, 0.9, 0.95, 1]);
    expect(linearTicks({ min: 0, max: 0.3 })).toEqual([0, 0.1, 0.2, 0.3]);
  });
  it("are never more than asked for, never outside, always in order", () => {
    fc.assert(fc.property(fc.double({ min: -1e6, max: 1e6, noNaN: true }), fc.double({ min: 1e-3, max: 1e6, noNaN: true }), (min, height) => {
      const ticks = linearTicks({ min, max: min + height }, 6);
      expect(ticks.length).toBeLessThanOrEqual(6);
      // A tick is rounded to twelve digits, so it may stand that much outside.
      const slack = 1e-9 * Math.max(1, Math.abs(min), height);
      ticks.forEach((tick, i) => { expect(tick).toBeGreaterThanOrEqual(min - slack); expect(tick).toBeLessThanOrEqual(min + height + slack); if (i > 0) expect(tick).toBeGreaterThan(ticks[i - 1]!); });
    }));
  });
  it("of a log axis are 1 and 3 of each decade", () => { expect(logTicks({ min: 0.02, max: 4 })).toEqual([0.03, 0.1, 0.3, 1, 3]); });
  it("of many decades are powers of ten, thinned", () => {
    const ticks = logTicks({ min: 1e-9, max: 1e9 });
    expect(ticks.length).toBeLessThanOrEqual(7);
    ticks.forEach((tick) => { expect(Number.isInteger(Math.log10(tick))).toBe(true); });
  });
});

describe("the vertical span", () => {
  it("holds every value of a short line, and its air ends on round values", () => {
    const span = spanOf(view([line({ y: Float64Array.of(0.2, 0.7) })]));
    expect(span.min).toBeLessThanOrEqual(0.2);
    expect(span.max).toBeGreaterThanOrEqual(0.7);
    expect(span.max).toBeLessThan(1);
  });
  it("leaves out the untrained network once a line has ten points", () => {
    const y = Float64Array.from({ length: 30 }, (_, i) => (i < 3 ? 0.1 : 0.95 + i / 1000));
    expect(spanOf(view([line({ y })], { scale: "linear", unit: "percent", min: 0, max: 1 })).min).toBeGreaterThan(0.9);
  });
  it("never leaves the bounds a view gives", () => { expect(spanOf(view([line({ y: Float64Array.of(0.5, 1) })], { scale: "linear", unit: "percent", min: 0, max: 1 })).max).toBe(1); });
  it("is not stretched by NaN, infinity, or by an outlier of a fine series beyond a decade", () => {
    const main = line({ y: Float64Array.of(1, 0.5, NaN, Infinity) });
    const raw = line({ id: "raw", weight: "fine", y: Float64Array.of(1e35, 0.4) });
    const span = spanOf(view([main, raw], { scale: "log", unit: "plain" }));
    expect(span.max).toBeLessThan(20);
    expect(span.min).toBeGreaterThan(0.2);
  });
  it("of an empty log view is above zero", () => { expect(spanOf(view([line({ y: new Float64Array(0) })], { scale: "log", unit: "plain" })).min).toBeGreaterThan(0); });
});

describe("labels at line ends", () => {
  it("stay where they want to be when there is room", () => { expect(spread([10, 100, 50], 14.5, 0, 200)).toEqual([10, 100, 50]); });
  it("stand a pitch apart, in order and inside, whenever they fit", () => {
    fc.assert(fc.property(fc.array(fc.double({ min: 0, max: 200, noNaN: true }), { minLength: 1, maxLength: 12 }), (wanted) => {
      const places = spread(wanted, 14.5, 0, 200);
      const order = wanted.map((_, i) => i).sort((a, b) => wanted[a]! - wanted[b]!);
      order.forEach((i, rank) => {
        // Positions are sums of a few pixels: rounding stays below a billionth.
        expect(places[i]!).toBeGreaterThanOrEqual(-1e-9);
        expect(places[i]!).toBeLessThanOrEqual(200 + 1e-9);
        if (rank > 0) expect(places[i]! - places[order[rank - 1]!]!).toBeGreaterThanOrEqual(14.5 - 1e-9);
      });
    }));
  });
});

describe("the pacer", () => {
  it("paints at most once a rest, and always the last request", () => {
    let now = 0;
    let paints = 0;
    let due: { at: number; run: () => void } | null = null;
    const pacer = new Pacer(() => { paints++; }, 166, () => now, (run, ms) => { due = { at: now + ms, run }; return () => { due = null; }; });
    for (now = 0; now < 1000; now += 10) {
      pacer.ask();
      const waiting = due as { at: number; run: () => void } | null;
      if (waiting !== null && waiting.at <= now) { due = null; waiting.run(); }
    }
    expect(paints).toBe(6);
    expect(due).not.toBeNull();
  });
});

describe("animation frames", () => {
  it("take pieces in their order until 8 ms are spent, leave the rest to the next ones, and forget what was taken back", () => {
    let now = 0;
    let next: (() => void) | null = null;
    const frames = new Frames((run) => { next = run; }, () => now, 8);
    const painted: string[] = [];
    const frame = (): string[] => { const run = next; next = null; run?.(); return painted.splice(0); };
    const piece = (name: string, ms: number): (() => void) => frames.ask(() => { painted.push(name); now += ms; });
    piece("a", 3);
    piece("b", 6);
    piece("c", 30);
    const forget = piece("d", 1);
    piece("e", 1);
    expect(frame()).toEqual(["a", "b"]);
    expect(frame()).toEqual(["c"]);
    forget();
    expect(frame()).toEqual(["e"]);
    expect(next).toBeNull();
  });
});

describe("the readout", () => {
  const a = line({ y: Float64Array.of(3, 2, 1) });
  const b = line({ id: "b", label: "b", y: Float64Array.of(1, 5, NaN) });
  it("finds the nearest point and nothing beyond the ends", () => {
    expect(nearest(a, 1.4, 0.3)).toMatchObject({ x: 1, y: 2, step: 1, half: NaN, n: 1 });
    expect(nearest(a, 1.6, 0.3)).toMatchObject({ x: 2, y: 1, step: 2 });
    expect(nearest(a, 2.5, 0.3)).toBeNull();
    expect(nearest(line({ y: new Float64Array(0) }), 0, 1)).toBeNull();
  });
  it("sorts values as the lines lie, those that are no numbers last", () => {
    expect(valuesAt(view([a, b]), 1).map(({ line: { id } }) => id)).toEqual(["b", "a"]);
    expect(valuesAt(view([b, a]), 2).map(({ line: { id } }) => id)).toEqual(["a", "b"]);
  });
  it("counts what is not finite", () => { expect(oddValues(view([a, b, line({ y: Float64Array.of(Infinity, -Infinity) })]))).toBe(3); });
  it("tables every x once, and says how many rows it leaves out", () => {
    const table = tableOf(view([a, line({ id: "c", x: Float64Array.of(0.5, 1), y: Float64Array.of(9, 8) })]));
    expect(table.rows.map(({ x, values }) => ({ x, values: values.map((value) => value?.y ?? null) }))).toEqual([{ x: 0, values: [3, null] }, { x: 0.5, values: [null, 9] }, { x: 1, values: [2, 8] }, { x: 2, values: [1, null] }]);
    const long = tableOf(aView([line({ y: new Float64Array(1000) })], { x: { max: 999 } }), 200);
    expect(long.left).toBe(800);
    expect([long.rows[0]!.x, long.rows.at(-1)!.x, long.rows.length]).toEqual([0, 999, 200]);
  });
});
