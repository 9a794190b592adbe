/** What `list`, `show` and `catalog` print for people. Pure: nouns in, lines out. */

import { alertTongues } from "../contract/alert-words.ts";
import { programTitles } from "../contract/foreign-runs.ts";
import type { ForeignOrigin } from "../contract/foreign-runs.ts";
import type { Backup, Checkpoint, Deed, Run, TrashedRun } from "../contract/nouns.ts";
import type { Catalog } from "../contract/checks.ts";
import { bytes, duration, figure, table, tame } from "./print.ts";

/** One line a run, newest first as they come. */
export function runTable(runs: readonly Run[]): string[] {
  if (runs.length === 0) return ["No runs yet. Start one: descent run examples/digits.json"];
  const heading = ["run", "name", "experiment", "state", "epochs", "time", "validation/loss", "validation/accuracy"];
  const cell = (value: number | undefined) => (value === undefined ? "" : figure(value));
  const rows = runs.map((run) => [run.id, short(run.name, 40), run.experimentId, run.state, run.foreign === null ? `${run.epoch}/${run.epochs}` : programTitles[run.foreign.program], duration(run.trainingMs), cell(run.metrics["validation/loss"]), cell(run.metrics["validation/accuracy"])]);
  return table([heading, ...rows], [4, 5, 6, 7]);
}

/** A run as a block of facts. */
export function runBlock(run: Run): string[] {
  const when = (ms: number | null) => (ms === null ? "not yet" : moment(ms));
  const facts: [string, string][] = [
    ["state", run.state],
    ...(run.reason === null ? [] : [["reason", run.reason.message] as [string, string]]),
    ...(run.reason?.hint ? [["hint", run.reason.hint] as [string, string]] : []),
    ["experiment", run.experimentId],
    ...(run.tags.length === 0 && !run.isPinned && !run.isArchived && !run.isBaseline ? [] : [["marks", [...run.tags, ...(run.isPinned ? ["pinned"] : []), ...(run.isArchived ? ["archived"] : []), ...(run.isBaseline ? ["baseline"] : [])].join(", ")] as [string, string]]),
    ...(run.parentId === null ? [] : [["branched from", run.parentId] as [string, string]]),
    ...(run.replay === null ? [] : [["replay", run.replay.verdict] as [string, string]]),
    ["started", when(run.startedMs)],
    ["ended", when(run.endedMs)],
    ...(run.foreign === null ? ownFacts(run) : foreignFacts(run, run.foreign)),
  ];
  const layers = run.foreign !== null ? [] : run.layers.map((layer) => [`  ${layer.index}`, layer.kind, layer.output.join("×"), String(layer.parameters)]);
  const metrics = Object.entries(run.metrics).map(([name, value]) => [`  ${name}`, figure(value)]);
  return [
    tame(`${run.id}  ${run.name}`),
    ...table(facts.map(([name, value]) => [name, tame(value)])),
    ...(run.foreign !== null ? ["", "settings", ...settingLines(run.foreign)] : ["", `layers (${run.parameters} parameters)`, ...table([["  #", "kind", "output", "parameters"], ...layers], [3])]),
    "", "metrics", ...(metrics.length === 0 ? ["  none yet"] : table(metrics)),
  ];
}

function ownFacts(run: Run): [string, string][] {
  const { data } = run;
  return [
    ["training", `${run.epoch} of ${run.epochs} epochs, ${run.step} of ${run.steps} steps, ${duration(run.trainingMs)}`],
    ...run.history.map((deed): [string, string] => [deed.kind, deedLine(deed)]),
    ...run.alerts.map((alert): [string, string] => ["alert", alertLine(alert)]),
    ["data", `${data.name}: ${data.rows.train} rows to train, ${data.rows.validation} to validate, ${data.rows.test} to test`],
    ["rows", `${data.shape.join("×")}${data.classes === null ? ", a number to predict" : `, ${data.classes.length} classes`}`],
    ["data hash", data.hash],
    ["test split", run.testOpenings === 0 ? "not opened" : `opened ${run.testOpenings === 1 ? "once" : `${run.testOpenings} times`}`],
    ["weights", run.weightHash ?? "none kept"],
    ["engine", `${run.engine.version}, ${run.engine.executor}`],
  ];
}

