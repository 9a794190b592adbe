/**
 * One sweep under way: asks what comes next, starts runs where there is place, lets the pruner judge, and writes down what each trial came to. All it decides is a
 * function of what is stored, so that a sweep whose program died goes on from its rows: no trial is lost, none is made twice.
 */

import { cohortOf, judge, runsOfPoint, toConfirm } from "../../src-engine/index.ts";
import type { Ruling, Trial } from "../../src-engine/index.ts";
import { SpecError } from "../../src-engine/spec/errors.ts";
import type { Catalog } from "../../src-engine/spec/param.ts";
import { isOver } from "../contract/nouns.ts";
import type { Run, RunId, RunSpec, Stretch } from "../contract/nouns.ts";
import type { Sweep, SweepId, SweepSpec, TrialRun } from "../contract/sweeps.ts";
import type { Store } from "../store/open.ts";
import type { CurvePoint, NewTrial, StoredSweep, StoredTrial, TrialEnding } from "../store/sweeps.ts";
import type { Pool } from "../workers/pool.ts";
import type { Runs } from "./runs.ts";
import type { Accepted, Specs } from "./specs.ts";
import { stuckBy } from "./trainings.ts";
import { asHistory, curveInStore, extended, gatesOf, keptOf, meanOf, valuesOf } from "./trial-results.ts";

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
/** Where a trial's first run stands: what was measured, the last gate it has passed, the gate at which it was stopped or waits. */
interface Standing { curve: readonly CurvePoint[]; passed: number; stoppedAt: number | null }

