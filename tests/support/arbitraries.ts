/** Random datasets for property tests. */

import fc from "fast-check";
import type { Dataset } from "../../src-engine/data/dataset.ts";

/** A dataset whose classes have the given sizes; rows of a class lie scattered, features are the row's own number. */
export function classesOf(sizes: readonly number[]): Dataset {
  const labels = sizes.flatMap((size, label) => new Array<number>(size).fill(label));
  // A fixed stride that shares no factor with the count visits every row once.
  const rows = labels.length;
  const stride = [7919, 7907, 7901].find((prime) => rows % prime !== 0)!;
  const y = Float64Array.from(labels, (_, i) => labels[(i * stride) % rows]!);
  return {
    name: "made", rows, shape: [1], featureNames: ["row"], targetName: "class", task: "classes",
    classes: sizes.map((_, label) => `c${label}`), x: Float64Array.from(labels, (_, row) => row), y,
  };
}

/** Class sizes large enough for every part, and shares for validation and test; a share may be 0. */
export const arbitrarySplit = () => fc.record({
  sizes: fc.array(fc.integer({ min: 20, max: 200 }), { minLength: 2, maxLength: 6 }),
  validation: fc.constantFrom(0, 0.1, 0.15, 0.2, 0.3),
  test: fc.constantFrom(0, 0.1, 0.15, 0.25, 0.4),
  seed: fc.integer({ min: 0, max: 4294967295 }),
});
