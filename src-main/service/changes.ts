/** What changes in the workbench, for sidebars and status bars. Each listener holds at most one entry for each thing, its newest. */

import type { ActionId } from "../contract/actions.ts";
import type { Activity, Experiment, Run, RunId, WorkbenchEvent } from "../contract/nouns.ts";
import type { Sweep, SweepId } from "../contract/sweeps.ts";
import { stream } from "./stream.ts";

export interface Changes {
  run(run: Run): void;
  sweep(sweep: Sweep): void;
  /** The list of experiments, or their counts, are no longer what they were. */
  experiments(): void;
  activity(): void;
  act(action: ActionId): void;
  watch(): AsyncIterable<WorkbenchEvent>;
  /** Ends every stream. */
  close(): void;
}

interface Pending { readonly runs: Map<RunId, Run>; readonly sweeps: Map<SweepId, Sweep>; experiments: boolean; activity: boolean; action: ActionId | null }

export function changes(now: { readonly experiments: () => readonly Experiment[]; readonly activity: () => Activity }): Changes {
  const listeners = new Map<Pending, () => void>();
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
    const [run] = pending.runs.values();
    if (run !== undefined) return pending.runs.delete(run.id), { kind: "run", run };
    const [sweep] = pending.sweeps.values();
    if (sweep !== undefined) return pending.sweeps.delete(sweep.id), { kind: "sweep", sweep };
    if (pending.activity) return (pending.activity = false), { kind: "activity", activity: now.activity() };
    return null;
  }

  return {
    run(run) { tell(({ runs }) => { runs.set(run.id, run); }); },
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
    close() {
      isClosed = true;
      tell(() => {});
    },
  };
}
