/** How charts are read: what stands on x, windows, smoothing, and the curves that are asked for. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { placer, type Axis } from "../../src-main/contract/chart-scale.ts";
import type { Series } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { around, lineNear, stepped, valuesAt } from "../../src-renderer/parts/charts/readout.ts";
import { lossView, metricView, plainLook } from "../../src-renderer/parts/charts/run-views.ts";
import { planAxes, stepOf, xOf } from "../../src-main/contract/x-axis.ts";
import { dragged, panned, zoomed } from "../../src-renderer/parts/charts/zoom.ts";
import { Curves } from "../../src-renderer/state/curves.svelte.ts";
import { stepsIn } from "../../src-renderer/state/page-curves.svelte.ts";
import { Reading, windows } from "../../src-renderer/state/reading.svelte.ts";
import { fileName } from "../../src-renderer/parts/charts/picture.ts";
import { stageOf } from "../../src-main/contract/chart-drawing.ts";
import { en } from "../../src-renderer/words/en.ts";
import { aLine, aView } from "../support/charts.ts";
import { aRun, aSpec, columns } from "./support/runs.ts";

// 100 rows in batches of 32: four steps an epoch, the last with four rows.
const run = aRun();

describe("what stands on x", () => {
  it("are epochs, steps, the examples seen, or the operations done; the last batch of an epoch is smaller", () => {
    const own = aRun({ layers: [{ index: 0, kind: "dense", output: [10], parameters: 650, flops: 1290 }, { index: 1, kind: "relu", output: [10], parameters: 0, flops: 10 }] });
    expect(planAxes.map((kind) => [3, 4, 5, 8].map(xOf(own, kind)))).toEqual([[0.75, 1, 1.25, 2], [3, 4, 5, 8], [96, 100, 132, 200], [96, 100, 132, 200].map((rows) => rows * 3 * 1300)]);
  });
  it("leads back to the step", () => {
    fc.assert(fc.property(fc.nat(40), fc.constantFrom(...planAxes), fc.integer({ min: 1, max: 200 }), (step, kind, batchSize) => {
      const perEpoch = Math.ceil(100 / batchSize);
      const other = aRun({ steps: 10 * perEpoch, spec: { ...aSpec, train: { ...aSpec.train, batchSize } } });
      // Dividing and multiplying by the steps of an epoch costs a unit in the last place.
      expect(stepOf(other, kind)(xOf(other, kind)(step))).toBeCloseTo(step, 9);
    }));
  });
  it("names the axis and its end", () => {
    const series = new Map([["train/loss", columns([0, 4, 8], [2, 1, 0.5])]]);
    expect(planAxes.map((x) => lossView(run, series, en, { ...plainLook, x }).x).map(({ name, max }) => [name, max])).toEqual([["epoch", 10], ["step", 40], ["examples", 1000], ["FLOPs", 3000]]);
  });
  it("is straight up to the first step where it is logarithmic and step 0 was measured, else truly logarithmic", () => {
    const look = { ...plainLook, x: "step", isXLog: true } as const;
    const both = lossView(run, new Map([["train/loss", columns([0, 4], [2, 1])]]), en, look);
    expect([both.x.scale, both.x.linearWithin, both.caption]).toEqual(["symlog", 1, "nats, log axis, log x, linear up to 1"]);
    const batches = lossView(run, new Map([["batch/loss", columns([1, 2], [2, 1])]]), en, look);
    expect([batches.x.scale, batches.x.min, batches.caption]).toEqual(["log", 1, "nats, log axis, log x"]);
  });
});

describe("the vertical axis that is asked for", () => {
  const y = (values: readonly number[], scale: "linear" | "log") => metricView(run, "r2", new Map([["train/r2", columns([0, 4], values)]]), en, { ...plainLook, y: scale });
  it("is logarithmic where every value is above zero, else symlog, and says so", () => {
    expect(y([1, 2], "log").y.scale).toBe("log");
    expect(y([-0.5, 2], "log")).toMatchObject({ y: { scale: "symlog", linearWithin: 0.1 }, caption: "symlog axis, linear within ±0.1" });
    expect(y([1, NaN], "log").y.scale).toBe("log");
  });
  it("is linear where a loss would be logarithmic by itself", () => { expect(lossView(run, new Map([["train/loss", columns([0, 4], [2, 1])]]), en, { ...plainLook, y: "linear" }).y.scale).toBe("linear"); });
});

describe("windows", () => {
  const axis: Axis = { scale: "linear", linearWithin: 1, min: 0, max: 100 };
  const within = fc.double({ min: 0.05, max: 0.95, noNaN: true });
  it.each(["linear", "log", "symlog"] as const)("keep what is under the hand where it is, on a %s axis", (scale) => {
    fc.assert(fc.property(within, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (share, factor) => {
      const whole: Axis = { scale, linearWithin: 2, min: 1, max: 5000 };
      const window = zoomed(whole, whole, share, factor)!;
      const before = placer(whole);
      const place = (x: number) => (before(x) - before(window.min)) / (before(window.max) - before(window.min));
      const held = share * (before(window.max) - before(window.min)) + before(window.min);
      // Shares are of order one; nine digits are far below a pixel.
      expect(held).toBeCloseTo(share, 9);
      expect(place(window.max)).toBeCloseTo(1, 9);
      expect(before(window.max) - before(window.min)).toBeCloseTo(factor, 9);
    }));
  });
  it("never leave the whole, and are none where they would be all of it", () => {
    fc.assert(fc.property(fc.array(fc.record({ what: fc.constantFrom("zoom", "pan", "drag"), a: fc.double({ min: 0, max: 1, noNaN: true }), b: fc.double({ min: 0.2, max: 4, noNaN: true }) }), { maxLength: 12 }), (moves) => {
      let shown = axis;
      for (const { what, a, b } of moves) {
        const next = what === "zoom" ? zoomed(shown, axis, a, b) : what === "pan" ? panned(shown, axis, (a - 0.5) * b) : dragged(shown, axis, a, b / 4);
        if (next !== null) {
          expect(next.min).toBeGreaterThanOrEqual(0);
          // Sums of shares of 100 lose a digit or two of sixteen.
          expect(next.max).toBeLessThanOrEqual(100 + 1e-9);
          expect(next.max).toBeGreaterThan(next.min);
        }
        shown = { ...axis, ...(next ?? { min: 0, max: 100 }) };
      }
    }));
    expect([zoomed(axis, axis, 0.5, 2), dragged(axis, axis, 1.2, -0.1), panned(axis, axis, 0.3)]).toEqual([null, null, null]);
  });
  it("ask for the steps inside, with one to spare", () => { expect(stepsIn(run, "epoch", { min: 1.1, max: 2 })).toEqual([{ runId: "r-1", from: 3, to: 10 }]); });
});

describe("smoothed views", () => {
  const raw = new Map([["batch/loss", columns([1, 2, 3], [3, 1, 2])], ["train/loss", columns([0, 4], [2, 1])], ["validation/loss", columns([0, 4], [2, 1.5])]]);
  it("have the average as the line, in the same colour and dash, and the raw curve fine behind", () => {
    const view = lossView(run, raw, en, plainLook, new Map([["validation/loss", columns([0, 4], [2, 1.7])]]));
    expect(view.lines.filter(({ id }) => id.startsWith("validation")).map(({ id, label, weight, isSmooth, colour, y }) => [id, label, weight, isSmooth, colour, y[1]])).toEqual([
      ["validation/loss raw", "validation, raw", "fine", false, 2, 1.5], ["validation/loss", "validation", "line", true, 2, 1.7],
    ]);
    expect(view.lines.find(({ id }) => id === "train/loss")).toMatchObject({ weight: "line", isSmooth: false });
  });
  it("say how they were smoothed, and have a symlog axis where one is asked for", () => {
    const view = lossView(run, raw, en, { ...plainLook, y: "symlog", note: en.chart.smoothingNotes.gaussian }, raw);
    expect(view.y).toMatchObject({ scale: "symlog", linearWithin: 1 });
    expect(view.caption).toBe("nats, symlog axis, linear within ±1, Gaussian: looks into the future");
  });
  it("ask for an average, an average by distance, or a Gaussian whose weight lies within the points of the slider", () => {
    const reading = new Reading();
    expect(reading.smoothing).toBeNull();
    reading.slide(5);
    expect(reading.smoothing).toEqual({ kind: "ewma", beta: 0.9 });
    reading.kind = "timeWeighted";
    expect(reading.smoothing).toEqual({ kind: "timeWeighted", beta: 0.9 });
    reading.kind = "gaussian";
    expect(reading.smoothing).toEqual({ kind: "gaussian", deviation: 2.5 });
  });
  it("the slider says β and points that belong together, and 0 is off", () => {
    const reading = new Reading();
    expect([reading.beta, reading.place]).toEqual([null, 0]);
    windows.forEach((points, i) => {
      reading.slide(i + 1);
      expect(reading.points).toBe(points);
      // β has four decimals: of a thousand points that is one in ten.
      expect(1 / (1 - reading.beta!)).toBeGreaterThan(points * 0.9);
      expect(1 / (1 - reading.beta!)).toBeLessThan(points * 1.1);
    });
    reading.slide(0);
    expect(reading.beta).toBeNull();
    reading.toggle();
    expect(reading.points).toBe(windows.at(-1));
  });
});

describe("pointing", () => {
  const lines = Array.from({ length: 20 }, (_, i) => aLine({ id: `l${i}`, y: Float64Array.from({ length: 31 }, () => i) }));
  const view = aView(lines, { y: { min: 0, max: 20 } });
  it("finds the line nearest to the hand, none where none is near", () => {
    const stage = stageOf(view, { left: 0, right: 300, top: 0, bottom: 400 });
    expect(lineNear(view, stage, 10, stage.top(7) + 3)).toBe("l7");
    expect(lineNear(view, stage, 10, stage.top(0) + 100)).toBeNull();
  });
  it("tells twelve values around the line that is pointed at, and how many more there are", () => {
    const { shown, left } = around(valuesAt(view, 10), "l4");
    expect(shown.map(({ line: { id } }) => id)).toEqual(Array.from({ length: 12 }, (_, i) => `l${11 - i}`));
    expect(left).toBe(8);
  });
  it("steps from point to point within the window, and stays at its ends", () => {
    const part = aView([aLine({ x: Float64Array.of(0, 2, 5, 9), y: Float64Array.of(1, 1, 1, 1) })], { x: { min: 1, max: 6, isWindow: true } });
    expect([stepped(part, null, 1), stepped(part, null, -1), stepped(part, 2, 1), stepped(part, 5, 1), stepped(part, 3, -1)]).toEqual([2, 5, 5, 5, 2]);
  });
});

/** A workbench that has `length` points of every metric so far, values as their steps; smoothed ones negative. */
function growingBench(state: { length: number }) {
  const asked: Parameters<Workbench["readSeries"]>[0][] = [];
  const readSeries: Workbench["readSeries"] = async (input) => {
    asked.push(input);
    return input.runIds.flatMap((runId) => input.metrics.map((metric): Series => {
      const steps = Array.from({ length: state.length }, (_, i) => i + 1).filter((step) => step >= (input.from ?? 0) - 1 && step <= (input.to ?? Infinity));
      return { runId, metric, ...columns(steps, steps.map((step) => (input.smoothing === undefined ? step : -step))) };
    }));
  };
  return { workbench: { readSeries } as Workbench, asked };
}

