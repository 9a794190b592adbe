/** A replay under way, as this page sees it: how far it is, what went wrong. The verdict itself comes with the run. */

import type { RunId } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";

export class Replaying {
  /** Share of the steps done, in 0…1; null while none is under way. */
  share = $state<number | null>(null);
  remainingMs = $state<number | null>(null);
  failure = $state.raw<Error | null>(null);
  #isLeft = false;

  async follow(workbench: Workbench, runId: RunId): Promise<void> {
    this.failure = null;
    this.#isLeft = false;
    this.share = 0;
    try {
      for await (const event of workbench.replayRun({ runId })) {
        if (this.#isLeft) break;
        if (event.kind === "progress") {
          this.share = event.steps === 0 ? 0 : event.step / event.steps;
          this.remainingMs = event.remainingMs;
        }
      }
    } catch (error) {
      this.failure = error as Error;
    }
    this.share = null;
    this.remainingMs = null;
  }

  /** Ends it; nothing is kept. */
  leave(): void { this.#isLeft = true; }
}
