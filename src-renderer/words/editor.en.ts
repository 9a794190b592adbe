/** What the editor and the data page say, in English; the shape every other language follows. */

import { runFields } from "../../src-main/contract/checks.ts";
import type { Param, Params, Problem } from "../../src-main/contract/checks.ts";

type Train = typeof runFields.train.fields;
type TrainField = `train.${keyof Train}` | `train.earlyStopping.${keyof Train["earlyStopping"]["of"]["fields"]}` | `train.checkpoints.${keyof Train["checkpoints"]["fields"]}`;
/** Every field of a run-spec that is not a component's own. */
export type FieldPath = keyof typeof runFields | TrainField;
export interface FieldWords { readonly label: string; readonly help: string }

/** A name such as `batchSize` as words: "batch size". */
export const splitWords = (name: string): string => name.replace(/([a-z])([A-Z])/g, "$1 $2").toLowerCase();

/** English labels and hints stand in the declarations; nothing is written twice. */
function declared(fields: Params, prefix = ""): Record<string, FieldWords> {
  return Object.fromEntries(Object.entries(fields).flatMap(([name, param]) => [
    [`${prefix}${name}`, { label: param.label ?? splitWords(name), help: param.help }],
    ...Object.entries(declared(fieldsOf(param), `${prefix}${name}.`)),
  ]));
}

function fieldsOf(param: Param): Params {
  const inner = param.kind === "optional" ? param.of as Param : param;
  return inner.kind === "record" ? inner.fields as Params : {};
}

const count = (n: number): string => n.toLocaleString("en");
const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

