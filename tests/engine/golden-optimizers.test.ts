/** Every optimizer along its trajectories in golden/optimizers.json, clipping and Newton–Schulz beside them. */

import { describe, expect, it } from "vitest";
import {
  adadelta, adagrad, adam, adamax, adamw, amsgrad, clipByNorm, clipByPieceNorm, clipByValue, constant, inverseTime, lamb, lion, momentum, muon, nadam, nesterov, orthogonalize,
  previewSchedule, radam, reference, rmsprop, scheduleFreeAdamW, scheduleFreeSgd, sgd, warmup,
} from "../../src-engine/index.ts";
import type { Component, Kernels, Precision, Vector } from "../../src-engine/index.ts";
import { misses } from "../support/close.ts";
import type { Tolerance } from "../support/close.ts";
import { golden, numbers, transposed } from "../support/golden.ts";
import type { Tensor } from "../support/golden.ts";
import { vector } from "../support/stage.ts";
import { updater } from "../support/updater.ts";
import type { Updater } from "../support/updater.ts";

interface Hyper {
  readonly weight_decay: number; readonly momentum?: number; readonly beta?: number; readonly betas?: readonly [number, number]; readonly eps?: number; readonly nesterov?: boolean;
  readonly dampening?: number; readonly bias_correction?: boolean; readonly amsgrad?: boolean; readonly alpha?: number; readonly centered?: boolean; readonly rho?: number;
  readonly lr_decay?: number; readonly initial_accumulator_value?: number; readonly momentum_decay?: number; readonly decoupled_weight_decay?: boolean; readonly warmup_steps?: number;
  readonly ns_steps?: number; readonly adjust_lr_fn?: string;
}
interface Case {
  readonly optimizer: string;
  readonly hyper: Hyper;
  readonly lr: number;
  readonly problem: string;
  readonly clipping?: { readonly type: "global_norm"; readonly max_norm: number } | { readonly type: "value"; readonly value: number };
  readonly global_norm_before_clipping?: readonly number[];
  readonly lr_per_step?: readonly number[];
  readonly trajectory: Readonly<Record<string, Tensor>>;
  readonly evaluation_point_x?: Readonly<Record<string, Tensor>>;
  readonly state_after_step?: Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, Tensor | number>>>>>>;
  readonly float32_deviation_max: number;
}
interface Clip { readonly type: "global_norm" | "value"; readonly max_norm?: number; readonly value?: number; readonly gradients: Readonly<Record<string, Tensor>>; readonly global_norm?: number; readonly clipped?: Readonly<Record<string, Tensor>>; readonly clipped_torch?: Readonly<Record<string, Tensor>>; readonly clipped_exact?: Readonly<Record<string, Tensor>> }
interface File {
  readonly problems: {
    readonly fixed_grads: { readonly params: Readonly<Record<string, Tensor>>; readonly gradients: Readonly<Record<string, Tensor>> };
    readonly fixed_grads_2d: { readonly params: Readonly<Record<string, Tensor>>; readonly gradients: Readonly<Record<string, Tensor>> };
    readonly quadratic: { readonly H: Tensor; readonly b: Tensor; readonly x0: Tensor };
    readonly rosenbrock: { readonly x0: Tensor };
    readonly matrix_least_squares: { readonly X: Tensor; readonly Y: Tensor; readonly W0: Tensor };
  };
  readonly cases: readonly Case[];
  readonly clipping: readonly Clip[];
  readonly newton_schulz: readonly { readonly input: Tensor; readonly steps: number; readonly output: Tensor; readonly singular_values: readonly number[] }[];
}

const { problems, cases, clipping, newton_schulz } = golden<File>("optimizers");

