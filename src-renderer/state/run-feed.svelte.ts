/** One run as it happens: its newest state and its growing curves. The first snapshot begins, everything else appends; after a break it asks for what it missed. */

import type { Pace, Run, RunEvent, RunId, Stretch } from "../../src-main/contract/nouns.ts";
import { isOver } from "../../src-main/contract/nouns.ts";
import { thin } from "../../src-main/contract/thin.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { Following } from "./following.ts";

/** Points of one curve held here, at most; beyond it the curve is thinned to half, keeping its peaks. The project keeps them all. */
const mostPoints = 100_000;

/** A pair of columns that grows: doubles its room when full, thins itself when very long, gives views without copying. */
export class Growing {
  length = 0;
  #steps = new Float64Array(64);
  #values = new Float64Array(64);

  append(stretch: Pick<Stretch, "steps" | "values">): void {
    const needed = this.length + stretch.steps.length;
    if (needed > this.#steps.length) {
      const room = Math.max(needed, this.#steps.length * 2);
      this.#steps = widened(this.#steps, room);
      this.#values = widened(this.#values, room);
    }
    this.#steps.set(stretch.steps, this.length);
    this.#values.set(stretch.values, this.length);
    this.length = needed;
    if (needed <= mostPoints) return;
    const { steps, values } = thin(this.steps, this.values, mostPoints / 2);
    this.#steps.set(steps);
    this.#values.set(values);
    this.length = steps.length;
  }

  get steps(): Float64Array { return this.#steps.subarray(0, this.length); }
  get values(): Float64Array { return this.#values.subarray(0, this.length); }
}

function widened(column: Float64Array, room: number): Float64Array<ArrayBuffer> {
  const wider = new Float64Array(room);
  wider.set(column);
  return wider;
}

export class RunFeed {
  run = $state.raw<Run | null>(null);
  pace = $state.raw<Pace>({ stepsPerSecond: null, remainingMs: null });
  /** Why the run cannot be shown; `null` while it can. */
  failure = $state.raw<Error | null>(null);
  /** Grows with every change of the curves; whoever draws `series` reads it. */
  version = $state(0);
  /** By metric. Plain growing columns: reactive is only `version`. */
  readonly series = new Map<string, Growing>();

  readonly #workbench: Workbench;
  readonly #runId: RunId;
  readonly #following: Following<RunEvent>;
  #seq = 0;

  /** `settle` resolves when asking makes sense again after a break. */
  constructor(workbench: Workbench, runId: RunId, settle: () => Promise<void>) {
    this.#workbench = workbench;
    this.#runId = runId;
    this.#following = new Following(settle);
  }

  /** Follows the run until it is over or `leave` is called. What the workbench itself refuses (no such run) becomes `failure`. */
  async follow(): Promise<void> {
    this.failure = null;
    let since = 0;
    // Ended by the workbench: the run is over, or the line closed in an orderly way while it goes on.
    this.failure = await this.#following.follow(() => {
      since = this.#seq;
      return this.#workbench.watchRun({ runId: this.#runId, since });
    }, (event) => { this.#take(event, since); }, () => this.run !== null && isOver(this.run.state));
  }

  leave(): void { this.#following.leave(); }

  /** A run that was over is not any more: it is followed again, from its first point, for those beyond its checkpoint come anew. */
  revive(run: Run): void {
    if (this.#following.isLeft || this.run === null || !isOver(this.run.state) || isOver(run.state)) return;
    this.run = run;
    this.#seq = 0;
    void this.follow();
  }

  /** Takes what a call answered (pause, stop, open the test set) without waiting for the stream. */
  show(run: Run): void {
    this.revive(run);
    this.run = run;
  }

  #take(event: RunEvent, since: number): void {
    // What was heard already does not count twice.
    if (event.kind !== "snapshot" && event.seq <= this.#seq) return;
    this.#seq = event.seq;
    this.run = event.run;
    switch (event.kind) {
      case "snapshot":
        // Asked with a number, the workbench sends what is missing here, not the whole.
        if (since === 0) this.series.clear();
        this.#append(event.series);
        break;
      case "progress": this.pace = event.pace; this.#append(event.series); break;
      case "state": break;
      default: event satisfies never;
    }
    if (event.run.state !== "running") this.pace = { stepsPerSecond: null, remainingMs: null };
    this.version++;
  }

  #append(stretches: readonly Stretch[]): void {
    for (const stretch of stretches) {
      let column = this.series.get(stretch.metric);
      if (column === undefined) { column = new Growing(); this.series.set(stretch.metric, column); }
      column.append(stretch);
    }
  }
}
