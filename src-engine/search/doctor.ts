/** What a sweep's history says about the sweep itself: each finding with its evidence and the change it suggests. Texts are English with codes and details, so that an interface can say them otherwise. */

import { square } from "../stats/linear.ts";
import { exp, log } from "../kernels/math.ts";
import { rng } from "../rng.ts";
import type { Catalog } from "../spec/param.ts";
import type { Change, Finding } from "../spec/sweep-finding.ts";
import { declaredAt } from "../spec/sweep-path.ts";
import type { Axis, SweepSpec } from "../spec/sweep-spec.ts";
import { isDone, lossesOf, median, ranking } from "./history.ts";
import type { Trial } from "./history.ts";
import { importance } from "./importance.ts";
import { makeSpace } from "./space.ts";
import { seedDeviation, winnersCurse } from "./winner.ts";

/**
 * Looks at the trials that are done; silent about what they cannot show yet. Only the first objective is looked at.
 *
 * bestOnBorder: two of the best three lie within 5 % of the same end of an axis's scale. manyDiverged: more than a quarter failed, of at least eight.
 * axisWithoutEffect: after 20 trials and 5 for each axis, the upper end of an axis's share of the variance (fANOVA, bootstrap) is below 0.03, or 0.3 of an even share if that is less. tooFewTrials: fewer
 * than ten for each axis when all are done. stillImproving: the last quarter of at least 20 trials lowered the best loss by more than a tenth of what all trials
 * after the first quarter did, and by more than the seeds' spread where it is known. winnerWithinNoise: the trials have several runs, and the runner-up is within two standard errors of the difference.
 */
export function diagnose(history: readonly Trial[], spec: SweepSpec, catalog: Catalog): Finding[] {
  const done = history.filter(isDone);
  return [...borders(done, spec, catalog), ...diverged(done, spec), ...withoutEffect(done, spec), ...tooFew(history, done, spec), ...improving(done, spec), ...withinNoise(done, spec)];
}

const shown = (x: number): string => String(Number(x.toPrecision(4)));
const percent = (share: number): string => `${Math.round(100 * share)} %`;
const lossOf = (trial: Trial, spec: SweepSpec): number | null => trial.state === "finished" ? lossesOf(trial.values, spec.objective)?.[0] ?? null : null;

function borders(done: readonly Trial[], spec: SweepSpec, catalog: Catalog): Finding[] {
  const ranked = ranking(done, spec.objective);
  if (ranked.length < 10) return [];
  const space = makeSpace(spec);
  const places = ranked.slice(0, 3).map(({ point }) => space.toCube(point));
  return space.names.flatMap((name, i): Finding[] => {
    const axis = spec.axes[name], side = space.cube.sides[i];
    if (!("from" in axis) || (side.levels > 0 && side.levels < 4)) return [];
    // On a few steps the outermost one is the border.
    const reach = Math.max(0.05, side.levels > 0 ? 1 / side.levels : 0);
    for (const end of ["from", "to"] as const) {
      const there = places.flatMap((at, k) => (end === "from" ? at[i] <= reach : at[i] >= 1 - reach) ? [ranked[k]] : []);
      if (there.length < 2 || there[0] !== ranked[0]) continue;
      const room = roomOf(axis, spec, catalog);
      // Where the declaration itself ends there is nothing beyond.
      if (axis[end] === (end === "from" ? room.min : room.max)) continue;
      const to = beyond(axis, end, room);
      const what = to === null ? "" : `; widen the axis to ${shown(to)} and go on`;
      return [{
        code: "bestOnBorder", axis: name, trials: there.map(({ number }) => number), change: to === null ? null : { path: ["axes", name, end], to },
        message: `${there.length} of the best three trials lie at the ${end === "from" ? "lower" : "upper"} end of ${name} (${shown(axis[end])}): the optimum may lie beyond it${what}`,
        details: { axis: name, end, bound: shown(axis[end]), count: String(there.length), best: shown(Number(ranked[0].point[name])), ...(to === null ? {} : { to: shown(to) }) },
      }];
    }
    return [];
  });
}

interface Room { readonly min?: number; readonly max?: number; readonly open?: "min" | "max" | "both" }
/** The declared interval of what the axis varies. */
function roomOf({ path, when }: Axis, { base, axes }: SweepSpec, catalog: Catalog): Room {
  const kinds = Object.fromEntries(Object.entries(when).flatMap(([name, values]) => axes[name]?.path.endsWith(".kind") ? [[axes[name].path.slice(0, -".kind".length), String(values[0])] as const] : []));
  const declared = declaredAt(path, base, kinds, catalog);
  if ("message" in declared) return {};
  const param = declared.param.kind === "optional" ? declared.param.of as typeof declared.param : declared.param;
  return param.kind === "real" || param.kind === "integer" ? param : {};
}

