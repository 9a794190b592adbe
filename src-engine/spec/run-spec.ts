/** The JSON of a run: its type, its check against the catalogue, its completion. Knows the catalogue only as data. */

import { check, choice, complete, component, flag, integer, list, optional, problem, real, record, shown, text } from "./param.ts";
import type { Catalog, Component, Values } from "./param.ts";
import type { Problem } from "./errors.ts";
import { checkMetricNames } from "./metric-name.ts";

/** What a run-spec holds besides `version`; the editor draws its form from this very table. */
export const runFields = {
  name: text({ label: "name", default: "", maxLength: 200, help: "what this run is called; empty means a name made from what it trains" }),
  seed: integer({ default: 1, min: 0, max: 4294967295, help: "start of every random stream of training: initial weights, batch order, dropout" }),
  seeds: integer({ default: 1, min: 1, max: 100, help: "how many runs, with seed, seed + 1 …; same rows, other streams" }),
  data: component({ family: "data", default: { kind: "sample", name: "digits" }, help: "the rows to learn from" }),
  split: component({ family: "split", default: { kind: "stratified" }, help: "which rows train, which judge" }),
  scaling: component({ family: "scaling", default: { kind: "standard" }, help: "how features are brought to one scale; fitted on training rows only" }),
  layers: list({ of: component({ family: "layer", default: { kind: "dense" }, help: "one step from input to output" }), default: [{ kind: "dense" }], min: 1, max: 1000, help: "from input to output" }),
  regularizer: component({ family: "regularizer", default: { kind: "none" }, help: "a penalty on every kernel that has none of its own" }),
  loss: component({ family: "loss", default: { kind: "softmaxCrossEntropy" }, help: "what training makes small" }),
  optimizer: component({ family: "optimizer", default: { kind: "adam" }, help: "how a gradient becomes an update" }),
  schedule: component({ family: "schedule", default: { kind: "constant" }, help: "the learning rate over time, starting from the optimizer's" }),
  metrics: list({ of: component({ family: "metric", default: { kind: "accuracy" }, help: "a number besides the loss" }), default: [], max: 32, help: "measured beside the loss at each epoch's end" }),
  augment: list({ label: "augmentation", of: component({ family: "augment", default: { kind: "noise" }, help: "one change of the rows" }), default: [], max: 16, help: "random changes of the training rows, drawn anew for each batch; evaluation never sees them" }),
  train: record({
    help: "how long, in which portions",
    fields: {
      epochs: integer({ default: 30, min: 1, max: 1_000_000, scale: "log", help: "passes over the training rows" }),
      batchSize: integer({ label: "batch size", default: 32, min: 1, max: 1_000_000, scale: "log", search: [8, 512], unit: "rows", help: "rows per step; as many as there are rows, or more, is full-batch descent" }),
      accumulate: integer({ label: "gradient accumulation", default: 1, min: 1, max: 100_000, scale: "log", unit: "batches", help: "batches per step: their gradients are averaged over all their rows, so k batches of n rows learn as one of k·n; batch norm still sees each batch alone" }),
      balanced: flag({ label: "balanced classes", default: false, help: "an epoch draws each class equally often: rows of a small class come several times, some of a large one not at all" }),
      dropLast: flag({ label: "drop the short batch", default: false, help: "leave out an epoch's last batch where fewer rows are left than a batch has" }),
      clipNorm: optional(real({ label: "clip the gradient's norm", default: 1, min: 0, open: "min", scale: "log", search: [0.1, 10], help: "scale the whole gradient down to this norm where it is longer; direction stays" })),
      clipSliceNorm: optional(real({ label: "clip each tensor's norm", default: 1, min: 0, open: "min", scale: "log", search: [0.1, 10], help: "the same for the gradient of each kernel, bias, scale and shift by itself" })),
      clipValue: optional(real({ label: "clip each value", default: 1, min: 0, open: "min", scale: "log", search: [0.1, 10], help: "cut every number of the gradient to [−v, v]; the first of the three clippings where several are set, then each tensor's norm, then the whole norm" })),
      earlyStopping: optional(record({
        label: "early stopping",
        help: "stop when a metric no longer gets better; it mixes fitting and regularising in one choice, which is why the course prefers L2",
        fields: {
          metric: text({ default: "validation/loss", maxLength: 100, help: "what is watched, as split/metric: validation/loss, validation/accuracy …" }),
          patience: integer({ default: 8, min: 1, max: 1_000_000, scale: "log", unit: "epochs", help: "epochs in a row without an improvement before training stops" }),
          minDelta: real({ label: "least improvement", default: 0, min: 0, help: "how much better than the best so far counts as an improvement" }),
          restoreBest: flag({ label: "restore the best", default: true, help: "end with the weights of the best epoch instead of the last" }),
        },
      })),
      mode: choice({ label: "arithmetic", default: "exact", options: ["exact", "fast"], help: "exact: every operation rounded by itself, sums in one order: the same bits on every machine; fast: operations fused and sums split where the processor gains by it, repeatable on one kind of processor only" }),
      recordEvery: integer({ label: "records", default: 0, min: 0, max: 1_000_000, unit: "steps", help: "how often norms and histograms of weights, activations and gradients are taken, from step 1 on; 0 takes none" }),
      checkpoints: record({
        help: "which states of the training are kept as files; the newest is always kept, and a run goes on from it bit for bit",
        fields: {
          save: real({ label: "save every", default: 30, min: 0, max: 86_400, unit: "s", help: "seconds between two savings of the newest state, at an epoch's end; what a crash can cost. 0 saves after every epoch" }),
          every: integer({ label: "keep every", default: 0, min: 0, max: 1_000_000, unit: "epochs", help: "also keep the state at the end of each n-th epoch, to branch from; 0 keeps none of these" }),
          best: integer({ label: "keep the best", default: 1, min: 0, max: 20, unit: "epochs", help: "also keep the n best states, by the metric beside" }),
          metric: text({ label: "best by", default: "", maxLength: 100, help: "which metric says what is best, as split/metric; empty means the validation loss, or the training loss where no rows validate" }),
        },
      }),
      openTest: flag({ label: "open test", default: false, help: "measure the test split at the end; every opening is counted" }),
    },
  }),
} as const;

