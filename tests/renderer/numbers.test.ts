import { describe, expect, it } from "vitest";
import { about, bytes, complement, count, duration, figure, measured, moment, percent, setting } from "../../src-renderer/parts/numbers.ts";

describe("figure writes three significant digits", () => {
  it.each([
    [0, "0"], [0.105, "0.105"], [0.06391, "0.0639"], [2.312, "2.31"], [49.62, "49.6"], [184.4, "184"], [999.6, "1,000"], [12_400, "12,400"], [-1234, "−1,230"], [-0.5, "−0.500"],
    [0.001, "0.00100"], [0.00016, "1.6e-4"], [-0.00016, "−1.6e-4"], [3e8, "3e8"], [1.27e-7, "1.3e-7"], [1_000_000, "1e6"],
    [NaN, "NaN"], [Infinity, "∞"], [-Infinity, "−∞"],
  ])("%d as %s", (x, text) => { expect(figure(x)).toBe(text); });
});

describe("setting writes what the person set, unrounded", () => {
  it.each([[0.001, "0.001"], [0.0001, "1e-4"], [0.00012345, "1.2345e-4"], [0, "0"], [0.999, "0.999"], [-0.5, "−0.5"], [2000, "2,000"], [1e6, "1,000,000"], [1e21, "1e21"], [0.30000000000000004, "0.30000000000000004"]])("%d as %s", (x, text) => { expect(setting(x)).toBe(text); });
});

it("a share's complement has no dust of binary fractions", () => { expect([0.9, 0.8, 1, 0.35].map(complement)).toEqual(["0.1", "0.2", "0", "0.65"]); });

it("percent has two decimals, a true minus and no sign of its own", () => {
  expect(percent(0.97491)).toBe("97.49");
  expect(percent(1)).toBe("100.00");
  expect(percent(-0.0061)).toBe("−0.61");
  expect(percent(0.97491, 1)).toBe("97.5");
  expect(percent(NaN)).toBe("NaN");
});

it("accuracies are shown as percent, other metrics as figures", () => {
  expect(measured("validation/accuracy", 0.5)).toBe("50.00");
  expect(measured("validation/loss", 0.5)).toBe("0.500");
});

it("counts have commas", () => { expect(count(109_770)).toBe("109,770"); });

describe("duration", () => {
  it.each([[0, "0.0 s"], [4210, "4.2 s"], [10_000, "0:10"], [118_400, "1:58"], [3_723_000, "1:02:03"], [59_900, "1:00"]])("%d ms is %s", (ms, text) => { expect(duration(ms)).toBe(text); });
});

describe("about says a length of time in one unit", () => {
  const words = { seconds: (n: string) => `${n} s`, minutes: (n: string) => `${n} min`, hours: (n: string) => `${n} h` };
  it.each([[0, "1 s"], [45_000, "45 s"], [89_000, "89 s"], [120_000, "2 min"], [5_340_000, "89 min"], [5_400_000, "1.5 h"], [36_000_000, "10 h"]])("%d ms is %s", (ms, text) => { expect(about(ms, words)).toBe(text); });
});

describe("bytes count in powers of 1000", () => {
  it.each([[0, "0 B"], [999, "999 B"], [48_000, "48 kB"], [999_600, "1.0 MB"], [1_300_000, "1.3 MB"], [86_400_000, "86.4 MB"], [250_000_000, "250 MB"], [2_100_000_000, "2.1 GB"]])("%d is %s", (n, text) => { expect(bytes(n)).toBe(text); });
});

describe("moment", () => {
  const now = new Date(2026, 10, 22, 12, 41).getTime();
  it("is the time of day for today", () => { expect(moment(new Date(2026, 10, 22, 9, 4).getTime(), now, "en", "yesterday")).toBe("09:04"); });
  it("is a word for yesterday, even when less than a day ago", () => { expect(moment(new Date(2026, 10, 21, 23, 50).getTime(), now, "en", "yesterday")).toBe("yesterday"); });
  it("is the date before that, with the year when it is another", () => {
    expect(moment(new Date(2026, 9, 3).getTime(), now, "en", "yesterday")).toBe("3 Oct");
    expect(moment(new Date(2025, 9, 3).getTime(), now, "zh", "昨天")).toBe("2025年10月3日");
  });
});
