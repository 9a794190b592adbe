/** The things a client hears about, as plain data. Everything here survives structured clone and the WebSocket's codec. */

import type { ActionId } from "./actions.ts";
import type { Alert, AlertKind } from "./alerts.ts";
import type { Grouping, GroupRow, TableBaseline } from "./comparison.ts";
import type { DiagnosisWish } from "./diagnosis.ts";
import type { ForeignOrigin } from "./foreign-runs.ts";
import type { Component } from "../../src-engine/spec/param.ts";
import type { Problem } from "../../src-engine/spec/errors.ts";
import type { RunSpec } from "../../src-engine/spec/run-spec.ts";
import type { Sweep } from "./sweeps.ts";

export type RunId = string;
export type ExperimentId = string;
/** SHA-256 in lower-case hex. */
export type Hash = string;

/** queued → running ⇄ paused → finished · stopped (by the person) · failed (with a reason) · interrupted (the program died). */
export type RunState = "queued" | "running" | "paused" | "finished" | "stopped" | "failed" | "interrupted";
export const isOver = (state: RunState): boolean => state === "finished" || state === "stopped" || state === "failed" || state === "interrupted";

/** A question and the runs that address it. */
export interface Experiment {
  readonly id: ExperimentId;
  readonly name: string;
  readonly question: string;
  readonly createdMs: number;
  readonly runs: number;
  /** How many of its runs are queued, running or paused, and how many failed. */
  readonly active: number;
  readonly failed: number;
}

/** One training, from spec to result. */
export interface Run {
  readonly id: RunId;
  readonly experimentId: ExperimentId;
  /** The runs that one start made, one for each seed; equal for all of them. */
  readonly groupId: string;
  /** A small number, given once and kept for life, from which a client draws the run's colour and dash. */
  readonly colour: number;
  readonly name: string;
  /** Null where another program trained it: then `foreign` says which, and there is no data, no layer, no epoch, no checkpoint. */
  readonly spec: RunSpec | null;
  readonly foreign: ForeignOrigin | null;
  readonly state: RunState;
  /** Why it failed or was interrupted; empty otherwise. `code` lets an interface say it in its own language. */
  readonly reason: { readonly code: string; readonly message: string; readonly hint: string; readonly step: number } | null;
  readonly data: { readonly name: string; readonly hash: Hash; readonly rows: SplitRows; readonly shape: readonly number[]; readonly classes: readonly string[] | null };
  readonly layers: readonly LayerShape[];
  readonly parameters: number;
  readonly createdMs: number;
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  /** Time spent training, without queue and pauses. */
  readonly trainingMs: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly step: number;
  readonly steps: number;
  /** The newest value of every epoch metric, `split/metric`; after the end the final ones. Diverged values are NaN or ±Infinity. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly weightHash: Hash | null;
  /** Among waiting runs those with a higher one train first. */
  readonly priority: number;
  /** Its place in the queue among those of its priority: a number that only compares. Null where it does not wait; an interrupted run keeps the one it had. */
  readonly place: number | null;
  /** What the engine did by itself, in order: a bias left out, an early stop, the best weights brought back. */
  readonly notes: readonly Note[];
  /** How often the test split was looked at. */
  readonly testOpenings: number;
  /** What a person marked it with. Archived runs are left out of lists whose query does not ask for them; one run of an experiment may be its baseline. */
  readonly tags: readonly string[];
  readonly isPinned: boolean;
  readonly isArchived: boolean;
  readonly isBaseline: boolean;
  /** When it was thrown away; null where it was not. */
  readonly trashedMs: number | null;
  /** What was done to it on its way, in order. */
  readonly history: readonly Deed[];
  /** The run it branched from, which may be gone by now. */
  readonly parentId: RunId | null;
  /** The sweep that made it and which of its trials it belongs to; null where none did. */
  readonly sweep: RunOfSweep | null;
  /** What came of training it again from its record, the last time; null where nobody has. */
  readonly replay: Replay | null;
  /** What was noticed while it trained, in order of step. */
  readonly alerts: readonly Alert[];
  /** What a person said of its errors; null where nobody has. */
  readonly diagnosis: DiagnosisWish | null;
  readonly engine: { readonly version: string; readonly executor: string };
}

