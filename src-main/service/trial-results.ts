/** From a trial's runs to what its sweep learns: one number for each objective, after each epoch and at the end. */

import type { Trial } from "../../src-engine/index.ts";
import type { Run, Series, Stretch } from "../contract/nouns.ts";
import type { Objective, SweepSpec } from "../contract/sweeps.ts";
import type { Store } from "../store/open.ts";
import type { CurvePoint, StoredTrial } from "../store/sweeps.ts";

/** Points of a curve that are kept; of a longer one the gates and as many others, evenly. */
export const keptPoints = 1000;

/** What a finished run came to. A metric it does not have is NaN. */
export const valuesOf = ({ metrics, trainingMs, parameters }: Pick<Run, "metrics" | "trainingMs" | "parameters">, objectives: readonly Objective[]): readonly number[] =>
  objectives.map(({ metric }) => (metric === "run/seconds" ? trainingMs / 1000 : metric === "model/parameters" ? parameters : (metrics[metric] ?? Number.NaN)));

export const meanOf = (lists: readonly (readonly number[])[]): readonly number[] => (lists[0] ?? []).map((_, k) => lists.reduce((sum, values) => sum + values[k]!, 0) / lists.length);

/**
 * A curve with what a report brought: a point for each epoch after which all that is measured was told. Time so far is counted evenly over the epochs, size is what it is.
 * An epoch told again (a run that went on from an earlier checkpoint) has its later value.
 */
export function extended(curve: readonly CurvePoint[], run: Run, series: readonly (Stretch | Series)[], objectives: readonly Objective[]): readonly CurvePoint[] {
  const measured = objectives.filter(({ metric }) => isMeasured(metric)).map(({ metric }) => series.find((one) => one.metric === metric));
  const [first] = measured;
  if (first === undefined || measured.some((one) => one === undefined)) return curve;
  const perEpoch = run.steps / run.epochs;
  const points = new Map(curve.map((point) => [point[0], point]));
  first.steps.forEach((step, i) => {
    const epoch = Math.round(step / perEpoch);
    if (epoch === 0 || Math.abs(step - epoch * perEpoch) > 1e-6 * step) return;
    points.set(epoch, [epoch, ...objectives.map(({ metric }) => {
      if (metric === "run/seconds") return (run.trainingMs * epoch) / Math.max(1, run.epoch) / 1000;
      return metric === "model/parameters" ? run.parameters : series.find((one) => one.metric === metric)!.values[i]!;
    })]);
  });
  return [...points.values()].sort((a, b) => a[0] - b[0]);
}

/** What is stored of a run's curve. */
export function curveInStore(store: Pick<Store, "series">, run: Run, objectives: readonly Objective[]): readonly CurvePoint[] {
  return run.step === 0 ? [] : extended([], run, store.series.read(run.id, objectives.map(({ metric }) => metric).filter(isMeasured)), objectives);
}

const isMeasured = (metric: string): boolean => metric !== "run/seconds" && metric !== "model/parameters";

/** Of a long curve the gates, the last point, and every so manieth other. */
export function keptOf(curve: readonly CurvePoint[], gates: readonly number[], most = keptPoints): readonly CurvePoint[] {
  if (curve.length <= most) return curve;
  const apart = Math.ceil(curve.length / most), wanted = new Set(gates.length <= most ? gates : []);
  return curve.filter(([epoch], i) => wanted.has(epoch) || i % apart === 0 || i === curve.length - 1);
}

/** The epochs after which the pruner may stop a trial: those at which its first run waits for the verdict. */
export function gatesOf({ pruner, base: { train: { epochs } } }: SweepSpec, cohortRungs: () => readonly number[]): readonly number[] {
  switch (pruner.kind) {
    case "median": return epochsFrom(Number(pruner["warmupEpochs"]) + 1, Number(pruner["interval"]), epochs);
    case "asha": return rungs(Number(pruner["least"]), Number(pruner["eta"]), epochs);
    case "successiveHalving":
    case "population":
    case "hyperband": return cohortRungs();
    default: return [];
  }
}

const epochsFrom = (first: number, apart: number, epochs: number): number[] => Array.from({ length: Math.max(0, Math.ceil((epochs - first) / apart)) }, (_, i) => first + i * apart);
function rungs(least: number, eta: number, epochs: number): number[] {
  const found: number[] = [];
  for (let rung = least; rung < epochs; rung *= eta) found.push(rung);
  return found;
}

/** A stored trial as samplers and pruners read it, with the curve they need: all of it, or the gates and the last point. */
export function asHistory({ number, batch, point, state, values, repeats, curve }: Pick<StoredTrial, "number" | "batch" | "point" | "state" | "values" | "repeats" | "curve">, epochs: ReadonlySet<number> | "all"): Trial {
  const seen = epochs === "all" ? curve : curve.filter(([epoch], i) => epochs.has(epoch) || i === curve.length - 1);
  return { number, batch, point, state, ...(values === null ? {} : { values }), repeats, curve: seen.map(([epoch, ...measured]) => ({ epoch, values: measured })) };
}
