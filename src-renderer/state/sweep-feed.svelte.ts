/** One sweep as it happens: the whole once, then what changes. Knows no page. */

import type { Sweep, SweepEvent, SweepId, SweepTrial, SweepVersion } from "../../src-main/contract/sweeps.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { Following } from "./following.ts";

export class SweepFeed {
  sweep = $state.raw<Sweep | null>(null);
  /** In the order of their numbers, the sampler's own first. */
  trials = $state.raw<readonly SweepTrial[]>([]);
  /** Numbers of the trials that no other beats in every objective. */
  front = $state.raw<readonly number[]>([]);
  versions = $state.raw<readonly SweepVersion[]>([]);
  /** Why the sweep cannot be shown; `null` while it can. */
  failure = $state.raw<Error | null>(null);

  readonly #workbench: Pick<Workbench, "sweep" | "watchSweep">;
  readonly #sweepId: SweepId;
  readonly #following: Following<SweepEvent>;
  #byNumber = new Map<number, SweepTrial>();
  #seq = 0;

  /** `settle` resolves when asking makes sense again after a break. */
  constructor(workbench: Pick<Workbench, "sweep" | "watchSweep">, sweepId: SweepId, settle: () => Promise<void>) {
    this.#workbench = workbench;
    this.#sweepId = sweepId;
    this.#following = new Following(settle);
  }

  /** Reads the sweep and follows it until `leave`; after a break it goes on from the last number heard. What the workbench itself refuses becomes `failure`. */
  async follow(): Promise<void> {
    this.failure = null;
    this.failure = await this.#following.follow(async () => {
      if (this.#seq === 0 || this.sweep === null) await this.#readWhole();
      return this.#workbench.watchSweep({ sweepId: this.#sweepId, since: this.#seq });
    }, (event) => { this.#take(event); }, () => false);
  }

  leave(): void { this.#following.leave(); }

  /** Takes what a call answered without waiting for the stream. */
  show(sweep: Sweep): void {
    const isNewVersion = this.sweep !== null && sweep.version !== this.sweep.version;
    this.sweep = sweep;
    if (isNewVersion) void this.#readVersions();
  }

  async #readWhole(): Promise<void> {
    const view = await this.#workbench.sweep({ sweepId: this.#sweepId });
    this.#seq = view.seq;
    this.sweep = view.sweep;
    this.versions = view.versions;
    this.front = view.front;
    this.#byNumber = new Map();
    this.#put(view.trials);
  }

  async #readVersions(): Promise<void> {
    try { this.versions = (await this.#workbench.sweep({ sweepId: this.#sweepId })).versions; } catch { /* The line broke: the next snapshot brings the sweep again, and its version tells that these are old. */ }
  }

  #take(event: SweepEvent): void {
    // What was heard already does not count twice; a running trial's measures come under the number of the fact before them.
    if (event.kind === "changed" && event.seq < this.#seq) return;
    this.#seq = event.seq;
    this.show(event.sweep);
    this.front = event.front;
    this.#put(event.trials);
  }

  #put(trials: readonly SweepTrial[]): void {
    if (trials.length === 0 && this.#byNumber.size > 0) return;
    for (const trial of trials) this.#byNumber.set(trial.number, trial);
    this.trials = [...this.#byNumber.values()].sort((a, b) => orderOf(a.number) - orderOf(b.number));
  }
}

/** 1, 2, 3 … and after them what came by hand or from earlier runs: −1, −2 … */
const orderOf = (number: number): number => (number > 0 ? number : 1e9 - number);
