/** Latin hypercubes: n points with one in each of n even slices of every side, one design after the other. */

import type { Sampler } from "../cube.ts";
import { nthAllowed } from "./sobol.ts";

/** Places of designs of `points` points; where constraints take some away the next design fills up. */
export const latinHypercube: Sampler<{ readonly points: number }> = ({ cube, number, shared, options: { points } }) => {
  const designs = new Map<number, number[][]>();
  const design = (which: number): number[][] => {
    const known = designs.get(which);
    if (known !== undefined) return known;
    const stream = shared(`design/${which}`);
    const columns = cube.sides.map(() => {
      const slices = Array.from({ length: points }, (_, i) => i);
      for (let i = points - 1; i > 0; i--) { const j = stream.below(i + 1); [slices[i], slices[j]] = [slices[j], slices[i]]; }
      return slices.map((slice) => (slice + stream.uniform()) / points);
    });
    const made = Array.from({ length: points }, (_, i) => columns.map((column) => column[i]));
    designs.set(which, made);
    return made;
  };
  return nthAllowed(cube, number, (index) => design(Math.floor(index / points))[index % points]);
};
