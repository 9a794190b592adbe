/** The curves of a comparison: the mean of each group and each of its runs, whole or in the window that the reader zoomed into. Asks the workbench; computes nothing. */

import type { Span } from "../../src-main/contract/chart-scale.ts";
import type { ComparedGroup, GroupSeries } from "../../src-main/contract/comparison.ts";
import type { RunId, Smoothing } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { isShared, type XKind } from "../../src-main/contract/x-axis.ts";

/** Points of one curve: more than a wide chart has pixels, for few lines; of hundreds, which are one grey, as many as can be told apart. The painter thins further, and a window is read anew. */
const pointsFor = (lines: number): number => (lines <= 24 ? 3000 : lines <= 100 ? 1500 : 700);
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

  /** Runs that have no place on this x, once they were asked for. */
  lacking(metric: string, groups: readonly ComparedGroup[], x: XKind): readonly RunId[] {
    const drawn = this.#drawn.x === x && !isShared(x) ? this.#drawn.byMetric.get(metric) : undefined;
    if (drawn === undefined) return [];
    return groups.flatMap(({ id, runIds }) => (runIds.length === 1 ? (drawn.means.has(id) ? [] : runIds) : runIds.filter((runId) => !drawn.members.has(runId))));
  }

  /** Reads what is wished for, one metric after another, so that the first chart waits for no other; what was drawn stays until then. */
  async read(wish: GroupWish): Promise<void> {
    const turn = ++this.#turn;
    if (wish.groups.length === 0) return;
    try {
      for (const metric of wish.metrics) {
        const drawn = await this.#read(wish, metric);
        if (turn !== this.#turn) return;
        this.#drawn = { x: wish.x, byMetric: new Map([...(this.#drawn.x === wish.x ? this.#drawn.byMetric : []), [metric, drawn]]) };
      }
      this.failure = null;
    } catch (error) {
      if (turn === this.#turn) this.failure = error as Error;
    }
  }

  /** A mean and its runs are asked for together, so that they belong together. Where runs share no x, each is a line of its own, however many they are. */
  async #read({ groups, x, smoothing, window }: GroupWish, metric: string): Promise<Drawn> {
    const runIds = groups.flatMap((group) => (group.runIds.length > 1 ? group.runIds : []));
    const members = isShared(x) && runIds.length > mostMembers ? [] : runIds;
    const common = { metrics: [metric], x, points: pointsFor(groups.length + members.length), ...(window === null ? {} : { from: window.min, to: window.max }), ...(smoothing === null ? {} : { smoothing }) };
    const [means, own] = await Promise.all([
      this.#workbench.readGroups({ groups: groups.map((group) => group.runIds), ...common }),
      members.length === 0 ? [] : this.#workbench.readGroups({ groups: members.map((id) => [id]), ...common }),
    ]);
    return { means: new Map(means.map((one) => [groups[one.group]!.id, one])), members: new Map(own.map((one) => [members[one.group]!, one])) };
  }
}