export const editor = {
  title: "New run",
  from: "from",
  changes: (n: number): string => plural(n, "change"),
  undo: "Undo",
  redo: "Redo",
  startOver: "Start over",
  view: { label: "Views of the draft", form: "Form", both: "Form and text", text: "Text" },
  sections: { data: "Data", split: "Split", model: "Model", loss: "Loss and metrics", optimizer: "Optimizer", training: "Training", run: "Name and seeds" },
  sectionsLabel: "Sections of the form",
  sectionProblems: (n: number): string => plural(n, "problem"),
  fields: declared(runFields) as Readonly<Record<FieldPath, FieldWords>>,
  /** Options of choices, by the word that stands in the spec; one that is not here is shown as it is. */
  options: { auto: "auto", classes: "classes", number: "number", iris: "Iris", wine: "Wine", breastCancer: "Breast cancer", digits: "Digits", diabetes: "Diabetes", synchronous: "synchronous", asynchronous: "asynchronous", seeds: "seeds", folds: "folds", values: "values", averages: "averages" } as Readonly<Record<string, string>>,
  /** Units beside numbers, by the word in the declaration. */
  units: { rows: "rows", batches: "batches", epochs: "epochs", steps: "steps", s: "s", pixels: "pixels", degrees: "degrees" } as Readonly<Record<string, string>>,
  on: "on",
  off: "off",
  onLog: "log",
  notSet: "not set",
  /** Where a component's formula comes from. */
  source: (from: string) => `Source: ${from}`,
  set: "Set",
  leaveOut: "Leave out",
  kindOf: (label: string): string => `${label}: kind`,
  restore: (standard: string): string => `Changed. Back to the default: ${standard}`,
  use: (value: string): string => `Use ${value}`,
  rename: (name: string): string => `Rename to ${name}`,
  addEntry: "Add",
  removeEntry: (n: number): string => `Remove entry ${n}`,
  slider: (label: string): string => `${label}, slider`,
  problem: (problem: Problem): string => problem.message,
  atLines: (lines: readonly string[], more: string, column: number | undefined): string => `lines ${lines.join(", ")}${more === "0" ? "" : ` and ${more} more`}${column === undefined ? "" : `, column ${column}`}`,
  atLine: (line: number, column: number | undefined): string => (column === undefined ? `line ${line}` : `line ${line}, column ${column}`),
  model: {
    summary: (layers: number, parameters: number): string => `${plural(layers, "layer")}, ${plural(parameters, "parameter")}`,
    addLayer: "Layer",
    addKind: "Kind of the new layer",
    index: "Layer",
    shape: "output",
    parameters: "parameters",
    open: (index: number, kind: string): string => `Layer ${index}, ${kind}: edit`,
    more: (index: number): string => `Layer ${index}: actions`,
    up: "Move up",
    down: "Move down",
    duplicate: "Duplicate",
    remove: "Remove",
    empty: "No layers yet. A network needs at least one.",
    keys: "Alt ↑ and Alt ↓ move a layer, Ctrl D duplicates it, Delete removes it.",
    kind: "kind",
  },
  text: {
    file: "draft.json",
    same: "same draft as the form",
    label: "The spec as text",
    copy: "Copy the text",
    copied: "Copied",
    loading: "Opening the text view",
    stale: "The text cannot be read, so the form shows what was read last",
    rewrite: "Write the form's values again",
  },
  data: {
    source: "Where the rows come from",
    sample: "From the box",
    generated: "Generated",
    file: "Your file",
    about: {
      iris: "150 flowers, 4 measurements, 3 species",
      wine: "178 wines, 13 measurements, 3 growers",
      breastCancer: "569 biopsies, 30 measurements, benign or malignant",
      digits: "1,797 images of 8 × 8 grey levels, 10 digits",
      diabetes: "442 patients, 10 measurements, progression as a number",
    } as Readonly<Record<string, string>>,
    chooseFile: "File",
    noFileChosen: "Choose a file",
    import: "Import CSV",
    drop: "or drop it here",
    dropNow: "Drop to import",
    needs: "A header line, then rows of numbers. One column is the target: class names or a number.",
    target: "target column",
    lastColumn: (name: string): string => `last column (${name})`,
    texts: (n: string): string => `${n} ${n === "1" ? "text" : "texts"}`,
    wholeNumbers: (n: string): string => `${n} whole ${n === "1" ? "number" : "numbers"}`,
    fractions: "numbers with fractions",
    mixed: "numbers and texts",
    missingCells: (n: string): string => `${n} missing`,
    reading: "Reading the rows",
    failed: "The data cannot be read",
    importFailed: (name: string): string => `${name} cannot be imported`,
    rows: (n: number): string => plural(n, "row"),
    features: (n: number): string => plural(n, "feature"),
    classes: (n: number): string => plural(n, "class", "classes"),
    images: (height: number, width: number, channels: number): string => `images of ${height} × ${width}${channels === 1 ? "" : ` × ${channels}`}`,
    predicts: (target: string): string => `predicts ${target}`,
    classCounts: "Rows in each class",
    moreClasses: (n: number): string => `and ${plural(n, "more class", "more classes")}`,
    range: "Range of the target",
    smallest: "smallest",
    mean: "mean",
    deviation: "standard deviation",
    largest: "largest",
    firstRows: (n: number): string => `First ${plural(n, "row")}`,
    moreColumns: (n: number): string => `${plural(n, "more column")} not shown`,
    pixelRow: (row: number, target: string): string => `Row ${row} as an image, ${target}`,
    split: (train: number, validation: number, test: number): string => `${count(train)} training, ${count(validation)} validation, ${count(test)} test rows`,
    train: "training",
    validation: "validation",
    test: "test",
  },
  start: {
    label: "Start",
    problems: (n: number): string => plural(n, "problem"),
    ready: "Ready to start",
    checking: "Checking",
    goTo: (path: string): string => `Go to ${path}`,
    wholeSpec: "the spec",
    parameters: (n: number): string => plural(n, "parameter"),
    rows: (n: number): string => `${plural(n, "training row")}`,
    steps: (epochs: number, perEpoch: number): string => `${plural(epochs, "epoch")} × ${plural(perEpoch, "step")}`,
    experiment: "Experiment",
    newExperiment: "New experiment",
    experimentName: "Name of the new experiment",
    start: (runs: number): string => (runs === 1 ? "Start" : `Start ${count(runs)} runs`),
    blocked: (n: number): string => `${plural(n, "problem")} to mend first`,
    unreadable: "The text cannot be read",
    failed: "The run was not started",
    uninspected: "The workbench could not check the draft",
  },
  opening: "Opening the draft",
  openFailed: "The draft cannot be opened",
  again: "Try again",
  noSuchExample: (id: string): string => `There is no example called ${id}.`,
  blank: "Start from the digits example",
  dataPage: {
    title: "Data",
    lede: "What a network can learn from: sets in the box, and tables of your own. Nothing leaves this computer.",
    inTheBox: "In the box",
    yours: "Your files",
    none: "No files yet",
    noneHelp: "Import a CSV file, or drop one here. It is kept in the project, by its content.",
    name: "name",
    rows: "rows",
    columns: "columns",
    size: "size",
    imported: "imported",
    newRun: "New run with this",
    choose: "Choose a set to see its rows.",
    failed: "The files cannot be listed",
  },
};
