/** Being in the catalogue is being tested: every optimizer on a bowl and in a valley, at rest, and inside a plan; then what is particular to some. Trajectories: golden-optimizers.test.ts. */

import { describe, expect, it } from "vitest";
import {
  adadelta, adagrad, adam, adamax, adamw, amsgrad, catalog, compile, convertMomentumRate, dense, evaluate, fit, l2, lamb, lion, loadCheckpoint, momentum, mse, muon, nadam,
  nesterov, oneCycle, radam, reference, rmsprop, saveCheckpoint, scheduleFreeAdamW, scheduleFreeSgd, sgd, weightBytes,
} from "../../src-engine/index.ts";
import type { Component, Optimizer, Part, Plan, Role, Vector } from "../../src-engine/index.ts";
import { misses } from "../support/close.ts";
import { vector } from "../support/stage.ts";
import { declaredOptimizer, updater } from "../support/updater.ts";

interface Walk {
  readonly component: Component;
  /** Learning rates for the bowl and for the valley. */
  readonly bowl: number;
  readonly valley: number;
  /** What the two numbers are taken for; one row where absent. */
  readonly shape?: readonly number[];
}

/** The rates at which each form is asked to walk; a new optimizer needs its line. Decay is off: it pulls elsewhere. */
const table: Readonly<Record<string, readonly Walk[]>> = {
  sgd: [{ component: sgd(), bowl: 0.05, valley: 0.001 }],
  momentum: [
    { component: momentum(), bowl: 0.1, valley: 0.01 },
    { component: momentum({ form: "ewmaCorrected" }), bowl: 0.1, valley: 0.002 },
    { component: momentum({ form: "classic" }), bowl: 0.01, valley: 0.001 },
  ],
  nesterov: [{ component: nesterov(), bowl: 0.01, valley: 0.0005 }, { component: nesterov({ lookahead: false, dampening: 0.5 }), bowl: 0.02, valley: 0.002 }],
  rmsprop: [
    { component: rmsprop(), bowl: 0.02, valley: 0.005 },
    { component: rmsprop({ epsilonAt: "inside", biasCorrection: true }), bowl: 0.05, valley: 0.005 },
    { component: rmsprop({ centered: true, momentum: 0.5 }), bowl: 0.01, valley: 0.003 },
  ],
  adam: [{ component: adam(), bowl: 0.1, valley: 0.1 }, { component: adam({ biasCorrection: false }), bowl: 0.1, valley: 0.1 }],
  adamw: [{ component: adamw({ weightDecay: 0 }), bowl: 0.1, valley: 0.1 }],
  adagrad: [{ component: adagrad(), bowl: 0.2, valley: 0.5 }, { component: adagrad({ initial: 0.1 }), bowl: 0.3, valley: 0.5 }],
  adadelta: [{ component: adadelta(), bowl: 10, valley: 1 }],
  adamax: [{ component: adamax(), bowl: 0.1, valley: 0.2 }],
  amsgrad: [{ component: amsgrad(), bowl: 0.1, valley: 0.1 }],
  nadam: [{ component: nadam(), bowl: 0.1, valley: 0.05 }],
  radam: [{ component: radam(), bowl: 0.1, valley: 0.0056 }],
  lion: [{ component: lion(), bowl: 0.04, valley: 0.005 }],
  lamb: [{ component: lamb({ weightDecay: 0 }), bowl: 0.1, valley: 0.03 }],
  muon: [{ component: muon({ ratio: 1 }), bowl: 0.1, valley: 0.1 }, { component: muon(), bowl: 0.1, valley: 0.01, shape: [2, 1] }, { component: muon({ scaling: "matchAdamw", lookahead: false }), bowl: 0.2, valley: 0.02, shape: [1, 2] }],
  scheduleFreeSgd: [{ component: scheduleFreeSgd(), bowl: 0.1, valley: 0.003 }],
  scheduleFreeAdamW: [{ component: scheduleFreeAdamW(), bowl: 0.1, valley: 0.1 }, { component: scheduleFreeAdamW({ form: "paper" }), bowl: 0.1, valley: 0.1 }],
};
/** What differs from the defaults, in words: two forms of one optimizer get two names. */
const nameOf = ({ component: { kind, ...values }, shape }: Walk): string => [kind, ...Object.entries(values).filter(([name, value]) => value !== (declaredOptimizer(kind).params[name] as { readonly default: unknown }).default).map(([name, value]) => `${name} ${String(value)}`), ...(shape === undefined ? [] : [`as ${shape.join("×")}`])].join(", ");
const walks = Object.values(table).flat().map((walk) => [nameOf(walk), walk] as const);

