/** A sweep as a function of its history: which trials come next, whether one should stop, which winners to confirm. Starts nothing and remembers nothing. */

import { rng } from "../rng.ts";
import { SpecError } from "../spec/errors.ts";
import { generationOf } from "../spec/population-spec.ts";
import { problem } from "../spec/param.ts";
import type { PrunerKind, SamplerKind } from "../spec/search-kinds.ts";
import type { SweepSpec } from "../spec/sweep-spec.ts";
import type { Observation } from "./cube.ts";
import type { Curve, Ruling } from "./curve.ts";
import { isDone, lossesOf, ranking } from "./history.ts";
import type { Point, Trial } from "./history.ts";
import { fronts } from "./pareto.ts";
import { breed } from "./population.ts";
import { cohortOf } from "./pruners/brackets.ts";
import { pruners } from "./pruners/table.ts";
import { samplers } from "./samplers/table.ts";
import { makeSpace, pointKey } from "./space.ts";
import type { Space } from "./space.ts";

/** What is to be started now. */
export interface Next {
  /** New trials, as `running`; store them before any of them starts, and a crash loses none. `sameAs` is a finished trial at the same point, whose results may be taken over. */
  readonly start: readonly (Trial & { readonly sameAs: number | null })[];
  /** No trial is left to choose; those under way may still run. */
  readonly isExhausted: boolean;
}

/**
 * The trials to start, given all that are known (`batch` 0: points put in by hand or runs from before the sweep; they are learned from and not counted).
 *
 * Synchronous mode chooses a batch from the batches before it alone and only once these are done: the same spec and the same results give the same trials,
 * whatever the number of workers and in whatever order they finish, and a batch of which a crash has kept a part is completed with the very trials it lacked.
 * Halving pruners choose a whole cohort at a time, a population a generation. Asynchronous mode fills free places among `parallel` from what is known at that moment, so
 * it depends on who finished first; it is repeatable only with one worker, or by replaying the same history.
 */
export function next(history: readonly Trial[], spec: SweepSpec): Next {
  const space = makeSpace(spec);
  const own = history.filter(({ batch }) => batch > 0);
  const highest = (of: readonly Trial[]): number => of.reduce((most, { number }) => Math.max(most, number), 0);
  if (spec.mode === "asynchronous") {
    const free = Math.min(spec.parallel - own.filter((trial) => !isDone(trial)).length, spec.trials - highest(own));
    const first = highest(own) + 1;
    return choose(space, spec, history, first, Math.max(0, free), first, first > spec.trials);
  }
  const last = own.reduce((most, { batch }) => Math.max(most, batch), 0);
  const begin = highest(own.filter(({ batch }) => batch < last)) + 1;
  const expected = last === 0 ? 0 : batchSize(spec, begin);
  const current = own.filter(({ batch }) => batch === last);
  if (current.length < expected) {
    const whole = chooseBatch(space, spec, history.filter(({ batch }) => batch < last), begin, expected, last, false);
    const missing = whole.start.filter(({ number }) => !current.some((trial) => trial.number === number));
    // Fewer than expected because the sampler had no more: nothing is missing, and nothing is left.
    if (missing.length > 0 || whole.isExhausted) return { start: missing, isExhausted: whole.isExhausted };
  }
  if (!current.every(isDone)) return { start: [], isExhausted: highest(own) >= spec.trials };
  const size = batchSize(spec, highest(own) + 1);
  return chooseBatch(space, spec, history, highest(own) + 1, size, last + 1, size === 0);
}

/** How many trials are chosen together from number `first` on. */
function batchSize({ batch, trials, pruner, base }: SweepSpec, first: number): number {
  const left = Math.max(0, trials - first + 1);
  if (left === 0) return 0;
  if (pruner.kind === "successiveHalving" || pruner.kind === "hyperband") {
    const cohort = cohortOf(first, pruner.kind, pruner as unknown as { readonly eta: number; readonly least: number }, base.train.epochs, trials);
    return Math.min(left, cohort.first + cohort.size - first);
  }
  return Math.min(left, pruner.kind === "population" ? Number(pruner["members"]) : batch);
}

/** From the sampler, or, where a population goes on, from the generation before. */
function chooseBatch(space: Space, spec: SweepSpec, known: readonly Trial[], first: number, count: number, batch: number, isOver: boolean): Next {
  if (spec.pruner.kind !== "population" || count === 0 || generationOf(first, spec).index === 1) return choose(space, spec, known, first, count, batch, isOver);
  const start = breed(space, spec, known, first, rng(spec.seed).stream(`generation/${first}`)).slice(0, count);
  return { start: start.map((one) => ({ ...one, batch, state: "running", sameAs: null })), isExhausted: false };
}

