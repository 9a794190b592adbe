/**
 * What the kept databases from version 3 on hold: a small scene, played by the program of that time, and beside it what that program told of it. Copied into a checkout of a commit that wrote
 * the version (README.md says which), it uses only what that checkout has. Arguments: the version, and the database to make; the facts go beside it as JSON.
 */

import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import type { Run } from "../../../src-main/contract/nouns.ts";
import type { WorkbenchService } from "../../../src-main/service/workbench.ts";
import { openStore } from "../../../src-main/store/open.ts";
import type { Store } from "../../../src-main/store/open.ts";
import { countingClock } from "../../support/project.ts";
import { ended, openWorkbench, start } from "../../support/workbench.ts";

const spec = { data: { kind: "xor", samples: 60 }, layers: [{ kind: "dense", units: 3 }, { kind: "relu" }, { kind: "dense", units: 2 }], metrics: [{ kind: "accuracy" }], train: { epochs: 2, batchSize: 14 } };

async function play(workbench: WorkbenchService, version: number): Promise<void> {
  // 1260 steps: a curve that is longer than a chunk.
  const long = await start(workbench, { ...spec, data: { kind: "xor", samples: 600 }, train: { epochs: 3, batchSize: 1 } });
  await ended(workbench, long);
  const { runIds } = await workbench.startRun({ experimentId: null, spec: { ...spec, seeds: 2 }, priority: 2 });
  for (const id of runIds) await ended(workbench, id);
  await workbench.extendRun({ runId: runIds[1]!, epochs: 1 });
  await ended(workbench, runIds[1]!);
  const branch = (await workbench.branchRun({ runId: runIds[0]!, changes: [{ path: "optimizer.learningRate", to: 0.01 }, { path: "train.epochs", to: 3 }], name: "what if" })).id;
  await ended(workbench, branch);
  await workbench.markRun({ runId: long, name: "kept", tags: ["kept"], isPinned: true, isBaseline: true });
  await workbench.markRun({ runId: runIds[0]!, isArchived: true });
  await workbench.writeJournal({ subject: long, hypothesis: "It opens.", result: "", decision: "", notes: "Forever." });
  await workbench.trashRuns({ runIds: [branch] });
  await workbench.changeSettings({ language: "zh" });
  if (version >= 8) await workbench.setDiagnosis({ runId: long, baseError: 0.01, biasFrom: 0.02, varianceFrom: 0.02 });
  if (version >= 5) await search(workbench, version);
  if (version >= 6) await workbench.createReport({ title: "Kept", template: "comparison", subject: { runIds: [long, runIds[1]!], grouping: { kind: "eachRun" }, baseline: long } });
  if (version >= 10) await takeIn(workbench);
}

async function search(workbench: WorkbenchService, version: number): Promise<void> {
  const sweep = { base: { ...spec, train: { ...spec.train, checkpoints: { best: 0 } } }, axes: { "optimizer.learningRate": {} }, objective: { metric: "validation/loss" }, sampler: { kind: "random" }, parallel: 1, confirm: { top: 0, seeds: 2 } };
  const { sweepId } = await workbench.startSweep({ experimentId: null, spec: version >= 9 ? { ...sweep, pruner: { kind: "population", members: 4, every: 1, share: 0.25 }, trials: 8 } : { ...sweep, trials: 3 } });
  for await (const event of workbench.watchSweep({ sweepId, since: 0 })) if (event.sweep.state !== "running") break;
  if (version >= 12) await workbench.markSweep({ sweepId, name: "kept", isArchived: true });
}

async function takeIn(workbench: WorkbenchService): Promise<void> {
  const text = new TextEncoder().encode("step,loss\n1,0.5\n2,0.25\n");
  let importId: string | null = null;
  for await (const event of workbench.previewImport({ name: "elsewhere.csv", files: [{ path: "elsewhere.csv", bytes: text }] })) if (event.kind === "result") ({ importId } = event.result);
  for await (const event of workbench.takeIn({ importId: importId!, experimentId: null })) if (event.kind === "result") return;
}

/** What a program tells of a project, as text where JSON has no number. */
export function factsOf(store: Store, version: number): unknown {
  const trashed = store.trash.list().map(({ id }) => id);
  const runs = [...store.runs.list({ query: null }), ...trashed.map((id) => store.runs.get(id).run)];
  const ids = Array.from({ length: Math.max(...runs.map(({ id }) => Number(id.slice(2)))) }, (_, i): Run["id"] => `r-${i + 1}`);
  const facts = {
    runs: ids.map((id) => {
      const { run } = store.runs.get(id), { name, state, spec: own, step, epoch, steps, epochs, metrics, weightHash, tags, isPinned, isArchived, isBaseline, trashedMs, parentId, groupId, data, layers, priority, createdMs, trainingMs } = run;
      return {
        id, name, state, spec: own, step, epoch, steps, epochs, metrics, weightHash, tags, isPinned, isArchived, isBaseline, trashedMs, parentId, groupId, data, layers, priority, createdMs, trainingMs, history: run.history.map(({ kind, step: at }) => [kind, at]),
        points: store.series.read(id, []).map(({ metric, steps: at, values }) => [metric, at.length, createHash("sha256").update(at).update(values).digest("hex").slice(0, 16)]),
        hashes: store.runs.weightHashes(id), checkpoints: store.checkpoints.list(id).map(({ step: at, epoch: of, sizeBytes, isFinal, isFork, value }) => [at, of, sizeBytes, isFinal, isFork, value]),
      };
    }),
    trashed, journal: { hypothesis: store.journal.read("r-1").hypothesis, notes: store.journal.read("r-1").notes }, language: store.settings.read().language,
    sweeps: version >= 5 ? store.sweeps.list().map(({ id, state, ...rest }) => [id, state, ...(version >= 12 ? [rest.name, rest.isArchived] : []), store.sweeps.trials(id).map(({ number, state: of, point, values }) => [number, of, point, values])]) : [],
    reports: version >= 6 ? store.reports.list().map(({ title, subject, blocks }) => [title, subject, blocks.length]) : [],
  };
  return JSON.parse(JSON.stringify(facts, (_, value: unknown) => (typeof value === "number" && !Number.isFinite(value) ? String(value) : value))) as unknown;
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const version = Number(process.argv[2]), file = process.argv[3]!;
  const workbench = openWorkbench(file);
  await play(workbench, version);
  await workbench.close();
  const store = openStore(file, countingClock());
  writeFileSync(file.replace(/\.descent$/, ".json"), `${JSON.stringify(factsOf(store, version))}\n`);
  store.close();
}