it("has every optimizer of the catalogue in its table", () => {
  expect(Object.keys(table).sort()).toEqual(catalog.optimizer.map(({ kind }) => kind as string).sort());
});

/** The height after some steps, relative to the start's, of what is evaluated. */
function walked({ component, shape = [2] }: Walk, rate: number, start: readonly [number, number], steps: number, height: (p: Vector) => number, slope: (p: Vector) => readonly [number, number]): number {
  const p = vector(64, 2), g = vector(64, 2);
  p.set(start);
  const from = height(p);
  const own = updater(component, p, 64, { shapes: [shape] });
  for (let t = 0; t < steps; t++) {
    g.set(slope(own.point()));
    own.step(g, rate);
  }
  return height(p) / from;
}

describe.each(walks)("%s", (_, walk) => {
  const { component, shape = [4] } = walk;
  /** As many pieces of the walk's shape as make four numbers. */
  const shapes = shape.length === 1 ? [[4]] : [shape, shape];

  it("walks a quadratic bowl with axes 1 : 10 down to 1 % of its height in 100 steps, at the rate of the table", () => {
    expect(walked(walk, walk.bowl, [1, 1], 100, ([x, y]) => 0.5 * (x! * x! + 10 * y! * y!), ([x, y]) => [x!, 10 * y!])).toBeLessThan(0.01);
  });

  it("walks Rosenbrock's valley from (−1.2, 1) down to 5 % of its height in 1000 steps, at the rate of the table", () => {
    const height = ([x, y]: Vector) => (1 - x!) ** 2 + 100 * (y! - x! * x!) ** 2;
    expect(walked(walk, walk.valley, [-1.2, 1], 1000, height, ([x, y]) => [-2 * (1 - x!) - 400 * x! * (y! - x! * x!), 200 * (y! - x! * x!)])).toBeLessThan(0.05);
  });

  it.each([32, 64] as const)("leaves parameters alone while the gradient has always been 0, in %i bit", (precision) => {
    const p = vector(precision, 4).map((__, i) => [0, 1, -2.5, 1e-20][i]!);
    const before = p.slice();
    const own = updater(component, p, precision, { shapes });
    for (let t = 0; t < 3; t++) own.step(vector(precision, 4), 0.5);
    expect(p).toEqual(before);
    expect([...own.point()]).toEqual([...before]);
  });

  it("hides no NaN: a gradient that is none shows in its parameter", () => {
    const p = vector(64, 4).fill(1);
    updater(component, p, 64, { shapes }).step(Float64Array.of(Number.NaN, 1, 1, 1), 0.1);
    expect(p[0]).toBeNaN();
  });

  it("touches only [from, to)", () => {
    const p = vector(64, 8).fill(1);
    const own = updater(component, p, 64, { shapes: [[2], ...shapes, [2]], from: 2, to: 6 });
    for (let t = 0; t < 2; t++) own.step(vector(64, 8).map((__, i) => 1 + i / 8), 0.1);
    expect([...p].map((x) => x === 1)).toEqual([true, true, false, false, false, false, true, true]);
    for (const slot of Object.values(own.slots)) expect([slot[0], slot[1], slot[6], slot[7]]).toEqual([0, 0, 0, 0]);
  });

  it("keeps the gaps of a plan's memory at 0, and is still after a gradient that never was", () => {
    const plan = small(component, 32);
    for (let t = 0; t < 3; t++) {
      plan.gradient(plan.gather(part, null, 0, 4), "train");
      plan.update(0.01);
    }
    // Behind the last slice lies what is not the plan's: the room of the executor.
    const last = plan.slices.at(-1)!;
    const numbers = new Float32Array(last.view.buffer, 0, 4 * Math.ceil((last.offset / 4 + last.view.length) / 4));
    const owned = new Uint8Array(numbers.length);
    for (const { offset, view } of plan.slices) owned.fill(1, offset / 4, offset / 4 + view.length);
    const gaps = [...numbers].filter((__, i) => owned[i] === 0);
    expect(gaps.length).toBeGreaterThan(0);
    expect(new Set(gaps)).toEqual(new Set([0]));
  });

  it("resumed from its slots after epoch 2 of 4, or in the middle of epoch 3, equals the uninterrupted run, bit for bit", () => {
    const whole = small(component, 32);
    const events = [...fit(whole, part, { epochs: 4 })];
    for (const stop of [6, 8]) {
      const half = small(component, 32), rest = small(component, 32);
      for (const event of fit(half, part, { epochs: 4 })) if (event.step === stop && (event.kind === "epoch" || stop % 3 !== 0)) break;
      loadCheckpoint(rest, saveCheckpoint(half));
      const going = [...fit(rest, part, { epochs: 4 })];
      expect(going).toEqual(events.slice(-going.length));
      expect(going[0]).toMatchObject({ kind: "step", step: stop + 1 });
      expect(weightBytes(rest)).toEqual(weightBytes(whole));
      expect(saveCheckpoint(rest)).toEqual(saveCheckpoint(whole));
    }
  });
});

