/** Population-based training: generations, who takes over whose weights, and with which values. Functions of the history; copying the weights is the caller's. */

import type { Stream } from "../rng.ts";
import type { SweepSpec } from "../spec/sweep-spec.ts";
import type { PopulationRule } from "../spec/population-spec.ts";
import type { Cube } from "./cube.ts";
import { lossesOf } from "./history.ts";
import type { Point, Trial } from "./history.ts";
import { fronts } from "./pareto.ts";
import type { Space } from "./space.ts";

/** A member's next stretch: at this point, with the weights of trial `from`; null where nobody has any. */
export interface Successor { readonly number: number; readonly point: Point; readonly from: number | null }

/**
 * The generation that begins with trial `first`, from the results of the one before. Who diverged always gives up. With several objectives a member's loss is the
 * number of its front. Members without weights to go on with (nobody has a finite result) come with `from: null` and their old point.
 */
export function breed(space: Space, spec: SweepSpec, history: readonly Trial[], first: number, stream: Stream): Successor[] {
  const { members: size, ...options } = spec.pruner as unknown as PopulationRule;
  const before = Array.from({ length: size }, (_, i) => history.find(({ number, batch }) => batch > 0 && number === first - size + i)!);
  const losses = before.map(({ state, values }) => state === "finished" ? lossesOf(values, spec.objective) : null);
  const finite = losses.flatMap((one, i) => one === null ? [] : [{ i, one }]);
  const loss = losses.map((one) => one?.[0] ?? Number.NaN);
  if (spec.objective.length > 1) fronts(finite.map(({ one }) => one)).forEach((front, rank) => { for (const k of front) loss[finite[k].i] = rank; });
  const moves = new Map(exchange(before.map(({ number, point }, i) => ({ number, at: space.toCube(point), loss: loss[i] })), space.cube, stream, options).map((move) => [move.number, move]));
  return before.map(({ number, point }, i) => {
    const move = moves.get(number);
    return { number: first + i, point: move === undefined ? point : space.fromCube(move.at), from: move?.from ?? (finite.length === 0 ? null : number) };
  });
}

/** One member of a generation, and where it stands in the cube. `loss` NaN or ∞: it diverged and ranks last. */
export interface Member { readonly number: number; readonly at: readonly number[]; readonly loss: number }
/** Member `number` goes on with the weights of member `from` and the values at `at`. */
export interface Exchange { readonly number: number; readonly from: number; readonly at: readonly number[] }

/** How much a generation changes. */
export interface PopulationOptions {
  /** Share of the members that give up, and of those that are copied. */
  readonly share: number;
  /** Chance of each side to be drawn anew instead of moved. */
  readonly resample: number;
  /** How far a side moves up or down, on its own scale. */
  readonly step: number;
}

/**
 * Truncation selection: each of the worst ⌊share · n⌋, and each that diverged, takes over from one of the ⌊share · n⌋ best ones (at least one), drawn evenly, and moves on
 * from its values: each side by ±step (a cell at least), or drawn anew; options without order are kept or drawn anew. Members between stay as they are and are not
 * named. No finite loss: nobody moves. Jaderberg et al., Population Based Training of Neural Networks, arXiv:1711.09846.
 */
export function exchange(members: readonly Member[], cube: Cube, stream: Stream, { share, resample, step }: PopulationOptions = { share: 0.2, resample: 0.25, step: 0.1 }): Exchange[] {
  const rank = ({ loss }: Member): number => Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY;
  const ranked = [...members].sort((a, b) => rank(a) === rank(b) ? a.number - b.number : rank(a) - rank(b));
  const finite = ranked.filter(({ loss }) => Number.isFinite(loss));
  const some = Math.min(Math.floor(share * members.length), Math.floor(members.length / 2));
  const moving = Math.max(some, members.length - finite.length);
  if (finite.length === 0 || moving === 0) return [];
  const models = finite.slice(0, Math.max(1, some));
  return ranked.slice(-moving).filter((one) => !models.includes(one)).sort((a, b) => a.number - b.number).map(({ number }) => {
    const model = models[stream.below(models.length)];
    for (let attempt = 0; attempt < 100; attempt++) {
      const at = cube.sides.map(({ levels, isOrdered, centres }, i) => {
        const isDrawn = stream.uniform() < resample, isUp = stream.uniform() < 0.5, place = stream.uniform();
        if (isDrawn || Number.isNaN(model.at[i])) return place;
        if (levels > 0 && !isOrdered) return model.at[i];
        const own = levels > 0 && centres.length > 0 ? Math.max(step, 1 / levels) : step;
        return Math.min(1, Math.max(0, model.at[i] + (isUp ? own : -own)));
      });
      if (cube.allows(at)) return { number, from: model.number, at: cube.snap(at) };
    }
    return { number, from: model.number, at: model.at };
  });
}
