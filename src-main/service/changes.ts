/** What changes in the workbench, for sidebars and status bars. Each listener holds at most one entry for each thing, its newest. */

import type { ActionId } from "../contract/actions.ts";
import { isOver } from "../contract/nouns.ts";
import type { Activity, Experiment, Run, RunId, WorkbenchEvent } from "../contract/nouns.ts";
import type { Sweep, SweepId } from "../contract/sweeps.ts";
import { stream } from "./stream.ts";

/** How often at most the way of one run is told, in milliseconds: lists and status bars follow no faster. */
const paceMs = 500;

export interface Changes {
  /** What became of a run is told at once. */
  run(run: Run): void;
  /** Runs of which each listener is told what they are when its turn comes: many at once cost no more than those that are heard. */
  runs(ids: readonly RunId[]): void;
  /** How far a run has come: its newest word, at the pace of whoever looks at lists. */
  progress(run: Run): void;
  sweep(sweep: Sweep): void;
  /** The list of experiments, or their counts, are no longer what they were. */
  experiments(): void;
  activity(): void;
  act(action: ActionId): void;
  watch(): AsyncIterable<WorkbenchEvent>;
  /** `act` is called whenever a run is told that is over; for who lives as long as this. */
  whenOver(act: () => void): void;
  /** Ends every stream. */
  close(): void;
}

interface Pending { readonly runs: Map<RunId, Run | null>; readonly sweeps: Map<SweepId, Sweep>; experiments: boolean; activity: boolean; action: ActionId | null }

/** What is asked when it is told; `run` gives null for one that is gone. */
interface Now { readonly experiments: () => readonly Experiment[]; readonly activity: () => Activity; readonly run: (id: RunId) => Run | null }

export function changes(now: Now): Changes {
  const listeners = new Map<Pending, () => void>();
  const later = new Map<RunId, Run>();
  const heeding: (() => void)[] = [];
  let timer: NodeJS.Timeout | null = null;
  let isClosed = false;

  function tell(note: (pending: Pending) => void): void {
    for (const [pending, wake] of [...listeners]) {
      note(pending);
      wake();
    }
  }

  function next(pending: Pending): WorkbenchEvent | null {
    const { action } = pending;
    if (action !== null) return (pending.action = null), { kind: "act", action };
    if (pending.experiments) return (pending.experiments = false), { kind: "experiments", experiments: now.experiments() };
    for (const [id, told] of pending.runs) {
      pending.runs.delete(id);
      const run = told ?? now.run(id);
      if (run !== null) return { kind: "run", run };
    }
    const [sweep] = pending.sweeps.values();
    if (sweep !== undefined) return pending.sweeps.delete(sweep.id), { kind: "sweep", sweep };
    if (pending.activity) return (pending.activity = false), { kind: "activity", activity: now.activity() };
    return null;
  }

  return {
    run(run) {
      later.delete(run.id);
      tell(({ runs }) => { runs.set(run.id, run); });
      if (isOver(run.state)) for (const act of heeding) act();
    },
    runs(ids) { tell(({ runs }) => { for (const id of ids) runs.set(id, null); }); },
    progress(run) {
      later.set(run.id, run);
      timer ??= setTimeout(() => {
        timer = null;
        tell(({ runs }) => { for (const one of later.values()) runs.set(one.id, one); });
        later.clear();
      }, paceMs).unref();
    },
    sweep(sweep) { tell(({ sweeps }) => { sweeps.set(sweep.id, sweep); }); },
    experiments() { tell((pending) => { pending.experiments = true; }); },
    activity() { tell((pending) => { pending.activity = true; }); },
    act(action) { tell((pending) => { pending.action = action; }); },
    watch() {
      const pending: Pending = { runs: new Map(), sweeps: new Map(), experiments: false, activity: false, action: null };
      let hasSnapshot = false;
      return stream<WorkbenchEvent>(() => {
        if (isClosed) return "end";
        if (!hasSnapshot) {
          hasSnapshot = true;
          return { value: { kind: "snapshot", experiments: now.experiments(), activity: now.activity() } };
        }
        const event = next(pending);
        return event === null ? "wait" : { value: event };
      }, (wake) => {
        listeners.set(pending, wake);
        return () => { listeners.delete(pending); };
      });
    },
    whenOver(act) { heeding.push(act); },
    close() {
      isClosed = true;
      if (timer !== null) clearTimeout(timer);
      tell(() => {});
    },
  };
}
