/** Augmentation: each component against pictures small enough to check by hand, and against its own law; and that nothing but training batches ever meets it. */

import { describe, expect, it } from "vitest";
import { accuracy, catalog, compile, dense, evaluate, fit, mixup, mse, noise, relu, rng, sgd, softmaxCrossEntropy, weightBytes } from "../../src-engine/index.ts";
import type { Augment, Component, Model, Part } from "../../src-engine/index.ts";
import { misses } from "../support/close.ts";

/** Applies one component to m rows, in 64 bit; `y` holds targets of `width` numbers. */
function applied(component: Component, shape: readonly number[], rows: readonly (readonly number[])[], targets: readonly (readonly number[])[] = rows.map(() => [0]), seed = 1) {
  const declared = (catalog.augment as readonly Augment[]).find(({ kind }) => kind === component.kind)!;
  const { kind: _, ...values } = component;
  const x = Float64Array.from(rows.flat()), y = Float64Array.from(targets.flat());
  const targetWidth = targets[0]!.length;
  const stream = rng(seed).stream("augment");
  const at = { values: values as never, shape, x, y, targetWidth, stream, order: new Int32Array(rows.length), room: new Float64Array(declared.room?.(shape, rows.length, targetWidth) ?? 0) };
  declared.apply(at, rows.length);
  const cut = (v: Float64Array, width: number) => rows.map((__, i) => [...v.subarray(i * width, (i + 1) * width)]);
  return { x: cut(x, rows[0]!.length), y: cut(y, targetWidth), stream };
}

/** A picture of 3 × 4 pixels and 2 channels whose numbers are all different. */
const picture = Array.from({ length: 24 }, (_, i) => i + 1);
const shape = [3, 4, 2];
const at = (image: readonly number[], row: number, column: number, k: number) => (row < 0 || column < 0 || row >= 3 || column >= 4 ? 0 : image[(row * 4 + column) * 2 + k]!);
const many = Array.from({ length: 60 }, () => picture);
const made = (pixel: (row: number, column: number, k: number) => number) => Array.from({ length: 24 }, (_, i) => pixel(Math.floor(i / 8), Math.floor(i / 2) % 4, i % 2));

describe("images", () => {
  it("shift moves by whole pixels, all 9 of one pixel each way, and lets zeros in", () => {
    const found = new Set(applied({ kind: "shift", pixels: 1 }, shape, many).x.map((image) => JSON.stringify(image)));
    const expected = [-1, 0, 1].flatMap((a) => [-1, 0, 1].map((b) => JSON.stringify(made((r, c, k) => at(picture, r + a, c + b, k)))));
    expect([...found].sort()).toEqual(expected.sort());
  });

  it.each([
    ["horizontal", [false, true]],
    ["vertical", [false]],
    ["both", [false, true]],
  ])("flip %s gives its mirror images and no other", (axis) => {
    const found = new Set(applied({ kind: "flip", axis }, shape, many).x.map((image) => JSON.stringify(image)));
    const rows = axis === "horizontal" ? [false] : [false, true], columns = axis === "vertical" ? [false] : [false, true];
    const expected = rows.flatMap((up) => columns.map((left) => JSON.stringify(made((r, c, k) => at(picture, up ? 2 - r : r, left ? 3 - c : c, k)))));
    expect([...found].sort()).toEqual(expected.sort());
  });

  it("rotate by nothing changes nothing; a turn keeps a round picture's middle and moves its corners in", () => {
    expect(applied({ kind: "rotate", degrees: 0 }, shape, [picture]).x[0]).toEqual(picture);
    const square = [0, 1, 0, 1, 5, 1, 0, 1, 0];
    for (const image of applied({ kind: "rotate", degrees: 180 }, [3, 3, 1], Array.from({ length: 20 }, () => square)).x) {
      expect(image[4]).toBe(5);
      // Bilinear pixels lie between those around them.
      for (const value of image) expect(value >= 0 && value <= 5).toBe(true);
      // The picture looks the same after a quarter turn, and so must the turned one.
      expect(misses([image[1]!, image[5]!, image[7]!], [image[3]!, image[1]!, image[5]!], { abs: 1e-12 })).toEqual([]);
    }
  });

  it("zoom of 1 changes nothing; larger ones keep the centre, and stretch a ramp by their factor", () => {
    expect(applied({ kind: "zoom", factor: 1 }, shape, [picture]).x[0]).toEqual(picture);
    // A ramp through the centre: f(p) = p becomes p/s, where no pixel comes from outside.
    const ramp = [-2, -1, 0, 1, 2];
    for (const image of applied({ kind: "zoom", factor: 2 }, [1, 5, 1], Array.from({ length: 20 }, () => ramp)).x) {
      const slope = image[3]!;
      expect(slope).toBeGreaterThanOrEqual(0.5 - 1e-12);
      expect(slope).toBeLessThanOrEqual(2);
      if (slope <= 1) expect(misses(image, [-2 * slope, -slope, 0, slope, 2 * slope], { abs: 1e-12 })).toEqual([]);
    }
  });

  it("cutout hides one square, whole or cut off at an edge, and nothing else", () => {
    const sizes = applied({ kind: "cutout", size: 2 }, shape, many).x.map((image) => {
      expect(image.every((value, i) => value === 0 || value === picture[i])).toBe(true);
      const hidden = image.flatMap((value, i) => (value === 0 ? [i] : []));
      const rows = new Set(hidden.map((i) => Math.floor(i / 8))), columns = new Set(hidden.map((i) => Math.floor(i / 2) % 4));
      expect(hidden).toHaveLength(rows.size * columns.size * 2);
      return hidden.length / 2;
    });
    expect([...new Set(sizes)].sort()).toEqual([1, 2, 4]);
  });
});

