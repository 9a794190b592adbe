/** What all painters of a view share, and the one that paints SVG. */

import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { edgeMarks, endLabels, fitted, hasLegend, isCrowd, legendOf, pathOf, stageOf } from "../../src-main/contract/chart-drawing.ts";
import { dashOfRun } from "../../src-main/contract/chart-inks.ts";
import { linearWithinOf, placer, symlogTicks, valueAt, verticalAxis } from "../../src-main/contract/chart-scale.ts";
import { lightInks } from "../../src-main/report/inks.ts";
import { svgOf } from "../../src-main/report/svg.ts";
import { aLine, aView } from "../support/charts.ts";

const area = { left: 40, right: 340, top: 10, bottom: 210 };
const same = (label: string): string => label;
const value = fc.oneof({ weight: 9, arbitrary: fc.double({ min: -50, max: 50, noNaN: true }) }, { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) });
const column = fc.array(value, { minLength: 1, maxLength: 400 }).map((values) => Float64Array.from(values));

describe("an axis", () => {
  it.each(["linear", "log", "symlog"] as const)("finds the way from a value to its place and back: %s", (scale) => {
    fc.assert(fc.property(fc.double({ min: 1e-3, max: 10, noNaN: true }), fc.double({ min: 11, max: 1e5, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true }), (min, max, share) => {
      const axis = { scale, linearWithin: 0.5, min, max };
      // Logarithms and powers each cost a few units in the last place of sixteen digits.
      expect(placer(axis)(valueAt(axis, share))).toBeCloseTo(share, 9);
    }));
  });
  it("has no place for what is not finite, nor for zero where it is logarithmic", () => {
    for (const scale of ["linear", "log", "symlog"] as const) for (const odd of [NaN, Infinity, -Infinity]) expect(placer({ scale, linearWithin: 1, min: 1, max: 10 })(odd)).toBeNaN();
    expect(placer({ scale: "log", linearWithin: 1, min: 1, max: 10 })(0)).toBeNaN();
    expect(placer({ scale: "symlog", linearWithin: 1, min: -10, max: 10 })(0)).toBe(0.5);
  });
  it("marks symlog at zero and at powers of ten on both sides, clear of zero", () => {
    expect(symlogTicks({ min: -1000, max: 1000, linearWithin: 0.1 })).toEqual([-1000, -10, 0, 10, 1000]);
    fc.assert(fc.property(fc.double({ min: -1e6, max: -1, noNaN: true }), fc.double({ min: 1, max: 1e6, noNaN: true }), (min, max) => {
      const ticks = symlogTicks({ min, max, linearWithin: 0.1 });
      expect(ticks).toContain(0);
      expect(ticks.length).toBeLessThanOrEqual(8);
      ticks.forEach((tick, i) => { expect(tick).toBeGreaterThanOrEqual(min); expect(tick).toBeLessThanOrEqual(max); if (i > 0) expect(tick).toBeGreaterThan(ticks[i - 1]!); });
    }));
  });
  it("is straight below the smallest size that occurs, but not beyond a millionth of the largest", () => {
    expect(linearWithinOf([Float64Array.of(0, -0.02, 5)])).toBe(0.01);
    expect(linearWithinOf([Float64Array.of(1e-30, 100)])).toBe(1e-4);
    expect(linearWithinOf([Float64Array.of(0, NaN)])).toBe(1);
  });
  it("fits what is in sight when it shows a window", () => {
    const line = aLine({ y: Float64Array.from({ length: 100 }, (_, i) => (i < 50 ? 1000 : i / 100)) });
    const { min, max } = verticalAxis(aView([line], { x: { min: 60, max: 80, isWindow: true } }));
    expect(min).toBeLessThanOrEqual(0.6);
    expect(max).toBeLessThan(1);
  });
});

