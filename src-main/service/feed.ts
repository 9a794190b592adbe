/** What happens to each run, numbered, for whoever listens: a snapshot, then a tail. A listener that lags gets fewer, merged events, never a longer queue. */

import type { Pace, Run, RunEvent, RunId, RunState, Stretch } from "../contract/nouns.ts";
import { isOver } from "../contract/nouns.ts";
import { thin } from "../contract/thin.ts";
import type { Told } from "../store/runs.ts";
import type { Store } from "../store/open.ts";
import { stream } from "./stream.ts";

/** Events of one run kept in memory; a listener further behind is caught up from the store. */
const recentEvents = 64;
/** Points of one curve in one event; longer stretches are thinned, keeping their peaks. A tiny network makes 20,000 steps between two reports: the store keeps them all, a client draws them. */
const eventPoints = 10_000;

const unknownPace: Pace = { stepsPerSecond: null, remainingMs: null };

export interface RunFeed {
  progress(told: Told, series: readonly Stretch[], pace: Pace): void;
  state(told: Told): void;
  /** The same of many runs at once; read only where somebody listens. */
  states(ids: readonly RunId[]): void;
  /** The snapshot holds the points brought by events after number `since`; the tail goes on from there without gap or repetition. Ends when the run is over. */
  watch(id: RunId, since: number): AsyncIterable<RunEvent>;
  /** Another program brought a run on: whoever listens looks into the store. */
  moved(id: RunId): void;
  /** Ends every stream. */
  close(): void;
}

type TailEvent = Exclude<RunEvent, { kind: "snapshot" }>;

/** A run as it stands, with the points that events after number `since` brought (0: all of them), of one and the same moment. */
export interface Snapshot { readonly run: Run; readonly seq: number; readonly series: readonly Stretch[] }

export function snapshotOf(store: Store, id: RunId, since: number): Snapshot {
  return store.atOnce(() => ({ ...store.runs.get(id), series: after(store, id, since) }));
}

function after(store: Store, id: RunId, seq: number): readonly Stretch[] {
  // From the beginning: a curve of a week is made of its summaries.
  return seq === 0 ? store.series.thinned(id, store.series.metricsOf(id, true), eventPoints) : thinned(store.series.after(id, seq));
}

/** `snapshot` may be taken elsewhere: all that a long run has is much to read. */
export function runFeed(store: Store, snapshot: (id: RunId, since: number) => Promise<Snapshot>): RunFeed {
  const recent = new Map<RunId, TailEvent[]>();
  const listeners = new Map<RunId, Set<() => void>>();
  let isClosed = false;

  function publish(event: TailEvent): void {
    const { id, state } = event.run;
    const events = recent.get(id) ?? [];
    recent.set(id, events);
    events.push(event);
    if (events.length > recentEvents) events.shift();
    for (const wake of listeners.get(id) ?? []) wake();
    forgetUnheard(id, state);
  }

  /** The last events of a run that is over are kept as long as somebody may still ask for them. */
  function forgetUnheard(id: RunId, state: RunState | undefined): void {
    if (state !== undefined && isOver(state) && !listeners.has(id)) recent.delete(id);
  }

  function state({ run, seq }: Told): void { publish({ kind: "state", seq, run }); }

  return {
    progress({ run, seq }, series, pace) { publish({ kind: "progress", seq, run, series: thinned(series), pace }); },
    state,
    states(ids) { for (const id of ids) if (listeners.has(id) || recent.has(id)) state(store.runs.get(id)); },
    watch(id, since) {
      let at: number | null = null;
      return stream<RunEvent>(() => {
        if (at === null) {
          return snapshot(id, since).then((taken) => {
            at = taken.seq;
            return { value: { kind: "snapshot", ...taken } };
          });
        }
        if (isClosed) return "end";
        const event = nextOf(recent.get(id) ?? [], at) ?? caughtUp(at);
        if (event !== null) at = event.seq;
        if (event !== null) return { value: event };
        return isOver(store.runs.get(id).run.state) ? "end" : "wait";
      }, (wake) => {
        const wakes = listeners.get(id) ?? new Set();
        listeners.set(id, wakes);
        wakes.add(wake);
        return () => {
          wakes.delete(wake);
          if (wakes.size === 0) listeners.delete(id);
          forgetUnheard(id, recent.get(id)?.at(-1)?.run.state);
        };
      });

      function caughtUp(from: number): RunEvent | null {
        const { run, seq } = store.runs.get(id);
        return seq === from ? null : { kind: "progress", seq, run, series: after(store, id, from), pace: unknownPace };
      }
    },
    moved(id) { for (const wake of listeners.get(id) ?? []) wake(); },
    close() {
      isClosed = true;
      for (const wakes of listeners.values()) for (const wake of [...wakes]) wake();
    },
  };
}

/** The event after number `at`, neighbouring progress merged into one; `null` where the first of them is no longer kept. */
function nextOf(events: readonly TailEvent[], at: number): TailEvent | null {
  const first = events.findIndex(({ seq }) => seq === at + 1);
  const event = events[first];
  if (event === undefined || event.kind !== "progress") return event ?? null;
  const merged = [event];
  for (let next = events[first + 1]; next !== undefined && next.kind === "progress"; next = events[first + merged.length]) merged.push(next);
  const last = merged.at(-1)!;
  return merged.length === 1 ? event : { ...last, series: thinned(join(merged.flatMap(({ series }) => series))) };
}

const thinned = (series: readonly Stretch[]): readonly Stretch[] => series.map(({ metric, steps, values }) => ({ metric, ...thin(steps, values, eventPoints) }));

/** Stretches of one metric put end to end. */
function join(stretches: readonly Stretch[]): readonly Stretch[] {
  const byMetric = Map.groupBy(stretches, ({ metric }) => metric);
  return [...byMetric].map(([metric, parts]) => ({ metric, steps: concat(parts.map(({ steps }) => steps)), values: concat(parts.map(({ values }) => values)) }));
}

function concat(columns: readonly Float64Array[]): Float64Array {
  const whole = new Float64Array(columns.reduce((length, column) => length + column.length, 0));
  let at = 0;
  for (const column of columns) {
    whole.set(column, at);
    at += column.length;
  }
  return whole;
}
