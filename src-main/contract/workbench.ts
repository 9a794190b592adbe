/** Everything a client may ask. Each call takes one plain object. A method returning AsyncIterable is a stream; leaving the loop cancels it. */

import type { Catalog } from "../../src-engine/spec/param.ts";
import type { BudgetEvent } from "./budget.ts";
import type { ChartFormat, ChartView } from "./chart-view.ts";
import type { Comparison, Grouping, GroupSeries, RowComparison } from "./comparison.ts";
import type { Diagnosis, DiagnosisWish } from "./diagnosis.ts";
import type { Examination, RawRows, SplitName, TaskEvent } from "./examination.ts";
import type { Histograms } from "./histograms.ts";
import type { ExportEvent, ExportWish } from "./exports.ts";
import type { ForeignFile, RunsFormat } from "./foreign-runs.ts";
import type { ImportOutcome, ImportPreview, ImportSource } from "./imports.ts";
import type { GradientCheck, GradientCheckOptions } from "./gradient-check.ts";
import type { Arithmetic, StepProfile, StepProfileOptions } from "./step-profile.ts";
import type { ModelFile, ModelFormat, NewRows, Prediction } from "./models.ts";
import type { Finding, ImportanceMethod, ImportedRuns, Sweep, SweepChange, SweepEvent, SweepId, SweepImportance, SweepInspection, SweepIsolation, SweepResults, SweepPoint, SweepSpec, SweepView, SweepWinner } from "./sweeps.ts";
import type { ChartWish, Report, ReportBlock, ReportDraft, ReportFile, ReportId, ReportSubject } from "./reports.ts";
import type { XKind } from "./x-axis.ts";
import type { About, Backup, Checkpoint, Component, DataSummary, Example, EpochHash, Experiment, ExperimentId, Found, Hash, Inspection, JournalEntry, JournalPage, ProjectHealth, QueueView, ReplayEvent, Rescue, Run, RunEvent, RunId, RunRows, Series, Settings, Smoothing, SourceFile, Storage, WorkbenchEvent } from "./nouns.ts";

export interface Workbench {
  /** Who is answering, for which project. */
  about(input: Record<string, never>): Promise<About>;
  /** Every component the engine offers, as data from which forms and docs are drawn. */
  catalog(input: Record<string, never>): Promise<Catalog>;
  /** The specs in the box. */
  examples(input: Record<string, never>): Promise<readonly Example[]>;
  settings(input: Record<string, never>): Promise<Settings>;
  /** Changes what is given, leaves the rest, returns the whole. Fewer workers take effect as runs end. */
  changeSettings(input: Partial<Settings>): Promise<Settings>;

  listExperiments(input: Record<string, never>): Promise<readonly Experiment[]>;
  createExperiment(input: { name: string; question: string }): Promise<Experiment>;
  changeExperiment(input: { experimentId: ExperimentId; name?: string | undefined; question?: string | undefined }): Promise<Experiment>;

