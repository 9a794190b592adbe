/** What a person dropped, to the runs in it: which program wrote it is seen from names and first bytes. */

import { problem, SpecError } from "../../contract/errors.ts";
import type { ForeignFile, ForeignRead } from "../../contract/foreign-runs.ts";
import { readDatabase, type Tables } from "./databases.ts";
import { readMetricsCsv } from "./metrics-csv.ts";
import { isMlflowFolder, readMlflowFolder } from "./mlflow-folder.ts";
import { isEventFile, readTensorBoard } from "./tensorboard.ts";
import { isWandbFile, readWandb } from "./wandb.ts";

/** Opens the database among the files and hands its tables over. */
export type WithTables = (files: readonly ForeignFile[], read: (tables: Tables, path: string) => ForeignRead) => ForeignRead;

const isDatabaseName = (path: string): boolean => /\.(db|sqlite3?)$/i.test(path);

/** Throws SpecError naming the file and the place where one cannot be read, or what was expected where nothing is a run; StoreError for a damaged database. */
export function readForeign(files: readonly ForeignFile[], withTables: WithTables): ForeignRead {
  const paths = files.map(({ path }) => path);
  if (paths.some(isEventFile)) return some(readTensorBoard(files), paths);
  if (paths.some(isWandbFile)) return some(readWandb(files), paths);
  if (isMlflowFolder(paths)) return some(readMlflowFolder(files), paths);
  if (paths.some(isDatabaseName)) return some(withTables(files, readDatabase), paths);
  if (paths.some((path) => /\.csv$/i.test(path))) return some(readMetricsCsv(files), paths);
  throw nothing(paths);
}

const some = (read: ForeignRead, paths: readonly string[]): ForeignRead => {
  if (read.runs.length === 0) throw nothing(paths);
  return read;
};

function nothing(paths: readonly string[]): SpecError {
  const first = paths[0] ?? "the folder";
  return new SpecError([problem(first, "badData", "holds no runs that can be read: give TensorBoard event files or their folder, an mlruns folder, the SQLite file of MLflow, Optuna or Trackio, W&B's .wandb file, or a CSV of metrics", { why: "noRuns", got: first })]);
}
