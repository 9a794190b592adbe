/** A saved network before the rows of a split: it agrees with the run's own metrics and with what counting row by row gives; records of layers; work that is left ends. */

import { describe, expect, it } from "vitest";
import { averagePrecisionOf, predict, prepare, rocArea, splitRows } from "../../src-engine/index.ts";
import type { Examination, SplitName } from "../../src-main/contract/examination.ts";
import type { GradientCheck } from "../../src-main/contract/gradient-check.ts";
import { packSpread, spreadBytes, unpackSpread } from "../../src-main/contract/histograms.ts";
import type { LayerShot } from "../../src-main/contract/histograms.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { openStore } from "../../src-main/store/open.ts";
import { openPlan } from "../../src-main/exchange/network.ts";
import { misses } from "../support/close.ts";
import { readSample } from "../support/examples.ts";
import { countingClock, newRun, temporaryFolder } from "../support/project.ts";
import { ended, endlessSpec, openBench, smallSpec, start, until } from "../support/workbench.ts";
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

async function resultOf<R>(events: AsyncIterable<{ readonly kind: "progress" } | { readonly kind: "result"; readonly result: R }>): Promise<R> {
  for await (const event of events) if (event.kind === "result") return event.result;
  throw new Error("nothing came of it");
}
const examine = (workbench: Workbench, runId: string, split: SplitName, step?: number): Promise<Examination> => resultOf(workbench.examineRun({ runId, split, step }));

const wineSpec = {
  seed: 3, data: { kind: "sample", name: "wine" }, layers: [{ kind: "dense", units: 8 }, { kind: "relu" }, { kind: "dense", units: 3 }], optimizer: { kind: "adam", learningRate: 0.01 },
  metrics: [{ kind: "accuracy" }, { kind: "ece" }, { kind: "logLoss" }, { kind: "rocAuc" }, { kind: "averagePrecision" }, { kind: "f1" }], train: { epochs: 6, batchSize: 16 },
} as const;