/** A run of another program has no data, layers, test split or weights here. */
const foreignFacts = (run: Run, { program, group, key, source, atMs }: ForeignOrigin): [string, string][] => [
  ["trained", `outside Descent: ${programTitles[program]}${run.trainingMs > 0 ? `, ${duration(run.trainingMs)}` : ""}, up to step ${run.step}`],
  ...(group === "" ? [] : [["group there", group] as [string, string]]),
  ["key there", key],
  ...(source === "" ? [] : [["read from", `${source}, ${moment(atMs)}`] as [string, string]]),
];

const settingLines = ({ params }: ForeignOrigin): string[] => (Object.keys(params).length === 0 ? ["  none told"] : table(Object.entries(params).map(([name, value]) => [`  ${tame(name)}`, tame(String(value))])));

/** One line a state, by step, with why it is kept. */
export function checkpointTable(kept: readonly Checkpoint[]): string[] {
  if (kept.length === 0) return ["No state is kept."];
  const newest = kept.filter(({ canGoOn }) => canGoOn).at(-1);
  const reasons = (one: Checkpoint) => [...(one.isFinal ? ["final"] : []), ...(one.isFork ? ["fork"] : []), ...(one.isPeriodic ? ["by plan"] : []), ...(one === newest ? ["newest"] : []), ...(one.canGoOn ? [] : ["not to go on from"])];
  const rows = kept.map((one) => [String(one.step), String(one.epoch), one.value === null ? "" : figure(one.value), (reasons(one).length === 0 ? ["best"] : reasons(one)).join(", "), bytes(one.sizeBytes), one.hash.slice(0, 12)]);
  return table([["step", "epoch", "value", "kept as", "size", "hash"], ...rows], [0, 1, 2, 4]);
}

/** A run's name and marks in a line. */
export function markLine({ id, name, tags, isPinned, isArchived, isBaseline }: Run): string {
  return tame([id, name, ...tags.map((tag) => `#${tag}`), ...(isPinned ? ["pinned"] : []), ...(isArchived ? ["archived"] : []), ...(isBaseline ? ["baseline"] : [])].join("  "));
}

/** What is in the trash, the most recent first. */
export function trashTable(trash: readonly TrashedRun[]): string[] {
  if (trash.length === 0) return ["The trash is empty."];
  return table([["run", "name", "state", "thrown away", "about"], ...trash.map((run) => [run.id, short(run.name, 40), run.state, moment(run.trashedMs), bytes(run.sizeBytes)])], [4]);
}

export function backupTable(copies: readonly Backup[]): string[] {
  return table([["made", "size", "file", ""], ...copies.map(({ atMs, sizeBytes, name, beforeVersion }) => [moment(atMs), bytes(sizeBytes), name, beforeVersion === null ? "" : `before version ${beforeVersion}`])], [1]);
}

/** `2026-11-29 12:44:00 UTC` */
export const moment = (ms: number): string => `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** Every component by family, with what it is called. */
export function catalogTable(catalog: Catalog): string[] {
  return Object.entries(catalog).flatMap(([family, components]) => [family, ...table(components.map((one) => [`  ${one.kind}`, one.title, Object.keys(one.params).join(", ")])), ""]).slice(0, -1);
}

const short = (text: string, letters: number): string => (text.length > letters ? `${tame(text).slice(0, letters - 1)}…` : tame(text));

/** What was noticed, in a line. */
export const alertLine = (alert: Run["alerts"][number]): string => `${alertTongues.en.title(alert)} at step ${alert.step} (epoch ${alert.epoch}): ${alertTongues.en.evidence(alert)} ${alertTongues.en.cause[alert.kind]}`;

/** What was done to a run, in a line. */
export function deedLine(deed: Deed): string {
  const at = `at step ${deed.step} (epoch ${deed.epoch})`;
  if (deed.kind === "resumed") return at;
  const changes = deed.changes.map(({ path, from, to }) => `${path} ${JSON.stringify(from) ?? "nothing"} → ${JSON.stringify(to) ?? "nothing"}`).join(", ");
  return `${deed.kind === "branched" ? `from ${deed.from} ` : ""}${at}${changes === "" ? "" : `: ${changes}`}`;
}