function choose(space: Space, spec: SweepSpec, known: readonly Trial[], first: number, count: number, batch: number, isOver: boolean): Next {
  const seeds = rng(spec.seed);
  const observations = known.map((trial) => observe(space, trial, spec));
  const finished = new Map(known.filter((trial) => trial.state === "finished" && lossesOf(trial.values, spec.objective) !== null).map(({ point, number }) => [pointKey(point), number]));
  const options = spec.sampler.kind === "latinHypercube" && spec.sampler["points"] === 0 ? { ...spec.sampler, points: spec.trials } : spec.sampler;
  const start: (Trial & { sameAs: number | null })[] = [];
  for (let number = first; number < first + count; number++) {
    const at = samplers[spec.sampler.kind as SamplerKind]({ cube: space.cube, observations, number, stream: seeds.stream(`trial/${number}`), shared: (name) => seeds.stream(name), options });
    if (at === null) return { start, isExhausted: true };
    const point = space.fromCube(at);
    // A member of a population that begins has trained less than one at the same point that has finished.
    start.push({ number, batch, point, state: "running", sameAs: spec.pruner.kind === "population" ? null : finished.get(pointKey(point)) ?? null });
    observations.push({ number, at: space.toCube(point), state: "running", losses: null, curve: [] });
  }
  return { start, isExhausted: isOver };
}

/** A trial as samplers see it. */
function observe(space: Space, trial: Trial, spec: SweepSpec): Observation {
  const losses = isDone(trial) ? lossesOf(trial.values, spec.objective) : null;
  const curve = (trial.curve ?? []).flatMap(({ epoch, values }) => { const loss = lossesOf(values, spec.objective); return loss === null ? [] : [{ epoch, loss: loss[0] }]; });
  const state = trial.state === "finished" && losses === null ? "failed" : trial.state;
  // A pruned trial's last value is not what it would have come to.
  return { number: trial.number, at: space.toCube(trial.point), state, losses: state === "finished" ? losses : null, curve };
}

/** A point that a person puts in, with what is held filled in: what a trial with batch 0 starts from. Throws SpecError where it is not a point of the space, naming the axis. */
export function pointByHand(spec: SweepSpec, point: Point): Point {
  const space = makeSpace(spec);
  const snapped = space.fromCube(space.toCube(point));
  const problems = [...new Set([...Object.keys(point), ...Object.keys(snapped)])].flatMap((name) => {
    if (!Object.hasOwn(snapped, name)) return [Object.hasOwn(spec.axes, name) ? problem(`point["${name}"]`, "notInPlay", "is not in play at this point", {}) : problem(`point["${name}"]`, "unknownKey", `is not an axis; axes are ${Object.keys(spec.axes).join(", ")}`, { known: Object.keys(spec.axes).join(", ") })];
    if (!Object.hasOwn(point, name)) return "value" in spec.axes[name] ? [] : [problem(`point["${name}"]`, "missing", "is missing", {})];
    const [asked, given] = [point[name], snapped[name]];
    const isSame = typeof asked === "number" && typeof given === "number" ? Math.abs(asked - given) <= 1e-9 * Math.max(1, Math.abs(asked)) : JSON.stringify(asked) === JSON.stringify(given);
    return isSame ? [] : [problem(`point["${name}"]`, "notOnAxis", `is not a value of this axis; got ${JSON.stringify(asked)}, the nearest is ${JSON.stringify(given)}`, { got: JSON.stringify(asked), near: JSON.stringify(given) }, given)];
  });
  if (problems.length === 0 && !space.cube.allows(space.toCube(point))) problems.push(problem("constraints", "againstConstraints", "are not kept by this point", {}));
  if (problems.length > 0) throw new SpecError(problems);
  return { ...snapped, ...point };
}

/**
 * Whether a trial under way should stop, after its last epoch or repeat. In synchronous mode it is compared with trials of earlier batches (a halving pruner: of its own
 * cohort) and with nobody else, so the answer does not depend on who is quicker. With several objectives a trial's loss at an epoch is
 * the number of its front among those compared: who is on the first front is never stopped by dominance of few.
 */
