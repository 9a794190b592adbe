/** What the main thread and a worker say to each other: one union per direction. Jobs carry whole columns of numbers, shared or transferred, never rows as objects. */

import type { Component, Column, DataSummary, EpochHash, Hash, Note, RunSpec, SplitRows, Stretch } from "../contract/nouns.ts";
import type { Wrong } from "../contract/diagnosis.ts";
import type { SplitName } from "../contract/examination.ts";
import type { Examined } from "./examine.ts";
import type { LayerShot } from "../contract/histograms.ts";
import type { GradientCheck, GradientCheckOptions } from "../contract/gradient-check.ts";
import type { Arithmetic, StepProfile, StepProfileOptions } from "../contract/step-profile.ts";
import type { Spread } from "../contract/budget.ts";
import type { WireError } from "../contract/wire-error.ts";
import type { ReadRuns } from "./read-foreign.ts";
import type { ForeignFile, RunsFormat } from "../contract/foreign-runs.ts";
import type { OwnRun } from "../exchange/foreign/own-runs.ts";
import type { ModelFormat, NewRows, Prediction } from "../contract/models.ts";
import type { DataFacts } from "../exchange/network.ts";
import type { MessagePort } from "node:worker_threads";
import type { Start, Turn } from "./course.ts";
import type { SavedState } from "./keeper.ts";
import type { Thought, Thoughts } from "./think.ts";
import type { Dataset } from "../../src-engine/index.ts";

/** What a training is told through shared memory: one Int32, read between steps and between events. `stopAtEpoch` waits for the epoch's end; `step` goes one step and pauses again. */
export const control = { run: 0, pause: 1, stop: 2, stopAtEpoch: 3, step: 4 } as const;
/** The word of a training that waits at its gate after an epoch. A number for each, so that a late word to pass one never opens the next. */
export const gateAt = (epoch: number): number => 16 + epoch;
export const isGate = (word: number): boolean => word >= gateAt(0);

export type ToWorker =
  /** Read a dataset: made by formula, or from the bytes of a file. */
  | { readonly kind: "read"; readonly job: number; readonly data: Component; readonly bytes: Uint8Array | null }
  /** Look over a CSV file before it is kept. */
  | { readonly kind: "survey"; readonly job: number; readonly name: string; readonly bytes: Uint8Array }
  /** Count the rows of each part, or say why the data cannot be split so. */
  | { readonly kind: "split"; readonly job: number; readonly dataset: Dataset; readonly split: Component }
  | { readonly kind: "train"; readonly job: number; readonly dataset: Dataset; readonly spec: RunSpec; readonly control: Int32Array; readonly course: CourseWish; readonly asks: MessagePort }
  | { readonly kind: "checkGradient"; readonly job: number; readonly dataset: Dataset; readonly spec: RunSpec; readonly options: GradientCheckOptions }
  /** Which validation rows saved weights have right. */
  | { readonly kind: "judge"; readonly job: number; readonly dataset: Dataset; readonly spec: RunSpec; readonly checkpoint: Uint8Array }
  /** Look at saved weights from all sides, on the rows of a split; count the wrong rows of several. */
  | { readonly kind: "examine"; readonly job: number; readonly dataset: Dataset; readonly spec: RunSpec; readonly checkpoint: Uint8Array; readonly split: SplitName }
  | { readonly kind: "countErrors"; readonly job: number; readonly dataset: Dataset; readonly spec: RunSpec; readonly checkpoint: Uint8Array; readonly splits: readonly SplitName[] }
  | { readonly kind: "profileStep"; readonly job: number; readonly dataset: Dataset; readonly spec: RunSpec; readonly options: StepProfileOptions }
  /** Train a little of it, to learn how long it would take. */
  | { readonly kind: "probe"; readonly job: number; readonly dataset: Dataset; readonly spec: RunSpec }
  | { readonly kind: "examineArithmetic"; readonly job: number }
  | { readonly kind: "tune"; readonly job: number }
  /** Ask a saved network about new rows; write it in another program's form. */
  | { readonly kind: "predict"; readonly job: number; readonly saved: SavedNetwork; readonly from: NewRows }
  | { readonly kind: "export"; readonly job: number; readonly saved: SavedNetwork; readonly format: ModelFormat }
  /** Runs as the files of another program. */
  | { readonly kind: "exportRuns"; readonly job: number; readonly runs: readonly OwnRun[]; readonly format: RunsFormat }
  /** Files of other programs. */
  | { readonly kind: "readForeign"; readonly job: number; readonly files: readonly ForeignFile[] }
  | { readonly kind: "think"; readonly job: number; readonly thought: Thought }
  /** Measure the test split with saved weights. */
  | { readonly kind: "evaluate"; readonly job: number; readonly dataset: Dataset; readonly spec: RunSpec; readonly checkpoint: Uint8Array };