/** The component a case is about. Coupled decay is the L2 penalty and no matter of the optimizer; decoupled decay pulls every tensor there. */
function componentOf({ optimizer, hyper }: Case): Component {
  const moments = { beta1: hyper.betas?.[0] ?? 0, beta2: hyper.betas?.[1] ?? 0, epsilon: hyper.eps ?? 1 };
  const decoupled = { weightDecay: hyper.weight_decay, decayed: "all" } as const;
  switch (optimizer) {
    case "sgd": return sgd();
    case "momentum": return hyper.nesterov === true || hyper.dampening !== undefined
      ? nesterov({ beta: hyper.momentum!, dampening: hyper.dampening ?? 0, lookahead: hyper.nesterov ?? false })
      : momentum({ beta: hyper.momentum!, form: "classic" });
    case "ewma_momentum": return momentum({ beta: hyper.beta!, form: hyper.bias_correction === true ? "ewmaCorrected" : "ewma" });
    case "adagrad": return adagrad({ epsilon: hyper.eps!, initial: hyper.initial_accumulator_value ?? 0 });
    case "rmsprop": return rmsprop({ beta: hyper.alpha!, epsilon: hyper.eps!, centered: hyper.centered ?? false, momentum: hyper.momentum ?? 0 });
    case "rmsprop_eps_inside": return rmsprop({ beta: hyper.alpha!, epsilon: hyper.eps!, epsilonAt: "inside" });
    case "rmsprop_bias_corrected": return rmsprop({ beta: hyper.alpha!, epsilon: hyper.eps!, biasCorrection: true });
    case "adadelta": return adadelta({ rho: hyper.rho!, epsilon: hyper.eps! });
    case "adam": return hyper.amsgrad === true ? amsgrad(moments) : adam(moments);
    case "adamw": return hyper.amsgrad === true ? amsgrad({ ...moments, ...decoupled }) : adamw({ ...moments, ...decoupled });
    case "adamax": return adamax(moments);
    case "nadam": return nadam({ ...moments, momentumDecay: hyper.momentum_decay!, ...(hyper.decoupled_weight_decay === true ? decoupled : {}) });
    case "radam": return radam(moments);
    case "lion": return lion({ beta1: moments.beta1, beta2: moments.beta2, ...decoupled });
    case "lamb": return lamb({ ...moments, ...decoupled });
    case "sf_sgd": return scheduleFreeSgd({ beta: hyper.momentum!, ...decoupled });
    case "sf_adamw": return scheduleFreeAdamW({ ...moments, ...decoupled, form: "package" });
    case "sf_adamw_paper": return scheduleFreeAdamW({ ...moments, ...decoupled, form: "paper" });
    case "muon": return muon({ beta: hyper.momentum!, lookahead: hyper.nesterov!, iterations: hyper.ns_steps!, scaling: hyper.adjust_lr_fn === undefined ? "original" : "matchAdamw", ...decoupled });
    default: throw new Error(`no component for ${optimizer}`);
  }
}

/** λ of the penalty that stands for coupled decay. */
const coupledDecay = ({ optimizer, hyper }: Case): number =>
  (["adamw", "lion", "lamb", "sf_sgd", "sf_adamw", "sf_adamw_paper", "muon"].includes(optimizer) || hyper.decoupled_weight_decay === true ? 0 : hyper.weight_decay);

/** The rate of every step; what golden builds into an optimizer is a schedule here. */
function ratesOf({ lr, lr_per_step, hyper }: Case): ArrayLike<number> {
  if (lr_per_step !== undefined) return lr_per_step;
  const steps = hyper.warmup_steps ?? 0;
  const schedule = hyper.lr_decay !== undefined ? inverseTime({ decayRate: hyper.lr_decay, per: "step" }) : steps > 0 ? warmup({ steps, then: constant() }) : constant();
  return previewSchedule(schedule, { learningRate: lr, epochs: 1, stepsPerEpoch: 20 });
}

/** Dense kernels are the transposes of golden's matrices; only Muon sees the difference. */
const isTurned = ({ optimizer }: Case, { shape }: Tensor): boolean => optimizer === "muon" && shape.length === 2;

/** golden's names of what an optimizer keeps, as slots of ours; the trust ratio is no state but a number on the way. */
const slotNames: Readonly<Record<string, string>> = { "momentum buf": "v", "muon buf": "m", "adagrad sum": "s", "rmsprop sq": "s", "rmsprop grad_avg": "m", "rmsprop buf": "v", "adadelta sq": "s", "adadelta acc": "u", vmax: "w" };
const scalarNames: Readonly<Record<string, string>> = { mu_product: "product", lr_max: "greatest", weight_sum: "weightSum" };

