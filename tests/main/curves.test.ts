/** Stored curves as charts ask for them: a range of steps, an average. The store is real; nothing is trained. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ewma, gaussian } from "../../src-engine/index.ts";
import { curves } from "../../src-main/service/curves.ts";
import { openStore } from "../../src-main/store/open.ts";
import type { Store } from "../../src-main/store/open.ts";
import { countingClock, newRun, temporaryFolder } from "../support/project.ts";

const standing = { epoch: 0, step: 0, trainingMs: 0, metrics: {}, hashes: [], notes: [] };

/** Opens a fresh store with one run, hands it over, and cleans up. */
function withRun(use: (store: Store, id: string) => void, name?: string): void {
  using folder = temporaryFolder();
  const store = openStore(folder.file(), countingClock());
  try { use(store, store.runs.addGroup([newRun(store, name === undefined ? {} : { name })])[0]!.run.id); } finally { store.close(); }
}

/** Stretches of a curve whose steps grow by `stride`: 1 as every step's loss, more as what is measured at epoch ends. */
function tell(store: Store, id: string, metric: string, stretches: readonly (readonly number[])[], stride = 1): { steps: number[]; values: number[] } {
  const all = { steps: [] as number[], values: [] as number[] };
  for (const values of stretches) {
    const steps = values.map((_, i) => (all.steps.length + i + 1) * stride);
    store.runs.record(id, { ...standing, series: [{ metric, steps: Float64Array.from(steps), values: Float64Array.from(values) }] });
    all.steps.push(...steps);
    all.values.push(...values);
  }
  return all;
}

const value = fc.oneof({ weight: 12, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }) }, { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity) });
const stretches = fc.array(fc.array(value, { minLength: 1, maxLength: 12 }), { minLength: 1, maxLength: 6 });
const rounds = { numRuns: 25 };

describe("a range of steps", () => {
  it("is what was stored there, and the nearest point beyond either end", () => {
    fc.assert(fc.property(stretches, fc.constantFrom(1, 3), fc.nat(80), fc.nat(80), (told, stride, a, b) => {
      const [from, to] = [Math.min(a, b), Math.max(a, b)];
      withRun((store, id) => {
        const { steps, values } = tell(store, id, "batch/loss", told, stride);
        const first = Math.max(0, steps.findIndex((step) => step >= from) < 0 ? steps.length - 1 : steps.findIndex((step) => step >= from) - 1);
        const last = steps.findIndex((step) => step >= to) < 0 ? steps.length : steps.findIndex((step) => step >= to) + 1;
        const [found] = curves(store).read({ runIds: [id], metrics: ["batch/loss"], points: 0, from, to });
        expect([...found!.steps]).toEqual(steps.slice(first, last));
        expect([...found!.values]).toEqual(values.slice(first, last));
      });
    }), rounds);
  });
  it("of every metric is asked for with an empty list", () => {
    withRun((store, id) => {
      tell(store, id, "train/loss", [[1, 2, 3]], 4);
      tell(store, id, "batch/loss", [[1, 2, 3, 4, 5]]);
      expect(curves(store).read({ runIds: [id], metrics: [], points: 0, from: 4, to: 5 }).map(({ metric, steps }) => [metric, [...steps]])).toEqual([["batch/loss", [3, 4, 5]], ["train/loss", [4, 8]]]);
    });
  });
});