/** A run of ours: it has a spec, and all that follows from one. */
export type SpecRun = Run & { readonly spec: RunSpec };
export const hasSpec = (run: Run): run is SpecRun => run.spec !== null;

/** Which run of which trial: `repeat` counts a trial's seeds or folds from 1, and the fresh seeds of its confirmation again from 1. */
export interface RunOfSweep { readonly id: string; readonly trial: number; readonly repeat: number; readonly isConfirmation: boolean }

/** Something the engine did by itself. `path` is the spec's key it concerns; `code` and `details` let an interface say it in its own language. */
export interface Note { readonly path: string; readonly code: "biasDropped" | "stoppedEarly" | "restored"; readonly message: string; readonly details: Readonly<Record<string, string | number>> }

/** Something done to a run on its way: after `step`, with `epoch` epochs completed. */
export type Deed = { readonly step: number; readonly epoch: number; readonly atMs: number } & (
  /** It went on from its checkpoint at this step, bit for bit as if it had not been left. */
  | { readonly kind: "resumed" }
  /** It began here, with the weights of another run. `anew`: what its own settings could not take over. */
  | { readonly kind: "branched"; readonly from: RunId; readonly changes: readonly SettingChange[]; readonly anew: readonly string[] }
  /** From here on it trained under other settings. */
  | { readonly kind: "changed"; readonly changes: readonly SettingChange[]; readonly anew: readonly string[] }
);

/**
 * A run trained again from its record. `identical`: every hash that was recorded came again. `consistent`: other bits, but the metric lies where a run with another
 * seed would be expected, with 95 % confidence, from at least three runs of its group. `different`: neither, or there are too few runs to tell (`band` is null).
 */
export interface Replay {
  readonly verdict: "identical" | "consistent" | "different";
  readonly atMs: number;
  readonly weightHash: Hash | null;
  /** The first epoch whose weights were others; null where all were the same. */
  readonly fromEpoch: number | null;
  /** How many hashes were compared. */
  readonly compared: number;
  readonly band: { readonly metric: string; readonly low: number; readonly high: number; readonly runs: number } | null;
  readonly metric: { readonly name: string; readonly recorded: number; readonly replayed: number } | null;
  /** Who trained it this time. */
  readonly engine: Run["engine"];
}

/** What `replayRun` sends: how far it is, then the verdict. */
export type ReplayEvent =
  | { readonly kind: "progress"; readonly step: number; readonly steps: number; readonly remainingMs: number | null }
  | { readonly kind: "verdict"; readonly replay: Replay };

/** A value of the spec by its path, as it was and as it became. */
export interface SettingChange { readonly path: string; readonly from: unknown; readonly to: unknown }

/** A state of a run that is kept as a file. */
export interface Checkpoint {
  readonly step: number;
  readonly epoch: number;
  /** The metric that says what is best, of this very state; null where it was not measured. */
  readonly value: number | null;
  /** Kept because its epoch's turn had come; because the run began with it; because these are the run's weights. The others are the best and the newest. */
  readonly isPeriodic: boolean;
  readonly isFork: boolean;
  readonly isFinal: boolean;
  /** Whether a run can go on, or branch, from it: not where the weights of an earlier epoch were put back. */
  readonly canGoOn: boolean;
  readonly sizeBytes: number;
  readonly hash: Hash;
  readonly createdMs: number;
}

