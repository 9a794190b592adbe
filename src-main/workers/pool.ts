/** Worker threads: as many trainings side by side as `parallel` says, and one reader beside them, so a question about data never waits for a training. Whoever ends with one answer may read small tables without it. */

import { MessageChannel } from "node:worker_threads";
import { StoreError, TrainingError } from "../../src-engine/spec/errors.ts";
import { fromWire } from "../contract/wire-error.ts";
import type { Component, RunSpec, SplitRows } from "../contract/nouns.ts";
import type { GradientCheck, GradientCheckOptions } from "../contract/gradient-check.ts";
import type { Arithmetic, StepProfile, StepProfileOptions } from "../contract/step-profile.ts";
import type { ForeignFile, RunsFormat } from "../contract/foreign-runs.ts";
import type { OwnRun } from "../exchange/foreign/own-runs.ts";
import type { ReadRuns } from "./read-foreign.ts";
import type { ModelFormat, NewRows, Prediction } from "../contract/models.ts";
import type { Dataset } from "../../src-engine/index.ts";
import { loadTestedNative, useNative } from "../../src-engine/node.ts";
import type { SelfTestMemory } from "../../src-engine/node.ts";
import { control, gateAt, isGate } from "./protocol.ts";
import type { ChangeAnswer, CourseWish, Fault, Probed, Progress, ReadData, SavedNetwork, Survey, Trained } from "./protocol.ts";
import type { SavedState } from "./keeper.ts";
import type { Wrong } from "../contract/diagnosis.ts";
import type { SplitName } from "../contract/examination.ts";
import type { Examined } from "./examine.ts";
import { countRows, readData, survey } from "./read-data.ts";
import { FailedJob, Thread } from "./thread.ts";
import type { Job, Told } from "./thread.ts";
import type { Thought, Thoughts } from "./think.ts";

export interface Pool {
  /** How many trainings may run side by side. */
  readonly parallel: number;
  /** Fewer take effect as trainings end; who calls `train` counts the places. */
  setParallel(parallel: number): void;
  /** Opens a thread for the next training if none is idle and there is place: it starts, and trains nothing once, while data are being read. */
  warm(): void;
  /** Begins a training at once, on a thread of its own, from the beginning or as `course` says. */
  train(spec: RunSpec, dataset: Dataset, ears: TrainingEars, course?: CourseWish): Training;
  /** This and the following reject with what the worker threw: SpecError, StoreError, TrainingError when it died. `bytes` is `null` for data made by formula; otherwise the array is handed over and empty afterwards. */
  read(data: Component, bytes: Uint8Array | null): Promise<ReadData>;
  survey(name: string, bytes: Uint8Array): Promise<Survey>;
  split(split: Component, dataset: Dataset): Promise<SplitRows>;
  /** The `test/…` metrics of saved weights. */
  openTest(spec: RunSpec, dataset: Dataset, checkpoint: Uint8Array): Promise<Readonly<Record<string, number>>>;
  /** Which validation rows saved weights have right, 1 or 0 for each in the split's order. Rejects with StoreError where an output is no choice among classes. */
  judgeRows(spec: RunSpec, dataset: Dataset, checkpoint: Uint8Array): Promise<Uint8Array>;
  /** On a thread of its own, like what follows. */
  predict(saved: SavedNetwork, from: NewRows): Promise<Prediction>;
  exportModel(saved: SavedNetwork, format: ModelFormat): Promise<Uint8Array>;
  exportRuns(runs: readonly OwnRun[], format: RunsFormat): Promise<readonly ForeignFile[]>;
  /** Runs in files of other programs, ready to be stored. */
  readForeign(files: readonly ForeignFile[]): Task<ReadRuns>;
  /** On a thread of its own: it may take as long as a training. Rejects as `read` does. */
  checkGradient(spec: RunSpec, dataset: Dataset, options: GradientCheckOptions, advance?: (done: number, of: number) => void): Task<GradientCheck>;
  /** Saved weights on the rows of a split, from all sides. */
  examine(spec: RunSpec, dataset: Dataset, checkpoint: Uint8Array, split: SplitName): Task<Examined>;
  /** How many rows of each of these splits saved weights have wrong. */
  countErrors(spec: RunSpec, dataset: Dataset, checkpoint: Uint8Array, splits: readonly SplitName[]): Task<Readonly<Record<SplitName, Wrong | null>>>;
  /** Likewise: what is measured must not wait, and nothing must wait for it. */
  profileStep(spec: RunSpec, dataset: Dataset, options: StepProfileOptions): Promise<StepProfile>;
  /** Trains a little of a spec; `tell` hears how far that is, from 0 to 1. Stopping it rejects `done`. */
  probe(spec: RunSpec, dataset: Dataset, tell: (share: number, steps: number) => void): { readonly done: Promise<Probed>; stop(): void };
  examineArithmetic(): Promise<Arithmetic>;
  /** Answers a question about a sweep. What comes next is asked often and has a thread that stays; the rest is done like a check. */
  think<T extends Thought>(thought: T): Promise<Thoughts[T["kind"]]>;
  /** Measures up to which width narrower vectors are quicker here, and takes it for threads that are opened from now on; null where there is no choice. */
  tune(): Promise<number | null>;
  /** What such a measurement gave earlier. */
  setNarrowTo(width: number): void;
  /** Ends every thread; what was not done fails. */
  close(): Promise<void>;
}