describe("a path", () => {
  it("keeps the lowest and the highest point of every stretch of pixels, whatever the number of points", () => {
    fc.assert(fc.property(column, fc.constantFrom(1, 4, 17), (y, pitch) => {
      const line = aLine({ y });
      const view = aView([line], { x: { max: Math.max(1, y.length - 1) }, y: { min: -50, max: 50 } });
      const stage = stageOf(view, area);
      const extremes = (tops: readonly (readonly [number, number])[]) => {
        const found = new Map<number, [number, number]>();
        for (const [left, top] of tops) {
          const cell = Math.floor(left / pitch);
          const [low, high] = found.get(cell) ?? [Infinity, -Infinity];
          found.set(cell, [Math.min(low, top), Math.max(high, top)]);
        }
        return found;
      };
      const path = pathOf(line, stage, view, pitch);
      const corners = Array.from({ length: path.length / 2 }, (_, i) => [path[2 * i]!, path[2 * i + 1]!] as const).filter(([left]) => !Number.isNaN(left));
      const points = [...y].flatMap((one, i) => (Number.isFinite(one) ? [[stage.left(i), Math.min(Math.max(stage.top(one), area.top - 400), area.bottom + 400)] as const] : []));
      expect(extremes(corners)).toEqual(extremes(points));
      expect(corners.length).toBeLessThanOrEqual(points.length);
    }));
  });
  it("lifts the pen at what is no number, and only there", () => {
    const view = aView([aLine({ y: Float64Array.of(1, 2, NaN, NaN, 3, Infinity) })], { x: { max: 5 } });
    const path = pathOf(view.lines[0]!, stageOf(view, area), view);
    expect([...path].map(Number.isNaN)).toEqual([false, false, false, false, true, true, false, false, true, true]);
  });
  it("goes one point beyond the window, so that the line reaches the edge", () => {
    const view = aView([aLine({ y: Float64Array.from({ length: 31 }, (_, i) => i) })], { x: { min: 10.5, max: 12.5, isWindow: true } });
    const path = pathOf(view.lines[0]!, stageOf(view, area), view);
    expect(path[0]!).toBeLessThan(area.left);
    expect(path.at(-2)!).toBeGreaterThan(area.right);
    expect(path.length).toBe(2 * 4);
  });
});

describe("marks at the edges", () => {
  it("count every value the axis cannot show, once", () => {
    fc.assert(fc.property(column, (y) => {
      const view = aView([aLine({ y }), aLine({ id: "smooth", isSmooth: true, y })], { x: { max: Math.max(1, y.length - 1) }, y: { min: -10, max: 10 } });
      const stage = stageOf(view, area);
      const total = edgeMarks(view, stage).reduce((sum, { count }) => sum + count, 0);
      expect(total).toBe(y.filter((one) => !(one >= stage.y.min && one <= stage.y.max)).length);
    }));
  });
  it("stand at the bottom for NaN and −∞, at the top for ∞, as triangles for finite values", () => {
    const view = aView([aLine({ y: Float64Array.of(1, NaN, 2, 1, Infinity, 1, 2, -Infinity) }), aLine({ id: "raw", weight: "fine", y: Float64Array.of(1, 1, 900, 1, 1, 1, -900) })], { x: { max: 7 } });
    expect(edgeMarks(view, stageOf(view, area)).map(({ kind, edge, count }) => [kind, edge, count])).toEqual([["odd", "bottom", 1], ["clipped", "top", 1], ["odd", "top", 1], ["clipped", "bottom", 1], ["odd", "bottom", 1]]);
  });
  it("that are neighbours are one, with their number", () => {
    const view = aView([aLine({ y: Float64Array.from({ length: 31 }, (_, i) => (i === 20 || i === 21 ? NaN : 1)) })]);
    expect(edgeMarks(view, stageOf(view, area))).toMatchObject([{ kind: "odd", count: 2 }]);
  });
});

describe("labels and legend", () => {
  const many = (n: number) => aView(Array.from({ length: n }, (_, i) => aLine({ id: `l${i}`, label: `run ${i}`, colour: i + 1, dash: i + 1, y: Float64Array.of(1, 10 + i) })), { x: { max: 1 } });
  it("stand beside up to 8 lines, at least 14.5 pixels apart; beyond there is a legend, beyond 24 all are grey", () => {
    const tops = endLabels(many(8), stageOf(many(8), area), same).map(({ labelTop }) => labelTop).sort((a, b) => a - b);
    expect(tops.length).toBe(8);
    // Positions are sums of pixels.
    tops.slice(1).forEach((top, i) => { expect(top - tops[i]!).toBeGreaterThanOrEqual(14.5 - 1e-9); });
    expect([hasLegend(many(8)), hasLegend(many(9)), isCrowd(many(24)), isCrowd(many(25))]).toEqual([false, true, false, true]);
    expect(endLabels(many(9), stageOf(many(9), area), same)).toEqual([]);
  });
  it("are ordered as the lines end", () => { expect(legendOf(many(9)).map(({ id }) => id)).toEqual(["l8", "l7", "l6", "l5", "l4", "l3", "l2", "l1", "l0"]); });
  it("stand at the edge where the line goes on beyond the window", () => {
    const view = aView([aLine({ y: Float64Array.from({ length: 31 }, (_, i) => i) })], { x: { min: 3, max: 12.5, isWindow: true } });
    expect(endLabels(view, stageOf(view, area), same)[0]!.left).toBe(area.right);
  });
  it("end in an ellipsis where they are too wide", () => { expect(fitted("a rather long name", 60, (text) => text.length * 6)).toBe("a rather…"); });
  it("seeds of one group share the colour and differ in dash; single runs have the dash of their colour", () => {
    expect(["r-3", "r-4", "r-5"].map((id) => dashOfRun({ id, colour: 3 }))).toEqual([3, 4, 5]);
    expect(dashOfRun({ id: "r-13", colour: 13 })).not.toBe(dashOfRun({ id: "r-1", colour: 1 }));
  });
});

