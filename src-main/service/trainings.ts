/** A run's life from its turn to its end: data, worker, points, weights, result. One failure never takes another run with it. */

import { StoreError, TrainingError } from "../../src-engine/spec/errors.ts";
import { describeCatalog, directions } from "../../src-engine/index.ts";
import { checkRunSpec } from "../../src-engine/spec/run-spec.ts";
import { dated } from "../contract/clock.ts";
import { ownRun } from "../contract/foreign-runs.ts";
import type { Deed, Pace, Run, RunId, RunSpec, SpecRun } from "../contract/nouns.ts";
import { specAt, turnsAfter } from "../contract/settings-of-run.ts";
import { AlertWatch, factsOf, isWatched } from "../report/alerts.ts";
import type { Keeping } from "../store/checkpoints.ts";
import type { Store } from "../store/open.ts";
import { resumeHint } from "../store/runs.ts";
import type { Ending, Standing, Told } from "../store/runs.ts";
import type { Start } from "../workers/course.ts";
import { bestBy } from "../workers/keeper.ts";
import type { SavedState } from "../workers/keeper.ts";
import type { Pool, Training } from "../workers/pool.ts";
import type { Progress, ReadData } from "../workers/protocol.ts";
import { FailedJob } from "../workers/thread.ts";
import type { Datasets } from "./datasets.ts";
import { pace } from "./pace.ts";

/** How long a run may take to stop when the workbench closes, in milliseconds. */
const partingMs = 5000;

export interface Trainings {
  /** Runs under way, from their turn until what they learned is kept. */
  readonly size: number;
  readonly ids: readonly RunId[];
  /** Those of them that hold a place: until their last step. */
  readonly placed: readonly RunId[];
  /** There may be space again: what waited for it is written. */
  retry(): void;
  begin(id: RunId): void;
  has(id: RunId): boolean;
  pause(id: RunId): void;
  resume(id: RunId): void;
  /** One step of a paused run. */
  step(id: RunId): void;
  /** Lets a run go on from the gate at which it waits after this epoch. */
  pass(id: RunId, epoch: number): void;
  /** At the end of the epoch under way. */
  stopAtEpoch(id: RunId): void;
  /** Another spec for a run under way; resolves with the moment it took effect. Rejects where it cannot. */
  change(id: RunId, spec: RunSpec): Promise<Pick<Deed, "step" | "epoch"> & { readonly anew: readonly string[] }>;
  /** Resolves when the run is over and what it learned is kept. */
  stop(id: RunId): Promise<void>;
  /** Stops all; what does not stop within 5 s is interrupted. */
  close(): Promise<void>;
}

/** What the outside hears of. `trained`: its worker is done with it, its place is free, and what it learned is being kept; `over`: that is done. */
export interface Listener {
  readonly state: (told: Told) => void;
  readonly progress: (told: Told, progress: Pick<Standing, "series">, pace: Pace) => void;
  readonly trained: (id: RunId) => void;
  readonly over: (id: RunId) => void;
  /** Epochs at whose ends the run waits to be let pass. */
  readonly gates: (run: Run) => readonly number[];
  /** The disk is full, or another program holds the project locked: something waits to be written. */
  readonly stuck: (why: "disk" | "lock") => void;
}

/** `watch`: looks at what is reported. `toSave`: states that wait to be written, `saving`: until all of them are. `unwritten`: reports for which there was no space. */
interface Life { training: Training | null; hasPlace: boolean; wantsStop: boolean; trouble: unknown; toSave: SavedState[]; saving: Promise<void> | null; unwritten: Standing[]; waits: boolean; watch: AlertWatch | null; pace: PaceOf; ended: Promise<void> }
type PaceOf = ReturnType<typeof pace>;

