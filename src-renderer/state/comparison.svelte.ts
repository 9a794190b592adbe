/** Two or more runs side by side, with the curves to draw them by. Asks the workbench; computes nothing. */

import type { Comparison, RunId, Series } from "../../src-main/contract/nouns.ts";
import { isOver } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";

/** More points than a wide chart has pixels; the chart thins further. */
const points = 2000;

export class ComparisonState {
  comparison = $state.raw<Comparison | null>(null);
  series = $state.raw<readonly Series[]>([]);
  failure = $state.raw<Error | null>(null);
  readonly ids: readonly RunId[];
  readonly #workbench: Workbench;

  constructor(workbench: Workbench, ids: readonly RunId[]) {
    this.#workbench = workbench;
    this.ids = ids;
  }

  async load(): Promise<void> {
    this.failure = null;
    try {
      const [comparison, series] = await Promise.all([
        this.#workbench.compareRuns({ runIds: this.ids }),
        this.#workbench.readSeries({ runIds: this.ids, metrics: [], points }),
      ]);
      this.comparison = comparison;
      this.series = series;
    } catch (error) {
      this.failure = error as Error;
    }
  }

  readonly #byRun = $derived(new Map([...Map.groupBy(this.series, ({ runId }) => runId)].map(([id, ofRun]) => [id, new Map(ofRun.map((one) => [one.metric, one]))])));
  /** The curves of one run, by metric. */
  curvesOf(id: RunId): ReadonlyMap<string, Series> { return this.#byRun.get(id) ?? new Map<string, Series>(); }

  /** Some of the runs still change. */
  get isLive(): boolean { return this.comparison?.runs.some((run) => !isOver(run.state)) ?? false; }
  /** Metrics that at least one of the runs measures at epoch ends, without their split: `loss`, `accuracy`. */
  get metrics(): readonly string[] {
    const names = this.series.map((one) => one.metric).filter((name) => name.startsWith("validation/") || name.startsWith("train/")).map((name) => name.split("/")[1]!);
    return names.filter((name, i) => names.indexOf(name) === i);
  }
}
