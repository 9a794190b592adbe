/** What stands beside an entry of the palette, and where it leads. */

import type { ActionId } from "../../../src-main/contract/actions.ts";
import { wordFor } from "../../../src-main/contract/query.ts";
import type { Found } from "../../../src-main/contract/nouns.ts";
import type { Entry } from "../../state/palette.svelte.ts";
import { language, t } from "../../words/words.svelte.ts";
import type { IconName } from "../controls/icons.ts";
import { count, moment } from "../numbers.ts";

export const isMac = typeof navigator !== "undefined" && /Mac/.test(navigator.platform);

const icons: Partial<Record<ActionId, IconName>> = {
  keys: "info", undo: "undo", redo: "redo", newRun: "plus", newExperiment: "plus", home: "home", runs: "runs", compare: "compare", data: "data", queue: "clock", explain: "bulb", storage: "trash", settings: "settings", tour: "flag", theme: "moon", language: "language",
  density: "group", sidebar: "columns", holdQueue: "pause", backUp: "copy", emptyTrash: "trash", findRuns: "search", compareRuns: "compare", moreSeeds: "seeds", evenSeeds: "seeds", reports: "text", newReport: "text", reportRun: "text", reportRuns: "text", reportComparison: "text", tagRuns: "flag", trashRuns: "trash", trash: "trash", columns: "columns", groupRuns: "group", buildQuery: "settings", exportTable: "upload",
  pause: "pause", stop: "stop", endEpoch: "stop", extend: "plus", change: "settings", again: "branch", againRuns: "branch", baseline: "flag", rename: "pencil", pin: "pin", openTest: "lock", start: "play", chartTable: "table", smooth: "chart",
};
const ofFound = { run: "runs", experiment: "group", tag: "flag", note: "text", data: "data" } as const satisfies Record<Found["kind"], IconName>;

export function iconOf({ source }: Entry): IconName {
  switch (source.kind) {
    case "action": return icons[source.action] ?? "chevronRight";
    case "found": return ofFound[source.found.kind];
    case "explain": return "bulb";
    case "setting": return "settings";
  }
}

/** In grey at the right. */
export function besideOf({ source }: Entry, now: number): string {
  switch (source.kind) {
    case "action": return "";
    case "explain": return t().palette.families[source.family];
    case "setting": return t().palette.setting;
    case "found": {
      const { found } = source;
      switch (found.kind) {
        case "run": return t().common.list([found.id, t().state[found.state], moment(found.createdMs, now, language.current, t().runs.yesterday)]);
        case "experiment": return t().palette.runsCount(found.runs, count(found.runs));
        case "tag": return `${t().palette.tag}, ${t().palette.runsCount(found.runs, count(found.runs))}`;
        case "data": return t().palette.rowsCount(count(found.runs));
        case "note": return found.id === "project" ? t().palette.noteOf.project : t().palette.noteOf.about(found.about === "" ? found.id : found.about);
      }
    }
  }
}

/** The address an entry leads to. */
export function goTo(source: Exclude<Entry["source"], { kind: "action" }>): string {
  switch (source.kind) {
    case "explain": return `/explain/${source.family}/${source.described.kind}`;
    case "setting": return `/settings?find=${encodeURIComponent(t().settings[source.setting])}`;
    case "found": return ofProject(source.found);
  }
}

function ofProject({ kind, id }: Found): string {
  switch (kind) {
    case "run": return `/runs/${id}`;
    case "experiment": return `/experiments/${id}`;
    case "tag": return `/runs?q=${encodeURIComponent(`tags ~ ${wordFor(id)}`)}`;
    case "data": return `/data?set=file/${id}`;
    case "note": return id === "project" ? "/" : id.startsWith("r-") ? `/runs/${id}` : `/experiments/${id}`;
  }
}
