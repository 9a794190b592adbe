/** The words of the runs table in English: its query, its columns, what it gives away. */

import type { QueryFault } from "../../src-main/contract/query.ts";

export const table = {
  query: "Query",
  placeholder: "for example optimizer.kind = adam and validation/accuracy > 0.9",
  words: "What could stand here",
  clearQuery: "Clear query",
  some: (shown: string, all: string): string => `${shown} of ${all} runs`,
  noMatch: "No runs match",
  hidden: (n: number, shown: string): string => (n === 1 ? "1 run is hidden by this query." : `${shown} runs are hidden by this query.`),
  use: (text: string): string => `Use ${text}`,
  fault: (fault: QueryFault): string => `${fault.message.charAt(0).toLocaleUpperCase()}${fault.message.slice(1)}${fault.message.endsWith("?") ? "" : "."}`,
  columns: "Columns",
  columnsHint: "A fact of the run, a part of its spec such as layers.0.units, or a metric such as validation/loss.",
  addColumn: "Add a column",
  add: "Add",
  notAName: (message: string): string => `${message.charAt(0).toLocaleUpperCase()}${message.slice(1)}${message.endsWith("?") ? "" : "."}`,
  isShown: (name: string): string => `${name} is shown already.`,
  moveUp: (name: string): string => `Move ${name} to the left`,
  moveDown: (name: string): string => `Move ${name} to the right`,
  hide: (name: string): string => `Hide ${name}`,
  usual: "Usual columns",
  done: "Done",
  export: "Export CSV",
  exportHint: "The rows and columns shown, numbers with every digit",
  exportSelected: "Export",
  couldNotExport: "Could not export",
  copy: "Copy",
  copied: (n: number, shown: string): string => (n === 1 ? "1 row copied" : `${shown} rows copied`),
  sortHint: "Click to sort, Shift-click to sort by this as well",
  sorted: (isDescending: boolean): string => (isDescending ? "sorted, largest first" : "sorted, smallest first"),
  /** How the facts are called at the head of their column. */
  facts: {
    id: "id", name: "run", state: "state", reason: "reason", group: "group", experiment: "experiment", experimentId: "experiment id", data: "data", created: "created", started: "started", ended: "ended",
    time: "time", seed: "seed", epoch: "epochs done", epochs: "epochs", step: "steps done", steps: "steps", parameters: "parameters", openings: "test openings",
    tags: "tags", pinned: "pinned", archived: "archived", baseline: "baseline", parent: "branched from",
  },
  /** How the parts of a spec that are components are called. */
  parts: { split: "split", scaling: "scaling", layers: "layers", regularizer: "regularisation", loss: "loss", optimizer: "optimizer", schedule: "schedule", metrics: "metrics" } as Readonly<Record<string, string>>,
};
