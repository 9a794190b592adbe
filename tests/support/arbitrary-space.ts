/** Random search spaces: every kind of axis, conditions, up to six of them. */

import fc from "fast-check";
import { makeSpace } from "../../src-engine/search/space.ts";
import type { Space } from "../../src-engine/search/space.ts";
import type { Axis } from "../../src-engine/spec/sweep-spec.ts";
import { interval, values } from "./search.ts";

const arbitraryAxis = (): fc.Arbitrary<Axis> => fc.oneof(
  fc.tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 1, max: 100 })).map(([from, length]) => interval(from, from + length)),
  fc.tuple(fc.integer({ min: -6, max: 0 }), fc.integer({ min: 1, max: 5 })).map(([power, decades]) => interval(10 ** power, 10 ** (power + decades), { scale: "log" })),
  fc.tuple(fc.constantFrom(0.5, 0.9), fc.constantFrom(0.99, 0.9999)).map(([from, to]) => interval(from, to, { scale: "reverseLog" })),
  fc.tuple(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 300 })).map(([from, length]) => interval(from, from + length, { step: 1, scale: "log" })),
  fc.tuple(fc.integer({ min: -20, max: 20 }), fc.integer({ min: 1, max: 30 }), fc.constantFrom(0.25, 1, 3)).map(([from, steps, step]) => interval(from, from + steps * step, { step })),
  fc.integer({ min: 1, max: 6 }).map((n) => values(["relu", "tanh", "elu", "selu", "mish", "silu"].slice(0, n))),
  fc.uniqueArray(fc.integer({ min: 1, max: 512 }), { minLength: 1, maxLength: 6 }).map((list) => values(list.sort((a, b) => a - b))),
  fc.constant(values([false, true])),
);

/** A space and the axes it was made of; about half of the later axes hang on a first one, a choice of three. */
export const arbitrarySpace = (): fc.Arbitrary<Space & { readonly axes: Readonly<Record<string, Axis>> }> =>
  fc.array(fc.tuple(arbitraryAxis(), fc.constantFrom("", "a", "b")), { minLength: 1, maxLength: 5 }).map((list) => {
    const axes: Record<string, Axis> = { kind: values(["a", "b", "c"]) };
    list.forEach(([axis, when], i) => { axes[`x${i}`] = when === "" ? axis : { ...axis, when: { kind: [when] } }; });
    return { ...makeSpace({ axes, constraints: [] }), axes };
  });
