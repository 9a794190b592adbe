/** What is said of stored data that leaves as files. Names of forms stay as they are in every language and are no words. */

const plural = (n: string, one: string): string => (n === "1" ? `1 ${one}` : `${n} ${one}s`);

export const exported = {
  takeAway: "Take away",
  curves: (format: string) => `Curves, ${format}`,
  curvesHint: "every stored point: run, metric, step, epoch, value",
  table: (format: string) => `All columns, ${format}`,
  tableHint: "a row for each run: facts, settings, results",
  shown: "Table as shown, CSV",
  shownHint: "these rows and columns",
  saved: (file: string, rows: string, size: string) => `Saved ${file}: ${plural(rows, "row")}, ${size}`,
  savedRuns: (file: string, runs: string, size: string) => `Saved ${file}: ${plural(runs, "run")}, ${size}`,
  project: "Export the project",
  capsule: "Capsule, .descent.zip",
  capsuleHint: "all that belongs to these runs, for another project: data, curves, checkpoints, notes, a report",
  light: "Capsule without data and checkpoints",
  lightHint: "settings, curves, notes, a report",
  left: (file: string) => `Left; ${file} was not saved`,
};
