/**
 * One sweep under way: asks what comes next, starts runs where there is place, lets the pruner judge, and writes down what each trial came to. All it decides is a
 * function of what is stored, so that a sweep whose program died goes on from its rows: no trial is lost, none is made twice.
 */

import { runsOfPoint, toConfirm } from "../../src-engine/index.ts";
import type { Trial } from "../../src-engine/index.ts";
import { SpecError, StoreError } from "../../src-engine/spec/errors.ts";
import type { Catalog } from "../../src-engine/spec/param.ts";
import { isOver } from "../contract/nouns.ts";
import type { Run, RunId, RunOfSweep, RunSpec, Stretch } from "../contract/nouns.ts";
import type { Sweep, SweepId } from "../contract/sweeps.ts";
import type { Store } from "../store/open.ts";
import type { CurvePoint, NewTrial, StoredSweep, StoredTrial, TrialEnding } from "../store/sweeps.ts";
import type { Pool } from "../workers/pool.ts";
import type { Runs, Turned } from "./runs.ts";
import type { Accepted, Specs } from "./specs.ts";
import { sweepRecord } from "./sweep-record.ts";
import type { Standing, SweepRecord } from "./sweep-record.ts";
import { stuckBy } from "./trainings.ts";
import { extended, keptOf, meanOf, valuesOf } from "./trial-results.ts";

/** A run whose worker died is taken up again so often before its trial counts as failed. */
const mostDeaths = 5;
/** How long a full disk is waited for before the next try, in milliseconds. */
const retryMs = 5000;

export interface Sweeping {
  /** Looks what is to be done, and does it. */
  advance(): void;
  /** For its runs: see Follower. */
  gates(run: Run): readonly number[];
  progress(run: Run, series: readonly Stretch[]): void;
  state(run: Run): void;
  trained(run: Run): void;
  pause(): void;
  /** From paused, stopped, interrupted, failed or finished. */
  resume(): void;
  stop(): Promise<void>;
  /** The spec, or the trials, were changed in the store. */
  reload(): void;
  /** The curve of a trial under way, newer than what is stored. */
  curveOf(trial: number): readonly CurvePoint[];
  /** Nothing is begun any more; the sweep is interrupted where it ran. */
  close(): void;
}

export interface SweepingParts {
  readonly store: Store; readonly pool: Pool; readonly training: Runs; readonly specs: Specs; readonly catalog: Catalog; readonly now: () => number;
  /** Something of the sweep, or these trials of it, changed. */
  readonly told: (sweepId: SweepId, trials: readonly number[]) => void;
}

/** A run that should begin, or go on. */
interface Due { readonly trial: StoredTrial; readonly repeat: number; readonly isConfirmation: boolean; readonly runId: RunId | null }
/** `holdsPlace`: until its last step; then what it learned is being kept. */
interface UnderWay { readonly trial: number; readonly repeat: number; readonly isConfirmation: boolean; verdict: "stop" | "wait" | null; holdsPlace: boolean }

