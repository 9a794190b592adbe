/** The alert rules on constructed curves and on real trainings; live, in a service: stored, cut with what they tell of, copied to nobody. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { alertNames, alertTongues } from "../../src-main/contract/alert-words.ts";
import { cureOf } from "../../src-main/contract/alert-cures.ts";
import { alertKinds } from "../../src-main/contract/alerts.ts";
import { ownRun } from "../../src-main/contract/foreign-runs.ts";
import type { Alert } from "../../src-main/contract/alerts.ts";
import type { Checkpoint, Stretch } from "../../src-main/contract/nouns.ts";
import { leastFreeBytes } from "../../src-main/service/disk-guard.ts";
import { AlertWatch, deadIn, diskLow, divergenceIn, EpochCurves, overfittingAt, plateauAt } from "../../src-main/report/alerts.ts";
import type { Facts } from "../../src-main/report/alerts.ts";
import { exampleNames, readExample } from "../support/examples.ts";
import { temporaryFolder } from "../support/project.ts";
import { watchedRun } from "../support/watched-run.ts";
import { ended, endlessSpec, openBench, openWorkbench, smallSpec, start, until } from "../support/workbench.ts";
import { aSpec } from "../renderer/support/runs.ts";

const facts: Facts = { epochs: 50, stepsPerEpoch: 10, chance: Math.LN2 };

/** Curves over epochs 0 … n−1, from functions of the epoch. */
function curves(n: number, train: (epoch: number) => number, validation: (epoch: number) => number = () => NaN): EpochCurves {
  const made = new EpochCurves();
  for (let epoch = 0; epoch < n; epoch++) made.add(10 * epoch, train(epoch), validation(epoch));
  return made;
}
const falling = (epoch: number): number => 0.7 * 0.9 ** epoch + 0.05;
/** At which epoch a rule first speaks; −1 where it never does. */
const first = (made: EpochCurves, rule: (i: number) => unknown): number => made.steps.findIndex((_, i) => rule(i) !== null);
/** Unrest in [−0.5, 0.5), the same each time, without memory from epoch to epoch. */
const unrest = (epoch: number): number => { const x = Math.sin(epoch * 12.9898) * 43758.5453; return x - Math.floor(x) - 0.5; };

describe("plateau", () => {
  it("speaks after a fifth of the plan without a move near chance", () => { expect(first(curves(50, () => 0.69), (i) => plateauAt(i, curves(50, () => 0.69), facts))).toBe(11); });
  it("says since when, and how much knowing nothing gives", () => { expect(plateauAt(20, curves(21, () => 0.69), facts)).toEqual({ kind: "plateau", loss: 0.69, chance: 0.69, since: 10 }); });
  it("is silent while the loss falls by a hundredth over that time", () => { const made = curves(200, (epoch) => 0.69 * 0.998 ** epoch); expect(first(made, (i) => plateauAt(i, made, facts))).toBe(-1); });
  it("is silent where much was learned, however still the curve is", () => { const made = curves(200, (epoch) => (epoch < 5 ? 0.69 : 0.3)); expect(first(made, (i) => plateauAt(i, made, facts))).toBe(-1); });
  it("is silent far above chance, which is divergence", () => { const made = curves(50, (epoch) => (epoch === 0 ? 0.69 : 4)); expect(first(made, (i) => plateauAt(i, made, facts))).toBe(-1); });
});

describe("overfitting", () => {
  const rising = (epoch: number): number => (epoch < 15 ? falling(epoch) + 0.1 : falling(14) + 0.1 + 0.02 * (epoch - 14));
  it("speaks when the last five validation losses lie a tenth above the best in the middle, and names both epochs", () => {
    const made = curves(50, falling, rising);
    const at = first(made, (i) => overfittingAt(i, made, facts));
    const bound = 1.1 * rising(14 + 1);
    expect([rising(at - 2) > bound, rising(at - 3) > bound, at >= 19]).toEqual([true, false, true]);
    expect(overfittingAt(at, made, facts)).toMatchObject({ kind: "overfitting", best: 14, bestStep: 140, least: rising(14), loss: rising(at - 2) });
  });
  it("is silent while training does not get better either", () => { const made = curves(50, (epoch) => falling(Math.min(epoch, 14)), rising); expect(first(made, (i) => overfittingAt(i, made, facts))).toBe(-1); });
  it("takes fewer than 10 of 1000 restless level curves of 80 epochs for rising ones", () => {
    const alarms = Array.from({ length: 1000 }, (_, k) => curves(80, falling, (epoch) => 0.4 + (epoch < 10 ? 0.02 * (10 - epoch) : 0) + 0.0003 * k * unrest(epoch + 100 * k))).filter((made) => first(made, (i) => overfittingAt(i, made, facts)) !== -1);
    expect(alarms.length).toBeLessThan(10);
  });
  it("is silent on a rise that is next to nothing", () => { const made = curves(80, (epoch) => 0.5 * 0.8 ** epoch, (epoch) => (epoch === 0 ? 0.7 : epoch < 20 ? 0.01 : 0.018)); expect(first(made, (i) => overfittingAt(i, made, facts))).toBe(-1); });
  it("is silent without validation", () => { const made = curves(50, falling); expect(first(made, (i) => overfittingAt(i, made, facts))).toBe(-1); });
});