/** The hash of the weights at the end of an epoch, as `weightHash` is taken: two runs trained alike as long as these are equal. */
export interface EpochHash { readonly epoch: number; readonly hash: Hash }
/** A run as a row of a table. `values` stand in the order of the columns asked for: a number, a text, or null where the run has none. */
export interface RunRow extends Pick<Run, "id" | "experimentId" | "name" | "state" | "reason" | "colour" | "epoch" | "epochs"> {
  /** Who trained it, where that was another program. */
  readonly program: ForeignOrigin["program"] | null;
  /** The kinds of what was noticed about it. */
  readonly alerts: readonly AlertKind[];
  readonly values: readonly (string | number | null)[];
  /** Of each metric asked about, how far the run stands from the baseline's run of the same seed, or from its mean; null where there is neither. */
  readonly deltas: readonly (number | null)[];
}
export interface RunRows {
  /** How many runs there are, whether the query admits them or not. */
  readonly total: number;
  /** Newest first. */
  readonly rows: readonly RunRow[];
  /** These rows in groups, where a grouping other than each run by itself was asked for; else none. */
  readonly groups: readonly GroupRow[];
  /** Of each experiment among the rows that has one. */
  readonly baselines: readonly TableBaseline[];
}

export interface SplitRows { readonly train: number; readonly validation: number; readonly test: number }

/** What a layer makes of its input: known before training. `flops`: operations of one row forward, a multiply-add counting 2. */
export interface LayerShape { readonly index: number; readonly kind: string; readonly output: readonly number[]; readonly parameters: number; readonly flops: number }

/** (step, value) pairs of one metric of one run, in order of step. */
export interface Series { readonly runId: RunId; readonly metric: string; readonly steps: Float64Array; readonly values: Float64Array }

/**
 * How a curve is smoothed, over its complete series. `ewma`: the bias-corrected exponentially weighted average; `beta` in [0, 1) looks back over about 1/(1 − beta)
 * points. `timeWeighted`: the same by distance: `beta` is kept over the distance between the first two points, so that points far apart count as far apart.
 * Adding points moves neither. `gaussian`: a mean around each point, with a standard deviation in points; it looks into the future, so its last points still move.
 */
export type Smoothing = { readonly kind: "ewma" | "timeWeighted"; readonly beta: number } | { readonly kind: "gaussian"; readonly deviation: number };

/** A new stretch of one series. */
export interface Stretch { readonly metric: string; readonly steps: Float64Array; readonly values: Float64Array }

/** What `watchRun` sends. `seq` counts the run's events from 1 and never repeats; a snapshot carries the number it stands at. */
export type RunEvent =
  | { readonly kind: "snapshot"; readonly seq: number; readonly run: Run; readonly series: readonly Stretch[] }
  | { readonly kind: "progress"; readonly seq: number; readonly run: Run; readonly series: readonly Stretch[]; readonly pace: Pace }
  | { readonly kind: "state"; readonly seq: number; readonly run: Run };

/** How fast it goes and how long it will take; `null` while nobody can tell. */
export interface Pace { readonly stepsPerSecond: number | null; readonly remainingMs: number | null }

/** What `watchWorkbench` sends: enough to keep a sidebar and a status bar true. */
export type WorkbenchEvent =
  | { readonly kind: "snapshot"; readonly experiments: readonly Experiment[]; readonly activity: Activity }
  | { readonly kind: "experiments"; readonly experiments: readonly Experiment[] }
  | { readonly kind: "run"; readonly run: Run }
  /** A sweep that began, moved on or ended. */
  | { readonly kind: "sweep"; readonly sweep: Sweep }
  | { readonly kind: "activity"; readonly activity: Activity }
  /** The door's menu asks the interface to do something. */
  | { readonly kind: "act"; readonly action: ActionId };

export interface Activity { readonly training: number; readonly queued: number; readonly paused: number; readonly workers: number; readonly storeBytes: number; readonly held: QueueView["held"] }

