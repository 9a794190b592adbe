/** Long curves as pictures: what summaries give is what thinning the complete series would, however it came, was cut back or copied, and most points stay unread. */

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { bucketSize, kept, thin } from "../../src-main/contract/thin.ts";
import { openStore, openViewer } from "../../src-main/store/open.ts";
import type { Store } from "../../src-main/store/open.ts";
import { countingClock, newRun, temporaryFolder } from "../support/project.ts";

const standing = { epoch: 0, step: 0, trainingMs: 0, metrics: {}, hashes: [], notes: [] };
interface Columns { readonly steps: Float64Array; readonly values: Float64Array }

/** A value that looks like chance and is the same each time; now and then none that is finite. */
const valueAt = (step: number, salt: number): number => {
  const noise = Math.sin(step * 12.9898 + salt) * 43758.5453;
  const share = noise - Math.floor(noise);
  return share < 0.002 ? NaN : share < 0.003 ? Infinity : share < 0.004 ? -Infinity : 3 / (1 + step / 500) + share;
};

/** Tells a curve in reports of so many points each, again and again, until it has `points`; returns what it should be. */
function tell(store: Store, id: string, metric: string, points: number, reports: readonly number[], stride: number, salt = 0, begin = 0): Columns {
  const steps = Float64Array.from({ length: points }, (_, i) => (begin + i + 1) * stride);
  const values = steps.map((step) => valueAt(step, salt));
  for (let from = 0, k = 0; from < points; k++) {
    const to = Math.min(points, from + reports[k % reports.length]!);
    store.runs.record(id, { ...standing, series: [{ metric, steps: steps.slice(from, to), values: values.slice(from, to) }] });
    from = to;
  }
  return { steps, values };
}

const upTo = ({ steps, values }: Columns, step: number): Columns => ({ steps: steps.filter((one) => one <= step), values: values.filter((_, i) => steps[i]! <= step) });
const both = (a: Columns, b: Columns): Columns => ({ steps: Float64Array.of(...a.steps, ...b.steps), values: Float64Array.of(...a.values, ...b.values) });

/** That every way of asking gives what the complete series says, thinned or not, whole or a range. */
function expectSame(store: Store, id: string, metric: string, whole: Columns, points: number, ranges: readonly (readonly [number, number])[]): void {
  const { steps, values } = whole;
  expect(store.series.thinned(id, [metric], points)).toEqual([{ runId: id, metric, ...thin(steps, values, points) }]);
  expect(store.series.read(id, [metric])).toEqual([{ runId: id, metric, steps, values }]);
  const last = steps.at(-1)!;
  for (const [a, b] of ranges) {
    const [from, to] = [Math.floor(Math.min(a, b) * last * 1.1), Math.floor(Math.max(a, b) * last * 1.1) + 1];
    const before = steps.findLastIndex((step) => step < from);
    const beyond = steps.findIndex((step) => step >= to);
    const [first, end] = [Math.max(0, before), beyond < 0 ? steps.length : beyond + 1];
    const part = { steps: steps.slice(first, end), values: values.slice(first, end) };
    expect(store.series.read(id, [metric], { from, to }), `${from} to ${to}`).toEqual([{ runId: id, metric, ...part }]);
    expect(store.series.thinned(id, [metric], points, { from, to }), `${from} to ${to}`).toEqual([{ runId: id, metric, ...thin(part.steps, part.values, points, first) }]);
  }
}

const shape = {
  points: fc.integer({ min: 1, max: 9000 }), reports: fc.array(fc.constantFrom(1, 7, 63, 64, 100, 999, 1024, 2500), { minLength: 1, maxLength: 5 }), stride: fc.constantFrom(1, 1, 14),
  shown: fc.constantFrom(4, 10, 25, 40, 400), ranges: fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.double({ min: 0, max: 1, noNaN: true })), { minLength: 2, maxLength: 4 }), cutAt: fc.double({ min: 0, max: 1, noNaN: true }),
};

