/**
 * What a sweep knows of its trials: which are open and where each stands, what the others came to, which runs belong to whom; and what follows of that: the history as
 * samplers and pruners read it, and the verdict on a trial. Reads the store; starts and writes nothing.
 */

import { cohortOf, generationOf, judge } from "../../src-engine/index.ts";
import type { Ruling, Trial } from "../../src-engine/index.ts";
import type { Run } from "../contract/nouns.ts";
import type { SweepId, SweepSpec, TrialRun } from "../contract/sweeps.ts";
import type { Store } from "../store/open.ts";
import type { CurvePoint, StoredSweep, StoredTrial } from "../store/sweeps.ts";
import { asHistory, curveInStore, gatesOf, valuesOf } from "./trial-results.ts";

/** Where a trial's first run stands: what was measured, the last gate it has passed, the gate at which it was stopped or waits. */
export interface Standing { curve: readonly CurvePoint[]; passed: number; stoppedAt: number | null }

export interface SweepRecord {
  /** As it was stored last. */
  sweep: StoredSweep;
  /** Whether its trials hand on their weights. */
  readonly isPopulation: boolean;
  /** The spec by its version. */
  readonly specAt: ReadonlyMap<number, SweepSpec>;
  /** Trials that are not over, by number; and what the others came to. */
  readonly open: ReadonlyMap<number, StoredTrial>;
  readonly past: ReadonlyMap<number, Trial>;
  readonly confirmed: Map<number, readonly (readonly number[])[]>;
  readonly standing: Map<number, Standing>;
  /** Of open trials, and of those that are being confirmed. */
  runsOf(number: number): readonly TrialRun[];
  noteRun(number: number, run: TrialRun): void;
  /** Files a trial where it belongs now. */
  keep(trial: StoredTrial): void;
  /** Epochs after which a trial's first run waits for its verdict; of a population the one after which it ends. None of trials besides the sampler's. */
  gatesAt(number: number): readonly number[];
  /** Whether a run of the trial did all that it should: of a population as far as its generation goes. */
  isAtEnd(run: Run, number: number): boolean;
  storedCurve(number: number): readonly CurvePoint[];
  /** All trials, those that are open as they stand. */
  history(): readonly Trial[];
  /** The values of the trial's runs that are done, in their order, without gaps. */
  resultsOf(number: number): readonly (readonly number[])[];
  /** Judges a trial's first run at every gate that its curve has reached and that it has not passed. */
  judged(number: number): Ruling;
  /** After another repeat: whether the rest are not worth their seeds. */
  isLost(number: number, repeats: readonly (readonly number[])[]): boolean;
  /** Of a population: the epoch after which a trial goes on with other weights. */
  startOf(number: number): number;
  /** Of a population: the trials whose weights became this one's, oldest first, itself last. */
  lineageOf(number: number): readonly StoredTrial[];
}

