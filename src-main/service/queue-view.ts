/** What trains, what waits and why, and in about how long: the queue as it is told. Reads the store; changes nothing. */

import { queryFrom } from "../contract/query.ts";
import { settingsOf } from "../contract/settings-of-run.ts";
import { inTurn } from "../contract/turn-order.ts";
import { ownRun } from "../contract/foreign-runs.ts";
import { hasSpec } from "../contract/nouns.ts";
import type { QueueView, RunId, SpecRun } from "../contract/nouns.ts";
import type { Store } from "../store/open.ts";
import { leastFreeBytes } from "./disk-guard.ts";
import { fitsBeside, forecast } from "./forecast.ts";
import type { Expected, Room } from "./forecast.ts";
import { memoryNeed } from "./memory.ts";
import { completed } from "./trainings.ts";
import { usualPace } from "./usual-pace.ts";

/** Who trains and who waits, in order, and why all of it is held. */
export interface Standing { readonly training: readonly RunId[]; readonly waiting: readonly RunId[]; readonly held: QueueView["held"] }

export interface QueueTold {
  view(standing: Standing): QueueView;
  /** The same of a project that another program owns: as the store has it. */
  watched(): QueueView;
  /** Whether this run may begin beside those. */
  fits(id: RunId, training: readonly RunId[]): boolean;
}

/** stepsPerSecond: how fast a run goes now; null where it does not, or nobody knows yet. */
export function queueTold({ store, room, free, stepsPerSecond }: { readonly store: Store; readonly room: () => Room; readonly free: () => number | null; readonly stepsPerSecond: (id: RunId) => number | null }): QueueTold {
  /** Known for as long as a run's settings stay. */
  const needs = new Map<string, number>();

  /** Only runs of ours are queued. */
  function needOf(run: SpecRun): number {
    const key = `${run.id} ${run.history.length}`;
    const need = needs.get(key) ?? memoryNeed(completed(settingsOf(run)), run.data);
    needs.set(key, need);
    return need;
  }

  function told(training: readonly SpecRun[], waiting: readonly SpecRun[], held: QueueView["held"]): QueueView {
    const usualStepMs = usualPace(store);
    const remaining = (run: SpecRun): number | null => {
      const rate = stepsPerSecond(run.id);
      const stepMs = rate !== null ? 1000 / rate : run.step > 0 && run.trainingMs > 0 ? run.trainingMs / run.step : usualStepMs(run.spec, run.parameters);
      return stepMs === null ? null : stepMs * Math.max(0, run.steps - run.step);
    };
    const expected = (run: SpecRun): Expected => ({ id: run.id, memoryBytes: needOf(run), remainingMs: remaining(run) });
    const { places, memoryBytes } = room();
    const [now, next] = [training.map(expected), waiting.map(expected)];
    const { each, remainingMs } = forecast(now, next, { places, memoryBytes });
    const [first] = next;
    const waitsFor = first === undefined || held !== null || fitsBeside(now, first, { places, memoryBytes }) ? null : now.length >= places ? "place" : "memory";
    return { held, training, waiting, forecasts: each, places, memoryBytes, waitsFor, remainingMs, freeBytes: free(), leastBytes: leastFreeBytes };
  }

  const runOf = (id: RunId): SpecRun => ownRun(store.runs.get(id).run, "queued");
  return {
    view: ({ training, waiting, held }) => told(training.map(runOf), waiting.map(runOf), held),
    watched() {
      const active = store.runs.list({ query: queryFrom("state in (queued, running, paused)") }).filter(hasSpec).toReversed();
      return told(active.filter(({ state }) => state !== "queued"), inTurn(active.filter(({ state }) => state === "queued")), null);
    },
    fits: (id, training) => fitsBeside(training.map((one) => ({ memoryBytes: needOf(runOf(one)) })), { memoryBytes: needOf(runOf(id)) }, room()),
  };
}
