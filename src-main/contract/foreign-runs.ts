/** Runs that other programs trained, as their files tell of them, before a project takes them in. */

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
