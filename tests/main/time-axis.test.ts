/** What stands on x beside steps: training time, the time of day, another metric. From the worker's marks to the places of points and the marks of an axis. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { clockCurves, dated } from "../../src-main/contract/clock.ts";
import { ticksOf } from "../../src-main/contract/chart-scale.ts";
import { momentText, secondsText, timeText, timeTicks } from "../../src-main/contract/time-scale.ts";
import { placed, stepsWithin, timesOf } from "../../src-main/contract/x-axis.ts";
import { curves } from "../../src-main/service/curves.ts";
import { openStore } from "../../src-main/store/open.ts";
import { ProgressLog } from "../../src-main/workers/progress-log.ts";
import type { FitEvent } from "../../src-engine/index.ts";
import { countingClock, newRun, temporaryFolder } from "../support/project.ts";
import { ended, openBench, smallSpec, start } from "../support/workbench.ts";

const points = (steps: number[], values: number[]) => ({ steps: Float64Array.from(steps), values: Float64Array.from(values) });
const plan = {} as Parameters<typeof placed>[0];

describe("the marks of a training's clock", () => {
  const steps = (from: number, step: number): FitEvent => { const none = new Float64Array(step - from + 1); return { kind: "steps", from, step, loss: none, dataLoss: none, penalty: none, learningRate: none, gradientNorm: none } as unknown as FitEvent; };
  const marksOf = (log: ProgressLog): [number, number][] => { const found = log.take().series.find(({ metric }) => metric === clockCurves.time); return found === undefined ? [] : [...found.steps].map((step, i) => [step, found.values[i]!]); };

  it("stand at the beginning, at the first step, at epochs' ends 10 ms apart, at each report's end, and after a pause, which is no training", () => {
    let ms = 1000;
    const log = new ProgressLog(() => ms);
    ms = 1040; log.add(steps(1, 4));
    ms = 1050; log.add({ kind: "epoch", epoch: 1, step: 4, metrics: {} } as unknown as FitEvent);
    ms = 1055; log.add(steps(5, 8)); log.add({ kind: "epoch", epoch: 2, step: 8, metrics: {} } as unknown as FitEvent);
    ms = 1060; log.add(steps(9, 9));
    expect(marksOf(log)).toEqual([[0, 0], [1, 0], [4, 0.05], [9, 0.06]]);
    log.pause(() => { ms = 9060; });
    ms = 9080; log.add(steps(10, 12));
    expect(marksOf(log)).toEqual([[10, 0.06], [12, 0.08]]);
    expect(marksOf(log)).toEqual([]);
  });

  it("are dated back from the moment their report came", () => {
    const [, wall] = dated([{ metric: clockCurves.time, ...points([10, 12], [0.06, 0.08]) }], 1_700_000_000_000);
    expect([wall!.metric, [...wall!.steps], [...wall!.values].map(Math.round)]).toEqual([clockCurves.wall, [10, 12], [1_699_999_999_980, 1_700_000_000_000]]);
    expect(dated([], 5)).toEqual([]);
  });

  it("stand beside the metrics of a run that was trained, and are none of them", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const id = await start(workbench, smallSpec);
    const run = await ended(workbench, id);
    const [time, wall] = await workbench.readSeries({ runIds: [id], metrics: [clockCurves.time, clockCurves.wall], points: 0 });
    expect([...time!.steps]).toEqual([...wall!.steps]);
    expect([time!.steps[0], time!.steps.at(-1)]).toEqual([0, run.step]);
    // The last report is taken before the state's own reading of the clock.
    expect(time!.values.at(-1)! * 1000).toBeLessThanOrEqual(run.trainingMs);
    expect(time!.values.every((value, i) => i === 0 || value >= time!.values[i - 1]!)).toBe(true);
    expect((await workbench.readSeries({ runIds: [id], metrics: [], points: 0 })).some(({ metric }) => metric.startsWith("time/"))).toBe(false);
    const [against] = await workbench.readGroups({ groups: [[id]], metrics: ["validation/loss"], x: "time", points: 0 });
    expect([...against!.steps]).toEqual([...(await workbench.readSeries({ runIds: [id], metrics: ["validation/loss"], points: 0 }))[0]!.steps]);
  });
});

describe("places", () => {
  it("between two marks time runs evenly; before the first and after the last there are none", () => {
    expect([...timesOf([1, 2, 3, 4, 6, 9], points([2, 4, 8], [10, 20, 60]))]).toEqual([NaN, 10, 15, 20, 40, NaN]);
    expect([...timesOf([1], points([], []))]).toEqual([NaN]);
  });
  it("never fall, whatever the marks, and a mark stands where it says", () => {
    fc.assert(fc.property(fc.array(fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 0, max: 50 })), { minLength: 1, maxLength: 20 }), (strides) => {
      let [step, at] = [0, 0];
      const marks = strides.map(([by, ms]) => [(step += by), (at += ms)] as const);
      const all = points(marks.map(([one]) => one), marks.map(([, ms]) => ms));
      const times = timesOf(Array.from({ length: step + 1 }, (_, i) => i), all);
      marks.forEach(([one, ms]) => { expect(times[one]).toBe(ms); });
      const known = [...times].filter((time) => !Number.isNaN(time));
      expect(known.every((time, i) => i === 0 || time >= known[i - 1]!)).toBe(true);
    }));
  });
  it("against a metric: steps where both were measured, in order of the metric, what is no number left out", () => {
    const there = placed(plan, "train/loss", points([1, 2, 3, 4, 5], [10, 20, 30, NaN, 50]), points([2, 3, 4, 5, 6], [0.9, 0.5, 0.7, Infinity, 0.1]));
    expect([[...there.x], [...there.y], [...there.steps]]).toEqual([[0.5, 0.7, 0.9], [30, NaN, 20], [3, 4, 2]]);
    expect(placed(plan, "train/loss", points([1], [1]), undefined).x.length).toBe(0);
  });
  it("a span of time is a stretch of steps, with what is needed to reach its edges", () => {
    const marks = points([0, 10, 20, 30], [0, 1, 2, 3]);
    expect([stepsWithin(marks, { min: 1.2, max: 1.8 }), stepsWithin(marks, { min: -1, max: 99 }), stepsWithin(marks, { min: 0.5, max: 2 })]).toEqual([{ from: 10, to: 21 }, { from: 0, to: Infinity }, { from: 0, to: 21 }]);
  });
});

describe("groups", () => {
  it("have no mean over time or another metric: there only single runs are answered, and one recorded without times not at all", () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    const [a, b, old] = store.runs.addGroup([newRun(store), newRun(store), newRun(store)]).map(({ run }) => run.id) as [string, string, string];
    const standing = { epoch: 0, step: 0, trainingMs: 0, metrics: {}, hashes: [], notes: [] };
    const curve = { metric: "train/loss", ...points([0, 4, 8], [3, 2, 1]) };
    for (const [id, pace] of [[a, 1], [b, 2]] as const) store.runs.record(id, { ...standing, series: [curve, { metric: "train/accuracy", ...points([0, 8], [0.1, 0.9]) }, { metric: clockCurves.time, ...points([0, 8], [0, 8 * pace]) }] });
    store.runs.record(old, { ...standing, series: [curve] });
    const read = (groups: string[][], x: "time" | "train/accuracy") => curves(store).groups({ groups, metrics: ["train/loss"], x, points: 0 }).map(({ group, x: at, mean }) => [group, [...at], [...mean]]);
    expect(read([[a, b], [a], [b], [old]], "time")).toEqual([[1, [0, 4, 8], [3, 2, 1]], [2, [0, 8, 16], [3, 2, 1]]]);
    expect(read([[a], [old]], "train/accuracy")).toEqual([[0, [0.1, 0.9], [3, 1]]]);
    expect(curves(store).groups({ groups: [[a, b]], metrics: ["train/loss"], x: "step", points: 0 }).map(({ n }) => [...n])).toEqual([[2, 2, 2]]);
    store.close();
  });
});

describe("an axis of time", () => {
  it("is marked at round times and says them as a clock does", () => {
    const said = (min: number, max: number) => timeTicks({ min, max }, "seconds", 6).map((tick) => timeText(tick, "seconds", { min, max }));
    expect(said(0, 0.9)).toEqual(["0 s", "0.2 s", "0.4 s", "0.6 s", "0.8 s"]);
    expect(said(0, 47)).toEqual(["0 s", "10 s", "20 s", "30 s", "40 s"]);
    expect(said(0, 400)).toEqual(["0 s", "2:00", "4:00", "6:00"]);
    expect(said(3500, 9000)).toEqual(["1:00:00", "1:30:00", "2:00:00", "2:30:00"]);
    expect(secondsText(59.96)).toBe("60 s");
  });
  it("of moments begins its days at this machine's midnight", () => {
    const at = (hour: number, minute = 0, second = 0) => new Date(2026, 10, 3, hour, minute, second).getTime();
    const said = (min: number, max: number) => ticksOf({ min, max, scale: "linear", linearWithin: 1, unit: "moment" }).map((tick) => timeText(tick, "moment", { min, max }));
    expect(said(at(14, 3), at(14, 4, 10))).toEqual(["14:03:00", "14:03:15", "14:03:30", "14:03:45", "14:04:00"]);
    expect(said(at(9, 10), at(15))).toEqual(["10:00", "12:00", "14:00"]);
    expect(said(at(12), at(12) + 4 * 86_400_000)).toEqual(["11-04", "11-05", "11-06", "11-07"]);
    expect(momentText(at(14, 3) + 1500, 1)).toBe("14:03:01.50");
  });
  it("has at most the marks asked for, evenly apart, inside the span, whatever it is", () => {
    fc.assert(fc.property(fc.constantFrom("seconds" as const, "moment" as const), fc.double({ min: 0, max: 1e6, noNaN: true }), fc.double({ min: 1e-2, max: 1e7, noNaN: true }), (unit, from, width) => {
      const scale = unit === "moment" ? 1000 : 1;
      const span = { min: from * scale, max: (from + width) * scale };
      const ticks = timeTicks(span, unit, 6);
      expect(ticks.length).toBeLessThanOrEqual(6);
      const hair = 1e-6 * width * scale;
      expect(ticks.every((tick) => tick >= span.min - hair && tick <= span.max + hair)).toBe(true);
      const gaps = ticks.slice(1).map((tick, i) => tick - ticks[i]!);
      expect(gaps.every((gap) => Math.abs(gap - gaps[0]!) <= hair)).toBe(true);
    }));
  });
});
