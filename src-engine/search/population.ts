/** Population-based training: who takes over whose weights, and with which values. A pure function of one generation; copying the weights is the caller's. */

import type { Stream } from "../rng.ts";
import type { Cube } from "./cube.ts";

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
 * Truncation selection: each of the worst ⌊share · n⌋ takes over from one of as many best ones, drawn evenly, and moves on from its values: each side by ±step
 * (a cell at least), or drawn anew; options without order are kept or drawn anew. Members between stay as they are and are not named. Fewer than two finite
 * losses: nobody moves. Jaderberg et al., Population Based Training of Neural Networks, arXiv:1711.09846.
 */
export function exchange(members: readonly Member[], cube: Cube, stream: Stream, { share, resample, step }: PopulationOptions = { share: 0.2, resample: 0.25, step: 0.1 }): Exchange[] {
  const rank = ({ loss }: Member): number => Number.isFinite(loss) ? loss : Number.POSITIVE_INFINITY;
  const ranked = [...members].sort((a, b) => rank(a) === rank(b) ? a.number - b.number : rank(a) - rank(b));
  const finite = ranked.filter(({ loss }) => Number.isFinite(loss));
  const moving = Math.min(Math.floor(share * members.length), Math.floor(members.length / 2));
  if (finite.length < 2 || moving === 0) return [];
  const models = finite.slice(0, Math.min(moving, finite.length));
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
