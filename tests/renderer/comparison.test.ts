/** What the comparison page shows of an answer: lines with bands, the seeds that are missing, and that hiding one group touches no other. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Comparison, GroupSeries } from "../../src-main/contract/comparison.ts";
import { groupingOf, groupingText } from "../../src-main/contract/grouping.ts";
import { headlineMetric, letterOf } from "../../src-main/contract/headline.ts";
import { bandOf, outlinesOf, stageOf } from "../../src-main/contract/chart-drawing.ts";
import type { Run } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { compare } from "../../src-main/report/compare.ts";
import { meanCurve } from "../../src-main/report/group-curves.ts";
import { svgOf } from "../../src-main/report/svg.ts";
import { groupsView } from "../../src-renderer/parts/charts/comparison-views.ts";
import { tableOf, valuesAt } from "../../src-renderer/parts/charts/readout.ts";
import { ComparisonState } from "../../src-renderer/state/comparison.svelte.ts";
import { GroupCurves } from "../../src-renderer/state/group-curves.svelte.ts";
import { en } from "../../src-renderer/words/en.ts";
import { aLine, aView } from "../support/charts.ts";
import { aRun, aSpec } from "./support/runs.ts";

const column = (...values: number[]) => Float64Array.from(values);
const member = (x: readonly number[], y: readonly number[]) => ({ x: column(...x), y: column(...y), steps: column(...x) });

describe("the mean of a group", () => {
  it("stands where a run was measured, and says of how many", () => {
    const { x, mean, low, high, n } = meanCurve([member([0, 1, 2], [1, 2, 3]), member([0, 2], [3, 5])]);
    expect([[...x], [...mean], [...n]]).toEqual([[0, 1, 2], [2, 2, 4], [2, 1, 2]]);
    // Half of Student's interval of two values that lie 2 apart: 12.706 · √2/√2.
    expect(high[0]! - mean[0]!).toBeCloseTo(12.7062, 3);
    expect(mean[0]! - low[0]!).toBeCloseTo(12.7062, 3);
    expect([low[1], high[1]]).toEqual([NaN, NaN]);
  });
  it("leaves out what is not finite, and is NaN where nothing is left", () => {
    const { mean, n } = meanCurve([member([0, 1], [1, NaN]), member([0, 1], [Infinity, NaN])]);
    expect([[...mean], [...n]]).toEqual([[1, NaN], [1, 0]]);
  });
  it("of one run is the run itself, infinities and all", () => {
    const { x, mean, low, n } = meanCurve([member([0, 1, 2], [1, Infinity, NaN])]);
    expect([[...x], [...mean], [...low], [...n]]).toEqual([[0, 1, 2], [1, Infinity, NaN], [NaN, NaN, NaN], [1, 0, 0]]);
  });
  it("puts nothing between two points: runs whose steps differ share no x", () => {
    expect([...meanCurve([member([1, 3], [0, 0]), member([2, 4], [9, 9])]).mean]).toEqual([0, 9, 0, 9]);
  });
  it("is between the smallest and the largest value at each x, whatever the runs", () => {
    fc.assert(fc.property(fc.array(fc.array(fc.tuple(fc.nat(20), fc.double({ min: -1e3, max: 1e3, noNaN: true })), { maxLength: 12 }), { minLength: 1, maxLength: 5 }), (runs) => {
      const members = runs.map((points) => { const byX = [...new Map(points)].sort(([a], [b]) => a - b); return member(byX.map(([x]) => x), byX.map(([, y]) => y)); });
      const { x, mean, n } = meanCurve(members);
      x.forEach((at, i) => {
        const there = members.flatMap((one) => { const k = one.x.indexOf(at); return k < 0 ? [] : [one.y[k]!]; });
        expect(n[i]).toBe(there.length);
        expect(mean[i]!).toBeGreaterThanOrEqual(Math.min(...there) - 1e-9);
        expect(mean[i]!).toBeLessThanOrEqual(Math.max(...there) + 1e-9);
      });
    }));
  });
});

const runOf = (key: string, seed: number, value: number, given: Partial<Run> = {}): Run => aRun({
  id: `r-${key.charCodeAt(0)}${seed}`, name: `${key} · seed ${seed}`, colour: key === "a" ? 1 : 2, state: "finished", epochs: 2, steps: 8, step: 8, trainingMs: 60_000, metrics: { "validation/accuracy": value },
  spec: { ...aSpec, seed, optimizer: { kind: key } }, ...given,
});
const keyed = (runs: readonly Run[]) => runs.map((run) => ({ key: run.spec!.optimizer.kind, run }));
const runs = [runOf("a", 1, 0.9), runOf("a", 2, 0.92), runOf("b", 1, 0.95)];
const comparison: Comparison = compare(keyed(runs), null);
const series = (group: number, mean: readonly number[], half: readonly number[]): GroupSeries => ({
  group, metric: "validation/accuracy", x: column(0, 1, 2), steps: column(0, 4, 8), mean: column(...mean), low: column(...mean.map((y, i) => y - half[i]!)), high: column(...mean.map((y, i) => y + half[i]!)), n: column(2, 2, 2),
});
const drawn = {
  means: new Map([["a", series(0, [0.1, 0.8, 0.9], [0.1, 0.05, 0.02])], ["b", series(1, [0.1, 0.9, 0.95], [NaN, NaN, NaN])]]),
  members: new Map([[runs[0]!.id, series(0, [0.1, 0.7, 0.9], [NaN, NaN, NaN])], [runs[1]!.id, series(0, [0.1, 0.9, 0.9], [NaN, NaN, NaN])]]),
};
const viewWith = (hidden: readonly string[]) => groupsView(comparison, drawn, "validation/accuracy", { hidden: new Set(hidden), isSmooth: false }, en);

describe("the chart of a comparison", () => {
  it("draws each group as its mean with a band, its runs fine behind; a single run is a plain line", () => {
    expect(viewWith([]).lines.map(({ id, label, weight, band }) => [id, label, weight, band !== undefined])).toEqual([
      [`a/${runs[0]!.id}`, "", "fine", false], [`a/${runs[1]!.id}`, "", "fine", false], ["a", "A a", "line", true], ["b", "B b", "line", false],
    ]);
    expect(viewWith([]).title).toBe("Validation accuracy");
  });
  it("without a group has every other number as before", () => {
    const [whole, without] = [viewWith([]), viewWith(["b"])];
    expect(without.lines).toEqual(whole.lines.filter(({ id }) => id !== "b"));
    expect(without.lines.find(({ id }) => id === "a")!.label).toBe("A a");
  });
  it("tells mean, half interval and n under the cursor and in the table", () => {
    const [value] = valuesAt(viewWith([]), 1).filter(({ line }) => line.id === "a");
    expect(value).toMatchObject({ y: 0.8, n: 2, step: 4 });
    expect(value!.half).toBeCloseTo(0.05, 12);
    expect(tableOf(viewWith([])).rows[2]!.values[0]!.half).toBeCloseTo(0.02, 12);
  });
  it("paints the band into its SVG, and leaves out what two points cannot enclose", () => {
    expect(svgOf(viewWith([]), []).match(/fill-opacity="0.14"/g)?.length).toBe(1);
    const x = column(0, 1, 2, 3, 4);
    const view = aView([aLine({ x, y: column(1, 1, 1, 1, 1), band: { low: column(0.5, 0.5, NaN, 0.5, NaN), high: column(1.5, 1.5, NaN, 1.5, NaN), n: column(2, 2, 1, 2, 1) } })], { x: { max: 4 } });
    const stage = stageOf(view, { left: 0, right: 400, top: 0, bottom: 100 });
    const outlines = outlinesOf(bandOf(view.lines[0]!, stage, view));
    expect(outlines.length).toBe(1);
    expect(outlines[0]!.filter((_, i) => i % 2 === 0)).toEqual([0, 100, 100, 0]);
  });
});

describe("what is missing", () => {
  const state = async (given: readonly Run[]) => {
    const compared = new ComparisonState({ compareRuns: async () => compare(keyed(given), null) } as unknown as Workbench);
    await compared.load({ ids: given.map(({ id }) => id), grouping: { kind: "allButSeed" }, baseline: null });
    return compared;
  };
  it("is counted in runs until both have the same seeds, with what that took so far", async () => {
    // One pair: six in all can tell, so a lacks four and b five.
    expect((await state(runs)).missing).toEqual({ seeds: 6, runs: 9, each: null, ms: 9 * 60_000 });
    const five = [1, 2, 3, 4, 5].flatMap((seed) => [runOf("a", seed, 0.9 + seed / 1000), runOf("b", seed, 0.95 + seed / 900)]);
    expect((await state(five)).missing).toEqual({ seeds: 6, runs: 2, each: 1, ms: 2 * 60_000 });
  });
  it("is nothing where the question is answered, and counts a stopped run as missing", async () => {
    const six = [1, 2, 3, 4, 5, 6].flatMap((seed) => [runOf("a", seed, 0.9 + seed / 1000), runOf("b", seed, 0.95 + seed / 900)]);
    expect((await state(six)).missing).toBeNull();
    const stopped = [...six.slice(0, 11), runOf("b", 6, 0.95, { state: "stopped" })];
    expect((await state(stopped)).missing).toMatchObject({ runs: 1, seeds: 6 });
  });
  it("keeps the newest answer when an older one comes later", async () => {
    const answers: ((one: Comparison) => void)[] = [];
    const compared = new ComparisonState({ compareRuns: () => new Promise((found) => { answers.push(found); }) } as unknown as Workbench);
    const both = [["r-1"], ["r-2"]].map((ids) => compared.load({ ids, grouping: { kind: "eachRun" }, baseline: null }));
    answers[1]!(comparison);
    answers[0]!({ ...comparison, groups: [] });
    await Promise.all(both);
    expect(compared.comparison!.groups.length).toBe(2);
  });
});

it("the curves of a comparison ask for means and single runs, in the window", async () => {
  const asked: Parameters<Workbench["readGroups"]>[0][] = [];
  const curves = new GroupCurves({ readGroups: async (input) => { asked.push(input); return input.groups.map((_, group) => series(group, [1, 2, 3], [0, 0, 0])); } } as Partial<Workbench> as Workbench);
  await curves.read({ groups: comparison.groups, metrics: ["validation/accuracy"], x: "epoch", smoothing: { kind: "ewma", beta: 0.5 }, window: { min: 1, max: 2 } });
  expect(asked.map(({ groups, from, to, smoothing }) => [groups, from, to, smoothing])).toEqual([[[[runs[0]!.id, runs[1]!.id], [runs[2]!.id]], 1, 2, { kind: "ewma", beta: 0.5 }], [[[runs[0]!.id], [runs[1]!.id]], 1, 2, { kind: "ewma", beta: 0.5 }]]);
  expect([...curves.of("validation/accuracy", "epoch").members.keys()]).toEqual([runs[0]!.id, runs[1]!.id]);
  expect([...curves.of("validation/accuracy", "epoch").means.keys()]).toEqual(["a", "b"]);
  // What was read for epochs says nothing of steps.
  expect(curves.of("validation/accuracy", "step").means.size).toBe(0);
});

it("a grouping is a word in an address and back", () => {
  for (const text of ["seed", "run", "optimizer.kind,layers.0.units"]) expect(groupingText(groupingOf(text))).toBe(text);
  expect(groupingOf("")).toEqual({ kind: "allButSeed" });
  expect([0, 25, 26, 27, 51, 52].map(letterOf)).toEqual(["A", "Z", "AA", "AB", "AZ", "BA"]);
  expect(headlineMetric(comparison.metrics)?.metric).toBe("validation/accuracy");
});
