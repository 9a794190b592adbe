/** Sweeps as clients hear of them: what was asked, which points were tried, what came of each. Plain data. */

import type { Finding } from "../../src-engine/spec/sweep-finding.ts";
import type { Objective, SweepSpec } from "../../src-engine/spec/sweep-spec.ts";
import type { ExperimentId, Inspection, Problem, RunId, RunState } from "./nouns.ts";

export type SweepId = string;

/** running ⇄ paused → finished · stopped (by the person) · interrupted (the program ended) · failed (with a reason). All but `running` can be resumed. */
export type SweepState = "running" | "paused" | "finished" | "stopped" | "interrupted" | "failed";

/** A trial's values by the names of the sweep's axes, those in play only. */
export type SweepPoint = Readonly<Record<string, unknown>>;

/** waiting (for a place, for others at its rung, or because the sweep stands still) · running → finished · pruned (stopped early) · failed. */
export type TrialState = "waiting" | "running" | "finished" | "pruned" | "failed";
export const isTrialOver = (state: TrialState): boolean => state === "finished" || state === "pruned" || state === "failed";

/** How many trials stand where; the sampler's own, without those put in by hand or taken from earlier runs. `planned` is the budget. */
export interface TrialCounts { readonly planned: number; readonly waiting: number; readonly running: number; readonly finished: number; readonly pruned: number; readonly failed: number }

/** A search for good settings of one run, from spec to confirmed winner. */
export interface Sweep {
  readonly id: SweepId;
  readonly experimentId: ExperimentId;
  readonly name: string;
  /** The newest version; `version` counts from 1, and each trial says under which it was chosen. */
  readonly spec: SweepSpec;
  readonly version: number;
  readonly state: SweepState;
  /** searching: points are tried; confirming: the best ones run again with fresh seeds. */
  readonly phase: "searching" | "confirming";
  /** Why it failed; null otherwise. */
  readonly reason: { readonly code: string; readonly message: string; readonly hint: string } | null;
  /** The sweep whose space this one narrows. */
  readonly parentId: SweepId | null;
  /** Put away: lists leave it out. */
  readonly isArchived: boolean;
  readonly createdMs: number;
  readonly endedMs: number | null;
  readonly counts: TrialCounts;
  /** The best trial as it looks (first objective), and the best one of those confirmed by fresh seeds; null while there is none. */
  readonly best: Leader | null;
  readonly confirmed: Leader | null;
  /** Of the trials that are over: how many epochs they were trained, and how many it would have been had none been stopped early. */
  readonly epochs: { readonly trained: number; readonly full: number };
  /** About how long it will still take; null where nobody can tell. */
  readonly remainingMs: number | null;
}

/** A trial at the top and its value of the first objective. */
export interface Leader { readonly trial: number; readonly value: number }

/** One point of a sweep and what came of it. Its runs are runs like any others: `sweep = s-1 and trial = 7` finds them. */
export interface SweepTrial {
  /** The sampler's own count from 1; those put in by hand or taken from earlier runs have −1, −2 … */
  readonly number: number;
  /** Trials chosen together share it, from 1; 0 by hand or from earlier runs. */
  readonly batch: number;
  readonly origin: "sampler" | "hand" | "import";
  /** The version of the spec under which it was chosen. */
  readonly version: number;
  readonly point: SweepPoint;
  readonly state: TrialState;
  /** One number for each objective, means over its runs; null until there is a result. NaN and ±Infinity where it diverged. */
  readonly values: readonly number[] | null;
  /** The same for each of its runs that are done, in their order. */
  readonly repeats: readonly (readonly number[])[];
  /** What was measured after each epoch (means over the runs that got there), thinned to at most `curvePoints`: `values[k]` is the k-th objective. Empty for objectives that are measured at the end only. */
  readonly curve: { readonly epochs: readonly number[]; readonly values: readonly (readonly number[])[] };
  /** Furthest epoch of its runs; `prunedAt` the one after which it was stopped. */
  readonly epoch: number;
  readonly prunedAt: number | null;
  /** A trial at the same settings, whose results this one took over instead of training. */
  readonly sameAs: number | null;
  /** In a population: the trial of the generation before whose weights it went on with; null where it began anew. */
  readonly goesOnFrom: number | null;
  /** With fresh seeds, for the winners' honest numbers: one list of values for each run. */
  readonly confirmed: readonly (readonly number[])[];
  /** Why it failed; null otherwise. */
  readonly reason: { readonly code: string; readonly message: string } | null;
  readonly runs: readonly TrialRun[];
  readonly createdMs: number;
  readonly endedMs: number | null;
}

/** A run of a trial: which repeat (from 1), when it trained. For an imported trial the runs it was taken from. */
export interface TrialRun { readonly runId: RunId; readonly repeat: number; readonly isConfirmation: boolean; readonly state: RunState; readonly startedMs: number | null; readonly endedMs: number | null; readonly epoch: number }

