/** A checkpoint carried into a plan of another spec: what fits is taken over bit for bit, what does not begins anew, and weights that do not fit are refused. */

import { describe, expect, it } from "vitest";
import { SpecError, adam, batchNorm, carryCheckpoint, compile, dense, dropout, fit, loadCheckpoint, metadataOf, momentum, mse, relu, saveCheckpoint, sgd, weightBytes } from "../../src-engine/index.ts";
import type { Component, Part, Plan } from "../../src-engine/index.ts";

const part: Part = { rows: 10, x: Float64Array.from({ length: 20 }, (_, i) => Math.sin(i)), y: Float64Array.from({ length: 10 }, (_, i) => Math.cos(i)) };

function made({ units = 3, optimizer = adam() as Component, schedule = { kind: "reduceOnPlateau", patience: 0, metric: "train/loss" } as Component, keepProb = 0.8 } = {}): Plan {
  return compile({ input: [2], layers: [dense({ units }), batchNorm(), relu(), dropout({ keepProb }), dense({ units: 1 })], loss: mse(), optimizer, schedule }, { batchSize: 4, seed: 1 });
}

/** Trains to the middle of epoch 3. */
function half(plan: Plan): Plan {
  for (const event of fit(plan, part, { epochs: 5, earlyStopping: { metric: "train/loss", patience: 9, minDelta: 0, restoreBest: true } })) if (event.step === 7) break;
  return plan;
}
const bytesOf = saveCheckpoint(half(made()), { spec: "{}" });

describe("a checkpoint carried over", () => {
  it("into the same spec is the checkpoint loaded", () => {
    const [loaded, carried] = [made(), made()];
    loadCheckpoint(loaded, bytesOf);
    expect(carryCheckpoint(carried, bytesOf, { keepsWatch: true })).toEqual({ anew: [] });
    expect(saveCheckpoint(carried)).toEqual(saveCheckpoint(loaded));
  });

  it("into one with another rate and dropout keeps weights, moments, counters and place", () => {
    const plan = made({ optimizer: adam({ learningRate: 0.5 }), keepProb: 0.5 });
    expect(carryCheckpoint(plan, bytesOf, { keepsWatch: true })).toEqual({ anew: [] });
    expect(saveCheckpoint(plan, { spec: "{}" })).toEqual(bytesOf);
    expect(plan.visited).toBeGreaterThan(0);
    expect(plan.learningRate()).toBe(0.5 * plan.states.schedule["share"]!);
  });

  it("into one with another optimizer begins that optimizer anew, and keeps the rest", () => {
    const plan = made({ optimizer: momentum() });
    expect(carryCheckpoint(plan, bytesOf, { keepsWatch: false })).toEqual({ anew: ["optimizer"] });
    const from = made();
    loadCheckpoint(from, bytesOf);
    expect(weightBytes(plan)).toEqual(weightBytes(from));
    expect(plan.slices.filter(({ role }) => role === "slot").every(({ view }) => view.every((value) => value === 0))).toBe(true);
    expect([plan.step, plan.visited, plan.watch, plan.best]).toEqual([7, from.visited, null, null]);
    for (const [name, stream] of from.streams) expect(plan.streams.get(name)!.counter, name).toBe(stream.counter);
  });

  it("into one with another schedule begins that schedule anew", () => {
    const plan = made({ schedule: { kind: "constant" } });
    expect(carryCheckpoint(plan, bytesOf, { keepsWatch: true })).toEqual({ anew: ["schedule"] });
    expect(plan.learningRate()).toBe(0.001);
  });

  it("into one whose optimizer keeps nothing takes nothing of the other's", () => {
    const plan = made({ optimizer: sgd() });
    expect(carryCheckpoint(plan, bytesOf, { keepsWatch: true }).anew).toEqual(["optimizer"]);
    expect(plan.states.optimizer).toEqual({});
  });

  it("is refused where a weight does not fit, by name, and the plan stays as it was", () => {
    const plan = made({ units: 4 });
    const before = saveCheckpoint(plan);
    expect(() => carryCheckpoint(plan, bytesOf, { keepsWatch: true })).toThrow(SpecError);
    expect(() => carryCheckpoint(plan, bytesOf, { keepsWatch: true })).toThrow("0/kernel is 2×3 (F32) in the checkpoint, but this model needs 2×4 (F32)");
    expect(saveCheckpoint(plan)).toEqual(before);
  });

  it("tells the strings it was saved with", () => { expect(metadataOf(bytesOf)["spec"]).toBe("{}"); });
});
