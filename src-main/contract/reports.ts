/** Reports as clients hear of them: what a person arranged, and the facts that it shows. Plain data. */

import type { Comparison, Grouping, GroupSeries } from "./comparison.ts";
import type { DataSummary, Hash, JournalEntry, RunId, RunSpec } from "./nouns.ts";
import type { PlanAxis } from "./x-axis.ts";

/** `p-3`. */
export type ReportId = string;

export const reportTemplates = ["run", "comparison", "ablation", "homework"] as const;
export type ReportTemplate = (typeof reportTemplates)[number];

/** What a report speaks of: these runs in these groups, held against that one. */
export interface ReportSubject { readonly runIds: readonly RunId[]; readonly grouping: Grouping; readonly baseline: RunId | null }

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
);
export type ReportBlockKind = ReportBlock["kind"];
export const reportBlockKinds = ["text", "verdict", "chart", "results", "differences", "runs", "data", "specs", "journal"] as const satisfies readonly ReportBlockKind[];

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

/** What a report is made from; without blocks it has those of its template. */
export interface ReportDraft { readonly title: string; readonly template: ReportTemplate; readonly subject: ReportSubject; readonly blocks?: readonly ReportBlock[] | undefined }

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
}

/** What a reader needs to train a report's runs again, and to see that they came out the same. */
export interface ReplayBlock {
  readonly format: "descent-replay";
  readonly version: 1;
  readonly engine: string;
  readonly runs: readonly { readonly id: RunId; readonly name: string; readonly spec: RunSpec; readonly dataHash: Hash; readonly weightHash: Hash | null; readonly steps: number; readonly metrics: Readonly<Record<string, number>> }[];
}

/** The blocks a template begins with. `metric` is what the comparison would speak of, null where no run has one. */
export function blocksOf(template: ReportTemplate, metric: string | null): ReportBlock[] {
  const text = (of: string): ReportBlock => ({ kind: "text", title: "", text: of });
  const usual = (kind: "verdict" | "differences" | "runs" | "data" | "specs" | "journal"): ReportBlock => (kind === "verdict" ? { kind, title: "", metric: null } : { kind, title: "" });
  const chart = (of: string): ReportBlock => ({ kind: "chart", title: "", metric: of, x: "epoch", scale: "auto" });
  const results: ReportBlock = { kind: "results", title: "", metrics: [] };
  const charts = [chart("validation/loss"), ...(metric === null || metric === "validation/loss" ? [] : [chart(metric)])];
  switch (template) {
    case "run": return [text(""), chart("train/loss"), ...charts, results, usual("data"), usual("specs"), usual("runs")];
    case "comparison": return [text(""), usual("verdict"), ...charts, results, usual("differences"), usual("data"), usual("runs")];
    case "ablation": return [text(""), usual("verdict"), results, usual("differences"), ...charts, usual("data"), usual("specs"), usual("runs")];
    case "homework": return [usual("journal"), text(""), usual("verdict"), ...charts, results, usual("differences"), usual("data"), usual("specs"), usual("runs")];
  }
}

/** The metrics that a report's charts draw, with their axes, each once. */
export const chartsOf = (blocks: readonly ReportBlock[]): readonly { readonly metric: string; readonly x: PlanAxis }[] =>
  [...new Map(blocks.flatMap((block) => (block.kind === "chart" ? [[`${block.metric} ${block.x}`, { metric: block.metric, x: block.x }] as const] : []))).values()];
