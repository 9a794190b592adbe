/** Runs that a script tells step by step: begun, added to, finished; and over when nothing was heard of them for a while. */

import { StoreError } from "../../src-engine/spec/errors.ts";
import { clockCurves } from "../contract/clock.ts";
import { loggingLimits, type LoggedEnd, type LoggedPoint, type LoggedStart } from "../contract/logging.ts";
import type { Run, RunId, Stretch } from "../contract/nouns.ts";
import type { Store } from "../store/open.ts";
import { silent, type Told } from "../store/runs.ts";
import type { RunFeed } from "./feed.ts";

export interface LoggedRuns {
  begin(start: LoggedStart): Run;
  /** Throws StoreError (`noSuchRun`, `wrongState`) where the run is not one that is being told. */
  add(id: RunId, points: readonly LoggedPoint[]): Run;
  /** Says that the script still works; a run that was taken for dead lives again. */
  alive(id: RunId): Run;
  end(id: RunId, end: LoggedEnd): Run;
  /** Whoever still tells is no longer heard. */
  close(): void;
}

/** How often it is looked who fell silent, in milliseconds. */
const lookMs = 5000;
/** Experiments of scripts that name none. */
const usualGroup = "Logged runs";

interface Teller { heardMs: number; isOver: boolean }

export function loggedRuns({ store, feed, now, told, experiments }: { readonly store: Store; readonly feed: Pick<RunFeed, "progress">; readonly now: () => number; readonly told: (told: Told) => void; readonly experiments: () => void }): LoggedRuns {
  const tellers = new Map<RunId, Teller>();
  const timer = setInterval(() => {
    for (const [id, teller] of tellers) if (!teller.isOver && now() - teller.heardMs > loggingLimits.silenceMs) fallSilent(id, teller, `nothing was heard for ${loggingLimits.silenceMs / 1000} s`);
  }, lookMs);
  timer.unref();

  const standing = ({ epoch, step, trainingMs, metrics, notes }: Run) => ({ epoch, step, trainingMs, metrics, notes, series: [], hashes: [] });

  function over(id: RunId, state: "finished" | "failed" | "interrupted", reason: Run["reason"]): Run {
    const { run } = store.runs.get(id);
    const ended = store.runs.end(id, { ...standing(run), trainingMs: lasted(run), state, reason, endedMs: now(), weightHash: null, checkpoint: null });
    told(ended);
    experiments();
    return ended.run;
  }

  function fallSilent(id: RunId, teller: Teller, why: string): void {
    teller.isOver = true;
    over(id, "interrupted", silent(why, store.runs.get(id).run.step));
  }

  const lasted = ({ startedMs, trainingMs }: Run): number => (startedMs === null ? trainingMs : Math.max(trainingMs, now() - startedMs));

  /** Who tells this run; it lives again where it had only been silent. */
  function heard(id: RunId): Run {
    const { run } = store.runs.get(id);
    const teller = tellers.get(id);
    if (teller === undefined) throw new StoreError("wrongState", `run ${id} is not being logged`, {}, "Begin a new one.");
    teller.heardMs = now();
    if (!teller.isOver) return run;
    if (run.reason?.code !== "silent") throw new StoreError("wrongState", `run ${id} is ${run.state} already`, {}, "Begin a new one.");
    teller.isOver = false;
    const back = store.foreign.revive(id);
    told(back);
    experiments();
    return back.run;
  }

  return {
    begin({ name, group, params, tags, notes }) {
      const called = group === "" ? usualGroup : group;
      const experiment = store.experiments.named(called) ?? store.experiments.add({ name: called, question: "", createdMs: now() });
      const atMs = now();
      const begun = store.foreign.take({ experimentId: experiment.id, name, state: "running", createdMs: atMs, startedMs: atMs, endedMs: null, metrics: {}, tags: [...new Set(tags)], notes, hash: null, series: [], origin: { program: "logger", key: "", group, source: "", atMs, params } });
      tellers.set(begun.run.id, { heardMs: atMs, isOver: false });
      told(begun);
      experiments();
      return begun.run;
    },
    add(id, points) {
      const run = heard(id);
      if (points.length === 0) return run;
      const { series, step, metrics } = gathered(points, run, now());
      const after = store.runs.record(id, { ...standing(run), step, metrics, trainingMs: lasted(run), series });
      feed.progress(after, series, { stepsPerSecond: null, remainingMs: null });
      told(after);
      return after.run;
    },
    alive: heard,
    end(id, { state, message }) {
      const run = heard(id);
      tellers.delete(id);
      return over(id, state, state === "failed" ? { code: "script", message: message === "" ? "the script said that it failed" : message, hint: "", step: run.step } : null);
    },
    close() {
      clearInterval(timer);
      for (const [id, teller] of tellers) if (!teller.isOver) fallSilent(id, teller, "the workbench was closed");
      tellers.clear();
    },
  };
}

/** Points as curves, each metric's and the clock's, with where the run then stands. A point without a step takes the one after the last; of equal steps the later value counts. */
function gathered(points: readonly LoggedPoint[], run: Run, nowMs: number): { readonly series: readonly Stretch[]; readonly step: number; readonly metrics: Run["metrics"] } {
  let last = Object.keys(run.metrics).length === 0 ? -1 : run.step;
  const curves = new Map<string, Map<number, number>>();
  const put = (metric: string, step: number, value: number): void => {
    const curve = curves.get(metric) ?? new Map<number, number>();
    curves.set(metric, curve.set(step, value));
  };
  const metrics: Record<string, number> = { ...run.metrics };
  for (const { step: given, timeMs, metrics: values } of points) {
    const step = given ?? last + 1;
    last = Math.max(last, step);
    for (const [metric, value] of Object.entries(values)) {
      put(metric, step, value);
      metrics[metric] = value;
    }
    put(clockCurves.wall, step, timeMs ?? nowMs);
    put(clockCurves.time, step, Math.max(0, (timeMs ?? nowMs) - (run.startedMs ?? nowMs)) / 1000);
  }
  const series = [...curves].map(([metric, curve]): Stretch => {
    const steps = Float64Array.from(curve.keys()).sort();
    return { metric, steps, values: steps.map((step) => curve.get(step)!) };
  });
  return { series, step: Math.max(0, last), metrics };
}