describe("a smoothed curve", () => {
  it("is the average of the complete series: neither the range nor thinning moves a point", () => {
    fc.assert(fc.property(stretches, fc.nat(40), fc.nat(40), fc.integer({ min: 4, max: 20 }), fc.constantFrom(0, 0.5, 0.9, 0.99), (told, a, b, points, beta) => {
      withRun((store, id) => {
        const { steps, values } = tell(store, id, "batch/loss", told);
        const whole = new Map([...ewma(values, { beta })].map((average, i) => [steps[i]!, average]));
        for (const part of curves(store).read({ runIds: [id], metrics: ["batch/loss"], points, from: Math.min(a, b), to: Math.max(a, b) + 1, smoothing: { kind: "ewma", beta } })) {
          part.steps.forEach((step, i) => { expect(part.values[i]).toBe(whole.get(step)); });
        }
      });
    }), rounds);
  });
  it("of a live run goes on from where it stood, bit for bit as if it were read anew", () => {
    fc.assert(fc.property(stretches, stretches, fc.constantFrom(0.5, 0.9), (before, after, beta) => {
      withRun((store, id) => {
        const wish = { runIds: [id], metrics: ["batch/loss"], points: 0, smoothing: { kind: "ewma", beta } } as const;
        const service = curves(store);
        const all = tell(store, id, "batch/loss", before);
        const heard = new Map<number, number>();
        const hear = (from?: number): void => { for (const { steps, values } of service.read({ ...wish, from })) steps.forEach((step, i) => heard.set(step, values[i]!)); };
        hear();
        for (const values of after) {
          const from = all.steps.length + 1;
          const steps = values.map((_, i) => from + i);
          store.runs.record(id, { ...standing, series: [{ metric: "batch/loss", steps: Float64Array.from(steps), values: Float64Array.from(values) }] });
          all.steps.push(...steps);
          all.values.push(...values);
          hear(from);
        }
        expect([...heard.values()]).toEqual([...ewma(all.values, { beta })]);
      });
    }), rounds);
  });
  it("by distance: neither the range, nor thinning, nor points that come later move a point", () => {
    fc.assert(fc.property(stretches, fc.nat(40), fc.nat(40), fc.constantFrom(0.5, 0.9), (told, a, b, beta) => {
      withRun((store, id) => {
        const { steps, values } = tell(store, id, "batch/loss", told, 4);
        const smoothing = { kind: "timeWeighted", beta } as const;
        const unit = Math.max(1, (steps[1] ?? 1) - (steps[0] ?? 0));
        const whole = new Map([...ewma(values, { beta, at: steps, unit })].map((average, i) => [steps[i]!, average]));
        // Of the first half of the series the averages are the same: the future does not reach them.
        const half = Math.max(2, values.length >> 1);
        if (values.length >= 2) expect([...ewma(values.slice(0, half), { beta, at: steps.slice(0, half), unit })]).toEqual([...whole.values()].slice(0, half));
        for (const part of curves(store).read({ runIds: [id], metrics: ["batch/loss"], points: 10, from: Math.min(a, b), to: Math.max(a, b) + 1, smoothing })) part.steps.forEach((step, i) => { expect(part.values[i]).toBe(whole.get(step)); });
      });
    }), rounds);
  });
  it("by a Gaussian is the engine's, of the complete series, whatever the range", () => {
    withRun((store, id) => {
      const { values } = tell(store, id, "batch/loss", [Array.from({ length: 60 }, (_, i) => Math.sin(i))]);
      const whole = gaussian(values, 2.5);
      const [part] = curves(store).read({ runIds: [id], metrics: ["batch/loss"], points: 0, from: 20, to: 30, smoothing: { kind: "gaussian", deviation: 2.5 } });
      expect([...part!.values]).toEqual([...whole.subarray(18, 30)]);
    });
  });
  it("by a Gaussian is refused where it would take too long", () => {
    withRun((store, id) => {
      tell(store, id, "batch/loss", [Array.from({ length: 30_000 }, (_, i) => i)]);
      expect(() => curves(store).read({ runIds: [id], metrics: ["batch/loss"], points: 0, smoothing: { kind: "gaussian", deviation: 1000 } })).toThrow(/30000 points, too many for a Gaussian of 1000 points/);
    });
  });
  it("of a metric the run does not have is no series", () => {
    withRun((store, id) => { expect(curves(store).read({ runIds: [id], metrics: ["nothing"], points: 0, smoothing: { kind: "ewma", beta: 0.9 } })).toEqual([]); });
  });
});