/** A job on a thread of its own, which can be ended before it is done; then it rejects. */
export interface Task<R> { readonly done: Promise<R>; cancel(): void }

/** Who listens to a training: `report` hears at most ten times a second, and once more before a pause; `save` of states to be kept, after what led to them was reported. */
export interface TrainingEars {
  readonly report: (progress: Progress) => void;
  readonly save?: ((states: readonly SavedState[]) => void) | undefined;
}

/** A training under way. What is asked for takes effect after the step under way. */
export interface Training {
  pause(): void;
  resume(): void;
  /** One step of a paused training, which then pauses again. */
  step(): void;
  stop(): void;
  /** Lets it go on from the gate at which it waits after this epoch; a gate of another epoch stays shut. */
  pass(epoch: number): void;
  /** At the end of the epoch under way; a stop, or a resumption, overrules it. */
  stopAtEpoch(): void;
  /** Goes on under another spec; resolves with when that took effect. Rejects with SpecError where the weights do not fit, StoreError where the training ended before. */
  change(spec: RunSpec): Promise<Extract<ChangeAnswer, { readonly refused: null }>>;
  /** Rejects with FailedJob. */
  readonly done: Promise<Trained>;
}

/** One per core, less one for everything else, at least one. */
export const defaultParallel = (cores: number): number => Math.max(1, Math.floor(cores) - 1);

/** Rows that are split in a few milliseconds. */
const fewRows = 50_000;

export interface PoolOptions {
  readonly parallel: number;
  /** Bounds each thread's heap, in which typed arrays do not count. */
  readonly memoryMb?: number;
  /** For tests: see Fault. */
  readonly fault?: Fault | null;
  /** Remembers what the native kernels have passed here. */
  readonly selfTests?: SelfTestMemory | null;
  /**
   * Up to how many bytes of a table are read at once, on the caller's thread, and the reader is opened for the first larger one. A thread takes some 60 ms and
   * 20 MB to open, a megabyte of CSV a fifth of that to read: who serves nobody meanwhile is quicker so. 0 where others wait for that thread.
   */
  readonly readsHere?: number;
}

