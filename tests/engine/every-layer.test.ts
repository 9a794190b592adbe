/** Being in the catalogue is being tested: every layer and every loss, over random shapes and random parameters; then what is particular to some. */

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { catalog, checkGradient, compile, dense, dropout, gaussianNoise, l2, loadCheckpoint, mse, rng, saveCheckpoint, shapesOf, softmaxCrossEntropy, tanh, weightBytes } from "../../src-engine/index.ts";
import type { Model, Plan } from "../../src-engine/index.ts";
import type { Layer } from "../../src-engine/nn/layer.ts";
import { place, withInner } from "../../src-engine/plan/shapes.ts";
import { misses } from "../support/close.ts";
import { framed, specimen } from "../support/specimens.ts";
import type { Specimen } from "../support/specimens.ts";
import { stage } from "../support/stage.ts";

const layers = catalog.layer as readonly Layer[];
/** Fixed, so that no run meets a ReLU's corner that another did not. */
const property = { seed: 20_261_122, numRuns: 25 };

/** Random numbers for every parameter of a plan (biases, scales and shifts too) and for one batch. */
function shaken(plan: Plan, m: number, seed: number): { x: Float64Array; y: Float64Array } {
  const stream = rng(seed).stream("shaken");
  for (const { role, view } of plan.slices) if (role === "param") view.forEach((_, i) => { view[i] = 0.7 * stream.normal() + 0.1; });
  const width = plan.model.input.reduce((product, n) => product * n, 1);
  const x = Float64Array.from({ length: m * width }, () => stream.normal());
  const y = Float64Array.from({ length: m * plan.targetWidth }, () => (plan.labels === null ? stream.normal() : stream.below(plan.labels)));
  return { x, y };
}

/** Several random specimens of a layer, the same in each run. */
const specimens = (layer: Layer, count: number): Specimen[] => {
  const stream = rng(1).stream(`specimens/${layer.kind}`);
  return Array.from({ length: count }, () => specimen(layer, stream));
};
const modelOf = (of: Specimen, given: Partial<Model> = {}): Model => ({ input: of.input, layers: framed(of, 3), loss: softmaxCrossEntropy(), optimizer: { kind: "adam" }, ...given });

// A declared component is callable, and vitest spells out "$kind" of plain objects only: hence the pairs.
describe.each(layers.map((layer) => [layer.kind, layer] as const))("layer %s", (_, layer) => {
  it("passes the gradient check below 1e-7, alone and between two layers, over random shapes, values, rows and parameters", () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 1, max: 1e6 }), (more, seed) => {
      const one = specimen(layer, rng(seed).stream("specimen"));
      const m = more + Math.max(...withInner(place([one.component], one.input)).map(({ planned }) => planned.leastRows ?? 1));
      for (const layers of [[one.component], framed(one, 2)]) {
        const plan = compile({ input: one.input, layers, loss: mse(), optimizer: { kind: "sgd" }, regularizer: l2({ lambda: 0.5 }) }, { batchSize: m + 1, seed, precision: 64, inputGradient: true });
        const { x, y } = shaken(plan, m, seed);
        expect(checkGradient(plan, x, y).relativeError, JSON.stringify(one)).toBeLessThan(1e-7);
      }
    }), property);
  });

  it("gives the first rows of a short batch what a plan of just that size gives, bit for bit", () => {
    for (const of of specimens(layer, 6)) {
      const [large, small] = [compile(modelOf(of), { batchSize: 8, seed: 1 }), compile(modelOf(of), { batchSize: 3, seed: 1 })];
      const { x, y } = shaken(compile(modelOf(of), { batchSize: 8, seed: 1 }), 8, 5);
      const part = { rows: 8, x, y };
      large.gather(part, null, 0, 8);
      large.gradient(8, "replay");
      for (const plan of [large, small]) {
        // Masks are drawn row by row, so both plans see the same ones.
        plan.gather(part, null, 0, 3);
        plan.gradient(3, "train");
      }
      const grads = (plan: Plan) => plan.slices.filter(({ role }) => role === "grad").map(({ view }) => [...view]);
      expect(grads(large)).toEqual(grads(small));
    }
  });

  it("evaluates a row without looking at the other rows", () => {
    for (const of of specimens(layer, 6)) {
      const plan = compile(modelOf(of), { batchSize: 6, seed: 1 });
      const { x, y } = shaken(plan, 6, 9);
      plan.gather({ rows: 6, x, y }, null, 0, 6);
      plan.forward(6, "evaluate");
      const together = plan.z.slice(0, 18);
      const alone = Array.from({ length: 6 }, (__, row) => {
        plan.gather({ rows: 6, x, y }, null, row, row + 1);
        plan.forward(1, "evaluate");
        return [...plan.z.subarray(0, 3)];
      });
      expect([...together]).toEqual(alone.flat());
    }
  });

  it("trains as it evaluates, unless it draws chance or keeps statistics; then it does not", () => {
    for (const of of specimens(layer, 6)) {
      const plan = compile(modelOf(of), { batchSize: 6, seed: 1, precision: 64 });
      const { x, y } = shaken(plan, 6, 7);
      plan.gather({ rows: 6, x, y }, null, 0, 6);
      plan.forward(6, "train");
      const trained = [...plan.z];
      plan.forward(6, "evaluate");
      const differs = withInner(place([of.component], of.input)).some((placed) => placed.layer.stream !== undefined || placed.planned.statistics !== undefined);
      expect(JSON.stringify(trained) !== JSON.stringify([...plan.z]), JSON.stringify(of)).toBe(differs);
    }
  });

  it("survives a checkpoint: from another plan the same outputs and the same next step, bit for bit", () => {
    for (const of of specimens(layer, 6)) {
      const [from, to] = [compile(modelOf(of), { batchSize: 6, seed: 1 }), compile(modelOf(of), { batchSize: 6, seed: 1 })];
      const { x, y } = shaken(from, 6, 3);
      for (const plan of [from, to]) plan.gather({ rows: 6, x, y }, null, 0, 6);
      from.gradient(6, "train");
      from.update(0.1);
      loadCheckpoint(to, saveCheckpoint(from));
      for (const plan of [from, to]) plan.forward(6, "evaluate");
      expect([...to.z]).toEqual([...from.z]);
      for (const plan of [from, to]) {
        plan.gradient(6, "train");
        plan.update(0.1);
      }
      expect(weightBytes(to)).toEqual(weightBytes(from));
    }
  });

  it("owns as many numbers as it says before training, and counts whole operations", () => {
    for (const of of specimens(layer, 6)) {
      const plan = compile(modelOf(of), { batchSize: 6, seed: 1 });
      const [shape] = shapesOf([of.component], of.input);
      const owned = plan.slices.filter(({ role, name }) => role === "param" && name.startsWith("1/")).reduce((sum, { view }) => sum + view.length, 0);
      expect(shape!.parameters).toBe(owned);
      expect(plan.slices.find(({ role, name }) => role === "activation" && name === "1")!.shape).toEqual([6, ...shape!.output]);
      expect(Number.isInteger(shape!.flops) && shape!.flops >= 0).toBe(true);
    }
  });
});

