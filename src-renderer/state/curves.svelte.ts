/**
 * The curves a chart page shows beside the whole raw ones it already holds: smoothed ones, and the exact points of the window the reader zoomed into.
 * The workbench computes; here it is only asked. A live run's smoothed curves grow by what is new: each time only what came after the last known step is asked for.
 */

import type { Span } from "../../src-main/contract/chart-scale.ts";
import type { RunId, Series, Smoothing } from "../../src-main/contract/nouns.ts";
import type { Workbench } from "../../src-main/contract/workbench.ts";
import { Growing } from "./run-feed.svelte.ts";

/** More points than a wide chart has pixels; the painter thins further. */
const chartPoints = 4000;

export type CurvesByMetric = ReadonlyMap<string, Pick<Series, "steps" | "values">>;
type CurvesByRun = ReadonlyMap<RunId, CurvesByMetric>;

/** Which runs have which steps in the window: runs differ in steps per epoch. */
export interface StepWindow { readonly runId: RunId; readonly from: number; readonly to: number }
interface Detail { readonly window: Span; readonly raw: CurvesByRun; readonly smooth: CurvesByRun | null }
interface Wish { readonly runIds: readonly RunId[]; readonly metrics: readonly string[]; readonly smoothing: Smoothing }

const none: CurvesByMetric = new Map();

export class Curves {
  /** Grows with every change of the smoothed curves. */
  version = $state(0);
  detail = $state.raw<Detail | null>(null);
  failure = $state.raw<Error | null>(null);
  readonly #workbench: Workbench;
  #wish: Wish | null = null;
  #smooth = new Map<RunId, Map<string, Growing>>();
  #smoothTurn = 0;
  #detailTurn = 0;
  #isGrowing = false;
  #hasGrown = false;

  constructor(workbench: Workbench) { this.#workbench = workbench; }

  /** The smoothed curves of a run, in the window where they were read exactly there; `null` while nothing is smoothed. */
  smoothOf(runId: RunId, window: Span | null): CurvesByMetric | null {
    if (this.#wish === null) return null;
    return (window !== null && this.detail?.window === window ? this.detail.smooth?.get(runId) : null) ?? this.#smooth.get(runId) ?? none;
  }

  /** The raw curves of a run within the window; `null` while they are not read: then the whole ones stand in for them. */
  rawOf(runId: RunId, window: Span | null): CurvesByMetric | null {
    return window !== null && this.detail?.window === window ? this.detail.raw.get(runId) ?? none : null;
  }

  /** Says what is to be smoothed; the old curves stay until the new ones are there. */
  async smoothBy(wish: Wish | null): Promise<void> {
    if (same(wish, this.#wish)) return;
    const turn = ++this.#smoothTurn;
    const had = this.#wish;
    this.#wish = wish;
    if (wish === null) {
      this.#smooth = new Map();
      this.version++;
      return;
    }
    try {
      const series = await this.#workbench.readSeries({ runIds: wish.runIds, metrics: wish.metrics, points: chartPoints, smoothing: wish.smoothing });
      if (turn !== this.#smoothTurn) return;
      this.#smooth = new Map();
      this.#append(series);
      this.failure = null;
    } catch (error) {
      if (turn !== this.#smoothTurn) return;
      this.#wish = had;
      this.failure = error as Error;
    }
  }

  /** Runs have new points: reads what the smoothed curves lack. While one reading is under way, further calls make one more of it afterwards. */
  async grew(): Promise<void> {
    this.#hasGrown = true;
    if (this.#isGrowing) return;
    this.#isGrowing = true;
    try {
      while (this.#hasGrown) {
        this.#hasGrown = false;
        await this.#readNews();
      }
    } catch (error) {
      this.failure = error as Error;
    } finally {
      this.#isGrowing = false;
    }
  }

  /** Reads the window exactly; without one, forgets it. */
  async look(window: Span | null, steps: readonly StepWindow[], metrics: readonly string[], smoothing: Smoothing | null): Promise<void> {
    const turn = ++this.#detailTurn;
    if (window === null) {
      this.detail = null;
      return;
    }
    const read = (wish: { smoothing?: Smoothing }) => Promise.all(
      [...Map.groupBy(steps, ({ from, to }) => `${from} ${to}`).values()].map((group) => {
        const { from, to } = group[0]!;
        return this.#workbench.readSeries({ runIds: group.map(({ runId }) => runId), metrics, points: chartPoints, from, to, ...wish });
      }));
    try {
      const [raw, smooth] = await Promise.all([read({}), smoothing === null ? null : read({ smoothing })]);
      if (turn !== this.#detailTurn) return;
      this.detail = { window, raw: byRun(raw.flat()), smooth: smooth === null ? null : byRun(smooth.flat()) };
      this.failure = null;
    } catch (error) {
      if (turn === this.#detailTurn) this.failure = error as Error;
    }
  }

  async #readNews(): Promise<void> {
    const wish = this.#wish;
    const turn = this.#smoothTurn;
    if (wish === null) return;
    if (wish.smoothing.kind === "gaussian") {
      // New points move the last ones before them: nothing that is known still holds.
      const whole = await this.#workbench.readSeries({ runIds: wish.runIds, metrics: wish.metrics, points: chartPoints, smoothing: wish.smoothing });
      if (turn !== this.#smoothTurn) return;
      this.#smooth = new Map();
      this.#append(whole);
      return;
    }
    const asks = wish.runIds.flatMap((runId) => {
      const known = this.#smooth.get(runId);
      const byStep = Map.groupBy(wish.metrics, (metric) => known?.get(metric)?.steps.at(-1) ?? -1);
      return [...byStep].map(([last, metrics]) => this.#workbench.readSeries({ runIds: [runId], metrics, points: chartPoints, from: last + 1, smoothing: wish.smoothing }));
    });
    const series = (await Promise.all(asks)).flat();
    if (turn === this.#smoothTurn) this.#append(series);
  }

  #append(series: readonly Series[]): void {
    let isNew = false;
    for (const { runId, metric, steps, values } of series) {
      let ofRun = this.#smooth.get(runId);
      if (ofRun === undefined) this.#smooth.set(runId, (ofRun = new Map<string, Growing>()));
      let column = ofRun.get(metric);
      if (column === undefined) ofRun.set(metric, (column = new Growing()));
      const last = column.steps.at(-1) ?? -1;
      // The answer begins with the point before the range, which is known.
      const first = steps.findIndex((step) => step > last);
      if (first < 0) continue;
      column.append({ steps: steps.subarray(first), values: values.subarray(first) });
      isNew = true;
    }
    if (isNew) this.version++;
  }
}

function byRun(series: readonly Series[]): CurvesByRun {
  return new Map([...Map.groupBy(series, ({ runId }) => runId)].map(([runId, ofRun]) => [runId, new Map(ofRun.map((one) => [one.metric, one]))]));
}

const same = (a: Wish | null, b: Wish | null): boolean => a === b || (a !== null && b !== null && JSON.stringify(a.smoothing) === JSON.stringify(b.smoothing) && a.runIds.join() === b.runIds.join() && a.metrics.join() === b.metrics.join());