const part: Part = { rows: 11, x: Float64Array.from({ length: 33 }, (_, i) => Math.sin(i)), y: Float64Array.from({ length: 11 }, (_, i) => Math.cos(i)) };

function small(optimizer: Component, precision: 32 | 64): Plan {
  return compile({ input: [3], layers: [dense({ units: 5 }), { kind: "dropout" }, { kind: "batchNorm" }, { kind: "tanh" }, dense({ units: 1 })], loss: mse(), optimizer, schedule: { kind: "inverseTime" } }, { batchSize: 4, seed: 3, precision });
}

const view = (plan: Plan, role: Role, name: string): Vector => plan.slices.find((slice) => slice.role === role && slice.name === name)!.view;

describe("weight decay beside the gradient", () => {
  const decaying = (catalog.optimizer as readonly (Optimizer & (() => Component))[]).filter(({ params }) => "weightDecay" in params).map((make) => [make.kind, make()] as const);

  it("is a matter of 8 optimizers", () => {
    expect(decaying.map(([kind]) => kind)).toEqual(["adamw", "amsgrad", "nadam", "lion", "lamb", "muon", "scheduleFreeSgd", "scheduleFreeAdamW"]);
  });

  it.each(decaying)("%s pulls kernels by the share αλ when the gradient is 0, and nothing else; all parameters where it is told so", (_, optimizer) => {
    for (const decayed of ["kernels", "all"]) {
      const plan = small({ ...optimizer, weightDecay: 0.5, decayed, ...("ratio" in optimizer ? { ratio: 1 } : {}) }, 64);
      for (const name of ["0/bias", "2/shift", "4/bias"]) plan.slices.find((slice) => slice.role === "param" && slice.name === name)?.view.fill(0.7);
      const params = plan.slices.filter(({ role }) => role === "param");
      const before = params.map(({ view: numbers }) => Float64Array.from(numbers));
      plan.update(0.1);
      params.forEach(({ name, view: numbers }, i) => {
        const share = decayed === "all" || name.endsWith("/kernel") ? 0.05 : 0;
        // LAMB's step is as long as the parameters are, whatever λ: α of them.
        const expected = before[i]!.map((w) => w * (1 - (optimizer.kind === "lamb" && share > 0 ? 0.1 : share)));
        expect(misses(numbers, expected, { rel: 1e-14 }), `${decayed}: ${name}`).toEqual([]);
      });
    }
  });

  it("is not L2 for AdamW, whose pull does not depend on the gradient's size, and is L2 for Schedule-Free SGD", () => {
    const pulled = (component: Component, coupled: number, size: number) => {
      const p = vector(64, 1).fill(3), own = updater(component, p, 64), g = vector(64, 1);
      for (let t = 0; t < 5; t++) {
        g[0] = size + coupled * own.point()[0]!;
        own.step(g, 0.1);
      }
      return p[0]!;
    };
    const loss = (size: number) => pulled(adamw({ weightDecay: 0 }), 0, size) - pulled(adamw({ weightDecay: 0.1 }), 0, size);
    expect(misses([loss(1000)], [loss(1)], { rel: 1e-6 })).toEqual([]);
    expect(Math.abs(pulled(adamw({ weightDecay: 0 }), 0.1, 1) - pulled(adamw({ weightDecay: 0.1 }), 0, 1))).toBeGreaterThan(0.01);
    expect(misses([pulled(scheduleFreeSgd({ weightDecay: 0.1 }), 0, 1)], [pulled(scheduleFreeSgd(), 0.1, 1)], { rel: 1e-14 })).toEqual([]);
  });
});