describe("classes", () => {
  it("agree with the run's metrics: accuracy, calibration error, log loss, areas, F1", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const id = await start(workbench, wineSpec);
    const run = await ended(workbench, id);
    for (const split of ["train", "validation"] as const) {
      const found = await examine(workbench, id, split);
      const { accuracy, calibration, curves, scores, confusion } = found.ofClasses!;
      const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
      const own = [accuracy.share, calibration!.before.ece, calibration!.before.nll, meanOf(curves.map((one) => one.rocArea)), meanOf(curves.map((one) => one.averagePrecision)), meanOf(scores.map((one) => one.f1))];
      // The network computes in single precision, this sums in double: probabilities of 1 − 1e-7 differ there.
      expect(misses(own, ["accuracy", "ece", "logLoss", "rocAuc", "averagePrecision", "f1"].map((metric) => run.metrics[`${split}/${metric}`]!), { abs: 1e-6 })).toEqual([]);
      expect(confusion.reduce((sum, n) => sum + n, 0)).toBe(run.data.rows[split]);
      expect(found.rows).toBe(run.data.rows[split]);
      expect(found.metrics["loss"]).toBeCloseTo(run.metrics[`${split}/loss`]!, 12);
    }
  });

  it("agree with counting row by row: confusion, hardest first, areas of each class against the rest", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const id = await start(workbench, wineSpec);
    const run = await ended(workbench, id);
    const dataset = readSample("wine");
    const folder = join(bench.file.replace(/\.descent$/, ".files"), "runs", id);
    const checkpoint = readFileSync(join(folder, readdirSync(folder).find((file) => file.startsWith(`${run.step}-`))!));
    const { plan } = openPlan(run.spec!, dataset.shape, checkpoint);
    const part = prepare(dataset, run.spec!, 32).validation, rows = splitRows(dataset, run.spec!.split).validation;
    const { probabilities } = predict(plan, part);
    const p = (row: number, k: number): number => probabilities![row * 3 + k]!;
    const chosen = Array.from(rows, (_, i) => [0, 1, 2].reduce((best, k) => (p(i, k) > p(i, best) ? k : best), 0));
    const { judged, ofClasses } = await examine(workbench, id, "validation");
    for (let a = 0; a < 3; a++) for (let b = 0; b < 3; b++) expect(ofClasses!.confusion[3 * a + b]).toBe(chosen.filter((label, i) => part.y[i] === a && label === b).length);
    const expected = Array.from(rows, (row, i) => ({ row, given: p(i, part.y[i]!) })).sort((a, b) => a.given - b.given || a.row - b.row);
    expect([...judged.row]).toEqual(expected.map(({ row }) => row));
    expect(misses(judged.given, expected.map(({ given }) => given), { abs: 1e-12 })).toEqual([]);
    expect(Array.from(judged.row, (row, i) => dataset.y[row] === judged.actual[i])).not.toContain(false);
    for (const { label, rocArea: area, averagePrecision, roc } of ofClasses!.curves) {
      const own = Array.from(part.y, (y) => Number(y === label)), score = Array.from(own, (_, i) => p(i, label));
      expect([area, averagePrecision]).toEqual([rocArea(own, score), averagePrecisionOf(own, score)]);
      expect([roc.fpr[0], roc.tpr[0], roc.fpr.at(-1), roc.tpr.at(-1)]).toEqual([0, 0, 1, 1]);
    }
  });

  it("the temperature is fitted to validation rows, whichever rows are shown, and makes their loss no larger", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const id = await start(workbench, { ...wineSpec, train: { ...wineSpec.train, epochs: 60 } });
    await ended(workbench, id);
    const [validation, train] = [await examine(workbench, id, "validation"), await examine(workbench, id, "train")];
    const fitted = validation.ofClasses!.calibration!;
    expect(fitted.after!.nll).toBeLessThanOrEqual(fitted.before.nll);
    expect(train.ofClasses!.calibration!.after!.temperature).toBe(fitted.after!.temperature);
    expect(fitted.before.bins.reduce((sum, { count }) => sum + count, 0)).toBe(validation.rows);
  });

  it("the test split is sealed until it was opened", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const id = await start(workbench, smallSpec);
    const run = await ended(workbench, id);
    await expect(examine(workbench, id, "test")).rejects.toMatchObject({ code: "testSealed" });
    const opened = await workbench.openTest({ runId: id });
    expect((await examine(workbench, id, "test")).ofClasses!.accuracy.share).toBeCloseTo(opened.metrics["test/accuracy"]!, 12);
    expect(run.testOpenings).toBe(0);
  });

  it("one output for two classes is read as two; margins have no calibration", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const layers = [{ kind: "dense", units: 8 }, { kind: "tanh" }, { kind: "dense", units: 1 }];
    for (const loss of ["binaryCrossEntropy", "hinge"] as const) {
      const id = await start(workbench, { ...smallSpec, layers, loss: { kind: loss } });
      const run = await ended(workbench, id);
      const { ofClasses, judged } = await examine(workbench, id, "validation");
      expect(ofClasses!.accuracy.share).toBeCloseTo(run.metrics["validation/accuracy"]!, 12);
      expect([ofClasses!.calibration === null, Number.isNaN(judged.given[0]!), ofClasses!.curves.map(({ label }) => label)]).toEqual([loss === "hinge", loss === "hinge", [1]]);
    }
  });

  it("a state on the way is looked at with its own weights; rows come as they are in the file", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const id = await start(workbench, { ...wineSpec, train: { ...wineSpec.train, checkpoints: { every: 2 } } });
    const run = await ended(workbench, id);
    const [early] = await workbench.listCheckpoints({ runId: id });
    const found = await examine(workbench, id, "validation", early!.step);
    const { steps, values } = (await workbench.readSeries({ runIds: [id], metrics: ["validation/accuracy"], points: 0 }))[0]!;
    expect(found.ofClasses!.accuracy.share).toBeCloseTo(values[steps.indexOf(early!.step)]!, 12);
    await expect(examine(workbench, id, "validation", 1)).rejects.toMatchObject({ code: "noCheckpoint" });
    const dataset = readSample("wine");
    const { rows, featureNames } = await workbench.readRows({ runId: id, rows: [5, 177, 100_000] });
    expect([rows.map(({ row }) => row), [...rows[1]!.features], featureNames]).toEqual([[5, 177], [...dataset.x.subarray(177 * 13, 178 * 13)], dataset.featureNames]);
    expect(run.state).toBe("finished");
  });

  it("the data of a run are shown by rows of its validation split, never of the test split", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const dataset = readSample("wine");
    for (const validation of [0.2, 0]) {
      const id = await start(workbench, { ...wineSpec, split: { kind: "random", validation, test: 0.3 } });
      const { spec } = await ended(workbench, id);
      const rows = splitRows(dataset, spec!.split);
      const { firstRows, hash } = await workbench.describeRunData({ runId: id });
      expect(firstRows.map(({ features }) => features)).toEqual([...(validation > 0 ? rows.validation : rows.train)].slice(0, 12).map((row) => [...dataset.x.subarray(row * 13, (row + 1) * 13)]));
      expect(hash).toBe((await workbench.run({ runId: id })).data.hash);
    }
  });
});

