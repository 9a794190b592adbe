/** The state behind a sweep's page: it follows without gaps, and what a person does reaches the workbench once and as meant. */

import { describe, expect, it } from "vitest";
import type { Finding, Sweep, SweepEvent, SweepView } from "../../src-main/contract/sweeps.ts";
import { pointsToRetry, SweepDeeds, fillOf } from "../../src-renderer/state/sweep-deeds.svelte.ts";
import { SweepFeed } from "../../src-renderer/state/sweep-feed.svelte.ts";
import { aSweep, aTrial } from "./support/sweeps.ts";

class Broken extends Error { readonly code = "lineLost"; }

/** A stream whose items the test hands out. */
function hand() {
  const asked: number[] = [];
  let waiting: { resolve: (item: IteratorResult<SweepEvent>) => void; reject: (error: Error) => void } | null = null;
  const view: SweepView = { sweep: aSweep(), trials: [aTrial(1, 0.9), aTrial(2, null)], front: [1], versions: [], seq: 4 };
  const workbench = {
    sweep: () => Promise.resolve(view),
    watchSweep: ({ since }: { since: number }) => ({ [Symbol.asyncIterator]: () => { asked.push(since); return { next: () => new Promise<IteratorResult<SweepEvent>>((resolve, reject) => { waiting = { resolve, reject }; }), return: () => Promise.resolve({ done: true as const, value: undefined }) }; } }),
  };
  const settled = async (): Promise<void> => { for (let i = 0; i < 20; i++) await Promise.resolve(); };
  return { workbench, asked, settled, give: async (value: SweepEvent) => { waiting!.resolve({ done: false, value }); await settled(); }, cut: async () => { waiting!.reject(new Broken()); await settled(); } };
}

describe("the feed of a sweep", () => {
  it("reads the whole once, then asks for what came after it", async () => {
    const { workbench, asked, settled } = hand();
    const feed = new SweepFeed(workbench, "s-1", () => Promise.resolve());
    void feed.follow();
    await settled();
    expect(asked).toEqual([4]);
    expect(feed.trials.map(({ number }) => number)).toEqual([1, 2]);
  });

  it("puts a changed trial in the place of the older one, new ones behind, and those by hand last", async () => {
    const { workbench, settled, give } = hand();
    const feed = new SweepFeed(workbench, "s-1", () => Promise.resolve());
    void feed.follow();
    await settled();
    await give({ kind: "changed", seq: 5, sweep: aSweep(), trials: [aTrial(-1, 0.5), aTrial(3, null), aTrial(2, 0.95)], front: [2] });
    expect(feed.trials.map(({ number, values }) => [number, values?.[0] ?? null])).toEqual([[1, 0.9], [2, 0.95], [3, null], [-1, 0.5]]);
    expect(feed.front).toEqual([2]);
  });

  it("takes what a running trial measures, which comes under the number before, and nothing older", async () => {
    const { workbench, settled, give } = hand();
    const feed = new SweepFeed(workbench, "s-1", () => Promise.resolve());
    void feed.follow();
    await settled();
    await give({ kind: "changed", seq: 5, sweep: aSweep(), trials: [aTrial(2, null, { epoch: 1 })], front: [1] });
    await give({ kind: "changed", seq: 5, sweep: aSweep(), trials: [aTrial(2, null, { epoch: 2 })], front: [1] });
    await give({ kind: "changed", seq: 4, sweep: aSweep(), trials: [aTrial(2, null, { epoch: 0 })], front: [1] });
    expect(feed.trials[1]!.epoch).toBe(2);
  });

  it("asks again from the last number heard when the line broke, and keeps what it has", async () => {
    const { workbench, asked, settled, give, cut } = hand();
    const feed = new SweepFeed(workbench, "s-1", () => Promise.resolve());
    void feed.follow();
    await settled();
    await give({ kind: "changed", seq: 7, sweep: aSweep(), trials: [], front: [1] });
    await cut();
    expect(asked).toEqual([4, 7]);
    expect(feed.trials).toHaveLength(2);
    expect(feed.failure).toBeNull();
  });

  it("says why it cannot be shown", async () => {
    const feed = new SweepFeed({ sweep: () => Promise.reject(Object.assign(new Error("no"), { code: "noSuchSweep" })), watchSweep: hand().workbench.watchSweep }, "s-9", () => Promise.resolve());
    await feed.follow();
    expect(feed.failure?.message).toBe("no");
  });
});

