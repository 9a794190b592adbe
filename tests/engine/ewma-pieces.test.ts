/** An average that is told its series in pieces, as a live chart is. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ewma } from "../../src-engine/stats/ewma.ts";

const value = fc.oneof({ weight: 9, arbitrary: fc.double({ min: -1e6, max: 1e6, noNaN: true }) }, { weight: 1, arbitrary: fc.constantFrom(NaN, Infinity, -Infinity) });

describe("an average in pieces", () => {
  it("is the average of the whole, bit for bit, wherever it is cut", () => {
    fc.assert(fc.property(fc.array(value, { maxLength: 60 }), fc.array(fc.nat(60), { maxLength: 4 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (values, cuts, beta) => {
      const state = { mean: 0, weight: 0 };
      const places = [0, ...cuts.map((cut) => Math.min(cut, values.length)).sort((a, b) => a - b), values.length];
      const pieces = places.slice(1).flatMap((to, i) => [...ewma(values.slice(places[i], to), { beta, state })]);
      expect(pieces).toEqual([...ewma(values, { beta })]);
    }));
  });
  it("does not change when points are added: the prefix property", () => {
    fc.assert(fc.property(fc.array(value, { minLength: 1, maxLength: 60 }), fc.nat(59), fc.double({ min: 0, max: 0.999, noNaN: true }), (values, n, beta) => {
      const cut = Math.min(n, values.length);
      expect([...ewma(values, { beta }).subarray(0, cut)]).toEqual([...ewma(values.slice(0, cut), { beta })]);
    }));
  });
  it("has a state only where equal steps are corrected", () => {
    const state = { mean: 0, weight: 0 };
    expect(() => ewma([1], { beta: 0.5, corrected: false, state })).toThrow(/leave `at` and `corrected` away/);
    expect(() => ewma([1], { beta: 0.5, at: [1], state })).toThrow(/leave `at` and `corrected` away/);
  });
});