/** What trains and what waits, in order. `held`: all of it stands still, because a person said so, because the disk is nearly full, or because another program holds the project's file locked. */
export interface QueueView {
  readonly held: "person" | "disk" | "lock" | null;
  readonly training: readonly Run[];
  readonly waiting: readonly Run[];
  /** What can be said beforehand of each of them. */
  readonly forecasts: Readonly<Record<RunId, Forecast>>;
  /** How many may train side by side, and how much memory they may take together. */
  readonly places: number;
  readonly memoryBytes: number;
  /** Why the next one does not begin: every place is taken, or it needs more memory than is left beside those that train. Null where nothing waits, or all is held. */
  readonly waitsFor: "place" | "memory" | null;
  /** About how long all of it will take; null where nobody can tell. */
  readonly remainingMs: number | null;
  /** Left on the disk (null where the system does not say), and below which training is held. */
  readonly freeBytes: number | null;
  readonly leastBytes: number;
}

/** What a run takes of memory for its numbers (it trains on one thread), and in about how long it begins and ends, in milliseconds from now; null where nobody can tell. A run that trains begins at 0. */
export interface Forecast { readonly memoryBytes: number; readonly beginsInMs: number | null; readonly endsInMs: number | null }

/** A run in the trash, and about what purging it would free. */
export interface TrashedRun { readonly id: RunId; readonly name: string; readonly state: RunState; readonly trashedMs: number; readonly sizeBytes: number }

/** A copy of the project's database. `beforeVersion`: it was made before the project was brought to that version. */
export interface Backup { readonly name: string; readonly atMs: number; readonly sizeBytes: number; readonly beforeVersion: number | null }

/** What the project takes on disk, in bytes, and what is left there (null where the system does not say). */
export interface Storage {
  readonly database: number;
  readonly checkpoints: number;
  readonly files: number;
  readonly backups: number;
  readonly free: number | null;
  readonly trash: readonly TrashedRun[];
  readonly copies: readonly Backup[];
  /** The runs that take most, the largest first, at most 20; those in the trash are not among them. */
  readonly largest: readonly SizedRun[];
  /** What the project's limit would have go now; null where it has no limit. */
  readonly quota: QuotaPlan | null;
}

/** A run and what it takes on disk: its curves and record, and the checkpoints that are its alone. */
export interface SizedRun { readonly id: RunId; readonly name: string; readonly state: RunState; readonly sizeBytes: number; readonly checkpointBytes: number }

/**
 * How much a project may take on disk and what may go when it takes more, in which order: `checkpoints` are those of runs that are over, besides the last ones and where
 * a branch began; `trash` is runs in the trash, the oldest first. Nothing of a run that is pinned or a baseline ever goes. `isAutomatic`: without being asked, whenever a run ends.
 */
export interface Quota { readonly limitBytes: number; readonly order: readonly ("checkpoints" | "trash")[]; readonly isAutomatic: boolean }

/** What is to go, in order, until the project is within its limit or there is nothing more that may. */
export interface QuotaPlan {
  readonly usedBytes: number;
  readonly limitBytes: number;
  readonly checkpoints: readonly { readonly runId: RunId; readonly step: number; readonly sizeBytes: number }[];
  readonly runs: readonly { readonly runId: RunId; readonly sizeBytes: number }[];
  /** About what this gives back. */
  readonly freesBytes: number;
}

/** How a project's store stands: what `descent doctor` says of it. */
export interface ProjectHealth {
  readonly file: string;
  readonly version: number;
  readonly sqlite: string;
  /** What SQLite's full check found; empty where all is well. */
  readonly faults: readonly string[];
  /** Rows that name a row which is not there. */
  readonly broken: number;
  readonly owner: { readonly pid: number; readonly sinceMs: number; readonly isAlive: boolean } | null;
  readonly databaseBytes: number;
  readonly logBytes: number;
  /** The log is longer than it should stay: somebody has been reading one moment of the project for long, and it cannot begin anew. */
  readonly isLogHeld: boolean;
  readonly freeBytes: number | null;
  /** Checkpoints and data whose file is gone or has another size. */
  readonly missing: readonly string[];
  /** Files that no row names. */
  readonly orphans: { readonly files: number; readonly bytes: number };
  readonly backups: readonly (Backup & { readonly isWhole: boolean })[];
  /** How commits reach the disk. */
  readonly durability: { readonly journal: string; readonly metrics: string; readonly facts: string };
}

