/** Resumed equals uninterrupted, bit for bit: for every optimizer, schedule and layer there is, at an epoch's end and within an epoch, through a checkpoint's bytes. */

import { describe, expect, it } from "vitest";
import { catalog, compile, dense, fit, loadCheckpoint, mixup, mse, noise, saveCheckpoint, scalingOf, softmaxCrossEntropy } from "../../src-engine/index.ts";
import type { Component, FitEvent, FitOptions, Model, Part, Plan } from "../../src-engine/index.ts";

const images: Part = { rows: 11, x: Float64Array.from({ length: 11 * 36 }, (_, i) => Math.sin(1.7 * i)), y: Float64Array.from({ length: 11 }, (_, i) => i % 3) };
const validation: Part = { rows: 5, x: images.x.slice(0, 5 * 36), y: images.y.slice(0, 5) };
const values = (family: "layer" | "optimizer" | "schedule"): readonly Component[] => (catalog[family] as readonly (() => Component)[]).map((make) => make());

/** A layer as it stands in the middle of a network for images; the ones that want a shape get their own surroundings. */
function around(layer: Component): readonly Component[] {
  const front: Component = { kind: "conv2d", filters: 4, size: 3 };
  const inside = layer.kind === "residual" ? { ...layer, layers: [{ kind: "batchNorm" }, { kind: "relu" }, { kind: "conv2d", filters: 4, size: 3, padding: 1 }, { kind: "dropout" }] } : layer.kind === "conv2d" ? { ...layer, filters: 4 } : layer;
  return [front, inside, { kind: "flatten" }, dense({ units: 3 })];
}

/** Every layer there is, one after the other. */
const every: readonly Component[] = [
  { kind: "conv2d", filters: 4, size: 3, padding: 1 }, { kind: "batchNorm" }, { kind: "relu" }, { kind: "maxPool" },
  { kind: "residual", layers: [{ kind: "conv2d", filters: 4, size: 3, padding: 1 }, { kind: "batchNorm" }, { kind: "tanh" }, { kind: "dropout" }] },
  ...values("layer").filter(({ kind }) => !["conv2d", "maxPool", "averagePool", "globalAveragePool", "flatten", "residual", "batchNorm", "dense", "dropout", "relu", "logSoftmax", "softmax"].includes(kind)),
  { kind: "averagePool" }, { kind: "dropout" }, { kind: "globalAveragePool" }, { kind: "flatten" }, { kind: "dense", units: 4 }, { kind: "batchNorm" }, { kind: "softmax" }, { kind: "logSoftmax" }, { kind: "dense", units: 3 },
];

const base = { input: [6, 6, 1], loss: softmaxCrossEntropy(), optimizer: { kind: "adam" } };

/** Trains up to and with the event called so ("step 4", "epoch 6": kind and step), or to the end. */
function until(plan: Plan, options: FitOptions, last: string | null = null): FitEvent[] {
  const events: FitEvent[] = [];
  for (const event of fit(plan, images, { validation, ...options })) {
    events.push(event);
    if (`${event.kind} ${event.step}` === last) break;
  }
  return events;
}

/** Trains three epochs of three steps at once, and again with a break after the event called so: through bytes, into a new plan. The same events, the same end. */
function both(model: Model, last: string, options: Partial<FitOptions> = {}, compiled: { readonly accumulates?: boolean } = {}): void {
  const [whole, half, rest] = Array.from({ length: 3 }, () => compile(model, { batchSize: 4, seed: 5, ...compiled })) as [Plan, Plan, Plan];
  const events = until(whole, { epochs: 3, ...options });
  const first = until(half, { epochs: 3, ...options }, last);
  loadCheckpoint(rest, saveCheckpoint(half));
  const second = until(rest, { epochs: 3, ...options });
  expect(first.length).toBeLessThan(events.length);
  expect([...first, ...second]).toEqual(events);
  expect(saveCheckpoint(rest)).toEqual(saveCheckpoint(whole));
}

describe.each(values("layer").map((layer) => [layer.kind, layer] as const))("layer %s", (_, layer) => {
  it("goes on in the middle of epoch 2, and from its end", () => {
    const model: Model = { ...base, layers: around(layer), optimizer: { kind: "adam" } };
    for (const last of ["step 4", "epoch 6"]) both(model, last);
  });
});

