/** Stored curves as a client wants them: whole or a range of steps, smoothed, thinned, or all of them as CSV. */

import { ewma, gaussian } from "../../src-engine/index.ts";
import type { EwmaState } from "../../src-engine/index.ts";
import { StoreError } from "../../src-engine/spec/errors.ts";
import type { RunId, Series, Smoothing } from "../contract/nouns.ts";
import type { GroupSeries } from "../contract/comparison.ts";
import { kept as placesKept, picked, thin } from "../contract/thin.ts";
import type { Workbench } from "../contract/workbench.ts";
import { curveOnX, isShared, placed } from "../contract/x-axis.ts";
import { meanCurve } from "../report/group-curves.ts";
import type { Store } from "../store/open.ts";
import { within } from "../store/series.ts";

/** How many averages are remembered between calls: those of a live page, several times over. */
const keptAverages = 512;

/** Points times their reach that a Gaussian may take: about a second. */
const mostAround = 20_000_000;

/** Where the average of one curve stands after its point at `step`. */
interface Kept { readonly step: number; readonly value: number; readonly state: EwmaState }

export interface Curves {
  groups(wish: Parameters<Workbench["readGroups"]>[0]): readonly GroupSeries[];
  read(wish: Parameters<Workbench["readSeries"]>[0]): readonly Series[];
}

export function curves(store: Store): Curves {
  const averages = new Map<string, Kept>();

  /**
   * An average needs every point before it, but not twice: whoever asks only for what came after the newest point it was given (a live chart) is answered from
   * where the average stood there. The answer is the same, bit for bit; only what must be read differs.
   */
  function smoothed(runId: RunId, metric: string, smoothing: Smoothing, from: number, to: number): Series {
    if (smoothing.kind !== "ewma") return around(runId, metric, smoothing, from, to);
    const { beta } = smoothing;
    const key = `${runId} ${metric} ${beta}`;
    const kept = averages.get(key);
    const isTail = kept !== undefined && kept.step < from;
    const [raw] = store.series.read(runId, [metric], isTail ? { from: kept.step + 1 } : {});
    if (raw === undefined) return { runId, metric, steps: new Float64Array(0), values: new Float64Array(0) };
    const known = isTail ? raw.steps.findIndex((step) => step > kept.step) : 0;
    const state: EwmaState = isTail ? { ...kept.state } : { mean: 0, weight: 0 };
    const news = known < 0 ? new Float64Array(0) : raw.steps.subarray(known);
    const averaged = ewma(known < 0 ? news : raw.values.subarray(known), { beta, state });
    const steps = isTail ? Float64Array.of(kept.step, ...news) : news;
    const values = isTail ? Float64Array.of(kept.value, ...averaged) : averaged;
    keep(key, { step: steps.at(-1)!, value: values.at(-1)!, state });
    return { runId, metric, ...within({ steps, values }, from, to) };
  }

  /** The other ways ask for the whole series each time. */
  function around(runId: RunId, metric: string, smoothing: Exclude<Smoothing, { kind: "ewma" }>, from: number, to: number): Series {
    const [raw] = store.series.read(runId, [metric]);
    if (raw === undefined) return { runId, metric, steps: new Float64Array(0), values: new Float64Array(0) };
    const { steps, values } = raw;
    if (smoothing.kind === "gaussian") {
      if (values.length * smoothing.deviation > mostAround) throw new StoreError("tooWide", `${metric} of run ${runId} has ${values.length} points, too many for a Gaussian of ${smoothing.deviation} points`, {}, "Smooth over fewer points, or by the average.");
      return { runId, metric, ...within({ steps, values: gaussian(values, smoothing.deviation) }, from, to) };
    }
    // Fixed by the first two points: what comes later changes nothing before it.
    const unit = Math.max(1, (steps[1] ?? 1) - (steps[0] ?? 0));
    return { runId, metric, ...within({ steps, values: ewma(values, { beta: smoothing.beta, at: steps, unit }) }, from, to) };
  }

  function keep(key: string, kept: Kept): void {
    averages.delete(key);
    averages.set(key, kept);
    if (averages.size > keptAverages) averages.delete(averages.keys().next().value!);
  }

  return {
    read: ({ runIds, metrics, points, from = 0, to = Infinity, smoothing }) => runIds.flatMap((id) => {
      store.runs.get(id);
      const wanted = metrics.length === 0 ? store.series.metricsOf(id) : [...new Set(metrics)].sort();
      if (smoothing === undefined) return store.series.thinned(id, metrics, points, { from, to });
      return wanted.map((metric) => smoothed(id, metric, smoothing, from, to)).filter(({ steps }) => steps.length > 0).map(({ runId, metric, steps, values }) => ({ runId, metric, ...thin(steps, values, points) }));
    }),
    groups: ({ groups, metrics, x, points, from = -Infinity, to = Infinity, smoothing }) => groups.flatMap((ids, group) => {
      const runs = ids.map((id) => store.runs.get(id).run);
      if (runs.length > 1 && !isShared(x)) return [];
      const across = curveOnX(x);
      const onX = new Map(runs.map(({ id }) => [id, across === null ? undefined : store.series.read(id, [across])[0]]));
      return metrics.flatMap((metric): GroupSeries[] => {
        // One run is its own mean: nothing of it must be read that is not shown.
        const isAlone = runs.length === 1 && across === null && from === -Infinity && to === Infinity;
        const members = runs.flatMap((run) => {
          const [raw] = smoothing === undefined ? (isAlone ? store.series.thinned(run.id, [metric], points) : store.series.read(run.id, [metric])) : [smoothed(run.id, metric, smoothing, 0, Infinity)];
          const there = raw === undefined ? null : placed(run, x, raw, onX.get(run.id));
          return there === null || there.x.length === 0 ? [] : [there];
        });
        if (members.length === 0) return [];
        const whole = meanCurve(members);
        const [first, end] = [whole.x.findIndex((at) => at >= from), whole.x.findLastIndex((at) => at <= to)];
        const cut = (column: Float64Array): Float64Array => column.subarray(Math.max(0, (first < 0 ? whole.x.length : first) - 1), end + 2);
        const order = placesKept(cut(whole.mean), points);
        const column = (of: Float64Array): Float64Array => (order === null ? cut(of).slice() : picked(cut(of), order));
        return [{ group, metric, x: column(whole.x), steps: column(whole.steps), mean: column(whole.mean), low: column(whole.low), high: column(whole.high), n: column(whole.n) }];
      });
    }),
  };
}
