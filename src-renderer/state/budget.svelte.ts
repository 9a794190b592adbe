/** The budget of a draft: a probe under way or what it found, and whether the draft is still the one that was probed. Knows no page. */

import type { Budget } from "../../src-main/contract/budget.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import type { Fields } from "./draft-value.ts";

export class DraftBudget {
  /** Share of the probe done, in 0…1; null while none is under way. */
  share = $state<number | null>(null);
  budget = $state.raw<Budget | null>(null);
  failure = $state.raw<Error | null>(null);
  #probed = $state("");
  #probe = 0;

  /** Measures this draft; an older probe under way is left. */
  async measure(workbench: Pick<Workbench, "planBudget">, draft: Fields): Promise<void> {
    const probe = ++this.#probe;
    this.failure = null;
    this.share = 0;
    const key = keyOf(draft);
    try {
      for await (const event of workbench.planBudget({ spec: draft })) {
        if (probe !== this.#probe) return;
        if (event.kind === "progress") this.share = event.share;
        else [this.budget, this.#probed] = [event.budget, key];
      }
    } catch (error) {
      if (probe === this.#probe) this.failure = error as Error;
    }
    if (probe === this.#probe) this.share = null;
  }

  /** Ends the probe under way; what an earlier one found stays. */
  leave(): void {
    this.#probe++;
    this.share = null;
  }

  /** Whether what was measured holds for this draft too: how long it trains and with how many seeds makes no step slower. */
  holdsFor(draft: Fields): boolean { return this.budget !== null && this.#probed === keyOf(draft); }
}

/** What makes a step, and an epoch, take as long as it does. */
function keyOf(draft: Fields): string {
  const { name: _, seed: __, seeds: ___, train, ...rest } = draft;
  const { epochs: ____, ...own } = (typeof train === "object" && train !== null ? train : {}) as Fields;
  return JSON.stringify([rest, own]);
}