  /** The runs of one experiment, or of all, newest first, at most `limit`; `where` is a query (contract/query.ts). */
  listRuns(input: { experimentId?: ExperimentId | undefined; where?: string | undefined; limit?: number | undefined }): Promise<readonly Run[]>;
  /** The same runs as rows of the columns asked for, which are names of the query language, and in groups where a grouping is given; `runIds` asks about these runs only. `deltas` are metrics whose differences to the baseline are wanted; the baseline is its whole group, whatever the query admits. */
  listRows(input: { experimentId?: ExperimentId | undefined; where?: string | undefined; columns: readonly string[]; runIds?: readonly RunId[] | undefined; grouping?: Grouping | undefined; deltas?: readonly string[] | undefined }): Promise<RunRows>;
  /** What could stand next in a query: names that hold a text or, where `name` is given, values that name has in this project. At most 50. */
  queryWords(input: { name: string | null; contains: string }): Promise<readonly (string | number)[]>;
  /** Runs, experiments, tags, journals and data files that hold what was typed, each word as letters in order or, of what was written, as it stands; the best of each kind first. Nothing typed: the newest. */
  search(input: { text: string; limit: number }): Promise<readonly Found[]>;
  run(input: { runId: RunId }): Promise<Run>;
  /** What a draft would train: all its problems, its data, its layers' shapes. Stores nothing. */
  inspectSpec(input: { spec: unknown }): Promise<Inspection>;
  /** Compares the network's gradient with difference quotients, in 64 bit, fresh and after a few updates. Stores nothing. Throws SpecError listing every problem. */
  checkGradient(input: { spec: unknown } & GradientCheckOptions): Promise<GradientCheck>;
  /** The same of a run's network, under its present settings, with news of how far it is. Leaving the loop ends it. */
  checkRunGradient(input: { runId: RunId } & GradientCheckOptions): AsyncIterable<TaskEvent<GradientCheck>>;
  /** What a run's network says of the rows of a split, from all sides: with its own weights, or those of the state kept at `step`. The test split must have been opened. Leaving the loop ends it. */
  examineRun(input: { runId: RunId; split: SplitName; step?: number | undefined }): AsyncIterable<TaskEvent<Examination>>;
  /** Errors on training and validation rows of one state, and what they say of bias and variance; over the finished runs of its group that differ in their seed alone. Leaving the loop ends it. */
  diagnoseRun(input: { runId: RunId }): AsyncIterable<TaskEvent<Diagnosis>>;
  /** Keeps the base error, and from which gap on bias and variance are called high, with the run. */
  setDiagnosis(input: { runId: RunId } & DiagnosisWish): Promise<Run>;
  /** What a run learned from, as `describeData` tells it; the first rows are of its validation split, where there is none of its training split: the test rows are not for looking at. */
  describeRunData(input: { runId: RunId }): Promise<DataSummary>;
  /** Rows of a run's data as they are, by their numbers; those that there are not are left out. */
  readRows(input: { runId: RunId; rows: readonly number[] }): Promise<RawRows>;
  /** How a part of a run's layers was spread at the steps that were recorded; the first part there is where it is null. */
  readHistograms(input: { runId: RunId; part: string | null }): Promise<Histograms>;
  /** Measures one step of a spec, operation by operation, on a thread of its own. Throws SpecError, or TrainingError (noExecutor) where this machine does not have the executor. */
  profileStep(input: { spec: unknown } & StepProfileOptions): Promise<StepProfile>;
  /** Trains a little of a spec, on a thread of its own, and says what all of it would cost in time, memory and disk. Stores nothing; leaving the loop ends it. Throws SpecError, or TrainingError where it diverges already. */
  planBudget(input: { spec: unknown }): AsyncIterable<BudgetEvent>;
  /** What computes on this machine, and how fast it could be. */
  examineArithmetic(input: Record<string, never>): Promise<Arithmetic>;
  /** Checks, stores and queues a run for each seed; resolves before training begins. Throws SpecError listing every problem; then nothing is stored. */
  startRun(input: { experimentId: ExperimentId | null; spec: unknown; priority?: number }): Promise<{ runIds: readonly RunId[] }>;
  pauseRun(input: { runId: RunId }): Promise<Run>;
  /**
   * A paused run goes on. One that was stopped, interrupted or whose worker died waits for a place and goes on from its newest checkpoint (from the beginning where
   * it has none): points beyond it are forgotten and come again, and the end is the one an uninterrupted run would have had, bit for bit.
   */
  resumeRun(input: { runId: RunId }): Promise<Run>;
  /** One step of a paused run, which then pauses again. */
  stepRun(input: { runId: RunId }): Promise<Run>;
  /** Stops after the step under way and keeps what was learned; a queued run is stopped before it begins. `at: "epoch"` stops at the end of the epoch under way and resolves at once. */
  stopRun(input: { runId: RunId; at?: "step" | "epoch" }): Promise<Run>;
  /** A finished run trains so many epochs more. */
  extendRun(input: { runId: RunId; epochs: number }): Promise<Run>;
  /**
   * A new run that begins with the state of another one at `step` (its newest where absent) and goes on under changed settings; it shares that run's points up to there.
   * Data, split, scaling and the sizes of layers stay. Throws SpecError listing every problem.
   */
  branchRun(input: { runId: RunId; step?: number; changes: readonly { readonly path: string; readonly to: unknown }[]; name?: string }): Promise<Run>;
  /** Changes settings of a run that trains or is paused, between two of its steps; resolves when it took effect. The change stands in the run's history. Throws SpecError listing every problem. */
  changeRun(input: { runId: RunId; changes: readonly { readonly path: string; readonly to: unknown }[] }): Promise<Run>;
  /** Trains a run that is over again from its record, beside the queue, and keeps the verdict with the run. Leaving the loop ends it. */
  replayRun(input: { runId: RunId }): AsyncIterable<ReplayEvent>;
  /** The states of a run that are kept as files, by step. */
  listCheckpoints(input: { runId: RunId }): Promise<readonly Checkpoint[]>;
  /** Measures the test split with the run's final weights, counts the opening, and returns the run with its `test/…` metrics. */
  openTest(input: { runId: RunId }): Promise<Run>;
  /** First a snapshot with the points that events after number `since` brought (0: all of them), then what happens; ends when the run is over. Long stretches are thinned, keeping their peaks. */
  watchRun(input: { runId: RunId; since: number }): AsyncIterable<RunEvent>;
  /** First a snapshot, then every change; ends only when the client leaves. */
  watchWorkbench(input: Record<string, never>): AsyncIterable<WorkbenchEvent>;
  /**
   * Stored series, thinned to at most `points` per series (the smallest, largest and last value of each bucket are kept, and the first point); 0 means all.
   * `metrics` empty means every metric the run has. `from` and `to` (excluded) are steps: what lies between is read exactly, then thinned, with the nearest point
   * beyond either end, so that a line reaches the edge. With `smoothing` the values are averages over the complete series from its first point, made before
   * anything is cut or thinned: neither the range nor `points` moves a smoothed point. A value that is not finite passes through.
   */
  readSeries(input: { runIds: readonly RunId[]; metrics: readonly string[]; points: number; from?: number | undefined; to?: number | undefined; smoothing?: Smoothing | undefined }): Promise<readonly Series[]>;
  /**
   * Means over groups of runs, made of complete series and thinned afterwards; `from` and `to` are values of x, read with the nearest point beyond either end.
   * A mean is of the runs of its own group at exactly this x: other groups do not touch it. Of time and of another metric on x no two runs share a value: there
   * only groups of one run are answered. With `smoothing` each run's curve is smoothed before the mean is taken.
   */
  readGroups(input: { groups: readonly (readonly RunId[])[]; metrics: readonly string[]; x: XKind; points: number; from?: number | undefined; to?: number | undefined; smoothing?: Smoothing | undefined }): Promise<readonly GroupSeries[]>;
  /** Stored data as a file, never thinned, made while it is sent. Leaving the loop ends it. Throws StoreError where a run is not there. */
  exportFile(input: { wish: ExportWish }): AsyncIterable<ExportEvent>;
  /** What a chart of these groups shows of a metric, as a report would draw it, in the words of a language. Throws StoreError (`noPoints`) where no run has the metric. */
  chartOf(input: ChartWish): Promise<ChartView>;
  /**
   * The view on white paper with title, caption and legend, as a file: SVG, a PDF of vectors with its fonts in it, or a Python program that draws it by matplotlib.
   * `pinned` are ids of lines that keep their colour among many. Throws StoreError (`noFont`) for a PDF with Han signs where this machine has no font for them.
   */
  chartFile(input: { view: ChartView; pinned: readonly string[]; format: ChartFormat }): Promise<Uint8Array>;
  /** What a run's saved network says of new rows, in the data's own units: they are scaled as its training rows were. Throws SpecError with line and column, StoreError where nothing was saved. */
  predictRows(input: { runId: RunId; from: NewRows }): Promise<Prediction>;
  /** A run's saved network as a file for another program. Throws SpecError where code would hold too many numbers, StoreError where nothing was saved. */
  exportModel(input: { runId: RunId; format: ModelFormat }): Promise<ModelFile>;
  /** Runs with every stored point as the files of another program, by their paths in a folder. Throws StoreError beyond 2,000,000 points. */
  exportRuns(input: { runIds: readonly RunId[]; format: RunsFormat }): Promise<readonly ForeignFile[]>;
  /** The hashes of a run's weights at its epochs' ends, from epoch 0, the untrained network, on. */
  weightHashes(input: { runId: RunId }): Promise<readonly EpochHash[]>;
  /** Runs in groups, held against the group of the `baseline` run (where it is null, of the run that was marked as baseline, else the first group): what differs, what came out, what can be said of it. */
  compareRuns(input: { runIds: readonly RunId[]; grouping: Grouping; baseline: RunId | null }): Promise<Comparison>;
  /** Two runs' saved weights on the validation rows that they share, row by row. Throws StoreError where there are no weights, no classes, or not the same rows. */
  compareRows(input: { first: RunId; second: RunId }): Promise<RowComparison>;
  /**
   * Starts what is missing until each of these groups has the same `seeds` seeds: those any of them has, then the next whole numbers. A run that failed counts as
   * there, for it would fail again; one that was stopped or interrupted does not. The new runs join the group of colour and experiment of the run whose spec they take.
   */
  matchSeeds(input: { groups: readonly (readonly RunId[])[]; seeds: number }): Promise<{ runIds: readonly RunId[] }>;