describe("numbers", () => {
  it("agree with the run's metrics, and the largest misses come first", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const id = await start(workbench, { data: { kind: "sample", name: "diabetes" }, split: { kind: "random" }, layers: [{ kind: "dense", units: 8 }, { kind: "relu" }, { kind: "dense", units: 1 }], loss: { kind: "mse" }, metrics: [{ kind: "rmse" }, { kind: "r2" }, { kind: "medianAbsoluteError" }], train: { epochs: 5 } });
    const run = await ended(workbench, id);
    const { ofNumbers, judged, rows } = await examine(workbench, id, "validation");
    expect(misses([ofNumbers!.rmse, ofNumbers!.r2, ofNumbers!.medianError], ["rmse", "r2", "medianAbsoluteError"].map((metric) => run.metrics[`validation/${metric}`]!), { rel: 1e-6 })).toEqual([]);
    const missed = Array.from(judged.actual, (y, i) => Math.abs(judged.predicted[i]! - y));
    expect(missed).toEqual([...missed].sort((a, b) => b - a));
    expect([ofNumbers!.residuals.counts.reduce((sum, n) => sum + n, 0), judged.row.length]).toEqual([rows, rows]);
  });
});

describe("the gradient of a run's network", () => {
  it("is told with its progress, the same as for its spec", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const id = await start(workbench, { ...smallSpec, layers: [{ kind: "dense", units: 40 }, { kind: "tanh" }, { kind: "dense", units: 40 }, { kind: "tanh" }, { kind: "dense", units: 2 }] });
    const run = await ended(workbench, id);
    const told: { done: number; of: number }[] = [];
    let result: GradientCheck | null = null;
    for await (const event of workbench.checkRunGradient({ runId: id, perSlice: null })) {
      if (event.kind === "progress") told.push(event);
      else result = event.result;
    }
    expect(result).toEqual(await workbench.checkGradient({ spec: run.spec, perSlice: null }));
    expect([result!.verdict, told.every(({ done, of }, i) => of === 2 * run.parameters && done > (told[i - 1]?.done ?? 0)), told.length > 0]).toEqual(["right", true, true]);
  });

  it("left on its way, its thread ends, and the workbench closes at once", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const id = await start(workbench, { ...endlessSpec, layers: [{ kind: "dense", units: 512 }, { kind: "tanh" }, { kind: "dense", units: 512 }, { kind: "tanh" }, { kind: "dense", units: 2 }] });
    await until(workbench, id, (state) => state === "running");
    await workbench.stopRun({ runId: id });
    // All its entries would take minutes: the test ends because leaving ends the thread.
    for await (const event of workbench.checkRunGradient({ runId: id, perSlice: null })) if (event.kind === "progress") break;
    await expect(resultOf(workbench.checkRunGradient({ runId: id, perSlice: 1, burnIn: 0 }))).resolves.toMatchObject({ verdict: "right" });
  });
});

