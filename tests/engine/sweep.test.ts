/** A sweep as a function of its history: the same trials whatever the workers, completed after a crash, judged the same; what to confirm and what it costs. */

import { describe, expect, it } from "vitest";
import { checkSweepSpec, costOf, describeCatalog, isolation, judge, narrow, next, pointByHand, rng, samplerKinds, toConfirm } from "../../src-engine/index.ts";
import type { SpecError, SweepSpec, Trial } from "../../src-engine/index.ts";

const base = { data: { kind: "blobs" }, layers: [{ kind: "dense", units: 16 }, { kind: "relu" }, { kind: "dense", units: 3 }], metrics: [{ kind: "accuracy" }], train: { epochs: 9 } };
const specOf = (given: object): SweepSpec => {
  const { spec, problems } = checkSweepSpec({ base, axes: { "optimizer.learningRate": {}, "layers.0.units": { from: 4, to: 64 } }, trials: 22, batch: 4, ...given }, describeCatalog());
  if (spec === null) throw new Error(problems.map(({ path, message }) => `${path} ${message}`).join("\n"));
  return spec;
};
/** What training would give: best near 0.01 and 32 units; every seventh trial diverges. */
const lossOf = ({ number, point }: Trial): number => number % 7 === 0 ? Number.NaN : (Math.log10(Number(point["optimizer.learningRate"])) + 2) ** 2 + (Number(point["layers.0.units"]) - 32) ** 2 / 500;
const finish = (trial: Trial): Trial => { const loss = lossOf(trial); return Number.isNaN(loss) ? { ...trial, state: "failed" } : { ...trial, state: "finished", values: [loss] }; };

/** Plays the sweep with so many workers, who finish in an order drawn from `chaos`, and a crash now and then that loses part of what was about to be stored. */
function play(spec: SweepSpec, workers: number, chaos: number, crashes = false): Trial[] {
  const stream = rng(chaos).stream("chaos");
  let history: Trial[] = [];
  for (let guard = 0; guard < 1000; guard++) {
    const { start, isExhausted } = next(history, spec);
    const stored = crashes && start.length > 1 && stream.uniform() < 0.5 ? start.filter(() => stream.uniform() < 0.5) : start;
    history = [...history, ...stored.map(({ sameAs: _, ...trial }) => trial)];
    const running = history.filter(({ state }) => state === "running").slice(0, workers);
    if (running.length === 0 && start.length === 0) { expect(isExhausted).toBe(true); return history.sort((a, b) => a.number - b.number); }
    if (running.length > 0) { const done = running[stream.below(running.length)]!; history = history.map((trial) => trial === done ? finish(trial) : trial); }
  }
  throw new Error("the sweep never ends");
}

describe.each(Object.keys(samplerKinds))("synchronous, sampler %s", (kind) => {
  const spec = specOf({ sampler: { kind, ...(kind === "gaussianProcess" || kind === "tpe" || kind === "bohb" ? { startupTrials: 6 } : {}) } });

  it("the same trials for 1, 2 and 5 workers in any order of finishing, none lost and none twice after crashes", () => {
    const one = play(spec, 1, 1);
    expect(one.map(({ number }) => number)).toEqual(Array.from({ length: 22 }, (_, i) => i + 1));
    expect(one.map(({ batch }) => batch)).toEqual(Array.from({ length: 22 }, (_, i) => Math.floor(i / 4) + 1));
    expect(play(spec, 2, 2)).toEqual(one);
    expect(play(spec, 5, 3, true)).toEqual(one);
  });
});

