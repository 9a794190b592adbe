/** An optimizer from outside the catalogue, handed to `compile`. */

import { describe, expect, it } from "vitest";
import { compile, defineOptimizer, dense, fit, generate, learningRate, loadCheckpoint, moons, prepare, retention, saveCheckpoint, softmaxCrossEntropy, standard, stratified, weightBytes } from "../../src-engine/index.ts";
import type { Component, FitEvent, SpecError } from "../../src-engine/index.ts";

const signum = defineOptimizer({
  kind: "signum", title: "Signum", summary: "Steps of one length.", math: "θ ← θ − α sign(m)", source: "",
  params: { learningRate: learningRate(0.01), beta: retention("β", 0.9, "share that is kept") },
  slots: ["m"],
  update({ p, g, slots: { m }, from, to, lr, hyper: { beta }, round }) {
    const keep = round(beta), take = round(1 - beta), step = round(lr);
    for (let i = from; i < to; i++) {
      m[i] = round(keep * m[i]!) + round(take * g[i]!);
      p[i] = p[i]! - step * Math.sign(m[i]!);
    }
  },
});

const { train } = prepare(generate(moons({ samples: 100 })), { split: stratified({ test: 0 }), scaling: standard() });
const make = (optimizer: Component, optimizers = [signum]) => compile({ input: [2], layers: [dense({ units: 2 })], loss: softmaxCrossEntropy(), optimizer }, { batchSize: 17, seed: 3, optimizers });
const run = (events: Iterable<FitEvent>): void => { Array.from(events); };
const problemsOf = (act: () => unknown) => { try { act(); } catch (error) { return (error as SpecError).problems.map(({ path, message }) => `${path} ${message}`); } return []; };

describe("an optimizer of one's own", () => {
  it("takes every weight the same step at first: α, in the direction against its gradient", () => {
    const plan = make(signum({ learningRate: 0.25 }));
    const kernel = plan.slices.find(({ role, name }) => role === "param" && name === "0/kernel")!.view;
    const before = [...kernel];
    run(fit(plan, { rows: 17, x: train.x.slice(0, 34), y: train.y.slice(0, 17) }, { epochs: 1 }));
    expect([...kernel].map((w, i) => Math.abs(Math.fround(w - before[i]!)))).toEqual(before.map(() => expect.closeTo(0.25, 6) as number));
  });

  it("has its values checked and completed as those of the catalogue, with their paths", () => {
    expect(make({ kind: "signum" }).model.optimizer).toEqual({ kind: "signum", learningRate: 0.01, beta: 0.9 });
    expect(problemsOf(() => make({ kind: "signum", beta: 1 }))).toEqual(["optimizer.beta must be a number in [0, 1); got 1 (default 0.9)"]);
    expect(problemsOf(() => make({ kind: "signum", momentum: 1 }))).toEqual([expect.stringContaining("optimizer.momentum is not a parameter here; known: learningRate, beta")]);
  });

  it("is unknown where it was not handed over, and leaves the catalogue's as they are", () => {
    expect(problemsOf(() => make(signum(), []))).toEqual([expect.stringContaining("optimizer.kind must be one of")]);
    expect(make({ kind: "adam" }).model.optimizer).toMatchObject({ kind: "adam", beta1: 0.9 });
  });

  it("has its slots saved: resumed after one epoch of two it ends with the bits of the uninterrupted run", () => {
    const whole = make(signum());
    run(fit(whole, train, { epochs: 2 }));
    const first = make(signum()), second = make(signum());
    run(fit(first, train, { epochs: 1 }));
    loadCheckpoint(second, saveCheckpoint(first));
    run(fit(second, train, { epochs: 2 }));
    expect(weightBytes(second)).toEqual(weightBytes(whole));
  });

  it("with a momentum cycling schedule must name its momentum", () => {
    const schedule = { kind: "oneCycle", cycleMomentum: true };
    const compiled = (optimizers: Parameters<typeof make>[1]) => compile({ input: [2], layers: [dense({ units: 2 })], loss: softmaxCrossEntropy(), optimizer: signum(), schedule }, { batchSize: 2, seed: 1, optimizers: optimizers! });
    expect(problemsOf(() => compiled([signum]))).toEqual([expect.stringContaining("schedule.cycleMomentum needs an optimizer with momentum")]);
  });
});