  /** Names a run, tags it, pins, archives it, or makes it its experiment's baseline; what is absent stays. */
  markRun(input: { runId: RunId; name?: string; tags?: readonly string[]; isPinned?: boolean; isArchived?: boolean; isBaseline?: boolean }): Promise<Run>;
  /** Gives many runs a tag, takes one from them, puts them into the archive or out of it, in one act; resolves with the runs that this changed. */
  markRuns(input: { runIds: readonly RunId[]; addTag?: string; removeTag?: string; isArchived?: boolean }): Promise<{ runIds: readonly RunId[] }>;
  /** What a person wrote about a run, a group, an experiment, a sweep or the project; empty where nobody has. */
  journal(input: { subject: string }): Promise<JournalEntry>;
  /** All entries, the newest first, or those that hold a text, in any case (letters beyond ASCII as they stand). */
  listJournal(input: { contains?: string }): Promise<readonly JournalPage[]>;
  /** Changes what is given, leaves the rest. */
  writeJournal(input: { subject: string; hypothesis?: string; result?: string; decision?: string; notes?: string }): Promise<JournalEntry>;
  /** What trains and what waits, in order. */
  queue(input: Record<string, never>): Promise<QueueView>;
  /** Gives a run another priority: waiting runs train in order of it, the higher first. It goes behind those that wait with the same one. */
  prioritizeRun(input: { runId: RunId; priority: number }): Promise<Run>;
  /** Puts a waiting run at a place, 0 being the next; it stays among those of its priority. */
  moveRun(input: { runId: RunId; to: number }): Promise<QueueView>;
  /** Pauses everything and lets nothing begin, or lets all of it go on; runs that a person had paused before stay paused. */
  holdQueue(input: { isHeld: boolean }): Promise<QueueView>;
  /** What the project takes on disk and which runs most of it, what is in its trash, its backups, what its limit would have go. */
  storage(input: Record<string, never>): Promise<Storage>;
  /** Hides runs that are over; nothing of them is lost until they are purged. */
  trashRuns(input: { runIds: readonly RunId[] }): Promise<void>;
  restoreRuns(input: { runIds: readonly RunId[] }): Promise<void>;
  /** Deletes runs in the trash for good; resolves with the bytes by which the project's files became smaller. */
  purgeRuns(input: { runIds: readonly RunId[] }): Promise<{ readonly freedBytes: number }>;
  /** Lets go of what a quota plan named, as far as it still may; resolves with the bytes by which the project's files became smaller. */
  freeSpace(input: { checkpoints: readonly { readonly runId: RunId; readonly step: number }[]; runIds: readonly RunId[] }): Promise<{ readonly freedBytes: number }>;
  /** Checks the project's database, files and backups thoroughly, on a thread of its own. Changes nothing. */
  examineProject(input: Record<string, never>): Promise<ProjectHealth>;
  /** Copies the database and checks the copy. One is made by itself each day the project is open. */
  backUp(input: Record<string, never>): Promise<Backup>;
  /** Reads what can be read of a damaged project into a new one beside it; the damaged file is left as it is. Throws StoreError where the project is not damaged. */
  rescue(input: Record<string, never>): Promise<Rescue>;
  /** Goes on from a damaged project: with its backup of that name, which takes its place (the damaged file is kept beside it), or, where it is null, in the project that `rescue` made. A client begins anew. */
  mend(input: { backup: string | null }): Promise<void>;