export function trainings({ store, pool, datasets, now, listener }: { readonly store: Store; readonly pool: Pool; readonly datasets: Datasets; readonly now: () => number; readonly listener: Listener }): Trainings {
  const lives = new Map<RunId, Life>();
  const awaitingSpace: (() => void)[] = [];
  let isClosing = false;
  let isLate = false;

  const own = (id: RunId): SpecRun => ownRun(store.runs.get(id).run, "trained");

  async function live(id: RunId, life: Life): Promise<void> {
    try {
      const run = own(id);
      const read = await dataOf(run, datasets);
      const at = store.checkpoints.newest(id);
      const start = at === null ? null : await startFrom(id, at);
      // A run that waited to go on and is stopped before it does is what it was.
      if (life.wantsStop) return finish(id, { ...standingOf(id), state: "stopped", reason: null, endedMs: now(), weightHash: run.weightHash, checkpoint: null });
      if (run.startedMs === null && at === null) listener.state(store.runs.begin(id, now()));
      else {
        const { told, gone } = store.runs.goOn(id, at, now());
        await store.checkpoints.remove(gone);
        listener.state(told);
      }
      await trainOn(id, life, read, start);
    } catch (error) {
      await life.saving;
      await fail(id, life, error);
    }
  }

  async function startFrom(id: RunId, { step }: { readonly step: number }): Promise<Start> {
    const { bytes, epoch, measuredStep, trainingMs, metrics } = await store.checkpoints.at(id, step);
    const own = Object.fromEntries(Object.entries(metrics).filter(([name]) => !name.startsWith("test/")));
    return { checkpoint: bytes, step, epoch, measuredStep, trainingMs, metrics: own, best: store.checkpoints.values(id) };
  }

  async function trainOn(id: RunId, life: Life, { dataset }: ReadData, start: Start | null): Promise<void> {
    const run = own(id);
    const from = start ?? { step: 0, epoch: 0, trainingMs: 0 };
    life.pace = pace(run.steps, { ms: from.trainingMs, step: from.step });
    life.watch = watchOf(run);
    const attempt = (work: () => void): void => {
      if (life.trouble !== null) return;
      try { work(); } catch (error) { give(error); }
    };
    const give = (error: unknown): void => {
      life.trouble ??= error;
      life.training?.stop();
    };
    life.training = pool.train(completed(specAt(run, from)), dataset, {
      report(progress) {
        attempt(() => {
          life.unwritten.push(watched(life, progress));
          writeReports(id, life);
        });
      },
      save(states) {
        life.toSave.push(...states);
        life.saving ??= keepAll(id, life).catch(give).finally(() => { life.saving = null; });
      },
    }, { start, ahead: turnsAfter(run, from).map((turn) => ({ ...turn, spec: completed(turn.spec) })), until: null, keeps: true, gates: listener.gates(run) });
    if (life.wantsStop) life.training.stop();
    const { outcome, progress, state, states, weightHash } = await life.training.done;
    // The end of the training: its place is free from now on, whatever keeping what it learned takes.
    const endedMs = now();
    life.hasPlace = false;
    listener.trained(id);
    const last = watched(life, progress);
    await life.saving;
    if (life.trouble !== null) throw life.trouble;
    life.toSave.push(...states);
    await keepAll(id, life);
    // The last points, too, wait for space rather than being lost.
    await spacious(() => { writeReports(id, life, true); });
    const written = await spacious(() => store.checkpoints.write(id, state));
    const ended = isClosing && outcome === "stopped" ? closed(progress.step) : { state: outcome, reason: null };
    await spacious(() => { finish(id, { ...last, ...ended, endedMs, weightHash, checkpoint: written }); });
    await store.checkpoints.prune(id, keepingOf(run));
  }

  /** Looks at a run from where it stands: what its curves show up to here was told, or is its parent's. */
  function watchOf(run: SpecRun): AlertWatch {
    const watch = new AlertWatch(factsOf(run), run.alerts);
    const metrics = store.series.metricsOf(run.id).filter(isWatched);
    if (metrics.length > 0) watch.see(store.series.read(run.id, metrics));
    return watch;
  }

  /** A report with the moments of its marks and what was noticed in it. */
  function watched(life: Life, progress: Progress): Standing {
    return { ...progress, series: dated(progress.series, now()), alerts: (life.watch?.see(progress.series) ?? []).map((found) => ({ ...found, atMs: now() })) };
  }

  /** Writes what waits. A training can be faster than a disk: what the policy would let go of at once is not written at all. */
  async function keepAll(id: RunId, life: Life): Promise<void> {
    const keeping = keepingOf(own(id));
    while (life.toSave.length > 0) {
      const states = life.toSave.splice(0);
      const values = states.flatMap(({ value }) => (value === null || Number.isNaN(value) ? [] : [value])).sort((a, b) => (keeping.better === "higher" ? b - a : a - b)).slice(0, keeping.best);
      const lasting = states.filter(({ isPeriodic, value }, i) => i === states.length - 1 || isPeriodic || (value !== null && values.includes(value)));
      for (const state of lasting) await spacious(() => store.checkpoints.keep(id, state, keeping, now()));
    }
  }

  /** Reports in their order. Without space they wait, and training with them. */
  function writeReports(id: RunId, life: Life, throws = false): void {
    // One try is enough until something has changed: behind a lock each of them waits.
    if (life.waits && !throws) return;
    while (life.unwritten.length > 0) {
      const progress = life.unwritten[0]!;
      try {
        const told = store.runs.record(id, progress);
        life.unwritten.shift();
        listener.progress(told, progress, life.pace(progress.trainingMs, progress.step));
      } catch (error) {
        const why = stuckBy(error);
        if (throws || why === null || isClosing) throw error;
        life.waits = true;
        life.training?.pause();
        listener.stuck(why);
        return;
      }
    }
  }

  /** Does it, and where the disk is full or the project locked, again when it may go; closing does not wait. */
  async function spacious<T>(work: () => T | Promise<T>): Promise<T> {
    for (;;) {
      try { return await work(); } catch (error) {
        const why = stuckBy(error);
        if (why === null || isClosing) throw error;
        listener.stuck(why);
        await new Promise<void>((resolve) => { awaitingSpace.push(resolve); });
      }
    }
  }

  function finish(id: RunId, ending: Ending): void {
    const told = store.runs.end(id, ending);
    listener.progress({ run: told.run, seq: told.seq - 1 }, ending, { stepsPerSecond: null, remainingMs: 0 });
    listener.state(told);
  }

  /** Where not even the failure can be written, the run stays as it is, and the next opening finds it interrupted. */
  async function fail(id: RunId, life: Life, thrown: unknown): Promise<void> {
    const error = thrown instanceof FailedJob ? thrown.cause : thrown;
    const standing = thrown instanceof FailedJob && thrown.progress !== null ? watched(life, thrown.progress) : standingOf(id);
    const reason = reasonOf(error, standing.step);
    const learned = thrown instanceof FailedJob ? thrown.learned : null;
    try {
      if (isLate) return finish(id, { ...standing, ...interrupted(standing.step), endedMs: now() });
      const checkpoint = learned === null ? null : await store.checkpoints.write(id, learned.state);
      finish(id, { ...standing, state: "failed", reason, endedMs: now(), weightHash: learned?.weightHash ?? null, checkpoint });
    } catch (second) {
      process.emitWarning(`run ${id} failed (${reason.message}), and the project could not be written: ${String(second)}`);
    }
  }

  function standingOf(id: RunId): Standing {
    const { epoch, step, trainingMs, metrics, notes } = store.runs.get(id).run;
    return { epoch, step, trainingMs, metrics, notes, series: [], hashes: [] };
  }

  function stop(id: RunId): Promise<void> {
    const life = lives.get(id);
    if (life === undefined) return Promise.resolve();
    life.wantsStop = true;
    life.training?.stop();
    return life.ended;
  }

  return {
    get size() { return lives.size; },
    get ids() { return [...lives.keys()]; },
    get placed() { return [...lives].filter(([, { hasPlace }]) => hasPlace).map(([id]) => id); },
    retry() {
      for (const [id, life] of lives) try { life.waits = false; writeReports(id, life); } catch (error) { life.trouble ??= error; life.training?.stop(); }
      for (const wake of awaitingSpace.splice(0)) wake();
    },
    begin(id) {
      const life: Life = { training: null, hasPlace: true, wantsStop: false, trouble: null, toSave: [], saving: null, unwritten: [], waits: false, watch: null, pace: pace(0), ended: Promise.resolve() };
      lives.set(id, life);
      life.ended = live(id, life).finally(() => {
        lives.delete(id);
        listener.over(id);
      });
    },
    has: (id) => lives.has(id),
    pause(id) { lives.get(id)?.training?.pause(); },
    resume(id) { lives.get(id)?.training?.resume(); },
    step(id) { lives.get(id)?.training?.step(); },
    pass(id, epoch) { lives.get(id)?.training?.pass(epoch); },
    stopAtEpoch(id) { lives.get(id)?.training?.stopAtEpoch(); },
    change(id, spec) {
      const training = lives.get(id)?.training;
      if (training === undefined || training === null) throw new StoreError("wrongState", `run ${id} has not begun to train yet`, {}, "Wait for its first steps.");
      return training.change(spec);
    },
    stop,
    async close() {
      isClosing = true;
      for (const wake of awaitingSpace.splice(0)) wake();
      const all = Promise.all([...lives.keys()].map(stop));
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<"late">((resolve) => { timer = setTimeout(resolve, partingMs, "late"); });
      const first = await Promise.race([all, late]);
      clearTimeout(timer);
      if (first !== "late") return;
      isLate = true;
      await pool.close();
      await all;
    },
  };
}