export function createPool({ parallel, memoryMb = 1024, fault = null, selfTests = null, readsHere = 0 }: PoolOptions): Pool {
  // Here first: a thread must not be the one that loads the file for the process.
  const native = loadTestedNative(selfTests);
  useNative(native);
  let narrowTo: number | null = null;
  const open = (trouble: Fault | null = fault !== null && "everyTrainings" in fault ? null : fault, rehearses = false): Thread => new Thread({ fault: trouble, noNative: "reason" in native ? native.reason : null, narrowTo, rehearses }, memoryMb);
  const idle: Thread[] = [];
  const busy = new Set<Thread>();
  const checking = new Set<Thread>();
  let reader = readsHere === 0 ? open() : null;
  let thinker: Thread | null = null;
  let isClosed = false;
  let limit = parallel;
  let trained = 0;
  /** Whether the training that begins is one of those a test dooms. */
  const isDoomed = (): boolean => fault !== null && "everyTrainings" in fault && ++trained % fault.everyTrainings === 0;

  const mustBeOpen = (): void => { if (isClosed) throw new TrainingError("workerDied", "the threads were closed with the project", 0, "Open the project again."); };

  async function ask<R>(job: Job, transfer: ArrayBuffer[] = []): Promise<R> {
    mustBeOpen();
    if (reader === null || reader.isSpent) reader = open();
    try { return await reader.ask(job, transfer) as R; } catch (error) { throw error instanceof FailedJob ? error.cause : error; }
  }

  const isSmall = (bytes: Uint8Array): boolean => bytes.byteLength <= readsHere;

  /** On a thread of its own, for this one job. */
  function begin<R>(job: Job, transfer: ArrayBuffer[] = [], advance: (done: number, of: number) => void = () => {}): Task<R> {
    const thread = open();
    checking.add(thread);
    const ask = async (): Promise<R> => {
      try {
        return await thread.ask(job, transfer, (told) => { if (told.kind === "advance") advance(told.done, told.of); }) as R;
      } catch (error) { throw error instanceof FailedJob ? error.cause : error; } finally {
        checking.delete(thread);
        await thread.close();
      }
    };
    return { done: ask(), cancel() { void thread.close(); } };
  }

  const apart = <R>(job: Job): Promise<R> => begin<R>(job).done;

  return {
    get parallel() { return limit; },
    setParallel(wanted) {
      limit = wanted;
      while (idle.length > 0 && busy.size + idle.length > limit) void idle.pop()!.close();
    },
    warm() {
      if (!isClosed && idle.length === 0 && busy.size < limit) idle.push(open(undefined, true));
    },
    train(spec, dataset, { report, save = () => {} }, course = { start: null, ahead: [], until: null, keeps: true, gates: [] }) {
      mustBeOpen();
      const thread = isDoomed() ? open(fault) : (idle.pop() ?? open());
      busy.add(thread);
      const word = new Int32Array(new SharedArrayBuffer(4));
      // A stop is the last word: neither pause nor resume takes it back.
      const turn = (from: number, to: number): void => { Atomics.compareExchange(word, 0, from, to); Atomics.notify(word, 0); };
      // From whatever it is among these: between looking and turning a training may have come to a gate.
      const turnAny = (isAmong: (now: number) => boolean, to: number): void => {
        for (let now = Atomics.load(word, 0); isAmong(now);) {
          const found = Atomics.compareExchange(word, 0, now, to);
          if (found === now) break;
          now = found;
        }
        Atomics.notify(word, 0);
      };
      const say = (what: number): void => { Atomics.store(word, 0, what); Atomics.notify(word, 0); };
      const { port1: asking, port2: asks } = new MessageChannel();
      const waiting = new Map<number, PromiseWithResolvers<Extract<ChangeAnswer, { readonly refused: null }>>>();
      let asked = 0;
      const hear = (told: Told): void => {
        if (told.kind === "progress") return report(told.progress);
        if (told.kind === "saved") return save(told.states);
        if (told.kind === "probing" || told.kind === "advance") return;
        const { answer } = told;
        const pending = waiting.get(answer.ask);
        waiting.delete(answer.ask);
        if (answer.refused === null) pending?.resolve(answer);
        else pending?.reject(fromWire(answer.refused));
      };
      const done = (thread.ask({ kind: "train", spec, dataset, control: word, course, asks }, [asks], hear) as Promise<Trained>).finally(() => {
        busy.delete(thread);
        asking.close();
        for (const { reject } of waiting.values()) reject(new StoreError("wrongState", "the run ended before the change could take effect", {}, "Branch from one of its checkpoints instead."));
        // A thread that died or whose memory is in doubt is not used again; the next training opens a new one.
        if (!thread.isSpent && !isClosed && busy.size + idle.length < limit) idle.push(thread);
        else void thread.close();
      });
      return {
        pause: () => { turnAny((now) => now === control.run || isGate(now), control.pause); },
        pass: (epoch) => { turn(gateAt(epoch), control.run); },
        resume: () => { turn(control.pause, control.run); turn(control.stopAtEpoch, control.run); },
        step: () => { turn(control.pause, control.step); },
        stop: () => { say(control.stop); },
        stopAtEpoch: () => { turnAny((now) => now !== control.stop && now !== control.stopAtEpoch, control.stopAtEpoch); },
        change(to) {
          const pending = Promise.withResolvers<Extract<ChangeAnswer, { readonly refused: null }>>();
          waiting.set(++asked, pending);
          asking.postMessage({ ask: asked, spec: to });
          // A paused training sleeps: it wakes, looks, and sleeps on.
          Atomics.notify(word, 0);
          return pending.promise;
        },
        done,
      };
    },
    read: async (data, bytes) => (bytes !== null && isSmall(bytes) ? readData(data, bytes) : await ask<ReadData>({ kind: "read", data, bytes }, whole(bytes))),
    survey: async (name, bytes) => (isSmall(bytes) ? survey(name, bytes) : await ask<Survey>({ kind: "survey", name, bytes })),
    split: async (split, dataset) => (readsHere > 0 && dataset.rows <= fewRows ? countRows(split, dataset) : await ask<SplitRows>({ kind: "split", split, dataset })),
    openTest: (spec, dataset, checkpoint) => ask<Readonly<Record<string, number>>>({ kind: "evaluate", spec, dataset, checkpoint }, whole(checkpoint)),
    judgeRows: (spec, dataset, checkpoint) => ask<Uint8Array>({ kind: "judge", spec, dataset, checkpoint }, whole(checkpoint)),
    predict: (saved, from) => apart<Prediction>({ kind: "predict", saved, from }),
    exportRuns: (runs, format) => apart<readonly ForeignFile[]>({ kind: "exportRuns", runs, format }),
    readForeign: (files) => begin<ReadRuns>({ kind: "readForeign", files }),
    exportModel: (saved, format) => apart<Uint8Array>({ kind: "export", saved, format }),
    checkGradient: (spec, dataset, options, advance) => begin<GradientCheck>({ kind: "checkGradient", spec, dataset, options }, [], advance),
    examine: (spec, dataset, checkpoint, split) => begin<Examined>({ kind: "examine", spec, dataset, checkpoint, split }, whole(checkpoint)),
    countErrors: (spec, dataset, checkpoint, splits) => begin<Readonly<Record<SplitName, Wrong | null>>>({ kind: "countErrors", spec, dataset, checkpoint, splits }, whole(checkpoint)),
    profileStep: (spec, dataset, options) => apart<StepProfile>({ kind: "profileStep", spec, dataset, options }),
    probe(spec, dataset, tell) {
      const thread = open();
      checking.add(thread);
      const asked = thread.ask({ kind: "probe", spec, dataset }, [], (told) => { if (told.kind === "probing") tell(told.share, told.steps); }) as Promise<Probed>;
      const done = asked.catch((error: unknown) => { throw error instanceof FailedJob ? error.cause : error; }).finally(() => {
        checking.delete(thread);
        void thread.close();
      });
      return { done, stop() { void thread.close(); } };
    },
    examineArithmetic: () => apart<Arithmetic>({ kind: "examineArithmetic" }),
    async think<T extends Thought>(thought: T) {
      if (thought.kind !== "next") return await apart<Thoughts[T["kind"]]>({ kind: "think", thought });
      mustBeOpen();
      if (thinker === null || thinker.isSpent) thinker = open(null);
      try { return await thinker.ask({ kind: "think", thought }) as Thoughts[T["kind"]]; } catch (error) { throw error instanceof FailedJob ? error.cause : error; }
    },
    async tune() { return (narrowTo = await apart<number | null>({ kind: "tune" })); },
    setNarrowTo(width) { narrowTo = width; },
    async close() {
      isClosed = true;
      await Promise.all([...[reader, thinker].filter((one) => one !== null), ...idle, ...busy, ...checking].map((thread) => thread.close()));
    },
  };
}

/** The buffer to hand over, where the bytes are all of it; a view of a larger one is copied instead. */
function whole(bytes: Uint8Array | null): ArrayBuffer[] {
  return bytes !== null && bytes.buffer instanceof ArrayBuffer && bytes.byteLength === bytes.buffer.byteLength ? [bytes.buffer] : [];
}
