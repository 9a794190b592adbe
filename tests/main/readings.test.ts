/** What is only read of a project, asked here and of a thread of its own. */

import { expect, it } from "vitest";
import { readings } from "../../src-main/service/readings.ts";
import type { Readings } from "../../src-main/service/readings.ts";
import { readElsewhere } from "../../src-main/service/read-elsewhere.ts";
import { openStore } from "../../src-main/store/open.ts";
import { fillRuns } from "../support/fill-runs.ts";
import { countingClock, temporaryFolder } from "../support/project.ts";

const steps = Float64Array.from({ length: 5000 }, (_, i) => i + 1);

it("a thread answers every question as it is answered here, sees what was committed a moment ago, and refuses with code and hint", async () => {
  using folder = temporaryFolder();
  const store = openStore(folder.file(), countingClock());
  fillRuns(store, 20);
  const here = readings(store);
  const there = readElsewhere(folder.file());
  store.runs.record("r-3", { epoch: 1, step: 5000, trainingMs: 9, metrics: { "train/loss": NaN }, notes: [], hashes: [], series: [{ metric: "batch/loss", steps, values: steps.map(Math.sin) }] });
  store.runs.markAll(["r-4"], { addTag: "best" });
  store.trash.put(["r-5"], 7);
  const questions: { readonly [N in keyof Readings]: readonly Parameters<Readings[N]>[0][] } = {
    listRuns: [{}, { where: "tag = best" }, { limit: 2 }],
    listRows: [{ columns: ["state", "train/loss", "layers.0.units"], deltas: ["validation/loss"], grouping: { kind: "allButSeed" } }, { experimentId: "e-1", columns: [] }],
    queryWords: [{ name: null, contains: "los" }, { name: "tag", contains: "" }],
    search: [{ text: "adam", limit: 5 }],
    readSeries: [{ runIds: ["r-3"], metrics: [], points: 100 }, { runIds: ["r-3"], metrics: ["batch/loss"], points: 0, from: 10, to: 20, smoothing: { kind: "ewma", beta: 0.9 } }],
    readGroups: [{ groups: [["r-3"]], metrics: ["batch/loss"], x: "step", points: 50 }],
    compareRuns: [{ runIds: ["r-1", "r-2"], grouping: { kind: "eachRun" }, baseline: null }],
    examineProject: [],
    snapshot: [{ runId: "r-3", since: 0 }],
    wholeRuns: [{ runIds: ["r-3", "r-4"] }],
    sizes: [{}],
    planQuota: [{ quota: { limitBytes: 1, order: ["trash"], isAutomatic: false }, usedBytes: 1000 }],
  };
  for (const [name, inputs] of Object.entries(questions) as [keyof Readings, readonly unknown[]][]) for (const input of inputs) {
    const ask = (of: Readings): Promise<unknown> => (of[name] as (input: unknown) => Promise<unknown>)(input);
    expect(await ask(there), name).toEqual(await ask(here));
  }
  expect((await there.examineProject({})).faults).toEqual([]);
  await expect(there.listRows({ experimentId: "e-9", columns: [] })).rejects.toMatchObject({ name: "StoreError", code: "noSuchExperiment", hint: expect.stringContaining("e-1") as string });
  await expect(there.snapshot({ runId: "r-99", since: 0 })).rejects.toMatchObject({ code: "noSuchRun" });
  // What was asked is answered before the thread ends; nothing is afterwards.
  const last = there.sizes({});
  await there.close();
  expect(await last).toMatchObject({ trash: [{ id: "r-5" }] });
  await expect(there.sizes({})).rejects.toMatchObject({ code: "readerDied" });
  store.close();
});