/** What could be read of a damaged project, put into a new one. */
export interface Rescue {
  /** The new project's file. */
  readonly file: string;
  readonly runs: number;
  /** Of these runs, how many have fewer points than they had steps. */
  readonly incomplete: number;
  readonly points: number;
  readonly checkpoints: number;
  /** Checkpoints whose file is gone or was changed. */
  readonly lostCheckpoints: number;
  /** Curves of runs whose own record could not be read, and the CSV file they are in; null where there are none. */
  readonly nameless: { readonly points: number; readonly file: string } | null;
  /** Pages of the damaged file, and how many of them could not be read. */
  readonly pages: number;
  readonly unreadablePages: number;
}

/** A project that could not be opened, left untouched, and the ways on from it. */
export interface Damage {
  readonly message: string;
  readonly backups: readonly Backup[];
  /** What `rescue` made, where it was asked to. */
  readonly rescue: Rescue | null;
}

/** What a person wrote about a run (`r-12`), the runs of one start (`g-7`), an experiment (`e-3`), a sweep (`s-2`) or the whole project (`project`), as Markdown: what was expected, what came of it, what follows, and anything else. */
export interface JournalEntry { readonly subject: string; readonly hypothesis: string; readonly result: string; readonly decision: string; readonly notes: string; readonly changedMs: number | null }
/** An entry with the name of what it is about: null for the project, of a group what its runs are called. */
export interface JournalPage extends JournalEntry { readonly about: string | null }

/** A file of rows that the project keeps, known by its content. */
export interface SourceFile { readonly hash: Hash; readonly name: string; readonly sizeBytes: number; readonly importedMs: number; readonly rows: number; readonly columns: readonly Column[] }

/** One column of a file as it was found. `distinct`: its whole numbers and texts, counted up to 1000; `null` where it holds fractions. */
export interface Column { readonly name: string; readonly isNumeric: boolean; readonly distinct: number | null; readonly missing: number }

/** What a data component turns out to be once read. */
export interface DataSummary {
  readonly name: string;
  readonly hash: Hash;
  readonly rows: number;
  readonly shape: readonly number[];
  readonly featureNames: readonly string[];
  readonly targetName: string;
  readonly task: "classes" | "number";
  /** Class names in label order with their counts; `null` when a number is predicted. */
  readonly classes: readonly { readonly name: string; readonly rows: number }[] | null;
  /** Of a number target: smallest, mean, standard deviation, largest. */
  readonly targetRange: { readonly min: number; readonly mean: number; readonly deviation: number; readonly max: number } | null;
  /** The first rows, features in order, the target as it was read. At most 12. */
  readonly firstRows: readonly { readonly features: readonly number[]; readonly target: string }[];
}

/** What a draft would train, before it trains. */
export interface Inspection {
  readonly problems: readonly Problem[];
  /** The spec with every default filled in; `null` while it has problems of its own. */
  readonly spec: RunSpec | null;
  readonly data: DataSummary | null;
  readonly rows: SplitRows | null;
  readonly layers: readonly LayerShape[];
  readonly parameters: number;
  readonly stepsPerEpoch: number;
  readonly steps: number;
  /** What one run takes of memory for its numbers and its rows, in bytes; 0 while nobody can tell. It trains on one thread. */
  readonly memoryBytes: number;
  /** About how long one run will take, from how fast runs of as many parameters went in this project; null where there was none. */
  readonly aboutMs: number | null;
}

/** A spec in the box that is a good starting point. */
export interface Example { readonly id: string; readonly spec: RunSpec }