  /** What a sweep-spec would do: all its problems with their paths, 200 drawn points, its cost. With `probe` a run like the base is measured for a few steps where none was ever trained. Stores nothing. */
  inspectSweep(input: { spec: unknown; probe?: boolean }): Promise<SweepInspection>;
  /**
   * Checks, stores and begins a sweep; resolves before its first trial trains. With `parentId` it is the next stage of that sweep, whose trials it learns from.
   * Throws SpecError listing every problem; then nothing is stored.
   */
  startSweep(input: { experimentId: ExperimentId | null; spec: unknown; parentId?: SweepId }): Promise<{ sweepId: SweepId }>;
  /** Newest first, those of one experiment or all. */
  listSweeps(input: { experimentId?: ExperimentId | undefined }): Promise<readonly Sweep[]>;
  /** The whole of it: every trial with its values, runs and thinned curve. */
  sweep(input: { sweepId: SweepId }): Promise<SweepView>;
  /** First a snapshot with the trials changed after number `since` (0: all), then what happens; ends only when the client leaves, for a sweep can always go on. */
  watchSweep(input: { sweepId: SweepId; since: number }): AsyncIterable<SweepEvent>;
  /** Its runs pause where they are, and no other begins. */
  pauseSweep(input: { sweepId: SweepId }): Promise<Sweep>;
  /** A sweep that was paused, stopped or interrupted goes on where it was: no trial is lost and none is repeated. Trials that failed because a worker died are tried again. */
  resumeSweep(input: { sweepId: SweepId }): Promise<Sweep>;
  /** Its runs stop after the step under way and keep what they learned; resolves when they have. */
  stopSweep(input: { sweepId: SweepId }): Promise<Sweep>;
  /**
   * Changes the spec as a new version, while it runs or afterwards: the budget, the space, sampler and pruner, but not base, objectives and repeats. Trials keep the version they were chosen under; a
   * finished sweep goes on by itself where there is something to do again. Throws SpecError listing every problem; then nothing is changed.
   */
  changeSweep(input: { sweepId: SweepId; changes: readonly SweepChange[] }): Promise<Sweep>;
  /** Names a sweep (with an empty name it is called by its axes), or puts it into the archive or takes it out; its spec stays as it is, and so does what is absent. */
  markSweep(input: { sweepId: SweepId; name?: string; isArchived?: boolean }): Promise<Sweep>;
  /** Tries a point of the space that a person chose, next and besides the budget. Throws SpecError naming the axis. */
  enqueueTrial(input: { sweepId: SweepId; point: SweepPoint }): Promise<{ trial: number }>;
  /** Takes runs that are over as history: those on the same data that differ from the base in nothing but axes and seed. Runs of one point become one trial. */
  importRuns(input: { sweepId: SweepId; runIds: readonly RunId[] }): Promise<ImportedRuns>;
  /** Runs the best `top` trials with `seeds` fresh seeds each, those that have them already left out; the spec's own numbers where absent. */
  confirmSweep(input: { sweepId: SweepId; top?: number; seeds?: number }): Promise<Sweep>;
  /** The winner as it looks, how much of that is luck, and what fresh seeds say. */
  sweepWinner(input: { sweepId: SweepId }): Promise<SweepWinner>;
  /** Measures the test split with the runs that confirmed the winner, and counts the openings. Throws StoreError (`notConfirmed`) before that: until then the test split of a sweep's runs stays closed. */
  openSweepTest(input: { sweepId: SweepId }): Promise<SweepWinner>;
  /** Which axes matter, of trials with a result. `quantile`: the share that counts as the best (pedAnova). Computed on a thread of its own. */
  sweepImportance(input: { sweepId: SweepId; method: ImportanceMethod; quantile?: number }): Promise<SweepImportance>;
  /** What the sweep doctor says, each finding with its evidence and the change of the spec that would mend it, ready for `changeSweep`. */
  sweepAdvice(input: { sweepId: SweepId }): Promise<readonly Finding[]>;
  /** The best trial for each stretch of an axis, everything else tuned: the answer to a scientific one. */
  isolateAxis(input: { sweepId: SweepId; axis: string; bins?: number }): Promise<SweepIsolation>;
  /** The results of sweeps with the same first objective beside each other, as distributions, in the order asked for. Throws SpecError naming a sweep whose objective is another one. */
  compareSweeps(input: { sweepIds: readonly SweepId[] }): Promise<readonly SweepResults[]>;
  /** The spec with a space just around these trials, for `startSweep` with this sweep as its parent. Nothing is stored. */
  narrowSweep(input: { sweepId: SweepId; trials: readonly number[]; margin?: number }): Promise<{ readonly spec: SweepSpec }>;