/** The data a run was started with. Throws StoreError when they have changed since. */
export async function dataOf(run: SpecRun, datasets: Datasets): Promise<ReadData> {
  const read = await datasets.read(run.spec.data);
  if (read.summary.hash === run.data.hash) return read;
  throw new StoreError("dataChanged", `the data of run ${run.id} are no longer what it was started with: their hash is ${read.summary.hash}, it was ${run.data.hash}`, { path: "data" }, "Start a new run from its spec.");
}

function reasonOf(error: unknown, step: number): NonNullable<Run["reason"]> {
  const message = error instanceof Error ? error.message : String(error);
  const { code = "internal", hint = "" } = error as { code?: string; hint?: string };
  return { code, message, hint, step: error instanceof TrainingError && error.step > 0 ? error.step : step };
}

/** What a write waits for that would succeed later; null for any other trouble. */
export function stuckBy(error: unknown): "disk" | "lock" | null {
  if (!(error instanceof StoreError)) return null;
  return error.code === "diskFull" ? "disk" : error.code === "locked" ? "lock" : null;
}

/** A spec of an older version, with what it does not say filled in. */
export const completed = (spec: RunSpec): RunSpec => checkRunSpec(spec, describeCatalog()).spec ?? spec;

/** How many of a run's best states are kept, and which way is better. */
function keepingOf({ spec, data }: SpecRun): Keeping {
  const { train: { checkpoints }, metrics } = completed(spec);
  const metric = bestBy(checkpoints, data.rows.validation > 0);
  return { best: checkpoints.best, better: directions(metrics, describeCatalog())[metric.slice(metric.indexOf("/") + 1)] ?? "lower" };
}

/** Stopped in order because the program was closed: it can go on from the very step. */
function closed(step: number): Pick<Ending, "state" | "reason"> {
  return { state: "interrupted", reason: { code: "closed", message: `the program was closed while this run was training, at step ${step}; its state was saved there`, hint: "Resume it: it goes on from that very step.", step } };
}

function interrupted(step: number): Pick<Ending, "state" | "reason" | "weightHash" | "checkpoint"> {
  const message = `the program was closed, and this run did not stop within ${partingMs / 1000} s, at step ${step}`;
  return { state: "interrupted", reason: { code: "interrupted", message, hint: resumeHint, step }, weightHash: null, checkpoint: null };
}