/** A workbench that writes down what it is asked. */
function bench(refuse: Readonly<Record<string, Error>> = {}) {
  const asked: [string, unknown][] = [];
  const answer = <T>(name: string, value: T) => (input: unknown): Promise<T> => { asked.push([name, input]); return refuse[name] === undefined ? Promise.resolve(value) : Promise.reject(refuse[name]); };
  const sweep: Sweep = aSweep({ state: "paused" });
  const workbench = {
    pauseSweep: answer("pauseSweep", sweep), resumeSweep: answer("resumeSweep", sweep), stopSweep: answer("stopSweep", sweep), changeSweep: answer("changeSweep", sweep), enqueueTrial: answer("enqueueTrial", { trial: -1 }), importRuns: answer("importRuns", { taken: [], left: [] }),
    confirmSweep: answer("confirmSweep", sweep), openSweepTest: answer("openSweepTest", { objective: { metric: "validation/accuracy", goal: "maximize" as const }, raw: null, curse: null, confirmed: [], test: { "test/accuracy": 0.9 } }), sweepWinner: answer("sweepWinner", { objective: { metric: "validation/accuracy", goal: "maximize" as const }, raw: null, curse: null, confirmed: [], test: null }),
  };
  const feed = new SweepFeed({ sweep: () => new Promise(() => undefined), watchSweep: hand().workbench.watchSweep }, "s-1", () => Promise.resolve());
  return { asked, feed, deeds: new SweepDeeds(workbench, feed, "s-1") };
}
const finding = (code: Finding["code"], change: Finding["change"]): Finding => ({ code, message: "", details: {}, trials: [], change });

describe("what a person does with a sweep", () => {
  it("is shown as soon as it is answered", async () => {
    const { deeds, feed } = bench();
    await deeds.pause();
    expect(feed.sweep?.state).toBe("paused");
  });

  it("says why it failed, and does nothing else meanwhile", async () => {
    const { deeds, asked } = bench({ pauseSweep: new Error("gone") });
    const pausing = deeds.pause();
    expect(await deeds.stop()).toBe(false);
    expect(await pausing).toBe(false);
    expect(asked.map(([name]) => name)).toEqual(["pauseSweep"]);
    expect(deeds.trouble).toMatchObject({ deed: "pause", error: { message: "gone" } });
  });

  it("tries the point of each failed trial once, unless it has finished since", async () => {
    const point = { a: 1 };
    const trials = [aTrial(1, null, { state: "failed", point }), aTrial(2, null, { state: "failed", point }), aTrial(3, null, { state: "failed", point: { b: 1, a: 2 } }), aTrial(4, 0.9, { point: { a: 2, b: 1 } })];
    expect(pointsToRetry(trials)).toEqual([point]);
    const { deeds, asked } = bench();
    await deeds.retry(trials);
    expect(asked).toEqual([["enqueueTrial", { sweepId: "s-1", point }]]);
  });

  it("fills gaps by another sampler and a budget that holds the whole grid beside what was tried", async () => {
    const sweep = aSweep({ counts: { planned: 20, waiting: 0, running: 1, finished: 10, pruned: 2, failed: 3 } });
    expect(fillOf(sweep)).toEqual({ resolution: 5, points: 25, trials: 41 });
    const { deeds, asked } = bench();
    await deeds.fill(sweep);
    expect(asked).toEqual([["changeSweep", { sweepId: "s-1", changes: [{ path: ["sampler"], to: { kind: "fill", resolution: 5 } }, { path: ["trials"], to: 41 }] }]]);
  });

  it("mends what the doctor found by its change, and confirms where seeds are what is missing", async () => {
    const widen = bench();
    await widen.deeds.mend(finding("bestOnBorder", { path: ["axes", "optimizer.learningRate", "to"], to: 3 }));
    expect(widen.asked).toEqual([["changeSweep", { sweepId: "s-1", changes: [{ path: ["axes", "optimizer.learningRate", "to"], to: 3 }] }]]);
    const confirm = bench();
    await confirm.deeds.mend(finding("winnerWithinNoise", { path: ["confirm"], to: { top: 3, seeds: 8 } }));
    expect(confirm.asked.map(([name]) => name)).toEqual(["changeSweep", "confirmSweep"]);
    expect(confirm.deeds.mending).toBeNull();
  });

  it("does not confirm where the change was refused", async () => {
    const { deeds, asked } = bench({ changeSweep: new Error("no") });
    expect(await deeds.mend(finding("winnerWithinNoise", { path: ["confirm"], to: { top: 3, seeds: 8 } }))).toBe(false);
    expect(asked.map(([name]) => name)).toEqual(["changeSweep"]);
  });

  it("shows what the test set said of the winner", async () => {
    const { deeds } = bench();
    await deeds.openTest();
    expect(deeds.winner?.test).toEqual({ "test/accuracy": 0.9 });
  });
});