describe.each(catalog.loss.map((loss) => [loss.kind, loss] as const))("loss %s", (_, loss) => {
  it("passes the gradient check below 1e-7 over random rows, widths and outputs", () => {
    fc.assert(fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 1e6 }), (m, wide, seed) => {
      const { least, most }: { readonly least: number; readonly most?: number } = loss.outputs;
      const units = Math.min(Math.max(wide, least), most ?? wide + least);
      const plan = compile({ input: [3], layers: [dense({ units: 4 }), tanh(), dense({ units })], loss: { kind: loss.kind }, optimizer: { kind: "sgd" } }, { batchSize: m, seed, precision: 64, inputGradient: true });
      const { x, y } = shaken(plan, m, seed);
      expect(checkGradient(plan, x, y).relativeError).toBeLessThan(1e-7);
    }), property);
  });

  it("is a mean: without batch norm the gradient of 8 rows is the mean of 8 gradients", () => {
    const plan = compile({ input: [3], layers: [dense({ units: 4 }), tanh(), dense({ units: loss.outputs.least })], loss: { kind: loss.kind }, optimizer: { kind: "sgd" } }, { batchSize: 8, seed: 1, precision: 64 });
    const { x, y } = shaken(plan, 8, 4);
    const grad = () => plan.slices.filter(({ role }) => role === "grad").flatMap(({ view }) => [...view]);
    plan.gather({ rows: 8, x, y }, null, 0, 8);
    plan.gradient(8, "replay");
    const whole = grad();
    const sum = new Float64Array(whole.length);
    for (let row = 0; row < 8; row++) {
      plan.gather({ rows: 8, x, y }, null, row, row + 1);
      plan.gradient(1, "replay");
      grad().forEach((g, i) => { sum[i]! += g / 8; });
    }
    // Eight roundings of numbers near 1.
    expect(misses(sum, whole, { abs: 1e-14, rel: 1e-12 })).toEqual([]);
  });
});

