/** The analytic gradient against difference quotients, slice by slice. Knows a plan's memory, no layer. */

import type { Vector } from "../kernels/kernels.ts";
import type { Plan } from "../plan/plan.ts";
import { rng } from "../rng.ts";
import { usualEpsilon } from "./derivative.ts";
import type { DifferenceForm } from "./derivative.ts";
import { hintsOf } from "./hints.ts";
import { allowance, errorOf, judge, worse } from "./judgement.ts";
import type { Hint, Measured, SliceCheck, Verdict } from "./judgement.ts";

/** How a gradient check measures, and what it judges. */
export interface GradientCheckOptions {
  /** Distance from θ to each of the two points; 1e-5 where absent, which measures best in 64 bit (the course takes 1e-7). In (0, 1]. */
  readonly epsilon?: number;
  /** twoSided where absent. */
  readonly form?: DifferenceForm;
  /** Compare only so many entries of each slice, drawn from it by chance; all where absent. (So many of the whole vector would miss the biases.) */
  readonly perSlice?: number;
  /** Judge these numbers in place of the plan's own: someone else's backward pass. One vector for each slice, as long as the slice. */
  readonly gradient?: ReadonlyMap<string, ArrayLike<number>>;
  /** Hears after each entry how many of how many are compared. */
  readonly advance?: (done: number, of: number) => void;
}

/** What a gradient check found. */
export interface GradientReport {
  readonly epsilon: number;
  readonly form: DifferenceForm;
  /** Rows of the batch, and the total loss at θ. */
  readonly rows: number;
  readonly loss: number;
  /** ‖g − ĝ‖ / (‖g‖ + ‖ĝ‖) over everything compared; 0 where both are 0. `smoothError` leaves out the kinks. */
  readonly relativeError: number;
  readonly smoothError: number;
  /** The worst of the slices'. */
  readonly verdict: Verdict;
  readonly slices: readonly SliceCheck[];
  readonly hints: readonly Hint[];
}

/**
 * Compares the gradient of the total loss (penalties included) at the plan's present parameters with ĝᵢ = (J(θ + εeᵢ) − J(θ − εeᵢ)) / 2ε, or the one-sided
 * (J(θ + εeᵢ) − J(θ)) / ε, for every parameter, and for the input too where the plan was compiled with `inputGradient`.
 *
 * x (m, width) and y (m, targets) are one batch, m at most the plan's; 2 to 10 rows are enough. Dropout masks and noise are drawn once and kept; batch norm
 * uses the batch's statistics and does not remember them. Where a corner (of a ReLU, a maximum, an absolute value) lies between the two points the entry is a
 * kink: it is shown and not judged. An entry is right where its relative error is below 1e-7 or the two numbers differ by no more than rounding, wrong from
 * 1e-3 on, worth a look between; so is a slice, by its norms and by its entries.
 *
 * Parameters, statistics and streams are left as they were; gradients are those of the batch. Throws RangeError for a plan in 32 bit, whose rounding hides the truth,
 * and for options outside their ranges.
 * CS231n, Neural Networks Part 3, §Gradient Checks; the course, week 1.
 */
export function checkGradient(plan: Plan, x: Float64Array, y: Float64Array, options: GradientCheckOptions = {}): GradientReport {
  if (plan.precision !== 64) throw new RangeError("a gradient check needs a plan of precision 64; this one has 32: in 32 bit the difference of two losses is mostly rounding");
  const { epsilon = usualEpsilon, form = "twoSided", perSlice, gradient, advance } = options;
  if (perSlice !== undefined && (!Number.isSafeInteger(perSlice) || perSlice < 1)) throw new RangeError(`perSlice must be a whole number in [1, ∞); got ${perSlice}`);
  const { rows, loss, measured } = measure(plan, x, y, { epsilon, form, perSlice: perSlice ?? Infinity, gradient, advance });
  const allowed = allowance(loss, epsilon, form, measured);
  const slices = measured.map((one) => judge(one, allowed));
  const entries = measured.flatMap((one) => one.entries);
  return {
    epsilon, form, rows, loss,
    relativeError: errorOf(entries),
    smoothError: errorOf(entries.filter(({ isKink }) => !isKink)),
    verdict: worse(slices.map(({ verdict }) => verdict)),
    slices,
    hints: hintsOf(slices, measured, { rows, epsilon, kinds: plan.layers.map(({ kind }) => kind) }),
  };
}

/**
 * The gradient of the total loss by differences alone, for every parameter by its slice's name (and the input, where the plan was compiled with `inputGradient`).
 * Rows, masks, statistics and what is thrown are as in `checkGradient`.
 */
export function numericalGradient(plan: Plan, x: Float64Array, y: Float64Array, { epsilon = usualEpsilon, form = "twoSided" }: Pick<GradientCheckOptions, "epsilon" | "form"> = {}): Map<string, Float64Array> {
  const { measured } = measure(plan, x, y, { epsilon, form, perSlice: Infinity, gradient: undefined });
  return new Map(measured.map(({ name, entries }) => [name, Float64Array.from(entries, ({ numerical }) => numerical)]));
}

/** One point of error against ε. */
export interface EpsilonError { readonly epsilon: number; readonly twoSided: number; readonly oneSided: number }

/** 1e-2, 1e-3 … 1e-9. */
export const usualEpsilons: readonly number[] = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9];

/**
 * The relative error over all parameters, kinks included, for each ε and both forms: large ε for what the quotient leaves out, small ε for rounding. Unlike a
 * check it also takes a plan in 32 bit, to show what becomes of it there.
 */
