/** A run's life from its turn to its end: data, worker, points, weights, result. One failure never takes another run with it. */

import { StoreError, TrainingError } from "../../src-engine/spec/errors.ts";
import type { Pace, Run, RunId } from "../contract/nouns.ts";
import type { Store } from "../store/open.ts";
import type { Ending, Standing, Told } from "../store/runs.ts";
import type { Pool, Training } from "../workers/pool.ts";
import type { Progress, ReadData } from "../workers/protocol.ts";
import { FailedJob } from "../workers/thread.ts";
import type { Datasets } from "./datasets.ts";
import { pace } from "./pace.ts";

/** How long a run may take to stop when the workbench closes, in milliseconds. */
const partingMs = 5000;

export interface Trainings {
  /** Runs that hold a place, from their turn on. */
  readonly size: number;
  begin(id: RunId): void;
  has(id: RunId): boolean;
  pause(id: RunId): void;
  resume(id: RunId): void;
  /** Resolves when the run is over and what it learned is kept. */
  stop(id: RunId): Promise<void>;
  /** Stops all; what does not stop within 5 s is interrupted. */
  close(): Promise<void>;
}

/** What the outside hears of. `over` comes after the run's place has become free. */
export interface Listener {
  readonly state: (told: Told) => void;
  readonly progress: (told: Told, progress: Progress, pace: Pace) => void;
  readonly over: () => void;
}

interface Life { training: Training | null; wantsStop: boolean; trouble: unknown; ended: Promise<void> }

export function trainings({ store, pool, datasets, now, listener }: { readonly store: Store; readonly pool: Pool; readonly datasets: Datasets; readonly now: () => number; readonly listener: Listener }): Trainings {
  const lives = new Map<RunId, Life>();
  let isClosing = false;

  async function live(id: RunId, life: Life): Promise<void> {
    try {
      const read = await dataOf(store.runs.get(id).run, datasets);
      if (life.wantsStop) return finish(id, { ...standingOf(id), state: "stopped", reason: null, endedMs: now(), weightHash: null, checkpoint: null });
      listener.state(store.runs.begin(id, now()));
      await trainOn(id, life, read);
    } catch (error) {
      await fail(id, error);
    }
  }

  async function trainOn(id: RunId, life: Life, { dataset }: ReadData): Promise<void> {
    const { spec, steps } = store.runs.get(id).run;
    const paceOf = pace(steps);
    life.training = pool.train(spec, dataset, (progress) => {
      if (life.trouble !== null) return;
      try {
        listener.progress(store.runs.record(id, progress), progress, paceOf(progress.trainingMs, progress.step));
      } catch (error) {
        life.trouble = error;
        life.training?.stop();
      }
    });
    const { outcome, progress, step, checkpoint, weightHash } = await life.training.done;
    if (life.trouble !== null) throw life.trouble;
    const written = await store.checkpoints.write(id, step, checkpoint);
    finish(id, { ...progress, state: outcome, reason: null, endedMs: now(), weightHash, checkpoint: written });
  }

  function finish(id: RunId, ending: Ending): void {
    const told = store.runs.end(id, ending);
    listener.progress({ run: told.run, seq: told.seq - 1 }, ending, { stepsPerSecond: null, remainingMs: 0 });
    listener.state(told);
  }

  /** Where not even the failure can be written, the run stays as it is, and the next opening finds it interrupted. */
  async function fail(id: RunId, thrown: unknown): Promise<void> {
    const error = thrown instanceof FailedJob ? thrown.cause : thrown;
    const standing = thrown instanceof FailedJob && thrown.progress !== null ? thrown.progress : standingOf(id);
    const reason = reasonOf(error, standing.step);
    const learned = thrown instanceof FailedJob ? thrown.learned : null;
    try {
      if (isClosing) return finish(id, { ...standing, ...interrupted(standing.step), endedMs: now() });
      const checkpoint = learned === null ? null : await store.checkpoints.write(id, learned.step, learned.checkpoint);
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
    begin(id) {
      const life: Life = { training: null, wantsStop: false, trouble: null, ended: Promise.resolve() };
      lives.set(id, life);
      life.ended = live(id, life).finally(() => {
        lives.delete(id);
        listener.over();
      });
    },
    has: (id) => lives.has(id),
    pause(id) { lives.get(id)?.training?.pause(); },
    resume(id) { lives.get(id)?.training?.resume(); },
    stop,
    async close() {
      const all = Promise.all([...lives.keys()].map(stop));
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<"late">((resolve) => { timer = setTimeout(resolve, partingMs, "late"); });
      const first = await Promise.race([all, late]);
      clearTimeout(timer);
      if (first !== "late") return;
      isClosing = true;
      await pool.close();
      await all;
    },
  };
}

/** The data a run was started with. Throws StoreError when they have changed since. */
export async function dataOf(run: Run, datasets: Datasets): Promise<ReadData> {
  const read = await datasets.read(run.spec.data);
  if (read.summary.hash === run.data.hash) return read;
  throw new StoreError("dataChanged", `the data of run ${run.id} are no longer what it was started with: their hash is ${read.summary.hash}, it was ${run.data.hash}`, { path: "data" }, "Start a new run from its spec.");
}

function reasonOf(error: unknown, step: number): NonNullable<Run["reason"]> {
  const message = error instanceof Error ? error.message : String(error);
  const { code = "internal", hint = "" } = error as { code?: string; hint?: string };
  return { code, message, hint, step: error instanceof TrainingError && error.step > 0 ? error.step : step };
}

function interrupted(step: number): Pick<Ending, "state" | "reason" | "weightHash" | "checkpoint"> {
  const message = `the program was closed, and this run did not stop within ${partingMs / 1000} s, at step ${step}`;
  return { state: "interrupted", reason: { code: "interrupted", message, hint: "Its points are kept. Start a new run from its spec to train again.", step }, weightHash: null, checkpoint: null };
}