/** Reads all of a sweep; trials that stood somewhere before (`standing`) stand there still. */
export function sweepRecord(id: SweepId, store: Store, standing: Map<number, Standing>): SweepRecord {
  const sweep = store.sweeps.get(id);
  const specAt = new Map(store.sweeps.versions(id).map(({ version, spec }) => [version, spec]));
  const isPopulation = sweep.spec.pruner.kind === "population";
  const gates = gatesOf(sweep.spec, () => []);
  const open = new Map<number, StoredTrial>();
  const past = new Map<number, Trial>();
  const confirmed = new Map<number, readonly (readonly number[])[]>();
  const runs = new Map<number, readonly TrialRun[]>();

  function noteRun(trial: number, run: TrialRun): void { runs.set(trial, [...(runs.get(trial) ?? []).filter(({ runId }) => runId !== run.runId), run]); }

  function keep(trial: StoredTrial): void {
    if (trial.confirmed.length > 0) confirmed.set(trial.number, trial.confirmed);
    if (trial.state === "running") open.set(trial.number, trial);
    else {
      open.delete(trial.number);
      past.set(trial.number, asHistory(trial, readEpochs()));
      standing.delete(trial.number);
      if (!runs.get(trial.number)?.some(({ isConfirmation }) => isConfirmation)) runs.delete(trial.number);
    }
  }

  /** What of a curve samplers and pruners look at: a median of averages at all of it. */
  function readEpochs(): ReadonlySet<number> | "all" {
    const { pruner, sampler } = sweep.spec;
    if (pruner.kind === "median" && pruner["reference"] === "averages") return "all";
    return new Set(sampler.kind === "bohb" || pruner.kind === "hyperband" || pruner.kind === "successiveHalving" ? everyRung() : gates);
  }

  const everyRung = (): readonly number[] => [...new Set(Array.from({ length: Math.min(sweep.spec.trials, 1000) }, (_, i) => rungsOf(i + 1)).flat())];
  function rungsOf(number: number): readonly number[] {
    const { pruner, base, trials } = sweep.spec;
    if (isPopulation) return [generationOf(number, sweep.spec).until].filter((epoch) => epoch < base.train.epochs);
    if (pruner.kind !== "successiveHalving" && pruner.kind !== "hyperband") return [];
    return cohortOf(number, pruner.kind, { eta: Number(pruner["eta"]), least: Number(pruner["least"]) }, base.train.epochs, trials).rungs.map(({ epochs }) => epochs);
  }
  const gatesAt = (number: number): readonly number[] => (number < 0 ? [] : gatesOf(sweep.spec, () => rungsOf(number)));

  // Of a population a trial ends at its gate: stopped there, or closed with the program while it waited there, its state saved.
  const isAtEnd = (run: Run, number: number): boolean => run.state === "finished"
    || (isPopulation && run.epoch === gatesAt(number)[0] && (run.state === "stopped" || (run.state === "interrupted" && run.reason?.code === "closed")));

  function storedCurve(number: number): readonly CurvePoint[] {
    const first = store.sweeps.runs(id, number).find(({ repeat, isConfirmation }) => repeat === 1 && !isConfirmation);
    return first === undefined ? [] : curveInStore(store, store.runs.get(first.runId).run, sweep.spec.objective);
  }

  /** `cut` at an epoch where one of them is judged there. */
  function history(cut?: { readonly number: number; readonly epoch: number; readonly repeats: readonly (readonly number[])[] }): readonly Trial[] {
    const running = [...open.values()].map((trial) => {
      const curve = standing.get(trial.number)?.curve ?? [];
      const isCut = cut !== undefined && cut.number === trial.number;
      return asHistory({ ...trial, curve: isCut ? curve.filter(([epoch]) => epoch <= cut.epoch) : curve, repeats: isCut ? cut.repeats : resultsOf(trial.number) }, "all");
    });
    return [...past.values(), ...running].sort((a, b) => a.number - b.number);
  }

  function resultsOf(number: number): readonly (readonly number[])[] {
    const own = (runs.get(number) ?? []).filter(({ isConfirmation }) => !isConfirmation).sort((a, b) => a.repeat - b.repeat);
    const found: (readonly number[])[] = [];
    for (const { runId, repeat } of own) {
      const { run } = store.runs.get(runId);
      if (!isAtEnd(run, number) || repeat !== found.length + 1) break;
      found.push(valuesOf(run, sweep.spec.objective));
    }
    return found;
  }

  function judged(number: number): Ruling {
    const at = standing.get(number);
    if (at === undefined || number < 0 || isPopulation) return "go";
    const reached = at.curve.at(-1)?.[0] ?? 0;
    for (const gate of gatesAt(number).filter((epoch) => epoch > at.passed && epoch <= reached)) {
      const ruling = judge(history({ number, epoch: gate, repeats: [] }), number, sweep.spec);
      at.stoppedAt = ruling === "go" ? null : gate;
      if (ruling !== "go") return ruling;
      at.passed = gate;
    }
    return "go";
  }

  function lineageOf(number: number): readonly StoredTrial[] {
    const all = new Map(store.sweeps.trials(id).map((trial) => [trial.number, trial]));
    const found: StoredTrial[] = [];
    for (let trial = all.get(number); trial !== undefined; trial = trial.goesOnFrom === null ? undefined : all.get(trial.goesOnFrom)) found.unshift(trial);
    return found;
  }

  const record: SweepRecord = {
    sweep, isPopulation, specAt, open, past, confirmed, standing, noteRun, keep, gatesAt, isAtEnd, storedCurve, resultsOf, judged, lineageOf,
    runsOf: (number) => runs.get(number) ?? [],
    history: () => history(),
    startOf: (number) => generationOf(number, sweep.spec).from,
    isLost: (number, repeats) => number > 0 && sweep.spec.pruner.kind === "wilcoxon" && judge(history({ number, epoch: Infinity, repeats }), number, sweep.spec) === "stop",
  };
  for (const trial of store.sweeps.trials(id)) keep(trial);
  for (const run of store.sweeps.runs(id)) if (open.has(run.trial) || run.isConfirmation) noteRun(run.trial, run);
  for (const number of open.keys()) if (!standing.has(number)) standing.set(number, { curve: storedCurve(number), passed: 0, stoppedAt: null });
  return record;
}
