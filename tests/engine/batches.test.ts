/** How an epoch falls into rows, batches and steps. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { balance, rng, stepsPerEpoch } from "../../src-engine/index.ts";
import { visitedRows } from "../../src-engine/data/batches.ts";

describe("steps in an epoch", () => {
  it.each([
    [70, 16, 1, false, 5, 70],
    [70, 16, 1, true, 4, 64],
    [64, 16, 1, true, 4, 64],
    [70, 16, 2, false, 3, 70],
    [70, 16, 2, true, 2, 64],
    [70, 16, 100, false, 1, 70],
    [10, 16, 1, true, 1, 10],
    [1, 1, 1, true, 1, 1],
  ])("%i rows in batches of %i, %i a step, short ones dropped: %s: %i steps over %i rows", (rows, batchSize, accumulate, dropLast, steps, visited) => {
    expect(stepsPerEpoch(rows, { batchSize, accumulate, dropLast })).toBe(steps);
    expect(visitedRows(rows, { batchSize, dropLast })).toBe(visited);
  });
});

describe("a balanced epoch", () => {
  const labels = fc.array(fc.integer({ min: 0, max: 4 }), { minLength: 1, maxLength: 200 });

  it("has every class equally often, one more or less, and only rows that exist", () => {
    fc.assert(fc.property(labels, fc.nat(1000), (y, seed) => {
      const order = new Int32Array(y.length);
      balance(order, y, rng(seed).stream("shuffle"));
      const counts = [...Map.groupBy(order, (row) => y[row]!).values()].map((rows) => rows.length);
      expect(counts).toHaveLength(new Set(y).size);
      expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    }), { seed: 3, numRuns: 200 });
  });

  it("takes the rows of a class in turn: none comes twice more often than another", () => {
    fc.assert(fc.property(labels, fc.nat(1000), (y, seed) => {
      const order = new Int32Array(y.length);
      balance(order, y, rng(seed).stream("shuffle"));
      const times = Array.from(y, (_, row) => order.filter((one) => one === row).length);
      for (const rows of Map.groupBy(y.keys(), (row) => y[row]!).values()) {
        const of = rows.map((row) => times[row]!);
        expect(Math.max(...of) - Math.min(...of)).toBeLessThanOrEqual(1);
      }
    }), { seed: 4, numRuns: 200 });
  });

  it("mixes the classes, differently at each place of the stream", () => {
    const y = Array.from({ length: 60 }, (_, i) => (i < 50 ? 0 : 1));
    const stream = rng(1).stream("shuffle");
    const [first, second] = [new Int32Array(60), new Int32Array(60)];
    balance(first, y, stream);
    balance(second, y, stream);
    expect(second).not.toEqual(first);
    const switches = first.filter((row, i) => i > 0 && y[row] !== y[first[i - 1]!]).length;
    // 59 neighbours, each pair of different classes with probability ½: 30 ± 5 standard deviations of 3.8.
    expect(switches).toBeGreaterThan(10);
    expect(switches).toBeLessThan(50);
  });
});
