/** What was done to a run, on its chart: the fork and the history it shares, changes, resumptions; on the screen's marks and in the SVG. */

import { describe, expect, it } from "vitest";
import { eventMarks, partsOf, xAtStep } from "../../src-main/contract/chart-events.ts";
import { stageOf } from "../../src-main/contract/chart-drawing.ts";
import type { ChartEvent } from "../../src-main/contract/chart-view.ts";
import { svgOf } from "../../src-main/report/svg.ts";
import { aLine, aView } from "../support/charts.ts";

const y = Float64Array.of(5, 4, 3, 2, 1);
const steps = Float64Array.of(0, 10, 20, 30, 40);
const area = { left: 0, right: 300, top: 0, bottom: 100 };
const measure = (text: string): number => text.length * 6;
const event = (x: number, tag = "from r-1, step 20"): ChartEvent => ({ kind: "fork", x, step: 10 * x, tag, text: `branched <from> r-1, ${tag}` });

describe("a line that shares its beginning", () => {
  it("is two parts that meet at the last shared point", () => {
    const [shared, own] = partsOf(aLine({ y, steps, sharedTo: 25 }));
    expect([shared!.isShared, [...shared!.line.y], own!.isShared, [...own!.line.y]]).toEqual([true, [5, 4, 3], false, [3, 2, 1]]);
  });

  it("is one part where nothing, or all of it, is shared", () => {
    const told = (sharedTo?: number) => partsOf(aLine({ y, steps, ...(sharedTo === undefined ? {} : { sharedTo }) })).map(({ line, isShared }) => [line.y.length, isShared]);
    expect([told(), told(-1), told(40)]).toEqual([[[5, false]], [[5, false]], [[5, true]]]);
  });
});

it("a step stands between the points around it, on the line that has the most of them; beyond all of them nowhere", () => {
  const lines = [aLine({ y: Float64Array.of(1, 2), x: Float64Array.of(0, 4), steps: Float64Array.of(0, 40) }), aLine({ y, x: Float64Array.of(0, 2, 2.5, 3, 4), steps })];
  expect([10, 15, 40, 41, -1].map((step) => xAtStep(lines, step))).toEqual([2, 2.25, 4, null, null]);
  expect(xAtStep([], 1)).toBeNull();
  const unordered = aLine({ y, steps: Float64Array.of(40, 10, 20, 0, 30), sharedTo: 20 });
  expect([xAtStep([unordered], 20), partsOf(unordered).map(({ isShared }) => isShared)]).toEqual([null, [false]]);
});

describe("marks", () => {
  it("have their names right of the line, left of it at the edge, and none in sight of a window without them", () => {
    const marks = (x: number, window = {}) => eventMarks(aView([aLine({ y, steps })], { events: [event(x)], x: window }), stageOf(aView([], { x: window }), area), measure).map(({ left, name }) => [left, name?.textLeft, name?.row]);
    expect([marks(10), marks(29), marks(2, { min: 3, max: 30, isWindow: true })]).toEqual([[[100, 104, 0]], [[290, 290 - 4 - 17 * 6, 0]], []]);
  });

  it("never write one name over another: the next row, and where all are full the line alone", () => {
    const events = [...[10, 10.5, 11, 11.5].map((x) => event(x)), event(25, "resumed")];
    const told = eventMarks(aView([aLine({ y, steps })], { events }), stageOf(aView([]), area), measure);
    expect(told.map(({ name }) => name?.row ?? null)).toEqual([0, 1, 2, null, 0]);
  });
});

it("a name keeps clear of the labels of lines that end beneath it", () => {
  const view = aView([aLine({ y, steps })], { events: [event(10)] });
  expect(eventMarks(view, stageOf(view, area), measure, [{ text: "A", left: 110, labelTop: 6 }])[0]!.name!.row).toBe(1);
  expect(eventMarks(view, stageOf(view, area), measure, [{ text: "A", left: 250, labelTop: 6 }, { text: "A", left: 110, labelTop: 60 }])[0]!.name!.row).toBe(0);
});

describe("in the SVG", () => {
  it("the fork is a dotted line with its name and its sentence, and the shared part is the same line, fainter", () => {
    const svg = svgOf(aView([aLine({ y, steps, sharedTo: 20, x: Float64Array.of(0, 1, 2, 3, 4) })], { events: [event(2)] }), []);
    expect(svg).toContain("from r-1, step 20</text>");
    expect(svg).toContain("<title>branched &lt;from&gt; r-1, from r-1, step 20</title>");
    const paths = [...svg.matchAll(/<path d="(M[^"]+)" stroke="([^"]+)"[^>]*?( stroke-opacity="([^"]+)")?\/>/g)].map(([, d, ink, , opacity]) => ({ d: d!, ink, opacity }));
    expect(paths.map(({ opacity }) => opacity)).toEqual(["0.38", undefined]);
    expect(paths[0]!.ink).toBe(paths[1]!.ink);
    const at = /<line x1="([\d.]+)"[^>]*stroke-dasharray="2 2.5"/.exec(svg)![1]!;
    expect(paths[0]!.d.split(/[ML]/).at(-1)).toMatch(new RegExp(`^${at} `));
    expect(paths[1]!.d).toMatch(new RegExp(`^M${at} `));
  });

  it("a view without events is drawn as before", () => { expect(svgOf(aView([aLine({ y, steps })]), [])).not.toContain("stroke-dasharray=\"2 2.5\""); });
});
