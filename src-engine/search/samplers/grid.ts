/** Every combination once, the last side changing fastest; and the gaps a sweep left in it. */

import type { Cube, Sampler } from "../cube.ts";

/** The grid's places in order, snapped: a side whose values are not listed, and has more than `resolution` of them, is cut into that many, ends included; a side not in play has one value. */
export function* gridOf(cube: Cube, resolution: number): Generator<number[]> {
  const isWhole = cube.sides.map((side) => side.isListed || (side.levels > 0 && side.levels <= resolution));
  const levels = cube.sides.map((side, i) => isWhole[i] ? side.levels : resolution);
  const cells = levels.map(() => 0);
  for (;;) {
    const at = cells.map((cell, i) => isWhole[i] ? cube.sides[i].centres[cell] : cell / (levels[i] - 1));
    const snapped = cube.snap(at);
    // Where a side is not in play all of its values are the same point: the first stands for them.
    if (snapped.every((u, i) => !Number.isNaN(u) || cells[i] === 0) && cube.allows(snapped)) yield snapped;
    let i = cells.length - 1;
    while (i >= 0 && ++cells[i] === levels[i]) cells[i--] = 0;
    if (i < 0) return;
  }
}

const keyOf = (at: readonly number[]): string => at.map((u) => u.toPrecision(9)).join();

/** The n-th place of the grid. Trials with places outside it (put in by hand) do not count. */
export const grid: Sampler<{ readonly resolution: number }> = ({ cube, observations, options }) => {
  const tried = new Set(observations.map(({ at }) => keyOf(at)));
  for (const at of gridOf(cube, options.resolution)) if (!tried.has(keyOf(at))) return at;
  return null;
};

/** First the grid's places that no trial has, then those whose trials all failed, as long as one has fewer than `attempts`. */
export const fill: Sampler<{ readonly resolution: number; readonly attempts: number }> = ({ cube, observations, options }) => {
  const trials = new Map<string, { all: number; open: number; at: readonly number[] }>();
  for (const { at, state, losses } of observations) {
    const entry = trials.get(keyOf(at)) ?? { all: 0, open: 0, at };
    const hasFailed = state === "failed" || (state === "finished" && losses === null);
    trials.set(keyOf(at), { all: entry.all + 1, open: entry.open + (hasFailed ? 0 : 1), at });
  }
  for (const at of gridOf(cube, options.resolution)) if (!trials.has(keyOf(at))) return at;
  for (const { all, open, at } of trials.values()) if (open === 0 && all < options.attempts && cube.allows(at)) return [...at];
  return null;
};
