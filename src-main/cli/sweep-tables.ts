/** What the command line says of sweeps to people. Pure: nouns in, lines out. */

import type { ImportanceMethod, Sweep, SweepId, SweepImportance, SweepPoint, SweepResults, SweepTrial, SweepView, SweepWinner } from "../contract/sweeps.ts";
import { figure, table, tame } from "./print.ts";

/** Sweeps, newest first as they come. */
export function sweepTable(sweeps: readonly Sweep[]): string[] {
  if (sweeps.length === 0) return ["No sweeps yet. Start one: descent sweep examples/sweeps/digits.yaml"];
  return table([["sweep", "name", "state", "trials", "pruned", "failed", "objective", "best", "confirmed"], ...sweeps.map(({ id, name, state, counts, spec, best, confirmed }) =>
    [id, tame(name), state, `${over(counts)}/${counts.planned}`, String(counts.pruned), String(counts.failed), spec.objective.map(({ metric }) => metric).join(", "), best === null ? "" : figure(best.value), confirmed === null ? "" : figure(confirmed.value)])], [3, 4, 5, 7, 8]);
}

export const over = ({ finished, pruned, failed }: Sweep["counts"]): number => finished + pruned + failed;

/** Trials as rows: number, state, epochs, objectives, the values of the axes. */
export function trialTable({ spec }: Pick<Sweep, "spec">, trials: readonly SweepTrial[]): string[] {
  const axes = Object.keys(spec.axes);
  const isPopulation = spec.pruner.kind === "population";
  const heading = ["trial", "state", "epoch", ...spec.objective.map(({ metric }) => metric), ...axes, ...(isPopulation ? ["weights of"] : [])];
  const rows = trials.map(({ number, state, epoch, values, curve, point, goesOnFrom }) => [String(number), state, String(epoch), ...spec.objective.map((_, k) => shownNumber(values?.[k] ?? curve.values[k]?.at(-1))), ...axes.map((axis) => shownValue(point[axis])), ...(isPopulation ? [goesOnFrom === null ? "" : `trial ${goesOnFrom}`] : [])]);
  return table([heading, ...rows], [0, 2, ...spec.objective.map((_, k) => 3 + k)]);
}

const shownNumber = (value: number | undefined): string => (value === undefined ? "" : figure(value));
const shownValue = (value: unknown): string => tame(value === undefined ? "" : typeof value === "number" ? figure(value) : typeof value === "string" ? value : JSON.stringify(value));

export const pointLine = (point: SweepPoint): string => Object.entries(point).map(([axis, value]) => `${axis} ${shownValue(value)}`).join("  ");

export function lastSweepLine({ id, state, counts, epochs, reason }: Sweep): string {
  const saved = epochs.full === 0 || epochs.trained >= epochs.full ? "" : `, ${epochs.trained} epochs instead of ${epochs.full}`;
  return `${id} ${state}: ${over(counts)} of ${counts.planned} trials (${counts.finished} finished, ${counts.pruned} pruned, ${counts.failed} failed)${saved}${reason === null ? "" : `\n  ${tame(reason.message)}`}`;
}

/** The winner as it looks, what of it is luck, what fresh seeds say, and what the test split says once it is open. */
export function bestLines({ sweep, trials, front }: SweepView, { objective: { metric }, raw, curse, confirmed, test }: SweepWinner): string[] {
  if (raw === null) return ["No trial has come to a result."];
  const pointOf = (number: number): string => pointLine(trials.find((trial) => trial.number === number)?.point ?? {});
  const luck = curse === null ? "" : `; of ${curse.contenders} contenders the best is expected to look ${figure(curse.optimism)} better than it is, which leaves ${figure(curse.corrected)}`;
  const honest = confirmed.map(({ trial, mean, deviation, seeds, raw: seen }) => [`  trial ${trial}`, figure(mean), deviation === null ? "" : `± ${figure(deviation)}`, `${seeds} fresh ${seeds === 1 ? "seed" : "seeds"}`, `looked ${figure(seen)}`, pointOf(trial)]);
  return [
    `best as it looks  trial ${raw.trial}  ${metric} ${figure(raw.value)}${luck}`, `  ${pointOf(raw.trial)}`,
    ...(honest.length === 0 ? [`not confirmed: ${sweep.spec.confirm.top === 0 ? "the spec asks for no confirmation" : "the sweep is not finished"}`] : ["confirmed", ...table(honest)]),
    ...(test === null ? [] : ["test split of the winner", ...table(Object.entries(test).map(([name, value]) => [`  ${name}`, figure(value)]))]),
    ...(sweep.spec.objective.length === 1 ? [] : ["Pareto front", ...trialTable(sweep, trials.filter(({ number }) => front.includes(number)))]),
  ];
}

const reached = [0.1, 0.25, 0.5, 0.75, 1] as const;

/** A row for each sweep: what its best trial came to, and what the best tenth, quarter … of its trials at least did. */
export function edfLines(sweeps: readonly SweepResults[], nameOf: (id: SweepId) => string): string[] {
  const heading = ["sweep", "name", "trials", "best", ...reached.map((share) => `${100 * share} %`)];
  const rows = sweeps.map(({ sweepId, attained }) => [sweepId, tame(nameOf(sweepId)), String(attained.length), shownNumber(attained[0]?.value), ...reached.map((least) => shownNumber(attained.find(({ share }) => share >= least)?.value))]);
  return [`${sweeps[0]!.objective.metric} that each share of the trials attains`, ...table([heading, ...rows], [2, 3, ...reached.map((_, i) => 4 + i)])];
}

export function importanceLines({ trials, axes }: SweepImportance, method: ImportanceMethod): string[] {
  const percent = (share: number): string => `${Math.round(100 * share)} %`;
  const sorted = [...axes].sort((a, b) => b.share - a.share);
  return [
    `${method === "fanova" ? "share of the variance over the whole space (fANOVA)" : "what tells the best trials from all (PED-ANOVA)"}, of ${trials} trials`,
    ...table(sorted.map(({ axis, share, from, to }) => [`  ${tame(axis)}`, percent(share), "█".repeat(Math.round(20 * share)) || "▏", `${percent(from)} to ${percent(to)}`]), [1]),
  ];
}