describe("momentum", () => {
  it("in the course's form and the classic one walks the same path on J = w² when the rate is converted", () => {
    const [a, b] = [vector(64, 1).fill(3), vector(64, 1).fill(3)];
    const ewma = updater(momentum({ beta: 0.9 }), a, 64), classic = updater(momentum({ beta: 0.9, form: "classic" }), b, 64);
    for (let t = 0; t < 20; t++) {
      ewma.step(vector(64, 1).fill(2 * a[0]!), 0.2);
      classic.step(vector(64, 1).fill(2 * b[0]!), convertMomentumRate(0.2, 0.9, "ewma", "classic"));
      expect(misses(a, b, { abs: 1e-13 })).toEqual([]);
    }
  });

  it("rates convert there and back; at β = 0.9 the classic one is a tenth", () => {
    expect(misses([convertMomentumRate(0.2, 0.9, "ewma", "classic"), convertMomentumRate(0.02, 0.9, "classic", "ewma"), convertMomentumRate(0.2, 0.9, "ewma", "ewma")], [0.02, 0.2, 0.2], { rel: 1e-15 })).toEqual([]);
  });

  it("with the dampening 1 − β is not the course's: its first buffer is the whole gradient", () => {
    const step = (component: Component) => {
      const p = vector(64, 1), own = updater(component, p, 64);
      own.step(vector(64, 1).fill(1), 1);
      return p[0]!;
    };
    expect(step(nesterov({ beta: 0.9, dampening: 0.9, lookahead: false }))).toBe(-1);
    expect(misses([step(momentum({ beta: 0.9 }))], [-0.1], { rel: 1e-15 })).toEqual([]);
  });

  it("without look ahead and dampening Nesterov's is the classic form, bit for bit", () => {
    const [a, b] = [vector(32, 2).fill(1), vector(32, 2).fill(1)];
    const own = updater(nesterov({ lookahead: false }), a, 32), classic = updater(momentum({ form: "classic" }), b, 32);
    for (let t = 0; t < 10; t++) {
      const g = vector(32, 2).map((_, i) => Math.sin(t + i));
      own.step(g, 0.03);
      classic.step(g, 0.03);
    }
    expect(a).toEqual(b);
  });

  it("cycles with the schedule where that is wanted: the step is that of an optimizer whose β is the schedule's", () => {
    const schedule = oneCycle({ cycleMomentum: true });
    const plan = compile({ input: [1], layers: [dense({ units: 1, bias: false })], loss: mse(), optimizer: momentum({ beta: 0.5, learningRate: 0.1 }), schedule }, { batchSize: 1, seed: 1, precision: 64 });
    plan.setLength({ epochs: 4, stepsPerEpoch: 5 });
    const p = Float64Array.from(view(plan, "param", "0/kernel"));
    const v = [0];
    for (let t = 0; t < 20; t++) {
      const g = Math.cos(t);
      view(plan, "grad", "0/kernel")[0] = g;
      const rate = plan.learningRate();
      plan.update(rate);
      // Its formula once more, from golden/schedules.json: down from 0.95 to 0.85 over 5 steps, up again over 14.
      const beta = t <= 5 ? 0.85 + 0.05 * (1 + Math.cos((Math.PI * t) / 5)) : 0.95 - 0.05 * (1 + Math.cos((Math.PI * (t - 5)) / 14));
      v[0] = beta * v[0]! + (1 - beta) * g;
      p[0] = p[0]! - rate * v[0];
      expect(misses(view(plan, "param", "0/kernel"), p, { rel: 1e-13 }), `step ${t + 1}`).toEqual([]);
    }
  });

  it("is the optimizer's own again in a plan that is taken back to before the cycle", () => {
    const make = () => compile({ input: [3], layers: [dense({ units: 1 })], loss: mse(), optimizer: momentum({ beta: 0.5 }), schedule: { kind: "warmup", steps: 4, then: oneCycle({ cycleMomentum: true }) } }, { batchSize: 11, seed: 1 });
    const fresh = make(), back = make();
    const start = saveCheckpoint(fresh);
    for (const _ of fit(back, part, { epochs: 9 }));
    loadCheckpoint(back, start);
    for (const plan of [fresh, back]) for (const event of fit(plan, part, { epochs: 9 })) if (event.step === 3) break;
    expect(weightBytes(back)).toEqual(weightBytes(fresh));
  });

  it("that should cycle where there is none is refused, with the optimizers that have one", () => {
    const model = { input: [1], layers: [dense({ units: 1 })], loss: mse(), optimizer: sgd() };
    expect(() => compile({ ...model, schedule: oneCycle({ cycleMomentum: true }) }, { batchSize: 1, seed: 1 })).toThrow(/^schedule\.cycleMomentum needs an optimizer with momentum \(momentum, nesterov, adam, .*\); sgd has none to cycle$/);
    expect(() => compile({ ...model, schedule: { kind: "warmup", then: { kind: "oneCycle", cycleMomentum: true } } }, { batchSize: 1, seed: 1 })).toThrow(/^schedule\.then\.cycleMomentum needs/);
    expect(() => compile({ ...model, schedule: oneCycle() }, { batchSize: 1, seed: 1 })).not.toThrow();
  });
});