it("another seed gives other trials, and an asynchronous sweep fills its places from what is known", () => {
  expect(play(specOf({ seed: 2 }), 1, 1)).not.toEqual(play(specOf({}), 1, 1));
  const spec = specOf({ mode: "asynchronous", parallel: 3 });
  const { start } = next([], spec);
  expect(start.map(({ number }) => number)).toEqual([1, 2, 3]);
  const [first, ...rest]: readonly Trial[] = start;
  expect(next([finish(first!), ...rest], spec).start.map(({ number }) => number)).toEqual([4]);
  expect(next(start, spec)).toEqual({ start: [], isExhausted: false });
  const all = play(spec, 3, 4);
  expect(all.map(({ number }) => number)).toEqual(Array.from({ length: 22 }, (_, i) => i + 1));
});

it("a grid ends where it has no more, and a finished trial at the same point is named for reuse", () => {
  const axes = { "layers.0.units": { values: [8, 16] }, "train.balanced": {} };
  const spec = specOf({ axes, sampler: { kind: "grid" } });
  expect(play(spec, 2, 1).map(({ point }) => Object.values(point))).toEqual([[8, false], [8, true], [16, false], [16, true]]);
  const known: Trial = { number: -1, batch: 0, point: { "train.balanced": true, "layers.0.units": 8 }, state: "finished", values: [1] };
  const again = next([known], specOf({ axes, sampler: { kind: "latinHypercube", points: 4 } })).start.find(({ point }) => point["layers.0.units"] === 8 && point["train.balanced"] === true);
  expect(again === undefined || again.sameAs === -1).toBe(true);
  expect(next([known], spec).start.map(({ point }) => Object.values(point))).not.toContainEqual([8, true]);
});

it("raising the budget goes on where it stood, and an edited space still learns from the old points", () => {
  const done = play(specOf({ trials: 8 }), 2, 1);
  const longer = play(specOf({ trials: 12 }), 2, 1);
  expect(longer.slice(0, 8)).toEqual(done);
  expect(next(done, specOf({ trials: 12 })).start.map(({ point }) => point)).toEqual(longer.slice(8).map(({ point }) => point));
  const narrower = specOf({ trials: 12, axes: { "optimizer.learningRate": { from: 1e-3, to: 0.1 }, "layers.0.units": { from: 16, to: 48 } } });
  for (const { point } of next(done, narrower).start) {
    expect(point["optimizer.learningRate"]).toBeGreaterThanOrEqual(1e-3);
    expect(point["layers.0.units"]).toBeLessThanOrEqual(48);
  }
});

describe("judging", () => {
  const curveTo = (epoch: number, height: number) => Array.from({ length: epoch }, (_, i) => ({ epoch: i + 1, values: [height / (i + 1)] }));
  const point = { "optimizer.learningRate": 0.01, "layers.0.units": 8 };
  const trial = (number: number, batch: number, height: number, epoch = 9, state: Trial["state"] = "finished"): Trial => ({ number, batch, point, state, ...(state === "finished" ? { values: [height] } : {}), curve: curveTo(epoch, height) });

  it("compares with earlier batches only in synchronous mode, so nobody's speed decides", () => {
    const spec = specOf({ pruner: { kind: "median", startupTrials: 2 } });
    const mine = trial(9, 3, 5, 2, "running");
    const earlier = [1, 2, 3].map((n) => trial(n, 1, n));
    expect(judge([...earlier, mine], 9, spec)).toBe("stop");
    const same = [10, 11, 12].map((n) => trial(n, 3, 1));
    expect(judge([...same, mine], 9, spec)).toBe("go");
    expect(judge([...same, mine], 9, specOf({ pruner: { kind: "median", startupTrials: 2 }, mode: "asynchronous" }))).toBe("stop");
  });

  it("chooses a whole cohort together for halving, makes its members wait, and stops all but one in three at the rung", () => {
    const spec = specOf({ pruner: { kind: "successiveHalving" }, trials: 18 });
    const { start } = next([], spec);
    expect(start.length).toBe(9);
    const at = (epoch: number): Trial[] => start.map((one) => ({ ...one, curve: curveTo(epoch, one.number) }));
    const first = at(1);
    expect(first.map(({ number }) => judge(first, number, spec))).toEqual(["go", "go", "go", "stop", "stop", "stop", "stop", "stop", "stop"]);
    const late = first.map((one) => one.number === 9 ? { ...one, curve: [] } : one);
    expect(judge(late, 3, spec)).toBe("wait");
    expect(judge(late, 4, spec)).toBe("stop");
    expect(next(first, spec).start).toEqual([]);
  });

  it("with several objectives stops by fronts: whoever is best in one of them goes on", () => {
    const spec = specOf({ pruner: { kind: "median", startupTrials: 2 }, sampler: { kind: "nsga2" }, objective: [{ metric: "validation/accuracy" }, { metric: "train/loss" }] });
    const two = (number: number, batch: number, accuracy: number, loss: number, state: Trial["state"]): Trial => ({ number, batch, point, state, values: [accuracy, loss], curve: [{ epoch: 1, values: [accuracy, loss] }] });
    const others = [two(1, 1, 0.9, 1, "finished"), two(2, 1, 0.8, 0.5, "finished"), two(3, 1, 0.7, 0.4, "finished")];
    expect(judge([...others, two(9, 3, 0.2, 0.1, "running")], 9, spec)).toBe("go");
    expect(judge([...others, two(9, 3, 0.2, 2, "running")], 9, spec)).toBe("stop");
  });
});

