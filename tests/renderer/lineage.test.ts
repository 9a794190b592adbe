/** A population's trials as stretches of epochs, and whose weights led to one of them. */

import { expect, it } from "vitest";
import { lineageOf, stretchesOf } from "../../src-renderer/parts/sweeps/lineage.ts";
import { aTrial } from "./support/sweeps.ts";

/** Three members, two generations of four epochs in a training of seven; trial 6 took over from trial 1, trial 4 lost its weights and began anew. */
const spec = { pruner: { kind: "population", members: 3, every: 4 }, base: { train: { epochs: 7 } } } as never;
const trials = [aTrial(1, 1), aTrial(2, 1), aTrial(3, 1), aTrial(4, 1), aTrial(5, 1, { goesOnFrom: 2 }), aTrial(6, 1, { goesOnFrom: 1 }), aTrial(-1, 1)];

it("a trial reaches over its generation's epochs, one that began anew from the first; points by hand belong to none", () => {
  expect(stretchesOf(spec, trials).map(({ trial, from, until, parent }) => [trial.number, from, until, parent?.number ?? null])).toEqual([
    [1, 0, 4, null], [2, 0, 4, null], [3, 0, 4, null], [4, 0, 7, null], [5, 4, 7, 2], [6, 4, 7, 1],
  ]);
});

it("the course to a trial is the trials whose weights became its own", () => {
  expect([...lineageOf(trials, 6)].sort()).toEqual([1, 6]);
  expect([...lineageOf(trials, 4)]).toEqual([4]);
  expect(lineageOf(trials, null).size).toBe(0);
});