/** Half the axis's length further out, on its own scale, as far as the declaration goes; null where there is no room. */
function beyond({ from, to, scale, step }: Extract<Axis, { from: number }>, end: "from" | "to", room: Room): number | null {
  const sign = end === "from" ? -1 : 1;
  const edge = end === "from" ? from : to;
  const found = scale === "log" ? edge * exp(sign * log(to / from) / 2)
    : scale === "reverseLog" ? 1 - (1 - edge) * exp(-sign * log((1 - from) / (1 - to)) / 2)
    : edge + sign * (to - from) / 2;
  // Close below 1 three digits are those of the distance: 0.99968, not 1.
  const rounded = step === null ? (scale === "reverseLog" ? Number((1 - Number((1 - found).toPrecision(3))).toPrecision(12)) : Number(found.toPrecision(3))) : from + Math.round((found - from) / step) * step;
  const clamped = Math.min(room.max ?? rounded, Math.max(room.min ?? rounded, rounded));
  const isOpen = (clamped === room.min && (room.open === "min" || room.open === "both")) || (clamped === room.max && (room.open === "max" || room.open === "both"));
  const isInside = scale === "log" ? clamped > (step ?? 0) / 2 : scale === "reverseLog" ? clamped < 1 - (step ?? 0) / 2 : true;
  return isInside && !isOpen && clamped !== edge ? clamped : null;
}

function diverged(done: readonly Trial[], spec: SweepSpec): Finding[] {
  const failed = done.filter((trial) => trial.state === "failed" || (trial.state === "finished" && lossOf(trial, spec) === null));
  if (done.length < 8 || failed.length <= done.length / 4) return [];
  // The axis on which the failed ones stand furthest to one side of the others tells what to shrink.
  const space = makeSpace(spec);
  const fine = done.filter((trial) => !failed.includes(trial));
  const sides = space.names.map((name, i) => {
    const of = (list: readonly Trial[]): number[] => list.map(({ point }) => space.toCube(point)[i]).filter((u) => !Number.isNaN(u));
    return { name, gap: median(of(failed)) - median(of(fine)), bad: of(failed) };
  }).filter(({ name, gap }) => "from" in spec.axes[name] && Math.abs(gap) > 0.2).sort((a, b) => Math.abs(b.gap) - Math.abs(a.gap));
  const [most] = sides;
  let change: Change | null = null, advice = "shrink the space, or clip the gradient";
  if (most !== undefined) {
    const end = most.gap > 0 ? "to" : "from";
    const place = space.toCube(failed[0].point).map(() => 0.5);
    // The axis ends where a quarter of the failed ones still lie inside.
    const sorted = [...most.bad].sort((a, b) => a - b);
    place[space.names.indexOf(most.name)] = sorted[Math.floor((sorted.length - 1) * (most.gap > 0 ? 0.25 : 0.75))];
    const point = space.fromCube(place);
    const to = Object.hasOwn(point, most.name) ? Number(Number(point[most.name]).toPrecision(3)) : Number.NaN;
    const axis = spec.axes[most.name] as Extract<Axis, { from: number }>;
    if (to > axis.from && to < axis.to) { change = { path: ["axes", most.name, end], to }; advice = `they have ${most.gap > 0 ? "large" : "small"} values of ${most.name}: end the axis at ${shown(to)}`; }
  }
  return [{
    code: "manyDiverged", trials: failed.map(({ number }) => number), change, ...(change === null || most === undefined ? {} : { axis: most.name }),
    message: `${failed.length} of ${done.length} trials (${percent(failed.length / done.length)}) failed or diverged; ${advice}`,
    details: { failed: String(failed.length), done: String(done.length), share: percent(failed.length / done.length), ...(change === null ? {} : { axis: most!.name, to: shown(change.to as number) }) },
  }];
}

function withoutEffect(done: readonly Trial[], spec: SweepSpec): Finding[] {
  const space = makeSpace(spec);
  const judged = done.flatMap((trial) => { const loss = lossOf(trial, spec); return loss === null ? [] : [{ at: space.toCube(trial.point), loss, trial }]; });
  const d = space.names.length;
  if (d < 2 || judged.length < 20 || judged.length < 5 * d) return [];
  // Bad trials would drown the rest: losses above the median's distance from the best, five times, count as that.
  const best = Math.min(...judged.map(({ loss }) => loss)), reach = best + 5 * (median(judged.map(({ loss }) => loss)) - best);
  const shares = importance(judged.map(({ at, loss }) => ({ at, loss: Math.min(loss, reach) })), space.cube, rng(spec.seed).stream("doctor"), { method: "fanova", resamples: 30 });
  const [top] = ranking(done, spec.objective);
  return space.names.flatMap((name, i): Finding[] => {
    if (!(shares[i].to < Math.min(0.03, 0.3 / d))) return [];
    const value = top.point[name];
    return [{
      code: "axisWithoutEffect", axis: name, trials: [], change: value === undefined ? null : { path: ["axes", name], to: { ...pathOf(spec.axes[name], name), role: "fixed", value } },
      message: `${name} explains ${percent(shares[i].share)} of the variance (at most ${percent(shares[i].to)}): hold it${value === undefined ? "" : ` at ${typeof value === "number" ? shown(value) : JSON.stringify(value)}`} and give its trials to the other axes`,
      details: { axis: name, share: percent(shares[i].share), most: percent(shares[i].to), trials: String(judged.length), ...(value === undefined ? {} : { value: JSON.stringify(value) }) },
    }];
  });
}
const pathOf = ({ path, when, block }: Axis, name: string): object => ({ ...(path === name ? {} : { path }), ...(Object.keys(when).length === 0 ? {} : { when }), ...(block === 1 ? {} : { block }) });