describe("rows of any shape", () => {
  it("noise has mean 0 and the deviation asked for: 40,000 draws, within 4 standard errors", () => {
    const n = 40_000;
    const { x } = applied({ kind: "noise", deviation: 0.5 }, [n], [new Array<number>(n).fill(3)]);
    const mean = x[0]!.reduce((sum, value) => sum + value, 0) / n;
    const deviation = Math.sqrt(x[0]!.reduce((sum, value) => sum + (value - mean) ** 2, 0) / n);
    expect(misses([mean, deviation], [3, 0.5], { abs: (4 * 0.5) / Math.sqrt(n) })).toEqual([]);
  });

  it("mixup blends each row and its target with another by one share", () => {
    const rows = [[1, 0], [0, 1], [5, 5], [-3, 2]], targets = [[1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]];
    for (let seed = 1; seed <= 20; seed++) {
      const { x, y } = applied({ kind: "mixup", alpha: 1 }, [2], rows, targets, seed);
      // Rows that are no partner of themselves tell the share; it is the same for all.
      const fits = (share: number) => x.every((row, i) => rows.some((other, j) => misses([...row, ...y[i]!], [...rows[i]!.map((v, k) => share * v + (1 - share) * other[k]!), ...targets[i]!.map((v, k) => share * v + (1 - share) * targets[j]![k]!)], { abs: 1e-12 }).length === 0));
      const shares = y.map((target, i) => target[targets[i]!.indexOf(1)]!);
      expect(shares.some(fits)).toBe(true);
    }
  });

  it.each([0.05, 0.2, 1, 4])("mixup's share has the mean ½ and the variance 1/(8α + 4) of Beta(α, α), α = %d: 4,000 draws, within 5 standard errors", (alpha) => {
    const shares = Array.from({ length: 4000 }, (_, seed) => {
      const { x } = applied({ kind: "mixup", alpha }, [1], [[1], [0]], [[1], [0]], seed + 1);
      // (λ, 1 − λ) where the rows are partners, (1, 0) where each is its own.
      return x[0]![0]! + x[1]![0]! === 1 && x[0]![0]! !== 1 ? x[0]![0]! : null;
    }).filter((share): share is number => share !== null);
    const n = shares.length;
    const mean = shares.reduce((sum, share) => sum + share, 0) / n;
    const variance = shares.reduce((sum, share) => sum + (share - 0.5) ** 2, 0) / n;
    const wanted = 1 / (8 * alpha + 4);
    expect(n).toBeGreaterThan(1000);
    expect(misses([mean], [0.5], { abs: 5 * Math.sqrt(wanted / n) })).toEqual([]);
    // (λ − ½)² ≤ ¼, so its variance is at most wanted/4.
    expect(misses([variance], [wanted], { abs: 5 * Math.sqrt(wanted / 4 / n) })).toEqual([]);
  });
});

const part: Part = { rows: 12, x: Float64Array.from({ length: 24 }, (_, i) => Math.sin(i)), y: Float64Array.from({ length: 12 }, (_, i) => i % 3) };
const model: Model = { input: [2], layers: [dense({ units: 5 }), relu(), dense({ units: 3 })], loss: softmaxCrossEntropy(), optimizer: sgd({ learningRate: 0.1 }), metrics: [accuracy()] };