export function judge(history: readonly Trial[], number: number, spec: SweepSpec): Ruling {
  const trial = history.find((one) => one.number === number && one.batch > 0);
  if (trial === undefined) throw new RangeError(`trial ${number} is not in the history`);
  const kind = spec.pruner.kind as PrunerKind;
  const isHalving = kind === "successiveHalving" || kind === "hyperband";
  const others = history.filter((other) => other !== trial && (isHalving ? other.batch > 0 : spec.mode === "asynchronous" || other.batch < trial.batch));
  const [mine, ...rest] = curvesOf([trial, ...others], spec);
  return pruners[kind]({ mine, others: rest, most: spec.base.train.epochs, trials: spec.trials, options: spec.pruner });
}

/** Trials as curves of one loss each. */
function curvesOf(trials: readonly Trial[], { objective }: SweepSpec): Curve[] {
  const losses = (values: readonly number[]): readonly number[] => lossesOf(values, objective) ?? objective.map(() => Number.POSITIVE_INFINITY);
  const single = trials.map(({ number, state, curve = [], repeats = [] }) => ({ number, state, points: curve.map(({ epoch, values }) => ({ epoch, loss: losses(values)[0] })), repeats: repeats.map((values) => losses(values)[0]) }));
  if (objective.length === 1) return single;
  const epochs = [...new Set(trials.flatMap(({ curve = [] }) => curve.map(({ epoch }) => epoch)))];
  const frontAt = new Map(epochs.map((epoch) => [epoch, rankAmong(trials.map(({ curve = [] }) => curve.find((point) => point.epoch === epoch)?.values), losses)]));
  const most = Math.max(0, ...trials.map(({ repeats = [] }) => repeats.length));
  const repeatRanks = Array.from({ length: most }, (_, k) => rankAmong(trials.map(({ repeats = [] }) => repeats[k]), losses));
  return single.map((curve, i) => ({ ...curve, points: curve.points.map(({ epoch }) => ({ epoch, loss: frontAt.get(epoch)![i] })), repeats: curve.repeats.map((_, k) => repeatRanks[k][i]) }));
}

/** The number of each one's front among those that have values there; NaN for the others. */
function rankAmong(values: readonly (readonly number[] | undefined)[], losses: (values: readonly number[]) => readonly number[]): number[] {
  const present = values.flatMap((one, i) => one === undefined ? [] : [{ i, losses: losses(one) }]);
  const ranks = values.map(() => Number.NaN);
  fronts(present.map((one) => one.losses)).forEach((front, number) => { for (const k of front) ranks[present[k].i] = number; });
  return ranks;
}

/** The trials whose winners' numbers are measured once more with fresh seeds: the best `confirm.top` by the first objective, or of the Pareto front where there are several. */
export function toConfirm(history: readonly Trial[], spec: SweepSpec): Trial[] {
  const ranked = ranking(history, spec.objective);
  if (spec.objective.length === 1) return ranked.slice(0, spec.confirm.top);
  const first = fronts(ranked.map(({ values }) => lossesOf(values, spec.objective)!))[0] ?? [];
  return first.map((i) => ranked[i]).slice(0, spec.confirm.top);
}

/** Where the pieces of a sweep's cost come from: how many runs at most, and how many epochs, if nothing is stopped early and then with the pruner's own table. */
export interface Cost { readonly runs: number; readonly epochs: number; readonly prunedEpochs: number }

/** A sweep's cost before it starts, confirmation included. `prunedEpochs` is exact for halving pruners; for the others it is the full cost, since what they stop is not known before. A population's trials are as long as a generation. */
export function costOf(spec: SweepSpec): Cost {
  const confirmed = Math.min(spec.confirm.top, spec.trials) * spec.confirm.seeds;
  const most = spec.base.train.epochs, runs = spec.trials * spec.repeats.count + confirmed;
  let prunedEpochs = spec.trials * most;
  const { kind } = spec.pruner;
  if (kind === "population") {
    const epochs = Array.from({ length: spec.trials }, (_, i) => generationOf(i + 1, spec)).reduce((sum, { from, until }) => sum + until - from, 0) + confirmed * most;
    return { runs, epochs, prunedEpochs: epochs };
  }
  if (kind === "successiveHalving" || kind === "hyperband") {
    prunedEpochs = 0;
    for (let first = 1; first <= spec.trials;) {
      const { size, rungs } = cohortOf(first, kind, spec.pruner as unknown as { readonly eta: number; readonly least: number }, most, spec.trials);
      let [left, done] = [size, 0];
      for (const { epochs, keep } of rungs) { prunedEpochs += left * (epochs - done); left = Math.min(left, keep); done = epochs; }
      prunedEpochs += left * (most - done);
      first += size;
    }
  }
  return { runs, epochs: runs * most, prunedEpochs: prunedEpochs * spec.repeats.count + confirmed * most };
}
