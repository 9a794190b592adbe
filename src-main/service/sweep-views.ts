/** Sweeps as clients hear of them, made of what is stored and of the curves of trials under way. */

import { lossesOf, paretoFront } from "../../src-engine/index.ts";
import type { Run } from "../contract/nouns.ts";
import { curvePoints } from "../contract/sweeps.ts";
import type { Leader, Sweep, SweepId, SweepTrial, TrialRun, TrialState } from "../contract/sweeps.ts";
import type { Store } from "../store/open.ts";
import type { CurvePoint, StoredSweep, StoredTrial } from "../store/sweeps.ts";
import { keptOf } from "./trial-results.ts";

/** `places`: how many runs train side by side now. */
export function sweepView(store: Store, { seq: _, ...sweep }: StoredSweep, places: number): Sweep {
  const { spec } = sweep;
  const { counts, best, confirmed, trainedEpochs, trainedMs } = store.sweeps.summary(sweep.id, spec.objective[0]!.goal);
  const over = counts.finished + counts.pruned + counts.failed;
  const { count } = spec.repeats;
  return {
    ...sweep, best, confirmed: bestConfirmed(confirmed, spec.objective[0]!.goal),
    counts: { planned: spec.trials, waiting: Math.max(0, counts.open - counts.active), running: counts.active, finished: counts.finished, pruned: counts.pruned, failed: counts.failed },
    epochs: { trained: trainedEpochs, full: spec.pruner.kind === "population" ? trainedEpochs : over * count * spec.base.train.epochs },
    remainingMs: sweep.state === "running" && over > 0 ? ((trainedMs / over) * Math.max(0, spec.trials - over) + confirmationMs(sweep.phase, spec, confirmed.reduce((sum, { values }) => sum + values.length, 0), trainedMs / Math.max(1, trainedEpochs))) / Math.max(1, places) : null,
  };
}

function confirmationMs(_: Sweep["phase"], { confirm: { top, seeds }, base }: Sweep["spec"], done: number, epochMs: number): number {
  return Math.max(0, top * seeds - done) * base.train.epochs * epochMs;
}

/** The best mean over fresh seeds; a trial of which one diverged cannot lead. */
function bestConfirmed(confirmed: readonly { readonly trial: number; readonly values: readonly (readonly number[])[] }[], goal: "minimize" | "maximize"): Leader | null {
  const leaders = confirmed.map(({ trial, values }) => ({ trial, value: values.reduce((sum, [first]) => sum + first!, 0) / values.length })).filter(({ value }) => Number.isFinite(value));
  return leaders.reduce<Leader | null>((best, one) => (best === null || (goal === "minimize" ? one.value < best.value : one.value > best.value) ? one : best), null);
}

/** `live`: the curve of a trial under way, where it is newer than what is stored. */
export function trialView(trial: StoredTrial, runs: readonly TrialRun[], live: readonly CurvePoint[]): SweepTrial {
  const { importedFrom: _, seq: __, curve, state, ...rest } = trial;
  const seen = keptOf(state === "running" ? live : curve, [], curvePoints);
  return {
    ...rest, state: state === "running" ? underWay(runs) : state, runs,
    curve: { epochs: seen.map(([epoch]) => epoch), values: (seen[0]?.slice(1) ?? []).map((_value, k) => seen.map((point) => point[k + 1]!)) },
    epoch: Math.max(0, seen.at(-1)?.[0] ?? 0, ...runs.filter(({ isConfirmation }) => !isConfirmation).map(({ epoch }) => epoch)),
  };
}

const underWay = (runs: readonly TrialRun[]): TrialState => (runs.some(({ state }) => state === "running" || state === "paused") ? "running" : "waiting");

/** The runs of trials by number; those an imported trial was taken from are looked up one by one. */
export function runsByTrial(store: Store, id: SweepId, trials: readonly StoredTrial[]): ReadonlyMap<number, readonly TrialRun[]> {
  const made = trials.length === 1 ? store.sweeps.runs(id, trials[0]!.number) : store.sweeps.runs(id);
  const found = new Map<number, TrialRun[]>(trials.map(({ number, importedFrom }) => [number, importedFrom.flatMap((runId, i) => asTrialRun(store, runId, i + 1))]));
  for (const { trial, ...run } of made) found.get(trial)?.push(run);
  return found;
}

/** A run that was deleted since is left out. */
function asTrialRun(store: Store, runId: string, repeat: number): TrialRun[] {
  const run = runOrNull(store, runId);
  return run === null ? [] : [{ runId, repeat, isConfirmation: false, state: run.state, startedMs: run.startedMs, endedMs: run.endedMs, epoch: run.epoch }];
}

function runOrNull(store: Store, runId: string): Run | null {
  try { return store.runs.get(runId).run; } catch { return null; }
}

/** Numbers of the trials that no other beats in every objective. */
export function frontOf(store: Store, { id, spec: { objective }, best }: Pick<Sweep, "id" | "spec" | "best">): readonly number[] {
  if (objective.length === 1) return best === null ? [] : [best.trial];
  const judged = store.sweeps.results(id).flatMap(({ number, values }) => {
    const losses = lossesOf(values, objective);
    return losses === null ? [] : [{ number, losses }];
  });
  return paretoFront(judged.map(({ losses }) => losses)).map((i) => judged[i]!.number);
}