export type FromWorker =
  | { readonly kind: "read"; readonly job: number; readonly result: ReadData }
  | { readonly kind: "survey"; readonly job: number; readonly result: Survey }
  | { readonly kind: "split"; readonly job: number; readonly result: SplitRows }
  | { readonly kind: "progress"; readonly job: number; readonly progress: Progress }
  /** States to be kept, each with its reason; what led to them was reported before. */
  | { readonly kind: "saved"; readonly job: number; readonly states: readonly SavedState[] }
  /** A change that was asked for took effect, or was refused. */
  | { readonly kind: "changed"; readonly job: number; readonly answer: ChangeAnswer }
  /** How far a probe is, from 0 to 1, and how many steps it made. */
  | { readonly kind: "probing"; readonly job: number; readonly share: number; readonly steps: number }
  | { readonly kind: "probe"; readonly job: number; readonly result: Probed }
  /** How far a long job is. */
  | { readonly kind: "advance"; readonly job: number; readonly done: number; readonly of: number }
  | { readonly kind: "train"; readonly job: number; readonly result: Trained }
  | { readonly kind: "examine"; readonly job: number; readonly result: Examined }
  | { readonly kind: "countErrors"; readonly job: number; readonly result: Readonly<Record<SplitName, Wrong | null>> }
  | { readonly kind: "evaluate"; readonly job: number; readonly result: Readonly<Record<string, number>> }
  | { readonly kind: "judge"; readonly job: number; readonly result: Uint8Array }
  | { readonly kind: "checkGradient"; readonly job: number; readonly result: GradientCheck }
  | { readonly kind: "profileStep"; readonly job: number; readonly result: StepProfile }
  | { readonly kind: "examineArithmetic"; readonly job: number; readonly result: Arithmetic }
  | { readonly kind: "predict"; readonly job: number; readonly result: Prediction }
  | { readonly kind: "export"; readonly job: number; readonly result: Uint8Array }
  | { readonly kind: "exportRuns"; readonly job: number; readonly result: readonly ForeignFile[] }
  | { readonly kind: "readForeign"; readonly job: number; readonly result: ReadRuns }
  | { readonly kind: "tune"; readonly job: number; readonly result: number | null }
  | { readonly kind: "think"; readonly job: number; readonly result: Thoughts[Thought["kind"]] }
  /** The job failed. `progress` is what a training had not yet reported, `learned` its last good weights where it diverged; `isSpent` asks for a new thread, for this one's memory can no longer be trusted. */
  | { readonly kind: "failed"; readonly job: number; readonly error: WireError; readonly progress: Progress | null; readonly learned: Learned | null; readonly isSpent: boolean };

/**
 * What a probe saw: so many steps in so many milliseconds; what comes before the first step, a step, and measuring at an epoch's end. Points of curves: so many a step,
 * and so many more at each epoch's end. The bytes of a checkpoint.
 */
export interface Probed { readonly steps: number; readonly ms: number; readonly startMs: number; readonly stepMs: Spread; readonly measureMs: number; readonly perStep: number; readonly perEpoch: number; readonly checkpointBytes: number }

/** All that a saved network needs to be used: its spec, what its rows are, its checkpoint. */
export interface SavedNetwork { readonly spec: RunSpec; readonly facts: DataFacts; readonly checkpoint: Uint8Array }

/** Its numbers lie in shared memory, so every worker reads the same copy. */
export interface ReadData { readonly dataset: Dataset; readonly summary: DataSummary }

export interface Survey { readonly hash: Hash; readonly rows: number; readonly columns: readonly Column[] }

/** Where a training stands; the points, the epochs' weight hashes and the records of layers since the last report; all notes so far. `trainingMs` is the worker's own monotonic time, pauses left out. */
export interface Progress { readonly epoch: number; readonly step: number; readonly trainingMs: number; readonly metrics: Readonly<Record<string, number>>; readonly series: readonly Stretch[]; readonly hashes: readonly EpochHash[]; readonly shots: readonly LayerShot[]; readonly notes: readonly Note[] }

/** Where a training goes on from, if not from the beginning; the changes it will meet on its way; and where it ends before its time, if it does. */
export interface CourseWish {
  readonly start: Start | null;
  readonly ahead: readonly Turn[];
  readonly until: { readonly step: number; readonly epoch: number } | null;
  /** Whether states are kept; a replay keeps none. */
  readonly keeps: boolean;
  /** Epochs after whose measurement it tells how it stands and waits until it is let pass, or stopped. */
  readonly gates: readonly number[];
}

/** Another spec for a training under way. */
export interface ChangeWish { readonly ask: number; readonly spec: RunSpec }
/** When it took effect and what began anew with it; or why not. */
export type ChangeAnswer =
  | { readonly ask: number; readonly step: number; readonly epoch: number; readonly anew: readonly string[]; readonly refused: null }
  | { readonly ask: number; readonly refused: WireError };

/** What a training learned: the weights after `step` as a checkpoint, and their hash. */
export interface Learned { readonly state: SavedState; readonly weightHash: Hash }

/** A training's end, with its last points, and the states not yet handed over. */
export interface Trained extends Learned { readonly outcome: "finished" | "stopped"; readonly progress: Progress; readonly states: readonly SavedState[] }

/** A trouble planted by a test: at step `atStep` of the run with seed `seed`, or of every so manieth training of the pool, the thread exits, throws, or fills its heap. */
export type Fault = { readonly kind: "exit" | "throw" | "outOfMemory"; readonly atStep: number } & ({ readonly seed: number } | { readonly everyTrainings: number });

/**
 * What a thread is given when it opens. `noNative`: why the main thread has no native kernels, so that a thread does not look for them; null where it has.
 * `narrowTo`: up to which width narrower vectors are quicker here, where that is known. `rehearses`: its first job is a training, and not ready yet.
 */
export interface WorkerSetup { readonly fault: Fault | null; readonly noNative: string | null; readonly narrowTo: number | null; readonly rehearses: boolean }
