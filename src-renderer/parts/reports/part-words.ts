/** How a part of a report is called in the list of contents, and its mark. */

import type { ReportBlock, ReportBlockKind } from "../../../src-main/contract/reports.ts";
import type { Words } from "../../words/words.svelte.ts";
import { metricLabel } from "../charts/metric-names.ts";
import type { IconName } from "../controls/icons.ts";

export const partIcons: Readonly<Record<ReportBlockKind, IconName>> = {
  text: "text", verdict: "flag", chart: "chart", results: "columns", differences: "compare", runs: "runs", data: "data", specs: "settings", journal: "pencil", confusion: "table", diagnosis: "bulb", sweep: "sweep",
};

/** Its heading; without one what it is: a chart by its metric, a text by its first words. */
export function partName(block: ReportBlock, words: Words): string {
  if (block.title.trim() !== "") return block.title;
  if (block.kind === "chart") return metricLabel(words, block.metric).replace(/^./, (first) => first.toLocaleUpperCase());
  if (block.kind === "text") return block.text.trim().split("\n")[0]!.replace(/^[#>*\-\s]+/, "").slice(0, 60) || words.reports.kinds.text;
  return words.reports.kinds[block.kind];
}

/** What stands at the right of its name; empty where there is nothing to say. */
export function partDetail(block: ReportBlock, words: Words): string {
  switch (block.kind) {
    case "chart": return words.reports.axes[block.x];
    case "results": return block.metrics.length === 0 ? "" : String(block.metrics.length);
    case "sweep": return block.sweepId ?? "";
    default: return "";
  }
}

/** A part as it begins. */
export function newPart(kind: ReportBlockKind, metric: string): ReportBlock {
  switch (kind) {
    case "text": return { kind, title: "", text: "" };
    case "verdict": return { kind, title: "", metric: null };
    case "chart": return { kind, title: "", metric, x: "epoch", scale: "auto" };
    case "results": return { kind, title: "", metrics: [] };
    case "sweep": return { kind, title: "", sweepId: null };
    default: return { kind, title: "" };
  }
}
