/** Generated data: every declared generator is tested by being in the list; each shape by the law that makes it. */

import { describe, expect, it } from "vitest";
import { datasetBytes } from "../../src-engine/data/dataset.ts";
import { blobs, circles, generate, generators, moons, spirals, xor } from "../../src-engine/data/generators.ts";

const rowsOf = ({ rows, x, y }: ReturnType<typeof generate>) => Array.from({ length: rows }, (_, row) => ({ x1: x[2 * row]!, x2: x[2 * row + 1]!, label: y[row]! }));

describe.each(generators.map((generator) => ({ kind: generator.kind, generator })))("$kind", ({ kind }) => {
  it("gives the same bytes for the same values and others for another seed", () => {
    expect(datasetBytes(generate({ kind }))).toEqual(datasetBytes(generate({ kind, seed: 1 })));
    expect(datasetBytes(generate({ kind, seed: 2 }))).not.toEqual(datasetBytes(generate({ kind })));
  });

  it("makes as many rows as asked, with classes that differ in size by one at most", () => {
    const dataset = generate({ kind, samples: 101 });
    expect([dataset.rows, dataset.x.length, dataset.y.length]).toEqual([101, 202, 101]);
    const counts = dataset.classes!.map((_, label) => dataset.y.filter((y) => y === label).length);
    expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
    expect(counts.reduce((sum, count) => sum + count)).toBe(101);
  });

  it("noise of deviation σ is added to each coordinate", () => {
    const samples = 20_000;
    const clean = generate({ kind, samples, noise: 0 });
    const noisy = generate({ kind, samples, noise: 0.3 });
    const differences = noisy.x.map((v, i) => v - clean.x[i]!);
    const variance = differences.reduce((sum, d) => sum + d * d, 0) / differences.length;
    // Five standard errors of the variance of 40 000 normal draws: σ² √(2/n).
    expect(Math.abs(variance - 0.09)).toBeLessThan(5 * 0.09 * Math.sqrt(2 / differences.length));
  });
});

// Two or three roundings of numbers near 1; 1e-12 leaves four digits of room.
const exact = 12;

it("spirals without noise lie on their arms", () => {
  for (const { x1, x2, label } of rowsOf(spirals.generate(spirals({ noise: 0, classes: 4, turns: 1.5 })))) {
    const r = Math.hypot(x1, x2);
    const angle = 2 * Math.PI * (1.5 * r + label / 4);
    expect(r * Math.cos(angle)).toBeCloseTo(x1, exact - 2);
    expect(r * Math.sin(angle)).toBeCloseTo(x2, exact - 2);
    expect(r).toBeLessThan(1);
  }
});

it("moons without noise lie on the upper half of one circle and the lower half of another", () => {
  for (const { x1, x2, label } of rowsOf(moons.generate(moons({ noise: 0 })))) {
    expect(label === 0 ? Math.hypot(x1, x2) : Math.hypot(x1 - 1, x2 - 0.5)).toBeCloseTo(1, exact);
    expect(label === 0 ? x2 : 0.5 - x2).toBeGreaterThanOrEqual(0);
  }
});

it("circles without noise have radius 1 and the factor", () => {
  for (const { x1, x2, label } of rowsOf(circles.generate(circles({ noise: 0, factor: 0.3 })))) expect(Math.hypot(x1, x2)).toBeCloseTo(label === 0 ? 1 : 0.3, exact);
});

it("blobs have their centres on a ring of radius 3", () => {
  const rows = rowsOf(blobs.generate(blobs({ samples: 30_000, classes: 5 })));
  for (let label = 0; label < 5; label++) {
    const own = rows.filter((row) => row.label === label);
    const spread = 5 / Math.sqrt(own.length); // five standard errors of a mean with σ = 1
    expect(Math.abs(own.reduce((sum, { x1 }) => sum + x1, 0) / own.length - 3 * Math.cos((2 * Math.PI * label) / 5))).toBeLessThan(spread);
    expect(Math.abs(own.reduce((sum, { x2 }) => sum + x2, 0) / own.length - 3 * Math.sin((2 * Math.PI * label) / 5))).toBeLessThan(spread);
  }
});

it("xor without noise has its class by the sign of the product, in all four quarters", () => {
  const rows = rowsOf(xor.generate(xor({ noise: 0 })));
  for (const { x1, x2, label } of rows) expect(x1 * x2 >= 0 ? 0 : 1).toBe(label);
  expect(new Set(rows.map(({ x1, x2 }) => `${x1 > 0} ${x2 > 0}`)).size).toBe(4);
});

it("a component that needs bytes is refused", () => { expect(() => generate({ kind: "csv" })).toThrow(/^data\.kind must be one of spirals, moons, circles, blobs, xor to be made by formula; got csv/); });