describe.each(values("optimizer").map((optimizer) => [optimizer.kind, optimizer] as const))("optimizer %s", (_, optimizer) => {
  it.each(values("schedule").map((schedule) => [schedule.kind, schedule] as const))("under %s, with every layer in one network: goes on in the middle of epoch 2", (__, schedule) => {
    // Waits that fit into three epochs: a plateau is found, a warm-up is in its middle, restarts happen.
    const short: Readonly<Record<string, object>> = { reduceOnPlateau: { patience: 0, threshold: 1000 }, warmup: { steps: 5 }, cosineRestarts: { first: 1 }, step: { interval: 1 }, multistep: { milestones: [1, 2] }, piecewise: { rates: [{ at: 1, rate: 1e-4 }] } };
    both({ ...base, layers: every, optimizer: { ...optimizer, learningRate: 1e-3 }, schedule: { ...schedule, ...short[schedule.kind] } }, "step 4");
  });
});

it("has every layer of the catalogue in that one network", () => {
  const kinds = (layers: readonly Component[]): string[] => layers.flatMap((layer) => [layer.kind, ...("layers" in layer ? kinds(layer["layers"] as readonly Component[]) : [])]);
  expect([...new Set(kinds(every))].sort()).toEqual(catalog.layer.map(({ kind }) => kind as string).sort());
});

describe("and everything else that training keeps", () => {
  const layers = [{ kind: "flatten" }, dense({ units: 6 }), { kind: "dropout" }, dense({ units: 3 })];

  it.each([
    ["a balanced epoch", "step 4", { balanced: true }],
    ["dropped short batches: 2 steps an epoch", "step 3", { dropLast: true }],
    ["clipped gradients", "step 4", { clipValue: 0.1, clipSliceNorm: 0.2, clipNorm: 0.05 }],
    ["accumulated gradients, 2 batches a step: 2 steps an epoch", "step 3", { accumulate: 2 }],
    ["an order from outside, of 5 rows: 2 steps an epoch", "step 3", { order: (epoch: number) => Int32Array.of(epoch, 3, 1, 4, 10) }],
  ] as const)("%s", (_, last, options) => {
    both({ ...base, layers }, last, options, { accumulates: true });
  });

  it("augmentation, by its stream", () => {
    both({ ...base, layers, augment: [{ kind: "rotate" }, noise(), mixup()] }, "step 4");
  });

  it("early stopping: its count, its best epoch, the weights to be restored", () => {
    const numbers: Part = { rows: 8, x: Float64Array.from({ length: 8 }, (_, i) => i - 3.5), y: Float64Array.from({ length: 8 }, (_, i) => (i % 2) * 2 - 1) };
    const model: Model = { input: [1], layers: [dense({ units: 8 }), { kind: "tanh" }, dense({ units: 1 })], loss: mse(), optimizer: { kind: "momentum", learningRate: 0.6 } };
    const options: FitOptions = { epochs: 60, validation: { ...numbers, y: numbers.y.map((y) => -y) }, earlyStopping: { metric: "validation/loss", patience: 4, minDelta: 0, restoreBest: true } };
    const make = () => compile(model, { batchSize: 3, seed: 2, precision: 64 });
    const whole = make();
    const events = [...fit(whole, numbers, options)];
    expect(events.slice(-2).map(({ kind }) => kind)).toEqual(["stoppedEarly", "restored"]);
    for (let stop = 1; stop < events.length; stop++) {
      const [half, rest] = [make(), make()];
      let count = 0;
      for (const _ of fit(half, numbers, options)) if (++count === stop) break;
      loadCheckpoint(rest, saveCheckpoint(half));
      const going = [...fit(rest, numbers, options)];
      // A plan whose patience is over says so again: nothing is lost when it is saved between these two events.
      expect(going.at(-1)).toEqual(events.at(-1));
      expect(saveCheckpoint(rest)).toEqual(saveCheckpoint(whole));
    }
  });

  it("the scaling fitted to the training rows travels with the weights, in double precision", () => {
    const plan = compile({ ...base, layers }, { batchSize: 4, seed: 5 });
    const scaling = { features: { mean: Float64Array.from({ length: 36 }, (_, i) => i / 3), deviation: Float64Array.from({ length: 36 }, (_, i) => 1 + i / 7) }, target: { mean: 1 / 3, deviation: 2 / 3 } };
    const bytes = saveCheckpoint(plan, {}, scaling);
    expect(scalingOf(bytes)).toEqual(scaling);
    expect(scalingOf(saveCheckpoint(plan))).toBeNull();
    loadCheckpoint(compile({ ...base, layers }, { batchSize: 4, seed: 6 }), bytes);
  });
});
