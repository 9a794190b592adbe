/** A list of runs that stays true while they train, and which of them are selected. */

import type { ExperimentId, Run, RunId } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";

export class RunTable {
  /** Newest first; `null` while they are read. */
  runs = $state.raw<readonly Run[] | null>(null);
  failure = $state.raw<Error | null>(null);
  selected = $state.raw<ReadonlySet<RunId>>(new Set());
  readonly experimentId: ExperimentId | undefined;
  readonly #workbench: Workbench;

  constructor(workbench: Workbench, experimentId: ExperimentId | undefined) {
    this.#workbench = workbench;
    this.experimentId = experimentId;
  }

  async load(): Promise<void> {
    this.failure = null;
    try {
      this.runs = await this.#workbench.listRuns({ experimentId: this.experimentId });
      const known = new Set(this.runs.map((run) => run.id));
      this.selected = new Set([...this.selected].filter((id) => known.has(id)));
    } catch (error) {
      this.failure = error as Error;
    }
  }

  /** A run changed or is new: it takes its place, the others keep theirs. */
  take(run: Run): void {
    if (this.runs === null || (this.experimentId !== undefined && run.experimentId !== this.experimentId)) return;
    const at = this.runs.findIndex((other) => other.id === run.id);
    this.runs = at < 0 ? [run, ...this.runs] : this.runs.with(at, run);
  }

  toggle(id: RunId): void {
    const next = new Set(this.selected);
    if (!next.delete(id)) next.add(id);
    this.selected = next;
  }

  /** From the run toggled last to this one. */
  selectRange(from: RunId, to: RunId): void {
    const ids = (this.runs ?? []).map((run) => run.id);
    const ends = [ids.indexOf(from), ids.indexOf(to)].sort((a, b) => a - b);
    this.selected = new Set([...this.selected, ...ids.slice(ends[0], ends[1]! + 1)]);
  }

  toggleAll(): void { this.selected = this.isWhole ? new Set() : new Set((this.runs ?? []).map((run) => run.id)); }
  clear(): void { this.selected = new Set(); }
  get isWhole(): boolean { return this.runs !== null && this.runs.length > 0 && this.selected.size === this.runs.length; }
  /** The selection in the order of the table. */
  get chosen(): readonly Run[] { return (this.runs ?? []).filter((run) => this.selected.has(run.id)); }
}
