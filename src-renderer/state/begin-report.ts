/** A report begun where something is worth writing down, and the way to its page. */

import type { ReportDraft } from "../../src-main/contract/reports.ts";
import { t } from "../words/words.svelte.ts";
import type { AppContext } from "./context.ts";

/** Longer titles than this the project does not keep. */
const longest = 200;

/** A draft of the runs named, of a sweep, or of both; `title` may be of any length. What goes wrong is told; resolves then too. */
export function beginReport({ workbench, route, troubles }: Pick<AppContext, "workbench" | "route" | "troubles">, draft: ReportDraft): Promise<void> {
  return troubles.attempt(t().reports.couldNot.make, async () => {
    const { id } = await workbench.createReport({ ...draft, title: draft.title.trim().slice(0, longest) || t().reports.untitled });
    route.go(`/reports/${id}`);
  });
}

/** What one run, or several, are a report of. */
export const runsDraft = (title: string, runIds: readonly string[], grouping: ReportDraft["subject"]["grouping"] = { kind: "allButSeed" }, baseline: string | null = null): ReportDraft =>
  ({ title, template: runIds.length === 1 ? "run" : "comparison", subject: { runIds, grouping, baseline } });

/** What a sweep is a report of: its winner's runs. */
export const sweepDraft = (title: string, sweepId: string): ReportDraft => ({ title, template: "sweep", subject: { runIds: [], grouping: { kind: "allButSeed" }, baseline: null }, sweepId });
