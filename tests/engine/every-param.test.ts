/** Every parameter of every component: a value outside its declaration is refused with its path, and a value inside it changes something. */

import { describe, expect, it } from "vitest";
import { batchNorm, catalog, check, compile, contains, dense, describeCatalog, dropout, evaluate, fit, generate, momentum, mse, sgd, softmaxCrossEntropy, spirals, splitRows, stratified, tanh, weightBytes } from "../../src-engine/index.ts";
import type { Component, Family, FitOptions, Model, Param, Part } from "../../src-engine/index.ts";
import type { Integer, Real } from "../../src-engine/spec/param.ts";

interface Place { readonly family: Family; readonly kind: string; readonly name: string; readonly param: Param }
const places: Place[] = (Object.keys(catalog) as Family[]).flatMap((family) => describeCatalog()[family].flatMap(({ kind, params }) => Object.entries(params).map(([name, param]) => ({ family, kind, name, param }))));

/** Values that are not what the parameter asks for. */
function wrong(param: Param): unknown[] {
  switch (param.kind) {
    case "real":
    case "integer": return [...outside(param), Number.NaN, Number.POSITIVE_INFINITY, "1", null, true, ...(param.kind === "integer" ? [param.default + 0.5] : [])];
    case "flag": return ["true", 1, null];
    case "choice": return ["no such option", 3, null];
    case "text": return [7, null, "x".repeat(param.maxLength + 1)];
    case "component": return [{ kind: "no such kind" }, "heNormal", null, {}];
    case "list": return ["not a list", 3];
    case "record": return ["not a record", 3];
    case "optional": return wrong(param.of as Param).filter((value) => value !== null);
  }
}

/** Just beyond each bound, and the bound itself where it is open. */
function outside(param: Real | Integer): number[] {
  const { min, max } = param;
  const near = [...(min === undefined ? [] : [min - 1, min]), ...(max === undefined ? [] : [max + 1, max])];
  return near.filter((value) => !contains(param, value));
}

describe.each(places.map((place) => [`${place.family} ${place.kind}.${place.name}`, place] as const))("%s", (_, { family, kind, name, param }) => {
  it("refuses every wrong value, naming the path", () => {
    const asked: Param = { kind: "component", family, default: { kind }, help: "" };
    const required = Object.entries(describeCatalog()[family].find((c) => c.kind === kind)!.params).filter(([, p]) => p.kind === "text" && p.required === true).map(([other]) => [other, "given"]);
    expect(wrong(param).length).toBeGreaterThan(0);
    for (const value of wrong(param)) {
      const problems = check(asked, { kind, ...Object.fromEntries(required), [name]: value }, "here", describeCatalog());
      expect(problems.map(({ path }) => path), String(value)).toEqual([expect.stringMatching(new RegExp(`^here\\.${name}(\\.kind)?$`))]);
    }
  });

  it("takes its default, and search bounds that lie inside the interval", () => {
    const bounds = param.kind === "real" || param.kind === "integer" ? [param.default, ...(param.search ?? [])] : [];
    for (const value of bounds) expect(contains(param as Real, value), String(value)).toBe(true);
    if ((param.kind === "real" || param.kind === "integer") && param.scale === "log" && param.search !== undefined) expect(param.search[0]).toBeGreaterThan(0);
  });
});

/** What a file's name, hash, target and shape change can only be seen with the file: the tests of csv and of the samples do that. */
const readElsewhere = ["sample", "csv"];

describe.each(places.filter(({ kind }) => !readElsewhere.includes(kind)).map((place) => [`${place.family} ${place.kind}.${place.name}`, place] as const))("%s", (_, { family, kind, name, param }) => {
  it("changes what comes out", () => {
    const usual = observed(family, { kind, [name]: defaultOf(param) });
    const values = instead[`${kind}.${name}`] ?? others(param);
    for (const value of values) expect(observed(family, { kind, [name]: value }), String(value)).not.toBe(usual);
    expect(values.length).toBeGreaterThan(0);
  });
});

const defaultOf = (param: Param): unknown => (param as { readonly default: unknown }).default;

/** Right values that are not the default: for a choice all of them. */
function others(param: Param): unknown[] {
  switch (param.kind) {
    case "real": return [param.default * 1.5, param.default / 2, 0.5].filter((value) => value !== param.default && contains(param, value)).slice(0, 1);
    case "integer": return [param.default + 1];
    case "flag": return [!param.default];
    case "choice": return param.options.filter((option) => option !== param.default);
    case "component": return catalog[param.family].filter((c) => c.kind !== param.default.kind).map((c) => ({ kind: c.kind }));
    case "optional": return [(param.of as { readonly default: unknown }).default];
    case "list": return param.of !== undefined && (param.of as Param).kind === "component" ? [[{ kind: "tanh" }]] : [];
    default: return [];
  }
}

