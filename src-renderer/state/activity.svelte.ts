/** What the whole workbench is doing: the sidebar's experiments, the status bar's counts, and each run as it changes. */

import type { ActionId } from "../../src-main/contract/actions.ts";
import type { Activity, Experiment, Run, WorkbenchEvent } from "../../src-main/contract/nouns.ts";
import type { Sweep } from "../../src-main/contract/sweeps.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";

export class WorkbenchActivity {
  experiments = $state.raw<readonly Experiment[]>([]);
  activity = $state.raw<Activity>({ training: 0, queued: 0, paused: 0, workers: 0, storeBytes: 0, held: null });
  /** The first snapshot has arrived. */
  isKnown = $state(false);
  /** Called with every run that changed. */
  #listeners: readonly ((run: Run) => void)[] = [];
  /** Called with every sweep that began, moved on or ended. */
  #sweepListeners: readonly ((sweep: Sweep) => void)[] = [];
  #isLeft = false;

  /** Hears every run that changes from now on; the returned function ends it. */
  onRun(listener: (run: Run) => void): () => void {
    this.#listeners = [...this.#listeners, listener];
    return () => { this.#listeners = this.#listeners.filter((one) => one !== listener); };
  }

  /** Hears every sweep that changes from now on; the returned function ends it. */
  onSweep(listener: (sweep: Sweep) => void): () => void {
    this.#sweepListeners = [...this.#sweepListeners, listener];
    return () => { this.#sweepListeners = this.#sweepListeners.filter((one) => one !== listener); };
  }

  /** Follows the workbench until `leave`; asks again, from a fresh snapshot, whenever the line breaks. */
  async follow(workbench: Workbench, settle: () => Promise<void>, act: (action: ActionId) => void): Promise<void> {
    while (!this.#isLeft) {
      try {
        for await (const event of workbench.watchWorkbench({})) {
          if (this.#isLeft) return;
          this.#take(event, act);
        }
      } catch {
        // The line broke: the loop settles and asks for a snapshot again.
      }
      await settle();
    }
  }

  leave(): void { this.#isLeft = true; }

  #take(event: WorkbenchEvent, act: (action: ActionId) => void): void {
    switch (event.kind) {
      case "snapshot": this.experiments = event.experiments; this.activity = event.activity; this.isKnown = true; break;
      case "experiments": this.experiments = event.experiments; break;
      case "activity": this.activity = event.activity; break;
      case "run": for (const listener of this.#listeners) listener(event.run); break;
      case "sweep": for (const listener of this.#sweepListeners) listener(event.sweep); break;
      case "act": act(event.action); break;
      default: event satisfies never;
    }
  }
}