export function sweeping(id: SweepId, { store, pool, training, specs, catalog, now, told }: SweepingParts): Sweeping {
  const standing = new Map<number, Standing>();
  let record: SweepRecord;
  const underWay = new Map<RunId, UnderWay>();
  const deaths = new Map<RunId, number>();
  let isExhausted = false;
  let isClosed = false;
  let isBusy = false;
  let isAskedAgain = false;

  function load(): void {
    record = sweepRecord(id, store, standing);
    isExhausted = false;
  }

  // Starting.

  const isGoing = (): boolean => !isClosed && record.sweep.state === "running";
  const parallel = (): number => Math.min(record.sweep.spec.parallel, pool.parallel);
  /**
   * In synchronous mode the next run may begin while the last one's weights are still being kept: nothing that is decided meanwhile looks at its result.
   * In asynchronous mode it would, and one worker alone would no longer give the same trials each time.
   */
  const places = (): number => (record.sweep.spec.mode === "asynchronous" ? underWay.size : [...underWay.values()].filter(({ holdsPlace }) => holdsPlace).length);

  async function turn(): Promise<void> {
    for (const number of [...record.open.keys()].sort((a, b) => a - b)) settleWaiting(number);
    while (isGoing() && places() < parallel()) {
      const due = nextDue();
      if (due !== null) {
        await begin(due);
      } else if (isExhausted || (record.sweep.spec.mode === "synchronous" && isBatchUnderWay())) break;
      else if (!await choose() && !isExhausted) break;
    }
    if (isGoing() && isExhausted && record.open.size === 0 && underWay.size === 0 && nextDue() === null) conclude();
  }

  /** In synchronous mode nothing is chosen while a batch is under way: asking would only say so. */
  const isBatchUnderWay = (): boolean => [...record.open.keys()].some((number) => number > 0);

  /** A trial that waits at its rung, or came to its end without being judged: the others may have decided about it meanwhile. */
  function settleWaiting(number: number): void {
    const first = record.runsOf(number).find(({ repeat, isConfirmation }) => repeat === 1 && !isConfirmation);
    if (first === undefined || underWay.has(first.runId) || !isGoing()) return;
    const ruling = record.judged(number);
    if (ruling === "stop") prune(number, standing.get(number)!.stoppedAt!);
    else if (ruling === "go") complete(number);
  }

  /** The first run that can begin or go on now: points by hand before the sampler's, then in the order of their numbers. */
  function nextDue(): Due | null {
    for (const number of [...record.open.keys()].sort((a, b) => Math.sign(a) - Math.sign(b) || Math.abs(a) - Math.abs(b))) {
      const found = dueOf(record.open.get(number)!);
      if (found !== null) return found;
    }
    return isExhausted && record.open.size === 0 ? confirmationDue() : null;
  }

  function dueOf(trial: StoredTrial): Due | null {
    const { repeats: { count }, pruner } = record.specAt.get(trial.version)!;
    const runs = record.runsOf(trial.number);
    for (let repeat = 1; repeat <= count; repeat++) {
      const run = runs.find((one) => one.repeat === repeat && !one.isConfirmation);
      if (run === undefined) return { trial, repeat, isConfirmation: false, runId: null };
      if (record.isAtEnd(store.runs.get(run.runId).run, trial.number)) continue;
      if (!underWay.has(run.runId)) {
        const ruling = repeat === 1 ? record.judged(trial.number) : "go";
        // Decided by what came in since this turn began: the next one ends it.
        if (ruling === "stop") isAskedAgain = true;
        return ruling === "go" ? { trial, repeat, isConfirmation: false, runId: run.runId } : null;
      }
      // Seeds and folds after the first are for those that the pruner lets live.
      if (pruner.kind !== "none") return null;
    }
    return null;
  }

  function confirmationDue(): Due | null {
    const { top, seeds } = record.sweep.spec.confirm;
    if (top === 0) return null;
    for (const { number } of toConfirm([...record.past.values()], record.sweep.spec)) {
      const done = record.confirmed.get(number)?.length ?? 0;
      for (let repeat = done + 1; repeat <= seeds; repeat++) {
        const run = record.runsOf(number).find((one) => one.repeat === repeat && one.isConfirmation);
        if (run !== undefined && (underWay.has(run.runId) || isSettled(store.runs.get(run.runId).run, number))) continue;
        const [trial] = store.sweeps.trials(id).filter((one) => one.number === number);
        return { trial: trial!, repeat, isConfirmation: true, runId: run?.runId ?? null };
      }
    }
    return null;
  }

  /** Whether a run's result is final: it finished, or failed by its own fault. */
  const isSettled = (run: Run, number: number): boolean => record.isAtEnd(run, number) || (run.state === "failed" && !mayLiveAgain(run));
  const mayLiveAgain = (run: Run): boolean => run.reason?.code === "workerDied" && (deaths.get(run.id) ?? 0) < mostDeaths;

  /** Begins a run or lets it go on. */
  async function begin({ trial, repeat, isConfirmation, runId }: Due): Promise<void> {
    const { number } = trial;
    if (isConfirmation && record.sweep.phase === "searching") tell(store.sweeps.setState(id, { state: "running", phase: "confirming" }));
    let accepted: Accepted;
    const lineage = isConfirmation ? record.lineageOf(number) : [trial];
    const specOf = ({ version, point }: StoredTrial): RunSpec => {
      const { spec } = runsOfPoint(record.specAt.get(version)!, point, catalog, isConfirmation ? Math.max(repeat, record.sweep.spec.confirm.seeds) : 0)[repeat - 1]!;
      // What is chosen by the test split cannot be judged by it: whatever the base says, no trial opens it.
      return { ...spec, name: nameOf(spec, trial, repeat, isConfirmation), train: { ...spec.train, openTest: false } };
    };
    try {
      accepted = await specs.accept(specOf(lineage[0]!));
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      const [first] = error.problems;
      end(number, { state: "failed", ...nothing, reason: { code: "badSpec", message: `${first?.path ?? ""} ${first?.message ?? error.message}`.trim() } });
      return;
    }
    if (!isGoing()) return;
    const live: UnderWay = { trial: number, repeat, isConfirmation, verdict: null, holdsPlace: true };
    if (runId !== null) {
      underWay.set(runId, live);
      training.resume(runId);
    } else {
      const made = await newRun(trial, { id, trial: number, repeat, isConfirmation }, accepted, lineage.slice(1).map((one) => ({ epoch: record.startOf(one.number), spec: specOf(one) })));
      if (made === null) return;
      underWay.set(made, live);
      record.noteRun(number, { runId: made, repeat, isConfirmation, state: "queued", startedMs: null, endedMs: null, epoch: 0 });
      if (!standing.has(number) && !isConfirmation) standing.set(number, { curve: [], passed: 0, stoppedAt: null });
    }
    told(id, [number]);
  }

  /** A run from the beginning, or, of a population, one that goes on with the weights of another trial; null where these are gone, and with them the trial. */
  async function newRun({ number, goesOnFrom }: StoredTrial, of: RunOfSweep, accepted: Accepted, turns: readonly Turned[]): Promise<RunId | null> {
    if (goesOnFrom === null || of.isConfirmation) return training.startForTrial(accepted, of, record.sweep.experimentId, { like: store.sweeps.runs(id, number)[0]?.runId, turns });
    const parent = store.sweeps.runs(id, goesOnFrom).find(({ repeat, isConfirmation }) => repeat === 1 && !isConfirmation);
    try {
      return await training.branchForTrial(accepted, of, parent?.runId ?? `of trial ${goesOnFrom}`);
    } catch (error) {
      if (!(error instanceof StoreError) || stuckBy(error) !== null || isClosed) throw error;
      end(number, { state: "failed", ...nothing, reason: { code: error.code, message: error.message } });
      return null;
    }
  }

  const nameOf = ({ name }: RunSpec, { number }: StoredTrial, repeat: number, isConfirmation: boolean): string =>
    `${record.sweep.name || name || "sweep"} · trial ${number}${isConfirmation ? ` · confirmation ${repeat}` : record.sweep.spec.repeats.count > 1 ? ` · ${repeat}` : ""}`.slice(-200);

  /** Asks for the next trials and stores them; false where there are none now. */
  async function choose(): Promise<boolean> {
    if (isExhausted) return false;
    const { version, spec } = record.sweep;
    const next = await pool.think({ kind: "next", history: record.history(), spec });
    if (!isGoing()) return false;
    // The spec was changed while it was thought about: what was chosen is not what is wanted.
    if (version !== record.sweep.version) return true;
    if (next.start.length === 0) {
      isExhausted = next.isExhausted;
      return false;
    }
    const made = store.sweeps.addTrials(id, next.start.map((trial) => ({ ...newTrial(trial, trial.sameAs), goesOnFrom: trial.from ?? null })), now());
    for (const trial of made) {
      record.keep(trial);
      if (trial.state === "running") standing.set(trial.number, { curve: [], passed: 0, stoppedAt: null });
    }
    told(id, made.map(({ number }) => number));
    return true;
  }

  /** A trial as it is stored: at a point whose result is known it takes that over and trains nothing. */
  function newTrial({ number, batch, point }: Pick<Trial, "number" | "batch" | "point">, sameAs: number | null): NewTrial {
    const like = sameAs === null ? undefined : store.sweeps.trials(id).find((trial) => trial.number === sameAs);
    const known = like === undefined ? {} : { state: "finished" as const, values: like.values, repeats: like.repeats, curve: like.curve };
    return { number, batch, origin: "sampler", version: record.sweep.version, point, sameAs: like?.number ?? null, ...known };
  }

  // Ending.

  function prune(number: number, epoch: number): void {
    const curve = (standing.get(number)?.curve ?? []).filter(([at]) => at <= epoch);
    const last = curve.at(-1);
    end(number, { state: "pruned", values: last === undefined ? null : last.slice(1), repeats: [], curve, prunedAt: epoch, reason: null });
  }

  function end(number: number, ending: TrialEnding): void {
    if (!record.open.has(number)) return;
    record.keep(store.sweeps.endTrial(id, number, { ...ending, curve: keptOf(ending.curve, record.gatesAt(number)) }, now()));
    told(id, [number]);
  }

  /** What a run that is over means for its trial. */
  function settle(run: Run, { trial: number, isConfirmation, verdict }: UnderWay): void {
    if (isConfirmation) return confirm(number);
    if (!record.open.has(number)) return;
    const curve = standing.get(number)?.curve ?? [];
    if (run.state === "failed") {
      if (mayLiveAgain(run)) return;
      return end(number, { state: "failed", values: null, repeats: record.resultsOf(number), curve, prunedAt: null, reason: { code: run.reason?.code ?? "internal", message: run.reason?.message ?? "" } });
    }
    if (record.isAtEnd(run, number) && run.state === "stopped") return complete(number);
    if (run.state === "stopped") {
      if (verdict === "stop") return prune(number, standing.get(number)!.stoppedAt!);
      if (verdict === "wait" || !isGoing()) return;
      // A person stopped this one run.
      return prune(number, run.epoch);
    }
    if (run.state !== "finished") return;
    const ruling = record.judged(number);
    if (ruling === "stop") return prune(number, standing.get(number)!.stoppedAt!);
    if (ruling === "go") complete(number);
  }

  /** Ends a trial whose runs are all done, or whose further ones are not worth their seeds. */
  function complete(number: number): void {
    const trial = record.open.get(number)!;
    const curve = standing.get(number)?.curve ?? [];
    const repeats = record.resultsOf(number);
    const { count } = record.specAt.get(trial.version)!.repeats;
    if (repeats.length > 0 && repeats.length < count && record.isLost(number, repeats)) return end(number, { state: "pruned", values: meanOf(repeats), repeats, curve, prunedAt: curve.at(-1)?.[0] ?? null, reason: null });
    if (repeats.length < count) return;
    const values = meanOf(repeats);
    if (values.every(Number.isFinite)) return end(number, { state: "finished", values, repeats, curve, prunedAt: null, reason: null });
    end(number, { state: "failed", values, repeats, curve, prunedAt: null, reason: { code: "noResult", message: `its ${count === 1 ? "run" : `${count} runs`} ended without a finite number for every objective` } });
  }

  function confirm(number: number): void {
    const runs = record.runsOf(number).filter(({ isConfirmation }) => isConfirmation).sort((a, b) => a.repeat - b.repeat);
    const values: (readonly number[])[] = [];
    for (const { runId } of runs) {
      const { run } = store.runs.get(runId);
      if (!isSettled(run, number)) break;
      values.push(record.isAtEnd(run, number) ? valuesOf(run, record.sweep.spec.objective) : record.sweep.spec.objective.map(() => Number.NaN));
    }
    record.confirmed.set(number, values);
    store.sweeps.confirmTrial(id, number, values);
    told(id, [number]);
  }

  /** Lets a run pass the gates it has reached, or stops it: for good, or until the others of its rung are there. */
  function rule(run: Run, live: UnderWay): void {
    if (live.verdict !== null || isOver(run.state)) return;
    if (record.isPopulation) {
      if (run.epoch < (record.gatesAt(live.trial)[0] ?? Infinity)) return;
      live.verdict = "stop";
      void training.stop(run.id, "step");
      return;
    }
    const ruling = record.judged(live.trial);
    // A run that began again after its worker died comes by gates that it has passed before.
    if (ruling === "go") return training.pass(run.id, run.epoch);
    live.verdict = ruling;
    void training.stop(run.id, "step");
  }

  function conclude(): void {
    tell(store.sweeps.setState(id, { state: "finished", endedMs: now() }));
  }

  function tell(to: StoredSweep): void {
    record.sweep = to;
    told(id, []);
  }

  /** One turn after the other; what happens meanwhile asks for another one. */
  async function advance(): Promise<void> {
    if (isBusy) { isAskedAgain = true; return; }
    isBusy = true;
    try {
      do {
        isAskedAgain = false;
        if (isGoing()) await turn();
      } while (isAskedAgain);
    } catch (error) {
      fail(error);
    } finally {
      isBusy = false;
    }
  }

  function fail(error: unknown): void {
    if (isClosed) return;
    if (stuckBy(error) !== null) {
      setTimeout(() => { void advance(); }, retryMs).unref();
      return;
    }
    const { message, code = "internal", hint = "" } = error as Error & { code?: string; hint?: string };
    try {
      tell(store.sweeps.setState(id, { state: "failed", reason: { code, message, hint }, endedMs: now() }));
    } catch (second) {
      process.emitWarning(`sweep ${id} failed (${message}), and the project could not be written: ${String(second)}`);
    }
  }

  /** What follows from news of a run; it comes from within other work, so a fault of ours must not reach that. */
  function guarded(work: () => void): void {
    try { work(); } catch (error) { fail(error); }
    void advance();
  }

  load();
  return {
    advance() { void advance(); },
    gates: ({ sweep: of }) => {
      if (of === null) return [];
      if (record.isPopulation) return record.gatesAt(of.trial);
      return of.repeat > 1 || of.isConfirmation || !record.open.has(of.trial) ? [] : record.gatesAt(of.trial);
    },
    progress(run, series) {
      const live = underWay.get(run.id);
      const at = live === undefined ? undefined : standing.get(live.trial);
      if (live !== undefined && live.isConfirmation && record.isPopulation) return guarded(() => { rule(run, live); });
      if (live === undefined || live.isConfirmation || live.repeat > 1 || at === undefined) return;
      guarded(() => {
        at.curve = extended(at.curve, run, series, record.sweep.spec.objective);
        told(id, [live.trial]);
        rule(run, live);
      });
    },
    state(run) {
      const live = underWay.get(run.id);
      if (live === undefined) return;
      if (run.state === "running" && !live.isConfirmation && live.repeat === 1) {
        const at = standing.get(live.trial);
        // It went on from a checkpoint, or from the beginning: what came after that is told again.
        if (at !== undefined) guarded(() => {
          at.curve = record.storedCurve(live.trial);
          rule(run, live);
        });
      }
      if (!isOver(run.state)) return told(id, [live.trial]);
      guarded(() => {
        underWay.delete(run.id);
        if (run.reason?.code === "workerDied") deaths.set(run.id, (deaths.get(run.id) ?? 0) + 1);
        settle(run, live);
        told(id, [live.trial]);
      });
    },
    trained({ id: runId }) {
      const live = underWay.get(runId);
      if (live === undefined) return;
      live.holdsPlace = false;
      void advance();
    },
    pause() {
      tell(store.sweeps.setState(id, { state: "paused" }));
      for (const runId of underWay.keys()) {
        const { state } = store.runs.get(runId).run;
        if (state === "running") training.pause(runId);
        if (state === "queued") void training.stop(runId, "step");
      }
    },
    resume() {
      load();
      tell(store.sweeps.setState(id, { state: "running", phase: record.open.size > 0 ? "searching" : record.sweep.phase }));
      for (const runId of underWay.keys()) if (store.runs.get(runId).run.state === "paused") training.resume(runId);
      void advance();
    },
    async stop() {
      tell(store.sweeps.setState(id, { state: "stopped", endedMs: now() }));
      await Promise.all([...underWay.keys()].map((runId) => training.stop(runId, "step")));
    },
    reload() {
      load();
      told(id, []);
      void advance();
    },
    curveOf: (number) => standing.get(number)?.curve ?? [],
    close() {
      if (isGoing()) store.sweeps.setState(id, { state: "interrupted" satisfies Sweep["state"] });
      isClosed = true;
    },
  };
}

const nothing = { values: null, repeats: [], curve: [], prunedAt: null } as const;