export function sweepEpsilon(plan: Plan, x: Float64Array, y: Float64Array, epsilons: readonly number[] = usualEpsilons): EpsilonError[] {
  const error = (epsilon: number, form: DifferenceForm): number => errorOf(measure(plan, x, y, { epsilon, form, perSlice: Infinity, gradient: undefined }).measured.flatMap(({ entries }) => entries));
  return epsilons.map((epsilon) => ({ epsilon, twoSided: error(epsilon, "twoSided"), oneSided: error(epsilon, "oneSided") }));
}

interface Measuring { readonly epsilon: number; readonly form: DifferenceForm; readonly perSlice: number; readonly gradient: GradientCheckOptions["gradient"]; readonly advance?: GradientCheckOptions["advance"] }

function measure(plan: Plan, x: Float64Array, y: Float64Array, { epsilon, form, perSlice, gradient, advance }: Measuring): { rows: number; loss: number; measured: Measured[] } {
  if (!(epsilon > 0 && epsilon <= 1)) throw new RangeError(`epsilon must be a number in (0, 1]; got ${epsilon}`);
  const m = y.length / plan.targetWidth;
  if (!Number.isInteger(m) || m < 1 || m > plan.batchSize) throw new RangeError(`a gradient check takes 1 to ${plan.batchSize} rows, the plan's batch; got ${m}`);
  plan.gather({ rows: m, x, y }, null, 0, m);
  drawMasks(plan, m);

  const loss = plan.gradient(m, "replay");
  const checked = checkedSlices(plan, x.length).map((slice) => ({ ...slice, analytic: Float64Array.from(gradient === undefined ? slice.gradient : given(gradient, slice.name, slice.values.length)) }));
  const chance = rng(plan.seed);
  const of = checked.reduce((sum, { values }) => sum + Math.min(values.length, perSlice), 0);
  let done = 0;
  const differences = differencesOn(plan, m, epsilon, form);
  const told = <T>(entry: T): T => { advance?.(++done, of); return entry; };
  const measured = checked.map(({ name, shape, values, analytic }) => ({
    name, shape,
    entries: chosen(values.length, perSlice, chance.stream(`check/${name}`)).map((index) => ({ index, value: values[index]!, analytic: analytic[index]!, ...told(differences(values, index)) })),
  }));
  plan.gradient(m, "replay");
  return { rows: m, loss, measured };
}

interface Checked { readonly name: string; readonly shape: readonly number[]; readonly values: Vector; readonly gradient: Vector }

/** Every parameter with its gradient, and the rows of the input in use where their gradient was asked for. */
function checkedSlices(plan: Plan, used: number): Checked[] {
  const parameters = plan.slices.filter(({ role }) => role === "param").map(({ name, shape, view }) => ({ name, shape, values: view, gradient: plan.slices.find((slice) => slice.role === "grad" && slice.name === name)!.view }));
  const input = plan.slices.find(({ role, name }) => role === "delta" && name === "input");
  if (input === undefined) return parameters;
  const batch = plan.slices.find(({ role, name }) => role === "batch" && name === "x")!;
  return [...parameters, { name: "input", shape: batch.shape, values: batch.view.subarray(0, used), gradient: input.view.subarray(0, used) }];
}

function given(gradient: NonNullable<GradientCheckOptions["gradient"]>, name: string, length: number): ArrayLike<number> {
  const own = gradient.get(name);
  if (own === undefined || own.length !== length) throw new RangeError(`gradient needs ${length} numbers for the slice ${name}; got ${own === undefined ? "none" : own.length}`);
  return own;
}

/** One training pass draws the masks; the statistics and streams it moves are put back, so that the next check draws the same. */
export function drawMasks(plan: Plan, m: number): void {
  const counters = [...plan.streams.values()].map((stream) => ({ stream, before: stream.counter }));
  const statistics = plan.slices.filter(({ role }) => role === "statistic").map(({ view }) => ({ view, before: view.slice() }));
  plan.forward(m, "train");
  for (const { view, before } of statistics) view.set(before);
  for (const { stream, before } of counters) stream.counter = before;
}

/** The quotient along one entry of a vector of the plan, and whether a corner lies between its two points. */
function differencesOn(plan: Plan, m: number, epsilon: number, form: DifferenceForm) {
  const at = (): { loss: number; sides: readonly number[] } => ({ loss: plan.objective(m), sides: plan.sides(m) });
  const middle = at();
  return (values: Vector, index: number): { numerical: number; isKink: boolean } => {
    const before = values[index]!;
    values[index] = before + epsilon;
    const above = at();
    values[index] = before - epsilon;
    const below = form === "twoSided" ? at() : middle;
    values[index] = before;
    const width = form === "twoSided" ? 2 * epsilon : epsilon;
    return { numerical: (above.loss - below.loss) / width, isKink: above.sides.some((side, i) => side !== below.sides[i]) };
  };
}

/** All indices, or `count` of them, ascending, each equally likely. */
function chosen(length: number, count: number, stream: { below(n: number): number }): number[] {
  const all = Array.from({ length }, (_, i) => i);
  if (count >= length) return all;
  // The first part of a shuffle by Fisher and Yates.
  for (let i = 0; i < count; i++) {
    const j = i + stream.below(length - i);
    [all[i], all[j]] = [all[j]!, all[i]!];
  }
  return all.slice(0, count).sort((a, b) => a - b);
}