describe("divergence, dead layers, disk", () => {
  it.each<[string, readonly [number, number], number, number, unknown]>([
    ["three times the untrained loss, twice in a row", [2.2, 2.5], 0.7, 0.7, { kind: "divergence", loss: 2.2, reference: 0.7, against: "untrained" }],
    ["once only", [0.6, 2.5], 0.6, 0.7, null],
    ["ten times the least and half-way back", [0.4, 0.5], 0.02, 0.7, { kind: "divergence", loss: 0.4, reference: 0.02, against: "least" }],
    ["ten times a very small loss, which is still small", [0.02, 0.02], 0.001, 0.7, null],
    ["an unknown beginning", [5, 5], 1, NaN, null],
  ])("the loss runs away: %s", (_, last, least, untrained, found) => { expect(divergenceIn(last, least, untrained)).toEqual(found); });

  it.each([[1, 1, true], [0.95, 0.97, true], [0.94, 1, false], [1, 0.5, false]])("a layer whose dead shares are %d, then %d is dead: %s", (before, now, isDead) => { expect(deadIn("3", before, now) !== null).toBe(isDead); });

  it("the disk is low below twice the bytes at which training is held", () => { expect([diskLow(2 * leastFreeBytes, leastFreeBytes), diskLow(2 * leastFreeBytes - 1, leastFreeBytes)?.kind]).toEqual([null, "diskLow"]); });
});

describe("the watch", () => {
  const stretch = (metric: string, values: readonly number[], steps = values.map((_, i) => i + 1)): Stretch => ({ metric, steps: Float64Array.from(steps), values: Float64Array.from(values) });

  it("tells a number that is none with the gradient's norm of the step before", () => {
    const watch = new AlertWatch(facts);
    expect(watch.see([stretch("batch/dataLoss", [1, 2, NaN]), stretch("batch/gradientNorm", [3, 3e8, NaN])])).toEqual([{ kind: "nan", metric: "batch/loss", norm: 3e8, step: 3, epoch: 1 }]);
    expect(watch.see([stretch("batch/dataLoss", [NaN], [4])])).toEqual([]);
  });
  it("does not take the untrained network for a dead layer, and tells each layer once", () => {
    const watch = new AlertWatch(facts);
    expect(watch.see([stretch("layer/1/dead", [1, 1], [0, 1])])).toEqual([]);
    expect(watch.see([stretch("layer/1/dead", [1, 1], [6, 11]), stretch("layer/3/dead", [1, 1], [1, 6])])).toEqual([{ kind: "deadLayer", layer: "1", share: 1, step: 6, epoch: 1 }, { kind: "deadLayer", layer: "3", share: 1, step: 6, epoch: 1 }]);
  });
  it("does not tell again what was told", () => {
    const told: Alert = { kind: "nan", metric: "batch/loss", norm: null, step: 3, epoch: 0, atMs: 1 };
    expect(new AlertWatch(facts, [told]).see([stretch("batch/dataLoss", [NaN])])).toEqual([]);
  });

  const net = (units: number, deep: number, activation = "relu") => [...Array.from({ length: deep }, () => [{ kind: "dense", units }, { kind: activation }]).flat(), { kind: "dense", units: 2 }];
  const cases = {
    overfitting: { data: { kind: "moons", samples: 300, noise: 0.4 }, split: { kind: "stratified", validation: 0.4, test: 0 }, layers: net(128, 3), train: { epochs: 120, batchSize: 16 } },
    nan: { data: { kind: "sample", name: "diabetes" }, split: { kind: "random" }, layers: [{ kind: "dense", units: 64 }, { kind: "relu" }, { kind: "dense", units: 1 }], loss: { kind: "mse" }, optimizer: { kind: "sgd", learningRate: 5 }, train: { epochs: 30, batchSize: 16 } },
    plateau: { data: { kind: "moons", samples: 400 }, layers: net(16, 12, "sigmoid"), optimizer: { kind: "sgd", learningRate: 0.1 }, train: { epochs: 30, batchSize: 32 } },
    deadLayer: { data: { kind: "moons", samples: 400 }, layers: net(16, 2), optimizer: { kind: "sgd", learningRate: 30 }, train: { epochs: 30, batchSize: 32, recordEvery: 5 } },
    divergence: { data: { kind: "moons", samples: 400 }, layers: net(16, 2), optimizer: { kind: "sgd", learningRate: 30 }, train: { epochs: 30, batchSize: 32 } },
  } as const;

  it.each(Object.entries(cases).flatMap(([kind, spec]) => [1, 2, 3].map((seed) => [kind, seed, spec] as const)))("finds %s where it is, seed %i", (kind, seed, spec) => {
    expect(watchedRun({ ...spec, seed }).found.map((one) => one.kind)).toContain(kind);
  });

  it("finds the same whatever portions the points come in", () => {
    const { facts: own, reports, found } = watchedRun({ ...cases.deadLayer, seed: 1 });
    const whole = [...Map.groupBy(reports.flat(), ({ metric }) => metric)].map(([metric, parts]) => stretch(metric, parts.flatMap(({ values }) => [...values]), parts.flatMap(({ steps }) => [...steps])));
    fc.assert(fc.property(fc.array(fc.integer({ min: 1, max: 299 }), { maxLength: 6 }), (cuts) => {
      const bounds = [-1, ...[...new Set(cuts)].sort((a, b) => a - b), Infinity];
      const watch = new AlertWatch(own);
      const portions = bounds.slice(1).map((to, i) => whole.map(({ metric, steps, values }) => { const kept = [...steps].flatMap((step, k) => (step > bounds[i]! && step <= to ? [k] : [])); return stretch(metric, kept.map((k) => values[k]!), kept.map((k) => steps[k]!)); }));
      expect(portions.flatMap((portion) => watch.see(portion))).toEqual(found);
    }), { numRuns: 25 });
  });

  it("raises no alarm over the examples and the generated sets: 0 of 50 trainings that learn", () => {
    const examples = exampleNames.flatMap((name) => [1, 2, 3].map((seed) => ({ title: `${name} ${seed}`, spec: { ...(readExample(name) as object), seed, seeds: 1 } })));
    const generated = ["moons", "circles", "blobs", "xor", "spirals"].flatMap((kind) => (kind === "spirals" ? [0.02, 0.05] : [0.05, 0.3]).flatMap((noise) => [1, 2].map((seed) => (
      { title: `${kind} ${noise} ${seed}`, spec: { seed, data: { kind, samples: 400, noise, seed }, layers: net(16, 2).with(-1, { kind: "dense", units: 3 }), train: { epochs: 60, batchSize: 32, recordEvery: 20 } } }))));
    const alarms = [...examples, ...generated].flatMap(({ title, spec }) => watchedRun(spec).found.map(({ kind, step }) => `${title}: ${kind} at ${step}`));
    expect([alarms, examples.length + generated.length]).toEqual([[], 50]);
  });
});

