/** A workbench without engine or store, for tests of the wire and the doors: it answers what it is told and remembers what it was asked. */

import { StoreError } from "../../src-engine/spec/errors.ts";
import type { Run } from "../../src-main/contract/nouns.ts";
import type { Channel } from "../../src-main/contract/rpc.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { decode, encode } from "../../src-main/contract/codec.ts";

/** Every method not given throws, naming itself. */
export function workbenchDouble(given: Partial<Workbench>): Workbench & { readonly asked: { method: string; input: unknown }[] } {
  const asked: { method: string; input: unknown }[] = [];
  const names: Record<keyof Workbench, true> = {
    about: true, catalog: true, examples: true, settings: true, changeSettings: true, listExperiments: true, createExperiment: true, changeExperiment: true,
    listRuns: true, listRows: true, queryWords: true, search: true, run: true, inspectSpec: true, checkGradient: true, profileStep: true, examineArithmetic: true, startRun: true, pauseRun: true, resumeRun: true, stopRun: true, stepRun: true, extendRun: true, listCheckpoints: true, branchRun: true, changeRun: true, replayRun: true, markRun: true, journal: true, listReports: true, report: true, createReport: true, changeReport: true, freezeReport: true, deleteReport: true, exportReport: true, writeJournal: true, queue: true, prioritizeRun: true, moveRun: true, holdQueue: true, storage: true, trashRuns: true, restoreRuns: true, purgeRuns: true, backUp: true, openTest: true, predictRows: true, exportModel: true, exportRuns: true, watchRun: true, watchWorkbench: true,
    markRuns: true, markSweep: true,
    freeSpace: true, examineProject: true, rescue: true, mend: true,
    checkRunGradient: true, examineRun: true, diagnoseRun: true, setDiagnosis: true, describeRunData: true, readRows: true, readHistograms: true,
    inspectSweep: true, startSweep: true, listSweeps: true, sweep: true, watchSweep: true, pauseSweep: true, resumeSweep: true, stopSweep: true, changeSweep: true, enqueueTrial: true, importRuns: true, confirmSweep: true, sweepWinner: true, openSweepTest: true, sweepImportance: true, sweepAdvice: true, isolateAxis: true, compareSweeps: true, narrowSweep: true,
    planBudget: true, listJournal: true,
    previewImport: true, takeIn: true,
    readSeries: true, readGroups: true, compareRows: true, matchSeeds: true, exportFile: true, weightHashes: true, chartOf: true, chartFile: true, compareRuns: true, listFiles: true, importFile: true, chooseFile: true, saveFile: true, describeData: true,
  };
  const methods = (Object.keys(names) as (keyof Workbench)[]).map((method) => [method, (input: never) => {
    asked.push({ method, input });
    const answer = given[method] as ((input: never) => unknown) | undefined;
    if (answer === undefined) throw new StoreError("notHere", `${method} is not part of this test`);
    return answer(input);
  }]);
  return { ...(Object.fromEntries(methods) as Workbench), asked };
}

/** A run as the service would tell of it. */
export function runDouble(given: Partial<Run> = {}): Run {
  return {
    id: "r-1", experimentId: "e-1", groupId: "g-1", colour: 1, name: "digits", spec: { version: 1 } as Run["spec"], foreign: null, state: "running", reason: null,
    data: { name: "digits", hash: "0".repeat(64), rows: { train: 10, validation: 3, test: 3 }, shape: [8, 8, 1], classes: ["0", "1"] },
    layers: [{ index: 0, kind: "dense", output: [2], parameters: 130, flops: 258 }], parameters: 130, createdMs: 1000, startedMs: 1000, endedMs: null, trainingMs: 0,
    epoch: 1, epochs: 2, step: 5, steps: 10, metrics: { "train/loss": 0.5 }, weightHash: null, priority: 0, place: null, notes: [], testOpenings: 0, tags: [], isPinned: false, isArchived: false, isBaseline: false, trashedMs: null, history: [], parentId: null, sweep: null, replay: null, alerts: [], diagnosis: null, engine: { version: "0.1.0", executor: "reference" }, ...given,
  };
}

export type Form = "text" | "clone";

/** Two ends that carry messages as a WebSocket (text) or as Electron and workers do (structured clone); `cut` ends both. `sent` counts what went each way. */
export function channelPair(form: Form): { client: Channel; server: Channel; cut(): void; sent: { toClient: number; toServer: number } } {
  const carry = form === "text" ? (message: unknown) => decode(encode(message)) : (message: unknown) => structuredClone(message);
  const sent = { toClient: 0, toServer: 0 };
  const closers = new Set<() => void>();
  let isCut = false;
  const end = () => ({ listeners: new Set<(message: unknown) => void>() });
  const [a, b] = [end(), end()];
  const channel = (mine: ReturnType<typeof end>, other: ReturnType<typeof end>, direction: keyof typeof sent): Channel => ({
    post(message) {
      if (isCut) throw new Error("the channel is cut");
      const carried = carry(message);
      sent[direction]++;
      queueMicrotask(() => { if (!isCut) for (const listener of other.listeners) listener(carried); });
    },
    on(listener) { mine.listeners.add(listener); return () => { mine.listeners.delete(listener); }; },
    onClose(listener) { if (isCut) listener(); else closers.add(listener); },
  });
  return { client: channel(a, b, "toServer"), server: channel(b, a, "toClient"), sent, cut: () => { isCut = true; for (const close of closers) close(); } };
}
