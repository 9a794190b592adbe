/** The states of one run that are kept as files, read anew as the run moves on. */

import { isOver, type Checkpoint, type Run, type RunId, type RunState } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";

/** While a run trains, its states are read again at most so often. */
const apartMs = 3000;

export class KeptStates {
  list = $state.raw<readonly Checkpoint[]>([]);
  /** The step of the newest state a run can go on from. */
  readonly newest = $derived(this.list.filter(({ canGoOn }) => canGoOn).at(-1)?.step ?? null);
  readonly #workbench: Workbench;
  readonly #runId: RunId;

  constructor(workbench: Workbench, runId: RunId) {
    this.#workbench = workbench;
    this.#runId = runId;
  }

  /** Call it in an effect that depends on the state alone: reads now, and from time to time while the run trains. Returns how to stop. */
  follow(state: RunState | null): () => void {
    if (state === null) return () => undefined;
    void this.#read();
    if (isOver(state)) return () => undefined;
    const timer = setInterval(() => { void this.#read(); }, apartMs);
    return () => { clearInterval(timer); };
  }

  async #read(): Promise<void> {
    // A broken line is told by the page's feed; the list stays as it was.
    try { this.list = await this.#workbench.listCheckpoints({ runId: this.#runId }); } catch { /* told there */ }
  }
}

/** The step a run that is over would go on from; null where it cannot: it has finished, or would diverge again. */
export function resumeAt(run: Pick<Run, "state" | "reason">, newest: number | null): number | null {
  if (!isOver(run.state) || run.state === "finished" || run.reason?.code === "diverged") return null;
  return newest ?? 0;
}
