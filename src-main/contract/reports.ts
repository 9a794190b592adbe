/** Reports as clients hear of them: what a person arranged, and the facts that it shows. Plain data. */

import type { Comparison, Grouping, GroupSeries } from "./comparison.ts";
import type { Diagnosis } from "./diagnosis.ts";
import { problem, SpecError, type RequestWhy } from "./errors.ts";
import type { DataSummary, Hash, JournalEntry, RunId, RunSpec } from "./nouns.ts";
import type { Sweep, SweepId, SweepImportance, SweepTrial, SweepWinner } from "./sweeps.ts";
import type { PlanAxis } from "./x-axis.ts";

/** `p-3`. */
export type ReportId = string;

export const reportTemplates = ["run", "comparison", "ablation", "homework", "sweep"] as const;
export type ReportTemplate = (typeof reportTemplates)[number];

/** What a report speaks of: these runs in these groups, held against that one. */
export interface ReportSubject { readonly runIds: readonly RunId[]; readonly grouping: Grouping; readonly baseline: RunId | null }

/** A chart by itself, as a report of this subject would show it. */
export interface ChartWish { readonly subject: ReportSubject; readonly metric: string; readonly x: PlanAxis; readonly scale: "auto" | "linear" | "log"; readonly language: "en" | "zh" }

/** A part of a report. Each speaks of the report's subject; `title` "" takes the usual one in the reader's language. */
export type ReportBlock = { readonly title: string } & (
  /** Markdown with formulas. */
  | { readonly kind: "text"; readonly text: string }
  /** The sentence for each group against the baseline; `metric` null takes the one a comparison speaks of. */
  | { readonly kind: "verdict"; readonly metric: string | null }
  /** Means of the groups with their intervals, or the runs' own curves where each is a group. */
  | { readonly kind: "chart"; readonly metric: string; readonly x: PlanAxis; readonly scale: "auto" | "linear" | "log" }
  /** Every metric (none named) or these, group by group. */
  | { readonly kind: "results"; readonly metrics: readonly string[] }
  /** Keys with other values, and how many are the same. */
  | { readonly kind: "differences" }
  /** Every run with its seed, state, time and weights' hash. */
  | { readonly kind: "runs" }
  /** The data's card: rows, split, classes, hash, how often the test split was opened. */
  | { readonly kind: "data" }
  /** The complete spec of each group's first run. */
  | { readonly kind: "specs" }
  /** What was written about the subject's runs, its experiment and the project. */
  | { readonly kind: "journal" }
  /** Which classes are taken for which, on validation rows, by each group's first run. */
  | { readonly kind: "confusion" }
  /** What the same run's errors say of bias and variance, over the seeds of its settings. */
  | { readonly kind: "diagnosis" }
  /** A sweep: the best trial as it looks beside what fresh seeds say, how it was found, which axes matter. Null while none is chosen. */
  | { readonly kind: "sweep"; readonly sweepId: SweepId | null }
);
export type ReportBlockKind = ReportBlock["kind"];
export const reportBlockKinds = ["text", "verdict", "chart", "results", "differences", "runs", "data", "specs", "journal", "confusion", "diagnosis", "sweep"] as const satisfies readonly ReportBlockKind[];

export interface Report {
  readonly id: ReportId;
  readonly title: string;
  readonly template: ReportTemplate;
  readonly subject: ReportSubject;
  readonly blocks: readonly ReportBlock[];
  readonly createdMs: number;
  readonly changedMs: number;
  /** Since when its numbers stand still; null while they follow the runs. */
  readonly frozenMs: number | null;
}

/** What a report is made from. Without blocks it has those of its template. A sweep is shown by its part, and where no runs are named, the report speaks of those that confirmed its winner, else of the best trial's. */
export interface ReportDraft { readonly title: string; readonly template: ReportTemplate; readonly subject: ReportSubject; readonly sweepId?: SweepId | undefined; readonly blocks?: readonly ReportBlock[] | undefined }

/** A group's curve with those of its runs behind it. */
export interface ReportCurves { readonly metric: string; readonly x: PlanAxis; readonly means: readonly GroupSeries[]; /** Each of one run: `group` counts the subject's runs. */ readonly members: readonly GroupSeries[] }

/** All that the report needs of the project at one moment: everything shown is made of it, and of nothing else. */
export interface ReportFacts {
  readonly atMs: number;
  readonly project: string;
  readonly version: string;
  readonly comparison: Comparison;
  readonly curves: readonly ReportCurves[];
  /** By hash; null where the data can no longer be read. */
  readonly data: Readonly<Record<Hash, DataSummary | null>>;
  readonly journal: readonly JournalEntry[];
  /** Of the sweeps that the report shows; null where one is gone. */
  readonly sweeps: Readonly<Record<SweepId, SweepFacts | null>>;
  /** Of each group's first run, where the report shows them. */
  readonly insights: Readonly<Record<RunId, InsightFacts>>;
  /** Points that the project holds of the report's runs. */
  readonly points: number;
}

/** Null where the report does not ask, the run predicts a number, keeps no weights, or its data can no longer be read. */
export interface InsightFacts { readonly confusion: ConfusionFacts | null; readonly diagnosis: Diagnosis | null }