const x = Float64Array.from({ length: 27 }, (_, i) => Math.sin(3 * i));
const part: Part = { rows: 9, x, y: Float64Array.from({ length: 9 }, (_, i) => Math.cos(i)) };
const pictures: Part = { rows: 9, x: Float64Array.from({ length: 9 * 72 }, (_, i) => Math.sin(3 * i)), y: part.y };
/** Layers that need an image in front of them. */
const overImages = ["conv2d", "maxPool", "averagePool", "globalAveragePool"];
/** Changes that are for images. */
const overPictures = catalog.augment.filter((component) => "inputs" in component && component.inputs === "images").map(({ kind }): string => kind);
/** An epoch that is better than the best by a thousand there never is. */
const stuck = { threshold: 1000, thresholdIs: "absolute" };
/** What else must be set for a parameter of a layer, optimizer or schedule to show. */
const settings: Readonly<Record<string, object>> = {
  "averagePool.countPadding": { padding: 1 }, "residual.init": { projection: true }, "residual.layers": { projection: true },
  ...Object.fromEntries(catalog.optimizer.filter(({ params }) => "decayed" in params).map(({ kind }) => [`${kind}.decayed`, { weightDecay: 0.1 }])),
  "inverseTime.staircase": { interval: 2 }, "exponential.staircase": { interval: 2 }, "warmup.then": { steps: 5 },
  "oneCycle.lowMomentum": { cycleMomentum: true }, "oneCycle.highMomentum": { cycleMomentum: true },
  "reduceOnPlateau.metric": { patience: 3 }, "reduceOnPlateau.threshold": { patience: 2 }, "reduceOnPlateau.thresholdIs": { metric: "train/loss", patience: 3, threshold: 0.1 },
  "reduceOnPlateau.factor": stuck, "reduceOnPlateau.patience": stuck, "reduceOnPlateau.cooldown": { ...stuck, patience: 1 }, "reduceOnPlateau.least": stuck,
};
const withSettings = (component: Component): Component => ({ ...component, ...Object.assign({}, ...Object.keys(component).map((name) => settings[`${component.kind}.${name}`])), ...component });
/** Right values to try where the declaration alone names none that shows. */
const instead: Readonly<Record<string, readonly unknown[]>> = {
  "multistep.milestones": [[3]], "piecewise.rates": [[{ at: 3, rate: 0.01 }]], "reduceOnPlateau.metric": ["train/loss"], "reduceOnPlateau.threshold": [0.9],
};
const rows = generate(spirals({ samples: 60 }));

/** Everything a component can change, as text: data made, rows drawn, or the weights and the evaluation after two epochs of three steps in 64 bit. */
function observed(family: Family, component: Component): string {
  const trained = (given: Partial<Model>, of = part, options: FitOptions = { epochs: 2 }): string => {
    const plan = compile({ input: [3], layers: [dense({ units: 4 }), tanh(), dense({ units: 1 })], loss: mse(), optimizer: sgd(), ...given }, { batchSize: 3, seed: 1, precision: 64 });
    for (const __ of fit(plan, of, options));
    return `${weightBytes(plan).join()} ${JSON.stringify(evaluate(plan, of))}`;
  };
  switch (family) {
    case "data": {
      const { x: features, y } = generate(component);
      return `${features.join()} ${y.join()}`;
    }
    case "split": {
      const parts = splitRows(rows, { ...stratified(), ...component });
      return [parts.train, parts.validation, parts.test].map((drawn) => drawn.join()).join(" ");
    }
    case "layer": {
      const whole = withSettings(component);
      if (overImages.includes(whole.kind)) return trained({ input: [6, 6, 2], layers: [whole, tanh(), dense({ units: 1 })], optimizer: sgd({ learningRate: 1e-3 }) }, pictures);
      // Without a projection the default residual block does not fit here: that it is refused is what the flag changes.
      if (whole.kind === "residual" && whole["projection"] !== true) return "refused";
      return trained({ layers: [dense({ units: 4 }), whole, tanh(), dense({ units: 1 })] });
    }
    case "initializer": return trained({ layers: [dense({ units: 4, init: component }), tanh(), dense({ units: 1 })] });
    case "optimizer": return trained({ optimizer: withSettings(component) });
    // Long enough for every wait, with a metric to wait for and a momentum to cycle.
    case "schedule": return trained({ schedule: withSettings(component), optimizer: momentum({ learningRate: 0.05 }) }, part, { epochs: 30, validation: { ...part, y: part.y.map((y) => -y) } });
    // Large weights, so that a bound on them has something to bound.
    case "regularizer": return trained({ regularizer: component, layers: [dense({ units: 4, init: { kind: "normal", deviation: 10 } }), tanh(), dense({ units: 1 })] });
    case "augment": return overPictures.includes(component.kind) ? trained({ input: [6, 6, 2], augment: [component], optimizer: sgd({ learningRate: 1e-3 }) }, pictures) : trained({ augment: [component] });
    case "loss": {
      const { outputs, targets } = catalog.loss.find(({ kind }) => kind === component.kind)!;
      return trained({ loss: component, layers: [dense({ units: 4 }), tanh(), dense({ units: outputs.least })] }, targets[0] === "classes" ? { ...part, y: part.y.map((_, i) => i % 2) } : part);
    }
    case "metric": {
      const plan = compile({ input: [3], layers: [dense({ units: 7 })], loss: softmaxCrossEntropy(), optimizer: sgd(), metrics: [component] }, { batchSize: 9, seed: 1, precision: 64 });
      return Object.values(evaluate(plan, { rows: 90, x: Float64Array.from({ length: 270 }, (_, i) => Math.sin(3 * i)), y: Float64Array.from({ length: 90 }, (_, i) => (5 * i) % 7) }))[1]!.toString();
    }
    default: throw new Error(`say here what the parameters of a ${family} change`);
  }
}

it("watches what it means to watch: dropout's and batch norm's parameters are seen through training and evaluation", () => {
  expect(observed("layer", dropout({ keepProb: 1 }))).not.toBe(observed("layer", dropout({ keepProb: 0.5 })));
  expect(observed("layer", batchNorm({ momentum: 0.5 })).split(" ")[0]).toBe(observed("layer", batchNorm()).split(" ")[0]);
});