export function sweeping(id: SweepId, { store, pool, training, specs, catalog, now, told }: SweepingParts): Sweeping {
  let sweep: StoredSweep;
  let specAt: ReadonlyMap<number, SweepSpec>;
  let gates: readonly number[] = [];
  /** Trials that are not over, by number; and what the others came to, as samplers and pruners read it. */
  let open: Map<number, StoredTrial>;
  let past: Map<number, Trial>;
  let confirmed: Map<number, readonly (readonly number[])[]>;
  const standing = new Map<number, Standing>();
  const runsOf = new Map<number, TrialRun[]>();
  const underWay = new Map<RunId, UnderWay>();
  const deaths = new Map<RunId, number>();
  let isExhausted = false;
  let isClosed = false;
  let isBusy = false;
  let isAskedAgain = false;

  function load(): void {
    sweep = store.sweeps.get(id);
    specAt = new Map(store.sweeps.versions(id).map(({ version, spec }) => [version, spec]));
    gates = gatesOf(sweep.spec, () => []);
    open = new Map();
    past = new Map();
    confirmed = new Map();
    isExhausted = false;
    for (const trial of store.sweeps.trials(id)) keep(trial);
    runsOf.clear();
    for (const run of store.sweeps.runs(id)) if (open.has(run.trial) || run.isConfirmation) noteRun(run.trial, run);
    for (const number of open.keys()) if (!standing.has(number)) standing.set(number, { curve: storedCurve(number), passed: 0, stoppedAt: null });
  }

  function noteRun(trial: number, run: TrialRun): void { runsOf.set(trial, [...(runsOf.get(trial) ?? []).filter(({ runId }) => runId !== run.runId), run]); }

  /** Files a trial where it belongs now. */
  function keep(trial: StoredTrial): void {
    if (trial.confirmed.length > 0) confirmed.set(trial.number, trial.confirmed);
    if (trial.state === "running") open.set(trial.number, trial);
    else {
      open.delete(trial.number);
      past.set(trial.number, asHistory(trial, readEpochs()));
      standing.delete(trial.number);
      if (!runsOf.get(trial.number)?.some(({ isConfirmation }) => isConfirmation)) runsOf.delete(trial.number);
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
    if (pruner.kind !== "successiveHalving" && pruner.kind !== "hyperband") return [];
    return cohortOf(number, pruner.kind, { eta: Number(pruner["eta"]), least: Number(pruner["least"]) }, base.train.epochs, trials).rungs.map(({ epochs }) => epochs);
  }
  const gatesAt = (number: number): readonly number[] => (number < 0 ? [] : gatesOf(sweep.spec, () => rungsOf(number)));

  function storedCurve(number: number): readonly CurvePoint[] {
    const first = store.sweeps.runs(id, number).find(({ repeat, isConfirmation }) => repeat === 1 && !isConfirmation);
    return first === undefined ? [] : curveInStore(store, store.runs.get(first.runId).run, sweep.spec.objective);
  }

  /** The history with open trials as they stand; `cut` at an epoch where one of them is judged there. */
  function history(cut?: { readonly number: number; readonly epoch: number; readonly repeats: readonly (readonly number[])[] }): readonly Trial[] {
    const running = [...open.values()].map((trial) => {
      const curve = standing.get(trial.number)?.curve ?? [];
      const isCut = cut !== undefined && cut.number === trial.number;
      return asHistory({ ...trial, curve: isCut ? curve.filter(([epoch]) => epoch <= cut.epoch) : curve, repeats: isCut ? cut.repeats : resultsOf(trial.number) }, "all");
    });
    return [...past.values(), ...running].sort((a, b) => a.number - b.number);
  }

  /** The values of the trial's runs that have finished, in their order, without gaps. */
  function resultsOf(number: number): readonly (readonly number[])[] {
    const runs = (runsOf.get(number) ?? []).filter(({ isConfirmation }) => !isConfirmation).sort((a, b) => a.repeat - b.repeat);
    const found: (readonly number[])[] = [];
    for (const { runId, repeat } of runs) {
      const { run } = store.runs.get(runId);
      if (run.state !== "finished" || repeat !== found.length + 1) break;
      found.push(valuesOf(run, sweep.spec.objective));
    }
    return found;
  }

  /** Judges a trial's first run at every gate that its curve has reached and that it has not passed. */
  function judged(number: number): Ruling {
    const at = standing.get(number);
    if (at === undefined || number < 0) return "go";
    const reached = at.curve.at(-1)?.[0] ?? 0;
    for (const gate of gatesAt(number).filter((epoch) => epoch > at.passed && epoch <= reached)) {
      const ruling = judge(history({ number, epoch: gate, repeats: [] }), number, sweep.spec);
      at.stoppedAt = ruling === "go" ? null : gate;
      if (ruling !== "go") return ruling;
      at.passed = gate;
    }
    return "go";
  }

  /** After another repeat: whether the rest are worth their seeds. */
  const isLost = (number: number, repeats: readonly (readonly number[])[]): boolean => number > 0 && sweep.spec.pruner.kind === "wilcoxon" && judge(history({ number, epoch: Infinity, repeats }), number, sweep.spec) === "stop";

  // Starting.

  const isGoing = (): boolean => !isClosed && sweep.state === "running";
  const parallel = (): number => Math.min(sweep.spec.parallel, pool.parallel);
  /**
   * In synchronous mode the next run may begin while the last one's weights are still being kept: nothing that is decided meanwhile looks at its result.
   * In asynchronous mode it would, and one worker alone would no longer give the same trials each time.
   */
  const places = (): number => (sweep.spec.mode === "asynchronous" ? underWay.size : [...underWay.values()].filter(({ holdsPlace }) => holdsPlace).length);

  async function turn(): Promise<void> {
    for (const number of [...open.keys()].sort((a, b) => a - b)) settleWaiting(number);
    while (isGoing() && places() < parallel()) {
      const due = nextDue();
      if (due !== null) {
        await begin(due);
      } else if (isExhausted || (sweep.spec.mode === "synchronous" && isBatchUnderWay())) break;
      else if (!await choose() && !isExhausted) break;
    }
    if (isGoing() && isExhausted && open.size === 0 && underWay.size === 0 && nextDue() === null) conclude();
  }

  /** In synchronous mode nothing is chosen while a batch is under way: asking would only say so. */
  const isBatchUnderWay = (): boolean => [...open.keys()].some((number) => number > 0);

  /** A trial that waits at its rung, or came to its end without being judged: the others may have decided about it meanwhile. */
  function settleWaiting(number: number): void {
    const first = runsOf.get(number)?.find(({ repeat, isConfirmation }) => repeat === 1 && !isConfirmation);
    if (first === undefined || underWay.has(first.runId) || !isGoing()) return;
    const ruling = judged(number);
    if (ruling === "stop") prune(number, standing.get(number)!.stoppedAt!);
    else if (ruling === "go") complete(number);
  }

  /** The first run that can begin or go on now: points by hand before the sampler's, then in the order of their numbers. */
  function nextDue(): Due | null {
    for (const number of [...open.keys()].sort((a, b) => Math.sign(a) - Math.sign(b) || Math.abs(a) - Math.abs(b))) {
      const found = dueOf(open.get(number)!);
      if (found !== null) return found;
    }
    return isExhausted && open.size === 0 ? confirmationDue() : null;
  }

  function dueOf(trial: StoredTrial): Due | null {
    const { repeats: { count }, pruner } = specAt.get(trial.version)!;
    const runs = runsOf.get(trial.number) ?? [];
    for (let repeat = 1; repeat <= count; repeat++) {
      const run = runs.find((one) => one.repeat === repeat && !one.isConfirmation);
      if (run === undefined) return { trial, repeat, isConfirmation: false, runId: null };
      if (store.runs.get(run.runId).run.state === "finished") continue;
      if (!underWay.has(run.runId)) {
        const ruling = repeat === 1 ? judged(trial.number) : "go";
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
    const { top, seeds } = sweep.spec.confirm;
    if (top === 0) return null;
    for (const { number } of toConfirm([...past.values()], sweep.spec)) {
      const done = confirmed.get(number)?.length ?? 0;
      for (let repeat = done + 1; repeat <= seeds; repeat++) {
        const run = runsOf.get(number)?.find((one) => one.repeat === repeat && one.isConfirmation);
        if (run !== undefined && (underWay.has(run.runId) || isSettled(store.runs.get(run.runId).run))) continue;
        const [trial] = store.sweeps.trials(id).filter((one) => one.number === number);
        return { trial: trial!, repeat, isConfirmation: true, runId: run?.runId ?? null };
      }
    }
    return null;
  }

  /** Whether a run's result is final: it finished, or failed by its own fault. */
  const isSettled = (run: Run): boolean => run.state === "finished" || (run.state === "failed" && !mayLiveAgain(run));
  const mayLiveAgain = (run: Run): boolean => run.reason?.code === "workerDied" && (deaths.get(run.id) ?? 0) < mostDeaths;

  /** Begins a run or lets it go on. */
  async function begin({ trial, repeat, isConfirmation, runId }: Due): Promise<void> {
    const { number } = trial;
    if (isConfirmation && sweep.phase === "searching") tell(store.sweeps.setState(id, { state: "running", phase: "confirming" }));
    let accepted: Accepted;
    try {
      const own = specAt.get(trial.version)!;
      const { spec } = runsOfPoint(own, trial.point, catalog, isConfirmation ? Math.max(repeat, sweep.spec.confirm.seeds) : 0)[repeat - 1]!;
      // What is chosen by the test split cannot be judged by it: whatever the base says, no trial opens it.
      accepted = await specs.accept({ ...spec, name: nameOf(spec, trial, repeat, isConfirmation), train: { ...spec.train, openTest: false } });
    } catch (error) {
      if (!(error instanceof SpecError)) throw error;
      const [first] = error.problems;
      end(number, { state: "failed", ...nothing, reason: { code: "badSpec", message: `${first?.path ?? ""} ${first?.message ?? error.message}`.trim() } });
      return;
    }
    if (!isGoing()) return;
    const live: UnderWay = { trial: number, repeat, isConfirmation, verdict: null, holdsPlace: true };
    if (runId === null) {
      const like = store.sweeps.runs(id, number)[0]?.runId;
      const made = training.startForTrial(accepted, { id, trial: number, repeat, isConfirmation }, sweep.experimentId, like);
      underWay.set(made, live);
      noteRun(number, { runId: made, repeat, isConfirmation, state: "queued", startedMs: null, endedMs: null, epoch: 0 });
      if (!standing.has(number) && !isConfirmation) standing.set(number, { curve: [], passed: 0, stoppedAt: null });
    } else {
      underWay.set(runId, live);
      training.resume(runId);
    }
    told(id, [number]);
  }

  const nameOf = ({ name }: RunSpec, { number }: StoredTrial, repeat: number, isConfirmation: boolean): string =>
    `${sweep.name || name || "sweep"} · trial ${number}${isConfirmation ? ` · confirmation ${repeat}` : sweep.spec.repeats.count > 1 ? ` · ${repeat}` : ""}`.slice(-200);

  /** Asks for the next trials and stores them; false where there are none now. */
  async function choose(): Promise<boolean> {
    if (isExhausted) return false;
    const { version, spec } = sweep;
    const next = await pool.think({ kind: "next", history: history(), spec });
    if (!isGoing()) return false;
    // The spec was changed while it was thought about: what was chosen is not what is wanted.
    if (version !== sweep.version) return true;
    if (next.start.length === 0) {
      isExhausted = next.isExhausted;
      return false;
    }
    const made = store.sweeps.addTrials(id, next.start.map((trial) => newTrial(trial, trial.sameAs)), now());
    for (const trial of made) {
      keep(trial);
      if (trial.state === "running") standing.set(trial.number, { curve: [], passed: 0, stoppedAt: null });
    }
    told(id, made.map(({ number }) => number));
    return true;
  }

  /** A trial as it is stored: at a point whose result is known it takes that over and trains nothing. */
  function newTrial({ number, batch, point }: Pick<Trial, "number" | "batch" | "point">, sameAs: number | null): NewTrial {
    const like = sameAs === null ? undefined : store.sweeps.trials(id).find((trial) => trial.number === sameAs);
    const known = like === undefined ? {} : { state: "finished" as const, values: like.values, repeats: like.repeats, curve: like.curve };
    return { number, batch, origin: "sampler", version: sweep.version, point, sameAs: like?.number ?? null, ...known };
  }

  // Ending.

  function prune(number: number, epoch: number): void {
    const curve = (standing.get(number)?.curve ?? []).filter(([at]) => at <= epoch);
    const last = curve.at(-1);
    end(number, { state: "pruned", values: last === undefined ? null : last.slice(1), repeats: [], curve, prunedAt: epoch, reason: null });
  }

  function end(number: number, ending: TrialEnding): void {
    if (!open.has(number)) return;
    keep(store.sweeps.endTrial(id, number, { ...ending, curve: keptOf(ending.curve, gatesAt(number)) }, now()));
    told(id, [number]);
  }

  /** What a run that is over means for its trial. */
  function settle(run: Run, { trial: number, isConfirmation, verdict }: UnderWay): void {
    if (isConfirmation) return confirm(number);
    if (!open.has(number)) return;
    const curve = standing.get(number)?.curve ?? [];
    if (run.state === "failed") {
      if (mayLiveAgain(run)) return;
      return end(number, { state: "failed", values: null, repeats: resultsOf(number), curve, prunedAt: null, reason: { code: run.reason?.code ?? "internal", message: run.reason?.message ?? "" } });
    }
    if (run.state === "stopped") {
      if (verdict === "stop") return prune(number, standing.get(number)!.stoppedAt!);
      if (verdict === "wait" || !isGoing()) return;
      // A person stopped this one run.
      return prune(number, run.epoch);
    }
    if (run.state !== "finished") return;
    const ruling = judged(number);
    if (ruling === "stop") return prune(number, standing.get(number)!.stoppedAt!);
    if (ruling === "go") complete(number);
  }

  /** Ends a trial whose runs are all done, or whose further ones are not worth their seeds. */
  function complete(number: number): void {
    const trial = open.get(number)!;
    const curve = standing.get(number)?.curve ?? [];
    const repeats = resultsOf(number);
    const { count } = specAt.get(trial.version)!.repeats;
    if (repeats.length > 0 && repeats.length < count && isLost(number, repeats)) return end(number, { state: "pruned", values: meanOf(repeats), repeats, curve, prunedAt: curve.at(-1)?.[0] ?? null, reason: null });
    if (repeats.length < count) return;
    const values = meanOf(repeats);
    if (values.every(Number.isFinite)) return end(number, { state: "finished", values, repeats, curve, prunedAt: null, reason: null });
    end(number, { state: "failed", values, repeats, curve, prunedAt: null, reason: { code: "noResult", message: `its ${count === 1 ? "run" : `${count} runs`} ended without a finite number for every objective` } });
  }

  function confirm(number: number): void {
    const runs = (runsOf.get(number) ?? []).filter(({ isConfirmation }) => isConfirmation).sort((a, b) => a.repeat - b.repeat);
    const values: (readonly number[])[] = [];
    for (const { runId } of runs) {
      const { run } = store.runs.get(runId);
      if (!isSettled(run)) break;
      values.push(run.state === "finished" ? valuesOf(run, sweep.spec.objective) : sweep.spec.objective.map(() => Number.NaN));
    }
    confirmed.set(number, values);
    store.sweeps.confirmTrial(id, number, values);
    told(id, [number]);
  }

  /** Lets a run pass the gates it has reached, or stops it: for good, or until the others of its rung are there. */
  function rule(run: Run, live: UnderWay): void {
    if (live.verdict !== null || isOver(run.state)) return;
    const ruling = judged(live.trial);
    // A run that began again after its worker died comes by gates that it has passed before.
    if (ruling === "go") return training.pass(run.id, run.epoch);
    live.verdict = ruling;
    void training.stop(run.id, "step");
  }

  function conclude(): void {
    tell(store.sweeps.setState(id, { state: "finished", endedMs: now() }));
  }

  function tell(to: StoredSweep): void {
    sweep = to;
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
    gates: (run) => (run.sweep === null || run.sweep.repeat > 1 || run.sweep.isConfirmation || !open.has(run.sweep.trial) ? [] : gatesAt(run.sweep.trial)),
    progress(run, series) {
      const live = underWay.get(run.id);
      const at = live === undefined ? undefined : standing.get(live.trial);
      if (live === undefined || live.isConfirmation || live.repeat > 1 || at === undefined) return;
      guarded(() => {
        at.curve = extended(at.curve, run, series, sweep.spec.objective);
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
          at.curve = storedCurve(live.trial);
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
      tell(store.sweeps.setState(id, { state: "running", phase: open.size > 0 ? "searching" : sweep.phase }));
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