it("confirms the best by the first objective, or members of the front", () => {
  const trials = play(specOf({}), 3, 1);
  const best = toConfirm(trials, specOf({ confirm: { top: 2 } }));
  expect(best.length).toBe(2);
  const finite = trials.filter(({ values }) => values !== undefined).map(({ values }) => values![0]!).sort((a, b) => a - b);
  expect(best.map(({ values }) => values![0])).toEqual(finite.slice(0, 2));
  const several = specOf({ sampler: { kind: "random" }, objective: [{ metric: "validation/loss" }, { metric: "run/seconds" }], confirm: { top: 5 } });
  const two = [[1, 9], [2, 2], [3, 8], [4, 1]].map((values, i): Trial => ({ number: i + 1, batch: 1, point: {}, state: "finished", values }));
  expect(toConfirm(two, several).map(({ number }) => number)).toEqual([1, 2, 4]);
});

it("tells what it would cost before it starts: runs, epochs, and what halving leaves of them", () => {
  expect(costOf(specOf({ trials: 10, repeats: { count: 3 }, confirm: { top: 2, seeds: 5 } }))).toEqual({ runs: 40, epochs: 360, prunedEpochs: 360 });
  // 9 trials to epoch 1, 3 on to 3, 1 on to 9: 9 + 6 + 6.
  expect(costOf(specOf({ trials: 9, pruner: { kind: "successiveHalving" }, confirm: { top: 0 } })).prunedEpochs).toBe(21);
});

it("a trial that was deleted leaves its number free and is not tried again", () => {
  const spec = specOf({ sampler: { kind: "random" } });
  const all = play(spec, 2, 1);
  const some = all.filter(({ number }) => number <= 12 && number !== 3);
  expect(next(some, spec).start.map(({ number }) => number)).toEqual([13, 14, 15, 16]);
  expect(next(all.filter(({ number }) => number !== 3), spec)).toEqual({ start: [], isExhausted: true });
});

it("constraints that nothing can keep are told, not searched for ever", () => {
  const spec = specOf({ axes: { "layers.0.units": { from: 4, to: 8 }, "train.batchSize": { from: 16, to: 32 } }, constraints: [{ kind: "decreasing", axes: ["layers.0.units", "train.batchSize"] }], sampler: { kind: "random" } });
  expect(() => next([], spec)).toThrow("constraints leave next to nothing");
});

