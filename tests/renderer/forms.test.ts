/** Numbers in fields: what is shown is read back, a slider's place is its value's, arrow keys stay inside the bounds. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { contains, integer, real } from "../../src-engine/spec/param.ts";
import { fromSlider, readNumber, showInterval, showNumber, sliderRange, stepped, toSlider } from "../../src-renderer/parts/forms/number-field.ts";
import { beta2, keep, learningRate, units } from "./draft-catalog.ts";

describe("numbers as text", () => {
  it("a number of twelve digits is read back from what is shown", () => {
    fc.assert(fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => Number(x.toPrecision(12))), (x) => {
      expect(readNumber(showNumber(x))).toBe(x === 0 ? 0 : x);
    }));
  });

  it("shows 1e-4 below 0.001, no float's tail, and no exponent in between", () => {
    expect([0.1 + 0.2, 0.001, 0.0001, 1e-8, 64, 4294967295, -2.5e-5].map(showNumber)).toEqual(["0.3", "0.001", "1e-4", "1e-8", "64", "4294967295", "-2.5e-5"]);
  });

  it("reads exponents, a true minus and a decimal comma, and leaves what is no number as typed", () => {
    expect(["1e-3", "−2", "0,5", " 7 ", ".5", "5."].map(readNumber)).toEqual([0.001, -2, 0.5, 7, 0.5, 5]);
    expect(["", "abc", "1e", "1,000.5", "0x10", "Infinity", "1e999"].map(readNumber)).toEqual(["", "abc", "1e", "1,000.5", "0x10", "Infinity", "1e999"]);
  });

  it("writes intervals as a mathematician does, and whole ranges with an ellipsis", () => {
    expect([showInterval(units), showInterval(beta2), showInterval(learningRate), showInterval(real({ default: 0, help: "" })), showInterval(real({ default: 0, min: -1, max: 1, open: "both", help: "" }))])
      .toEqual(["1 … 8,192", "[0, 1)", "(0, ∞)", "(−∞, ∞)", "(−1, 1)"]);
  });
});

describe("sliders", () => {
  const declared = { learningRate, beta2, units, keep, epochs: integer({ default: 30, min: 1, max: 1_000_000, scale: "log", help: "" }) };

  it.each(Object.entries(declared))("%s: the place of a place's value is the place, within the rounding of the value", (_, param) => {
    const range = sliderRange(param)!;
    fc.assert(fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (place) => {
      const value = fromSlider(param, range, place);
      expect(contains(param, value)).toBe(true);
      // Two digits are at most 5 % of a value: log10(1.05) = 0.021 of a decade, and no slider here covers less than 3; whole numbers below 10 lie up to 0.18 decades from a place.
      const grain = param.kind === "integer" ? 0.18 / Math.log10(range[1] / range[0]) : 0.011;
      expect(Math.abs(toSlider(param, range, value) - place)).toBeLessThanOrEqual(grain);
    }));
  });

  it("a log slider's middle is the geometric mean, a reverse-log slider's middle halves the decades of 1 − x", () => {
    expect(fromSlider(learningRate, [1e-5, 1e-1], 0.5)).toBe(1e-3);
    expect(fromSlider(beta2, [0.9, 0.999], 0.5)).toBe(0.99);
    expect(toSlider(beta2, [0.9, 0.999], 0.99)).toBeCloseTo(0.5, 12);
  });

  it("values beyond the slider stand at its ends, and an open end is never chosen", () => {
    expect([toSlider(learningRate, [1e-5, 1], 7), toSlider(learningRate, [1e-5, 1], -1), toSlider(beta2, [0.9, 0.999], 1)]).toEqual([1, 0, 1]);
    expect(fromSlider(keep, sliderRange(keep)!, 0)).toBe(0.01);
  });

  it("stands only where it helps: not for seeds, not for an unbounded linear value", () => {
    expect(sliderRange(integer({ default: 1, min: 0, max: 4294967295, help: "" }))).toBeNull();
    expect(sliderRange(real({ default: 0, min: 0, help: "" }))).toBeNull();
    expect(sliderRange(real({ default: 1e-8, min: 0, open: "min", scale: "log", help: "" }))).toEqual([1e-11, 1e-5]);
  });
});

describe("arrow keys", () => {
  it("on a log scale climb 10^0.1 a press and meet every power of ten", () => {
    let x = 1e-3;
    for (let i = 0; i < 10; i++) x = stepped(learningRate, x, "", 1, false);
    expect(x).toBe(1e-2);
    expect(stepped(learningRate, 1e-3, "", -1, true)).toBe(1e-4);
  });

  it("on a reverse-log scale move 1 − x, and never reach 1", () => {
    expect(stepped(beta2, 0.99, "", 1, true)).toBe(0.999);
    expect(stepped(beta2, 0.999, "", -1, true)).toBe(0.99);
  });

  it("change the last written digit on a linear scale, ten times as much with Shift", () => {
    expect(stepped(keep, 0.8, "0.8", 1, false)).toBe(0.9);
    expect(stepped(keep, 0.85, "0.85", -1, false)).toBe(0.84);
    expect(stepped(keep, 0.35, "0.35", 1, true)).toBe(0.45);
  });

  it("always move a whole number, by at least one", () => {
    fc.assert(fc.property(fc.integer({ min: 2, max: 8191 }), (n) => {
      expect(stepped(units, n, "", 1, false)).toBeGreaterThan(n);
      expect(stepped(units, n, "", -1, false)).toBeLessThan(n);
    }));
  });

  it("stop at a bound that is allowed and before one that is not", () => {
    expect(stepped(keep, 0.95, "0.95", 1, true)).toBe(1);
    expect(stepped(keep, 0.1, "0.1", -1, false)).toBe(0.1);
    expect(stepped(units, 8192, "", 1, false)).toBe(8192);
  });
});