it("has 122 cases of 18 optimizers", () => {
  const count = Object.fromEntries([...new Set(cases.map(({ optimizer }) => optimizer))].map((name) => [name, cases.filter(({ optimizer }) => optimizer === name).length]));
  expect(cases).toHaveLength(122);
  expect(count).toEqual({
    sgd: 6, momentum: 14, ewma_momentum: 8, adagrad: 8, rmsprop: 12, rmsprop_eps_inside: 4, rmsprop_bias_corrected: 4, adadelta: 4, adam: 10, adamw: 7, adamax: 4, nadam: 5,
    radam: 4, lion: 5, lamb: 5, sf_sgd: 4, sf_adamw: 5, sf_adamw_paper: 4, muon: 9,
  });
});

describe.each([64, 32] as const)("in %i bit", (precision) => {
  it.each(cases.map((c, i) => [`${i}: ${c.optimizer} ${JSON.stringify(c.hyper)} on ${c.problem}${c.lr_per_step === undefined ? "" : ", rate by schedule"}${c.clipping === undefined ? "" : `, clipped by ${c.clipping.type}`}`, c] as const))("%s: 20 steps", (_, c) => {
    follow(c, precision);
  });
});

function follow(c: Case, precision: Precision): void {
  const kernels = reference(precision);
  const rates = ratesOf(c);
  const tensors = Object.entries(c.trajectory).map(([name, trajectory]) => {
    const start = startOf(c.problem, name);
    const single = (tensor: Tensor): Float64Array => (isTurned(c, tensor) ? transposed(tensor) : numbers(tensor));
    return { name, start, single, shape: isTurned(c, start) ? [...start.shape].reverse() : start.shape, expected: trajectory, evaluated: c.evaluation_point_x?.[name] };
  });
  const p = vector(precision, tensors.reduce((sum, { start }) => sum + start.data.length, 0));
  const g = vector(precision, p.length);
  const own = updater(componentOf(c), p, precision, { shapes: tensors.map(({ shape }) => shape) });
  tensors.forEach(({ start, single }, i) => p.set(single(start), own.pieces[i]!.from));

  for (let t = 1; t <= 20; t++) {
    const point = own.point();
    tensors.forEach(({ name, single, start }, i) => {
      const { from, to } = own.pieces[i]!;
      const gradient = gradientOf(c.problem, name, untangled(c, start, point.subarray(from, to)), t);
      g.set(single({ shape: start.shape, data: [...gradient] }), from);
    });
    if (c.clipping !== undefined) clip(c, g, t, kernels);
    kernels.l2(point, g, p.length, coupledDecay(c));
    own.step(g, rates[t - 1]!);
    tensors.forEach(({ name, single, expected, evaluated }, i) => {
      const { from, to } = own.pieces[i]!;
      const at = (tensor: Tensor): Float64Array => single({ shape: tensor.shape.slice(1), data: tensor.data.slice((t - 1) * (to - from), t * (to - from)) });
      const tolerance = toleranceOf(c, precision, expected);
      expect(misses(own.point().subarray(from, to), at(expected), tolerance), `${name} after step ${t}`).toEqual([]);
      if (evaluated !== undefined) expect(misses(p.subarray(from, to), at(evaluated), tolerance), `${name}, evaluated, after step ${t}`).toEqual([]);
      if (precision === 64) checkState(c, own, name, single, i, t, tolerance);
    });
  }
}

/**
 * README: f64 rel 1e-9 abs 1e-11; f32 ten times what the same formulas deviate by in float32 (relative to the largest entry), plus 1e-6. Where golden clips as
 * PyTorch does, by max_norm/(norm + 1e-6), and the engine exactly, README allows 1e-5, relative, for the gradient; a trajectory may grow that further.
 */
function toleranceOf(c: Case, precision: Precision, expected: Tensor): Tolerance {
  const largest = numbers(expected).reduce((most, value) => Math.max(most, Math.abs(value)), 1);
  const single = 10 * c.float32_deviation_max + 1e-6;
  if (c.clipping?.type === "global_norm") return { abs: (precision === 64 ? 1e-5 : 1e-5 + single) * largest };
  return precision === 64 ? { abs: 1e-11, rel: 1e-9 } : { abs: single * largest };
}