describe("the curves of a page", () => {
  it("grow by what is new: the second question begins after the last known step", async () => {
    const state = { length: 5 };
    const { workbench, asked } = growingBench(state);
    const curves = new Curves(workbench);
    await curves.smoothBy({ runIds: ["r-1"], metrics: ["batch/loss"], smoothing: { kind: "ewma", beta: 0.9 } });
    state.length = 8;
    await curves.grew();
    expect(asked.map(({ from }) => from)).toEqual([undefined, 6]);
    expect([...curves.smoothOf("r-1", null)!.get("batch/loss")!.values]).toEqual([-1, -2, -3, -4, -5, -6, -7, -8]);
  });
  it("of a Gaussian are read whole when they grow: new points move the last ones", async () => {
    const state = { length: 3 };
    const { workbench, asked } = growingBench(state);
    const curves = new Curves(workbench);
    await curves.smoothBy({ runIds: ["r-1"], metrics: ["m"], smoothing: { kind: "gaussian", deviation: 2 } });
    state.length = 5;
    await curves.grew();
    expect(asked.map(({ from }) => from)).toEqual([undefined, undefined]);
    expect([...curves.smoothOf("r-1", null)!.get("m")!.values]).toEqual([-1, -2, -3, -4, -5]);
  });
  it("asks nothing twice for the same wish, and forgets all when smoothing ends", async () => {
    const { workbench, asked } = growingBench({ length: 2 });
    const curves = new Curves(workbench);
    for (let i = 0; i < 2; i++) await curves.smoothBy({ runIds: ["r-1"], metrics: ["m"], smoothing: { kind: "ewma", beta: 0.9 } });
    expect(asked.length).toBe(1);
    await curves.smoothBy(null);
    expect(curves.smoothOf("r-1", null)).toBeNull();
  });
  it("read a window exactly, once for each range of steps, and only for that window", async () => {
    const { workbench, asked } = growingBench({ length: 20 });
    const curves = new Curves(workbench);
    const window = { min: 1, max: 2 };
    await curves.look(window, [{ runId: "r-1", from: 4, to: 8 }, { runId: "r-2", from: 4, to: 8 }, { runId: "r-3", from: 9, to: 12 }], ["m"], null);
    expect(asked.map(({ runIds, from, to }) => [runIds, from, to])).toEqual([[["r-1", "r-2"], 4, 8], [["r-3"], 9, 12]]);
    expect([...curves.rawOf("r-2", window)!.get("m")!.steps]).toEqual([3, 4, 5, 6, 7, 8]);
    expect(curves.rawOf("r-2", { min: 1, max: 2 })).toBeNull();
    await curves.look(null, [], [], null);
    expect(curves.rawOf("r-2", window)).toBeNull();
  });
  it("keep the newest answer when an older one comes later", async () => {
    const answers: ((series: readonly Series[]) => void)[] = [];
    const curves = new Curves({ readSeries: () => new Promise((resolve) => { answers.push(resolve); }) } as unknown as Workbench);
    const [old, young] = [{ min: 0, max: 1 }, { min: 0, max: 2 }];
    const both = [curves.look(old, [{ runId: "r-1", from: 0, to: 1 }], ["m"], null), curves.look(young, [{ runId: "r-1", from: 0, to: 2 }], ["m"], null)];
    answers[1]!([{ runId: "r-1", metric: "m", ...columns([2], [2]) }]);
    answers[0]!([{ runId: "r-1", metric: "m", ...columns([1], [1]) }]);
    await Promise.all(both);
    expect([...curves.rawOf("r-1", young)!.get("m")!.steps]).toEqual([2]);
    expect(curves.rawOf("r-1", old)).toBeNull();
  });
});

it("a title becomes a file's name in any script", () => { expect([fileName("r-1 Loss"), fileName("验证准确率 %"), fileName("///")]).toEqual(["r-1-loss", "验证准确率", "chart"]); });
