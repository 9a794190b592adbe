/** The curves of a comparison: the mean of each group and each of its runs, whole or in the window that the reader zoomed into. Asks the workbench; computes nothing. */

import type { Span } from "../../src-main/contract/chart-scale.ts";
import type { ComparedGroup, GroupSeries } from "../../src-main/contract/comparison.ts";
import type { RunId, Smoothing } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import type { XKind } from "../../src-main/contract/x-axis.ts";

/** More points than a wide chart has pixels; the painter thins further. */
const points = 3000;
/** With more runs than this their own curves are not read: they would be one grey. */
export const mostMembers = 60;

export interface GroupWish { readonly groups: readonly ComparedGroup[]; readonly metrics: readonly string[]; readonly x: XKind; readonly smoothing: Smoothing | null; readonly window: Span | null }

/** Curves of one metric: of each group and of each run by its id, so that an old answer is never taken for that of another group. */
export interface Drawn { readonly means: ReadonlyMap<string, GroupSeries>; readonly members: ReadonlyMap<RunId, GroupSeries> }
const nothing: Drawn = { means: new Map(), members: new Map() };

export class GroupCurves {
  failure = $state.raw<Error | null>(null);
  #drawn = $state.raw<{ readonly x: XKind | null; readonly byMetric: ReadonlyMap<string, Drawn> }>({ x: null, byMetric: new Map() });
  readonly #workbench: Workbench;
  #turn = 0;

  constructor(workbench: Workbench) { this.#workbench = workbench; }

  /** What was read for this x; nothing while the answer is of another one. */
  of(metric: string, x: XKind): Drawn { return (this.#drawn.x === x ? this.#drawn.byMetric.get(metric) : undefined) ?? nothing; }

  /** Reads what is wished for; what was drawn stays until then. A mean and its runs come of one question, so that they belong together. */
  async read({ groups, metrics, x, smoothing, window }: GroupWish): Promise<void> {
    const turn = ++this.#turn;
    if (groups.length === 0 || metrics.length === 0) return;
    const runIds = groups.flatMap((group) => (group.runIds.length > 1 ? group.runIds : []));
    const members = runIds.length > mostMembers ? [] : runIds;
    try {
      const range = window === null ? {} : { from: window.min, to: window.max };
      const smoothed = smoothing === null ? {} : { smoothing };
      const [means, own] = await Promise.all([
        this.#workbench.readGroups({ groups: groups.map((group) => group.runIds), metrics, x, points, ...range, ...smoothed }),
        members.length === 0 ? [] : this.#workbench.readGroups({ groups: members.map((id) => [id]), metrics, x, points, ...range, ...smoothed }),
      ]);
      if (turn !== this.#turn) return;
      this.#drawn = { x, byMetric: new Map(metrics.map((metric) => [metric, {
        means: new Map(means.filter((one) => one.metric === metric).map((one) => [groups[one.group]!.id, one])),
        members: new Map(own.filter((one) => one.metric === metric).map((one) => [members[one.group]!, one])),
      }])) };
      this.failure = null;
    } catch (error) {
      if (turn === this.#turn) this.failure = error as Error;
    }
  }
}