  /** Reports, the one that was changed last first. */
  listReports(input: Record<string, never>): Promise<readonly Report[]>;
  report(input: { reportId: ReportId }): Promise<Report>;
  /** A report about these runs, or about a sweep; without blocks it begins with those of the template. */
  createReport(input: ReportDraft): Promise<Report>;
  /** Changes what is given, leaves the rest. Throws StoreError where it is frozen. */
  changeReport(input: { reportId: ReportId; title?: string | undefined; subject?: ReportSubject | undefined; blocks?: readonly ReportBlock[] | undefined }): Promise<Report>;
  /** Its numbers stand still from now on, or follow the runs again. */
  freezeReport(input: { reportId: ReportId; isFrozen: boolean }): Promise<Report>;
  deleteReport(input: { reportId: ReportId }): Promise<void>;
  /** A report, kept or only drafted, as a file: one HTML page that needs nothing else, Markdown, or the page printed as PDF. Throws StoreError where no PDF can be printed here. */
  exportReport(input: { report: ReportId | ReportDraft; format: "html" | "md" | "pdf"; language: "en" | "zh"; theme: "light" | "dark" | "system" }): Promise<ReportFile>;

  /** Reads files of runs and says what taking them in would add, with news of how far it is. Writes nothing. Throws SpecError with file and place. Leaving the loop ends it. */
  previewImport(input: ImportSource): AsyncIterable<TaskEvent<ImportPreview>>;
  /**
   * Takes in what a preview found, each run whole or not at all, into one experiment or, where that is null, into those that are called as its groups. What the project has
   * already is passed over, and nothing is replaced. Leaving the loop stops behind the run under way: doing it again goes on from there. Throws StoreError where the preview is no longer kept.
   */
  takeIn(input: { importId: string; experimentId: ExperimentId | null }): AsyncIterable<TaskEvent<ImportOutcome>>;

  listFiles(input: Record<string, never>): Promise<readonly SourceFile[]>;
  /** Keeps a CSV file in the project, by content: the same bytes twice are one file. Throws SpecError when it cannot be read as a table. */
  importFile(input: { name: string; bytes: Uint8Array }): Promise<SourceFile>;
  /** Shows the door's own open dialog and imports what was chosen; `null` when the person cancels. Only where `about().hasDialogs`. */
  chooseFile(input: Record<string, never>): Promise<SourceFile | null>;
  /** Shows the door's own save dialog and writes the content there, text as UTF-8; false when the person cancels. Only where `about().hasDialogs`. */
  saveFile(input: { name: string; content: string | Uint8Array }): Promise<boolean>;
  /** Reads the data a component names: rows, classes, first rows. Throws SpecError when it cannot. */
  describeData(input: { data: Component }): Promise<DataSummary>;
}

/** The names of the streams; every other method answers once. */
export const streams = ["watchRun", "watchWorkbench", "replayRun", "watchSweep", "planBudget", "checkRunGradient", "examineRun", "diagnoseRun", "exportFile", "previewImport", "takeIn"] as const satisfies readonly (keyof Workbench)[];

export type { Hash };