function checkState(c: Case, { slots, state, pieces }: Updater, name: string, single: (tensor: Tensor) => Float64Array, i: number, t: number, tolerance: Tolerance): void {
  const { from, to } = pieces[i]!;
  for (const [key, value] of Object.entries(c.state_after_step?.[String(t)]?.[name] ?? {})) {
    if (key === "trust_ratio" || key === "x") continue;
    if (typeof value === "number") {
      expect(misses([state[scalarNames[key]!]!], [value], { rel: 1e-12 }), `${key} after step ${t}`).toEqual([]);
      continue;
    }
    const family = c.optimizer.replace(/_.*/, "");
    const slot = slots[slotNames[`${family} ${key}`] ?? slotNames[key] ?? key]!.subarray(from, to);
    // The engine's sum of squares begins at 0; golden's holds the start.
    const start = key === "sum" ? c.hyper.initial_accumulator_value ?? 0 : 0;
    expect(misses(slot.map((number) => number + start), single(value), tolerance), `${name} ${key} after step ${t}`).toEqual([]);
  }
}

function clip(c: Case, g: Vector, t: number, kernels: Kernels): void {
  const limit = c.clipping!;
  const before = Math.hypot(...g);
  expect(misses([before], [c.global_norm_before_clipping![t - 1]!], { rel: 1e-3 }), `norm before step ${t}`).toEqual([]);
  if (limit.type === "value") clipByValue(g, 0, g.length, limit.value, kernels);
  else clipByNorm(g, 0, g.length, limit.max_norm, kernels);
}

function startOf(problem: string, name: string): Tensor {
  switch (problem) {
    case "fixed_grads": return problems.fixed_grads.params[name]!;
    case "fixed_grads_2d": return problems.fixed_grads_2d.params[name]!;
    case "quadratic": return problems.quadratic.x0;
    case "rosenbrock": return problems.rosenbrock.x0;
    default: return problems.matrix_least_squares.W0;
  }
}

/** A piece of the vector in golden's order. */
const untangled = (c: Case, start: Tensor, piece: Vector): Float64Array => (isTurned(c, start) ? transposed({ shape: [...start.shape].reverse(), data: [...piece] }) : Float64Array.from(piece));

function gradientOf(problem: string, name: string, p: Float64Array, t: number): Float64Array {
  switch (problem) {
    case "fixed_grads": return numbers(problems.fixed_grads.gradients[name]!).subarray((t - 1) * p.length, t * p.length);
    case "fixed_grads_2d": return numbers(problems.fixed_grads_2d.gradients[name]!).subarray((t - 1) * p.length, t * p.length);
    case "quadratic": {
      const [h, b] = [numbers(problems.quadratic.H), numbers(problems.quadratic.b)];
      return b.map((value, i) => p.reduce((sum, x, j) => sum + h[i * p.length + j]! * x, 0) - value);
    }
    case "rosenbrock": {
      const [x, y] = [p[0]!, p[1]!];
      return Float64Array.of(-2 * (1 - x) - 400 * x * (y - x * x), 200 * (y - x * x));
    }
    default: {
      // f(W) = ½ ‖X Wᵀ − Y‖² / n, so its gradient is (X Wᵀ − Y)ᵀ X / n.
      const { X, Y, W0 } = problems.matrix_least_squares;
      const [n, inputs] = X.shape as [number, number], outputs = W0.shape[0]!;
      const [x, y] = [numbers(X), numbers(Y)];
      return Float64Array.from({ length: outputs * inputs }, (_, at) => {
        const [o, k] = [Math.floor(at / inputs), at % inputs];
        let sum = 0;
        for (let row = 0; row < n; row++) {
          let residual = -y[row * outputs + o]!;
          for (let j = 0; j < inputs; j++) residual += x[row * inputs + j]! * p[o * inputs + j]!;
          sum += residual * x[row * inputs + k]!;
        }
        return sum / n;
      });
    }
  }
}