describe("dropout", () => {
  const at = (rows: number) => {
    const made = stage(dropout({ keepProb: 0.8 }), [100], rows, 64);
    made.x.fill(2);
    return made;
  };

  it("leaves the mean: over 1e5 masks within 3 standard deviations", () => {
    const made = at(1000);
    dropout.forward(made as never, 1000, "train");
    const mean = [...made.y].reduce((sum, y) => sum + y, 0) / 1e5;
    // The variance it adds to an input a is a² (1 − p)/p.
    expect(Math.abs(mean - 2)).toBeLessThan(3 * Math.sqrt((4 * 0.2) / 0.8 / 1e5));
  });

  it("draws another mask at each step, keeps it in a replay, and draws none in evaluation", () => {
    const made = at(10);
    dropout.forward(made as never, 10, "train");
    const first = made.y.slice();
    dropout.forward(made as never, 10, "replay");
    expect(made.y).toEqual(first);
    const drawn = made.stream!.counter;
    dropout.forward(made as never, 10, "evaluate");
    expect(made.y).toEqual(made.x);
    expect(made.stream!.counter).toBe(drawn);
    dropout.forward(made as never, 10, "train");
    expect(made.y).not.toEqual(first);
  });

  it("uses the same mask backward", () => {
    const made = at(10);
    made.dy.fill(3);
    dropout.forward(made as never, 10, "train");
    dropout.backward(made as never, 10);
    expect(made.dx).toEqual(made.y.map((y) => (y === 0 ? 0 : 3 / 0.8)));
  });
});

describe("dropout and noise as the first layer", () => {
  it.each([["dropout", dropout({ keepProb: 0.5 }), "mask"], ["gaussianNoise", gaussianNoise({ deviation: 0.5 }), "noise"]] as const)("%s: the input that the next layer sees is changed, its kernel's gradient is that of the changed input, and evaluation sees the rows as they are", (_, layer, drawn) => {
    const plan = compile({ input: [5], layers: [layer, dense({ units: 2 })], loss: mse(), optimizer: { kind: "sgd" } }, { batchSize: 4, seed: 1, precision: 64 });
    const bare = compile({ input: [5], layers: [dense({ units: 2 })], loss: mse(), optimizer: { kind: "sgd" } }, { batchSize: 4, seed: 1, precision: 64 });
    const { x, y } = shaken(plan, 4, 2);
    const view = (of: Plan, role: string, name: string) => of.slices.find((slice) => slice.role === role && slice.name === name)!.view;
    for (const name of ["kernel", "bias"]) view(bare, "param", `0/${name}`).set(view(plan, "param", `1/${name}`));
    plan.gather({ rows: 4, x, y }, null, 0, 4);
    plan.gradient(4, "train");
    const chance = view(plan, "scratch", `0/${drawn}`);
    const changed = x.map((value, i) => (drawn === "mask" ? (value * chance[i]!) / 0.5 : value + chance[i]!));
    expect([...changed]).not.toEqual([...x]);
    bare.gather({ rows: 4, x: changed, y }, null, 0, 4);
    bare.gradient(4, "train");
    expect([...view(plan, "grad", "1/kernel")]).toEqual([...view(bare, "grad", "0/kernel")]);
    plan.forward(4, "evaluate");
    bare.gather({ rows: 4, x, y }, null, 0, 4);
    bare.forward(4, "evaluate");
    expect([...plan.z]).toEqual([...bare.z]);
  });
});

describe("gaussianNoise", () => {
  const at = (rows: number) => {
    const made = stage(gaussianNoise({ deviation: 0.3 }), [100], rows, 64);
    made.x.fill(2);
    made.dy.fill(3);
    return made;
  };

  it("adds draws of mean 0 and the deviation asked for: over 1e5 of them within 4 standard deviations", () => {
    const made = at(1000);
    gaussianNoise.forward(made as never, 1000, "train");
    const added = [...made.y].map((y) => y - 2);
    const mean = added.reduce((sum, v) => sum + v, 0) / 1e5;
    const deviation = Math.sqrt(added.reduce((sum, v) => sum + (v - mean) ** 2, 0) / 1e5);
    expect(Math.abs(mean)).toBeLessThan((4 * 0.3) / Math.sqrt(1e5));
    expect(Math.abs(deviation - 0.3)).toBeLessThan((4 * 0.3) / Math.sqrt(2e5));
  });

  it("draws anew at each step, keeps its draws in a replay, draws none in evaluation, and passes the gradient on", () => {
    const made = at(10);
    gaussianNoise.forward(made as never, 10, "train");
    const first = made.y.slice();
    gaussianNoise.forward(made as never, 10, "replay");
    expect(made.y).toEqual(first);
    const drawn = made.stream!.counter;
    gaussianNoise.forward(made as never, 10, "evaluate");
    expect(made.y).toEqual(made.x);
    expect(made.stream!.counter).toBe(drawn);
    gaussianNoise.forward(made as never, 10, "train");
    expect(made.y).not.toEqual(first);
    gaussianNoise.backward(made as never, 10);
    expect(made.dx).toEqual(made.dy);
  });
});