describe("the first step of Adam", () => {
  const first = (component: Component, size: number) => {
    const p = vector(64, 2);
    updater(component, p, 64).step(vector(64, 2).map((_, i) => [size, -size][i]!), 0.1);
    return p;
  };

  it.each([1e-6, 1, 1e6])("is α against the gradient's sign, whatever its size (%d)", (size) => {
    expect(misses(first(adam({ epsilon: 1e-30 }), size), [-0.1, 0.1], { rel: 1e-12 })).toEqual([]);
  });

  it("is 3.1623 α without the correction", () => {
    expect(misses(first(adam({ epsilon: 1e-30, biasCorrection: false }), 7), [-0.31623, 0.31623], { rel: 1e-5 })).toEqual([]);
  });
});

describe("LAMB", () => {
  it("moves each piece by α of its own length when there is no decay, and by α where it is all 0", () => {
    const p = Float64Array.of(30, 40, 0.3, 0.4, 0, 0);
    const before = p.slice();
    const own = updater(lamb({ weightDecay: 0 }), p, 64, { shapes: [[2], [2, 1], [2]] });
    own.step(Float64Array.of(1, -2, 3, 4, 5, -6), 0.1);
    const length = (i: number) => Math.hypot(p[2 * i]! - before[2 * i]!, p[2 * i + 1]! - before[2 * i + 1]!);
    // Adam's first direction is (±1, ±1), shorter by ε = 1e-6 at gradients of 1 and more.
    expect(misses([length(0), length(1), length(2)], [5, 0.05, 0.1 * Math.SQRT2], { rel: 2e-6 })).toEqual([]);
  });
});

describe("Muon", () => {
  it("takes a convolution as the matrix (height · width · inputs, outputs), and leaves rows to AdamW at its own rate", () => {
    const g = Float64Array.from({ length: 24 }, (_, i) => Math.sin(i + 1));
    const [conv, matrix] = [vector(64, 24), vector(64, 24)];
    updater(muon(), conv, 64, { shapes: [[2, 1, 3, 4]] }).step(g, 0.1);
    updater(muon(), matrix, 64, { shapes: [[6, 4]] }).step(g, 0.1);
    expect(conv).toEqual(matrix);
    expect(conv).not.toEqual(vector(64, 24));

    const [row, adams] = [vector(64, 3).fill(1), vector(64, 3).fill(1)];
    const [own, other] = [updater(muon({ ratio: 0.25, weightDecay: 0.1 }), row, 64), updater(adamw({ weightDecay: 0.1 }), adams, 64)];
    for (let t = 0; t < 5; t++) {
      own.step(g.subarray(3 * t, 3 * t + 3), 0.2);
      other.step(g.subarray(3 * t, 3 * t + 3), 0.05);
    }
    expect(misses(row, adams, { rel: 1e-14 })).toEqual([]);
  });

  it("its steps are the longer for outputs than for inputs: √(out/in), as PyTorch's rows and columns say of the transpose", () => {
    const length = (shape: readonly number[]) => {
      const p = vector(64, 8);
      updater(muon(), p, 64, { shapes: [shape] }).step(Float64Array.from({ length: 8 }, (_, i) => Math.sin(3 * i)), 1);
      return Math.hypot(...p);
    };
    expect(misses([length([1, 8])], [Math.sqrt(8) * length([8, 1])], { rel: 1e-12 })).toEqual([]);
  });
});

