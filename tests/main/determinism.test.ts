/** The same spec and seed give the same bits, whichever thread trains them and whoever interrupts. */

import { expect, it } from "vitest";
import { executorFor } from "../../src-engine/index.ts";
import type { Run } from "../../src-main/contract/nouns.ts";
import type { WorkbenchService } from "../../src-main/service/workbench.ts";
import { ended, openBench, smallSpec, start, until } from "../support/workbench.ts";

/** Everything that draws from a stream: weights, order, dropout; and what keeps statistics. */
const spec = {
  ...smallSpec, seed: 7,
  layers: [{ kind: "dense", units: 12 }, { kind: "batchNorm" }, { kind: "relu" }, { kind: "dropout", keepProb: 0.8 }, { kind: "dense", units: 2 }],
  regularizer: { kind: "l2", lambda: 0.01 },
  train: { epochs: 30, batchSize: 32, openTest: true },
};

const curves = async (workbench: WorkbenchService, run: Run) => (await workbench.readSeries({ runIds: [run.id], metrics: [], points: 0 })).map(({ metric, steps, values }) => ({ metric, steps, values }));

it("two threads side by side, and a third workbench: identical weight hashes, metrics and series; another seed differs", async () => {
  await using bench = openBench({ parallel: 3 });
  const { workbench } = bench;
  const ids = await Promise.all([spec, spec, { ...spec, seed: 8 }].map((one) => start(workbench, one)));
  const [a, b, other] = await Promise.all(ids.map((id) => ended(workbench, id)));
  await using elsewhere = openBench();
  const c = await ended(elsewhere.workbench, await start(elsewhere.workbench, spec));

  expect(a!.weightHash).toMatch(/^[0-9a-f]{64}$/);
  expect(a!.engine.executor).toBe(`${executorFor(32)} exact`);
  expect([b!.weightHash, c.weightHash]).toEqual([a!.weightHash, a!.weightHash]);
  expect([b!.metrics, c.metrics]).toEqual([a!.metrics, a!.metrics]);
  const series = await curves(workbench, a!);
  expect(series.map(({ metric }) => metric)).toEqual([
    "batch/dataLoss", "batch/gradientNorm", "batch/learningRate", "batch/loss", "batch/penalty",
    "test/accuracy", "test/loss", "train/accuracy", "train/loss", "validation/accuracy", "validation/loss",
  ]);
  expect(await curves(workbench, b!)).toEqual(series);
  expect(await curves(elsewhere.workbench, c)).toEqual(series);
  expect(other!.weightHash).not.toBe(a!.weightHash);
});

it("four runs of different shapes at once, on four threads of one process, end as each does alone", async () => {
  const specs = [
    spec,
    { ...spec, layers: [{ kind: "dense", units: 40 }, { kind: "tanh" }, { kind: "dense", units: 2 }], optimizer: { kind: "sgd", learningRate: 0.1 } },
    { ...spec, layers: [{ kind: "dense", units: 150 }, { kind: "relu" }, { kind: "dense", units: 70 }, { kind: "gaussianNoise" }, { kind: "dense", units: 2 }], train: { ...spec.train, mode: "fast" } },
    { ...spec, layers: [{ kind: "dense", units: 3 }, { kind: "sigmoid" }, { kind: "dense", units: 2 }], optimizer: { kind: "lamb" }, train: { ...spec.train, batchSize: 7 } },
  ];
  await using crowd = openBench({ parallel: 4 });
  const together = await Promise.all((await Promise.all(specs.map((one) => start(crowd.workbench, one)))).map((id) => ended(crowd.workbench, id)));
  await using alone = openBench();
  for (const [i, one] of specs.entries()) {
    const run = await ended(alone.workbench, await start(alone.workbench, one));
    expect([run.state, run.weightHash, run.metrics]).toEqual(["finished", together[i]!.weightHash, together[i]!.metrics]);
  }
});

it("a run that was paused and resumed equals one that was not", async () => {
  await using bench = openBench({ parallel: 2 });
  const { workbench } = bench;
  const long = { ...spec, train: { ...spec.train, epochs: 300 } };
  const [pausedId, plainId] = await Promise.all([start(workbench, long), start(workbench, long)]);
  await until(workbench, pausedId!, (state, { step }) => state === "running" && step > 0);
  expect((await workbench.pauseRun({ runId: pausedId! })).state).toBe("paused");
  const plain = await ended(workbench, plainId!);
  await workbench.resumeRun({ runId: pausedId! });
  const resumed = await ended(workbench, pausedId!);
  expect(resumed.weightHash).toBe(plain.weightHash);
  expect(await curves(workbench, resumed)).toEqual(await curves(workbench, plain));
});
