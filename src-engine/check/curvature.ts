/** The shape of the loss around a plan's parameters: how its slope turns along a direction, and its height on a line or a plane. Knows a plan's memory, no layer. */

import type { Vector } from "../kernels/kernels.ts";
import type { Plan } from "../plan/plan.ts";
import { drawMasks } from "./gradient.ts";

/**
 * A plan's parameters as one vector: every `param` slice in the order of the manifest, each row-major, without the gaps between them. Directions and
 * products of this file are laid out in the same way.
 */
export function parametersOf(plan: Plan): Float64Array {
  return flat(plan, views(plan, "param"));
}

/**
 * H v, how the gradient of the total loss (penalties included) changes along v, by central differences: (∇J(θ + hv) − ∇J(θ − hv)) / 2h.
 *
 * x (m, width) and y (m, targets) are one batch, m at most the plan's; v has as many numbers as the plan has parameters. `distance` is ‖hv‖, how far the two
 * points lie from θ: where absent 1e-5 (1 + ‖θ‖), at which the product is right to about 1e-9 unless a corner lies between the points. A v of 0 gives 0.
 * Masks and batch statistics as in `checkGradient`. Parameters and statistics are left as they were, gradients are those at θ. Throws RangeError for a plan in
 * 32 bit, and for vectors of a wrong length.
 */
export function hessianVectorProduct(plan: Plan, x: Float64Array, y: Float64Array, v: ArrayLike<number>, { distance }: { readonly distance?: number } = {}): Float64Array {
  if (plan.precision !== 64) throw new RangeError("a Hessian-vector product needs a plan of precision 64; this one has 32: in 32 bit the difference of two gradients is mostly rounding");
  checkDirection(plan, v);
  const m = gather(plan, x, y);
  const theta = parametersOf(plan);
  const length = norm(v);
  const h = length === 0 ? 1 : (distance ?? 1e-5 * (1 + norm(theta))) / length;
  const slope = (step: number): Float64Array => {
    place(plan, theta, [v], [step]);
    plan.gradient(m, "replay");
    return flat(plan, views(plan, "grad"));
  };
  const above = slope(h), below = slope(-h);
  place(plan, theta, [], []);
  plan.gradient(m, "replay");
  return above.map((g, i) => (g - below[i]!) / (2 * h));
}

/**
 * A direction made comparable between networks whose scales differ: the weights into each unit of a kernel (its last axis counts units) are scaled to the
 * norm that the unit's own weights have, d ← d ‖w‖/(‖d‖ + 1e-10); biases, scales and shifts are set to 0. Returns a new vector.
 *
 * A random plane is two such directions of normal draws. It is one slice of many dimensions: it can hide a barrier or show one that training walks around.
 * Li, Xu, Taylor, Studer, Goldstein, Visualizing the Loss Landscape of Neural Nets, NeurIPS 2018 (arXiv:1712.09913), §4.
 */
export function filterNormalized(plan: Plan, direction: ArrayLike<number>): Float64Array {
  checkDirection(plan, direction);
  const out = new Float64Array(plan.parameters);
  let from = 0;
  for (const { shape, view } of plan.slices.filter(({ role }) => role === "param")) {
    if (shape.length > 1) normalizeUnits(view, direction, out, from, shape.at(-1)!);
    from += view.length;
  }
  return out;
}

function normalizeUnits(w: Vector, direction: ArrayLike<number>, out: Float64Array, from: number, units: number): void {
  for (let j = 0; j < units; j++) {
    let ofWeights = 0, ofDirection = 0;
    for (let i = j; i < w.length; i += units) {
      ofWeights += w[i]! * w[i]!;
      ofDirection += direction[from + i]! * direction[from + i]!;
    }
    const scale = Math.sqrt(ofWeights) / (Math.sqrt(ofDirection) + 1e-10);
    for (let i = j; i < w.length; i += units) out[from + i] = direction[from + i]! * scale;
  }
}

/** A line (one direction) or a plane (two) through the parameters, and the places on it. */
export interface Plane {
  readonly directions: readonly [ArrayLike<number>] | readonly [ArrayLike<number>, ArrayLike<number>];
  readonly alphas: readonly number[];
  /** Where absent, 0 alone: a line. */
  readonly betas?: readonly number[];
}

/**
 * The total loss (penalties included) at θ + α d₁ + β d₂ for every α and β, as (alphas, betas) row-major.
 *
 * x and y are one batch, held fixed; masks are drawn once and kept, batch norm uses the batch's statistics and does not remember them. Parameters and statistics
 * are left as they were, gradients are spoilt. Throws RangeError for vectors of a wrong length and for betas without a second direction.
 */
export function lossPlane(plan: Plan, x: Float64Array, y: Float64Array, { directions, alphas, betas = [0] }: Plane): Float64Array {
  for (const direction of directions) checkDirection(plan, direction);
  if (directions.length === 1 && betas.some((beta) => beta !== 0)) throw new RangeError("betas need a second direction");
  const m = gather(plan, x, y);
  const theta = parametersOf(plan);
  const losses = new Float64Array(alphas.length * betas.length);
  alphas.forEach((alpha, i) => betas.forEach((beta, j) => {
    place(plan, theta, directions, [alpha, beta]);
    losses[i * betas.length + j] = plan.objective(m);
  }));
  place(plan, theta, [], []);
  return losses;
}

function gather(plan: Plan, x: Float64Array, y: Float64Array): number {
  const m = y.length / plan.targetWidth;
  if (!Number.isInteger(m) || m < 1 || m > plan.batchSize) throw new RangeError(`one batch of 1 to ${plan.batchSize} rows is needed, the plan's; got ${m}`);
  plan.gather({ rows: m, x, y }, null, 0, m);
  drawMasks(plan, m);
  return m;
}

function checkDirection(plan: Plan, { length }: ArrayLike<number>): void {
  if (length !== plan.parameters) throw new RangeError(`a direction needs ${plan.parameters} numbers, one for each parameter; got ${length}`);
}

const views = (plan: Plan, of: "param" | "grad"): Vector[] => plan.slices.filter(({ role }) => role === of).map(({ view }) => view);

function flat(plan: Plan, parts: readonly Vector[]): Float64Array {
  const out = new Float64Array(plan.parameters);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Sets the plan's parameters to θ + Σ stepₖ directionₖ. */
function place(plan: Plan, theta: Float64Array, directions: readonly ArrayLike<number>[], steps: readonly number[]): void {
  let from = 0;
  for (const view of views(plan, "param")) {
    for (let i = 0; i < view.length; i++) view[i] = directions.reduce((sum, direction, k) => sum + steps[k]! * direction[from + i]!, theta[from + i]!);
    from += view.length;
  }
}

function norm(v: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < v.length; i++) sum += v[i]! * v[i]!;
  return Math.sqrt(sum);
}
