import { describe, expect, it } from "vitest";
import { Growing, RunFeed } from "../../src-renderer/state/run-feed.svelte.ts";
import type { RunEvent } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { aRun, columns } from "./support/runs.ts";

const stretch = (metric: string, from: number, to: number) => ({ metric, ...columns(Array.from({ length: to - from }, (_, i) => from + i), Array.from({ length: to - from }, (_, i) => (from + i) / 10)) });
const snapshot = (seq: number, to: number, from = 0): RunEvent => ({ kind: "snapshot", seq, run: aRun({ step: to }), series: [stretch("batch/loss", from, to)] });
const progress = (seq: number, from: number, to: number): RunEvent => ({ kind: "progress", seq, run: aRun({ step: to }), series: [stretch("batch/loss", from, to)], pace: { stepsPerSecond: 100, remainingMs: 5000 } });
const finished = (seq: number, step: number): RunEvent => ({ kind: "state", seq, run: aRun({ state: "finished", step }) });
const broken = (): Error => Object.assign(new Error("gone"), { code: "disconnected" });

/** A workbench whose `watchRun` plays one script for each time it is asked; an Error in a script breaks the line there. */
function play(...scripts: readonly (readonly (RunEvent | Error)[])[]) {
  const asked: number[] = [];
  let left = 0;
  async function* watchRun({ since }: { since: number }): AsyncGenerator<RunEvent> {
    const script = scripts[asked.length] ?? [];
    asked.push(since);
    try {
      for (const item of script) {
        if (item instanceof Error) throw item;
        yield item;
      }
    } finally { left++; }
  }
  return { workbench: { watchRun } as unknown as Workbench, asked, get left() { return left; } };
}
const atOnce = (): Promise<void> => Promise.resolve();
const heard = (feed: RunFeed): number[] => [...(feed.series.get("batch/loss")?.steps ?? [])];
const upTo = (n: number): number[] => Array.from({ length: n }, (_, i) => i);

describe("a run feed", () => {
  it("begins with a snapshot, appends by progress, ends when the run does", async () => {
    const { workbench, asked } = play([snapshot(3, 2), progress(4, 2, 5), progress(5, 5, 9), finished(6, 9)]);
    const feed = new RunFeed(workbench, "r-1", atOnce);
    await feed.follow();
    expect(heard(feed)).toEqual(upTo(9));
    expect([feed.run?.state, feed.version, asked]).toEqual(["finished", 4, [0]]);
  });

  it("after a break asks with the last number it heard: no gap, no duplicate", async () => {
    const { workbench, asked } = play([snapshot(3, 2), progress(4, 2, 5), broken()], [broken()], [progress(5, 5, 7), progress(6, 7, 9), finished(7, 9)]);
    const feed = new RunFeed(workbench, "r-1", atOnce);
    await feed.follow();
    expect(asked).toEqual([0, 4, 4]);
    expect(heard(feed)).toEqual(upTo(9));
  });

  it("drops what it heard already, and appends what the snapshot after a break brings", async () => {
    const { workbench } = play([snapshot(3, 2), progress(4, 2, 5), broken()], [progress(4, 2, 5), progress(5, 5, 6), broken()], [snapshot(8, 9, 6), finished(9, 9)]);
    const feed = new RunFeed(workbench, "r-1", atOnce);
    await feed.follow();
    expect(heard(feed)).toEqual(upTo(9));
  });

  it("asks again when the stream ends while the run goes on", async () => {
    const { workbench, asked } = play([snapshot(1, 2)], [progress(2, 2, 4), finished(3, 4)]);
    const feed = new RunFeed(workbench, "r-1", atOnce);
    await feed.follow();
    expect(asked).toEqual([0, 1]);
    expect(heard(feed)).toEqual(upTo(4));
  });

  it("does not try again what the workbench refuses", async () => {
    const refusal = Object.assign(new Error("there is no run r-9"), { code: "noSuchRun" });
    const { workbench, asked } = play([refusal]);
    const feed = new RunFeed(workbench, "r-9", atOnce);
    await feed.follow();
    expect(feed.failure).toBe(refusal);
    expect(asked).toEqual([0]);
  });

  it("leaves the stream when told to, and hears nothing after", async () => {
    let release = (): void => undefined;
    let isCancelled = false;
    const next = [{ done: false, value: snapshot(1, 2) }];
    const stream = { next: () => (next.length > 0 ? Promise.resolve(next.shift()) : new Promise((resolve) => { release = () => { resolve({ done: true, value: undefined }); }; })), return: () => { isCancelled = true; release(); return Promise.resolve({ done: true, value: undefined }); } };
    const feed = new RunFeed({ watchRun: () => ({ [Symbol.asyncIterator]: () => stream }) } as unknown as Workbench, "r-1", atOnce);
    const following = feed.follow();
    await new Promise((resolve) => { setTimeout(resolve); });
    feed.leave();
    await following;
    expect([isCancelled, feed.version]).toEqual([true, 1]);
  });

  it("knows no pace while the run does not run", async () => {
    const { workbench } = play([snapshot(1, 2), progress(2, 2, 3), { kind: "state", seq: 3, run: aRun({ state: "paused" }) }, Object.assign(new Error("stop here"), { code: "other" })]);
    const feed = new RunFeed(workbench, "r-1", atOnce);
    await feed.follow();
    expect(feed.pace).toEqual({ stepsPerSecond: null, remainingMs: null });
  });
});

it("growing columns thin themselves when very long, and keep their ends and peaks", () => {
  const growing = new Growing();
  for (let from = 0; from < 150_000; from += 10_000) growing.append(columns(Array.from({ length: 10_000 }, (_, i) => from + i), Array.from({ length: 10_000 }, (_, i) => (from + i === 33_333 ? 9 : (i % 2) / 2))));
  expect(growing.length).toBeLessThanOrEqual(100_000);
  expect([growing.steps[0], growing.steps.at(-1), Math.max(...growing.values)]).toEqual([0, 149_999, 9]);
  expect(growing.steps.every((step, i) => i === 0 || step > growing.steps[i - 1]!)).toBe(true);
});

it("growing columns keep every pair over many doublings", () => {
  const column = new Growing();
  for (let from = 0; from < 1000; from += 7) column.append(columns(Array.from({ length: 7 }, (_, i) => from + i), Array.from({ length: 7 }, (_, i) => 3 * (from + i))));
  expect(column.length).toBe(1001);
  expect([...column.steps]).toEqual(upTo(1001));
  expect([...column.values]).toEqual(upTo(1001).map((n) => 3 * n));
});
