/** Groups of runs side by side, as the address asks for them. Asks the workbench; computes nothing. */

import type { ComparedGroup, ComparedMetric, Comparison, Grouping } from "../../src-main/contract/comparison.ts";
import { headlineMetric } from "../../src-main/contract/headline.ts";
import { isOver } from "../../src-main/contract/nouns.ts";
import type { Run, RunId } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";

/** What runs are asked about, how they are grouped and which of them stands for the baseline. */
export interface Asked { readonly ids: readonly RunId[]; readonly grouping: Grouping; readonly baseline: RunId | null }

/** What it takes to bring all groups to so many matched seeds. */
export interface MissingSeeds { readonly seeds: number; readonly runs: number; /** Every group lacks the same number. */ readonly each: number | null; readonly ms: number | null }

export class ComparisonState {
  comparison = $state.raw<Comparison | null>(null);
  failure = $state.raw<Error | null>(null);
  /** Which metric the sentence is about; null for the usual one. */
  chosen = $state.raw<string | null>(null);
  readonly #workbench: Workbench;
  #turn = 0;

  constructor(workbench: Workbench) { this.#workbench = workbench; }

  /** Reads anew; the old comparison stays until the new one is there. */
  async load({ ids, grouping, baseline }: Asked): Promise<void> {
    const turn = ++this.#turn;
    try {
      const comparison = await this.#workbench.compareRuns({ runIds: ids, grouping, baseline });
      if (turn !== this.#turn) return;
      this.comparison = comparison;
      this.failure = null;
    } catch (error) {
      if (turn === this.#turn) this.failure = error as Error;
    }
  }

  readonly metric: ComparedMetric | undefined = $derived(this.comparison?.metrics.find(({ metric }) => metric === this.chosen) ?? headlineMetric(this.comparison?.metrics ?? []));
  readonly underWay: number = $derived(this.comparison?.runs.filter(({ state }) => !isOver(state)).length ?? 0);

  /** What is missing for the question to be answered, in the metric of the sentence; null where it is answered, or cannot be. */
  readonly missing: MissingSeeds | null = $derived.by(() => {
    const { comparison, metric } = this;
    if (comparison === null || metric === undefined) return null;
    const wanted = Math.max(0, ...metric.statements.map((statement) => statement?.wanted ?? 0));
    if (wanted === 0) return null;
    const runs = new Map(comparison.runs.map((run) => [run.id, run]));
    const lacking = comparison.groups.map((group) => ({ group, count: lackingIn(group, comparison.groups, wanted, runs) }));
    const total = lacking.reduce((sum, { count }) => sum + count, 0);
    if (total === 0) return null;
    const isTimed = lacking.every(({ group, count }) => count === 0 || group.meanMs !== null);
    return { seeds: wanted, runs: total, each: lacking.every(({ count }) => count === lacking[0]!.count) ? lacking[0]!.count : null, ms: isTimed ? lacking.reduce((sum, { group, count }) => sum + count * (group.meanMs ?? 0), 0) : null };
  });
}

/** As `matchSeeds` counts: the seeds that any group has, then more, until there are `wanted`. */
function lackingIn(group: ComparedGroup, groups: readonly ComparedGroup[], wanted: number, runs: ReadonlyMap<RunId, Run>): number {
  const seedsOf = ({ runIds }: ComparedGroup): number[] => runIds.flatMap((id) => { const run = runs.get(id); return run === undefined || run.state === "stopped" || run.state === "interrupted" || run.spec === null ? [] : [run.spec.seed]; });
  const all = new Set(groups.flatMap(seedsOf));
  return Math.max(wanted, all.size) - new Set(seedsOf(group)).size;
}