describe("a picture of a curve", () => {
  it("is the thinned complete series: as it grows, after a cut back and a going on, and on a branch", () => {
    fc.assert(fc.property(fc.record(shape), ({ points, reports, stride, shown, ranges, cutAt }) => {
      using folder = temporaryFolder();
      const store = openStore(folder.file(), countingClock());
      try {
        const metric = stride === 1 ? "batch/loss" : "validation/loss";
        const id = store.runs.addGroup([newRun(store)])[0]!.run.id;
        const whole = tell(store, id, metric, points, reports, stride);
        expectSame(store, id, metric, whole, shown, ranges);
        const step = Math.floor(cutAt * points) * stride;
        const child = store.runs.addGroup([newRun(store)])[0]!.run.id;
        store.series.copy(id, child, 1, step, step);
        store.series.cut(id, step, step);
        const left = upTo(whole, step);
        for (const one of [id, child]) {
          if (left.steps.length === 0) expect(store.series.read(one, [])).toEqual([]);
          else expectSame(store, one, metric, left, shown, ranges);
        }
        for (const [salt, one] of [id, child].entries()) expectSame(store, one, metric, both(left, tell(store, one, metric, points, reports.toReversed(), stride, salt + 1, left.steps.length)), shown, ranges);
      } finally {
        store.close();
      }
    }), { numRuns: 25 });
  });

  it("is the same for who only watches the project", () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    const id = store.runs.addGroup([newRun(store)])[0]!.run.id;
    const whole = tell(store, id, "batch/loss", 30_000, [1000], 1);
    const viewer = openViewer(folder.file());
    expectSame(viewer as Store, id, "batch/loss", whole, 200, [[0.1, 0.9], [0.3, 0.31]]);
    viewer.close();
    store.close();
  });

  it("of a hundred thousand points is drawn without reading them: with the points in the middle gone it is still what it was", () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    const id = store.runs.addGroup([newRun(store)])[0]!.run.id;
    const { steps, values } = tell(store, id, "batch/loss", 100_000, [1000], 1);
    const db = new Sqlite(folder.file());
    expect(db.prepare("delete from series where at >= 1024 and at < 97 * 1024").run().changes).toBeGreaterThan(100);
    db.close();
    expect(store.series.thinned(id, ["batch/loss"], 600)).toEqual([{ runId: id, metric: "batch/loss", ...thin(steps, values, 600) }]);
    store.close();
  });

  it("of points that came one at a time takes at most 40 bytes for each on disk, for full chunks become one row", () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    const id = store.runs.addGroup([newRun(store)])[0]!.run.id;
    tell(store, id, "batch/loss", 10_240, [1], 1);
    const db = new Sqlite(folder.file());
    expect(db.prepare("select count(*), max(points) from series").raw().get()).toEqual([10, 1024]);
    expect((db.prepare("select (page_count - freelist_count) * page_size from pragma_page_count, pragma_freelist_count, pragma_page_size").pluck().get() as number) / 10_240).toBeLessThan(40);
    db.close();
    store.close();
  });

  it("tells a listener what came after an event, exactly, also where its chunk became full since", () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    const id = store.runs.addGroup([newRun(store)])[0]!.run.id;
    tell(store, id, "batch/loss", 1020, [1], 1);
    const { seq } = store.runs.get(id);
    const { steps, values } = tell(store, id, "batch/loss", 10, [1], 1, 0, 1020);
    const [after] = store.series.after(id, seq);
    expect(after).toEqual({ metric: "batch/loss", steps, values });
    expect(store.series.after(id, seq - 1000)[0]!.steps.length).toBe(1010);
    store.close();
  });
});

describe("thinning", () => {
  it("keeps the first and the last point, every peak and at most so many finite points, and a fortieth of a stretch more moves nothing before it", () => {
    fc.assert(fc.property(fc.integer({ min: 5, max: 4000 }), fc.integer({ min: 4, max: 300 }), (n, points) => {
      const steps = Float64Array.from({ length: n }, (_, i) => i + 1);
      const values = steps.map((step) => valueAt(step, 3));
      const found = thin(steps, values, points);
      expect([found.steps[0], found.steps.at(-1)]).toEqual([1, n]);
      const finite = values.filter(Number.isFinite);
      expect([Math.min(...found.values.filter(Number.isFinite)), Math.max(...found.values.filter(Number.isFinite))]).toEqual([Math.min(...finite), Math.max(...finite)]);
      expect(found.values.filter(Number.isFinite).length).toBeLessThanOrEqual(Math.max(points, 4));
      expect([...found.steps]).toEqual([...new Set(found.steps)].sort((a, b) => a - b));
      const size = bucketSize(0, n, points);
      if (bucketSize(0, n + 1, points) === size && n % size !== 0) expect([...thin(Float64Array.of(...steps, n + 1), Float64Array.of(...values, 0), points).steps].filter((step) => step <= n - (n % size))).toEqual([...found.steps].filter((step) => step <= n - (n % size)));
      const places = kept(values, points);
      expect(places === null ? n : [...places].map((i) => i + 1)).toEqual(places === null ? found.steps.length : [...found.steps]);
    }), { numRuns: 200 });
  });

  it("shows a gap where values are not finite, and whether it is NaN or an infinity", () => {
    const values = Float64Array.from({ length: 100 }, (_, i) => (i === 50 ? NaN : i === 51 ? Infinity : i === 77 ? -Infinity : i));
    const { values: shown } = thin(values.map((_, i) => i), values, 20);
    expect([...shown].filter((one) => !Number.isFinite(one))).toEqual([NaN, -Infinity]);
  });
});

it("a project of version 2 has its curves in the new form, points told twice with their later value", () => {
  using folder = temporaryFolder();
  writeFileSync(folder.file(), readFileSync(join(import.meta.dirname, "databases", "v2.descent")));
  const store = openStore(folder.file(), countingClock());
  const steps = Float64Array.from({ length: 3024 }, (_, i) => i + 1);
  const values = steps.map((s) => (s === 1500 ? NaN : s === 1501 ? Infinity : Math.sin(s / 50) + s / 1000));
  expectSame(store, "r-1", "batch/loss", { steps, values }, 20, [[0.2, 0.7]]);
  expectSame(store, "r-4", "batch/loss", upTo({ steps, values }, 1700), 20, [[0.2, 0.7]]);
  expect(store.series.read("r-1", ["test/loss", "train/loss"]).map((one) => [one.metric, [...one.steps], [...one.values]])).toEqual([["test/loss", [3024], [0.6]], ["train/loss", [700, 701, 1700, 1724, 3024], [700, 701, 1700, 1724, 3024].map((s) => 1 / s)]]);
  expect(store.runs.get("r-1").run).toMatchObject({ tags: ["kept"], isPinned: true, isBaseline: true, state: "finished" });
  store.close();
});
