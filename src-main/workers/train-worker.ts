/** The thread that reads, trains and measures. Takes one job at a time; never touches the store, Electron or a file. */

import { parentPort, receiveMessageOnPort, workerData } from "node:worker_threads";
import type { FitEvent } from "../../src-engine/index.ts";
import { loadNative, narrowestChoice, useNarrowTo, useNative } from "../../src-engine/node.ts";
import { SpecError, StoreError, TrainingError } from "../../src-engine/spec/errors.ts";
import { toWire } from "../contract/wire-error.ts";
import { buffersOf } from "./progress-log.ts";
import type { SavedState } from "./keeper.ts";
import type { ChangeWish, FromWorker, ToWorker, WorkerSetup } from "./protocol.ts";
import { countErrors, examine } from "./examine.ts";
import { checkRun } from "./check-run.ts";
import { examineArithmetic, profileRun } from "./profile-run.ts";
import { probe } from "./probe-run.ts";
import { countRows, readData, sha256, survey } from "./read-data.ts";
import { rehearse } from "./rehearsal.ts";
import { think } from "./think.ts";
import { judgeRows, openTest, train, UnfinishedTraining } from "./training.ts";

const port = parentPort!;
const { fault, noNative, narrowTo, rehearses } = workerData as WorkerSetup;
useNative(noNative === null ? loadNative() : { reason: noNative });
if (narrowTo !== null) useNarrowTo(narrowTo);

// The one clock of a training: monotonic, only for how long things take and how often they are told.
const clock = (): number => performance.now();

port.on("message", (message: ToWorker) => {
  answer(message).catch((error: unknown) => { confess(message.job, error); });
});

if (rehearses) rehearse(clock);

/** What only some jobs need is loaded with the first of them: a thread that trains begins without it. */
async function answer(message: ToWorker): Promise<void> {
  const { job } = message;
  switch (message.kind) {
    case "read": return post({ kind: "read", job, result: readData(message.data, message.bytes) });
    case "survey": return post({ kind: "survey", job, result: survey(message.name, message.bytes) });
    case "split": return post({ kind: "split", job, result: countRows(message.split, message.dataset) });
    case "train": {
      const { spec, dataset, control, course, asks } = message;
      const result = train(spec, dataset, control, {
        clock,
        save: (states) => { post({ kind: "saved", job, states }, buffersOfStates(states)); },
        asked: () => (receiveMessageOnPort(asks)?.message as ChangeWish | undefined) ?? null,
        changed: (answer) => { post({ kind: "changed", job, answer }); },
        report: (progress) => { post({ kind: "progress", job, progress }, buffersOf(progress)); },
        after: (event) => { stumble(event, spec.seed); },
      }, course);
      asks.close();
      return post({ kind: "train", job, result }, [...buffersOf(result.progress), ...buffersOfStates([result.state, ...result.states])]);
    }
    case "evaluate": return post({ kind: "evaluate", job, result: openTest(message.spec, message.dataset, message.checkpoint) });
    case "judge": return post({ kind: "judge", job, result: judgeRows(message.spec, message.dataset, message.checkpoint) });
    case "checkGradient": return post({ kind: "checkGradient", job, result: checkRun(message.spec, message.dataset, message.options, paced((done, of) => { post({ kind: "advance", job, done, of }); })) });
    case "examine": return post({ kind: "examine", job, result: examine(message.spec, message.dataset, message.checkpoint, message.split) });
    case "countErrors": return post({ kind: "countErrors", job, result: countErrors(message.spec, message.dataset, message.checkpoint, message.splits) });
    case "profileStep": return post({ kind: "profileStep", job, result: profileRun(message.spec, message.dataset, message.options, clock) });
    case "probe": return post({ kind: "probe", job, result: probe(message.spec, message.dataset, clock, (share, steps) => { post({ kind: "probing", job, share, steps }); }) });
    case "examineArithmetic": return post({ kind: "examineArithmetic", job, result: examineArithmetic(clock) });
    case "predict": return post({ kind: "predict", job, result: (await import("./use-network.ts")).predictRows(message.saved, message.from) });
    case "export": return post({ kind: "export", job, result: (await import("./use-network.ts")).exportNetwork(message.saved, message.format) });
    case "exportRuns": return post({ kind: "exportRuns", job, result: (await import("../exchange/foreign/own-runs.ts")).runFiles(message.runs, message.format, (text) => sha256(new TextEncoder().encode(text))) });
    case "readForeign": {
      const { buffersOfRuns, readRuns } = await import("./read-foreign.ts");
      const result = readRuns(message.files);
      return post({ kind: "readForeign", job, result }, buffersOfRuns(result));
    }
    case "think": return post({ kind: "think", job, result: think(message.thought) });
    case "tune": return post({ kind: "tune", job, result: narrowestChoice(clock) });
    default: message satisfies never;
  }
}

/** At most ten times a second. */
function paced(tell: (done: number, of: number) => void): (done: number, of: number) => void {
  let toldMs = -Infinity;
  return (done, of) => {
    if (clock() - toldMs < 100) return;
    toldMs = clock();
    tell(done, of);
  };
}

function post(message: FromWorker, transfer: readonly ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}

function confess(job: number, thrown: unknown): void {
  const [error, progress, learned] = thrown instanceof UnfinishedTraining ? [thrown.cause, thrown.progress, thrown.learned] : [thrown, null, null];
  const isExpected = error instanceof SpecError || error instanceof StoreError || (error instanceof TrainingError && error.code === "diverged");
  post({ kind: "failed", job, error: toWire(error), progress, learned, isSpent: !isExpected }, [...(progress === null ? [] : buffersOf(progress)), ...(learned === null ? [] : buffersOfStates([learned.state]))]);
}

const buffersOfStates = (states: readonly SavedState[]): ArrayBuffer[] => states.map(({ bytes }) => bytes.buffer as ArrayBuffer);

/** Acts out the trouble that a test planted when it opened the pool; there is none otherwise. */
function stumble(event: FitEvent, seed: number): void {
  if (fault === null || event.kind !== "steps" || fault.atStep < event.from || fault.atStep > event.step || ("seed" in fault && seed !== fault.seed)) return;
  if (fault.kind === "exit") process.exit(7);
  if (fault.kind === "throw") throw new Error("a planted trouble");
  const hoard: number[][] = [];
  for (;;) hoard.push(Array.from({ length: 100_000 }, (_, i) => i + 0.5));
}
