/** The log of a run: everything its record tells, as events in order of time. Pure. */

import { alertTongues } from "../../../src-main/contract/alert-words.ts";
import type { Checkpoint, Run } from "../../../src-main/contract/nouns.ts";
import { isOver } from "../../../src-main/contract/nouns.ts";
import type { LanguageName, Words } from "../../words/words.svelte.ts";
import type { IconName } from "../controls/icons.ts";
import { deedWords, reasonsOf } from "../course-words.ts";
import { bytes } from "../numbers.ts";
import { notesOf, reasonOf } from "../run-words.ts";

export interface RunEventLine { readonly icon: IconName; readonly kind: string; readonly text: string; readonly step: number | null; readonly atMs: number | null }

/** The newest first. What the engine did by itself has no time of its own and stands with the end. */
export function eventsOf(run: Run, checkpoints: readonly Checkpoint[], words: Words, language: LanguageName): readonly RunEventLine[] {
  const { events } = words.insight;
  const tongue = alertTongues[language];
  const reason = reasonOf(run, words, language);
  const lines: RunEventLine[] = [
    { icon: "clock", kind: events.queued, text: "", step: null, atMs: run.createdMs },
    ...(run.startedMs === null ? [] : [{ icon: "play", kind: events.started, text: "", step: null, atMs: run.startedMs } as const]),
    ...run.history.map((deed): RunEventLine => ({ icon: deed.kind === "branched" ? "branch" : deed.kind === "changed" ? "settings" : "play", kind: words.course.wayStep(String(deed.step)), text: deedWords(deed, words), step: deed.step, atMs: deed.atMs })),
    ...checkpoints.map((one): RunEventLine => ({ icon: "file", kind: events.kept, text: `${words.common.list(reasonsOf(one, checkpoints, words))}${words.common.clause(bytes(one.sizeBytes))}`, step: one.step, atMs: one.createdMs })),
    ...run.alerts.map((alert): RunEventLine => ({ icon: "warning", kind: events.alert, text: `${tongue.title(alert)}${words.common.clause(tongue.evidence(alert))}`, step: alert.step, atMs: alert.atMs })),
    ...notesOf(run, words).map((text): RunEventLine => ({ icon: "info", kind: events.note, text, step: null, atMs: isOver(run.state) ? run.endedMs : run.startedMs })),
    ...(run.endedMs === null || !isOver(run.state) ? [] : [{ icon: run.state === "failed" ? "error" : "check", kind: events.ended, text: `${words.state[run.state]}${reason === null ? "" : words.common.clause(reason.title)}`, step: run.step, atMs: run.endedMs } as const]),
  ];
  return lines.map((line, i) => ({ line, i })).sort((a, b) => (b.line.atMs ?? 0) - (a.line.atMs ?? 0) || (b.line.step ?? 0) - (a.line.step ?? 0) || b.i - a.i).map(({ line }) => line);
}