describe("Newton–Schulz", () => {
  it("has 2 cases", () => { expect(newton_schulz).toHaveLength(2); });

  it.each([64, 32] as const)("gives golden's outputs in %i bit, for a matrix and for its transpose", (precision) => {
    for (const { input, output, steps } of newton_schulz) {
      const [rows, columns] = input.shape as [number, number];
      for (const [x, expected, n, c] of [[numbers(input), numbers(output), rows, columns], [transposed(input), transposed(output), columns, rows]] as const) {
        const matrix = vector(precision, x.length);
        matrix.set(x);
        const side = Math.min(n, c);
        orthogonalize(reference(precision), matrix, vector(precision, x.length), vector(precision, side * side), vector(precision, side * side), n, c, steps);
        // In 32 bit: about 60 roundings an entry, each of 6e-8, through five iterations that stretch small singular values 3.4 times each.
        expect(misses(matrix, expected, precision === 64 ? { abs: 1e-11, rel: 1e-9 } : { abs: 1e-5 })).toEqual([]);
      }
    }
  });

  it("brings the singular values where golden says they lie: the output times its transpose has them squared as eigenvalues", () => {
    for (const { output, singular_values } of newton_schulz) {
      const values = numbers(output);
      const trace = values.reduce((sum, value) => sum + value * value, 0);
      expect(misses([trace], [singular_values.reduce((sum, s) => sum + s * s, 0)], { rel: 1e-9 })).toEqual([]);
      for (const s of singular_values) expect(s > 0.65 && s < 1.25).toBe(true);
    }
  });
});

describe("clipping", () => {
  it("has 20 cases, half by value, half by global norm", () => {
    expect(clipping.map(({ type }) => type).filter((type) => type === "value")).toHaveLength(10);
    expect(clipping).toHaveLength(20);
  });

  it.each([64, 32] as const)("cuts down as golden says, in %i bit: values and exact norms to the last place, PyTorch's norms to 1e-5", (precision) => {
    const kernels = reference(precision);
    for (const { type, max_norm, value, gradients, clipped, clipped_torch, clipped_exact, global_norm } of clipping) {
      const joined = (of: Readonly<Record<string, Tensor>>): number[] => Object.values(of).flatMap((tensor) => [...numbers(tensor)]);
      const g = vector(precision, joined(gradients).length);
      g.set(joined(gradients));
      const exact = { rel: precision === 64 ? 1e-15 : 2e-7 };
      if (type === "value") {
        clipByValue(g, 0, g.length, value!, kernels);
        expect(misses(g, joined(clipped!), exact)).toEqual([]);
      } else {
        const norm = clipByNorm(g, 0, g.length, max_norm!, kernels);
        expect(misses([norm], [global_norm!], exact)).toEqual([]);
        expect(misses(g, joined(clipped_exact!), exact)).toEqual([]);
        expect(misses(g, joined(clipped_torch!), { rel: 1e-5 })).toEqual([]);
      }
    }
  });

  it("piece by piece: each is cut to the limit by itself, the ones below it keep their bits, and nothing outside is touched", () => {
    const g = Float64Array.of(3, 4, 9, 0.1, 0.2, 9, 6, 8);
    clipByPieceNorm(g, [{ from: 0, to: 2, shape: [2] }, { from: 3, to: 5, shape: [2] }, { from: 6, to: 8, shape: [1, 2] }], 1, reference(64));
    expect(misses(g, [0.6, 0.8, 9, 0.1, 0.2, 9, 0.6, 0.8], { rel: 1e-15 })).toEqual([]);
    expect([g[2], g[3], g[4], g[5]]).toEqual([9, 0.1, 0.2, 9]);
  });

  it("a norm beyond what a single can square is found: 1e30 in 32 bit comes down to the limit", () => {
    const g = Float32Array.of(1e30, -1e30);
    clipByNorm(g, 0, 2, 1, reference(32));
    expect(misses(g, [Math.SQRT1_2, -Math.SQRT1_2], { rel: 2e-7 })).toEqual([]);
  });

  it("NaN stays to be found: no clipping hides it", () => {
    for (const cut of [(g: Vector) => { clipByValue(g, 0, 2, 1, reference(32)); }, (g: Vector) => { clipByNorm(g, 0, 2, 1, reference(32)); }]) {
      const g = Float32Array.of(Number.NaN, 5);
      cut(g);
      expect(g[0]).toBeNaN();
    }
  });
});