/** Points of a trial's curve in a view. */
export const curvePoints = 60;

/** A sweep with all of its trials, in the order they were made. */
export interface SweepView {
  readonly sweep: Sweep;
  readonly trials: readonly SweepTrial[];
  /** Numbers of the trials that no other beats in every objective; of one objective the best. */
  readonly front: readonly number[];
  /** Each version of the spec that differs from the one before, with what was changed. */
  readonly versions: readonly SweepVersion[];
  /** The number of the newest event: where `watchSweep` goes on. */
  readonly seq: number;
}

export interface SweepVersion { readonly version: number; readonly atMs: number; readonly spec: SweepSpec; readonly changes: readonly SweepChange[] }

/** A value of the sweep-spec by its path, a list because names of axes hold dots: `["axes", "optimizer.learningRate", "to"]`. `to` absent takes it away (an axis). */
export interface SweepChange { readonly path: readonly string[]; readonly to?: unknown }

/** What `watchSweep` sends. `seq` counts the sweep's facts; what a running trial measures on its way comes between them under the same number. */
export type SweepEvent =
  /** The sweep, the trials that changed after the number asked with (0: all), and all that are under way. */
  | { readonly kind: "snapshot"; readonly seq: number; readonly sweep: Sweep; readonly trials: readonly SweepTrial[]; readonly front: readonly number[] }
  /** What has changed since the event before. */
  | { readonly kind: "changed"; readonly seq: number; readonly sweep: Sweep; readonly trials: readonly SweepTrial[]; readonly front: readonly number[] };

/** What a sweep-spec would do, before it does. */
export interface SweepInspection {
  /** All that is wrong, each with its path (`base.layers.0.units`, `axes["optimizer.learningRate"].from`). */
  readonly problems: readonly Problem[];
  /** The spec with every default filled in; null while it has problems. */
  readonly spec: SweepSpec | null;
  /** What the base by itself would train. */
  readonly base: Inspection | null;
  /** 200 points drawn from the space at random, so that its density is seen; none while the spec has problems. */
  readonly points: readonly SweepPoint[];
  readonly cost: SweepCost | null;
}

/** At most so much, confirmation included; `prunedEpochs` is what a halving pruner leaves of it. Times are null where nothing like it was ever trained here. */
export interface SweepCost {
  readonly runs: number;
  readonly epochs: number;
  readonly prunedEpochs: number;
  readonly aboutMs: number | null;
  readonly aboutPrunedMs: number | null;
  /** How many runs will train side by side: the spec's wish, as far as workers and memory allow. */
  readonly parallel: number;
  readonly memoryBytes: number;
}

/** Which axes matter: shares that sum to 1, each with the range in which it lies in nine of ten resamplings. `trials` is how many it rests on. */
export interface SweepImportance { readonly trials: number; readonly axes: readonly { readonly axis: string; readonly share: number; readonly from: number; readonly to: number }[] }
export type ImportanceMethod = "fanova" | "pedAnova";

/** The best trial for each stretch of one axis, everything else tuned. */
export interface SweepIsolation { readonly axis: string; readonly stretches: readonly { readonly from: unknown; readonly to: unknown; readonly best: number | null; readonly value: number | null; readonly trials: number }[] }

/** Which share of a sweep's finished trials is at least as good as each value of the first objective, from the best on. */
export interface SweepResults { readonly sweepId: SweepId; readonly objective: Objective; readonly attained: readonly { readonly value: number; readonly share: number }[] }

/** The winner as it looks and as it is. Values are of the first objective. */
export interface SweepWinner {
  readonly objective: Objective;
  /** The best of the trials; null where none has finished. */
  readonly raw: Leader | null;
  /** How much of its lead is expected to be luck, and what is left; null where the seeds' spread is not known (no repeats, nothing confirmed). */
  readonly curse: { readonly optimism: number; readonly corrected: number; readonly contenders: number; readonly deviation: number } | null;
  /** The confirmed trials, best mean first. `deviation` is null of a single seed. */
  readonly confirmed: readonly { readonly trial: number; readonly mean: number; readonly deviation: number | null; readonly seeds: number; readonly raw: number; readonly runIds: readonly RunId[] }[];
  /** What the test split says of the confirmed winner's runs, once it has been opened: means by metric. */
  readonly test: Readonly<Record<string, number>> | null;
}

/** What `importRuns` did with each run: the trial it became part of, or why it was left. */
export interface ImportedRuns { readonly taken: readonly { readonly runId: RunId; readonly trial: number }[]; readonly left: readonly { readonly runId: RunId; readonly code: "notOver" | "otherData" | "otherSettings" | "noObjective" | "isThere"; readonly message: string }[] }

export type { Finding, Objective, SweepSpec };