export interface Settings {
  /** How many runs train side by side; `null` means one per core, less one, at least one. */
  readonly parallel: number | null;
  /** `system`: what the machine's own settings prefer, of the two. */
  readonly language: "en" | "zh" | "system";
  readonly theme: "light" | "dark" | "system";
  /** How much stands on a page: rows of 38, 32 or 26 pixels. */
  readonly density: "comfortable" | "standard" | "compact";
  /** `reduced`: nothing moves, whatever the system says. */
  readonly motion: "system" | "reduced";
  /** Single letters are shortcuts. */
  readonly letterKeys: boolean;
  readonly isSidebarFolded: boolean;
  /** What was chosen in the command palette, the latest first, by the palette's own ids. */
  readonly recent: readonly string[];
  /** How far the tour has come; null where nobody took it. */
  readonly tour: Tour | null;
  /** What the table of runs shows and in which order; `null` means the usual columns, newest first. */
  readonly runTable: TableLayout | null;
  /** Tables of runs that a person named, in the order of their tabs. */
  readonly views: readonly SavedView[];
  /** How the charts of a run's page and of a comparison are arranged; absent until a person does. */
  readonly charts: { readonly run?: ChartGrid; readonly compare?: ChartGrid };
  /** Scripts of this machine may log runs into the project while the desktop application has it open; in the browser's door they always may. */
  readonly logging: boolean;
  /** What the project may take on disk; null where it may take all there is. */
  readonly quota: Quota | null;
}

/** `at`: the step that comes next. The runs are those the tour started: without and with dropout. */
export interface Tour { readonly at: "train" | "gap" | "close" | "sure" | "done"; readonly isOpen: boolean; readonly plain: RunId | null; readonly dropout: RunId | null }

/** Charts by id: in which order, which take the whole width, which are left out. One that is not named stands behind. */
export interface ChartGrid { readonly order: readonly string[]; readonly wide: readonly string[]; readonly hidden: readonly string[] }

/** Columns are names of the query language; the first sort key counts before the second. */
export interface TableLayout {
  readonly columns: readonly string[];
  readonly sort: readonly SortKey[];
  /** Absent: by all but seed. */
  readonly grouping?: Grouping;
  /** Columns that stay where they are while the others move, in this order before them. */
  readonly pinned?: readonly string[];
  /** In pixels, of columns whose width a person chose. */
  readonly widths?: Readonly<Record<string, number>>;
  /** Metrics whose curves stand as small pictures behind the columns. */
  readonly curves?: readonly string[];
  /** Metrics with the difference to the baseline beside them. Absent: the first metric shown. */
  readonly deltas?: readonly string[];
  /** Metrics beside whose mean a group's standard deviation, smallest and largest value stand in columns of their own. */
  readonly spreads?: readonly string[];
}
/** A table as it was left: which runs, which columns, in which order and groups. */
export interface SavedView { readonly name: string; readonly query: string; readonly layout: TableLayout }
export interface SortKey { readonly name: string; readonly isDescending: boolean }

/** Something of the project that a search found. `title` is what was found, of a note the words around it; `about` says of what it is: a run's experiment, an experiment's question, what a note is about. */
export type Found = { readonly id: string; readonly title: string; readonly about: string } & (
  | { readonly kind: "run"; readonly state: RunState; readonly createdMs: number; readonly tags: readonly string[] }
  /** `runs`: how many runs the experiment or the tag has; of a data file its rows. */
  | { readonly kind: "experiment" | "tag" | "data"; readonly runs: number }
  /** `id` is the journal's subject. */
  | { readonly kind: "note" }
);

/** Who is answering. */
export interface About {
  readonly version: string;
  readonly door: "electron" | "server" | "cli" | "test";
  readonly project: { readonly name: string; readonly file: string };
  /** The door can show native open and save dialogs (`chooseFile`, `saveFile`). */
  readonly hasDialogs: boolean;
  /** Another program owns the project: it is followed as it goes on, and nothing can be changed here. */
  readonly viewing: { readonly pid: number } | null;
  /** Something the person must be told about the start: runs found interrupted, by id. */
  readonly interrupted: readonly RunId[];
  /** The project is damaged and not open: there is nothing to ask but what it says here, `rescue` and `mend`. Null where all is well. */
  readonly damage: Damage | null;
}

export type { Component, Problem, RunSpec };