describe("in training", () => {
  it("draws from its own stream: rows come in the same order, and dropout's stream stays where it was", () => {
    const layers = [dense({ units: 5 }), { kind: "dropout" }, dense({ units: 3 })];
    const [plain, changed] = [[], [noise()]].map((augment) => {
      const plan = compile({ ...model, layers, augment }, { batchSize: 4, seed: 1 });
      for (const _ of fit(plan, part, { epochs: 2 }));
      return plan;
    });
    expect(weightBytes(changed!)).not.toEqual(weightBytes(plain!));
    for (const name of ["shuffle", "dropout/1"]) expect(changed!.streams.get(name)!.counter).toBe(plain!.streams.get(name)!.counter);
    expect(changed!.streams.get("augment")!.counter).toBe(2 * 12 * 2 * 4);
  });

  it("evaluation never meets it: the loss of the untrained network is the plain one's, and the data are as they were", () => {
    const before = part.x.slice();
    const [plain, changed] = [[], [noise({ deviation: 10 }), mixup()]].map((augment) => compile({ ...model, augment }, { batchSize: 4, seed: 1 }));
    expect(evaluate(changed!, part)).toEqual(evaluate(plain!, part));
    for (const _ of fit(changed!, part, { epochs: 1 }));
    expect(part.x).toEqual(before);
    const { value } = fit(compile({ ...model, augment: [mixup()] }, { batchSize: 4, seed: 1 }), part, { epochs: 1 }).next();
    expect(value).toMatchObject({ kind: "epoch", metrics: { "train/loss": evaluate(plain!, part)["loss"] } });
  });

  it("mixup of classes: the loss is the cross-entropy with the mixed shares, and its gradient's last delta is (a − q)/m", () => {
    const plan = compile({ ...model, augment: [mixup({ alpha: 1 })] }, { batchSize: 12, seed: 1, precision: 64 });
    plan.gather(part, null, 0, 12);
    plan.augment(12);
    const loss = plan.gradient(12, "train");
    const q = plan.slices.find(({ role, name }) => role === "batch" && name === "shares")!.view;
    const dz = plan.slices.find(({ role, name }) => role === "delta" && name === "2")!.view;
    expect([...q].some((share) => share > 0 && share < 1)).toBe(true);
    let expected = 0;
    const deltas: number[] = [];
    for (let i = 0; i < 12; i++) {
      const z = [...plan.z.subarray(3 * i, 3 * i + 3)], sum = z.reduce((total, logit) => total + Math.exp(logit), 0);
      expect(misses([q[3 * i]! + q[3 * i + 1]! + q[3 * i + 2]!], [1], { abs: 1e-15 })).toEqual([]);
      z.forEach((logit, j) => {
        expected -= (q[3 * i + j]! * (logit - Math.log(sum))) / 12;
        deltas.push((Math.exp(logit) / sum - q[3 * i + j]!) / 12);
      });
    }
    expect(misses([loss], [expected], { rel: 1e-13 })).toEqual([]);
    expect(misses(dz, deltas, { abs: 1e-15 })).toEqual([]);
  });

  it.each([
    ["a shift of rows that are no images", { augment: [{ kind: "shift" }] }, "augment.0.kind shift is for images, rows of height × width × channels; a row here has the shape 2"],
    ["mixup of labels for a loss that takes whole ones", { augment: [noise(), mixup()], loss: { kind: "hinge" }, metrics: [] }, "augment.1.kind mixup blends the targets of two rows, and the loss hinge takes whole labels only"],
    ["an unknown change", { augment: [{ kind: "shfit" }] }, "augment.0.kind must be one of"],
  ])("refuses %s", (_, given, message) => {
    expect(() => compile({ ...model, ...given } as Model, { batchSize: 4, seed: 1 })).toThrow(message);
  });

  it("mixup of numbers needs no shares: the targets themselves are mixed", () => {
    const plan = compile({ ...model, layers: [dense({ units: 1 })], loss: mse(), metrics: [], augment: [mixup({ alpha: 1 })] }, { batchSize: 12, seed: 1, precision: 64 });
    plan.gather(part, null, 0, 12);
    plan.augment(12);
    expect([...plan.y].some((y) => !Number.isInteger(y))).toBe(true);
    expect(misses([[...plan.y].reduce((sum, y) => sum + y, 0)], [part.y.reduce((sum, y) => sum + y, 0)], { rel: 1e-14 })).toEqual([]);
  });
});