describe("records of layers", () => {
  it("are kept as the engine told them, by part; beyond a checkpoint they are forgotten and come again", async () => {
    await using bench = openBench();
    const { workbench } = bench;
    const id = await start(workbench, { ...smallSpec, train: { ...smallSpec.train, recordEvery: 5, checkpoints: { every: 1 } } });
    await ended(workbench, id);
    const { names, part, spreads } = await workbench.readHistograms({ runId: id, part: "2/kernel/weight" });
    expect([part, names]).toEqual(["2/kernel/weight", expect.arrayContaining(["0/activation", "1/activation", "0/kernel/weight", "0/kernel/gradient", "2/bias/weight"])]);
    expect([spreads[0]!.step, spreads[1]!.step, spreads.every(({ counts, count }) => count === 16 && counts.reduce((sum, n) => sum + n, 0) === 16)]).toEqual([0, 1, true]);
    const norms = (await workbench.readSeries({ runIds: [id], metrics: ["layer/2/kernel/weight"], points: 0 }))[0]!;
    for (const { step, norm } of spreads) expect(norm).toBe(norms.values[norms.steps.indexOf(step)]);
    const child = await ended(workbench, (await workbench.branchRun({ runId: id, step: 28, changes: [] })).id);
    expect((await workbench.readHistograms({ runId: child.id, part })).spreads).toEqual(spreads);
    expect((await workbench.readHistograms({ runId: id, part: "9/none" })).part).toBe(names[0]);
  });

  it("are thinned in time: at most 256 and 2 MB, evenly, with the first and the newest, whatever portions they come in", () => {
    using folder = temporaryFolder();
    const store = openStore(folder.file(), countingClock());
    const [one, other] = store.runs.addGroup([newRun(store), newRun(store)]).map(({ run }) => run.id) as [string, string];
    const parts = 12;
    const shot = (step: number): LayerShot => {
      const numbers = new Uint8Array(parts * spreadBytes), view = new DataView(numbers.buffer);
      for (let place = 0; place < parts; place++) packSpread({ count: step, norm: 1, rms: 1, mean: place, deviation: 1, from: 0, to: 1, counts: Array.from({ length: 32 }, (_, i) => i) }, view, place);
      return { step, epoch: 0, names: Array.from({ length: parts }, (_, i) => `${i}/activation`), numbers };
    };
    const steps = [0, ...Array.from({ length: 3000 }, (_, i) => 1 + 7 * i)];
    const standing = (portion: readonly number[]) => ({ epoch: 0, step: 0, trainingMs: 0, metrics: {}, notes: [], series: [], hashes: [], shots: portion.map(shot) });
    for (const step of steps) store.runs.record(one, standing([step]));
    for (let at = 0; at < steps.length; at += 16) store.runs.record(other, standing(steps.slice(at, at + 16)));
    const kept = store.layerRecords.read(one, "3/activation").spreads;
    expect(store.layerRecords.read(other, "3/activation").spreads).toEqual(kept);
    const gaps = kept.slice(2).map(({ step }, i) => step - kept[i + 1]!.step);
    expect([kept.length <= 256, kept.length > 100, kept[0]!.step, kept.at(-1)!.step]).toEqual([true, true, 0, steps.at(-1)]);
    expect(Math.max(...gaps.slice(0, -1)) / Math.min(...gaps.slice(0, -1))).toBeLessThanOrEqual(2);
    expect(kept[5]).toEqual({ ...unpackSpread({ ...shot(kept[5]!.step) }, 3) });
    store.close();
  });
});