/** A complete run-spec: what is stored with a run. */
export type RunSpec = { readonly version: 1 } & Values<typeof runFields>;
/** A run-spec as a person writes it: whatever is left out takes its default. */
export type PartialRunSpec = { readonly [K in keyof RunSpec]?: unknown };

/** The spec with defaults filled in, or all that is wrong with it; never both. */
export type CheckedRunSpec = { readonly spec: RunSpec; readonly problems: readonly [] } | { readonly spec: null; readonly problems: readonly Problem[] };

/**
 * Checks a run-spec against the catalogue: every key, every value, all problems at once.
 * What needs the data (class counts, shapes) is checked by the engine once the data are there.
 */
export function checkRunSpec(raw: unknown, catalog: Catalog): CheckedRunSpec {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) {
    return { spec: null, problems: [problem("", "notARecord", `must be an object; got ${shown(raw)}`, { got: shown(raw) })] };
  }
  const { version, ...rest } = raw as Record<string, unknown>;
  const fields = record({ help: "a run", fields: runFields });
  const problems = [...checkVersion(version), ...check(fields, rest, "", catalog)];
  if (problems.length > 0) return { spec: null, problems };
  const spec = { version: 1, ...(complete(fields, rest, catalog) as Values<typeof runFields>) } as RunSpec;
  const misfits = [...checkShares(spec.split), ...checkMetricNames(spec.metrics, catalog)];
  return misfits.length > 0 ? { spec: null, problems: misfits } : { spec, problems: [] };
}

function checkVersion(version: unknown): Problem[] {
  if (version === undefined || version === 1) return [];
  return [problem("version", "badVersion", `must be 1, the only version there is; got ${shown(version)}`, { got: shown(version) }, 1)];
}

/** The shares of validation and test must leave rows to train on, and a fold must be one of those there are. */
function checkShares(split: Component): Problem[] {
  const { validation, test, folds, fold } = split;
  if (typeof folds === "number" && typeof fold === "number" && fold > folds) {
    return [problem("split.fold", "outOfInterval", `must be one of the folds 1…${folds}; got ${fold}`, { got: String(fold), interval: `[1, ${folds}]`, default: "1" }, folds)];
  }
  if (typeof validation !== "number" || typeof test !== "number" || validation + test < 1) return [];
  const sum = String(Number((validation + test).toPrecision(6)));
  return [problem("split", "badSplit", `must leave rows to train on: validation ${validation} + test ${test} = ${sum}, and it must be below 1`, { why: "shares", validation: String(validation), test: String(test), sum })];
}