describe("cures", () => {
  const run = { spec: aSpec, history: [], state: "running" } as const;
  const state = (step: number, given: Partial<Checkpoint> = {}): Checkpoint => ({ step, epoch: step / 10, value: 0.5, isPeriodic: false, isFork: false, isFinal: false, canGoOn: true, sizeBytes: 1, hash: "", createdMs: 0, ...given });
  const nan: Alert = { kind: "nan", metric: "batch/loss", norm: null, step: 35, epoch: 3, atMs: 0 };

  it("of a loss that is lost: a branch from the newest state before, with a tenth of the rate; never from the one in which it failed", () => {
    expect(cureOf(nan, run, [state(10), state(20), state(34, { isFinal: true }), state(40)])).toEqual({ kind: "branch", step: 20, changes: [{ path: "optimizer.learningRate", to: 0.0003 }] });
  });
  it("with a rate so large that a tenth would break too: with a bold one", () => { expect(cureOf(nan, { ...run, spec: { ...run.spec, optimizer: { ...run.spec.optimizer, learningRate: 1e30 } } }, [])).toMatchObject({ changes: [{ to: 0.1 }] }); });
  it("without such a state: from the beginning", () => { expect(cureOf(nan, run, [state(40)])).toMatchObject({ kind: "startAgain", spec: { optimizer: { learningRate: 0.0003 } } }); });
  it("gives a branch from the last epoch epochs to train", () => { expect(cureOf({ ...nan, step: 200 }, run, [state(100)])).toMatchObject({ changes: [{}, { path: "train.epochs", to: 20 }] }); });
  it("of overfitting: the best state where it is kept, else to stop", () => {
    const alert: Alert = { kind: "overfitting", best: 2, bestStep: 20, least: 0, loss: 1, trainThen: 1, trainNow: 0, step: 90, epoch: 9, atMs: 0 };
    expect([cureOf(alert, run, [state(20)]), cureOf(alert, run, []), cureOf(alert, { ...run, state: "finished" }, [])]).toEqual([{ kind: "openBest", step: 20 }, { kind: "stop" }, null]);
  });
  it("of a dead layer: one that leaks", () => { expect(cureOf({ kind: "deadLayer", layer: "0", share: 1, step: 20, epoch: 2, atMs: 0 }, run, [])).toMatchObject({ kind: "startAgain", changes: [{ path: "layers.0", to: { kind: "leakyRelu" } }] }); });
  it("are said in both languages, and every kind has its words", () => {
    const cures = [{ kind: "branch", step: 20, changes: [{ path: "a", to: 1 }] }, { kind: "startAgain", spec: aSpec, changes: [] }, { kind: "stop" }, { kind: "openBest", step: 1 }, { kind: "emptyTrash" }] as const;
    for (const tongue of ["en", "zh"] as const) {
      expect(cures.map((cure) => alertTongues[tongue].action(cure)).every((text) => text.length > 3)).toBe(true);
      expect(alertNames(alertKinds, tongue).split(tongue === "zh" ? "、" : ", ")).toHaveLength(6);
    }
  });
});