describe("the schedule-free optimizers", () => {
  const model = { input: [3], layers: [dense({ units: 5 }), { kind: "tanh" }, dense({ units: 1 })], loss: mse(), optimizer: scheduleFreeSgd({ learningRate: 0.2 }), regularizer: l2({ lambda: 0.1 }) };
  const make = () => compile(model, { batchSize: 11, seed: 3, precision: 64 });

  it("take loss and gradient at y, and are evaluated and saved at x", () => {
    const plan = make();
    for (const _ of fit(plan, part, { epochs: 7 }));
    const at = (slot: string, role: Role = "slot") => plan.slices.filter((slice) => slice.role === role && (role === "param" || slice.name.endsWith(`/${slot}`))).map(({ view: numbers }) => numbers.slice());
    const [x, y] = [at("", "param"), at("y")];
    expect(x).not.toEqual(y);

    /** Another plan, of plain descent, whose parameters are these. */
    const standing = (values: readonly Vector[]) => {
      const other = compile({ ...model, optimizer: sgd() }, { batchSize: 11, seed: 1, precision: 64 });
      other.slices.filter(({ role }) => role === "param").forEach(({ view: numbers }, i) => numbers.set(values[i]!));
      other.gather(part, null, 0, 11);
      return other;
    };
    plan.gather(part, null, 0, 11);
    const total = plan.gradient(11, "train");
    const there = standing(y);
    expect(total).toBe(there.gradient(11, "train"));
    const gradients = (of: Plan) => of.slices.filter(({ role }) => role === "grad").map(({ view: numbers }) => numbers);
    expect(gradients(plan)).toEqual(gradients(there));
    expect(at("", "param")).toEqual(x);
    expect(evaluate(plan, part)).toEqual(evaluate(standing(x), part));
    expect(weightBytes(plan)).toEqual(weightBytes(standing(x)));
  });

  it("are not disturbed by being looked at: evaluation between steps changes no bit", () => {
    const [quiet, watched] = [make(), make()];
    for (const _ of fit(quiet, part, { epochs: 5 }));
    for (const _ of fit(watched, part, { epochs: 5 })) {
      evaluate(watched, part);
      weightBytes(watched);
    }
    expect(saveCheckpoint(watched)).toEqual(saveCheckpoint(quiet));
  });

  it("weigh every step of a constant rate alike: x is the mean of all z", () => {
    const p = vector(64, 1).fill(1), own = updater(scheduleFreeSgd({ beta: 0.5 }), p, 64);
    let sum = 0;
    for (let t = 1; t <= 10; t++) {
      own.step(vector(64, 1).fill(Math.sin(t)), 0.1);
      sum += own.slots["z"]![0]!;
      expect(misses(p, [sum / t], { rel: 1e-14 })).toEqual([]);
    }
  });

  it("stand still at a rate of 0, and begin when it rises", () => {
    const p = vector(64, 1).fill(1), own = updater(scheduleFreeSgd(), p, 64);
    own.step(vector(64, 1).fill(1), 0);
    expect(p[0]).toBe(1);
    own.step(vector(64, 1).fill(1), 0.5);
    expect(p[0]).toBe(0.5);
  });
});

it("RMSprop, centered and corrected, divides by the deviation of the gradients: 1 and 3 with β = ½ have the mean 7/3 and the mean square 19/3", () => {
  const p = vector(64, 1), own = updater(rmsprop({ beta: 0.5, centered: true, biasCorrection: true, epsilon: 1e-30 }), p, 64);
  own.step(Float64Array.of(1), 0);
  own.step(Float64Array.of(3), 1);
  expect(misses(p, [-3 / Math.sqrt(19 / 3 - 49 / 9)], { rel: 1e-14 })).toEqual([]);
});

it("RMSprop takes memory only for what its values use", () => {
  const slots = (component: Component) => small(component, 32).slices.filter(({ role, name }) => role === "slot" && name.startsWith("0/kernel/")).map(({ name }) => name.slice(9));
  expect(slots(rmsprop())).toEqual(["s"]);
  expect(slots(rmsprop({ centered: true }))).toEqual(["s", "m"]);
  expect(slots(rmsprop({ momentum: 0.9 }))).toEqual(["s", "v"]);
  expect(slots(adam())).toEqual(["m", "v"]);
});

it("an update reads the rate it is handed and never the one in its values", () => {
  for (const [, { component }] of walks) {
    const [a, b] = [vector(64, 4).fill(1), vector(64, 4).fill(1)];
    const g = Float64Array.of(1, -2, 3, -4);
    updater(component, a, 64, { shapes: [[2, 2]] }).step(g, 0.1);
    updater({ ...component, learningRate: 12 }, b, 64, { shapes: [[2, 2]] }).step(g, 0.1);
    expect(b).toEqual(a);
  }
});

it("reference kernels in 32 bit are what every optimizer rounds with: a step of plain descent is three singles", () => {
  const p = Float32Array.of(0.1);
  updater(sgd(), p, 32).step(Float32Array.of(0.3), 0.7);
  const { round } = reference(32);
  expect(p[0]).toBe(round(round(0.1) - round(round(0.7) * round(0.3))));
});