function tooFew(history: readonly Trial[], done: readonly Trial[], spec: SweepSpec): Finding[] {
  const d = makeSpace(spec).names.length;
  if (done.length < history.length || done.length < spec.trials || done.length >= 10 * d) return [];
  return [{
    code: "tooFewTrials", trials: [], change: { path: ["trials"], to: 10 * d },
    message: `${done.length} trials for ${d} axes: with fewer than ten for each the best point is mostly luck of the draw; go on to ${10 * d}, or hold some axes`,
    details: { trials: String(done.length), axes: String(d), to: String(10 * d) },
  }];
}

function improving(done: readonly Trial[], spec: SweepSpec): Finding[] {
  const ordered = done.filter(({ batch }) => batch > 0).sort((a, b) => a.number - b.number);
  const n = ordered.length;
  if (n < 20 || n < spec.trials) return [];
  const bestUntil = (k: number): number => Math.min(...ordered.slice(0, k).map((trial) => lossOf(trial, spec) ?? Number.POSITIVE_INFINITY));
  const [early, late, end] = [bestUntil(Math.floor(n / 4)), bestUntil(Math.floor(3 * n / 4)), bestUntil(n)];
  const noise = seedDeviation(done.map(({ repeats = [] }) => repeats.map(([value]) => value)));
  const gain = late - end;
  if (!(Number.isFinite(early) && gain > 0.1 * (early - end) && (Number.isNaN(noise) || gain > noise))) return [];
  const last = ordered.slice(Math.floor(3 * n / 4)).filter((trial) => lossOf(trial, spec) === end);
  const to = Math.ceil(1.5 * spec.trials);
  return [{
    code: "stillImproving", trials: last.map(({ number }) => number), change: { path: ["trials"], to },
    message: `the last quarter of the trials still improved the best ${spec.objective[0].metric} by ${shown(gain)}, ${percent(gain / (early - end))} of all that was gained after the first quarter: go on to ${to} trials`,
    details: { metric: spec.objective[0].metric, gain: shown(gain), share: percent(gain / (early - end)), to: String(to) },
  }];
}

function withinNoise(done: readonly Trial[], spec: SweepSpec): Finding[] {
  const ranked = ranking(done, spec.objective);
  const several = ranked.filter(({ repeats = [] }) => repeats.length > 1);
  if (ranked.length < 2 || several.length < 2) return [];
  const deviation = seedDeviation(several.map(({ repeats = [] }) => repeats.map(([value]) => value)));
  const runs = Math.min(ranked[0].repeats?.length ?? 1, ranked[1].repeats?.length ?? 1);
  const losses = ranked.map((trial) => lossOf(trial, spec)!);
  const error = deviation * Math.sqrt(2 / runs);
  const within = ranked.filter((_, i) => losses[i] - losses[0] < 2 * error);
  if (!(deviation > 0) || within.length < 2) return [];
  const { optimism } = winnersCurse(losses, deviation / Math.sqrt(runs), rng(spec.seed).stream("curse"));
  const top = Math.max(spec.confirm.top, Math.min(within.length, 5));
  // Seeds that would bring two standard errors down to the gap, where that is within reason.
  const gap = losses[1] - losses[0];
  const seeds = Math.min(20, Math.max(spec.confirm.seeds + 2, gap > 0 ? Math.ceil(8 * square(deviation / gap)) : 20));
  return [{
    code: "winnerWithinNoise", trials: within.map(({ number }) => number), change: { path: ["confirm"], to: { top, seeds } },
    message: `${within.length} trials are within two standard errors (${shown(2 * error)}) of the best: the order among them is luck, and the best is expected to look ${shown(optimism)} better than it is; confirm the top ${top} with ${seeds} fresh seeds`,
    details: { count: String(within.length), error: shown(2 * error), deviation: shown(deviation), optimism: shown(optimism), top: String(top), seeds: String(seeds) },
  }];
}