it("takes a point by hand if it is one of the space, and says which value is not", () => {
  const spec = specOf({});
  expect(pointByHand(spec, { "optimizer.learningRate": 0.02, "layers.0.units": 8 })).toEqual({ "optimizer.learningRate": 0.02, "layers.0.units": 8 });
  const refused = (point: Record<string, unknown>): string[] => { try { pointByHand(spec, point); } catch (error) { return (error as SpecError).problems.map(({ path, message }) => `${path} ${message}`); } return []; };
  expect(refused({ "optimizer.learningRate": 2, units: 3 })).toEqual([
    'point["optimizer.learningRate"] is not a value of this axis; got 2, the nearest is 1', 'point["units"] is not an axis; axes are optimizer.learningRate, layers.0.units', 'point["layers.0.units"] is missing',
  ]);
});

describe("from coarse to fine", () => {
  const spec = specOf({ axes: { kind: { path: "optimizer.kind", values: ["adam", "sgd", "lion"] }, "layers.0.units": { from: 4, to: 64 }, rate: { path: "optimizer.learningRate", when: { kind: ["sgd"] } }, adam: { path: "optimizer.learningRate", when: { kind: ["adam"] }, from: 1e-4, to: 1 } }, sampler: { kind: "sobol" }, trials: 40 });
  const done = (() => {
    let history: Trial[] = [];
    for (let { start } = next(history, spec); start.length > 0; { start } = next(history, spec)) history = [...history, ...start.map(({ sameAs: _, ...trial }): Trial => ({ ...trial, state: "finished", values: [(trial.point["kind"] === "adam" ? 0 : 1) + Math.abs(Number(trial.point["layers.0.units"]) - 30) / 100] }))];
    return history;
  })();

  it("isolation finds the best of each value, and of each stretch of a range, and counts every trial in play once", () => {
    const kinds = isolation(done, spec, "kind");
    expect(kinds.map(({ from }) => from)).toEqual(["adam", "sgd", "lion"]);
    expect(kinds.reduce((sum, { trials }) => sum + trials, 0)).toBe(40);
    for (const { from, best } of kinds) {
      const own = done.filter(({ point }) => point["kind"] === from);
      expect(done.find(({ number }) => number === best)!.values![0]).toBe(Math.min(...own.map(({ values }) => values![0]!)));
    }
    const rates = isolation(done, spec, "adam", 4);
    expect(rates.map(({ from, to }) => [Number(from), Number(to)].map((x) => Number(x.toPrecision(6))))).toEqual([[1e-4, 1e-3], [1e-3, 1e-2], [1e-2, 0.1], [0.1, 1]]);
    expect(rates.reduce((sum, { trials }) => sum + trials, 0)).toBe(done.filter(({ point }) => point["kind"] === "adam").length);
  });

  it("narrow keeps what the chosen have in common, with a margin, drops what can no longer be in play, and passes the check", () => {
    const chosen = done.filter(({ point, values }) => point["kind"] === "adam" && values![0]! < 0.1).map(({ point }) => point);
    const near = narrow(spec, chosen);
    expect(specOf(near)).toEqual(near);
    expect(Object.keys(near.axes)).toEqual(["kind", "layers.0.units", "adam"]);
    expect(near.axes["kind"]).toMatchObject({ values: ["adam"] });
    const units = near.axes["layers.0.units"] as { from: number; to: number };
    expect(units.from).toBeGreaterThan(15);
    expect(units.to).toBeLessThan(45);
    for (const point of chosen) { expect(point["layers.0.units"]).toBeGreaterThanOrEqual(units.from); expect(point["layers.0.units"]).toBeLessThanOrEqual(units.to); }
    const deep = specOf({ axes: { "layers.0.repeat": { from: 1, to: 3 }, "layers.0@2.units": {}, "layers.0@3.units": {} } });
    expect(Object.keys(narrow(deep, [{ "layers.0.repeat": 1 }, { "layers.0.repeat": 2, "layers.0@2.units": 30 }]).axes)).toEqual(["layers.0.repeat", "layers.0@2.units"]);
    const one = narrow(spec, chosen.slice(0, 1));
    expect(specOf(one)).toEqual(one);
  });
});