/** `counts` is (classes, classes): row the actual class, column the predicted one. */
export interface ConfusionFacts { readonly classes: readonly string[]; readonly counts: Float64Array; readonly rows: number; readonly accuracy: { readonly share: number; readonly from: number; readonly to: number } }

/** `importance` is null where too few trials have a result. */
export interface SweepFacts { readonly sweep: Sweep; readonly trials: readonly SweepTrial[]; readonly winner: SweepWinner; readonly importance: SweepImportance | null }

/** A report as a file, and what it holds: its runs, their points in the project, how often they opened the test split. */
export interface ReportFile { readonly name: string; readonly bytes: Uint8Array; readonly runs: number; readonly points: number; readonly testOpenings: number }

/** What a reader needs to train a report's runs again, and to see that they came out the same. */
export interface ReplayBlock {
  readonly format: "descent-replay";
  readonly version: 1;
  readonly engine: string;
  readonly runs: readonly ReplayRun[];
}

/** `isWhole`: its spec says all of its way. It does not of a run that began in another one, whose settings a person changed while it trained, or that did not train to its end. */
export interface ReplayRun { readonly id: RunId; readonly name: string; readonly spec: RunSpec; readonly isWhole: boolean; readonly dataHash: Hash; readonly weightHash: Hash | null; readonly steps: number; readonly metrics: Readonly<Record<string, number>> }

const replayElement = '<script type="application/json" id="descent-replay">';

/** The block as it stands in a page: data, never run. What could end it is spelled. */
export const replayHtml = (block: ReplayBlock): string => `${replayElement}${JSON.stringify(block).replaceAll("<", "\\u003c")}</script>`;

/** The block of a report's file. The specs in it are whatever the file says: they are checked like any others. Throws SpecError naming the file where there is none, or one of another version. */
export function replayIn(html: string, file: string): ReplayBlock {
  const from = html.indexOf(replayElement), start = from + replayElement.length, end = html.indexOf("</script>", start);
  const refuse = (why: RequestWhy, message: string, details: Readonly<Record<string, string>> = {}): never => { throw new SpecError([{ ...problem(file, "badData", message, { why, file, ...details }), at: { file } }]); };
  if (from < 0 || end < 0) return refuse("noReplay", "has no replay block: it is no report of Descent's, or one of no runs");
  let read: unknown;
  try { read = JSON.parse(html.slice(start, end)); } catch (error) { return refuse("replayNotJson", `has a replay block that is no JSON: ${(error as Error).message}`); }
  const { format, version, runs } = read as Partial<ReplayBlock>;
  if (format !== "descent-replay" || !Array.isArray(runs)) return refuse("otherReplay", "has a replay block that is none of Descent's");
  if (version !== 1) return refuse("laterReplay", `has a replay block of version ${String(version)}; this Descent knows version 1`, { got: String(version) });
  const isRun = (run: unknown): boolean => typeof run === "object" && run !== null && ["id", "name", "dataHash"].every((key) => typeof (run as Record<string, unknown>)[key] === "string") && typeof (run as ReplayRun).spec === "object";
  if (!runs.every(isRun)) return refuse("brokenReplay", "has a replay block with a run that lacks its id, name, spec or data hash");
  return read as ReplayBlock;
}

/** The blocks a template begins with. `metric` is what the comparison would speak of, null where no run has one; `sweepId` what a report of a sweep is about. */
export function blocksOf(template: ReportTemplate, metric: string | null, sweepId: SweepId | null = null): ReportBlock[] {
  const text = (of: string): ReportBlock => ({ kind: "text", title: "", text: of });
  const usual = (kind: "verdict" | "differences" | "runs" | "data" | "specs" | "journal"): ReportBlock => (kind === "verdict" ? { kind, title: "", metric: null } : { kind, title: "" });
  const chart = (of: string): ReportBlock => ({ kind: "chart", title: "", metric: of, x: "epoch", scale: "auto" });
  const results: ReportBlock = { kind: "results", title: "", metrics: [] };
  const charts = [chart("validation/loss"), ...(metric === null || metric === "validation/loss" ? [] : [chart(metric)])];
  switch (template) {
    case "run": return [text(""), chart("train/loss"), ...charts, results, usual("data"), usual("specs"), usual("runs")];
    case "comparison": return [text(""), usual("verdict"), ...charts, results, usual("differences"), usual("data"), usual("runs")];
    case "ablation": return [text(""), usual("verdict"), results, usual("differences"), ...charts, usual("data"), usual("specs"), usual("runs")];
    case "sweep": return [text(""), { kind: "sweep", title: "", sweepId }, results, ...charts, usual("data"), usual("specs"), usual("runs")];
    case "homework": return [usual("journal"), text(""), usual("verdict"), ...charts, results, usual("differences"), usual("data"), usual("specs"), usual("runs")];
  }
}

/** The metrics that a report's charts draw, with their axes, each once. */
export const chartsOf = (blocks: readonly ReportBlock[]): readonly { readonly metric: string; readonly x: PlanAxis }[] =>
  [...new Map(blocks.flatMap((block) => (block.kind === "chart" ? [[`${block.metric} ${block.x}`, { metric: block.metric, x: block.x }] as const] : []))).values()];