describe("in the service", () => {
  it("an alert is an event of its run: told as it happens, found again by another program, asked for by a query, shown in the table", async () => {
    const folder = temporaryFolder();
    const file = folder.file();
    const workbench = openWorkbench(file);
    const id = await start(workbench, { data: { kind: "sample", name: "diabetes" }, split: { kind: "random" }, layers: [{ kind: "dense", units: 64 }, { kind: "relu" }, { kind: "dense", units: 1 }], loss: { kind: "mse" }, optimizer: { kind: "sgd", learningRate: 5 }, train: { epochs: 30, batchSize: 16 } });
    const quiet = await start(workbench, smallSpec);
    const run = await ended(workbench, id);
    await ended(workbench, quiet);
    expect([run.state, run.alerts.map(({ kind }) => kind)]).toEqual(["failed", ["nan"]]);
    expect(run.alerts[0]).toMatchObject({ metric: "batch/loss", norm: expect.any(Number) as number, step: run.reason?.step });
    const { rows } = await workbench.listRows({ columns: ["alerts"], where: "alerts ~ nan" });
    expect(rows.map(({ id: one, alerts, values }) => [one, alerts, values])).toEqual([[id, ["nan"], ["nan"]]]);
    expect((await workbench.run({ runId: quiet })).alerts).toEqual([]);
    await workbench.close();
    const later = openWorkbench(file);
    expect((await later.run({ runId: id })).alerts).toEqual(run.alerts);
    // The cure works: what it asks for trains to its end.
    const cure = cureOf(run.alerts[0]!, ownRun(run, "cured"), await later.listCheckpoints({ runId: id }));
    if (cure?.kind !== "startAgain") throw new Error(`another cure was expected than ${cure?.kind ?? "none"}`);
    const again = await start(later, { ...cure.spec, optimizer: { kind: "sgd", learningRate: 0.01 }, train: { ...cure.spec.train, epochs: 2 } });
    expect((await ended(later, again)).state).toBe("finished");
    await later.close();
    folder[Symbol.dispose]();
  });

  it("every run under way says once that the disk is nearly full", async () => {
    const folder = temporaryFolder();
    const workbench = openWorkbench(folder.file(), { free: () => 1.5 * leastFreeBytes });
    const id = await start(workbench, endlessSpec);
    const run = await until(workbench, id, (_, { alerts }) => alerts.length > 0);
    expect(run.alerts).toMatchObject([{ kind: "diskLow", freeBytes: 750e6, leastBytes: 500e6 }]);
    await workbench.pauseRun({ runId: id });
    await workbench.resumeRun({ runId: id });
    await workbench.stopRun({ runId: id });
    expect((await workbench.run({ runId: id })).alerts).toHaveLength(1);
    await workbench.close();
    folder[Symbol.dispose]();
  });

  it("going on from a checkpoint forgets what was noticed beyond it; the same comes again where it was", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const id = await start(workbench, { data: { kind: "moons", samples: 400 }, layers: [{ kind: "dense", units: 16 }, { kind: "relu" }, { kind: "dense", units: 16 }, { kind: "relu" }, { kind: "dense", units: 2 }], optimizer: { kind: "sgd", learningRate: 30 }, train: { epochs: 30, batchSize: 32, recordEvery: 5, checkpoints: { every: 1 } } });
    const run = await ended(workbench, id);
    const kinds = run.alerts.map(({ kind, step }) => [kind, step]);
    expect(kinds.map(([kind]) => kind)).toContain("deadLayer");
    const child = await workbench.branchRun({ runId: id, step: 9, changes: [] });
    const branched = await ended(workbench, child.id);
    expect(branched.alerts.map(({ kind, step }) => [kind, step])).toEqual(kinds.filter(([, step]) => (step as number) > 9));
  });
});
