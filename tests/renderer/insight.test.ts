/** What the run page computes by itself: histograms on one axis, the words of a gradient check, alerts as news, the log. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkGradient, compile, dense, softmaxCrossEntropy, tanh } from "../../src-engine/index.ts";
import type { Alert } from "../../src-main/contract/alerts.ts";
import type { SpreadAt } from "../../src-main/contract/histograms.ts";
import { evenly, gridOf } from "../../src-renderer/parts/run/histogram-grid.ts";
import { errorText, hintText } from "../../src-renderer/parts/run/gradient-words.ts";
import { glances } from "../../src-renderer/parts/run/glances.ts";
import { eventsOf } from "../../src-renderer/parts/run/run-events.ts";
import { NoticedAlerts } from "../../src-renderer/state/noticed.svelte.ts";
import { isBehind, TaskRun } from "../../src-renderer/state/task.svelte.ts";
import { en } from "../../src-renderer/words/en.ts";
import { zh } from "../../src-renderer/words/zh.ts";
import { aRun } from "./support/runs.ts";

const spread = (from: number, to: number, counts: readonly number[], step = 0): SpreadAt => ({ step, epoch: 0, count: counts.reduce((sum, n) => sum + n, 0), norm: 1, rms: 1, mean: 0, deviation: 1, from, to, counts });

describe("histograms on one axis", () => {
  it("lose nothing: every column holds all its numbers, whatever its own range", () => {
    const one = fc.tuple(fc.double({ min: -50, max: 50, noNaN: true }), fc.double({ min: 0, max: 20, noNaN: true }), fc.array(fc.integer({ min: 0, max: 100 }), { minLength: 32, maxLength: 32 })).map(([from, size, counts]) => (size === 0 ? spread(from, from, [7]) : spread(from, from + size, counts.with(0, 1))));
    fc.assert(fc.property(fc.array(one, { minLength: 1, maxLength: 6 }), fc.integer({ min: 1, max: 80 }), (spreads, bins) => {
      for (const column of gridOf(spreads, bins).columns) expect(column.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 9);
    }));
  });
  it("halve a bin that two common ones cover, and put equal numbers in one", () => {
    const { from, to, columns } = gridOf([spread(0, 4, [6, 2]), spread(1, 1, [5])], 4);
    expect([from, to, [...columns[0]!], [...columns[1]!]]).toEqual([0, 4, [0.375, 0.375, 0.125, 0.125], [0, 1, 0, 0]]);
  });
  it("take evenly spaced ones with both ends", () => { expect(evenly(Array.from({ length: 101 }, (_, i) => i), 5)).toEqual([0, 25, 50, 75, 100]); });
});

describe("the words of a gradient check", () => {
  const plan = compile({ input: [3], layers: [dense({ units: 4 }), tanh(), dense({ units: 2 })], loss: softmaxCrossEntropy() } as never, { batchSize: 4, seed: 1, precision: 64 });
  const x = Float64Array.from({ length: 12 }, (_, i) => Math.sin(i)), y = Float64Array.of(0, 1, 1, 0);
  const healthy = checkGradient(plan, x, y);
  const planted = new Map(plan.slices.filter(({ role }) => role === "grad").map(({ name, view }) => [name, Float64Array.from(view)]));
  planted.set("0/bias", planted.get("0/bias")!.map((g) => -g));
  const report = checkGradient(plan, x, y, { gradient: planted });

  it("pass a healthy network and name the tensor of a planted bug, in both languages", () => {
    expect([healthy.verdict, report.verdict, report.slices.filter(({ verdict }) => verdict === "wrong").map(({ name }) => name)]).toEqual(["right", "wrong", ["0/bias"]]);
    for (const words of [en, zh]) expect(report.hints.map((hint) => hintText(hint, words)).join()).toContain("0/bias");
    expect(hintText(report.hints[0]!, zh)).toMatch(/\p{Script=Han}/u);
  });
  it("have a Chinese sentence for every hint the engine gives; an unknown one is told as it came", () => {
    expect(Object.keys(zh.insight.hints).sort()).toEqual(["below", "everywhere", "factor", "kinks", "oneEntry", "onlyBiases", "onlyThese", "penaltyAdded", "penaltyMissing", "timesRows"]);
    expect(hintText({ code: "newer", slices: [], message: "as it came", params: {} }, zh)).toBe("as it came");
  });
  it("span twenty powers of ten", () => { expect([3.14159e-11, 0.00420001, 0.6931472, -2e8, 0, NaN].map((one) => errorText(one))).toEqual(["3.1e-11", "0.0042", "0.693", "−2.0e8", "0", "NaN"]); });
});

describe("a run at a glance", () => {
  const run = { layers: [0, 1, 2].map((index) => ({ index, kind: "dense", output: [1], parameters: 2, flops: 1 })), step: 40, trainingMs: 2000 } as never;
  const points = (steps: readonly number[], values: readonly number[]) => ({ steps: Float64Array.from(steps), values: Float64Array.from(values) });
  const idle = { stepsPerSecond: null, remainingMs: null };

  it("shows what there are two points of: rates as they are, norms by their logarithm", () => {
    const series = new Map([["batch/learningRate", points([0, 1], [0.1, 0.05])], ["batch/gradientNorm", points([0, 1], [100, 1])], ["time/trained", points([0], [0])]]);
    const shown = glances(run, series, idle, en);
    expect(shown.map(({ label, value }) => [label, value])).toEqual([["learning rate", "0.0500"], ["gradient norm", "1.00"]]);
    expect([...shown[1]!.y]).toEqual([2, 0]);
  });
  it("takes the median update over the layers that have one, as far as all of them were recorded", () => {
    const series = new Map([["layer/0/kernel/update", points([0, 20, 40], [1e-3, 1e-2, 1])], ["layer/2/kernel/update", points([0, 20], [3e-3, 3e-2])]]);
    expect([...glances(run, series, idle, en)[0]!.y].map((y) => 10 ** y)).toEqual([expect.closeTo(2e-3, 12), expect.closeTo(2e-2, 12)]);
  });
  it("tells steps a second between two marks of the clock, and of two at one moment nothing", () => {
    const series = new Map([["time/trained", points([0, 10, 12, 20, 40], [0, 1, 1, 2, 3])]]);
    expect(glances(run, series, idle, en).map(({ x, y, value }) => [[...x], [...y], value])).toEqual([[[10, 20, 40], [10, 10, 20], "20"]]);
    expect(glances(run, series, { ...idle, stepsPerSecond: 1234.5 }, zh)[0]).toMatchObject({ value: "1,235", unit: "步/秒" });
  });
});

describe("alerts as news", () => {
  const alert = (step: number, atMs: number): Alert => ({ kind: "deadLayer", layer: String(step), share: 1, step, epoch: 1, atMs });
  it("are not told of a sweep's trials, which are there to go wrong", () => {
    const noticed = new NoticedAlerts(1000);
    noticed.see(aRun({ sweep: { id: "s-1", trial: 1, repeat: 1, isConfirmation: false }, alerts: [alert(1, 2000)] }));
    expect(noticed.list).toEqual([]);
  });

  it("are those that come while the page is open, each once; at most three are shown", () => {
    const noticed = new NoticedAlerts(1000);
    noticed.see(aRun({ alerts: [alert(1, 500)] }));
    noticed.see(aRun({ alerts: [alert(1, 500), alert(2, 1500)] }));
    noticed.see(aRun({ alerts: [alert(1, 500), alert(2, 1500)] }));
    expect(noticed.list.map((one) => one.alert.step)).toEqual([2]);
    noticed.see(aRun({ alerts: [] }));
    noticed.see(aRun({ alerts: [3, 4, 5].map((step) => alert(step, 2000)) }));
    expect(noticed.list.map((one) => one.alert.step)).toEqual([3, 4, 5]);
    noticed.close(noticed.list[0]!.id);
    expect(noticed.list.map((one) => one.alert.step)).toEqual([4, 5]);
  });
});

describe("the log", () => {
  it("tells everything with its time, the newest first", () => {
    const run = aRun({ state: "stopped", createdMs: 1, startedMs: 2, endedMs: 9, step: 40, history: [{ kind: "resumed", step: 20, epoch: 2, atMs: 5 }], alerts: [{ kind: "nan", metric: "batch/loss", norm: 3, step: 30, epoch: 3, atMs: 7 }] });
    expect(eventsOf(run, [], en, "en").map(({ kind, atMs }) => [kind, atMs])).toEqual([["ended", 9], ["noticed", 7], ["Step 20", 5], ["started", 2], ["queued", 1]]);
    expect(eventsOf(run, [], zh, "zh")[1]!.text).toContain("不再是数值");
  });
});

describe("work in a thread of its own", () => {
  async function* told(parts: readonly ({ kind: "progress"; done: number; of: number } | { kind: "result"; result: number })[]) { for (const part of parts) { await Promise.resolve(); yield part; } }
  it("shows its progress and its result; asked anew, an earlier answer no longer counts; cancelled, it is left", async () => {
    const task = new TaskRun<number>();
    await task.follow(told([{ kind: "progress", done: 1, of: 2 }, { kind: "result", result: 7 }]));
    expect([task.phase, task.result, task.progress?.done]).toEqual(["done", 7, 1]);
    const slow = task.follow(told([{ kind: "result", result: 1 }]));
    const quick = task.follow(told([{ kind: "result", result: 2 }]));
    await Promise.all([slow, quick]);
    expect(task.result).toBe(2);
    void task.follow((async function* () { await new Promise(() => {}); yield { kind: "result" as const, result: 3 }; })());
    task.cancel();
    expect([task.phase, task.result]).toEqual(["cancelled", 2]);
    await task.follow((async function* (): AsyncGenerator<never> { await Promise.resolve(); throw new Error("lost"); })());
    expect([task.phase, task.failure?.message]).toEqual(["failed", "lost"]);
  });
  it("brought up to date, the result stands until the next is there; it is behind where a later state is kept and nothing looks at it yet", async () => {
    async function* of(step: number) { await Promise.resolve(); yield { kind: "result" as const, result: { step } }; }
    const task = new TaskRun<{ readonly step: number }>();
    expect(isBehind(task, 40)).toBe(false);
    await task.follow(of(40));
    expect([isBehind(task, null), isBehind(task, 40), isBehind(task, 60)]).toEqual([false, false, true]);
    const looking = task.follow(of(60), true);
    expect([task.phase, task.result?.step, isBehind(task, 60)]).toEqual(["done", 40, false]);
    await looking;
    expect([task.phase, task.result?.step, isBehind(task, 60)]).toEqual(["done", 60, false]);
    await task.follow((async function* (): AsyncGenerator<never> { await Promise.resolve(); throw new Error("lost"); })(), true);
    // What failed is not asked again by itself.
    expect([task.phase, isBehind(task, 80)]).toEqual(["failed", false]);
  });
});