describe("the SVG", () => {
  const view = aView([aLine({ label: `<b>&"'\u0007`, y: Float64Array.of(1, NaN, 3, 2, 2.5) }), aLine({ id: "raw", weight: "fine", y: Float64Array.of(2, 2, 2, 2, 2) })], { title: "a < b", caption: "nats", summary: "it ends at 2.5", x: { max: 4 } });
  it("spells what XML reserves, leaves out what it forbids, and asks for nothing outside", () => {
    const svg = svgOf(view, []);
    expect(svg).toContain("a &lt; b");
    expect(svg).toContain("&lt;b&gt;&amp;&quot;'");
    expect(svg).not.toContain("\u0007");
    expect(svg).not.toMatch(/href|<script|<style|url\((?!#)/);
  });
  it("draws the line from the same corners as the screen, the raw one behind at its opacity, a mark where it is NaN", () => {
    const paths = [...svgOf(view, []).matchAll(/<path d="([^"]+)" stroke="([^"]+)"/g)];
    expect(paths.map((match) => match[2])).toEqual([lightInks.colours[0], lightInks.colours[0], lightInks.bad]);
    expect(svgOf(view, [])).toContain(`stroke-opacity="${lightInks.rawOpacity}"`);
    expect(paths[1]![1]!.match(/[ML]/g)).toEqual(["M", "M", "L", "L"]);
    expect(paths[1]![1]).not.toMatch(/NaN/);
  });
  it("greys a crowd but for what is pinned, and names it in a legend", () => {
    const crowd = aView(Array.from({ length: 30 }, (_, i) => aLine({ id: `l${i}`, label: `run ${i}`, colour: 3, dash: "solid", y: Float64Array.of(1, i) })), { x: { max: 1 } });
    const svg = svgOf(crowd, ["l7"]);
    const strokes = [...svg.matchAll(/<path d="[^"]+" stroke="([^"]+)"/g)].map((match) => match[1]);
    expect(strokes.filter((ink) => ink === lightInks.crowd).length).toBe(29);
    expect(strokes.at(-1)).toBe(lightInks.colours[2]);
    expect(svg.match(/>run \d+</g)!.length).toBe(30);
  });
  it("has the light theme's tokens", () => {
    const css = readFileSync(join(import.meta.dirname, "../../src-renderer/styles/tokens.css"), "utf8");
    const token = (name: string): string => new RegExp(`--${name}:\\s*([^;]+);`).exec(css)![1]!.trim();
    lightInks.colours.forEach((ink, i) => { expect(ink).toBe(token(`chart-${i + 1}`)); });
    lightInks.dashes.forEach((dash, i) => { expect(dash.length === 0 ? "none" : dash.join(" ")).toBe(token(`dash-${i + 1}`)); });
    expect([lightInks.grid, lightInks.axis, lightInks.text, lightInks.ink, lightInks.bad, lightInks.paper, lightInks.crowd]).toEqual(["chart-grid", "chart-axis", "ink-3", "ink-1", "bad-mark", "paper-1", "ink-4"].map(token));
    expect([lightInks.rawOpacity, lightInks.lineWidth, lightInks.fineWidth, lightInks.fontSize]).toEqual(["chart-raw", "chart-line", "chart-line-fine", "text-micro"].map((name) => Number.parseFloat(token(name))));
  });
});
