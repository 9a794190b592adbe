/** The curves of a comparison: the mean of each group and each of its runs, whole or in the window that the reader zoomed into. Asks the workbench; computes nothing. */

import type { Span } from "../../src-main/contract/chart-scale.ts";
import type { ComparedGroup, GroupSeries } from "../../src-main/contract/comparison.ts";
import type { Run, RunId, Smoothing } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { isPlanAxis, isShared, xOf, type XKind } from "../../src-main/contract/x-axis.ts";
import { Growing } from "./run-feed.svelte.ts";

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
  /** What came to the curves of single runs since they were read, by metric and run: their steps with places, and with values. */
  #grown = new Map<string, { readonly places: Growing; readonly values: Growing }>();
  #isGrowing = false;

  constructor(workbench: Workbench) { this.#workbench = workbench; }

  /** What was read for this x; nothing while the answer is of another one. */
  of(metric: string, x: XKind): Drawn { return (this.#drawn.x === x ? this.#drawn.byMetric.get(metric) : undefined) ?? nothing; }

  /** Runs that have no place on this x, once they were asked for. */
  lacking(metric: string, groups: readonly ComparedGroup[], x: XKind): readonly RunId[] {
    const drawn = this.#drawn.x === x && !isShared(x) ? this.#drawn.byMetric.get(metric) : undefined;
    if (drawn === undefined) return [];
    return groups.flatMap(({ id, runIds }) => (runIds.length === 1 ? (drawn.means.has(id) ? [] : runIds) : runIds.filter((runId) => !drawn.members.has(runId))));
  }

  /** Whether the curves can go on from where they are: single runs, whole and as they were measured, on an axis that steps alone tell. A mean may move anywhere, an average needs what came before. */
  canGrow({ groups, metrics, x, smoothing, window }: GroupWish): boolean {
    return isPlanAxis(x) && this.#drawn.x === x && smoothing === null && window === null && groups.every(({ runIds }) => runIds.length === 1) && metrics.every((metric) => this.#drawn.byMetric.has(metric));
  }

  /** Runs that train have new points: only these are read. One reading at a time; what comes meanwhile is read by the next. */
  async grow({ groups, metrics, x }: GroupWish, runs: readonly Run[]): Promise<void> {
    if (this.#isGrowing || runs.length === 0 || !isPlanAxis(x)) return;
    this.#isGrowing = true;
    const turn = this.#turn;
    try {
      const groupOf = new Map(groups.map(({ id, runIds }) => [runIds[0]!, id]));
      const last = (runId: RunId, metric: string): number => this.of(metric, x).means.get(groupOf.get(runId)!)?.steps.at(-1) ?? -1;
      const from = Math.min(...runs.flatMap(({ id }) => metrics.map((metric) => last(id, metric)))) + 1;
      const series = await this.#workbench.readSeries({ runIds: runs.map(({ id }) => id), metrics, points: 0, from });
      if (turn !== this.#turn) return;
      const byId = new Map(runs.map((run) => [run.id, run]));
      const next = new Map([...this.#drawn.byMetric].map(([metric, drawn]) => [metric, { means: new Map(drawn.means), members: drawn.members }]));
      for (const { runId, metric, steps, values } of series) {
        const first = steps.findIndex((step) => step > last(runId, metric));
        if (first < 0) continue;
        const group = groupOf.get(runId)!;
        next.get(metric)?.means.set(group, this.#append(this.of(metric, x).means.get(group), byId.get(runId)!, metric, x, steps.subarray(first), values.subarray(first)));
      }
      this.#drawn = { x, byMetric: next };
    } catch (error) {
      if (turn === this.#turn) this.failure = error as Error;
    } finally {
      this.#isGrowing = false;
    }
  }

  #append(known: GroupSeries | undefined, run: Run, metric: string, x: Parameters<typeof xOf>[1], steps: Float64Array, values: Float64Array): GroupSeries {
    const key = `${metric} ${run.id}`;
    let grown = this.#grown.get(key);
    if (grown === undefined) {
      this.#grown.set(key, (grown = { places: new Growing(), values: new Growing() }));
      if (known !== undefined) {
        grown.places.append({ steps: known.steps, values: known.x });
        grown.values.append({ steps: known.steps, values: known.mean });
      }
    }
    grown.places.append({ steps, values: steps.map(xOf(run, x)) });
    grown.values.append({ steps, values });
    const none = new Float64Array(0);
    return { group: 0, metric, x: grown.places.values, steps: grown.places.steps, mean: grown.values.values, low: none, high: none, n: none };
  }

  /** Reads what is wished for, one metric after another, so that the first chart waits for no other; what was drawn stays until then. */
  async read(wish: GroupWish): Promise<void> {
    const turn = ++this.#turn;
    this.#grown = new Map();
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
