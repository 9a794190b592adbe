/** Runs that other programs trained: as their files tell of them, and what the project keeps of where they came from. */

import { StoreError } from "./errors.ts";
import type { Run, SpecRun } from "./nouns.ts";

export const foreignPrograms = ["tensorboard", "mlflow", "optuna", "trackio", "wandb", "csv"] as const;
export type ForeignProgram = (typeof foreignPrograms)[number];

/** The programs whose files our runs can be written as. */
export const runsFormats = ["tensorboard", "mlflow"] as const satisfies readonly ForeignProgram[];
export type RunsFormat = (typeof runsFormats)[number];

/** A file to read runs from; a folder is many of them, with its own name as the first part of each path and `/` between parts. */
export interface ForeignFile { readonly path: string; readonly bytes: Uint8Array }

export type ForeignValue = string | number | boolean | null;

/** One metric over its steps, which rise; NaN and infinities are values like others. `timesMs`: milliseconds since 1970, NaN where a point has none; null where no point has. */
export interface ForeignSeries { readonly metric: string; readonly steps: Float64Array; readonly values: Float64Array; readonly timesMs: Float64Array | null }

export interface ForeignRun {
  /** What tells it from the others of the same source, and stays the same when that is read again. */
  readonly key: string;
  readonly name: string;
  /** Its experiment, study or project there; "" where it has none. */
  readonly group: string;
  /** `interrupted`: its files do not say that it ended. */
  readonly state: "finished" | "stopped" | "failed" | "interrupted";
  readonly startedMs: number | null;
  readonly endedMs: number | null;
  /** Settings, nested ones as `optimizer.lr`. */
  readonly params: Readonly<Record<string, ForeignValue>>;
  /** Final values, of metrics that have no series too. */
  readonly metrics: Readonly<Record<string, number>>;
  readonly tags: readonly string[];
  readonly notes: string;
  readonly series: readonly ForeignSeries[];
}

/** What a source holds. `left`: what was seen and cannot be taken in, in the plural (`histograms`), with its number. */
export interface ForeignRead {
  readonly program: ForeignProgram;
  readonly runs: readonly ForeignRun[];
  readonly left: readonly { readonly what: string; readonly count: number }[];
}

/** What a project keeps of where such a run came from. `logger`: a script told it to the running workbench, step by step. */
export interface ForeignOrigin {
  readonly program: ForeignProgram | "logger";
  /** As in ForeignRun. */
  readonly key: string;
  readonly group: string;
  /** The file or folder it was read from, as it was called; "" where it came over the wire. */
  readonly source: string;
  /** When it was taken in. */
  readonly atMs: number;
  /** Its settings. */
  readonly params: Readonly<Record<string, ForeignValue>>;
}

/** The programs by the names they give themselves. */
export const programTitles: Readonly<Record<ForeignOrigin["program"], string>> = { tensorboard: "TensorBoard", mlflow: "MLflow", optuna: "Optuna", trackio: "Trackio", wandb: "W&B", csv: "CSV", logger: "logger" };

/** The seed a run was trained with, as its spec or, of another program's, a setting of that name says; null where nothing does. */
export function seedOf({ spec, foreign }: Pick<Run, "spec" | "foreign">): number | null {
  const seed = spec?.seed ?? foreign?.params["seed"];
  return typeof seed === "number" ? seed : null;
}

/** The run, where it is one of ours. Throws StoreError (`foreignRun`) for what another program trained: `verb` says what cannot be done, such as `resumed`. */
export function ownRun(run: Run, verb: string): SpecRun {
  if (run.foreign === null && run.spec !== null) return run as SpecRun;
  const from = run.foreign === null ? "elsewhere" : run.foreign.program === "logger" ? "in a script of its own" : `outside Descent, and came from ${programTitles[run.foreign.program]}`;
  throw new StoreError("foreignRun", `run ${run.id} was trained ${from}: it has no spec and no weights here, and cannot be ${verb}`, {}, "Its metrics and settings can be charted, compared, queried and exported.");
}
